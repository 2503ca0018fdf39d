"""A description uses the groups that it names, and is named by nothing else."""

import patients_cases as cases
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patients_cases import AGE, FOLLOW_UP, arm, outcome

from living_review import courses, descriptions
from living_review.analyses import Decided


def rows(description, tables, included=None, out=()):
    included = cases.all_included(tables) if included is None else included
    return descriptions.rows(description, tables, Decided(included, out))


def test_a_group_that_states_its_age_is_described_by_it():
    """With its patients, the kind of average, and how far they lie apart."""
    (row,) = rows(AGE, cases.tables([arm("doe", age=66.5, age_average="mean", age_sd=9)]))
    assert (row["value"], row["kind"], row["sd"], row["n"]) == (66.5, "mean", 9, 20)
    assert (row["unit"], row["q1"]) == ("years", "")
    assert (row["included"], row["provisional"], row["retracted"]) == (True, False, False)


def test_a_silent_group_counts_among_those_that_could_have_told():
    """It has a row without a value."""
    (row,) = rows(AGE, cases.tables([arm("doe")]))
    assert (row["value"], row["included"]) == ("", True)


@pytest.mark.parametrize(
    ("basis", "included", "provisional"),
    [("full_text", ["pmid:1"], False), ("abstract", ["pmid:1"], True), ("full_text", [], True)],
)
def test_provisional_until_read_and_included(basis, included, provisional):
    """As in analyses; an included study read in its abstract could still have told."""
    tables = cases.tables([arm("doe", age=60, age_average="mean", basis=basis)])
    (row,) = rows(AGE, tables, included)
    assert (row["provisional"], row["included"]) == (provisional, bool(included))
    (row,) = rows(AGE, tables, out={"doe"})
    assert row["retracted"]


def test_follow_up_is_counted_once_for_a_group():
    """Though each of its outcomes repeats it; of their patients the most."""
    told = {"followup_value": 24, "followup_measure": "median", "followup_unit": "months"}
    outcomes = [
        outcome("doe", 3, **told),
        outcome("doe", 1, outcome="died", n_treated=22, **told),
        outcome("doe", 2, outcome="other"),
    ]
    (row,) = rows(FOLLOW_UP, cases.tables([arm("doe")], outcomes))
    assert (row["value"], row["n"]) == (24, 22)


@pytest.mark.parametrize("wrong", ["many", ""])
def test_a_wrong_cell_is_left_to_the_check(wrong):
    """Names are made before tables are checked: no cell may stop that."""
    told = {"followup_value": wrong or 24, "followup_measure": wrong, "followup_unit": wrong}
    outcomes = [
        outcome("doe", 3, n_treated=wrong, **told),
        outcome("doe", wrong, outcome="died", n_treated=22, **told),
    ]
    tables = cases.tables([arm("doe", n_patients=wrong, age=wrong)], outcomes)
    assert len(rows(FOLLOW_UP, tables)) == len(rows(AGE, tables)) == 1
    assert courses.parts(cases.RECURRENCE, {}, tables, Decided(cases.all_included(tables)))


def test_different_follow_ups_of_a_group_are_all_told():
    """Whoever pools has to know."""
    told = {"followup_measure": "median", "followup_unit": "months"}
    outcomes = [
        outcome("doe", 3, followup_value=24, **told),
        outcome("doe", 1, outcome="died", followup_value=30, **told),
    ]
    found = rows(FOLLOW_UP, cases.tables([arm("doe")], outcomes))
    assert [row["value"] for row in found] == [24, 30]


@pytest.mark.parametrize(
    ("arms", "outcomes"),
    [
        ({"modality": "nephrectomy"}, {}),
        ({}, {"time_point": "month_12"}),
        ({}, {"arm_id": "b"}),
        ({}, {"study_id": "roe"}),
    ],
)
def test_other_rows_do_not_count(arms, outcomes):
    """Groups of another treatment are not asked; values of another time are not heard."""
    told = {"followup_value": 24, "followup_measure": "median", "followup_unit": "months"}
    tables = cases.tables([arm("doe", **arms)], [outcome("doe", 3, **told | outcomes)])
    assert [row["value"] for row in rows(FOLLOW_UP, tables)] == ([] if arms else [""])


@pytest.mark.parametrize(
    ("arms", "outcomes"),
    [
        ({"quote": "another"}, {}),
        ({"energy": "cryo"}, {}),
        ({}, {"events": 7}),
        ({}, {"followup_value": 30, "followup_measure": "mean"}),
    ],
)
def test_other_cells_do_not_rename(arms, outcomes):
    """A quote, an outcome or another average changes no description of age."""
    before = cases.tables([arm("doe", age=60, age_average="mean")], [outcome("doe", 3)])
    after = cases.tables(
        [arm("doe", age=60, age_average="mean", **arms)], [{**outcome("doe", 3), **outcomes}]
    )
    known = Decided(cases.all_included(before))
    assert descriptions.parts(AGE, before, known) == descriptions.parts(AGE, after, known)


def test_events_do_not_rename_the_follow_up():
    """Nor does an outcome that states none."""
    told = {"followup_value": 24, "followup_measure": "median", "followup_unit": "months"}
    one = cases.tables([arm("doe")], [outcome("doe", 3, **told)])
    more = [outcome("doe", 5, **told), outcome("doe", 1, outcome="died")]
    assert rows(FOLLOW_UP, cases.tables([arm("doe")], more)) == rows(FOLLOW_UP, one)


def test_of_studies_that_may_share_patients_the_larger_counts():
    """Of those that state an average; a silent one stands in nobody's way."""
    told = {"age": 60, "age_average": "mean"}
    arms = [arm("doe", n_patients=20, **told), arm("poe", n_patients=30, **told), arm("roe")]
    tables = cases.tables(arms)
    pairs = {frozenset(("doe", "poe")), frozenset(("doe", "roe"))}
    found = descriptions.rows(AGE, tables, Decided(cases.all_included(tables), (), pairs))
    assert {row["study_id"]: row["overlaps"] for row in found} == {
        "doe": True,
        "poe": False,
        "roe": False,
    }


@given(st.permutations(range(6)))
def test_order_of_rows_does_not_rename(order):
    """Tables may be sorted at will."""
    arms = [arm("doe", f"a{n}") for n in range(3)]
    outcomes = [
        outcome(
            "doe",
            n,
            f"a{n % 3}",
            outcome=f"o{n}",
            n_treated=20 + n,
            followup_value=24 + n // 4,
            followup_measure="median",
            followup_unit="months",
        )
        for n in range(6)
    ]
    shuffled = cases.tables(arms, [outcomes[n] for n in order])
    assert rows(FOLLOW_UP, shuffled) == rows(FOLLOW_UP, cases.tables(arms, outcomes))
