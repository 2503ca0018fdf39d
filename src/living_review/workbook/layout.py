"""Which sheets a workbook has and what their columns hold: from the codebook and the protocol.

Two kinds of sheet: those of the extraction tables, a row for each row of the table; and those of
the ledgers, a row for each thing that waits for a decision. Every row carries what it was made
from, so that it can be merged whatever became of the file meanwhile, and whichever rows and
sheets of the workbook come back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from living_review import consequences, ledgers, overlap, screening
from living_review.codebook import Codebook, Column, Table

WHY, DELETE, MADE_FROM = "_why", "_delete", "_made_from"  # no column of a codebook is called so
DELETED = "delete"
EXACT = ("record_id", "source_record")  # ids, beside keys and words of vocabularies
DECIDED = ("decision", "reason", "note")  # what a person enters beside what waits

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A column of a sheet."""

    name: str
    help: str
    kind: str = "text"  # type of the codebook
    values: Mapping[str, str] = field(default_factory=dict)  # allowed ones: what each means
    required: bool = False
    locked: bool = False  # in rows that stand
    exact: bool = False  # ids and words of a vocabulary
    refers_to: tuple[str, str] | None = None  # sheet, column
    example: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a sheet as it was made: cells that stand, or that were filled in beforehand."""

    cells: Cells
    stands: bool = True  # in a table or ledger; else filled in for somebody to complete


@dataclass(frozen=True)
class Sheet:
    """A sheet: of the extraction table of that name, or of a ledger."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    ledger: str = ""  # "" for the sheet of a table

    @property
    def entered(self) -> tuple[str, ...]:
        """The columns whose changes are taken."""
        if self.ledger:
            return DECIDED
        return tuple(one.name for one in self.fields if one.name not in (WHY, DELETE, MADE_FROM))

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


def sheets(
    protocol: Mapping[str, Any],
    book: Codebook,
    tables: Mapping[str, Sequence[Cells]] | None = None,
    waiting: Mapping[str, Sequence[Cells]] | None = None,
    prefilled: Mapping[str, Sequence[Cells]] | None = None,
) -> list[Sheet]:
    """Every sheet. tables: rows by extraction table; waiting: rows by ledger sheet; prefilled: rows
    to complete by extraction table."""
    tables, waiting, prefilled = tables or {}, waiting or {}, prefilled or {}
    return [
        *(_of_ledger(name, protocol, waiting.get(name, ())) for name in LEDGERS),
        *(
            _of_table(table, protocol, tables.get(name, ()), prefilled.get(name, ()))
            for name, table in book.tables.items()
        ),
    ]


# --- extraction tables ------------------------------------------------------------------------


def _of_table(
    table: Table, protocol: Mapping[str, Any], rows: Iterable[Cells], prefilled: Iterable[Cells]
) -> Sheet:
    columns = [_of_column(column, table, protocol) for column in table.columns.values()]
    fields = (
        *columns,
        Field(WHY, "Why you changed a value that stood here: one reason for all of the row"),
        Field(
            DELETE,
            f"Write {DELETED} to take the row out of the table, and say why in {WHY}. A row that "
            "you remove from the sheet stays in the table.",
            values={DELETED: "take this row out"},
            exact=True,
        ),
        _made_from(),
    )
    lines = (*map(Line, rows), *(Line(cells, stands=False) for cells in prefilled))
    return Sheet(table.name, table.title, fields, table.key, lines)


def _of_column(column: Column, table: Table, protocol: Mapping[str, Any]) -> Field:
    in_key = column.name in table.key
    return Field(
        name=column.name,
        help=column.help + (f" ({column.unit})" if column.unit else ""),
        kind=column.type,
        values=meanings(column, protocol),
        required=column.required,
        locked=in_key,
        exact=in_key or bool(column.values) or column.name in EXACT,
        refers_to=column.refers_to,
        example=column.example,
    )


def meanings(column: Column, protocol: Mapping[str, Any]) -> dict[str, str]:
    """What each allowed value of a column means, in the words of the protocol."""
    words = dict(protocol["vocabularies"].get(column.vocabulary, {}))
    if column.vocabulary == "outcomes":
        words = {name: outcome.get("label", "") for name, outcome in protocol["outcomes"].items()}
    return {value: str(words.get(value, "")) for value in column.values}


def _made_from() -> Field:
    return Field(MADE_FROM, "What the row was made from; leave it as it is", locked=True)


# --- ledgers ----------------------------------------------------------------------------------

OF_WORK = ("title", "authors", "year", "journal", "doi", "abstract")
_PAIR = tuple(f"{name}_{n}" for name in ("title", "authors", "year", "journal") for n in (1, 2))
OF_STUDY = ("label", "centre", "recruited_from", "recruited_to")
# Sheet: ledger, title, columns that name what is decided about, columns to read.
LEDGERS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "screen": ("screening", "What waits for your decision", ("record_id", "stage"), OF_WORK),
    "decided": ("screening", "What you decided", ("record_id", "stage"), OF_WORK),
    "duplicates": (
        "duplicates",
        "Records that may be one publication",
        ("record_id_1", "record_id_2"),
        ("why", *_PAIR),
    ),
    "overlaps": (
        "overlap",
        "Studies that may have the same patients",
        ("study_id_1", "study_id_2"),
        tuple(f"{name}_{n}" for name in OF_STUDY for n in (1, 2)),
    ),
    "events": (
        "events",
        "Retracted, doubted or corrected publications",
        ("record_id", "event"),
        ("study", "title", "notice"),
    ),
}
_HELP = {
    "record_id": "The record, as the review calls it",
    "stage": "What is decided: on title and abstract, or on the full text",
    "event": "What became of the publication",
    "why": "Why the program could not decide",
}


def _of_ledger(name: str, protocol: Mapping[str, Any], rows: Iterable[Cells]) -> Sheet:
    ledger, title, key, shown = LEDGERS[name]
    decisions, reasons = choices(ledger, protocol)
    fields = (
        *(Field(one, _HELP.get(one, _plain(one)), locked=True, exact=True) for one in key),
        *(Field(one, _HELP.get(one, _plain(one)), locked=True) for one in shown),
        Field("decision", "Your decision", values=decisions, exact=True),
        Field(
            "reason",
            "For an exclusion the first of these that holds; for awaiting, what is awaited"
            if reasons
            else "Why",
            values=reasons,
            exact=bool(reasons),
        ),
        Field("note", "Anything else"),
        _made_from(),
    )
    return Sheet(name, title, fields, key, tuple(map(Line, rows)), ledger)


def choices(ledger: str, protocol: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The decisions and the reasons that a ledger allows; no reasons where any words will do."""
    if ledger == "screening":
        reasons = {**protocol["screening"]["reasons"], **screening.AWAITING}
        return dict.fromkeys(screening.DECISIONS, ""), reasons
    if ledger == "overlap":
        return dict.fromkeys(overlap.DECISIONS, ""), {}
    if ledger == "duplicates":
        return dict.fromkeys(ledgers.DUPLICATES, ""), {}
    every = dict.fromkeys(one for kind in consequences.DECISIONS.values() for one in kind)
    return dict.fromkeys(every, ""), {}


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
