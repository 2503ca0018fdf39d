"""Reports that were read in full and left out, and studies that are still awaited."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape, flow, words
from living_review.report.markdown import blocks, bullets

Row = Mapping[str, Any]

# What each reason of screening.AWAITING leaves open, in the order in which readers ask.
AWAITED = {
    "ongoing_study": ("ongoing study", "ongoing studies"),
    "awaiting_classification": ("study", "studies"),
    "report_not_retrieved": ("report", "reports"),
}
WHY = {
    "ongoing_study": "whose results are awaited",
    "awaiting_classification": "of which more has to be known before people can decide",
    "report_not_retrieved": "not retrieved yet",
}


def excluded(results: Row) -> str:
    """Each report that people left out after its full text, by the reason that they gave."""
    counts = results["flow"]
    if not counts["recorded"]:
        return "No record of this review has come in, so that none was left out.\n"
    reasons = blocks(*flow.ineligible(counts))
    return reasons if reasons.strip() else "No report was left out after its full text yet.\n"


def awaited(results: Row) -> str:
    """Works about which nobody can decide yet, by what they wait for."""
    works = results["waiting"]["lists"]["awaiting"]
    told = [
        blocks(f"**{words.counted(len(found), *named)} {WHY[reason]}**", bullets(map(_work, found)))
        for reason, named in AWAITED.items()
        if (found := [work for work in works if work["awaiting"] == reason])
    ]
    if not any(work["awaiting"] == "ongoing_study" for work in works):
        told.insert(0, "No ongoing study is known to this review.")
    return blocks(*told)


def _work(work: Row) -> str:
    title = work.get("title") or work.get("record_id") or "untitled"
    cited = ", ".join(filter(None, (work.get("journal"), str(work.get("year") or ""))))
    linked = escape.link(title, escape.address_of(work.get("record_id") or ""))
    return f"{linked} ({escape.text(cited)})" if cited else linked
