"""EndNote XML, as EndNote and the programs that imitate it write it; no DTD or network is used."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from lxml import etree

from living_review.records import authors, fields, identifiers, safe_xml, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

HEAD = 1 << 16  # bytes that show what the file is
CHUNK = 1 << 20  # bytes read at a time
LONGEST = 20 * CHUNK  # bytes; no record is near that

_OPENING = re.compile(rb"<record(?=[\s>])")
_CLOSING = re.compile(rb"</record\s*>")
_COUNTED = [b"<record" + end for end in (b">", b" ", b"\t", b"\r", b"\n")]
_ENCODING = re.compile(r"<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
# What stands between records where files were joined, and behind the last one
_BETWEEN = re.compile(r"(?:\s|\ufeff|</?(?:xml|records)\s*>|<[!?][^>]*>)*", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#(?:[xX][0-9A-Fa-f]{1,6}|[0-9]{1,7})|[A-Za-z][A-Za-z0-9]{0,31});|&")
_KEPT = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(path: Path) -> Iterator[Entry]:
    """Every record of the file in its order; memory stays flat.

    Each record is parsed by itself, so that damage stays where it is: what is whole is read; what
    is cut off or not well-formed is refused, and so is a text between records.
    """
    head = text.glance(path, HEAD)
    if not head.strip():
        yield EMPTY
        return
    declared = _ENCODING.search(head)
    encoding = declared[1] if declared else ""
    counted = read = 0
    line = 1
    left: str | None = None  # what follows the last record, if that is whole
    with text.open_bytes(path) as file:
        stream = text.Stream(file)
        for line, piece in _pieces(stream, path.name):
            counted += sum(map(piece.count, _COUNTED))
            if not _OPENING.match(piece):
                continue  # the head of the file
            read += 1
            end = _CLOSING.search(piece)
            stop = end.end() if end else len(piece)
            yield _entry(_decoded(piece[:stop], encoding), line)
            left = _decoded(piece[stop:], encoding) if end else None
            line += piece.count(b"\n", 0, stop)
            if left and not _BETWEEN.fullmatch(left):
                yield Refused(line, "not a record of EndNote", excerpt(left))
        if stream.damage:
            yield Refused(0, f"the archive is damaged at its end: {stream.damage}", "")
    if not read:
        yield Refused(1, "no <record> of EndNote in it", excerpt(head))
    elif left is not None and not left.strip():
        yield Refused(line, "the file is cut off after its last whole record", "")
    yield from shortfall(counted, read, "elements <record>")


def _pieces(stream: text.Stream, name: str) -> Iterator[tuple[int, bytes]]:
    """The file cut before each record: line and bytes, up to where the next one begins."""
    line = 1
    buffer = b""
    while chunk := stream.read(CHUNK):
        if not buffer and line == 1 and any(map(chunk.startswith, dict(text.MARKS))):
            while rest := stream.read(CHUNK):
                chunk += rest
            chunk = text.decode(chunk, name).encode()
        buffer += chunk
        starts = [found.start() for found in _OPENING.finditer(buffer)]
        for start, stop in pairwise([0, *starts]):
            if start < stop:
                yield line, buffer[start:stop]
                line += buffer.count(b"\n", start, stop)
        buffer = buffer[starts[-1] :] if starts else buffer
        if len(buffer) > LONGEST:
            yield line, buffer
            line += buffer.count(b"\n")
            buffer = b""
    if buffer:
        yield line, buffer


def _decoded(raw: bytes, encoding: str) -> str:
    """The text of one record: UTF-8 where it fits, else as declared, else Windows-1252."""
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    with suppress(LookupError, UnicodeError):
        return raw.decode(encoding)
    return raw.decode("cp1252", errors="replace")


def _entry(xml: str, line: int) -> Entry:
    try:
        element = _parsed(xml)
    except etree.XMLSyntaxError as error:
        return Refused(line, f"not well-formed: {excerpt(str(error.msg))}", excerpt(xml))
    return titled(_record(element), line, xml)


def _parsed(xml: str) -> etree._Element:
    """A record; what XML forbids but some programs write is mended where it doesn't parse."""
    try:
        return etree.fromstring(xml, safe_xml.parser())
    except etree.XMLSyntaxError:
        mended = _REFERENCE.sub(_as_character, _FORBIDDEN.sub(" ", xml))
        return etree.fromstring(mended, safe_xml.parser())


def _as_character(reference: re.Match[str]) -> str:
    """Names of HTML as their character, references to control characters as a space."""
    written = reference[0]
    if written in _KEPT:
        return written
    character = html.unescape(written) if len(written) > 1 else written
    if len(character) > 2:  # an entity that nobody knows stays as it stands
        return f"&amp;{character[1:]}"
    return html.escape(_FORBIDDEN.sub(" ", character))


def _record(element: etree._Element) -> Record:
    def all_of(*paths: str) -> list[str]:
        return [_text(found) for path in paths for found in element.iterfind(path)]

    def one_of(*paths: str) -> str:
        return fields.first(all_of(*paths))

    links = all_of("urls//url")
    notes = all_of("notes", "research-notes", "accession-num", *(f"custom{n}" for n in range(1, 8)))
    database = " ".join(all_of("remote-database-name", "remote-database-provider"))
    number = one_of("accession-num") if identifiers.is_medline(database) else ""
    names = all_of("contributors/authors/author") or all_of("contributors/secondary-authors/author")
    short, full = authors.both(authors.cited(names))
    title = one_of("titles/title", "titles/translated-title", "titles/short-title")
    return Record(
        pmid=fields.pmid(number) or identifiers.named_pmid(notes) or identifiers.linked_pmid(links),
        pmcid=fields.first(map(fields.pmcid, [*all_of("custom2", "accession-num"), *links])),
        doi=fields.doi(one_of("electronic-resource-num"))
        or identifiers.linked_doi(links)
        or identifiers.noted_doi(notes),
        title=title,
        authors=short,
        year=fields.year(one_of("dates/year")) or fields.year(one_of("dates/pub-dates/date")),
        journal=one_of(
            *("periodical/full-title", "titles/secondary-title", "alt-periodical/full-title"),
            *("titles/alt-title", "periodical/abbr-1"),
        ),
        volume=one_of("volume"),
        issue=one_of("number", "issue"),
        pages=fields.pages(re.sub("-{2,}", "-", one_of("pages"))),
        issn=fields.issn(" ".join(all_of("isbn"))),
        abstract=fields.abstract(one_of("abstract")),
        language=one_of("language"),
        publication_types=one_of("work-type"),
        names=full,
    )


def _text(element: etree._Element) -> str:
    """All text of a field, whatever runs of style it is cut into."""
    return fields.clean("".join(element.itertext()))
