"""Reading a file of any format: what comes in is in one of the two tables."""

import gzip
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import records
from living_review.errors import ReviewError

NBIB = "PMID- 1\nTI  - One\n"
RIS = "TY  - JOUR\nTI  - One\nER  - \n"
CSV = "pmid,title\n1,One\n"
ENDNOTE = "<xml><records><record><titles><title>One</title></titles></record></records></xml>"
BIBTEX = "@article{a,\n  title = {One},\n}\n"
SUMMARY = "1: Doe J. One. J Inv. 2019 Nov;7(2):3. PMID: 1.\n\n"
ABSTRACT = "1. J Inv. 2019 Nov;7(2):3.\n\nOne.\n\nPMID: 1\n\n\n"
WEB_OF_SCIENCE = "FN Clarivate\nVR 1.0\nPT J\nTI One\nER\n"
REFER = "%0 Book\n%T One\n"
OVID = "<1>\nTitle\n  One\n"
XML = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "x:/y.dtd">\n'
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>One"
    "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)

# An entry in each format, behind which the same format can go on
BEGINS = {
    "nbib": NBIB,
    "ris": RIS,
    "csv": CSV,
    "pubmed_xml": XML[:-30],
    "endnote_xml": ENDNOTE[:-16],
    "bibtex": BIBTEX,
    "pubmed_summary": SUMMARY,
    "pubmed_abstract": ABSTRACT,
    "web_of_science": WEB_OF_SCIENCE,
    "refer": REFER,
    "ovid": OVID,
}


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.nbib", NBIB, "nbib"),
        ("a.txt", NBIB, "nbib"),
        ("a.ris", RIS, "ris"),
        ("a.txt", "\ufeff1.\n" + RIS, "ris"),
        ("a.ris", NBIB, "nbib"),  # what it holds counts, not what it is called
        ("a.nbib", RIS, "ris"),
        ("a.csv", CSV, "csv"),
        ("a.TSV", CSV.replace(",", "\t"), "csv"),
        ("a.txt", CSV.replace(",", ";"), "csv"),
        ("a.xml", XML, "pubmed_xml"),
        ("a", XML, "pubmed_xml"),
        ("a.xml", "<eFetchResult><ERROR>x</ERROR></eFetchResult>", "pubmed_xml"),
        ("a.xml", ENDNOTE, "endnote_xml"),
        ("a.xml", '<?xml version="1.0"?>\n<!DOCTYPE xml>\n' + ENDNOTE, "endnote_xml"),
        ("a.bib", BIBTEX, "bibtex"),
        ("a.txt", "% Encoding: UTF-8\n\n" + BIBTEX, "bibtex"),
        ("a.txt", SUMMARY, "pubmed_summary"),
        ("a.txt", SUMMARY.replace("1:", "1.", 1), "pubmed_summary"),
        ("a.txt", ABSTRACT, "pubmed_abstract"),
        ("a.txt", "1. 1 exp kidney/ (99)\n\n" + RIS + "N1  - a\nPMID: 1\n", "ris"),
        ("a.ris", WEB_OF_SCIENCE, "web_of_science"),
        ("a.txt", "PT J\nTI One\nER\n", "web_of_science"),
        ("a.tab", "PT\tAU\tTI\nJ\tDoe, J\tOne\n", "csv"),
        ("a.txt", REFER, "refer"),
        ("a.txt", "%T One\n%A Doe J\n", "refer"),
        ("a.txt", OVID, "ovid"),
        ("a.txt", "<1>\n" + RIS, "ris"),
        ("a.txt", "PMCR- 1\nTI  - One\n", "nbib"),
        ("a.nbib", "<html></html>", "nbib"),
        ("a.ris", "", "ris"),
    ],
)
def test_format_of(tmp_path, name, content, format):
    """The first bytes say which format it is, else the suffix; gzipped files too."""
    path = tmp_path / name
    path.write_text(content)
    assert records.format_of(path) == format
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(content.encode()))
    assert records.format_of(packed) == format


