"""Likelihood of the normal random-effects model."""

import numpy as np

from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.projection import project


def log_likelihood(
    tau2: float, yi: FloatArray, vi: FloatArray, x: FloatArray, restricted: bool
) -> float:
    """Log-likelihood of `tau2` with the coefficients at their best for it.

    yi, vi: shape (k,); x: shape (k, p). restricted: of the k - p contrasts of yi that do not
    depend on the coefficients, with the constant that makes it free of the scaling of x.
    Source: Harville 1977; metafor logLik(rma).
    """
    fitted = project(yi, 1 / (vi + tau2), x)
    k, p = x.shape
    total = -fitted.rss - float(np.sum(np.log(vi + tau2)))
    if not restricted:
        return (total - k * np.log(2 * np.pi)) / 2
    of_x = float(np.linalg.slogdet(x.T @ x)[1])
    return (total - (k - p) * np.log(2 * np.pi) + of_x - fitted.log_det_information) / 2
