"""Standard errors that hold if arms of a study depend on each other otherwise than modelled."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial import Interval
from living_review.synthesis.multilevel import NestedFit
from living_review.synthesis.random_effects import quantile

NOTHING_LEFT = 1e-10  # share of a study's squared covariance that the coefficients have used up
ROUNDING = 1e-12  # of a variance


class Estimate(NamedTuple):
    """A combination of coefficients; df: Satterthwaite's degrees of freedom, no whole number."""

    estimate: float
    se: float
    df: float
    ci: Interval


@dataclass(frozen=True)
class ClusterRobust:
    """CR2 with studies as clusters and the nested model as working model.

    cov (p, p). adjusted (k, p): what a residual of 1 adds to each coefficient, after the adjustment
    that makes the variance unbiased if the working model is right.
    """

    fitted: NestedFit
    cov: FloatArray
    adjusted: FloatArray

    def of(self, combination: Any, adhoc: bool = False, level: float = 0.95) -> Estimate:
        """combination: shape (p,), say (0, 1) for the second coefficient.

        adhoc: never narrower than the model's own standard error has it. A few studies that happen
        to agree better than chance would have them make the one by study too small.
        Raises EstimationError where the studies leave no degree of freedom for it.
        """
        c = np.asarray(combination, dtype=float)
        estimate, variance = float(c @ self.fitted.coef), float(c @ self.cov @ c)
        of_model = float(c @ self.fitted.cov @ c)
        df = self._satterthwaite(c, ROUNDING * of_model)
        if adhoc:
            variance = max(variance, of_model)
        if not (df > 0 and variance > ROUNDING * of_model):
            raise EstimationError("too few studies for a standard error by study")
        half = quantile(level, df) * np.sqrt(variance)
        return Estimate(
            estimate,
            float(np.sqrt(variance)),
            df,
            Interval(float(estimate - half), float(estimate + half)),
        )

    def _satterthwaite(self, c: FloatArray, nil: float) -> float:
        """2 mean^2 / variance of the variance estimate under the working model; 0 below `nil`.

        It is a sum over studies i, j of (g_i' V g_j)^2 about residuals' covariance V - X M X'.
        """
        fitted, g = self.fitted, self.adjusted @ c
        sums = _by_study(fitted, np.column_stack([g, fitted.arm_variance * g**2]))
        own = sums[:, 1] + fitted.tau2_study * sums[:, 0] ** 2
        of_x = _by_study(fitted, fitted.x * g[:, None])
        shared = np.sum((of_x @ fitted.cov) * of_x, axis=1)
        crossed = fitted.cov @ (of_x.T @ of_x)
        squares = float(own @ own - 2 * own @ shared + np.sum(crossed * crossed.T))
        mean = float(np.sum(own - shared))
        return mean**2 / squares if mean > nil else 0.0


def cluster_robust(fitted: NestedFit) -> ClusterRobust:
    """Bias-reduced linearisation of the coefficients' covariance, clustered by study.

    Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018, equations 7 to 9 and 11; R
    clubSandwich vcovCR(type = "CR2") and coef_test(test = "Satterthwaite") of an rma.mv.
    """
    scores = _scores(fitted)
    adjusted = np.empty_like(scores)
    sizes = np.bincount(fitted.study)
    order = np.argsort(fitted.study, kind="stable")
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for size in np.unique(sizes):
        rows = order[first[sizes == size][:, None] + np.arange(size)]  # (studies, arms)
        adjusted[rows] = _adjustment(fitted, rows) @ scores[rows]
    sums = _by_study(fitted, adjusted * fitted.residuals[:, None])
    return ClusterRobust(fitted, sums.T @ sums, adjusted)


def _scores(fitted: NestedFit) -> FloatArray:
    """V^-1 X (X'V^-1 X)^-1, (k, p): what each residual adds to each coefficient."""
    w = 1 / fitted.arm_variance
    total = _by_study(fitted, w[:, None])
    taken = fitted.tau2_study / (1 + fitted.tau2_study * total)
    of_x = _by_study(fitted, w[:, None] * fitted.x)
    solved = w[:, None] * (fitted.x - (taken * of_x)[fitted.study])
    return solved @ fitted.cov


def _adjustment(fitted: NestedFit, rows: np.ndarray) -> FloatArray:
    """The matrices A of Pustejovsky & Tipton for studies of as many arms: (studies, arms, arms).

    A = D' B^(-1/2) D, B = D (V - X M X') D', D the upper Cholesky factor of a study's V; where the
    coefficients have used up all that a study says, the inverse is that of what is left.
    """
    arms = rows.shape[1]
    v = fitted.arm_variance[rows][:, :, None] * np.eye(arms) + fitted.tau2_study
    x = fitted.x[rows]
    lower = np.linalg.cholesky(v)
    upper = lower.transpose(0, 2, 1)
    left = upper @ (v - x @ fitted.cov @ x.transpose(0, 2, 1)) @ lower
    values, vectors = np.linalg.eigh(left)
    floor = NOTHING_LEFT * np.linalg.norm(v, axis=(1, 2))[:, None] ** 2
    roots = np.where(values > floor, 1 / np.sqrt(np.maximum(values, floor)), 0.0)
    return lower @ ((vectors * roots[:, None, :]) @ vectors.transpose(0, 2, 1)) @ upper


def _by_study(fitted: NestedFit, rows: FloatArray) -> FloatArray:
    """Columns (k, q) summed over each study's arms: (m, q)."""
    sums = np.zeros((fitted.m, rows.shape[1]))
    np.add.at(sums, fitted.study, rows)
    return sums
