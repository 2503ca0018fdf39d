"""What no format may do: lose an entry, or change what a record says."""

import html
import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import records
from living_review.errors import ReviewError

NAMES = st.lists(st.sampled_from(["Doe J", "Roe RA", "van Poe Q", "Müller Ä"]), unique=True)
TITLES = st.text(st.sampled_from("abcxyzABCäéß 0123,.;'()[]&<>-%#_$"), max_size=30).map(
    lambda words: " ".join(f"T{words}".split())
)
# Words that a text without marks between its fields can hold
PLAIN = st.lists(st.from_regex(r"[a-zäé]{1,9}(-[a-z]{1,9}){0,3}", fullmatch=True), max_size=15).map(
    lambda words: " ".join(["Title", *words])
)


def invented(titles):
    return st.fixed_dictionaries(
        {
            "pmid": st.integers(1, 99_999_999).map(str),
            "doi": st.from_regex(
                r"10\.1[0-9]{3}/[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,9}", fullmatch=True
            ),
            "title": titles,
            "authors": NAMES,
            "year": st.integers(1950, 2030).map(str),
            "journal": st.sampled_from(["J Inv", "Journal of invented studies"]),
            "volume": st.sampled_from(["7", "12 Suppl 1"]),
            "issue": st.sampled_from(["2", "3-4"]),
            "pages": st.sampled_from(["1-9", "e12", "S2-S9"]),
            "abstract": titles,
        }
    )


def family_first(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    return f"{family}, {initials}"


def as_bibtex(record: dict) -> str:
    def escaped(text: str) -> str:
        return re.sub(r"[-']", lambda sign: f"{{{sign[0]}}}", re.sub(r"[&%#_$]", r"\\\g<0>", text))

    words = {name: escaped(record[name]) for name in ("title", "journal", "abstract")}
    words |= {name: record[name] for name in ("year", "volume", "doi", "pmid")}
    words |= {"number": record["issue"], "pages": record["pages"].replace("-", "--")}
    words["author"] = " and ".join(map(family_first, record["authors"]))
    return (
        "@article{same,\n"
        + "".join(f"  {key} = {{{value}}},\n" for key, value in words.items())
        + "}\n"
    )


def as_endnote_xml(record: dict) -> str:
    def field(path: str, text: str) -> str:
        inner = f'<style face="normal">{html.escape(text)}</style>'
        for name in reversed(path.split("/")):
            inner = f"<{name}>{inner}</{name}>"
        return inner

    names = "".join(field("author", family_first(name)) for name in record["authors"])
    parts = {
        "titles/title": "title",
        "periodical/full-title": "journal",
        "pages": "pages",
        "volume": "volume",
        "number": "issue",
        "dates/year": "year",
        "accession-num": "pmid",
        "electronic-resource-num": "doi",
        "abstract": "abstract",
    }
    written = "".join(field(path, record[name]) for path, name in parts.items())
    provider = "<remote-database-provider>NLM</remote-database-provider>"
    authors = f"<contributors><authors>{names}</authors></contributors>"
    return f"<record>{authors}{written}{provider}</record>"


def as_refer(record: dict) -> str:
    lines = ["%0 Journal Article", f"%T {record['title']}", f"%J {record['journal']}"]
    lines += [f"%A {family_first(name)}" for name in record["authors"]]
    lines += [f"%D {record['year']}", f"%V {record['volume']}", f"%N {record['issue']}"]
    lines += [f"%P {record['pages']}", f"%R {record['doi']}", f"%X {record['abstract']}"]
    return "\n".join([*lines, f"%M {record['pmid']}", "%W NLM", "", ""])


def as_web_of_science(record: dict) -> str:
    names = "\n   ".join(map(family_first, record["authors"]))
    start, _, end = record["pages"].partition("-")
    lines = ["PT J", f"AU {names}", f"TI {record['title']}", f"SO {record['journal']}"]
    lines += [f"AB {record['abstract']}", f"PY {record['year']}", f"VL {record['volume']}"]
    lines += [f"IS {record['issue']}", f"BP {start}", f"EP {end}", f"DI {record['doi']}"]
    return "\n".join([*lines, f"PM {record['pmid']}", "ER", "", ""])


def place(record: dict) -> str:
    where = f"{record['volume']}({record['issue']}):{record['pages']}"
    return f"{record['journal']}. {record['year']} Nov;{where}. doi: {record['doi']}."


def wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 80, break_on_hyphens=True, break_long_words=False))


