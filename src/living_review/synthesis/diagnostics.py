"""How much the result of an analysis rests on single studies, on their order, on small ones."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.model_names import Model
from living_review.synthesis import model_words, shares
from living_review.synthesis.glmm import GlmmFit
from living_review.synthesis.influence import influence as deletion
from living_review.synthesis.proportions import proportion_effects, to_proportion
from living_review.synthesis.random_effects import fit
from living_review.synthesis.shares import Share, share
from living_review.synthesis.small_study import begg, egger, enough_for_asymmetry, peters
from living_review.synthesis.study_totals import Study
from living_review.synthesis.trim_and_fill import trim_and_fill

# The normal model of logits that stands in where the binomial-normal one has no such answer.
LOGITS = Model("PLO", "REML", "adhoc")

Lines = list[dict[str, Any]]


def leave_one_out(studies: Sequence[Study], model: Model, whole_fit: GlmmFit | None) -> Lines:
    """The result without each study in turn, under the model of the analysis; none if k < 3.

    studies: with known outcomes; whole_fit: of all of them. estimate, ci: on
    the scale of proportions; without a model (modelled is false) the exact ones of all patients
    taken together; tau2 None there, and where two studies are left.
    """
    if len(studies) < 3:
        return []
    x, n = shares.known(studies)
    keep = ~np.eye(len(studies), dtype=bool)
    return [
        _named(study) | _numbers(share(x[others], n[others], model, near=whole_fit))
        for study, others in zip(studies, keep, strict=True)
    ]


def cumulative(studies: Sequence[Study], model: Model, whole_fit: GlmmFit | None) -> Lines:
    """The result as studies were added by year, one step a study; those without a year last.

    Described, never tested: looking again and again makes something significant sooner or later.
    """
    ordered = sorted(studies, key=lambda study: (study.year is None, study.year or 0))
    x, n = shares.known(ordered)
    steps = []
    near = whole_fit
    for k in range(len(ordered), 0, -1):  # backwards, since a fit sets out from that of more
        step = share(x[:k], n[:k], model, near=near)
        near = step.glmm or near
        steps.append(step)
    return [
        _named(study) | {"year": study.year} | _numbers(step)
        for study, step in zip(ordered, reversed(steps), strict=True)
    ]


def _named(study: Study) -> dict[str, Any]:
    return {"study_id": study.study_id, "label": study.label}


def _numbers(of: Share) -> dict[str, Any]:
    return {
        "k": of.k,
        "estimate": of.natural["estimate"],
        "ci": of.natural["ci"],
        "tau2": of.tau2,
        "modelled": of.fitted is not None,
    }


def influence(studies: Sequence[Study], model: Model) -> dict[str, Any]:
    """How far each study moves the mean of a normal model; nothing if k < 3.

    influence: a line a study: rstudent, its distance from the mean of the others in standard
    errors; cooks_d, dffits, dfbetas, how far the mean moves without it; hat, its share of the
    weight; cov_ratio, tau2_del, qe_del; influential, by the thresholds of the source.
    influence_model: which model, in words: the binomial-normal one has no such diagnostics, so that
    logits by REML stand in. Source: synthesis.influence.
    """
    normal = model if model.normal else LOGITS
    described = model_words.described(normal._replace(test="z"))
    nothing: dict[str, Any] = {"influence": [], "influence_model": described}
    if len(studies) < 3:
        return nothing
    effects = proportion_effects(normal.measure, *shares.known(studies))
    try:
        found = deletion(effects.yi, effects.vi, normal.method, "z")
    except EstimationError:  # an estimator of tau2 that does not settle
        return nothing
    columns = {
        "rstudent": found.rstudent,
        "cooks_d": found.cook,
        "dffits": found.dffits,
        "dfbetas": found.dfbetas,
        "hat": found.hat,
        "cov_ratio": found.cov_ratio,
        "tau2_del": found.tau2_without,
        "qe_del": found.qe_without,
    }
    lines = [
        _named(study)
        | {name: float(values[at]) for name, values in columns.items()}
        | {"influential": bool(found.influential[at])}
        for at, study in enumerate(studies)
    ]
    return {"influence": lines, "influence_model": described}


def small_study(studies: Sequence[Study]) -> dict[str, Any]:
    """Whether small studies report other proportions than large ones; refused below ten.

    All on logits. peters comes first: its size of a study does not depend on the proportion, as the
    variance does that egger and begg use. trim_and_fill: k0 studies seem to lack on `side`, and the
    result of the normal model with them filled in.
    """
    k = len(studies)
    if refusal := enough_for_asymmetry(k):
        return {"k": k, "refused": refusal}
    x, n = shares.known(studies)
    yi, vi, _ = proportion_effects("PLO", x, n)
    return {
        "k": k,
        "peters": _tried(lambda: asdict(peters(yi, x, n))),
        "egger": _tried(lambda: asdict(egger(yi, vi))),
        "begg": _tried(lambda: dict(zip(("tau", "pval"), begg(yi, vi), strict=True))),
        "trim_and_fill": _tried(lambda: _filled(yi, vi)),
    }


def _filled(yi: Any, vi: Any) -> dict[str, Any]:
    _, method, test, _ = LOGITS
    found, back = trim_and_fill(yi, vi, method=method, test=test), to_proportion("PLO")
    return {
        "k0": found.k0,
        "side": found.side,
        "estimate": back(found.fit.mu),
        "ci": [back(limit) for limit in found.fit.ci[0]],
        "without": back(fit(yi, vi, method=method, test=test).mu),
        "yi": found.yi,
        "vi": found.vi,
    }


def _tried(answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer, or why there is none."""
    try:
        return answer()
    except EstimationError as error:
        text = str(error)
        return {"refused": f"{text[0].upper()}{text[1:].rstrip('.')}."}
