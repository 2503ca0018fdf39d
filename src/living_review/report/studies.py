"""The section on studies: who they are, every value with its source."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import escape, retractions, words
from living_review.report.markdown import blocks, bullets, details, table

Row = Mapping[str, Any]

STATUS = {"included": "included", "provisional": "provisional"}


def part(results: Row) -> str:
    """Every study, and every value with the place that it comes from."""
    found = results["studies"]
    if not found:
        return "No study has been extracted yet.\n"
    return blocks(
        table(
            "Studies",
            ["Study", "Year", "Status", "In the published review", "Groups", "Results", "Reports"],
            "lrlllll",
            [_study(study, results) for study in found],
            "tbl-studies",
        ),
        details(
            "Every report",
            bullets(cited for study in found for cited in _citations(study)),
        )
        if any(study["reports"] for study in found)
        else "",
        details(
            "Every value, with the place and the words it comes from",
            table(
                "Every value with its source",
                ["Study", "Group", "Outcome", "Events / known / treated", "When", "Basis", "Place"],
                "lllrlll",
                [row for study in found for row in _values(study, results)],
            ),
        )
        if any(study["outcomes"] for study in found)
        else "",
    )


def _study(study: Row, results: Row) -> list[str]:
    arms = "; ".join(
        escape.text(arm["label"] or arm["arm_id"]) + _patients(arm.get("n_patients"))
        for arm in study["arms"]
    )
    counted = "; ".join(
        f"{_outcome(row, results['outcomes'])}: {_number(row['events'])}/{_number(row['n_known'])}"
        for row in study["outcomes"]
    )
    reports = ", ".join(dict.fromkeys(_report(report) for report in study["reports"]))
    return [
        escape.text(study["label"] or study["study_id"]),
        escape.text(study["year"]),
        f"{STATUS[study['status']]} {retractions.badges(study)}".rstrip(),
        escape.text(
            words.words_of(
                results,
                "in_index_review",
                study.get("in_index_review") or "unknown",
            )
        ),
        arms or "not stated",
        counted or "no outcome extracted",
        reports or "not stated",
    ]


def _values(study: Row, results: Row) -> Iterable[list[str]]:
    outcomes = results["outcomes"]
    labels = {arm["arm_id"]: arm["label"] for arm in study["arms"]}
    for row in study["outcomes"]:
        quote = escape.text(row.get("quote"))
        place = escape.text(row.get("source_place"))
        source = escape.link(row.get("source_record"), escape.address_of(row.get("source_record")))
        when, *follow_up = (
            escape.text(words.words_of(results, part, row[part])) if _stated(row, part) else ""
            for part in ("time_point", "followup_measure", "followup_value", "followup_unit")
        )
        yield [
            escape.text(study["label"] or study["study_id"]),
            escape.text(labels.get(row["arm_id"]) or row["arm_id"]),
            _outcome(row, outcomes),
            " / ".join(_number(row[name]) for name in ("events", "n_known", "n_treated")),
            "; ".join(part for part in (when, " ".join(filter(None, follow_up))) if part),
            escape.text(words.words_of(results, "basis", row["basis"])),
            "; ".join(part for part in (source, place, f"“{quote}”" if quote else "") if part),
        ]


def _outcome(row: Row, outcomes: Row) -> str:
    known = outcomes.get(row["outcome"])
    return escape.text(known["label"] if known else row["outcome"])


def _number(value: object) -> str:
    return "?" if value in (None, "") else escape.text(value)


def _stated(row: Row, column: str) -> bool:
    return row.get(column) not in (None, "")


def _patients(n: object) -> str:
    return "" if n in (None, "") else f" (n\u00a0=\u00a0{escape.text(n)})"


def _report(report: Row) -> str:
    """A report in two words: where it is found."""
    record_id = report.get("record_id") or ""
    kind, _, name = record_id.partition(":")
    address = escape.address_of(record_id)
    if not address:
        return "no identifier"
    return escape.link(f"{'PubMed' if kind == 'pmid' else 'doi'} {name}", address)


def _citations(study: Row) -> Iterable[str]:
    for report in study["reports"]:
        cited = report.get("citation") or report.get("record_id") or "no citation"
        linked = escape.link(cited, escape.address_of(report.get("record_id") or ""))
        became = retractions.of_report(study, report)
        yield f"{escape.text(study['label'] or study['study_id'])}: {linked}{became}"