def as_pubmed_summary(record: dict) -> str:
    names = f"{', '.join(record['authors'])}. " if record["authors"] else ""
    return wrapped(f"1: {names}{record['title']}. {place(record)} PMID: {record['pmid']}.") + "\n\n"


def as_pubmed_abstract(record: dict) -> str:
    parts = [f"1. {place(record)}", f"{record['title']}.", ", ".join(record["authors"])]
    parts += [record["abstract"]]
    numbers = f"DOI: {record['doi']}\nPMID: {record['pmid']}"
    return "\n\n".join([*map(wrapped, filter(None, parts)), numbers]) + "\n\n\n"


def as_ovid(record: dict) -> str:
    where = f"{record['volume']}({record['issue']}):{record['pages']}, {record['year']} Nov."
    labels = {
        "Unique Identifier": record["pmid"],
        "Title": record["title"],
        "Source": f"{record['journal']}. {where}",
        "Author": ";  ".join(map(family_first, record["authors"])),
        "Abstract": record["abstract"],
        "Digital Object Identifier": record["doi"],
    }
    return "<1>\n" + "".join(f"{label}\n  {value}\n" for label, value in labels.items())


def as_embase_rows(record: dict) -> str:
    rows = [("TITLE", record["title"]), ("AUTHOR NAMES", *record["authors"])]
    rows += [("SOURCE TITLE", record["journal"]), ("PUBLICATION YEAR", record["year"])]
    rows += [("VOLUME", record["volume"]), ("ISSUE", record["issue"]), ("DOI", record["doi"])]
    rows += [("PAGES", record["pages"]), ("ABSTRACT", record["abstract"])]
    rows += [("MEDLINE PMID", record["pmid"])]
    return "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
    )


MARKED = {
    "bibtex": ("", as_bibtex, ""),
    "endnote_xml": ("<xml><records>", as_endnote_xml, "</records></xml>"),
    "refer": ("", as_refer, ""),
    "web_of_science": ("FN Clarivate\nVR 1.0\n", as_web_of_science, "EF\n"),
    "ovid": ("Database: Ovid MEDLINE(R)\n", as_ovid, ""),
    "csv": ("", as_embase_rows, ""),
}
IN_PROSE = {
    "pubmed_summary": ("", as_pubmed_summary, ""),
    "pubmed_abstract": ("", as_pubmed_abstract, ""),
}


@settings(deadline=None, max_examples=25)
@given(each=st.lists(invented(TITLES), min_size=1, max_size=4))
def test_records_survive_being_written_and_read(tmp_path_factory, each):
    """What a simple writer of each format wrote comes back in its order, field by field."""
    path = tmp_path_factory.getbasetemp() / "written"
    expected = [{**record, "authors": "; ".join(record["authors"])} for record in each]
    for format, (head, write, tail) in MARKED.items():
        path.write_text(head + "".join(map(write, each)) + tail)
        found, quarantine = records.read(path, format, "s")
        assert quarantine.empty, format
        assert found[list(each[0])].to_dict("records") == expected, format
        assert records.format_of(path) == format


