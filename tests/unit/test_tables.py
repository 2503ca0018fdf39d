"""Tables are taken as spreadsheets save them where that is unambiguous, and refused where not."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import tables
from living_review.errors import TableError

PLAIN = b"study_id,events\nsmith,3\njones,4\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b",", b";"),
        PLAIN.replace(b",", b"\t"),
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        PLAIN.replace(b"\n", b"\n\n"),
        PLAIN + b",\n,\n",
        PLAIN.replace(b"\n", b",,\n"),
        PLAIN.replace(b"smith", b" smith "),
        PLAIN.replace(b"smith", b'"smith"'),
        PLAIN.rstrip(),
    ],
    ids=["bom", "semicolons", "tabs", "crlf", "cr", "blank lines", "empty rows",
         "empty columns", "spaces", "quotes", "no last line end"],
)  # fmt: skip
def test_what_spreadsheets_do_is_taken(content):
    """The same cells come out of every way to save them."""
    assert tables.parse(content, "t.csv").cells == tables.parse(PLAIN, "t.csv").cells


def test_rows_are_counted_as_a_spreadsheet_counts():
    """The header is row 1, blank rows count, a cell of two lines does not make two rows."""
    table = tables.parse(b'a,b\n"x\ny",1\n\nz,2\n', "t.csv")
    assert [row.number for row in table.rows] == [2, 4]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_table_is_valid(content):
    """A file without a line, like an absent one, has no columns and no rows."""
    assert tables.parse(content, "t.csv") == tables.Table("t.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b;c\n1,2;3\n", "t.csv row 1: found 'a,b;c'; allowed: columns divided by commas, by "
         "semicolons or by tabs, one of them only"),
        (b"a,b\nM\xfcller,2\n", "t.csv row 2: found 'ü'; allowed: text in UTF-8: in the "
         'spreadsheet choose "CSV UTF-8" when saving'),
        (b"a,b\n1,2,3\n4,5,6\n", "t.csv row 2: found '3 cells'; allowed: 2 cells, as in the "
         "header\nt.csv row 3: found '3 cells'; allowed: 2 cells, as in the header"),
        (b"a,a\n1,2\n", "t.csv row 1: a is 'a'; allowed: each column name once"),
        (b"a,,c\n1,2,3\n", "t.csv row 1: found 'no name above column 2'; allowed: a name above "
         "each column"),
        (b'a,b\n"x,1\n', "t.csv row 2: found 'an open quotation mark'; allowed: quotation marks "
         "in pairs; within a cell that stands between two of them, each twice (\"\")"),
        (b"PK\x03\x04\x00\x00", "t.csv row 1: found 'a zero byte'; allowed: text; this looks like "
         "another kind of file"),
    ],
)  # fmt: skip
def test_what_is_ambiguous_is_refused(content, message):
    """The message says where, what was found and what is allowed."""
    with pytest.raises(TableError) as error:
        tables.parse(content, "t.csv")
    assert str(error.value) == message


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.tuples(cell, cell), max_size=6))
def test_what_is_written_is_read(rows):
    """Any text comes back from a table, but for space around it and rows without text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("a", "b"), *rows])
    read = tables.parse(text.getvalue().encode(), "t.csv")
    stripped = [(one.strip(), other.strip()) for one, other in rows]
    assert [tuple(row.cells.values()) for row in read.rows] == [row for row in stripped if any(row)]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    """No file makes the program stumble."""
    with contextlib.suppress(TableError):
        tables.parse(content, "t.csv")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_an_unreadable_table_is_named_by_its_bytes(tmp_path_factory, one, other):
    """Keys never fail, and two files that can't be read are never the same to them."""
    path = tmp_path_factory.getbasetemp() / "t.csv"

    def cells(content):
        path.write_bytes(b"a,b\n\xff" + content)
        return tables.cells(path, ("a", "b"))

    assert (cells(one) == cells(other)) == (one == other)
    assert cells(one)[0]["a"].startswith("unreadable: ")
