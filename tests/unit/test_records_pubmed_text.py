"""PubMed's texts for people, summary and abstract: the same records as in its data formats."""

import gzip
import re
import time
from pathlib import Path

import pytest

from living_review import records

SUMMARY = """1: Doe JQ, Roe R Jr, van Poe Q; Invented Kidney Group. Invented study of a
kidney: a meta-analysis. Is it 2019? J Inv. 2019 Nov-Dec;7(2 Suppl 1):377-386. doi: 10.1000/a-
b.1. Epub 2019 Oct 1. Erratum in: J Inv. 2020 Jan;8(1):2. PMID: 100; PMCID:
PMC123456.
"""
ABSTRACT = """1. J Inv. 2019 Nov-Dec;7(2 Suppl 1):377-386. doi: 10.1000/a-b.1. Epub 2019 Oct\x20
1.

Invented study of a kidney: a meta-
analysis. Is it 2019?

Doe JQ(1), Roe R Jr(2)(3), van Poe Q(1); Invented Kidney Group.

Author information:
(1)Department of Nothing, Nowhere.

Erratum in
    J Inv. 2020 Jan;8(1):2.

BACKGROUND: One.
METHODS: Two.

2. Three is no number of a record.

© 2019 Somebody.

DOI: 10.1000/a-b.1
PMCID: PMC123456
PMID: 100 [Indexed for MEDLINE]

Conflict of interest statement: None.
"""
EXPECTED = {
    "record_id": "pmid:100",
    "pmid": "100",
    "pmcid": "PMC123456",
    "doi": "10.1000/a-b.1",
    "title": "Invented study of a kidney: a meta-analysis. Is it 2019?",
    "authors": "Doe JQ; Roe R Jr; van Poe Q; Invented Kidney Group",
    "year": "2019",
    "journal": "J Inv",
    "volume": "7",
    "issue": "2 Suppl 1",
    "pages": "377-386",
    "links": "ErratumIn J Inv. 2020 Jan;8(1):2",
}


@pytest.fixture
def read(tmp_path):
    """Write a text, see its format, and read it back."""

    def read_text(text: str):
        path = tmp_path / "a.txt"
        path.write_text(text)
        return records.read(path, records.format_of(path), "import-1")

    return read_text


def summary(text: str) -> str:
    return f"1: {text} PMID: 1.\n"


def test_every_field_of_a_summary(read):
    """One record with all that a citation says."""
    found, quarantine = read(SUMMARY)
    assert quarantine.empty
    assert found.loc[0, list(EXPECTED)].to_dict() == EXPECTED


def test_every_field_of_an_abstract(read):
    """The same, with the abstract, but no word of addresses and copyright."""
    found, quarantine = read(ABSTRACT)
    assert quarantine.empty
    assert found.loc[0, list(EXPECTED)].to_dict() == EXPECTED
    assert (
        found["abstract"][0] == "BACKGROUND: One. METHODS: Two. 2. Three is no number of a record."
    )


@pytest.mark.parametrize(
    "changed",
    [
        SUMMARY.replace("\n", "\r\n"),
        SUMMARY.replace("1: ", "1. ", 1),
        SUMMARY.replace("PMID:", "PubMed PMID:").replace("PMCID:", "PubMed Central PMCID:"),
        SUMMARY.replace("1: Doe", "9999: Doe"),
        "\ufeff\n" + " ".join(SUMMARY.split()).replace("- b.1", "-b.1"),
    ],
)
def test_ways_to_write_a_summary(read, changed):
    """Line ends, numbers and wrapping change nothing."""
    assert read(changed)[0].equals(read(SUMMARY)[0])


@pytest.mark.parametrize("between", ["\n", "", "\n\n\n"])
def test_numbers_that_begin_again_lose_nothing(read, between):
    """Each citation is one, whatever its number, also where no blank line parts it."""
    text = between.join(
        SUMMARY.replace("1:", number, 1).replace("PMID: 100", f"PMID: {pmid}")
        for pmid, number in enumerate(("1:", "2:", "1:", "17:"), start=1)
    )
    found, quarantine = read(text)
    assert list(found["pmid"]) == ["1", "2", "3", "4"]
    assert quarantine.empty


def test_a_number_inside_a_citation_begins_none(read):
    """Pages that were wrapped to the start of a line, say."""
    found, _ = read("1: Doe J. Study. J Inv. 2019;7(2):\n377: suppl. doi: 10.1000/a. PMID:\n100.\n")
    assert list(found["pmid"]) == ["100"]


