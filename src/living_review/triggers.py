"""When the protocol says that an update is due to be published, and why it is or is not."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

Row = Mapping[str, Any]
Interval = tuple[float, float]


# The number that a kind of trigger goes by.
NEEDED = {
    "new_studies": "at_least",
    "new_patients": "at_least",
    "estimate_moved": "by",
    "threshold_crossed": "",
    "retraction": "",
    "months_since_version": "at_least",
}


class State(NamedTuple):
    """What triggers look at: of a published version, or of the review as it stands."""

    day: str  # published, or searched last; "" if that never was
    included: Mapping[str, int]  # patients of each included study that is not out
    out: Sequence[str]  # ids of studies that a retraction or a concern took out
    estimates: Mapping[str, float | None]  # the share that readers see, by analysis
    intervals: Mapping[str, Interval | None] = MappingProxyType({})  # its 95% interval


class Evaluated(NamedTuple):
    trigger: str  # its id in the protocol
    met: bool
    words: str


def evaluate(
    triggers: Sequence[Row], before: State | None, now: State, outcomes: Row
) -> list[Evaluated]:
    """Every trigger of the protocol, with what was found.

    triggers: the section of the protocol. before: as last published; None if nothing is yet, and
    then each trigger waits for what there is to publish at all. outcomes: {analysis id: the entry
    of its outcome in the protocol}, which may have `thresholds`, shares that a decision hangs on.
    """
    if before is None:
        before = State("", {}, (), dict.fromkeys(now.estimates))
    return [
        Evaluated(trigger["id"], *KINDS[trigger["when"]](trigger, before, now, outcomes))
        for trigger in triggers
    ]


def _new_studies(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    new = sorted(set(now.included) - set(before.included))
    named = f": {', '.join(new)}" if new else ""
    return len(new) >= trigger["at_least"], f"{_many(len(new), 'study', 'studies')} added{named}"


def _new_patients(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    more = sum(n for study_id, n in now.included.items() if study_id not in before.included)
    return more >= trigger["at_least"], f"{_many(more, 'patient', 'patients')} added"


def _estimate_moved(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    moved = {
        analysis: abs(now.estimates[analysis] - was)  # type: ignore[operator]
        for analysis, was in before.estimates.items()
        if was is not None and now.estimates.get(analysis) is not None
    }
    first = [
        analysis
        for analysis, share in now.estimates.items()
        if share is not None and before.estimates.get(analysis) is None
    ]
    far = {analysis: by for analysis, by in moved.items() if by >= trigger["by"]}
    said = [f"{analysis} by {_points(by)}" for analysis, by in sorted(far.items())]
    said += [f"{analysis} has its first estimate" for analysis in sorted(first)]
    most = f"none by {_points(trigger['by'])}"
    return bool(far or first), "; ".join(said) or (
        f"{most}; the furthest by {_points(max(moved.values()))}" if moved else most
    )


def _threshold_crossed(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    crossed = [
        f"{of}{analysis} crossed {_percent(limit)}"
        for analysis in sorted(now.estimates)
        for (of, was), (_, share) in zip(
            _shares(before, analysis), _shares(now, analysis), strict=True
        )
        for limit in outcomes[analysis].get("thresholds", ())
        if was is not None and share is not None and (was < limit) != (share < limit)
    ]
    said = "; ".join(crossed) or "no estimate and no bound of an interval crossed a threshold"
    return bool(crossed), said


def _shares(state: State, analysis: str) -> list[tuple[str, float | None]]:
    """What of an analysis may cross a threshold: its estimate and both ends of its interval."""
    low, high = state.intervals.get(analysis) or (None, None)
    return [
        ("", state.estimates.get(analysis)),
        ("the lower bound of ", low),
        ("the upper bound of ", high),
    ]


def _retraction(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    gone = sorted(set(now.out) & set(before.included))
    back = sorted(set(before.out) & set(now.included))
    said = [f"{one} was taken out" for one in gone] + [f"{one} is counted again" for one in back]
    return bool(said), "; ".join(said) or "no study that was published was taken out"


def _silence(trigger: Row, before: State, now: State, outcomes: Row) -> tuple[bool, str]:
    if not before.day or not now.day:
        return False, "nothing published yet" if not before.day else "not searched yet"
    months = _months(date.fromisoformat(before.day), date.fromisoformat(now.day))
    return months >= trigger["at_least"], (
        f"{_many(months, 'month', 'months')} from the last version to the last search"
    )


KINDS: Mapping[str, Callable[[Row, State, State, Row], tuple[bool, str]]] = {
    "new_studies": _new_studies,
    "new_patients": _new_patients,
    "estimate_moved": _estimate_moved,
    "threshold_crossed": _threshold_crossed,
    "retraction": _retraction,
    "months_since_version": _silence,
}


def _months(start: date, end: date) -> int:
    """Whole months from one day to the other; none if it is not later."""
    whole = 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)
    return max(0, whole)


def _many(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
