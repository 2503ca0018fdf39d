"""PubMed XML: every article is read or refused, and no file can do harm."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import records
from living_review.records import pubmed_xml
from living_review.records.entries import Record, Refused

PROLOG = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "x:/a.dtd">
"""

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="2">100</PMID>
<DateRevised><Year>2022</Year><Month>03</Month><Day>04</Day></DateRevised>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678</ISSN>
<JournalIssue CitedMedium="Print"><Volume>7</Volume><Issue>2</Issue>
<PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate></JournalIssue>
<Title>Journal of invented studies</Title><ISOAbbreviation>J Inv</ISOAbbreviation></Journal>
<ArticleTitle>Invented <i>VHL</i> study of T<sub>1a</sub> masses, p &lt; 0.05.</ArticleTitle>
<Pagination><StartPage>377</StartPage><EndPage>386</EndPage><MedlinePgn>377-86</MedlinePgn>
</Pagination>
<ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/RIGHT</ELocationID>
<Abstract><AbstractText Label="AIMS" NlmCategory="OBJECTIVE">One <b>bold</b>.</AbstractText>
<AbstractText Label="METHODS">Two <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">
<mml:mi>x</mml:mi></mml:math>.</AbstractText><CopyrightInformation>C</CopyrightInformation>
</Abstract>
<AuthorList><Author ValidYN="N"><LastName>Do</LastName><Initials>J</Initials></Author>
<Author ValidYN="Y"><LastName>Doe</LastName><ForeName>Jane Q</ForeName><Initials>JQ</Initials>
<Suffix>Jr</Suffix><AffiliationInfo><Affiliation>A</Affiliation></AffiliationInfo></Author>
<Author><LastName>Roe</LastName><ForeName>Jean-Paul</ForeName></Author>
<Author><CollectiveName>Invented <i>Kidney</i> Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><Language>ger</Language>
<VernacularTitle>Erfundene <i>VHL</i>-Studie.</VernacularTitle>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList>
</Article><MedlineJournalInfo><MedlineTA>J Inv</MedlineTA><ISSNLinking>2345-6789</ISSNLinking>
</MedlineJournalInfo>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>R</RefSource>
<PMID Version="1">999</PMID></CommentsCorrections>
<CommentsCorrections RefType="Cites"><RefSource>C</RefSource></CommentsCorrections>
<CommentsCorrections RefType="ErratumIn"><RefSource>J Inv. 2020;1(2):3 | 4</RefSource>
</CommentsCorrections></CommentsCorrectionsList>
<InvestigatorList><Investigator><LastName>Poe</LastName></Investigator></InvestigatorList>
</MedlineCitation><PubmedData><History>
<PubMedPubDate PubStatus="received"><Year>1998</Year><Month>1</Month><Day>1</Day></PubMedPubDate>
<PubMedPubDate PubStatus="entrez"><Year>1998</Year><Month>12</Month><Day>5</Day></PubMedPubDate>
</History><ArticleIdList><ArticleId IdType="pubmed">100</ArticleId>
<ArticleId IdType="doi">10.1000/second</ArticleId><ArticleId IdType="pmc">PMC123456</ArticleId>
</ArticleIdList><ReferenceList><Reference><ArticleIdList>
<ArticleId IdType="doi">10.1000/cited</ArticleId><ArticleId IdType="pmc">PMC999999</ArticleId>
</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"""

BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">200</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>
<ArticleId IdType="doi">10.1000/book.1</ArticleId></ArticleIdList>
<Book><BookTitle book="b">Invented book</BookTitle><PubDate><Year>2009</Year></PubDate>
<AuthorList Type="editors"><Author><LastName>Ed</LastName><Initials>I</Initials></Author>
</AuthorList><CollectionTitle>Invented series</CollectionTitle></Book>
<ArticleTitle>Chapter</ArticleTitle><Language>eng</Language>
<AuthorList Type="authors"><Author><LastName>Doe</LastName><Initials>J</Initials></Author>
</AuthorList><PublicationType UI="D016454">Review</PublicationType>
<Abstract><AbstractText>Words.</AbstractText></Abstract></BookDocument></PubmedBookArticle>"""


def article(pmid: int, title: str = "<ArticleTitle>Invented</ArticleTitle>") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID>\n'
        f"<Article>{title}</Article></MedlineCitation></PubmedArticle>\n"
    )


