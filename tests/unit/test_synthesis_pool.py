"""One analysis, pooled: its numbers, and what is said where there is little to pool."""

import numpy as np
import pandas as pd
import pytest
from pooling_cases import SALVAGE, rows
from scipy import integrate, special, stats

from living_review import synthesis
from living_review.errors import EstimationError
from living_review.pool_file import pool_file
from living_review.pool_table import Options
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.random_effects import fit

ANALYSIS = {"id": "recurrence"}
REML = {"measure": "PLO", "method": "REML", "test": "adhoc"}


def main(series, model=None, **columns):
    return synthesis.pool(rows(series, **columns), ANALYSIS | {"model": model})["main"]


def notes(pooled):
    return " ".join(pooled["notes"])


def test_the_counts_are_pooled_as_they_are():
    """Binomial-normal model, by two independent exact fits; t on k - 1 degrees of freedom."""
    pooled = main(SALVAGE)
    mu, tau2, se = 0.998371152920135, 0.417552028588021, 0.237918089543587
    model, proportion = pooled["model"], pooled["proportion"]
    t = stats.t.ppf(0.975, 11)
    assert (model["measure"], model["method"], model["test"]) == ("PLO", "glmm", "t")
    assert (model["estimate"], model["se"]) == pytest.approx((mu, se), rel=1e-6)
    assert model["ci"] == pytest.approx([mu - t * se, mu + t * se], rel=1e-6)
    assert model["ci_profile"] == pytest.approx([0.487685449761294, 1.52201762569218], rel=1e-6)
    half = t * (tau2 + se**2) ** 0.5
    assert model["pi"] == pytest.approx([mu - half, mu + half], rel=1e-6)
    for name in ("ci", "ci_profile", "pi"):
        assert proportion[name] == pytest.approx(special.expit(model[name]), rel=1e-12)
    assert proportion["estimate"] == pytest.approx(special.expit(mu), rel=1e-7)
    assert pooled["heterogeneity"]["tau2"] == pytest.approx(tau2, rel=1e-6)
    assert pooled["heterogeneity"]["tau2_ci"] == pytest.approx(
        [0.0921700445773146, 1.59169937289761], rel=1e-6
    )


def test_the_mean_proportion_stands_beside_the_median():
    """The mean of expit(mu + tau Z), by another quadrature; each is named in words."""
    pooled = main(SALVAGE)
    mu, tau = pooled["model"]["estimate"], pooled["heterogeneity"]["tau2"] ** 0.5
    mean, _ = integrate.quad(lambda z: special.expit(mu + tau * z) * stats.norm.pdf(z), -12, 12)
    assert pooled["proportion"]["marginal"] == pytest.approx(mean, rel=1e-9)
    assert pooled["proportion"]["marginal"] < pooled["proportion"]["estimate"]
    assert pooled["proportion"]["name"] == "Median proportion"
    assert pooled["estimand"].startswith("The median of the true proportions of studies like these")
    assert pooled["model"]["words"].startswith("Binomial-normal model of the counts as they are")


@pytest.mark.parametrize("model", [{}, REML, {"measure": "PAS", "method": "DL", "test": "z"}])
def test_the_command_pools_the_same_studies_alike(tmp_path, model):
    """A table of the same counts, by `living-review pool`: every number that both give."""
    table = tmp_path / "table.csv"
    table.write_text("x,n\n" + "".join(f"{x},{n}\n" for x, n in SALVAGE))
    answer = pool_file(table, Options({"events": "x", "total": "n"}, **model))
    pooled = main(SALVAGE, model)
    for part in ("model", "proportion", "heterogeneity"):
        both = set(answer[part]) & set(pooled[part]) - {"name"}
        assert len(both) > 4
        for name in both:
            assert pooled[part][name] == answer[part][name], name
    assert (pooled["estimand"], pooled["notes"]) == (answer["estimand"], answer["notes"])