@pytest.mark.parametrize("name", ["a.txt", "a.doc", "a", "a.xlsx"])
def test_an_unknown_format_says_what_is_allowed(tmp_path, name):
    """The message names the file and every format."""
    path = tmp_path / name
    path.write_text("One study of a kidney. 2019.")
    allowed = ", ".join(records.FORMATS)
    with pytest.raises(ReviewError, match=allowed) as error:
        records.format_of(path)
    assert str(error.value).startswith(f"{name}: ")
    with pytest.raises(ReviewError, match=f"'doc'; allowed: {allowed}"):
        records.read(path, "doc", "s")


def test_a_missing_file_is_named(tmp_path):
    """Not a traceback."""
    for ask in (records.format_of, lambda path: records.read(path, "nbib", "s")):
        with pytest.raises(ReviewError, match=r"no\.nbib can't be read"):
            ask(tmp_path / "no.nbib")


def test_the_tables_have_the_same_shape_in_every_format(tmp_path):
    """Columns in their order, every cell text, also where nothing was read."""
    path = tmp_path / "a"
    for format in records.FORMATS:
        for content in ("", *BEGINS.values()):
            path.write_text(content)
            found, quarantine = records.read(path, format, "s")
            assert tuple(found.columns) == records.RECORD_COLUMNS
            assert tuple(quarantine.columns) == records.QUARANTINE_COLUMNS
            for table in (found, quarantine):
                assert set(map(str, table.dtypes)) == {"str"}
                assert not table.isna().any(axis=None)


def test_reading_twice_gives_the_same_bytes(tmp_path):
    """As parquet, whatever was read before."""
    path = tmp_path / "a.csv"
    path.write_text(CSV * 2)
    written = []
    for _ in range(2):
        found, _quarantine = records.read(path, "csv", "s")
        found.to_parquet(tmp_path / "a.parquet")
        written.append((tmp_path / "a.parquet").read_bytes())
    assert written[0] == written[1]


