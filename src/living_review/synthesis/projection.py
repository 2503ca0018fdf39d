"""Weighted regression of effects, in the few sums that every estimator of tau2 is made of."""

from typing import NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray


class Projection(NamedTuple):
    """Weighted least squares of y (k,) on x (k, p) with weights w (k,).

    P = W - W X (X'WX)^-1 X'W is the matrix of the papers on REML; it is never formed, every sum
    over it takes k p^2 steps.
    """

    w: FloatArray
    coef: FloatArray  # (p,)
    cov: FloatArray  # (p, p), (X'WX)^-1
    residuals: FloatArray  # (k,)
    basis: FloatArray  # (k, p), orthonormal columns spanning sqrt(w) X

    @property
    def rss(self) -> float:
        """y'Py, the weighted sum of squared residuals: Cochran's Q if w = 1/vi."""
        return float(self.w @ self.residuals**2)

    @property
    def trace(self) -> float:
        """tr(P)."""
        return float(self.w @ (1 - self.leverage))

    @property
    def trace_squared(self) -> float:
        """tr(PP), never below tr(P)^2 / (k - p), where rounding could put it."""
        crossed = self.basis.T @ (self.w[:, None] * self.basis)
        traced = float(self.w**2 @ (1 - 2 * self.leverage) + np.sum(crossed**2))
        rank = len(self.w) - len(self.coef)
        return max(traced, self.trace**2 / rank) if rank else 0.0

    @property
    def ypp_y(self) -> float:
        """y'PPy."""
        return float(self.w**2 @ self.residuals**2)

    @property
    def yppp_y(self) -> float:
        """y'PPPy."""
        scaled = self.w**1.5 * self.residuals
        return float(scaled @ scaled - np.sum((self.basis.T @ scaled) ** 2))

    @property
    def leverage(self) -> FloatArray:
        """(k,), diagonal of the hat matrix."""
        return np.sum(self.basis**2, axis=1)

    @property
    def log_det_information(self) -> float:
        """log det X'WX."""
        return -float(np.linalg.slogdet(self.cov)[1])


def project(y: FloatArray, w: FloatArray, x: FloatArray) -> Projection:
    """Fit y (k,) on x (k, p), weights w (k,); raises EstimationError if columns are collinear."""
    root = np.sqrt(w)
    if x.shape[1] == 1:
        scaled = root * x[:, 0]
        norm = np.sqrt(scaled @ scaled)
        basis, upper = (scaled / norm)[:, None], np.array([[norm]])
    else:
        basis, upper = np.linalg.qr(root[:, None] * x)
        size = np.abs(np.diag(upper))
        columns = np.sqrt(np.sum((root[:, None] * x) ** 2, axis=0))
        if np.any(size <= COLLINEAR * columns):
            raise EstimationError(
                "the moderators can't be told apart in these studies: one is constant, or made up"
                " of the others"
            )
    inverse = np.linalg.inv(upper)
    coef = inverse @ (basis.T @ (root * y))
    return Projection(w, coef, inverse @ inverse.T, y - x @ coef, basis)


COLLINEAR = 1e-10  # share of a column that is not in the columns before it


def intercept(k: int) -> FloatArray:
    """The design (k, 1) of a plain mean."""
    return np.ones((k, 1))
