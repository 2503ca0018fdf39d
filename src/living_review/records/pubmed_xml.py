"""PubMed XML (PubmedArticleSet), as a stream; no DTD, entity or network is ever used."""

import io
import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from lxml import etree

from living_review.records import safe_xml, text
from living_review.records.entries import EMPTY, Entry, Refused, excerpt, shortfall, titled
from living_review.records.pubmed_article import content, record

__all__ = ["ROOTS", "read", "record"]

log = logging.getLogger(__name__)

ROOTS = {"PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle"}
HEAD = 1 << 16  # bytes in which the first element must begin
FED = 1 << 17  # bytes read at a time, as the parser takes them fastest
CHUNK = 1 << 20  # bytes read at a time where the parser gave up
LONGEST = 20 * CHUNK  # bytes; no record is near that

_TAGS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")
_OPENING = re.compile(rb"<(?:PubmedArticle|PubmedBookArticle|DeleteCitation)[\s/>]")
_ARTICLE = re.compile(rb"<Pubmed(?:Book)?Article[\s/>]")
_LONGEST_TAG = len(b"<PubmedBookArticle>")
_CLOSING = re.compile(rb"</(?:PubmedArticle|PubmedBookArticle|DeleteCitation)\s*>")
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)([^>]*)")
_NAMESPACE = re.compile(r"\sxmlns\s*=")
_PLACE = re.compile(r", line \d+, column \d+$")
# Never read; but where a document type is elsewhere, an entity that is not declared is no fault
_DOCTYPE = b'<!DOCTYPE PubmedArticle SYSTEM "">'
_ENCODING = re.compile(r"<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


class _CountingStream(text.Stream):
    """It also counts the articles that are opened in its bytes."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        super().__init__(file)
        self._tail = b""
        self.opened = 0

    def read(self, size: int) -> bytes:
        chunk = super().read(size)
        joint = self._tail + chunk
        self.opened += len(_ARTICLE.findall(joint)) - len(_ARTICLE.findall(self._tail))
        self._tail = joint[1 - _LONGEST_TAG :]
        return chunk


def read(path: Path) -> Iterator[Entry]:
    """Every article and book article of the file in its order; memory stays flat.

    Where the XML is damaged or cut off, each entry that is whole is still read, and each other one
    is refused. PMIDs in DeleteCitation are no entries; each is reported by a refusal of its own.
    """
    head = text.glance(path, HEAD)
    if refused := _foreign(head):
        yield _damaged(path) or refused
        return
    closed = articles = 0
    damage = None
    with text.open_bytes(path) as file:
        stream = _CountingStream(file)
        try:
            for element in _elements(stream):
                closed += 1
                articles += element.tag != "DeleteCitation"
                yield from _entries(element, element.sourceline or 0)
        except etree.XMLSyntaxError as error:
            log.warning("%s: %s", path.name, stream.damage or error.msg)
            damage = Refused(error.lineno or 0, stream.damage or excerpt(str(error.msg)), "")
    if damage:  # the parser, and what it may hold of an endless entry, is gone by now
        yield from _salvage(path, head, closed, damage)
        return
    if stream.damage:
        yield Refused(0, f"the archive is damaged at its end: {stream.damage}", "")
    yield from shortfall(stream.opened, articles, "elements")


def _damaged(path: Path) -> Refused | None:
    """A refusal of an archive of which nothing can be unpacked."""
    with text.open_bytes(path) as file:
        stream = text.Stream(file)
        unpacked = stream.read(1)
    damage = "" if unpacked else stream.damage
    return Refused(1, f"the archive is damaged: {damage}", "") if damage else None


def _foreign(head: str) -> Refused | None:
    """A refusal of a file that isn't PubMed XML, or that brings entities of its own."""
    if not head.strip():
        return EMPTY
    if "<!ENTITY" in head:
        return Refused(1, "declares entities, which PubMed never does", excerpt(head))
    root = _ROOT.search(_ASIDE.sub("", head))
    if not root:
        return Refused(1, "not PubMed XML: no element in it", excerpt(head))
    if root[1] not in ROOTS:
        found = f"not PubMed XML: begins with <{root[1]}>"
        return Refused(1, found, excerpt(head[head.find(root[0]) :]))
    if _NAMESPACE.search(root[2]):
        return Refused(1, "not PubMed XML: its elements are in a namespace", excerpt(root[0]))
    return None


def _elements(stream: text.Stream) -> Iterator[etree._Element]:
    """Each entry as soon as it is closed; afterwards it is freed, with all that stands before it.

    Raises XMLSyntaxError where the XML is damaged or goes on without an entry.
    """
    pulled = etree.XMLPullParser(events=("end",), tag=_TAGS, **safe_xml.SAFE)
    fault: etree.XMLSyntaxError | None = None
    held = 0  # bytes of which the parser may keep something
    while fault is None and (chunk := stream.read(FED)):
        try:
            pulled.feed(chunk)
        except etree.XMLSyntaxError as error:
            fault = error
        held += len(chunk)
        for _, element in pulled.read_events():
            yield element
            _forget(element)
            held = 0
        if held > LONGEST:
            fault = fault or _endless()
    if fault:
        raise fault
    pulled.close()


def _entries(element: etree._Element, line: int) -> Iterator[Entry]:
    """What an element on a line of the file is: one entry, or a refusal of each deleted PMID."""
    if element.tag == "DeleteCitation":
        for pmid in element.iter("PMID"):
            reason = "not a record: NLM deleted this PMID (DeleteCitation)"
            below = (pmid.sourceline or 0) - (element.sourceline or 0)
            yield Refused(line + below, reason, excerpt(f"PMID {content(pmid)}"))
        return
    article = record(element)
    if article.title:
        yield article
    else:
        yield titled(article, line, etree.tostring(element, encoding="unicode", with_tail=False))


def _forget(element: etree._Element) -> None:
    """Free an element that was read, with all that stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _endless() -> etree.XMLSyntaxError:
    return etree.XMLSyntaxError(f"no end of an entry in {LONGEST:,} bytes", 0, 0, 0)


def _salvage(path: Path, head: str, closed: int, damage: Refused) -> Iterator[Entry]:
    """What stands behind the first `closed` entries, each entry parsed by itself.

    damage: where and why the parser gave up; refused itself if no entry is to blame for it and the
    file doesn't end as it should, as when it was cut between two entries.
    """
    root = _ROOT.search(_ASIDE.sub("", head))
    ending = re.compile(rb"</%s\s*>\s*$" % (root[1].encode() if root else b""))
    declared = _ENCODING.search(head)
    cautious = safe_xml.parser(encoding=_known(declared[1]) if declared else "utf-8")
    last = b""
    blamed = False
    for number, (line, piece) in enumerate(_pieces(path)):
        last = piece
        if number < closed:
            continue
        end = _CLOSING.search(piece)
        try:
            if len(piece) > LONGEST:
                raise _endless()
            whole = piece[: end.end()] if end else piece
            element = etree.fromstring(_DOCTYPE + whole, cautious)
        except etree.XMLSyntaxError as error:
            blamed = True
            raw = piece[:HEAD].decode("utf-8", "replace")
            fault = _PLACE.sub("", str(error.msg))  # a place in the entry, not in the file
            yield Refused(line, f"not well-formed: {excerpt(fault)}", excerpt(raw))
        else:
            yield from _entries(element, line)
    if not blamed and not ending.search(last):
        yield damage._replace(reason=f"the file is damaged or cut off here: {damage.reason}")


def _known(encoding: str) -> str:
    """The encoding that a file declares, or UTF-8 if there is no such encoding."""
    try:
        etree.XMLParser(encoding=encoding)
    except LookupError:
        return "utf-8"
    return encoding


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
                line += buffer.count(b"\n", 0, -_LONGEST_TAG)
                buffer = buffer[-_LONGEST_TAG:]
    if _OPENING.match(buffer):
        yield line, buffer
