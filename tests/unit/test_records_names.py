"""Authors in full: given names that a source has, beside Medline's initials."""

import pytest
from format_cases import AUTHORS, EVERY, INITIALS_ONLY, NAMES

from living_review import records
from living_review.records import authors


@pytest.fixture
def read(tmp_path):
    """The records of a text in a format."""

    def read_text(text: str, format: str):
        path = tmp_path / "file"
        path.write_text(text)
        return records.read(path, format, "s")[0]

    return read_text


@pytest.mark.parametrize("format", records.FORMATS)
def test_every_format_has_names(read, format):
    """Given names are kept where a format has any; initials are the same in all."""
    found = read(EVERY[format], format)
    assert list(found["authors"]) == [AUTHORS]
    assert list(found["names"]) == ["" if format in INITIALS_ONLY else NAMES]


@pytest.mark.parametrize(
    ("written", "short", "full"),
    [
        (["Doe, Jane Q.", "Roe, R."], "Doe JQ; Roe R", "Doe, Jane Q.; Roe, R."),
        (["Doe, J.-P.", "Roe R"], "Doe JP; Roe R", ""),
        (["Doe, Jane", "Doe, John"], "Doe J", "Doe, Jane; Doe, John"),
        (["Doe, Jane", "Doe, Jane"], "Doe J", "Doe, Jane"),
        (["Doe, Jane, Jr.; Roe, Rita"], "Doe J Jr; Roe R", "Doe, Jane, Jr.; Roe, Rita"),
        (["Kidney Group", "Doe, Jane"], "Kidney Group; Doe J", "Kidney Group; Doe, Jane"),
        (["Kidney Group"], "Kidney Group", ""),
        (["Jane Doe"], "Jane Doe", ""),
        ([], "", ""),
    ],
)
def test_full_names(written, short, full):
    """Each once, as they are written; nothing where they say no more than the short ones."""
    assert authors.both(authors.cited(written)) == (short, full)


@pytest.mark.parametrize(
    ("cell", "full"),
    [
        ("Doe, Jane; Roe, R.", "Doe, Jane; Roe, R."),
        ("Doe, Jane and Roe, Rita", "Doe, Jane; Roe, Rita"),
        ("['Doe, Jane', 'Roe, R']", "Doe, Jane; Roe, R"),
        ("Doe, J.Q., Roe, R.", ""),
        ("Doe JQ, Roe R", ""),
    ],
)
def test_cells_of_names(cell, full):
    """Full names are told apart as short ones are."""
    assert authors.both(authors.many(cell))[1] == full


@pytest.mark.parametrize(
    ("format", "before", "after", "names"),
    [
        ("nbib", "FAU - Roe, Richard\n", "", ""),
        ("nbib", "LID -", "FED - Poe, Edgar\nED  - Poe E\nLID -", NAMES),
        ("nbib", "FAU - Doe, Jane Q\n", "FAU - Doe, Jane Q Jr\n", "Doe, Jane Q Jr; Roe, Richard"),
        ("web_of_science", "AF Doe, Jane Q\n   Roe, Richard\n", "BE Poe, Edgar\n", ""),
        ("web_of_science", "   Roe, Richard\nTI", "   Roe, Richard\nCA A Group\nTI",
         f"{NAMES}; A Group"),
        ("pubmed_xml", "<Initials>JQ</Initials>", "<Initials>JQ</Initials><Suffix>Jr</Suffix>",
         "Doe, Jane Q Jr; Roe, Richard"),
        ("pubmed_xml", "<ForeName>Jane Q</ForeName>", "", "Doe JQ; Roe, Richard"),
        ("pubmed_xml", "<Author><LastName>Doe", '<Author ValidYN="N"><LastName>Doe',
         "Roe, Richard"),
        ("bibtex", "Jane Q Doe", "Jane Q van Doe", "van Doe, Jane Q; Roe, Richard"),
        ("csv", "author,", "author full names,", NAMES),
    ],
)  # fmt: skip
def test_names_are_those_of_the_authors(read, format, before, after, names):
    """All of them or none, never the editors beside authors."""
    assert before in EVERY[format]
    assert list(read(EVERY[format].replace(before, after), format)["names"]) == [names]


def test_full_names_of_scopus(read):
    """They have a column of their own, with a number behind each."""
    table = (
        "Authors,Author full names,Title\n"
        'Doe J.Q.; Roe R.,"Doe, Jane Q (57193012345); Roe, Richard (7004)",One\n'
        "Doe J.Q.; Roe R.,,Two\n"
    )
    found = read(table, "csv")
    assert list(found["authors"]) == [AUTHORS, AUTHORS]
    assert list(found["names"]) == [NAMES, ""]
