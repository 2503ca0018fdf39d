"""Every analysis is pooled again with one choice made otherwise; the result itself never moves."""

import numpy as np
import pandas as pd
import pytest
import synthesis_reference as reference
from pooling_cases import SALVAGE, marked, rows
from scipy import special

from living_review import synthesis
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.random_effects import fit

ANALYSIS = {"id": "recurrence"}
IDS = [
    "other_model", "arcsine", "abstract_only", "with_overlaps", "with_retracted",
    "without_case_reports", "without_high_risk", "unknown_none", "unknown_all",
    "minimum_follow_up",
]  # fmt: skip
NUMBERS = ("k", "events", "n_known", "estimate", "marginal", "ci", "pi")


def lines(table, **analysis):
    """The sensitivity analyses by id."""
    found = synthesis.pool(table, ANALYSIS | analysis)["sensitivity"]
    assert [line["id"] for line in found] == IDS
    return {line["id"]: line for line in found}


def numbers(pooled):
    """What a sensitivity line has of a result."""
    shown = pooled["proportion"] or pooled["crude"] | {"marginal": None, "pi": None}
    shown = {name: shown[name] for name in ("estimate", "marginal", "ci", "pi")}
    return shown | {name: pooled[name] for name in ("k", "events", "n_known")}


def assert_same(line, pooled):
    """A line has the numbers of that result."""
    assert line["refused"] is None
    for name, value in numbers(pooled).items():
        assert line[name] == pytest.approx(value, rel=1e-9), name


def test_nothing_to_vary_is_said_in_words():
    """Twelve series read in full, all known: two other models, and eight refusals."""
    found = lines(rows(SALVAGE))
    refused = {name: line["refused"] for name, line in found.items() if line["refused"]}
    assert refused == {
        "abstract_only": "No study is left out for being known from less than its full text.",
        "with_overlaps": "No group of patients is left out as counted in another study.",
        "with_retracted": "No study is left out after a retraction or an expression of concern.",
        "without_case_reports": "No study has fewer than 5 patients.",
        "without_high_risk": "Risk of bias is not judged yet.",
        "unknown_none": "No outcome is unknown.",
        "unknown_all": "No outcome is unknown.",
        "minimum_follow_up": "No study states how long patients were followed.",
    }
    for name in refused:
        assert {found[name][number] for number in NUMBERS} == {None}


def test_the_other_model_is_the_one_that_the_analysis_has_not():
    """Logits by REML as metafor has them beside the counts; the counts beside anything else."""
    beside = lines(rows(SALVAGE))["other_model"]
    assert special.logit(beside["estimate"]) == pytest.approx(0.805341171322052, rel=1e-9)
    assert special.logit(beside["ci"]) == pytest.approx([0.470410684673553, 1.14027165797055])
    assert "Hartung-Knapp" in beside["model"]
    for model in ({"method": "REML"}, {"measure": "PR", "method": "DL"}):
        beside = lines(rows(SALVAGE), model=model)["other_model"]
        assert special.logit(beside["estimate"]) == pytest.approx(0.998371152920135, rel=1e-7)
        assert beside["model"].startswith("Binomial-normal")


def test_arcsine_is_the_references(shared_data):
    """REML on arcsine square roots, never narrower than z; 14 series of hyperdynamic therapy."""
    known = reference.read(shared_data, "prop_pritz1997")
    expected = known["measures"]["PAS"]["rma"]["REML"]["adhoc"]
    series = list(zip(known["input"]["x"], known["input"]["n"], strict=True))
    found = lines(rows(series))["arcsine"]
    assert found["ci"] == pytest.approx([expected["bt"]["ci_lb"], expected["bt"]["ci_ub"]])
    assert found["estimate"] == pytest.approx(expected["bt"]["est"], rel=1e-7)


def test_a_model_is_not_set_against_itself():
    """Arcsine is the main model here."""
    found = lines(rows(SALVAGE), model={"measure": "PAS"})["arcsine"]
    assert found["refused"] == "It is the model of the main analysis."


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("provisional", "abstract_only"),
        ("overlaps", "with_overlaps"),
        ("retracted", "with_retracted"),
    ],
)
def test_what_one_reason_keeps_out_comes_back_alone(mark, name):
    """With the rows that only this reason keeps out; the others stay out, and out of the result."""
    marks = {"provisional": (0, 3), "overlaps": (1, 3), "retracted": (2, 3)}
    columns = {of: marked(SALVAGE, *places) for of, places in marks.items()}
    found = synthesis.pool(rows(SALVAGE, **columns), ANALYSIS)
    back = marks[mark][0]
    out = [at for at in range(4) if at != back]
    line = next(line for line in found["sensitivity"] if line["id"] == name)
    assert_same(line, synthesis.pool(rows(SALVAGE).drop(index=out), ANALYSIS)["main"])
    assert found["main"] == synthesis.pool(rows(SALVAGE[4:]).assign(
        study_id=[f"study-{at:02}" for at in range(4, 12)],
        label=[f"Author {at:02}" for at in range(4, 12)],
        year=range(2004, 2012),
    ), ANALYSIS)["main"]  # fmt: skip


def test_the_two_full_results_beside_the_main_one_are_those_of_the_set():
    """abstract_only and with_retracted say in full what the lines say in short."""
    columns = {"provisional": marked(SALVAGE, 0, 5), "retracted": marked(SALVAGE, 2)}
    found = synthesis.pool(rows(SALVAGE, **columns), ANALYSIS)
    by_id = {line["id"]: line for line in found["sensitivity"]}
    for name in ("abstract_only", "with_retracted"):
        assert_same(by_id[name], found[name])


