"""Groups of studies in one binomial-normal model: a mean each, one variance between studies."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, counts
from living_review.synthesis.binomial_normal import BinomialNormal
from living_review.synthesis.glmm import NoFiniteEstimate
from living_review.synthesis.glmm_maximum import (
    LONGEST,
    SETTLED,
    STEPS,
    Point,
    best_mu,
    first_guess,
)
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.random_effects import quantile
from living_review.synthesis.subgroups import Subgroups

HALVINGS = 60


class _Together(NamedTuple):
    """The best means of all groups for one tau; slope and bend of the sum in log tau."""

    log_tau: float
    points: tuple[Point, ...]
    loglik: float
    slope: float
    bend: float


def subgroups_glmm(
    events: Any, total: Any, labels: Sequence[Any], test: str = "t", level: float = 0.95
) -> Subgroups:
    """Pool groups of proportions without touching a count; levels in alphabetical order.

    events of total: shape (k,), whole numbers; labels: one a study, fewer groups than studies.
    logit(p_i) ~ N(mu_g, tau2) by maximum likelihood; estimate, se, ci on the logit scale, se by the
    observed information in all means together with log tau. test: "t" on k - groups degrees of
    freedom, q_between then being F; or "z", chi-square. q_between: Wald, that all means are equal.
    Raises NoFiniteEstimate where in a group no patient or every patient had the event, or each
    study of all groups had it in all of its patients or in none; EstimationError for one group.
    Source: Stijnen, Hamza & Ozdemir 2010; metafor rma.glmm(mods = ~ group, test = "t").
    """
    x, n = counts(events, total, ("events", "total"))
    level_of = np.array([str(label) for label in labels], dtype=object)
    levels = tuple(sorted(set(level_of)))
    if len(levels) < 2 or len(levels) >= len(x):
        raise EstimationError(f"{len(x)} studies in {len(levels)} groups can't be compared")
    _require_finite(x, n, level_of, levels)
    groups = [BinomialNormal(x[level_of == one], n[level_of == one]) for one in levels]
    top = _highest(groups, x, n)
    tau2 = float(np.exp(2 * top.log_tau))
    cov = np.linalg.inv(_information(top))[: len(levels), : len(levels)]
    estimate, se = np.array([point.mu for point in top.points]), np.sqrt(np.diag(cov))
    m, df = len(levels) - 1, None if test == "z" else len(x) - len(levels)
    contrast = np.column_stack([-np.ones(m), np.eye(m)])
    apart = contrast @ estimate
    wald = float(apart @ np.linalg.solve(contrast @ cov @ contrast.T, apart))
    half = quantile(level, df) * se
    return Subgroups(
        levels, tuple(int(np.sum(level_of == one)) for one in levels), estimate, se,
        np.column_stack([estimate - half, estimate + half]), np.full(len(levels), tau2),
        wald if df is None else wald / m, (m, df),
        float(special.chdtrc(m, wald) if df is None else special.fdtrc(m, df, wald / m)),
    )  # fmt: skip


def _highest(groups: Sequence[BinomialNormal], x: FloatArray, n: FloatArray) -> _Together:
    """The top of the likelihood; that at tau = 0 if nothing is higher."""
    nil = _without_spread(groups)
    if not np.any(n > 1):
        return nil
    _, log_tau = first_guess(proportion_effects("PLO", x, n))
    top = _climb(groups, nil, log_tau)
    return top if top is not None and top.loglik > nil.loglik else nil


def _climb(groups: Sequence[BinomialNormal], nil: _Together, log_tau: float) -> _Together | None:
    """The top uphill of log_tau, by Newton's method; None if tau shrinks to nothing."""
    least = min(group.least_log_tau for group in groups)
    here = _at(groups, nil.points, log_tau)
    for _ in range(STEPS):
        step = here.slope / -here.bend if here.bend < 0 else np.sign(here.slope) * LONGEST
        step = float(np.clip(step, -LONGEST, LONGEST))
        before, here = here, _not_downhill(groups, here, step)
        if abs(step) * np.sqrt(abs(here.bend)) <= SETTLED or here is before:
            return here
        if here.log_tau < least:
            return None
    raise EstimationError(f"the likelihood of groups did not settle in {STEPS} steps")


def _not_downhill(groups: Sequence[BinomialNormal], here: _Together, step: float) -> _Together:
    slack = 1e-11 * (1 + abs(here.loglik))  # rounding
    for _ in range(HALVINGS):
        there = _at(groups, here.points, here.log_tau + step)
        if there.loglik >= here.loglik - slack:
            return there
        step /= 2
    return here


def _at(groups: Sequence[BinomialNormal], near: Sequence[Point], log_tau: float) -> _Together:
    points = tuple(
        best_mu(group, point.mu, log_tau) for group, point in zip(groups, near, strict=True)
    )
    hessians = [point.here.hessian for point in points]
    return _Together(
        log_tau,
        points,
        sum(point.here.loglik for point in points),
        sum(float(point.here.gradient[1]) for point in points),
        sum(float(h[1, 1] - h[0, 1] ** 2 / h[0, 0]) for h in hessians),
    )


def _without_spread(groups: Sequence[BinomialNormal]) -> _Together:
    points = []
    for group in groups:
        mu = float(special.logit(group.times @ group.x / (group.times @ group.n)))
        points.append(Point(mu, -np.inf, group.without_spread(mu)))
    return _Together(-np.inf, tuple(points), sum(p.here.loglik for p in points), 0.0, 0.0)


def _information(top: _Together) -> FloatArray:
    """Observed, in the means, and in log tau where it is above 0."""
    hessians = [point.here.hessian for point in top.points]
    means = np.diag([-h[0, 0] for h in hessians])
    if np.isinf(top.log_tau):
        return means
    cross = np.array([[-h[0, 1]] for h in hessians])
    own = np.array([[-sum(h[1, 1] for h in hessians)]])
    return np.block([[means, cross], [cross.T, own]])


def _require_finite(
    x: FloatArray, n: FloatArray, level_of: np.ndarray, levels: Sequence[str]
) -> None:
    for one in levels:
        mine = level_of == one
        if not x[mine].any() or np.all(x[mine] == n[mine]):
            had = "every patient" if x[mine].any() else "no patient"
            raise NoFiniteEstimate(f"in the group {one!r} {had} had the outcome: no finite mean")
    if np.all((x == 0) | (x == n)) and np.any(n > 1):
        raise NoFiniteEstimate(
            "in each study all patients or none had the outcome: no finite variance between"
            " studies fits best"
        )
