"""Two treatments are compared within studies, and across them only where that can be trusted."""

import json
import math

import contrast_cases as cases
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from living_review.errors import EstimationError
from living_review.synthesis.cluster_robust import cluster_robust
from living_review.synthesis.contrasting import contrast
from living_review.synthesis.multilevel import fit_nested
from living_review.synthesis.random_effects import fit
from living_review.synthesis.two_group_glmm import fit_odds_ratio
from living_review.synthesis.two_groups import two_group_effects

FOUR = ([4, 7, 2, 9], [20, 31, 15, 40], [9, 12, 3, 8], [24, 28, 17, 22])  # cases.BOTH


def compared(rows, aside=(), **changes):
    return contrast(rows, aside, cases.ASKED | changes)


def notes(side):
    return " ".join(side["notes"])


def test_odds_ratios_within_studies_are_pooled_from_the_counts():
    """The two-group model of the counts, with t on k - 1 degrees of freedom."""
    within = compared(cases.BOTH)["within"]
    expected = fit_odds_ratio(*FOUR, test="t")
    known = within["estimates"]["known"]
    assert (known["k"], known["scale"]["df"]) == (4, 3)
    assert known["estimate"] == pytest.approx(math.exp(expected.estimate))
    assert known["ci"] == pytest.approx(np.exp(expected.ci))
    assert known["counts"] == [[22, 106], [32, 91]]


@pytest.mark.parametrize("measure", ["RR", "RD"])
def test_other_measures_within_studies_are_pooled_by_reml(measure):
    """The effects of the studies by the model that shares are pooled with."""
    known = compared(cases.BOTH, measure=measure)["within"]["estimates"]["known"]
    effects = two_group_effects(measure, *FOUR)
    expected = fit(effects.yi, effects.vi, None, "REML", "adhoc")
    back = math.exp if measure == "RR" else float
    assert known["estimate"] == pytest.approx(back(expected.mu))
    assert known["ci"] == pytest.approx([back(limit) for limit in expected.ci[0]])


def test_arms_of_one_side_are_summed_within_a_study():
    """Partial and radical nephrectomy in one study are one side of its own comparison."""
    rows = [
        *cases.BOTH[2:],
        cases.arm("adams", 0, 1, 8, arm_id="x"),
        cases.arm("adams", 0, 3, 12, arm_id="y"),
    ]
    rows += cases.BOTH[1:2]
    assert compared(rows)["within"] == compared(cases.BOTH)["within"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No study that counts here reports both."),
        (cases.SINGLE, "No study that counts here reports both."),
        (cases.BOTH[:2], "its own comparison is shown"),
        (cases.BOTH[:4], "Two studies are too few"),
        (cases.pair("adams", 0, 20, 0, 24), "says nothing of a ratio"),
        (
            [*cases.pair("adams", 0, 20, 9, 24), *cases.pair("baker", 0, 31, 3, 8)],
            "On one side nobody",
        ),
        ([*cases.BOTH, *cases.pair("moore", 0, 9, 0, 7)], "1 of the 5 studies that report both"),
    ],
)
def test_few_studies_within_are_answered_in_words(rows, said):
    """None, one, two, and those that say nothing of a ratio."""
    within = compared(rows)["within"]
    assert said in notes(within)
    assert within["pi"] is None or within["k"] > 2


def test_one_study_is_shown_as_it_stands():
    """Its odds ratio by hand, with the normal interval; nothing is pooled."""
    within = compared(cases.BOTH[:2])["within"]
    known = within["estimates"]["known"]
    log, se = math.log(4 * 15 / (16 * 9)), math.sqrt(1 / 4 + 1 / 16 + 1 / 9 + 1 / 15)
    assert known["estimate"] == pytest.approx(math.exp(log))
    assert known["ci"] == pytest.approx(
        [math.exp(log - 1.959964 * se), math.exp(log + 1.959964 * se)]
    )
    assert within["model"] is None


def test_unknown_outcomes_leave_a_lowest_and_a_highest_comparison():
    """Lowest: of the unknown, nobody on the first side and everybody on the second had it."""
    rows = [cases.arm("adams", 0, 4, 16, 20), cases.arm("adams", 1, 9, 22, 24)]
    estimates = compared(rows, measure="RD")["within"]["estimates"]
    found = [estimates[name]["estimate"] for name in ("lowest", "known", "highest")]
    assert found == pytest.approx([4 / 20 - 11 / 24, 4 / 16 - 9 / 22, 8 / 20 - 9 / 24])
    assert estimates["lowest"]["counts"] == [[4, 20], [11, 24]]
    assert estimates["highest"]["counts"] == [[8, 20], [9, 24]]


