"""MEDLINE text, as PubMed exports it (.nbib)."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from Bio import Medline

from living_review.records import authors, fields, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled
from living_review.records.links import Link, joined
from living_review.records.pubmed_article import titles
from living_review.records.tagged import Field

# The layout is four columns for the tag, then "- ". Tags that matter here are also known in other
# layouts; not every tag, since an unindented line of an abstract may begin with "DNA-".
_TAG = re.compile(
    r" {0,3}(?:(?=.{4}- |.{4}-$)([A-Z][A-Z0-9]{1,3}) *- ?"
    r"|(PMID|PMC|TI|BTI|TT|AU|FAU|CN|ED|AB|DP|JT|TA|VI|IP|PG|IS|LID|AID|LA|PT|SO) {0,2}- ?)(.*)"
)
_COUNTED = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]{0,3}PMID ?-", re.MULTILINE)
_CONTINUATION = " " * 6
_TITLES = {"TI", "BTI"}  # TT stands beside one of them
# Relations to other records, by the tags that MEDLINE text has for them.
_RELATIONS = {
    "CON": "CommentOn",
    "CIN": "CommentIn",
    "EIN": "ErratumIn",
    "EFR": "ErratumFor",
    "CRI": "CorrectedandRepublishedIn",
    "CRF": "CorrectedandRepublishedFrom",
    "DDIN": "AssociatedDataset",
    "DRIN": "AssociatedPublication",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RPI": "RepublishedIn",
    "RPF": "RepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
    "SPIN": "SummaryForPatientsIn",
    "ORI": "OriginalReportIn",
}
_RELATED = re.compile(r"(.*?)\s*\bPMID:\s*([1-9][0-9]{0,8})\b.*", re.DOTALL)


class _Block(NamedTuple):
    """Lines without a blank one between them, or one entry put together of such blocks."""

    line: int
    fields: list[Field]
    raw: list[str]

    def tagged(self) -> bool:
        return any(field.tag for field in self.fields)

    def titled(self) -> bool:
        return any(field.tag in _TITLES and field.value for field in self.fields)


def read(path: Path) -> Iterator[Entry]:
    """Every entry of the file in its order.

    An entry is refused without a title or a numeric PMID; so is text that is no entry at all.
    """
    raw = text.read_bytes(path)
    blocks = list(_put_together(_blocks(text.decode(raw, path.name).split("\n"))))
    yield from map(_entry, blocks) if blocks else [EMPTY]
    read = sum(block.fields[0].tag == "PMID" for block in blocks)
    yield from shortfall(len(_COUNTED.findall(raw)), read, "lines PMID-")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Cut before each PMID and at blank lines; lines that were wrapped join their field."""
    block = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            if block:
                yield block
            block = None
            continue
        found = None if line.startswith(_CONTINUATION) else _TAG.match(line)
        tag = (found[1] or found[2]) if found else ""
        if block is None or tag == "PMID":
            if block:
                yield block
            block = _Block(number, [], [])
        block.raw.append(line)
        if found:
            block.fields.append(Field(tag, [found[3].strip()]))
        elif not block.fields:
            block.fields.append(Field("", [line.strip()]))
        elif block.fields[-1].tag != "PMID":  # nothing can be added to a number
            block.fields[-1].lines.append(line.strip())
    if block:
        yield block


def _put_together(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Entries: a blank line inside one doesn't end it; text without tags stays apart."""
    entry: _Block | None = None
    for block in blocks:
        if entry and _belongs(block, entry):
            first, *others = block.fields
            if first.tag:
                entry.fields.append(first)
            elif entry.fields[-1].tag != "PMID":
                entry.fields[-1].lines.extend(first.lines)
            entry.fields.extend(others)
            entry.raw.extend(block.raw)
            continue
        if entry:
            yield entry
        entry = block
    if entry:
        yield entry


def _belongs(block: _Block, entry: _Block) -> bool:
    if not block.tagged() and not entry.tagged():
        return True  # a page of HTML, say, is one stretch, however many lines it skips
    return (
        entry.fields[0].tag == "PMID"
        and block.fields[0].tag != "PMID"
        and (block.tagged() or block.raw[0].startswith(_CONTINUATION))
        and not (block.titled() and entry.titled())
    )


def _entry(block: _Block) -> Entry:
    raw = "\n".join(block.raw[:20])
    if not block.tagged():
        return Refused(block.line, "not a MEDLINE record", excerpt(raw))
    tagged = (field for field in block.fields if field.tag and field.value)
    lines = [f"{field.tag:<4}- {field.value}" for field in tagged]
    record = _record(Medline.read(lines)) if lines else Record()
    if not record.pmid:
        reason = "no numeric PMID" if block.fields[0].tag == "PMID" else "no PMID"
        return Refused(block.line, reason, excerpt(raw), record)
    return titled(record, block.line, raw)


def _record(entry: Medline.Record) -> Record:
    def all_of(tag: str) -> list[str]:
        value = entry.get(tag, [])
        return [value] if isinstance(value, str) else value

    def one_of(*tags: str) -> str:
        return fields.clean(fields.first(" ".join(all_of(tag)) for tag in tags))

    persons = all_of("AU") or [authors.one(name) for name in all_of("FAU")]
    groups = all_of("CN")
    people, in_full = persons + groups, all_of("FAU") + groups
    if not people:
        people, in_full = all_of("ED"), all_of("FED")
    names = authors.joined(map(fields.clean, people))
    identifiers = [*re.findall(r"(\S+) \[doi\]", one_of("LID")), *all_of("AID")]
    title, vernacular_title = titles(one_of("TI", "BTI"), one_of("TT"))
    return Record(
        pmid=fields.pmid(one_of("PMID")),
        pmcid=fields.pmcid(one_of("PMC")),
        doi=fields.first(fields.doi(name) for name in identifiers if not name.endswith("[pii]")),
        title=title,
        authors=names,
        year=fields.year(one_of("DP")) or fields.year(one_of("DEP")),
        journal=one_of("JT", "TA") or (one_of("BTI") if entry.get("TI") else ""),
        volume=one_of("VI"),
        issue=one_of("IP"),
        pages=fields.pages(one_of("PG")),
        issn=fields.issn(one_of("IS")),
        abstract=fields.abstract(one_of("AB")),
        language=fields.several(map(fields.clean, all_of("LA"))),
        publication_types=fields.several(map(fields.clean, all_of("PT"))),
        vernacular_title=vernacular_title,
        status=one_of("STAT"),
        entered=_day(one_of("CRDT")),
        revised=_day(one_of("LR", "DRDT")),  # the latter in books
        links=joined(
            _link(kind, fields.clean(said))
            for tag, kind in _RELATIONS.items()
            for said in all_of(tag)
        ),
        names=authors.in_full(map(fields.clean, in_full), names),
    )


def _day(text: str) -> str:
    """ "20260924" or "2026/09/24 06:00" as 2026-09-24, else ""."""
    digits = text[:10].replace("/", "")[:8]
    try:
        return date.fromisoformat(digits).isoformat() if len(digits) == 8 else ""
    except ValueError:
        return ""


def _link(kind: str, said: str) -> Link:
    """A relation from "J Urol. 2026;1(1):1. PMID: 123", whose PMID may be missing."""
    found = _RELATED.fullmatch(said)
    return Link(kind, found[2], found[1]) if found else Link(kind, "", said)
