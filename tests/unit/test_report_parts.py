"""What the page says, in the words that the rules of method allow."""

import html
from itertools import pairwise

import pytest
import report_cases as cases
from ruamel.yaml import YAML

from living_review.comparison import Difference
from living_review.report import answers, escape, methods, parts, provenance, words
from living_review.second_extraction import Agreement, Compared


def written(results, folder):
    parts.write(results, folder)
    return {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("case", cases.CASES)
def test_all_parts_are_written(tmp_path, case):
    """Every part, the metadata, the variables and the results are there."""
    found = written(cases.CASES[case](), tmp_path)
    assert set(found) == {*parts.PARTS, "head.html", "review.yml", "_variables.yml", "results.json"}


def test_the_answer_is_the_published_total_until_full_texts_exist(tmp_path):
    """Published totals are marked as such, with interval and bounds."""
    answer = written(cases.kidney(), tmp_path)["answers.md"]
    assert "About 72 in 100 patients" in answer
    assert "95% CI 65.9% to 77.4%" in answer
    assert answer.count(words.AS_PUBLISHED) == 2
    assert "the share of all patients taken together is 76.8% (63 of 82)" in answer
    assert "76.8% (63 of 82) if none of them had it, 98.8% (81 of 82) if all had it" in answer
    assert "Full texts have not been assessed for this review yet." in answer


def test_provisional_rows_enter_no_answer_and_no_card(tmp_path):
    """Abstract-only studies are shown under Results alone, as a sensitivity."""
    found = written(cases.kidney(), tmp_path)
    for part in ("answers.md", "cards.md"):
        assert "Matsumoto" not in found[part]
        assert "25.0%" not in found[part]
    assert "[[0]{.number} studies included]" in found["cards.md"]
    assert "Abstract only, a sensitivity (2 studies)" in found["analyses.md"]


def test_full_texts_take_the_place_of_the_published_total(tmp_path):
    """With included studies the answer is theirs, with k, n, model, interval and bounds."""
    answer = written(cases.full(), tmp_path)["answers.md"]
    counted = "; 60 studies, 1,770 of 2,574 patients; random-effects model, median proportion.\n"
    assert counted in answer
    assert "The outcome of 120 of 2,694 treated patients is unknown" in answer
    assert "crude total, not pooled" in answer
    assert words.AS_PUBLISHED not in answer


def test_possible_duplicates_are_shown_side_by_side(tmp_path):
    """Each in its rank, with rule and reason, and how to decide; conflicts and alarms too."""
    found = written(cases.full(), tmp_path)
    waiting = found["waiting.md"]
    pairs = len(cases.duplicates()["ask"])
    assert f"<summary>{pairs} possible duplicates to be decided</summary>" in waiting
    assert f"<summary>{pairs} conflicts between decisions about duplicates</summary>" in waiting
    assert f"<summary>{pairs} works of very many records or DOIs, to be looked at" in waiting
    assert escape.text("to resources/decisions/duplicates/<your name>.csv") in waiting
    assert f"<summary>{pairs} pairs of reports that may be of one study</summary>" in waiting
    assert waiting.count("[May belong to one study with: ") == 3 * pairs
    ranks = [waiting.index(f"**{rank}. same pages** (score 0.50;") for rank in range(1, pairs + 1)]
    assert ranks == sorted(ranks)
    assert waiting.count("| First record | Second record |") == 3 * pairs
    assert escape.text("title 98%, authors 100%; other DOI") in waiting


def test_empty_states_are_sentences(tmp_path):
    """A review on its first day says so in every part."""
    found = written(cases.empty(), tmp_path)
    assert words.NOTHING in found["answers.md"]
    assert found["analyses.md"].count(escape.text(words.NOTHING)) == 1
    assert "figures/" not in found["analyses.md"]
    assert found["published.md"] == "This review continues no published one.\n"
    assert found["studies.md"] == "No study has been extracted yet.\n"
    assert found["waiting.md"] == "Nothing waits for a decision.\n"
    assert "No records have come in yet." in found["searches.md"]
    assert found["warnings.md"].strip() == ""


@pytest.mark.parametrize("case", ["empty", "kidney"])
def test_no_treatment_is_called_superior(tmp_path, case):
    """No part ranks treatments or sets an old number against a new one."""
    found = written(cases.CASES[case](), tmp_path)
    for name in (*parts.PARTS, "review.yml"):
        for word in ("better", "worse", "superior", "inferior", "→", "->"):
            assert word not in found[name]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "None of the"),
        (0.004, "Fewer than 1 in 100"),
        (0.005, "About 1 in 100"),
        (0.719, "About 72 in 100"),
        (0.9949, "About 99 in 100"),
        (0.995, "More than 99 in 100"),
        (1, "All of the"),
    ],
)
def test_shares_in_plain_words(share, said):
    """0 and 100 of 100 are said only of none and of all."""
    assert words.in_100(share) == said


