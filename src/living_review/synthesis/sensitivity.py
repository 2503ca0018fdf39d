"""What the result of an analysis would be if one choice had been made otherwise."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from living_review.model_names import GLMM, Model
from living_review.synthesis import model_words, shares
from living_review.synthesis.arrays import finite
from living_review.synthesis.study_totals import Counted, Row, Study, study_totals

CASE_REPORTS_BELOW = 5  # patients treated
HIGH_RISK = ("high", "serious", "critical")  # of the tools for trials, and of ROBINS-I
MINIMUM_FOLLOW_UP = 12.0  # months, where the protocol does not say
MONTHS = {"day": 12 / 365.25, "week": 7 * 12 / 365.25, "month": 1.0, "year": 12.0}

NOTHING_COUNTS = "No study counts in the main analysis."
NOT_POOLED = "A single study is shown as it stands, whatever the model."
NOTHING_LEFT_OUT = {
    "provisional": "No study is left out for being known from less than its full text.",
    "retracted": "No study is left out after a retraction or an expression of concern.",
    "overlaps": "No group of patients is left out as counted in another study.",
}


class Variant(NamedTuple):
    """One choice made otherwise: the studies and the model then, or why it can't be had."""

    id: str
    label: str
    studies: list[Study] | None
    model: Model
    refused: str | None = None
    notes: tuple[str, ...] = ()


