"""Ovid's texts: numbered records whose fields have a label line, or a tag as in Medline."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, fields, identifiers, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled
from living_review.records.tagged import Field, by_tag

_NUMBER = re.compile(r"<[0-9]{1,7}>\s*")
_COUNTED = re.compile(r"^<[0-9]{1,7}>[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"[A-Z][A-Za-z/() -]{2,45}\s*")
_FIRST = re.compile(r"(?:Score|Accession Number|Unique Identifier)\s*")
_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}- (.*)")
_TAGS = {
    "AB": "abstract",
    "AN": "accession number",
    "AU": "author",
    "DO": "doi number",
    "IS": "issn",
    "LG": "language",
    "PM": "pmid",
    "PT": "publication type",
    "SO": "source",
    "TI": "title",
    "TT": "original title",
    "UI": "unique identifier",
    "YR": "year of publication",
}

_KIND = re.compile(r"(?<=[.?!\w)])\s?\[([A-Z][A-Za-z/;, -]{2,60})\]$")
_MEDLINE = re.compile(r"ovid\S*[?&]D=(?:med|ppez|prem|pmnm|cmed|mesz)|Ovid MEDLINE", re.I)
# "J Inv.   28(2):103-106, April 2015.", "J Inv. Vol 28(2) April 2015, 103-106."
# and "J Inv. 28 (2) (pp 103-106), 2015."
_SOURCE = re.compile(
    r"""(?P<journal>.{2,300}?)[.,]\s+
        (?:Vol(?:ume|\.)?\ ?)?(?P<volume>(?=[A-Z]{0,3}[0-9])[\w-]{1,12}(?:\ Suppl\w*\ ?\w{0,4})?)
        (?:\ ?\((?!pp)(?P<issue>[^()]{1,30})\))?
        (?: :(?P<pages>[^,;]{1,40})
          | \ ?\(pp?\.?\ ?(?P<pp>[^()]{1,40})\)
          | .{0,30}?,\ (?:pp?\.\ ?)?(?P<last>\w{0,2}[0-9]+-\w?[0-9]+)
        )?[,.\ ]""",
    re.VERBOSE,
)
# What stands behind a name: numbers and signs that lead to addresses, and degrees
_BEHIND = re.compile(r"[0-9*+#|,]+|\[Ed\]")
_DEGREES = {
    *(
        "MD",
        "DO",
        "PhD",
        "DPhil",
        "MPH",
        "MSc",
        "MHS",
        "BSc",
        "DrPH",
        "MBBS",
        "PharmD",
        "DDS",
        "DVM",
    ),
    *("EdD", "MA", "MS", "RN", "FAAN", "FACS"),
}


class _Lines(NamedTuple):
    """One entry as it stands."""

    line: int
    fields: list[Field]
    raw: list[str]


def read(path: Path) -> Iterator[Entry]:
    """Every record of the file in its order.

    It begins at its number, "<1>"; in a file without numbers at the label that Ovid writes first.
    What stands before the first record, such as the search strategy, is no entry.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    if not decoded.strip():
        yield EMPTY
        return
    counted = len(_COUNTED.findall(decoded))
    medline = bool(_MEDLINE.search(decoded))
    read = 0
    for entry in _entries(decoded.split("\n"), numbered=counted > 0):
        read += 1
        yield titled(_record(entry.fields, medline), entry.line, "\n".join(entry.raw[:20]))
    if not read:
        yield Refused(1, "no record of Ovid in it", excerpt(decoded))
    yield from shortfall(counted, read, "numbers <1>")


def _entries(lines: list[str], numbered: bool) -> Iterator[_Lines]:
    """Cut the text at the numbers, or where the first label comes again."""
    entry: _Lines | None = None
    for number, line in enumerate(lines, start=1):
        label, value = _split(line)
        if numbered:
            begins = bool(_NUMBER.fullmatch(line))
        else:
            begins = bool(_FIRST.fullmatch(line)) and (
                entry is None or label == entry.fields[0].tag
            )
        if begins:
            if entry:
                yield entry
            entry = _Lines(number, [], [line])
            if not numbered:
                entry.fields.append(Field(label, []))
        elif entry and line.strip():
            entry.raw.append(line)
            if label:
                entry.fields.append(Field(label, [value] if value else []))
            elif entry.fields:
                entry.fields[-1].lines.append(line.strip())
    if entry:
        yield entry


def _split(line: str) -> tuple[str, str]:
    """Label and value of a line; a line of a value is indented, and its label is ""."""
    if tagged := _TAG.match(line):
        return _TAGS.get(tagged[1], tagged[1]), tagged[2].strip()
    return (line.strip().lower(), "") if _LABEL.fullmatch(line) else ("", "")


def _record(labelled: list[Field], medline: bool) -> Record:
    all_of = by_tag(labelled)

    def one_of(*labels: str) -> str:
        return fields.clean(fields.first(all_of(*labels)))

    links = all_of("link to the ovid full text or citation", "link to the ovid full text", "url")
    chapter, title = one_of("chapter title"), one_of("title", "original title")
    kind = _KIND.search(title)
    source = _SOURCE.match(f"{one_of('source')} ")
    said = source.groupdict(default="") if source else {}
    number = one_of("unique identifier") if medline else ""
    short, full = authors.both(_names(all_of("author", "authors", "author/editor")))
    return Record(
        pmid=fields.pmid(one_of("pmid", "pubmed id"))
        or fields.pmid(number)
        or identifiers.linked_pmid(links),
        pmcid=fields.pmcid(one_of("pmcid")),
        doi=fields.doi(one_of("doi number", "doi", "digital object identifier")),
        title=chapter or (title[: kind.start()] if kind else title),
        authors=short,
        year=fields.year(one_of("year of publication", "publication year"))
        or fields.year(one_of("source"))
        or fields.year(one_of("date of publication", "status")),
        journal=(chapter and title)
        or one_of("journal name")
        or said.get("journal", "")
        or one_of("source").rstrip(". "),
        volume=one_of("volume") or said.get("volume", ""),
        issue=one_of("issue", "issue/part") or said.get("issue", ""),
        pages=one_of("page", "pages")
        or fields.pages(fields.first(said.get(group, "") for group in ("pages", "pp", "last"))),
        issn=fields.issn(" ".join(all_of("issn", "issn print", "issn electronic", "issn linking"))),
        abstract=fields.abstract(one_of("abstract")),
        language=one_of("language").rstrip("."),
        publication_types=one_of("publication type").rstrip(".") or (kind[1] if kind else ""),
        vernacular_title=one_of("original title") if one_of("title") else "",
        names=full,
    )


def _names(values: list[str]) -> Iterator[authors.Author]:
    """Names without degrees and without the numbers that lead to addresses."""
    for name in ";".join(value.rstrip(".") for value in values).split(";"):
        words = name.split()
        while words and (words[-1].strip(",.") in _DEGREES or _BEHIND.fullmatch(words[-1])):
            words.pop()
        yield authors.named(" ".join(words))
