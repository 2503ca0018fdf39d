"""What is known of each harm that the protocol declares, and how many studies are silent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.analyses import FULL_TEXT

Row = Mapping[str, Any]


def lines(
    outcomes: Mapping[str, Row], studies: Sequence[Row], analyses: Iterable[Row]
) -> list[dict[str, Any]]:
    """A line for each outcome of the protocol that is a harm, in its order.

    studies: with status, out, arms and outcomes, as report.results has them; those count that
    people included on a full text and that are not out. n: these studies; k: those of them that
    report the harm in the full text. reported: what each of their groups reports. analyses: ids of
    the analyses of the harm.
    """
    counted = [study for study in studies if study["status"] == "included" and not study["out"]]
    analysed = list(analyses)
    return [
        {
            "outcome": key,
            "label": outcome["label"],
            "definition": outcome["definition"],
            "n": len(counted),
            "k": sum(any(True for _ in _reported(study, key)) for study in counted),
            "reported": [line for study in counted for line in _reported(study, key)],
            "analyses": [one["id"] for one in analysed if one["outcome"] == key],
        }
        for key, outcome in outcomes.items()
        if outcome.get("harm")
    ]


def _reported(study: Row, outcome: str) -> Iterable[dict[str, Any]]:
    """What the groups of a study report, as the full text has it."""
    groups = {arm["arm_id"]: arm.get("label") for arm in study["arms"]}
    for row in study["outcomes"]:
        if row["outcome"] == outcome and row["basis"] == FULL_TEXT:
            yield {
                "study_id": study["study_id"],
                "study": study["label"] or study["study_id"],
                "group": groups.get(row["arm_id"]) or row["arm_id"],
                **{name: row[name] for name in ("events", "n_known", "n_treated", "time_point")},
            }
