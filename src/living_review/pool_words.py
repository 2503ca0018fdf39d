"""What `pool` says of a table: the estimand, what was done, and the answer as a page of text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from living_review.pool_table import MH, PETO, Chosen
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
NOTHING_LEFT = "the effects leave nothing unexplained to test with"
NO_REGRESSION = "The moderators could not be tested: {why}."
NO_GROUPS = "The groups could not be compared: {why}."
FEW_FOR_MODERATORS = (
    "{k} studies for {n} coefficients of moderators: with fewer than ten a coefficient what is"
    " found, or not, is easily chance."
)
BETWEEN_STUDIES = (
    "What moderators are associated with between studies is not the effect of changing them."
)
CONTRASTS = "{name} is in words: each of its values is set against {first}."
COMMON = (
    "The method takes one true effect as common to all studies: it has no variance between studies"
    " and no prediction interval. I2 is from Q."
)
ONE_TELLS = "The estimate is that of the one study that tells this measure something."
TWO = (
    "Two studies are too few to say how much results differ between studies: no measure of the"
    " difference and no prediction interval is given."
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
NOT_TESTED = (
    "The test between the groups of {by} needs two groups with at least two studies each and an"
    " estimate."
)
NOT_ALL_TESTED = "{without} of the {groups} groups of {by} have no estimate and are not tested."
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


def estimand(measure: str, method: str, k: int, fitted: bool) -> str | None:
    """What the estimate is an estimate of; None where there is none."""
    one, many, scale = _NAMES[measure]
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
        f" {scale}, transformed back"
    )


def _straight(measure: str) -> bool:
    return measure == "PR" or (measure not in PROPORTION_MEASURES and to_natural(measure) is float)


def of_number(k: int, chosen: Chosen) -> list[str]:
    """What so few studies can't tell, and what equal effects take for granted."""
    if k < 2:
        return [ONE_TELLS]
    if k == 2:
        return [TWO]
    return [EQUAL] if chosen.method == "EE" else []


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
    k: int, chosen: Chosen, tau2: float | None, given: Mapping[str, FloatArray], yi: FloatArray
) -> list[str]:
    """What a variance of nil means."""
    if k < 3 or tau2 != 0 or chosen.method == "EE":
        return []
    if "events" in given:
        return words.no_difference(k, len(set(given["events"] / given["total"])) == 1)
    return [IDENTICAL] if np.ptp(yi) == 0 else words.no_difference(k, identical=False)


def of_counts(chosen: Chosen, given: Mapping[str, FloatArray]) -> list[str]:
    """What was done to counts."""
    measure = chosen.measure
    if "events" in given:
        x, n = given["events"], given["total"]
        halved = chosen.normal and measure in ("PLO", "PLN", "PR")
        edge = int(np.sum((x == 0) | (x == n))) if halved else 0
        return words.half_patients(edge, len(x)) + words.case_reports(int(np.sum(n == 1)), len(x))
    notes = []
    if "ai" in given and chosen.normal and measure in _HALF_IN_TWO:
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


def twice(labels: Sequence[str]) -> list[str]:
    """Studies that a table names more than once."""
    often = [label for label, times in Counter(labels).items() if times > 1]
    if not often:
        return []
    more = f" and {len(often) - 3} more" if len(often) > 3 else ""
    said = ", ".join(often[:3]) + more
    return [f"Named in several rows: {said}. Each row counts as a study of its own."]


def of_groups(by: str | None, groups: int, tested: int) -> list[str]:
    if tested < 2:
        return [NOT_TESTED.format(by=by)]
    if tested < groups:
        return [NOT_ALL_TESTED.format(without=groups - tested, groups=groups, by=by)]
    return []


def summary(answer: Mapping[str, Any]) -> str:
    """The answer for people who read, not compute; answer: as `pool_file` gives it."""
    lines = _head(answer)
    for part in (_groups(answer.get("groups")), _regression(answer.get("regression"))):
        lines += ["", *part] if part else []
    if answer["notes"]:
        lines += ["", "Notes", *(f"- {note}" for note in answer["notes"])]
    if answer["studies"]:
        lines += ["", "Studies", *_studies(answer)]
    return "\n".join(lines)


