"""Where the likelihood of counts with a normal random effect is highest."""

from typing import NamedTuple, Protocol

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial_normal import Derivatives
from living_review.synthesis.projection import intercept, project
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.tau2 import estimate_tau2

STEPS = 200
SETTLED = 1e-7  # a Newton step, in standard errors; what is left of the way is about its square
LONGEST = 1.0  # step in log tau, and in mu as a multiple of 1 + tau


class Likelihood(Protocol):
    """Of counts whose means vary from study to study by N(mu, tau^2) on a scale of their own."""

    def at(self, mu: float, log_tau: float) -> Derivatives: ...

    def without_spread(self, mu: float) -> Derivatives: ...

    def vanishes(self, mu: float, log_tau: float) -> bool: ...


class Point(NamedTuple):
    """A place in the likelihood; log_tau is minus infinity at tau = 0."""

    mu: float
    log_tau: float
    here: Derivatives


def first_guess(x: FloatArray, n: FloatArray) -> tuple[float, float]:
    """(mu, log tau) from logits pooled by moments."""
    effects = proportion_effects("PLO", x, n)
    ones = intercept(len(x))
    tau2 = max(estimate_tau2("DL", effects.yi, effects.vi, ones).value, 0.1)
    mu = project(effects.yi, 1 / (effects.vi + tau2), ones).coef[0]
    return float(mu), float(np.log(tau2) / 2)


def maximise(likelihood: Likelihood, mu: float, log_tau: float) -> Point | None:
    """The top uphill of the start, by Newton's method; None if tau shrinks to nothing."""
    point = Point(mu, log_tau, likelihood.at(mu, log_tau))
    for _ in range(STEPS):
        gradient, hessian = point.here.gradient, point.here.hessian
        step = _uphill(gradient, hessian)
        longest = np.array([LONGEST * (1 + np.exp(point.log_tau)), LONGEST])
        step = step * min(1.0, float(np.min(longest / np.maximum(np.abs(step), 1e-300))))
        size = np.max(np.abs(step) * np.sqrt(np.abs(np.diag(hessian))))
        before, point = point, _not_downhill(likelihood, point, step)
        if size <= SETTLED or point is before:
            return point
        if likelihood.vanishes(point.mu, point.log_tau):
            return None
    raise EstimationError(f"the likelihood did not settle in {STEPS} steps")


def best_tau(likelihood: Likelihood, mu: float, log_tau: float) -> Point:
    """The best tau for a given mu, looked for from log_tau on; it may be 0."""
    nil = Point(mu, -np.inf, likelihood.without_spread(mu))
    point = Point(mu, log_tau, likelihood.at(mu, log_tau))
    for _ in range(STEPS):
        slope, bend = point.here.gradient[1], point.here.hessian[1, 1]
        step = slope / -bend if bend < 0 else np.sign(slope) * LONGEST
        step = float(np.clip(step, -LONGEST, LONGEST))
        before, point = point, _not_downhill(likelihood, point, np.array([0.0, step]))
        if abs(step) * np.sqrt(abs(bend)) <= SETTLED or point is before:
            break
        if likelihood.vanishes(point.mu, point.log_tau):
            return nil
    else:
        raise EstimationError(f"the best tau did not settle in {STEPS} steps")
    return point if point.here.loglik > nil.here.loglik else nil


def best_mu(likelihood: Likelihood, mu: float, log_tau: float) -> Point:
    """The best mu for a given tau > 0; the likelihood is log-concave in mu."""
    point = Point(mu, log_tau, likelihood.at(mu, log_tau))
    for _ in range(STEPS):
        slope, bend = point.here.gradient[0], point.here.hessian[0, 0]
        step = slope / -bend if bend < 0 else np.sign(slope)
        longest = LONGEST * (1 + np.exp(log_tau))
        step = float(np.clip(step, -longest, longest))
        before, point = point, _not_downhill(likelihood, point, np.array([step, 0.0]))
        if abs(step) * np.sqrt(abs(bend)) <= SETTLED or point is before:
            return point
    raise EstimationError(f"the best mu did not settle in {STEPS} steps")


def _uphill(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Newton's step, or where the likelihood is not bent down, a step along the gradient."""
    determinant = hessian[0, 0] * hessian[1, 1] - hessian[0, 1] ** 2
    if hessian[0, 0] < 0 and determinant > 0:
        return np.asarray(np.linalg.solve(-hessian, gradient), dtype=float)
    return np.array([gradient[0] / max(-hessian[0, 0], 1e-8), np.sign(gradient[1]) * LONGEST / 2])


def _not_downhill(likelihood: Likelihood, point: Point, step: FloatArray) -> Point:
    """The point a step on, the step halved until it does not lead down."""
    slack = 1e-11 * (1 + abs(point.here.loglik))  # rounding
    for _ in range(60):
        mu, log_tau = point.mu + float(step[0]), point.log_tau + float(step[1])
        here = likelihood.at(mu, log_tau)
        if here.loglik >= point.here.loglik - slack:
            return Point(mu, log_tau, here)
        step = step / 2
    return point