BOOK = "Book [Internet]. City (UK): Publisher; 2020 Sep."
FRENCH = "Doe J. Titre [Title]. J Inv. 2020 Jan;1:2. French, English."
ERRATUM = "Doe J. Title. J Inv. 2020. Erratum in: J Inv. 2021. doi: 10.1000/b. PMID: 7."
PREPRINT = "Doe J. Title. medRxiv [Preprint]. 2020 Nov 12:2020.11.09.20."


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        ("Doe J. Title. J Inv. 2019 Nov 3.", {"year": "2019", "volume": ""}),
        (
            "Doe J. Title. Spine (Phila Pa 1976). 2020 Sep 15;45(18):1-9.",
            {"journal": "Spine (Phila Pa 1976)", "issue": "18"},
        ),
        (PREPRINT, {"journal": "medRxiv [Preprint]", "pages": "2020.11.09.20"}),
        (
            "Doe J. Title. J Inv. 2020 Jul & Aug;45(10 (Suppl. 2)):S2-S9.",
            {"volume": "45", "issue": "10 (Suppl. 2)", "pages": "S2-S9"},
        ),
        (
            "Doe J. One and two. Three? [Four]. J Inv. 2020.",
            {"title": "One and two. Three? [Four]."},
        ),
        (
            "Study in HIV. A review. J Inv. 2020.",
            {"authors": "", "title": "Study in HIV. A review."},
        ),
        ("Invented Kidney Group. Title. J Inv. 2020.", {"authors": "Invented Kidney Group"}),
        ("Doe J, Plato, Roe ALNMES. Title. J. 2020.", {"authors": "Doe J; Plato; Roe ALNMES"}),
        (FRENCH, {"title": "[Title].", "vernacular_title": "Titre", "language": "French; English"}),
        (f"Doe J. {BOOK}", {"title": "Book [Internet].", "journal": "", "year": "2020"}),
        (f"Doe J. Part. 2020 Sep 19. In: {BOOK}", {"title": "Part.", "journal": "Book [Internet]"}),
        (ERRATUM, {"pmid": "1", "doi": "", "links": "ErratumIn J Inv. 2021"}),
        ("Doe J. Title without a journal.", {"title": "Title without a journal.", "year": ""}),
    ],
)
def test_a_citation_is_told_apart(read, citation, said):
    """Authors, title and place, though only dots stand between them."""
    assert read(summary(citation))[0].loc[0, list(said)].to_dict() == said


def test_text_that_is_no_citation_is_refused(read):
    """With its line; the citations around it are read."""
    found, quarantine = read(SUMMARY + "\n<html>502</html>\n\n" + SUMMARY.replace("1:", "2:", 1))
    assert len(found) == 2
    assert quarantine[["line", "reason"]].to_dict("records") == [
        {"line": "6", "reason": "not a citation of PubMed"}
    ]


def test_abstracts_one_after_the_other(read):
    """Two blank lines, or one, part the records; a page of HTML before them is refused."""
    second = ABSTRACT.replace("1. J", "2. J", 1).replace("PMID: 100", "PMID: 200")
    for blank in ("\n", "\n\n"):
        found, quarantine = read(ABSTRACT + blank + second)
        assert list(found["pmid"]) == ["100", "200"]
        assert quarantine.empty
    found, quarantine = read(ABSTRACT.split("Conflict")[0] + "\n\n1. J Inv. 2020.\n\n\n")
    assert list(found["pmid"]) == ["100"]
    assert list(quarantine["reason"]) == ["no title"]


def test_abstracts_without_authors_or_abstract(read):
    """What is not there is empty; a title in brackets stays so, as in Medline."""
    found, _ = read("1. Z Inv. 2020;8:e1.\n\n[Title].\n\n[Article in German]\n\nPMID: 101\n")
    expected = {"title": "[Title].", "authors": "", "abstract": "", "language": "German"}
    assert found.loc[0, list(expected)].to_dict() == expected


@pytest.mark.parametrize("format", ["pubmed_summary", "pubmed_abstract"])
@pytest.mark.parametrize(
    "text",
    ["1: " + "a" * 1_000_000, "1: " + ". 2019" * 150_000, "\n" * 1_000_000, "1. a\n\n\n" * 20_000,
     "1: A. B. 2019;" + "(" * 500_000, "- \n" * 300_000, "1: " + "A B, " * 200_000 + ". T."],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_hostile_text_costs_little(tmp_path, format, text):
    """A megabyte of one thing takes seconds at most."""
    path = tmp_path / "a.txt"
    path.write_text(text)
    began = time.process_time()
    found, quarantine = records.read(path, format, "s")
    assert len(found) + len(quarantine) > 0
    assert time.process_time() - began < 4


def test_the_daily_exports_of_zheln_read_whole(shared_data: Path):
    """As many records as the name of each file says; no DOI was cut where a line ends."""
    paths = sorted((shared_data / "medline/zheln_stream").glob("*.txt.gz"))
    for path in [*paths[::10], *paths[-3:]]:
        assert records.format_of(path) == "pubmed_summary"
        found, quarantine = records.read(path, "pubmed_summary", "s")
        text = gzip.decompress(path.read_bytes()).decode()
        assert quarantine.empty
        assert len(found) == int(re.search(r"_(\d+)\.txt", path.name)[1])
        assert len(found) == len(re.findall(r"(?:\A|\n\r?\n)\d+: ", text))
        assert set(found["pmid"]) == set(re.findall(r"PMID:\s+(\d+)[.;]", text))
        assert not found["doi"].str.endswith("-").any()
        assert (found["journal"] != "").mean() > 0.99
        assert (found["year"] != "").mean() > 0.99
