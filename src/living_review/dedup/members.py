"""What is kept of every record, so that later ones can be compared with it."""

from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

import pandas as pd

from living_review.dedup import people, places, titles

READ = (
    "record_id", "doi", "title", "authors", "names", "year", "journal", "issn", "volume", "issue",
    "pages", "publication_types",
)  # fmt: skip


class Member(NamedTuple):
    """A record in normal form; every field a text, "" = not known."""

    record_id: str
    doi: str
    stem: str  # the DOI that its versions share
    title: str
    translation: str
    numbers: str  # in the title
    notice: str  # erratum, retraction, comment, reprint, protocol
    form: str  # preprint, living, meeting, supplement
    first_author: str
    names: str  # of all authors
    year: str
    journal: str
    issn: str
    volume: str
    issue: str
    page: str
    last_page: str


FIELDS = Member._fields
# Each of DOI, title, start of the title, first author, year, journal, volume and page is absent
# from some key, so that an error in one field hides no pair.
KEYS = (
    "key_doi", "key_title", "key_translation", "key_title_middle", "key_title_words",
    "key_author_page", "key_place", "key_pages", "key_author_words",
)  # fmt: skip
# Letters of a title: a shorter one is a key only together with another field.
ENOUGH = 24
START = slice(0, 40)
MIDDLE = slice(20, 50)


def prepare(records: pd.DataFrame) -> pd.DataFrame:
    """One row a record, in order: FIELDS (str) and KEYS (uint32, 0 = none).

    records: the normalised table of records. This is all that `compare` needs of a record, about
    120 bytes each as compressed parquet.
    """
    found = [member(*row) for row in zip(*(records[column] for column in READ), strict=True)]
    rows = [(*one, *keys(one)) for one in found]
    members = pd.DataFrame(rows, columns=[*FIELDS, *KEYS])
    return members.astype(dict.fromkeys(FIELDS, "str") | dict.fromkeys(KEYS, "uint32"))


def member(
    record_id: str, doi: str, title: str, authors: str, in_full: str, year: str, journal: str,
    issn: str, volume: str, issue: str, pages: str, types: str,
) -> Member:  # fmt: skip
    name = places.doi(doi)
    heading = titles.title(title)
    authors_ = people.authors(in_full or authors)
    at = places.pages(pages)
    when, number = places.year(year), places.volume(volume)
    return Member(
        record_id=record_id,
        doi=name,
        stem=places.stem(name, pages, journal),
        title=heading.words,
        translation=heading.translation,
        numbers=heading.numbers,
        notice=heading.notice or notice(types),
        form=places.form(name, journal, volume, issue, pages, types),
        first_author=authors_.first,
        names=authors_.names,
        year=when,
        journal=places.journal(journal),
        issn=places.issn(issn),
        volume="" if number == when else number,  # some sources give the year as the volume
        issue=places.issue(issue),
        page=at.first,
        last_page=at.last,
    )


def notice(types: str) -> str:
    """The kind of notice that Medline's publication types name."""
    types = types.lower()
    if "published erratum" in types:
        return "erratum"
    return "retraction" if "retraction of publication" in types else ""


def keys(one: Member) -> tuple[int, ...]:
    """One number a key of KEYS; the translation of a title meets titles."""
    letters = one.title.replace(" ", "")
    long_words = sorted(sorted(set(one.title.split())), key=len, reverse=True)
    enough = len(letters) >= ENOUGH
    beside = one.journal if one.form == "living" else one.first_author or one.year
    return (
        key("doi", [one.stem]),
        key("title", [letters[START]] if enough else [letters, beside]),
        key("title", [one.translation.replace(" ", "")[START]]),
        key("middle", [letters[MIDDLE] if len(letters) > MIDDLE.start + ENOUGH else ""]),
        key("words", [" ".join(long_words[:5]) if enough else ""]),
        key("author, page", [one.first_author, one.year, one.page]),
        key("place", [one.journal[:3], one.volume, one.page]),
        key("pages", [one.volume, one.page, one.last_page]),
        key("author, word", [one.first_author, one.year, *long_words[:1]]),
    )


def key(kind: str, parts: Iterable[str]) -> int:
    """A number for a key that all its parts make up, 0 if one of them is not known."""
    parts = list(parts)
    return crc32("|".join([kind, *parts]).encode()) or 1 if all(parts) else 0
