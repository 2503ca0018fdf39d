"""One analysis, pooled: its numbers, and what is said where there is little to pool."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import synthesis
from living_review.errors import EstimationError

ANALYSIS = {"id": "recurrence", "model": {"measure": "PLO", "method": "REML", "test": "adhoc"}}
# Invented series; values by metafor 3.8-1
SALVAGE = [(63, 64), (11, 16), (24, 36), (5, 9), (41, 62), (18, 25), (3, 6), (9, 11), (14, 22),
           (30, 40), (21, 31), (8, 12)]  # fmt: skip


def rows(series, **columns):
    """A row an arm, one arm a study, from (events, n_known)."""
    table = pd.DataFrame(
        [
            {
                "study_id": f"study-{at:02}",
                "label": f"Author {at:02}",
                "year": 2000 + at,
                "arm_id": "a",
                "n_treated": known,
                "n_known": known,
                "events": events,
                "in_index_review": "no",
                "provisional": False,
                "retracted": False,
                "basis": "full_text",
            }
            for at, (events, known) in enumerate(series)
        ]
    )
    return table.assign(**columns)


def main(series, **columns):
    return synthesis.pool(rows(series, **columns), ANALYSIS)["main"]


def notes(pooled):
    return " ".join(pooled["notes"])


def test_pooled_numbers_are_metafors():
    """Logit REML, ad hoc test, back-transformed; weights add up to 1."""
    pooled = main(SALVAGE)
    assert pooled["model"]["estimate"] == pytest.approx(0.805341171322052, rel=1e-9)
    assert pooled["model"]["se"] == pytest.approx(0.152172987224754, rel=1e-9)
    assert pooled["model"]["ci"] == pytest.approx([0.470410684673553, 1.14027165797055], rel=1e-9)
    assert (pooled["model"]["df"], pooled["k"], pooled["events"]) == (11, 12, 247)
    assert pooled["proportion"]["estimate"] == pytest.approx(0.69112, abs=1e-5)
    assert pooled["heterogeneity"]["tau2_ci"] == pytest.approx([0, 2.33680329561613], rel=1e-7)
    assert sum(study["weight"] for study in pooled["studies"]) == pytest.approx(1)
    assert pooled["crude"]["estimate"] == 247 / 334
    assert pooled["crude"]["interval"] == "Clopper-Pearson"


def test_pi_is_the_one_with_k_less_one():
    """mu +- t(k-1) sqrt(tau2 + se^2)."""
    pooled = main([(0, 10), (12, 12), (5, 5), (0, 7), (20, 25), (3, 11), (9, 9)])
    half = 2.4469118511449692 * (4.75501115124002 + 0.974349669742676**2) ** 0.5
    assert pooled["model"]["pi"] == pytest.approx(
        [0.444223119387261 - half, 0.444223119387261 + half], rel=1e-7
    )


def test_nothing_reported_is_said():
    """k = 0, from an empty table with columns or without any."""
    for empty in (rows(SALVAGE)[:0], pd.DataFrame(), []):
        found = synthesis.pool(empty, ANALYSIS)
        assert found["main"]["notes"] == ["No eligible study reports this yet."]
        assert found["main"]["k"] == 0
        assert (found["abstract_only"], found["with_retracted"]) == (None, None)
        assert found["retracted"] == []
        nothing = ("crude", "bounds", "model", "proportion", "heterogeneity")
        assert {found["main"][name] for name in nothing} == {None}


def test_one_study_is_shown_not_pooled():
    """k = 1: its own exact interval, no model, no weight."""
    pooled = main([(7, 20)])
    assert "Only one study" in notes(pooled)
    assert (pooled["model"], pooled["proportion"], pooled["heterogeneity"]) == (None, None, None)
    assert pooled["studies"][0]["ci"] == pytest.approx([0.153909, 0.592189], abs=1e-6)
    assert pooled["studies"][0]["weight"] is None


def test_two_studies_have_an_estimate_without_a_variance_between_them():
    """k = 2: metafor's estimate; tau2, I2, the prediction interval are withheld and it says so."""
    pooled = main([(3, 10), (9, 30)])
    assert pooled["model"]["estimate"] == pytest.approx(-0.847297860387204)
    assert pooled["model"]["ci"] == pytest.approx([-5.23135499958064, 3.53675927880623])
    assert pooled["heterogeneity"] is None
    assert pooled["proportion"]["pi"] is None
    assert "Two studies are too few" in notes(pooled)


