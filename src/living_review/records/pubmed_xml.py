"""PubMed XML (PubmedArticleSet), as a stream; no DTD, entity or network is ever used."""

import html
import io
import logging
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from living_review.records import fields, text
from living_review.records.authors import from_parts, joined
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

log = logging.getLogger(__name__)

ROOTS = {"PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle"}
HEAD = 1 << 16  # bytes in which the first element must begin
CHUNK = 1 << 20  # bytes read at a time where the parser gave up
LONGEST = 20 * CHUNK  # bytes; no record is near that

_TAGS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")
_OPENING = re.compile(rb"<(?:PubmedArticle|PubmedBookArticle|DeleteCitation)[\s>]")
_COUNTED = [f"<{tag}>".encode() for tag in _TAGS]
_LONGEST_TAG = max(map(len, _COUNTED))
_CLOSING = re.compile(rb"</(?:PubmedArticle|PubmedBookArticle|DeleteCitation)\s*>")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_ENCODING = re.compile(r"<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_NOT_AVAILABLE = re.compile(r"\W*not available\W*", re.IGNORECASE)

_SAFE: dict[str, Any] = {
    "load_dtd": False,
    "no_network": True,
    "resolve_entities": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


_Children = dict[str, etree._Element]


class _CountingStream(text.Stream):
    """It also counts the entries that are opened in its bytes."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        super().__init__(file)
        self._tail = b""
        self.opened = 0

    def read(self, size: int) -> bytes:
        chunk = super().read(size)
        joint = self._tail + chunk
        self.opened += sum(joint.count(tag) - self._tail.count(tag) for tag in _COUNTED)
        self._tail = joint[-_LONGEST_TAG:]
        return chunk


def read(path: Path) -> Iterator[Entry]:
    """Every article and book article of the file in its order; memory stays flat.

    Where the XML is damaged or cut off, each entry that is whole is still read, and each other one
    is refused. PMIDs in DeleteCitation are no entries; each is reported by a refusal of its own.
    """
    head = text.glance(path, HEAD)
    if refused := _foreign(head):
        yield refused
        return
    closed = 0
    with text.open_bytes(path) as file:
        stream = _CountingStream(file)
        try:
            for _, element in etree.iterparse(stream, tag=_TAGS, **_SAFE):
                closed += 1
                yield from _entries(element, element.sourceline)
                _forget(element)
        except etree.XMLSyntaxError as error:
            log.warning("%s: %s", path.name, stream.damage or error.msg)
            damage = Refused(error.lineno or 0, stream.damage or excerpt(str(error.msg)), "")
            yield from _salvage(path, head, closed, damage)
        else:
            if stream.damage:
                yield Refused(0, f"the archive is damaged at its end: {stream.damage}", "")
            yield from shortfall(stream.opened, closed, "elements")


def _foreign(head: str) -> Refused | None:
    """A refusal of a file that isn't PubMed XML, or that brings entities of its own."""
    root = _ROOT.search(head)
    prolog = head[: root.start()] if root else head
    if not head.strip():
        return EMPTY
    if "<!ENTITY" in prolog:
        return Refused(1, "declares entities, which PubMed never does", excerpt(head))
    if root and root[1] in ROOTS:
        return None
    found = f"begins with <{root[1]}>" if root else "no element in it"
    content = head[root.start() :] if root else head
    return Refused(1, f"not PubMed XML: {found}", excerpt(content))


def _entries(element: etree._Element, line: int) -> Iterator[Entry]:
    if element.tag == "DeleteCitation":
        for pmid in element.iter("PMID"):
            reason = "not a record: NLM deleted this PMID (DeleteCitation)"
            yield Refused(pmid.sourceline or line, reason, excerpt(f"PMID {_text(pmid)}"))
        return
    record = _article(element) if element.tag == "PubmedArticle" else _book_article(element)
    if record.title:
        yield record
    else:
        yield titled(record, line, etree.tostring(element, encoding="unicode", with_tail=False))


def _forget(element: etree._Element) -> None:
    """Free an element that was read, with all that stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _salvage(path: Path, head: str, closed: int, damage: Refused) -> Iterator[Entry]:
    """What stands behind the first `closed` entries, each entry parsed by itself.

    damage: where and why the parser gave up; refused itself if no entry is to blame for it and the
    file doesn't end as it should, as when it was cut between two entries.
    """
    root = _ROOT.search(head)
    ending = re.compile(rb"</%s\s*>\s*$" % (root[1].encode() if root else b""))
    parser = _parser(head)
    last = b""
    blamed = False
    for number, (line, piece) in enumerate(_pieces(path)):
        last = piece
        if number < closed:
            continue
        end = _CLOSING.search(piece)
        try:
            element = etree.fromstring(piece[: end.end()] if end else piece, parser)
        except etree.XMLSyntaxError as error:
            blamed = True
            raw = piece[:HEAD].decode("utf-8", "replace")
            yield Refused(line, f"not well-formed: {excerpt(str(error.msg))}", excerpt(raw))
        else:
            yield from _entries(element, line)
    if not blamed and not ending.search(last):
        yield damage._replace(reason=f"the file is damaged or cut off here: {damage.reason}")


def _parser(head: str) -> etree.XMLParser:
    declared = _ENCODING.search(head)
    try:
        return etree.XMLParser(encoding=declared[1] if declared else "utf-8", **_SAFE)
    except LookupError:
        return etree.XMLParser(encoding="utf-8", **_SAFE)


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """The file cut before each entry: line and bytes, up to where the next one begins."""
    line = 1
    buffer = b""
    with text.open_bytes(path) as file:
        stream = text.Stream(file)
        while chunk := stream.read(CHUNK):
            buffer += chunk
            starts = [found.start() for found in _OPENING.finditer(buffer)]
            for start, stop in pairwise(starts):
                yield line + buffer.count(b"\n", 0, start), buffer[start:stop]
            keep = starts[-1] if starts else max(0, len(buffer) - _LONGEST_TAG)
            line += buffer.count(b"\n", 0, keep)
            buffer = buffer[keep:]
            if len(buffer) > LONGEST:
                yield line, buffer
                line += buffer.count(b"\n")
                buffer = b""
    if _OPENING.match(buffer):
        yield line, buffer


def _text(element: etree._Element | None) -> str:
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
        pmid=fields.pmid(_text(citation.get("PMID"))),
        pmcid=_article_id(ids, "pmc", fields.pmcid),
        doi=_location(citation.get("Article")) or _article_id(ids, "doi", fields.doi),
        title=_title(article),
        authors=_authors(article.get("AuthorList")),
        year=_year(issue.get("PubDate")) or _year(article.get("ArticleDate")),
        journal=_text(journal.get("Title"))
        or _text(journal.get("ISOAbbreviation"))
        or _text(listed.get("MedlineTA")),
        volume=_text(issue.get("Volume")),
        issue=_text(issue.get("Issue")),
        pages=_pages(article.get("Pagination")),
        issn=fields.issn(f"{_text(journal.get('ISSN'))} {_text(listed.get('ISSNLinking'))}"),
        abstract=_abstract(article.get("Abstract")),
        language=_texts(citation.get("Article"), "Language"),
        publication_types=_texts(article.get("PublicationTypeList"), "PublicationType"),
    )


def _book_article(element: etree._Element) -> Record:
    """A chapter with its book as the journal, or a whole book."""
    outer = _children(element)
    document = _children(outer.get("BookDocument"))
    book = _children(document.get("Book"))
    chapter, book_title = _title(document), _text(book.get("BookTitle"))
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
        pmid=fields.pmid(_text(document.get("PMID"))),
        pmcid=_article_id(ids, "pmc", fields.pmcid) or _article_id(outer_ids, "pmc", fields.pmcid),
        doi=_location(document.get("Book"))
        or _article_id(ids, "doi", fields.doi)
        or _article_id(outer_ids, "doi", fields.doi),
        title=chapter or book_title,
        authors=fields.first(map(_authors, by_role)),
        year=_year(book.get("PubDate")),
        journal=book_title if chapter else _text(book.get("CollectionTitle")),
        volume=_text(book.get("Volume")),
        pages=_pages(document.get("Pagination")),
        abstract=_abstract(document.get("Abstract")),
        language=_texts(outer.get("BookDocument"), "Language"),
        publication_types=_texts(outer.get("BookDocument"), "PublicationType"),
    )


def _texts(parent: etree._Element | None, tag: str) -> str:
    return "" if parent is None else fields.several(map(_text, parent.iterchildren(tag)))


def _title(article: _Children) -> str:
    """The title; in the language of the article where Medline has no translation."""
    title = _text(article.get("ArticleTitle"))
    if not title or _NOT_AVAILABLE.fullmatch(title):
        return _text(article.get("VernacularTitle")) or title
    return title


def _year(date: etree._Element | None) -> str:
    parts = _children(date)
    return fields.year(_text(parts.get("Year")) or _text(parts.get("MedlineDate")))


def _pages(pagination: etree._Element | None) -> str:
    parts = _children(pagination)
    whole = _text(parts.get("MedlinePgn"))
    return whole or fields.pages(_text(parts.get("StartPage")), _text(parts.get("EndPage")))


def _location(article: etree._Element | None) -> str:
    """The DOI among the electronic locations that NLM holds for valid."""
    if article is None:
        return ""
    return fields.first(
        fields.doi(_text(place))
        for place in article.iterchildren("ELocationID")
        if place.get("EIdType") == "doi" and place.get("ValidYN") != "N"
    )


def _article_id(ids: etree._Element | None, kind: str, form: Callable[[str], str]) -> str:
    """The id of the article itself; lists inside of references are those of cited papers."""
    if ids is None:
        return ""
    return fields.first(
        form(_text(name)) for name in ids.iterchildren("ArticleId") if name.get("IdType") == kind
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
        return _text(parts.get("CollectiveName")) or _text(parts.get("ForeName"))
    initials = _text(parts.get("Initials"))
    given = "" if initials else _text(parts.get("ForeName"))
    suffix = _text(parts.get("Suffix")).lstrip(", ")
    return from_parts(_text(parts["LastName"]), given, initials, suffix)


def _abstract(abstract: etree._Element | None) -> str:
    """The parts of a structured abstract with their labels, as Medline text has them."""
    if abstract is None:
        return ""
    parts = []
    for part in abstract.iterchildren("AbstractText"):
        label = part.get("Label")
        parts.append(f"{fields.clean(label)}: {_text(part)}" if label else _text(part))
    return fields.abstract(" ".join(parts))
