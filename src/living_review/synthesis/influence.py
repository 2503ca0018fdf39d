"""How much single studies carry the pooled estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, poolable
from living_review.synthesis.random_effects import Fit, fit


def leave_one_out(yi: Any, vi: Any, method: str = "REML", test: str = "adhoc") -> list[Fit]:
    """The fit without each study in turn, k >= 2. Source: metafor leave1out."""
    y, v = poolable(yi, vi)
    if len(y) < 2:
        raise EstimationError("with one study nothing can be left out")
    keep = ~np.eye(len(y), dtype=bool)
    return [fit(y[others], v[others], None, method, test) for others in keep]


def cumulative(
    yi: Any, vi: Any, order: Sequence[Any], method: str = "REML", test: str = "adhoc"
) -> list[tuple[Any, Fit]]:
    """The fit as evidence came in: one for each distinct value of `order`, smallest first.

    order: one value a study, say its year, or the version of the review that it entered with;
    studies of one value enter together. Each step is described, never tested: looking again and
    again makes something significant sooner or later.
    Source: Lau et al. 1992; metafor cumul.
    """
    y, v = poolable(yi, vi)
    if len(order) != len(y):
        raise EstimationError(f"one place in the order a study: {len(y)}, not {len(order)}")
    steps = []
    for last in sorted(set(order)):
        there = np.array([place <= last for place in order])
        steps.append((last, fit(y[there], v[there], None, method, test)))
    return steps


@dataclass(frozen=True)
class Influence:
    """Each study's pull on the estimate, shape (k,) each.

    rstudent: its distance from the others' mean in standard errors. dffits, dfbetas: how far the
    estimate moves without it. cook: the same, squared, in variances of the estimate. cov_ratio:
    variance of the estimate without it over that with it. tau2_without, qe_without. hat: its
    leverage (the share of its weight). influential: marked by the thresholds of the source.
    """

    rstudent: FloatArray
    dffits: FloatArray
    dfbetas: FloatArray
    cook: FloatArray
    cov_ratio: FloatArray
    tau2_without: FloatArray
    qe_without: FloatArray
    hat: FloatArray
    influential: np.ndarray


def influence(yi: Any, vi: Any, method: str = "REML", test: str = "z") -> Influence:
    """Deletion diagnostics of the pooled mean, k >= 3.

    Source: Viechtbauer & Cheung 2010, thresholds included; metafor influence(rma).
    """
    y, v = poolable(yi, vi)
    k = len(y)
    if k < 3:
        raise EstimationError(f"influence needs at least three studies; there are {k}")
    whole, without = fit(y, v, None, method, test), leave_one_out(y, v, method, test)
    mu = np.array([f.mu for f in without])
    variance = np.array([f.se_mu for f in without]) ** 2
    tau2 = np.array([f.tau2 for f in without])
    hat = whole.weights
    moved = whole.mu - mu
    # variance of the whole mean, had tau2 been that without the study
    with_their_tau2 = whole.s2w / np.sum(1 / (v[None, :] + tau2[:, None]), axis=1)
    dffits = moved / np.sqrt(hat * (tau2 + v))
    dfbetas = moved / np.sqrt(with_their_tau2)
    cook = moved**2 / whole.se_mu**2
    marked = (
        (np.abs(dffits) > 3 * np.sqrt(1 / (k - 1)))
        | (special.chdtr(1, cook) > 0.5)
        | (hat > 3 / k)
        | (np.abs(dfbetas) > 1)
    )
    return Influence(
        rstudent=(y - mu) / np.sqrt(v + tau2 + variance),
        dffits=dffits, dfbetas=dfbetas, cook=cook,
        cov_ratio=variance / whole.se_mu**2,
        tau2_without=tau2, qe_without=np.array([f.qe for f in without]),
        hat=hat, influential=marked,
    )  # fmt: skip