def test_every_value_has_its_source(tmp_path):
    """An outcome row shows where it stands and in which words."""
    studies = written(cases.kidney(), tmp_path)["studies.md"]
    assert "<https://pubmed.ncbi.nlm.nih.gov/15882715/>" in studies
    assert "“all cases are free of disease at last follow&#45;up”" in studies


def test_a_printed_percentage_that_the_counts_deny_is_shown(tmp_path):
    """What was printed stays, what the counts give stands beside it."""
    published = cases.published()
    published[4] = {**published[4], "percent_as_printed": "70.9", "percent": "71.9"}
    shown = written(cases.kidney(published=published), tmp_path)["published.md"]
    assert "70&#46;9% (the counts give 71&#46;9%)" in shown


def test_open_questions_are_listed():
    """Undecided eligibility is asked, not guessed."""
    asked = methods.eligibility(cases.kidney())
    assert "### Open questions to the review team" in asked
    assert "Does an incomplete first ablation count as recurrence&#63;" in asked


@pytest.mark.parametrize("case", cases.CASES)
def test_metadata_is_yaml(tmp_path, case):
    """The two YAML files are read back as they were meant."""
    written(cases.CASES[case](), tmp_path)
    yaml = YAML(typ="safe", pure=True)
    metadata = yaml.load((tmp_path / "review.yml").read_text("utf-8"))
    assert metadata["lang"] == "en"
    assert [fact["name"] for fact in metadata["review"]["facts"]] == [
        "Version",
        "Searched on",
        "Take as outdated after",
    ]
    assert yaml.load((tmp_path / "_variables.yml").read_text("utf-8"))["version"] == "2026&#46;11"


def test_tables_keep_their_columns(tmp_path):
    """A pipe or a line break in a cell makes no further cell and no further row."""
    for name, text in written(cases.full(), tmp_path).items():
        if name.endswith(".md"):
            lines = [line for line in text.splitlines() if line.startswith("|")]
            for before, after in pairwise(lines):
                if set(after) <= set("|-: "):
                    width = before.count("|")
                assert before.count("|") == width


def test_source_is_full_text_only_with_known_outcomes():
    """An included study whose outcomes are all unknown answers nothing."""
    analysis = cases.kidney()["analyses"][2]
    assert answers.source(analysis) == "none"


def test_the_codebook_says_what_each_column_may_hold(tmp_path):
    """Kind with unit, the allowed values in words, limits, an example."""
    field = {
        "name": "modality",
        "type": "string",
        "description": "The salvage treatment",
        "example": "re_ablation",
        "constraints": {"required": True, "enum": ["re_ablation"]},
    }
    size = {
        "name": "tumour_size",
        "type": "number",
        "unit": "cm",
        "description": "Largest diameter",
        "example": "2.6",
        "constraints": {"minimum": 0, "maximum": 40},
    }
    arms = {"title": "A group", "path": "arms.csv", "schema": {"fields": [field, size]}}
    written_as = written(cases.kidney(codebook=[arms]), tmp_path)["codebook.md"]
    shown = html.unescape(written_as)
    assert "| modality | The salvage treatment | text | re_ablation (re-ablation); " in shown
    assert "must be filled in | re_ablation |" in shown
    assert "| number, cm | 0 to 40; may be empty | 2.6 |" in shown
    assert "(data/datapackage.json)" in shown


