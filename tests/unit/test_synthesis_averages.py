"""Averages are pooled by kind or described, and never mixed."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from living_review.synthesis.averages import FEWEST, describe
from living_review.synthesis.moments import Quantiles, estimated_mean, estimated_sd


def row(study, value, kind="mean", n=25, arm="a", **changes):
    return {
        "study_id": study,
        "label": study.capitalize(),
        "year": 2020,
        "arm_id": arm,
        "name": f"Group {arm}",
        "n": n,
        "kind": kind,
        "value": value,
        "sd": "",
        "q1": "",
        "q3": "",
        "minimum": "",
        "maximum": "",
        "unit": "months",
        "included": True,
        "provisional": False,
        "retracted": False,
        "overlaps": False,
        **changes,
    }


def main(*rows, **how):
    return describe(rows, "months", **how)["main"]


def means(*values, sd=10, n=25):
    return [row(f"mean{at}", value, sd=sd, n=n) for at, value in enumerate(values)]


def medians(*values, n=25):
    return [row(f"median{at}", value, "median", n=n) for at, value in enumerate(values)]


def test_means_are_pooled_by_reml_with_knapp_and_hartung():
    """With equal variances v of 100/25 the REML variance between studies is s^2 - v."""
    pooled = main(*means(60, 65, 70))["mean"]
    assert pooled["estimate"] == pytest.approx(65)
    assert pooled["tau2"] == pytest.approx(25 - 4)
    half = stats.t.ppf(0.975, 2) * np.sqrt(25 / 3)
    assert pooled["ci"] == pytest.approx([65 - half, 65 + half])
    assert (pooled["k"], pooled["patients"], pooled["estimated"]) == (3, 75, 0)


def test_interval_of_means_is_never_narrower_than_without_knapp_and_hartung():
    """Studies that agree by luck keep the width that their standard deviations give."""
    pooled = main(*means(65, 65, 65))["mean"]
    half = stats.t.ppf(0.975, 2) * np.sqrt(4 / 3)
    assert pooled["ci"] == pytest.approx([65 - half, 65 + half])


def test_arms_of_a_study_are_one_study():
    """Mean and SD of two groups together are those of their patients."""
    rng = np.random.default_rng(1)
    first, second = rng.normal(60, 8, 12), rng.normal(70, 11, 30)
    arms = [
        row("doe", patients.mean(), sd=patients.std(ddof=1), n=len(patients), arm=arm)
        for arm, patients in (("a", first), ("b", second))
    ]
    every = np.concatenate([first, second])
    one = row("doe", every.mean(), sd=every.std(ddof=1), n=len(every))
    apart, together = main(*arms, *means(60, 70))["mean"], main(one, *means(60, 70))["mean"]
    assert apart["k"] == 3
    assert apart["estimate"] == pytest.approx(together["estimate"])
    assert apart["ci"] == pytest.approx(together["ci"])


def test_means_and_medians_are_never_pooled_with_each_other():
    """Each kind gives what it gives alone, and too few of a kind give nothing."""
    both = main(*means(60, 65, 70), *medians(10, 20, 30))
    assert both["mean"] == main(*means(60, 65, 70))["mean"]
    assert both["median"] == main(*medians(10, 20, 30))["median"]
    few = main(*means(60, 65), *medians(10, 20))
    assert few["mean"] is None
    assert few["median"] is None
    assert few["k"] == 4
    assert few["notes"] == [
        "Reported means with a standard deviation: 2 studies; fewer than 3 are not pooled.",
        "Reported medians: 2 studies; fewer than 3 are not pooled.",
    ]


@pytest.mark.parametrize("kind", ["minimum", "single", "", "maximum"])
def test_what_is_no_average_is_described_and_pooled_with_nothing(kind):
    """Minimums, single patients' values, and averages of an unknown kind."""
    found = main(*(row(f"s{n}", 10 + n, kind, sd=4) for n in range(8)))
    assert found["mean"] is None
    assert found["median"] is None
    (described,) = found["kinds"]
    assert (described["k"], described["lowest"], described["highest"]) == (8, 10, 17)


@pytest.mark.parametrize("kind", ["mean", "median"])
def test_the_average_of_one_patient_is_his_own_value(kind):
    """It is called so, and enters no pooled number."""
    found = main(row("case", 90, kind, n=1), *medians(10, 20, 30))
    assert {one["kind"] for one in found["kinds"]} == {"median", "single"}
    assert found["median"] == main(*medians(10, 20, 30))["median"]


def test_median_of_medians_weighted_and_not():
    """The middle one of the studies, and that of the patients."""
    rows = [row("a", 10, "median", n=5), row("b", 20, "median", n=6), row("c", 30, "median", n=40)]
    found = main(*rows)["median"]
    assert found["weighted"]["estimate"] == 30
    assert found["unweighted"]["estimate"] == 20
    assert found["unweighted"]["ci"] is None
    assert "takes at least 6 groups" in main(*rows)["notes"][0]


def test_groups_of_one_study_are_said_to_count_as_several():
    """Medians can't be put together as means can."""
    found = main(*medians(10, 20, 30), row("median0", 15, "median", arm="b"))
    assert (found["median"]["k"], found["median"]["groups"]) == (3, 4)
    assert found["notes"][0].startswith("4 groups of 3 studies: ")


def test_a_prediction_below_zero_is_explained():
    """No time to recurrence is negative."""
    assert any("below zero" in note for note in main(*means(1, 20, 60))["notes"])
    assert not any("below zero" in note for note in main(*means(60, 65, 70))["notes"])


