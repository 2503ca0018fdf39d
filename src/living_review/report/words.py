"""Numbers and results in plain English sentences.

What may be said is decided here: the published total until full-text data exist, bounds with every
share, certainty never without a rating, and no word that calls one treatment superior to another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.notices import CONCERN, ERRATUM, RETRACTION, UPDATE

Row = Mapping[str, Any]

NOTHING = "No eligible study reports this yet."
AS_PUBLISHED = "As published, not recomputed; certainty not assessed."

KINDS = {
    RETRACTION: "retracted",
    CONCERN: "expression of concern",
    ERRATUM: "erratum",
    UPDATE: "update",
}


def counted(n: int, one: str, many: str = "") -> str:
    """1 study, 2 studies: `many` unless an s is enough."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def studies(n: int) -> str:
    return counted(n, "study", "studies")


def estimate(pooled: Row) -> Row:
    """The estimate that is shown: of the model where there is one, else crude."""
    shown: Row = pooled.get("proportion") or pooled["crude"]
    return shown


def percent(share: float) -> str:
    """A proportion (0 to 1) with one decimal."""
    return f"{100 * share:.1f}%"


def computed(value: float) -> str:
    """A pooled length, age or rate: one decimal, and of what is below 1 three digits that count."""
    return f"{value:.3g}" if 0 < abs(value) < 1 else f"{value:,.1f}"


def reported(value: float) -> str:
    """The same of what a study gives: whole numbers stay whole."""
    return computed(value).removesuffix(".0")


def interval(ends: Sequence[float]) -> str:
    return f"{percent(ends[0])} to {percent(ends[1])}"


def in_100(share: float) -> str:
    """About 72 in 100, and never 0 or 100 of 100 unless it is so."""
    if share in (0, 1):
        return f"{'All' if share else 'None'} of the"
    whole = int(100 * share + 0.5)
    if whole == 0:
        return "Fewer than 1 in 100"
    if whole == 100:
        return "More than 99 in 100"
    return f"About {whole} in 100"


def bounds(row: Row) -> str:
    """What unknown outcomes could change, from the lowest share to the highest."""
    found = row.get("bounds")
    if not found:
        return "No unknown outcome is stated."
    low, high = found["low"], found["high"]
    unknown = high["events"] - low["events"]
    if not unknown:
        return f"No outcome of the {counted(low['total'], 'patient')} treated is unknown."
    return (
        f"The outcome of {unknown:,} of {low['total']:,} treated patients is unknown: the share of "
        f"all patients taken together is {percent(low['estimate'])} ({low['events']:,} of "
        f"{low['total']:,}) if none of them had it, {percent(high['estimate'])} "
        f"({high['events']:,} of {high['total']:,}) if all had it."
    )


def p_value(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def words_of(results: Mapping[str, Any], column: str, value: object) -> str:
    """What a value of a table means by the vocabulary of its column, else itself."""
    words: str = results["words"].get(column, {}).get(str(value), str(value).replace("_", " "))
    return words
