"""BibTeX and BibLaTeX, as databases and reference managers export them."""

import calendar
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from bibtexparser import model
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.splitter import Splitter

from living_review.records import authors, fields, identifiers, latex, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

LONGEST = 1_000  # characters of an abbreviation, since they may double one another, or of a name

_OPENING = re.compile(r"^[ \t]*@[ \t]*(\w+)\s*(?=[{(])", re.MULTILINE)
_NO_ENTRY = re.compile(r"@\s*(?:comment|preamble|string)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"^[ \t]*@[ \t]*(?!(?:comment|preamble|string)\b)\w+\s*[{(]", re.IGNORECASE | re.MULTILINE
)
_KEYLESS = re.compile(r"(@\w+[{(])(?=\s*[A-Za-z][\w-]{0,30}\s{0,9}=)")
_COMMAS = re.compile(r",(?:\s*,)+")
_MARKUP = re.compile(r"</?(?:html|head|body|title|h1|p|div)\b|<!doctype", re.IGNORECASE)
_STRUCTURE = re.compile(r"(?<!\\)[{}\"]|#")
_NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*(?=[{\"0-9])")
_RANGE = re.compile(r"\\text(?:en|em)dash(?:\{\}|\s)?|-{2,}")

_LINKS = ("url", "link", "ee", "bdsk-url-1", "bdsk-url-2")
_NOTES = ("note", "annote", "annotation", "addendum", "howpublished")
_NUMBERS = ("article-number", "articleno", "art_number", "article_number")
_MONTHS = {
    calendar.month_abbr[number].lower(): calendar.month_name[number] for number in range(1, 13)
}

# It words each entry that it gives up; the quarantine does so too
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


class _Block(NamedTuple):
    """What the parser made of a stretch of the file."""

    line: int
    parsed: model.Block | Refused


def read(path: Path) -> Iterator[Entry]:
    """Every entry of the file in its order; comments, preambles and abbreviations are none.

    The file is cut where lines open an entry, and each is parsed by itself: one that was never
    closed takes no other with it, and keys given twice lose nothing.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    blocks = [block for line, piece in _pieces(decoded) for block in _blocks(line, piece)]
    strings = _abbreviations(block.parsed for block in blocks)
    read = 0
    for line, parsed in blocks:
        if isinstance(parsed, model.ImplicitComment):
            if _MARKUP.match(parsed.comment):
                yield Refused(line, "not a BibTeX entry", excerpt(parsed.comment))
            continue
        entry = _entry(line, parsed, strings)
        if entry:
            read += 1
            yield entry
    if not read and not any(isinstance(parsed, model.String) for _, parsed in blocks):
        yield Refused(1, "no BibTeX entry in it", excerpt(decoded))
    yield from shortfall(len(_COUNTED.findall(decoded)), read, "lines that open an entry with @")


def _pieces(decoded: str) -> Iterator[tuple[int, str]]:
    """Line and text from each line that opens an entry, or anything like one, up to the next."""
    line = 1
    openings = list(_OPENING.finditer(decoded))
    starts = [0, *(opening.start() for opening in openings), len(decoded)]
    for number, (start, stop) in enumerate(pairwise(starts)):
        piece = decoded[start:stop]
        if number:
            opening = openings[number - 1]
            piece = f"@{opening[1]}{decoded[opening.end() : stop]}"
        if piece.strip():
            yield line, piece
        line += decoded.count("\n", start, stop)


def _blocks(line: int, piece: str) -> Iterator[_Block]:
    """What stands in a piece; mended where only the key is missing or a comma is one too many."""
    try:
        parsed = _split(piece)
        if any(isinstance(block, model.ParsingFailedBlock) for block in parsed):
            mended = _COMMAS.sub(",", _KEYLESS.sub(r"\1,", piece))
            again = _split(mended) if mended != piece else parsed
            if not any(isinstance(block, model.ParsingFailedBlock) for block in again):
                parsed = again
    except Exception as error:  # the parser is to blame; the entry is named all the same
        yield _Block(line, Refused(line, f"not BibTeX: {error}", excerpt(piece)))
        return
    for block in parsed:
        at, raw = line + (block.start_line or 0), block.raw or ""
        if not isinstance(block, model.ParsingFailedBlock):
            yield _Block(at, block)
        elif not _NO_ENTRY.match(raw):
            reason = getattr(block.error, "abort_reason", "") or str(block.error)
            yield _Block(at, Refused(at, f"not BibTeX: {excerpt(reason)}", excerpt(raw)))


def _split(piece: str) -> list[model.Block]:
    """The blocks of a piece; an entry is one, though its key or that of a field was had before."""
    blocks = []
    for block in Splitter(piece).split().blocks:
        while isinstance(block, model.ParsingFailedBlock) and block.ignore_error_block:
            block = block.ignore_error_block
        blocks.append(block)
    return blocks


def _abbreviations(blocks: Iterable[model.Block | Refused]) -> dict[str, str]:
    """What @string says that a name stands for, with the months that BibTeX knows itself."""
    strings = dict(_MONTHS)
    for block in blocks:
        if isinstance(block, model.String):
            strings[block.key.lower()] = _value(block.value, strings)[:LONGEST]
    return strings


def _entry(line: int, parsed: model.Block | Refused, strings: dict[str, str]) -> Entry | None:
    """The record of a block, its refusal, or nothing if the block is no entry."""
    if isinstance(parsed, Refused):
        return parsed
    if isinstance(parsed, model.Entry):
        return titled(_record(_fields(parsed, strings)), line, parsed.raw or "")
    return None


def _fields(entry: model.Entry, strings: dict[str, str]) -> dict[str, str]:
    """The values by name, of several the first; names are the same in small letters."""
    values: dict[str, str] = {}
    for field in entry.fields:
        words = field.key.lower().split()  # a comment may stand before the name
        name, written = words[-1] if words else "", field.value
        while name:
            end = _end(written)
            following = _NEXT_FIELD.match(written, end)  # a comma is missing between two fields
            value = _value(written[:end] if following else written, strings)
            if value.strip():
                values.setdefault(name, value)
            name = following[1].lower() if following else ""
            written = written[following.end() :] if following else ""
    return values


def _end(written: str) -> int:
    """Where a value ends that begins with a brace or a quote; elsewhere the end of the text."""
    depth = 0
    if not written.startswith(("{", '"')):
        return len(written)
    for mark in _STRUCTURE.finditer(written):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0 and mark[0] != "#" and mark.start():
            return mark.end()
    return len(written)


def _value(written: str, strings: dict[str, str]) -> str:
    """What a value says: its parts joined, without what encloses them, abbreviations in full."""
    parts = _parts(written) if "#" in written else [written]
    longest = max(len(written), LONGEST)
    return "".join(_part(part.strip(), strings) for part in parts)[:longest]


def _parts(written: str) -> Iterator[str]:
    """The text between the # that stand in no group or quote."""
    depth = start = 0
    quoted = False
    for mark in _STRUCTURE.finditer(written):
        if mark[0] == "#":
            if not depth and not quoted:
                yield written[start : mark.start()]
                start = mark.end()
        elif mark[0] == '"':
            quoted = quoted if depth else not quoted
        else:
            depth += 1 if mark[0] == "{" else -1
    yield written[start:]


def _part(part: str, strings: dict[str, str]) -> str:
    if len(part) > 1 and part[0] + part[-1] in ("{}", '""'):
        return part[1:-1]
    return strings.get(part.lower(), part)


def _record(entry: dict[str, str]) -> Record:
    def said(*names: str) -> str:
        return fields.first(latex.decode(entry[name]) for name in names if name in entry)

    def written(*names: str) -> list[str]:
        return [latex.verbatim(entry[name]) for name in names if name in entry]

    links, notes = written(*_LINKS), written(*_NOTES)
    title = said("title", "booktitle", "maintitle")
    subtitle = said("subtitle") if "title" in entry else ""
    places = ("journal", "journaltitle", "fjournal", "booktitle", "maintitle", "journal-iso")
    short, full = authors.both(
        _names(fields.first(entry.get(role, "") for role in ("author", "editor")))
    )
    pages = fields.first(entry.get(name, "") for name in ("pages", "page", "eid", *_NUMBERS))
    return Record(
        pmid=_pmid(entry, written)
        or identifiers.named_pmid(notes)
        or identifiers.linked_pmid(links),
        pmcid=fields.first(map(fields.pmcid, written("pmcid", "pmc", "eprint", *_LINKS))),
        doi=fields.first(map(fields.doi, written("doi")))
        or identifiers.linked_doi(links)
        or identifiers.noted_doi(notes),
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=short,
        year=fields.first(map(fields.year, written("year", "date", "publicationdate", "issued"))),
        journal=fields.first(words for words in map(said, places) if words != title),
        volume=said("volume"),
        issue=said("number", "issue"),
        pages=fields.pages(latex.verbatim(_RANGE.sub("-", pages))),
        issn=fields.issn(" ".join(written("issn", "eissn", "issn-l", "issn-online"))),
        abstract=fields.abstract(said("abstract")),
        language=said("language", "langid"),
        publication_types=said("document_type", "type"),
        names=full,
    )


def _pmid(entry: dict[str, str], written: Callable[..., list[str]]) -> str:
    """From its own field, or from an eprint of PubMed."""
    own = written("pmid", "pubmed_id", "pubmedid", "pubmed-id", "medline-pmid")
    if identifiers.is_medline(entry.get("eprinttype", "")):
        own += written("eprint")
    return fields.first(map(fields.pmid, own))


def _names(text: str) -> list[authors.Author]:
    """The names of a field; in some files all of them are in braces, or semicolons part them."""
    text = " ".join(re.sub(r"(?<!\\)~", " ", text).split())
    if text.startswith("{") and _end(text) == len(text) and re.search(r",.* and .*,", text):
        text = text[1:-1]
    names = [name for name in split_multiple_persons_names(text) if name != "others"]
    if len(names) > 1:
        return [_name(name) for name in names]
    decoded = latex.decode(text)
    if ";" in decoded or decoded.count(",") > 2:
        return authors.many(decoded)
    return [_name(text)] if names else []


def _name(text: str) -> authors.Author:
    """ "Family, Given" or "Given Family"; a group in braces stays as it stands."""
    decoded = latex.decode(text)
    if len(text) > LONGEST or "," in decoded or authors.is_medline(decoded):
        return authors.named(decoded)
    if text.startswith("{") and _end(text) == len(text):
        return authors.Author(decoded, decoded)
    name = parse_single_name_into_parts(text, strict=False)
    family, given = (latex.decode(" ".join(part)) for part in (name.von + name.last, name.first))
    return authors.parted(family, given, latex.decode(" ".join(name.jr)))
