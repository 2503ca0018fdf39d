"""Documents of PubMed XML that its tests share."""

import re
from pathlib import Path

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


UMLAUT = article(4, "<ArticleTitle>Größe</ArticleTitle>")
WHOLE = article_set(article(1), article(2), BOOK, article(3), UMLAUT, article(5)).encode()
PMIDS = ["1", "2", "200", "3", "4", "5"]
OPENED = re.compile(rb"<Pubmed(?:Book)?Article[\s/>]")
CLOSED = re.compile(rb"</Pubmed(?:Book)?Article>")


def entries_of(document: str | bytes, path: Path) -> list[Record | Refused]:
    """Write a document to a file and read its entries back."""
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    return list(pubmed_xml.read(path))
