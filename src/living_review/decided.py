"""What people decided about studies and what became of them, as far as it bears on an analysis."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review import companions, consequences, ledgers, overlap, risk_of_bias, screening
from living_review.analyses import Decided


def read(
    protocol: Mapping[str, Any], extracted: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Decided:
    """From the ledgers and tables of the review in this folder; nothing that a search derives."""
    return Decided(
        screening.included_records(ledgers.read("screening"), protocol["screening"]),
        consequences.out(extracted["reports"], consequences.read()),
        overlap.overlapping(extracted["studies"], ledgers.read("overlap")),
        _risk_of_bias(protocol["outcomes"]),
    )


def _risk_of_bias(outcomes: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    lines = companions.read("risk_of_bias")
    if not lines:
        return {}
    tools = risk_of_bias.read()
    judged = risk_of_bias.appraisals(lines, tools)
    return {
        outcome: risk_of_bias.overall_of_studies(judged, tools, outcome) for outcome in outcomes
    }
