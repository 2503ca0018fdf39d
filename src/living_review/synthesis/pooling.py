"""One analysis of a review, pooled, with every special case answered in words."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from living_review.synthesis import words
from living_review.synthesis.arrays import Effects, finite
from living_review.synthesis.binomial import clopper_pearson
from living_review.synthesis.heterogeneity import q_profile
from living_review.synthesis.prediction import prediction_interval
from living_review.synthesis.proportions import proportion_effects, to_proportion
from living_review.synthesis.published import bounds
from living_review.synthesis.random_effects import Fit, fit
from living_review.synthesis.study_totals import COLUMNS, COUNTS, MARKS, marked, study_totals, whole

MODEL = {"measure": "PLO", "method": "REML", "test": "adhoc"}


def pool(
    rows: pd.DataFrame | Iterable[Mapping[str, Any]], analysis: Mapping[str, Any]
) -> dict[str, Any]:
    """The synthesis of one analysis, ready for JSON: plain floats, None instead of NaN.

    rows: one a study arm: study_id, arm_id, label, year, n_treated, n_known, events,
    in_index_review (yes, no, unknown), provisional (bool), retracted (bool: out after a retraction
    or an expression of concern), basis (full_text, abstract or another word of the review); the
    arms of a study are summed.
    analysis: its `id`; `model` {measure, method, test}, logit by REML with the ad hoc Knapp-Hartung
    test where it says nothing else.
    main: what counts, rows that are neither provisional nor retracted. abstract_only: with the
    provisional ones, None where there is none. with_retracted: main with the retracted rows that
    would count in it, None where there is none. retracted: the studies that are left out, whether
    they would count or be provisional. not_in_published: crude totals of main rows certainly not in
    the review continued.
    Estimand of model and proportion: the median of the distribution of true proportions (the
    mean on the scale of `measure`, transformed back). pi is the prediction interval with t on k - 1
    degrees of freedom (`t_km1`). heterogeneity: tau2 on the scale of `measure`, i2 in percent and
    tau2-based, intervals by Q-profile. All intervals are of 95 %.
    Raises EstimationError if counts are impossible or the model is none for proportions.
    """
    model = MODEL | dict(analysis.get("model") or {})
    rows = pd.DataFrame(rows)
    rows = rows.reindex(columns=COLUMNS) if rows.empty else rows
    firm, valid = ~marked(rows, "provisional"), ~marked(rows, "retracted")
    main, new = firm & valid, rows["in_index_review"] == "no"

    def beyond(others: pd.Series) -> dict[str, Any] | None:
        """The main rows pooled with others, if there are any."""
        return _pooled(study_totals(rows[main | others]), model) if others.any() else None

    return {
        "analysis": analysis["id"],
        "main": _pooled(study_totals(rows[main]), model),
        "abstract_only": beyond(valid & ~firm),
        "with_retracted": beyond(firm & ~valid),
        "retracted": _study_lines(study_totals(rows[~valid]), None),
        "not_in_published": _crude_totals(study_totals(rows[main & new])),
    }


def _crude_totals(studies: pd.DataFrame) -> dict[str, int]:
    reporting = studies[studies["n_known"] > 0]
    return {"k": len(reporting), **{name: int(studies[name].sum()) for name in reversed(COUNTS)}}


def _pooled(studies: pd.DataFrame, model: Mapping[str, str]) -> dict[str, Any]:
    """studies: one row a study; those of which no outcome is known count in the bounds only."""
    totals = _crude_totals(studies)
    k, events, n_known, n_treated = (totals[name] for name in ("k", *reversed(COUNTS)))
    reporting = studies[studies["n_known"] > 0]
    fitted, effects, notes = _fit_where_possible(reporting, model)
    notes += words.silent_studies(len(studies) - k) if k else []
    notes += words.known_to_be_missing(events, n_known, n_treated) if k else []
    return {
        **totals,
        "n_missing": n_treated - n_known,
        "crude": _crude(events, n_known),
        "bounds": bounds(events, n_known, n_treated),
        **_model(fitted, effects, model),
        "studies": _study_lines(studies, fitted),
        "notes": notes if k else [_nothing(n_treated)],
    }


def _nothing(n_treated: int) -> str:
    return words.OUTCOMES_UNKNOWN.format(n=n_treated) if n_treated else words.NOTHING


def _fit_where_possible(
    reporting: pd.DataFrame, model: Mapping[str, str]
) -> tuple[Fit | None, Effects | None, list[str]]:
    """The model of studies with known outcomes, or None; why not, or what was done."""
    k = len(reporting)
    x, n = (reporting[name].to_numpy(dtype=float) for name in ("events", "n_known"))
    all_or_none = (x == 0) | (x == n)
    singles = int(np.sum(n == 1))
    if k < 2:
        return None, None, [words.ONE] * k
    if no_model := words.no_model(x, n):
        return None, None, no_model
    effects = proportion_effects(model["measure"], x, n)
    fitted = fit(effects.yi, effects.vi, method=model["method"], test=model["test"])
    notes = [words.TWO] if k == 2 else []
    if k > 2 and fitted.tau2 == 0 and model["method"] != "EE":
        notes += words.no_difference(k, identical=len(set(x / n)) == 1)
    if model["measure"] in ("PLO", "PLN", "PR"):
        notes += words.half_patients(int(all_or_none.sum()), k)
    return fitted, effects, notes + words.case_reports(singles, k)


def _crude(events: int, n_known: int) -> dict[str, Any] | None:
    if not n_known:
        return None
    return {
        "estimate": events / n_known,
        "ci": list(clopper_pearson(events, n_known)),
        "interval": "Clopper-Pearson",
    }


def _model(fitted: Fit | None, effects: Effects | None, model: Mapping[str, str]) -> dict[str, Any]:
    if fitted is None or effects is None:
        return {"model": None, "proportion": None, "heterogeneity": None}
    back = to_proportion(model["measure"], effects.ni)
    ci = fitted.ci[0].tolist()
    pi = prediction_interval(fitted) if fitted.k > 2 else None
    return {
        "model": {
            **model,
            "estimate": fitted.mu,
            "se": fitted.se_mu,
            "ci": ci,
            "pi": list(pi) if pi else None,
            "stat": finite(fitted.stat[0]),
            "p": finite(fitted.pval[0]),
            "df": fitted.df,
        },
        "proportion": {
            "estimate": back(fitted.mu),
            "ci": [back(limit) for limit in ci],
            "pi": [back(limit) for limit in pi] if pi else None,
        },
        "heterogeneity": _heterogeneity(fitted, effects) if fitted.k > 2 else None,
    }


def _heterogeneity(fitted: Fit, effects: Effects) -> dict[str, Any]:
    profile = q_profile(effects.yi, effects.vi)
    return {
        "tau2": fitted.tau2,
        "tau2_ci": list(profile.tau2) if profile else None,
        "i2": fitted.i2,
        "i2_ci": list(profile.i2) if profile else None,
        "h2": fitted.h2,
        "q": fitted.qe,
        "q_df": fitted.qe_df,
        "q_p": fitted.qep,
    }


def _study_lines(studies: pd.DataFrame, fitted: Fit | None) -> list[dict[str, Any]]:
    weights = iter(fitted.weights.tolist() if fitted else [])
    return [
        {
            "study_id": study.study_id,
            "label": study.label,
            "year": _year(study.year),
            "events": int(study.events),
            "n_known": int(study.n_known),
            "n_treated": int(study.n_treated),
            "estimate": int(study.events) / int(study.n_known) if study.n_known else None,
            "ci": list(clopper_pearson(study.events, study.n_known)) if study.n_known else None,
            "weight": next(weights, None) if study.n_known else None,
            **{mark: bool(getattr(study, mark)) for mark in MARKS},
            "basis": study.basis,
            "in_index_review": study.in_index_review,
        }
        for study in studies.itertuples()
    ]


def _year(year: Any) -> int | None:
    return whole(year)