def test_where_nothing_is_known_there_are_no_bounds():
    """Everybody whose outcome is known had it: the unknown ones alone make no odds ratio."""
    rows = [cases.arm("adams", 0, 4, 20), cases.arm("adams", 1, 10, 10, 24)]
    within = compared(rows)["within"]
    assert set(within["estimates"].values()) == {None}
    assert "On one side everybody in the one study had this outcome" in notes(within)


def test_across_studies_arms_are_nested_in_their_studies():
    """Logits of every arm in the three-level model, the interval by study."""
    rows = [*cases.BOTH, *cases.SINGLE]
    across = compared(rows)["across"]
    x, n, side = (np.array([row[name] for row in rows]) for name in ("events", "n_known", "side"))
    fitted = fit_nested(
        special.logit(x / n), 1 / x + 1 / (n - x), [row["study_id"] for row in rows], 1 - side
    )
    robust = cluster_robust(fitted)
    expected, known = robust.of([0, 1], adhoc=True), across["estimates"]["known"]
    assert not across["refused"]
    assert (known["k"], known["arms"]) == (12, 16)
    assert known["estimate"] == pytest.approx(math.exp(expected.estimate), rel=1e-9)
    half = stats.t.ppf(0.975, expected.df) * expected.se
    limits = np.exp([expected.estimate - half, expected.estimate + half])
    assert known["ci"] == pytest.approx(limits, rel=1e-9)
    sides = [special.expit(robust.of(one).estimate) for one in ([1, 1], [1, 0])]
    assert [one["estimate"] for one in known["shares"]] == pytest.approx(sides, rel=1e-9)


def test_studies_that_all_report_both_are_not_compared_across():
    """What they say is said by the comparison within them."""
    rows = [*cases.BOTH, *cases.pair("evans", 3, 18, 6, 19)]
    assert "Every study that counts reports both sides" in notes(compared(rows)["across"])
    assert not compared([*rows, cases.arm("frank", 0, 11, 42)])["across"]["refused"]


def test_agreement_by_chance_does_not_narrow_the_interval():
    """Studies that agree to the last digit: the interval is the model's, on fewer degrees."""
    rows = [cases.arm(f"s{n}", n % 2, 5 + 3 * (n % 2), 20) for n in range(12)]
    known = compared(rows)["across"]["estimates"]["known"]
    se = math.sqrt((1 / 5 + 1 / 15) / 6 + (1 / 8 + 1 / 12) / 6)
    assert known["scale"]["se"] == pytest.approx(se, rel=1e-6)
    log = math.log(5 / 15 * 12 / 8)
    half = stats.t.ppf(0.975, known["scale"]["df"]) * se
    assert known["ci"] == pytest.approx([math.exp(log - half), math.exp(log + half)], rel=1e-6)


def test_swapping_sides_turns_the_comparison_over():
    """First against second is one over second against first; lowest becomes highest."""
    rows = [row | {"n_treated": row["n_known"] + 2} for row in (*cases.BOTH, *cases.SINGLE)]
    swapped = [row | {"side": 1 - row["side"]} for row in rows]
    found, turned = compared(rows), compared(swapped)
    for part in ("within", "across"):
        for name, other in (("known", "known"), ("lowest", "highest"), ("highest", "lowest")):
            one, two = found[part]["estimates"][name], turned[part]["estimates"][other]
            assert one["estimate"] == pytest.approx(1 / two["estimate"], rel=1e-5)
            assert one["ci"] == pytest.approx([1 / limit for limit in two["ci"][::-1]], rel=1e-4)


def test_too_few_studies_a_side_are_not_compared_across():
    """The protocol's number is held on each side, and said with what is there."""
    rows = [
        row for row in (*cases.BOTH, *cases.SINGLE) if row["side"] == 0 or row["study_id"] < "e"
    ]
    found = compared(rows)
    assert found["across"]["refused"]
    assert set(found["across"]["estimates"].values()) == {None}
    assert notes(found["across"]).startswith("Only 4 studies of Nephrectomy can count here")
    assert "at least 5 on each side" in notes(found["across"])
    assert not compared(rows, least_studies=4)["across"]["refused"]


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("provisional", "2 more studies of Nephrectomy are known only from an abstract"),
        ("retracted", "2 more studies of Nephrectomy are out after a retraction"),
        ("overlaps", "2 more studies of Nephrectomy may report patients of another study"),
    ],
)
def test_rows_that_do_not_count_lift_no_side_over_the_number(mark, said):
    """A comparison that needs them is refused, and they are named as what is missing."""
    rows = [
        row | {mark: row["side"] == 1 and row["study_id"] in ("irwin", "jones", "klein", "lopez")}
        for row in (*cases.BOTH[:6], *cases.SINGLE)
    ]
    rows = [row for row in rows if row["study_id"] not in ("klein", "lopez")]
    found = compared(rows)
    assert found["across"]["refused"]
    assert said in notes(found["across"])
    assert found["sides"][1]["k"] == 3
    kept = [row for row in rows if not row[mark]]
    assert found["within"] == compared(kept)["within"]


