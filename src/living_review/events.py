"""What became of publications later: retractions, expressions of concern, errata, updates.

`search` finds them in Medline's own records and adds a file for each run that found any,
resources/events/<run>.csv; nothing is ever taken out of one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from living_review import tables
from living_review.records import links
from living_review.records.entries import Record

FOLDER = "resources/events"
RETRACTION, CONCERN, ERRATUM, UPDATE = "retraction", "expression_of_concern", "erratum", "update"

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


class Event(NamedTuple):
    """One thing that became of one publication; its file has a column for each field."""

    record_id: str  # pmid:...
    doi: str  # of the publication, "" if Medline has none: it may be known by that alone
    kind: str
    notice: str  # pmid:... of the notice, else the notice as cited; "" if neither is given
    citation: str  # of the notice
    title: str  # of the publication
    seen_on: str  # day of the run that found it

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same event when another run meets it."""
        return self.record_id, self.kind, self.notice


def read(folder: Path | str = FOLDER) -> list[Event]:
    """Every event once, as the first run met it; in an order that the files don't decide."""
    met = sorted(
        (Event(**cells) for path in Path(folder).glob("*.csv") for cells in _cells(path)),
        key=lambda event: (event.seen_on, event),
    )
    first: dict[tuple[str, str, str], Event] = {}
    for event in met:
        first.setdefault(event.key, event)
    return sorted(first.values())


def _cells(path: Path) -> list[dict[str, str]]:
    return tables.cells(path, Event._fields)


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
    return Event(f"pmid:{record.pmid}", record.doi, kind, notice, citation, record.title, seen_on)
