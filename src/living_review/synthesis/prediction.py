"""Prediction intervals: where the true effect of one more study may lie."""

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.binomial import Interval
from living_review.synthesis.random_effects import Fit, quantile

FORMS = ("z", "t_km1", "t_km2")


def prediction_interval(fit: Fit, form: str = "t_km1") -> Interval | None:
    """mu +- quantile * sqrt(tau2 + se^2), se as the test of the fit has it, on the scale of yi.

    form  quantile
    z     normal
    t_km1 t with k - 1 degrees of freedom (Veroniki et al. 2019; R meta from version 8 on)
    t_km2 t with k - 2 (Higgins, Thompson & Spiegelhalter 2009; Cochrane Handbook)
    None where no degree of freedom is left. Raises EstimationError for an unknown form.
    """
    return prediction_from(fit.mu, fit.se_mu, fit.tau2, fit.k, form, fit.level)


def prediction_from(
    mu: float, se: float, tau2: float, k: int, form: str, level: float = 0.95
) -> Interval | None:
    """The same from the estimate, its standard error and tau2 of any model of k studies."""
    if form not in FORMS:
        raise EstimationError(f"form {form!r} is not known; allowed: {', '.join(FORMS)}")
    df = {"z": None, "t_km1": k - 1, "t_km2": k - 2}[form]
    if df is not None and df < 1:
        return None
    half = quantile(level, df) * np.sqrt(tau2 + se**2)
    return Interval(float(mu - half), float(mu + half))
