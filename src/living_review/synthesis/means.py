"""Two groups with means: effects of the first against the second."""

from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, at_least, floats, same_length

MEAN_MEASURES = ("MD", "SMD", "ROM")


def mean_effects(
    measure: str, n1i: Any, m1i: Any, sd1i: Any, n2i: Any, m2i: Any, sd2i: Any
) -> Effects:
    """Effect of each study, first group against second.

    n patients (at least 2), m mean, sd standard deviation (above 0): shape (k,).
    measure  yi                                        vi
    MD       m1 - m2, in units of m                    sd1^2/n1 + sd2^2/n2
    SMD      (m1 - m2)/pooled sd, made unbiased (g)    1/n1 + 1/n2 + g^2/(2(n1 + n2))
    ROM      log(m1/m2), both of one sign              sd1^2/(n1 m1^2) + sd2^2/(n2 m2^2)
    Raises EstimationError for an unknown measure or impossible numbers.
    Source: Hedges 1981 (SMD, exact factor), Hedges, Gurevitch & Curtis 1999 (ROM, without the later
    bias correction); metafor escalc(vtype="LS", correct=FALSE for ROM).
    """
    if measure not in MEAN_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for means; allowed: {', '.join(MEAN_MEASURES)}"
        )
    n1, n2 = at_least(n1i, "n1i", 2), at_least(n2i, "n2i", 2)
    s1, s2 = at_least(sd1i, "sd1i", 0, strictly=True), at_least(sd2i, "sd2i", 0, strictly=True)
    m1, m2 = floats(m1i, "m1i"), floats(m2i, "m2i")
    same_length(n1i=n1, m1i=m1, sd1i=s1, n2i=n2, m2i=m2, sd2i=s2)
    patients = n1 + n2
    if measure == "MD":
        return Effects(m1 - m2, s1**2 / n1 + s2**2 / n2, patients)
    if measure == "ROM":
        wrong = np.flatnonzero(m1 * m2 <= 0)
        if len(wrong):
            raise EstimationError(
                f"entry {wrong[0] + 1}: a ratio of means needs two means of one sign, neither 0"
            )
        return Effects(np.log(m1 / m2), (s1 / m1) ** 2 / n1 + (s2 / m2) ** 2 / n2, patients)
    df = patients - 2
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    unbiased = np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    g = unbiased * (m1 - m2) / pooled
    return Effects(g, 1 / n1 + 1 / n2 + g**2 / (2 * patients), patients)
