"""What is wrong in the tables beside the extraction tables, and in those of second extractors."""

from collections.abc import Iterator, Mapping
from typing import Any

from living_review import (
    companions,
    comparison,
    corrections,
    extraction,
    risk_of_bias,
    second_extraction,
    value_sources,
    versions,
)
from living_review import tables as tables_
from living_review.codebook import Codebook
from living_review.errors import Problem, TableError
from living_review.risk_of_bias import checking
from living_review.tables import Table


def check(
    extracted: Mapping[str, Table], book: Codebook, protocol: Mapping[str, Any]
) -> tuple[list[Problem], dict[str, Table]]:
    """Every problem of every such table that is there, and the tables by their files."""
    problems: list[Problem] = []
    described = companions.described(protocol)
    found = {name: _read(companions.path(name), problems) for name in described}
    for name, table in found.items():
        problems += extraction.check_beside(table, described[name], extracted, book)
    rows = {name: table.cells for name, table in extracted.items()}
    second = {
        person: {name: _read(str(path), problems) for name, path in own.items()}
        for person, own in second_extraction.paths().items()
    }
    problems += checking.check(found["risk_of_bias"], risk_of_bias.read())
    problems += value_sources.check(found["value_sources"], rows, book)
    problems += corrections.check(found["corrections"], rows, book)
    problems += _unexplained(extracted, found["corrections"], book)
    problems += _consensus(found["consensus"], book, list(second))
    for person, own in second.items():
        problems += _second(person, own, extracted, book, protocol)
    every = [*found.values(), *(table for own in second.values() for table in own.values())]
    return problems, {table.file: table for table in every if table.columns}


def _unexplained(extracted: Mapping[str, Table], lines: Table, book: Codebook) -> Iterator[Problem]:
    """Values of the last published version that were changed without a line that says why."""
    published = versions.read()
    if not published:
        return
    last = published[-1]
    whole = {"table", "key", "column", "old", "new"} <= set(lines.columns)
    told = lines.cells if whole else ()
    rows = {name: table.cells for name, table in extracted.items()}
    for one in corrections.unexplained(last.tables, rows, told, book):
        table = extracted[one.table]
        numbers = (
            number
            for number, cells in table.rows
            if comparison.row_key(cells, book.tables[one.table]) == one.key
        )
        allowed = (
            f"{one.first}, as in version {last.version}, or a line in {lines.file} about "
            f"{one.key}, with old {one.first} and new {one.second or 'empty'}"
        )
        yield Problem(table.file, next(numbers, 1), one.column, one.second, allowed)


def _read(path: str, problems: list[Problem]) -> Table:
    """The table; if it can't be read the problems grow, and it stands for an empty one."""
    try:
        return tables_.read(path)
    except TableError as error:
        problems.extend(error.problems)
        return Table(path)


def _consensus(table: Table, book: Codebook, persons: list[str]) -> Iterator[Problem]:
    """Lines about nobody's extraction, about no column, or where the two did not differ."""
    needed = ("table", "column", "second", "first_value", "second_value")
    if any(name not in table.columns for name in needed):
        return
    for number, line in table.rows:
        described = book.tables.get(line["table"])
        if line["second"] and line["second"] not in persons:
            allowed = f"a folder of {second_extraction.SECOND}: {', '.join(persons) or 'none yet'}"
            yield Problem(table.file, number, "second", line["second"], allowed)
        if described and line["column"] and line["column"] not in described.columns:
            allowed = f"a column of {line['table']}, or empty for a whole row"
            yield Problem(table.file, number, "column", line["column"], allowed)
        if line["first_value"] == line["second_value"]:
            allowed = "another value than first_value"
            yield Problem(table.file, number, "second_value", line["second_value"], allowed)


def _second(
    person: str,
    own: Mapping[str, Table],
    extracted: Mapping[str, Table],
    book: Codebook,
    protocol: Mapping[str, Any],
) -> Iterator[Problem]:
    """What is wrong in the tables of one second extractor, held against the reports, and where
    they have none of their own against the studies and arms of the first."""
    files = {table.file for table in own.values()}
    together = {**extracted, **own}
    if "outcomes" not in own:
        together.pop("outcomes", None)
    for problem in extraction.check(together, book, protocol):
        if problem.file in files:
            yield problem
    for name, table in own.items():
        described = book.tables[name]
        first = comparison.by_key(extracted[name].cells, described) if name in extracted else {}
        for number, row in table.rows:
            by = row.get("extracted_by", "")
            same = first.get(comparison.row_key(row, described), {})
            if by and by != person:
                allowed = f"{person}, as the folder"
                yield Problem(table.file, number, "extracted_by", by, allowed)
            elif by and by == same.get("extracted_by"):
                allowed = f"another person than extracted the row in {extracted[name].file}"
                yield Problem(table.file, number, "extracted_by", by, allowed)
