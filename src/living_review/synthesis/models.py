"""Whichever model was chosen, fitted, in one form, with what was done said in words."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.model_names import GLMM, MH, PETO, Model, measures_of
from living_review.synthesis import model_words, words
from living_review.synthesis.arrays import Effects, FloatArray
from living_review.synthesis.binomial import Interval, clopper_pearson
from living_review.synthesis.effect_sizes import MEASURES, to_natural
from living_review.synthesis.glmm import (
    GlmmFit,
    common_proportion_deviance,
    fit_glmm,
    marginal_proportion,
)
from living_review.synthesis.heterogeneity import QProfile, from_tau2, q_profile
from living_review.synthesis.mantel_haenszel import CommonEffect, mantel_haenszel, peto
from living_review.synthesis.prediction import prediction_from, prediction_interval
from living_review.synthesis.projection import intercept
from living_review.synthesis.proportions import PROPORTION_MEASURES, to_proportion
from living_review.synthesis.random_effects import fit, heterogeneity_about, quantile, two_sided
from living_review.synthesis.two_group_glmm import fit_odds_ratio

FROM_COUNTS = {"i2_form": "tau2", "q_form": "likelihood ratio"}
CLOPPER_PEARSON = "Clopper-Pearson"

Given = dict[str, FloatArray]  # numbers of studies by metafor's names, (k,) each
Back = Callable[[float], float]


class Fitted(NamedTuple):
    """A fitted model on its own scale, whichever function fitted it; None for what it hasn't.

    heterogeneity: tau2, and unless it was asked for in brief, its interval, i2, h2 and q.
    glmm: the fit itself, where it is one of proportions.
    """

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
    glmm: GlmmFit | None = None


def pooled(
    model: Model,
    given: Given,
    effects: Effects,
    brief: bool = False,
    near: GlmmFit | None = None,
) -> tuple[Fitted | None, list[str]]:
    """The model of studies, or None; why not, or what was done, in sentences.

    given: the numbers that `effects` were computed from. brief, near: as in `fitted`. Of two
    studies all numbers are there, with the note that those of the difference between them are not
    worth quoting.
    Raises EstimationError where a normal model of effects that were given can't be fitted, for
    then nothing stands in for it.
    """
    k = len(effects.yi)
    if k == 1:
        return None, [words.ONE]
    if "events" in given and (refused := words.no_model(given["events"], given["total"])):
        return None, refused
    if "ai" in given and (refused := model_words.nothing_compared(model.measure, given)):
        return None, refused
    _require_one_of(model)
    try:
        found = fitted(model, given, effects, brief, near)
    except EstimationError as error:
        if model.normal and "events" not in given:
            raise
        return None, [model_words.NO_ESTIMATE.format(why=error)]
    if "events" in given and not np.isfinite([found.estimate, *found.ci]).all():
        return None, [model_words.NO_ESTIMATE.format(why=model_words.NOT_FINITE)]
    told = k if model.normal or "ai" not in given else telling(model, given)
    if told < 2:
        found = found._replace(pi=None, heterogeneity={})
    return found, [
        *model_words.of_number(told, model),
        *found.notes,
        *model_words.of_difference(k, model, found.heterogeneity.get("tau2"), given, effects.yi),
        *model_words.of_counts(model, given),
    ]


def natural(
    model: Model, given: Given, effects: Effects | None, found: Fitted | None
) -> dict[str, Any]:
    """Estimate and intervals as people read them; without a model, what stands in for it.

    Of a proportion also the marginal one, the mean of the true proportions, where the model has it.
    interval: the test of the model, or how the interval was made that stands in.
    """
    is_proportion = model.measure in PROPORTION_MEASURES
    read: dict[str, Any] = {
        "name": model_words.name(model.measure), "estimate": None, "ci": None, "pi": None,
        "interval": None,
    }  # fmt: skip
    if is_proportion:
        read |= {"marginal": None, "ci_profile": None}
    if effects is None:
        return read
    back = way_back(model, given)
    if found is None and "events" in given:
        x, n = int(given["events"].sum()), int(given["total"].sum())
        exact = {"estimate": x / n, "ci": clopper_pearson(x, n), "interval": CLOPPER_PEARSON}
        return read | exact
    if found is None:
        if len(effects.yi) > 1:
            return read
        own = {"estimate": back(effects.yi[0]), "ci": own_interval(effects, 0, back)}
        return read | own | {"interval": "of the one study, z"}
    read |= {
        "estimate": back(found.estimate),
        "ci": through(found.ci, back),
        "pi": through(found.pi, back),
        "interval": model.test,
    }
    if is_proportion:
        read["ci_profile"] = through(found.ci_profile, back)
        read["marginal"] = _marginal(model.measure, found)
    return read


def way_back(model: Model, given: Given) -> Back:
    """From the scale of the model to the one that people read."""
    if model.measure not in PROPORTION_MEASURES:
        return to_natural(model.measure)
    return to_proportion(model.measure, given.get("total"))


def through(limits: Any, back: Back) -> list[float] | None:
    return None if limits is None else [back(float(limit)) for limit in limits]


def own_interval(effects: Effects, at: int, back: Back) -> list[float]:
    """A study's own interval: its effect with normal quantiles of its standard error."""
    half = quantile(0.95, None) * float(np.sqrt(effects.vi[at]))
    return [back(float(effects.yi[at]) + side * half) for side in (-1, 1)]


