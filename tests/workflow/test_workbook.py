"""The review kept by a workbook: what was typed there reaches exactly the pages it concerns."""

import csv
import json

import pytest
from checkout import FIGURES, counted
from invented import add_outcome, included_study
from openpyxl import load_workbook

pytestmark = pytest.mark.slow


def open_sheet(book, name):
    """The sheet, and the number of each of its columns."""
    page = book[name]
    return page, {cell.value: cell.column for cell in page[1]}


def test_a_workbook_leads_to_exactly_its_synthesis(working):
    """A corrected count and a decision: one synthesis, its figure, where works stand, the page."""
    included_study(working)
    add_outcome(working, "doe_2026", "recurrence", 3)
    add_outcome(working, "doe_2026", "no_evidence_of_disease", 7)
    working.run()
    path = working.folder / "work.xlsx"
    said = working.command("sheet", "-o", "work.xlsx", "--as", "ann")
    assert "work.xlsx: rows of screen 123" in said
    book = load_workbook(path)
    page, at = open_sheet(book, "outcomes")
    row = next(
        number
        for number in range(2, page.max_row + 1)
        if page.cell(number, at["study_id"]).value == "doe_2026"
        and page.cell(number, at["outcome"]).value == "recurrence"
    )
    page.cell(row, at["events"]).value = 4
    page.cell(row, at["_why"]).value = "a fourth one in the supplement"
    page, at = open_sheet(book, "screen")
    record_id = page.cell(2, at["record_id"]).value
    page.cell(2, at["decision"]).value = "include"
    book.save(path)
    before = working.results()
    said = working.command("take", "work.xlsx", "--as", "ann", "--yes")
    assert "    events: 3 -> 4" in said
    assert f"    {record_id}, title_abstract: include" in said
    working.run()
    written = counted(working.written(before))
    one_analysis = {"syntheses": 1, "figures": FIGURES, "courses": 1, "contrasts": 1}
    assert written == {"screening": 1, **one_analysis}
    assert "nothing differs" in working.command("take", "work.xlsx", "--as", "ann", "--yes")
    (line,) = working.table("extraction/corrections.csv")
    assert (line["old"], line["new"], line["who"]) == ("3", "4", "ann")


def test_what_waits_is_one_list_for_page_table_and_command(working):
    """The same works in the same number; a person who decided is asked no more."""
    (path,) = (working.folder / "results/todo").glob("*/todo.csv")
    listed = list(csv.DictReader(path.read_text().splitlines()))
    screen = [task["id"] for task in listed if task["kind"] == "screen"]
    assert len(screen) == 123
    assert "123 records" in working.page()
    said = working.command("todo", "--limit", "0", "--kind", "screen")
    assert said.splitlines()[0].startswith("Works to screen: 123.")
    tasks = json.loads(working.command("todo", "--kind", "screen", "--json"))
    assert [task["id"] for task in tasks] == screen
    included_study(working)
    rows = working.table("decisions/screening/ann.csv")
    one = rows[0] | {"id": "ann-2", "record_id": screen[0], "stage": "title_abstract"}
    working.write_table("decisions/screening/ann.csv", [*rows, one])
    assert "The page of this state of the review is not made yet" in working.command("todo", code=1)
    working.run()
    said = working.command("todo", "--limit", "0", "--kind", "screen", "--as", "ann")
    assert said.splitlines()[0].startswith("Works to screen: 122.")
    assert f" {screen[0]}:" not in said
    said = working.command("todo", "--limit", "0", "--kind", "screen", "--as", "bob")
    assert said.splitlines()[0].startswith("Works to screen: 123.")
