"""Two extractions are compared as values, whoever comes first; nothing that differs is lost."""

import extraction_cases as cases
import pytest
from extraction_cases import ROW
from hypothesis import given
from hypothesis import strategies as st

from living_review import comparison, corrections
from living_review.comparison import Difference
from living_review.tables import Row, Table


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return cases.book(tmp_path_factory.mktemp("book"))


def outcome(**cells):
    return cases.tables(outcomes=[cases.SHARE["outcomes"][0] | cells, cases.SHARE["outcomes"][1]])


def test_a_cell_that_differs_is_named_by_its_row(book):
    """Table, the values that name the row, column, and both values."""
    found = comparison.differences(cases.tables(), outcome(events="6"), book)
    assert found == [Difference("outcomes", ROW, "events", "5", "6")]


@pytest.mark.parametrize(
    "cells", [{"events": " 5.0 "}, {"quote": "others"}, {"checked_by": "zz"}, {"source_place": "9"}]
)
def test_how_a_value_is_written_and_where_it_stood_is_no_difference(book, cells):
    """5 and 5.0 are one value; the page of two copies of a paper may differ."""
    assert comparison.differences(cases.tables(), outcome(**cells), book) == []


def test_a_row_that_only_one_has_is_one_difference(book):
    """Not one for each of its cells."""
    fewer = cases.tables(arms=cases.SHARE["arms"][:1])
    found = comparison.differences(cases.tables(), fewer, book)
    assert found == [Difference("arms", "smith_2005 | ne", "", "present", "")]


CELL = st.sampled_from(["", "1", "1.0", " 2", "x"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "study_id": st.sampled_from(["a", "b"]),
            "arm_id": st.sampled_from(["r", "n"]),
            "age": CELL,
            "n_patients": CELL,
        }
    ),
    max_size=5,
)


@given(ROWS, ROWS, st.randoms())
def test_comparison_is_symmetric_and_takes_rows_in_any_order(book, first, second, random):
    """The other way round each difference is there with its two values exchanged."""
    one, other = {"arms": first}, {"arms": second}
    found = comparison.differences(one, other, book)
    assert comparison.differences(other, one, book) == [
        each._replace(first=each.second, second=each.first) for each in found
    ]
    mixed = {"arms": random.sample(first, len(first))}
    assert comparison.differences(mixed, other, book) == found
    assert comparison.differences(one, mixed, book) == []


# ---- corrections ------------------------------------------------------------------------------


def line(old, new, column="events", key=ROW, table="outcomes"):
    return {
        "table": table,
        "key": key,
        "column": column,
        "old": old,
        "new": new,
        "why": "a second one stands in the supplement",
        "who": "mk",
        "date": "2026-12-01",
    }


def problems(book, tables, *lines):
    header = tuple(lines[0])
    table = Table("corrections.csv", header, tuple(map(Row, range(2, 2 + len(lines)), lines)))
    return [str(one) for one in corrections.check(table, tables, book)]


@pytest.mark.parametrize(
    "lines",
    [
        [line("5", "6")],
        [line("5.0", " 6")],
        [line("4", "5"), line("5", "7"), line("7", "6")],
        [line("5", "8"), line("8", "5"), line("5", "6")],
    ],
    ids=["one", "written otherwise", "step by step", "there and back"],
)
def test_a_change_that_lines_lead_to_is_explained(book, lines):
    """From what was published to what stands there now."""
    assert corrections.unexplained(cases.tables(), outcome(events="6"), lines, book) == []


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line("5", "7")],
        [line("4", "6")],
        [line("5", "6"), line("6", "7")],
        [line("5", "6", column="n_known")],
        [line("5", "6", key="smith_2005 | ne | recurrence | last_follow_up")],
    ],
    ids=["none", "to another", "from another", "past it", "another column", "another row"],
)
def test_a_change_without_its_line_is_found(book, lines):
    """What stood in a published version can't be changed in silence."""
    found = corrections.unexplained(cases.tables(), outcome(events="6"), lines, book)
    assert found == [Difference("outcomes", ROW, "events", "5", "6")]


def test_a_row_that_was_taken_out_needs_a_line(book):
    """Present before, gone now; what is added needs none."""
    fewer = cases.tables(outcomes=cases.SHARE["outcomes"][1:])
    assert corrections.unexplained(fewer, cases.tables(), [], book) == []
    assert corrections.unexplained(cases.tables(), fewer, [], book) == [
        Difference("outcomes", ROW, "", "present", "")
    ]
    gone = [line("present", "", column="")]
    assert corrections.unexplained(cases.tables(), fewer, gone, book) == []


def test_what_tells_of_the_source_and_what_was_empty_needs_no_line(book):
    """A checker's name, a better quote, a value that was not known before."""
    before = outcome(followup_value="", checked_by="")
    after = outcome(followup_value="24", checked_by="jl", quote="5 of 64")
    assert corrections.unexplained(before, after, [], book) == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([line("5", "6")], "row 2: new is '6'; allowed: '5', which stands there; or a later line"),
        ([line("4", "6"), line("6", "5")], ""),
        ([line("5", "5")], "row 2: new is '5'; allowed: another value than old"),
        ([line("4", "5", column="event")], "row 2: column is 'event'; allowed: a column of outco"),
        ([line("4", "5", key="smith | ra")], "row 2: key is 'smith | ra'; allowed: the key of a"),
        (
            [line("present", "", column="")],
            "row 2: new is empty; allowed: present, since the row is",
        ),
    ],
)
def test_the_last_line_says_what_stands_there_now(book, lines, told):
    """Else the ledger and the table contradict each other."""
    found = "\n".join(problems(book, cases.tables(), *lines))
    assert told in found if told else not found


def test_a_corrected_row_may_be_taken_out_later(book):
    """Its earlier lines stay, and are no mistake."""
    fewer = cases.tables(outcomes=cases.SHARE["outcomes"][1:])
    assert problems(book, fewer, line("4", "5"), line("present", "", column="")) == []
