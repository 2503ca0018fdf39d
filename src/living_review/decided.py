"""What people decided about studies and what became of them, as far as it bears on an analysis."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from living_review import companions, consequences, ledgers, overlap, risk_of_bias, screening


class Decided(NamedTuple):
    """In the order in which analyses.rows takes it."""

    included: set[str]  # records that people included at full text
    out: set[str]  # studies that are out after a retraction or concern
    overlapping: set[frozenset[str]]  # pairs of studies of which only the larger counts
    risk_of_bias: Mapping[str, Mapping[str, str]]  # outcome: {study: what people judged overall}


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
