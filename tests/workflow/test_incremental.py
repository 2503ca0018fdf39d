"""Only what changed recomputes, and nothing stale is ever shown."""

import os
import shutil

import pytest
from checkout import FIGURES, PAGE, counted, reseen
from invented import add_outcome, included_study


def test_nothing_changed_nothing_written(review):
    """A second run finds every name in its place."""
    before = review.results()
    printed = review.run()
    assert review.results() == before
    assert "results/report/index.html" in printed
    log = (review.folder / "logs/computed.log").read_text()
    assert log.splitlines()[-1].endswith("nothing to do")


def test_touched_files_write_nothing(review):
    """Times of change mean nothing."""
    before = review.results()
    for path in review.folder.rglob("*"):
        if path.is_file() and "results" not in path.parts:
            os.utime(path)
    review.run()
    assert review.results() == before


def test_form_of_a_table_computes_nothing(review):
    """Rows in another order, other line ends, spaces, semicolons: no result of any study moves."""
    before = review.results()
    path = review.folder / "resources/extraction/outcomes.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\r\n".join([header, *reversed(rows), "", ""]))
    review.edit("resources/extraction/arms.csv", "re_ablation,", " re_ablation ,")
    written = reseen(review, before)
    assert written == {"check": 1}


def test_words_about_a_value_pool_nothing(review):
    """A quote or a checker's name is shown, and counts nowhere."""
    before = review.results()
    rows = review.table("extraction/outcomes.csv")
    rows[0] |= {"quote": "another quote", "checked_by": "bob", "checked_on": "2026-11-24"}
    review.write_table("extraction/outcomes.csv", rows)
    assert reseen(review, before) == {"check": 1, **PAGE}


def test_one_outcome_row_pools_its_analysis_alone(review):
    """A row of one outcome of one arm recomputes what counts it, and the page."""
    included_study(review)
    review.run()
    before = review.results()
    page = review.page()
    table = (review.folder / "resources/extraction/outcomes.csv").read_bytes()
    add_outcome(review, "doe_2026", "recurrence", 3)
    assert counted(reseen(review, before)) == {
        "syntheses": 1,
        "figures": FIGURES,
        "contrasts": 1,
        "courses": 1,
    }
    assert review.page() != page
    figure = review.folder / "results/report/figures/forest_recurrence_after_re_ablation.svg"
    assert "[NEW]" in figure.read_text()
    assert "NEW: not in the published review." in review.page()

    (review.folder / "resources/extraction/outcomes.csv").write_bytes(table)
    after = review.results()
    review.run()
    assert review.written(after) == {"report": 1}  # the earlier page is shown again
    assert review.page() == page


@pytest.mark.slow
def test_a_judgement_about_a_study_draws_its_analyses_again(review):
    """An answer to one item of a tool is drawn beside its study; nothing is pooled for it."""
    included_study(review)
    add_outcome(review, "doe_2026", "recurrence", 3)
    review.run()
    before = review.results()
    review.write_table("extraction/risk_of_bias.csv", [answer("yes")])
    assert counted(reseen(review, before)) == {"figures": FIGURES}
    lights = review.folder / "results/report/figures/risk_of_bias_recurrence_after_re_ablation.svg"
    assert "10. The statistics were appropriate" in lights.read_text()
    assert "Risk of bias of these studies" in review.page()

    before = review.results()
    review.write_table("extraction/risk_of_bias.csv", [answer("yes") | {"support": "page 3"}])
    assert counted(reseen(review, before)) == {}  # what supports it is told, not drawn


def answer(said):
    """What one rater answers to the tenth item of the checklist for case series."""
    return {
        "study_id": "doe_2026",
        "result": "",
        "tool": "jbi_case_series",
        "item": "10",
        "answer": said,
        "support": "invented for a test",
        "source_place": "page 2",
        "role": "rating",
        "rater": "ann",
        "rated_on": "2026-11-03",
        "note": "",
    }


def test_value_written_otherwise_pools_nothing(review):
    """5, 5.0 and " 5 " are one number."""
    before = review.results()
    review.edit("resources/extraction/outcomes.csv", ",1,1,1,", ",1.0, 1 ,01,")
    assert reseen(review, before) == {"check": 1}


