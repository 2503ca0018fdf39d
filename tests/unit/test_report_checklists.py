"""The reporting checklists on the page: every item once, what lacks told, nothing claimed."""

import csv
import html
import re

import pytest
import report_cases as cases

from living_review.checklists import items
from living_review.checklists.said import STATES, Said
from living_review.report import checklists, escape
from living_review.report.reported import DOES_NOT_APPLY, NO, PART, YES, Finding


def rows(results, checklist="prisma_2020"):
    """{item: row} of a checklist."""
    found = next(one for one in results["checklists"] if one["id"] == checklist)
    return {row["item"]: row for row in found["rows"]}


def filled(results, said=None, protocol=None, **changes):
    """Results whose checklists are filled anew after a change of the results."""
    results = {**results, **changes}
    protocol = protocol or cases.config()
    return {**results, "checklists": checklists.of_results(results, protocol, said or {})}


def with_review(**keys):
    results = cases.kidney()
    return filled(results, review={**results["review"], **keys})


@pytest.mark.parametrize("case", cases.CASES)
def test_every_item_of_every_checklist_stands_on_the_page_once(case):
    """In the results and in the words; whatever is known of the review."""
    results = cases.CASES[case]()
    shown = checklists.part(results)
    for filled_in, asked in zip(results["checklists"], items.read().values(), strict=True):
        assert [row["item"] for row in filled_in["rows"]] == list(asked.items)
        assert sum(filled_in["counts"][state] for state in STATES) == len(asked.items)
    listed = re.findall(r"^- (?:\*\*[^*]+\*\* )?\[([^]]+)\]\(#", shown, re.MULTILINE)
    subjects = [item.subject for one in items.read().values() for item in one.items.values()]
    assert sorted(map(html.unescape, listed)) == sorted(subjects)


@pytest.mark.parametrize("case", cases.CASES)
def test_an_item_that_is_not_answered_says_what_lacks(case):
    """No item is passed over in silence, and none is answered without a word."""
    for filled_in in cases.CASES[case]()["checklists"]:
        for row in filled_in["rows"]:
            if row["state"] in ("answered", "in_part"):
                assert row["answer"] or row["said"]
            else:
                assert row["lacks"] or row["said"]


def test_what_is_not_answered_comes_first():
    """A reader who opens a checklist sees what lacks before what is there."""
    shown = checklists.part(cases.kidney())
    for block in shown.split("<details>")[1:]:
        headings = re.findall(r"^\*\*(Not answered|Answered in part|Answered) \(", block, re.M)
        assert headings[0] == "Not answered"


def test_the_count_is_of_the_items():
    """The line that opens a checklist counts what stands under it."""
    results = cases.kidney()
    counts = results["checklists"][0]["counts"]
    said = f"PRISMA 2020: {counts['answered']} of 42 items answered"
    assert said in html.unescape(checklists.part(results))
    assert counts["answered"] == sum(row["state"] == "answered" for row in rows(results).values())


@pytest.mark.parametrize(
    ("number", "key"), [("24a", "registration"), ("25", "funding"), ("26", "interests")]
)
def test_what_the_protocol_does_not_state_is_not_answered(number, key):
    """With the words in the protocol it is, in those words."""
    silent = rows(with_review(**{key: None}))[number]
    assert (silent["state"], silent["answer"]) == ("not_answered", "")
    assert silent["lacks"].endswith("not stated.")
    told = rows(with_review(**{key: "Nobody; it is so"}))[number]
    assert (told["state"], told["answer"]) == ("answered", "Nobody; it is so.")


def test_amendments_are_answered_as_soon_as_there_is_one():
    """That there was none is for a person to say."""
    results = cases.kidney()
    assert rows(filled(results, declared={"amendments": []}))["24c"]["state"] == "not_answered"
    entry = {"date": "2027-01-20", "keys": ["eligibility"], "what": "x", "why": "y"}
    told = rows(filled(results, declared={"amendments": [entry]}))["24c"]
    assert told["state"] == "answered"
    assert told["answer"] == "1 amendment of the protocol (2027-01-20), each with its reason."


def test_a_person_answers_what_tables_cannot():
    """Their words stand beside what the review shows, and their word on the state counts."""
    said = {
        "prisma_2020": {
            "3": Said("answered", "It is needed"),
            "1": Said("in_part", "The title is long"),
            "26": Said("not_applicable", "No team"),
        }
    }
    found = rows(filled(cases.kidney(), said))
    assert [(found[n]["state"], found[n]["said"]) for n in ("3", "1", "26")] == [
        ("answered", "It is needed"),
        ("in_part", "The title is long"),
        ("not_applicable", "No team"),
    ]
    assert found["1"]["answer"]
    assert found["3"]["lacks"] == ""


