"""Likelihood of counts whose logits vary normally from study to study, by quadrature."""

import copy
from typing import NamedTuple

import numpy as np
from scipy import special

from living_review.synthesis.arrays import FloatArray

# The integrand exp(x b - n log(1 + e^b) - (b - mu)^2 / (2 tau^2)) is analytic with Gaussian tails,
# so that the trapezoid rule converges geometrically: each study gets equidistant nodes between the
# points where its integrand has fallen by exp(-DEPTH), dense enough for about 12 digits.
DEPTH = 34.0
NODES_PER_SD = 2.0  # of the integrand
WIDEST_STEP = 0.25  # logits; nearest singularity of the logistic function is at distance pi
TAU_MARGIN = 1.4  # a grid serves tau within this factor of the one it was made for,
MU_MARGIN = 0.4  # and mu within this many tau
NEGLIGIBLE = 1e-6  # tau^2 as a share of the smallest sampling variance: too small to matter
CHUNK = 40_000  # nodes at a time, to stay in the processor's cache


class Derivatives(NamedTuple):
    """Log-likelihood, its gradient (2,) and Hessian (2, 2) in (mu, log tau)."""

    loglik: float
    gradient: FloatArray
    hessian: FloatArray


class _Block(NamedTuple):
    """Nodes of m studies, with the part of the integrand that mu and tau don't change.

    rows (m,): which studies; b, log_binomial: (m, nodes); log_scale (m,): log of the step between
    nodes and of what was taken out of log_binomial, less the most that the study's own proportion
    makes of it.
    """

    rows: np.ndarray
    b: FloatArray
    log_binomial: FloatArray
    log_scale: FloatArray