def test_a_search_without_news_is_logged_and_shown(review):
    """The page says when was searched; no study and no record is looked at again."""
    before = review.results()
    (review.folder / "resources/run_log.csv").write_text(
        "time,strategy_id,outcome,found,fetched,note\n"
        "2026-12-01T02:17:00Z,pubmed_2026_11,complete,1200,0,nothing new\n"
    )
    assert reseen(review, before) == PAGE
    assert "2026-12-01" in review.page()


def test_new_records_leave_the_old_ones_alone(review):
    """A second import is read and compared; the first is not, and nothing is pooled."""
    before = review.results()
    export = review.folder / "new.csv"
    export.write_text("pmid,title,year\n99999999,An invented title for a test of imports,2026\n")
    review.command(
        *("register", "new.csv", "--source", "Invented", "--platform", "test"),
        *("--strategy", "none", "--searched-on", "2026-11-30"),
    )
    written = reseen(review, before)
    assert counted(written) == {"records": 2, "pairs": 2, "works": 3, "screening": 1}
    assert "An invented title for a test of imports" in review.page()


def test_code_of_a_stage_reruns_it_and_what_is_below(review):
    """A changed model pools again; a comment doesn't."""
    before = review.results()
    review.edit("src/living_review/synthesis/words.py", "NOTHING = ", "# a comment\nNOTHING = ")
    review.run()
    assert review.results() == before

    review.edit("src/living_review/synthesis/words.py", "eligible study", "suitable study")
    written = reseen(review, before)
    n_analyses = len(list((review.folder / "results/syntheses").glob("*.json"))) // 2
    assert counted(written) == {
        "syntheses": n_analyses,
        "figures": FIGURES * n_analyses,
        "contrasts": 1,
        **{"courses": n_analyses, "descriptions": 3},
    }
    assert "No suitable study reports this yet" in review.page()


def test_code_of_reading_reruns_records_and_pools_nothing(review):
    """What a search leads to and what tables lead to are two chains."""
    before = review.results()
    with (review.folder / "src/living_review/records/__init__.py").open("a") as module:
        module.write("\nADDED = 1\n")
    written = reseen(review, before)
    assert set(counted(written)) == {"records", "pairs", "works", "screening"}


def test_a_library_of_another_version_reruns_its_stages(review):
    """An update of rapidfuzz compares all records again, and pools nothing."""
    before = review.results()
    newer = review.folder / "src" / "rapidfuzz-999.dist-info"
    newer.mkdir()
    (newer / "METADATA").write_text("Metadata-Version: 2.1\nName: rapidfuzz\nVersion: 999\n")
    written = reseen(review, before)
    assert "pairs" in written
    assert "syntheses" not in written


def test_an_analysis_of_the_protocol_reruns_alone(review):
    """The section of the config that a result was made from belongs to its name."""
    before = review.results()
    text = (review.folder / "config/config.yaml").read_text()
    first, rest = text.split("time_point: [last_follow_up, not_stated]", 1)
    (review.folder / "config/config.yaml").write_text(f"{first}time_point: [last_follow_up]{rest}")
    assert counted(reseen(review, before)) == {"syntheses": 1, "figures": FIGURES, "courses": 1}


def test_a_result_taken_away_comes_back_the_same(review):
    """results/ may be deleted at any time."""
    before = review.digests()
    for path in (review.folder / "results").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    review.run()
    assert review.digests() == before


def test_a_page_written_over_is_shown_again(review):
    """What readers see is asked of the page itself, not of a marker."""
    page = review.page()
    (review.folder / "results/report/index.html").write_text("something else")
    review.run()
    assert review.page() == page
    (review.folder / "results/report/index.html").unlink()
    review.run()
    assert review.page() == page


def test_prune_takes_what_nothing_calls_for(working):
    """It lists first and deletes when told; what is current stays as it is."""
    shown = working.page()
    rows = working.table("extraction/outcomes.csv")
    rows[0]["quote"] = "another quote"
    working.write_table("extraction/outcomes.csv", rows)
    before = working.digests()
    assert "Run `make review` first" in working.command("prune", "--yes", code=1)
    assert working.digests() == before
    working.run()
    current = working.results()
    listed = working.command("prune")
    assert working.results() == current
    assert "to delete with --yes" in listed
    working.command("prune", "--yes")
    assert shown not in [path.read_text() for path in working.folder.rglob("index.html")]
    left = working.results()
    assert left.items() <= current.items()
    working.run()
    assert working.results() == left
