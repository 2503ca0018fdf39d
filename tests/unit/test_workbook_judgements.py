"""Risk of bias and certainty are judged in the workbook like everything else."""

import csv
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from workbook_cases import ROOT, enter, made, prepared, resaved

from living_review import risk_of_bias
from living_review.errors import TableError
from living_review.workbook import take, to_judge, words

TABLE = "resources/extraction/risk_of_bias.csv"
PROTOCOL = {"risk_of_bias": {"tools": ["jbi_case_series", "robins_i_2016"], "raters": 2}}
STUDY = {"study_id": "matsumoto_2005", "label": "Matsumoto 2005", "raters": []}
ONE_ARM = {"arms": [{"study_id": "matsumoto_2005"}], "outcomes": []}
RATING = {
    "analysis": "ned_after_re_ablation",
    "domain": "imprecision",
    "rates": "r0123456789ab",
    "starting_level": "high",
    "thresholds": "",
    "rests_on": "1 study, 2 patients.",
    "judgements": "not_serious | serious | very_serious",
}


def rows(path):
    with Path(path).open(newline="") as lines:
        return list(csv.DictReader(lines))


def items(said=(), who="ann", lists=None, tables=ONE_ARM):
    lists = {"risk_of_bias": [STUDY]} if lists is None else lists
    return to_judge.risk_of_bias(lists, PROTOCOL, tables, said, who)


def line(item, answer, rater="ann", role="rating", **more):
    about = {"study_id": "matsumoto_2005", "result": "", "tool": "jbi_case_series"}
    return {**about, "item": item, "answer": answer, "rater": rater, "role": role, **more}


@pytest.fixture
def review(tmp_path, monkeypatch):
    """The shipped review's config and tables, with a workbook in which two things are to judge."""
    for folder in ("config", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    made(waiting={"risk_of_bias": items(), "ratings": [RATING]})
    return tmp_path


def refused():
    before = {path: path.read_bytes() for path in Path("resources").rglob("*") if path.is_file()}
    with pytest.raises(TableError) as error:
        prepared("work.xlsx")
    for path, content in before.items():
        assert path.read_bytes() == content
    return str(error.value)


def test_every_item_of_the_tools_of_the_protocol_waits():
    """In words, with the answers it allows; a tool for comparisons not where there is one group."""
    found = items()
    assert [row["item"] for row in found] == [*map(str, range(1, 11)), "overall"]
    assert found[3]["asks"] == "Patients were included consecutively"
    assert found[3]["answers"] == "yes | no | unclear | not_applicable"
    assert found[10]["answers"] == "low | some_concerns | high"


def test_a_tool_for_results_is_asked_about_each_outcome_of_a_comparison():
    """Seven domains and the whole, for both outcomes; each outcome once."""
    arms = [{"study_id": "matsumoto_2005"}] * 2
    outcomes = [
        {"study_id": "matsumoto_2005", "outcome": name} for name in ("died", "recurrence", "died")
    ]
    found = items(tables={"arms": arms, "outcomes": outcomes})
    of_results = [row for row in found if row["tool"] == "robins_i_2016"]
    number = len(risk_of_bias.read(["robins_i_2016"])["robins_i_2016"].items) + 1
    assert [row["result"] for row in of_results] == ["died"] * number + ["recurrence"] * number


def test_what_a_person_answered_is_not_asked_again():
    """What the other rater answered is, and is not shown: both judge on their own."""
    said = [line("1", "yes"), line("2", "no", rater="bob")]
    found = items(said)
    assert [row["item"] for row in found][:2] == ["2", "3"]
    assert not any(row["raters_said"] for row in found)


def test_raters_who_differ_agree_in_the_workbook():
    """What each answered stands beside; the consensus is a line of its own."""
    differ = {
        **line("4", ""),
        "label": "Matsumoto 2005",
        "ratings": [{"rater": "ann", "answer": "yes"}, {"rater": "bob", "answer": "no"}],
    }
    (row,) = items(lists={"risk_of_bias_conflicts": [differ]})
    assert (row["item"], row["role"], row["raters_said"]) == ("4", "consensus", "ann: yes; bob: no")


def test_an_answer_becomes_a_line_of_the_table(review):
    """With rater and day; a second time nothing is taken."""
    resaved("work.xlsx", enter("risk_of_bias", 5, answer="yes", support="all of 2008", note="x"))
    taken = prepared("work.xlsx")
    assert "matsumoto_2005, 4, jbi_case_series, rating: yes; all of 2008; x" in words.difference(
        taken.compared
    )
    take.write(taken)
    assert rows(TABLE) == [
        {
            **line("4", "yes"),
            "support": "all of 2008",
            "source_place": "",
            "rated_on": "2026-12-01",
            "note": "x",
        }
    ]
    assert prepared("work.xlsx").is_empty


def test_answers_to_choose_from_stand_in_the_cell(review):
    """Those of all tools of the protocol; keys are locked, the answer is free."""
    page = load_workbook("work.xlsx")["risk_of_bias"]
    heads = {cell.value: cell.column_letter for cell in page[1]}
    rules = {str(rule.sqref).split("2")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules[heads["answer"]].type == "list"
    assert page[f"{heads['study_id']}2"].protection.locked
    assert not page[f"{heads['answer']}2"].protection.locked


@pytest.mark.parametrize(
    ("entered", "says"),
    [
        ({"answer": "perhaps", "support": "x"}, "row 5: answer is 'perhaps'; allowed: yes"),
        ({"answer": "some_concerns", "support": "x"}, "row 5: answer is 'some_concerns'; allowed:"),
        ({"answer": "yes"}, "row 5: support"),
        ({"support": "x"}, "row 5: answer is empty; allowed: an answer"),
        ({"item": "5"}, "row 5: item is '5'; allowed: 4"),
    ],
    ids=["no answer of any tool", "of another item", "no support", "no answer", "a changed key"],
)
def test_an_answer_that_cannot_be_meant_is_named_at_its_cell(review, entered, says):
    """And nothing is written."""
    resaved("work.xlsx", enter("risk_of_bias", 5, **entered))
    assert f"work.xlsx, sheet risk_of_bias {says}" in refused()


def test_an_answer_that_was_given_meanwhile_is_not_overwritten(review):
    """The own one by another workbook; nothing of this one is taken."""
    resaved("work.xlsx", enter("risk_of_bias", 5, answer="yes", support="a"), to="other.xlsx")
    resaved("work.xlsx", enter("risk_of_bias", 5, answer="no", support="b"))
    take.write(prepared("other.xlsx"))
    assert "you decided meanwhile: yes (by ann)" in refused()


def test_a_rating_becomes_a_line_of_the_ledger(review):
    """With the code of the result that it rates."""
    resaved("work.xlsx", enter("ratings", 2, judgement="serious", reason="two patients"))
    take.write(prepared("work.xlsx"))
    (found,) = rows("resources/decisions/grade/ann.csv")
    assert found["id"] == "ann-1"
    assert {name: found[name] for name in ("analysis", "domain", "rates")} == {
        name: RATING[name] for name in ("analysis", "domain", "rates")
    }
    assert (found["judgement"], found["reason"]) == ("serious", "two patients")
    assert (found["starting_level"], found["time"]) == ("high", "2026-12-01T09:30:00Z")


def test_a_judgement_of_another_domain_is_refused(review):
    """moderate is a level of the whole, not of imprecision."""
    resaved("work.xlsx", enter("ratings", 2, judgement="moderate", reason="x"))
    assert "sheet ratings row 2: judgement is 'moderate'" in refused()
