"""The table of studies, in which each leads to all that is told of it."""

from collections.abc import Mapping
from typing import Any

from living_review.report import anchors, escape, retractions, study_cards, words
from living_review.report.markdown import blocks, cut, table

Row = Mapping[str, Any]

TABLE = "tbl-studies"
HOW_TO_READ = (
    "A study's name leads to what was taken from it: its patients, every value with the place and "
    "the words that it comes from, its risk of bias, its reports."
)


def part(results: Row) -> str:
    """The table, then what each row opens."""
    found = results["studies"]
    if not found:
        return "No study has been extracted yet.\n"
    by = _told_apart_by(results)
    continued = "continues" in results["review"]
    shown, others = cut(found, anchors.MOST)
    known = anchors.of_studies(results)
    head = ["Study", "Year", "Status", "Treatment" if by else "Groups", "Patients", "Results"]
    if continued:
        head.append("In the published review")
    return blocks(
        HOW_TO_READ,
        table(
            "Studies",
            head,
            "lrllrl" + "l" * continued,
            [_row(study, by, known, continued, results) for study in found],
            TABLE,
        ),
        "### What was taken from each study {#each-study}",
        *(study_cards.card(study, results) for study in shown),
        others,
    )


def _told_apart_by(results: Row) -> str:
    """The column of arms by which analyses choose different groups, as the treatment; "" if none.

    It is the first, in the order of the protocol, of which two analyses want different values.
    """
    wanted: dict[str, set[tuple[str, ...]]] = {}
    for analysis in results["analyses"]:
        for column, values in analysis["where"].items():
            wanted.setdefault(column, set()).add(tuple(map(str, values)))
    different = (column for column, sets in wanted.items() if len(sets) > 1)
    return next((column for column in different if column in results["words"]), "")


def _row(study: Row, by: str, known: Mapping[str, str], continued: bool, results: Row) -> list[str]:
    groups = (
        words.words_of(results, by, arm[by]) if arm.get(by) else arm["label"] or arm["arm_id"]
        for arm in study["arms"]
    )
    counted = (
        f"{study_cards.outcome(row, results)}: {_number(row['events'])}/{_number(row['n_known'])}"
        for row in study["outcomes"]
    )
    row = [
        anchors.to_study(study["study_id"], study["label"] or study["study_id"], known),
        escape.text(study["year"]),
        f"{escape.text(study['status'])} {retractions.badges(study)}".rstrip(),
        "; ".join(dict.fromkeys(map(escape.text, groups))) or "not stated",
        _patients(study),
        "; ".join(dict.fromkeys(counted)) or "no outcome extracted",
    ]
    if continued:
        there = study.get("in_index_review") or "unknown"
        row.append(escape.text(words.words_of(results, "in_index_review", there)))
    return row


def _patients(study: Row) -> str:
    """As the study states them, else of its only group; never a sum over groups."""
    stated = study.get("n_patients")
    if stated in (None, "") and len(study["arms"]) == 1:
        stated = study["arms"][0].get("n_patients")
    return _number(stated)


def _number(value: object) -> str:
    return "?" if value in (None, "") else escape.text(value)
