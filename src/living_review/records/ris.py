"""RIS, in the dialects of the databases and reference managers that export it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import rispy

from living_review.records import authors, fields, identifiers, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled
from living_review.records.tagged import Field

# Two spaces, or a tab, before the dash. An entry whose TY is written otherwise is read with any
# space: such a file writes all its tags so, while elsewhere "IL - 6" is text of an abstract.
_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])(?:\s{2,}|\t)[-\u2013\u2014]\s?(.*)")
_LOOSE_TAG = re.compile(
    r"\s{0,3}([A-Z][A-Z0-9])(?:\s{1,4}[-\u2013\u2014]|[-\u2013\u2014](?=\s|$))\s?(.*)"
)
_LOOSE_BOUND = re.compile(r"\s{0,3}(TY|ER)\s{0,4}[-\u2013\u2014]\s{0,4}([A-Z]{0,8})\s*")
_COUNTED = re.compile(r"^\W{0,4}TY[ \t]{0,4}[-\u2013\u2014]", re.MULTILINE)
_MARKUP = re.compile(r"<[!?a-z/]|\{", re.IGNORECASE)

_TITLES = ("TI", "T1", "BT", "CT", "ST", "TT")
_JOURNALS = ("JF", "T2", "JO", "JA", "J2", "J1", "J9", "JI", "SO", "BT")
_AUTHORS = ("A1", "AU")
_EDITORS = ("ED", "A2")
_YEARS = ("PY", "Y1", "YR", "DA")
_LINKS = ("UR", "L2", "L1", "L3", "LK")
_NUMBERS = ("AN", "UI", "ID", "U1", "U2", "C2", "C3", "C5", "XR", "PM", "N1", "M1")
_BEHIND = ("NL",)  # the journal's short name
_OTHERS = (
    *("TY", "ER", "AB", "N2", "VL", "VO", "IS", "CP", "NO", "SP", "EP"),
    *("PG", "C7", "SN", "LA", "M3", "DO", "DI", "DB", "DP"),
)
_TAGS = {
    tag: tag
    for tags in (_TITLES, _JOURNALS, _AUTHORS, _EDITORS, _YEARS, _LINKS, _NUMBERS, _OTHERS)
    for tag in tags
}
_RISPY = rispy.RisParser(
    mapping=_TAGS, list_tags=list(_TAGS), delimiter_tags_mapping={}, skip_unknown_tags=True
)

_OVID_MEDLINE = re.compile(r"ovid\S*[?&]D=(?:med|ppez|prem|pmnm|cmed|mesz)", re.IGNORECASE)


class _Lines(NamedTuple):
    """One entry as it stands."""

    line: int
    start: bool  # it begins with TY
    fields: list[Field]
    raw: list[str]


def read(path: Path) -> Iterator[Entry]:
    """Every entry of the file in its order.

    An entry begins at TY, whether or not ER ended the one before. Tagged lines that follow ER are
    an entry that lost its TY. Numbers, headers and search strategies between entries are no
    entries; markup there is refused, and so is a file without any entry.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
    read = entries = 0
    for entry in _entries(decoded.split("\n")):
        entries += 1
        if isinstance(entry, Refused):
            yield entry
        else:
            read += entry.start
            yield _entry(entry)
    if decoded.strip() and not entries:
        yield Refused(1, "no RIS record in it", excerpt(decoded))
    yield from shortfall(len(_COUNTED.findall(decoded)), read, "lines TY")


def _entries(lines: list[str]) -> Iterator[_Lines | Refused]:
    """Cut the text at TY and ER, and join wrapped lines to their field."""
    entry: _Lines | None = None
    between: list[str] = []
    between_line = 0
    loose = nothing_yet = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        tag, value = _split(line, loose)
        if tag == "TY" or (tag not in ("", "ER") and entry is None):
            if whole := _closed(entry) if entry else _strange(between, between_line):
                yield whole
            between = []
            loose = tag == "TY" and not _TAG.match(line)
            entry = _Lines(number, tag == "TY", [Field(tag, [value])], [line])
            nothing_yet = False
        elif entry is None:
            between_line = between_line if between else number
            between.append(line)
        elif tag == "ER":
            yield entry
            entry, loose = None, False
        else:
            entry.raw.append(line)
            if tag:
                entry.fields.append(Field(tag, [value]))
            else:
                entry.fields[-1].lines.append(line.strip())
    if whole := _closed(entry) if entry else _strange(between, between_line, nothing_yet):
        yield whole


