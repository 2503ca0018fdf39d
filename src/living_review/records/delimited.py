"""Tables of records with a heading line (CSV), as databases, managers and people write them."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, fields, text
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, titled

DELIMITERS = (",", ";", "\t")

# Headings of PubMed, Scopus, Embase, Web of Science, Zotero, Rayyan and of tables made by hand,
# reduced to small letters and digits. Of several in one file the first that has a value counts.
HEADINGS = {
    "pmid": ("pmid", "pubmedid", "medlinepmid", "pm", "medlinepubmedid", "pubmed"),
    "pmcid": ("pmcid", "pmc", "pmcnumber"),
    "doi": ("doi", "di", "doilink", "digitalobjectidentifier"),
    "title": ("title", "ti", "articletitle", "documenttitle", "primarytitle", "t1", "itemtitle",
              "booktitle", "originaltitle", "untranslatedtitle"),
    "authors": ("authors", "author", "au", "authornames", "authorsnames", "authornamesfull",
                "firstauthors", "firstauthor"),
    "year": ("year", "publicationyear", "py", "yearpublished", "pubyear", "y1", "publicationdate",
             "date", "datepublished"),
    "journal": ("journal", "journaltitle", "journalname", "sourcetitle", "publicationtitle", "so",
                "journalbook", "journalfull", "publicationname", "secondarytitle", "t2", "jf",
                "publication", "containertitle", "abbreviatedsourcetitle", "journalabbreviation",
                "alternatetitle3"),
    "volume": ("volume", "vol", "vl"),
    "issue": ("issue", "number", "is", "issuenumber", "no"),
    "pages": ("pages", "page", "pagerange", "pg", "medlinepagination"),
    "start": ("pagestart", "startpage", "firstpage", "bp", "sp", "pagefirst", "beginpage"),
    "end": ("pageend", "endpage", "lastpage", "ep", "pagelast"),
    "article_number": ("artno", "articlenumber", "articleno", "ar"),
    "issn": ("issn", "sn", "eissn", "printissn", "ei", "electronicissn", "linkingissn"),
    "abstract": ("abstract", "ab", "abstractnote", "abstracttext", "notesabstract", "n2",
                 "originalabstract"),
    "language": ("language", "la", "languageoforiginaldocument", "languageofarticle",
                 "articlelanguage"),
    "publication_types": ("publicationtype", "publicationtypes", "documenttype", "dt", "itemtype",
                          "pt", "typeofwork", "m3"),
    "citation": ("citation", "source"),
    "link": ("url", "link", "links", "urls", "openurllink", "extra"),
}  # fmt: skip
_FIELDS = {heading: field for field, headings in HEADINGS.items() for heading in headings}

# "J Urol. 2020 Jan;203(1):11-8. doi: ..."
_PUBMED_CITATION = re.compile(r"[;] ?([^;:()\s]{1,20})(?:\(([^()]{1,30})\))?:([^.;\s]{1,30})[.;]")
# "Cancer (2004) 102:4 (253-258). Date of Publication: ..."
_EMBASE_SOURCE = re.compile(
    r"([^()]{1,200}) \(([0-9]{4})\) ([^\s():]{1,20})?(?::([^\s()]{1,20}))?(?: \(([^()]{1,30})\))?"
)
_LINKED_PMID = re.compile(
    r"(?:PMID\W{0,3}|pubmed\.ncbi\.nlm\.nih\.gov/|nih\.gov/pubmed/)([0-9]{1,8})\b"
)


class _Row(NamedTuple):
    line: int
    cells: list[str]
    problem: str  # "" if the cells can be trusted


def read(path: Path) -> Iterator[Entry]:
    """Every row that says anything, in its order; refused if its cells can't be told apart.

    The delimiter is the comma, semicolon or tab that gives the most known headings. Quoted cells
    may hold line ends. Each line of the file is in exactly one row.
    """
    decoded = text.decode(text.read_bytes(path), path.name)
    lines = decoded.split("\n")
    top = next((number for number, line in enumerate(lines) if _says(line)), len(lines))
    if top == len(lines):
        yield EMPTY
        return
    delimiter = _delimiter(lines[top])
    names, *_ = csv.reader([lines[top]], delimiter=delimiter)
    columns = _columns(names)
    if not columns:
        below = sum(map(_says, lines[top + 1 :]))
        reason = f"not a table of records: no heading is known; {below} lines below it"
        yield Refused(top + 1, reason, excerpt(lines[top]))
        return
    hint = "" if "title" in columns else f"; no heading is a title: {', '.join(names)}"
    for row in _rows(lines, top + 1, delimiter, len(names)):
        raw = delimiter.join(row.cells)
        if row.problem:
            yield Refused(row.line, row.problem, excerpt(raw))
            continue
        entry = titled(_record(row.cells, columns), row.line, raw)
        yield entry._replace(reason=entry.reason + hint) if isinstance(entry, Refused) else entry


def knows(line: str) -> bool:
    """Whether a line is a heading line with a title and something else that is known."""
    if not _says(line):
        return False
    columns = _columns(next(csv.reader([line], delimiter=_delimiter(line)), []))
    return "title" in columns and len(columns) > 1


def _says(line: str) -> bool:
    """Not blank, and not Excel's "sep=;"."""
    return bool(line.strip(" \t,;")) and not re.fullmatch(r"\s*sep=.\s*", line, re.IGNORECASE)


