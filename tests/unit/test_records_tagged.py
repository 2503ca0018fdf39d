"""Tagged texts of EndNote, Web of Science and Ovid: as many entries come out as went in."""

import re
import time
from pathlib import Path

import pytest

from living_review import records

REFER = """%0 Journal Article
%A Doe, Jane Q.
%A Roe, R.
%T Invented study of
 a kidney
%J Journal of invented studies
%D 2019
%V 7
%N 2
%P 377--386
%@ 1234-5678
%R doi:10.1000/A
%M 100
%W NLM
%2 PMC123456
%G eng
%X One.
% of all.
"""
WEB_OF_SCIENCE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, JQ
   Roe, R
AF Doe, Jane Q.
   Roe, R.
CA Invented Kidney Grp
TI Invented study of
   a kidney
SO JOURNAL OF INVENTED STUDIES
LA English
DT Article; Review
AB One.
   Two.
SN 1234-5678
EI 2345-6789
PD NOV
PY 2019
VL 7
IS 2
BP 377
EP 386
DI 10.1000/A
PG 10
PM 100
ER

EF
"""
OVID = """Database: Ovid MEDLINE(R) <1946 to November Week 1 2019>
Search Strategy:
--------------------------------------------------------------------------------
1     exp kidney/ (99)
2     ablation.tw. (5)
--------------------------------------------------------------------------------

<1>
Unique Identifier
  100
Title
  Invented study of
  a kidney. [Review]
Source
  Journal of Invented Studies. 7(2):377-386, 2019 Nov.
Author
  Doe, Jane Q. MD, PhD 1;  Roe, R 1,2
Abstract
  One.

  Two.
Digital Object Identifier
  https://dx.doi.org/10.1000/A
ISSN Print
  1234-5678
"""
EXPECTED = {
    "record_id": "pmid:100",
    "pmid": "100",
    "doi": "10.1000/a",
    "year": "2019",
    "volume": "7",
    "issue": "2",
    "pages": "377-386",
}


@pytest.fixture
def read(tmp_path):
    """Write a text, see its format, and read it back."""

    def read_text(text: str, format: str = ""):
        path = tmp_path / "a.txt"
        path.write_text(text)
        return records.read(path, format or records.format_of(path), "import-1")

    return read_text


@pytest.mark.parametrize(
    ("text", "others"),
    [
        (
            REFER,
            {
                "title": "Invented study of a kidney",
                "authors": "Doe JQ; Roe R",
                "journal": "Journal of invented studies",
                "abstract": "One. % of all.",
                "issn": "1234-5678",
                "pmcid": "PMC123456",
                "language": "eng",
            },
        ),
        (
            WEB_OF_SCIENCE,
            {
                "title": "Invented study of a kidney",
                "authors": "Doe JQ; Roe R; Invented Kidney Grp",
                "journal": "JOURNAL OF INVENTED STUDIES",
                "abstract": "One. Two.",
                "issn": "1234-5678; 2345-6789",
                "language": "English",
                "publication_types": "Article; Review",
            },
        ),
        (
            OVID,
            {
                "title": "Invented study of a kidney.",
                "authors": "Doe JQ; Roe R",
                "journal": "Journal of Invented Studies",
                "abstract": "One. Two.",
                "issn": "1234-5678",
                "publication_types": "Review",
            },
        ),
    ],
    ids=["refer", "web_of_science", "ovid"],
)
def test_every_field(read, text, others):
    """One record with all that the format knows."""
    found, quarantine = read(text)
    expected = EXPECTED | others
    assert quarantine.empty
    assert found.loc[0, list(expected)].to_dict() == expected


@pytest.mark.parametrize("text", [REFER, WEB_OF_SCIENCE, OVID], ids=["refer", "wos", "ovid"])
def test_ways_to_write_them(read, text):
    """Line ends, a mark, blank lines at both ends and spaces at the end of lines change nothing."""
    expected, _ = read(text)
    for changed in (text.replace("\n", "\r\n"), f"\ufeff\n{text}\n\n", text.replace("\n", "  \n")):
        found, quarantine = read(changed)
        assert quarantine.empty
        assert found.equals(expected)


def test_refer_without_types(read):
    """Blank lines part the entries of a file that has no %0; elsewhere they part nothing."""
    found, quarantine = read("%A Doe J\n%T One\n\n%T Two\n%X a\n\nb\n\n\n%T Three\n")
    assert list(found["title"]) == ["One", "Two", "Three"]
    assert found["abstract"][1] == "a b"
    assert quarantine.empty
    found, _ = read("%0 Journal Article\n%X a\n\n%T One\n%0 Book\n%T Two\n")
    assert list(found["title"]) == ["One", "Two"]


def test_a_number_is_a_pmid_only_where_medline_says_so(read):
    """Accession numbers of other databases are none."""
    assert read(REFER.replace("%W NLM", "%W Ovid"))[0]["pmid"][0] == ""
    assert (
        read(REFER.replace("%W NLM", "%U https://pubmed.ncbi.nlm.nih.gov/7/"))[0]["pmid"][0] == "7"
    )
    assert read(OVID.replace("MEDLINE", "Embase"))[0]["pmid"][0] == ""


def test_web_of_science_without_ends(read):
    """PT begins an entry though ER didn't end the one before; one that lost PT is read too."""
    text = WEB_OF_SCIENCE.replace("ER\n\nEF\n", "PT J\nTI Two\nER\nAU Doe, J\nTI Three\nER\nEF\n")
    found, quarantine = read(text)
    assert list(found["title"]) == ["Invented study of a kidney", "Two", "Three"]
    assert quarantine.empty


