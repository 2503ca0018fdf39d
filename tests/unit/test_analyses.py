"""An analysis uses the rows that it names, and is named by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import analyses, model_names
from living_review.analyses import UNDECIDED, Decided

ANALYSIS = {
    "id": "recurrence",
    "outcome": "recurrence",
    "where": {"modality": ["re_ablation"], "time_point": ["last_follow_up"]},
    "model": {"measure": "PLO"},
}


def extracted(**changes):
    outcome = {
        "study_id": "smith",
        "arm_id": "a",
        "outcome": "recurrence",
        "n_treated": 9,
        "n_known": 8,
        "events": 2,
        "time_point": "last_follow_up",
        "followup_measure": "median",
        "followup_value": 24,
        "followup_unit": "months",
        "basis": "full_text",
        "quote": "2 of 8",
        "checked_by": "",
    }
    study = {"study_id": "smith", "label": "Smith 2020", "year": 2020, "in_index_review": "no"}
    arm = {"study_id": "smith", "arm_id": "a", "label": "RFA", "modality": "re_ablation"}
    report = {"study_id": "smith", "record_id": "pmid:1"}
    tables = {"studies": [study], "reports": [report], "arms": [arm], "outcomes": [outcome]}
    for table, cells in changes.items():
        tables[table] = [tables[table][0] | cells]
    return tables


def rows(tables, included=("pmid:1",), out=()):
    return analyses.rows(ANALYSIS, tables, Decided(included, out))


def test_a_row_of_an_included_study_counts():
    """Full text read, study included: not provisional."""
    (row,) = rows(extracted())
    assert (row["label"], row["events"], row["provisional"]) == ("Smith 2020", 2, False)


@pytest.mark.parametrize(
    ("tables", "included"),
    [(extracted(outcomes={"basis": "abstract"}), {"pmid:1"}), (extracted(), set())],
    ids=["abstract only", "not included"],
)
def test_provisional_until_read_and_included(tables, included):
    """Neither an abstract nor a study without a full-text decision is evidence yet."""
    assert [row["provisional"] for row in rows(tables, included)] == [True]


def test_a_study_that_is_out_is_marked_in_its_own_rows():
    """What becomes of another study changes nothing that this analysis is named after."""
    assert [row["retracted"] for row in rows(extracted(), out={"smith"})] == [True]
    assert rows(extracted(), out={"jones"}) == rows(extracted())


@pytest.mark.parametrize(
    "changes",
    [
        {"outcomes": {"outcome": "death"}},
        {"outcomes": {"time_point": "month_12"}},
        {"outcomes": {"arm_id": "b"}},
        {"arms": {"modality": "nephrectomy"}},
        {"studies": {"study_id": "jones"}},
    ],
)
def test_other_rows_do_not_count(changes):
    """Columns of studies, arms and outcomes narrow what is counted."""
    assert rows(extracted(**changes)) == []


@pytest.mark.parametrize("cells", [{"quote": "another"}, {"checked_by": "ann"}])
def test_words_about_a_value_do_not_rename(cells):
    """A quote or a checker's name changes no synthesis."""
    assert rows(extracted(outcomes=cells)) == rows(extracted())


@pytest.mark.parametrize("asked", ["modality", {"column": "modality", "tau2": "own"}])
def test_groups_are_the_columns_that_the_analysis_names(asked):
    """No other column enters the row, so that it renames nothing; an absent one is empty."""
    analysis = ANALYSIS | {"subgroups": [asked, "volume"]}
    (row,) = analyses.rows(analysis, extracted(), Decided({"pmid:1"}))
    assert row["groups"] == {"modality": "re_ablation", "volume": ""}
    assert rows(extracted())[0]["groups"] == {}


@pytest.mark.parametrize(
    ("chosen", "model"),
    [
        (None, ("PLO", "glmm", "t")),
        ({}, ("PLO", "glmm", "t")),
        ({"test": "z"}, ("PLO", "glmm", "z")),
        ({"test": "adhoc"}, ("PLO", "REML", "adhoc")),
        ({"method": "DL"}, ("PLO", "DL", "adhoc")),
        ({"measure": "PAS"}, ("PAS", "REML", "adhoc")),
        ({"measure": "PLO", "method": "REML", "test": "adhoc"}, ("PLO", "REML", "adhoc")),
    ],
)
def test_what_a_model_leaves_open_is_filled_in(chosen, model):
    """The same name as if it were written out; another model is another name."""
    written = dict(zip(("measure", "method", "test"), model, strict=True))
    named = [
        analyses.parts(ANALYSIS | {"model": one}, extracted(), Decided({"pmid:1"}))
        for one in (chosen, written, {"measure": "PR"})
    ]
    assert named[0] == named[1] != named[2]
    assert tuple(model_names.of({"model": chosen})[:3]) == model


@given(st.permutations(range(5)))
def test_order_of_rows_does_not_rename(order):
    """Tables may be sorted at will."""
    tables = extracted()
    outcomes = [tables["outcomes"][0] | {"arm_id": f"a{n}", "events": n % 3} for n in range(5)]
    arms = [tables["arms"][0] | {"arm_id": f"a{n}"} for n in range(5)]
    shuffled = {
        **tables,
        "outcomes": [outcomes[n] for n in order],
        "arms": [arms[n] for n in order],
    }
    assert rows(shuffled) == rows({**tables, "outcomes": outcomes, "arms": arms})


def test_of_two_studies_with_the_same_patients_the_larger_counts():
    """The other is marked; a pair of which the analysis has one study changes nothing."""
    tables = extracted()
    for name in ("studies", "arms", "outcomes"):
        tables[name].append(tables[name][0] | {"study_id": "jones"})
    tables["outcomes"][1] |= {"n_known": 9}
    plain = analyses.rows(ANALYSIS, tables, UNDECIDED)
    assert [row["overlaps"] for row in plain] == [False, False]
    marked = analyses.rows(ANALYSIS, tables, Decided((), (), {frozenset(("smith", "jones"))}))
    assert {row["study_id"]: row["overlaps"] for row in marked} == {"smith": True, "jones": False}
    assert analyses.rows(ANALYSIS, tables, Decided((), (), {frozenset(("smith", "poe"))})) == plain


def test_a_row_tells_the_risk_of_bias_of_its_study_for_its_outcome():
    """As people judged it overall; "" where they did not, and for another outcome nothing."""
    judged = {"recurrence": {"smith": "high"}, "death": {"smith": "low"}}
    (row,) = analyses.rows(ANALYSIS, extracted(), Decided((), risk_of_bias=judged))
    assert row["risk_of_bias"] == "high"
    assert rows(extracted())[0]["risk_of_bias"] == ""
