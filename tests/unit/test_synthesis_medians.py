"""Medians are pooled as medians, with intervals that the sign test gives."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review.errors import EstimationError
from living_review.synthesis.medians import FEWEST_FOR_INTERVAL, pooled_median

GROUPS = st.lists(st.tuples(st.floats(0, 500), st.integers(1, 300)), min_size=1, max_size=25).map(
    lambda groups: [list(column) for column in zip(*groups, strict=True)]
)


@pytest.mark.parametrize(
    ("medians", "estimate"),
    [([7], 7), ([3, 9], 6), ([9, 1, 4], 4), ([8, 1, 4, 2], 3)],
)
def test_median_of_medians(medians, estimate):
    """The middle one, or halfway between the two in the middle."""
    assert pooled_median(medians).estimate == estimate


@pytest.mark.parametrize(
    ("medians", "patients", "estimate"),
    [
        ([10, 20, 30], [1, 1, 8], 30),  # most patients are in the last group
        ([10, 20, 30], [5, 2, 3], 15),  # half of the ten patients on either side of 10 to 20
        ([30, 10, 20], [1, 4, 1], 10),
        ([1, 2, 3, 4], [2, 1, 1, 3], 3),
    ],
)
def test_weighted_median_is_that_of_the_patients(medians, patients, estimate):
    """As if each patient had the median of his group."""
    assert pooled_median(medians, patients).estimate == estimate


@pytest.mark.parametrize(
    ("k", "first", "last"),
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18)],
)
def test_interval_is_that_of_the_sign_test(k, first, last):
    """Order statistics of tables of the exact interval of a median, at 95 %."""
    found = pooled_median(range(1, k + 1))
    assert found.ci == (first, last)
    left_out = sum(comb(k, below) for below in range(first)) / 2**k
    assert found.coverage == pytest.approx(1 - 2 * left_out, abs=1e-12)
    assert found.coverage >= 0.95


def test_too_few_groups_have_no_interval():
    """With five the sign test leaves out 6 %, whatever the medians."""
    assert pooled_median([1, 2, 3, 4, 5]).ci is None
    assert pooled_median([1, 2, 3, 4, 5, 6]).ci is not None


@given(GROUPS, st.integers(1, 9))
def test_equal_weights_are_no_weights(groups, each):
    """A study of as many patients as every other changes nothing."""
    medians, _ = groups
    assert pooled_median(medians, [each] * len(medians)) == pooled_median(medians)


@given(GROUPS, st.randoms())
def test_pooled_median_lies_among_the_medians(groups, random):
    """In any order of the groups, and its interval around it."""
    medians, patients = groups
    found = pooled_median(medians, patients)
    assert min(medians) <= found.estimate <= max(medians)
    if len(medians) >= FEWEST_FOR_INTERVAL:
        assert found.ci[0] <= found.estimate <= found.ci[1]
        assert 0.95 - 1e-12 <= found.coverage <= 1
    order = list(range(len(medians)))
    random.shuffle(order)
    shuffled = pooled_median([medians[n] for n in order], [patients[n] for n in order])
    assert shuffled.estimate == found.estimate
    assert shuffled.ci == found.ci


@given(GROUPS)
def test_unit_of_time_scales_the_result(groups):
    """Years are months by twelve."""
    medians, patients = groups
    months, years = (
        pooled_median([median / unit for median in medians], patients) for unit in (1, 12)
    )
    assert years.estimate == pytest.approx(months.estimate / 12)
    if months.ci:
        assert years.ci == pytest.approx([end / 12 for end in months.ci])


@pytest.mark.parametrize(
    ("medians", "patients", "message"),
    [
        ([], None, "no median"),
        ([1, float("nan")], None, "finite"),
        ([1, 2], [3], "one entry a study"),
        ([1, 2], [3, 0], "at least 1"),
        ([1, 2], [3, 1.5], "whole numbers"),
    ],
)
def test_impossible_input_is_refused(medians, patients, message):
    """The message says what was found."""
    with pytest.raises(EstimationError, match=message):
        pooled_median(medians, patients)
