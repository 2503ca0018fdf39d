"""A table of studies in any folder, pooled: a plain dict with every special case said in words."""

from pathlib import Path
from typing import Any

import numpy as np

from living_review import pool_words
from living_review.errors import EstimationError
from living_review.pool_table import Chosen, Options, Studies, choose, number, read
from living_review.synthesis import model_words, models, words
from living_review.synthesis.arrays import Effects, FloatArray, plain
from living_review.synthesis.binomial import clopper_pearson
from living_review.synthesis.effect_sizes import effect_sizes
from living_review.synthesis.meta_regression import contrasts, meta_regression
from living_review.synthesis.models import Fitted
from living_review.synthesis.proportions import PROPORTION_MEASURES
from living_review.synthesis.subgroups import between_groups, subgroups_common_tau2

FEW_FOR_MODERATORS = 10  # studies a moderator; Cochrane Handbook 10.11.5.1
HETEROGENEITY = (
    "tau2", "tau2_ci", "i2", "i2_ci", "i2_form", "h2", "q", "q_df", "q_p", "q_form", "tau2_lrt",
    "tau2_lrt_p",
)  # fmt: skip
MODEL = ("estimate", "se", "ci", "ci_profile", "pi", "stat", "p", "df")


def pool_file(path: Path | str, options: Options) -> dict[str, Any]:
    """Pool the studies of a CSV, one a row; plain floats, None where there is no number.

    Keys: k, events, total (None where there are none to count), estimand in words; model, on the
    scale of the measure; proportion, or for other measures effect, on the scale that people read;
    heterogeneity (i2 in percent, from tau2 or for EE, mh and peto from Q, as i2_form says; q is
    Cochran's, for glmm the likelihood-ratio statistic of no differences, as q_form says; tau2_lrt
    is that of tau2 = 0); studies, with weights where the model has any; notes. With moderators also
    regression, with groups also groups. All intervals are of 95 %; those of tau2, i2 by Q-profile,
    for glmm by profile likelihood. Of two studies the numbers are there, and a note says that they
    are not worth quoting. Whatever was done is in notes; no number is ever NaN.
    Raises ReviewError for options that fit nothing, TableError for cells that can't be meant.
    """
    chosen = choose(options)
    studies = read(path, chosen)
    with np.errstate(over="ignore"):  # limits beyond any number become None
        answer = _pooled(chosen, studies)
        if chosen.moderators:
            answer["regression"] = _regression(chosen, studies, answer["notes"])
        if chosen.by:
            answer["groups"] = _groups(chosen, studies, answer["notes"])
    return plain(answer)


def _pooled(chosen: Chosen, studies: Studies) -> dict[str, Any]:
    k, given = len(studies.labels), studies.numbers
    effects = _effects(chosen, given) if k else None
    model = chosen.model
    found, notes = models.pooled(model, given, effects) if effects else (None, [words.NOTHING])
    natural = models.natural(model, given, effects, found)
    lines = _study_lines(chosen, studies, effects, found) if effects else []
    is_proportion = chosen.measure in PROPORTION_MEASURES
    events, total = _totals(chosen, given, effects)
    return {
        "k": k,
        "events": events,
        "total": total,
        "estimand": model_words.estimand(chosen.measure, chosen.method, k, found is not None),
        "model": {
            "measure": chosen.measure,
            "method": chosen.method,
            "test": chosen.test,
            "pi_form": chosen.pi,
            **{name: getattr(found, name, None) for name in MODEL},
        },
        "proportion": natural if is_proportion else None,
        "effect": None if is_proportion else natural,
        "heterogeneity": {
            name: found.heterogeneity.get(name) if found else None for name in HETEROGENEITY
        },
        "studies": lines,
        "notes": [
            *notes,
            *model_words.of_scale(chosen.measure, natural),
            *pool_words.twice(studies.labels),
        ],
    }


def _effects(chosen: Chosen, given: dict[str, FloatArray]) -> Effects:
    return effect_sizes(chosen.measure if chosen.counted else "GEN", **given)


def _totals(
    chosen: Chosen, given: dict[str, FloatArray], effects: Effects | None
) -> tuple[float | None, float | None]:
    """Events and patients of all studies; None where the measure does not count them."""
    events = [values.sum() for name, values in given.items() if name in _EVENTS]
    if effects is None:
        return (0 if events else None), (0 if chosen.counted else None)
    total = None if effects.ni is None else _whole(effects.ni.sum())
    return (_whole(sum(events)) if events else None), total


_EVENTS = ("events", "ai", "ci", "xi", "x1i", "x2i")


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def _study_lines(
    chosen: Chosen, studies: Studies, effects: Effects, found: Fitted | None
) -> list[dict[str, Any]]:
    """Each study with its own estimate; weight: its share of the estimate, None for glmm, mh, peto.

    A proportion is the plain one with its exact interval; every other effect is with z.
    """
    given, weights = studies.numbers, found.weights if found else None
    back = models.way_back(chosen.model, given)
    lines = []
    for at, label in enumerate(studies.labels):
        line: dict[str, Any] = {"study": label, "row": studies.rows[at]}
        line |= {role: _whole(values[at]) for role, values in given.items() if role not in _SCALE}
        line |= {"yi": float(effects.yi[at]), "vi": float(effects.vi[at])}
        if "events" in given:
            x, n = given["events"][at], given["total"][at]
            line |= {"estimate": x / n, "ci": clopper_pearson(x, n)}
        else:
            line |= {"estimate": back(effects.yi[at]), "ci": models.own_interval(effects, at, back)}
        lines.append(line | {"weight": None if weights is None else float(weights[at])})
    return lines