def _delimiter(heading: str) -> str:
    def known(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([heading], delimiter=delimiter), [])
        return sum(len(places) for places in _columns(names).values()), len(names)

    return max(DELIMITERS, key=known)


def _columns(names: list[str]) -> dict[str, list[int]]:
    """For each field the places of its columns, the one to be preferred first."""
    columns: dict[str, list[int]] = {}
    ranks: dict[int, int] = {}
    for place, name in enumerate(names):
        heading = re.sub(r"[^a-z0-9]", "", name.casefold())
        if field := _FIELDS.get(heading):
            ranks[place] = HEADINGS[field].index(heading)
            columns.setdefault(field, []).append(place)
    return {field: sorted(places, key=ranks.__getitem__) for field, places in columns.items()}


def _rows(lines: list[str], start: int, delimiter: str, width: int) -> Iterator[_Row]:
    """Rows that say anything. After a damaged row, cells count only in a row that is whole."""
    damaged = False
    while start < len(lines):
        cells, stop, problem = _row(lines, start, delimiter, width)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if not problem and len(cells) > width:
            problem = f"{len(cells)} cells, but {width} headings"
        if not problem and damaged:
            quotes = sum(line.count('"') for line in lines[start:stop])
            if len(cells) != width or quotes % 2:
                problem = "may be the rest of the damaged row before it"
        if any(cell.strip() for cell in cells):
            damaged = bool(problem)
            yield _Row(start + 1, cells, problem)
        start = stop


def _row(lines: list[str], start: int, delimiter: str, width: int) -> tuple[list[str], int, str]:
    """Cells of the row at lines[start], the index of the line after it, what is wrong with it.

    A row goes over several lines only if its quotes are right to the letter: a quote that was
    never closed then stumbles at the next quoted cell, and swallows no row. On one line, quotes
    inside of a cell that were not doubled are forgiven if as many cells as headings come out.
    """
    line = lines[start]
    if '"' not in line:
        return line.split(delimiter), start + 1, ""
    reader = csv.reader(_with_ends(lines, start), delimiter=delimiter, strict=True)
    with suppress(csv.Error):
        cells = next(reader)
        return cells, start + reader.line_num, ""
    with suppress(csv.Error):
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) == width and line.count('"') % 2 == 0:
            return cells, start + 1, ""
    return line.split(delimiter), start + 1, "quotes are not closed, or not doubled inside a cell"


def _with_ends(lines: list[str], start: int) -> Iterator[str]:
    return (f"{lines[place]}\n" for place in range(start, len(lines)))


def _record(cells: list[str], columns: dict[str, list[int]]) -> Record:
    def cell(field: str) -> str:
        places = (place for place in columns.get(field, ()) if place < len(cells))
        return fields.first(fields.clean(cells[place]) for place in places)

    link, citation = cell("link"), cell("citation")
    linked = _LINKED_PMID.search(link)
    if embase := _EMBASE_SOURCE.match(citation):
        journal, year, *place = embase.groups(default="")
    else:
        pubmed = _PUBMED_CITATION.search(citation)
        journal, year, place = "", "", list(pubmed.groups(default="")) if pubmed else ["", "", ""]
    pmc = cell("pmcid")
    return Record(
        pmid=fields.pmid(cell("pmid")) or (linked[1] if linked else ""),
        pmcid=fields.pmcid(f"PMC{pmc}" if pmc.isdecimal() else pmc),
        doi=fields.doi(cell("doi")) or (fields.doi(link) if "doi" in link else ""),
        title=cell("title"),
        authors=authors.joined(authors.many(cell("authors"))),
        year=fields.year(cell("year")) or year,
        journal=cell("journal") or journal,
        volume=cell("volume") or place[0],
        issue=cell("issue") or place[1],
        pages=cell("pages")
        or fields.pages(cell("start"), cell("end"))
        or cell("article_number")
        or place[2],
        issn=fields.issn(cell("issn")),
        abstract=fields.abstract(cell("abstract")),
        language=cell("language"),
        publication_types=cell("publication_types"),
    )
