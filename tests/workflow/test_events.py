"""What becomes of a publication reaches what rests on it, and nothing else."""

import json

import pytest
from checkout import FIGURES, PAGE, counted, reseen
from invented import add_outcome, included_study

from living_review import ledgers, notices

RUN = "events/2026-12-02-medline.csv"
DECIDED = "decisions/events/ann.csv"


def happened(review, kind, record_id="pmid:99999999", **cells):
    """A search that met an event."""
    event = dict.fromkeys(notices.Event._fields, "") | {
        "record_id": record_id,
        "kind": kind,
        "notice": "pmid:98765432",
        "citation": "J Invented. 2026;1(2):3 <script>",
        "title": "Invented for a test",
        "seen_on": "2026-12-02",
    }
    review.write_table(RUN, [event | cells])


def decide(review, decision, event="retraction", record_id="pmid:99999999"):
    line = dict.fromkeys(ledgers.COLUMNS["events"], "") | {
        "id": "ann-1",
        "record_id": record_id,
        "event": event,
        "screener": "ann",
        "decision": decision,
        "reason": "The notice is about another paper",
        "time": "2026-12-05T09:00:00Z",
    }
    review.write_table(DECIDED, [line])


def undo(review, *names):
    for name in names:
        (review.folder / "resources" / name).unlink()


# What says "reported by k of n": the study is out of n wherever it could have told something.
# What was so before there was the study is taken again.
WHO_COULD_TELL = {"courses": 2, "descriptions": 3}


def studied(review):
    """An included study in two of the analyses; what the results are then."""
    included_study(review)
    add_outcome(review, "doe_2026", "recurrence", 3)
    add_outcome(review, "doe_2026", "no_evidence_of_disease", 5)
    review.run()
    return review.results()


def words(review):
    return " ".join(review.page().split())


def analyses(review):
    page = json.loads((review.folder / "results/report/results.json").read_text())
    return {analysis["id"]: analysis["synthesis"] for analysis in page["analyses"]}


def test_a_retracted_study_leaves_the_syntheses_that_use_it(review):
    """Two of all analyses, their figures, the flow and the page; kept it is back, unread it is
    as if nothing had been."""
    before = studied(review)
    page = review.page()
    happened(review, "retraction")
    printed = review.run()
    assert review.written(before) == {
        "check": 1,
        "screening": 1,
        "syntheses": 2,
        "figures": 2 * FIGURES,
        "contrasts": 1,
        **WHO_COULD_TELL,
        **PAGE,
    }
    assert "retractions to look at: 1" in printed
    said = words(review)
    assert "Included studies retracted" in said
    assert "Out of the analyses since 2026-12-02, by rule of the protocol" in said
    assert "https://pubmed.ncbi.nlm.nih.gov/98765432/" in said
    assert said.count("<script>") == 1  # the one of the page itself
    assert "With what was taken out (1 study)" in said
    for name in ("recurrence_after_re_ablation", "ned_after_re_ablation"):
        synthesis = analyses(review)[name]
        assert synthesis["main"]["k"] == 0
        assert (synthesis["with_retracted"]["k"], synthesis["with_retracted"]["n_known"]) == (1, 11)
    figure = review.folder / "results/report/figures/forest_recurrence_after_re_ablation.svg"
    assert "Left out after a retraction or concern" in figure.read_text()

    out = review.results()
    decide(review, "keep")
    assert reseen(review, out) == {"check": 1, **PAGE}  # what was computed before is taken again
    assert "Kept in the analyses by ann on 2026-12-05" in words(review)
    assert "The notice is about another paper" in words(review)
    assert analyses(review)["recurrence_after_re_ablation"]["main"]["k"] == 1

    kept = review.results()
    undo(review, RUN, DECIDED)
    assert reseen(review, kept) == {"report": 1}  # the earlier page is shown again
    assert review.page() == page


def test_a_retracted_study_that_no_analysis_uses_pools_nothing(review):
    """It is known by its DOI alone; the page names it, the flow is counted again."""
    before = review.results()
    happened(review, "retraction", "pmid:36000000", doi="10.23736/S2724-6051.22.04693-6")
    assert counted(reseen(review, before)) == {"screening": 1}
    assert "retracted, out of the analyses" in words(review)


def test_an_erratum_waits_for_a_check_and_pools_nothing(review):
    """It is listed until somebody has checked the extraction against it."""
    before = studied(review)
    happened(review, "erratum")
    printed = review.run()
    assert review.written(before) == {"check": 1, **PAGE}
    assert "extractions to check again: 1" in printed
    assert "1 extraction to be checked again" in words(review)
    decide(review, "checked", "erratum")
    assert "extractions to check again" not in review.run()
    assert "erratum, checked" in words(review)


@pytest.mark.slow
def test_a_concern_stays_in_until_people_find_it_justified(working):
    """Flagged first, out by decision."""
    before = studied(working)
    happened(working, "expression_of_concern")
    assert "expressions of concern to judge: 1" in working.run()
    assert working.written(before) == {"check": 1, **PAGE}
    assert "In the analyses until people have judged it" in words(working)
    flagged = working.results()
    decide(working, "exclude", "expression_of_concern")
    assert counted(reseen(working, flagged)) == {
        "screening": 1,
        "syntheses": 2,
        "figures": 2 * FIGURES,
        "contrasts": 1,
        **WHO_COULD_TELL,
    }
    assert "Out of the analyses since 2026-12-05, by decision of ann" in words(working)


def test_what_became_of_other_publications_is_no_news(working):
    """An event of a record that no study reports changes no study."""
    before = working.results()
    happened(working, "retraction", "pmid:77777777")
    assert reseen(working, before) == {"check": 1, **PAGE}
    assert "Out of the analyses" not in words(working)


def test_a_wrong_event_stops_the_run(working):
    """File, row and what is allowed are named, and the page stays as it was."""
    before = working.digests()
    happened(working, "retracted")
    printed = working.run(code=1)
    assert (
        f"resources/{RUN} row 2: kind is 'retracted'; allowed: retraction, "
        "expression_of_concern, erratum, update"
    ) in printed
    assert working.digests() == before
    decide(working, "checked")
    assert "decision is 'checked'; allowed: exclude, keep" in working.run(code=1)
