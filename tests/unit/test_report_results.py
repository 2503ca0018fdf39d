"""One results dict says everything that the page shows."""

import json
import random

import pytest
import report_cases as cases

from living_review.report import results

DAYS = {"strategies": [{"id": "a"}, {"id": "b"}], "outdated_after_days": 30}
NOTHING = {name: [] for name in results.LISTS}


def attempt(strategy, time, outcome="complete"):
    return {
        "time": time,
        "strategy_id": strategy,
        "outcome": outcome,
        "found": "",
        "new": "",
        "fetched": "",
        "note": "",
    }


@pytest.mark.parametrize("case", cases.CASES)
def test_results_are_plain_values(case):
    """JSON holds the results without loss."""
    collected = cases.CASES[case]()
    assert json.loads(json.dumps(collected, allow_nan=False)) == collected


def test_row_order_changes_nothing():
    """Rows in another order give the same bytes."""
    tables = cases.kidney_tables()
    waiting = {"screen": [{"record_id": f"r{n}", "title": "same"} for n in range(9)]}
    published = cases.published()
    first = cases.kidney(tables=tables, waiting=waiting, published=published)
    shuffled = random.Random(3)
    for rows in (*tables.values(), waiting["screen"], published):
        shuffled.shuffle(rows)
    again = cases.kidney(tables=tables, waiting=waiting, published=published)
    assert json.dumps(again) == json.dumps(first)


def test_only_a_full_text_decision_includes():
    """A study is included if it is named as such, whatever its rows say."""
    collected = cases.kidney(included={"margue2022"})
    assert {study["study_id"]: study["status"] for study in collected["studies"]} == {
        "matsumoto2005": "provisional",
        "ir2020": "provisional",
        "amadane2021": "provisional",
        "salvage2021": "provisional",
        "margue2022": "included",
    }


def test_a_study_has_its_rows():
    """Reports, arms and outcomes stand with their study."""
    study = cases.kidney()["studies"][0]
    assert (study["study_id"], len(study["reports"]), len(study["arms"])) == ("matsumoto2005", 1, 1)
    assert [row["outcome"] for row in study["outcomes"]] == ["ned"]


def test_analyses_meet_their_published_row():
    """An analysis carries the total that it continues, or None."""
    found = {entry["id"]: entry["published"] for entry in cases.kidney()["analyses"]}
    assert found["re_ablation_ned"]["events"] == 179
    assert found["surveillance_died"] is None


def test_questions_wait():
    """What the protocol asks is among what waits for people."""
    waiting = cases.kidney()["waiting"]
    assert waiting["counts"] == {
        "screen": 123,
        "full_text": 0,
        "conflicts": 0,
        "awaiting": 0,
        "again": 0,
        "extract": 0,
        "questions": 1,
        "duplicates": 0,
        "duplicate_conflicts": 0,
        "duplicate_alarms": 0,
        "one_study": 0,
        "concerns": 0,
        "corrections": 0,
        "retractions": 0,
        "event_conflicts": 0,
        "unmet_decisions": 0,
        "ratings": 0,
        "rating_conflicts": 0,
        "overlaps": 0,
        "differences": 0,
        "second_extraction": 0,
        "unmet_overlaps": 0,
        "risk_of_bias": 0,
        "risk_of_bias_conflicts": 0,
        "verify": 0,
        "provisional": 5,
    }
    assert waiting["lists"]["questions"][0]["topic"] == "Residual tumour"


@pytest.mark.parametrize(
    ("attempts", "waiting", "searched", "chip"),
    [
        ([], {}, "", "Not searched yet"),
        ([attempt("a", "2026-11-01T05:00Z")], {}, "", "Not searched yet"),
        (
            [attempt("a", "2026-11-01T05:00Z"), attempt("b", "2026-11-03T05:00Z", "failed")],
            {},
            "",
            "Not searched yet",
        ),
        (
            [attempt("a", "2026-11-01T05:00Z"), attempt("b", "2026-11-03T05:00Z")],
            {},
            "2026-11-01",
            "Up to date",
        ),
        (
            [attempt("a", "2026-11-01T05:00Z"), attempt("b", "2026-11-03T05:00Z")],
            {"screen": [1]},
            "2026-11-01",
            "Decisions awaited",
        ),
        (
            [
                attempt("a", "2026-11-01T05:00Z"),
                attempt("b", "2026-11-01T05:00Z"),
                attempt("b", "2026-12-01T05:00Z", "failed"),
            ],
            {"screen": [1]},
            "2026-11-01",
            "Last search failed",
        ),
    ],
)
def test_status_comes_from_the_log(attempts, waiting, searched, chip):
    """Up to date means: every strategy searched, no failure since, nothing waiting."""
    status = results.status(DAYS, attempts, [], {**NOTHING, **waiting})
    assert (status["searched_on"], status["chip"]) == (searched, chip)
    assert status["outdated_after"] == ("2026-12-01" if searched else "")


def test_a_failed_search_is_a_warning():
    """The last attempt of a strategy, if it failed, stands in the strip at the top."""
    collected = cases.kidney(
        attempts=[attempt("medline_1", "2026-11-05T05:00Z", "failed")], warnings=["x"]
    )
    assert collected["warnings"] == ["The last search by medline_1 failed on 2026-11-05.", "x"]
