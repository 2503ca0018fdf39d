"""Embase's "fields by row": each field of a record on a row of its own, its label in front."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from living_review.records.csv_rows import Row, row

TITLE = "TITLE"  # begins each record
LOOK = 12  # rows in which a second label must come

_TITLE = re.compile(r'\W{0,3}TITLE"?([,;\t])')
_KNOWN = {
    *("ORIGINAL TITLE", "AUTHOR NAMES", "AUTHORS", "AUTHOR ADDRESSES", "CORRESPONDENCE ADDRESS"),
    *("EDITORS", "SOURCE", "SOURCE TITLE", "PUBLICATION YEAR", "PUBLICATION TYPE", "ABSTRACT"),
    *("DATE OF PUBLICATION", "ISSN", "DOI", "MEDLINE PMID", "LANGUAGE OF ARTICLE"),
}
_LABEL = re.compile(r"[A-Z][A-Za-z /()&-]{2,60}")
_UNDOUBLED = re.compile(r'"([^"]{1,60})".\s*"(.*)"\s*')


class _Field(NamedTuple):
    line: int
    label: str
    values: list[str]
    problem: str


def delimiter(lines: list[str], top: int) -> str:
    """What stands between the cells if the lines from `top` have a field each, else ""."""
    first = _TITLE.match(lines[top])
    if not first:
        return ""
    others = islice(_fields(lines, top, first[1]), 1, LOOK)
    return first[1] if any(field.label in _KNOWN for field in others) else ""


def table(lines: list[str], top: int, delimiter: str) -> tuple[list[str], list[Row]]:
    """The records as a table with a heading: labels, and a row for each record.

    A record begins at its title, or at a label that it had already. It is damaged if one of its
    rows is. Several values of a field are joined by "; ".
    """
    records: list[tuple[_Field, dict[str, str]]] = []
    labels = {TITLE: 0}
    for field in _fields(lines, top, delimiter):
        labels.setdefault(field.label, len(labels))
        if not records or field.label == TITLE or field.label in records[-1][1].keys() - {""}:
            records.append((field, {}))
        first, values = records[-1]
        values[field.label] = "; ".join(field.values)
        if field.problem and not first.problem:
            records[-1] = (first._replace(problem=field.problem), values)
    rows = [
        Row(first.line, [values.get(label, "") for label in labels], first.problem)
        for first, values in records
    ]
    return list(labels), rows


def count(lines: list[str], top: int) -> int:
    """Lines that begin a record."""
    return sum(bool(_TITLE.match(line)) for line in lines[top:])


def _fields(lines: list[str], start: int, delimiter: str) -> Iterator[_Field]:
    """Rows that say anything; the label is "" in a row that has none, which is damage."""
    while start < len(lines):
        cells, stop, problem = row(lines, start, delimiter, 0)
        cells = [cell for cell in cells if cell.strip()]
        undoubled = _UNDOUBLED.fullmatch(lines[start]) if problem else None
        if undoubled and _LABEL.fullmatch(undoubled[1]):
            cells, problem = [undoubled[1], undoubled[2].replace(f'"{delimiter}"', "; ")], ""
        label = cells[0].strip(' "') if cells else ""
        if _LABEL.fullmatch(label):
            yield _Field(start + 1, label, cells[1:], problem)
        elif cells:
            yield _Field(start + 1, "", [], problem or "a row without a label")
        start = stop
