"""Profile-likelihood intervals of counts with a normal random effect."""

from collections.abc import Callable

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.binomial import Interval
from living_review.synthesis.glmm_maximum import Likelihood, Point, best_mu, best_tau

STEPS = 100
SETTLED = 1e-9  # of the distance from the top
FAR = 1e4  # standard errors of mu, beyond which a limit is called infinite
FAR_IN_LOG_TAU = 12.0
SMALLEST_LOG_TAU = -3.0  # where the way up from tau = 0 begins


def interval_of_mu(
    likelihood: Likelihood, top: Point, se: float, drop: float, may_spread: bool = True
) -> Interval:
    """Every mu whose best log-likelihood is within `drop` of the top's.

    On the scale of the model. may_spread: tau may grow with the distance of mu; False holds it
    at 0. Source: Hardy & Thompson 1996.
    """

    def limit(side: int) -> float:
        log_tau = top.log_tau if np.isfinite(top.log_tau) else SMALLEST_LOG_TAU

        def value_at(mu: float) -> tuple[float, float]:
            nonlocal log_tau
            if not may_spread:
                nil = likelihood.without_spread(mu)
                return nil.loglik, float(nil.gradient[0])
            best = best_tau(likelihood, mu, log_tau)
            if np.isfinite(best.log_tau):
                log_tau = best.log_tau
            return best.here.loglik, float(best.here.gradient[0])

        width = side * np.sqrt(2 * drop) * se
        return where_it_drops(value_at, top.mu, width, top.here.loglik, drop, FAR * se)

    return Interval(limit(-1), limit(+1))


def interval_of_tau2(likelihood: Likelihood, top: Point, nil: float, drop: float) -> Interval:
    """Every tau2 whose best log-likelihood is within `drop` of the top's; nil: that of tau2 = 0.

    In squared units of mu. Source: Hardy & Thompson 1996.
    """
    start = top.log_tau if np.isfinite(top.log_tau) else SMALLEST_LOG_TAU
    width = np.sqrt(2 * drop / max(-top.here.hessian[1, 1], 0.1)) if start == top.log_tau else 0.5

    def limit(side: int) -> float:
        mu = top.mu

        def value_at(log_tau: float) -> tuple[float, float]:
            nonlocal mu
            best = best_mu(likelihood, mu, log_tau)
            mu = best.mu
            return best.here.loglik, float(best.here.gradient[1])

        return where_it_drops(value_at, start, side * width, top.here.loglik, drop, FAR_IN_LOG_TAU)

    lower = 0.0 if top.here.loglik - nil <= drop else float(np.exp(2 * limit(-1)))
    return Interval(lower, float(np.exp(2 * limit(+1))))


def where_it_drops(
    value_at: Callable[[float], tuple[float, float]],
    start: float,
    first: float,
    highest: float,
    drop: float,
    far: float,
) -> float:
    """Where, on the side that `first` points to, the log-likelihood is `drop` below `highest`.

    value_at(t): log-likelihood and its slope. Its signed root is nearly straight, so Newton's steps
    are taken on that, inside the bracket found so far. Infinite beyond `far` of the start.
    """
    side, target = np.sign(first), np.sqrt(2 * drop)
    inner, outer, at = start, np.inf * side, start + first
    for _ in range(STEPS):
        loglik, slope = value_at(at)
        root = np.sqrt(max(2 * (highest - loglik), 0.0))
        inner, outer = (at, outer) if root < target else (inner, at)
        rise = -side * slope / root if root > 0 else 0.0
        following = at + side * (target - root) / rise if rise > 0 else np.inf * side
        if np.isinf(outer):
            furthest = start + 3 * (at - start)
            following = min(following, furthest) if side > 0 else max(following, furthest)
        elif not min(inner, outer) <= following <= max(inner, outer):
            following = (inner + outer) / 2
        if abs(following - at) <= SETTLED * abs(following - start):
            return float(following)
        if abs(following - start) > far:
            return float(np.inf * side)
        at = following
    raise EstimationError(f"a profile interval did not settle in {STEPS} steps")
