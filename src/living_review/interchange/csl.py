"""References as CSL-JSON, which Zotero, Pandoc and citeproc read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from living_review.figures.plain import one_line
from living_review.records import authors

_YEAR = re.compile(r"\d{4}")


def person(name: str) -> dict[str, str]:
    """A name in its parts, as far as they are known."""
    parts = authors.split(one_line(name))
    return {"family": parts[0], "given": parts[1]} if parts else {"literal": one_line(name)}


def day(date: str) -> dict[str, Any] | None:
    """2026-11-24, or a year alone, as date-parts; None if it is neither."""
    parts = date.split("-")
    if not _YEAR.fullmatch(parts[0]) or not all(part.isdecimal() for part in parts):
        return None
    return {"date-parts": [[int(part) for part in parts]]}


def entry(kind: str, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """One entry without the fields that are empty; every text in one line."""
    told = {field: one_line(value) if isinstance(value, str) else value
            for field, value in fields.items()}  # fmt: skip
    return {"id": name, "type": kind, **{field: value for field, value in told.items() if value}}


def fields(record: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a record, as records.entries.Record has them, and its `note`."""
    return {
        "title": record["title"],
        "author": people(filter(None, (record["names"] or record["authors"]).split("; "))),
        "issued": day(record["year"]),
        "container-title": record["journal"],
        "volume": record["volume"],
        "issue": record["issue"],
        "page": record["pages"],
        "ISSN": record["issn"],
        "DOI": record["doi"],
        "PMID": record["pmid"],
        "PMCID": record["pmcid"],
        "language": record["language"],
        "note": record["note"],
    }


def people(names: Iterable[str]) -> list[dict[str, str]]:
    return [person(name) for name in names]
