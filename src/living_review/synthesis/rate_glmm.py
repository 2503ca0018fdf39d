"""Pooling of rates with the counts as they are: the Poisson-normal model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import at_least, same_length
from living_review.synthesis.binomial import Interval
from living_review.synthesis.glmm_maximum import Point, first_guess, highest
from living_review.synthesis.glmm_profile import interval_of_mu, interval_of_tau2
from living_review.synthesis.poisson_normal import PoissonNormal
from living_review.synthesis.prediction import prediction_from
from living_review.synthesis.random_effects import quantile
from living_review.synthesis.rates import rate_effects


@dataclass(frozen=True)
class RateFit:
    """Random-intercept Poisson model, log(rate_i) ~ N(mu, tau2), by maximum likelihood.

    mu: log of events per unit of time, exp(mu) the median of the true rates. se_mu: observed
    information in mu together with log tau. boundary: the likelihood is highest at tau2 = 0.
    """

    k: int
    level: float
    mu: float
    tau2: float
    loglik: float
    se_mu: float
    boundary: bool
    ci_profile_mu: Interval
    ci_profile_tau2: Interval

    @property
    def ci(self) -> Interval:
        """Interval of mu, with t on k - 1 degrees of freedom: wider than the normal one."""
        half = quantile(self.level, self.k - 1) * self.se_mu
        return Interval(self.mu - half, self.mu + half)

    def prediction_interval(self, form: str = "t_km1") -> Interval | None:
        """On the log scale, in the forms of `prediction.prediction_interval`."""
        return prediction_from(self.mu, self.se_mu, self.tau2, self.k, form, self.level)


def fit_rates(events: Any, time: Any, level: float = 0.95) -> RateFit:
    """Pool rates without touching a count; a study without an event needs no half of one.

    events, whole numbers, in person-time above 0: shape (k,), k >= 2, not all without an event.
    Raises EstimationError for anything else, or if the likelihood does not settle.
    Source: Stijnen, Hamza & Ozdemir 2010, section 4. Integrals by dense quadrature.
    """
    x, t = at_least(events, "events", 0), at_least(time, "time", 0, strictly=True)
    same_length(events=x, time=t)
    if np.any(x != np.floor(x)):
        raise EstimationError("events must be whole numbers")
    if len(x) < 2:
        raise EstimationError(f"the model needs at least two studies; there are {len(x)}")
    if not x.any():
        raise EstimationError("no study had an event: the best estimate is not finite")
    likelihood = PoissonNormal(x, t)
    common = float(np.log(x.sum() / t.sum()))
    nil = Point(common, -np.inf, likelihood.without_spread(common))
    top = highest(likelihood, *first_guess(rate_effects("IRLN", x, t)), nil)
    boundary = top is nil
    information = -top.here.hessian[:1, :1] if boundary else -top.here.hessian
    se = float(np.sqrt(np.diag(np.linalg.inv(information)))[0])
    drop = float(special.chdtri(1, 1 - level)) / 2
    return RateFit(
        k=len(x), level=level, mu=top.mu, tau2=float(np.exp(2 * top.log_tau)),
        loglik=top.here.loglik, se_mu=se, boundary=boundary,
        ci_profile_mu=interval_of_mu(likelihood, top, se, drop),
        ci_profile_tau2=interval_of_tau2(likelihood, top, nil.here.loglik, drop),
    )  # fmt: skip