def test_risk_of_bias_is_shown_as_judged(tmp_path):
    """Agreed answers, what raters differ on, no overall judgement that nobody gave; it waits."""
    study = {"study_id": "s1", "label": "Doe 2020", "year": 2020}
    tables = cases.kidney_tables()
    tables["studies"].append(study)
    found = written(
        cases.kidney(tables=tables, risk_of_bias=cases.judged(), included=["s1"]), tmp_path
    )
    shown = html.unescape(found["risk_of_bias.md"])
    assert "| [Doe 2020](#study-s1) | Yes | raters differ | \u2013 |" in shown
    assert "not judged yet |" in shown
    assert "both gave this answer (ann: Yes; bob: Yes)" in shown
    assert "no sum of answers makes it" in shown
    waiting = html.unescape(found["waiting.md"])
    assert "<summary>1 study to be judged for risk of bias</summary>" in waiting
    assert "<summary>1 item about whose risk of bias raters differ</summary>" in waiting


def test_a_review_that_judges_no_risk_of_bias_says_so(tmp_path):
    """Nothing waits, and the page does not look as if it had been judged."""
    found = written(cases.empty(), tmp_path)
    assert "nobody has judged it" in found["risk_of_bias.md"]
    assert "risk of bias" not in found["waiting.md"]


def test_studies_that_may_share_patients_are_shown_to_who_decides(tmp_path):
    """Centre, years and shared authors; what is left out where; until a person decides."""
    here = {"centre": "Mayo Clinic", "recruited_from": 2005, "recruited_to": 2010}
    tables = cases.kidney_tables()
    tables["studies"] += [
        {"study_id": "a", "label": "Doe 2011", "year": 2011, **here},
        {"study_id": "b", "label": "Doe 2012", "year": 2012, **here},
    ]
    tables["reports"] += [
        {"study_id": "a", "record_id": "pmid:1", "citation": "A"},
        {"study_id": "b", "record_id": "pmid:2", "citation": "B"},
    ]
    given = {
        "tables": tables,
        "references": {
            "pmid:1": cases.referenced("a") | {"authors": "Doe, J; Roe, A."},
            "pmid:2": cases.referenced("b") | {"authors": "Poe X; Doe J"},
        },
        "overlap_left_out": {"re_ablation_ned": ["a"]},
    }
    found = written(cases.kidney(**given), tmp_path / "open")
    for name in ("overlaps.md", "waiting.md"):
        shown = html.unescape(found[name])
        assert "Doe 2011 (patients of 2005 to 2010); Doe 2012 (patients of 2005 to 2010)" in shown
        assert "centre: Mayo Clinic; authors: Doe, J |" in shown
    assert "1 pair of studies that may have the same patients" in found["waiting.md"]
    assert "| Doe 2011 in [" in html.unescape(found["overlaps.md"])

    decided = {
        "id": "1",
        "study_id_1": "b",
        "study_id_2": "a",
        "screener": "ann",
        "decision": "separate",
        "reason": "other hospital of the group",
        "time": "2026-12-01",
        "supersedes": "",
    }
    given |= {"overlap_decisions": [decided], "overlap_left_out": {}}
    found = written(cases.kidney(**given), tmp_path / "decided")
    assert "same patients" not in found["waiting.md"]
    shown = html.unescape(found["overlaps.md"])
    assert "different patients; both count: separate by ann on 2026-12-01" in shown
    assert "(“other hospital of the group”)" in shown