def article_set(*articles: str) -> str:
    return f"{PROLOG}<PubmedArticleSet>\n{''.join(articles)}</PubmedArticleSet>"


@pytest.fixture
def read(tmp_path):
    """Write a document and read its entries back."""

    def read_document(document: str | bytes) -> list[Record | Refused]:
        path = tmp_path / "a.xml"
        path.write_bytes(document if isinstance(document, bytes) else document.encode())
        return list(pubmed_xml.read(path))

    return read_document


def test_every_field_of_an_article(read):
    """Markup, labels, DOIs, wrong spellings, collective names, dates: as Medline means them."""
    assert read(article_set(ARTICLE)) == [
        Record(
            pmid="100",
            pmcid="PMC123456",
            doi="10.1000/right",
            title="Invented VHL study of T1a masses, p < 0.05.",
            authors="Doe JQ Jr; Roe JP; Invented Kidney Group",
            year="1998",
            journal="Journal of invented studies",
            volume="7",
            issue="2",
            pages="377-86",
            issn="1234-5678; 2345-6789",
            abstract="AIMS: One bold. METHODS: Two x.",
            language="eng; ger",
            publication_types="Journal Article; Retracted Publication",
            vernacular_title="Erfundene VHL-Studie.",
            version="2",
            status="MEDLINE",
            entered="1998-12-05",
            revised="2022-03-04",
            links="RetractionIn pmid:999 R | ErratumIn J Inv. 2020;1(2):3 / 4",
        )
    ]


@pytest.mark.parametrize(
    ("gone", "field", "value"),
    [
        ('<ELocationID EIdType="doi" ValidYN="Y">10.1000/RIGHT</ELocationID>', 2, "10.1000/second"),
        ("<MedlinePgn>377-86</MedlinePgn>", 9, "377-386"),
        ("<Title>Journal of invented studies</Title>", 6, "J Inv"),
        ('<ArticleId IdType="pmc">PMC123456</ArticleId>', 1, ""),
    ],
)
def test_the_second_place_of_a_field(read, gone, field, value):
    """Where the first place is empty the second serves, but never that of a cited paper."""
    (record,) = read(article_set(ARTICLE.replace(gone, "")))
    assert record[field] == value


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<Year>1979</Year><Season>Summer</Season>", "1979"),
        ("<Year>2019</Year><Month>Nov</Month>", "2019"),
        ("<MedlineDate>Winter 2020-2021</MedlineDate>", "2020"),
        ("", ""),
    ],
)
def test_dates_of_publication(read, date, year):
    """Years, seasons and Medline's own dates; the date of revision is none of them."""
    old = "<MedlineDate>1998 Dec-1999 Jan</MedlineDate>"
    (record,) = read(article_set(ARTICLE.replace(old, date)))
    assert record.year == year


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ("<ArticleTitle/><VernacularTitle>Titel</VernacularTitle>", "Titel"),
        (
            "<ArticleTitle>[Not Available].</ArticleTitle>"
            "<VernacularTitle>Titel <sup>2</sup></VernacularTitle>",
            "Titel 2",
        ),
        ("<ArticleTitle>[Title].</ArticleTitle><VernacularTitle>T</VernacularTitle>", "[Title]."),
        ("<ArticleTitle>&alpha; and &amp;alpha;</ArticleTitle>", "\u03b1 and &alpha;"),
        ("<ArticleTitle><!-- no -->A<?x y?> <b>b</b></ArticleTitle>", "A b"),
    ],
)
def test_titles(read, titles, title):
    """The title in the article's own language serves where Medline has no translation."""
    (record,) = read(article_set(article(1, titles)))
    assert record.title == title


def test_every_field_of_a_book_article(read):
    """A chapter names its book as the journal; without a title of its own it is the book."""
    chapter, book = read(
        article_set(BOOK, BOOK.replace("<ArticleTitle>Chapter</ArticleTitle>", ""))
    )
    assert chapter == Record(
        pmid="200",
        doi="10.1000/book.1",
        title="Chapter",
        authors="Doe J",
        year="2009",
        journal="Invented book",
        abstract="Words.",
        language="eng",
        publication_types="Review",
        version="1",
    )
    assert (book.title, book.journal) == ("Invented book", "Invented series")


