"""What a reader makes of each entry of a file: a record, or a refusal with its reason."""

from collections.abc import Iterator
from typing import NamedTuple

EXCERPT = 200  # characters
NO_TITLE = "no title"


class Record(NamedTuple):
    """One entry as its source gave it; "" is not known, several values are joined by "; "."""

    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    title: str = ""
    authors: str = ""  # "Family AB; Family C"
    year: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    issn: str = ""
    abstract: str = ""
    language: str = ""
    publication_types: str = ""
    vernacular_title: str = ""  # in the language of the publication, where the title is not
    version: str = ""  # of the record, as Medline numbers it
    status: str = ""  # how far Medline is with it, such as Publisher or MEDLINE
    entered: str = ""  # day when Medline made the record, 2026-11-24
    revised: str = ""  # day of Medline's last revision
    links: str = ""  # to other records, as links.joined has them
    names: str = ""  # all authors with their given names; "" where these are not known


class Refused(NamedTuple):
    """One entry, or a stretch of text, that can't be a record."""

    line: int  # where it starts, the first line of the file is 1; 0 if that is not known
    reason: str
    excerpt: str
    record: Record | None = None  # an entry that is told apart but lacks what a record must have


Entry = Record | Refused
EMPTY = Refused(1, "the file is empty", "")


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    words = " ".join(text[: 4 * EXCERPT].split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1] + "…"


def titled(record: Record, line: int, raw: str) -> Entry:
    """The record, or its refusal if it has no title."""
    return record if record.title else Refused(line, NO_TITLE, excerpt(raw), record)


def shortfall(counted: int, read: int, what: str) -> Iterator[Refused]:
    """One refusal if the raw text holds more entries than were read, else nothing.

    counted: entries in the raw text, found in another way than by reading them.
    what: what was counted, for the reason.
    """
    if counted > read:
        yield Refused(0, f"{counted - read} of {counted} {what} were not told apart", "")
