"""Notices of what became of publications later, as the files in resources/events tell of them.

Light enough for the plan; how Medline tells of them is in `events`.
"""

from pathlib import Path
from typing import NamedTuple

from living_review import tables

FOLDER = "resources/events"
RETRACTION, CONCERN, ERRATUM, UPDATE = "retraction", "expression_of_concern", "erratum", "update"
KINDS = (RETRACTION, CONCERN, ERRATUM, UPDATE)


class Event(NamedTuple):
    """One thing that became of one publication; its file has a column for each field."""

    record_id: str  # pmid:...; doi:... where a person adds what Medline does not have
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


def paths(folder: Path | str = FOLDER) -> list[Path]:
    """The files of events, one for each run that found any."""
    return sorted(Path(folder).glob("*.csv"))


def read(folder: Path | str = FOLDER) -> list[Event]:
    """Every event once, as the first run met it; in an order that the files don't decide."""
    met = sorted(
        (Event(**cells) for path in paths(folder) for cells in tables.cells(path, Event._fields)),
        key=lambda event: (event.seen_on, event),
    )
    first: dict[tuple[str, str, str], Event] = {}
    for event in met:
        first.setdefault(event.key, event)
    return sorted(first.values())
