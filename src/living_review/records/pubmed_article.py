"""The elements of PubMed XML as records: PubmedArticle and PubmedBookArticle.

Speed counts here, a file may have 100,000 of them: each level is walked once, and a text is cleaned
once, when it is whole.
"""

import html
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from lxml import etree

from living_review.records import fields, links
from living_review.records.authors import from_parts, in_full, joined
from living_review.records.entries import Record

_STANDS_FOR_NONE = re.compile(r"\W*(?:not available|in process citation)\W*", re.IGNORECASE)
_JOURNAL = ("ISSN", "Volume", "Issue", "Year", "MedlineDate", "Title", "ISOAbbreviation")
_LISTED = ("MedlineTA", "ISSNLinking")
_NAME = ("Author", "LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
_CITED = "Cites"  # what a paper builds on: no relation of two records, and there are hundreds

_Children = dict[str, etree._Element]


def record(element: etree._Element) -> Record:
    """The record of an article or of a book article; its title may be ""."""
    return _book_article(element) if element.tag == "PubmedBookArticle" else _article(element)


def content(element: etree._Element | None) -> str:
    """All text in an element, also inside of markup, formulas and entities by name."""
    if element is None:
        return ""
    return fields.clean(_raw(element) if len(element) else element.text)


def _raw(element: etree._Element) -> str:
    """All text in an element as it stands."""
    if not len(element):
        return element.text or ""
    whole = "".join(element.itertext())
    return _with_entities(element) if "&" in whole else whole


def _with_entities(element: etree._Element) -> str:
    """All text in an element, where a reference to an entity may be among it."""
    parts = [element.text or ""]
    for child in element:
        parts.append(html.unescape(child.text) if child.tag is etree.Entity else _raw(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _children(element: etree._Element | None) -> _Children:
    """The children by tag, of several the first; much faster than to find each by itself."""
    return {} if element is None else {child.tag: child for child in reversed(element)}


def _descendants(element: etree._Element | None, tags: tuple[str, ...]) -> _Children:
    """Those with one of the tags, at any depth; cheaper still, where each can be there once."""
    return {} if element is None else {found.tag: found for found in element.iter(*tags)}


def _article(element: etree._Element) -> Record:
    outer = _children(element)
    citation_element = outer.get("MedlineCitation")
    citation = _children(citation_element)
    article = _children(citation.get("Article"))
    journal = _descendants(article.get("Journal"), _JOURNAL)
    listed = _descendants(citation.get("MedlineJournalInfo"), _LISTED)
    data = _children(outer.get("PubmedData"))
    pmcid, doi = _identifiers(data.get("ArticleIdList"))
    title, vernacular_title = _titles(article)
    authors, names = _authors(article.get("AuthorList"))
    return Record(
        pmid=fields.pmid(content(citation.get("PMID"))),
        pmcid=pmcid,
        doi=_location(citation.get("Article")) or doi,
        title=title,
        authors=authors,
        year=_year(journal) or _year(_children(article.get("ArticleDate"))),
        journal=content(journal.get("Title"))
        or content(journal.get("ISOAbbreviation"))
        or content(listed.get("MedlineTA")),
        volume=content(journal.get("Volume")),
        issue=content(journal.get("Issue")),
        pages=_pages(article.get("Pagination")),
        issn=fields.issn(f"{content(journal.get('ISSN'))} {content(listed.get('ISSNLinking'))}"),
        abstract=_abstract(article.get("Abstract")),
        language=_texts(citation.get("Article"), "Language"),
        publication_types=_texts(article.get("PublicationTypeList"), "PublicationType"),
        vernacular_title=vernacular_title,
        version=_attribute(citation.get("PMID"), "Version"),
        status=_attribute(citation_element, "Status"),
        entered=_entered(data.get("History")),
        revised=_day(citation.get("DateRevised")),
        links=_links(citation.get("CommentsCorrectionsList")),
        names=names,
    )


def _book_article(element: etree._Element) -> Record:
    """A chapter with its book as the journal, or a whole book."""
    outer = _children(element)
    document = _children(outer.get("BookDocument"))
    book = _children(document.get("Book"))
    data = _children(outer.get("PubmedBookData"))
    pmcid, doi = _identifiers(document.get("ArticleIdList"))
    outer_pmcid, outer_doi = _identifiers(data.get("ArticleIdList"))
    chapter, vernacular_title = _titles(document)
    book_title = content(book.get("BookTitle"))
    lists = [
        names
        for part in (outer.get("BookDocument"), document.get("Book"))
        if part is not None
        for names in part.iterchildren("AuthorList")
    ]
    by_role = sorted(lists, key=lambda names: names.get("Type") == "editors")
    authors, names = next(filter(any, map(_authors, by_role)), ("", ""))
    return Record(
        pmid=fields.pmid(content(document.get("PMID"))),
        pmcid=pmcid or outer_pmcid,
        doi=_location(document.get("Book")) or doi or outer_doi,
        title=chapter or book_title,
        authors=authors,
        year=_year(_children(book.get("PubDate"))),
        journal=book_title if chapter else content(book.get("CollectionTitle")),
        volume=content(book.get("Volume")),
        pages=_pages(document.get("Pagination")),
        abstract=_abstract(document.get("Abstract")),
        language=_texts(outer.get("BookDocument"), "Language"),
        publication_types=_texts(outer.get("BookDocument"), "PublicationType"),
        vernacular_title=vernacular_title,
        version=_attribute(document.get("PMID"), "Version"),
        entered=_entered(data.get("History")),
        revised=_day(document.get("DateRevised")),
        names=names,
    )


def _texts(parent: etree._Element | None, tag: str) -> str:
    return "" if parent is None else fields.several(map(content, parent.iterchildren(tag)))


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else fields.clean(element.get(name))


def titles(english: str, vernacular: str) -> tuple[str, str]:
    """The title, and that in the language of the article if it is another one.

    Where Medline has no translation, or none yet, the latter is the title.
    """
    if vernacular and (not english or _STANDS_FOR_NONE.fullmatch(english)):
        return vernacular, ""
    return english, "" if vernacular == english else vernacular


def _titles(article: _Children) -> tuple[str, str]:
    return titles(content(article.get("ArticleTitle")), content(article.get("VernacularTitle")))


def _year(parts: _Children) -> str:
    return fields.year(content(parts.get("Year")) or content(parts.get("MedlineDate")))


def _day(element: etree._Element | None) -> str:
    """A day as 2026-11-24, or "" if any part of it is not said."""
    if element is None:
        return ""
    parts = {part.tag: part.text or "" for part in element}
    return _iso(parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""))


@lru_cache(maxsize=4096)
def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _entered(history: etree._Element | None) -> str:
    """The day when PubMed made the record; others there are days of the journal, or of Medline."""
    if history is None:
        return ""
    return fields.first(
        _day(point)
        for point in history.iterchildren("PubMedPubDate")
        if point.get("PubStatus") == "entrez"
    )


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


def _identifiers(ids: etree._Element | None) -> tuple[str, str]:
    """PMCID and DOI of the article itself; lists inside of references are those of cited papers."""
    pmcid = doi = ""
    if ids is not None:
        for name in ids.iterchildren("ArticleId"):
            kind = name.get("IdType")
            if kind == "doi":
                doi = doi or fields.doi(content(name))
            elif kind == "pmc":
                pmcid = pmcid or fields.pmcid(content(name))
    return pmcid, doi


def _authors(names: etree._Element | None) -> tuple[str, str]:
    """The fields authors and names: persons and groups in their order, without spellings that NLM
    marks as wrong."""
    if names is None:
        return "", ""
    authors: list[tuple[etree._Element, dict[str, str]]] = []
    parts: dict[str, str] = {}
    for element in names.iter(*_NAME):
        tag = element.tag
        if tag == "Author":
            parts = {}
            authors.append((element, parts))
        else:
            parts[tag] = _raw(element) if len(element) else element.text or ""
    valid = [parts for author, parts in authors if author.get("ValidYN") != "N"]
    short = joined(map(_author, valid))
    return short, in_full(map(_in_full, valid), short)


def _author(parts: dict[str, str]) -> str:
    family, initials = parts.get("LastName"), parts.get("Initials")
    if family and initials and "Suffix" not in parts:  # nearly all
        return fields.clean(f"{family} {initials}")
    given = "" if initials else fields.clean(parts.get("ForeName"))
    if family is None:
        return fields.clean(parts.get("CollectiveName")) or given
    suffix = parts.get("Suffix", "").lstrip(", ")
    return fields.clean(from_parts(family, given, initials or "", suffix))


def _in_full(parts: dict[str, str]) -> str:
    """As MEDLINE text has it: "Doe, Jane Q Jr"."""
    family, given = parts.get("LastName"), parts.get("ForeName")
    if not family or not given:
        return _author(parts)
    suffix = parts.get("Suffix", "").lstrip(", ")
    return fields.clean(f"{family}, {given} {suffix}" if suffix else f"{family}, {given}")


def _abstract(abstract: etree._Element | None) -> str:
    """The parts of a structured abstract with their labels, as Medline text has them."""
    if abstract is None:
        return ""
    parts = []
    for part in abstract.iterchildren("AbstractText"):
        label = part.get("Label", "").strip()
        parts.append(f"{label}: {_raw(part)}" if label else _raw(part))
    return fields.abstract(" ".join(parts))


def _links(relations: etree._Element | None) -> str:
    return "" if relations is None else links.joined(_each_link(relations))


def _each_link(relations: etree._Element) -> Iterator[links.Link]:
    for relation in relations.iterchildren("CommentsCorrections"):
        kind = relation.get("RefType", "")
        if kind and kind != _CITED:
            parts = _children(relation)
            pmid, citation = (
                fields.pmid(content(parts.get("PMID"))),
                content(parts.get("RefSource")),
            )
            yield links.Link(kind, pmid, citation)
