"""What people are asked about duplicates, with all that they need for an answer."""

import json

import pytest
from dedup_cases import compared, decisions, record, table

from living_review import dedup, duplicates, tables

# The same title by the same people in the next volume: the rules leave it to people.
ONE = record(record_id="a", authors="=Okhunov Z; Chamberlin J")
OTHER = ONE | {"record_id": "b", "doi": "10.1016/j.juro.2016.2", "volume": "195", "year": "2016",
               "pages": "20-24"}  # fmt: skip


def asked(*lines):
    """What waits, under decisions."""
    records, found = table(ONE, OTHER), compared(ONE, OTHER)
    made = dedup.works(dedup.prepare(records), found, decisions(*lines))
    queue = dedup.queue(found, made.works, decisions(*lines))
    return duplicates.waiting(queue, made.conflicts, made.alarms, records)


def test_both_records_stand_side_by_side():
    """A question has its rank, rule and reason, and what either record says."""
    (pair,) = asked()["ask"]
    assert (pair["rank"], pair["rule"]) == (1, "same title and authors but a doubt")
    assert [one["record_id"] for one in pair["records"]] == ["a", "b"]
    assert [one["volume"] for one in pair["records"]] == ["193", "195"]
    assert json.loads(json.dumps(pair)) == pair


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_decision_takes_it_away(decision):
    """Whatever people decide, they are not asked again."""
    assert asked(("1", "a", "b", decision))["ask"] == []


def test_conflicts_show_their_records():
    """A record that no source has is shown by its id."""
    (conflict,) = asked(("1", "a", "x", "same"))["conflicts"]
    assert conflict["kind"] == "unknown record"
    assert [one["title"] for one in conflict["records"]] == [ONE["title"], ""]
    assert conflict["records"][1]["record_id"] == "x"


def test_alarms_say_which_work():
    """A work of very many DOIs is called by its title."""
    records = table(*(ONE | {"record_id": f"r{n}", "doi": f"10.1000/{n}"} for n in range(4)))
    lines = decisions(*((str(n), "r0", f"r{n}", "same") for n in range(1, 4)))
    made = dedup.works(dedup.prepare(records), compared(), lines)
    (alarm,) = duplicates.waiting(compared(), made.conflicts, made.alarms, records)["alarms"]
    assert (alarm["work_id"], alarm["dois"], alarm["title"]) == ("r0", 4, ONE["title"])


def test_a_row_has_a_cell_for_each_column():
    """The table for a spreadsheet has all columns."""
    (row,) = duplicates.rows(asked()["ask"])
    assert tuple(row) == duplicates.COLUMNS
    assert (row["volume_1"], row["volume_2"]) == ("193", "195")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell):
    """A spreadsheet shows hostile text and does not run it."""
    assert tables.harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1123-1131", "10.1000/x", "'s-Hertogenbosch"])
def test_plain_cells_stay(cell):
    """Other text is not touched."""
    assert tables.harmless(cell) == cell
