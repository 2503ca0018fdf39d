"""What became of publications, as the page shows it: by study, by record, and what waits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review import consequences
from living_review.consequences import CONFLICT, UNDECIDED, Finding
from living_review.ledgers import Line
from living_review.notices import CONCERN, ERRATUM, RETRACTION, UPDATE

Row = Mapping[str, Any]

# The list in which an event waits as long as nobody decided about it.
_WAITS = {
    RETRACTION: "retractions",
    CONCERN: "concerns",
    ERRATUM: "corrections",
    UPDATE: "corrections",
}
LISTS = (*dict.fromkeys(_WAITS.values()), "event_conflicts", "unmet_decisions")
DONE_BY_RULE = ("retractions",)  # a person may look at them; nothing has to wait for it
LOUD = (RETRACTION, CONCERN)  # what a person who is about to read a record has to know
_OF_LINE = ("screener", "decision", "reason", "time")


def of_studies(
    reports: Iterable[Row], found: Iterable[Finding]
) -> Mapping[str, Sequence[dict[str, Any]]]:
    """A row for each finding that concerns a study, by study.

    reports: ids of those of its reports that the finding is about. decisions count; earlier ones
    are from before the last notice was seen.
    """
    reports = list(reports)
    return {
        study_id: [_row(one, reports, study_id) for one in concern]
        for study_id, concern in consequences.of_studies(reports, found).items()
    }


def _row(finding: Finding, reports: Iterable[Row], study_id: str) -> dict[str, Any]:
    return {
        "record_id": finding.record_id,
        "kind": finding.kind,
        "title": finding.title,
        "notices": [notice._asdict() for notice in finding.notices],
        "standing": finding.standing,
        "out": finding.out,
        "out_since": finding.out_since,
        "decisions": [_line(line) for line in finding.lines],
        "earlier": [_line(line) for line in finding.earlier],
        "reports": sorted(
            report["record_id"]
            for report in reports
            if report["study_id"] == study_id and finding.names(report["record_id"])
        ),
    }


def _line(line: Line) -> dict[str, str]:
    return {column: line[column] for column in _OF_LINE}


def waiting(studies: Iterable[Row], unmet: Iterable[Line]) -> dict[str, list[dict[str, Any]]]:
    """LISTS of what people have to look at; studies: with their events. unmet: lines about events
    that nobody saw."""
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for study in studies:
        for event in study["events"]:
            if name := _list(event):
                row = {"study_id": study["study_id"], "label": study["label"], **event}
                lists[name].append(row)
    lists["unmet_decisions"] = [
        {"id": line["id"], "record_id": line["record_id"], "event": line["event"]} | _line(line)
        for line in unmet
    ]
    return lists


def _list(event: Row) -> str:
    """The list in which an event of a study waits; "" if people decided about it."""
    if event["standing"] == CONFLICT:
        return "event_conflicts"
    return _WAITS[event["kind"]] if event["standing"] == UNDECIDED else ""


def flagged(works: Iterable[Row], found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Works that wait, with the kinds of what became of any record of theirs under `became`."""
    loud = [one for one in found if one.kind in LOUD]
    return [dict(work) | _became(work, loud) for work in works]


def _became(work: Row, loud: Iterable[Finding]) -> dict[str, Any]:
    doi = f"doi:{work['doi']}" if work.get("doi") else ""
    ids = [work.get("record_id") or "", *work.get("other_records", ()), doi]
    kinds = sorted({one.kind for one in loud if any(map(one.names, ids))})
    return {"became": kinds} if kinds else {}