@pytest.mark.parametrize(
    ("series", "said", "estimate"),
    [
        ([(0, 10), (0, 15), (0, 8)], "No patient in any of the 3 studies", 0),
        ([(12, 12), (7, 7)], "Every patient in all of the 2 studies", 1),
        ([(1, 1), (0, 1), (1, 1)], "All 3 studies are reports of a single patient", 2 / 3),
        ([(0, 10), (0, 7), (5, 5)], "In every one of the 3 studies either all", 5 / 22),
    ],
)
def test_no_finite_estimate_becomes_the_exact_interval(series, said, estimate):
    """No model is fitted to counts that have none, and no tau2 is printed."""
    pooled = main(series)
    assert (pooled["model"], pooled["heterogeneity"]) == (None, None)
    assert pooled["crude"]["estimate"] == pytest.approx(estimate)
    assert pooled["crude"]["ci"][0] < pooled["crude"]["ci"][1]
    assert said in notes(pooled)


def test_identical_studies_differ_by_nothing():
    """tau2 = 0 is an answer, not an error."""
    pooled = main([(2, 4), (3, 6), (4, 8)])
    assert pooled["heterogeneity"]["tau2"] == 0
    assert "All studies report the same proportion" in notes(pooled)


def test_agreement_within_chance_is_not_called_identical():
    """tau2 = 0 of unlike studies proves nothing."""
    pooled = main([(2, 5), (3, 6), (4, 8)])
    assert pooled["heterogeneity"]["tau2"] == 0
    assert "does not prove" in notes(pooled)
    assert "same proportion" not in notes(pooled)


def test_case_reports_and_whole_arms_are_counted_in_words():
    """One patient a study, and half patients added, are told."""
    pooled = main([(1, 1), (0, 1), (4, 6), (9, 12), (7, 7)])
    assert "2 of the 5 studies are reports of a single patient" in notes(pooled)
    assert "In 3 of the 5 studies all patients or none" in notes(pooled)


def test_unknown_outcomes_bound_the_result():
    """63 of 64 known of 82 treated: 76.8 % to 98.8 %; a study that says nothing is counted."""
    pooled = main([(63, 64), (0, 0)], n_treated=[82, 5])
    assert (pooled["k"], pooled["n_missing"]) == (1, 23)
    assert pooled["bounds"]["low"] == {"estimate": 63 / 87, "events": 63, "total": 87}
    assert pooled["bounds"]["high"] == {"estimate": 86 / 87, "events": 86, "total": 87}
    assert "The outcome of 23 of 87 patients is not known" in notes(pooled)
    assert "1 more study has patients without saying" in notes(pooled)
    silent = pooled["studies"][1]
    assert (silent["estimate"], silent["ci"], silent["weight"]) == (None, None, None)


def test_only_unknown_outcomes_are_no_result():
    """Patients without any known outcome: bounds 0 to 1, nothing else."""
    pooled = main([(0, 0)], n_treated=[10])
    assert pooled["crude"] is None
    assert (pooled["bounds"]["low"]["estimate"], pooled["bounds"]["high"]["estimate"]) == (0, 1)
    assert "do not say what became of any" in notes(pooled)


def test_arms_of_a_study_are_summed():
    """Two arms are one study; arms that disagree on membership make it unknown."""
    table = rows([(3, 10), (2, 5), (4, 9)]).assign(
        study_id=["a", "a", "b"], arm_id=["1", "2", "1"], label=["A", "A", "B"], year=2001
    )
    table.loc[1, "in_index_review"] = "unknown"
    found = synthesis.pool(table, ANALYSIS)["main"]
    assert [(s["study_id"], s["events"], s["n_known"]) for s in found["studies"]] == [
        ("a", 5, 15),
        ("b", 4, 9),
    ]
    assert [s["in_index_review"] for s in found["studies"]] == ["unknown", "no"]


def test_provisional_rows_only_enter_the_abstract_only_result():
    """Never the main one; where all are provisional, the main one is empty."""
    found = synthesis.pool(rows(SALVAGE[:4], provisional=[False, True, False, False]), ANALYSIS)
    assert (found["main"]["k"], found["abstract_only"]["k"]) == (3, 4)
    assert [s["provisional"] for s in found["abstract_only"]["studies"]] == [
        False,
        True,
        False,
        False,
    ]
    none_firm = synthesis.pool(rows(SALVAGE[:2], provisional=True), ANALYSIS)
    assert (none_firm["main"]["k"], none_firm["abstract_only"]["k"]) == (0, 2)
    assert synthesis.pool(rows(SALVAGE), ANALYSIS)["abstract_only"] is None


