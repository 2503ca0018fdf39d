"""Tables of records with a heading line (CSV), as databases, managers and people write them."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from living_review.records import authors, csv_rows, embase_rows, fields, text
from living_review.records.csv_rows import Row
from living_review.records.entries import EMPTY, Entry, Record, Refused, excerpt, shortfall, titled

DELIMITERS = (",", ";", "\t")
LOOK = 20  # lines that say something, in which the heading is looked for

# Headings of PubMed, Scopus, Embase, Web of Science, Zotero, Rayyan and of tables made by hand,
# reduced to small letters and digits. Of several in one file the first that has a value counts.
HEADINGS = {
    "pmid": ("pmid", "pubmedid", "medlinepmid", "pm", "medlinepubmedid", "pubmed"),
    "pmcid": ("pmcid", "pmc", "pmcnumber"),
    "doi": ("doi", "di", "doilink", "digitalobjectidentifier"),
    "title": ("title", "ti", "articletitle", "documenttitle", "primarytitle", "t1", "itemtitle",
              "booktitle", "originaltitle", "untranslatedtitle"),
    "authors": ("authors", "author", "au", "authornames", "authorsnames", "authornamesfull",
                "authorfullnames", "firstauthors", "firstauthor"),
    "names": ("authorfullnames", "authornamesfull"),
    "year": ("year", "publicationyear", "py", "yearpublished", "publishedyear", "pubyear", "y1",
             "publicationdate", "dateofpublication", "date", "datepublished"),
    "journal": ("journal", "journaltitle", "journalname", "sourcetitle", "publicationtitle", "so",
                "journalbook", "journalfull", "publicationname", "secondarytitle", "t2", "jf",
                "publication", "containertitle", "abbreviatedsourcetitle", "journalabbreviation",
                "alternatetitle3", "booktitle"),
    "volume": ("volume", "vol", "vl"),
    "issue": ("issue", "number", "is", "issuenumber", "no"),
    "pages": ("pages", "page", "pagerange", "pg", "medlinepagination"),
    "start": ("pagestart", "startpage", "firstpage", "bp", "sp", "pagefirst", "beginpage"),
    "end": ("pageend", "endpage", "lastpage", "ep", "pagelast"),
    "article_number": ("artno", "articlenumber", "articleno", "ar"),
    "issn": ("issn", "sn", "eissn", "printissn", "ei", "electronicissn", "linkingissn", "isbn",
             "isbnissn"),
    "abstract": ("abstract", "ab", "abstractnote", "abstracttext", "notesabstract", "n2",
                 "originalabstract"),
    "language": ("language", "la", "languageoforiginaldocument", "languageofarticle",
                 "articlelanguage"),
    "publication_types": ("publicationtype", "publicationtypes", "documenttype", "dt", "itemtype",
                          "pt", "typeofwork", "m3"),
    "vernacular_title": ("originaltitle", "untranslatedtitle"),
    "citation": ("citation", "source"),
    "link": ("url", "link", "links", "urls", "openurllink", "extra"),
}  # fmt: skip
# The title of a book is the title of a record that has no other, else where it was published.
_FIELDS = {
    heading: [field for field, others in HEADINGS.items() if heading in others]
    for headings in HEADINGS.values()
    for heading in headings
}
# The name that a table gives each of its records.
OWN_ID = ("id", "recordid")
COCHRANE = "cochranereviewid"
WEB_OF_SCIENCE = {"PT", "AU", "TI"}  # among its headings; it never quotes a cell

# "J Urol. 2020 Jan;203(1):11-8. doi: ..."
_PUBMED_CITATION = re.compile(r"[;] ?([^;:()\s]{1,20})(?:\(([^()]{1,30})\))?:([^.;\s]{1,30})[.;]")
# "Cancer (2004) 102:4 (253-258). Date of Publication: ..."
_EMBASE_SOURCE = re.compile(
    r"([^()]{1,200}) \(([0-9]{4})\) ([^\s():]{1,20})?(?::([^\s()]{1,20}))?(?: \(([^()]{1,30})\))?"
)
_SCOPUS_ID = re.compile(r" ?\([0-9]{3,12}\)")  # behind a full name
_LINKED_PMID = re.compile(
    r"(?:PMID\W{0,3}|pubmed\.ncbi\.nlm\.nih\.gov/|nih\.gov/pubmed/)([0-9]{1,8})\b"
)


class _Table(NamedTuple):
    delimiter: str
    names: list[str]  # headings
    rows: Iterable[Row]
    counted: int  # records in the raw text, where that can be told without reading rows


def read(path: Path) -> Iterator[Entry]:
    """Every row that says anything, in its order; refused if its cells can't be told apart.

    The delimiter is the comma, semicolon or tab that gives the most known headings. Quoted cells
    may hold line ends. Each line of the file is in exactly one row; in Embase's layout with a field
    a row, it is in exactly one record.
    """
    lines, top = _lines(path)
    if top == len(lines):
        yield EMPTY
        return
    table = _table(lines, top)
    columns = _columns(table.names)
    below = sum(map(_says, lines[top + 1 :]))
    if not columns or not (below or "title" in columns):
        known = "is a title" if columns else "is known"
        reason = f"not a table of records: no heading {known}; {below} lines below it"
        yield Refused(top + 1, reason, excerpt(lines[top]))
        return
    hint = "" if "title" in columns else f"; no heading is a title: {', '.join(table.names)}"
    read = 0
    for row in table.rows:
        read += 1
        raw = table.delimiter.join(row.cells)
        if row.problem:
            yield Refused(row.line, row.problem, excerpt(raw))
            continue
        entry = titled(_record(row.cells, columns), row.line, raw)
        yield entry._replace(reason=entry.reason + hint) if isinstance(entry, Refused) else entry
    yield from shortfall(table.counted, read, "lines TITLE")


def own_ids(path: Path) -> Iterator[str]:
    """What each row calls its record, "" if nothing, in the order of `read`."""
    lines, top = _lines(path)
    if top == len(lines):
        return
    table = _table(lines, top)
    headings = [_reduced(name) for name in table.names]
    own = [headings.index(heading) for heading in OWN_ID if heading in headings]
    for row in table.rows:
        yield "" if row.problem else _cell(row.cells, own)


def holds(head: str) -> bool:
    """Whether the beginning of a file shows a table of records."""
    lines = head.split("\n")
    top = _top(lines)
    return top < len(lines) and _begins(lines, top)


def _lines(path: Path) -> tuple[list[str], int]:
    """The lines of a file, and the place of its heading."""
    lines = text.decode(text.read_bytes(path), path.name).split("\n")
    return lines, _top(lines)


def _top(lines: list[str]) -> int:
    """The first line that says anything, unless a heading stands a few lines below it.

    Some exports, such as those of Dimensions, tell of themselves before the table begins.
    """
    saying = (at for at, line in enumerate(lines) if _says(line))
    first = list(islice(saying, LOOK))
    if not first:
        return len(lines)
    if _columns(_heading(lines[first[0]])[1]):
        return first[0]
    return next((at for at in first if _begins(lines, at)), first[0])


def _begins(lines: list[str], at: int) -> bool:
    """Whether a line has headings of a title and of something else, or begins Embase's layout."""
    columns = _columns(_heading(lines[at])[1])
    whole = "title" in columns and _known(columns) > 1
    return whole or bool(embase_rows.delimiter(lines, at))


