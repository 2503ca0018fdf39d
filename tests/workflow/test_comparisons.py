"""Treatments are compared anew only when a row that a comparison uses has changed."""

import json
import re

import pytest
from checkout import FIGURES, PAGE, counted, reseen
from invented import add_outcome, blank, include, included_study

pytestmark = pytest.mark.slow

CONFIG = "config/config.yaml"
AFTER = "descriptions:"  # the section behind that of comparisons


def asked_twice(review):
    """The shipped comparison, and the same of another outcome."""
    text = (review.folder / CONFIG).read_text()
    begin, end = text.index("  - id: recurrence_re_ablation_or_nephrectomy"), text.index(AFTER)
    first = text[begin:end]
    second = first.replace("id: recurrence_re_", "id: ned_re_")
    second = second.replace("outcome: recurrence\n", "outcome: no_evidence_of_disease\n")
    second = second.replace("measure: recurrence}", "measure: no evidence of disease}")
    (review.folder / CONFIG).write_text(text[:end] + second + text[end:])


def compared(review):
    page = json.loads((review.folder / "results/report/results.json").read_text())
    return {contrast["id"]: contrast["compared"] for contrast in page["contrasts"]}


def test_one_outcome_row_is_compared_where_it_is_used(review):
    """Of two comparisons the one on this outcome; put back, nothing is computed."""
    asked_twice(review)
    included_study(review)
    review.run()
    before = review.results()
    table = (review.folder / "resources/extraction/outcomes.csv").read_bytes()
    add_outcome(review, "doe_2026", "recurrence", 3)
    assert counted(reseen(review, before)) == {
        "syntheses": 1,
        "figures": FIGURES,
        "contrasts": 1,
        "courses": 1,
    }
    sides = {name: found["sides"][0]["k"] for name, found in compared(review).items()}
    assert sides == {
        "recurrence_re_ablation_or_nephrectomy": 1,
        "ned_re_ablation_or_nephrectomy": 0,
    }

    (review.folder / "resources/extraction/outcomes.csv").write_bytes(table)
    after = review.results()
    assert reseen(review, after) == {"report": 1}  # the earlier page is shown again


def test_a_search_without_news_compares_nothing(working):
    """Comparisons read nothing that a search derives."""
    before = working.results()
    (working.folder / "resources/run_log.csv").write_text(
        "time,strategy_id,outcome,found,fetched,note\n"
        "2026-12-01T02:17:00Z,pubmed_2026_11,complete,1200,0,nothing new\n"
    )
    assert reseen(working, before) == PAGE


def test_only_what_a_comparison_is_computed_from_names_it(working):
    """Its title is a word on the page; the fewest studies a side is the method."""
    before = working.results()
    title = "title: Recurrence after re-ablation and after nephrectomy"
    working.edit(CONFIG, title, "title: Recurrence after either")
    assert counted(reseen(working, before)) == {}
    assert "Recurrence after either" in working.page()
    after = working.results()
    working.edit(CONFIG, "least_studies: 5", "least_studies: 6")
    assert counted(reseen(working, after)) == {"contrasts": 1}
    assert "at least 6 on each side" in working.page()


def test_a_protocol_that_asks_for_none_has_none(working):
    """Taken away, the page says so, and no synthesis is touched."""
    text = (working.folder / CONFIG).read_text()
    without = text[: text.index("contrasts:")] + text[text.index(AFTER) :]
    (working.folder / CONFIG).write_text(without)
    before = working.results()
    assert counted(reseen(working, before)) == {}
    assert "The protocol asks for no comparison of treatments" in working.page()


def with_studies(review, n):
    """n included studies that report recurrence, all but the last after both treatments."""
    source = {
        "basis": "full_text",
        "source_place": "table 2",
        "quote": "invented for a test",
        "extracted_by": "ann",
        "extracted_on": "2026-11-01",
    }
    tables = {
        name: [*review.table(f"extraction/{name}.csv")]
        for name in ("studies", "reports", "arms", "outcomes")
    }
    empty = {name: blank(review, f"extraction/{name}.csv") for name in tables}
    decisions = {"ann": [], "bob": []}
    for at in range(n):
        study, record = f"invented_{at}", f"pmid:9999999{at}"
        key = {"study_id": study, "source_record": record}
        known = {"in_index_review": "no", "in_index_evidence": "published after it"}
        of_study = {"label": f"Invented {at}", "year": "2026", **known}
        tables["studies"].append(empty["studies"] | source | key | of_study)
        report = {
            "study_id": study,
            "record_id": record,
            "citation": f"Invented {at}.",
            "kind": "journal_article",
        }
        tables["reports"].append(empty["reports"] | report)
        for arm, approach, events in (
            ("re_ablation", "percutaneous", 6 + at),
            ("partial_nephrectomy", "robotic", 3 + at % 3),
        )[: 1 + (at < n - 1)]:
            of_arm = {"arm_id": arm, "label": arm, "modality": arm, "approach": approach}
            patients = {"failure": "recurrence", "unit": "patient", "salvage_line": "first"}
            tables["arms"].append(
                empty["arms"] | source | key | of_arm | patients | {"n_patients": "32"}
            )
            counts = {"n_treated": "32", "n_known": "30", "events": str(events)}
            when = {"outcome": "recurrence", "time_point": "last_follow_up"}
            tables["outcomes"].append(
                empty["outcomes"] | source | key | {"arm_id": arm} | counts | when
            )
        for person, lines in decisions.items():
            lines.append(include(f"{person}-{at}", record, person))
    for name, rows in tables.items():
        review.write_table(f"extraction/{name}.csv", rows)
    for person, lines in decisions.items():
        review.write_table(f"decisions/screening/{person}.csv", lines)


def test_studies_of_both_treatments_are_compared_on_the_page(working):
    """Within five that report both, across six, with bounds; nothing that reads as advice."""
    with_studies(working, 6)
    working.run()
    found = compared(working)["recurrence_re_ablation_or_nephrectomy"]
    assert found["within"]["k"] == 5
    within, across = (found[name]["estimates"] for name in ("within", "across"))
    for estimates in (within, across):
        low, known, high = (estimates[name]["estimate"] for name in ("lowest", "known", "highest"))
        assert 0 < low < known < high
    page = working.page()
    section = page[page.index('id="comparisons"') : page.index('id="published"')]
    text = " ".join(re.sub("<[^>]+>", " ", section).split())
    assert f"{within['known']['estimate']:.2f}" in text
    assert f"{across['known']['estimate']:.2f}" in text
    assert "not rated here" in text
    assert "better" not in text
