"""Pooling of effects with a normal model: equal effects, random effects, moderators."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.model_names import TESTS
from living_review.synthesis.arrays import FloatArray, floats, poolable
from living_review.synthesis.projection import Projection, intercept, project
from living_review.synthesis.tau2 import estimate_tau2


@dataclass(frozen=True)
class Fit:
    """A fitted model, on the scale of yi; the first coefficient is the mean or the intercept.

    p coefficients; ci (p, 2). df: of the t distribution, None where the normal is used.
    qe: Cochran's Q about the (moderated) mean, on qe_df degrees of freedom.
    vt: typical sampling variance (Higgins & Thompson 2002); i2 (percent) and h2 compare tau2 with
    it, except for EE, which has no tau2: there they are from qe.
    s2w: the Knapp-Hartung factor used, 1 for z. weights (k,): shares that sum to 1.
    """

    method: str
    test: str
    level: float
    k: int
    coef: FloatArray
    se: FloatArray
    cov: FloatArray
    stat: FloatArray
    pval: FloatArray
    df: int | None
    ci: FloatArray
    tau2: float
    se_tau2: float | None
    i2: float
    h2: float
    vt: float
    qe: float
    qe_df: int
    qep: float
    s2w: float
    weights: FloatArray

    @property
    def mu(self) -> float:
        return float(self.coef[0])

    @property
    def se_mu(self) -> float:
        return float(self.se[0])


def fit(
    yi: Any,
    vi: Any,
    moderators: Any = None,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
) -> Fit:
    """Pool effects; with moderators, regress them.

    yi, vi: shape (k,), k >= 1; effects (say logits) and their sampling variances, in squared units.
    moderators: shape (k, p - 1), without the column of ones; k >= p.
    Estimand: the mean of the distribution of true effects (EE: their one common value).
    test: "z"; "knha", the t test of Knapp & Hartung 2003 with k - p degrees of freedom; "adhoc",
    the same, but its factor is at least 1, so that the interval is never narrower than that of z
    with t quantiles. With k = p, knha and adhoc have no degrees of freedom left and fall back to z.
    Raises EstimationError for impossible input. Source: metafor rma(yi, vi, mods).
    """
    y, v = poolable(yi, vi)
    if test not in TESTS:
        raise EstimationError(f"test {test!r} is not known; allowed: {', '.join(TESTS)}")
    x = design(len(y), moderators)
    k, p = x.shape
    tau2 = estimate_tau2(method, y, v, x)
    fitted = project(y, 1 / (v + tau2.value), x)
    s2w = _knapp_hartung(fitted, k - p, test)
    df = None if s2w is None else k - p
    factor = 1.0 if s2w is None else s2w
    se = np.sqrt(factor * np.diag(fitted.cov))
    stat = fitted.coef / se if factor > 0 else np.full(p, np.inf)
    half = quantile(level, df) * se
    spread = heterogeneity_about(y, v, x, tau2.value, method)
    return Fit(
        method=method, test=test, level=level, k=k,
        coef=fitted.coef, se=se, cov=factor * fitted.cov, stat=stat,
        pval=two_sided(stat, df), df=df,
        ci=np.column_stack([fitted.coef - half, fitted.coef + half]),
        tau2=tau2.value, se_tau2=tau2.se, **spread._asdict(),
        s2w=factor, weights=fitted.w / fitted.w.sum(),
    )  # fmt: skip


def design(k: int, moderators: Any = None) -> FloatArray:
    """The matrix (k, p) of a model: ones, then the moderators (k,) or (k, p - 1)."""
    if moderators is None:
        return intercept(k)
    columns = np.asarray(moderators, dtype=float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or len(columns) != k:
        raise EstimationError(f"moderators need one row a study: {k}, not {columns.shape}")
    for at, column in enumerate(columns.T):
        floats(column, f"moderator {at + 1}")
    if k < columns.shape[1] + 1:
        raise EstimationError(
            f"{k} studies are too few for {columns.shape[1]} moderators besides the intercept"
        )
    return np.column_stack([np.ones(k), columns])


class Spread(NamedTuple):
    """How far apart effects are, beside their sampling error."""

    i2: float
    h2: float
    vt: float
    qe: float
    qe_df: int
    qep: float


def heterogeneity_about(
    yi: FloatArray, vi: FloatArray, x: FloatArray, tau2: float, method: str
) -> Spread:
    """Q, its test, and I2 (percent) and H2 of `tau2`; for EE I2 and H2 are those of Q.

    Source: Higgins & Thompson 2002; metafor's generalisation to any estimator of tau2.
    """
    fixed, df = project(yi, 1 / vi, x), len(yi) - x.shape[1]
    if df == 0:
        return Spread(i2=0.0, h2=1.0, vt=0.0, qe=0.0, qe_df=0, qep=1.0)
    qe, vt = fixed.rss, df / fixed.trace
    if method == "EE":
        i2 = max(0.0, 100 * (qe - df) / qe) if qe > 0 else 0.0
        h2 = qe / df
    else:
        i2, h2 = 100 * tau2 / (tau2 + vt), tau2 / vt + 1
    return Spread(i2, h2, vt, qe, df, float(special.chdtrc(df, qe)))


def quantile(level: float, df: float | None) -> float:
    """The normal or t quantile that leaves (1 - level) / 2 above it."""
    p = (1 + level) / 2
    return float(special.ndtri(p) if df is None else special.stdtrit(df, p))


def two_sided(stat: FloatArray, df: int | None) -> FloatArray:
    """The two-sided p-value of a z statistic, or of a t statistic on df degrees of freedom."""
    low = -np.abs(stat)
    return 2 * (special.ndtr(low) if df is None else special.stdtr(df, low))


def _knapp_hartung(fitted: Projection, df: int, test: str) -> float | None:
    if test == "z" or df == 0:
        return None
    s2w = fitted.rss / df
    return max(1.0, s2w) if test == "adhoc" else s2w
