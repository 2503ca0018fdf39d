"""Effects of arms that are nested in studies: one variance between studies, one between arms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, poolable
from living_review.synthesis.projection import project
from living_review.synthesis.random_effects import design
from living_review.synthesis.tau2 import estimate_tau2

STEPS = 200
HALVINGS = 60
# of a step, relative to the variances plus a typical sampling variance; what is left of the way is
# about its square
SETTLED = 1e-7
ALIKE = 1e-8  # share of its largest value that the determinant of an information may fall to
NEWTON_FROM = 0.1  # likewise: close enough to the top to trust its curvature


@dataclass(frozen=True)
class NestedFit:
    """Three-level model by restricted maximum likelihood.

    yi = x coef + study effect + arm effect + sampling error, the effects normal with variances
    tau2_study and tau2_arm, in squared units of yi.
    k arms in m studies. coef, se (p,), cov (p, p): from the model, for the normal distribution;
    `cluster_robust` gives those that hold if the model's variances do not.
    told_apart: False where no study has two arms that the moderators leave alike; tau2_study is
    the variance of both together then.
    residuals (k,), arm_variance (k,) = vi + tau2_arm, study (k,) from 0 to m - 1.
    """

    k: int
    m: int
    coef: FloatArray
    se: FloatArray
    cov: FloatArray
    tau2_study: float
    tau2_arm: float
    told_apart: bool
    loglik: float
    x: FloatArray
    residuals: FloatArray
    arm_variance: FloatArray
    study: np.ndarray


def fit_nested(yi: Any, vi: Any, studies: Sequence[Any], moderators: Any = None) -> NestedFit:
    """Fit the model to effects of arms.

    yi, vi: shape (k,), effects with sampling variances; studies: whose arm each is, one a row;
    moderators: (k,) or (k, p - 1), besides the intercept.
    Raises EstimationError for what can't be pooled, moderators that can't be told apart, or no more
    arms than coefficients.
    Source: Konstantopoulos 2011; metafor rma.mv(yi, vi, random = ~ 1 | study/arm), whose
    log-likelihood this is too.
    """
    y, v = poolable(yi, vi)
    if len(studies) != len(y):
        raise EstimationError(f"one study an arm is needed: {len(y)}, not {len(studies)}")
    x = design(len(y), moderators)
    k, p = x.shape
    if k <= p:
        raise EstimationError(f"{k} arms are too few for {p} coefficients and two variances")
    named, study = np.unique([str(one) for one in studies], return_inverse=True)
    order = np.argsort(study, kind="stable")
    likelihood = NestedLikelihood(y[order], v[order], x[order], study[order])
    top = _highest(likelihood, told_apart := _tell_apart(likelihood))
    return NestedFit(
        k=k, m=len(named), coef=top.coef, se=np.sqrt(np.diag(top.cov)), cov=top.cov,
        tau2_study=float(top.tau2[0]), tau2_arm=float(top.tau2[1]), told_apart=told_apart,
        loglik=top.loglik, x=x, residuals=y - x @ top.coef, arm_variance=v + top.tau2[1],
        study=study,
    )  # fmt: skip


class Place(NamedTuple):
    """The likelihood at tau2 (2,), of studies and of arms, the coefficients at their best for it.

    slope (2,); expected, observed (2, 2): information on tau2.
    """

    tau2: FloatArray
    loglik: float
    coef: FloatArray
    cov: FloatArray
    slope: FloatArray
    expected: FloatArray
    observed: FloatArray


class NestedLikelihood:
    """Restricted log-likelihood of the two variances, in sums over arms and studies.

    The covariance of a study's arms is diag(v + tau2_arm) + tau2_study. Its inverse is known
    (Woodbury), so that no matrix larger than (k, p) is ever formed. Rows are ordered by study.
    """

    def __init__(self, y: FloatArray, v: FloatArray, x: FloatArray, study: np.ndarray) -> None:
        self.y, self.v, self.x, self.study = y, v, x, study
        self.scale = float(len(v) / np.sum(1 / v))  # of a sampling variance
        self.first = np.flatnonzero(np.diff(study, prepend=-1))
        project(y, 1 / v, x)  # says which moderators can't be told apart
        self.of_design = float(np.linalg.slogdet(x.T @ x)[1])

    def at(self, tau2: FloatArray) -> Place:
        of_study, of_arm = tau2
        w = 1 / (self.v + of_arm)
        s1, s2, s3 = self._sums(w), self._sums(w**2), self._sums(w**3)
        shrunk = 1 / (1 + of_study * s1)

        def inverse(columns: FloatArray) -> FloatArray:
            """V^-1 times (k,) or (k, q)."""
            weighted = (w * columns.T).T
            taken = (of_study * shrunk * self._sums(weighted).T).T
            return weighted - (w * taken[self.study].T).T

        k, p = self.x.shape
        vx = inverse(self.x)
        information = self.x.T @ vx
        cov: FloatArray = np.asarray(np.linalg.inv(information), dtype=float)
        coef = cov @ (vx.T @ self.y)
        residuals = self.y - self.x @ coef
        py = inverse(residuals)

        def projected(column: FloatArray) -> FloatArray:
            solved = inverse(column)
            return solved - vx @ (cov @ (self.x.T @ solved))

        # dV / dtau2_study adds up a study's arms; dV / dtau2_arm changes nothing
        moved = [self._sums(py)[self.study], py]
        moved_x = [self._sums(vx)[self.study], vx]
        crossed = [vx.T @ one for one in moved_x]
        lost = of_study * shrunk
        trace = np.array([np.sum(s1 * shrunk), np.sum(w) - np.sum(lost * s2)])
        both = np.sum(s2 * shrunk**2)
        arms = np.sum(s2 - 2 * lost * s3 + (lost * s2) ** 2)
        traces = np.array([[np.sum((s1 * shrunk) ** 2), both], [both, arms]])
        slope = np.empty(2)
        expected, observed = np.empty((2, 2)), np.empty((2, 2))
        for a in range(2):
            slope[a] = (py @ moved[a] - trace[a] + np.sum(cov * crossed[a].T)) / 2
            forward, forward_x = projected(moved[a]), inverse(moved_x[a])
            for b in range(2):
                spread = (
                    traces[a, b]
                    - 2 * np.sum(cov * (forward_x.T @ moved_x[b]).T)
                    + np.sum((cov @ crossed[a]) * (cov @ crossed[b]).T)
                )
                expected[a, b] = spread / 2
                observed[a, b] = forward @ moved[b] - spread / 2
        of_v = np.sum(np.log(self.v + of_arm)) - np.sum(np.log(shrunk))
        of_information = float(np.linalg.slogdet(information)[1])
        loglik = (
            self.of_design
            - (k - p) * np.log(2 * np.pi)
            - of_v
            - of_information
            - float(residuals @ py)
        ) / 2
        return Place(tau2, float(loglik), coef, cov, slope, expected, observed)

    def _sums(self, rows: FloatArray) -> FloatArray:
        """Summed over each study's arms: (m,) or (m, q)."""
        return np.add.reduceat(rows, self.first, axis=0)


