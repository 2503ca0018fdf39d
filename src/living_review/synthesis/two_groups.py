"""Two groups with events: effects of the first against the second."""

from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, counts, same_length

TWO_GROUP_MEASURES = ("RR", "OR", "RD", "PETO", "AS")


def two_group_effects(measure: str, ai: Any, n1i: Any, ci: Any, n2i: Any) -> Effects:
    """Effect of each study, first group against second.

    ai events of n1i, ci events of n2i: shape (k,), whole numbers.
    measure  yi                                vi
    RR       log risk ratio                    1/a - 1/n1 + 1/c - 1/n2
    OR       log odds ratio                    1/a + 1/b + 1/c + 1/d
    RD       difference of risks               p1(1-p1)/n1 + p2(1-p2)/n2
    PETO     (O - E)/V, log odds ratio         1/V, V of the hypergeometric distribution
    AS       asin(sqrt p1) - asin(sqrt p2)     1/(4 n1) + 1/(4 n2)
    Studies with an empty cell get half a patient more in each of the four, except for AS.
    Raises EstimationError for an unknown measure or impossible counts.
    Source: Yusuf et al. 1985 (PETO), Ruecker et al. 2009 (AS); conventions as metafor
    escalc(add=1/2, to="only0").
    """
    if measure not in TWO_GROUP_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for two groups; allowed: {', '.join(TWO_GROUP_MEASURES)}"
        )
    a, n1 = counts(ai, n1i, ("ai", "n1i"))
    c, n2 = counts(ci, n2i, ("ci", "n2i"))
    same_length(ai=a, ci=c)
    patients = n1 + n2
    if measure == "AS":
        yi = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
        return Effects(yi, 1 / (4 * n1) + 1 / (4 * n2), patients)
    half = np.where((a == 0) | (a == n1) | (c == 0) | (c == n2), 0.5, 0.0)
    a, c, n1, n2 = a + half, c + half, n1 + 2 * half, n2 + 2 * half
    b, d, n = n1 - a, n2 - c, n1 + n2
    if measure == "RR":
        return Effects(np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2, patients)
    if measure == "OR":
        return Effects(np.log(a * d) - np.log(b * c), 1 / a + 1 / b + 1 / c + 1 / d, patients)
    if measure == "RD":
        p1, p2 = a / n1, c / n2
        return Effects(p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2, patients)
    events = a + c
    variance = events * (n - events) * n1 * n2 / (n**2 * (n - 1))
    return Effects((a - events * n1 / n) / variance, 1 / variance, patients)
