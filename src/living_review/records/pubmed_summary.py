"""PubMed's "summary (text)": numbered citations, as its web pages and daily mails export them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, pubmed_citation, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

_NUMBER = re.compile(r"[0-9]{1,7}[:.] +(?=\S)")
_COUNTED = re.compile(r"(?:\A|\n[ \t]*\n)[ \t]*[0-9]{1,7}[:.] +\S")
_LAST = re.compile(r"PMC?ID: ?(?:PMC)?[0-9]+\.?\s*\Z")
_END = re.compile(r" (?:doi: ?10|(?:PubMed )?PMC?ID: )")
# "Titre français [English title]."
_TRANSLATED = re.compile(r"([^\[\]]+[^\[\]\s])[.]? (\[[^\[\]]+\])\.?")


class _Block(NamedTuple):
    line: int
    lines: list[str]


def read(path: Path) -> Iterator[Entry]:
    """Every citation of the file in its order, whatever its number: some files begin again at 1."""
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    read = 0
    for block in _blocks(decoded.split("\n")):
        read += bool(_NUMBER.match(block.lines[0].lstrip()))
        yield _entry(block)
    yield from shortfall(len(_COUNTED.findall(decoded)), read, "numbers that begin a citation")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Cut at blank lines, and before a number that follows the last words of a citation."""
    block: _Block | None = None
    for number, line in enumerate(lines, start=1):
        if block and (not line.strip() or (_NUMBER.match(line) and _is_whole(block))):
            yield block
            block = None
        if line.strip():
            block = block or _Block(number, [])
            block.lines.append(line)
    if block:
        yield block


def _is_whole(block: _Block) -> bool:
    return bool(_LAST.search(" ".join(block.lines[-2:])[-60:]))


def _entry(block: _Block) -> Entry:
    citation = pubmed_citation.unwrapped(block.lines)
    numbered = _NUMBER.match(citation)
    if not numbered and not pubmed_citation.pmid(citation):
        return Refused(block.line, "not a citation of PubMed", excerpt(citation))
    return titled(_record(citation[numbered.end() if numbered else 0 :]), block.line, citation)


def _record(citation: str) -> Record:
    place = pubmed_citation.place(citation)
    end = _END.search(citation)
    described = citation[: place.start if place else end.start() if end else len(citation)].strip()
    names, title = _authors_and_title(described)
    language = pubmed_citation.language(citation, place.stop) if place else ""
    translated = _TRANSLATED.fullmatch(title) if language else None
    return Record(
        pmid=pubmed_citation.pmid(citation),
        pmcid=pubmed_citation.pmcid(citation),
        doi=pubmed_citation.doi(citation),
        title=f"{translated[2]}." if translated else title,
        authors=authors.joined(names),
        year=place.year if place else "",
        journal=place.journal if place else "",
        volume=place.volume if place else "",
        issue=place.issue if place else "",
        pages=place.pages if place else "",
        language=language,
        vernacular_title=translated[1] if translated else "",
        links=pubmed_citation.notes(citation),
    )


def _authors_and_title(described: str) -> tuple[list[str], str]:
    """What stands before the journal; a title may have no authors before it."""
    first, point, rest = described.partition(". ")
    names = pubmed_citation.persons(first) if point else []
    return (names, rest) if names else ([], described)