def _closed(entry: _Lines) -> _Lines | Refused | None:
    """The entry, unless it is a field without TY that Ovid writes after the end of a record."""
    if entry.start or len(entry.fields) > 1 or entry.fields[0].tag not in _BEHIND:
        return entry
    return _strange(entry.raw[1:], entry.line + 1)


def _split(line: str, loose: bool) -> tuple[str, str]:
    """Tag and value of a line; the tag is "" in a line that continues the one before."""
    found = _TAG.match(line) or (loose and _LOOSE_TAG.match(line)) or _LOOSE_BOUND.fullmatch(line)
    return (found[1], found[2].strip()) if found else ("", "")


def _strange(between: list[str], line: int, always: bool = False) -> Refused | None:
    """A refusal of text outside of the entries, unless exports are known to write such text."""
    raw = "\n".join(between)
    if between and (always or _MARKUP.match(raw.lstrip())):
        return Refused(line, "not a RIS record", excerpt(raw))
    return None


def _entry(entry: _Lines) -> Entry:
    """rispy reads each entry by itself; on a whole file it loses what it can't tell apart."""
    body = [f"{field.tag}  - {field.value}" for field in entry.fields if field.tag != "TY"]
    parsed = _RISPY.parse("\n".join(["TY  - ", *body, "ER  - "]))[0]
    return titled(_record(parsed), entry.line, "\n".join(entry.raw[:20]))


def _record(entry: dict[str, list[str]]) -> Record:
    def all_of(*tags: str) -> list[str]:
        return [value for tag in tags for value in entry.get(tag, []) if value]

    def one_of(*tags: str) -> str:
        return fields.clean(fields.first(all_of(*tags)))

    names = all_of(*_AUTHORS) or all_of(*_EDITORS)
    title_tag = fields.first(tag for tag in _TITLES if all_of(tag))
    short, full = authors.both(authors.cited(names))
    types = [kind for kind in all_of("M3") if not fields.doi(kind)]
    return Record(
        pmid=_pmid(all_of),
        pmcid=fields.first(map(fields.pmcid, all_of("U2", "AN", "C2", *_LINKS))),
        doi=_doi(all_of),
        title=one_of(*_TITLES),
        authors=short,
        year=fields.first(map(fields.year, all_of(*_YEARS))),
        journal=one_of(*(tag for tag in _JOURNALS if tag != title_tag)),
        volume=one_of("VL", "VO"),
        issue=one_of("IS", "CP", "NO"),
        pages=fields.pages(one_of("SP", "PG"), one_of("EP")) or one_of("C7"),
        issn=fields.issn(" ".join(all_of("SN"))),
        abstract=fields.abstract(fields.first(all_of("AB", "N2"))),
        language=fields.several(map(fields.clean, all_of("LA"))),
        publication_types=fields.several(map(fields.clean, types)),
        names=full,
    )


def _doi(all_of: Callable[..., list[str]]) -> str:
    """From its own field, else from a link to a resolver or a note that is a DOI."""
    own = fields.first(map(fields.doi, all_of("DO", "DI")))
    return (
        own
        or identifiers.linked_doi(all_of(*_LINKS))
        or identifiers.noted_doi(all_of("M3", "N1", "ID", "AN"))
    )


def _pmid(all_of: Callable[..., list[str]]) -> str:
    """From where each database keeps it; a bare number counts only where one is known to write so.

    C5 holds it in Embase's own exports, C2 in Scopus, AN or UI in those of PubMed and Medline, ID
    in Ovid's; elsewhere AN is the database's own number and ID that of the exporting program.
    """
    if named := identifiers.named_pmid(all_of(*_NUMBERS)):
        return named
    database = " ".join(all_of("DB", "DP")).casefold()
    ovid = _OVID_MEDLINE.search(" ".join(all_of(*_LINKS)))
    bare: list[str] = []
    if "embase" in database or "medline" in database:
        bare += all_of("C5")
    if "scopus" in database:
        bare += all_of("C2")
    if ovid or identifiers.is_medline(database):
        bare += all_of("AN", "UI")
    if ovid:
        bare += all_of("ID")
    return fields.first(map(fields.pmid, bare)) or identifiers.linked_pmid(all_of(*_LINKS))
