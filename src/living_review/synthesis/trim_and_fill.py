"""How many studies a lopsided funnel seems to lack, and the estimate with them filled in."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, poolable
from living_review.synthesis.random_effects import Fit, fit

ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("auto", "left", "right")
STEPS = 100


@dataclass(frozen=True)
class Filled:
    """k0: studies that seem to be missing on `side`; se_k0 None where the formula has no root.

    fit: of the k studies and the k0 mirrored ones, whose effects and variances are yi, vi (k0,).
    """

    k0: int
    se_k0: float | None
    side: str
    fit: Fit
    yi: FloatArray
    vi: FloatArray


def trim_and_fill(
    yi: Any,
    vi: Any,
    estimator: str = "L0",
    side: str = "auto",
    method: str = "REML",
    test: str = "z",
) -> Filled:
    """Trim extreme studies until the rest is symmetric, then mirror them; k >= 3.

    side: where studies are missing; "auto" looks at the slope on the standard error. A question
    put to the data, not a correction: other reasons than missing studies make funnels lopsided.
    Raises EstimationError for Q0 where its formula has no root, or if trimming does not settle.
    Source: Duval & Tweedie 2000; metafor trimfill.
    """
    y, v = poolable(yi, vi)
    if estimator not in ESTIMATORS or side not in SIDES:
        raise EstimationError(
            f"estimator {estimator!r}, side {side!r}; allowed: {', '.join(ESTIMATORS)} and"
            f" {', '.join(SIDES)}"
        )
    if len(y) < 3:
        raise EstimationError(f"trim and fill needs at least 3 studies; there are {len(y)}")
    if side == "auto":
        side = "right" if fit(y, v, np.sqrt(v), method, "z").coef[1] < 0 else "left"
    mirror = -1.0 if side == "right" else 1.0
    order = np.argsort(mirror * y, kind="stable")
    k0, se, center = _trim(mirror * y[order], v[order], estimator, method)
    last = order[len(y) - k0 :]
    filled_y, filled_v = 2 * mirror * center - y[last], v[last]
    whole = fit(np.concatenate([y, filled_y]), np.concatenate([v, filled_v]), None, method, test)
    return Filled(k0, se, side, whole, filled_y, filled_v)


def _trim(
    y: FloatArray, v: FloatArray, estimator: str, method: str
) -> tuple[int, float | None, float]:
    """k0, its standard error and the centre of what is left; y ascending, missing on the left."""
    k, k0 = len(y), 0
    for _ in range(STEPS):
        center = fit(y[: k - k0], v[: k - k0], None, method, "z").mu
        found, se = _missing(y - center, estimator)
        rounded = max(0, round(found))  # half to even, as R rounds
        if rounded == k0:
            return k0, se, center
        if rounded >= k:
            raise EstimationError("trim and fill would trim every study")
        k0 = rounded
    raise EstimationError(f"trim and fill did not settle in {STEPS} steps")


def _missing(deviations: FloatArray, estimator: str) -> tuple[float, float | None]:
    """How many studies are missing on the left, not rounded, and its standard error."""
    k = len(deviations)
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(deviations), kind="stable")] = np.arange(1, k + 1)
    signed = np.sign(deviations) * ranks
    if estimator == "R0":
        not_above = ranks[deviations <= 0]
        k0 = k - (not_above.max() if len(not_above) else 0) - 1
        return k0, float(np.sqrt(2 * max(0.0, k0) + 2))
    wilcoxon = signed[signed > 0].sum()
    if estimator == "L0":
        k0 = (4 * wilcoxon - k * (k + 1)) / (2 * k - 1)
    else:
        inside = 2 * k**2 - 4 * wilcoxon + 0.25
        if inside < 0:
            raise EstimationError("Q0 has no answer here: its formula takes the root of a negative")
        k0 = k - 0.5 - np.sqrt(inside)
    variance = (
        k * (k + 1) * (2 * k + 1)
        + 10 * k0**3 + 27 * k0**2 + 17 * k0
        - 18 * k * k0**2 - 18 * k * k0 + 6 * k**2 * k0
    ) / 24  # fmt: skip
    if estimator == "L0":
        return k0, _root(16 * variance / (2 * k - 1) ** 2)
    return k0, _root(4 * variance / ((k - 0.5) ** 2 - k0 * (2 * k - k0 - 1)))


def _root(variance: float) -> float | None:
    return float(np.sqrt(variance)) if variance >= 0 else None
