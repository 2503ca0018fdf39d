"""What groups report as an average of something, such as age: pooled by kind, or described.

A mean is never pooled with a median, and what is neither is pooled with nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from living_review import time_units
from living_review.descriptions import SPREAD
from living_review.errors import EstimationError
from living_review.synthesis import average_words as words
from living_review.synthesis.heterogeneity import q_profile
from living_review.synthesis.medians import PooledMedian, pooled_median
from living_review.synthesis.moments import Quantiles, estimated_mean, estimated_sd, is_skewed
from living_review.synthesis.prediction import prediction_interval
from living_review.synthesis.random_effects import fit

MEAN, MEDIAN, SINGLE = "mean", "median", "single"
NOT_STATED = "not_stated"
FEWEST = 3  # groups that are pooled; fewer are described


class Group(NamedTuple):
    """A group of patients with the average that it reports; all lengths in one unit."""

    study_id: str
    label: str
    year: int | None
    arm_id: str
    name: str
    n: int | None
    kind: str
    value: float
    sd: float | None
    q1: float | None
    q3: float | None
    minimum: float | None
    maximum: float | None

    @property
    def quantiles(self) -> Quantiles | None:
        """For estimates of mean and standard deviation; None without a number of patients."""
        if not self.n:
            return None
        median = self.value if self.kind == MEDIAN else None
        return Quantiles(self.n, median, self.q1, self.q3, self.minimum, self.maximum)


class Moments(NamedTuple):
    """Mean and standard deviation of the n patients of a study."""

    study_id: str
    n: int
    mean: float
    sd: float
    estimated: bool


def describe(
    rows: Iterable[Mapping[str, Any]], unit: str, estimate_means: bool = False
) -> dict[str, Any]:
    """What the rows say about one average, ready for JSON: plain floats, None instead of NaN.

    rows: as descriptions.rows has them, lengths in `unit` or in a unit of time that can be turned
    into it. estimate_means: the pooled mean counts groups too whose mean and standard deviation
    are estimated from their median; otherwise those are in a sensitivity alone.
    main: full texts of included studies that are not out; abstract_only: with what was read in
    abstracts, with_retracted: with what is out; None where that adds nothing. overlaps: studies
    that none of them counts, since their patients may be those of a larger one.
    """
    every = list(rows)
    rows = [row for row in every if not row["overlaps"]]
    again = sorted({row["label"] for row in every if row["overlaps"] and _stated(row)})
    firm = [row for row in rows if not row["provisional"] and not row["retracted"]]
    eligible = [row for row in rows if row["included"] and not row["retracted"]]
    provisional = [row for row in rows if row["provisional"] and not row["retracted"]]
    out = [row for row in rows if row["retracted"] and not row["provisional"]]

    def of(more: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return _described([*firm, *more], [*eligible, *more], unit, estimate_means)

    return {
        "unit": unit,
        "overlaps": again,
        "main": of([]),
        "abstract_only": of(provisional) if any(map(_stated, provisional)) else None,
        "with_retracted": of(out) if any(map(_stated, out)) else None,
    }


def _described(
    rows: Sequence[Mapping[str, Any]],
    eligible: Sequence[Mapping[str, Any]],
    unit: str,
    estimate_means: bool,
) -> dict[str, Any]:
    """n: studies that could report it; k: those that do; patients: of the groups that do."""
    read, notes = _groups(rows, unit)
    once, several = _once(read)
    notes += words.stated_twice([f"{group.label}, {group.name}" for group in several])
    means = [group for group in once if group.kind == MEAN]
    medians = [group for group in once if group.kind == MEDIAN]
    reported = _by_study(filter(None, map(_reported, means)))
    estimated, left_out = _estimated(once)
    every = _by_study([*filter(None, map(_reported, means)), *estimated])
    notes += words.without_sd(sum(_reported(group) is None for group in means))
    notes += words.not_estimated(left_out)
    alone, mean_notes = _pooled_mean(reported)
    together, estimate_notes = _pooled_mean(every) if estimated else (None, [])
    of_medians, median_notes = _pooled_medians(medians)
    twice = {(group.study_id, group.arm_id) for group in several}
    return {
        "n": len({row["study_id"] for row in eligible}),
        "k": len({group.study_id for group in read}),
        "patients": sum(group.n or 0 for group in once),
        "kinds": _kinds(read),
        "mean": (together or alone) if estimate_means else alone,
        "mean_with_estimated": None if estimate_means else together,
        "median": of_medians,
        "groups": [
            {**group._asdict(), "twice": (group.study_id, group.arm_id) in twice} for group in read
        ],
        "notes": list(dict.fromkeys([*notes, *mean_notes, *estimate_notes, *median_notes])),
    }


# --- reading ---------------------------------------------------------------------------------


def _stated(row: Mapping[str, Any]) -> bool:
    return isinstance(row["value"], int | float)


def _groups(rows: Iterable[Mapping[str, Any]], unit: str) -> tuple[list[Group], list[str]]:
    """The groups that report an average, by study; what could not be read, in words."""
    groups, unknown = [], []
    for row in filter(_stated, rows):
        try:
            factor = time_units.convert(1.0, row["unit"] or unit, unit)
        except KeyError:
            unknown.append(row["label"])
            continue
        n = row["n"] if isinstance(row["n"], int) and row["n"] > 0 else None
        kind = row["kind"] or NOT_STATED
        spread = {name: _number(row[name], factor) for name in SPREAD}
        groups.append(
            Group(
                study_id=row["study_id"],
                label=row["label"],
                year=row["year"],
                arm_id=row["arm_id"],
                name=row["name"],
                n=n,
                kind=SINGLE if n == 1 and kind in (MEAN, MEDIAN) else kind,
                value=row["value"] * factor,
                **spread,
            )
        )
    order = sorted(groups, key=lambda group: (str(group.year), *map(str, group)))
    return order, words.unit_unknown(sorted(set(unknown)), unit)


def _number(value: Any, factor: float) -> float | None:
    return value * factor if isinstance(value, int | float) else None


def _once(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Groups that state one average; and those that state several, which nothing pooled counts."""
    stated: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        stated.setdefault((group.study_id, group.arm_id), []).append(group)
    once = [of_arm[0] for of_arm in stated.values() if len(of_arm) == 1]
    return once, [of_arm[0] for of_arm in stated.values() if len(of_arm) > 1]


