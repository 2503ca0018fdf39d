"""Likelihood of counts in person-time whose log rates vary normally from study to study."""

import numpy as np
from scipy import special

from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial_normal import DEPTH, NEGLIGIBLE, Derivatives

# The integrand exp(x b - t e^b - (b - mu)^2 / (2 tau^2)) is log-concave and analytic: the trapezoid
# rule between the points where it has fallen by exp(-DEPTH) converges geometrically.
NODES_PER_SD = 2.5  # of the integrand at its top
WIDEST_STEP = 0.2  # log rates; a strip of half-width pi / 2 is free of growth


class PoissonNormal:
    """Log-likelihood of x events in time t, log(rate_i) ~ N(mu, tau^2), with the factorials.

    x, t: shape (k,), t above 0, at least one x above 0. least_log_tau: below it tau makes no
    difference to any count.
    """

    def __init__(self, x: FloatArray, t: FloatArray) -> None:
        self.x, self.t = x, t
        # taken out of each study before anything is summed, for the sake of millions of events
        self._best = special.xlogy(x, x / t) - x
        self.constant = float(np.sum(self._best + x * np.log(t) - special.gammaln(x + 1)))
        expected = t * x.sum() / t.sum()
        self.least_log_tau = float(np.log(NEGLIGIBLE / expected.max()) / 2)

    def without_spread(self, mu: float) -> Derivatives:
        """At tau = 0; gradient and Hessian in (mu, tau^2), no second derivative in tau^2 (NaN)."""
        expected = self.t * np.exp(mu)
        surplus = self.x - expected
        loglik = np.sum(self.x * mu - expected - self._best) + self.constant
        gradient = [surplus.sum(), np.sum(surplus**2 - expected) / 2]
        hessian = [[-expected.sum(), np.nan], [np.nan, np.nan]]
        return Derivatives(float(loglik), np.array(gradient), np.array(hessian))

    def at(self, mu: float, log_tau: float) -> Derivatives:
        """At tau > 0."""
        tau = float(np.exp(log_tau))
        modes = self._modes(mu, tau)
        low, high = (self._flanks(modes, mu, tau, side) for side in (-1.0, 1.0))
        sd = 1 / np.sqrt(self.t * np.exp(modes) + 1 / tau**2)
        step = np.minimum(WIDEST_STEP, sd / NODES_PER_SD)
        nodes = int(np.ceil((high - low) / step).max()) + 1
        step = (high - low) / (nodes - 1)
        b = low[:, None] + step[:, None] * np.arange(nodes)
        logs = self._log_integrand(b.T, mu, tau).T
        top = logs.max(axis=1)
        weight = np.exp(logs - top[:, None])
        total = weight.sum(axis=1)
        weight /= total[:, None]
        z = (b - mu) / tau
        m1, m2, m3, m4 = (np.einsum("ij,ij->i", weight, z**power) for power in (1, 2, 3, 4))
        loglik = np.sum(np.log(total * step) + top - self._best - log_tau - np.log(2 * np.pi) / 2)
        cross = np.sum(m3 - m1 * m2 - 2 * m1) / tau
        return Derivatives(
            float(loglik + self.constant),
            np.array([m1.sum() / tau, np.sum(m2 - 1)]),
            np.array(
                [
                    [np.sum(m2 - m1**2 - 1) / tau**2, cross],
                    [cross, np.sum(m4 - m2**2 - 2 * m2)],
                ]
            ),
        )

    def _log_integrand(self, b: FloatArray, mu: float, tau: float) -> FloatArray:
        """b: (..., k)."""
        return self.x * b - self.t * np.exp(b) - ((b - mu) / tau) ** 2 / 2

    def _modes(self, mu: float, tau: float) -> FloatArray:
        """Where the logarithm of each integrand is flat: Newton's steps from the right of it, where
        its slope is concave and falls, never overshoot."""
        own = np.log(np.where(self.x > 0, self.x / self.t, 1.0))
        b = np.where(self.x > 0, np.maximum(mu, own), mu)
        for _ in range(200):
            expected = self.t * np.exp(b)
            step = (self.x - expected - (b - mu) / tau**2) / (expected + 1 / tau**2)
            b = b + step
            if np.all(np.abs(step) < 1e-6 * min(1.0, tau)):
                break
        return b

    def _flanks(self, modes: FloatArray, mu: float, tau: float, side: float) -> FloatArray:
        """Where each integrand has fallen by DEPTH from its mode on a side; (k,).

        Curvature of at least 1/tau^2 puts the first guess outside; Newton's steps stay outside.
        """
        goal = self._log_integrand(modes, mu, tau) - DEPTH
        point = modes + side * np.sqrt(2 * DEPTH) * tau
        if side > 0:  # e^b alone has done it there
            point = np.minimum(point, np.maximum(modes, np.log((self.x + DEPTH) / self.t)) + 3)
        for _ in range(12):
            short = goal - self._log_integrand(point, mu, tau)
            slope = self.x - self.t * np.exp(point) - (point - mu) / tau**2
            point = point + np.where(side * slope < 0, short / slope, 0.0)
        return point
