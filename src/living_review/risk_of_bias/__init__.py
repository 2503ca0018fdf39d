"""Risk of bias: tools as YAML, answers of two raters with support, what they agreed on.

No judgement is ever computed here: the overall one is a person's line like every other.
"""

from living_review.risk_of_bias.judgements import (
    Answer,
    Appraisal,
    appraisals,
    items_of_studies,
    overall_of_studies,
    total,
)
from living_review.risk_of_bias.tools import OVERALL, Tool, available, digests, read

__all__ = [
    "OVERALL",
    "Answer",
    "Appraisal",
    "Tool",
    "appraisals",
    "available",
    "digests",
    "items_of_studies",
    "overall_of_studies",
    "read",
    "total",
]
