"""What people decided about records, and which records they may want to look at next.

Verdicts, which the page is made of, are read here; ranking, agreement and stopping by module.
"""

from importlib import import_module
from typing import Any

from living_review.screening.verdicts import (
    AWAITING,
    DECISIONS,
    SETTLED,
    Place,
    Standing,
    Verdict,
    included_records,
    included_studies,
    lines_by_work,
    parts,
    place,
    verdict,
)

__all__ = [
    "AWAITING",
    "DECISIONS",
    "SETTLED",
    "Place",
    "Standing",
    "Verdict",
    "included_records",
    "included_studies",
    "lines_by_work",
    "parts",
    "place",
    "rank",
    "verdict",
]


def __getattr__(name: str) -> Any:
    """`rank`, imported only when it is asked for.

    Not by an import statement: names.code would take scikit-learn and the ranking for code of
    everything that reads verdicts, and a change of them would make another page.
    """
    if name == "rank":
        return import_module("living_review.screening.ranking").rank
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
