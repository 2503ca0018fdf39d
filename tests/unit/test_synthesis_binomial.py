"""Intervals of one proportion."""

import json

import pytest
import synthesis_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from living_review.errors import EstimationError
from living_review.synthesis import binomial

INTERVALS = {
    "wald": binomial.wald,
    "wilson": binomial.wilson,
    "wilson_cc": binomial.wilson_corrected,
    "clopper_pearson": binomial.clopper_pearson,
    "jeffreys": binomial.jeffreys,
    "agresti_coull_unclipped": binomial.agresti_coull,
    "midp": binomial.mid_p,
}


@pytest.mark.parametrize("name", INTERVALS)
@pytest.mark.parametrize("level", ["level95", "level90", "level99"])
def test_interval_is_that_of_the_reference(shared_data, name, level):
    """Seven intervals at three levels."""
    known = json.loads(
        (shared_data / "synthesis" / "reference" / "binomial_intervals.json").read_text()
    )[level]
    reference.agree(
        [
            ((one["x"], one["n"]), INTERVALS[name](one["x"], one["n"], one["conf"]), one[name])
            for one in known
        ],
        rel=1e-9,
        abs=1e-12,
    )


@pytest.mark.parametrize(
    ("events", "total", "lower", "upper"),
    [
        (0, 10, 0, 0.308497),  # 1 - 0.025^(1/10)
        (10, 10, 0.691503, 1),
        (7, 20, 0.153909, 0.592189),
        (63, 64, 0.915990, 0.999604),
        (1, 1, 0.025, 1),
    ],
)
def test_clopper_pearson_by_its_definition(events, total, lower, upper):
    """Known limits, and each leaves 2.5 % of the binomial distribution beyond the count."""
    found = binomial.clopper_pearson(events, total)
    assert found == pytest.approx((lower, upper), abs=1e-6)
    if events:
        assert stats.binom.sf(events - 1, total, found.lower) == pytest.approx(0.025)
    if events < total:
        assert stats.binom.cdf(events, total, found.upper) == pytest.approx(0.025)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(INTERVALS)), st.integers(1, 300), st.data())
def test_interval_mirrors_when_events_become_non_events(name, total, data):
    """x of n and n - x of n have mirrored limits around the proportion."""
    events = data.draw(st.integers(0, total))
    one, other = INTERVALS[name](events, total), INTERVALS[name](total - events, total)
    assert one.lower == pytest.approx(1 - other.upper, abs=1e-9)
    assert one.upper == pytest.approx(1 - other.lower, abs=1e-9)
    assert one.lower <= events / total + 1e-12
    assert one.upper >= events / total - 1e-12


@pytest.mark.parametrize(("events", "total"), [(3, 2), (-1, 2), (0, 0), (0.5, 2)])
def test_impossible_counts_are_refused(events, total):
    """No interval of what can't be counted."""
    with pytest.raises(EstimationError):
        binomial.clopper_pearson(events, total)
