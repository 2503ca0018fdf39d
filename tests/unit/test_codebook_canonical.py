"""The value that a cell stands for: alike if it means the same, different if it does not."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import codebook, config
from living_review.codebook import canonical, fits

SHIPPED = Path(__file__).resolve().parents[2] / "config"
KINDS = ["text", "integer", "number", "date", "year"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "5", 5),
        ("integer", "5.0", 5),
        ("integer", " 5 ", 5),
        ("integer", "\u00a05\t", 5),
        ("integer", "+5", 5),
        ("integer", "005", 5),
        ("integer", "-0", 0),
        ("integer", "5e0", 5),
        ("integer", "5.5", "5.5"),
        ("integer", "five", "five"),
        ("integer", "", ""),
        ("integer", "1,000", "1,000"),
        ("integer", "1_000", "1_000"),
        ("integer", "\u0665", "\u0665"),
        ("integer", "1" * 400, "1" * 400),
        ("integer", "1e30", "1e30"),
        ("integer", "5 patients", "5 patients"),
        ("number", "66.5", 66.5),
        ("number", "66.50", 66.5),
        ("number", "66.0", 66),
        ("number", "6.65E+01", 66.5),
        ("number", "66,5", "66,5"),
        ("number", "nan", "nan"),
        ("number", "inf", "inf"),
        ("number", "1e999999999", "1e999999999"),
        ("number", ".5", ".5"),
        ("number", "<1", "<1"),
        ("year", "2005", 2005),
        ("year", "2005.0", 2005),
        ("year", "05", "05"),
        ("year", "20055", "20055"),
        ("date", " 2026-11-23", "2026-11-23"),
        ("date", "23.11.2026", "23.11.2026"),
        ("text", "5.0", "5.0"),
        ("text", " Zu\u0308rich ", "Zürich"),
        ("text", "a\r\nb", "a\nb"),
    ],
)
def test_a_cell_stands_for_one_value(kind, text, value):
    """Numbers are numbers however they are typed; what does not fit stays as it is."""
    found = canonical(kind, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "fitting"),
    [
        ("date", "2026-11-23", True),
        ("date", "2026-02-30", False),
        ("date", "20261123", False),
        ("date", "2026-W47-1", False),
        ("date", "2026-11-23T12:00", False),
        ("year", "2026", True),
        ("year", "0999", False),
        ("integer", "6.5", False),
        ("integer", "6.0", True),
        ("number", "6,5", False),
        ("text", "anything", True),
    ],
)
def test_a_cell_fits_its_type_or_not(kind, text, fitting):
    """Dates are written in one way only."""
    assert fits(kind, text) is fitting


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(KINDS), text=st.text())
def test_every_text_has_a_value(kind, text):
    """It never fails, whatever a cell holds; a value that stays a text is stable."""
    value = canonical(kind, text)
    fits(kind, text)
    if isinstance(value, str):
        assert canonical(kind, value) == value
        assert unicodedata.is_normalized("NFC", value)
        assert value == value.strip()


@settings(max_examples=200, deadline=None)
@given(
    number=st.integers(-(10**14), 10**14),
    zeros=st.integers(0, 5),
    before=st.text(" \t\u00a0", max_size=3),
    after=st.text(" \t\r\n", max_size=3),
)
def test_a_whole_number_is_one_value_however_it_is_typed(number, zeros, before, after):
    """Spaces and trailing zeros do not count; no two numbers become one."""
    text = f"{before}{number}{'.' + '0' * zeros if zeros else ''}{after}"
    assert canonical("integer", text) == canonical("number", text) == number
    assert canonical("integer", str(number + 1)) != number


@settings(max_examples=200, deadline=None)
@given(st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_python_reads_it(number):
    """To the last digit that a spreadsheet keeps."""
    assert canonical("number", f"{number:f}") == float(number)


@settings(max_examples=200, deadline=None)
@given(text=st.text(), before=st.text(" \t\n", max_size=3))
def test_composed_and_decomposed_letters_are_one_text(text, before):
    """A name typed on a Mac and on Windows is the same name."""
    decomposed = before + unicodedata.normalize("NFD", text)
    assert canonical("text", decomposed) == canonical("text", text)


def test_a_column_has_the_type_of_the_codebook():
    """A column or a table that it does not know is text."""
    book = codebook.read(SHIPPED / "codebook.yaml", config.read(SHIPPED / "config.yaml"))
    assert book.canonical("outcomes", "events", "5.0") == 5
    assert book.canonical("outcomes", "quote", "5.0") == "5.0"
    assert book.canonical("outcomes", "evnets", " 5.0 ") == "5.0"
    assert book.canonical("outcome", "events", "5.0") == "5.0"
