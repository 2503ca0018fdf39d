"""One analysis of a review, pooled, with every special case answered in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from living_review import model_names
from living_review.model_names import Model
from living_review.synthesis import diagnostics, model_words, shares, words
from living_review.synthesis.arrays import plain
from living_review.synthesis.binomial import clopper_pearson
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.published import bounds
from living_review.synthesis.sensitivity import sensitivity
from living_review.synthesis.shares import Share
from living_review.synthesis.study_totals import (
    COUNTS,
    Counted,
    Study,
    counted,
    study_totals,
)
from living_review.synthesis.subgroup_levels import by_column

HETEROGENEITY = (
    "tau2", "tau2_ci", "i2", "i2_ci", "i2_form", "h2", "q", "q_df", "q_p", "q_form", "tau2_lrt",
    "tau2_lrt_p",
)  # fmt: skip


def pool(
    rows: pd.DataFrame | Iterable[Mapping[str, Any]], analysis: Mapping[str, Any]
) -> dict[str, Any]:
    """The synthesis of one analysis, ready for JSON: plain floats, None instead of NaN.

    rows: one a study arm: study_id, arm_id, label, year, n_treated, n_known, events,
    in_index_review (yes, no, unknown), provisional (bool), retracted (bool: out after a retraction
    or an expression of concern), basis (full_text, abstract or another word of the review); the
    arms of a study are summed. Where there are any: overlaps (bool: its patients are counted in
    another row), risk_of_bias (the overall judgement of the study), followup_value and
    followup_unit, groups ({column: value} for the columns of `subgroups`).
    analysis: its `id`; `model` {measure, method, test}, as model_names.of fills it in;
    `subgroups`, `minimum_follow_up` in months, as the protocol has them.
    main: what counts, rows that are neither provisional nor retracted nor overlapping.
    abstract_only: with the provisional ones, None where there is none. with_retracted: main with
    the retracted rows that would count in it, None where there is none. retracted: the studies that
    are left out, whether they would count or be provisional. not_in_published: crude totals of main
    rows certainly not in the review continued.
    sensitivity: what changes if one choice is made otherwise, as sensitivity.sensitivity has it.
    leave_one_out, cumulative, influence, influence_model, small_study: as in diagnostics, of main.
    subgroups: as in subgroup_levels, of main.
    estimand says what estimate, ci and pi are of; marginal is the mean of the true proportions, pi
    the prediction interval with t on k - 1 degrees of freedom (`t_km1`). heterogeneity: tau2 on the
    scale of the model, i2 in percent. yi, vi of studies: logits and their variances, half a patient
    added where none or all had the outcome. All intervals are of 95 %.
    Raises EstimationError if counts are impossible or the model is none for proportions.
    """
    model = model_names.of(analysis)
    counts = counted(rows)
    studies = study_totals(counts.main())
    share = shares.of_studies(studies, model, brief=False)
    telling = shares.telling(studies)
    return plain(
        {
            "analysis": analysis["id"],
            "main": _pooled(studies, share, model),
            "abstract_only": _with(counts, "provisional", model),
            "with_retracted": _with(counts, "retracted", model),
            "retracted": _study_lines(study_totals(counts.retracted()), None),
            "not_in_published": _crude_totals(study_totals(counts.not_in_published())),
            "sensitivity": sensitivity(counts, model, analysis),
            "leave_one_out": diagnostics.leave_one_out(telling, model, share.glmm),
            "cumulative": diagnostics.cumulative(telling, model, share.glmm),
            **diagnostics.influence(telling, model),
            "small_study": diagnostics.small_study(telling),
            "subgroups": by_column(counts.main(), analysis.get("subgroups", ()), model),
        }
    )


def main_result(rows: Iterable[Mapping[str, Any]], analysis: Mapping[str, Any]) -> dict[str, Any]:
    """`main` of the synthesis alone, as `pool` has it, of the same rows and analysis."""
    model = model_names.of(analysis)
    studies = study_totals(counted(rows).main())
    found: dict[str, Any] = plain(
        _pooled(studies, shares.of_studies(studies, model, brief=False), model)
    )
    return found


def _with(counts: Counted, mark: str, model: Model) -> dict[str, Any] | None:
    """The main rows pooled with those that bear a mark, if there are any."""
    rows = counts.main_and(mark)
    if rows is None:
        return None
    studies = study_totals(rows)
    return _pooled(studies, shares.of_studies(studies, model, brief=False), model)


def _crude_totals(studies: Sequence[Study]) -> dict[str, int]:
    totals = {name: sum(getattr(one, name) for one in studies) for name in reversed(COUNTS)}
    return {"k": len(shares.telling(studies)), **totals}


def _pooled(studies: Sequence[Study], share: Share, model: Model) -> dict[str, Any]:
    """studies: one row a study; those of which no outcome is known count in the bounds only."""
    totals = _crude_totals(studies)
    k, events, n_known, n_treated = (totals[name] for name in ("k", *reversed(COUNTS)))
    notes = [*share.notes, *words.silent_studies(len(studies) - k)] if k else [_nothing(n_treated)]
    notes += words.known_to_be_missing(events, n_known, n_treated) if k else []
    return {
        **totals,
        "n_missing": n_treated - n_known,
        "crude": _crude(events, n_known),
        "bounds": bounds(events, n_known, n_treated),
        "estimand": share.estimand,
        **_model(share, model),
        "studies": _study_lines(studies, share),
        "notes": notes,
    }


def _nothing(n_treated: int) -> str:
    return words.OUTCOMES_UNKNOWN.format(n=n_treated) if n_treated else words.NOTHING


def _crude(events: int, n_known: int) -> dict[str, Any] | None:
    if not n_known:
        return None
    return {
        "estimate": events / n_known,
        "ci": list(clopper_pearson(events, n_known)),
        "interval": "Clopper-Pearson",
    }


def _model(share: Share, model: Model) -> dict[str, Any]:
    found, natural = share.fitted, share.natural
    if found is None:
        return {"model": None, "proportion": None, "heterogeneity": None}
    numbers = ("estimate", "se", "ci", "ci_profile", "pi", "stat", "p", "df")
    spread = found.heterogeneity
    return {
        "model": {
            "measure": model.measure,
            "method": model.method,
            "test": model.test,
            "pi_form": model.pi,
            "kind": model_words.kind(model),
            "words": model_words.described(model),
            **{name: getattr(found, name) for name in numbers},
        },
        "proportion": {
            "name": model_words.short_name(model),
            **{name: natural[name] for name in ("estimate", "marginal", "ci", "ci_profile", "pi")},
        },
        "heterogeneity": {name: spread.get(name) for name in HETEROGENEITY} if spread else None,
    }


def _study_lines(studies: Sequence[Study], share: Share | None) -> list[dict[str, Any]]:
    found = share.fitted if share else None
    weights = iter([] if found is None or found.weights is None else found.weights.tolist())
    logits = proportion_effects("PLO", *shares.known(shares.telling(studies)))
    effects = zip(logits.yi.tolist(), logits.vi.tolist(), strict=True)
    lines = []
    for study in studies:
        x, n = study.events, study.n_known
        yi, vi = next(effects) if n else (None, None)
        lines.append(
            study._asdict()
            | {
                "estimate": x / n if n else None,
                "ci": clopper_pearson(x, n) if n else None,
                "yi": yi,
                "vi": vi,
                "weight": next(weights, None) if n else None,
            }
        )
    return lines
