"""Published totals come out as they were printed."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import synthesis
from living_review.errors import EstimationError
from living_review.percent import rounded_percent
from living_review.synthesis.published import bounds

# Askarpour & Aminsharifi, Cancers 2025;17(6):974
PRINTED = [
    ("all", "treated by re-ablation", 249, 364, "68.4"),
    ("all", "treated by laparoscopic/robotic partial or radical nephrectomy", 82, 364, "22.5"),
    ("all", "managed by active surveillance", 33, 364, "9"),
    ("re_ablation", "no evidence of disease", 179, 249, "71.9"),
    ("re_ablation", "recurrence", 67, 249, "26.9"),
    ("re_ablation", "indeterminate", 3, 249, "1.2"),
    ("nephrectomy", "no recurrence", 63, 64, "98.4"),
]


def row(group, measure, events, total, printed):
    names = ("group", "measure", "events", "total", "percent_as_printed")
    return dict(zip(names, map(str, (group, measure, events, total, printed)), strict=True))


ROWS = [*(row(*one) for one in PRINTED), row("nephrectomy", "outcome known", 64, 82, "")]


@pytest.mark.parametrize("one", PRINTED)
def test_percent_is_the_printed_one(one):
    """68.4, 22.5, 9, 71.9, 26.9, 1.2 and 98.4 % from the counts, digit for digit."""
    found = synthesis.published_total(row(*one), ROWS)
    assert found["percent"] == found["percent_as_printed"] == one[4]
    assert found["agrees"] is True
    assert found["estimate"] == one[2] / one[3]
    assert found["ci"][0] < found["estimate"] < found["ci"][1]


def test_all_rows_of_the_review_agree(shared_data):
    """No row of the published review is printed otherwise than recomputed."""
    with (shared_data / "review" / "published.csv").open(newline="") as lines:
        found = synthesis.published_totals(csv.DictReader(lines))
    assert [one["agrees"] for one in found].count(True) == 7
    assert not [one for one in found if one["agrees"] is False]


def test_missing_outcomes_bound_the_total():
    """63 of 64 known of 82: from 63/82 to 81/82; elsewhere no outcome is missing."""
    found = {one["measure"]: one["bounds"] for one in synthesis.published_totals(ROWS)}
    assert found.pop("no recurrence") == {
        "low": {"estimate": 63 / 82, "events": 63, "total": 82},
        "high": {"estimate": 81 / 82, "events": 81, "total": 82},
    }
    assert set(found.values()) == {None}
    assert rounded_percent(63, 82, 1) == "76.8"


def test_outcome_known_of_another_group_or_number_bounds_nothing():
    """Only the row of the same group that counts the same patients gives the treated."""
    alone = row("nephrectomy", "no recurrence", 63, 64, "98.4")
    others = [
        row("surveillance", "outcome known", 64, 82, ""),
        row("nephrectomy", "outcome known", 60, 82, ""),
    ]
    assert synthesis.published_total(alone, others)["bounds"] is None
    assert synthesis.published_total(alone)["bounds"] is None


def test_disagreement_is_reported():
    """A percentage that its counts don't give is not corrected in silence."""
    found = synthesis.published_total(row("all", "recurrence", 33, 364, "9.0"))
    assert (found["percent"], found["percent_as_printed"], found["agrees"]) == ("9.1", "9.0", False)


def test_a_count_without_total_is_only_a_count():
    """29 studies: no percentage, no interval."""
    found = synthesis.published_total(row("all", "studies", 29, "", ""))
    assert (found["events"], found["total"]) == (29, None)
    assert {found[name] for name in ("percent", "estimate", "ci", "bounds", "agrees")} == {None}


def test_nothing_printed_is_recomputed_to_one_digit():
    """4 of 33 died; the review prints no percentage."""
    found = synthesis.published_total(row("active_surveillance", "died", 4, 33, ""))
    assert (found["percent"], found["agrees"]) == ("12.1", None)


@pytest.mark.parametrize(
    ("events", "total", "digits", "percent"),
    [
        (1, 80, 1, "1.3"),  # 1.25: half up, where binary floats and half-even give 1.2
        (1, 200, 0, "1"),
        (3, 8, 1, "37.5"),
        (0, 7, 1, "0.0"),
        (7, 7, 0, "100"),
        (2, 3, 2, "66.67"),
    ],
)
def test_half_is_rounded_up(events, total, digits, percent):
    """As readers round."""
    assert rounded_percent(events, total, digits) == percent


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_bounds_hold_whatever_became_of_the_others(events, non_events, unknown):
    """Any number of events among the unknown lies between the bounds."""
    n_known = events + non_events
    found = bounds(events, n_known, n_known + unknown)
    if n_known + unknown == 0:
        assert found is None
        return
    for more in range(unknown + 1):
        truth = (events + more) / (n_known + unknown)
        assert found["low"]["estimate"] <= truth <= found["high"]["estimate"]


@pytest.mark.parametrize(
    ("events", "total", "message"),
    [
        ("many", "9", "events is 'many'; allowed: a whole number"),
        ("", "9", "events is ''; allowed"),
        ("3", "9.5", "total is '9.5'; allowed"),
        ("10", "9", "10 events of 9"),
    ],
)
def test_impossible_totals_are_named(events, total, message):
    """The message names group and measure."""
    with pytest.raises(EstimationError) as error:
        synthesis.published_total(row("all", "died", events, total, ""))
    assert "all, died: " in str(error.value)
    assert message in str(error.value)
