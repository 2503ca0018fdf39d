"""A line of the ledger `grade` that can't be meant is named with file, row and what is allowed."""

import certainty_cases as cases
import pytest
from certainty_cases import CODE

from living_review import ledgers, tables
from living_review.certainty import ledger

PROTOCOL = {
    "review": {"protocol_version": "2026.11"},
    "analyses": [{"id": "one"}, {"id": "two"}],
}
FILE = "resources/decisions/grade/ann.csv"


@pytest.fixture
def said(tmp_path, monkeypatch):
    """What `check` says of a person's file with these lines."""
    monkeypatch.chdir(tmp_path)

    def check(lines, protocol=PROTOCOL, person="ann"):
        path = f"resources/decisions/grade/{person}.csv"
        tables.write(path, ledgers.COLUMNS["grade"], lines)
        return [str(problem) for problem in ledger.check(protocol)]

    return check


def test_a_whole_rating_is_right(said):
    """Five domains and the level that they give."""
    assert said(cases.rating("low", imprecision="serious", risk_of_bias="serious")) == []


def test_domains_may_come_before_the_overall_level(said):
    """Work in progress is no mistake."""
    assert said(cases.rating()[:3]) == []


@pytest.mark.parametrize(
    ("cells", "column", "allowed"),
    [
        ({"analysis": "three"}, "analysis", "one, two"),
        ({"rates": "3f9a0c12b7de"}, "rates", "the code of the result, as the page and "),
        ({"rates": ""}, "rates", "a value"),
        ({"time": ""}, "time", "a value"),
        ({"judgement": "low"}, "judgement", "not_serious, serious, very_serious, since domain is "),
        ({"judgement": "bad"}, "judgement", "not_serious, serious, very_serious, none, "),
        ({"judgement": "serious"}, "reason", "why, since judgement is serious"),
        ({"domain": "precision"}, "domain", "imprecision (the nearest of risk_of_bias, "),
    ],
    ids=str,
)
def test_a_wrong_cell_is_named(said, cells, column, allowed):
    """In words for the person who typed it."""
    lines = [cases.line("imprecision", "not_serious"), cases.line("inconsistency", "not_serious")]
    lines[1] |= {"reason": "", **cells}
    (problem,) = said(lines)
    assert problem.startswith(f"{FILE} row 3: {column} is ")
    assert f"allowed: {allowed}" in problem


def test_the_seed_rates_nothing(said):
    """What was entered when the review was set up is no judgement of a person."""
    (problem,) = said([cases.line("imprecision", "not_serious", "seed")], person="seed")
    assert problem.endswith("screener is 'seed'; allowed: a person")


def test_an_overall_level_needs_its_domains(said):
    """All five, of the same person and about the same result."""
    lines = cases.rating("high")
    lines[1]["rates"] = cases.OTHER_CODE
    (problem,) = said(lines)
    assert problem == (
        f"{FILE} row 7: domain is 'overall'; allowed: overall beside a line of ann on "
        f"inconsistency with {CODE}"
    )


def test_a_level_that_the_domains_do_not_give_needs_a_reason(said):
    """The message says what they give and how."""
    lines = cases.rating("high", imprecision="serious", inconsistency="serious")
    lines[-1]["reason"] = ""
    (problem,) = said(lines)
    assert problem == (
        f"{FILE} row 7: judgement is 'high'; allowed: low, which is high with inconsistency "
        "serious, imprecision serious; or another level with the reason for it"
    )
    lines[-1]["reason"] = "Both have one cause"
    assert said(lines) == []


def test_a_superseded_level_is_not_asked_again(said):
    """What a later line takes the place of may be as wrong as it was."""
    lines = cases.rating("high", imprecision="serious")
    lines[-1]["reason"] = ""
    right = cases.line("overall", "moderate", id="ann-2", supersedes=lines[-1]["id"])
    assert said([*lines, right]) == []


def test_ratings_start_where_the_protocol_says(said):
    """High, unless the section on certainty has another level."""
    lines = cases.rating("high")
    low = PROTOCOL | {"certainty": {"starting_level": "low"}}
    (problem,) = said(lines, low)
    assert "starting_level is 'high'; allowed: low, where the protocol has ratings start" in problem


def test_lines_of_an_earlier_protocol_stay_right(said):
    """An analysis that was given up does not make old lines wrong; they can't be deleted."""
    lines = [
        line | {"protocol_version": "2025.01", "analysis": "given_up"}
        for line in cases.rating("high")
    ]
    assert said(lines) == []
