"""Mean and standard deviation of a group, estimated from its median with quartiles or range."""

from typing import NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError

FEWEST_PATIENTS = 5  # the weights of the formulas were fitted from there on


class Quantiles(NamedTuple):
    """What a group of n patients reports beside or in place of a mean; None where it does not."""

    n: int
    median: float | None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def in_order(self) -> bool:
        """Whether minimum <= q1 <= median <= q3 <= maximum, as far as given."""
        given = [self.minimum, self.q1, self.median, self.q3, self.maximum]
        stated = [value for value in given if value is not None]
        return stated == sorted(stated)

    @property
    def extremes(self) -> tuple[float, float] | None:
        """Minimum and maximum, if both are given and apart."""
        return _pair(self.minimum, self.maximum)

    @property
    def quartiles(self) -> tuple[float, float] | None:
        return _pair(self.q1, self.q3)


def estimated_mean(group: Quantiles) -> float | None:
    """The mean of a group from its median; None without range and quartiles, or n below 5.

    Assumes a symmetric distribution. Raises EstimationError if the quantiles are out of order.
    Source: Luo, Wan, Liu & Tong 2018, equations 7, 11 and 15.
    """
    _require_order(group)
    n, median = group.n, group.median
    if median is None or n < FEWEST_PATIENTS:
        return None
    middle_of = {
        name: (ends[0] + ends[1]) / 2
        for name, ends in (("range", group.extremes), ("quartiles", group.quartiles))
        if ends
    }
    if len(middle_of) == 2:
        weights = {"range": 2.2 / (2.2 + n**0.75), "quartiles": 0.7 - 0.72 / n**0.55}
    elif "range" in middle_of:
        weights = {"range": 4 / (4 + n**0.75)}
    elif "quartiles" in middle_of:
        weights = {"quartiles": 0.7 + 0.39 / n}
    else:
        return None
    shifts = (weight * (middle_of[name] - median) for name, weight in weights.items())
    return float(median + sum(shifts))


def estimated_sd(group: Quantiles) -> float | None:
    """The standard deviation from range or quartiles or both; None without them, or n below 5.

    Assumes a normal distribution. Raises EstimationError if the quantiles are out of order.
    Source: Wan, Wang, Liu & Tong 2014, equations 9 and 16; Shi et al. 2020 for both together.
    """
    _require_order(group)
    n = group.n
    if n < FEWEST_PATIENTS:
        return None
    xi = 2 * special.ndtri((n - 0.375) / (n + 0.25))
    eta = 2 * special.ndtri((0.75 * n - 0.125) / (n + 0.25))
    by_range = (group.extremes[1] - group.extremes[0]) / xi if group.extremes else None
    by_quartiles = (group.quartiles[1] - group.quartiles[0]) / eta if group.quartiles else None
    if by_range is not None and by_quartiles is not None:
        share = 1 / (1 + 0.07 * n**0.6)
        return float(share * by_range + (1 - share) * by_quartiles)
    found = by_range if by_range is not None else by_quartiles
    return None if found is None else float(found)


def is_skewed(group: Quantiles) -> bool:
    """Whether the quantiles are too lopsided for a symmetric distribution, at the level of 5 %.

    Source: Shi, Luo, Wan, Liu, Liu, Bian & Tong 2023, the simplified critical values.
    """
    _require_order(group)
    n, median = group.n, group.median
    if median is None or n < FEWEST_PATIENTS:
        return False
    lopsided = {
        name: abs(ends[0] + ends[1] - 2 * median) / (ends[1] - ends[0])
        for name, ends in (("range", group.extremes), ("quartiles", group.quartiles))
        if ends
    }
    if len(lopsided) == 2:
        found = max(2.65 * np.log(0.6 * n) / np.sqrt(n) * lopsided["range"], lopsided["quartiles"])
        return bool(found >= 3 / np.sqrt(n) - 40 / n**3)
    if "range" in lopsided:
        return bool(lopsided["range"] >= 1 / np.log(n + 9) + 2.5 / (n + 1))
    if "quartiles" in lopsided:
        return bool(lopsided["quartiles"] >= 2.65 / np.sqrt(n) - 6 / n**2)
    return False


def _pair(low: float | None, high: float | None) -> tuple[float, float] | None:
    return (low, high) if low is not None and high is not None and low < high else None


def _require_order(group: Quantiles) -> None:
    if not group.in_order:
        raise EstimationError(
            f"quantiles must rise from minimum to maximum; found {tuple(group[1:])}"
        )
