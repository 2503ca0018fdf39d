"""What became of publications later: retractions, expressions of concern, errata, updates.

`search` finds them in Medline's own records and adds a file for each run that found any,
resources/events/<run>.csv; nothing is ever taken out of one. What follows from them for studies is
in `consequences`.
"""

from collections.abc import Iterator

from living_review import tables
from living_review.notices import (
    CONCERN,
    ERRATUM,
    FOLDER,
    KINDS,
    RETRACTION,
    UPDATE,
    Event,
    read,
)
from living_review.records import links
from living_review.records.entries import Record

__all__ = ["CONCERN", "ERRATUM", "FOLDER", "KINDS", "RETRACTION", "UPDATE", "Event", "of", "read"]

# What the record of a publication says where something became of it (RefType).
_KINDS = {
    "RetractionIn": RETRACTION,
    "RetractedandRepublishedIn": RETRACTION,
    "ExpressionOfConcernIn": CONCERN,
    "ErratumIn": ERRATUM,
    "PartialRetractionIn": ERRATUM,
    "CorrectedandRepublishedIn": ERRATUM,
    "UpdateIn": UPDATE,
}
RETRACTED = "Retracted Publication"  # the publication type


def of(record: Record, seen_on: str) -> Iterator[Event]:
    """The events that a record of Medline tells of its own publication."""
    told = [link for link in links.parse(record.links) if link.kind in _KINDS]
    for link in told:
        notice = f"pmid:{link.pmid}" if link.pmid else link.citation
        yield _event(record, _KINDS[link.kind], notice, link.citation, seen_on)
    retracted = RETRACTED in record.publication_types.split("; ")
    if retracted and RETRACTION not in {_KINDS[link.kind] for link in told}:
        yield _event(record, RETRACTION, "", "", seen_on)


def _event(record: Record, kind: str, notice: str, citation: str, seen_on: str) -> Event:
    """An event whose texts a spreadsheet can show without running them."""
    told = (record.doi, kind, notice, citation, record.title, seen_on)
    return Event(f"pmid:{record.pmid}", *map(tables.harmless, told))