class BinomialNormal:
    """Log-likelihood of x of n, logit(p_i) ~ N(mu, tau^2), with the binomial coefficients.

    x, n: shape (k,), neither none nor all of the patients with the event. Equal pairs are
    integrated once. least_log_tau: below it tau makes no difference to any count.
    """

    def __init__(self, x: FloatArray, n: FloatArray) -> None:
        pairs, times = np.unique(np.column_stack([x, n]), axis=0, return_counts=True)
        self.x, self.n = pairs[:, 0], pairs[:, 1]
        # Taken out of each study before anything is summed: of a million patients the logarithms
        # are in the millions, and their rounding would hide where the likelihood is highest.
        share = self.x / self.n
        self._best = special.xlogy(self.x, share) + special.xlogy(self.n - self.x, 1 - share)
        self._constants = self._best + (
            special.gammaln(self.n + 1)
            - special.gammaln(self.x + 1)
            - special.gammaln(self.n - self.x + 1)
        )
        self._blocks: list[_Block] = []
        self._made_for = (np.nan, np.nan)
        self._count(times.astype(float))

    def _count(self, times: FloatArray) -> None:
        self.times = times
        self.constant = float(times @ self._constants)
        p = times @ self.x / (times @ self.n)
        largest = self.n[times > 0].max()
        self.least_log_tau = float(np.log(NEGLIGIBLE / (largest * p * (1 - p))) / 2)

    def of(self, x: FloatArray, n: FloatArray) -> "BinomialNormal":
        """The likelihood of some of these studies, on the grid that is there for all of them."""
        pairs = {pair: at for at, pair in enumerate(zip(self.x, self.n, strict=True))}
        fewer = copy.copy(self)
        places = [pairs[pair] for pair in zip(x, n, strict=True)]
        fewer._count(np.bincount(places, minlength=len(self.x)).astype(float))
        return fewer

    def without_spread(self, mu: float) -> Derivatives:
        """At tau = 0; gradient and Hessian in (mu, tau^2), no second derivative in tau^2 (NaN)."""
        p = special.expit(mu)
        surplus, variance = self.x - self.n * p, self.n * p * (1 - p)
        below_best = self.x * mu - self.n * np.logaddexp(0, mu) - self._best
        loglik = self.times @ below_best + self.constant
        gradient = [self.times @ surplus, self.times @ (surplus**2 - variance) / 2]
        hessian = [[-self.times @ variance, np.nan], [np.nan, np.nan]]
        return Derivatives(float(loglik), np.array(gradient), np.array(hessian))

    def at(self, mu: float, log_tau: float) -> Derivatives:
        """At tau > 0."""
        tau = float(np.exp(log_tau))
        self._grid_for(mu, tau)
        sums = np.zeros(6)
        for block in self._blocks:
            z = (block.b - mu) / tau
            square = z * z
            weight = block.log_binomial - square / 2
            top = weight.max(axis=1)
            np.exp(weight - top[:, None], out=weight)
            total = weight.sum(axis=1)
            weight /= total[:, None]
            m1 = np.einsum("ij,ij->i", weight, z)
            m2 = np.einsum("ij,ij->i", weight, square)
            np.multiply(weight, square, out=weight)
            m3 = np.einsum("ij,ij->i", weight, z)
            m4 = np.einsum("ij,ij->i", weight, square)
            sums += self.times[block.rows] @ np.column_stack(
                [
                    np.log(total) + top + block.log_scale,
                    m1,
                    m2 - 1,
                    m2 - m1**2 - 1,
                    m3 - m1 * m2 - 2 * m1,
                    m4 - m2**2 - 2 * m2,
                ]
            )
        loglik = sums[0] - self.times.sum() * (log_tau + np.log(2 * np.pi) / 2)
        cross = sums[4] / tau
        return Derivatives(
            float(loglik) + self.constant,
            np.array([sums[1] / tau, sums[2]]),
            np.array([[sums[3] / tau**2, cross], [cross, sums[5]]]),
        )

    def _grid_for(self, mu: float, tau: float) -> None:
        """Keep the grid while it covers mu and tau, else make the one around them."""
        mu0, tau0 = self._made_for
        near = abs(mu - mu0) <= MU_MARGIN * tau0 and 1 / TAU_MARGIN <= tau / tau0 <= TAU_MARGIN
        if not near:
            self._blocks, self._made_for = self._make_blocks(mu, tau), (mu, tau)

    def _make_blocks(self, mu: float, tau: float) -> list[_Block]:
        # the modes and flanks furthest out that any mu and tau within the margins give
        side = np.array([-1.0, -1.0, 1.0, 1.0])[:, None]
        mus = mu + side * MU_MARGIN * tau
        taus = tau * np.array([TAU_MARGIN, 1 / TAU_MARGIN, TAU_MARGIN, 1 / TAU_MARGIN])[:, None]
        modes = self._modes(mus, taus)
        flanks = self._flanks(modes, mus, taus, side)
        low, high = modes.min(axis=0), modes.max(axis=0)
        lowest, highest = flanks.min(axis=0), flanks.max(axis=0)
        steepest = np.clip(0.0, low, high)  # where n p (1 - p) is largest between the two modes
        p = special.expit(steepest)
        sd = 1 / np.sqrt(self.n * p * (1 - p) + (TAU_MARGIN / tau) ** 2)
        step = np.minimum(WIDEST_STEP, sd / NODES_PER_SD)
        needed = np.ceil((highest - lowest) / step).astype(int) + 1
        order = np.argsort(needed, kind="stable")
        blocks, start = [], 0
        while start < len(order):
            size = max(1, CHUNK // int(needed[order[min(start, len(order) - 1)]]))
            rows = order[start : start + size]
            blocks.append(self._block(rows, lowest[rows], highest[rows], int(needed[rows].max())))
            start += size
        return blocks

    def _block(
        self, rows: np.ndarray, lowest: FloatArray, highest: FloatArray, nodes: int
    ) -> _Block:
        step = (highest - lowest) / (nodes - 1)
        b = lowest[:, None] + step[:, None] * np.arange(nodes)
        x, n = self.x[rows, None], self.n[rows, None]
        # log(1 + e^b) on the side of zero where nothing overflows
        inner = x * b - n * (np.maximum(b, 0) + np.log1p(np.exp(-np.abs(b))))
        top = inner.max(axis=1)
        inner -= top[:, None]
        return _Block(rows, b, inner, top - self._best[rows] + np.log(step))

    def _flanks(
        self, modes: FloatArray, mu: FloatArray, tau: FloatArray, side: FloatArray
    ) -> FloatArray:
        """Where each integrand has fallen by DEPTH from its mode on its `side`; (c, k).

        modes: (c, k); mu, tau, side: (c, 1). The logarithm is concave: curvature at least 1/tau^2
        puts the first guess outside, and Newton's steps from there stay outside.
        """
        goal = self._log_integrand(modes, mu, tau) - DEPTH
        point = modes + side * np.sqrt(2 * DEPTH) * tau
        for _ in range(8):
            short = goal - self._log_integrand(point, mu, tau)
            slope = self.x - self.n * special.expit(point) - (point - mu) / tau**2
            point = point + np.where(side * slope < 0, short / slope, 0.0)
        return point

    def _log_integrand(self, b: FloatArray, mu: FloatArray, tau: FloatArray) -> FloatArray:
        return self.x * b - self.n * np.logaddexp(0, b) - ((b - mu) / tau) ** 2 / 2

    def _modes(self, mu: FloatArray, tau: FloatArray) -> FloatArray:
        """Where the logarithm of each integrand is flat; (c, k) for mu and tau (c, 1)."""
        own = special.logit((self.x + 0.5) / (self.n + 1))
        low = np.minimum(mu - tau**2 * (self.n - self.x), mu)
        high = np.maximum(mu + tau**2 * self.x, mu)
        b = np.clip((own * self.n + mu / tau**2) / (self.n + 1 / tau**2), low, high)
        last = high - low
        for _ in range(100):
            p = special.expit(b)
            slope = self.x - self.n * p - (b - mu) / tau**2
            low, high = np.where(slope > 0, b, low), np.where(slope > 0, high, b)
            step = slope / (self.n * p * (1 - p) + 1 / tau**2)
            following = newton_or_middle(b, step, last, low, high)
            last = np.abs(following - b)
            b = following
            if np.all(last < 1e-6 * np.minimum(1.0, tau)):
                break
        return b


def newton_or_middle(
    at: FloatArray, step: FloatArray, last: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Newton's step where it stays between low and high and halves the last one, else the middle.

    Without the second condition Newton may jump to and fro across a sigmoid for ever.
    """
    following = at + step
    trusted = (following >= low) & (following <= high) & (np.abs(step) <= last / 2)
    return np.where(trusted, following, (low + high) / 2)