def test_an_article_without_title_is_refused(read):
    """With its line, and its PMID in the excerpt."""
    entries = read(article_set(article(1), article(2, "<ArticleTitle/>"), article(3)))
    assert [entry.pmid for entry in entries if isinstance(entry, Record)] == ["1", "3"]
    assert entries[1].line == 6
    assert entries[1].reason == "no title"
    assert ">2</PMID>" in entries[1].excerpt


def test_deleted_pmids_are_reported_and_are_no_records(read):
    """Each PMID in DeleteCitation is a line of its own."""
    deleted = "<DeleteCitation>\n<PMID>7</PMID>\n<PMID>8</PMID></DeleteCitation>"
    first, seven, eight = read(article_set(article(1), deleted))
    assert first.pmid == "1"
    reason = "not a record: NLM deleted this PMID (DeleteCitation)"
    assert (seven, eight) == (Refused(7, reason, "PMID 7"), Refused(8, reason, "PMID 8"))


def test_an_empty_set_has_nothing(read):
    """PubMed's answer to unknown PMIDs is neither a record nor a fault."""
    assert read(f"{PROLOG}<PubmedArticleSet></PubmedArticleSet>") == []


def test_versions_of_one_article_stay(read):
    """Each version is an entry of its own."""
    assert [entry.pmid for entry in read(article_set(article(1), article(1)))] == ["1", "1"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "the file is empty"),
        ("<html><body>429</body></html>", "not PubMed XML: begins with <html>"),
        (
            "<eFetchResult><ERROR>E</ERROR></eFetchResult>",
            "not PubMed XML: begins with <eFetchResu",
        ),
        ('{"error":"API rate limit exceeded"}', "not PubMed XML: no element in it"),
    ],
)
def test_what_is_no_pubmed_xml_is_refused(read, document, reason):
    """Answers of a server that are no records, in one line with what they are."""
    (refused,) = read(document)
    assert refused.reason.startswith(reason)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l11 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % l SYSTEM "http://127.0.0.1:9/x.dtd"> %l;',
    ],
)
def test_entities_do_no_harm(read, subset):
    """A file that declares entities is refused before they could expand or fetch anything."""
    title = "<ArticleTitle>&l11;</ArticleTitle>"
    document = f"<!DOCTYPE PubmedArticleSet [{subset}]><PubmedArticleSet>{article(1, title)}"
    (refused,) = read(f"{document}</PubmedArticleSet>")
    assert refused.reason == "declares entities, which PubMed never does"


def test_no_dtd_is_loaded(read, tmp_path):
    """A document type that names a file beside it is not followed."""
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY secret "read">')
    document = article_set(article(1, "<ArticleTitle>A &secret; b</ArticleTitle>"))
    (record,) = read(document.replace("x:/a.dtd", dtd.name))
    assert record.title == "A &secret; b"


WHOLE = article_set(*map(article, range(1, 8)))


@settings(deadline=None, max_examples=150)
@given(cut=st.integers(0, len(WHOLE) - 1), packed=st.booleans())
def test_cut_at_any_byte(tmp_path_factory, cut, packed):
    """Whatever was whole is read, the rest is refused, and it is never silent."""
    path = tmp_path_factory.mktemp("cut") / "a.xml"
    if packed:  # some bytes of the archive are lost as well
        path.write_bytes(gzip.compress(WHOLE[:cut].encode())[:-4])
    else:
        path.write_bytes(WHOLE[:cut].encode())
    entries = list(pubmed_xml.read(path))
    read = [entry.pmid for entry in entries if isinstance(entry, Record)]
    whole = WHOLE[:cut].count("</PubmedArticle>")
    assert read == [str(pmid) for pmid in range(1, whole + 1)]
    assert any(isinstance(entry, Refused) for entry in entries)


@pytest.mark.parametrize("fault", ["\x01", "&", "<b>", "</Article>", "\udcff"])
def test_a_fault_costs_one_record(read, fault):
    """The record with a broken byte is refused with its line; all others are read."""
    broken = article(3, f"<ArticleTitle>Inv{fault}ented</ArticleTitle>")
    document = article_set(article(1), article(2), broken, article(4), article(5))
    entries = read(document.encode("utf-8", "surrogateescape"))
    assert [getattr(entry, "pmid", "refused") for entry in entries] == [*"12", "refused", *"45"]
    assert entries[2].line == 8
    assert entries[2].reason.startswith("not well-formed: ")


