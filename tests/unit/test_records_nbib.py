"""MEDLINE text: everything that is a record is read, everything else is refused."""

from pathlib import Path

import pytest

from living_review import records

WHOLE = """
PMID- 100
OWN - NLM
IS  - 1234-5678 (Print)
IS  - 2345-6789 (Linking)
VI  - 7
IP  - 2
DP  - 2019 Nov-Dec
TI  - Invented study of a kidney: a title that goes on over
      two lines.
PG  - 377-86
LID - 10.1000/ABC.1 [doi]
LID - S0000 [pii]
AB  - AIMS: One. METHODS: Two
      and three.
FAU - Doe, Jane Q
AU  - Doe JQ
AD  - Somewhere.
FAU - Roe, R
AU  - Roe R Jr
CN  - Invented Kidney Group
LA  - eng
LA  - ger
PT  - Journal Article
PT  - Review
TA  - J Inv
JT  - Journal of invented studies
AID - 10.1000/ABC.1 [doi]
PMC - PMC123456
TT  - Erfundene Studie einer Niere.
STAT- MEDLINE
CRDT- 2019/11/20 06:00
LR  - 20260924
RIN - J Inv. 2021;9(1):1. doi: 10.1000/abc.9. PMID: 123
EIN - J Inv. 2020;8(1):5
SO  - J Inv. 2019 Nov-Dec;7(2):377-86.
"""


@pytest.fixture
def read(tmp_path):
    """Write a text and read it back."""

    def read_text(text: str | bytes):
        path = tmp_path / "a.nbib"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return records.read(path, "nbib", "import-1")

    return read_text


def reasons(quarantine):
    return [tuple(row) for row in quarantine[["line", "reason"]].itertuples(index=False)]


def test_every_field(read):
    """One record with all fields of the table."""
    found, quarantine = read(WHOLE)
    assert quarantine.empty
    assert found.to_dict("records") == [
        {
            "record_id": "pmid:100",
            "source": "import-1",
            "position": "1",
            "pmid": "100",
            "pmcid": "PMC123456",
            "doi": "10.1000/abc.1",
            "title": "Invented study of a kidney: a title that goes on over two lines.",
            "authors": "Doe JQ; Roe R Jr; Invented Kidney Group",
            "year": "2019",
            "journal": "Journal of invented studies",
            "volume": "7",
            "issue": "2",
            "pages": "377-86",
            "issn": "1234-5678; 2345-6789",
            "abstract": "AIMS: One. METHODS: Two and three.",
            "language": "eng; ger",
            "publication_types": "Journal Article; Review",
            "vernacular_title": "Erfundene Studie einer Niere.",
            "version": "",
            "status": "MEDLINE",
            "entered": "2019-11-20",
            "revised": "2026-09-24",
            "links": (
                "ErratumIn J Inv. 2020;8(1):5 | RetractionIn pmid:123 J Inv. 2021;9(1):1. doi: "
                "10.1000/abc.9."
            ),
            "names": "Doe, Jane Q; Roe, R; Invented Kidney Group",
        }
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n", "\r\n"),
        ("PMID- 100", "\ufeffPMID- 100"),
        ("PMID- 100", "PMID-100"),
        ("TI  - ", "TI  -"),
        ("TI  - ", "TI- "),
        ("OWN - NLM\n", "OWN - NLM\n\n"),
        ("      two lines", "two lines"),
        ("      two lines", "\n      two lines"),
    ],
)
def test_what_other_readers_lose(read, before, after):
    """Mark, line ends, tags out of their columns and blank or unindented lines change nothing."""
    found, quarantine = read(WHOLE.replace(before, after))
    expected, _ = read(WHOLE)
    assert quarantine.empty
    assert found.equals(expected)


def test_records_need_no_blank_line_between(read):
    """A PMID line begins a record, whatever stands before it."""
    found, quarantine = read("PMID- 1\nTI  - One\nPMID- 2\nTI  - Two\n\n\nPMID- 3\nTI  - Three")
    assert list(found["title"]) == ["One", "Two", "Three"]
    assert list(found["position"]) == ["1", "2", "3"]
    assert quarantine.empty


def test_titles_of_books_and_of_foreign_articles(read):
    """BTI serves where TI is missing, and is the journal beside it; TT is the last resort."""
    found, _ = read(
        "PMID- 1\nBTI - Book\n\nPMID- 2\nTI  - Chapter\nBTI - Book\nED  - Roe R\n\n"
        "PMID- 3\nTT  - Titel"
    )
    assert list(found["title"]) == ["Book", "Chapter", "Titel"]
    assert list(found["journal"]) == ["", "Book", ""]
    assert list(found["authors"]) == ["", "Roe R", ""]


