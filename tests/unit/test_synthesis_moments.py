"""Means and standard deviations are estimated from quantiles by the published formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.moments import Quantiles, estimated_mean, estimated_sd, is_skewed

FIVE = st.tuples(
    st.integers(5, 2000), st.lists(st.floats(0, 1e4), min_size=5, max_size=5).map(sorted)
)


def normal_quantiles(n, mean=50.0, sd=10.0):
    """What a group of n whose values are the expected normal ones would report."""
    extreme = special.ndtri((n - 0.375) / (n + 0.25))
    quarter = special.ndtri((0.75 * n - 0.125) / (n + 0.25))
    return {
        "n": n,
        "median": mean,
        "q1": mean - quarter * sd,
        "q3": mean + quarter * sd,
        "minimum": mean - extreme * sd,
        "maximum": mean + extreme * sd,
    }


@pytest.mark.parametrize(
    "unknown",
    [(), ("q1", "q3"), ("minimum", "maximum")],
    ids=["range and quartiles", "range", "quartiles"],
)
@pytest.mark.parametrize("n", [5, 12, 61, 400])
def test_a_normal_group_gets_its_own_moments(n, unknown):
    """Where quantiles stand at their normal scores, mean and SD come back exactly."""
    group = Quantiles(**normal_quantiles(n) | dict.fromkeys(unknown))
    assert estimated_mean(group) == pytest.approx(50)
    assert estimated_sd(group) == pytest.approx(10)
    assert not is_skewed(group)


@pytest.mark.parametrize(
    ("group", "mean", "sd"),
    [
        # of the middle of the range counts 4/(4 + 16^0.75) = 1/3; z of 15.625/16.25 is 1.76883
        (Quantiles(16, 30, minimum=0, maximum=90), 30 + 15 / 3, 90 / (2 * 1.76883)),
        # of the middle of the quartiles counts 0.7 + 0.39/39 = 0.71; z of 29.125/39.25 is 0.64964
        (Quantiles(39, 30, q1=20, q3=50), 30 + 5 * 0.71, 30 / (2 * 0.64964)),
    ],
)
def test_lopsided_groups_by_hand(group, mean, sd):
    """Luo et al. 2018 for the mean; Wan et al. 2014 for the standard deviation."""
    assert estimated_mean(group) == pytest.approx(mean, rel=1e-9)
    assert estimated_sd(group) == pytest.approx(sd, rel=1e-4)


def test_range_and_quartiles_are_weighed_as_shi_has_it():
    """SD = range / theta1 + quartiles' distance / theta2, as Shi et al. 2020 put it."""
    n = 50
    group = Quantiles(n, 30, q1=22, q3=40, minimum=4, maximum=70)
    xi, eta = special.ndtri([(n - 0.375) / (n + 0.25), (0.75 * n - 0.125) / (n + 0.25)])
    theta1 = (2 + 0.14 * n**0.6) * xi
    theta2 = (2 + 2 / (0.07 * n**0.6)) * eta
    assert estimated_sd(group) == pytest.approx(66 / theta1 + 18 / theta2, rel=1e-12)
    w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    assert estimated_mean(group) == pytest.approx(w1 * 37 + w2 * 31 + (1 - w1 - w2) * 30, rel=1e-12)


@pytest.mark.parametrize(
    ("group", "skewed"),
    [
        (Quantiles(100, 10, minimum=0, maximum=100), True),
        (Quantiles(100, 45, minimum=0, maximum=100), False),
        (Quantiles(100, 12, q1=10, q3=30), True),
        (Quantiles(100, 18, q1=10, q3=30), False),
        (Quantiles(9, 12, q1=10, q3=30), False),  # nine patients prove little
        (Quantiles(100, 12, q1=10, q3=30, minimum=0, maximum=100), True),
        (Quantiles(100, 12), False),
    ],
)
def test_lopsided_groups_are_called_skewed(group, skewed):
    """By critical values that fall with the number of patients."""
    assert is_skewed(group) is skewed


@pytest.mark.parametrize(
    "group",
    [
        Quantiles(4, 5, minimum=1, maximum=9),
        Quantiles(40, 5),
        Quantiles(40, 5, minimum=5, maximum=5),
        Quantiles(40, 5, minimum=1, q3=8),
    ],
)
def test_what_does_not_tell_gives_nothing(group):
    """Fewer than five patients, no spread, or half of one."""
    assert estimated_sd(group) is None


def test_quantiles_out_of_order_are_refused():
    """A median outside its quartiles is a mistake in the table."""
    with pytest.raises(EstimationError, match="rise"):
        estimated_mean(Quantiles(40, 60, q1=10, q3=30))


@given(FIVE)
def test_estimates_are_numbers_within_the_range(given):
    """Whatever the quantiles, and scaled with them."""
    n, (low, q1, median, q3, high) = given
    group = Quantiles(n, median, q1, q3, low, high)
    mean, sd = estimated_mean(group), estimated_sd(group)
    if mean is not None:
        slack = 1e-9 * (1 + high)
        assert low - slack <= mean <= high + slack
    if sd is not None:
        assert np.isfinite(sd)
        assert sd > 0
    years = Quantiles(n, *(value / 12 for value in group[1:]))
    if sd is not None and estimated_sd(years) is not None:
        assert estimated_sd(years) == pytest.approx(sd / 12)
