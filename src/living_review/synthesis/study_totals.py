"""Rows of arms, summed to one row a study."""

from typing import Any

import pandas as pd

from living_review.errors import EstimationError

COUNTS = ("n_treated", "n_known", "events")
MARKS = ("provisional", "retracted")
COLUMNS = ("study_id", "arm_id", "label", "year", *COUNTS, "in_index_review", *MARKS, "basis")
UNSURE = "unknown"


def marked(rows: pd.DataFrame, mark: str) -> pd.Series:
    """Whether each row bears the mark: provisional, it waits for a full text; retracted, it is out
    after an event."""
    return rows[mark].astype(bool)


def study_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a study, arms summed, by year, label and id.

    in_index_review, basis: what all arms say, else "unknown". MARKS: if any arm bears them.
    Raises EstimationError naming every row whose counts are impossible, or an arm counted twice.
    """
    _require_countable(rows)
    counted = rows.assign(
        **{mark: marked(rows, mark) for mark in MARKS},
        **{name: rows[name].astype("int64") for name in COUNTS},
    )
    summed = counted.groupby("study_id", as_index=False, sort=True).agg(
        label=("label", "min"),
        year=("year", "min"),
        **{mark: (mark, "any") for mark in MARKS},
        in_index_review=("in_index_review", _agreed),
        basis=("basis", _agreed),
        **{column: (column, "sum") for column in COUNTS},
    )
    order = [
        summed["year"].map(lambda year: str(year or "")),
        summed["label"].map(str),
        summed["study_id"].map(str),
    ]
    positions = sorted(range(len(summed)), key=lambda at: tuple(key.iloc[at] for key in order))
    return summed.iloc[positions].reset_index(drop=True)


def _require_countable(rows: pd.DataFrame) -> None:
    """Raises EstimationError naming every row that can't be summed."""
    wrong = []
    for row in rows.itertuples():
        given = [getattr(row, name) for name in COUNTS]
        numbers = [number for number in map(whole, given) if number is not None]
        if len(numbers) < len(COUNTS) or numbers != sorted(numbers, reverse=True):
            said = ", ".join(f"{name} {value!r}" for name, value in zip(COUNTS, given, strict=True))
            wrong.append(
                f"study {row.study_id}, arm {row.arm_id}: {said}; allowed: whole numbers,"
                " events <= n_known <= n_treated"
            )
    twice = rows[rows.duplicated(["study_id", "arm_id"])]
    wrong += [
        f"study {row.study_id}, arm {row.arm_id}: counted more than once; an analysis that meets"
        " several time points of an arm has to name one in `where`"
        for row in twice.drop_duplicates(["study_id", "arm_id"]).itertuples()
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


def _agreed(values: pd.Series) -> str:
    said = set(values)
    return said.pop() if len(said) == 1 else UNSURE
