"""Follow-up, landmarks and person-time stand beside a result and are never mixed into it."""

import patients_cases as cases
import pytest
from patients_cases import RECURRENCE, arm, outcome

from living_review import courses
from living_review.analyses import Decided

MEDIAN = {"followup_measure": "median", "followup_unit": "months"}


def three(**later):
    """Three studies: two report their follow-up, one counts at 12 months as well."""
    return cases.tables(
        [arm("doe"), arm("poe"), arm("roe")],
        [
            outcome("doe", 2, followup_value=24, **MEDIAN),
            outcome("poe", 4, followup_value=3, followup_measure="median", followup_unit="years"),
            outcome("roe", 6),
            outcome("roe", 1, time_point="month_12", **later),
        ],
    )


def test_follow_up_is_that_of_the_studies_of_the_result():
    """Medians of 24 months and of 3 years, of 2 of 3 studies."""
    main = cases.followed(three())["follow_up"]["main"]
    assert (main["k"], main["n"]) == (2, 3)
    (kind,) = main["kinds"]
    assert (kind["kind"], kind["lowest"], kind["highest"]) == ("median", 24, pytest.approx(36))


def test_follow_up_is_shown_in_the_unit_of_the_protocol():
    """Where the protocol describes follow-up in years."""
    found = cases.followed(three(), descriptions=[{**cases.FOLLOW_UP, "unit": "years"}])
    assert found["follow_up"]["main"]["kinds"][0]["lowest"] == pytest.approx(2)


def test_landmarks_are_counted_on_their_own():
    """A row at 12 months is in that landmark alone."""
    found = {one["time_point"]: one["synthesis"] for one in cases.followed(three())["landmarks"]}
    assert list(found) == RECURRENCE["landmarks"]
    assert (found["month_12"]["main"]["k"], found["month_12"]["main"]["events"]) == (1, 1)
    assert found["month_36"]["main"]["k"] == 0


def test_a_follow_up_at_a_landmark_is_not_that_of_the_result():
    """It belongs to another row."""
    later = three(followup_value=12, **MEDIAN)
    assert cases.followed(later)["follow_up"] == cases.followed(three())["follow_up"]


def test_person_time_gives_a_rate_or_silence():
    """k of the n studies that could have."""
    silent = cases.followed(three())["rate"]
    assert (silent["k"], silent["n"], silent["crude"]) == (0, 3, None)
    tables = three()
    tables["outcomes"][0] |= {"person_time": 480, "person_time_unit": "months"}
    told = cases.followed(tables)["rate"]
    assert (told["k"], told["events"], told["person_years"]) == (1, 2, pytest.approx(40))
    assert told["crude"]["estimate"] == pytest.approx(5)


def test_codebooks_without_person_time_are_served():
    """A review need not have the columns."""
    tables = three()
    optional = ("person_time", "person_time_unit", "followup_min", "followup_max")
    for row in tables["outcomes"]:
        for column in optional:
            del row[column]
    assert cases.followed(tables)["rate"]["k"] == 0


def parts(tables):
    return courses.parts(RECURRENCE, {}, tables, Decided(cases.all_included(tables)))


@pytest.mark.parametrize(
    "cells", [{"quote": "another"}, {"checked_by": "ann"}, {"outcome_note": "x"}]
)
def test_words_about_a_value_do_not_rename(cells):
    """A quote or a checker's name changes no course."""
    tables = three()
    tables["outcomes"][0] |= cells
    assert parts(tables) == parts(three())


@pytest.mark.parametrize(
    "cells",
    [{"followup_value": 25}, {"person_time": 9}, {"events": 3}, {"followup_max": 90}],
)
def test_what_is_told_of_time_renames(cells):
    """Whatever the numbers are computed from."""
    tables = three()
    tables["outcomes"][0] |= cells
    assert parts(tables) != parts(three())


def test_studies_that_nobody_included_are_not_asked():
    """No full-text decision: no denominator."""
    assert cases.followed(three(), included=())["n"] == 0


def test_patients_are_not_followed_twice():
    """Of two studies that may share patients the larger: in time, and among who could tell."""
    tables = three()
    for row in tables["outcomes"]:
        row |= {"person_time": 60, "person_time_unit": "years"}
    tables["outcomes"][0] |= {"n_known": 19}
    known = Decided(cases.all_included(tables), overlapping={frozenset(("doe", "poe"))})
    found = courses.parts(RECURRENCE, {}, tables, known)
    assert found["eligible"] == ["poe", "roe"]
    assert {row["study_id"] for row in found["rate"]} == {"poe", "roe"}
    assert {row["study_id"] for row in found["follow_up"]} == {"poe", "roe"}


def test_who_could_have_reported():
    """Included studies with such a group, whatever times and outcomes they report."""
    tables = cases.tables(
        [arm("doe"), arm("roe", modality="nephrectomy"), arm("poe"), arm("zoe")],
        [outcome("doe", 1, time_point="month_12")],
    )
    ids = {row["study_id"]: row["record_id"] for row in tables["reports"]}
    included = set(ids.values()) - {ids["zoe"]}
    assert courses.parts(RECURRENCE, {}, tables, Decided(included, {"poe"}))["eligible"] == ["doe"]
    tables["outcomes"] = []
    assert courses.parts(RECURRENCE, {}, tables, Decided(included, {"poe"}))["eligible"] == ["doe"]
