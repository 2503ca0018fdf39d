"""From what studies report to effects that can be pooled, for every measure there is."""

from collections.abc import Callable
from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, poolable
from living_review.synthesis.correlations import CORRELATION_MEASURES, correlation_effects
from living_review.synthesis.means import MEAN_MEASURES, mean_effects
from living_review.synthesis.proportions import PROPORTION_MEASURES, proportion_effects
from living_review.synthesis.rates import (
    RATE_MEASURES,
    TWO_GROUP_RATE_MEASURES,
    rate_effects,
    two_group_rate_effects,
)
from living_review.synthesis.two_groups import TWO_GROUP_MEASURES, two_group_effects

_FAMILIES = (
    (PROPORTION_MEASURES, proportion_effects, ("events", "total")),
    (TWO_GROUP_MEASURES, two_group_effects, ("ai", "n1i", "ci", "n2i")),
    (MEAN_MEASURES, mean_effects, ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")),
    (CORRELATION_MEASURES, correlation_effects, ("ri", "ni")),
    (RATE_MEASURES, rate_effects, ("xi", "ti")),
    (TWO_GROUP_RATE_MEASURES, two_group_rate_effects, ("x1i", "t1i", "x2i", "t2i")),
)
MEASURES = (*(measure for measures, _, _ in _FAMILIES for measure in measures), "GEN")


def effect_sizes(measure: str, **columns: Any) -> Effects:
    """Effects of `measure` from the columns that it needs, each of shape (k,).

    PR PLN PLO PAS PFT: events, total; RR OR RD PETO AS: ai, n1i, ci, n2i; MD SMD ROM: n1i, m1i,
    sd1i, n2i, m2i, sd2i; COR ZCOR: ri, ni; IR IRLN IRS IRFT: xi, ti; IRR IRD IRSD: x1i, t1i, x2i,
    t2i; GEN: yi, vi, effects as others computed them.
    Raises EstimationError for an unknown measure, or columns that are not those.
    """
    if measure == "GEN":
        _needed(measure, ("yi", "vi"), columns)
        return Effects(*poolable(columns["yi"], columns["vi"]))
    for measures, function, names in _FAMILIES:
        if measure in measures:
            _needed(measure, names, columns)
            return function(measure, **columns)
    raise EstimationError(f"measure {measure!r} is not known; allowed: {', '.join(MEASURES)}")


def columns_of(measure: str) -> tuple[str, ...]:
    """The columns that `measure` needs; raises EstimationError for an unknown measure."""
    if measure == "GEN":
        return ("yi", "vi")
    for measures, _, names in _FAMILIES:
        if measure in measures:
            return names
    raise EstimationError(f"measure {measure!r} is not known; allowed: {', '.join(MEASURES)}")


def to_natural(measure: str) -> Callable[[float], float]:
    """The way back from the scale of `measure` to the one people read.

    Ratios come back from logarithms, ZCOR to a correlation, IRS to a rate (0 for limits below 0);
    what is no transformation stays as it is, and so do WITHOUT_WAY_BACK.
    Proportions: `proportions.to_proportion`. Source: metafor transf functions.
    """
    if measure in ("RR", "OR", "PETO", "ROM", "IRR", "IRLN"):
        return lambda t: float(np.exp(t))
    if measure == "ZCOR":
        return lambda t: float(np.tanh(t))
    if measure == "IRS":
        return lambda t: max(t, 0.0) ** 2
    return float


# A pooled value of these is no risk, rate or difference of such that could be named.
WITHOUT_WAY_BACK = ("AS", "IRSD", "IRFT")


def _needed(measure: str, names: tuple[str, ...], columns: dict[str, Any]) -> None:
    if set(columns) != set(names):
        raise EstimationError(
            f"measure {measure} needs {', '.join(names)}; found {', '.join(columns) or 'nothing'}"
        )