def test_studies_of_other_patients_are_named_where_a_side_needs_them():
    """The columns of the protocol that they do not meet are said."""
    aside = [
        {
            "study_id": "moore",
            "label": "Moore",
            "year": 2021,
            "side": 1,
            "columns": ["salvage_line"],
        }
    ]
    found = compared(cases.BOTH, aside)
    assert "1 more study of Nephrectomy reports the outcome of other patients" in notes(
        found["across"]
    )
    assert "(salvage line)" in notes(found["across"])
    (line,) = [line for line in found["studies"] if line["study_id"] == "moore"]
    assert line["sides"] == [None, {"columns": ["salvage_line"]}]


@pytest.mark.parametrize(("events", "who"), [(0, "nobody"), (1, "everybody")])
def test_a_side_without_events_is_not_compared_across(events, who):
    """The half patients that would be added must not make an odds ratio by themselves."""
    rows = [
        row | {"events": events * row["n_known"]} if row["side"] else row
        for row in (*cases.BOTH, *cases.SINGLE)
    ]
    across = compared(rows)["across"]
    assert across["refused"]
    assert f"In the studies of Nephrectomy {who} had this outcome" in notes(across)


def test_an_interval_that_rests_on_too_little_is_not_shown():
    """One huge study a side leaves fewer than four degrees of freedom: refused."""
    rows = [cases.arm(f"small_{n}", n % 2, 1 + n % 3, 6) for n in range(10)]
    rows += [cases.arm(f"huge_{n}", n, 900 + 50 * n, 5000) for n in range(2)]
    rows = [row | {"events": round(row["n_known"] * 0.2)} for row in rows]
    across = compared(rows)["across"]
    assert across["refused"]
    assert "degrees of freedom" in notes(across)


def test_studies_are_listed_with_what_they_have():
    """Counts, follow-up, why a side does not count, and the study's own odds ratio."""
    rows = [*cases.BOTH[:2], cases.arm("evans", 0, 3, 18, 20, provisional=True, year=2019)]
    evans, adams = compared(rows)["studies"]
    assert (evans["sides"][0]["why"], evans["sides"][1]) == (["provisional"], None)
    assert (evans["sides"][0]["events"], evans["sides"][0]["n_treated"]) == (3, 20)
    assert adams["estimate"] == pytest.approx(4 * 15 / (16 * 9))
    assert adams["sides"][1]["follow_up"][0]["followup_value"] == 24


def test_an_arm_counted_twice_is_refused():
    """As in an analysis."""
    with pytest.raises(EstimationError) as error:
        compared([*cases.BOTH, cases.BOTH[0]])
    assert "counted more than once" in str(error.value)


@st.composite
def any_rows(draw):
    """Whatever tables may hold: sparse arms, unknown outcomes, rows that do not count."""
    found = []
    for n in range(draw(st.integers(0, 14))):
        treated = draw(st.integers(1, 40))
        known = draw(st.integers(0, treated))
        found.append(
            cases.arm(
                f"study_{draw(st.integers(0, 9))}",
                draw(st.integers(0, 1)),
                draw(st.integers(0, known)),
                known,
                treated,
                arm_id=str(n),
                provisional=draw(st.integers(0, 9)) == 0,
                retracted=draw(st.integers(0, 9)) == 0,
            )
        )
    return found


@settings(max_examples=30)
@given(any_rows(), st.sampled_from(["OR", "RR", "RD"]))
def test_every_table_has_an_answer(rows, measure):
    """Numbers or words, never NaN, and the order of rows changes nothing."""
    found = compared(rows, measure=measure, least_studies=3)
    json.dumps(found, allow_nan=False)
    for part in ("within", "across"):
        for estimate in found[part]["estimates"].values():
            if estimate:
                low, high = (limit if limit is not None else math.inf for limit in estimate["ci"])
                assert low <= estimate["estimate"] <= high
        assert found[part]["estimates"]["known"] or found[part]["notes"]
    again = compared(rows[::-1], measure=measure, least_studies=3)
    assert again["sides"] == found["sides"]
    assert again["within"]["estimates"] == found["within"]["estimates"]
