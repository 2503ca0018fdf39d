"""The reports on the studies of the page as references, for those who cite them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from living_review.figures.plain import one_line
from living_review.interchange import bibtex, csl, export

Row = Mapping[str, Any]
Record = dict[str, str]

INCLUDED, PROVISIONAL = "included", "provisional"
FIELDS = (
    *("title", "authors", "names", "year", "journal", "volume", "issue", "pages", "issn"),
    *("doi", "pmid", "pmcid", "language", "publication_types", "abstract"),
)
OUT = "Taken out of all analyses after a retraction or an expression of concern"


def files(results: Row) -> dict[str, str]:
    """{name: text}: a file of each format for each status that any study has."""
    return {
        f"{status}{ending}": write(records)
        for status in (INCLUDED, PROVISIONAL)
        for records in [of_studies(results, status)]
        for ending, write in WRITERS.items()
        if records
    }


def of_studies(results: Row, status: str) -> list[Record]:
    """Every report of the studies of a status, each once, in the order of the studies.

    A report that no search or import brought has its citation for a title, and of its id what can
    be read from it.
    """
    found: dict[str, Record] = {}
    for study in results["studies"]:
        if study["status"] == status:
            for report in study["reports"]:
                record = _record(report, study, results["references"])
                found.setdefault(report["record_id"] or record["title"], record)
    return list(found.values())


def _record(report: Row, study: Row, references: Mapping[str, Row]) -> Record:
    kind, _, name = str(report["record_id"] or "").partition(":")
    known = references.get(report["record_id"]) or {
        "title": report["citation"] or study["label"] or study["study_id"],
        "year": str(study["year"] or ""),
        "doi": name if kind == "doi" else "",
        "pmid": name if kind == "pmid" else "",
    }
    return {
        **{field: one_line(known.get(field)) for field in FIELDS},
        "record_id": one_line(report["record_id"]),
        "key": one_line(study["study_id"]),
        "note": OUT if study["out"] else "",
    }


def _ris(records: Iterable[Record]) -> str:
    return "".join(
        export.ris_entry(
            "JOUR" if record["journal"] else "GEN",
            [*export.ris_fields(record), ("N1", record["note"])],
        )
        for record in records
    )


def _bibtex(records: Sequence[Record]) -> str:
    return "\n".join(
        bibtex.entry("article" if record["journal"] else "misc", key, bibtex.fields(record))
        for key, record in zip(_keys(records), records, strict=True)
    )


def _csl(records: Sequence[Record]) -> str:
    entries = [
        csl.entry("article-journal" if record["journal"] else "document", key, csl.fields(record))
        for key, record in zip(_keys(records), records, strict=True)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def _keys(records: Iterable[Record]) -> list[str]:
    """The id of its study for each; with a number behind it where that is taken."""
    keys: list[str] = []
    for record in records:
        key = bibtex.key(record["key"])
        numbered = (f"{key}-{number}" for number in count(2))
        keys.append(key if key not in keys else next(one for one in numbered if one not in keys))
    return keys


WRITERS: dict[str, Callable[[Sequence[Record]], str]] = {
    ".bib": _bibtex,
    ".ris": _ris,
    ".json": _csl,
}
