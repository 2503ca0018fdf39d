"""All PMIDs of a query, also where there are more than PubMed gives for one.

The query is asked in parts: by the day on which records came into PubMed, halved until a part fits,
and within a day by PMID. Halves tile exactly, so that the parts have to add up to the whole; what
doesn't is refused. Journals or headings would overlap, or leave something out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from living_review.errors import SearchError
from living_review.search.eutils import Found, PubMed

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(3000, 12, 31)
LAST_PMID = 10**9
ROUNDS = 3  # a record that enters while the parts are asked spoils a round


class Span(NamedTuple):
    """A stretch of days (ordinals) or of PMIDs, both ends in it."""

    tag: str
    low: int
    high: int

    @property
    def term(self) -> str:
        if self.tag == "uid":
            return f"{self.low}:{self.high}[uid]"
        low, high = (date.fromordinal(day).strftime("%Y/%m/%d") for day in (self.low, self.high))
        return f"{low}:{high}[{self.tag}]"

    def halves(self) -> "tuple[Span, Span]":
        middle = (self.low + self.high) // 2
        return self._replace(high=middle), self._replace(low=middle + 1)


DAYS = Span("crdt", FIRST_DAY.toordinal(), LAST_DAY.toordinal())
PMIDS = Span("uid", 1, LAST_PMID)


@dataclass(frozen=True)
class Part:
    """A part of a query that was asked by itself."""

    term: str  # what was added to the query
    count: int


def whole(pubmed: PubMed, query: str) -> tuple[Found, list[Part]]:
    """The answer with every PMID, and the parts in which it was asked; none if it fits in one.

    Raises SearchError if the parts never add up to the whole.
    """
    for _ in range(ROUNDS):
        found = pubmed.esearch(query)
        if found.count <= pubmed.wall:
            return found, []
        parts: list[Part] = []
        pmids: dict[str, None] = {}
        for part, listed in _parts(pubmed, query, "", DAYS):
            parts.append(part)
            pmids |= dict.fromkeys(listed)
        added = sum(part.count for part in parts)
        if added == found.count == len(pmids):
            return replace(found, pmids=tuple(pmids)), parts
    raise SearchError(
        f"esearch: {found.count:,} records, but {len(parts)} parts of the query give {added:,}, "
        f"{len(pmids):,} of them different; in {ROUNDS} rounds"
    )


def _parts(
    pubmed: PubMed, query: str, within: str, span: Span
) -> Iterator[tuple[Part, tuple[str, ...]]]:
    """Parts that fit, with their PMIDs; within: a term that the span comes on top of."""
    term = f"{within} AND {span.term}" if within else span.term
    found = pubmed.esearch(f"({query}) AND {term}")
    if found.count <= pubmed.wall:
        if found.count:
            yield Part(term, found.count), found.pmids
    elif span.low < span.high:
        for half in span.halves():
            yield from _parts(pubmed, query, within, half)
    elif span.tag == DAYS.tag:
        yield from _parts(pubmed, query, term, PMIDS)
    else:
        raise SearchError(f"esearch: {found.count:,} records for one PMID, {span.term}")
