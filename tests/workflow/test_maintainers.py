"""What maintainers do besides entering studies."""

import csv
import json

from invented import add_outcome, included_study

from living_review import ledgers


def test_a_column_is_added_without_code(working):
    """A line in the codebook, a column in the table, and an analysis may ask for it."""
    included_study(working)
    add_outcome(working, "doe_2026", "recurrence", 3)
    working.edit(
        "config/codebook.yaml",
        "      n_patients:\n",
        "      volume:\n"
        "        type: text\n"
        "        help: How many ablations the centre does in a year\n"
        "        example: high\n"
        "      n_patients:\n",
    )
    rows = [row | {"volume": "low"} for row in working.table("extraction/arms.csv")]
    rows[-1]["volume"] = "high"
    working.write_table("extraction/arms.csv", rows)
    text = (working.folder / "config/config.yaml").read_text()
    head, recurrence = text.split("  - id: recurrence_after_re_ablation\n", 1)
    asked = recurrence.replace(
        "      unit: [patient]\n", "      unit: [patient]\n      volume: [high]\n", 1
    )
    (working.folder / "config/config.yaml").write_text(
        f"{head}  - id: recurrence_after_re_ablation\n{asked}"
    )
    working.run()
    analysis = results(working)["recurrence_after_re_ablation"]["synthesis"]
    assert (analysis["main"]["k"], analysis["main"]["events"]) == (1, 3)
    assert analysis["abstract_only"] is None


def results(review):
    page = json.loads((review.folder / "results/report/results.json").read_text())
    return {analysis["id"]: analysis for analysis in page["analyses"]}


def test_decisions_about_duplicates_are_obeyed(working):
    """People who say that two records are one publication are taken at their word."""
    one, other = (row["record_id"] for row in working.table("decisions/screening/seed.csv")[5:7])
    decide(working, one, other, "same")
    before = working.results()
    assert "works to screen: 122" in working.run()
    written = working.written(before)
    assert set(written) == {"check", "works", "screening", "report"}


DOUBTFUL = """\
title,authors,year,journal,volume,pages,doi
Invented record on re-ablation of a renal tumour; a test,=Doe J; Roe R,2015,Invented Journal,12,101-109,10.1000/invented.1
Invented record on re-ablation of a renal tumour; a test,=Doe J; Roe R,2016,Invented Journal,13,55-60,10.1000/invented.2
"""  # noqa: E501


def test_a_doubtful_pair_waits_until_somebody_decides(working):
    """It is counted, shown side by side and in a table without formulas, until a line decides."""
    (working.folder / "invented.csv").write_text(DOUBTFUL)
    searched = ("--source=none", "--platform=none", "--strategy=none", "--searched-on=2026-11-20")
    working.command("register", "invented.csv", *searched)
    assert "possible duplicates: 1," in working.run()
    page = working.page()
    for words in (
        "1 possible duplicate to be decided",
        "same title and authors but a doubt",
        "First record",
        "doi:10.1000/invented.1",
        "doi:10.1000/invented.2",
        "May belong to one study with: ",  # a preprint and its article, both in the shipped review
    ):
        assert words in page
    results = json.loads((working.folder / "results/report/results.json").read_text())
    queue = results["waiting"]["duplicates_table"]
    (pair,) = csv.DictReader((working.folder / queue).read_text().splitlines())
    assert (pair["rank"], pair["authors_1"]) == ("1", "'=Doe J; Roe R")
    assert queue in page
    decide(working, pair["record_id_1"], pair["record_id_2"], "different")
    assert "possible duplicates: 0," in working.run()
    assert "possible duplicate" not in working.page()


def decide(review, one, other, decision):
    line = dict.fromkeys(ledgers.COLUMNS["duplicates"], "")
    review.write_table(
        "decisions/duplicates/ann.csv",
        [
            line
            | {
                "id": "1",
                "record_id_1": one,
                "record_id_2": other,
                "screener": "ann",
                "decision": decision,
                "time": "2026-11-24T09:00:00Z",
            }
        ],
    )
