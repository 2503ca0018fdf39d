"""Refer, the tagged text of EndNote (.enw), as publishers and Google Scholar export it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, fields, identifiers, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled
from living_review.records.tagged import Field, by_tag

_TAG = re.compile(r"[ \t]{0,3}%([^\s\w%]|[A-Za-z0-9])(?:[ \t]+(.*)|)$")
_COUNTED = re.compile(r"^[ \t]{0,3}%0[ \t]*(?:$|[ \t]\S)", re.MULTILINE)
_NOTES = ("M", "Z", "O", "1", "2", "3", "4", "#", "$")


class _Lines(NamedTuple):
    """One entry as it stands."""

    line: int
    fields: list[Field]
    raw: list[str]


def read(path: Path) -> Iterator[Entry]:
    """Every entry of the file in its order; text that no tag begins with is refused.

    An entry begins at %0; only where a file has no %0 at all, blank lines part its entries.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    counted = len(_COUNTED.findall(decoded))
    read = 0
    for entry in _entries(decoded.split("\n"), numbered=counted > 0):
        raw = "\n".join(entry.raw[:20])
        if entry.fields[0].tag:
            read += entry.fields[0].tag == "0"
            yield titled(_record(entry.fields), entry.line, raw)
        else:
            yield Refused(entry.line, "not a record of EndNote", excerpt(raw))
    yield from shortfall(counted, read, "lines %0")


def _entries(lines: list[str], numbered: bool) -> Iterator[_Lines]:
    """Cut the text at %0, or at blank lines, and join wrapped lines to their field."""
    entry: _Lines | None = None
    blank = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blank = True
            continue
        found = _TAG.match(line)
        begins = found and (found[1] == "0" if numbered else blank)
        if entry is None or begins or (found and not entry.fields[0].tag):
            if entry:
                yield entry
            entry = _Lines(number, [], [])
        entry.raw.append(line)
        if found or not entry.fields:
            value = (found[2] or "") if found else line
            entry.fields.append(Field(found[1] if found else "", [value.strip()]))
        else:
            entry.fields[-1].lines.append(line.strip())
        blank = False
    if entry:
        yield entry


def _record(tagged: list[Field]) -> Record:
    all_of = by_tag(tagged)

    def one_of(*tags: str) -> str:
        return fields.clean(fields.first(all_of(*tags)))

    links = all_of("U", ">")
    medline = identifiers.is_medline(" ".join(all_of("W", "~")))
    short, full = authors.both(authors.cited(all_of("A") or all_of("E")))
    title_tag = fields.first(tag for tag in ("T", "B", "!", "Q") if all_of(tag))
    return Record(
        pmid=(fields.pmid(one_of("M")) if medline else "")
        or identifiers.named_pmid(all_of(*_NOTES))
        or identifiers.linked_pmid(links),
        pmcid=fields.first(map(fields.pmcid, [*all_of("2", "M"), *links])),
        doi=fields.first(map(fields.doi, all_of("R")))
        or identifiers.linked_doi(links)
        or identifiers.noted_doi(all_of(*_NOTES)),
        title=one_of(title_tag),
        authors=short,
        year=fields.first(map(fields.year, all_of("D", "8", "="))),
        journal=one_of("J", *("B" if title_tag != "B" else "")),
        volume=one_of("V"),
        issue=one_of("N"),
        pages=fields.pages(re.sub("-{2,}", "-", one_of("P", "&"))),
        issn=fields.issn(" ".join(all_of("@"))),
        abstract=fields.abstract(one_of("X")),
        language=one_of("G"),
        publication_types=one_of("9"),
        names=full,
    )
