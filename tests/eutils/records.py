"""Invented records for tests, as PubMed would give them."""

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

_TYPES = {
    "Case Reports": "D002363",
    "Comment": "D016420",
    "Editorial": "D016421",
    "Expression of Concern": "D000075742",
    "Journal Article": "D016428",
    "Letter": "D016422",
    "Meta-Analysis": "D017418",
    "Preprint": "D000076942",
    "Published Erratum": "D016425",
    "Randomized Controlled Trial": "D016449",
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Review": "D016454",
    "Systematic Review": "D000078182",
}


def article(
    pmid: str | int,
    title: str,
    *,
    abstract: str = "",
    entered: date = date(2026, 1, 1),
    revised: date | None = None,
    authors: Sequence[str] = ("Example A",),
    journal: str = "Journal of invented examples",
    year: int | None = None,
    doi: str = "",
    mesh: Sequence[str] = (),
    publication_types: Sequence[str] = ("Journal Article",),
    comments: Sequence[tuple[str, str | int, str]] = (),
    status: str = "MEDLINE",
    language: str = "eng",
    keywords: Sequence[str] = (),
) -> str:
    """One PubmedArticle that fits the DTD of 2025.

    entered: day of entry, also of creation. authors: "Doe JA"; one without initials is a group.
    mesh: headings. comments: (RefType, PMID, source), where the PMID may be "". year: of
    publication, else that of entry.
    """
    published = year if year is not None else entered.year
    completed = _day("DateCompleted", entered) if status == "MEDLINE" else ""
    article_parts = (
        f'<Journal><ISSN IssnType="Electronic">0000-0000</ISSN>'
        f'<JournalIssue CitedMedium="Internet"><Volume>1</Volume><Issue>1</Issue>'
        f"<PubDate><Year>{published}</Year></PubDate></JournalIssue>"
        f"{_tag('Title', journal)}{_tag('ISOAbbreviation', journal)}</Journal>",
        _tag("ArticleTitle", title),
        "<Pagination><StartPage>1</StartPage><MedlinePgn>1</MedlinePgn></Pagination>",
        f'<ELocationID EIdType="doi" ValidYN="Y">{escape(doi)}</ELocationID>' if doi else "",
        f"<Abstract>{_tag('AbstractText', abstract)}</Abstract>" if abstract else "",
        _list("AuthorList", map(_author, authors), ' CompleteYN="Y"'),
        _tag("Language", language),
        _list("PublicationTypeList", map(_type, publication_types)),
    )
    citation_parts = (
        f'<PMID Version="1">{pmid}</PMID>',
        completed,
        _day("DateRevised", revised) if revised else "",
        f'<Article PubModel="Print">{"".join(article_parts)}</Article>',
        f"<MedlineJournalInfo>{_tag('MedlineTA', journal)}</MedlineJournalInfo>",
        _list("CommentsCorrectionsList", (_comment(*comment) for comment in comments)),
        _list("MeshHeadingList", map(_heading, mesh)),
        _list("KeywordList", map(_keyword, keywords), ' Owner="NOTNLM"'),
    )
    stages = ("entrez", "pubmed", "medline") if status == "MEDLINE" else ("entrez", "pubmed")
    ids = f'<ArticleId IdType="pubmed">{pmid}</ArticleId>'
    if doi:
        ids += f'<ArticleId IdType="doi">{escape(doi)}</ArticleId>'
    return (
        f'<PubmedArticle><MedlineCitation Status={quoteattr(status)} Owner="NLM">'
        f"{''.join(citation_parts)}</MedlineCitation><PubmedData>"
        f"{_list('History', (_stage(stage, entered) for stage in stages))}"
        f"<PublicationStatus>ppublish</PublicationStatus>"
        f"<ArticleIdList>{ids}</ArticleIdList></PubmedData></PubmedArticle>"
    )


def article_set(*articles: str) -> str:
    """Articles in the frame in which efetch gives them."""
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
        '1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>\n{''.join(articles)}</PubmedArticleSet>"
    )


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _list(name: str, parts, attributes: str = "") -> str:
    inner = "".join(parts)
    return f"<{name}{attributes}>{inner}</{name}>" if inner else ""


def _day(name: str, day: date, attributes: str = "") -> str:
    parts = f"<Year>{day:%Y}</Year><Month>{day:%m}</Month><Day>{day:%d}</Day>"
    return f"<{name}{attributes}>{parts}</{name}>"


def _stage(name: str, day: date) -> str:
    parts = f"<Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>"
    time_of_day = "<Hour>6</Hour><Minute>0</Minute>"
    return f'<PubMedPubDate PubStatus="{name}">{parts}{time_of_day}</PubMedPubDate>'


def _author(name: str) -> str:
    last, _, initials = name.rpartition(" ")
    if not last or not (initials.isalpha() and initials.isupper() and len(initials) < 5):
        return f'<Author ValidYN="Y">{_tag("CollectiveName", name)}</Author>'
    given = f"{_tag('ForeName', ' '.join(initials))}{_tag('Initials', initials)}"
    return f'<Author ValidYN="Y">{_tag("LastName", last)}{given}</Author>'


def _type(name: str) -> str:
    ui = _TYPES.get(name, "D000000")
    return f'<PublicationType UI="{ui}">{escape(name)}</PublicationType>'


def _heading(name: str) -> str:
    descriptor = f'<DescriptorName UI="D000000" MajorTopicYN="N">{escape(name)}</DescriptorName>'
    return f"<MeshHeading>{descriptor}</MeshHeading>"


def _keyword(name: str) -> str:
    return f'<Keyword MajorTopicYN="N">{escape(name)}</Keyword>'


def _comment(kind: str, pmid: str | int, source: str) -> str:
    number = f'<PMID Version="1">{pmid}</PMID>' if pmid else ""
    return (
        f"<CommentsCorrections RefType={quoteattr(kind)}>{_tag('RefSource', source)}{number}"
        f"</CommentsCorrections>"
    )
