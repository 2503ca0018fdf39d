"""Rows of arms: which of them count, and their sums, one a study."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from living_review.errors import EstimationError

COUNTS = ("n_treated", "n_known", "events")
# Why a row does not count: it waits for a full text; it is out after an event; its patients are
# counted in another row.
REASONS = ("provisional", "retracted", "overlaps")
UNSURE = "unknown"

Row = Mapping[str, Any]


class Study(NamedTuple):
    """A study, its arms summed; provisional, retracted: whether any arm is."""

    study_id: str
    label: str
    year: int | None
    n_treated: int
    n_known: int
    events: int
    in_index_review: str
    basis: str
    provisional: bool
    retracted: bool


class Counted(NamedTuple):
    """The rows of an analysis, one an arm, all of which can be counted."""

    rows: tuple[Row, ...]

    def main(self) -> list[Row]:
        """Those that nothing keeps out."""
        return [row for row in self.rows if not _reasons(row)]

    def main_and(self, reason: str) -> list[Row] | None:
        """These and the rows that only this reason keeps out; None if it keeps none out."""
        there = [row for row in self.rows if _reasons(row) <= {reason}]
        return there if any(map(_reasons, there)) else None

    def retracted(self) -> list[Row]:
        """Those that are out after an event, whether they would count or be provisional."""
        return [row for row in self.rows if row["retracted"] and "overlaps" not in _reasons(row)]

    def not_in_published(self) -> list[Row]:
        """The main rows that are certainly not in the review continued."""
        return [row for row in self.main() if row["in_index_review"] == "no"]


def _reasons(row: Row) -> set[str]:
    return {reason for reason in REASONS if row.get(reason)}


def counted(rows: pd.DataFrame | Iterable[Row]) -> Counted:
    """The rows of an analysis.

    Raises EstimationError naming every row whose counts are impossible, or an arm counted twice.
    """
    every = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)
    _require_countable(every)
    return Counted(tuple(every))


def study_totals(rows: Iterable[Row]) -> list[Study]:
    """A study for each study_id, by year, label and id.

    in_index_review, basis: what all arms say, else "unknown".
    """
    arms: dict[str, list[Row]] = {}
    for row in rows:
        arms.setdefault(row["study_id"], []).append(row)
    return sorted(
        (_summed(study_id, own) for study_id, own in arms.items()),
        key=lambda study: (str(study.year or ""), study.label, study.study_id),
    )


def _summed(study_id: str, arms: Sequence[Row]) -> Study:
    n_treated, n_known, events = (sum(int(arm[name]) for arm in arms) for name in COUNTS)
    return Study(
        study_id=study_id,
        label=min(str(arm["label"]) for arm in arms),
        year=whole(min((arm["year"] for arm in arms), key=str)),
        n_treated=n_treated,
        n_known=n_known,
        events=events,
        in_index_review=_agreed(arm["in_index_review"] for arm in arms),
        basis=_agreed(arm["basis"] for arm in arms),
        provisional=any(bool(arm["provisional"]) for arm in arms),
        retracted=any(bool(arm["retracted"]) for arm in arms),
    )


def _require_countable(rows: Sequence[Row]) -> None:
    """Raises EstimationError naming every row that can't be summed."""
    wrong = []
    for row in rows:
        given = [row[name] for name in COUNTS]
        numbers = [number for number in map(whole, given) if number is not None]
        if len(numbers) < len(COUNTS) or numbers != sorted(numbers, reverse=True):
            said = ", ".join(f"{name} {value!r}" for name, value in zip(COUNTS, given, strict=True))
            wrong.append(
                f"study {row['study_id']}, arm {row['arm_id']}: {said}; allowed: whole numbers,"
                " events <= n_known <= n_treated"
            )
    times = Counter((row["study_id"], row["arm_id"]) for row in rows)
    wrong += [
        f"study {study_id}, arm {arm_id}: counted more than once; an analysis that meets"
        " several time points of an arm has to name one in `where`"
        for (study_id, arm_id), n in times.items()
        if n > 1
    ]
    if wrong:
        raise EstimationError("\n".join(sorted(wrong)))


def whole(value: Any) -> int | None:
    """The whole number, 0 or more, that a cell holds; None if it holds none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number >= 0 and number.is_integer() else None


def _agreed(values: Iterable[str]) -> str:
    said = set(values)
    return said.pop() if len(said) == 1 else UNSURE
