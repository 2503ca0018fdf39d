"""What is told of retractions, concerns and corrections: at the top, and beside each study."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.consequences import CONFLICT, UNDECIDED
from living_review.notices import CONCERN, ERRATUM, RETRACTION, UPDATE
from living_review.report import escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import bullets, div

Row = Mapping[str, Any]


# ---- at the top of the page ------------------------------------------------------------------


def strip(results: Row) -> str:
    """Every included study that was retracted or is under a concern; nothing if none is."""
    concerned = [
        (study, event)
        for study in results["studies"]
        if study["status"] == "included"
        for event in study["events"]
        if event["kind"] == RETRACTION or (event["kind"] == CONCERN and _is_open(event))
    ]
    if not concerned:
        return "\n"
    kinds = {event["kind"] for _, event in concerned}
    named = {
        RETRACTION: "retracted",
        CONCERN: "under an expression of concern",
    }
    title = " or ".join(named[kind] for kind in named if kind in kinds)
    said = [_told(study, event, results) for study, event in concerned]
    return div("callout-important", f"## Included studies {title}", bullets(said)) + "\n"


def _is_open(event: Row) -> bool:
    """Whether a concern has anything to be read at the top: it waits, or took the study out."""
    return event["out"] or event["standing"] in (UNDECIDED, CONFLICT)


def _told(study: Row, event: Row, results: Row) -> str:
    """All on one event of a study: what was done, the notices, where it matters."""
    label = escape.text(study["label"] or study["study_id"])
    kept = event["kind"] == RETRACTION and not event["out"]
    sentences = [
        f"**{label}: {words.KINDS[event['kind']]}{', but kept' * kept}.**",
        done(event),
        f"Notice{'s' * (len(event['notices']) > 1)}: {notices(event)}.",
    ]
    if len(study["reports"]) > 1:
        sentences.append(
            f"This is one of {len(study['reports'])} reports on the study; it counts for the "
            "whole study."
        )
    affected = [
        f"[{escape.text(analysis['title'])}](#{anchor(analysis)})"
        for analysis in results["analyses"]
        if study["study_id"] in {one["study_id"] for one in analysis["synthesis"]["retracted"]}
    ]
    if event["out"]:
        where = "; ".join(affected)
        sentences.append(
            f"Results with and without it: {where}." if where else "No analysis uses it."
        )
    return " ".join(filter(None, sentences))


def done(event: Row) -> str:
    """What became of the study in the analyses, and by whom."""
    standing, place = event["standing"], "In the analyses"
    if event["out"]:
        place = f"Out of the analyses since {escape.text(event['out_since'])}"
    by = _by(event["decisions"])
    if standing == CONFLICT:
        said = f"{place}, by rule of the protocol, while decisions differ: "
        result = said + _differing(event["decisions"])
    elif standing == UNDECIDED and event["kind"] == RETRACTION:
        result = f"{place}, by rule of the protocol; a person can reverse it"
    elif standing == UNDECIDED and event["kind"] == CONCERN:
        result = f"{place} until people have judged it"
    elif standing == UNDECIDED:
        result = "The extraction is to be checked again"
    elif event["kind"] in (ERRATUM, UPDATE):
        result = f"The extraction was checked by {by}"
    elif event["kind"] == RETRACTION and event["out"]:
        result = f"{place}, by rule of the protocol; confirmed by {by}"
    elif event["out"]:
        result = f"{place}, by decision of {by}"
    else:
        result = f"Kept in the analyses by {by}"
    earlier = _differing(event["earlier"])
    if earlier:
        result += f". From before the last notice was seen, and counted no more: {earlier}"
    return f"{result}."


def _by(lines: Iterable[Row]) -> str:
    """Who decided, when and why."""
    return "; ".join(
        f"{escape.text(line['screener'])} on {escape.text(line['time'][:10])}"
        + (f" (“{escape.text(line['reason'])}”)" if line["reason"] else "")
        for line in lines
    )


def _differing(lines: Iterable[Row]) -> str:
    """Who decided what, when and why."""
    return "; ".join(f"{escape.text(line['decision'])} by {_by([line])}" for line in lines)


def notices(event: Row) -> str:
    """The notices with the day on which a search saw each; the publication if none is named."""
    return "; ".join(_notice(one, event) for one in event["notices"])


def _notice(notice: Row, event: Row) -> str:
    seen = f"seen on {escape.text(notice['seen_on'])}"
    cited = notice["citation"] or notice["notice"]
    if cited:
        cited = cited.rstrip(". ") or cited
        return f"{escape.link(cited, escape.address_of(notice['notice']))}, {seen}"
    record = escape.link(event["record_id"], escape.address_of(event["record_id"]))
    return f"none named, marked in the record {record}, {seen}"


# ---- where studies and results stand ---------------------------------------------------------


def badges(study: Row) -> str:
    """What became of a study, in a few words each; "" if nothing did."""
    return " ".join(
        f"[{_badge(event)}]{{.badge .{'alarm' if event['out'] else 'flag'}}}"
        for event in study["events"]
    )


def _badge(event: Row) -> str:
    kind = words.KINDS[event["kind"]]
    if event["kind"] in (ERRATUM, UPDATE):
        checked = event["standing"] not in (UNDECIDED, CONFLICT)
        return f"{kind}, {'checked' if checked else 'extraction to be checked again'}"
    if event["out"]:
        return f"{kind}, out of the analyses"
    if event["standing"] in (UNDECIDED, CONFLICT):
        return f"{kind}, to be judged"
    return f"{kind}, kept by decision"


def of_report(study: Row, report: Row) -> str:
    """What became of one report of a study, to stand behind its citation."""
    events = [event for event in study["events"] if report["record_id"] in event["reports"]]
    kinds = [words.KINDS[event["kind"]] for event in events]
    return f" [{', '.join(kinds)}]{{.badge .flag}}" if kinds else ""


def flags(work: Row) -> str:
    """What became of a work that waits to be read, before its title; "" if nothing did."""
    kinds = [words.KINDS[kind] for kind in work.get("became", ())]
    return f"[{', '.join(kinds)}]{{.badge .flag}} " if kinds else ""
