"""PubMed XML: what its elements say of a publication, as Medline means it."""

from functools import partial
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubmed_cases import ARTICLE, BOOK, PROLOG, article, article_set, entries_of

from living_review.records import fields, links
from living_review.records.entries import Record, Refused


@pytest.fixture
def read(tmp_path):
    return partial(entries_of, path=tmp_path / "a.xml")


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
            names="Doe, Jane Q Jr; Roe, Jean-Paul; Invented Kidney Group",
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
        (
            "<ArticleTitle>[In Process Citation]</ArticleTitle>"
            "<VernacularTitle>Titel</VernacularTitle>",
            "Titel",
        ),
        ("<ArticleTitle>[Not Available].</ArticleTitle>", "[Not Available]."),
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


def cited(*relations: str) -> str:
    """An article with CommentsCorrections of the kinds and contents."""
    written = "".join(f"<CommentsCorrections {one}</CommentsCorrections>" for one in relations)
    citation = f"<CommentsCorrectionsList>{written}</CommentsCorrectionsList></MedlineCitation>"
    return article(1).replace("</MedlineCitation>", citation)


def dated(status: str, day: str) -> str:
    """An article with a point of its history."""
    point = f'<PubMedPubDate PubStatus="{status}">{day}</PubMedPubDate>'
    data = f"<PubmedData><History>{point}</History></PubmedData></PubmedArticle>"
    return article(1).replace("</PubmedArticle>", data)


def authors(*names: str) -> str:
    return article(1, f"<ArticleTitle>T</ArticleTitle><AuthorList>{''.join(names)}</AuthorList>")