def test_retracted_rows_are_out_of_every_result_but_the_one_with_them():
    """Without them as if they had never come; with them as if nothing had happened."""
    out = [at == 3 for at in range(len(SALVAGE))]
    found = synthesis.pool(rows(SALVAGE, retracted=out), ANALYSIS)
    whole = synthesis.pool(rows(SALVAGE), ANALYSIS)
    assert found["main"] == synthesis.pool(rows(SALVAGE).drop(index=3), ANALYSIS)["main"]
    assert found["main"]["events"] == 247 - 5
    assert (found["not_in_published"]["k"], found["abstract_only"]) == (11, None)
    assert unmarked(found["with_retracted"]) == unmarked(whole["main"])
    marks = [study["retracted"] for study in found["with_retracted"]["studies"]]
    assert marks == out
    assert [study["study_id"] for study in found["retracted"]] == ["study-03"]
    assert (whole["with_retracted"], whole["retracted"]) == (None, [])


def unmarked(pooled):
    return {**pooled, "studies": [{**one, "retracted": None} for one in pooled["studies"]]}


def test_a_retracted_study_is_in_no_sensitivity_either():
    """Provisional or not; one that would not count in the main result is not put back into it."""
    provisional, retracted = [False, True, True, False], [False, False, True, False]
    table = rows(SALVAGE[:4], provisional=provisional, retracted=retracted)
    found = synthesis.pool(table, ANALYSIS)
    assert (found["main"]["k"], found["abstract_only"]["k"]) == (2, 3)
    assert found["with_retracted"] is None
    assert [study["study_id"] for study in found["retracted"]] == ["study-02"]


def test_nothing_is_left_without_the_only_study():
    """The main result says so, and the one with it has its numbers."""
    found = synthesis.pool(rows([(7, 20)], retracted=True), ANALYSIS)
    assert found["main"]["notes"] == ["No eligible study reports this yet."]
    assert (found["with_retracted"]["k"], found["with_retracted"]["events"]) == (1, 7)


def test_only_studies_surely_outside_the_index_review_are_added_to_it():
    """Crude totals of `no`; `unknown` and `yes` stay out, provisional ones too."""
    table = rows(
        [(1, 2), (3, 4), (5, 6), (7, 8)],
        in_index_review=["no", "yes", "unknown", "no"],
        provisional=[False, False, False, True],
    )
    found = synthesis.pool(table, ANALYSIS)["not_in_published"]
    assert found == {"k": 1, "events": 1, "n_known": 2, "n_treated": 2}


def test_studies_are_in_order_of_year_and_label():
    """Whatever the order of the rows; no year comes first."""
    table = rows([(1, 5), (2, 5), (3, 5)]).assign(year=[2010, "", 2010], label=["B", "C", "A"])
    found = synthesis.pool(table, ANALYSIS)["main"]["studies"]
    assert [(s["label"], s["year"]) for s in found] == [("C", None), ("A", 2010), ("B", 2010)]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(0, 5)).flatmap(
            lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.just(n[0] + n[1]))
        ),
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)
def test_same_bytes_in_any_order_and_never_nan(studies, random):
    """Valid JSON for any counts; rows in another order give the same text."""
    table = rows([(x, n) for x, n, _ in studies])
    if len(table):
        table = table.assign(n_treated=[n for _, _, n in studies])
    order = list(range(len(table)))
    random.shuffle(order)
    texts = {
        json.dumps(synthesis.pool(one, ANALYSIS), allow_nan=False)
        for one in (table, table.iloc[order])
    }
    assert len(texts) == 1
    pooled = json.loads(texts.pop())["main"]
    if pooled["proportion"]:
        low, high = pooled["proportion"]["ci"]
        assert 0 <= low <= pooled["proportion"]["estimate"] <= high <= 1
    assert all(note.endswith(".") for note in pooled["notes"])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"events": 6}, "study study-00, arm a: n_treated 5, n_known 5, events 6; allowed"),
        ({"n_known": 9}, "events <= n_known <= n_treated"),
        ({"events": ""}, "events ''"),
        ({"n_treated": 5.5}, "n_treated 5.5"),
        ({"events": -1}, "events -1"),
    ],
)
def test_impossible_counts_are_named(columns, message):
    """All rows at once, each with study and arm."""
    with pytest.raises(EstimationError) as error:
        main([(1, 5), (2, 5)], **columns)
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 2


def test_an_arm_counted_twice_is_refused():
    """Two time points of one arm are not two arms."""
    table = pd.concat([rows([(1, 5)]), rows([(2, 5)])])
    with pytest.raises(EstimationError, match="study-00, arm a: counted more than once"):
        synthesis.pool(table, ANALYSIS)


def test_a_model_that_is_none_is_refused():
    """The message lists what is allowed."""
    with pytest.raises(EstimationError, match="allowed: PR, PLN, PLO"):
        synthesis.pool(rows(SALVAGE), {"id": "x", "model": {"measure": "OR"}})
