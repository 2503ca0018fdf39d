"""RIS of every dialect: as many entries come out as went in."""

import time
from pathlib import Path

import pytest
import rispy

from living_review import records

WHOLE = """TY  - JOUR
T1  - Invented study of a kidney
A1  - Doe, Jane Q.
A1  - Roe, R.
Y1  - 2019/11//
N2  - Aims. One
and two.
JF  - Journal of invented studies
JA  - J Inv
VL  - 7
IS  - 2
SP  - 377
EP  - 386
SN  - 1234-5678 (electronic)
DO  - https://doi.org/10.1000/ABC.1
LA  - English
M3  - Article
ER  -
"""


@pytest.fixture
def read(tmp_path):
    """Write a text and read it back."""

    def read_text(text: str | bytes):
        path = tmp_path / "a.ris"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return records.read(path, "ris", "import-1")

    return read_text


def entry(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", "TI  - Title", *lines, "ER  - ", ""])


def test_every_field(read):
    """One record with all fields that RIS knows."""
    found, quarantine = read(WHOLE)
    assert quarantine.empty
    said = found.loc[:, (found != "").any()]
    assert said.to_dict("records") == [
        {
            "record_id": "doi:10.1000/abc.1",
            "source": "import-1",
            "position": "1",
            "doi": "10.1000/abc.1",
            "title": "Invented study of a kidney",
            "authors": "Doe JQ; Roe R",
            "year": "2019",
            "journal": "Journal of invented studies",
            "volume": "7",
            "issue": "2",
            "pages": "377-386",
            "issn": "1234-5678",
            "abstract": "Aims. One and two.",
            "language": "English",
            "publication_types": "Article",
            "names": "Doe, Jane Q.; Roe, R.",
        }
    ]


@pytest.mark.parametrize(
    "changed",
    [
        WHOLE.replace("\n", "\r\n"),
        "\ufeff" + WHOLE,
        "\n\n1.\n" + WHOLE,
        WHOLE.replace("  - ", " - ").replace("ER  -", "ER -"),
        WHOLE.replace("  - ", "\t- "),
        WHOLE.replace("ER  -", "ER  - "),
        WHOLE.replace("ER  -\n", ""),
        WHOLE.replace("T1  -", "TI  -").replace("A1  -", "AU  -").replace("Y1  -", "PY  -"),
        WHOLE.replace("N2  -", "AB  -").replace("and two.", "      and two."),
        "Record #1 of 1\nProvider: Invented\nContent: text/plain\n" + WHOLE,
        "1 exp kidney neoplasms/ (61234)\n2 ablation.tw. (99)\n3 1 and 2\n\n<1>\n" + WHOLE,
        WHOLE + "NL  - J Inv\n\nLink to the Ovid Full Text or citation: http://a.example/\n",
    ],
)
def test_dialects_say_the_same(read, changed):
    """Mark, line ends, one space or a tab, no ER, headers and search strategies change nothing."""
    found, quarantine = read(changed)
    expected, _ = read(WHOLE)
    assert quarantine.empty
    assert found.equals(expected)


SCOPUS = """TY  - JOUR
TI  - Invented study of a kidney
T2  - J Inv
VL  - 7
IS  - 2
SP  - 377
EP  - 386
PY  - 2019
DO  - 10.1000/A
SN  - 12345678 (ISSN)
AU  - Doe, J.Q.
AU  - Roe, R.
AB  - [No abstract available]
C2  - 31774950
N1  - Export Date: 18 November 2019
M3  - Review
DB  - Scopus
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-1&doi=10.1000%2fA
ER  -

"""
EMBASE = """TY  - JOUR
M3  - Review
Y1  - 2019
VL  - 7
IS  - 2
SP  - 377
EP  - 386
SN  - 1234-5678
JF  - J Inv
JO  - J Inv
U2  - L373791783
C5  - 31774950
DB  - Embase
U3  - 2019-08-29
L2  - http://dx.doi.org/10.1000/A
A1  - Doe J.Q.
A1  - Roe R.
T1  - Invented study of a kidney
ER  -

"""
OVID = """1 exp kidney neoplasms/ (61234)
2 ablation.tw. (99)

<1>
1.
TY  - JOUR
DB  - Ovid MEDLINE(R) <1946 to November 2019>
AN  - 31774950
DO  - https://dx.doi.org/10.1000/A
T1  - Invented study of a kidney
A1  - Doe, Jane Q
A1  - Roe, R
Y1  - 2019//
M3  - Review
JF  - J Inv
VL  - 7
IS  - 2
SP  - 377
EP  - 386
SN  - 1234-5678
ER  -
NL  - J Inv

Link to the Ovid Full Text or citation: http://ovidsp.ovid.com/ovidweb.cgi?T=JS

2.
"""
COCHRANE = """Record #1 of 2
Provider: John Wiley & Sons, Ltd.
Content: text/plain; charset="UTF-8"

TY  - JOUR
AN  - CN-01234567
AU  - Doe, JQ
AU  - Roe, R
TI  - Invented study of a kidney
SO  - J Inv
JO  - J Inv
YR  - 2019
VL  - 7
NO  - 2
PG  - 377-386
SN  - 1234-5678
C3  - PUBMED 31774950,EMBASE 2005
M3  - Review
DO  - 10.1000/A
US  - https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full
ER  -

"""
ZOTERO = """TY  - JOUR
TI  - Invented study of a kidney
AU  - Doe, Jane Q.
AU  - Roe, R.
T2  - J Inv
DA  - 2019/11//
PY  - 2019
DO  - 10.1000/A
DP  - PubMed
VL  - 7
IS  - 2
SP  - 377
EP  - 386
J2  - J Inv
M3  - Review
LA  - eng
SN  - 1234-5678
N1  - <p>PMID: 31774950<br/>PMCID: none</p>
ER  -

"""


@pytest.mark.parametrize("export", [SCOPUS, EMBASE, OVID, COCHRANE, ZOTERO])
@pytest.mark.parametrize("times", [1, 3])
def test_exports_of_databases_say_the_same(read, export, times):
    """Each database has other tags for the same fields, and other text around the records."""
    found, quarantine = read(export * times)
    assert quarantine.empty
    expected = {
        "pmid": "31774950",
        "doi": "10.1000/a",
        "title": "Invented study of a kidney",
        "authors": "Doe JQ; Roe R",
        "year": "2019",
        "journal": "J Inv",
        "volume": "7",
        "issue": "2",
        "pages": "377-386",
        "issn": "1234-5678",
        "abstract": "",
        "publication_types": "Review",
    }
    assert found[list(expected)].to_dict("records") == [expected] * times


@pytest.mark.parametrize(
    "filler", ["a" * 1_000_000, "TY" * 500_000, " " * 1_000_000, "-" * 1_000_000]
)
def test_lines_of_a_megabyte(read, filler):
    """They cost no more than others, wherever they stand."""
    began = time.process_time()
    read(filler)
    found, _ = read(entry() + filler + "\n" + entry(f"AB  - {filler}"))
    assert len(found) == 2
    assert time.process_time() - began < 4


def test_a_missing_end_merges_nothing(read):
    """TY begins an entry though ER didn't end the one before."""
    found, quarantine = read("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \n")
    assert list(found["title"]) == ["One", "Two"]
    assert quarantine.empty


def test_an_entry_that_lost_its_start_is_read(read):
    """Fields behind ER that hold a title are a record."""
    found, quarantine = read(entry("PY  - 2001") + "AU  - Doe, J\nTI  - Other\nER  - \n" + entry())
    assert list(found["title"]) == ["Title", "Other", "Title"]
    assert quarantine.empty


def test_text_of_an_abstract_is_no_tag(read):
    """In a file with two spaces before the dash, one space makes no field."""
    found, _ = read(entry("AB  - Serum", "IL - 6 rose, and", "ER - positive ones fell.", "VL  - 3"))
    assert found["abstract"][0] == "Serum IL - 6 rose, and ER - positive ones fell."
    assert found["volume"][0] == "3"


def test_repeated_titles_keep_the_first(read):
    """A second title changes nothing, nor does one that is blank."""
    found, _ = read("TY  - JOUR\nTI  -\nTI  - One\nTI  - Two\nT1  - Three\nER  - \n")
    assert list(found["title"]) == ["One"]


def test_what_has_no_title_is_refused(read):
    """An entry without a title keeps its place, its line and its reason."""
    found, quarantine = read(entry() + "TY  - JOUR\nAU  - Doe, J\nER  - \n" + entry())
    assert list(found["position"]) == ["1", "3"]
    assert quarantine.to_dict("records") == [
        {
            "source": "import-1",
            "file": "a.ris",
            "line": "4",
            "reason": "no title",
            "excerpt": "TY - JOUR AU - Doe, J",
        }
    ]


@pytest.mark.parametrize(
    "page",
    ["<html>\n\n<b>Sorry</b></html>", "PMID- 1\nOWN - NLM", "FN Clarivate\nPT J\nTI Title\nER"],
)
def test_a_file_without_entries_is_refused(read, page):
    """A page of HTML and other formats are one line of the quarantine."""
    found, quarantine = read(page)
    assert found.empty
    assert list(quarantine["reason"]) == ["not a RIS record"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("AB  - all that is left\n", "1", "no title"),
        (entry() + "AB  - all that is left\n" + entry(), "4", "no title"),
        ("NL  - J Inv\n", "1", "no RIS record in it"),
        ("ER  - \n\n", "1", "not a RIS record"),
    ],
)
def test_a_single_field_is_not_lost(read, text, line, reason):
    """What is left of an entry is refused; a file always has a record or a refusal."""
    _, quarantine = read(text)
    assert quarantine[["line", "reason"]].to_dict("records") == [{"line": line, "reason": reason}]


