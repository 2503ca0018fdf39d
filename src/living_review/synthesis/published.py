"""Totals as an earlier review printed them, recomputed from their counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.errors import EstimationError
from living_review.percent import as_printed
from living_review.synthesis.binomial import clopper_pearson

OUTCOME_KNOWN = "outcome known"  # the measure whose row says of how many patients the end is known


def published_total(
    row: Mapping[str, Any], rows: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """One published total with its percentage, exact interval and bounds.

    row: group, measure, events, total, percent_as_printed, as text; total and percent may be empty.
    rows: all published rows. Where the row counts only patients whose outcome is known (its total
    is the number of events in the row `outcome known` of the same group), that row says how many
    were treated, which gives the bounds.
    Adds: estimate, the proportion; ci, Clopper-Pearson; percent, a text rounded half up to the
    digits printed (one if none was); agrees, whether that is what was printed (None if nothing
    was); bounds {low, high} as of `bounds`, None where no outcome is missing.
    Raises EstimationError for counts that are not whole, or events above total.
    """
    events = _whole(row, "events")
    total = _whole(row, "total") if _text(row, "total") else None
    printed = _text(row, "percent_as_printed")
    said = {
        "group": _text(row, "group"),
        "measure": _text(row, "measure"),
        "events": events,
        "total": total,
        "percent_as_printed": printed,
        "estimate": None,
        "percent": None,
        "agrees": None,
        "ci": None,
        "bounds": None,
    }
    if not total:
        return said
    if events > total:
        raise EstimationError(
            f"published total {said['group']}, {said['measure']}: {events} events of {total}"
        )
    percent = as_printed(events, total, printed)
    return said | {
        "estimate": events / total,
        "percent": percent,
        "agrees": percent == printed if printed else None,
        "ci": list(clopper_pearson(events, total)),
        "bounds": _published_bounds(said, rows),
    }


def published_totals(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every published total, in the order of the rows."""
    rows = list(rows)
    return [published_total(row, rows) for row in rows]


def bounds(events: int, n_known: int, n_treated: int) -> dict[str, Any] | None:
    """Lowest and highest proportion of all treated that the unknown outcomes leave possible.

    low: none of the n_treated - n_known had the event; high: all had. None if nobody was treated.
    """
    if not n_treated:
        return None
    highest = events + n_treated - n_known
    return {
        name: {"estimate": count / n_treated, "events": count, "total": n_treated}
        for name, count in (("low", events), ("high", highest))
    }


def _published_bounds(
    said: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any] | None:
    if said["measure"] == OUTCOME_KNOWN:
        return None
    for row in rows:
        if _text(row, "group") != said["group"] or _text(row, "measure") != OUTCOME_KNOWN:
            continue
        n_known, n_treated = _whole(row, "events"), _whole(row, "total")
        if n_known == said["total"] < n_treated:
            return bounds(said["events"], n_known, n_treated)
    return None


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None or value != value else str(value).strip()  # NaN is not itself


def _whole(row: Mapping[str, Any], column: str) -> int:
    text = _text(row, column)
    if not (text.isascii() and text.isdecimal()):
        raise EstimationError(
            f"published total {_text(row, 'group')}, {_text(row, 'measure')}: {column} is {text!r};"
            " allowed: a whole number"
        )
    return int(text)
