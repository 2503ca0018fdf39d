"""What a model is, and what it did with the studies, in sentences."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from living_review.model_names import GLMM, MH, PETO, Model
from living_review.synthesis import words
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.binomial import Interval
from living_review.synthesis.effect_sizes import WITHOUT_WAY_BACK, to_natural
from living_review.synthesis.proportions import PROPORTION_MEASURES

# measure: what it is called, one and many; the scale of the model
_NAMES = {
    "PR": ("proportion", "proportions", "proportions as they are"),
    "PLN": ("proportion", "proportions", "logarithms"),
    "PLO": ("proportion", "proportions", "logits"),
    "PAS": ("proportion", "proportions", "arcsine square roots"),
    "PFT": ("proportion", "proportions", "Freeman-Tukey double arcsines"),
    "RR": ("risk ratio", "risk ratios", "logarithms"),
    "OR": ("odds ratio", "odds ratios", "logarithms"),
    "RD": ("difference of risks", "differences of risks", "the differences"),
    "PETO": ("odds ratio (Peto)", "odds ratios (Peto)", "logarithms"),
    "AS": (
        "difference of arcsine square roots of risks",
        "differences of arcsine square roots of risks",
        "arcsine square roots",
    ),
    "MD": ("difference of means", "differences of means", "the differences"),
    "SMD": (
        "standardised difference of means (Hedges' g)",
        "standardised differences of means (Hedges' g)",
        "standard deviations",
    ),
    "ROM": ("ratio of means", "ratios of means", "logarithms"),
    "COR": ("correlation", "correlations", "correlations as they are"),
    "ZCOR": ("correlation", "correlations", "Fisher's z"),
    "IR": ("rate per unit of time", "rates per unit of time", "rates as they are"),
    "IRLN": ("rate per unit of time", "rates per unit of time", "logarithms"),
    "IRS": ("rate per unit of time", "rates per unit of time", "square roots"),
    "IRFT": ("Freeman-Tukey root of the rate", "Freeman-Tukey roots of the rates", "roots"),
    "IRR": ("ratio of rates", "ratios of rates", "logarithms"),
    "IRD": ("difference of rates", "differences of rates", "the differences"),
    "IRSD": ("difference of roots of rates", "differences of roots of rates", "square roots"),
    "GEN": ("effect", "effects", "the effects as given"),
}
_TWO_GROUPS = (
    "RR", "OR", "RD", "PETO", "AS", "MD", "SMD", "ROM", "IRR", "IRD", "IRSD",
)  # fmt: skip
_COMMON_METHODS = ("EE", MH, PETO)
# what half an event is added to
_HALF_IN_TWO = ("RR", "OR", "RD", "PETO", "IRR", "IRD")
_HALF_IN_RATES = ("IR", "IRLN")

ROUGHLY = 1e-6  # of an upper limit
ROUNDING = 1e-20  # a Knapp-Hartung factor that is 0 but for the last digits

NO_ESTIMATE = "Nothing could be estimated from these studies: {why}."
NOT_FINITE = "the best estimate, or its interval, is not finite"
COMMON = (
    "The method takes one true effect as common to all studies: it has no variance between studies"
    " and no prediction interval. I2 is from Q."
)
ONE_TELLS = "The estimate is that of the one study that tells this measure something."
TWO = (
    "Two studies are too few to tell how much results differ between studies: no measure of that"
    " difference and no prediction interval of them is worth quoting."
)
EQUAL = (
    "Equal effects: one true value is taken as common to all studies. The prediction interval holds"
    " under that assumption only, and I2 is from Q."
)
IDENTICAL = (
    "All studies report the same effect, so the difference between studies is estimated as nil."
)
NO_WIDTH = (
    "The studies agree to the last digit, so that the Knapp-Hartung interval has no width: take"
    " adhoc or z instead."
)
NARROWER = (
    "The studies agree better than chance would have them, and the Knapp-Hartung interval is"
    " narrower for that (factor {s2w:.3g}): adhoc is never narrower than z."
)
OUTSIDE = (
    "An interval reaches beyond 0 or 100 %, which no proportion can: the scale of {scale} does not"
    " fit; PLO does."
)
FREEMAN_TUKEY = (
    "Freeman-Tukey comes back to proportions through the harmonic mean of the studies' sizes; the"
    " same estimate so means different proportions in different tables. Not for a headline."
)
BEYOND_NUMBERS = "An interval has a limit larger than any number a computer holds; it is left out."
NO_WAY_BACK = "There is no way back from the scale of the model: its numbers are given as they are."
OPEN_TAU2 = (
    "The upper limit of the variance between studies is not finite: these studies exclude no"
    " difference, however large."
)
ESTIMATE_OUTSIDE = (
    "The estimate of the variance between studies lies outside its interval, which is found by"
    " another method (Q-profile): the two disagree on these studies."
)
NO_PROFILE = "The intervals by profile likelihood could not be found: {why}."
OPEN_MU = "The profile-likelihood interval has no finite limit on at least one side."
HALF_CELLS = (
    "In {n} of the {k} studies a group had no event, or nothing but events. For their effects half"
    " a patient was added to each of the four cells; the counts shown are as reported."
)
HALF_RATES = (
    "In {n} of the {k} studies a group had no event. For their effects half an event was added; the"
    " counts shown are as reported."
)
EMPTY_STUDIES = (
    "In {n} of the {k} studies nobody had the event, or everybody had it, in both groups. They say"
    " nothing of a ratio; what they add here comes from the half patients alone. The methods mh,"
    " peto and glmm leave them out."
)
LEFT_OUT = (
    "{n} of the {k} studies, in which nobody had the event, or everybody had it, in both groups,"
    " tell this measure nothing and carry no weight."
)
NOTHING_COMPARED = (
    "In every one of the {k} studies nobody had the event, or everybody had it, in both groups: no"
    " ratio can be estimated. The difference of risks (RD) can."
)


def name(measure: str) -> str:
    """What the effect is called."""
    return _NAMES[measure][0]


def scale(measure: str) -> str:
    """What the model is a model of."""
    return _NAMES[measure][2]


def short_name(model: Model) -> str:
    """What the estimate of proportions is called in a table."""
    if model.method in _COMMON_METHODS:
        return "Common proportion"
    return "Mean proportion" if _straight(model.measure) else "Median proportion"


def kind(model: Model) -> str:
    """What the model takes for granted of the true effects, in two words."""
    return "common-effect model" if model.method in _COMMON_METHODS else "random-effects model"


def described(model: Model, groups: bool = False) -> str:
    """The model in a sentence, with the method of its interval; groups: with a mean for each."""
    if model.method == GLMM:
        what = (
            "Binomial-normal model of the counts as they are (random-intercept logistic"
            " regression), by maximum likelihood"
        )
    elif model.method in _COMMON_METHODS:
        what = f"{kind(model).capitalize()} of {scale(model.measure)}"
    else:
        method = _METHODS.get(model.method, model.method)
        what = (
            f"Random-effects model of {scale(model.measure)}, variance between studies by {method}"
        )
    test = _T_OF_GROUPS if groups and model.test == "t" else _TESTS[model.test]
    return f"{what}; interval by {test}."


_METHODS = {
    "REML": "restricted maximum likelihood (REML)",
    "ML": "maximum likelihood (ML)",
    "DL": "the moments of DerSimonian and Laird (DL)",
    "PM": "the method of Paule and Mandel (PM)",
}
_TESTS = {
    "adhoc": "the Hartung-Knapp method, never narrower than without it",
    "knha": "the Hartung-Knapp method",
    "t": "the t distribution, with one degree of freedom less than there are studies",
    "z": "the normal distribution",
}
_T_OF_GROUPS = "the t distribution, with as many degrees of freedom as studies less groups"


def estimand(measure: str, method: str, k: int, fitted: bool) -> str | None:
    """What the estimate is an estimate of; None where there is none."""
    one, many, on = _NAMES[measure]
    against = ", first group against second" if measure in _TWO_GROUPS else ""
    if not k:
        return None
    if k == 1:
        return f"The {one} of the one study{against}"
    if not fitted:
        together = "The proportion in all patients taken together"
        return together if measure in PROPORTION_MEASURES else None
    if method in _COMMON_METHODS:
        return f"The one {one} that all studies are taken to share{against}"
    if _straight(measure):
        return f"The mean of the true {many} of studies like these{against}"
    return (
        f"The median of the true {many} of studies like these{against}: their mean on the scale of"
        f" {on}, transformed back"
    )


def _straight(measure: str) -> bool:
    return measure == "PR" or (measure not in PROPORTION_MEASURES and to_natural(measure) is float)


def of_number(k: int, model: Model) -> list[str]:
    """What so few studies can't tell, and what equal effects take for granted."""
    if k < 2:
        return [ONE_TELLS]
    if k == 2:
        return [TWO]
    return [EQUAL] if model.method == "EE" else []


