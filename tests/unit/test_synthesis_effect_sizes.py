"""Effects and their variances are those that metafor's escalc gives."""

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.errors import EstimationError
from living_review.synthesis.effect_sizes import MEASURES, effect_sizes
from living_review.synthesis.proportions import PROPORTION_MEASURES, to_proportion


@pytest.mark.parametrize(
    ("dataset", "measure"), [case for case in reference.CASES if case[0] != "gen_hackshaw1998"]
)
def test_effects_are_metafors(shared_data, dataset, measure):
    """yi and vi of every study, zero cells and whole arms included."""
    known = reference.read(shared_data, dataset)
    columns = known["input"]
    if "x" in columns:
        columns = {"events": columns["x"], "total": columns["n"]}
    found = effect_sizes(measure, **columns)
    escalc = known["measures"][measure]["escalc"]
    reference.agree(
        [("yi", found.yi, escalc["yi"]), ("vi", found.vi, escalc["vi"])], rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(
    ("measure", "columns", "yi", "vi"),
    [
        ("PLO", {"events": 3, "total": 10}, np.log(3 / 7), 1 / 3 + 1 / 7),
        ("PLO", {"events": 0, "total": 10}, np.log(0.5 / 10.5), 1 / 0.5 + 1 / 10.5),
        ("PLN", {"events": 10, "total": 10}, np.log(10.5 / 11), 1 / 10.5 - 1 / 11),
        ("PR", {"events": 3, "total": 10}, 0.3, 0.021),
        ("PAS", {"events": 0, "total": 10}, 0, 1 / 40),
        ("OR", {"ai": 2, "n1i": 20, "ci": 4, "n2i": 22}, -0.693147180559945, 0.861111111111111),
        ("OR", {"ai": 0, "n1i": 8, "ci": 3, "n2i": 9}, -2.21417413564999, 2.55720749838397),
        ("RR", {"ai": 0, "n1i": 12, "ci": 0, "n2i": 11}, -0.0800427076735364, 3.83974358974359),
        ("RD", {"ai": 5, "n1i": 30, "ci": 9, "n2i": 28}, -0.154761904761905, 0.0124193526616996),
        ("PETO", {"ai": 1, "n1i": 15, "ci": 0, "n2i": 14}, 0.96875, 2.07112068965517),
        ("AS", {"ai": 0, "n1i": 8, "ci": 3, "n2i": 9}, -0.615479708670387, 0.0590277777777778),
        ("MD", {"n1i": 4, "m1i": 3, "sd1i": 2, "n2i": 9, "m2i": 1, "sd2i": 3}, 2, 2),
        ("ROM", {"n1i": 4, "m1i": 2, "sd1i": 2, "n2i": 9, "m2i": 1, "sd2i": 3}, np.log(2), 1.25),
        ("COR", {"ri": 0.5, "ni": 10}, 0.5, 0.75**2 / 9),
        ("ZCOR", {"ri": 0.5, "ni": 10}, np.arctanh(0.5), 1 / 7),
        ("IR", {"xi": 4, "ti": 8}, 0.5, 1 / 16),
        ("IRLN", {"xi": 4, "ti": 8}, np.log(0.5), 1 / 4),
        ("IRLN", {"xi": 0, "ti": 8}, np.log(0.5 / 8), 2),
        ("IRS", {"xi": 0, "ti": 8}, 0, 1 / 32),
        ("IRFT", {"xi": 0, "ti": 4}, 0.25, 1 / 16),
        ("IRR", {"x1i": 4, "t1i": 8, "x2i": 2, "t2i": 8}, np.log(2), 3 / 4),
        ("IRR", {"x1i": 4, "t1i": 8, "x2i": 0, "t2i": 8}, np.log(9), 1 / 4.5 + 2),
        ("IRD", {"x1i": 4, "t1i": 8, "x2i": 2, "t2i": 8}, 0.25, 6 / 64),
        ("IRSD", {"x1i": 4, "t1i": 4, "x2i": 0, "t2i": 4}, 1, 1 / 8),
        ("GEN", {"yi": 0.3, "vi": 0.1}, 0.3, 0.1),
    ],
)
def test_effect_of_one_study(measure, columns, yi, vi):
    """The formula of each measure, worked by hand or by metafor 3.8-1."""
    found = effect_sizes(measure, **columns)
    assert found.yi == pytest.approx([yi], rel=1e-12)
    assert found.vi == pytest.approx([vi], rel=1e-12)


MEANS = {"n1i": 4, "m1i": 3, "sd1i": 2, "n2i": 9, "m2i": 1, "sd2i": 3}


@pytest.mark.parametrize(
    ("measure", "columns", "message"),
    [
        ("XX", {}, "measure 'XX' is not known; allowed: PR, PLN"),
        ("PLO", {"events": 1}, "measure PLO needs events, total; found events"),
        ("PLO", {"events": 11, "total": 10}, "entry 1: events 11 of total 10; allowed"),
        ("PLO", {"events": 1.5, "total": 10}, "entry 1: events 1.5 of total 10; allowed"),
        ("PLO", {"events": [1, 0], "total": [9, 0]}, "entry 2: events 0 of total 0; allowed"),
        ("PLO", {"events": [1, 2], "total": [9]}, "events 2, total 1"),
        ("PLO", {"events": "many", "total": 10}, "events must be numbers; found 'many'"),
        ("OR", {"ai": 1, "n1i": 2, "ci": float("nan"), "n2i": 3}, "ci must be finite numbers"),
        (
            "MD",
            MEANS | {"sd1i": 0},
            "sd1i must be above 0",
        ),
        (
            "ROM",
            MEANS | {"m2i": -1},
            "two means of one sign",
        ),
        ("ZCOR", {"ri": 1, "ni": 9}, "ri must be between -1 and 1; entry 1 is 1"),
        ("IR", {"xi": 1, "ti": 0}, "ti must be above 0; entry 1 is 0"),
        ("GEN", {"yi": 1, "vi": 0}, "vi must be above 0; entry 1 is 0"),
    ],
)
def test_impossible_numbers_are_named(measure, columns, message):
    """The message names the column, the entry and what is allowed."""
    with pytest.raises(EstimationError) as error:
        effect_sizes(measure, **columns)
    assert message in str(error.value)


def test_every_measure_is_listed_once():
    """No two families answer to the same name."""
    assert len(MEASURES) == len(set(MEASURES)) == 23


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PROPORTION_MEASURES), st.integers(1, 400), st.data())
def test_an_arm_comes_back_as_its_own_proportion(measure, total, data):
    """Transforming one arm there and back gives its proportion, but for the added half."""
    events = data.draw(st.integers(0, total))
    half = 0.5 if measure in ("PR", "PLN", "PLO") and events in (0, total) else 0
    effect = effect_sizes(measure, events=events, total=total)
    back = to_proportion(measure, effect.ni)(float(effect.yi[0]))
    assert back == pytest.approx((events + half) / (total + 2 * half), abs=1e-6)
