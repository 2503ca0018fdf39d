"""The model of `living-review pool`, whichever function of the synthesis fits it, in one form."""

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review import pool_words
from living_review.pool_table import GLMM, MH, PETO, Chosen
from living_review.synthesis.arrays import Effects, FloatArray
from living_review.synthesis.binomial import Interval
from living_review.synthesis.glmm import common_proportion_deviance, fit_glmm
from living_review.synthesis.heterogeneity import from_tau2, q_profile
from living_review.synthesis.mantel_haenszel import CommonEffect, mantel_haenszel, peto
from living_review.synthesis.prediction import prediction_from, prediction_interval
from living_review.synthesis.projection import intercept
from living_review.synthesis.random_effects import fit, heterogeneity_about, two_sided
from living_review.synthesis.two_group_glmm import fit_odds_ratio

FROM_COUNTS = {"i2_form": "tau2", "q_form": "likelihood ratio"}


class Pooled(NamedTuple):
    """A fitted model on its own scale, whichever function fitted it; None for what it hasn't."""

    estimate: float
    se: float
    ci: Any
    pi: Interval | None
    stat: float
    p: float
    df: int | None
    heterogeneity: dict[str, Any]
    weights: FloatArray | None = None
    ci_profile: Interval | None = None
    notes: tuple[str, ...] = ()


def fitted(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    """The model that was chosen, fitted. Raises EstimationError where it can't be."""
    return _FITS.get(chosen.method, _normal)(chosen, given, effects)


def _normal(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    fitted = fit(effects.yi, effects.vi, method=chosen.method, test=chosen.test)
    profile = q_profile(effects.yi, effects.vi)
    stat, p = float(fitted.stat[0]), float(fitted.pval[0])
    if fitted.s2w <= pool_words.ROUNDING:  # no standard error to test with
        stat = p = np.nan
    return Pooled(
        fitted.mu, fitted.se_mu, fitted.ci[0], prediction_interval(fitted, chosen.pi),
        stat, p, fitted.df,
        {
            "tau2": fitted.tau2,
            "tau2_ci": profile.tau2 if profile else None,
            "i2": fitted.i2,
            "i2_ci": profile.i2 if profile else None,
            "h2": fitted.h2,
            "q": fitted.qe,
            "q_df": fitted.qe_df,
            "q_p": fitted.qep,
            "i2_form": "Q" if chosen.method == "EE" else "tau2",
            "q_form": "Cochran",
        },
        fitted.weights,
        notes=(
            *pool_words.of_knapp_hartung(chosen.test, fitted.s2w),
            *pool_words.of_q_profile(
                fitted.tau2, chosen.method, profile.tau2 if profile and fitted.k > 2 else None
            ),
        ),
    )  # fmt: skip


def _proportion_glmm(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    fitted = fit_glmm(given["events"], given["total"])
    df = None if chosen.test == "z" else fitted.k - 1
    stat = fitted.mu / fitted.se_mu
    spread = _spread(effects, fitted.tau2)
    implied = from_tau2(fitted.ci_profile_tau2, spread.vt)
    q, q_df, q_p = common_proportion_deviance(given["events"], given["total"])
    return Pooled(
        fitted.mu, fitted.se_mu, fitted.ci(chosen.test), fitted.prediction_interval(chosen.pi),
        stat, float(two_sided(np.array([stat]), df)[0]), df,
        {
            "tau2": fitted.tau2,
            "tau2_ci": implied.tau2,
            "i2": spread.i2,
            "i2_ci": implied.i2,
            "h2": spread.h2,
            "q": q,
            "q_df": q_df,
            "q_p": q_p,
            **FROM_COUNTS,
            "tau2_lrt": fitted.lrt,
            "tau2_lrt_p": fitted.lrt_p,
        },
        ci_profile=fitted.ci_profile_mu,
        notes=pool_words.of_profile(fitted.ci_profile_mu, fitted.ci_profile_tau2),
    )  # fmt: skip


def _glmm(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    if chosen.measure == "PLO":
        return _proportion_glmm(chosen, given, effects)
    a, n1, c, n2 = _tables(given)
    fitted = fit_odds_ratio(a, n1, c, n2)
    told = pool_words.telling("OR", given)
    spread = _spread(Effects(effects.yi[told], effects.vi[told]), fitted.tau2)
    pi = prediction_from(fitted.estimate, fitted.se, fitted.tau2, fitted.k, chosen.pi)
    df = fitted.k - 1
    return Pooled(
        fitted.estimate, fitted.se, fitted.ci, pi, fitted.stat, fitted.pval, None,
        {
            "tau2": fitted.tau2,
            "i2": spread.i2,
            "h2": spread.h2,
            "q": fitted.qe_lrt,
            "q_df": df,
            "q_p": float(special.chdtrc(df, fitted.qe_lrt)),
            **FROM_COUNTS,
            "tau2_lrt": fitted.lrt,
            "tau2_lrt_p": fitted.lrt_p,
        },
        notes=pool_words.left_out(fitted.k, len(effects.yi)),
    )  # fmt: skip


def _spread(effects: Effects, tau2: float) -> Any:
    """I2 and H2 of a tau2, by the typical sampling variance of effects."""
    return heterogeneity_about(effects.yi, effects.vi, intercept(len(effects.yi)), tau2, "ML")


def _mantel_haenszel(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    a, n1, c, n2 = _tables(given)
    return _common(mantel_haenszel(chosen.measure, a, n1, c, n2), chosen, given)


def _peto(chosen: Chosen, given: dict[str, FloatArray], effects: Effects) -> Pooled:
    a, n1, c, n2 = _tables(given)
    return _common(peto(a, n1, c, n2), chosen, given)


def _common(common: CommonEffect, chosen: Chosen, given: dict[str, FloatArray]) -> Pooled:
    df = common.qe_df
    heterogeneity = {"i2": common.i2, "q": common.qe, "q_df": df, "q_p": common.qep}
    told = telling(chosen, given)
    return Pooled(
        common.estimate, common.se, common.ci, None, common.stat, common.pval, None,
        heterogeneity
        | {"h2": common.qe / df if df else None, "i2_form": "Q", "q_form": "Cochran"},
        notes=(pool_words.COMMON, *pool_words.left_out(told, len(given["ai"]))),
    )  # fmt: skip


def telling(chosen: Chosen, given: dict[str, FloatArray]) -> int:
    """How many studies of two groups the model rests on."""
    return int(pool_words.telling(chosen.measure, given).sum())


def _tables(given: dict[str, FloatArray]) -> list[FloatArray]:
    return [given[role] for role in ("ai", "n1i", "ci", "n2i")]


_FITS = {GLMM: _glmm, MH: _mantel_haenszel, PETO: _peto}
