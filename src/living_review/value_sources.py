"""Values that were not read where the rest of their row was: each with its own place and words."""

from collections.abc import Iterator, Mapping

from living_review import comparison
from living_review.codebook import Codebook
from living_review.comparison import PROVENANCE, Tables
from living_review.errors import Problem
from living_review.schemas import nearest
from living_review.tables import Table

NOT_VALUES = PROVENANCE | {"source_record"}
NEEDED = ("table", "key", "column")


def check(table: Table, extracted: Tables, codebook: Codebook) -> Iterator[Problem]:
    """Lines about a cell that is not there or is empty, or from a publication of another study.

    Lines that lack a table are passed over: their cells were named before.
    """
    if any(name not in table.columns for name in NEEDED):
        return
    rows = {
        name: comparison.by_key(extracted.get(name, ()), described)
        for name, described in codebook.tables.items()
    }
    reported: dict[str, set[str]] = {}
    for report in rows["reports"].values():
        ids = {report["record_id"], report["citation"]}
        reported.setdefault(report["study_id"], set()).update(ids)
    for number, line in table.rows:
        if line["table"] in rows and line["key"] and line["column"]:
            for column, allowed in _wrong(line, rows[line["table"]], reported, codebook):
                yield Problem(table.file, number, column, line.get(column, ""), allowed)


def _wrong(
    line: Mapping[str, str],
    rows: Mapping[str, Mapping[str, str]],
    reported: Mapping[str, set[str]],
    codebook: Codebook,
) -> Iterator[tuple[str, str]]:
    table = codebook.tables[line["table"]]
    values = [name for name in table.columns if name not in NOT_VALUES | set(table.key)]
    if line["key"] not in rows:
        example = comparison.BETWEEN.join(table.key)
        yield "key", f"{example} of a row of {table.name}: {nearest(line['key'], list(rows)[:50])}"
        return
    row = rows[line["key"]]
    if line["column"] not in values:
        yield "column", nearest(line["column"], values)
    elif not row[line["column"]]:
        yield "column", f"one that is filled in; {line['column']} of this row is empty"
    source = line.get("source_record", "")
    if source and source not in reported.get(row["study_id"], ()):
        yield "source_record", f"empty, or a record_id or citation of {row['study_id']} in reports"