TITLE = "<ArticleTitle>T</ArticleTitle>"
DAY = "<Year>2026</Year><Month>{}</Month><Day>4</Day>"
OUTSIDE = (
    f'<PubmedBookData><History><PubMedPubDate PubStatus="entrez">{DAY.format("11")}</PubMedPubDate>'
    '</History><ArticleIdList><ArticleId IdType="pmc">PMC123456</ArticleId><ArticleId IdType="doi">'
    "10.1000/out</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>"
)
FACTS = {
    "a formula is part of a title": (
        article(1, "<ArticleTitle>A <math><mi>x</mi><mo>=</mo><mn>2</mn></math> b</ArticleTitle>"),
        ("title", "A x=2 b"),
    ),
    "a formula is part of an abstract": (
        article(
            1,
            TITLE
            + "<Abstract><AbstractText>A <DispFormula>E</DispFormula>.</AbstractText></Abstract>",
        ),
        ("abstract", "A E."),
    ),
    "entities by name are letters, also inside of markup": (
        article(1, "<ArticleTitle><i>&beta;<b>&eacute;</b></i> &gt; &unknown;</ArticleTitle>"),
        ("title", "\u03b2\u00e9 > &unknown;"),
    ),
    "what only looks like an entity stays": (
        article(1, "<ArticleTitle>A <i>&amp;alpha;</i> &#946;<b>&amp;lt;</b></ArticleTitle>"),
        ("title", "A &alpha; \u03b2&lt;"),
    ),
    "CDATA is text": (
        article(1, "<ArticleTitle>A <![CDATA[<b> & c]]></ArticleTitle>"),
        ("title", "A <b> & c"),
    ),
    "an abstract in another language is none": (
        article(1, TITLE).replace(
            "</Article>",
            "</Article><OtherAbstract Type='Publisher' Language='spa'><AbstractText>Otro"
            "</AbstractText></OtherAbstract>",
        ),
        ("abstract", ""),
    ),
    "a label that says nothing is none": (
        article(1, TITLE + '<Abstract><AbstractText Label=" ">A.</AbstractText></Abstract>'),
        ("abstract", "A."),
    ),
    "a copyright notice is no abstract": (
        article(1, TITLE + "<Abstract><CopyrightInformation>C</CopyrightInformation></Abstract>"),
        ("abstract", ""),
    ),
    "investigators are no authors": (
        article(1, TITLE).replace(
            "</Article>",
            "</Article><InvestigatorList><Investigator><LastName>Poe</LastName></Investigator>"
            "</InvestigatorList><PersonalNameSubjectList><PersonalNameSubject><LastName>Moe"
            "</LastName></PersonalNameSubject></PersonalNameSubjectList>",
        ),
        ("authors", ""),
    ),
    "an author may have a given name alone": (
        authors("<Author><ForeName>Ann</ForeName></Author>"),
        ("authors", "Ann"),
    ),
    "an author may have initials that are empty": (
        authors("<Author><LastName>Doe</LastName><ForeName>Ann</ForeName><Initials/></Author>"),
        ("authors", "Doe A"),
    ),
    "an author may have a family name alone": (
        authors(
            "<Author><LastName> Doe\n</LastName></Author>",
            "<Author><Initials>A</Initials></Author>",
        ),
        ("authors", "Doe"),
    ),
    "an author's affiliation is no name": (
        authors(
            "<Author><CollectiveName>Group</CollectiveName><AffiliationInfo><Affiliation>A"
            "</Affiliation></AffiliationInfo></Author>"
        ),
        ("authors", "Group"),
    ),
    "a version is told apart": (
        article(1).replace('Version="1"', 'Version="3"'),
        ("version", "3"),
    ),
    "a title in the language of the article is kept beside its translation": (
        article(1, "<ArticleTitle>[T].</ArticleTitle><VernacularTitle>Titel</VernacularTitle>"),
        ("vernacular_title", "Titel"),
    ),
    "a title that is used is not kept twice": (
        article(1, "<ArticleTitle/><VernacularTitle>Titel</VernacularTitle>"),
        ("vernacular_title", ""),
    ),
    "the day of entry is that of Entrez": (
        dated("entrez", DAY.format("11") + "<Hour>6</Hour>"),
        ("entered", "2026-11-04"),
    ),
    "no other day is that of entry": (dated("pubmed", DAY.format("11")), ("entered", "")),
    "a day that there is not is none": (dated("entrez", DAY.format("13")), ("entered", "")),
    "half a day is none": (dated("entrez", "<Year>2026</Year><Month/>"), ("entered", "")),
    "papers that are cited are no links": (
        cited('RefType="Cites"><RefSource>C</RefSource><PMID>2</PMID>'),
        ("links", ""),
    ),
    "links are in their order, with a PMID or without": (
        cited(
            'RefType="ErratumIn"><RefSource>J <i>Inv</i> | 1</RefSource>',
            'RefType="UpdateOf"><PMID Version="4">2</PMID>',
            "><RefSource>of no kind</RefSource>",
            'RefType="RetractionIn"><RefSource>R</RefSource><PMID>3</PMID><Note>N</Note>',
        ),
        ("links", "ErratumIn J Inv / 1 | UpdateOf pmid:2 | RetractionIn pmid:3 R"),
    ),
    "the PMID of a linked record is not that of the record": (
        cited('RefType="UpdateOf"><PMID>2</PMID>').replace('<PMID Version="1">1</PMID>\n', ""),
        ("pmid", ""),
    ),
    "the DOI of a cited paper is none of the record": (
        dated("entrez", "").replace(
            "</PubmedData>",
            "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.1000/c"
            "</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData>",
        ),
        ("doi", ""),
    ),
    "the first DOI that is one counts": (
        dated("entrez", "").replace(
            "</PubmedData>",
            "<ArticleIdList><ArticleId IdType='doi'>none</ArticleId><ArticleId IdType='doi'>"
            "10.1000/a</ArticleId></ArticleIdList></PubmedData>",
        ),
        ("doi", "10.1000/a"),
    ),
    "a suffix may bring its comma": (
        authors(
            "<Author><LastName>Doe</LastName><Initials>A</Initials><Suffix>, Jr</Suffix></Author>"
        ),
        ("authors", "Doe A Jr"),
    ),
    "a journal may have its Medline abbreviation alone": (
        article(1).replace(
            "</MedlineCitation>",
            "<MedlineJournalInfo><MedlineTA>J Inv</MedlineTA></MedlineJournalInfo>"
            "</MedlineCitation>",
        ),
        ("journal", "J Inv"),
    ),
    "a DOI of the book comes before one of its chapter's list": (
        BOOK.replace("</Book>", "<ELocationID EIdType='doi'>10.1000/e</ELocationID></Book>"),
        ("doi", "10.1000/e"),
    ),
    "identifiers of a book article may be outside of it": (
        BOOK.replace('<ArticleId IdType="doi">10.1000/book.1</ArticleId>', "").replace(
            "</PubmedBookArticle>", OUTSIDE
        ),
        ("doi", "10.1000/out"),
    ),
    "a PMCID of a book article may be outside of it": (
        BOOK.replace("</PubmedBookArticle>", OUTSIDE),
        ("pmcid", "PMC123456"),
    ),
    "a book article is entered, too": (
        BOOK.replace("</PubmedBookArticle>", OUTSIDE),
        ("entered", "2026-11-04"),
    ),
    "a book may be a volume": (
        BOOK.replace("</Book>", "<Volume>3</Volume></Book>"),
        ("volume", "3"),
    ),
    "a chapter may have pages": (
        BOOK.replace(
            "<Language>",
            "<Pagination><StartPage>7</StartPage><EndPage>9</EndPage></Pagination><Language>",
        ),
        ("pages", "7-9"),
    ),
    "a book article is revised, too": (
        BOOK.replace(
            "</BookDocument>",
            f"<DateRevised>{DAY.format('1')}</DateRevised></BookDocument>",
        ),
        ("revised", "2026-01-04"),
    ),
}


