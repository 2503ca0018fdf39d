"""PubMed's "abstract (text)": numbered records in paragraphs, also rettype=abstract of efetch."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, fields, pubmed_citation, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

_NUMBER = re.compile(r"([0-9]{1,7})\. +(?=\S)")
_COUNTED = re.compile(r"(?:\A|\n[ \t]*\n[ \t]*\n)[ \t]*[0-9]{1,7}\. +\S")
_PMID = re.compile(r"PMID: ?[0-9]{1,8}\b")
_NUMBERS = re.compile(r"(?:DOI|PMCID|PMID): ?\S")
_LANGUAGE = re.compile(r"\[Article in ([^\]]{3,80})\]")
# Paragraphs that are neither title, authors nor abstract
_OTHER = re.compile(
    r"Author information:|Collaborators?:|Conflict of interest statement:|Publisher:|Copyright\b|©"
)


class _Block(NamedTuple):
    line: int
    number: int  # 0 if it has none
    paragraphs: list[list[str]]


def read(path: Path) -> Iterator[Entry]:
    """Every record of the file in its order; text before the first is refused."""
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    read = 0
    for block in _blocks(decoded.split("\n")):
        read += bool(block.number)
        yield _entry(block)
    yield from shortfall(len(_COUNTED.findall(decoded)), read, "numbers that begin a record")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Cut before a number that stands after two blank lines, or after a record that is whole."""
    block: _Block | None = None
    blank, whole = 2, False
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            blank += 1
            continue
        found = _NUMBER.match(line.lstrip()) if blank else None
        number = int(found[1]) if found else 0
        if block and blank < 2 and not (whole and number in (1, block.number + 1)):
            number = 0  # of a paragraph
        if block is None or number:
            if block:
                yield block
            block, whole = _Block(at, number, []), False
            line = line.lstrip()[found.end() :] if found else line
        if blank or not block.paragraphs:
            block.paragraphs.append([])
        block.paragraphs[-1].append(line)
        blank, whole = 0, whole or bool(_PMID.match(line))
    if block:
        yield block


def _entry(block: _Block) -> Entry:
    raw = " ".join(line for lines in block.paragraphs[:3] for line in lines)
    if not block.number and not any(map(_PMID.match, block.paragraphs[-1])):
        return Refused(block.line, "not a record of PubMed", excerpt(raw))
    return titled(_record(block.paragraphs), block.line, raw)


def _record(paragraphs: list[list[str]]) -> Record:
    """Citation, title, authors, notes on other records, abstract, numbers: in this order."""
    citation, *others = map(pubmed_citation.unwrapped, paragraphs)
    place = pubmed_citation.place(citation)
    title, *others = others or [""]
    numbers = " ".join(filter(_NUMBERS.match, others))
    language = fields.first(found[1] for found in map(_LANGUAGE.match, others) if found)
    apart = (_OTHER, _NUMBERS, _LANGUAGE, pubmed_citation.HEAD_OF_NOTES)
    said = [part for part in others if not any(other.match(part) for other in apart)]
    names = pubmed_citation.persons(said[0]) if said else []
    return Record(
        pmid=pubmed_citation.pmid(numbers),
        pmcid=pubmed_citation.pmcid(numbers),
        doi=pubmed_citation.doi(numbers) or pubmed_citation.doi(citation),
        title=title,
        authors=authors.joined(names),
        year=place.year if place else fields.year(citation),
        journal=place.journal if place else "",
        volume=place.volume if place else "",
        issue=place.issue if place else "",
        pages=place.pages if place else "",
        abstract=fields.abstract(" ".join(said[1:] if names else said)),
        language=language.replace(", ", "; "),
        links=pubmed_citation.listed_notes(paragraphs),
    )
