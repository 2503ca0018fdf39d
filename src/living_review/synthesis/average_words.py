"""What was done to pool or describe averages, in sentences for readers."""

from collections.abc import Mapping, Sequence

from living_review.synthesis.medians import FEWEST_FOR_INTERVAL

KINDS = {"mean": "means with a standard deviation", "median": "medians"}
TOO_FEW = "Reported {kind}: {studies}; fewer than {fewest} are not pooled."
TWICE = (
    "Reported more than once with different values, so that no pooled number counts it: {groups}."
)
UNIT_UNKNOWN = "Reported in a unit that can't be turned into {unit}: {studies}."
NOT_FITTED = "No model could be fitted to the means: {why}."
WITHOUT_SD = "{count} reported without a standard deviation; it can't be pooled as it stands."
SKEWED = (
    "Left out where means are estimated, since their quartiles or range are too lopsided for that:"
    " {studies}."
)
OUT_OF_ORDER = (
    "Left out where means are estimated, since their quartiles, range and median are not in"
    " order: {studies}."
)
NO_INTERVAL = (
    "Medians of {k} groups have no exact 95% interval; that takes at least {fewest} groups."
)
BELOW_ZERO = (
    "A limit below zero shows that a normal distribution fits these values badly; medians say more."
)
SEVERAL_GROUPS = (
    "{groups} groups of {k} studies: groups of one study count as if they were of several."
)
WITHOUT_PATIENTS = (
    "{count} without a number of patients; the weighted median of medians can't count that."
)


def too_few(k: int, kind: str, fewest: int) -> list[str]:
    """That some report it, but not enough to pool."""
    if not 0 < k < fewest:
        return []
    studies = "one study" if k == 1 else f"{k} studies"
    return [TOO_FEW.format(kind=KINDS[kind], studies=studies, fewest=fewest)]


def stated_twice(groups: Sequence[str]) -> list[str]:
    return [TWICE.format(groups="; ".join(sorted(groups)))] if groups else []


def unit_unknown(studies: Sequence[str], unit: str) -> list[str]:
    return [UNIT_UNKNOWN.format(unit=unit, studies="; ".join(studies))] if studies else []


def without_sd(count: int) -> list[str]:
    return [WITHOUT_SD.format(count=_counted(count, "mean is", "means are"))] if count else []


def not_estimated(left_out: Mapping[str, Sequence[str]]) -> list[str]:
    """left_out: studies under "skewed" and "out of order"."""
    said = (("skewed", SKEWED), ("out of order", OUT_OF_ORDER))
    return [
        sentence.format(studies="; ".join(sorted(set(left_out[why]))))
        for why, sentence in said
        if left_out[why]
    ]


def below_zero(limit: float | None, least: float) -> list[str]:
    """limit: of an interval; least: the lowest value that was reported."""
    return [BELOW_ZERO] if limit is not None and limit < 0 <= least else []


def several_groups(groups: int, k: int) -> list[str]:
    return [SEVERAL_GROUPS.format(groups=groups, k=k)] if groups > k else []


def no_interval_of_medians(k: int) -> list[str]:
    return [NO_INTERVAL.format(k=k, fewest=FEWEST_FOR_INTERVAL)]


def medians_without_patients(count: int) -> list[str]:
    counted = _counted(count, "median is", "medians are")
    return [WITHOUT_PATIENTS.format(count=counted)] if count else []


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