def test_markup_between_entries_is_refused(read):
    """An error page in the middle of joined exports is not taken for a header."""
    found, quarantine = read(entry() + "<html><b>502</b></html>\n" + entry() + '{"error": 1}\n')
    assert len(found) == 2
    assert list(quarantine["line"]) == ["4", "8"]
    assert set(quarantine["reason"]) == {"not a RIS record"}


def test_markup_behind_a_field_of_ovid_is_refused(read):
    """The abbreviated journal that Ovid writes after the end of a record hides nothing."""
    found, quarantine = read(entry() + "NL  - J Inv\n<html>502</html>\n" + entry())
    assert len(found) == 2
    assert quarantine[["line", "reason"]].to_dict("records") == [
        {"line": "5", "reason": "not a RIS record"}
    ]


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        (["DB  - PubMed", "AN  - 26957754"], "26957754"),
        (["DP  - NLM", "AN  - 26957754", "ID  - 7"], "26957754"),
        (["DP  - NLM", "ID  - 7"], ""),
        (["DB  - Embase", "AN  - 26957754"], ""),
        (["DB  - Embase", "U2  - L373791783", "C5  - 15368318"], "15368318"),
        (["DB  - Scopus", "C2  - 31421429"], "31421429"),
        (["C2  - 31421429"], ""),
        (["U1  - 23690738[pmid]", "AN  - PMC3654245"], "23690738"),
        (["C3  - PUBMED 31774950,EMBASE 2005"], "31774950"),
        (["N1  - PMID: 31774950"], "31774950"),
        (["N1  - PubMed 2019"], ""),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/26957754/"], "26957754"),
        (["L2  - http://ovidsp.ovid.com/x?T=JS&D=med21&AN=1", "ID  - 30287541"], "30287541"),
        (["L2  - http://ovidsp.ovid.com/x?T=JS&D=emed21&AN=1", "ID  - 30287541"], ""),
    ],
)
def test_a_pmid_is_taken_where_a_database_keeps_it(read, lines, pmid):
    """Numbers of other databases, or of the exporting program, are never taken for PMIDs."""
    found, _ = read(entry(*lines))
    assert found["pmid"][0] == pmid