def _marginal(measure: str, found: Fitted) -> float | None:
    """Mean of the true proportions, where the model has one."""
    tau2 = found.heterogeneity.get("tau2")
    if measure == "PR":
        return found.estimate
    if measure != "PLO" or tau2 is None:
        return None
    return marginal_proportion(found.estimate, float(np.sqrt(tau2)))


def _require_one_of(model: Model) -> None:
    allowed = measures_of(model.method, MEASURES)
    if model.measure not in allowed:
        raise EstimationError(
            f"method {model.method} is not for measure {model.measure!r};"
            f" allowed: {', '.join(allowed)}"
        )


def fitted(
    model: Model, given: Given, effects: Effects, brief: bool = False, near: GlmmFit | None = None
) -> Fitted:
    """The model that was chosen, fitted. Raises EstimationError where it can't be.

    brief: without what takes long, the intervals of tau2 and those by profile likelihood; near: a
    fit of these studies and others, from which the binomial-normal model sets out.
    """
    if model.method == GLMM and model.measure == "PLO":
        return _proportion_glmm(model, given, effects, brief, near)
    return _FITS.get(model.method, _normal)(model, given, effects, brief)


def _normal(model: Model, given: Given, effects: Effects, brief: bool) -> Fitted:
    fitted = fit(effects.yi, effects.vi, method=model.method, test=model.test)
    stat, p = float(fitted.stat[0]), float(fitted.pval[0])
    if fitted.s2w <= model_words.ROUNDING:  # no standard error to test with
        stat = p = np.nan
    found = Fitted(
        fitted.mu, fitted.se_mu, fitted.ci[0], prediction_interval(fitted, model.pi),
        stat, p, fitted.df, {"tau2": fitted.tau2}, fitted.weights,
        notes=model_words.of_knapp_hartung(model.test, fitted.s2w),
    )  # fmt: skip
    if brief:
        return found
    profile = q_profile(effects.yi, effects.vi)
    interval = profile.tau2 if profile and fitted.k > 2 else None
    return found._replace(
        heterogeneity={
            "tau2": fitted.tau2,
            "tau2_ci": profile.tau2 if profile else None,
            "i2": fitted.i2,
            "i2_ci": profile.i2 if profile else None,
            "h2": fitted.h2,
            "q": fitted.qe,
            "q_df": fitted.qe_df,
            "q_p": fitted.qep,
            "i2_form": "Q" if model.method == "EE" else "tau2",
            "q_form": "Cochran",
        },
        notes=(
            *found.notes,
            *model_words.of_q_profile(fitted.tau2, model.method, interval),
        ),
    )