def _table(lines: list[str], top: int) -> _Table:
    if delimiter := embase_rows.delimiter(lines, top):
        labels, each = embase_rows.table(lines, top, delimiter)
        return _Table(delimiter, labels, each, embase_rows.count(lines, top))
    delimiter, names = _heading(lines[top])
    quoting = not (delimiter == "\t" and set(names) >= WEB_OF_SCIENCE)
    rows = csv_rows.rows(lines, top + 1, delimiter, len(names), quoting)
    return _Table(delimiter, names, rows, 0)


def _heading(line: str) -> tuple[str, list[str]]:
    """The delimiter of a heading line and the names in it."""
    delimiter = max(DELIMITERS, key=lambda delimiter: _worth(_names(line, delimiter)))
    return delimiter, _names(line, delimiter)


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _worth(names: list[str]) -> tuple[int, int]:
    return _known(_columns(names)), len(names)


def _says(line: str) -> bool:
    """Not blank, and not Excel's "sep=;"."""
    return bool(line.strip(" \t,;")) and not re.fullmatch(r"\s*sep=.\s*", line, re.IGNORECASE)


def _known(columns: dict[str, list[int]]) -> int:
    """How many columns say what is known."""
    return len({place for places in columns.values() for place in places})


def _reduced(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _columns(names: list[str]) -> dict[str, list[int]]:
    """For each field the places of its columns, the one to be preferred first."""
    columns: dict[str, list[int]] = {}
    headings = [_reduced(name) for name in names]
    if COCHRANE in headings:  # what others call the source is a citation, or their own name
        headings = ["journal" if heading == "source" else heading for heading in headings]
    for place, heading in enumerate(headings):
        for field in _FIELDS.get(heading, ()):
            columns.setdefault(field, []).append(place)
    return {
        field: [
            place for heading in HEADINGS[field] for place in places if headings[place] == heading
        ]
        for field, places in columns.items()
    }


def _cell(cells: Sequence[str], places: Sequence[int]) -> str:
    """What the first of the places says that says anything."""
    return fields.first(fields.clean(cells[place]) for place in places if place < len(cells))


def _record(cells: list[str], columns: dict[str, list[int]]) -> Record:
    def cell(field: str) -> str:
        return _cell(cells, columns.get(field, ()))

    titles = [place for place in columns.get("title", ()) if _cell(cells, [place])]
    journals = [place for place in columns.get("journal", ()) if place not in titles[:1]]
    link, citation = cell("link"), cell("citation")
    linked = _LINKED_PMID.search(link)
    if embase := _EMBASE_SOURCE.match(citation):
        journal, year, *place = embase.groups(default="")
    else:
        pubmed = _PUBMED_CITATION.search(citation)
        journal, year, place = "", "", list(pubmed.groups(default="")) if pubmed else ["", "", ""]
    short, full = authors.both(authors.many(cell("authors")))
    if written := _SCOPUS_ID.sub("", cell("names")):
        full = authors.in_full((name.full for name in authors.many(written)), short)
    pmc, original = cell("pmcid"), cell("vernacular_title")
    return Record(
        pmid=fields.pmid(cell("pmid")) or (linked[1] if linked else ""),
        pmcid=fields.pmcid(f"PMC{pmc}" if pmc.isdecimal() else pmc),
        doi=fields.doi(cell("doi")) or (fields.doi(link) if "doi" in link else ""),
        title=cell("title"),
        authors=short,
        year=fields.year(cell("year")) or year,
        journal=_cell(cells, journals) or journal,
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
        vernacular_title=original if original != cell("title") else "",
        names=full,
    )