_SCALE = ("yi", "vi")


def _regression(chosen: Chosen, studies: Studies, notes: list[str]) -> dict[str, Any] | None:
    """What moderators explain, all in one model; None if that can't be told, and why in notes."""
    k = len(studies.labels)
    columns, names = [], []
    try:
        if not k:
            raise EstimationError("there is no study")
        for moderator, cells in studies.moderators.items():
            block, block_names, said = _moderator(moderator, cells)
            columns.append(block)
            names += block_names
            notes += said
        if k <= len(names) + 1:
            raise EstimationError(f"{k} studies are too few for {len(names)} coefficients")
        effects = _effects(chosen, studies.numbers)
        found = meta_regression(
            effects.yi, effects.vi, np.column_stack(columns), names, chosen.method, chosen.test
        )
        if found.fit.s2w <= model_words.ROUNDING:
            raise EstimationError(pool_words.NOTHING_LEFT)
    except (EstimationError, np.linalg.LinAlgError) as error:
        notes.append(pool_words.NO_REGRESSION.format(why=_why(error)))
        return None
    if k < FEW_FOR_MODERATORS * len(names):
        notes.append(pool_words.FEW_FOR_MODERATORS.format(k=k, n=len(names)))
    notes.append(pool_words.BETWEEN_STUDIES)
    return {
        "moderators": list(chosen.moderators),
        "coefficients": [
            {
                "name": name,
                "estimate": float(found.fit.coef[at]),
                "se": float(found.fit.se[at]),
                "stat": float(found.fit.stat[at]),
                "p": float(found.fit.pval[at]),
                "ci": found.fit.ci[at],
            }
            for at, name in enumerate(found.names)
        ],
        "df": found.fit.df,
        "qm": found.qm,
        "qm_df": found.qm_df,
        "qm_p": found.qmp,
        "r2": found.r2,
        "tau2": found.fit.tau2,
        "i2": found.fit.i2,
        "h2": found.fit.h2,
        "qe": found.fit.qe,
        "qe_df": found.fit.qe_df,
        "qe_p": found.fit.qep,
    }


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, EstimationError) else pool_words.NOTHING_LEFT


def _moderator(name: str, cells: list[str]) -> tuple[FloatArray, list[str], list[str]]:
    """Columns of a moderator, their names, what to say of them; words become contrasts."""
    values = [number(cell) for cell in cells]
    if None not in values:
        return np.array(values, dtype=float)[:, None], [name], []
    columns, levels = contrasts(cells)
    note = pool_words.CONTRASTS.format(name=name, first=min(cells))
    return columns, [f"{name}: {level}" for level in levels], [note]


def _groups(chosen: Chosen, studies: Studies, notes: list[str]) -> dict[str, Any]:
    """Each group pooled, in alphabetical order, and whether they differ."""
    levels = sorted(set(studies.by))
    if chosen.common_tau2:
        return _groups_together(chosen, studies, levels, notes)
    pooled = {level: _pooled(chosen, studies.where(level)) for level in levels}
    models = [one["model"] for one in pooled.values() if _testable(one["model"])]
    between = None
    if len(models) > 1:
        between = between_groups(
            np.array([model["estimate"] for model in models]),
            np.array([model["se"] for model in models]),
        )._asdict()
    notes += pool_words.of_groups(chosen.by, len(levels), len(models))
    return {
        "by": chosen.by,
        "tau2": "own",
        "levels": [{"level": level} | one for level, one in pooled.items()],
        "between": between,
    }


def _testable(model: dict[str, Any]) -> bool:
    """Whether a group has an estimate with a standard error that is one."""
    return model["stat"] is not None and bool(np.isfinite(model["stat"]))


def _groups_together(
    chosen: Chosen, studies: Studies, levels: list[str], notes: list[str]
) -> dict[str, Any]:
    answer: dict[str, Any] = {"by": chosen.by, "tau2": "common", "levels": [], "between": None}
    try:
        if len(studies.labels) <= len(levels):
            raise EstimationError(f"{len(studies.labels)} studies in {len(levels)} groups")
        effects, back = (
            _effects(chosen, studies.numbers),
            models.way_back(chosen.model, studies.numbers),
        )
        found = subgroups_common_tau2(
            effects.yi, effects.vi, studies.by, chosen.method, chosen.test
        )
        if not np.all(found.se > 0):
            raise EstimationError(pool_words.NOTHING_LEFT)
    except (EstimationError, np.linalg.LinAlgError) as error:
        notes.append(pool_words.NO_GROUPS.format(why=_why(error)))
        return answer
    kind = "proportion" if chosen.measure in PROPORTION_MEASURES else "effect"
    answer["levels"] = [
        {
            "level": level,
            "k": found.k[at],
            "model": {
                "estimate": float(found.estimate[at]),
                "se": float(found.se[at]),
                "ci": found.ci[at],
            },
            kind: {
                "estimate": back(found.estimate[at]),
                "ci": models.through(found.ci[at], back),
            },
            "heterogeneity": {"tau2": float(found.tau2[at])},
        }
        for at, level in enumerate(found.levels)
    ]
    answer["between"] = {"q": found.q_between, "df": found.df, "p": found.p}
    return answer