@pytest.mark.parametrize(
    ("lines", "doi"),
    [
        (["DO  - doi:10.1000/A"], "10.1000/a"),
        (["UR  - https://doi.org/10.1000/a"], "10.1000/a"),
        (["L2  - http://dx.doi.org/10.1000/a", "DO  -"], "10.1000/a"),
        (["N1  - doi: 10.1000/a"], "10.1000/a"),
        (["N1  - Erratum in 10.1000/a"], ""),
        (["UR  - https://a.example/10.1000/a"], ""),
    ],
)
def test_a_doi_is_taken_from_where_it_names_the_record(read, lines, doi):
    """Not from notes on other papers."""
    found, _ = read(entry(*lines))
    assert found["doi"][0] == doi


def test_well_formed_files_read_as_rispy_reads_them(shared_data: Path):
    """Where rispy can be trusted, we agree with it on titles."""
    agreed = 0
    for path in sorted((shared_data / "medline/asreview_demo_data").glob("*zotero.ris")):
        theirs = rispy.loads(path.read_text(encoding="utf-8-sig"))
        ours, quarantine = records.read(path, "ris", "s")
        assert quarantine.empty
        assert list(ours["title"]) == [" ".join(entry["title"].split()) for entry in theirs]
        agreed += len(ours)
    assert agreed > 100
