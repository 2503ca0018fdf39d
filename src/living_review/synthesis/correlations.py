"""Correlation coefficients as effects."""

from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, at_least, floats, same_length

CORRELATION_MEASURES = ("COR", "ZCOR")


def correlation_effects(measure: str, ri: Any, ni: Any) -> Effects:
    """Correlation of each study.

    ri: shape (k,), -1 < r < 1; ni: shape (k,), pairs observed, at least 4.
    measure  yi          vi
    COR      r           (1 - r^2)^2/(n - 1)
    ZCOR     atanh(r)    1/(n - 3)
    Raises EstimationError for an unknown measure or impossible numbers.
    Source: Fisher 1921 (ZCOR); metafor escalc.
    """
    if measure not in CORRELATION_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for correlations; allowed:"
            f" {', '.join(CORRELATION_MEASURES)}"
        )
    r, n = floats(ri, "ri"), at_least(ni, "ni", 4)
    same_length(ri=r, ni=n)
    wrong = np.flatnonzero(np.abs(r) >= 1)
    if len(wrong):
        raise EstimationError(
            f"ri must be between -1 and 1; entry {wrong[0] + 1} is {r[wrong[0]]:g}"
        )
    if measure == "ZCOR":
        return Effects(np.arctanh(r), 1 / (n - 3), n)
    return Effects(r, (1 - r**2) ** 2 / (n - 1), n)