def of_knapp_hartung(test: str, s2w: float) -> tuple[str, ...]:
    """What the factor of the variance does to the interval."""
    if test != "knha" or s2w >= 1:
        return ()
    return (NARROWER.format(s2w=s2w) if s2w > ROUNDING else NO_WIDTH,)


def of_q_profile(tau2: float, method: str, interval: Interval | None) -> tuple[str, ...]:
    """Whether the estimate of tau2 and its interval contradict each other."""
    if interval is None or method == "EE":
        return ()
    off = ROUGHLY * interval.upper
    inside = interval.lower - off <= tau2 <= interval.upper + off
    return () if inside else (ESTIMATE_OUTSIDE,)


def of_profile(mu: Interval, tau2: Interval) -> tuple[str, ...]:
    """What it means if a profile interval is open."""
    notes = [] if np.isfinite(tau2.upper) else [OPEN_TAU2]
    return (*notes, *([] if np.isfinite([*mu]).all() else [OPEN_MU]))


def of_difference(
    k: int, model: Model, tau2: float | None, given: Mapping[str, FloatArray], yi: FloatArray
) -> list[str]:
    """What a variance of nil means."""
    if k < 3 or tau2 != 0 or model.method == "EE":
        return []
    if "events" in given:
        return words.no_difference(k, len(set(given["events"] / given["total"])) == 1)
    return [IDENTICAL] if np.ptp(yi) == 0 else words.no_difference(k, identical=False)


