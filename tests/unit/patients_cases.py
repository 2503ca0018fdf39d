"""Small reviews whose patients are described: tables as they are read, and what follows."""

from collections.abc import Sequence
from typing import Any

from living_review import courses, descriptions
from living_review.analyses import Decided
from living_review.synthesis.averages import describe
from living_review.synthesis.courses import course

AGE = {
    "id": "age",
    "title": "Age at treatment",
    "table": "arms",
    "column": "age",
    "average": "age_average",
    "unit": "years",
    "spread": {"sd": "age_sd", "minimum": "age_min", "maximum": "age_max"},
    "where": {"modality": ["re_ablation"]},
}
FOLLOW_UP = {
    "id": "follow_up",
    "title": "Follow-up",
    "table": "outcomes",
    "column": "followup_value",
    "average": "followup_measure",
    "unit": "months",
    "unit_column": "followup_unit",
    "where": {"modality": ["re_ablation"], "time_point": ["last_follow_up"]},
}
RECURRENCE = {
    "id": "recurrence_after_re_ablation",
    "title": "Recurrence after repeated ablation",
    "outcome": "recurrence",
    "where": {"modality": ["re_ablation"], "time_point": ["last_follow_up"]},
    "landmarks": ["month_12", "month_36"],
    "model": {"measure": "PLO", "method": "REML", "test": "adhoc"},
}


def study(key: str, **cells: Any) -> dict[str, Any]:
    label = f"{key.capitalize()} 2020"
    return {"study_id": key, "label": label, "year": 2020, "in_index_review": "no", **cells}


def arm(key: str, arm_id: str = "a", **cells: Any) -> dict[str, Any]:
    spread = dict.fromkeys(("age_sd", "age_min", "age_max"), "")
    return {
        "study_id": key,
        "arm_id": arm_id,
        "label": "Repeated ablation",
        "modality": "re_ablation",
        "n_patients": 20,
        "age": "",
        "age_average": "",
        **spread,
        "basis": "full_text",
        **cells,
    }


def outcome(key: str, events: int, arm_id: str = "a", **cells: Any) -> dict[str, Any]:
    return {
        "study_id": key,
        "arm_id": arm_id,
        "outcome": "recurrence",
        "n_treated": 20,
        "n_known": 20,
        "events": events,
        "time_point": "last_follow_up",
        "followup_measure": "",
        "followup_value": "",
        "followup_min": "",
        "followup_max": "",
        "followup_unit": "",
        "person_time": "",
        "person_time_unit": "",
        "basis": "full_text",
        "quote": "invented",
        **cells,
    }


def tables(
    arms: Sequence[dict[str, Any]], outcomes: Sequence[dict[str, Any]] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Tables of studies that each have a report, pmid:<its place in the alphabet>."""
    keys = sorted({row["study_id"] for row in arms})
    return {
        "studies": [study(key) for key in keys],
        "reports": [
            {"study_id": key, "record_id": f"pmid:{at}"} for at, key in enumerate(keys, start=1)
        ],
        "arms": list(arms),
        "outcomes": list(outcomes),
    }


def all_included(extracted: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {report["record_id"] for report in extracted["reports"]}


def described(description: dict[str, Any], extracted: Any, out: Sequence[str] = ()) -> Any:
    """The result of a description of studies that are all included."""
    rows = descriptions.rows(description, extracted, Decided(all_included(extracted), out))
    return describe(rows, description["unit"])


def followed(
    extracted: Any,
    analysis: dict[str, Any] = RECURRENCE,
    included: Sequence[str] | None = None,
    **protocol: Any,
) -> Any:
    """The course of an analysis of studies that are all included, unless some are named."""
    read = all_included(extracted) if included is None else included
    return course(courses.parts(analysis, protocol, extracted, Decided(read)))


def hostile_descriptions(texts: Sequence[str]) -> list[dict[str, Any]]:
    """A description in the words of each text."""
    return [{**AGE, "id": f"d{at}", "title": text, "unit": text} for at, text in enumerate(texts)]


def hostile_described(texts: Sequence[str]) -> dict[str, Any]:
    """Results of them: each kind of average, too few and enough, of studies named so."""
    kinds = ("mean", "median", "minimum", texts[0], "")
    found = {}
    for at, text in enumerate(texts):
        arms = [
            arm(f"s{n}", label=text, age=50 + n, age_average=kinds[n % (at % 5 + 1)], age_sd=9)
            for n in range(at * 3)
        ]
        extracted = tables([*arms, arm("twice", label=text)])
        for row in extracted["studies"]:
            row["label"] = text
        found[f"d{at}"] = described({**AGE, "unit": text}, extracted, out=["s1"])
    return found


def hostile_courses(texts: Sequence[str], analyses: Sequence[str]) -> dict[str, Any]:
    """Courses of analyses with everything in them, or nothing."""
    keys = [f"s{n}" for n in range(8)]
    told = {"followup_value": 9, "followup_unit": "months", "person_time_unit": "years"}
    outcomes = [
        outcome(key, n, time_point=time, followup_measure=text, person_time=10 + n, **told)
        for n, (key, text) in enumerate(zip(keys, texts, strict=False))
        for time in ("last_follow_up", texts[2])
    ]
    extracted = tables([arm(key, label=texts[1]) for key in keys], outcomes)
    full = followed(extracted, {**RECURRENCE, "landmarks": [texts[2], texts[7]]})
    empty = followed(tables([arm("doe")]), RECURRENCE, included=[])
    return {name: empty if at else full for at, name in enumerate(analyses)}
