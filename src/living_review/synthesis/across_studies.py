"""Two groups compared across studies, most of which report one of them: arms nested in studies."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis import contrast_words as words
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial import Interval
from living_review.synthesis.cluster_robust import Estimate, cluster_robust
from living_review.synthesis.multilevel import fit_nested
from living_review.synthesis.proportions import proportion_effects

FEWEST_DEGREES = 4.0  # below them the interval covers less than it says; Tipton 2015


class Arms(NamedTuple):
    """x events of n patients, whole numbers, n >= 1; the side, 0 or 1, and whose arm; (k,) each."""

    x: FloatArray
    n: FloatArray
    side: np.ndarray
    study: Sequence[str]


class Across(NamedTuple):
    """First side against second as a log odds ratio, and the logit of each side.

    se and intervals are cluster-robust by study, never narrower than the model has them. k arms of
    m studies; sides: the logits, without an interval where they rest on fewer than FEWEST_DEGREES.
    Estimand: the difference between mean logits of arms of the two sides, in studies like these.
    """

    k: int
    m: int
    difference: Estimate
    sides: tuple[tuple[float, Interval | None], ...]
    tau2_study: float
    tau2_arm: float


def compare_across(arms: Arms, labels: Sequence[str]) -> tuple[Across | None, list[str]]:
    """The comparison across studies, or None; why not, or what was done.

    labels: of the sides, for the sentences. How many studies a side needs is the protocol's affair;
    what can't be estimated or trusted from these is refused here.
    Source: Konstantopoulos 2011 for the model, Pustejovsky & Tipton 2018 for the interval.
    """
    for side, label in enumerate(labels):
        x, n = arms.x[arms.side == side], arms.n[arms.side == side]
        if not x.any() or np.all(x == n):
            who = "everybody" if x.any() else "nobody"
            return None, [words.EMPTY_SIDE.format(label=label, who=who)]
    effects = proportion_effects("PLO", arms.x, arms.n)
    try:
        fitted = fit_nested(effects.yi, effects.vi, arms.study, (arms.side == 0).astype(float))
        robust = cluster_robust(fitted)
        second, first, difference = (robust.of(one, adhoc=True) for one in ([1, 0], [1, 1], [0, 1]))
    except EstimationError as error:
        return None, [words.NO_MODEL.format(why=error)]
    if difference.df < FEWEST_DEGREES:
        return None, [words.FEW_DEGREES.format(df=difference.df, least=f"{FEWEST_DEGREES:.0f}")]
    sides = tuple(
        (one.estimate, one.ci if one.df >= FEWEST_DEGREES else None) for one in (first, second)
    )
    notes = [] if fitted.told_apart else [words.NOT_TOLD_APART]
    edge, k = int(np.sum((arms.x == 0) | (arms.x == arms.n))), len(arms.x)
    if edge:
        notes.append(words.HALF_PATIENTS.format(n=edge, k=k, things="groups", name="ratio"))
    found = Across(k, fitted.m, difference, sides, fitted.tau2_study, fitted.tau2_arm)
    return found, notes


def share(logit: float) -> float:
    """The share of patients that a logit stands for."""
    return float(special.expit(logit))