def of_counts(model: Model, given: Mapping[str, FloatArray]) -> list[str]:
    """What was done to counts."""
    measure = model.measure
    if "events" in given:
        x, n = given["events"], given["total"]
        halved = model.normal and measure in ("PLO", "PLN", "PR")
        edge = int(np.sum((x == 0) | (x == n))) if halved else 0
        return words.half_patients(edge, len(x)) + words.case_reports(int(np.sum(n == 1)), len(x))
    notes = []
    if "ai" in given and model.normal and measure in _HALF_IN_TWO:
        a, n1, c, n2 = (given[role] for role in ("ai", "n1i", "ci", "n2i"))
        edge = int(np.sum((a == 0) | (a == n1) | (c == 0) | (c == n2)))
        notes += [HALF_CELLS.format(n=edge, k=len(a))] if edge else []
        empty = int(np.sum(~telling(measure, given)))
        notes += [EMPTY_STUDIES.format(n=empty, k=len(a))] if empty else []
    rates = [given[role] for role in ("xi", "x1i", "x2i") if role in given]
    if rates and measure in (*_HALF_IN_TWO, *_HALF_IN_RATES):
        edge = int(np.sum(np.any([x == 0 for x in rates], axis=0)))
        notes += [HALF_RATES.format(n=edge, k=len(rates[0]))] if edge else []
    return notes


def telling(measure: str, given: Mapping[str, FloatArray]) -> np.ndarray:
    """The studies (k,) that tell something of the measure; all of them where it is no ratio."""
    events, patients = given["ai"] + given["ci"], given["n1i"] + given["n2i"]
    if measure not in ("RR", "OR", "PETO"):
        return np.full(len(events), True)
    return (events > 0) & ((events < patients) | (measure == "RR"))


def nothing_compared(measure: str, given: Mapping[str, FloatArray]) -> list[str]:
    """Why no ratio can be estimated; nothing if one can."""
    if telling(measure, given).any():
        return []
    return [NOTHING_COMPARED.format(k=len(given["ai"]))]


def left_out(told: int, k: int) -> tuple[str, ...]:
    return (LEFT_OUT.format(n=k - told, k=k),) if told < k else ()


def of_scale(measure: str, natural: Mapping[str, Any]) -> list[str]:
    """What readers have to know of the scale; natural: the estimate as they read it."""
    if natural["estimate"] is None:
        return []
    notes = [NO_WAY_BACK] if measure in WITHOUT_WAY_BACK else []
    notes += (
        [FREEMAN_TUKEY] if measure == "PFT" and natural["interval"] != "Clopper-Pearson" else []
    )
    limits = [*(natural["ci"] or []), *(natural["pi"] or [])]
    notes += [] if np.isfinite(limits).all() else [BEYOND_NUMBERS]
    if measure in PROPORTION_MEASURES and any(limit < 0 or limit > 1 for limit in limits):
        notes.append(OUTSIDE.format(scale=_NAMES[measure][2]))
    return notes
