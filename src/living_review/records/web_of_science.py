"""Web of Science's tagged text (FN Clarivate, PT J), also called the ISI format."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, fields, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled
from living_review.records.tagged import Field, by_tag

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|)$")
_COUNTED = re.compile(r"^PT(?: |$)", re.MULTILINE)
_HEAD = {"FN", "VR", "EF"}  # of the file


class _Lines(NamedTuple):
    """One entry as it stands; lines of a field are values of their own where it lists names."""

    line: int
    fields: list[Field]
    raw: list[str]


def read(path: Path) -> Iterator[Entry]:
    """Every entry of the file in its order; it begins at PT, whether or not ER ended the last.

    Fields that follow ER without PT are an entry that lost it; other text there is refused.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    read = entries = 0
    for entry in _entries(decoded.split("\n")):
        entries += 1
        raw = "\n".join(entry.raw[:20])
        if entry.fields[0].tag:
            read += entry.fields[0].tag == "PT"
            yield titled(_record(entry.fields), entry.line, raw)
        else:
            yield Refused(entry.line, "not a record of Web of Science", excerpt(raw))
    if not entries:
        yield Refused(1, "no record of Web of Science in it", excerpt(decoded))
    yield from shortfall(len(_COUNTED.findall(decoded)), read, "lines PT")


def _entries(lines: list[str]) -> Iterator[_Lines]:
    entry: _Lines | None = None
    for number, line in enumerate(lines, start=1):
        found = _TAG.match(line.rstrip())
        tag = found[1] if found else ""
        if not line.strip() or (entry is None and tag in _HEAD):
            continue
        ended = tag in ("ER", "EF")
        if entry and (ended or tag == "PT" or (tag and not entry.fields[0].tag)):
            yield entry
            entry = None
        if ended:
            continue
        entry = entry or _Lines(number, [], [])
        entry.raw.append(line)
        if found or not entry.fields:
            entry.fields.append(Field(tag, [(found[2] or "" if found else line).strip()]))
        else:
            entry.fields[-1].lines.append(line.strip())
    if entry:
        yield entry


def _record(tagged: list[Field]) -> Record:
    all_of = by_tag(tagged)

    def one_of(*tags: str) -> str:
        return fields.clean(fields.first(all_of(*tags)))

    names = by_tag(Field(field.tag, [line]) for field in tagged for line in field.lines)
    persons = names("AU") or names("AF") or names("BA")
    groups = names("CA", "GP")
    people, in_full = persons + groups, (names("AF") or names("BF")) + groups
    if not people:
        people = in_full = names("BE", "ED")
    short = authors.joined(map(authors.one, people))
    return Record(
        pmid=fields.pmid(one_of("PM")),
        doi=fields.first(map(fields.doi, all_of("DI", "D2"))),
        title=one_of("TI", "FT"),
        authors=short,
        year=fields.first(map(fields.year, all_of("PY", "EY", "EA", "PD"))),
        journal=one_of("SO", "BS", "JI", "J9"),
        volume=one_of("VL"),
        issue=one_of("IS"),
        pages=fields.pages(one_of("BP"), one_of("EP")) or one_of("AR"),
        issn=fields.issn(" ".join(all_of("SN", "EI"))),
        abstract=fields.abstract(one_of("AB")),
        language=fields.several(map(fields.clean, all_of("LA"))),
        publication_types=fields.several(map(fields.clean, ";".join(all_of("DT")).split(";"))),
        vernacular_title=one_of("FT") if one_of("TI") else "",
        names=authors.in_full(map(fields.clean, in_full), short),
    )
