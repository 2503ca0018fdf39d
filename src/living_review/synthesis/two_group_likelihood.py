"""Likelihood of two groups of counts whose log odds ratio varies normally from study to study."""

from typing import NamedTuple

import numpy as np
from scipy import special

from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial_normal import DEPTH, NODES_PER_SD, newton_or_middle

WIDEST_STEP = 0.5  # of the log odds ratio, which moves each logit by half of it


class Slopes(NamedTuple):
    """Log-likelihood with first and second derivatives in levels (k,) and shared (2,).

    levels: each study's mean logit; shared: theta and log tau, or theta and tau^2 at tau = 0, where
    there is no second derivative in tau^2 (0). Levels of different studies don't meet.
    """

    loglik: float
    levels: FloatArray  # (k,)
    shared: FloatArray  # (2,)
    levels_twice: FloatArray  # (k,), second derivatives
    mixed: FloatArray  # (k, 2)
    shared_twice: FloatArray  # (2, 2)


class TwoGroupLikelihood:
    """logit of the groups' risks: level + b/2 and level - b/2, b ~ N(theta, tau^2) in each study.

    a events of n1, c of n2: shape (k,). With the binomial coefficients. saturated: the
    log-likelihood of a risk of its own for each group of each study.
    """

    def __init__(self, a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> None:
        self.a, self.n1, self.c, self.n2 = (values[:, None] for values in (a, n1, c, n2))
        log_coefficients = float(_log_choose(n1, a).sum() + _log_choose(n2, c).sum())
        # taken out of each study before anything is summed, for the sake of millions of patients
        self._best = _saturated(self.a, self.n1) + _saturated(self.c, self.n2)
        self.saturated = float(self._best.sum()) + log_coefficients

    def at_zero(self, levels: FloatArray, theta: float) -> Slopes:
        """At tau = 0: logistic regression with a level for each study."""
        value, of_level, of_b, bend, mixed = self._at_node(levels[:, None], np.array([[theta]]))
        return Slopes(
            float(value.sum()) + self.saturated,
            of_level[:, 0],
            np.array([of_b.sum(), float(np.sum(of_b**2 - bend / 4)) / 2]),
            -bend[:, 0],
            np.column_stack([-mixed[:, 0], np.zeros(len(levels))]),
            np.array([[-float(bend.sum()) / 4, 0.0], [0.0, 0.0]]),
        )

    def at(self, levels: FloatArray, theta: float, log_tau: float) -> Slopes:
        """At tau > 0, by the trapezoid rule on nodes that fit each study."""
        tau = float(np.exp(log_tau))
        b, step = self._nodes(levels, theta, tau)
        value, of_level, _, bend, _ = self._at_node(levels[:, None], b)
        z = (b - theta) / tau
        log_weight = value - z**2 / 2
        top = log_weight.max(axis=1, keepdims=True)
        weight = np.exp(log_weight - top)
        total = weight.sum(axis=1, keepdims=True)
        weight /= total

        def mean(values: FloatArray) -> FloatArray:
            return np.einsum("ij,ij->i", weight, values)

        m1, m2, m3, m4 = (mean(z**power) for power in (1, 2, 3, 4))
        score = mean(of_level)
        loglik = np.log(total[:, 0]) + top[:, 0] + np.log(step) - log_tau - np.log(2 * np.pi) / 2
        cross = float(np.sum(m3 - m1 * m2 - 2 * m1)) / tau
        return Slopes(
            float(loglik.sum()) + self.saturated,
            score,
            np.array([m1.sum() / tau, np.sum(m2 - 1)]),
            mean(of_level**2) - score**2 - mean(bend),
            np.column_stack(
                [(mean(of_level * z) - score * m1) / tau, mean(of_level * z**2) - score * m2]
            ),
            np.array(
                [
                    [float(np.sum(m2 - m1**2 - 1)) / tau**2, cross],
                    [cross, float(np.sum(m4 - m2**2 - 2 * m2))],
                ]
            ),
        )

    def _at_node(self, level: FloatArray, b: FloatArray) -> tuple[FloatArray, ...]:
        """Log-likelihood at b, its slopes in level and b, n p (1 - p) summed, half its difference.

        level: (k, 1); b: (k, nodes) or (1, 1); the log-likelihood is that less `saturated`.
        """
        first, second = level + b / 2, level - b / 2
        p1, p2 = special.expit(first), special.expit(second)
        value = (
            self.a * first - self.n1 * np.logaddexp(0, first)
            + self.c * second - self.n2 * np.logaddexp(0, second) - self._best
        )  # fmt: skip
        surplus1, surplus2 = self.a - self.n1 * p1, self.c - self.n2 * p2
        v1, v2 = self.n1 * p1 * (1 - p1), self.n2 * p2 * (1 - p2)
        return value, surplus1 + surplus2, (surplus1 - surplus2) / 2, v1 + v2, (v1 - v2) / 2

    def _nodes(self, levels: FloatArray, theta: float, tau: float) -> tuple[FloatArray, FloatArray]:
        """b (k, nodes) equidistant between the flanks of each integrand, and its step (k,)."""
        level = levels[:, None]
        mode = self._modes(level, theta, tau)
        goal = self._log_integrand(level, mode, theta, tau) - DEPTH
        ends = []
        for side in (-1, 1):
            # the logarithm is bent by 1/tau^2 at least, so this is outside, and Newton stays there
            point = mode + side * np.sqrt(2 * DEPTH) * tau
            for _ in range(8):
                short = goal - self._log_integrand(level, point, theta, tau)
                slope = self._at_node(level, point)[2] - (point - theta) / tau**2
                point = point + np.where(side * slope < 0, short / slope, 0.0)
            ends.append(point[:, 0])
        bend = self._at_node(level, mode)[3][:, 0] / 4
        widest = np.minimum(WIDEST_STEP, 1 / (np.sqrt(bend + 1 / tau**2) * NODES_PER_SD))
        nodes = int(np.ceil(np.max((ends[1] - ends[0]) / widest))) + 1
        step = (ends[1] - ends[0]) / (nodes - 1)
        return ends[0][:, None] + step[:, None] * np.arange(nodes), step

    def _log_integrand(
        self, level: FloatArray, b: FloatArray, theta: float, tau: float
    ) -> FloatArray:
        return self._at_node(level, b)[0] - ((b - theta) / tau) ** 2 / 2

    def _modes(self, level: FloatArray, theta: float, tau: float) -> FloatArray:
        reach = tau**2 * (self.n1 + self.n2) / 2
        low, high = theta - reach, theta + reach
        b = np.full_like(low, theta)
        last = high - low
        for _ in range(100):
            _, _, of_b, bend, _ = self._at_node(level, b)
            slope = of_b - (b - theta) / tau**2
            low, high = np.where(slope > 0, b, low), np.where(slope > 0, high, b)
            following = newton_or_middle(b, slope / (bend / 4 + 1 / tau**2), last, low, high)
            last = np.abs(following - b)
            b = following
            if np.all(last < 1e-6 * min(1.0, tau)):
                break
        return b


def _log_choose(n: FloatArray, x: FloatArray) -> FloatArray:
    return special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)


def _saturated(x: FloatArray, n: FloatArray) -> FloatArray:
    """Log-likelihood of x events of n at the risk x/n, without the coefficient."""
    best: FloatArray = special.xlogy(x, x / n) + special.xlogy(n - x, 1 - x / n)
    return best