def sensitivity(counts: Counted, model: Model, analysis: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A line for each choice, in the same order always; none of them is the result.

    id, label; k, events, n_known; estimate, marginal, ci, pi as proportions; estimand and model in
    words; notes. refused: why it can't be had, everything else but id and label None then.
    minimum_follow_up of the analysis is in months.
    """
    minimum = float(analysis.get("minimum_follow_up", MINIMUM_FOLLOW_UP))
    return [_line(variant) for variant in _variants(counts, model, minimum)]


def _line(variant: Variant) -> dict[str, Any]:
    line: dict[str, Any] = dict.fromkeys(
        ("k", "events", "n_known", "estimate", "marginal", "ci", "pi", "estimand", "model")
    )
    line = {"id": variant.id, "label": variant.label, **line, "notes": []}
    if variant.studies is None:
        return line | {"refused": variant.refused}
    share = shares.of_studies(variant.studies, variant.model)
    if not share.k:
        return line | {"refused": "None of these studies tells the outcome of any patient."}
    return line | {
        "k": share.k,
        "events": share.events,
        "n_known": share.n_known,
        **{name: share.natural[name] for name in ("estimate", "marginal", "ci", "pi")},
        "estimand": share.estimand,
        "model": model_words.described(variant.model) if share.fitted else None,
        "notes": [*variant.notes, *share.notes],
        "refused": None,
    }


def _variants(counts: Counted, model: Model, minimum: float) -> Iterator[Variant]:
    rows = counts.main()
    studies = study_totals(rows)
    telling = len(shares.telling(studies))
    yield from _models(studies, model, telling)
    for mark, name, label in (
        ("provisional", "abstract_only", "With what was not read in full text"),
        ("overlaps", "with_overlaps", "With patients who may be counted twice"),
        ("retracted", "with_retracted", "With what was taken out after a retraction or a concern"),
    ):
        others = counts.main_and(mark)
        if others is None:
            yield Variant(name, label, None, model, NOTHING_LEFT_OUT[mark])
        else:
            yield Variant(name, label, study_totals(others), model)
    without = (
        _without_case_reports(studies, model),
        _without_high_risk(rows, model),
        *_unknown_outcomes(studies, model),
        _long_follow_up(rows, model, minimum),
    )
    for variant in without:
        yield variant if telling else variant._replace(studies=None, refused=NOTHING_COUNTS)


def _models(studies: list[Study], model: Model, telling: int) -> Iterator[Variant]:
    refused = NOTHING_COUNTS if not telling else NOT_POOLED if telling == 1 else None
    other = Model("PLO", "REML", "adhoc") if model.method == GLMM else Model("PLO", GLMM, "t")
    arcsine = Model("PAS", "REML", "adhoc")
    for name, label, chosen in (
        ("other_model", _OTHER[other.method], other),
        ("arcsine", "Arcsine square roots, random effects", arcsine),
    ):
        why = refused or ("It is the model of the main analysis." if chosen == model else None)
        yield Variant(name, label, None if why else studies, chosen, why)


_OTHER = {"REML": "Logits, random effects (Hartung-Knapp)", GLMM: "Binomial-normal model"}


def _without_case_reports(studies: list[Study], model: Model) -> Variant:
    n = CASE_REPORTS_BELOW
    larger = [study for study in studies if study.n_treated >= n]
    name, label = "without_case_reports", f"Without series of fewer than {n} patients"
    if len(larger) == len(studies):
        return Variant(name, label, None, model, f"No study has fewer than {n} patients.")
    if not larger:
        return Variant(name, label, None, model, f"No study has {n} patients or more.")
    return Variant(name, label, larger, model)


def _without_high_risk(rows: list[Row], model: Model) -> Variant:
    name, label = "without_high_risk", "Without studies at high risk of bias"
    judged = {row["study_id"] for row in rows if _judgement(row)}
    if not judged:
        return Variant(name, label, None, model, "Risk of bias is not judged yet.")
    at_high = {row["study_id"] for row in rows if _judgement(row) in HIGH_RISK}
    if not at_high:
        return Variant(name, label, None, model, "No study is judged to be at high risk of bias.")
    left = study_totals(row for row in rows if row["study_id"] not in at_high)
    if not left:
        return Variant(name, label, None, model, "Every study is at high risk of bias.")
    silent = sum(study.study_id not in judged for study in left)
    notes = (f"{silent} of these {len(left)} studies not judged yet.",) if silent else ()
    return Variant(name, label, left, model, notes=notes)


def _judgement(row: Row) -> str:
    return str(row.get("risk_of_bias") or "").strip().lower()


def _unknown_outcomes(studies: list[Study], model: Model) -> Iterator[Variant]:
    """Both bounds: all who were treated, those of unknown outcome as if none or all had it."""
    unknown = any(study.n_known < study.n_treated for study in studies)
    for name, label, had_it in (
        ("unknown_none", "No unknown outcome is an event", 0),
        ("unknown_all", "Every unknown outcome is an event", 1),
    ):
        if not unknown:
            yield Variant(name, label, None, model, "No outcome is unknown.")
            continue
        as_if = [
            study._replace(
                events=study.events + had_it * (study.n_treated - study.n_known),
                n_known=study.n_treated,
            )
            for study in studies
        ]
        yield Variant(name, label, as_if, model)


def _long_follow_up(rows: list[Row], model: Model, minimum: float) -> Variant:
    name, label = "minimum_follow_up", f"Only groups followed up for {minimum:g} months or more"
    months = [_in_months(row.get("followup_value"), row.get("followup_unit")) for row in rows]
    if months == [None] * len(rows):
        return Variant(name, label, None, model, "No study states how long patients were followed.")
    long = [row for row, m in zip(rows, months, strict=True) if m is not None and m >= minimum]
    if len(long) == len(rows):
        return Variant(name, label, None, model, "Every group was followed up for that long.")
    if not long:
        return Variant(name, label, None, model, "No group is known to be followed up for so long.")
    silent = len({row["study_id"] for row, m in zip(rows, months, strict=True) if m is None})
    said = "1 study does" if silent == 1 else f"{silent} studies do"
    notes = (f"{said} not state the follow-up and can't count here.",) if silent else ()
    return Variant(name, label, study_totals(long), model, notes=notes)


def _in_months(value: Any, unit: Any) -> float | None:
    """None where it is not stated, or in a unit that is not known."""
    try:
        number = finite(float(value))
    except (TypeError, ValueError):
        return None
    months = MONTHS.get(str(unit).strip().lower().removesuffix("s"))
    return None if number is None or months is None else number * months