# What a format begins its lines with, so that random texts get far into its reader
PIECES = st.sampled_from(
    [
        *("PMID- ", "PMID- 12", "TI  - ", "AB  - ", "AU  - Doe J", "      ", "PG  - 1-2", "- "),
        *("TY  - ", "TY - ", "ER  - ", "ER  -", "T1  - ", "SP  - 1", "DO  - 10.1000/x", "1.", "TY"),
        *("title", "pmid", "abstract", ",", ";", "\t", '"', '""', "sep=;", "\ufeff", "\x00"),
        *("<PubmedArticleSet>", "<PubmedArticle>", "</PubmedArticle>", "<PMID>1</PMID>", "&x;"),
        *("<MedlineCitation><Article><ArticleTitle>T", "<?xml version='1.0'?>", "<!--", "-->"),
        *(
            "</ArticleTitle></Article></MedlineCitation>",
            "<!DOCTYPE a [",
            "]>",
            "</PubmedArticleSet>",
        ),
        *("@article{a,", "@book", "@string{x=", "@comment{", "title = ", "{", "}", "=", "#", "$"),
        *(
            "1: ",
            "2. ",
            "PMID: 1",
            "J Inv. 2019;1:2.",
            "doi: 10.1000/a-",
            "Erratum in: ",
            "Doe J. ",
        ),
        *(
            "PT J",
            "TI ",
            "ER",
            "EF",
            "   ",
            "%0 Book",
            "%T ",
            "<1>",
            "Title\n  ",
            "Source\n  J. 1(2):3,",
        ),
        *("<xml><records>", "<record>", "</record>", "<titles><title>T", "</title></titles>"),
        *("\n", "\n", "\n\n", "\r\n", "\r"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join)


@settings(deadline=None, max_examples=250)
@given(text=TEXTS, format=st.sampled_from(records.FORMATS))
def test_any_text_is_read_or_refused(tmp_path_factory, text, format):
    """Nothing but a ReviewError is ever raised, and what opens as an entry is in a table."""
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found, quarantine = records.read(path, format, "s")
    entries = len(found) + len(quarantine)
    lines = re.split(r"\r\n|\r|\n", text.replace("\ufeff", ""))
    if format == "nbib":
        assert entries >= sum(line.startswith("PMID-") for line in lines)
    if format == "ris":
        assert entries >= sum(line.startswith("TY  -") for line in lines)
    opens = {"web_of_science": "PT J", "refer": "%0 Book", "bibtex": "@article{"}
    if format in opens:
        assert entries >= sum(line.startswith(opens[format]) for line in lines)
    if format == "ovid":
        assert entries >= lines.count("<1>")
    if format == "pubmed_summary":
        assert entries >= len(re.findall(r"(?:\A|\n\n)\d+: \S", "\n".join(lines)))
    if format == "endnote_xml":
        assert entries >= text.count("<record>")
    if format == "pubmed_xml" and "<PubmedArticle>" in text:
        assert entries > 0
    assert (found["title"] != "").all()
    assert (quarantine["excerpt"].str.len() <= 200).all()
    assert not quarantine["excerpt"].str.contains("\n").any()
    assert found["position"].astype(int).is_monotonic_increasing
    assert not found["position"].duplicated().any()


@settings(deadline=None, max_examples=100)
@given(raw=st.binary(max_size=300), format=st.sampled_from(records.FORMATS), head=st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw, format, head):
    """Also bytes that are no text at all."""
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(BEGINS[format].encode() + raw if head else raw)
    try:
        found, quarantine = records.read(path, format, "s")
    except ReviewError:
        assert raw.startswith(b"\x1f\x8b")
    else:
        heading_alone = format == "csv" and len(raw.split()) == 1  # of a search that found nothing
        assert len(found) + len(quarantine) > 0 or heading_alone


COMMON = ["words of a page\n", "words\n\n", "<a>"]
FILLERS = {
    "nbib": ["TI  - a\n\n", "AB  - a\n\n"],
    "ris": ["TY  - \n", "TI  - a\n\n"],
    "csv": ['"\n', '"a\n'],
    "endnote_xml": ["<record>", "&a;"],
    "bibtex": ["@a{", "@article{a,\n", "{"],
    "pubmed_summary": ["1: a\n\n"],
    "pubmed_abstract": ["1. a\n\n\n", "1. a\n\n"],
    "web_of_science": ["PT J\n"],
    "refer": ["%0 a\n"],
    "ovid": ["<1>\n"],
}


@pytest.mark.parametrize(
    ("format", "filler"),
    [
        (format, filler)
        for format in records.FORMATS
        for filler in [*COMMON, *FILLERS.get(format, ())]
    ],
)
def test_time_grows_with_size_only(tmp_path, format, filler):
    """Megabytes that fit no format are refused in time that grows with their size only."""
    path = tmp_path / "large"
    seconds = []
    for size in (20_000, 160_000):
        path.write_text(BEGINS[format] + filler * (size // len(filler)))
        began = time.process_time()
        records.read(path, format, "s")
        seconds.append(time.process_time() - began)
    assert seconds[1] < 0.5 + 16 * seconds[0]


WORD = st.text(st.sampled_from("abcdefgxyzABCäéß 0123,.;'()[]&<>-"), min_size=1, max_size=30)
TITLES = WORD.map(lambda words: " ".join(f"T{words}".split()))
INVENTED = st.fixed_dictionaries(
    {
        "pmid": st.integers(1, 99_999_999).map(str),
        "title": TITLES,
        "authors": st.lists(st.sampled_from(["Doe J", "Roe RA", "van Poe Q"]), unique=True),
        "year": st.integers(1950, 2030).map(str),
        "journal": st.sampled_from(["J Inv", "Journal of invented studies", ""]),
        "pages": st.sampled_from(["1-9", "e12", ""]),
        "abstract": st.one_of(st.just(""), TITLES),
    }
)


WRITTEN = ["pmid", "title", "authors", "year", "journal", "pages", "abstract"]


def as_nbib(record: dict) -> str:
    lines = [f"PMID- {record['pmid']}", f"DP  - {record['year']} Nov", f"TI  - {record['title']}"]
    lines += [f"PG  - {record['pages']}", f"AB  - {record['abstract']}"]
    lines += [f"AU  - {name}" for name in record["authors"]] + [f"JT  - {record['journal']}"]
    return "\n".join(lines) + "\n\n"


def as_ris(record: dict) -> str:
    lines = ["TY  - JOUR", "DB  - PubMed", f"AN  - {record['pmid']}", f"TI  - {record['title']}"]
    lines += [
        f"AU  - {name.replace(' ', ', ').replace('van, ', 'van ')}" for name in record["authors"]
    ]
    lines += [f"PY  - {record['year']}//", f"JF  - {record['journal']}", f"SP  - {record['pages']}"]
    return "\n".join([*lines, f"AB  - {record['abstract']}", "ER  - ", ""])


def as_csv(record: dict) -> str:
    cells = ["; ".join(record[field]) if field == "authors" else record[field] for field in WRITTEN]
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


@settings(deadline=None, max_examples=60)
@given(invented=st.lists(INVENTED, min_size=1, max_size=6))
def test_records_survive_being_written_and_read(tmp_path_factory, invented):
    """What a simple writer of each format wrote comes back in its order, field by field."""
    path = tmp_path_factory.getbasetemp() / "written"
    heading = ",".join(WRITTEN) + "\n"
    texts = {
        "nbib": "".join(map(as_nbib, invented)),
        "ris": "".join(map(as_ris, invented)),
        "csv": heading + "".join(map(as_csv, invented)),
    }
    expected = [{**record, "authors": "; ".join(record["authors"])} for record in invented]
    for format, text in texts.items():
        path.write_text(text)
        found, quarantine = records.read(path, format, "s")
        assert quarantine.empty
        assert found[WRITTEN].to_dict("records") == expected
        assert list(found["record_id"]) == [f"pmid:{record['pmid']}" for record in invented]


FOLDERS = (
    "odd_records_share rispy jabref_importers asreview_demo_data biopython_tests nlm_sample_2019"
)
NOT_RECORDS = {".md", ".rst", ".html"}
COUNTED = {
    "nbib": r"(?m)^PMID ?-",
    "ris": r"(?m)^TY  -",
    "pubmed_xml": r"<Pubmed(?:Book)?Article>",
    "endnote_xml": r"<record>",
    "bibtex": r"(?mi)^@(?!comment)\w+\{",
    "web_of_science": r"(?m)^PT ",
    "refer": r"(?m)^%0",
    "ovid": r"(?m)^<\d+>",
    "pubmed_summary": r"(?:\A|\n\n)\d+: ",
}


@pytest.mark.parametrize("folder", FOLDERS.split())
def test_real_files_lose_nothing(shared_data: Path, folder):
    """Each file has a known format, and each entry is a record or refused for a reason."""
    whole = 0
    for path in sorted((shared_data / "medline" / folder).rglob("*")):
        if not path.is_file() or path.suffix in NOT_RECORDS:
            continue
        format = records.format_of(path)
        found, quarantine = records.read(path, format, "s")
        text = path.read_text(encoding="utf-8-sig")
        counted = len(re.findall(COUNTED[format], text)) if format in COUNTED else 0
        assert len(found) + len(quarantine) >= max(counted, 1), path.name
        assert (quarantine["reason"] != "").all()
        assert not quarantine["reason"].str.contains("told apart").any()
        whole += len(found)
    assert whole > 0
