"""What is wrong in the extraction tables: every cell at once, in words for who typed it.

Cells are checked by pandera schemas made from the codebook; keys, references and what several
rows say together by the rules after it. Each rule passes over cells that it can't read, since
the schema has named those.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from living_review import codebook as book
from living_review.codebook import TYPE_WORDS, Codebook, Column, canonical, fits
from living_review.errors import NO_COLUMN, Problem
from living_review.nearest import meant
from living_review.schemas import nearest
from living_review.tables import Table

RECORD_ID = re.compile(r"pmid:[1-9][0-9]{0,8}|doi:10\.[^\sA-Z]+/[^\sA-Z]+|rec:[0-9a-f]{16}")
LONGEST_SHOWN = 80  # characters of a wrong value that a message repeats
RANGE_OF = "range of "

# Row, column, value, what is allowed; and the nearest allowed value where no vocabulary tells it.
Wrong = tuple[int, str, str, str] | tuple[int, str, str, str, str]


class Rows(NamedTuple):
    """An extraction table, its columns those of the codebook."""

    table: book.Table
    file: str
    header: tuple[str, ...]
    cells: pd.DataFrame  # canonical texts, "" for empty; index = row as a spreadsheet counts


class Count(NamedTuple):
    """An outcome as counted in one row."""

    row: int
    events: int
    known: int


def check(
    tables: Mapping[str, Table], codebook: Codebook, config: Mapping[str, Any]
) -> list[Problem]:
    """Every problem of the tables by name (studies, reports, arms, outcomes).

    A table that is absent or has no rows is valid; one that is not given could not be read, and
    nothing is looked up in it. Ordered by table, row and column.
    """
    extracted = {
        name: _rows(tables[name], described)
        for name, described in codebook.tables.items()
        if name in tables
    }
    problems: list[Problem] = []
    for name, rows in extracted.items():
        wrong = [
            *_header(rows),
            *_cells(rows),
            *_repeated_keys(rows),
            *_references(rows, extracted),
            *(_sources(rows, extracted["reports"]) if "reports" in extracted else ()),
            *_checkers(rows),
        ]
        if name == "reports":
            wrong += _record_ids(rows)
        wrong += _meaningless(rows, config.get("descriptions", ()))
        if name == "outcomes":
            wrong += _exclusive_sets(rows, config["outcome_sets"])
        problems += _problems(rows, wrong)
    return problems


def check_beside(
    table: Table, described: book.Table, extracted: Mapping[str, Table], codebook: Codebook
) -> list[Problem]:
    """Every problem of a table beside the extraction tables: header, cells, keys, references.

    described: its columns; what they refer to stands in the extraction tables, `extracted`.
    """
    if not table.columns:
        return []  # absent or empty, as most of them are: the others need not be looked up
    rows = _rows(table, described)
    others = {
        name: _rows(extracted.get(name, Table(f"{name}.csv")), one)
        for name, one in codebook.tables.items()
    }
    wrong = [*_header(rows), *_cells(rows), *_references(rows, others), *_checkers(rows)]
    return _problems(rows, [*wrong, *(_repeated_keys(rows) if described.key else ())])


def schema(table: book.Table) -> pa.DataFrameSchema:
    """What pandera asks of a table of canonical texts, "" where a cell is empty.

    The checks of a column are called filled, type and value; those of its limits, which may be
    other columns of the row, "range of <column>".
    """
    columns = {column.name: pa.Column(checks=_of_cell(column)) for column in table.columns.values()}
    limited = [
        column
        for column in table.columns.values()
        if column.minimum is not None or column.maximum is not None
    ]
    ranges = [_of_range(column, table) for column in limited]
    return pa.DataFrameSchema(columns, checks=ranges, name=table.name)


def _of_cell(column: Column) -> list[pa.Check]:
    checks = []
    if column.required:
        checks.append(pa.Check(lambda cells: cells != "", name="filled"))
    if column.values:
        allowed = {"", *column.values}
        checks.append(pa.Check(lambda cells: cells.isin(allowed), name="value"))
    elif column.type != "text":

        def typed(cells: pd.Series) -> pd.Series:
            return cells.map(lambda cell: cell == "" or fits(column.type, cell)).astype(bool)

        checks.append(pa.Check(typed, name="type"))
    return checks


def _of_range(column: Column, table: book.Table) -> pa.Check:
    def within(cells: pd.DataFrame) -> pd.Series:
        values = _measured(cells[column.name], column.type)
        outside = pd.Series(False, index=cells.index)
        if column.minimum is not None:
            outside |= values < _limit(column.minimum, cells, table)
        if column.maximum is not None:
            outside |= values > _limit(column.maximum, cells, table)
        return ~outside

    return pa.Check(within, name=RANGE_OF + column.name)


def _limit(
    limit: int | float | str, cells: pd.DataFrame, table: book.Table
) -> int | float | pd.Series:
    if isinstance(limit, str):
        return _measured(cells[limit], table.columns[limit].type)
    return limit


def _measured(cells: pd.Series, kind: str) -> pd.Series:
    """Numbers to compare, days for dates; NaN for a cell that is empty or unreadable."""

    def number(cell: str) -> float:
        if not cell or not fits(kind, cell):
            return float("nan")
        return date.fromisoformat(cell).toordinal() if kind == "date" else float(cell)

    return cells.map(number).astype(float)


def _rows(table: Table, described: book.Table) -> Rows:
    texts = [
        [str(canonical("text", row.cells.get(column, ""))) for column in described.columns]
        for row in table.rows
    ]
    numbers = [row.number for row in table.rows]
    cells = pd.DataFrame(texts, index=numbers, columns=list(described.columns), dtype=object)
    return Rows(described, table.file, table.columns, cells)


def _header(rows: Rows) -> Iterator[Wrong]:
    known = list(rows.table.columns)
    if not rows.header:
        return
    for column in rows.header:
        if column not in known:
            unused = [name for name in known if name not in rows.header]
            yield 1, column, column, "a column of the codebook: " + nearest(column, unused or known)
    for column in known:
        if column not in rows.header and rows.table.columns[column].required:
            yield 1, column, "", NO_COLUMN


def _cells(rows: Rows) -> Iterator[Wrong]:
    if rows.cells.empty:
        return
    try:
        schema(rows.table).validate(rows.cells, lazy=True)
        return
    except SchemaErrors as errors:
        failures = errors.failure_cases
    named: set[tuple[int, str]] = set()
    for name, column, row in zip(
        failures["check"], failures["column"], failures["index"], strict=True
    ):
        column = name.removeprefix(RANGE_OF) if name.startswith(RANGE_OF) else column
        if column not in rows.header or (row, column) in named:
            continue
        named.add((row, column))
        cells = rows.cells.loc[row]
        yield row, column, cells[column], _allowed(name, rows.table.columns[column], cells)


def _allowed(check: str, column: Column, cells: Mapping[str, str]) -> str:
    if check == "value":
        return nearest(cells[column.name], list(column.values))
    if check == "type":
        return TYPE_WORDS[column.type]
    if check == "filled":
        return nearest("", list(column.values)) if column.values else TYPE_WORDS[column.type]
    least, most = (_limit_words(limit, cells) for limit in (column.minimum, column.maximum))
    if least and most:
        words = f"{least} to {most}"
    elif least:
        words = f"{least} or {'later' if column.type == 'date' else 'more'}"
    else:
        words = f"{most} or {'earlier' if column.type == 'date' else 'less'}"
    return f"{words} {column.unit}" if column.unit else words


def _limit_words(limit: int | float | str | None, cells: Mapping[str, str]) -> str:
    if limit is None:
        return ""
    if isinstance(limit, str):
        return f"{limit} ({cells[limit]})" if cells[limit] else ""
    return str(limit)


def _keys(rows: Rows, columns: Iterable[str]) -> dict[int, tuple[book.Value, ...]]:
    """Row number: typed values of the columns, for rows in which none of them is empty."""
    columns = list(columns)
    kinds = [rows.table.columns[column].type for column in columns]
    lines = zip(rows.cells.index, *(rows.cells[column] for column in columns), strict=True)
    return {
        number: tuple(canonical(kind, cell) for kind, cell in zip(kinds, cells, strict=True))
        for number, *cells in lines
        if all(cells)
    }


def _repeated_keys(rows: Rows) -> Iterator[Wrong]:
    first: dict[tuple[book.Value, ...], int] = {}
    for number, key in _keys(rows, rows.table.key).items():
        if key in first:
            value = ", ".join(map(str, key))
            yield number, ", ".join(rows.table.key), value, f"each once; row {first[key]} has it"
        first.setdefault(key, number)


def _references(rows: Rows, extracted: Mapping[str, Rows]) -> Iterator[Wrong]:
    """Values that must stand in another table; where its key has more columns, beside their like.

    Only the first dangling part of a key is named: what hangs on it can't be found either.
    """
    dangling: set[tuple[int, str]] = set()
    for column in rows.table.columns.values():
        if column.refers_to is None or column.refers_to[0] not in extracted:
            continue
        target, named = extracted[column.refers_to[0]], column.refers_to[1]
        beside = [part for part in target.table.key if part != named and part in rows.table.columns]
        known = defaultdict(set)
        for *context, value in _keys(target, [*beside, named]).values():
            known[tuple(context)].add(value)
        for number, (*context, value) in _keys(rows, [*beside, column.name]).items():
            if value in known[tuple(context)]:
                continue
            if any((number, part) in dangling for part in beside):
                continue
            dangling.add((number, column.name))
            where = " and ".join(
                f"{part} is {_short(str(cell))!r}"
                for part, cell in zip(beside, context, strict=True)
            )
            allowed = f"a value of {named} in {target.file}" + (f" where {where}" if where else "")
            near = meant(str(value), sorted(map(str, known[tuple(context)])))
            yield number, column.name, str(value), allowed + _alike(near), near


def _alike(near: str) -> str:
    return f" (the nearest is {_short(near)})" if near else ""


def _sources(rows: Rows, reports: Rows) -> Iterator[Wrong]:
    """Values taken from a publication that is not among the reports of the study."""
    if "source_record" not in rows.table.columns:
        return
    known = defaultdict(set)
    for column in ("record_id", "citation"):
        for study, source in _keys(reports, ["study_id", column]).values():
            known[study].add(source)
    for number, (study, source) in _keys(rows, ["study_id", "source_record"]).items():
        if source not in known[study]:
            near = meant(str(source), sorted(map(str, known[study])))
            allowed = (
                f"a record_id or citation in {reports.file} where study_id is "
                f"{_short(str(study))!r}{_alike(near)}"
            )
            yield number, "source_record", str(source), allowed, near


def _checkers(rows: Rows) -> Iterator[Wrong]:
    if not {"extracted_by", "checked_by"} <= set(rows.table.columns):
        return
    for number, (reader, checker) in _keys(rows, ["extracted_by", "checked_by"]).items():
        if reader == checker:
            yield number, "checked_by", str(checker), "another person than extracted_by"


def _record_ids(rows: Rows) -> Iterator[Wrong]:
    first: dict[tuple[book.Value, ...], int] = {}
    for number, key in _keys(rows, ["study_id", "record_id"]).items():
        if not RECORD_ID.fullmatch(str(key[1])):
            allowed = "pmid: and digits, doi: and a DOI in small letters, or rec: and 16 digits"
            allowed += " from 0 to f; or empty"
            yield number, "record_id", str(key[1]), allowed, _as_record_id(str(key[1]))
        elif key in first:
            allowed = f"each record once for a study; row {first[key]} has it"
            yield number, "record_id", str(key[1]), allowed
        first.setdefault(key, number)


def _as_record_id(written: str) -> str:
    """The id that a PMID or DOI would have in the form in which it was typed; "" if it is none."""
    from living_review.records import fields  # reads every format: only where a cell is wrong

    if pmid := fields.pmid(written):
        return f"pmid:{pmid}"
    doi = fields.doi(written)
    return f"doi:{doi}" if doi else ""


# Columns that mean nothing without others, beside those that descriptions of the protocol name.
COMPLETED_BY = {
    "followup_value": ("followup_measure", "followup_unit"),
    "person_time": ("person_time_unit",),
}


def _meaningless(rows: Rows, descriptions: Iterable[Mapping[str, Any]]) -> Iterator[Wrong]:
    """Numbers without the cell that says which average they are, or in what unit."""
    needed = dict(COMPLETED_BY) if rows.table.name == "outcomes" else {}
    for described in descriptions:
        if described["table"] == rows.table.name:
            beside = [described[name] for name in ("average", "unit_column") if name in described]
            column = described["column"]
            needed[column] = tuple(dict.fromkeys([*needed.get(column, ()), *beside]))
    for number_column, others in needed.items():
        if number_column not in rows.table.columns:
            continue
        for number in _keys(rows, [number_column]):
            for column in others:
                if column in rows.table.columns and not rows.cells.at[number, column]:
                    words = ", ".join(rows.table.columns[column].values) or "a text"
                    yield number, column, "", f"{words}; {number_column} means nothing without it"


def _exclusive_sets(rows: Rows, sets: Iterable[Mapping[str, Any]]) -> Iterator[Wrong]:
    """Arms in which outcomes that exclude each other have more events than patients known."""
    columns = ["study_id", "arm_id", "time_point", "outcome", "events", "n_known"]
    arms: dict[tuple[book.Value, ...], dict[book.Value, Count]] = defaultdict(dict)
    for number, (*arm, outcome, events, known) in _keys(rows, columns).items():
        if isinstance(events, int) and isinstance(known, int) and 0 <= events <= known:
            arms[tuple(arm)].setdefault(outcome, Count(number, events, known))
    for exclusive in (entry["outcomes"] for entry in sets if entry["kind"] == "exclusive"):
        for counts in arms.values():
            found = {outcome: counts[outcome] for outcome in exclusive if outcome in counts}
            total = sum(count.events for count in found.values())
            known = max((count.known for count in found.values()), default=0)
            if len(found) > 1 and total > known:
                numbers = sorted(count.row for count in found.values())
                parts = " + ".join(str(count.events) for count in found.values())
                allowed = (
                    f"together at most n_known ({known}), since {' and '.join(found)} "
                    f"exclude each other (rows {', '.join(map(str, numbers))})"
                )
                yield numbers[-1], "events", f"{parts} = {total}", allowed


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 3] + "..."


def _meant(rows: Rows, number: int, column: str, value: str) -> str:
    """The allowed word that is nearest, for a column of the codebook or a value of a vocabulary."""
    described = rows.table.columns.get(column)
    if described is None:
        return meant(column, [name for name in rows.table.columns if name not in rows.header])
    return meant(value, described.values) if number > 1 and described.values else ""


def _problems(rows: Rows, wrong: Iterable[Wrong]) -> list[Problem]:
    order = {column: place for place, column in enumerate(rows.table.columns)}

    def place(each: Wrong) -> tuple[int, int, str, str]:
        number, column, _, allowed, *_ = each
        return number, order.get(column.split(",")[0], len(order)), column, allowed

    return [
        Problem(
            rows.file,
            int(number),
            column,
            _short(value),
            allowed,
            near[0] if near else _meant(rows, number, column, value),
        )
        for number, column, value, allowed, *near in sorted(wrong, key=place)
    ]
