"""The variance between studies, by nine methods."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.model_names import TAU2_METHODS
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.likelihood import log_likelihood
from living_review.synthesis.projection import project

TOLERANCE = 1e-13  # of a step, relative to tau2 plus the typical sampling variance
STEPS = 500


class Tau2(NamedTuple):
    """Variance between studies and its standard error (None where there is none), cut at 0."""

    value: float
    se: float | None


def estimate_tau2(method: str, yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    """Variance between studies that x does not explain, in squared units of yi.

    yi, vi: shape (k,); x: shape (k, p), k >= p. With k = p nothing is left to estimate it from: 0.
    Raises EstimationError for an unknown method or if the iteration does not settle.
    Sources: DerSimonian & Laird 1986 (DL); Hedges & Olkin 1985 (HE); Hunter & Schmidt 1990 (HS);
    Sidik & Jonkman 2005 (SJ); Viechtbauer 2005 (ML, REML, and the standard errors); Morris 1983
    (EB); Paule & Mandel 1982 (PM). Conventions as metafor rma(method=...).
    """
    if method not in TAU2_METHODS:
        raise EstimationError(f"method {method!r} is not known; allowed: {', '.join(TAU2_METHODS)}")
    if method == "EE" or len(yi) <= x.shape[1]:
        return Tau2(0.0, None)
    return _ESTIMATORS[method](yi, vi, x)


def _dersimonian_laird(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    fit, df = project(yi, 1 / vi, x), len(yi) - x.shape[1]
    value = max(0.0, (fit.rss - df) / fit.trace)
    variance = 2 * df + 4 * value * fit.trace + 2 * value**2 * fit.trace_squared
    return Tau2(value, float(np.sqrt(variance) / fit.trace))


def _hedges(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    fit, df = project(yi, np.ones_like(vi), x), len(yi) - x.shape[1]
    trace_pv = float(vi @ (1 - fit.leverage))
    value = max(0.0, (fit.rss - trace_pv) / df)
    crossed = fit.basis.T @ (vi[:, None] * fit.basis)
    trace_pvpv = float(vi**2 @ (1 - 2 * fit.leverage) + np.sum(crossed**2))
    variance = 2 * trace_pvpv + 4 * value * trace_pv + 2 * value**2 * df
    return Tau2(value, float(np.sqrt(max(0.0, variance)) / df))  # below 0 by rounding only


def _hunter_schmidt(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    fit, df = project(yi, 1 / vi, x), len(yi) - x.shape[1]
    total = fit.w.sum()
    value = max(0.0, (fit.rss - len(yi)) / total)
    variance = 2 * df + 4 * value * fit.trace + 2 * value**2 * fit.trace_squared
    return Tau2(float(value), float(np.sqrt(variance) / total))


def _sidik_jonkman(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    df = len(yi) - x.shape[1]
    rough = float(np.var(yi))
    if rough == 0:  # identical studies
        return Tau2(0.0, 0.0)
    fit = project(yi, 1 / (vi + rough), x)
    value = rough * fit.rss / df
    spread = fit.basis.T @ ((vi * fit.w)[:, None] * fit.basis)
    # P V is W(I - H)V in the symmetric form; its traces follow from the orthonormal basis
    share = vi * fit.w
    trace_pvpv = float(share**2 @ (1 - 2 * fit.leverage) + np.sum(spread**2))
    weighted = fit.basis.T @ (fit.w[:, None] * fit.basis)
    trace_pvp = float((share * fit.w) @ (1 - 2 * fit.leverage) + np.sum(spread * weighted))
    variance = 2 * trace_pvpv + 4 * value * trace_pvp + 2 * value**2 * fit.trace_squared
    return Tau2(value, float(rough / df * np.sqrt(variance)))


def _maximum_likelihood(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    def slopes(tau2: float) -> tuple[float, float, float]:
        fit = project(yi, 1 / (vi + tau2), x)
        information = float(fit.w @ fit.w)
        return fit.ypp_y - fit.w.sum(), information, 2 * fit.yppp_y - information

    value = _climb(slopes, _hedges(yi, vi, x).value, _typical(vi))
    value = _or_zero(value, yi, vi, x, restricted=False)
    w = 1 / (vi + value)
    return Tau2(value, float(np.sqrt(2 / (w @ w))))


def _restricted_maximum_likelihood(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    def slopes(tau2: float) -> tuple[float, float, float]:
        fit = project(yi, 1 / (vi + tau2), x)
        information = fit.trace_squared
        return fit.ypp_y - fit.trace, information, 2 * fit.yppp_y - information

    value = _climb(slopes, _hedges(yi, vi, x).value, _typical(vi))
    value = _or_zero(value, yi, vi, x, restricted=True)
    return Tau2(value, float(np.sqrt(2 / slopes(value)[1])))


def _paule_mandel(yi: FloatArray, vi: FloatArray, x: FloatArray) -> Tau2:
    k, df = len(yi), len(yi) - x.shape[1]
    value = tau2_where_q_is(df, yi, vi, x)
    return Tau2(value, float(np.sqrt(2 * k**2 / df) / np.sum(1 / (vi + value))))


def tau2_where_q_is(target: float, yi: FloatArray, vi: FloatArray, x: FloatArray) -> float:
    """The tau2 at which the generalised Q statistic equals `target`; 0 if it is below at 0 already.

    1/Q rises with tau2 and is concave, so that Newton's steps from the left never overshoot.
    """
    tau2, scale = 0.0, _typical(vi)
    for _ in range(STEPS):
        fit = project(yi, 1 / (vi + tau2), x)
        q = fit.rss
        if q <= target:
            return tau2
        step = q * (q - target) / (target * fit.ypp_y)
        tau2 += step
        if step <= TOLERANCE * (tau2 + scale):
            return tau2
    raise EstimationError(f"tau2 did not settle in {STEPS} steps")


def _climb(
    slopes: Callable[[float], tuple[float, float, float]], start: float, scale: float
) -> float:
    """The maximum of a log-likelihood in tau2 >= 0 that is uphill of `start`.

    slopes(tau2): twice the first derivative, twice the expected information, twice the observed.
    Scoring far from the top, Newton close to it. scale: size of a sampling variance.
    """
    tau2, newton = start, False
    low, high = 0.0, np.inf  # the last places from which it was uphill to the right and to the left
    for _ in range(STEPS):
        slope, expected, observed = slopes(tau2)
        if tau2 == 0 and slope <= 0:
            return 0.0
        low, high = (tau2, high) if slope > 0 else (low, tau2)
        bend = observed if newton and observed > 0 else max(expected, observed)
        step = slope / bend
        if (tau2 + step <= low and low > 0) or tau2 + step >= high:
            step = (low + high) / 2 - tau2
        elif tau2 + step < 0:
            # halfway to the border, so that a maximum on the way is not jumped over
            step = -tau2 / 2 if tau2 > NEAR_ZERO * scale else -tau2
        tau2 += step
        newton = abs(step) < 0.1 * (tau2 + 0.01 * scale)
        if abs(step) <= TOLERANCE * (tau2 + scale):
            return tau2
    raise EstimationError(f"tau2 did not settle in {STEPS} steps")


def _typical(vi: FloatArray) -> float:
    """Size of the sampling variances: their harmonic mean, which large studies decide."""
    return float(len(vi) / np.sum(1 / vi))


NEAR_ZERO = 1e-6  # of a typical sampling variance


def _or_zero(
    value: float, yi: FloatArray, vi: FloatArray, x: FloatArray, restricted: bool
) -> float:
    """0 if it is likelier than `value`: a likelihood may have a second, lower top."""
    if value == 0:
        return value
    here = log_likelihood(value, yi, vi, x, restricted)
    return value if here >= log_likelihood(0.0, yi, vi, x, restricted) else 0.0


_ESTIMATORS: dict[str, Callable[[FloatArray, FloatArray, FloatArray], Tau2]] = {
    "DL": _dersimonian_laird,
    "HE": _hedges,
    "HS": _hunter_schmidt,
    "SJ": _sidik_jonkman,
    "ML": _maximum_likelihood,
    "REML": _restricted_maximum_likelihood,
    "EB": _paule_mandel,  # the same equation: Q at tau2 equals its degrees of freedom
    "PM": _paule_mandel,
}
