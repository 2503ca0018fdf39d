"""Records as files that screening programs and reference managers read: RIS, CSV, nbib.

The id of a work stands where each of them gives it back. ASReview keeps columns that it doesn't
know. Rayyan and Covidence keep notes, the PMID and the DOI; Covidence the accession number and the
reference's id as well. Zotero and EndNote keep notes. Of nbib, PMIDs.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from living_review import tables
from living_review.interchange import ID

Record = Mapping[str, str]  # record_id and the fields of records.entries.Record

# Columns that Rayyan names in its template, which ASReview and spreadsheets read as well.
_COLUMNS = {
    ID: "record_id",
    "key": "record_id",
    "title": "title",
    "authors": "authors",
    "author_full_names": "names",
    "journal": "journal",
    "issn": "issn",
    "volume": "volume",
    "issue": "issue",
    "pages": "pages",
    "year": "year",
    "language": "language",
    "publication_type": "publication_types",
    "abstract": "abstract",
    "doi": "doi",
    "pmc_id": "pmcid",
    "pubmed_id": "pmid",
}
_FIRST_AND_LAST = re.compile(r"([A-Za-z]?[0-9]+)-([A-Za-z]?[0-9]+)")


def as_csv(records: Iterable[Record]) -> str:
    """A row a record; a cell that a spreadsheet would run as a formula stands behind an apostrophe.

    The note names the id too, for programs that keep no other column.
    """
    rows = (
        {column: tables.harmless(record[field]) for column, field in _COLUMNS.items()}
        | {"notes": note(record["record_id"])}
        for record in records
    )
    return tables.as_text([*_COLUMNS, "notes"], rows)


def note(record_id: str) -> str:
    return f"{ID}: {record_id}"


def as_ris(records: Iterable[Record]) -> str:
    """An entry a record, as journal articles."""
    return "".join(ris_entry("JOUR", ris_fields(record)) for record in records)


def ris_entry(kind: str, fields: Iterable[tuple[str, str]]) -> str:
    """One entry of a kind of RIS, from tags and values on one line; empty ones are left out."""
    lines = [("TY", kind), *((tag, value) for tag, value in fields if value), ("ER", "")]
    return "".join(f"{tag}  - {value}\n" for tag, value in lines) + "\n"


def ris_fields(record: Record) -> Iterator[tuple[str, str]]:
    first_and_last = _FIRST_AND_LAST.fullmatch(record["pages"])
    start, end = first_and_last.groups() if first_and_last else (record["pages"], "")
    yield from [
        ("ID", record["record_id"]),
        ("TI", record["title"]),
        *(("AU", name) for name in _several(record["names"] or record["authors"])),
        ("PY", record["year"]),
        ("T2", record["journal"]),
        ("VL", record["volume"]),
        ("IS", record["issue"]),
        ("SP", start),
        ("EP", end),
        *(("SN", number) for number in _several(record["issn"])),
        ("AB", record["abstract"]),
        ("DO", record["doi"]),
        *(("LA", language) for language in _several(record["language"])),
        *(("M3", kind) for kind in _several(record["publication_types"])),
        ("C2", record["pmcid"]),
        # A bare number is a PMID only beside the name of the database that numbers so.
        *((("DB", "PubMed"), ("AN", record["pmid"])) if record["pmid"] else ()),
        ("N1", note(record["record_id"])),
    ]


def as_nbib(records: Iterable[Record]) -> str:
    """An entry a record that has a PMID; `unwritten` names the others."""
    return "\n".join(
        "".join(f"{tag:<4}- {value}\n" for tag, value in _nbib_fields(record))
        for record in records
        if record["pmid"]
    )


def _nbib_fields(record: Record) -> Iterator[tuple[str, str]]:
    in_full = _several(record["names"])
    fields = [
        ("PMID", record["pmid"]),
        ("IS", " ".join(f"{number} (Print)" for number in _several(record["issn"]))),
        ("VI", record["volume"]),
        ("IP", record["issue"]),
        ("DP", record["year"]),
        ("TI", record["title"]),
        ("PG", record["pages"]),
        ("LID", f"{record['doi']} [doi]" if record["doi"] else ""),
        ("AB", record["abstract"]),
        *(("FAU", name) for name in in_full),
        *(("AU", name) for name in _several(record["authors"])),
        *(("LA", language) for language in _several(record["language"])),
        *(("PT", kind) for kind in _several(record["publication_types"])),
        ("JT", record["journal"]),
        ("PMC", record["pmcid"]),
    ]
    yield from ((tag, value) for tag, value in fields if value)


def _several(values: str) -> list[str]:
    return [value for value in values.split("; ") if value]


def unwritten(records: Iterable[Record], format_: str) -> list[str]:
    """Ids of the records that a format can't hold."""
    return [record["record_id"] for record in records if format_ == "nbib" and not record["pmid"]]


WRITERS: dict[str, Callable[[Iterable[Record]], str]] = {
    "csv": as_csv,
    "ris": as_ris,
    "nbib": as_nbib,
}
