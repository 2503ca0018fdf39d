"""A comparison uses the rows of its two sides, and names what it sets aside."""

import shutil
from pathlib import Path

import contrast_cases as cases
import pytest

from living_review import check, contrasts, tables
from living_review.analyses import Decided
from living_review.errors import TableError

ROOT = Path(__file__).resolve().parents[2]

ASKED = cases.ASKED | {
    "title": "Recurrence",
    "where": {"unit": ["patient"], "salvage_line": ["first"], "time_point": ["last_follow_up"]},
}
OUTCOME = {
    "study_id": "adams",
    "outcome": "recurrence",
    "n_treated": 9,
    "n_known": 8,
    "events": 2,
    "time_point": "last_follow_up",
    "followup_measure": "median",
    "followup_value": 24,
    "followup_unit": "months",
    "basis": "full_text",
}


def extracted(arms=(), outcomes=()):
    """One study with an arm on either side, and what is changed of them."""
    tables = {
        "studies": [
            {"study_id": "adams", "label": "Adams", "year": 2020, "in_index_review": "no"}
        ],
        "reports": [{"study_id": "adams", "record_id": "pmid:1"}],
        "arms": [
            {"study_id": "adams", "arm_id": arm, "label": arm, "modality": arm, "unit": "patient",
             "salvage_line": "first", "approach": "robotic"}
            for arm in ("re_ablation", "nephrectomy")
        ],
        "outcomes": [OUTCOME | {"arm_id": arm} for arm in ("re_ablation", "nephrectomy")],
    }  # fmt: skip
    for table, changes in (("arms", arms), ("outcomes", outcomes)):
        for row, cells in zip(tables[table], changes, strict=False):
            row.update(cells)
    return tables


def parts(tables, asked=ASKED, included=("pmid:1",), out=()):
    return contrasts.parts(asked, tables, Decided(included, out))


def test_each_arm_stands_on_its_side():
    """The first group is side 0, the second side 1; rows are those that an analysis would count."""
    found = parts(extracted())
    assert [(row["arm_id"], row["side"]) for row in found["rows"]] == [
        ("re_ablation", 0),
        ("nephrectomy", 1),
    ]
    assert found["set_aside"] == []
    assert not any(row["provisional"] or row["retracted"] for row in found["rows"])


def test_abstracts_and_retracted_studies_are_marked():
    """By the rules of analyses."""
    assert all(row["provisional"] for row in parts(extracted(), included=())["rows"])
    assert all(row["retracted"] for row in parts(extracted(), out={"adams"})["rows"])


def test_of_overlapping_studies_one_counts_on_both_sides():
    """The larger of the two, though the other has more patients on one side."""
    tables = extracted()
    for table in tables.values():
        table += [row | {"study_id": "baker"} for row in list(table)]
    sizes = {"adams": (30, 9), "baker": (20, 12)}
    for row, n in zip(tables["outcomes"], [*sizes["adams"], *sizes["baker"]], strict=True):
        row |= {"n_treated": n, "n_known": n}
    found = contrasts.rows(ASKED, tables, Decided(("pmid:1",), (), {frozenset(sizes)}))
    assert {(row["study_id"], row["overlaps"]) for row in found} == {
        ("adams", False),
        ("baker", True),
    }


def test_judgements_of_bias_do_not_rename_a_comparison():
    """They bear on certainty, which is not rated here."""
    judged = {"recurrence": {"adams": "high"}}
    assert contrasts.parts(ASKED, extracted(), Decided(("pmid:1",), risk_of_bias=judged)) == parts(
        extracted()
    )


def test_another_outcome_is_never_read_as_this_one():
    """No evidence of disease on one side says nothing of recurrence."""
    found = parts(extracted(outcomes=[{}, {"outcome": "no_evidence_of_disease"}]))
    assert [row["side"] for row in found["rows"]] == [0]
    assert found["set_aside"] == []


def test_a_study_of_other_patients_is_set_aside_with_the_columns():
    """A later salvage line and another time point are named, on the side that they concern."""
    found = parts(
        extracted(arms=[{}, {"salvage_line": "later"}], outcomes=[{}, {"time_point": "x"}])
    )
    assert [row["side"] for row in found["rows"]] == [0]
    assert found["set_aside"] == [
        {"study_id": "adams", "label": "Adams", "year": 2020, "side": 1,
         "columns": ["salvage_line", "time_point"]}
    ]  # fmt: skip


def test_a_side_may_ask_for_more_than_both_do():
    """Only minimally invasive operations, where ablations have another approach."""
    groups = [
        cases.ASKED["between"]["groups"][0],
        cases.ASKED["between"]["groups"][1] | {"where": {"approach": ["laparoscopic"]}},
    ]
    asked = ASKED | {"between": cases.ASKED["between"] | {"groups": groups}}
    found = parts(extracted(), asked)
    assert [row["side"] for row in found["rows"]] == [0]
    assert found["set_aside"][0]["columns"] == ["approach"]


def test_words_of_the_page_do_not_rename_a_comparison():
    """Its title and the published totals of its sides are shown, and compute nothing."""
    groups = [
        group | {"published": {"group": "a", "measure": "b"}}
        for group in cases.ASKED["between"]["groups"]
    ]
    asked = ASKED | {"title": "x", "between": cases.ASKED["between"] | {"groups": groups}}
    assert parts(extracted(), asked) == parts(extracted())


def test_a_protocol_need_not_ask():
    """No key, no comparison; a number of studies that is not said is the usual one."""
    assert contrasts.of_protocol({}) == []
    (asked,) = contrasts.of_protocol({"contrasts": [{"id": "a"}]})
    assert asked["least_studies"] == contrasts.LEAST_STUDIES


def test_an_arm_that_a_comparison_would_count_twice_is_named(tmp_path, monkeypatch):
    """Two time points of an arm, where the protocol names none."""
    for folder in ("config", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    protocol = Path("config/config.yaml")
    text = protocol.read_text()
    asked = "      time_point: [last_follow_up]\n    least_studies"
    assert asked in text
    protocol.write_text(text.replace(asked, "    least_studies"))
    path = "resources/extraction/outcomes.csv"
    rows = tables.read(path).cells
    (row,) = [row for row in rows if row["outcome"] == "recurrence" and row["n_known"] == "1"]
    tables.write(path, list(row), [*rows, row | {"time_point": "month_12"}])
    with pytest.raises(TableError) as error:
        check.everything()
    named = "2 rows of arm re_ablation of matsumoto_2005 in comparison recurrence_re_ablation_or"
    assert named in str(error.value)
