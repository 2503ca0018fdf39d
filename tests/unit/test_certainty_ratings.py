"""What people judged holds for the result that they rated, and for no other."""

import certainty_cases as cases
import pytest
from certainty_cases import CODE, OTHER_CODE
from hypothesis import given
from hypothesis import strategies as st

from living_review.certainty import CONCERNS, DOMAINS, LEVELS, ratings

NOT_SERIOUS = dict.fromkeys(DOMAINS, "not_serious")


@pytest.mark.parametrize(
    ("start", "judgements", "level"),
    [
        ("high", {}, "high"),
        ("high", {"imprecision": "serious"}, "moderate"),
        ("high", {"imprecision": "serious", "risk_of_bias": "serious"}, "low"),
        ("high", {"imprecision": "very_serious"}, "low"),
        ("high", {"imprecision": "very_serious", "risk_of_bias": "very_serious"}, "very_low"),
        ("low", {"imprecision": "very_serious"}, "very_low"),
        ("low", {"upgrading": "one_level"}, "moderate"),
        ("moderate", {"upgrading": "two_levels"}, "high"),
        ("high", {"imprecision": "serious", "upgrading": "one_level"}, "high"),
    ],
)
def test_domains_lower_and_raise_the_level(start, judgements, level):
    """A level for each serious concern, two for a very serious one; never beyond the ends."""
    assert ratings.level(start, NOT_SERIOUS | judgements) == level


JUDGED = st.fixed_dictionaries({domain: st.sampled_from(list(CONCERNS)) for domain in DOMAINS})


@given(st.sampled_from(LEVELS), JUDGED, st.sampled_from(DOMAINS))
def test_another_concern_never_makes_a_result_more_certain(start, judged, domain):
    """Whatever else was judged, and wherever the rating starts."""
    graver = judged | {domain: "very_serious"}
    before, after = (ratings.level(start, one) for one in (judged, graver))
    assert LEVELS.index(after) >= LEVELS.index(before) >= LEVELS.index(start)


@given(st.permutations(cases.rating("low") + cases.rating("moderate", "bob")))
def test_the_order_of_lines_says_nothing(lines):
    """Files are read in any order, and rows are sorted by spreadsheets."""
    expected = cases.rating("low") + cases.rating("moderate", "bob")
    assert ratings.of_result(lines, "one", CODE) == ratings.of_result(expected, "one", CODE)


def test_no_level_until_every_domain_is_judged():
    """A domain that nobody looked at is not taken as without concern."""
    for domain in DOMAINS:
        judged = {name: said for name, said in NOT_SERIOUS.items() if name != domain}
        assert ratings.level("high", judged) == ""


def test_one_person_rates():
    """Level, where it started, and each domain with who said so and why."""
    lines = cases.rating("moderate", imprecision="serious")
    rating = ratings.of_result(lines, "one", CODE)
    assert (rating["state"], rating["level"], rating["by_domains"]) == (
        ratings.RATED,
        "moderate",
        "moderate",
    )
    assert rating["starting_level"] == "high"
    (said,) = rating["domains"]["imprecision"]["lines"]
    assert (said["screener"], said["judgement"]) == ("ann", "serious")
    assert said["reason"] == "invented for a test"


def test_when_the_result_moves_the_rating_is_of_an_earlier_one():
    """It is shown as such and waits; when the result comes back, it holds again."""
    lines = cases.rating("low", imprecision="very_serious")
    moved = ratings.of_result(lines, "one", OTHER_CODE)
    assert (moved["state"], moved["level"]) == (ratings.EARLIER, "")
    assert (moved["earlier"]["rates"], moved["earlier"]["level"]) == (CODE, "low")
    assert ratings.of_result(lines, "one", CODE)["state"] == ratings.RATED


def test_a_result_that_moved_is_rated_anew_without_superseding():
    """Each of two results keeps the rating that was made of it."""
    lines = cases.rating("low") + cases.rating("moderate", code=OTHER_CODE)
    assert ratings.of_result(lines, "one", CODE)["level"] == "low"
    assert ratings.of_result(lines, "one", OTHER_CODE)["level"] == "moderate"


def test_the_last_rating_of_earlier_results_is_shown():
    """By its time, whatever the order of the lines."""
    older = [line | {"time": "2026-11-01T09:00:00Z"} for line in cases.rating("high", code="rold")]
    lines = cases.rating("low") + older
    for order in (lines, lines[::-1]):
        assert ratings.of_result(order, "one", OTHER_CODE)["earlier"]["level"] == "low"


def test_two_people_who_disagree_are_a_conflict():
    """There is no level then, and both judgements stay readable."""
    lines = cases.rating("low") + cases.rating("moderate", "bob")
    rating = ratings.of_result(lines, "one", CODE)
    assert (rating["state"], rating["level"], rating["differ"]) == (
        ratings.CONFLICT,
        "",
        ["overall"],
    )
    assert [line["screener"] for line in rating["overall"]] == ["ann", "bob"]


def test_agreeing_overall_for_other_reasons_is_a_conflict_with_a_level():
    """The level holds; the domains on which people differ are named."""
    lines = cases.rating("moderate", imprecision="serious")
    lines += cases.rating("moderate", "bob", inconsistency="serious")
    rating = ratings.of_result(lines, "one", CODE)
    assert (rating["state"], rating["level"]) == (ratings.CONFLICT, "moderate")
    assert rating["differ"] == ["inconsistency", "imprecision"]


def test_two_lines_of_one_person_conflict_until_one_supersedes():
    """A second thought is a line that names the first."""
    lines = cases.rating("low")
    second = cases.line("overall", "moderate", id="ann-2")
    assert ratings.of_result([*lines, second], "one", CODE)["state"] == ratings.CONFLICT
    second["supersedes"] = lines[-1]["id"]
    assert ratings.of_result([*lines, second], "one", CODE)["level"] == "moderate"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [cases.line("overall", "low", "seed")],
        [cases.line("overall", "serious")],
        [cases.line("overall", "low", analysis="another")],
        cases.rating("low")[:-1],
    ],
    ids=["nobody", "the seed", "a word of another column", "another analysis", "domains alone"],
)
def test_what_is_no_rating(lines):
    """Only a person's overall line about this analysis rates it."""
    assert ratings.of_result(lines, "one", CODE)["state"] == ratings.UNRATED


def test_without_a_result_nothing_is_rated():
    """When all its studies are gone, the rating is one of an earlier result."""
    rating = ratings.of_result(cases.rating("low"), "one", "")
    assert (rating["state"], rating["level"]) == (ratings.EARLIER, "")
