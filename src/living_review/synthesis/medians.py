"""Medians of several groups, pooled as medians: no mean and no distribution is assumed."""

from typing import Any, NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, at_least, floats, same_length
from living_review.synthesis.binomial import Interval

FEWEST_FOR_INTERVAL = 6  # groups: with 5 the sign test leaves out 1 / 2^4, more than 5 %


class PooledMedian(NamedTuple):
    """A median of medians; ci covers at least `coverage`, None where too few groups give one."""

    estimate: float
    ci: Interval | None
    coverage: float | None
    k: int


def pooled_median(medians: Any, patients: Any = None, level: float = 0.95) -> PooledMedian:
    """The median of medians; weighted by patients where these are given.

    medians: shape (k,), k >= 1; patients: shape (k,), whole numbers from 1 on.
    Estimand: the value that half of the groups' true medians (weighted: of the patients' groups)
    lie below. Interval: by inverting the sign test, each median being as likely above as below; in
    the weighted one each sign counts as many times as there are patients. Both are exact, so that
    they cover `level` or more; its ends are medians that were reported.
    Raises EstimationError for impossible input. Source: McGrath, Zhao, Qin, Steele & Benedetti
    2019, median of medians and weighted median of medians.
    """
    values = floats(medians, "medians")
    if not len(values):
        raise EstimationError("there is no median to pool")
    if patients is None:
        weights = np.ones(len(values), dtype=int)
    else:
        given = at_least(patients, "patients", 1)
        same_length(medians=values, patients=given)
        if np.any(given != np.floor(given)):
            raise EstimationError("patients must be whole numbers")
        weights = given.astype(int)
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    estimate = _weighted_median(values, weights)
    if len(values) < FEWEST_FOR_INTERVAL:
        return PooledMedian(estimate, None, None, len(values))
    return PooledMedian(estimate, *_sign_test_interval(values, weights, level), len(values))


def _weighted_median(values: FloatArray, weights: np.ndarray) -> float:
    """values in rising order: half of the weight on either side; midway where a gap divides it."""
    below = np.cumsum(weights)
    at = int(np.searchsorted(2 * below, below[-1]))
    if 2 * below[at] == below[-1]:
        return float(values[at] / 2 + values[at + 1] / 2)
    return float(values[at])


def _sign_test_interval(
    values: FloatArray, weights: np.ndarray, level: float
) -> tuple[Interval | None, float | None]:
    """Every value that the sign test does not reject, and the coverage that its tails leave.

    values in rising order. Below values[j] lies the weight of the j medians before it; a value
    there is rejected if so little weight below has a probability of at most (1 - level) / 2.
    """
    tails = _at_most(weights)
    below = np.concatenate([[0], np.cumsum(weights)[:-1]])
    above = np.concatenate([np.cumsum(weights[::-1])[:-1][::-1], [0]])
    low = np.flatnonzero(tails[below] <= (1 - level) / 2)
    high = np.flatnonzero(tails[above] <= (1 - level) / 2)
    if not len(low) or not len(high):
        return None, None
    first, last = low[-1], high[0]
    coverage = 1 - tails[below[first]] - tails[above[last]]
    return Interval(float(values[first]), float(values[last])), float(coverage)


def _at_most(weights: np.ndarray) -> FloatArray:
    """Probability, for each w from 0 to the total, that the weight of the heads of one fair coin
    for each group is at most w."""
    chances = np.ones(1)
    for weight in weights:
        tossed = np.zeros(len(chances) + weight)
        tossed[: len(chances)] += chances / 2
        tossed[weight:] += chances / 2
        chances = tossed
    return np.minimum(np.cumsum(chances), 1.0)