def test_the_page_tells_how_values_were_taken_and_checked(tmp_path):
    """How many rows a second person checked, how far two extractors agreed, what is corrected."""
    cell = Difference("outcomes", "doe | ra", "events", "5", "6")
    compared = [
        Compared("jl", ("doe",), (Agreement("jl", "outcomes", 8, 7, 0),), (cell,), ()),
    ]
    correction = {
        "table": "arms",
        "key": "doe | ra",
        "column": "age",
        "old": "66",
        "new": "56",
        "why": "misread",
        "who": "mk",
        "date": "2026-12-01",
    }
    rows = {"arms": [{"study_id": "doe", "checked_by": "jl"}, {"study_id": "roe"}]}
    told = provenance.of_review(rows, compared, corrections=[correction])
    found = written(cases.kidney(provenance=told), tmp_path)
    shown = html.unescape(found["provenance.md"])
    assert "Of 2 rows in the tables 1 was checked against the source" in shown
    assert "| jl | outcomes | 7 of 8 (87.5%) | 0 |" in shown
    assert "| arms: doe | ra | age | 66 | 56 | misread | mk, 2026-12-01 |" in shown
    assert "1 difference between two extractors to be settled" in found["waiting.md"]


@pytest.mark.parametrize(("extractors", "chip"), [(1, "Up to date"), (2, "Decisions awaited")])
def test_a_second_extractor_is_waited_for_only_if_the_protocol_says_so(extractors, chip):
    """One extractor is a valid review; differences are listed, and keep no page from being
    current."""
    cell = Difference("outcomes", "doe | ra", "events", "5", "6")
    compared = [Compared("jl", ("doe",), (), (cell,), ())]
    protocol = cases.config(eligibility=[])
    attempt = {"time": "2026-11-01T05:00:00Z", "strategy_id": "medline_1", "outcome": "complete"}
    found = cases.kidney(
        config=protocol,
        provenance=provenance.of_review({}, compared, extractors=extractors),
        waiting={},
        attempts=[attempt],
    )
    assert found["waiting"]["counts"]["differences"] == 1
    assert found["status"]["chip"] == chip


def test_a_review_in_which_two_extract_waits_for_the_second():
    """Included studies that only one person has taken are listed by name."""
    tables = cases.kidney_tables()
    tables["studies"].append({"study_id": "s1", "label": "Doe 2020", "year": 2020})
    for extractors, waits in ((1, []), (2, ["s1"])):
        told = provenance.of_review(tables, extractors=extractors)
        found = cases.kidney(tables=tables, included=["s1"], provenance=told)
        lists = found["waiting"]["lists"]
        assert [one["study_id"] for one in lists["second_extraction"]] == waits


def test_a_harm_that_is_not_reported_is_not_absent(tmp_path):
    """Of each harm: who reports it, as counted, and how many of the studies do not."""
    protocol = cases.config()
    protocol["outcomes"]["conversion"] = {
        "label": "Conversion",
        "definition": "To open surgery",
        "better": "lower",
        "says": "were converted",
        "harm": True,
    }
    tables = cases.kidney_tables()
    tables["studies"] += [
        {"study_id": name, "label": name.title(), "year": 2020} for name in ("doe", "roe", "poe")
    ]
    tables["arms"].append({"study_id": "doe", "arm_id": "a", "label": "Nephrectomy"})
    counted = {
        "arm_id": "a",
        "outcome": "conversion",
        "n_known": 11,
        "n_treated": 11,
        "events": 2,
        "time_point": "in_hospital",
    }
    tables["outcomes"] += [
        counted | {"study_id": "doe", "basis": "full_text"},
        counted | {"study_id": "roe", "basis": "abstract"},
    ]
    given = {"config": protocol, "tables": tables}
    found = written(cases.kidney(**given, included=["doe", "roe"]), tmp_path / "some")["harms.md"]
    assert "| Conversion | Reported by 1 of 2 studies; not reported by 1 of 2 |" in found
    assert "[Doe](#study-doe): 2 of 11 (Nephrectomy, in hospital)" in html.unescape(found)
    nobody = written(cases.kidney(**given), tmp_path / "none")["harms.md"]
    assert (
        nobody == "Looked for: Conversion. No study counts yet, so that none can report a harm.\n"
    )
