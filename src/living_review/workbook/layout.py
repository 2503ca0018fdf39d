"""Which sheets a workbook has and what their columns hold: from the codebook and the protocol.

Two kinds of sheet: those of the extraction tables, a row for each row of the table; and those of
the ledgers, a row for each thing that waits for a decision. Every row carries what it was made
from, so that it can be merged whatever became of the file meanwhile, and whichever rows and
sheets of the workbook come back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from living_review import consequences, ledgers, overlap, risk_of_bias, screening
from living_review.certainty import JUDGEMENTS
from living_review.codebook import Codebook, Column, Table

WHY, DELETE, MADE_FROM = "_why", "_delete", "_made_from"  # no column of a codebook is called so
DELETED = "delete"
EXACT = ("record_id", "source_record")  # ids, beside keys and words of vocabularies
DECIDED = ("decision", "reason", "note")  # what a person enters beside most of what waits
MOST_FROZEN = 2  # columns of a ledger sheet that stay in sight; its key may be longer

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
    said: tuple[str, ...] = ()  # of a ledger: what a person enters, what has to be said first

    @property
    def entered(self) -> tuple[str, ...]:
        """The columns whose changes are taken."""
        if self.ledger:
            return self.said
        return tuple(one.name for one in self.fields if one.name not in (WHY, DELETE, MADE_FROM))

    @property
    def frozen(self) -> int:
        """Columns that stay in sight."""
        return min(len(self.key), MOST_FROZEN) if self.ledger else len(self.key)

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
    to complete by extraction table. Of what the protocol doesn't ask for there is no sheet."""
    tables, waiting, prefilled = tables or {}, waiting or {}, prefilled or {}
    return [
        *(
            _of_ledger(name, protocol, waiting.get(name, ()))
            for name in LEDGERS
            if name != RISK_OF_BIAS or RISK_OF_BIAS in protocol
        ),
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
RISK_OF_BIAS = "risk_of_bias"  # no ledger but a table: of each rater one line about each item


class OfLedger(NamedTuple):
    """A sheet of things that wait for a decision, which becomes a line."""

    ledger: str
    title: str
    key: tuple[str, ...]  # columns of the line that name what is decided about
    shown: tuple[str, ...]  # columns to read
    said: tuple[str, ...] = DECIDED  # columns of the line that a person fills in


LEDGERS = {
    "screen": OfLedger(
        "screening", "What waits for your decision", ("record_id", "stage"), OF_WORK
    ),
    "decided": OfLedger("screening", "What you decided", ("record_id", "stage"), OF_WORK),
    "duplicates": OfLedger(
        "duplicates",
        "Records that may be one publication",
        ("record_id_1", "record_id_2"),
        ("why", *_PAIR),
    ),
    "overlaps": OfLedger(
        "overlap",
        "Studies that may have the same patients",
        ("study_id_1", "study_id_2"),
        tuple(f"{name}_{n}" for name in OF_STUDY for n in (1, 2)),
    ),
    "events": OfLedger(
        "events",
        "Retracted, doubted or corrected publications",
        ("record_id", "event"),
        ("study", "title", "notice"),
    ),
    RISK_OF_BIAS: OfLedger(
        RISK_OF_BIAS,
        "Items of the tools for risk of bias that wait for your answer",
        ("study_id", "item", "tool", "result", "role"),
        ("label", "asks", "answers", "raters_said"),
        ("answer", "support", "source_place", "note"),
    ),
    "ratings": OfLedger(
        "grade",
        "Results whose certainty waits for your judgement",
        ("analysis", "domain", "rates", "starting_level", "thresholds"),
        ("title", "rests_on", "judgements"),
        ("judgement", "reason", "note"),
    ),
}
_HELP = {
    "record_id": "The record, as the review calls it",
    "stage": "What is decided: on title and abstract, or on the full text",
    "event": "What became of the publication",
    "why": "Why the program could not decide",
    "item": "The number of the item in its tool, or overall for the judgement of the whole",
    "result": "The outcome that is judged, where the tool judges each result",
    "role": "rating for your own answer; consensus for what the raters agree on",
    "asks": "What the item says, in our words",
    "answers": "Which answers the item allows",
    "raters_said": "What each rater answered, where they differ",
    "answer": "Your answer, one of those under answers",
    "support": "What in the report speaks for it, in its words or yours; an answer needs it",
    "source_place": "Where in the report, page or table",
    "domain": "What is judged",
    "rates": "The code of the result as it stands; it moves when the result does",
    "rests_on": "The figures that the domain rests on",
    "judgements": "Which judgements the domain allows",
    "judgement": "Your judgement, one of those under judgements",
    "decision": "Your decision",
    "note": "Anything else",
}


def _of_ledger(name: str, protocol: Mapping[str, Any], rows: Iterable[Cells]) -> Sheet:
    ledger, title, key, shown, said = LEDGERS[name]
    decisions, reasons = choices(ledger, protocol)
    of_reason = "For an exclusion the first of these that holds; for awaiting, what is awaited"
    entered = {
        said[0]: Field(said[0], _help(said[0]), values=decisions, exact=True),
        "reason": Field(
            "reason", of_reason if reasons else "Why", values=reasons, exact=bool(reasons)
        ),
    }
    fields = (
        *(Field(one, _help(one), locked=True, exact=True) for one in key),
        *(Field(one, _help(one), locked=True) for one in shown),
        *(entered.get(one) or Field(one, _help(one)) for one in said),
        _made_from(),
    )
    return Sheet(name, title, fields, key, tuple(map(Line, rows)), ledger, said)


def choices(ledger: str, protocol: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The decisions and the reasons that a ledger allows; no reasons where any words will do."""
    if ledger == "screening":
        reasons = {**protocol["screening"]["reasons"], **screening.AWAITING}
        return dict.fromkeys(screening.DECISIONS, ""), reasons
    if ledger == "overlap":
        return dict.fromkeys(overlap.DECISIONS, ""), {}
    if ledger == "duplicates":
        return dict.fromkeys(ledgers.DUPLICATES, ""), {}
    if ledger == "grade":
        return dict.fromkeys((one for words in JUDGEMENTS.values() for one in words), ""), {}
    if ledger == RISK_OF_BIAS:
        tools = risk_of_bias.read(protocol.get(RISK_OF_BIAS, {}).get("tools", ()))
        said = [
            (answer, one["words"])
            for tool in tools.values()
            for answer, one in (*tool.answers.items(), *tool.overall.items())
        ]
        return dict(said), {}
    every = dict.fromkeys(one for kind in consequences.DECISIONS.values() for one in kind)
    return dict.fromkeys(every, ""), {}


def _help(column: str) -> str:
    return _HELP.get(column) or _plain(column)


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