@pytest.mark.parametrize("stand_in", ["[Not Available].", "[In Process Citation]"])
def test_the_own_title_serves_where_there_is_no_translation(read, stand_in):
    """As in PubMed XML, so that a record is the same whichever of the two brought it."""
    found, _ = read(f"PMID- 1\nTI  - {stand_in}\nTT  - Titel\n\nPMID- 2\nTI  - {stand_in}\n")
    assert list(found["title"]) == ["Titel", stand_in]
    assert list(found["vernacular_title"]) == ["", ""]


@pytest.mark.parametrize(
    ("line", "links"),
    [
        ("RIN - J Inv. doi: 10.1000/a. PMID: 12", "RetractionIn pmid:12 J Inv. doi: 10.1000/a."),
        (
            "ROF - Doe J. J Inv.\n      2020. PMID:\n      12",
            "RetractionOf pmid:12 Doe J. J Inv. 2020.",
        ),
        ("ECI - PMID: 12", "ExpressionOfConcernIn pmid:12"),
        ("EIN - J Inv. 2021 | 2:1", "ErratumIn J Inv. 2021 / 2:1"),
        ("SPIN- J Inv. PMID: none", "SummaryForPatientsIn J Inv. PMID: none"),
        ("UOF - A. PMID: 1\nUOF - B\nUOF - A. PMID: 1", "UpdateOf pmid:1 A. | UpdateOf B"),
        ("DDIN- A. PMID: 1", "AssociatedDataset pmid:1 A."),
        ("EIN -", ""),
    ],
)
def test_links_to_other_records(read, line, links):
    """The tag says the kind; what it cites may have a PMID at its end, in whichever line."""
    found, _ = read(f"PMID- 1\nTI  - One\n{line}\n\nPMID- 2\nTI  - Two\n")
    assert list(found["links"]) == [links, ""]


@pytest.mark.parametrize(
    ("line", "field", "day"),
    [
        ("CRDT- 2026/11/24 06:00", "entered", "2026-11-24"),
        ("CRDT- 2026/11/24", "entered", "2026-11-24"),
        ("EDAT- 2026/11/24 06:00", "entered", ""),
        ("LR  - 20261124", "revised", "2026-11-24"),
        ("LR  - 20261324", "revised", ""),
        ("LR  - 2026", "revised", ""),
        ("DRDT- 2026/11/24", "revised", "2026-11-24"),
    ],
)
def test_days_of_the_record(read, line, field, day):
    """The day of its making and of its last revision; no other day stands for them."""
    found, _ = read(f"PMID- 1\nTI  - One\n{line}\n")
    assert list(found[field]) == [day]


def test_what_is_no_record_is_refused(read):
    """No title, no PMID, a PMID that is no number, text that is no entry: each with its line."""
    found, quarantine = read(
        "PMID- 1\nTI  -\nAB  - x\n\n"
        "PMID- abc\nTI  - Two\n\n"
        "TI  - Three\nAB  - y\n\n"
        "Some line.\n\nAnother line.\n\n"
        "PMID- 5\nTI  - Five\n"
    )
    assert list(found["position"]) == ["5"]
    assert reasons(quarantine) == [
        ("1", "no title"),
        ("5", "no numeric PMID"),
        ("8", "no PMID"),
        ("11", "not a MEDLINE record"),
    ]
    assert quarantine["excerpt"][3] == "Some line. Another line."
    assert set(quarantine["file"]) == {"a.nbib"}
    assert set(quarantine["source"]) == {"import-1"}


@pytest.mark.parametrize(
    "page",
    [
        "<html>\n<head><title>PMID- error</title></head>\n\n<body>429</body></html>",
        '{"error":"API rate limit exceeded"}',
        "id: 32816848 Error occurred: The following PMID is not available",
    ],
)
def test_an_error_page_is_refused(read, page):
    """What a server answered instead of records is one line of the quarantine."""
    found, quarantine = read(page)
    assert found.empty
    assert reasons(quarantine) == [("1", "not a MEDLINE record")]


def test_an_empty_file_is_said(read):
    """Nothing at all is reported as well."""
    found, quarantine = read(" \n")
    assert found.empty
    assert reasons(quarantine) == [("1", "the file is empty")]


def test_well_formed_files_read_as_biopython_reads_them(shared_data: Path):
    """Where Bio.Medline can be trusted, we agree with it."""
    from Bio import Medline

    for path in sorted((shared_data / "medline/biopython_tests/Medline").glob("*.txt")):
        with path.open() as file:
            theirs = [entry for entry in Medline.parse(file) if entry]
        ours, quarantine = records.read(path, "nbib", "s")
        assert quarantine.empty
        assert list(ours["pmid"]) == [entry["PMID"] for entry in theirs]
        assert list(ours["title"]) == [entry["TI"] for entry in theirs]
        assert list(ours["authors"]) == ["; ".join(entry["AU"]) for entry in theirs]
