"""What became of an analysis's patients over time: follow-up, landmarks, events in person-time."""

from collections.abc import Mapping
from typing import Any

from living_review.synthesis.averages import describe
from living_review.synthesis.person_time import pooled_rate
from living_review.synthesis.pooling import pool


def course(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The course of one analysis, ready for JSON.

    parts: as courses.parts has them. n: the included studies that could have reported the outcome.
    follow_up: as averages.describe has it, of the rows that the analysis counts. landmarks: for
    each time point its synthesis, as `pool` has it. rate: as person_time.pooled_rate has it.
    """
    n = len(parts["eligible"])
    unit = parts["course"]["unit"]
    return {
        "analysis": parts["course"]["id"],
        "n": n,
        "follow_up": describe(parts["follow_up"], unit),
        "landmarks": [
            {"time_point": time_point, "synthesis": pool(there["rows"], there["analysis"])}
            for time_point, there in parts["landmarks"].items()
        ],
        "rate": {"n": n, **pooled_rate(parts["rate"])},
    }
