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
    number: int
    paragraphs: list[list[str]]

    def is_whole(self) -> bool:
        return any(_PMID.match(line) for lines in self.paragraphs for line in lines)


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
    blank = 2
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blank += 1
            continue
        found = _NUMBER.match(line.lstrip()) if blank else None
        if found and block and blank < 2:
            following = int(found[1]) in (1, block.number + 1)
            found = found if following and block.is_whole() else None
        if block is None or found:
            if block:
                yield block
            block = _Block(number, int(found[1]) if found else 0, [])
            line = line.lstrip()[found.end() :] if found else line
        if blank or not block.paragraphs:
            block.paragraphs.append([])
        block.paragraphs[-1].append(line)
        blank = 0
    if block:
        yield block


def _entry(block: _Block) -> Entry:
    if not block.number and not block.is_whole():
        return Refused(block.line, "not a record of PubMed", excerpt(block.paragraphs[0][0]))
    raw = " ".join(line for lines in block.paragraphs[:3] for line in lines)
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
