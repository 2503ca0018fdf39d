"""Odds ratios of two groups from the counts as they are, with a level for each study."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, counts, same_length
from living_review.synthesis.binomial import Interval
from living_review.synthesis.glmm_profile import SMALLEST_LOG_TAU, where_it_drops
from living_review.synthesis.projection import intercept, project
from living_review.synthesis.random_effects import quantile, two_sided
from living_review.synthesis.tau2 import estimate_tau2
from living_review.synthesis.two_group_likelihood import Slopes, TwoGroupLikelihood
from living_review.synthesis.two_groups import two_group_effects

TESTS = ("z", "t")
STEPS = 200
SETTLED = 1e-8  # a Newton step, in standard errors
LONGEST = 1.0  # step in log tau, and in logits as a multiple of 1 + tau
FARTHEST = 5.0  # log tau; odds ratios that differ by factors of e^148
MANY = 4  # halvings of a step that lead uphill where its direction does
NEGLIGIBLE, SMALL = 1e-6, 1e-2  # tau^2 in units of the smallest sampling variance


@dataclass(frozen=True)
class OddsRatioFit:
    """Log odds ratio, first group against second, by maximum likelihood.

    k: studies in which some had the event, but not all; the others tell nothing and are left out.
    se: from the observed information in all parameters. stat, pval, ci: by test "z", or "t" on
    df = k - 1 degrees of freedom. boundary: the likelihood is highest at tau2 = 0. lrt, lrt_p: of
    tau2 = 0, even mixture of chi-square on 0 and on 1 degrees of freedom. ci_profile_tau2: by
    profile likelihood; an upper limit that no finite value reaches is infinite.
    qe_lrt: deviance of one common odds ratio from one for each study, on k - 1 degrees of freedom.
    """

    k: int
    estimate: float
    se: float
    test: str
    df: int | None
    stat: float
    pval: float
    ci: Interval
    tau2: float
    ci_profile_tau2: Interval
    loglik: float
    boundary: bool
    lrt: float
    lrt_p: float
    qe_lrt: float


class _Point(NamedTuple):
    levels: FloatArray
    theta: float
    log_tau: float  # minus infinity at tau = 0
    here: Slopes


def fit_odds_ratio(
    ai: Any, n1i: Any, ci: Any, n2i: Any, test: str = "z", level: float = 0.95
) -> OddsRatioFit:
    """Unconditional model with fixed study effects; log odds ratios ~ N(theta, tau2).

    ai events of n1i, ci events of n2i: shape (k,), whole numbers. test: "z", or "t" on k - 1
    degrees of freedom, which few studies need.
    With many small studies the levels, one for each, bias tau2 downwards.
    Raises EstimationError for impossible counts, fewer than two studies that tell something, or
    where no finite odds ratio or tau2 fits best.
    Source: Turner et al. 2000, Jackson et al. 2018 (model 4); metafor rma.glmm(model="UM.FS"),
    whose integrals have 7 nodes and so agree to a few digits only.
    """
    if test not in TESTS:
        raise EstimationError(f"test {test!r} is not known; allowed: {', '.join(TESTS)}")
    a, n1, c, n2 = _telling(ai, n1i, ci, n2i)
    likelihood = TwoGroupLikelihood(a, n1, c, n2)
    effects = two_group_effects("OR", a, n1, c, n2)
    tau2 = max(estimate_tau2("DL", effects.yi, effects.vi, intercept(len(a))).value, 0.1)
    theta = float(project(effects.yi, 1 / (effects.vi + tau2), intercept(len(a))).coef[0])
    levels = special.logit((a + c + 0.5) / (n1 + n2 + 1))
    nil = _without_spread(likelihood, levels, theta)
    size = NEGLIGIBLE / float(np.max(-nil.here.levels_twice) / 4)
    top = _with_spread(likelihood, nil._replace(log_tau=float(np.log(tau2) / 2)), size)
    if top is None or top.here.loglik <= nil.here.loglik:
        top = nil
    boundary = top is nil
    inner = _shared_information(top.here)
    se = float(np.sqrt(1 / inner[0, 0] if boundary else np.linalg.inv(inner)[0, 0]))
    lrt = 2 * (top.here.loglik - nil.here.loglik)
    df = None if test == "z" else len(a) - 1
    half = quantile(level, df) * se
    drop = float(special.chdtri(1, 1 - level)) / 2
    return OddsRatioFit(
        k=len(a), estimate=top.theta, se=se, test=test, df=df, stat=top.theta / se,
        pval=float(two_sided(np.array([top.theta / se]), df)[0]),
        ci=Interval(top.theta - half, top.theta + half),
        tau2=float(np.exp(2 * top.log_tau)),
        ci_profile_tau2=_interval_of_tau2(likelihood, top, nil.here.loglik, drop),
        loglik=top.here.loglik, boundary=boundary,
        lrt=lrt, lrt_p=1.0 if boundary else float(special.chdtrc(1, lrt)) / 2,
        qe_lrt=2 * (likelihood.saturated - nil.here.loglik),
    )  # fmt: skip


def _telling(ai: Any, n1i: Any, ci: Any, n2i: Any) -> tuple[FloatArray, ...]:
    a, n1 = counts(ai, n1i, ("ai", "n1i"))
    c, n2 = counts(ci, n2i, ("ci", "n2i"))
    same_length(ai=a, ci=c)
    some = (a + c > 0) & (a + c < n1 + n2)
    a, n1, c, n2 = a[some], n1[some], c[some], n2[some]
    if len(a) < 2:
        raise EstimationError(
            f"the model needs two studies in which some had the event, but not all; there are"
            f" {len(a)}"
        )
    if not (np.any(a * (n2 - c) > 0) and np.any(c * (n1 - a) > 0)):
        raise EstimationError(
            "every study fits an endlessly large, or endlessly small, odds ratio: none that is"
            " finite fits best"
        )
    return a, n1, c, n2


def _without_spread(likelihood: TwoGroupLikelihood, levels: FloatArray, theta: float) -> _Point:
    point = _Point(levels, theta, -np.inf, likelihood.at_zero(levels, theta))
    for _ in range(STEPS):
        here = point.here
        inner = _shared_information(here)[0, 0]
        reduced = here.shared[0] - np.sum(here.mixed[:, 0] * here.levels / here.levels_twice)
        step = float(np.clip(reduced / inner, -LONGEST, LONGEST))
        before, point = point, _step(likelihood, point, np.array([step, 0.0]))
        if point is before or (abs(step) * np.sqrt(inner) <= SETTLED and _level(point)):
            return point
    raise EstimationError(f"the common odds ratio did not settle in {STEPS} steps")


def _with_spread(likelihood: TwoGroupLikelihood, start: _Point, size: float) -> _Point | None:
    """The top of the likelihood from `start` on; None if tau^2 shrinks to nothing.

    size: the tau^2 that is negligible.
    """
    at_zero = start.here.shared[1]
    point = start._replace(here=likelihood.at(start.levels, start.theta, start.log_tau))
    for _ in range(STEPS):
        here = point.here
        inner = _shared_information(here)
        weights = (here.levels / here.levels_twice)[:, None]
        reduced = here.shared - np.sum(here.mixed * weights, axis=0)
        if inner[0, 0] > 0 and np.linalg.det(inner) > 0:
            step = np.linalg.solve(inner, reduced)
        else:
            step = np.array([reduced[0] / max(inner[0, 0], 1e-8), np.sign(reduced[1]) / 2])
        longest = np.array([LONGEST * (1 + np.exp(point.log_tau)), LONGEST])
        step = step * min(1.0, float(np.min(longest / np.maximum(np.abs(step), 1e-300))))
        before, point = point, _step(likelihood, point, step)
        if point is before or (
            np.max(np.abs(step) * np.sqrt(np.abs(np.diag(inner)))) <= SETTLED and _level(point)
        ):
            return point
        if point.log_tau > FARTHEST:
            raise EstimationError("no finite variance between studies fits best")
        tau2 = np.exp(2 * point.log_tau)
        if tau2 < size or (tau2 < size * SMALL / NEGLIGIBLE and at_zero <= 0):
            return None
    raise EstimationError(f"the likelihood did not settle in {STEPS} steps")


def _interval_of_tau2(
    likelihood: TwoGroupLikelihood, top: _Point, nil: float, drop: float
) -> Interval:
    """Every tau2 whose best log-likelihood is within `drop` of the top's; nil: that of tau2 = 0."""
    spreads = bool(np.isfinite(top.log_tau))
    start = top.log_tau if spreads else SMALLEST_LOG_TAU
    bend = _shared_information(top.here)[1, 1] if spreads else 0.0
    width = float(np.sqrt(2 * drop / max(bend, 0.1))) if spreads else 0.5

    def limit(side: int) -> float:
        point = top

        def value_at(log_tau: float) -> tuple[float, float]:
            nonlocal point
            point = _best_theta(likelihood, point, log_tau)
            return point.here.loglik, float(point.here.shared[1])

        loglik = top.here.loglik
        return where_it_drops(value_at, start, side * width, loglik, drop, FARTHEST - start)

    lower = 0.0 if top.here.loglik - nil <= drop else float(np.exp(2 * limit(-1)))
    return Interval(lower, float(np.exp(2 * limit(+1))))


