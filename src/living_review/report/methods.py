"""How the review is made: protocol, eligibility, people."""

from collections.abc import Mapping
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
        div("callout-warning", "## Read with care", bullets(escape.text(line) for line in found))
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
        "### Decided" if decided else "No rule of eligibility has been decided yet.",
        bullets(decided),
        "### Open questions to the review team {#questions}"
        if asked
        else "No question of eligibility is open.",
        bullets(asked),
        "### Reasons for exclusion, in order" if reasons else "",
        "\n".join(f"{place}. {reason}" for place, reason in enumerate(reasons, 1)),
    )


def about(results: Row) -> str:
    """Who answers for the review; what is not stated is said to be so."""
    review = results["review"]
    team = [
        f"{escape.text(one['id'])}: {escape.text(one['role'])}" for one in review.get("team", ())
    ]
    return blocks(
        f"**Contact.** {escape.text(review.get('contact') or 'Not stated.')}",
        f"**Funding.** {escape.text(review.get('funding') or 'Not stated.')}",
        f"**Competing interests.** {escape.text(review.get('interests') or 'Not stated.')}",
        f"**Licence.** {escape.text(review['licence'])}",
        "**Team.**" if team else "**Team.** Not stated.",
        bullets(team),
    )
