"""What is told of one study: who its patients are, every value with its source, its risk of bias.

A card opens on a click or when a link leads to it, and stands open on paper.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import anchors, escape, overlaps, retractions, words
from living_review.report.markdown import blocks, bullets

Row = Mapping[str, Any]

# What the card shows in another way, or what says how a row was taken.
NOT_TOLD = {
    *("study_id", "arm_id", "outcome", "label", "year", "basis", "status", "out", "checkable"),
    *("reports", "arms", "outcomes", "events"),
    *("source_record", "source_place", "quote", "extracted_by", "extracted_on"),
    *("checked_by", "checked_on"),
}
SOURCE = ("source_record", "source_place", "quote")


def card(study: Row, results: Row) -> str:
    """A block that opens, with the name that links to the study go to within it."""
    name = escape.text(study["label"] or study["study_id"])
    badges = "".join(f" ({words.KINDS[event['kind']]})" for event in study["events"])
    return blocks(
        f'```{{=html}}\n<details class="study">\n<summary>{name}{badges}</summary>\n```',
        f"::: {{#{anchors.study(study['study_id'])} .within}}",
        *_content(study, results),
        ":::",
        "```{=html}\n</details>\n```",
    )


def outcome(row: Row, results: Row) -> str:
    """What a row of outcomes counts."""
    known = results["outcomes"].get(row["outcome"])
    return escape.text(known["label"] if known else row["outcome"])


def report_link(record_id: str) -> str:
    """A record in two words, linked to where it is found; "" if its id has no address."""
    kind, _, name = str(record_id or "").partition(":")
    address = escape.address_of(record_id)
    shown = f"{'PubMed' if kind == 'pmid' else 'doi'} {name}"
    return escape.link(shown, address) if address else ""


def _content(study: Row, results: Row) -> Iterable[str]:
    told: set[tuple[str, ...]] = set()  # a quote that several rows give is shown once
    values = bullets(_value(row, study, results, told) for row in study["outcomes"])
    yield f"{escape.text(study['status']).capitalize()}. {retractions.badges(study)}".rstrip()
    yield bullets(_citations(study))
    yield _characteristics("Study", study, results, told)
    for arm in study["arms"]:
        yield _characteristics(arm["label"] or arm["arm_id"], arm, results, told)
    yield blocks("**Results**", values) if values else "No outcome was extracted."
    yield _risk_of_bias(study, results)
    yield overlaps.of_study(study, results)


def _citations(study: Row) -> Iterable[str]:
    for report in study["reports"]:
        record_id = report.get("record_id") or ""
        cited = escape.text(report.get("citation") or record_id or "no citation")
        where = report_link(record_id) or "no identifier"
        yield f"{cited} {where}{retractions.of_report(study, report)}"


def _characteristics(name: str, row: Row, results: Row, told: set[tuple[str, ...]]) -> str:
    """What a row of studies or arms states, then where that stands if it has not been said."""
    stated = [
        f"{_named(column)}: {_said(column, value, results)}"
        for column, value in row.items()
        if column not in NOT_TOLD and value not in (None, "")
    ]
    source = _source(row, told)
    if not stated and not source:
        return ""
    told_of_it = "; ".join(stated).rstrip(".") or "nothing further stated"
    return f"**{escape.text(name)}.** {told_of_it}.{source}"


def _named(column: str) -> str:
    """A column of the codebook as people say it: n_patients is patients."""
    return escape.text(column.removeprefix("n_").replace("_", " "))


def _said(column: str, value: object, results: Row) -> str:
    if column in results["words"]:
        return escape.text(words.words_of(results, column, value))
    return escape.text(value)


def _value(row: Row, study: Row, results: Row, told: set[tuple[str, ...]]) -> str:
    """An outcome in one line: what, in whom, when, how many, and the words that say so."""
    labels = {arm["arm_id"]: arm["label"] for arm in study["arms"]}
    events, known, treated = (
        "?" if row[name] in (None, "") else escape.text(row[name])
        for name in ("events", "n_known", "n_treated")
    )
    about = [
        escape.text(labels.get(row["arm_id"]) or row["arm_id"]),
        *_when(row, results),
        _lower(_said("basis", row["basis"], results)),
    ]
    source = _source(row, told) or " [The same place and words as above.]{.source}"
    return (
        f"{outcome(row, results)}: {events} of {known} known, {treated} treated "
        f"({'; '.join(filter(None, about))}).{source}"
    )


def _when(row: Row, results: Row) -> Iterable[str]:
    when, *follow_up = (
        _lower(_said(column, row[column], results)) if row.get(column) not in (None, "") else ""
        for column in ("time_point", "followup_measure", "followup_value", "followup_unit")
    )
    yield when
    stated = " ".join(filter(None, follow_up))
    yield f"follow-up: {stated}" if stated else ""


def _lower(said: str) -> str:
    """As within a sentence; what is written in capitals stays."""
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def _source(row: Row, told: set[tuple[str, ...]]) -> str:
    """Record, place and quote of a row, and who read it; "" where the card has just said so."""
    record, place, quote = (str(row.get(name) or "") for name in SOURCE)
    people = [str(row.get(name) or "") for name in ("extracted_by", "checked_by")]
    key = (record, place, quote, *people)
    if not any(key[:3]) or key in told:
        return ""
    told.add(key)
    shown = [
        report_link(record) or escape.text(record),
        escape.text(place),
        f"“{escape.text(quote)}”" if quote else "",
        f"read by {escape.text(people[0])}" if people[0] else "",
        f"checked by {escape.text(people[1])}" if people[1] else "",
    ]
    return f" [{', '.join(filter(None, shown))}]{{.source}}"


def _risk_of_bias(study: Row, results: Row) -> str:
    """Each item's answer and the overall one, by tool; the section on it has what supports them."""
    found = results["risk_of_bias"]
    titles = {tool["id"]: tool["title"] for tool in found["tools"]}
    said = []
    for one in found["studies"]:
        if one["study_id"] != study["study_id"]:
            continue
        answers = [
            f"{escape.text(item['item'])} {escape.text(item['words']) or 'raters differ'}"
            for item in one["items"]
        ]
        overall = one["overall"]["words"] if one["overall"] else "not judged yet"
        said.append(
            f"{escape.text(titles[one['tool']])}: {', '.join(answers)}; overall: "
            f"{escape.text(overall) or 'raters differ'}."
        )
    if not said:
        return "**Risk of bias.** Not judged." if found["tools"] else ""
    return f"[**Risk of bias.**](#risk-of-bias) {' '.join(said)}"