def test_ovid_without_numbers(read):
    """The label that comes first begins each record."""
    number = "Score\n  *****\nAccession Number\n  "
    text = f"{number}1\nTitle\n  One\n\n\n{number}2\nTitle\n  Two.[Article]\n"
    found, quarantine = read(text)
    assert list(found["title"]) == ["One", "Two."]
    assert quarantine.empty


def test_ovid_with_tags(read):
    """Numbered records may have tags as in Medline instead of labels."""
    found, quarantine = read(
        "<1>\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - 100\n"
        "AU  - Doe JQ\nAU  - Roe R\n"
        "TI  - Invented study of\n      a kidney\nSO  - J Inv. 7 (2) (pp 377-386), 2019.\n"
        "DO  - 10.1000/A\n\n<2>\nUI  - 200\nTI  - Two\n"
    )
    assert quarantine.empty
    assert found.loc[0, list(EXPECTED)].to_dict() == EXPECTED
    assert list(found["authors"]) == ["Doe JQ; Roe R", ""]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("J Inv.   28(2):103-106, April 2015.", ("J Inv", "2015", "28", "2", "103-106")),
        ("J Inv.   28:103-106, April 2015.", ("J Inv", "2015", "28", "", "103-106")),
        ("J Inv. Vol 28(2) April 2015, 103-106.", ("J Inv", "2015", "28", "2", "103-106")),
        ("J Inv. Vol.28(2), 2015, pp. 103-106.", ("J Inv", "2015", "28", "2", "103-106")),
        ("Cancer. 28 (2) (pp 103-106), 2015.", ("Cancer", "2015", "28", "2", "103-106")),
        ("AJR. J Inv. 208(1):W1-W9, 2017 01.", ("AJR. J Inv", "2017", "208", "1", "W1-W9")),
        ("J Inv. ", ("J Inv", "", "", "", "")),
    ],
)
def test_the_source_of_ovid_is_told_apart(read, source, place):
    """In the wording of each of its databases."""
    found, _ = read(f"<1>\nTitle\n  One\nSource\n  {source}\n")
    assert tuple(found.loc[0, ["journal", "year", "volume", "issue", "pages"]]) == place


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<html>\n%0 Book\n%T One\n", "1", "not a record of EndNote"),
        ("%0 Book\n%T One\n%0 Book\n", "3", "no title"),
        (
            "PT J\nTI One\nER\n<html>502</html>\nPT J\nTI Two\nER\n",
            "4",
            "not a record of Web of Science",
        ),
        ("PT J\nAU Doe, J\nER\nPT J\nTI One\nER\n", "1", "no title"),
        ("<1>\nTitle\n  One\n<2>\nAuthor\n  Doe J\n", "4", "no title"),
    ],
)
def test_what_is_no_record_is_refused(read, text, line, reason):
    """With its line and its reason; the records around it are read."""
    found, quarantine = read(text)
    assert "One" in list(found["title"])
    assert quarantine[["line", "reason"]].to_dict("records") == [{"line": line, "reason": reason}]


@pytest.mark.parametrize("format", ["refer", "web_of_science", "ovid"])
@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "%0 " + " " * 1_000_000,
        "\n" * 1_000_000,
        "%T a\n" * 100_000,
        "PT J\n" * 25_000,
        "<1>\n" * 25_000,
        "<1>\nAuthor\n  " + "1 " * 500_000,
        "<1>\nSource\n  " + "a. 1(" * 200_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_text_costs_little(read, format, text):
    """A megabyte of one thing takes seconds at most."""
    began = time.process_time()
    found, quarantine = read(text, format)
    assert len(found) + len(quarantine) > 0
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("pattern", "format", "counted", "titled"),
    [
        ("jabref_importers/**/*.enw", "refer", r"(?m)^%0|\A%[AE]", 5),
        ("jabref_importers/**/OvidImporterTest[134567].txt", "ovid", r"(?m)^<\d+>", 8),
        ("jabref_importers/**/OvidImporterTest2Invalid.txt", "ovid", r"(?m)^Score", 2),
        ("rispy/example_wos.ris", "web_of_science", r"(?m)^PT ", 2),
    ],
)
def test_real_files_lose_nothing(shared_data: Path, pattern, format, counted, titled):
    """As many entries as the files hold; those of JabRef that have no title are refused."""
    found_all = 0
    for path in sorted((shared_data / "medline").glob(pattern)):
        assert records.format_of(path) == format
        found, quarantine = records.read(path, format, "s")
        assert len(found) + len(quarantine) == len(re.findall(counted, path.read_text()))
        assert set(quarantine["reason"]) <= {"no title"}
        found_all += len(found)
    assert found_all == titled