def test_means_estimated_from_medians_stand_apart_unless_the_protocol_asks():
    """A sensitivity of its own; with estimate_means they are the pooled mean."""
    quartiles = row("doe", 30, "median", n=39, q1=22, q3=37)
    rows = [*means(26, 33), quartiles]
    apart, together = main(*rows), main(*rows, estimate_means=True)
    assert apart["mean"] is None
    assert apart["mean_with_estimated"] == together["mean"]
    assert together["mean"]["estimated"] == 1
    group = Quantiles(39, 30, 22, 37)
    known = row("doe", estimated_mean(group), n=39, sd=estimated_sd(group))
    assert together["mean"]["estimate"] == pytest.approx(
        main(*means(26, 33), known)["mean"]["estimate"]
    )


def test_skewed_and_disordered_groups_are_not_estimated_and_are_named():
    """Quartiles too lopsided, and a median outside its range."""
    found = main(
        row("lop", 12, "median", n=100, q1=10, q3=40),
        row("odd", 50, "median", minimum=60, maximum=70),
    )
    assert found["mean_with_estimated"] is None
    assert "too lopsided for that: Lop." in found["notes"][0]
    assert "not in order: Odd." in found["notes"][1]


def test_a_mean_without_spread_is_described_and_said_to_be():
    """Its range gives a standard deviation for the sensitivity alone."""
    rows = [*means(60, 65, 70), row("bare", 90), row("wide", 66, minimum=40, maximum=90)]
    found = main(*rows)
    assert found["mean"]["k"] == 3
    assert found["mean_with_estimated"]["k"] == 4
    assert "2 means are reported without a standard deviation" in found["notes"][0]


def test_a_group_that_states_two_averages_is_pooled_with_neither():
    """It is shown, marked, and named."""
    found = main(*medians(10, 20, 30), row("two", 5, "median"), row("two", 8, "median"))
    assert found["median"] == main(*medians(10, 20, 30))["median"]
    assert [group["twice"] for group in found["groups"]].count(True) == 2
    assert found["k"] == 4
    assert "no pooled number counts it: Two, Group a." in found["notes"][0]


def test_what_does_not_count_stands_apart():
    """Abstracts, studies that are out, and studies that report nothing."""
    rows = [
        *medians(10, 20, 30),
        row("abstract", 90, "median", provisional=True, included=False),
        row("out", 95, "median", retracted=True),
        row("silent", "", ""),
        row("unread", "", "", provisional=True, included=False),
    ]
    found = describe(rows, "months")
    assert (found["main"]["k"], found["main"]["n"]) == (3, 4)
    assert found["main"]["median"] == main(*medians(10, 20, 30))["median"]
    assert found["abstract_only"]["kinds"][0]["highest"] == 90
    assert found["with_retracted"]["kinds"][0]["highest"] == 95
    assert describe(rows[:3], "months")["abstract_only"] is None


def test_patients_are_not_counted_twice():
    """A study that a larger one may contain is named and in no number."""
    found = describe([*medians(10, 20, 30), row("twin", 90, "median", overlaps=True)], "months")
    assert found["main"] == main(*medians(10, 20, 30))
    assert found["overlaps"] == ["Twin"]


def test_units_of_time_are_turned_into_the_one_asked_for():
    """Two years are 24 months; what is no unit of time is left out and named."""
    found = main(row("a", 2, "median", unit="years"), row("b", 2, "median", unit="cycles"))
    assert found["groups"][0]["value"] == pytest.approx(24)
    assert found["k"] == 1
    assert found["notes"][0] == "Reported in a unit that can't be turned into months: B."


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from([f"s{n}" for n in range(12)]),
        st.one_of(st.just(""), st.integers(0, 200), st.floats(0.001, 500)),
        st.sampled_from(["mean", "median", "single", "minimum", ""]),
        n=st.one_of(st.just(""), st.integers(0, 400)),
        arm=st.sampled_from(["a", "b"]),
        sd=st.one_of(st.just(""), st.floats(0, 90)),
        q1=st.one_of(st.just(""), st.floats(0, 200)),
        q3=st.one_of(st.just(""), st.floats(0, 300)),
        minimum=st.one_of(st.just(""), st.floats(0, 100)),
        maximum=st.one_of(st.just(""), st.floats(0, 900)),
        provisional=st.booleans(),
        retracted=st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(ROWS, st.booleans(), st.randoms())
def test_never_nan_and_in_any_order(rows, estimate_means, random):
    """JSON without NaN; rows may be sorted at will; pooled medians lie among the medians."""
    found = describe(rows, "months", estimate_means)
    written = json.dumps(found, allow_nan=False)
    random.shuffle(rows)
    assert json.dumps(describe(rows, "months", estimate_means), allow_nan=False) == written
    pooled = found["main"]
    assert pooled["k"] <= pooled["n"]
    if pooled["median"]:
        (kind,) = (one for one in pooled["kinds"] if one["kind"] == "median")
        for which in ("weighted", "unweighted"):
            if of_medians := pooled["median"][which]:
                assert kind["lowest"] <= of_medians["estimate"] <= kind["highest"]
        assert pooled["median"]["k"] >= FEWEST


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(20, 90), st.floats(1, 20), st.integers(2, 200)), min_size=3, max_size=9
    )
)
def test_years_are_months_by_twelve(groups):
    """Estimates and intervals scale with the unit."""
    rows = [row(f"s{n}", mean, sd=sd, n=size) for n, (mean, sd, size) in enumerate(groups)]
    months, years = (
        describe(rows, "months")["main"]["mean"],
        describe(rows, "years")["main"]["mean"],
    )
    assert years["estimate"] == pytest.approx(months["estimate"] / 12)
    assert years["ci"] == pytest.approx([end / 12 for end in months["ci"]], rel=1e-6, abs=1e-9)
    assert years["i2"] == pytest.approx(months["i2"], rel=1e-5, abs=1e-6)
