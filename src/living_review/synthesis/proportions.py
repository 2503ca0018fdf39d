"""Proportions of single arms: five scales to pool them on, with the ways back."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, counts


def proportion_effects(measure: str, events: Any, total: Any) -> Effects:
    """Effect of each arm on the scale of `measure`.

    events, total: shape (k,), whole numbers, 0 <= events <= total, total >= 1.
    measure  yi                                              vi
    PR       p                                               p(1-p)/n
    PLN      log p                                           1/x - 1/n
    PLO      log(p/(1-p))                                    1/x + 1/(n-x)
    PAS      asin(sqrt p)                                    1/(4n)
    PFT      (asin sqrt(x/(n+1)) + asin sqrt((x+1)/(n+1)))/2 1/(4n+2)
    PR, PLN and PLO count half an event and half a non-event more in arms where all or none had it,
    in no other arm. Raises EstimationError for an unknown measure or impossible counts.
    Source: Freeman & Tukey 1950 for PFT; conventions as metafor escalc(to="only0", add=1/2).
    """
    x, n = counts(events, total, ("events", "total"))
    if measure not in PROPORTION_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for proportions; allowed: {', '.join(PROPORTION_MEASURES)}"
        )
    if measure == "PAS":
        return Effects(np.arcsin(np.sqrt(x / n)), 1 / (4 * n), n)
    if measure == "PFT":
        yi = (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
        return Effects(yi, 1 / (4 * n + 2), n)
    half = np.where((x == 0) | (x == n), 0.5, 0.0)
    a, m = x + half, n + 2 * half
    if measure == "PLO":
        return Effects(np.log(a) - np.log(m - a), 1 / a + 1 / (m - a), n)
    if measure == "PLN":
        return Effects(np.log(a / m), 1 / a - 1 / m, n)
    p = a / m
    return Effects(p, p * (1 - p) / m, n)


PROPORTION_MEASURES = ("PR", "PLN", "PLO", "PAS", "PFT")


def to_proportion(measure: str, total: Any = None) -> Callable[[float], float]:
    """The way back from the scale of `measure` to a proportion.

    Limits on the PR and PLN scales may lie outside 0 to 1 and stay there: they say that the scale
    does not fit. PFT has no single way back: it depends on a sample size, here the harmonic mean of
    `total` (k,). The same value of PFT so means different proportions in different analyses, which
    is why PFT is never a headline.
    Source: Miller 1978; Schwarzer et al. 2019 on what goes wrong.
    """
    if measure == "PFT":
        if total is None:
            raise EstimationError("PFT needs the totals of its studies to come back")
        n = np.asarray(total, dtype=float)
        harmonic = len(n) / np.sum(1 / n)
        return lambda t: _freeman_tukey_back(t, harmonic)
    return _BACK[measure]


def _freeman_tukey_back(t: float, n: float) -> float:
    lowest = np.arcsin(np.sqrt(1 / (n + 1))) / 2
    highest = (np.arcsin(np.sqrt(n / (n + 1))) + np.pi / 2) / 2
    if t <= lowest:
        return 0.0
    if t >= highest:
        return 1.0
    sine, cosine = np.sin(2 * t), np.cos(2 * t)
    inner = 1 - (sine + (sine - 1 / sine) / n) ** 2
    return float((1 - np.sign(cosine) * np.sqrt(max(inner, 0.0))) / 2)


_BACK: dict[str, Callable[[float], float]] = {
    "PR": float,
    "PLN": lambda t: float(np.exp(t)),
    "PLO": lambda t: float(special.expit(t)),
    "PAS": lambda t: float(np.sin(min(max(t, 0.0), np.pi / 2)) ** 2),
}