def _tell_apart(likelihood: NestedLikelihood) -> bool:
    """Whether the two variances change the likelihood in ways of their own."""
    expected = likelihood.at(np.full(2, likelihood.scale)).expected
    return float(np.linalg.det(expected)) > ALIKE * float(expected[0, 0] * expected[1, 1])


def _highest(likelihood: NestedLikelihood, told_apart: bool) -> Place:
    """The highest top that is found from several sides; a likelihood may have more than one."""
    scale = likelihood.scale
    rough = estimate_tau2("HE", likelihood.y, likelihood.v, likelihood.x).value
    whole = max(rough, scale / 10)
    starts = [(0.0, 0.0), (whole, 0.0)]
    if told_apart:
        starts += [(0.0, whole), (whole / 2, whole / 2)]
    free = np.array([True, told_apart])
    tops = [_climb(likelihood, np.array(start), free) for start in starts]
    return max(tops, key=lambda top: top.loglik)


def _climb(likelihood: NestedLikelihood, start: FloatArray, free: np.ndarray) -> Place:
    """The top uphill of the start among variances that are 0 or more.

    free: which of the two may leave 0. Scoring far from the top, Newton close to it.
    """
    place, newton = likelihood.at(start), False
    for _ in range(STEPS):
        active = free & ((place.tau2 > 0) | (place.slope > 0))
        if not active.any():
            return place
        at = np.ix_(active, active)
        bend = place.observed[at]
        if not newton or np.any(np.linalg.eigvalsh(bend) <= 0):
            bend = place.expected[at]
        step = np.zeros(2)
        step[active] = np.linalg.solve(bend, place.slope[active])
        size = np.max(np.abs(step) / (place.tau2 + likelihood.scale))
        if size <= SETTLED:
            return likelihood.at(np.maximum(place.tau2 + step, 0.0))
        before, place = place, _not_downhill(likelihood, place, step)
        if place is before:
            return place
        newton = bool(size < NEWTON_FROM)
    raise EstimationError(f"the variances of studies and arms did not settle in {STEPS} steps")


def _not_downhill(likelihood: NestedLikelihood, place: Place, step: FloatArray) -> Place:
    """The place a step on, cut at 0, the step halved until it does not lead down."""
    slack = 1e-13 * (1 + abs(place.loglik))  # rounding
    for _ in range(HALVINGS):
        there = likelihood.at(np.maximum(place.tau2 + step, 0.0))
        if there.loglik >= place.loglik - slack:
            return there
        step = step / 2
    return place
