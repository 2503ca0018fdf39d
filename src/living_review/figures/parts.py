"""What the figures of an analysis are drawn from, beside its synthesis."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review import analyses, companions, risk_of_bias
from living_review.figures import bias
from living_review.risk_of_bias import plain

Row = Mapping[str, Any]


def judgements() -> dict[str, Any]:
    """What people judged about the studies of the review in this folder, as the page has it."""
    lines = companions.read("risk_of_bias")
    tools = risk_of_bias.read() if lines else {}
    return plain.of_review(risk_of_bias.appraisals(lines, tools), tools, None)


def parts(
    analysis: Row, protocol: Row, rows: Iterable[Row], found: Row, vocabulary_of: Mapping[str, str]
) -> dict[str, Any]:
    """Words, and of the judgements those that bear on the analysis.

    rows: of the analysis, as analyses.rows has them; found: judgements; vocabulary_of: the
    vocabulary of each column that has one.
    """
    study_ids = {row["study_id"] for row in rows}
    return {
        "words": words(analysis, protocol, vocabulary_of),
        "judged": bias.bearing(found, analysis["outcome"], study_ids),
    }


def words(analysis: Row, protocol: Row, vocabulary_of: Mapping[str, str]) -> dict[str, Any]:
    """The words on the figures, and whether studies can be new to a published review."""
    return {
        "title": analysis["title"],
        "xlabel": protocol["outcomes"][analysis["outcome"]]["label"],
        "continues": "continues" in protocol["review"],
        "groups": {
            column: protocol["vocabularies"].get(vocabulary_of.get(column, ""), {})
            for column in analyses.grouped_by(analysis)
        },
    }
