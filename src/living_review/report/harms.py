"""Harms: which studies report each, as they counted it, and how many do not."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, table

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """A row for each outcome that the protocol calls a harm. Counts of different studies are not
    added up here: they stand for different treatments and times."""
    harms = {name: outcome for name, outcome in results["outcomes"].items() if outcome.get("harm")}
    if not harms:
        return "The protocol names no harm.\n"
    counting = [
        study for study in results["studies"] if study["status"] == "included" and not study["out"]
    ]
    if not counting:
        named = "; ".join(escape.text(outcome["label"]) for outcome in harms.values())
        return f"Looked for: {named}. No study counts yet, so that none can report a harm.\n"
    told = (
        "What is not reported is not absent. Shares stand as each study counted them; where an "
        "analysis pools them, it is linked."
    )
    return blocks(
        told,
        table(
            "Harms",
            ["Harm", "Reported", "As counted in each study", "Analyses"],
            "llll",
            [_harm(name, outcome["label"], counting, results) for name, outcome in harms.items()],
        ),
    )


def _harm(name: str, label: str, counting: Sequence[Row], results: Row) -> list[str]:
    said = {study["study_id"]: _counts(study, name, results) for study in counting}
    n, missing = len(counting), sum(not counts for counts in said.values())
    reported = f"Reported by {n - missing:,} of {words.studies(n)}"
    if missing:
        reported += f"; not reported by {missing:,} of {n:,}"
    return [
        escape.text(label),
        reported,
        "; ".join(
            f"{escape.text(study['label'] or study['study_id'])}: {said[study['study_id']]}"
            for study in counting
            if said[study["study_id"]]
        ),
        "; ".join(
            f"[{escape.text(analysis['title'])}](#{anchor(analysis)})"
            for analysis in results["analyses"]
            if analysis["outcome"] == name
        ),
    ]


def _counts(study: Row, outcome: str, results: Row) -> str:
    """The counts of a study that were read in its full text; "" if it does not report them."""
    labels = {arm["arm_id"]: arm["label"] for arm in study["arms"]}
    return ", ".join(
        f"{escape.text(row['events'])} of {escape.text(row['n_known'])} "
        f"({escape.text(labels.get(row['arm_id']) or row['arm_id'])}, "
        f"{escape.text(words.words_of(results, 'time_point', row['time_point']))})"
        for row in study["outcomes"]
        if row["outcome"] == outcome and row["basis"] == "full_text"
    )
