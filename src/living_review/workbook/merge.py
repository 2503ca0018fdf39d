"""The files as they will be after a workbook is taken; nothing is written here."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from living_review import analyses, companions, ledgers, tables
from living_review.codebook import Codebook, canonical
from living_review.comparison import BETWEEN, PRESENT, PROVENANCE
from living_review.workbook.difference import Compared, Decision, RowEdit
from living_review.workbook.layout import RISK_OF_BIAS

CORRECTIONS = companions.path("corrections")
OF_CORRECTION = companions.columns("corrections")
ROW = ""  # for a column: the whole row
AGAIN = "entered again where it had been emptied"
Place = tuple[str, int]  # file and row
Corrected = tuple[str, ...]  # table, key, column


@dataclass
class Merged:
    """New contents by file, in the order in which they are to be renamed into place."""

    contents: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)  # what each was made from
    places: dict[Place, Place] = field(default_factory=dict)  # row of a file: row of the workbook


def merge(
    compared: Compared, book: Codebook, who: str, now: datetime, protocol_version: str
) -> Merged:
    """compared: what of it has problems is left out by whoever calls. who: the person; now: in UTC.

    Corrections come first: should the process be killed between two files, the workbook can be
    taken again, and what is there already is not added twice.
    """
    merged = Merged()
    _add_corrections(compared.edits, book, who, now, merged)
    for ledger in dict.fromkeys(decision.ledger for decision in compared.decisions):
        of_ledger = [one for one in compared.decisions if one.ledger == ledger]
        _add_decisions(ledger, of_ledger, who, now, protocol_version, merged)
    for table in book.tables:
        edits = [edit for edit in compared.edits if edit.table == table]
        if edits:
            _edit_table(table, edits, book, merged)
    return merged


def _edit_table(table: str, edits: Sequence[RowEdit], book: Codebook, merged: Merged) -> None:
    path = analyses.path(table)
    content = tables.content(path)
    described = book.tables[table]
    numbers = {
        tuple(
            str(canonical(described.columns[name].type, row.cells.get(name, "")))
            for name in described.key
        ): row.number
        for row in tables.parse(content, path).rows
    }
    by_kind = {
        kind: [edit for edit in edits if edit.kind == kind]
        for kind in ("changed", "deleted", "added")
    }
    changed = {
        numbers[edit.key]: {column: new for column, (_, new) in edit.changes.items()}
        for edit in by_kind["changed"]
    }
    removed = {numbers[edit.key] for edit in by_kind["deleted"]}
    added = [
        {column: new for column, (_, new) in edit.changes.items()} for edit in by_kind["added"]
    ]
    made = tables.edited(content, path, list(described.columns), changed, removed, added)
    merged.seen[path], merged.contents[path] = content, made
    later = [row.number for row in tables.parse(made, path).rows]
    for edit in by_kind["changed"]:
        number = numbers[edit.key]
        merged.places[path, number - sum(gone < number for gone in removed)] = edit.place
    if added:
        for number, edit in zip(later[-len(added) :], by_kind["added"], strict=True):
            merged.places[path, number] = edit.place


def _add_corrections(
    edits: Iterable[RowEdit], book: Codebook, who: str, now: datetime, merged: Merged
) -> None:
    """A line for each value that stood and is changed, and for each row that is taken out; and for
    what is filled in again of these, so that the last line always says what stands."""
    content = tables.content(CORRECTIONS)
    known = [
        tuple(row.get(column, "") for column in OF_CORRECTION)
        for row in tables.parse(content, CORRECTIONS).cells
    ]
    last = {line[:3]: line for line in known}
    lines = [
        line
        for edit in edits
        for line in _corrections(edit, last, who, now)
        if last.get(tuple(line.values())[:3]) != tuple(line.values())
    ]
    if lines:
        merged.seen[CORRECTIONS] = content
        merged.contents[CORRECTIONS] = ledgers.appended(content, CORRECTIONS, OF_CORRECTION, lines)


def _corrections(
    edit: RowEdit, last: Container[Corrected], who: str, now: datetime
) -> Iterator[dict[str, str]]:
    """last: table, key and column of what was corrected before; no column for a whole row."""
    table, key = edit.table, BETWEEN.join(edit.key)
    if edit.kind == "changed":
        changes = {
            column: change
            for column, change in edit.changes.items()
            if (change[0] and column not in PROVENANCE) or (table, key, column) in last
        }
    elif edit.kind == "deleted":
        changes = {ROW: (PRESENT, "")}
    else:
        changes = {ROW: ("", PRESENT)} if (table, key, ROW) in last else {}
    for column, (old, new) in changes.items():
        values = (table, key, column, old, new, edit.why or AGAIN, who, now.date().isoformat())
        yield dict(zip(OF_CORRECTION, values, strict=True))


def _add_decisions(
    ledger: str,
    decisions: Sequence[Decision],
    who: str,
    now: datetime,
    protocol_version: str,
    merged: Merged,
) -> None:
    if ledger == RISK_OF_BIAS:
        path, columns = companions.path(ledger), companions.columns(ledger)
        of_all = {"rater": who, "rated_on": now.date().isoformat()}
    else:
        path, columns = str(Path(ledgers.FOLDER, ledger, f"{who}.csv")), [*ledgers.COLUMNS[ledger]]
        time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        of_all = {"screener": who, "time": time, "protocol_version": protocol_version}
    content = tables.content(path)
    rows = tables.parse(content, path).rows
    taken = {row.cells.get("id", "") for row in rows}
    ids = _ids(who, taken, len(rows))
    lines = [
        dict.fromkeys(columns, "")
        | {**decision.about, **decision.said, **of_all}
        | ({"id": next(ids), "supersedes": decision.supersedes} if "id" in columns else {})
        for decision in decisions
    ]
    made = ledgers.appended(content, path, columns, lines)
    merged.seen[path], merged.contents[path] = content, made
    later = [row.number for row in tables.parse(made, path).rows][-len(lines) :]
    for number, decision in zip(later, decisions, strict=True):
        merged.places[path, number] = decision.place


def _ids(who: str, taken: set[str], used: int) -> Iterator[str]:
    """ann-18, ann-19 ...: after as many lines as there are, none that is taken."""
    number = used
    while True:
        number += 1
        if f"{who}-{number}" not in taken:
            yield f"{who}-{number}"
