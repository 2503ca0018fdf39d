"""A living systematic review: from what was searched, decided and extracted to the page.

Every result is called after the content that it is computed from (living_review.names), so that
a rule has only those to make that no file bears the name of. `all` asks for every current name.
"""

import atexit
import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from living_review import files, job, lost_rows, recall, syntax
from living_review.errors import ReviewError
from living_review.report import shown
from living_review.why import computed


include: "workflow/rules/common.smk"
include: "workflow/rules/records.smk"
include: "workflow/rules/dedup.smk"
include: "workflow/rules/screening.smk"
include: "workflow/rules/extraction.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/patients.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/search.smk"


rule all:
    default_target: True
    input:
        [ancient(path) for name in PLAN.names for path in name.paths],
        SHOWN,
    message:
        "All that this checkout calls for is there"