def test_files_joined_end_to_end_are_read(read):
    """Batches that were written one behind the other lose nothing, and nothing is refused."""
    document = f"\n{article_set(article(1), article(2))}\n{article_set(article(3))}\n"
    assert [entry.pmid for entry in read(document)] == ["1", "2", "3"]


def test_a_record_that_only_the_raw_text_shows_is_not_silent(read):
    """What opens as an entry and is none, as in a comment, is counted and reported."""
    entries = read(article_set(article(1), f"<!-- {article(2)} -->"))
    assert [type(entry) for entry in entries] == [Record, Refused]
    assert entries[1].reason == "1 of 2 elements were not told apart"


def test_a_damaged_archive_is_not_silent(tmp_path):
    """Though all XML came out of it, an archive whose checksum is gone or wrong is reported."""
    path = tmp_path / "a.xml.gz"
    path.write_bytes(gzip.compress(article_set(article(1)).encode())[:-8])
    record, refused = pubmed_xml.read(path)
    assert record.pmid == "1"
    assert refused.reason.startswith("the archive is damaged at its end: ")


def test_other_encodings(read):
    """The declared encoding holds, also where the file has to be salvaged."""
    declared = PROLOG.replace('"1.0" ?', '"1.0" encoding="ISO-8859-1"?')
    title = "<ArticleTitle>Größe</ArticleTitle>"
    document = article_set(article(1, title), article(2, title)).replace(PROLOG, declared)
    for end in (None, -5):
        read_titles = [
            getattr(entry, "title", "") for entry in read(document.encode("latin-1")[:end])
        ]
        assert read_titles[:2] == ["Größe", "Größe"]


def test_memory_stays_flat(tmp_path):
    """A file of 200 MB is read in less memory than it would take."""
    path = tmp_path / "a.xml.gz"
    filler = f"<Abstract><AbstractText>{'word ' * 2000}</AbstractText></Abstract>"
    one = article(1, f"<ArticleTitle>Invented</ArticleTitle>{filler}").encode()
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(PROLOG.encode() + b"<PubmedArticleSet>")
        for _ in range(40):
            file.write(one * 500)
        file.write(b"</PubmedArticleSet>")
    code = (
        "import sys, json, resource, pathlib; from living_review.records import pubmed_xml\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "count = sum(1 for _ in pubmed_xml.read(pathlib.Path(sys.argv[1])))\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(json.dumps([count, grown]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    count, grown = json.loads(done.stdout)
    assert count == 20_000
    assert grown * (1 if sys.platform == "darwin" else 1024) < 20_000_000


def test_odd_records_are_read(shared_data: Path):
    """Of 240 odd records chosen from NLM's files one has no title; all others are read."""
    found, quarantine = records.read(
        shared_data / "medline/odd_records_share/odd_share_00.xml", "pubmed_xml", "s"
    )
    assert (len(found), list(quarantine["reason"])) == (239, ["no title"])
    assert (found["pmid"] != "").all()
    assert (found["year"] != "").all()
    assert not found["title"].str.contains("<[a-z]", regex=True).any()


def test_nlms_sample_is_read(shared_data: Path):
    """NLM's own sample of 2019: 176 records, and 7 deleted PMIDs reported."""
    path = shared_data / "medline/nlm_sample_2019/pubmedsample_2019.xml"
    found, quarantine = records.read(path, "pubmed_xml", "s")
    assert len(found) == 176
    assert Counter(quarantine["reason"]) == {
        "not a record: NLM deleted this PMID (DeleteCitation)": 7
    }
    assert found["publication_types"].str.contains("Retracted Publication").sum() == 3


def test_a_daily_update_is_read(shared_data: Path):
    """Real gzipped files of the year 2021: as many entries as the raw text has."""
    path = shared_data / "medline/nlm_update/nlm_update_pubmed21n1298_000.xml.gz"
    found, quarantine = records.read(path, "pubmed_xml", "s")
    with gzip.open(path) as file:
        assert len(found) + len(quarantine) == file.read().count(b"<PubmedArticle>") == 1000
    assert (found["title"] != "").all()
