"""Whether small studies tell another story than large ones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import (
    FloatArray,
    at_least,
    counts,
    floats,
    poolable,
    same_length,
)
from living_review.synthesis.projection import intercept, project
from living_review.synthesis.random_effects import design, fit

FEWEST_STUDIES = 10  # Cochrane Handbook 13.3.5.4: with fewer, chance and asymmetry look alike
PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")


@dataclass(frozen=True)
class AsymmetryTest:
    """A test whether effects go with the size of studies.

    stat, df, pval: of the slope; df None where stat is taken as normal. limit: the effect expected
    of an endlessly large study, None where the predictor has no such end.
    """

    k: int
    intercept: float
    slope: float
    se_slope: float
    stat: float
    df: int | None
    pval: float
    limit: float | None


def enough_for_asymmetry(k: int) -> str | None:
    """None if k studies are enough for a test of asymmetry, else the refusal in words."""
    if k >= FEWEST_STUDIES:
        return None
    return (
        f"Whether small studies report other results than large ones was not tested: that takes at"
        f" least {FEWEST_STUDIES} studies, and there {'is 1' if k == 1 else f'are {k}'}."
    )


def egger(
    yi: Any, vi: Any, predictor: str = "sei", model: str = "lm", ni: Any = None
) -> AsymmetryTest:
    """Regression of effects on the precision of studies, k >= 3.

    predictor: sei, vi, or of ni: ni, ninv = 1/ni, sqrtni, sqrtninv. model: "lm", weights 1/vi with
    a dispersion factor, t on k - 2 degrees of freedom (Egger et al. 1997 for sei); "rma", random
    effects by REML, normal. On logits the slope answers to the dependence of vi on yi as well: for
    proportions use `peters`.
    Source: Sterne & Egger 2005; metafor regtest.
    """
    y, v = poolable(yi, vi)
    _require_differences(y)
    x = _predictor(predictor, v, ni)
    if len(y) < 3:
        raise EstimationError(f"a regression on size needs at least 3 studies; there are {len(y)}")
    ends = predictor not in ("ni", "sqrtni")  # at 0, for an endlessly large study
    if model == "rma":
        fitted = fit(y, v, x, "REML", "z")
        return AsymmetryTest(
            len(y), fitted.mu, float(fitted.coef[1]), float(fitted.se[1]), float(fitted.stat[1]),
            None, float(fitted.pval[1]), fitted.mu if ends else None,
        )  # fmt: skip
    if model != "lm":
        raise EstimationError(f"model {model!r} is not known; allowed: lm, rma")
    return _weighted_line(y, 1 / v, x, with_limit=ends)


def peters(yi: Any, events: Any, total: Any) -> AsymmetryTest:
    """Regression of effects on 1/total, with weights that don't depend on the effect.

    yi: shape (k,), logits of proportions or log odds ratios; events of total: shape (k,), of both
    groups together for odds ratios. Studies in which all or none had the event drop out; k says
    how many stay, at least 3.
    Source: Peters et al. 2006; for proportions as R meta metabias(metaprop).
    """
    y = floats(yi, "yi")
    x, n = counts(events, total, ("events", "total"))
    same_length(yi=y, events=x)
    stays = (x > 0) & (x < n)
    if stays.sum() < 3:
        raise EstimationError(
            f"a regression on size needs at least 3 studies with some events, but not only events;"
            f" there are {stays.sum()}"
        )
    y, x, n = y[stays], x[stays], n[stays]
    _require_differences(y)
    return _weighted_line(y, 1 / (1 / x + 1 / (n - x)), 1 / n, with_limit=True)


def begg(yi: Any, vi: Any) -> tuple[float, float]:
    """Kendall's tau of standardised effects with their variances, and its p-value; k >= 3.

    Exact p-value where nothing is tied, else normal with variance corrected for ties.
    Source: Begg & Mazumdar 1994; metafor ranktest.
    """
    y, v = poolable(yi, vi)
    if len(y) < 3:
        raise EstimationError(f"a rank correlation needs at least 3 studies; there are {len(y)}")
    _require_differences(y)
    fitted = project(y, 1 / v, intercept(len(y)))
    left = v - fitted.cov[0, 0]
    if np.any(left <= 0):
        raise EstimationError("one study has all the weight: no rank correlation")
    deviates = fitted.residuals / np.sqrt(left)
    tied = min(len(np.unique(deviates)), len(np.unique(v))) < len(y)
    from scipy import stats  # takes a second to load, which every job would wait for

    found = stats.kendalltau(deviates, v, method="asymptotic" if tied else "exact")
    return float(found.statistic), float(found.pvalue)


def _require_differences(yi: FloatArray) -> None:
    if len(yi) > 1 and np.ptp(yi) == 0:
        raise EstimationError("all effects are the same: there is no asymmetry to test")


def _predictor(name: str, vi: FloatArray, ni: Any) -> FloatArray:
    if name not in PREDICTORS:
        raise EstimationError(f"predictor {name!r} is not known; allowed: {', '.join(PREDICTORS)}")
    if name in ("sei", "vi"):
        return np.sqrt(vi) if name == "sei" else vi
    if ni is None:
        raise EstimationError(f"predictor {name} needs the number of patients of each study")
    n = at_least(ni, "ni", 0, strictly=True)
    same_length(vi=vi, ni=n)
    root = np.sqrt(n) if name.startswith("sqrt") else n
    return 1 / root if name.endswith("inv") else root


def _weighted_line(y: FloatArray, w: FloatArray, x: FloatArray, with_limit: bool) -> AsymmetryTest:
    line, df = project(y, w, design(len(y), x)), len(y) - 2
    se = float(np.sqrt(line.cov[1, 1] * line.rss / df))
    stat = float(line.coef[1] / se) if se > 0 else np.inf
    return AsymmetryTest(
        len(y), float(line.coef[0]), float(line.coef[1]), se, stat, df,
        float(2 * special.stdtr(df, -abs(stat))), float(line.coef[0]) if with_limit else None,
    )  # fmt: skip
