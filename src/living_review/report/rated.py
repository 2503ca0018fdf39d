"""The certainty of each result: its figures, its code, and what people judged about it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review import analyses
from living_review.certainty import figures, ledger
from living_review.certainty import ratings as judged
from living_review.ledgers import Line

Row = Mapping[str, Any]

# Every number says itself how certain it is, or that nobody rated it: no page waits for that.
SHOWN_BESIDE = ("ratings",)


def of_analyses(
    config: Row,
    tables: Mapping[str, Sequence[Row]],
    syntheses: Mapping[str, Row],
    studies: Iterable[Row],
    lines: Sequence[Line],
    bias_by_outcome: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, Any]]:
    """By analysis: starting_level, thresholds, figures, code and rating.

    studies: with status and out, as results.collect has them. lines: of the ledger `grade`.
    bias_by_outcome: outcome -> study_id -> what people judged the risk of bias to be overall.
    figures is None and code "" where no included study has a known outcome: published totals are
    not rated.
    """
    counted = {one["study_id"] for one in studies if one["status"] == "included" and not one["out"]}
    start = ledger.starting_level(config)
    found = {}
    for analysis in config["analyses"]:
        thresholds = config["outcomes"][analysis["outcome"]].get("thresholds", ())
        bias = bias_by_outcome.get(analysis["outcome"], {})
        rests_on = _figures(analysis, tables, syntheses[analysis["id"]], counted, thresholds, bias)
        code = figures.code(rests_on) if rests_on else ""
        found[analysis["id"]] = {
            "starting_level": start,
            "thresholds": sorted(thresholds),
            "figures": rests_on,
            "code": code,
            "rating": judged.of_result(lines, analysis["id"], code),
        }
    return found


def _figures(
    analysis: Row,
    tables: Mapping[str, Sequence[Row]],
    synthesis: Row,
    counted: set[str],
    thresholds: Sequence[float],
    bias: Mapping[str, str],
) -> dict[str, Any] | None:
    main = synthesis["main"]
    if not main["n_known"]:
        return None
    pooled = {study["study_id"] for study in main["studies"]}
    asked = counted & analyses.asked(analysis, tables)
    rows = [row for _, row in analyses.described(analysis, tables) if row["basis"] == "full_text"]
    return figures.of_synthesis(
        synthesis,
        thresholds=thresholds,
        judged=bias,
        direct=analysis.get("direct"),
        rows=[row for row in rows if row["study_id"] in pooled],
        asked=asked,
        reported={row["study_id"] for row in rows if row["n_known"]},
    )


def waiting(asked: Iterable[Row], found: Mapping[str, Row]) -> dict[str, list[dict[str, Any]]]:
    """Results whose certainty is to be rated (ratings), or is in dispute (rating_conflicts)."""
    lists: dict[str, list[dict[str, Any]]] = {"ratings": [], "rating_conflicts": []}
    for analysis in asked:
        certain = found[analysis["id"]]
        rating = certain["rating"]
        row = {"id": analysis["id"], "title": analysis["title"], "code": certain["code"]}
        if certain["code"] and rating["state"] in judged.WAITS:
            lists["ratings"].append(row | {"state": rating["state"]})
        elif certain["code"] and rating["state"] == judged.CONFLICT:
            lists["rating_conflicts"].append(row | {"differ": rating["differ"]})
    return lists