def _kinds(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Each kind of average: how many studies report it, and from where to where they lie."""
    kinds = sorted({group.kind for group in groups}, key=lambda kind: (kind != MEAN, kind))
    of = {kind: [group for group in groups if group.kind == kind] for kind in kinds}
    return [
        {
            "kind": kind,
            "k": len({group.study_id for group in alike}),
            "groups": len(alike),
            "lowest": min(group.value for group in alike),
            "highest": max(group.value for group in alike),
        }
        for kind, alike in of.items()
    ]


# --- means -----------------------------------------------------------------------------------


def _reported(group: Group) -> Moments | None:
    """The mean and standard deviation of a group that gives both."""
    if group.kind != MEAN or group.n is None or not group.sd or group.sd < 0:
        return None
    return Moments(group.study_id, group.n, group.value, group.sd, estimated=False)


def _estimated(groups: Iterable[Group]) -> tuple[list[Moments], dict[str, list[str]]]:
    """Moments of groups that lack some but give quartiles or range; whom the formulas don't fit."""
    found: list[Moments] = []
    left_out: dict[str, list[str]] = {"skewed": [], "out of order": []}
    for group in groups:
        quantiles = group.quantiles
        if group.kind not in (MEAN, MEDIAN) or _reported(group) or quantiles is None:
            continue
        if not quantiles.in_order:
            left_out["out of order"].append(group.label)
            continue
        mean = group.value if group.kind == MEAN else estimated_mean(quantiles)
        sd = group.sd or estimated_sd(quantiles)
        if mean is None or not sd:
            continue
        if is_skewed(quantiles):
            left_out["skewed"].append(group.label)
            continue
        found.append(Moments(group.study_id, quantiles.n, mean, sd, estimated=True))
    return found, left_out


def _by_study(moments: Iterable[Moments]) -> list[Moments]:
    """The groups of a study as one: exact, as if its patients had been one group.

    Source: Cochrane Handbook 6.5.2.10.
    """
    studies: dict[str, Moments] = {}
    for group in sorted(moments):
        before = studies.get(group.study_id)
        studies[group.study_id] = _together(before, group) if before else group
    return list(studies.values())


def _together(a: Moments, b: Moments) -> Moments:
    n = a.n + b.n
    squares = (a.n - 1) * a.sd**2 + (b.n - 1) * b.sd**2 + a.n * b.n / n * (a.mean - b.mean) ** 2
    mean, sd = (a.n * a.mean + b.n * b.mean) / n, float(np.sqrt(squares / (n - 1)))
    return Moments(a.study_id, n, mean, sd, a.estimated or b.estimated)


def _pooled_mean(studies: Sequence[Moments]) -> tuple[dict[str, Any] | None, list[str]]:
    """Random effects on the means themselves; None for fewer than FEWEST studies, and why.

    Estimand: the mean of the distribution of the studies' true means. tau2 by REML, interval by
    Knapp & Hartung, ad hoc; prediction interval with t on k - 1 degrees of freedom.
    """
    if len(studies) < FEWEST:
        return None, words.too_few(len(studies), MEAN, FEWEST)
    yi = np.array([study.mean for study in studies])
    vi = np.array([study.sd**2 / study.n for study in studies])
    try:
        fitted, profile = fit(yi, vi, method="REML", test="adhoc"), q_profile(yi, vi)
    except EstimationError as error:  # means so far apart that the iteration never settles
        return None, [words.NOT_FITTED.format(why=error)]
    pi = prediction_interval(fitted)
    return {
        "k": len(studies),
        "patients": sum(study.n for study in studies),
        "estimated": sum(study.estimated for study in studies),
        "estimate": fitted.mu,
        "se": fitted.se_mu,
        "ci": fitted.ci[0].tolist(),
        "pi": _ends(pi),
        "tau2": fitted.tau2,
        "tau2_ci": _ends(profile.tau2) if profile else None,
        "i2": fitted.i2,
    }, words.below_zero(pi.lower if pi else None, min(study.mean for study in studies))


# --- medians ---------------------------------------------------------------------------------


def _pooled_medians(medians: Sequence[Group]) -> tuple[dict[str, Any] | None, list[str]]:
    """Medians of two or more patients, as medians; None for fewer than FEWEST groups."""
    k = len({group.study_id for group in medians})
    if k < FEWEST:
        return None, words.too_few(k, MEDIAN, FEWEST)
    counted = [group for group in medians if group.n is not None]
    weighted = (
        pooled_median([group.value for group in counted], [group.n for group in counted])
        if len({group.study_id for group in counted}) >= FEWEST
        else None
    )
    unweighted = pooled_median([group.value for group in medians])
    notes = words.several_groups(len(medians), k)
    notes += words.no_interval_of_medians(len(medians)) if unweighted.ci is None else []
    return {
        "k": k,
        "groups": len(medians),
        "patients": sum(group.n or 0 for group in counted),
        "weighted": _median(weighted) if weighted else None,
        "unweighted": _median(unweighted),
    }, notes + words.medians_without_patients(len(medians) - len(counted))


def _median(pooled: PooledMedian) -> dict[str, Any]:
    return {
        "estimate": pooled.estimate,
        "ci": _ends(pooled.ci),
        "coverage": pooled.coverage,
        "groups": pooled.k,
    }


def _ends(interval: Sequence[float] | None) -> list[float] | None:
    return None if interval is None else [float(end) for end in interval]