@pytest.mark.parametrize(("document", "expected"), FACTS.values(), ids=FACTS)
def test_what_a_record_says(read, document, expected):
    """One fact of Medline's XML a case; the id of the case states it."""
    field, value = expected
    (record,) = read(article_set(document))
    assert getattr(record, field) == value


# As the DTD of 2025 lists them
RELATIONS = [
    "AssociatedDataset",
    "AssociatedPublication",
    "CommentIn",
    "CommentOn",
    "CorrectedandRepublishedIn",
    "CorrectedandRepublishedFrom",
    "ErratumIn",
    "ErratumFor",
    "ExpressionOfConcernIn",
    "ExpressionOfConcernFor",
    "RepublishedIn",
    "RepublishedFrom",
    "RetractedandRepublishedIn",
    "RetractedandRepublishedFrom",
    "RetractionIn",
    "RetractionOf",
    "UpdateIn",
    "UpdateOf",
    "SummaryForPatientsIn",
    "OriginalReportIn",
    "ReprintIn",
    "ReprintOf",
]


@pytest.mark.parametrize("kind", RELATIONS)
def test_every_relation_but_citing_is_a_link(read, kind):
    """With a PMID and without, among papers that are cited; no citation passes for a link."""
    hostile = "J Inv 1 | RetractionIn pmid:5 &#10; x"
    (record,) = read(
        article_set(
            cited(
                'RefType="Cites"><RefSource>C</RefSource><PMID>2</PMID>',
                f'RefType="{kind}"><RefSource>J Inv 1:2</RefSource><PMID Version="1">3</PMID>',
                'RefType="Cites"><RefSource>C</RefSource><PMID>4</PMID>',
                f'RefType="{kind}"><RefSource>{hostile}</RefSource>',
            )
        )
    )
    assert list(links.parse(record.links)) == [
        links.Link(kind, "3", "J Inv 1:2"),
        links.Link(kind, "", "J Inv 1 / RetractionIn pmid:5 x"),
    ]


# All that XML 1.0 can hold
TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_characters=[chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
        + ["\ufffe", "\uffff"],
    ),
    max_size=30,
)
PLAIN = TEXT.map(lambda text: (escape(text, {"\r": "&#13;"}), text))  # as XML, and as text


def marked_up(inner):
    """Texts within the markup that titles and abstracts have."""
    tags = st.sampled_from(["i", "b", "sub", "sup", "u", "mml:math"])
    return st.builds(
        lambda tag, parts: (
            f"<{tag}>{''.join(xml for xml, _ in parts)}</{tag}>",
            "".join(text for _, text in parts),
        ),
        tags,
        st.lists(inner, max_size=4),
    )


MARKUP = st.recursive(PLAIN, marked_up, max_leaves=8)


@given(MARKUP, TEXT, MARKUP, TEXT)
def test_text_survives_markup(tmp_path_factory, title, before, abstract, label):
    """Titles and abstracts of any characters in any markup are read as they were written."""
    content = (
        f'<ArticleTitle xmlns:mml="m">T{escape(before)}{title[0]}</ArticleTitle>'
        f'<Abstract xmlns:mml="m"><AbstractText Label={quoteattr(label)}>{abstract[0]}'
        "</AbstractText><AbstractText>End.</AbstractText></Abstract>"
    )
    path = tmp_path_factory.mktemp("markup") / "a.xml"
    (record,) = entries_of(article_set(article(1, content)), path)
    assert record.title == fields.clean(f"T{before}{title[1]}")
    labelled = f"{label.strip()}: " if label.strip() else ""
    assert record.abstract == fields.clean(f"{labelled}{abstract[1]} End.")
