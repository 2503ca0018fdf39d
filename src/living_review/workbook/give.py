"""The workbook of a review as it stands: what waits, the tables, and rows to complete."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from living_review import codebook, companions, config, ledgers, library, plan
from living_review.errors import ReviewError
from living_review.names import Plan
from living_review.report import rating_sheet, shown
from living_review.todo import extraction
from living_review.todo import read as todo
from living_review.workbook import layout, take, to_judge, write

Row = Mapping[str, Any]
WORKS = ("screen", "conflicts", "full_text", "awaiting")  # lists whose works wait for a decision
EVENTS = ("retractions", "concerns", "corrections", "event_conflicts")
SHOWN_OF_PAIR = ("title", "authors", "year", "journal")


def give(path: Path, who: str = "") -> str:
    """Write the workbook; says in a line what is in it.

    who: the person whose queue and decisions it has; "" for what waits for anybody. Raises
    ReviewError if there is such a file: it may hold work that was not taken yet.
    """
    if path.suffix.casefold() != ".xlsx":
        raise ReviewError(f"{path}: the name of a workbook ends in .xlsx")
    if path.exists():
        raise ReviewError(
            f"{path} is there already and may hold work that was not taken yet; choose another name"
        )
    if who:
        ledgers.require_person(who)
    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    current = plan.make()
    waiting = todo.read(current).for_person(who)
    tables = take.current(book)
    prefilled = extraction.prefilled(
        waiting.lists.get("extract", ()), (row["study_id"] for row in tables["studies"])
    )
    rows = ledger_rows(waiting, who, _records(current))
    if layout.RISK_OF_BIAS in protocol:
        rows[layout.RISK_OF_BIAS] = to_judge.risk_of_bias(
            waiting.lists, protocol, tables, companions.read(layout.RISK_OF_BIAS), who
        )
    rows["ratings"] = rating_sheet.to_judge(shown.results(current), who, ledgers.read("grade"))
    sheets = layout.sheets(protocol, book, tables, rows, prefilled)
    left_out = [
        f"{sheet.name}, {', '.join(line.cells.get(column, '') for column in sheet.key)}: {column} "
        "is too long for a cell and stays out of the workbook"
        for sheet, line, column in write.too_long(sheets)
    ]
    write.write(path, sheets)
    counts = ", ".join(f"{sheet.name} {len(sheet.lines)}" for sheet in sheets)
    return "\n".join([*left_out, f"{path}: rows of {counts}"])


def _records(current: Plan) -> dict[str, Row]:
    """What the review knows of each record, by its id."""
    found = library.records(current, layout.OF_WORK)[["record_id", *layout.OF_WORK]]
    return {record["record_id"]: record for record in found.to_dict("records")}


def ledger_rows(
    waiting: todo.Waiting, who: str, records: Mapping[str, Row]
) -> dict[str, list[dict[str, str]]]:
    """By ledger sheet, a row for each thing that waits; in `decided`, what stands of a person."""
    standing = take.standing(who) if who else {}
    screened = [_work(row, records) for name in WORKS for row in waiting.ordered(name)]
    decided = [
        _work(line, records)
        for of_one in standing.get("screening", {}).values()
        for line in of_one[:1]
    ]
    pairs = {
        "duplicates": [_pair(row) for row in waiting.lists.get("duplicates", ())],
        "overlaps": [_overlap(row) for row in waiting.lists.get("overlaps", ())],
        "events": [_event(row) for name in EVENTS for row in waiting.lists.get(name, ())],
    }
    for sheet, rows in pairs.items():
        of_ledger = layout.LEDGERS[sheet]
        said = standing.get(of_ledger.ledger, {})
        for row in rows:
            lines = said.get(tuple(row[column] for column in of_ledger.key), ())
            row |= _said(lines[0]) if lines else {}
    waits = {(row["record_id"], row["stage"]) for row in screened}
    kept = [row for row in decided if (row["record_id"], row["stage"]) not in waits]
    return {"screen": screened, "decided": kept, **pairs}


def _said(line: Row) -> dict[str, str]:
    return {column: str(line[column]) for column in layout.DECIDED}


def _work(row: Row, records: Mapping[str, Row]) -> dict[str, str]:
    """A work that waits, or a line about one, with what its record says."""
    known = {**row, **records.get(row["record_id"], {})}
    said = _said(row) if "decision" in row else {}
    return _texts(known, ("record_id", "stage", *layout.OF_WORK)) | said


def _pair(row: Row) -> dict[str, str]:
    sides = enumerate(row["records"], 1)
    shown = {f"{name}_{n}": one.get(name) for n, one in sides for name in SHOWN_OF_PAIR}
    return _texts({**row, **shown}, ("record_id_1", "record_id_2", "why", *shown))


def _overlap(row: Row) -> dict[str, str]:
    sides = enumerate(row["studies"], 1)
    names = ("study_id", *layout.OF_STUDY)
    shown = {f"{name}_{n}": one.get(name) for n, one in sides for name in names}
    return _texts(shown, shown)


def _event(row: Row) -> dict[str, str]:
    notices = "; ".join(notice["citation"] or notice["notice"] for notice in row["notices"])
    about = {**row, "event": row["kind"], "study": row["label"], "notice": notices}
    return _texts(about, ("record_id", "event", "study", "title", "notice"))


def _texts(row: Row, names: Iterable[str]) -> dict[str, str]:
    return {name: "" if row.get(name) is None else str(row[name]) for name in names}