def _proportion_glmm(
    model: Model, given: Given, effects: Effects, brief: bool, near: GlmmFit | None
) -> Fitted:
    fitted = fit_glmm(given["events"], given["total"], near=near)
    df = None if model.test == "z" else fitted.k - 1
    stat = fitted.mu / fitted.se_mu
    found = Fitted(
        fitted.mu, fitted.se_mu, fitted.ci(model.test), fitted.prediction_interval(model.pi),
        stat, float(two_sided(np.array([stat]), df)[0]), df, {"tau2": fitted.tau2}, glmm=fitted,
    )  # fmt: skip
    if brief:
        return found
    spread = _spread(effects, fitted.tau2)
    q, q_df, q_p = common_proportion_deviance(given["events"], given["total"])
    mu: Interval | None = None
    implied: QProfile | None = None
    try:
        mu, implied = fitted.ci_profile_mu, from_tau2(fitted.ci_profile_tau2, spread.vt)
        notes = model_words.of_profile(mu, implied.tau2)
    except EstimationError as error:
        notes = (model_words.NO_PROFILE.format(why=error),)
    return found._replace(
        heterogeneity={
            "tau2": fitted.tau2,
            "tau2_ci": implied.tau2 if implied else None,
            "i2": spread.i2,
            "i2_ci": implied.i2 if implied else None,
            "h2": spread.h2,
            "q": q,
            "q_df": q_df,
            "q_p": q_p,
            **FROM_COUNTS,
            "tau2_lrt": fitted.lrt,
            "tau2_lrt_p": fitted.lrt_p,
        },
        ci_profile=mu,
        notes=notes,
    )


def _two_group_glmm(model: Model, given: Given, effects: Effects, brief: bool) -> Fitted:
    a, n1, c, n2 = _tables(given)
    fitted = fit_odds_ratio(a, n1, c, n2, model.test)
    told = model_words.telling("OR", given)
    spread = _spread(Effects(effects.yi[told], effects.vi[told]), fitted.tau2)
    implied = from_tau2(fitted.ci_profile_tau2, spread.vt)
    pi = prediction_from(fitted.estimate, fitted.se, fitted.tau2, fitted.k, model.pi)
    df = fitted.k - 1
    return Fitted(
        fitted.estimate, fitted.se, fitted.ci, pi, fitted.stat, fitted.pval, fitted.df,
        {
            "tau2": fitted.tau2,
            "tau2_ci": implied.tau2,
            "i2": spread.i2,
            "i2_ci": implied.i2,
            "h2": spread.h2,
            "q": fitted.qe_lrt,
            "q_df": df,
            "q_p": float(special.chdtrc(df, fitted.qe_lrt)),
            **FROM_COUNTS,
            "tau2_lrt": fitted.lrt,
            "tau2_lrt_p": fitted.lrt_p,
        },
        notes=(
            *model_words.of_profile(fitted.ci, fitted.ci_profile_tau2),
            *model_words.left_out(fitted.k, len(effects.yi)),
        ),
    )  # fmt: skip


def _spread(effects: Effects, tau2: float) -> Any:
    """I2 and H2 of a tau2, by the typical sampling variance of effects."""
    return heterogeneity_about(effects.yi, effects.vi, intercept(len(effects.yi)), tau2, "ML")


def _mantel_haenszel(model: Model, given: Given, effects: Effects, brief: bool) -> Fitted:
    a, n1, c, n2 = _tables(given)
    return _common(mantel_haenszel(model.measure, a, n1, c, n2), model, given)


def _peto(model: Model, given: Given, effects: Effects, brief: bool) -> Fitted:
    a, n1, c, n2 = _tables(given)
    return _common(peto(a, n1, c, n2), model, given)


def _common(common: CommonEffect, model: Model, given: Given) -> Fitted:
    df = common.qe_df
    heterogeneity = {"i2": common.i2, "q": common.qe, "q_df": df, "q_p": common.qep}
    told = telling(model, given)
    return Fitted(
        common.estimate, common.se, common.ci, None, common.stat, common.pval, None,
        heterogeneity
        | {"h2": common.qe / df if df else None, "i2_form": "Q", "q_form": "Cochran"},
        notes=(model_words.COMMON, *model_words.left_out(told, len(given["ai"]))),
    )  # fmt: skip


def telling(model: Model, given: Given) -> int:
    """How many studies of two groups the model rests on."""
    return int(model_words.telling(model.measure, given).sum())


def _tables(given: Given) -> list[FloatArray]:
    return [given[role] for role in ("ai", "n1i", "ci", "n2i")]


_FITS = {GLMM: _two_group_glmm, MH: _mantel_haenszel, PETO: _peto}
