"""Two groups without a model of each study: Mantel-Haenszel and Peto."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, counts, same_length
from living_review.synthesis.binomial import Interval
from living_review.synthesis.random_effects import quantile, two_sided
from living_review.synthesis.two_groups import two_group_effects

ROUNDING = 1e-13  # relative; sums of a few thousand studies lose no more
MH_MEASURES = ("OR", "RR", "RD")


@dataclass(frozen=True)
class CommonEffect:
    """One effect common to all studies: log odds ratio, log risk ratio or difference of risks.

    qe: Q about it of the studies in which some had the event, but not all, on their number less
    one degrees of freedom; i2 in percent, from qe.
    """

    measure: str
    estimate: float
    se: float
    stat: float
    pval: float
    ci: Interval
    k: int
    qe: float
    qe_df: int
    qep: float
    i2: float


def mantel_haenszel(
    measure: str, ai: Any, n1i: Any, ci: Any, n2i: Any, level: float = 0.95
) -> CommonEffect:
    """Common effect of all studies by Mantel & Haenszel, without adding anything to any cell.

    ai events of n1i, ci events of n2i: shape (k,). measure: OR, RR (both on the log scale) or RD.
    Studies without events, or (OR) with nothing but events, in both groups tell OR and RR nothing.
    Raises EstimationError where no study has events to compare, or nothing varies in any group.
    Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986 (variance, OR); Greenland &
    Robins 1985 (RR); Sato, Greenland & Robins 1989 (RD); metafor rma.mh.
    """
    if measure not in MH_MEASURES:
        raise EstimationError(f"measure {measure!r} is not; allowed: {', '.join(MH_MEASURES)}")
    a, n1, c, n2 = _tables(ai, n1i, ci, n2i)
    estimate, se = {"OR": _odds_ratio, "RR": _risk_ratio, "RD": _risk_difference}[measure](
        a, n1 - a, c, n2 - c
    )
    own = _own_effects(measure, a, n1, c, n2)
    q = float(np.sum((own[0] - estimate) ** 2 / own[1]))
    return _common(measure, estimate, se, level, len(a), q, max(len(own[0]) - 1, 0))


def peto(ai: Any, n1i: Any, ci: Any, n2i: Any, level: float = 0.95) -> CommonEffect:
    """Common log odds ratio by Peto's one-step method, without adding anything to any cell.

    ai events of n1i, ci events of n2i: shape (k,). Meant for rare events, groups of like size and
    small effects; biased otherwise. Studies in which all or none had the event count for nothing.
    Raises EstimationError where no study is left.
    Source: Yusuf et al. 1985; metafor rma.peto.
    """
    a, n1, c, n2 = _tables(ai, n1i, ci, n2i)
    n, events = n1 + n2, a + c
    told = (events > 0) & (events < n)
    if not told.any():
        raise EstimationError("in every study all patients or none had the event")
    a, n1, n2, n, events = a[told], n1[told], n2[told], n[told], events[told]
    surplus = a - events * n1 / n
    variance = events * (n - events) * n1 * n2 / (n**2 * (n - 1))
    estimate = float(surplus.sum() / variance.sum())
    q = float(np.sum(surplus**2 / variance) - surplus.sum() ** 2 / variance.sum())
    se = float(1 / np.sqrt(variance.sum()))
    return _common("PETO", estimate, se, level, len(told), q, len(a) - 1)


def cochran_mantel_haenszel(
    ai: Any, n1i: Any, ci: Any, n2i: Any, correct: bool = True
) -> tuple[float, float]:
    """Chi-square statistic on one degree of freedom of no effect in any study, and its p-value.

    correct: with the continuity correction. Source: Mantel & Haenszel 1959.
    """
    a, n1, c, n2 = _tables(ai, n1i, ci, n2i)
    n, events = n1 + n2, a + c
    usable = n > 1
    surplus = abs(float(np.sum((a - events * n1 / n)[usable])))
    parts = events * (n - events) * n1 * n2 / (n**2 * np.where(usable, n - 1, 1))
    variance = float(parts[usable].sum())
    if variance == 0:
        raise EstimationError("in every study all patients or none had the event")
    stat = max(surplus - (0.5 if correct else 0.0), 0.0) ** 2 / variance
    return stat, float(special.chdtrc(1, stat))


def _tables(
    ai: Any, n1i: Any, ci: Any, n2i: Any
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    a, n1 = counts(ai, n1i, ("ai", "n1i"))
    c, n2 = counts(ci, n2i, ("ci", "n2i"))
    same_length(ai=a, ci=c)
    return a, n1, c, n2


def _odds_ratio(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> tuple[float, float]:
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    if not (r.sum() > 0 and s.sum() > 0):
        raise EstimationError("too few events for an odds ratio: no study compares them")
    variance = (
        (p @ r) / (2 * r.sum() ** 2)
        + (p @ s + q @ r) / (2 * r.sum() * s.sum())
        + (q @ s) / (2 * s.sum() ** 2)
    )
    return float(np.log(r.sum() / s.sum())), float(np.sqrt(variance))


def _risk_ratio(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> tuple[float, float]:
    n1, n2 = a + b, c + d
    n = n1 + n2
    r, s = float(np.sum(a * n2 / n)), float(np.sum(c * n1 / n))
    if not (r > 0 and s > 0):
        raise EstimationError("too few events for a risk ratio: one side has none at all")
    variance = _difference(float(np.sum(n1 * n2 * (a + c) / n**2)), float(np.sum(a * c / n)))
    return float(np.log(r / s)), float(np.sqrt(variance / (r * s)))


def _risk_difference(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray
) -> tuple[float, float]:
    n1, n2 = a + b, c + d
    n = n1 + n2
    weight = n1 * n2 / n
    estimate = float(np.sum(a * n2 / n - c * n1 / n) / weight.sum())
    p = c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + weight * (n2 - n1) / n / 2
    q = (a * (n2 - c) + c * (n1 - a)) / n / 2
    variance = _difference(float(q.sum()), -estimate * float(p.sum()))
    return estimate, float(np.sqrt(variance) / weight.sum())


def _difference(more: float, less: float) -> float:
    """more - less, both at least 0 or small; 0 if nothing is left but rounding."""
    left = more - less
    return left if left > ROUNDING * abs(more) else 0.0


def _own_effects(
    measure: str, a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Effects and variances of the studies in which some had the event, but not all."""
    told = (a + c > 0) & (a + c < n1 + n2)
    effects = two_group_effects(measure, a[told], n1[told], c[told], n2[told])
    return effects.yi, effects.vi


def _common(
    measure: str, estimate: float, se: float, level: float, k: int, q: float, df: int
) -> CommonEffect:
    if not se > 0:
        raise EstimationError("in every group all patients or none had the event")
    stat = estimate / se
    half = quantile(level, None) * se
    return CommonEffect(
        measure, estimate, se, stat, float(two_sided(np.array([stat]), None)[0]),
        Interval(estimate - half, estimate + half), k, q, df,
        float(special.chdtrc(df, q)) if df else 1.0,
        max(0.0, 100 * (q - df) / q) if q > 0 else 0.0,
    )  # fmt: skip
