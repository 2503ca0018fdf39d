"""What waits for people, and what works have to do with each other."""

import pandas as pd
from dedup_cases import compared, decisions, record, table

from living_review import dedup, waiting

ARTICLE = record(record_id="pmid:1", issue="4")
PREPRINT = record(
    record_id="doi:10.1101/2014.12", doi="10.1101/2014.12.01.123456", journal="medRxiv",
    issn="", volume="", issue="", pages="", year="2014", publication_types="Preprint",
)  # fmt: skip
ABSTRACT = record(
    record_id="pmid:3", doi="", journal="BJU International", issn="", volume="110",
    issue="S1", pages="22", year="2014",
)  # fmt: skip
OTHER = record(record_id="pmid:9", doi="10.1/other", title="Urinary markers of kidney stones in "
               "children", authors="Shah P; Roy A", pages="20-29")  # fmt: skip
PROTOCOL = {
    "stages": ["title_abstract", "full_text"],
    "screeners_required": {"title_abstract": 1, "full_text": 1},
    "reasons": {},
}


def placed(
    *reports, records=(ARTICLE | {"record_id": "a"}, PREPRINT, ABSTRACT, OTHER), lines=(), again=()
):
    """What waits; reports: (study_id, record_id) of the extraction table."""
    found = table(*records).assign(pmid="")
    pairs = compared(*records)
    works = dedup.works(dedup.prepare(found), pairs, decisions()).works
    related = dedup.related(pairs, works)
    extracted = {
        "reports": [dict(zip(("study_id", "record_id"), row, strict=True)) for row in reports]
    }
    return waiting.of_works(works, found, lines, PROTOCOL, extracted, related, again)


def test_a_work_is_told_what_it_has_to_do_with_others():
    """The preprint and the abstract of an article are screened in sight of it, and it of them."""
    works = {work["record_id"]: work["related"] for work in placed()["lists"]["screen"]}
    of_article = {one["record_id"]: one["rule"] for one in works["a"]}
    assert of_article == {PREPRINT["record_id"]: "preprint of it", "pmid:3": "another report of it"}
    (of_abstract,) = (one for one in works["pmid:3"] if one["record_id"] == "a")
    assert of_abstract["title"] == ARTICLE["title"]
    assert works["pmid:9"] == []


def test_it_is_told_of_which_study_the_other_is():
    """Who extracts an abstract sees that its article stands under a study already."""
    works = {work["record_id"]: work for work in placed(("doe_2015", "a"))["lists"]["screen"]}
    told = {one["record_id"]: one["studies"] for one in works["pmid:3"]["related"]}
    assert told["a"] == ["doe_2015"]


def test_reports_of_two_studies_that_may_be_one():
    """An article and its abstract under two studies would count their patients twice."""
    lists = placed(("doe_2015", "a"), ("doe_2014", "pmid:3"))["lists"]
    (pair,) = lists["one_study"]
    assert sorted(report["studies"] for report in pair["reports"]) == [["doe_2014"], ["doe_2015"]]
    assert pair["rule"] == "another report of it"


def test_reports_of_one_study_wait_for_nothing():
    """Grouped as they should be: nothing to say."""
    grouped = placed(("doe_2015", "a"), ("doe_2015", "pmid:3"))["lists"]
    assert grouped["one_study"] == []
    assert placed(("doe_2015", "a"), ("roe_2015", "pmid:9"))["lists"]["one_study"] == []


def test_works_are_related_once():
    """Whatever pairs of their records say so, and whichever of them came first."""
    copy = ARTICLE | {"record_id": "b"}
    records = [ABSTRACT, ARTICLE | {"record_id": "a"}, copy]
    pairs = compared(*records)
    works = dedup.works(dedup.prepare(table(*records)), pairs, decisions()).works
    assert works["work_id"].nunique() == 2
    related = dedup.related(pairs, works)
    assert related[["work_id_1", "work_id_2", "rule"]].values.tolist() == [
        ["a", "pmid:3", "another report of it"]
    ]
    turned = dedup.related(pairs[::-1], works)
    pd.testing.assert_frame_equal(related, turned)


def line(screener="ann", version="2026.11", **cells):
    """An exclusion of one record at full text."""
    return {
        "id": f"{screener}-{version}",
        "record_id": "pmid:9",
        "screener": screener,
        "stage": "full_text",
        "decision": "exclude",
        "reason": "children",
        "protocol_version": version,
        "supersedes": "",
    } | cells


AGAIN = {"version": "2027.01", "stage": "full_text", "decision": "exclude", "reasons": ["children"]}


def test_what_an_amended_protocol_calls_into_question_waits_for_who_decided_it():
    """The decision stands until it is made again, by the later protocol."""
    found = placed(lines=[line()], again=[AGAIN])
    (work,) = found["lists"]["again"]
    assert (work["record_id"], work["again"]) == ("pmid:9", ["ann"])
    assert found["counts"]["excluded"] == 1
    later = line(version="2027.01", supersedes="ann-2026.11", decision="include", reason="")
    found = placed(lines=[line(), later], again=[AGAIN])
    assert found["lists"]["again"] == []
    assert [work["record_id"] for work in found["lists"]["extract"]] == ["pmid:9"]


def test_other_decisions_are_not_called_into_question():
    """Those of another stage, for another reason, by the later protocol, or of the seed."""
    for other in (
        line(reason="language"),
        line(decision="include", reason=""),
        line(stage="title_abstract"),
        line(version="2027.01"),
        line(screener="seed"),
    ):
        assert placed(lines=[other], again=[AGAIN])["lists"]["again"] == []
    any_reason = AGAIN | {"reasons": []}
    assert len(placed(lines=[line(reason="language")], again=[any_reason])["lists"]["again"]) == 1
