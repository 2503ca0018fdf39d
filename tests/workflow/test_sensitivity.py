"""An analysis of several studies shows what it rests on, and its set costs no other analysis."""

import json

import pytest
from checkout import reseen
from invented import add_arm, add_outcome, change, five_studies

pytestmark = pytest.mark.slow

ANALYSIS = "recurrence_after_re_ablation"


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
