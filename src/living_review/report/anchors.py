"""Where on the page an analysis, a study or a result of one stands: the names that links go to."""

import re
from collections.abc import Mapping
from typing import Any

from living_review import files
from living_review.report import escape

MOST = 2000  # studies that a page tells all of; of the others it has the line in the table
_PLAIN = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def study(study_id: str) -> str:
    """One name a study, whatever its id contains; the id itself where it is plain."""
    if _PLAIN.fullmatch(study_id):
        return f"study-{study_id.replace('_', '-')}"
    return f"study-x{files.digest(study_id.encode())[:12]}"


def of_studies(results: Mapping[str, Any]) -> dict[str, str]:
    """{study_id: name} of the studies that the page tells all of."""
    return {one["study_id"]: study(one["study_id"]) for one in results["studies"][:MOST]}


def to_study(study_id: str, words: object, known: Mapping[str, str]) -> str:
    """The words, linked to what the page tells of the study; the words alone if it does not."""
    shown = escape.text(words)
    return f"[{shown}](#{known[study_id]})" if study_id in known else shown