def test_weights_are_of_the_normal_model_alone():
    """The binomial-normal model has none; every study has its logit and its variance."""
    pooled = main([(3, 4), (0, 10), (20, 40)])
    assert [study["weight"] for study in pooled["studies"]] == [None] * 3
    half = special.logit([3 / 4, 0.5 / 11, 20 / 40])
    assert [study["yi"] for study in pooled["studies"]] == pytest.approx(list(half))
    variances = [1 / 3 + 1, 1 / 0.5 + 1 / 10.5, 1 / 20 + 1 / 20]
    assert [study["vi"] for study in pooled["studies"]] == pytest.approx(variances)


@pytest.mark.parametrize("measure", ["PLO", "PLN", "PAS", "PR"])
@pytest.mark.parametrize("method", ["REML", "DL", "PM", "ML", "EB", "SJ", "HE", "HS", "EE"])
def test_any_normal_model_can_be_chosen(measure, method):
    """It is fitted as asked, and its own words name it."""
    asked = {"measure": measure, "method": method}
    pooled = main(SALVAGE, asked)
    assert pooled["model"] == pooled["model"] | asked | {"test": "adhoc"}
    effects = proportion_effects(measure, *zip(*SALVAGE, strict=True))
    known = fit(effects.yi, effects.vi, method=method, test="adhoc")
    assert pooled["model"]["estimate"] == pytest.approx(known.mu, rel=1e-12)
    back = {"PLO": special.expit, "PLN": np.exp, "PAS": lambda t: np.sin(t) ** 2, "PR": float}
    assert pooled["proportion"]["estimate"] == pytest.approx(back[measure](known.mu), rel=1e-12)
    words = pooled["model"]["words"]
    assert words.startswith("Common-effect" if method == "EE" else "Random-effects")


def test_pooled_numbers_are_metafors():
    """Logit REML, ad hoc test, back-transformed; weights add up to 1."""
    pooled = main(SALVAGE, REML)
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
    pooled = main([(0, 10), (12, 12), (5, 5), (0, 7), (20, 25), (3, 11), (9, 9)], REML)
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
    pooled = main([(3, 10), (9, 30)], REML)
    assert pooled["model"]["estimate"] == pytest.approx(-0.847297860387204)
    assert pooled["model"]["ci"] == pytest.approx([-5.23135499958064, 3.53675927880623])
    assert pooled["heterogeneity"] is None
    assert pooled["proportion"]["pi"] is None
    assert "Two studies are too few" in notes(pooled)
    by_counts = main([(3, 10), (9, 30)])
    assert by_counts["proportion"]["estimate"] == pytest.approx(12 / 40, rel=1e-7)
    assert (by_counts["heterogeneity"], by_counts["proportion"]["pi"]) == (None, None)
    assert "Two studies are too few" in notes(by_counts)


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
    pooled = main([(1, 1), (0, 1), (4, 6), (9, 12), (7, 7)], REML)
    assert "2 of the 5 studies are reports of a single patient" in notes(pooled)
    assert "In 3 of the 5 studies all patients or none" in notes(pooled)
    by_counts = main([(1, 1), (0, 1), (4, 6), (9, 12), (7, 7)])
    assert "half a patient" not in notes(by_counts)


def test_unknown_outcomes_bound_the_result():
    """63 of 64 known of 82 treated: 76.8 % to 98.8 %; a study that says nothing is counted."""
    pooled = main([(63, 64), (0, 0)], n_treated=[82, 5])
    assert (pooled["k"], pooled["n_missing"]) == (1, 23)
    assert pooled["bounds"]["low"] == {"estimate": 63 / 87, "events": 63, "total": 87}
    assert pooled["bounds"]["high"] == {"estimate": 86 / 87, "events": 86, "total": 87}
    assert "The outcome of 23 of 87 patients is not known" in notes(pooled)
    assert "The share of all patients taken together would be 72.4 % if none" in notes(pooled)
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
