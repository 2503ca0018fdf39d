"""Intervals for one binomial proportion."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from living_review.synthesis.arrays import counts


class Interval(NamedTuple):
    lower: float
    upper: float


def clopper_pearson(events: int, total: int, level: float = 0.95) -> Interval:
    """Exact interval of a proportion: covers at least `level` whatever the truth.

    events of total, total >= 1. On the proportion scale; 0 at no events, 1 at nothing but events.
    Source: Clopper & Pearson 1934, by quantiles of the beta distribution.
    """
    x, n = _pair(events, total)
    tail = (1 - level) / 2
    lower = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, tail))
    upper = 1.0 if x == n else float(special.betainccinv(x + 1, n - x, tail))
    return Interval(lower, upper)


def wald(events: int, total: int, level: float = 0.95) -> Interval:
    """p +- z sqrt(p(1-p)/n), not cut at 0 and 1; of no width at 0 and n events.

    Source: Brown, Cai & DasGupta 2001, on why not to use it.
    """
    x, n = _pair(events, total)
    p = x / n
    half = _z(level) * np.sqrt(p * (1 - p) / n)
    return Interval(p - half, p + half)


def wilson(events: int, total: int, level: float = 0.95) -> Interval:
    """Score interval. Source: Wilson 1927."""
    x, n = _pair(events, total)
    z = _z(level)
    p = x / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return _cut(0.0 if x == 0 else middle - half, 1.0 if x == n else middle + half)


def wilson_corrected(events: int, total: int, level: float = 0.95) -> Interval:
    """Score interval with continuity correction. Source: Newcombe 1998, method 4."""
    x, n = _pair(events, total)
    z, p = _z(level), x / n
    q = 1 - p
    below = z * np.sqrt(max(z**2 - 2 - 1 / n + 4 * p * (n * q + 1), 0))
    above = z * np.sqrt(max(z**2 + 2 - 1 / n + 4 * p * (n * q - 1), 0))
    lower = 0.0 if x == 0 else (2 * n * p + z**2 - 1 - below) / (2 * (n + z**2))
    upper = 1.0 if x == n else (2 * n * p + z**2 + 1 + above) / (2 * (n + z**2))
    return _cut(lower, upper)


def jeffreys(events: int, total: int, level: float = 0.95) -> Interval:
    """Equal-tailed posterior interval under Beta(1/2, 1/2), 0 or 1 at the edges.

    Source: Brown, Cai & DasGupta 2001.
    """
    x, n = _pair(events, total)
    tail = (1 - level) / 2
    lower = 0.0 if x == 0 else float(special.betaincinv(x + 0.5, n - x + 0.5, tail))
    upper = 1.0 if x == n else float(special.betainccinv(x + 0.5, n - x + 0.5, tail))
    return Interval(lower, upper)


def agresti_coull(events: int, total: int, level: float = 0.95) -> Interval:
    """Wald interval after adding z^2 patients, half of them with the event; not cut at 0 and 1.

    Source: Agresti & Coull 1998.
    """
    x, n = _pair(events, total)
    z = _z(level)
    p = (x + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(p * (1 - p) / (n + z**2))
    return Interval(p - half, p + half)


def mid_p(events: int, total: int, level: float = 0.95) -> Interval:
    """Interval of the exact test that counts half the probability of what was seen.

    Source: Lancaster 1961; Berry & Armitage 1995.
    """
    x, n = _pair(events, total)
    tail = (1 - level) / 2

    def above(p: float) -> float:
        """Probability of more than x events, and half of that of x."""
        more = special.betainc(x + 1, n - x, p) if x < n else 0.0
        at_least = special.betainc(x, n - x + 1, p) if x > 0 else 1.0
        return float(more + at_least) / 2

    lower = 0.0 if x == 0 else _rises_to(tail, above)
    upper = 1.0 if x == n else _rises_to(1 - tail, above)
    return Interval(lower, upper)


def _rises_to(goal: float, rising: Callable[[float], float]) -> float:
    """Where a function that rises from 0 to 1 passes `goal`, by halving."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if rising(middle) < goal else (low, middle)
    return middle


def _pair(events: int, total: int) -> tuple[float, float]:
    x, n = counts(events, total, ("events", "total"))
    return float(x[0]), float(n[0])


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def _cut(lower: float, upper: float) -> Interval:
    return Interval(max(0.0, float(lower)), min(1.0, float(upper)))
