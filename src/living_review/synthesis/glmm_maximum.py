"""Where the likelihood of counts with a normal random effect is highest."""

from typing import NamedTuple, Protocol

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, FloatArray
from living_review.synthesis.binomial_normal import Derivatives
from living_review.synthesis.projection import intercept, project
from living_review.synthesis.tau2 import estimate_tau2

STEPS = 200
SETTLED = 1e-7  # a Newton step, in standard errors; what is left of the way is about its square
STRAIGHT = 1e4  # up to that many times the least tau^2 the likelihood is straight in tau^2
SECOND_LOOK = 0.0  # log tau from which a top away from tau = 0 is looked for once more
LONGEST = 1.0  # step in log tau, and in mu as a multiple of 1 + tau


class Likelihood(Protocol):
    """Of counts whose means vary from study to study by N(mu, tau^2) on a scale of their own."""

    def at(self, mu: float, log_tau: float) -> Derivatives: ...

    def without_spread(self, mu: float) -> Derivatives: ...

    @property
    def least_log_tau(self) -> float:
        """Below it tau makes no difference to any count."""
        ...


class Point(NamedTuple):
    """A place in the likelihood; log_tau is minus infinity at tau = 0."""

    mu: float
    log_tau: float
    here: Derivatives


def first_guess(effects: Effects) -> tuple[float, float]:
    """(mu, log tau) from effects on the scale of the model, pooled by moments."""
    ones = intercept(len(effects.yi))
    tau2 = max(estimate_tau2("DL", effects.yi, effects.vi, ones).value, 0.1)
    mu = project(effects.yi, 1 / (effects.vi + tau2), ones).coef[0]
    return float(mu), float(np.log(tau2) / 2)


def highest(likelihood: Likelihood, mu: float, log_tau: float, nil: Point) -> Point:
    """The top of the likelihood, looked for from a first guess; `nil`, its top at tau = 0, if
    nothing is higher."""
    top = maximise(likelihood, mu, log_tau)
    if top is None and nil.here.gradient[1] <= 0:
        top = maximise(likelihood, mu, max(SECOND_LOOK, log_tau + 1))
    return top if top is not None and top.here.loglik > nil.here.loglik else nil


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
        if _vanishes(likelihood, point):
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
        if _vanishes(likelihood, point):
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


def _vanishes(likelihood: Likelihood, point: Point) -> bool:
    """Whether tau, on its way down, has no top left to meet before 0."""
    if point.log_tau < likelihood.least_log_tau:
        return True
    small = point.log_tau < likelihood.least_log_tau + np.log(STRAIGHT) / 2
    return bool(small and likelihood.without_spread(point.mu).gradient[1] <= 0)


def _uphill(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Newton's step, or where the likelihood is not bent down, a step along the gradient."""
    determinant = hessian[0, 0] * hessian[1, 1] - hessian[0, 1] ** 2
    if hessian[0, 0] < 0 and determinant > 0:
        return np.asarray(np.linalg.solve(-hessian, gradient), dtype=float)
    return np.array([gradient[0] / max(-hessian[0, 0], 1e-8), np.sign(gradient[1]) * LONGEST / 2])


def _not_downhill(likelihood: Likelihood, point: Point, step: FloatArray) -> Point:
    """The point a step on, the step halved until it does not lead down; `point` itself if none."""
    slack = 1e-11 * (1 + abs(point.here.loglik))  # rounding
    for _ in range(60):
        mu, log_tau = point.mu + float(step[0]), point.log_tau + float(step[1])
        if (mu, log_tau) == (point.mu, point.log_tau):
            break
        here = likelihood.at(mu, log_tau)
        if here.loglik >= point.here.loglik - slack:
            return Point(mu, log_tau, here)
        step = step / 2
    return point
