"""Pooling of proportions with the counts as they are: the binomial-normal model."""

import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, counts
from living_review.synthesis.binomial import Interval
from living_review.synthesis.binomial_normal import BinomialNormal
from living_review.synthesis.glmm_maximum import Point, first_guess, highest
from living_review.synthesis.glmm_profile import interval_of_mu, interval_of_tau2
from living_review.synthesis.prediction import prediction_from
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.random_effects import quantile


class NoFiniteEstimate(EstimationError):
    """The likelihood keeps rising towards infinity."""


@dataclass(frozen=True)
class GlmmFit:
    """Random-intercept logistic model, logit(p_i) ~ N(mu, tau2), by maximum likelihood.

    mu is on the logit scale; median = expit(mu) is the median of the true proportions, marginal =
    E[expit(mu + tau Z)] their mean.
    se_mu: observed information in mu together with log tau; se_mu_given_tau: tau taken as known.
    boundary: the likelihood is highest at tau2 = 0; there is no se_log_tau then.
    lrt: likelihood-ratio statistic of tau2 = 0; lrt_p: its p-value from the even mixture of
    chi-square on 0 and on 1 degrees of freedom. ci_profile_mu, ci_profile_tau2: by profile
    likelihood, computed when they are asked for; an upper limit of tau2 that no finite value
    reaches is infinite.
    """

    k: int
    level: float
    mu: float
    tau2: float
    loglik: float
    se_mu: float
    se_mu_given_tau: float
    se_log_tau: float | None
    boundary: bool
    lrt: float
    lrt_p: float
    marginal: float
    top: Point = field(repr=False, compare=False)
    likelihood: BinomialNormal = field(repr=False, compare=False)

    @cached_property
    def ci_profile_mu(self) -> Interval:
        likelihood = copy.copy(self.likelihood)  # whose grid will follow the profile
        may_spread = bool(np.any(likelihood.n > 1))
        return interval_of_mu(likelihood, self.top, self.se_mu, self._drop, may_spread)

    @cached_property
    def ci_profile_tau2(self) -> Interval:
        nil = self.loglik - self.lrt / 2
        return interval_of_tau2(copy.copy(self.likelihood), self.top, nil, self._drop)

    @property
    def _drop(self) -> float:
        """How far the log-likelihood falls to the limits of an interval."""
        return float(special.chdtri(1, 1 - self.level)) / 2

    @property
    def median(self) -> float:
        return float(special.expit(self.mu))

    def ci(self, test: str = "t") -> Interval:
        """Wald interval of mu: test "z", or "t" on k - 1 degrees of freedom."""
        if test not in ("z", "t"):
            raise EstimationError(f"test {test!r} is not known; allowed: z, t")
        half = quantile(self.level, None if test == "z" else self.k - 1) * self.se_mu
        return Interval(self.mu - half, self.mu + half)

    def prediction_interval(self, form: str = "t_km1") -> Interval | None:
        """On the logit scale, in the forms of `prediction.prediction_interval`."""
        return prediction_from(self.mu, self.se_mu, self.tau2, self.k, form, self.level)


def fit_glmm(events: Any, total: Any, level: float = 0.95, near: GlmmFit | None = None) -> GlmmFit:
    """Pool proportions without touching a count.

    events of total: shape (k,), k >= 2, whole numbers.
    near: a fit of these studies and others, from whose top the search sets out: the same answer
    sooner, where one study after the other is left out.
    Studies of one patient can't show tau2; if all are, it is 0 by convention (boundary).
    Raises EstimationError for k < 2 or impossible counts; NoFiniteEstimate where no patient or
    every patient had the event, or where that is so in each study.
    Source: Stijnen, Hamza & Ozdemir 2010. Integrals by dense quadrature, good to about 12 digits.
    """
    x, n = counts(events, total, ("events", "total"))
    _require_finite_estimate(x, n)
    likelihood = near.likelihood.of(x, n) if near else BinomialNormal(x, n)
    pooled = float(special.logit(x.sum() / n.sum()))
    nil = Point(pooled, -np.inf, likelihood.without_spread(pooled))
    top = _highest(likelihood, x, n, nil, near)
    boundary = top is nil
    tau = float(np.exp(top.log_tau))
    information = -top.here.hessian[:1, :1] if boundary else -top.here.hessian
    se = np.sqrt(np.diag(np.linalg.inv(information)))
    lrt = 2 * (top.here.loglik - nil.here.loglik)
    return GlmmFit(
        k=len(x), level=level, mu=top.mu, tau2=tau**2, loglik=top.here.loglik,
        se_mu=float(se[0]), se_mu_given_tau=float(1 / np.sqrt(information[0, 0])),
        se_log_tau=None if boundary else float(se[1]), boundary=boundary,
        lrt=lrt, lrt_p=1.0 if boundary else float(special.chdtrc(1, lrt)) / 2,
        marginal=marginal_proportion(top.mu, tau),
        top=top, likelihood=likelihood,
    )  # fmt: skip


def marginal_proportion(mu: float, tau: float) -> float:
    """E[expit(mu + tau Z)], Z standard normal: the mean of the true proportions.

    mu, tau on the logit scale; the answer is a proportion, by the trapezoid rule. Source: Zeger,
    Liang & Albert 1988 on marginal and conditional means of logistic models.
    """
    step = min(0.1, 0.3 / tau) if tau > 0 else 0.1
    z = np.arange(-9, 9 + step, step)
    weight = np.exp(-(z**2) / 2)
    return float(weight @ special.expit(mu + tau * z) / weight.sum())


def common_proportion_deviance(events: Any, total: Any) -> tuple[float, int, float]:
    """Likelihood-ratio test that all studies share one proportion: statistic, df k - 1, p-value.

    events of total: shape (k,), whole numbers. Nothing is added to a count. With expected counts
    under 1 the chi-square distribution is only a rough guide.
    Source: metafor rma.glmm, QE.LRT.
    """
    x, n = counts(events, total, ("events", "total"))
    common = x.sum() / n.sum()
    told = special.xlogy(x, x / (n * common)) if common > 0 else 0.0 * x
    rest = special.xlogy(n - x, (1 - x / n) / (1 - common)) if common < 1 else 0.0 * x
    deviance, df = max(0.0, 2 * float(np.sum(told + rest))), len(x) - 1
    return deviance, df, float(special.chdtrc(df, deviance)) if df else 1.0


def _highest(
    likelihood: BinomialNormal, x: FloatArray, n: FloatArray, nil: Point, near: GlmmFit | None
) -> Point:
    """The top of the likelihood; `nil`, at tau = 0, if nothing is higher."""
    if not np.any(n > 1):
        return nil
    guess = (
        first_guess(proportion_effects("PLO", x, n))
        if near is None or near.boundary
        else (near.top.mu, near.top.log_tau)
    )
    return highest(likelihood, *guess, nil)


def _require_finite_estimate(x: FloatArray, n: FloatArray) -> None:
    if len(x) < 2:
        raise EstimationError(f"the model needs at least two studies; there are {len(x)}")
    if not x.any():
        raise NoFiniteEstimate("no patient had the event: the best estimate is not finite")
    if np.all(x == n):
        raise NoFiniteEstimate("every patient had the event: the best estimate is not finite")
    if np.all((x == 0) | (x == n)) and np.any(n > 1):
        raise NoFiniteEstimate(
            "in each study all patients or none had the event: no finite variance between studies"
            " fits best"
        )