@settings(deadline=None, max_examples=60)
@given(each=st.lists(invented(PLAIN), min_size=1, max_size=4))
def test_citations_in_prose_survive_too(tmp_path_factory, each):
    """Wrapped at spaces and hyphens, as PubMed wraps them; a title gets the dot of Medline."""
    path = tmp_path_factory.getbasetemp() / "written"
    expected = [
        {**record, "authors": "; ".join(record["authors"]), "title": f"{record['title']}."}
        for record in each
    ]
    for format, (head, write, tail) in IN_PROSE.items():
        path.write_text(head + "".join(map(write, each)) + tail)
        found, quarantine = records.read(path, format, "s")
        assert quarantine.empty, format
        told = [name for name in each[0] if format == "pubmed_abstract" or name != "abstract"]
        assert found[told].to_dict("records") == [
            {name: record[name] for name in told} for record in expected
        ], format
        assert records.format_of(path) == format


# What opens an entry, counted in another way than the readers do
OPENS = {
    "nbib": r"^PMID- ",
    "ris": r"^TY  - ",
    "pubmed_xml": r"<PubmedArticle>",
    "endnote_xml": r"<record>",
    "bibtex": r"^@article\{",
    "pubmed_summary": r"(?:\A|\n\n)1: ",
    "pubmed_abstract": r"(?:\A|\n\n\n)1\. ",
    "web_of_science": r"^PT J$",
    "refer": r"^%0 Journal Article$",
    "ovid": r"^<1>$",
    "csv": r"^\"TITLE\",",
}
ENTRY = {
    "nbib": "PMID- 1\nTI  - One\nAB  - Two\n      three.\nAU  - Doe J\n\n",
    "ris": "TY  - JOUR\nTI  - One\nAB  - Two\nthree.\nAU  - Doe, J\nER  - \n\n",
    "pubmed_xml": (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>One</ArticleTitle>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    ),
}
SAMPLE = {
    "pmid": "1",
    "doi": "10.1000/a",
    "title": "One",
    "authors": ["Doe J"],
    "year": "2019",
    "journal": "J Inv",
    "volume": "7",
    "issue": "2",
    "pages": "1-9",
    "abstract": "Two three.",
}
ENTRY |= {format: write(SAMPLE) for format, (_, write, _) in (MARKED | IN_PROSE).items()}
PIECES = [
    *("\n", "\n\n", "\n\n\n", "\r\n", '"', '""', "{", "}", "}\n", "@", "@comment{", "<", ">", "&"),
    *("%", ",", "\\", "$", "ER  - \n", "PMID- x\n", "TI  - a\n", "<html>\n", "<!--", "-->"),
    *("<record>", "</record>", "PMID: 2.\n", "1: a\n", "EF\n", "%T a\n", "Title\n  a\n"),
    '"SOURCE","a\n',
]
JUNK = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=5).map("".join)


@settings(deadline=None, max_examples=200)
@given(format=st.sampled_from(sorted(OPENS)), data=st.data())
def test_no_text_between_or_inside_records_loses_one(tmp_path_factory, format, data):
    """As many records and refusals as the raw text opens, whatever else stands in it."""
    text = ENTRY[format] * data.draw(st.integers(2, 4))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        at = text.find("\n", at) + 1 if data.draw(st.booleans()) else at
        text = text[:at] + data.draw(JUNK) + text[at:]
    head, tail = (
        ("<PubmedArticleSet>", "</PubmedArticleSet>") if format == "pubmed_xml" else ("", "")
    )
    path = tmp_path_factory.getbasetemp() / "junk"
    path.write_bytes((head + text + tail).encode("utf-8", "surrogatepass"))
    found, quarantine = records.read(path, format, "s")
    lines = re.sub(r"\r\n?", "\n", text).replace("\ufeff", "")
    opened = len(re.findall(OPENS[format], lines, re.MULTILINE))
    entries = len(found) + len(quarantine)
    assert entries >= opened or quarantine["reason"][0].startswith("not a table of records")


def test_only_what_cannot_be_opened_or_recognised_is_an_error(tmp_path):
    """A file of no format says so in one line."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    with pytest.raises(ReviewError, match=r"a\.pdf: neither its name nor its first bytes"):
        records.format_of(tmp_path / "a.pdf")
