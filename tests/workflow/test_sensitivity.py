"""An analysis of several studies shows what it rests on, and its set costs no other analysis."""

import json

import pytest
from test_incremental import add_arm, add_outcome, blank, reseen

pytestmark = pytest.mark.slow

# study, events of 12 treated and 11 known
STUDIES = {"ant": 2, "bee": 5, "cat": 3, "dog": 7, "eel": 4}
ANALYSIS = "recurrence_after_re_ablation"


def five_studies(review):
    """Read in full text and included by two people; they differ in energy and follow-up."""
    studies = {f"{name}_2026": events for name, events in STUDIES.items()}
    source = {
        "basis": "full_text",
        "source_place": "page 1",
        "quote": "invented for a test",
        "extracted_by": "ann",
        "extracted_on": "2026-11-01",
    }
    record = {study: f"pmid:9999999{at}" for at, study in enumerate(studies)}
    named, reports = "extraction/studies.csv", "extraction/reports.csv"
    review.write_table(
        named,
        review.table(named)
        + [
            blank(review, named)
            | source
            | {"study_id": study, "label": study.replace("_", " ").title(), "year": "2026"}
            | {"in_index_review": "no", "in_index_evidence": "published after it"}
            | {"source_record": record[study]}
            for study in studies
        ],
    )
    review.write_table(
        reports,
        review.table(reports)
        + [
            blank(review, reports)
            | {"study_id": study, "record_id": record[study], "kind": "journal_article"}
            | {"citation": "Invented for a test. 2026."}
            for study in studies
        ],
    )
    for study, events in studies.items():
        add_arm(review, study)
        add_outcome(review, study, "recurrence", events)
        for table in ("extraction/arms.csv", "extraction/outcomes.csv"):
            change(review, table, study, source_record=record[study])
    for person in ("ann", "bob"):
        review.write_table(
            f"decisions/screening/{person}.csv",
            [
                {
                    "id": f"{person}-{study}",
                    "record_id": record[study],
                    "screener": person,
                    "stage": "full_text",
                    "decision": "include",
                    "reason": "",
                    "time": "2026-11-02T09:00:00Z",
                    "protocol_version": "2026.11",
                    "supersedes": "",
                    "note": "",
                }
                for study in studies
            ],
        )
    change(review, "extraction/outcomes.csv", "ant_2026", followup_value="24")
    change(review, "extraction/outcomes.csv", "bee_2026", followup_value="3")
    for study in ("ant_2026", "bee_2026"):
        units = {"followup_measure": "median", "followup_unit": "months"}
        change(review, "extraction/outcomes.csv", study, **units)
    for study, energy in zip(studies, ("rfa", "rfa", "cryo", "cryo", "rfa"), strict=True):
        change(review, "extraction/arms.csv", study, energy=energy)


def change(review, table, study, **cells):
    rows = review.table(table)
    for row in rows:
        if row["study_id"] == study:
            row |= cells
    review.write_table(table, rows)


def synthesis(review):
    page = json.loads((review.folder / "results/report/results.json").read_text())
    return next(one["synthesis"] for one in page["analyses"] if one["id"] == ANALYSIS)


def test_five_studies_show_what_the_answer_rests_on(working):
    """The set by default, each study left out, each added, groups where the protocol asks."""
    five_studies(working)
    text = (working.folder / "config/config.yaml").read_text()
    head, rest = text.split(f"  - id: {ANALYSIS}\n", 1)
    rest = rest.replace("    model: ", "    subgroups: [energy]\n    model: ", 1)
    (working.folder / "config/config.yaml").write_text(f"{head}  - id: {ANALYSIS}\n{rest}")
    working.run()
    found = synthesis(working)
    assert (found["main"]["k"], found["main"]["events"], found["main"]["n_known"]) == (5, 21, 55)
    made = {line["id"]: line for line in found["sensitivity"] if not line["refused"]}
    assert list(made) == [
        "other_model",
        "arcsine",
        "abstract_only",
        "unknown_none",
        "unknown_all",
        "minimum_follow_up",
    ]
    assert (made["unknown_none"]["n_known"], made["unknown_all"]["events"]) == (60, 26)
    assert (made["minimum_follow_up"]["k"], made["minimum_follow_up"]["n_known"]) == (1, 11)
    assert [line["k"] for line in found["leave_one_out"]] == [4] * 5
    assert [level["level"] for level in found["subgroups"][0]["levels"]] == ["cryo", "rfa"]
    page = " ".join(working.page().split())
    for words in (
        "How firm it is.",
        "Sensitivity analyses (6 of 10 could be made)",
        "Logits, random effects (Hartung-Knapp)",
        "Risk of bias is not judged yet.",
        "Without each study in turn",
        "As studies were added by year",
        "Influence of single studies",
        "that takes at least 10 studies, and there are 5.",
        "By energy",
        "Cold (cryoablation)",
        "nobody was assigned to a group",
    ):
        assert words in page

    before = working.results()
    change(working, "extraction/outcomes.csv", "ant_2026", followup_value="25")
    assert reseen(working, before)["syntheses"] == 1


def test_a_row_known_from_an_abstract_pools_the_analyses_that_show_it(working):
    """Out of the answer, in one sensitivity analysis: that synthesis is made anew, no other."""
    before = working.results()
    cells = {"arm_id": "later", "basis": "abstract", "source_record": "pmid:15882715"}
    add_arm(working, "matsumoto_2005")
    rows = working.table("extraction/arms.csv")
    rows[-1] |= cells
    working.write_table("extraction/arms.csv", rows)
    add_outcome(working, "matsumoto_2005", "recurrence", 3)
    rows = working.table("extraction/outcomes.csv")
    rows[-1] |= cells
    working.write_table("extraction/outcomes.csv", rows)
    assert reseen(working, before)["syntheses"] == 1
    found = synthesis(working)
    assert found["main"]["k"] == 0
    line = next(line for line in found["sensitivity"] if line["id"] == "abstract_only")
    assert (line["k"], line["events"]) == (2, 6)


def test_a_model_written_out_renames_nothing(working):
    """What the protocol leaves open is what it would say."""
    before = working.results()
    path = working.folder / "config/config.yaml"
    text = path.read_text()
    path.write_text(text.replace("    model: {measure: PLO, method: glmm, test: t}\n", ""))
    assert not {"syntheses", "figures"} & set(reseen(working, before))
