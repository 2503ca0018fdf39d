"""What two people took from a study is compared; what they agreed on is recorded, not rewritten."""

import extraction_cases as cases
import pytest
from extraction_cases import ROW

from living_review import second_extraction
from living_review.comparison import Difference
from living_review.tables import Row, Table


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return cases.book(tmp_path_factory.mktemp("book"))


def table(name, *rows):
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    full = [dict.fromkeys(header, "") | row for row in rows]
    return Table(f"{name}.csv", header, tuple(map(Row, range(2, len(rows) + 2), full)))


def jl(*rows):
    """What jl took: outcomes only."""
    return {"jl": {"outcomes": table("outcomes", *rows)}}


FIRST, DIED = cases.SHARE["outcomes"]
SECOND = FIRST | {"events": "6", "quote": "six", "extracted_by": "jl"}
EVENTS = Difference("outcomes", ROW, "events", "5", "6")


def agreed(value, first="5", second="6", column="events", key=ROW):
    return {
        "table": "outcomes",
        "key": key,
        "column": column,
        "second": "jl",
        "first_value": first,
        "second_value": second,
        "agreed": value,
        "why": "",
        "who": "mk and jl",
        "date": "2026-12-01",
    }


def compared(book, tables, second, *lines):
    (found,) = second_extraction.compare(tables, second, lines, book)
    return found


def test_a_difference_waits_for_a_consensus(book):
    """It is listed, with how much else was alike."""
    found = compared(book, cases.tables(), jl(SECOND, DIED))
    assert (found.open, found.settled, found.studies) == ((EVENTS,), (), ("smith_2005",))
    (share,) = found.agreement
    columns = {"n_treated", "n_known", "events", "followup_measure", "followup_value"} | {
        "followup_unit",
        "basis",
        "source_record",
    }
    assert (share.cells, share.alike, share.rows_of_one) == (2 * len(columns), 15, 0)


@pytest.mark.parametrize(("value", "stands"), [("5", "5"), ("6", "6"), ("7", "7")])
def test_a_consensus_settles_it_whoever_was_right(book, value, stands):
    """The table holds what was agreed; that they had differed is still counted."""
    tables = cases.tables(outcomes=[FIRST | {"events": stands}, DIED])
    found = compared(book, tables, jl(SECOND, DIED), agreed(value))
    assert (found.open, found.settled) == ((), (EVENTS,))
    assert found.agreement[0].alike == found.agreement[0].cells - 1


@pytest.mark.parametrize(
    "line",
    [agreed("6"), agreed("5", second="8"), agreed("5", key="x"), agreed("5") | {"second": "zz"}],
    ids=["the table holds another", "jl changed the value", "another row", "another person"],
)
def test_a_consensus_about_something_else_settles_nothing(book, line):
    """The difference stays open."""
    assert compared(book, cases.tables(), jl(SECOND, DIED), line).open == (EVENTS,)


def test_a_later_line_of_consensus_counts(book):
    """They talked again."""
    found = compared(book, cases.tables(), jl(SECOND, DIED), agreed("6"), agreed("5"))
    assert found.open == ()


def test_only_what_the_second_extracted_is_compared(book):
    """Other studies, tables and columns don't wait for them."""
    brief = {name: FIRST[name] for name in ("study_id", "arm_id", "outcome", "time_point")}
    tables = cases.tables(
        outcomes=[FIRST, FIRST | {"study_id": "jones_2010", "arm_id": "x"}],
    )
    found = compared(book, tables, jl(brief | {"events": "5"}))
    assert (found.open, found.agreement[0].cells) == ((), 1)


def test_a_row_that_only_one_has_is_told_and_can_be_settled(book):
    """Its cells are no agreement."""
    found = compared(book, cases.tables(), jl(FIRST))
    died = ROW.replace("recurrence", "died")
    assert found.open == (Difference("outcomes", died, "", "present", ""),)
    assert (found.agreement[0].cells, found.agreement[0].rows_of_one) == (8, 1)
    line = agreed("present", "present", "", column="", key=died)
    assert compared(book, cases.tables(), jl(FIRST), line).open == ()


def test_what_both_left_empty_is_no_agreement(book):
    """Else a long table of empty cells would look as if two people had agreed on them."""
    bare = [row | dict.fromkeys(("followup_value", "followup_unit"), "") for row in (FIRST, DIED)]
    tables = cases.tables(outcomes=bare)
    second = [bare[0] | {"followup_value": "24"}, bare[1]]
    (share,) = compared(book, tables, jl(*second)).agreement
    assert (share.cells, share.alike) == (13, 12)


def test_nobody_extracted_twice(book):
    """A review with one extractor compares nothing."""
    assert second_extraction.compare(cases.tables(), {}, [], book) == []
