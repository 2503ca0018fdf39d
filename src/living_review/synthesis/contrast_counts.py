"""Counts of the two sides of a comparison, under each reading of the outcomes not known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from living_review.synthesis.across_studies import Arms
from living_review.synthesis.within_studies import Pairs

Row = Mapping[str, Any]

SIDES = (0, 1)
# Whether all patients whose outcome is not known had it, on the first side and on the second; None:
# they are left out.
READINGS: dict[str, tuple[bool, bool] | None] = {
    "known": None,
    "lowest": (False, True),
    "highest": (True, False),
}


def pairs(rows: Iterable[Row], reading: str) -> tuple[list[str], Pairs]:
    """The studies that report both sides, in order of their ids, arms of a side summed.

    rows: those that count, one an arm.
    """
    sums: dict[str, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in SIDES])
    for row in rows:
        for at, n in enumerate(read(row, reading)):
            sums[row["study_id"]][row["side"]][at] += n
    both = sorted(study for study, sides in sums.items() if all(n for _, n in sides))
    cells = np.array([np.ravel(sums[study]) for study in both], dtype=float).reshape(-1, 4)
    return both, Pairs(*cells.T)


def arms(rows: Sequence[Row], reading: str) -> Arms:
    """Every arm of either side that has patients under the reading."""
    used = [(row, *read(row, reading)) for row in rows]
    used = [(row, x, n) for row, x, n in used if n]
    return Arms(
        np.array([x for _, x, _ in used], dtype=float),
        np.array([n for *_, n in used], dtype=float),
        np.array([row["side"] for row, *_ in used], dtype=int),
        [row["study_id"] for row, *_ in used],
    )


def read(row: Row, reading: str) -> tuple[int, int]:
    """Events and patients of an arm."""
    events, known, treated = (int(row[name]) for name in ("events", "n_known", "n_treated"))
    had = READINGS[reading]
    if had is None:
        return events, known
    return events + (treated - known) * had[row["side"]], treated
