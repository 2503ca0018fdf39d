"""The elements of PubMed XML as records: PubmedArticle and PubmedBookArticle."""

import html
import re
from collections.abc import Callable

from lxml import etree

from living_review.records import fields
from living_review.records.authors import from_parts, joined
from living_review.records.entries import Record

_NOT_AVAILABLE = re.compile(r"\W*not available\W*", re.IGNORECASE)

_Children = dict[str, etree._Element]


def record(element: etree._Element) -> Record:
    """The record of an article or of a book article; its title may be ""."""
    return _book_article(element) if element.tag == "PubmedBookArticle" else _article(element)


def content(element: etree._Element | None) -> str:
    """All text in an element, also inside of markup, formulas and entities by name."""
    if element is None:
        return ""
    if not len(element):
        return fields.clean(element.text)
    parts = (
        html.unescape(part) if part.startswith("&") and part.endswith(";") else part
        for part in element.itertext()
    )
    return fields.clean("".join(parts))


def _children(element: etree._Element | None) -> _Children:
    """The children by tag, of several the first; much faster than to find each by itself."""
    if element is None:
        return {}
    return {child.tag: child for child in element.iterchildren(reversed=True)}


def _article(element: etree._Element) -> Record:
    outer = _children(element)
    citation = _children(outer.get("MedlineCitation"))
    article = _children(citation.get("Article"))
    journal = _children(article.get("Journal"))
    issue = _children(journal.get("JournalIssue"))
    listed = _children(citation.get("MedlineJournalInfo"))
    ids = _children(outer.get("PubmedData")).get("ArticleIdList")
    return Record(
        pmid=fields.pmid(content(citation.get("PMID"))),
        pmcid=_article_id(ids, "pmc", fields.pmcid),
        doi=_location(citation.get("Article")) or _article_id(ids, "doi", fields.doi),
        title=_title(article),
        authors=_authors(article.get("AuthorList")),
        year=_year(issue.get("PubDate")) or _year(article.get("ArticleDate")),
        journal=content(journal.get("Title"))
        or content(journal.get("ISOAbbreviation"))
        or content(listed.get("MedlineTA")),
        volume=content(issue.get("Volume")),
        issue=content(issue.get("Issue")),
        pages=_pages(article.get("Pagination")),
        issn=fields.issn(f"{content(journal.get('ISSN'))} {content(listed.get('ISSNLinking'))}"),
        abstract=_abstract(article.get("Abstract")),
        language=_texts(citation.get("Article"), "Language"),
        publication_types=_texts(article.get("PublicationTypeList"), "PublicationType"),
    )


def _book_article(element: etree._Element) -> Record:
    """A chapter with its book as the journal, or a whole book."""
    outer = _children(element)
    document = _children(outer.get("BookDocument"))
    book = _children(document.get("Book"))
    chapter, book_title = _title(document), content(book.get("BookTitle"))
    ids = document.get("ArticleIdList")
    outer_ids = _children(outer.get("PubmedBookData")).get("ArticleIdList")
    lists = [
        names
        for part in (outer.get("BookDocument"), document.get("Book"))
        if part is not None
        for names in part.iterchildren("AuthorList")
    ]
    by_role = sorted(lists, key=lambda names: names.get("Type") == "editors")
    return Record(
        pmid=fields.pmid(content(document.get("PMID"))),
        pmcid=_article_id(ids, "pmc", fields.pmcid) or _article_id(outer_ids, "pmc", fields.pmcid),
        doi=_location(document.get("Book"))
        or _article_id(ids, "doi", fields.doi)
        or _article_id(outer_ids, "doi", fields.doi),
        title=chapter or book_title,
        authors=fields.first(map(_authors, by_role)),
        year=_year(book.get("PubDate")),
        journal=book_title if chapter else content(book.get("CollectionTitle")),
        volume=content(book.get("Volume")),
        pages=_pages(document.get("Pagination")),
        abstract=_abstract(document.get("Abstract")),
        language=_texts(outer.get("BookDocument"), "Language"),
        publication_types=_texts(outer.get("BookDocument"), "PublicationType"),
    )


def _texts(parent: etree._Element | None, tag: str) -> str:
    return "" if parent is None else fields.several(map(content, parent.iterchildren(tag)))


def _title(article: _Children) -> str:
    """The title; in the language of the article where Medline has no translation."""
    title = content(article.get("ArticleTitle"))
    if not title or _NOT_AVAILABLE.fullmatch(title):
        return content(article.get("VernacularTitle")) or title
    return title


def _year(date: etree._Element | None) -> str:
    parts = _children(date)
    return fields.year(content(parts.get("Year")) or content(parts.get("MedlineDate")))


def _pages(pagination: etree._Element | None) -> str:
    parts = _children(pagination)
    whole = content(parts.get("MedlinePgn"))
    return whole or fields.pages(content(parts.get("StartPage")), content(parts.get("EndPage")))


def _location(article: etree._Element | None) -> str:
    """The DOI among the electronic locations that NLM holds for valid."""
    if article is None:
        return ""
    return fields.first(
        fields.doi(content(place))
        for place in article.iterchildren("ELocationID")
        if place.get("EIdType") == "doi" and place.get("ValidYN") != "N"
    )


def _article_id(ids: etree._Element | None, kind: str, form: Callable[[str], str]) -> str:
    """The id of the article itself; lists inside of references are those of cited papers."""
    if ids is None:
        return ""
    return fields.first(
        form(content(name)) for name in ids.iterchildren("ArticleId") if name.get("IdType") == kind
    )


def _authors(names: etree._Element | None) -> str:
    """Persons and groups in their order, without spellings that NLM marks as wrong."""
    if names is None:
        return ""
    valid = (name for name in names.iterchildren("Author") if name.get("ValidYN") != "N")
    return joined(map(_author, valid))


def _author(author: etree._Element) -> str:
    parts = _children(author)
    if "LastName" not in parts:
        return content(parts.get("CollectiveName")) or content(parts.get("ForeName"))
    initials = content(parts.get("Initials"))
    given = "" if initials else content(parts.get("ForeName"))
    suffix = content(parts.get("Suffix")).lstrip(", ")
    return from_parts(content(parts["LastName"]), given, initials, suffix)


def _abstract(abstract: etree._Element | None) -> str:
    """The parts of a structured abstract with their labels, as Medline text has them."""
    if abstract is None:
        return ""
    parts = []
    for part in abstract.iterchildren("AbstractText"):
        label = part.get("Label")
        parts.append(f"{fields.clean(label)}: {content(part)}" if label else content(part))
    return fields.abstract(" ".join(parts))
