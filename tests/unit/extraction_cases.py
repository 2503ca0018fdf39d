"""A small review whose tables are right, in a folder, for tests of what lies beside its tables."""

from test_codebook_read import CODEBOOK, PROTOCOL
from test_extraction_check import ARM, OUTCOME, REPORT, SOURCE, STUDY

from living_review import codebook

SHARE = {
    "studies": [STUDY, STUDY | {"study_id": "jones_2010", "label": "Jones 2010"}],
    "reports": [
        REPORT,
        REPORT | {"study_id": "jones_2010", "record_id": "pmid:2", "citation": "J"},
    ],
    "arms": [ARM, ARM | {"arm_id": "ne", "label": "Nephrectomy", "modality": "nephrectomy"}],
    "outcomes": [OUTCOME, OUTCOME | {"outcome": "died", "events": "2"}],
}
ROW = "smith_2005 | ra | recurrence | last_follow_up"


def book(folder):
    path = folder / "codebook.yaml"
    path.write_text(CODEBOOK)
    return codebook.read(path, PROTOCOL)


def tables(**changes):
    """The rows of each table; changes: other rows of a table."""
    return {name: [dict(row) for row in rows] for name, rows in (SHARE | changes).items()}


__all__ = ["PROTOCOL", "ROW", "SHARE", "SOURCE", "book", "tables"]
