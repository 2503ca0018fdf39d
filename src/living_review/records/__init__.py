"""Records: what a search or an export holds, as one table, and what of it can't be read.

read(path, format, source) gives both; format_of(path) says which format a file has;
read_all(path, format, source) gives every entry in one table, as far as it can be read.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from living_review.errors import ReviewError
from living_review.records import (
    bibtex,
    delimited,
    endnote_xml,
    nbib,
    pubmed_abstract,
    pubmed_summary,
    pubmed_xml,
    ris,
    text,
)
from living_review.records.entries import Entry
from living_review.records.table import (
    ENTRY_COLUMNS,
    QUARANTINE_COLUMNS,
    RECORD_COLUMNS,
    tabulate,
    tabulate_all,
)

__all__ = [
    "ENTRY_COLUMNS",
    "FORMATS",
    "QUARANTINE_COLUMNS",
    "RECORD_COLUMNS",
    "format_of",
    "read",
    "read_all",
]

_READERS: dict[str, Callable[[Path], Iterator[Entry]]] = {
    "nbib": nbib.read,
    "ris": ris.read,
    "csv": delimited.read,
    "pubmed_xml": pubmed_xml.read,
    "endnote_xml": endnote_xml.read,
    "bibtex": bibtex.read,
    "pubmed_summary": pubmed_summary.read,
    "pubmed_abstract": pubmed_abstract.read,
}
FORMATS = tuple(_READERS)

LOOK = 1 << 16  # bytes that show the format
_SUFFIXES = {
    ".nbib": "nbib",
    ".medline": "nbib",
    ".ris": "ris",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xml": "pubmed_xml",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
}
_ROOTS = "|".join(sorted(pubmed_xml.ROOTS))
_PROLOG = r"\A\s*(?:<[!?][^>]*>\s*)*"
_NUMBERED = r"\A\s{0,99}[0-9]{1,7}[:.] +"
_PARAGRAPH = r"(?:(?!\n[ \t]*\n).){1,20000}?\b"
_SIGNS = {
    "pubmed_xml": re.compile(rf"{_PROLOG}<(?:{_ROOTS})\b"),
    "endnote_xml": re.compile(
        rf"{_PROLOG}(?:<xml>\s*)?<records\b[^>]*>\s*(?:</records>|<record\b)"
    ),
    "nbib": re.compile(r"^PMID ?- ?[0-9]", re.MULTILINE),
    "ris": re.compile(r"^\s{0,3}TY\s{1,4}-", re.MULTILINE),
    # a citation in one paragraph with its PMID, or in several
    "pubmed_summary": re.compile(rf"{_NUMBERED}{_PARAGRAPH}PMID:\s?[0-9]", re.DOTALL),
    "pubmed_abstract": re.compile(
        rf"{_NUMBERED}(?!{_PARAGRAPH}PMID:)(?:(?!\nTY  -).){{1,60000}}?\nPMID: ?[0-9]", re.DOTALL
    ),
    "bibtex": re.compile(r"^[ \t]{0,9}@[A-Za-z]{3,20}\s{0,9}\{", re.MULTILINE),
}


def read(path: Path | str, format: str, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and quarantine of a file; every entry of it is in one of the two.

    format: one of FORMATS. source: the id of the search or import, put into each row.
    Returns tables of text with RECORD_COLUMNS and QUARANTINE_COLUMNS, in the order of the file.
    Raises ReviewError if the format is unknown or the file can't be opened.
    """
    path = Path(path)
    return tabulate(_reader(format)(path), source, path.name)


def read_all(path: Path | str, format: str, source: str) -> pd.DataFrame:
    """A row of ENTRY_COLUMNS for each entry of a file, records and others, in its order.

    own_id: what a table calls the record in a column `ID`. names: the authors as a table has them,
    with given names. Raises ReviewError like `read`.
    """
    path = Path(path)
    written = delimited.as_written(path) if format == "csv" else ()
    return tabulate_all(_reader(format)(path), written, source)


def _reader(format: str) -> Callable[[Path], Iterator[Entry]]:
    if format not in _READERS:
        raise ReviewError(f"the format is {format!r}; allowed: {', '.join(FORMATS)}")
    return _READERS[format]


def format_of(path: Path | str) -> str:
    """One of FORMATS: what the first bytes show, else what the name of the file ends in.

    Raises ReviewError if neither tells.
    """
    path = Path(path)
    head = text.glance(path, LOOK)
    shown = [
        (found.start(), format) for format, sign in _SIGNS.items() if (found := sign.search(head))
    ]
    if shown:
        return min(shown)[1]
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    suffix = suffixes[-1] if suffixes else ""
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if delimited.knows(head.partition("\n")[0]):
        return "csv"
    raise ReviewError(
        f"{path.name}: neither its name nor its first bytes show a format that can be read; "
        f"allowed: {', '.join(FORMATS)} (.nbib, .ris, .csv, .tsv, .xml and .xml.gz of PubMed)"
    )