def test_before_any_study_is_included_no_result_counts_as_reported():
    """Published totals and abstracts answer none of the items about results."""
    found = rows(cases.kidney())
    for number in ("16b", "17", "18", "19", "20a", "20b", "20c", "20d", "21", "22"):
        assert (found[number]["state"], found[number]["answer"]) == ("not_answered", ""), number


def test_included_studies_and_their_results_are_reported():
    """With 60 included studies the items about results are answered by counts of the results."""
    results = cases.full()
    found = rows(results)
    included = sum(one["status"] == "included" and not one["out"] for one in results["studies"])
    assert found["17"]["answer"].startswith(f"{included} studies with")
    for number in ("19", "20b", "20d"):
        assert rows(filled(results))[number]["state"] == "answered", number


def test_certainty_is_answered_when_every_result_is_rated():
    """In part before that."""
    results = cases.full()
    for states, expected in (
        (("unrated", "unrated", "unrated"), "not_answered"),
        (("rated", "unrated", "conflict"), "in_part"),
        (("rated", "rated", "rated"), "answered"),
    ):
        analyses = [
            {**one, "certainty": {"rating": {"state": state}}}
            for one, state in zip(results["analyses"], states, strict=True)
        ]
        assert rows(filled(results, analyses=analyses))["22"]["state"] == expected


def test_numbers_of_the_flow_are_those_of_the_figure():
    """Both columns of the figure together."""
    results = cases.kidney()
    columns = {
        name: {box: {"n": n} for box in ("identified", "duplicates", "screened", "assessed")}
        | {"included": {"n": n}, "ineligible": {"n": n}}
        for name, n in (("databases", 40), ("other", 2))
    }
    flow = {"recorded": True, "previous": None, "columns": columns, "sources": []}
    found = rows(filled(results, flow=flow))
    assert found["16a"]["answer"] == (
        "42 records identified, 42 screened, 42 reports assessed, 42 included."
    )
    assert found["16b"]["answer"].startswith("42 reports excluded")


def test_a_search_that_was_never_made_is_not_reported_as_made():
    """A strategy in the protocol answers its items in part until it has been run."""
    never = filled(cases.kidney(), status={"searched_on": ""})
    assert rows(never, "prisma_s")["13"]["state"] == "not_answered"
    assert rows(never, "prisma_s")["1"]["state"] == "in_part"
    done = filled(cases.kidney(), status={"searched_on": "2026-11-01"})
    assert rows(done, "prisma_s")["13"]["state"] == "answered"
    assert "2026-11-01" in rows(done, "prisma_s")["13"]["answer"]


@pytest.mark.parametrize(
    ("method", "number"),
    [("registers", "3"), ("websites", "4"), ("citations", "5"), ("hand", "7")],
)
def test_a_way_of_searching_is_told_where_a_source_came_by_it(method, number):
    """Only there: a source of one kind answers no item about another."""
    source = {"source": "Where we looked", "method": method, "date": "2026-11-01"}
    found = rows(filled(cases.kidney(), searches=[source]), "prisma_s")
    answered = [n for n in ("3", "4", "5", "7") if found[n]["state"] == "answered"]
    assert answered == [number]
    assert found[number]["answer"] == "Where we looked."


@pytest.mark.parametrize(
    ("told", "person", "expected"),
    [
        ([YES, YES], "", "answered"),
        ([YES, NO], "", "in_part"),
        ([PART], "", "in_part"),
        ([NO, NO], "", "not_answered"),
        ([YES], "some words", "in_part"),
        ([], "some words", "not_answered"),
        ([DOES_NOT_APPLY], "", "not_applicable"),
        ([DOES_NOT_APPLY, YES], "", "answered"),
        ([DOES_NOT_APPLY], "some words", "not_answered"),
    ],
)
def test_how_far_an_item_is_answered(told, person, expected):
    """Wholly only if every part is told and nothing is left for a person to say."""
    item = items.Item("1", "1", "x", "about", (), person)
    assert checklists.state(item, [Finding(one, "x") for one in told]) == expected


def test_a_persons_words_cannot_break_the_page():
    """Marks of HTML, Markdown and Quarto in them stay text."""
    results = cases.full()
    shown = checklists.part(results)
    for row in rows(results).values():
        if row["said"]:
            assert escape.text(row["said"]) in shown
    assert "<script>" not in shown
    assert "{{<" not in shown


def test_the_file_of_the_checklists_has_every_item_and_no_formula(tmp_path):
    """A spreadsheet opens it as text."""
    formula = {"prisma_2020": {"3": Said("answered", '=HYPERLINK("http://example.org")')}}
    results = filled(cases.kidney(), formula)
    checklists.write(results, tmp_path)
    with (tmp_path / checklists.FILE).open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(written) == sum(one["counts"]["items"] for one in results["checklists"])
    assert not any(cell.startswith("=") for row in written for cell in row.values())
