"""How the review is made: protocol, eligibility, people."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, div

Row = Mapping[str, Any]

STAGES = {"title_abstract": "title and abstract", "full_text": "full text"}


def warnings(results: Row) -> str:
    """What is wrong with this page; nothing if nothing is."""
    found = results["warnings"]
    if not found:
        return "\n"
    return (
        div("callout-important", "## Read with care", bullets(escape.text(line) for line in found))
        + "\n"
    )


def protocol(results: Row) -> str:
    """The question in its four parts, and who decides what."""
    pico = results["review"]["pico"]
    required = results["screening"]["screeners_required"]
    stages = [
        f"{words.counted(required[stage], 'person', 'people')} by {STAGES[stage]}"
        for stage in results["screening"]["stages"]
    ]
    return blocks(
        f"**Question.** {escape.text(results['review']['question'])}",
        bullets(
            f"**{name.capitalize()}:** {escape.text(pico[name])}"
            for name in ("population", "intervention", "comparison", "outcomes")
        ),
        f"**Screening.** Each record is judged by {', then '.join(stages)}. "
        "A judgement made while the review was set up is none of these.",
        f"**Registration.** {escape.text(results['review'].get('registration') or 'Not stated.')}",
    )


def eligibility(results: Row) -> str:
    """What was decided about which studies belong here, and what is still open."""
    rules = results["eligibility"]
    decided = [
        f"**{escape.text(rule['topic'])}.** {escape.text(rule['rule'])}"
        for rule in rules
        if rule.get("rule")
    ]
    asked = [
        f"**{escape.text(rule['topic'])}.** {escape.text(rule['question'])}"
        for rule in rules
        if rule.get("question")
    ]
    reasons = [escape.text(reason) for reason in results["screening"]["reasons"].values()]
    return blocks(
        "#### Decided" if decided else "No rule of eligibility has been decided yet.",
        bullets(decided),
        "#### Open questions to the review team {#questions}"
        if asked
        else "No question of eligibility is open.",
        bullets(asked),
        "#### Reasons for exclusion, in order" if reasons else "",
        "\n".join(f"{place}. {reason}" for place, reason in enumerate(reasons, 1)),
    )


def retractions(results: Row) -> str:
    """How retractions are found, what is done then, and which studies can't be checked."""
    return (
        " ".join(
            (
                "**Retractions and corrections.** Each search asks Medline anew about every report "
                "of a study that has a PMID or a DOI.",
                "" if results["runs"] else "No search has done so yet.",
                "A study is out of all analyses as soon as a report of it is retracted, by rule of "
                "the protocol; its results are shown with and without it, and a person can reverse "
                "it with a reason. An expression of concern is flagged and waits to be judged. "
                "After an erratum or an update the extraction is checked again.",
                *_unchecked(results),
            )
        ).replace("  ", " ")
        + "\n"
    )


def _unchecked(results: Row) -> Iterable[str]:
    studies = results["studies"]
    without = [study for study in studies if not study["checkable"]]
    if without:
        yield (
            f"{len(without):,} of {words.studies(len(studies))} can't be checked, since no report "
            f"of theirs has a PMID or a DOI: {_labels(without)}."
        )
    absent = [study for study in studies if study["checkable"] and _is_absent(study, results)]
    if absent:
        yield f"Medline has no record of {words.studies(len(absent))}: {_labels(absent)}."
    continues = results["review"].get("continues")
    if continues:
        known = sum(study.get("in_index_review") == "yes" for study in studies)
        n = words.studies(continues["studies"])
        if not known:
            yield (
                f"The {n} of the published review are not known by name here, so that none of "
                "them can be checked."
            )
        elif known < continues["studies"]:
            yield (
                f"Of the {n} of the published review {known:,} are known by name here; the others "
                "can't be checked."
            )


def _is_absent(study: Row, results: Row) -> bool:
    """Whether the last search found none of the reports of a study in Medline."""
    if not results["runs"]:
        return False
    absent = set(results["runs"][-1]["recall"]["not_in_medline"])
    ids = {report["record_id"] for report in study["reports"] if report["record_id"]}
    return all(one in absent or one.startswith("rec:") for one in ids)


def _labels(studies: Iterable[Row]) -> str:
    return "; ".join(escape.text(study["label"] or study["study_id"]) for study in studies)