def test_small_series_are_left_out_by_the_patients_treated():
    """Four treated are a handful of cases; five of whom one is known are a series."""
    table = rows([(1, 1), (3, 4), (1, 1), *SALVAGE], n_treated=[1, 4, 5, *(n for _, n in SALVAGE)])
    line = lines(table)["without_case_reports"]
    assert_same(line, synthesis.pool(table.drop(index=[0, 1]), ANALYSIS)["main"])
    none_left = lines(rows([(1, 1), (2, 3), (1, 4)]))["without_case_reports"]
    assert none_left["refused"] == "No study has 5 patients or more."


def test_high_risk_of_bias_is_left_out():
    """High, serious, critical; who is not judged stays in and is counted in words."""
    judged = ["high", "Serious", "critical ", "some", "low", "moderate", *[""] * 6]
    table = rows(SALVAGE, risk_of_bias=judged)
    line = lines(table)["without_high_risk"]
    assert_same(line, synthesis.pool(table.drop(index=[0, 1, 2]), ANALYSIS)["main"])
    assert line["notes"][0] == "6 of these 9 studies not judged yet."
    for said, words in (("low", "No study is judged to be at high"), ("high", "Every study is at")):
        assert words in lines(rows(SALVAGE, risk_of_bias=said))["without_high_risk"]["refused"]


def test_one_arm_at_high_risk_takes_its_study_out():
    """Risk of bias is judged of a study, whatever its rows."""
    table = rows(SALVAGE, risk_of_bias=["high", *["low"] * 11])
    table = pd.concat([table, table[:1].assign(arm_id="b", risk_of_bias="")])
    assert lines(table)["without_high_risk"]["k"] == 11


def test_unknown_outcomes_are_pooled_at_both_ends():
    """As if none and as if all of those had it, a silent study with them."""
    treated = [n + at for at, (_, n) in enumerate(SALVAGE)]
    table = rows([*SALVAGE, (0, 0)], n_treated=[*treated, 7])
    found = lines(table)
    none = rows([(x, n) for (x, _), n in zip([*SALVAGE, (0, 0)], [*treated, 7], strict=True)])
    all_ = rows([
        (x + n - known, n) for (x, known), n in zip([*SALVAGE, (0, 0)], [*treated, 7], strict=True)
    ])  # fmt: skip
    assert_same(found["unknown_none"], synthesis.pool(none, ANALYSIS)["main"])
    assert_same(found["unknown_all"], synthesis.pool(all_, ANALYSIS)["main"])
    assert found["unknown_none"]["estimate"] < found["unknown_all"]["estimate"]


@pytest.mark.parametrize(
    ("value", "unit", "stays"),
    [(12, "months", True), (1, "years", True), (366, "days", True), (1, "year", True),
     (11.9, "months", False), (52, "weeks", False), (400, "sessions", False), ("", "", False),
     (None, "months", False), (float("nan"), "months", False)],
)  # fmt: skip
def test_follow_up_is_compared_in_months(value, unit, stays):
    """Twelve months or more; what is not stated, or in no known unit, does not count."""
    table = rows(SALVAGE, followup_value=[value, 6, *[24] * 10])
    table = table.assign(followup_unit=[unit, *["months"] * 11])
    assert lines(table)["minimum_follow_up"]["k"] == 10 + stays


def test_the_protocol_sets_the_follow_up():
    """In months; a minimum that all or none reach is said in words."""
    table = rows(SALVAGE, followup_value=range(12), followup_unit="months")
    line = lines(table, minimum_follow_up=9)["minimum_follow_up"]
    assert (line["label"], line["k"]) == ("Only groups followed up for 9 months or more", 3)
    for months, words in ((0, "Every group was"), (60, "No group is known to be")):
        assert words in lines(table, minimum_follow_up=months)["minimum_follow_up"]["refused"]


def test_studies_that_do_not_tell_their_follow_up_are_counted():
    """In a note, since they can't be shown to reach it."""
    table = rows(SALVAGE, followup_value=[24] * 10 + [""] * 2, followup_unit="months")
    notes = lines(table)["minimum_follow_up"]["notes"]
    assert "2 studies do not state the follow-up and can't count here." in notes


def test_nothing_is_varied_of_no_result():
    """Only what is left out can be shown, where it is all there is."""
    found = lines(rows(SALVAGE, provisional=True))
    assert found.pop("abstract_only")["k"] == 12
    refused = {line["refused"] for line in found.values()}
    assert refused == {
        "No study counts in the main analysis.",
        "No group of patients is left out as counted in another study.",
        "No study is left out after a retraction or an expression of concern.",
    }


def test_a_single_study_has_no_other_model():
    """It is shown as it stands; its unknown outcomes are bounded all the same."""
    found = lines(rows([(7, 20)], n_treated=25))
    words = "A single study is shown as it stands, whatever the model."
    assert found["other_model"]["refused"] == found["arcsine"]["refused"] == words
    assert found["unknown_all"]["estimate"] == 12 / 25
    assert found["unknown_all"]["model"] is None


def test_the_set_rests_on_the_model_of_the_analysis():
    """Whatever is left out, the scale and the method stay those that were chosen."""
    table = rows([(1, 2), *SALVAGE])
    line = lines(table, model={"measure": "PAS", "method": "DL"})["without_case_reports"]
    effects = proportion_effects("PAS", *zip(*SALVAGE, strict=True))
    known = fit(effects.yi, effects.vi, method="DL", test="adhoc")
    assert line["estimate"] == pytest.approx(np.sin(known.mu) ** 2)
