"""What spreadsheets do to cells is undone where what was meant is certain, and named elsewhere."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review.workbook.damage import neutral, restore, suspect

MAY_7 = datetime(2026, 5, 7)

# What the file has, what stood there before.
UNDONE = {
    "pages that became a day": (MAY_7, "5-7"),
    "pages that became a day, day first": (MAY_7, "7-5"),
    "pages of two digits": (datetime(2026, 12, 10), "10-12"),
    "a fraction": (datetime(2025, 3, 1), "1/3"),
    "a German decimal number": (datetime(2026, 5, 3), "3.5"),
    "a year and a month": (datetime(2005, 12, 1), "2005-12"),
    "a day of three numbers": (datetime(2005, 3, 2), "02/03/05"),
    "a day as CSV shows it": ("07. May", "5-7"),
    "a month and a year as CSV shows them": ("Dec-05", "2005-12"),
    "a day with its midnight": ("2005-12-01 00:00:00", "2005-12"),
    "an id that became a number": (15882715, "15882715"),
    "an id that became a decimal number": (15882715.0, "15882715"),
    "the same as CSV shows it": ("15882715.0", "15882715"),
    "a long id as CSV shows it": ("1.58827E+07", "15882715"),
    "leading zeros": (123, "00123"),
    "leading zeros in CSV": ("123", "00123"),
    "a capital TRUE": (True, "true"),
    "a FALSE that was a word": (False, "false"),
    "smart quotes": ("\u201cfree of disease\u201d", '"free of disease"'),
    "a smart apostrophe": ("Crohn\u2019s", "Crohn's"),
    "a hard space": ("p.\u00a03", "p. 3"),
    "an ellipsis": ("and so on\u2026", "and so on..."),
    "line ends of Windows": ("one\r\ntwo", "one\ntwo"),
    "line ends of old Macs": ("one\rtwo", "one\ntwo"),
    "an escaped line end": ("one_x000D_\ntwo", "one\ntwo"),
    "space at the ends": ("  free ", "free"),
    "a byte order mark": ("\ufefffree", "free"),
    "decomposed letters": ("Ma\u0308rz", "März"),
    "an apostrophe before a formula": ("'=1+1", "=1+1"),
    "an apostrophe before a minus": ("'-5", "-5"),
    "letters that Windows' code lacks": ("a? b", "aβ b"),
    "the number of a day": (46349, "2026-11-23"),
    "the number of a day, counted from 1904": (44887, "2026-11-23"),
    "a decimal comma": ("66,5", "66.5"),
    "a float that is nearly it": (66.50000000000001, "66.5"),
}


@pytest.mark.parametrize(("raw", "before"), UNDONE.values(), ids=UNDONE)
@pytest.mark.parametrize("kind", ["text", "number", "date"])
def test_what_stood_there_comes_back(raw, before, kind):
    """A value that a spreadsheet makes of the earlier text is the earlier text."""
    read = restore(raw, kind, before)
    assert (read.text, read.doubt) == (before, "")


# Kind, what the file has, what is certainly meant.
CERTAIN = {
    "a whole number": ("integer", 11.0, "11"),
    "a number": ("number", 66.5, "66.5"),
    "a sum of decimal fractions": ("number", 0.1 + 0.2, "0.3"),
    "a decimal comma": ("number", "66,5", "66.5"),
    "a decimal comma with two digits": ("number", "0,25", "0.25"),
    "a small number with a decimal comma": ("number", "0,125", "0.125"),
    "thousands with a comma in a count": ("integer", "1,234", "1234"),
    "thousands with a hard space": ("integer", "1\u00a0234", "1234"),
    "a day": ("date", datetime(2026, 11, 23), "2026-11-23"),
    "a day without time": ("date", date(2026, 11, 23), "2026-11-23"),
    "a day with slashes that no month can be": ("date", "23/11/2026", "2026-11-23"),
    "the same the American way": ("date", "11/23/2026", "2026-11-23"),
    "a day with points": ("date", "03.11.2026", "2026-11-03"),
    "a day with the name of its month": ("date", "3 Nov 2026", "2026-11-03"),
    "a day with its midnight": ("date", "2026-11-23 00:00:00", "2026-11-23"),
    "a number in a text": ("text", 3, "3"),
    "a text that would be a formula": ("text", "=1+1", "=1+1"),
    "the same behind an apostrophe": ("text", "'=1+1", "=1+1"),
    "typographic quotes in a new quotation": ("text", "“free”", "“free”"),
}


@pytest.mark.parametrize(("kind", "raw", "text"), CERTAIN.values(), ids=CERTAIN)
def test_what_can_mean_one_thing_is_taken(kind, raw, text):
    """New cells that leave no doubt."""
    assert restore(raw, kind) == restore(raw, kind)._replace(text=text, doubt="")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("pmid:15882715.0", "pmid:15882715"),
        ("pmid:15882715\u00a0", "pmid:15882715"),
        ("\u200bre_ablation", "re_ablation"),
        (15882715.0, "15882715"),
    ],
)
def test_ids_and_words_of_vocabularies_lose_typographic_signs(raw, text):
    """There they are never meant."""
    assert restore(raw, "text", exact=True).text == text


DOUBTFUL = {
    "a day among texts": ("text", MAY_7, "made the day 2026-05-07 of it, perhaps of 5-7 or 7-5"),
    "a day of one number": ("text", datetime(2026, 5, 5), "perhaps of 5-5; set the column to"),
    "a day among counts": ("integer", MAY_7, "made the day 2026-05-07 of it"),
    "a day with a time": ("date", datetime(2026, 5, 7, 12, 30), "it has a time of day"),
    "a time": ("text", time(5, 7), "made a time of it"),
    "a truth value": ("text", True, "made TRUE of it"),
    "a day that can be two": ("date", "03/11/2026", "2026-03-11 or 2026-11-03; type it"),
    "a day of a short year": ("date", "03/11/26", "a day with all of its year; type it"),
    "the number of a day": ("date", 46349, "2026-11-23 if it counts from 1900"),
    "an id of more digits than are kept": ("text", 1.2345678901234567e17, "keeps 15 digits"),
    "a cut id": ("text", "1.58827E+07", "cut a long number"),
    "a comma that may divide thousands": ("number", "1,234", "1234 or 1.234"),
    "a reference that is gone": ("text", "#REF!", "word for an error"),
    "an unknown name": ("integer", "#NAME?", "word for an error"),
    "no value": ("number", "#N/A", "word for an error"),
    "a column that was too narrow": ("number", "#####", "word for an error"),
    "a day in CSV": ("text", "07. May", "made a date of it"),
    "a month in CSV": ("text", "May-05", "made a date of it"),
    "a day among numbers in CSV": ("number", "5-Jul", "made a date"),
}


@pytest.mark.parametrize(("kind", "raw", "words"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_may_mean_several_things_is_named(kind, raw, words):
    """It is not taken."""
    assert words in restore(raw, kind).doubt


@pytest.mark.parametrize(
    ("raw", "before"),
    [
        (MAY_7, "5-8"),
        (MAY_7, "577-583"),
        (True, "yes"),
        ("1.58827E+07", "15992715"),
        ("#REF!", "p. 3"),
    ],
)
def test_damage_that_what_stood_there_does_not_explain_is_named(raw, before):
    """Another value than the earlier one may have been meant."""
    assert restore(raw, "text", before).doubt


@pytest.mark.parametrize("label", ["Margue 2022", "May 2022", "1E", "p. 3-5", "2022", "T1a", "#3"])
def test_honest_cells_are_not_suspected(label):
    """Names, places and stages that only resemble what a spreadsheet spoils."""
    assert suspect(label, "text", is_id=True) == ""


@given(st.text(max_size=30), st.sampled_from(["text", "number", "integer", "date", "year"]))
def test_what_was_not_touched_is_never_in_doubt(text, kind):
    """A cell that comes back as it was means what it meant."""
    read = restore(text, kind, text)
    assert (read.text, read.doubt) == (text, "")


@given(st.text(max_size=30))
def test_the_neutral_form_is_stable(text):
    """Making it twice changes nothing more."""
    assert neutral(neutral(text)) == neutral(text)
