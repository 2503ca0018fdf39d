"""From what studies report to effects that can be pooled, for every measure there is."""

from typing import Any

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


def _needed(measure: str, names: tuple[str, ...], columns: dict[str, Any]) -> None:
    if set(columns) != set(names):
        raise EstimationError(
            f"measure {measure} needs {', '.join(names)}; found {', '.join(columns) or 'nothing'}"
        )
