"""What of the extraction tables waits: rows to check against their source, studies to read."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import cut, details, table
from living_review.todo import tasks

Row = Mapping[str, Any]


def verify(rows: Sequence[Row]) -> str:
    """Rows that a second person has to check; nothing where there is none."""
    if not rows:
        return ""
    heading = f"{words.counted(len(rows), 'row')} to be checked by a second person"
    shown, others = cut(rows)
    return details(
        heading,
        "They were read in the full text by one person. Who compares a row with its source enters "
        "checked_by and checked_on.",
        table(
            heading,
            ["Study", "Table", "Row", "Read by", "For whom"],
            "lllll",
            [
                [
                    escape.text(row["label"] or row["study_id"]),
                    escape.text(row["table"]),
                    escape.text(row["row"] or row["study_id"]),
                    escape.text(row["extracted_by"]),
                    escape.text(tasks.for_whom("verify", row, {}, ())),
                ]
                for row in shown
            ],
        ),
        others,
    )


def provisional(studies: Sequence[Row]) -> str:
    """Studies that nobody has read in full yet; nothing where there is none."""
    if not studies:
        return ""
    heading = f"{words.counted(len(studies), 'study', 'studies')} known in part from abstracts only"
    shown, others = cut(studies)
    return details(
        heading,
        "Nothing of an abstract enters a main estimate. A study counts when people included it on "
        "its full text and its rows were read there.",
        table(
            heading,
            ["Study", "Included on the full text", "Rows", "Of them not read there"],
            "llrr",
            [
                [
                    escape.text(study["label"] or study["study_id"]),
                    "yes" if study["included"] else "not yet",
                    escape.text(study["rows"]),
                    escape.text(study["unread"]),
                ]
                for study in shown
            ],
        ),
        others,
    )
