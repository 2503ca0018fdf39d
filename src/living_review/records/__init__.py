"""Records: what a search or an export holds, as one table, and what of it can't be read.

read(path, format, source) gives both; format_of(path) says which format a file has;
read_all(path, format, source) gives every entry in one table, as far as it can be read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from living_review.errors import ReviewError
from living_review.records import (
    bibtex,
    delimited,
    endnote_xml,
    nbib,
    ovid,
    pubmed_abstract,
    pubmed_summary,
    pubmed_xml,
    refer,
    ris,
    signs,
    text,
    web_of_science,
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
    "web_of_science": web_of_science.read,
    "refer": refer.read,
    "ovid": ovid.read,
}
FORMATS = tuple(_READERS)


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

    own_id: what a table calls the record in a column `ID`. Raises ReviewError like `read`.
    """
    path = Path(path)
    own_ids = delimited.own_ids(path) if format == "csv" else ()
    return tabulate_all(_reader(format)(path), own_ids, source)


def _reader(format: str) -> Callable[[Path], Iterator[Entry]]:
    if format not in _READERS:
        raise ReviewError(f"the format is {format!r}; allowed: {', '.join(FORMATS)}")
    return _READERS[format]


def format_of(path: Path | str) -> str:
    """One of FORMATS: what the first bytes show, else what the name of the file ends in.

    Raises ReviewError if neither tells.
    """
    path = Path(path)
    head = text.glance(path, signs.LOOK)
    format = signs.shown(head) or signs.named(path) or signs.tabular(head)
    if format:
        return format
    raise ReviewError(
        f"{path.name}: neither its name nor its first bytes show a format that can be read; "
        f"allowed: {', '.join(FORMATS)}"
    )
