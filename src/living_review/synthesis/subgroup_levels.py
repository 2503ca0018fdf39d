"""The studies of an analysis by what they differ in, each group pooled, and the test between."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.model_names import Model
from living_review.synthesis import model_words, shares
from living_review.synthesis.glmm_groups import subgroups_glmm
from living_review.synthesis.proportions import proportion_effects, to_proportion
from living_review.synthesis.study_totals import Row, Study, study_totals
from living_review.synthesis.subgroups import between_groups, subgroups_common_tau2

Asked = str | Mapping[str, str]

ONE_LEVEL = "All studies are in one group: nothing to compare."
NOTHING = "No study says to which group it belongs."
TOO_FEW = "{k} studies in {groups} groups are too few to compare them."
IN_SEVERAL = (
    "{studies} patients in several groups. A test between the groups would take them for"
    " other studies."
)
NOTHING_LEFT = "The effects leave nothing unexplained to test with."
TWO_NEEDED = "The test needs two groups with at least two studies each and an estimate."
NOT_STATED = "{studies} not say to which group {they} and can't count here."


def by_column(rows: list[Row], asked: Sequence[Asked], model: Model) -> list[dict[str, Any]]:
    """The groups of each column that the analysis names.

    rows: arms with `groups` {column: value}; asked: columns, or {column, tau2}, tau2 "common" to
    all groups if it does not say "own".
    levels, by name: studies (their ids), k, events, n_known, estimate, ci, tau2. tau2 common: the
    model of the analysis with a mean for each group; own: each group by itself, which also stands
    in where the common model can't be fitted. between {q, df, p}, or {refused} in words.
    Associations between studies only.
    """
    found = []
    for one in asked:
        column, tau2 = (one, None) if isinstance(one, str) else (one["column"], one.get("tau2"))
        found.append(_of_column(rows, column, tau2 or "common", model))
    return found


def _of_column(rows: list[Row], column: str, tau2: str, model: Model) -> dict[str, Any]:
    arms: dict[str, list[Row]] = {}
    for row in rows:
        arms.setdefault(str((row.get("groups") or {}).get(column, "")).strip(), []).append(row)
    silent = len({row["study_id"] for row in arms.pop("", ())})
    studies = {level: shares.telling(study_totals(arms[level])) for level in sorted(arms)}
    studies = {level: own for level, own in studies.items() if own}
    try:
        levels, between = (_own if tau2 == "own" else _common)(studies, model)
    except (EstimationError, np.linalg.LinAlgError) as error:
        tau2, levels, between = "own", _own(studies, model)[0], {"refused": _sentence(error)}
    times = Counter(study.study_id for own in studies.values() for study in own)
    if several := sum(n > 1 for n in times.values()):
        have = "1 study has" if several == 1 else f"{several} studies have"
        between = {"refused": IN_SEVERAL.format(studies=have)}
    return {
        "column": column,
        "tau2": tau2,
        "model": model_words.described(model, groups=tau2 == "common"),
        "levels": levels,
        "between": between,
        "notes": [_not_stated(silent)] if silent else [],
    }


def _sentence(error: Exception) -> str:
    text = str(error) if isinstance(error, EstimationError) else NOTHING_LEFT
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _not_stated(silent: int) -> str:
    one = silent == 1
    return NOT_STATED.format(
        studies="1 study does" if one else f"{silent} studies do",
        they="it belongs" if one else "they belong",
    )


Levels = tuple[list[dict[str, Any]], dict[str, Any]]


def _own(studies: Mapping[str, list[Study]], model: Model) -> Levels:
    """Each group by itself; those of two studies or more with an estimate are tested."""
    pooled = {level: shares.of_studies(own, model) for level, own in studies.items()}
    levels = [
        {
            "level": level,
            "studies": [study.study_id for study in studies[level]],
            "k": share.k,
            "events": share.events,
            "n_known": share.n_known,
            "estimate": share.natural["estimate"],
            "ci": share.natural["ci"],
            "tau2": share.tau2,
            "notes": share.notes,
        }
        for level, share in pooled.items()
    ]
    if refused := _nothing_to_compare(studies):
        return levels, {"refused": refused}
    fits = [share.fitted for share in pooled.values() if share.fitted and share.fitted.se > 0]
    if len(fits) < 2:
        return levels, {"refused": TWO_NEEDED}
    found = between_groups(np.array([f.estimate for f in fits]), np.array([f.se for f in fits]))
    return levels, {"q": found.q, "df": [found.df, None], "p": found.p, "groups": len(fits)}


def _common(studies: Mapping[str, list[Study]], model: Model) -> Levels:
    """All groups in one model; raises EstimationError in words where it can't be fitted."""
    every = [study for own in studies.values() for study in own]
    names = [level for level, own in studies.items() for _ in own]
    if refused := _nothing_to_compare(studies):
        raise EstimationError(refused)
    if len(every) <= len(studies):
        raise EstimationError(TOO_FEW.format(k=len(every), groups=len(studies)))
    x, n = shares.known(every)
    if model.normal:
        effects = proportion_effects(model.measure, x, n)
        found = subgroups_common_tau2(effects.yi, effects.vi, names, model.method, model.test)
    else:
        found = subgroups_glmm(x, n, names, model.test)
    if not np.all(found.se > 0):
        raise EstimationError(NOTHING_LEFT)
    back = to_proportion(model.measure, n)
    levels = [
        {
            "level": level,
            "studies": [study.study_id for study in studies[level]],
            "k": len(studies[level]),
            "events": sum(study.events for study in studies[level]),
            "n_known": sum(study.n_known for study in studies[level]),
            "estimate": back(float(found.estimate[at])),
            "ci": [back(float(limit)) for limit in found.ci[at]],
            "tau2": float(found.tau2[at]),
            "notes": [],
        }
        for at, level in enumerate(found.levels)
    ]
    return levels, {
        "q": found.q_between, "df": list(found.df), "p": found.p, "groups": len(levels),
    }  # fmt: skip


def _nothing_to_compare(studies: Mapping[str, list[Study]]) -> str | None:
    return NOTHING if not studies else ONE_LEVEL if len(studies) == 1 else None
