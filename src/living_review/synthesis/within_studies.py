"""Two groups compared within the studies that report both, where each study is its own control."""

from typing import NamedTuple

import numpy as np

from living_review.errors import EstimationError
from living_review.model_names import GLMM, Model
from living_review.synthesis import contrast_words as words
from living_review.synthesis import models
from living_review.synthesis.arrays import Effects, FloatArray
from living_review.synthesis.binomial import Interval
from living_review.synthesis.effect_sizes import to_natural
from living_review.synthesis.model_words import telling
from living_review.synthesis.random_effects import quantile
from living_review.synthesis.two_groups import two_group_effects

RATIOS = ("RR", "OR")
# OR from the counts as they are; RR and RD by the normal model of effects. Few studies need t.
MODELS = {
    "OR": Model("OR", GLMM, "t"),
    "RR": Model("RR", "REML", "adhoc"),
    "RD": Model("RD", "REML", "adhoc"),
}


class Pairs(NamedTuple):
    """ai events of n1i on the first side, ci of n2i on the second; whole numbers, (k,), n >= 1."""

    ai: FloatArray
    n1i: FloatArray
    ci: FloatArray
    n2i: FloatArray

    def where(self, keep: np.ndarray) -> "Pairs":
        return Pairs(*(values[keep] for values in self))


class Compared(NamedTuple):
    """First side against second on the scale of the model; k studies told it something.

    pi, tau2, tau2_ci: None where so few studies can't tell them.
    """

    k: int
    estimate: float
    se: float
    df: int | None
    ci: Interval
    pi: Interval | None = None
    tau2: float | None = None
    tau2_ci: Interval | None = None


def compare_within(measure: str, pairs: Pairs) -> tuple[Compared | None, list[str]]:
    """The comparison that studies make themselves, pooled, or None; why not, or what was done.

    measure: RR, OR, RD. Two studies or more are pooled by MODELS, with t on k - 1 degrees of
    freedom; one is shown as it stands, with the normal quantile.
    """
    k = len(pairs.ai)
    if not k:
        return None, [words.NONE_WITHIN]
    told = pairs.where(telling(measure, pairs._asdict()))
    if refused := _no_ratio(measure, pairs, told):
        return None, refused
    notes = [words.LEFT_OUT.format(n=k - len(told.ai), k=k)] if len(told.ai) < k else []
    effects = two_group_effects(measure, *told)
    if len(told.ai) == 1:
        return _as_it_stands(effects), [words.ONE_WITHIN, *notes, *_halved(measure, told)]
    try:
        fitted = models.fitted(MODELS[measure], told._asdict(), effects)
    except EstimationError as error:
        return None, [words.NO_MODEL.format(why=error)]
    found = Compared(
        len(told.ai), fitted.estimate, fitted.se, fitted.df, Interval(*map(float, fitted.ci))
    )
    if found.k == 2:
        return found, [words.TWO_WITHIN, *notes, *_halved(measure, told)]
    spread = fitted.heterogeneity
    found = found._replace(pi=fitted.pi, tau2=spread["tau2"], tau2_ci=spread["tau2_ci"])
    notes += [words.NO_DIFFERENCE] if found.tau2 == 0 else []
    notes += [words.OPEN_TAU2] if found.tau2_ci and np.isinf(found.tau2_ci.upper) else []
    return found, notes + _halved(measure, told)


def own_comparisons(measure: str, pairs: Pairs) -> list[tuple[float, list[float]] | None]:
    """Each study's estimate with its normal interval as people read them; None if it has none."""
    effects, back = two_group_effects(measure, *pairs), to_natural(measure)
    told = telling(measure, pairs._asdict())
    return [
        (back(y), models.own_interval(effects, at, back)) if told[at] else None
        for at, y in enumerate(effects.yi)
    ]


def halved(pairs: Pairs) -> np.ndarray:
    """The studies (k,) that have an effect only by half a patient more in each cell."""
    a, n1, c, n2 = pairs
    empty: np.ndarray = (a == 0) | (a == n1) | (c == 0) | (c == n2)
    return empty


def _halved(measure: str, told: Pairs) -> list[str]:
    n, k = int(halved(told).sum()), len(told.ai)
    if not n or (k > 1 and not MODELS[measure].normal):
        return []
    name = "ratio" if measure in RATIOS else "difference"
    return [words.HALF_PATIENTS.format(n=n, k=k, things="studies", name=name)]


def _no_ratio(measure: str, pairs: Pairs, told: Pairs) -> list[str]:
    """Why no ratio is given; nothing if one can be."""
    k = len(told.ai)
    every = "the one study" if len(pairs.ai) == 1 else f"each of the {len(pairs.ai)} studies"
    if not k:
        return [words.NOTHING_COMPARED.format(every=every)]
    if measure not in RATIOS:
        return []
    a, n1, c, n2 = told
    every = "the one study" if k == 1 else f"all of the {k} studies"
    if not (a.any() and c.any()):
        return [words.ONE_SIDE_EMPTY.format(who="nobody", every=every)]
    if measure == "OR" and not (np.any(a < n1) and np.any(c < n2)):
        return [words.ONE_SIDE_EMPTY.format(who="everybody", every=every)]
    return []


def _as_it_stands(effects: Effects) -> Compared:
    y, se = float(effects.yi[0]), float(np.sqrt(effects.vi[0]))
    half = quantile(0.95, None) * se
    return Compared(1, y, se, None, Interval(y - half, y + half))
