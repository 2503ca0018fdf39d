"""The three utilities of PubMed that a search needs, each answer proved to be whole.

Sources: E-utilities In-Depth (NCBI Bookshelf NBK25499); what is not in it, as the wall of 9,999,
was seen in real answers.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from lxml import etree

from living_review.errors import SearchError
from living_review.records import pubmed_xml, safe_xml
from living_review.records.entries import Record
from living_review.search.transport import FEW_TRIES, Passing, Transport

log = logging.getLogger(__name__)

WALL = 9_999  # most PMIDs that PubMed gives for one query, whatever retmax says
BATCH = 200  # PMIDs of one efetch
POSTED = 5_000  # PMIDs of one epost
ARTICLES = ("PubmedArticle", "PubmedBookArticle")
POSTINGS = 3  # of the same PMIDs, when PubMed forgets them
Answer = TypeVar("Answer")
_PMID = re.compile(r"[1-9][0-9]{0,8}")

# What PubMed says within an answer of HTTP 200, in words of our own: its texts may repeat the
# request, which has the key in it.
_ERRORS = (
    ("Search Backend failed", "its search failed (the query may be at fault)", FEW_TRIES),
    ("Database is not supported", "it says that it has no PubMed, which it did in an outage", 5),
    ("Unable to obtain query", "it forgot the list of PMIDs that it was given", FEW_TRIES),
    ("Empty term", "it says that the query is empty", 1),
    ("ID list is empty", "it says that it was given no PMID", 1),
    ("id parameter is empty", "it says that it was given no PMID", 1),
)


@dataclass(frozen=True)
class Found:
    """The whole answer to a query."""

    count: int
    pmids: tuple[str, ...]  # each once
    translated: str  # the query as PubMed understands it
    translations: tuple[tuple[str, str], ...]  # (words of the query, what they became)
    complaints: tuple[tuple[str, str], ...]  # (PubMed's name for it, the phrase or the words)


class Article(NamedTuple):
    """One article of an answer."""

    pmid: str
    record: Record
    element: etree._Element


class PubMed:
    """PubMed through a transport. wall: the most PMIDs that it gives for one query."""

    def __init__(self, transport: Transport, wall: int = WALL) -> None:
        self._transport = transport
        self.wall = wall
        self.answered = 0  # requests

    @property
    def host(self) -> str:
        """Who is asked."""
        return urlsplit(self._transport.settings.url).hostname or ""

    def esearch(self, term: str, history: str = "") -> Found:
        """The answer to a query: all PMIDs, or as many as the wall lets through.

        history: a WebEnv that the term refers to by #1. Raises SearchError.
        """
        asked = {"db": "pubmed", "term": term, "retmax": str(self.wall), "retmode": "xml"}
        if history:
            asked["WebEnv"] = history
        return self._ask("esearch", asked, lambda body: _found(body, self.wall))

    def efetch(self, pmids: Sequence[str]) -> list[Article]:
        """Articles of at most BATCH PMIDs; one that is missing was asked for once more alone.

        What PubMed gives unasked is left out. Raises SearchError.
        """
        got = {article.pmid: article for article in self._articles(pmids)}
        for missing in [pmid for pmid in pmids if pmid not in got] if len(pmids) > 1 else ():
            got |= {article.pmid: article for article in self._articles([missing])}
        return [got[pmid] for pmid in pmids if pmid in got]

    def fetch(self, pmids: Sequence[str]) -> Iterator[Article]:
        """Articles of any number of PMIDs, a batch in memory at a time."""
        for number, batch in enumerate(_batches(pmids, BATCH), 1):
            yield from self.efetch(batch)
            log.info("%d of %d records", min(number * BATCH, len(pmids)), len(pmids))

    def revised(self, pmids: Sequence[str], since: str) -> list[str]:
        """Those of the PMIDs that Medline revised on or after a day, 2026/11/24.

        They are posted to PubMed's history, which forgets; then they are posted again.
        """
        found: list[str] = []
        for batch in _batches(pmids, min(POSTED, self.wall)):
            found += self._revised(batch, since)
        return found

    def _revised(self, pmids: Sequence[str], since: str) -> tuple[str, ...]:
        for posting in range(1, POSTINGS + 1):
            history, key = self._ask("epost", {"db": "pubmed", "id": ",".join(pmids)}, _history)
            try:
                return self.esearch(f"#{key} AND {revised_since(since)}", history).pmids
            except SearchError:
                if posting == POSTINGS:
                    raise
        raise AssertionError("unreachable")

    def _articles(self, pmids: Sequence[str]) -> list[Article]:
        asked = {"db": "pubmed", "id": ",".join(pmids), "retmode": "xml"}
        wanted = set(pmids)
        answered = self._ask("efetch", asked, _articles)
        return [article for article in answered if article.pmid in wanted]

    def _ask(self, utility: str, asked: dict[str, str], read: Callable[[bytes], Answer]) -> Answer:
        answer = self._transport.ask(utility, asked, read)
        self.answered += 1
        return answer


def _batches(pmids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (pmids[start : start + size] for start in range(0, len(pmids), size))


def revised_since(day: str) -> str:
    """The part of a query that asks for what was revised on or after a day, 2026/11/24."""
    return f"{day}:3000/12/31[lr]"


def _root(body: bytes, expected: str) -> etree._Element:
    """The root of an answer, if it is the one that was asked for."""
    if not body.strip():
        raise Passing("an empty answer")
    try:
        root = etree.fromstring(body, safe_xml.parser())
    except etree.XMLSyntaxError:
        raise Passing("the answer is cut off, or no XML") from None
    error = root.findtext("ERROR")
    if error is not None:
        raise _told(error)
    if root.tag != expected:
        raise Passing("another kind of answer than was asked for")
    return root


def _told(error: str) -> Passing:
    for sign, words, tries in _ERRORS:
        if sign in error:
            return Passing(words, tries=tries)
    return Passing("an error within the answer", tries=FEW_TRIES)


def _found(body: bytes, wall: int) -> Found:
    root = _root(body, "eSearchResult")
    count = root.findtext("Count", "").strip()
    listed = [(one.text or "").strip() for one in root.iterfind("IdList/Id")]
    if not count.isdecimal():
        raise Passing("an answer without a count")
    if not all(map(_PMID.fullmatch, listed)):
        raise Passing("a list that holds something else than PMIDs")
    pmids = tuple(dict.fromkeys(listed))
    if len(pmids) != min(int(count), wall):
        raise Passing(f"a count of {int(count):,} with {len(pmids):,} PMIDs", tries=FEW_TRIES)
    return Found(
        int(count),
        pmids,
        _words(root.find("QueryTranslation")),
        tuple(
            (_words(one.find("From")), _words(one.find("To")))
            for one in root.iterfind("TranslationSet/Translation")
        ),
        tuple(
            (complaint.tag, _words(complaint))
            for where in ("ErrorList", "WarningList")
            for complaint in root.iterfind(f"{where}/*")
            if _words(complaint)
        ),
    )


def _words(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _history(body: bytes) -> tuple[str, str]:
    root = _root(body, "ePostResult")
    history, key = _words(root.find("WebEnv")), _words(root.find("QueryKey"))
    if not history or not key.isdecimal():
        raise Passing("no list of PMIDs was kept")
    return history, key


def _articles(body: bytes) -> list[Article]:
    root = _root(body, "PubmedArticleSet")
    read = [(pubmed_xml.record(one), one) for one in root.iterchildren(*ARTICLES)]
    return [Article(record.pmid, record, element) for record, element in read]
