"""Values of a published version that were changed since, each with its line and its reason.

Lines are added and never changed; the last one about a value says what stands there now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from living_review import comparison
from living_review.codebook import Codebook
from living_review.comparison import PRESENT, Difference, Place, Tables
from living_review.errors import Problem
from living_review.schemas import nearest
from living_review.tables import Table

Line = Mapping[str, str]


def unexplained(
    before: Tables, after: Tables, lines: Iterable[Line], codebook: Codebook
) -> list[Difference]:
    """Values that stood before, and were changed or taken out without a line that says so.

    before: the tables of a published version; after: as they stand; lines: in the order in which
    they were added. A line, or several in a row, has to lead from the old value to the new one.
    What is new (a row, a cell that was empty) needs no line, nor does what tells of the source.
    """
    about = _by_place(lines, codebook)
    return [
        one
        for one in comparison.differences(before, after, codebook)
        if one.first and not _leads(about.get(one.place, ()), one.first, one.second)
    ]


def _leads(steps: Iterable[tuple[str, str]], old: str, new: str) -> bool:
    """Whether steps from a value to another, in their order, end at the new one from the old."""
    reached: str | None = None
    for before, after in steps:
        if before in (old, reached):
            reached = after
    return reached == new


def _by_place(lines: Iterable[Line], codebook: Codebook) -> dict[Place, list[tuple[str, str]]]:
    """The steps from old to new about each value, canonical."""
    steps: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        table = codebook.tables.get(line["table"])
        column = table.columns.get(line["column"]) if table else None
        old, new = (
            comparison.value(line[name], column) if column else line[name]
            for name in ("old", "new")
        )
        steps[line["table"], line["key"], line["column"]].append((old, new))
    return steps


def check(table: Table, extracted: Tables, codebook: Codebook) -> Iterator[Problem]:
    """Lines that name no value, that change nothing, or after which something else stands there.

    table: the ledger. Lines that lack a table are passed over: their cells were named before.
    """
    if any(name not in table.columns for name in ("table", "key", "column", "old", "new")):
        return
    standing = {
        name: comparison.by_key(extracted.get(name, ()), described)
        for name, described in codebook.tables.items()
    }
    last: dict[Place, tuple[int, Line]] = {}  # row, line
    for number, cells in table.rows:
        line: Line = cells
        if line["table"] in codebook.tables:
            columns = [
                column
                for column in codebook.tables[line["table"]].columns
                if column not in codebook.tables[line["table"]].key
            ]
            if line["column"] and line["column"] not in columns:
                allowed = f"a column of {line['table']}: {nearest(line['column'], columns)}"
                yield Problem(table.file, number, "column", line["column"], allowed)
                continue
            if line["old"] == line["new"]:
                yield Problem(table.file, number, "new", line["new"], "another value than old")
            last[line["table"], line["key"], line["column"]] = (number, line)
    taken_out = {place[:2] for place, (_, line) in last.items() if not place[2] and not line["new"]}
    for (name, key, column), (number, line) in last.items():
        row = standing[name].get(key)
        if row or not column or (name, key) not in taken_out:
            yield from _stands(table.file, number, line, row, codebook)


def _stands(
    file: str, number: int, line: Line, row: Mapping[str, Any] | None, codebook: Codebook
) -> Iterator[Problem]:
    """row: what stands there, None if there is no such row."""
    if not line["column"]:
        if line["new"] != (PRESENT if row else ""):
            found = f"{PRESENT}, since the row is there" if row else "empty, since no such row is"
            yield Problem(file, number, "new", line["new"], found)
    elif row is None:
        allowed = f"the key of a row of {line['table']}, such as a{comparison.BETWEEN}b"
        yield Problem(file, number, "key", line["key"], allowed)
    else:
        new = comparison.value(line["new"], codebook.tables[line["table"]].columns[line["column"]])
        if new != row[line["column"]]:
            allowed = f"{row[line['column']]!r}, which stands there; or a later line"
            yield Problem(file, number, "new", line["new"], allowed)