def _head(answer: Mapping[str, Any]) -> list[str]:
    model, natural = answer["model"], answer["proportion"] or answer["effect"]
    counted = [f"{answer['k']} {'study' if answer['k'] == 1 else 'studies'}"]
    if answer["total"]:
        counted.append(f"{answer['total']} patients")
    if answer["events"] is not None:
        counted.append(f"{answer['events']} events")
    lines = [", ".join(counted)]
    if answer["estimand"]:
        lines.append(answer["estimand"])
    if natural["estimate"] is None:
        return lines
    show = _shown(model["measure"])
    how = f"model {model['method']} of {_NAMES[model['measure']][2]}, test {model['test']}"
    if model["estimate"] is None:
        how = f"exact, {natural['interval']}" if answer["proportion"] else natural["interval"]
    lines.append(
        f"  {show(natural['estimate'])}, 95 % confidence interval"
        f" {_range(natural['ci'], show)} ({how})"
    )
    if natural.get("ci_profile"):
        said = _range(natural["ci_profile"], show)
        lines.append(f"  95 % confidence interval by profile likelihood {said}")
    if natural.get("marginal") is not None and natural["marginal"] != natural["estimate"]:
        lines.append(f"  mean of the true proportions {show(natural['marginal'])}")
    if natural["pi"]:
        said = _range(natural["pi"], show)
        lines.append(f"  95 % prediction interval, for one more study like these: {said}")
    return [*lines, *_spread(answer["heterogeneity"])]


_Q = {"Cochran": "Q", "likelihood ratio": "likelihood ratio"}


def _spread(spread: Mapping[str, Any]) -> list[str]:
    said = []
    if spread["tau2"] is not None:
        said.append(f"tau2 {_figure(spread['tau2'])}{_within(spread['tau2_ci'])}")
    if spread["i2"] is not None:
        said.append(f"I2, from {spread['i2_form']}, {spread['i2']:.0f} %{_within(spread['i2_ci'])}")
    if spread["q"] is not None:
        q = _Q[spread["q_form"]]
        said.append(f"{q} {spread['q']:.2f} on {spread['q_df']} df, p {_p(spread['q_p'])}")
    return ["Differences between studies", f"  {'; '.join(said)}"] if said else []


def _groups(groups: Mapping[str, Any] | None) -> list[str]:
    if not groups:
        return []
    lines = [f"By {groups['by']}, tau2 {groups['tau2']}"]
    for level in groups["levels"]:
        natural = level.get("proportion") or level["effect"]
        show = _percent if level.get("proportion") else _figure
        said = "no estimate"
        if natural["estimate"] is not None:
            said = f"{show(natural['estimate'])}, 95 % interval {_range(natural['ci'], show)}"
        lines.append(f"  {level['level']}: {said} (k {level['k']})")
        lines += [f"    - {note}" for note in level.get("notes", [])]
    if groups["between"]:
        between = groups["between"]
        lines.append(f"  test between groups: {between['q']:.2f}, p {_p(between['p'])}")
    return lines


def _regression(found: Mapping[str, Any] | None) -> list[str]:
    if not found:
        return []
    lines = ["Moderators, on the scale of the model"]
    for one in found["coefficients"]:
        lines.append(
            f"  {one['name']}: {_figure(one['estimate'])}, 95 % interval"
            f" {_range(one['ci'], _figure)}, p {_p(one['p'])}"
        )
    explained = "" if found["r2"] is None else f"; R2 {found['r2']:.0f} %"
    return [*lines, f"  test of all: {found['qm']:.2f}, p {_p(found['qm_p'])}{explained}"]


def _studies(answer: Mapping[str, Any]) -> list[str]:
    show = _shown(answer["model"]["measure"])
    cells = []
    for study in answer["studies"]:
        counts = f"{study['events']}/{study['total']}" if "events" in study else ""
        weight = "" if study["weight"] is None else f"{100 * study['weight']:.1f} % of weight"
        cells.append(
            [study["study"], counts, show(study["estimate"]), _range(study["ci"], show), weight]
        )
    widths = [max(len(row[at]) for row in cells) for at in range(5)]
    return [
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True) if w).rstrip()
        for row in cells
    ]


def _shown(measure: str) -> Any:
    return _percent if measure in PROPORTION_MEASURES else _figure


def _percent(value: float | None) -> str:
    return "without limit" if value is None else f"{100 * value:.1f} %"


def _figure(value: float | None) -> str:
    return "without limit" if value is None else f"{value:.4g}"


def _range(limits: Sequence[float | None], show: Any) -> str:
    return f"{show(limits[0])} to {show(limits[1])}"


def _within(limits: Sequence[float | None] | None) -> str:
    return f" ({_range(limits, _figure)})" if limits else ""


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
