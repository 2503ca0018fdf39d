"""Amendments and corrections on the page: apart from each other, and from what studies moved."""

import types

import report_cases as cases

from living_review import codebook
from living_review.report import changes, declared, parts

ENTRY = {
    "date": "2027-01-20",
    "version": "2027.01",
    "who": "ann",
    "keys": ["eligibility.adults"],
    "what": "Children <b>count</b>",
    "why": "Many studies mix them.",
    "seeing_data": "after",
}
LINE = {
    "table": "studies",
    "key": "doe",
    "column": "n_patients",
    "old": "40",
    "new": "41",
    "why": "misread",
    "who": "bob",
    "date": "2026-12-01",
}
COLUMN = {"required": False, "vocabulary": None, "values": (), "minimum": None, "maximum": None}
COLUMN |= {"unit": None, "refers_to": None, "help": "", "example": ""}
BOOK = codebook.Codebook(
    {
        "studies": codebook.Table(
            "studies",
            "",
            ("study_id",),
            {
                "study_id": codebook.Column("study_id", "text", **COLUMN),
                "n_patients": codebook.Column("n_patients", "integer", **COLUMN),
            },
        )
    }
)
BEFORE = types.SimpleNamespace(
    version="2026.11",
    protocol_version="2026.11",
    tables={"studies": [{"study_id": "doe", "n_patients": 40}]},
)
NOW = {"studies": [{"study_id": "doe", "n_patients": 41}]}


def page(**found):
    results = cases.full() | {"declared": declared.of_review(**found)}
    return results, changes.part(results)


def test_what_was_declared_since_the_last_version_is_told():
    """An amendment with its reason and keys; a correction with both values; text stays text."""
    _, said = page(entries=[ENTRY], corrections=[LINE], before=BEFORE, extracted=NOW, book=BOOK)
    assert "1 amendment of the protocol since version" in said
    assert "1 value corrected since version" in said
    assert "40 became 41" in said
    assert "decided after the data were seen that it bears on" in said
    assert "<b>" not in said


def test_what_was_declared_before_the_last_version_is_not_told_again():
    """Its amendments stay in the methods; a value that it had already is no news."""
    earlier = ENTRY | {"version": "2026.11"}
    results, said = page(
        entries=[earlier], corrections=[LINE], before=BEFORE, extracted=BEFORE.tables, book=BOOK
    )
    assert "amendment" not in said
    assert "corrected since" not in said
    assert "The protocol was amended once" in parts.PARTS["amendments.md"](results)


def test_no_amendment_is_said():
    """Readers need not guess."""
    none = declared.of_review([], [], None, {}, BOOK)
    assert "No amendment of the protocol is on record" in declared.amended({"declared": none})
