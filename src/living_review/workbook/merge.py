"""The files as they will be after a workbook is taken; nothing is written here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from living_review import analyses, ledgers, tables
from living_review.codebook import Codebook, canonical
from living_review.workbook.difference import Compared, Decision, RowEdit

CORRECTIONS = f"{analyses.FOLDER}/corrections.csv"
OF_CORRECTION = ("table", "key", "column", "old", "new", "why", "who", "date")
BETWEEN = " | "  # values of a key in one cell
Place = tuple[str, int]  # file and row


@dataclass
class Merged:
    """New contents by file, in the order in which they are to be renamed into place."""

    contents: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)  # what each was made from
    places: dict[Place, Place] = field(default_factory=dict)  # row of a file: row of the workbook


def merge(
    compared: Compared, book: Codebook, who: str, now: datetime, protocol_version: str
) -> Merged:
    """compared: without problems. who: the person; now: in UTC.

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
    """A line for each value that stood and is changed, and one for each row that is taken out."""
    content = tables.content(CORRECTIONS)
    known = {
        tuple(row.get(column, "") for column in OF_CORRECTION)
        for row in tables.parse(content, CORRECTIONS).cells
    }
    lines = [
        line
        for edit in edits
        for line in _corrections(edit, who, now)
        if tuple(line.values()) not in known
    ]
    if lines:
        merged.seen[CORRECTIONS] = content
        merged.contents[CORRECTIONS] = tables.edited(
            content, CORRECTIONS, OF_CORRECTION, added=lines
        )


def _corrections(edit: RowEdit, who: str, now: datetime) -> Iterator[dict[str, str]]:
    if edit.kind == "added":
        return
    about = {"table": edit.table, "key": BETWEEN.join(edit.key)}
    why = {"why": edit.why, "who": who, "date": now.date().isoformat()}
    for column, (old, new) in edit.changes.items():
        if old:
            yield {**about, "column": column, "old": old, "new": new, **why}


def _add_decisions(
    ledger: str,
    decisions: Sequence[Decision],
    who: str,
    now: datetime,
    protocol_version: str,
    merged: Merged,
) -> None:
    path = str(Path(ledgers.FOLDER, ledger, f"{who}.csv"))
    content = tables.content(path)
    columns = ledgers.COLUMNS[ledger]
    rows = tables.parse(content, path).rows
    taken = {row.cells.get("id", "") for row in rows}
    ids = _ids(who, taken, len(rows))
    lines = [
        dict.fromkeys(columns, "")
        | {"id": next(ids), "screener": who, **decision.about}
        | {"decision": decision.decision, "reason": decision.reason, "note": decision.note}
        | {"time": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "protocol_version": protocol_version}
        | {"supersedes": decision.supersedes}
        for decision in decisions
    ]
    made = tables.edited(content, path, columns, added=lines)
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