def _best_theta(likelihood: TwoGroupLikelihood, start: _Point, log_tau: float) -> _Point:
    """The best odds ratio and levels for a given tau > 0, looked for from those of `start`."""
    here = likelihood.at(start.levels, start.theta, log_tau)
    point = _Point(start.levels, start.theta, log_tau, here)
    for _ in range(STEPS):
        here = point.here
        inner = _shared_information(here)[0, 0]
        reduced = here.shared[0] - np.sum(here.mixed[:, 0] * here.levels / here.levels_twice)
        longest = LONGEST * (1 + np.exp(log_tau))
        step = float(np.clip(reduced / max(inner, 1e-8), -longest, longest))
        before, point = point, _step(likelihood, point, np.array([step, 0.0]))
        if point is before or (abs(step) * np.sqrt(max(inner, 0)) <= SETTLED and _level(point)):
            return point
    raise EstimationError(f"the odds ratio at a given tau2 did not settle in {STEPS} steps")


def _level(point: _Point) -> bool:
    """Whether every study's level is at its best."""
    here = point.here
    return bool(np.max(np.abs(here.levels) / np.sqrt(-here.levels_twice)) <= 1e-6)


def _shared_information(here: Slopes) -> FloatArray:
    """Observed information on theta and log tau, the levels at their best for them; (2, 2)."""
    return -(here.shared_twice - (here.mixed / here.levels_twice[:, None]).T @ here.mixed)


def _step(likelihood: TwoGroupLikelihood, point: _Point, shared: FloatArray) -> _Point:
    """The point a step on, levels following, the step halved until it does not lead down.

    Where that takes many halvings the levels, which are cut off, are brought to their best first.
    """
    here = point.here
    levels = -(here.levels + here.mixed @ shared) / here.levels_twice
    levels = np.clip(levels, -2, 2)
    slack = 1e-11 * (1 + abs(here.loglik))  # rounding
    for halvings in range(60):
        if halvings == MANY and shared.any() and not _level(point):
            return _step(likelihood, point, np.zeros(2))
        moved = point.levels + levels
        theta, log_tau = point.theta + float(shared[0]), point.log_tau + float(shared[1])
        if (theta, log_tau) == point[1:3] and np.array_equal(moved, point.levels):
            break
        if np.isinf(log_tau):
            there = likelihood.at_zero(moved, theta)
        else:
            there = likelihood.at(moved, theta, log_tau)
        if there.loglik >= here.loglik - slack:
            return _Point(moved, theta, log_tau, there)
        levels, shared = levels / 2, shared / 2
    return point
