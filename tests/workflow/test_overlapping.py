"""Studies that may have the same patients: only the larger counts until a person has decided."""

import json

import pytest
from checkout import FIGURES, PAGE, counted, reseen
from invented import add_arm, add_outcome, included_study

from living_review import ledgers

pytestmark = pytest.mark.slow

DECIDED = "decisions/overlap/ann.csv"
HERE = {"centre": "Mayo Clinic", "recruited_from": "2010", "recruited_to": "2015"}


def two_of_one_centre(review):
    """Two included studies of the same hospital and years; both count recurrences, one deaths."""
    included_study(review)
    studies = review.table("extraction/studies.csv")
    first = studies.pop() | HERE
    second = first | {
        "study_id": "roe_2026",
        "label": "Roe 2026",
        "centre": "Mayo Clinic, Rochester",
    }
    review.write_table("extraction/studies.csv", [*studies, first, second])
    reports = review.table("extraction/reports.csv")
    review.write_table("extraction/reports.csv", [*reports, reports[-1] | {"study_id": "roe_2026"}])
    add_arm(review, "roe_2026")
    add_outcome(review, "doe_2026", "recurrence", 3)
    add_outcome(review, "doe_2026", "no_evidence_of_disease", 5)
    add_outcome(review, "roe_2026", "recurrence", 2)
    outcomes = review.table("extraction/outcomes.csv")
    outcomes[-1] |= {"n_known": "12"}
    review.write_table("extraction/outcomes.csv", outcomes)


def decide(review, decision, first="roe_2026", second="doe_2026"):
    line = dict.fromkeys(ledgers.COLUMNS["overlap"], "") | {
        "id": "ann-1",
        "study_id_1": first,
        "study_id_2": second,
        "screener": "ann",
        "decision": decision,
        "reason": "Other years in the full text <script>",
        "time": "2026-12-05T09:00:00Z",
    }
    review.write_table(DECIDED, [line])


def results(review):
    return json.loads((review.folder / "results/report/results.json").read_text())


def main(review, analysis):
    (found,) = (one for one in results(review)["analyses"] if one["id"] == analysis)
    return found["synthesis"]["main"]


def words(review):
    return " ".join(review.page().split())


def test_an_undecided_overlap_lets_only_the_largest_row_count(review):
    """It waits for a person; decided separate both count, in that analysis and no other; and
    undone the earlier page is back."""
    two_of_one_centre(review)
    printed = review.run()
    assert "pairs of studies that may have the same patients: 1" in printed
    recurrence = main(review, "recurrence_after_re_ablation")
    assert (recurrence["k"], recurrence["n_known"], recurrence["events"]) == (1, 12, 2)
    assert main(review, "ned_after_re_ablation")["n_known"] == 11  # the smaller has it alone
    said = words(review)
    assert "1 pair of studies that may have the same patients" in said
    assert "centre: Mayo Clinic, Mayo Clinic, Rochester" in said
    page, before = review.page(), review.results()

    decide(review, "separate")
    assert reseen(review, before) == {
        "check": 1,
        "syntheses": 1,
        "contrasts": 1,
        "courses": 1,
        "figures": FIGURES,
        **PAGE,
    }
    both = main(review, "recurrence_after_re_ablation")
    assert (both["k"], both["n_known"], both["events"]) == (2, 23, 5)
    assert "different patients; both count: separate by ann on 2026-12-05" in words(review)
    assert words(review).count("<script>") == 1  # the one of the page itself

    separate = review.results()
    decide(review, "same")
    assert counted(reseen(review, separate)) == {}  # as undecided: nothing is pooled again
    assert main(review, "recurrence_after_re_ablation")["k"] == 1
    (review.folder / "resources" / DECIDED).unlink()
    review.run()
    assert review.page() == page


def test_an_overlap_of_studies_that_no_analysis_has_both_of_pools_nothing(working):
    """People name a pair that the tables don't suspect; the page alone tells of it."""
    before = working.results()
    decide(working, "same", "margue_2022", "matsumoto_2005")
    assert reseen(working, before) == {"check": 1, **PAGE}
    assert "Matsumoto 2005" in words(working).partition('id="overlaps"')[2]


def test_a_wrong_line_about_overlap_stops_the_run(working):
    """File, row and what is allowed are named; the page stays as it was."""
    before = working.digests()
    decide(working, "yes")
    printed = working.run(code=1)
    assert (
        f"resources/{DECIDED} row 2: decision is 'yes'; allowed: same, partly, separate" in printed
    )
    assert working.digests() == before
