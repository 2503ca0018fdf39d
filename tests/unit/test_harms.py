"""Every harm that the protocol declares has a line, also while nobody reports it."""

import pytest

from living_review import harms

OUTCOMES = {
    "recurrence": {"label": "Recurrence", "definition": "d"},
    "severe": {"label": "Severe complications", "definition": "Grade III or more", "harm": True},
    "minor": {"label": "Minor", "definition": "d", "harm": False},
}


def study(key, *outcomes, status="included", out=False, basis="full_text"):
    rows = [
        {
            "arm_id": "a",
            "outcome": outcome,
            "events": 2,
            "n_known": 9,
            "n_treated": 10,
            "time_point": "last_follow_up",
            "basis": basis,
        }
        for outcome in outcomes
    ]
    arms = [{"arm_id": "a", "label": "Repeated ablation"}]
    return {
        "study_id": key,
        "label": key,
        "status": status,
        "out": out,
        "arms": arms,
        "outcomes": rows,
    }


def line(*studies, analyses=()):
    (found,) = harms.lines(OUTCOMES, studies, analyses)
    return found


def test_only_declared_harms_have_a_line():
    """In the order of the protocol."""
    assert line()["outcome"] == "severe"


@pytest.mark.parametrize(
    ("studies", "k", "n"),
    [
        ([], 0, 0),
        ([study("a", "recurrence"), study("b")], 0, 2),
        ([study("a", "severe"), study("b")], 1, 2),
        ([study("a", "severe", status="provisional"), study("b")], 0, 1),
        ([study("a", "severe", out=True), study("b")], 0, 1),
        ([study("a", "severe", basis="abstract"), study("b")], 0, 2),
    ],
    ids=["no study", "silence", "one reports", "not included", "retracted", "abstract only"],
)
def test_reported_by_k_of_n_included_studies(studies, k, n):
    """What was read in full counts, of studies that people included and that are not out."""
    found = line(*studies)
    assert (found["k"], found["n"], len(found["reported"])) == (k, n, k)


def test_what_is_reported_is_told_by_group():
    """With events and patients."""
    (row,) = line(study("a", "severe"))["reported"]
    assert (row["study"], row["group"], row["events"], row["n_known"]) == (
        *("a", "Repeated ablation"),
        *(2, 9),
    )


def test_analyses_of_the_harm_are_named():
    """The page shows their results."""
    analyses = [{"id": "x", "outcome": "severe"}, {"id": "y", "outcome": "recurrence"}]
    assert line(analyses=analyses)["analyses"] == ["x"]
