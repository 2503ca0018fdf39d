"""What describes the patients is computed again when it changes, and only then."""

import json
import re

import pytest
from checkout import PAGE, counted, reseen
from invented import add_outcome, included_study

pytestmark = pytest.mark.slow


def results(review):
    return json.loads((review.folder / "results/report/results.json").read_text())


def of_age(review):
    return next(one for one in results(review)["descriptions"] if one["id"] == "age")


def set_cells(review, table, **cells):
    """Change the row that was invented for the test, the last one."""
    rows = review.table(f"extraction/{table}.csv")
    rows[-1] |= cells
    review.write_table(f"extraction/{table}.csv", rows)


def test_one_age_describes_age_alone(review):
    """A new value is in the description that uses it, and on the page; put back, all is as it
    was."""
    included_study(review)
    review.run()
    before = review.results()
    page = review.page()
    assert "Not reported by any of 1 study." in page
    set_cells(review, "arms", age="66.5", age_average="mean", age_sd="9")
    assert counted(reseen(review, before)) == {"descriptions": 1}
    assert of_age(review)["main"]["kinds"] == [
        {"kind": "mean", "k": 1, "groups": 1, "lowest": 66.5, "highest": 66.5}
    ]
    assert "As reported: mean 66.5 years (1 study)." in review.page()

    after = review.results()
    set_cells(review, "arms", age="", age_average="", age_sd="")
    assert reseen(review, after) == {"report": 1}  # the earlier page is shown again
    assert review.page() == page


def test_a_follow_up_is_in_its_description_and_its_analysis(working):
    """Beside the result that it belongs to, which is not pooled again."""
    included_study(working)
    add_outcome(working, "doe_2026", "recurrence", 3)
    working.run()
    before = working.results()
    told = {"followup_value": "24", "followup_measure": "median", "followup_unit": "months"}
    set_cells(working, "outcomes", **told)
    written = reseen(working, before)
    # the synthesis has the follow-up of its rows in its own key
    assert {stage: written[stage] for stage in ("courses", "descriptions")} == {
        "courses": 1,
        "descriptions": 1,
    }
    said = " ".join(working.page().split())
    assert "Median 24 months (1 study); reported by 1 of 1 study." in said


def test_person_time_and_landmarks_pool_nothing_else(working):
    """They stand beside the result: its synthesis and its plot stay."""
    included_study(working)
    add_outcome(working, "doe_2026", "recurrence", 3)
    working.run()
    before = working.results()
    set_cells(working, "outcomes", person_time="600", person_time_unit="months")
    assert counted(reseen(working, before)) == {"courses": 1}
    assert "3 in 50 person-years; reported by 1 of 1 study." in " ".join(working.page().split())

    before = working.results()
    add_outcome(working, "doe_2026", "recurrence", 1)
    set_cells(working, "outcomes", time_point="month_12")
    assert counted(reseen(working, before)) == {"courses": 1}
    (analysis,) = (
        one for one in results(working)["analyses"] if one["id"] == "recurrence_after_re_ablation"
    )
    landmark = analysis["course"]["landmarks"][0]
    assert landmark["time_point"] == "month_12"
    assert landmark["synthesis"]["main"]["events"] == 1
    assert analysis["synthesis"]["main"]["events"] == 3


def test_a_harm_is_told_or_its_silence(working):
    """A line for each of the protocol's harms; one that is reported is silent no more."""
    included_study(working)
    working.run()
    before = working.results()
    page = " ".join(working.page().split())
    harms = len(results(working)["harms"])
    assert harms >= 5
    assert page.count("Not reported by 1 of 1 study") == harms
    add_outcome(working, "doe_2026", "major_complication", 2)
    assert counted(reseen(working, before)) == {}
    page = " ".join(re.sub(r"<[^>]*>", "", working.page()).split())
    assert page.count("Not reported by 1 of 1 study") == harms - 1
    assert "Doe 2026: 2 of 11 (Repeat ablation, Last follow-up)" in page


def test_a_search_without_news_describes_nothing(working):
    """The page tells of the search; nobody's age is read again."""
    before = working.results()
    (working.folder / "resources/run_log.csv").write_text(
        "time,strategy_id,outcome,found,fetched,note\n"
        "2026-12-01T02:17:00Z,pubmed_2026_11,complete,1200,0,nothing new\n"
    )
    assert reseen(working, before) == PAGE


def test_an_age_of_no_stated_kind_stops_the_run(working):
    """A mean or a median? The message names the cell."""
    included_study(working)
    set_cells(working, "arms", age="66.5")
    assert "age_average is empty; allowed: median, mean" in working.run(code=1)
