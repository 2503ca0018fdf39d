"""What is known about time in an analysis: which rows tell of follow-up, landmarks, person-time.

Light enough for the plan. Landmarks are never mixed with the time points that the analysis counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review import analyses, descriptions, linked
from living_review.analyses import Decided

Cells = Mapping[str, Any]
FOLLOW_UP = {"table": "outcomes", "column": "followup_value", "average": "followup_measure"}
FOLLOW_UP_UNIT = "followup_unit"
FOLLOW_UP_SPREAD = {
    "sd": "followup_sd",
    "q1": "followup_q1",
    "q3": "followup_q3",
    "minimum": "followup_min",
    "maximum": "followup_max",
}
PERSON_TIME, PERSON_TIME_UNIT = "person_time", "person_time_unit"
USUAL_UNIT = "months"


def parts(
    analysis: Mapping[str, Any],
    protocol: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided,
) -> dict[str, Any]:
    """What the course of an analysis is computed from; extracted: as analyses.rows has it.

    Patients who are counted in a larger study of the analysis are not counted again.
    """
    left_out = {
        row["study_id"] for row in analyses.rows(analysis, extracted, known) if row["overlaps"]
    }
    counted = [
        (study, row, marks)
        for study, row, marks in analyses.counted(analysis, extracted, known)
        if row["study_id"] not in left_out
    ]
    arms = {(row["study_id"], row["arm_id"]) for _, row, _ in counted}
    tables = linked.of(extracted)
    could_tell = {
        study_id
        for study_id in analyses.asked(analysis, tables)
        if tables.is_at_full_text(study_id, known.included)
    }
    described = _follow_up(analysis, unit_of_follow_up(protocol), extracted["outcomes"])
    rate = [_in_time(study, row) | marks for study, row, marks in counted]
    return {
        "course": {"id": analysis["id"], "unit": described["unit"]},
        "eligible": sorted(could_tell - set(known.out) - left_out),
        "follow_up": [
            row
            for row in descriptions.rows(described, extracted, known._replace(overlapping=()))
            if (row["study_id"], row["arm_id"]) in arms
        ],
        "landmarks": {
            time_point: analyses.parts(at_landmark(analysis, time_point), extracted, known)
            for time_point in analysis.get("landmarks", ())
        },
        "rate": sorted(rate, key=lambda row: [str(value) for value in row.values()]),
    }


def at_landmark(analysis: Mapping[str, Any], time_point: str) -> dict[str, Any]:
    """The same analysis of another time point."""
    return {**analysis, "where": {**analysis["where"], "time_point": [time_point]}}


def unit_of_follow_up(protocol: Mapping[str, Any]) -> str:
    """The unit in which the protocol would have follow-up described."""
    units = (
        one["unit"]
        for one in protocol.get("descriptions", ())
        if one["column"] == FOLLOW_UP["column"]
    )
    return next(units, USUAL_UNIT)


def _follow_up(analysis: Mapping[str, Any], unit: str, outcomes: Sequence[Cells]) -> dict[str, Any]:
    """Follow-up of the rows of an analysis, as the protocol would describe it."""
    spread = {
        name: column
        for name, column in FOLLOW_UP_SPREAD.items()
        if outcomes and column in outcomes[0]
    }
    return {
        **FOLLOW_UP,
        "unit": unit,
        "unit_column": FOLLOW_UP_UNIT,
        "spread": spread,
        "where": {**analysis["where"], "outcome": [analysis["outcome"]]},
    }


def _in_time(study: Cells, outcome: Cells) -> dict[str, Any]:
    """Events with the time in which they were seen; a codebook may have no column for that."""
    return {
        **{column: study[column] for column in ("study_id", "label", "year")},
        **{column: outcome[column] for column in ("arm_id", "events")},
        "time": outcome.get(PERSON_TIME, ""),
        "unit": outcome.get(PERSON_TIME_UNIT, ""),
    }
