"""What can go wrong between a client and E-utilities; a test orders it by name.

Every one was met by somebody, in what form is in the notes; the words of the pages are ours.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from eutils import answers
from eutils.answers import Answer, Page


class Fault(enum.Enum):
    """The comment says which utilities it touches, where not all; the others answer as ever."""

    # an answer instead of the one asked for
    RATE_LIMIT = "HTTP 429 with Retry-After"
    RATE_LIMIT_IN_BAND = "the error of a rate limit with HTTP 200"
    SERVER_ERROR = "HTTP 500 with a page"
    BAD_GATEWAY = "HTTP 502 with a page"
    UNAVAILABLE = "HTTP 503 with a page"
    GATEWAY_TIMEOUT = "HTTP 504 with a page"
    HTML_PAGE = "HTTP 200 with a page"
    BACKEND_FAILED = "HTTP 200 with an error, as an unreadable query has it"
    DATABASE_UNSUPPORTED = "HTTP 200 with the error of the outage of July 2025"
    BAD_KEY = "HTTP 400 that repeats key and email"
    BLOCKED = "HTTP 403 with a page, for an address that asked too much"
    EXPIRED_HISTORY = "HTTP 200 with the error of a forgotten history"
    REDIRECT = "HTTP 302 to another host"
    EMPTY_BODY = "HTTP 200 without a byte"
    WRONG_ROOT = "HTTP 200 with the answer of another utility"
    # the right answer with a wrong content
    SHORT_PAGE = "every second record is left out"  # efetch
    COUNT_LIES = "a count larger by one than what is listed"  # esearch
    EMPTY_RESULT = "nothing found, and no error"  # esearch
    EMPTY_LIST = "a count without a PMID listed"  # esearch
    DUPLICATE_IDS = "the first PMID also in the place of the last"  # esearch
    REORDERED = "records in another order than they were asked for"  # efetch
    EXTRA_RECORD = "a record that was not asked for beside the others"  # efetch
    NEW_DTD = "the DTD of a year to come"  # efetch
    BAD_CHARACTER = "a control character, which XML forbids, in the middle"
    # the right content, delivered badly
    RESET = "the connection is reset without an answer"
    RESET_MIDWAY = "the connection is reset within the body"
    TRUNCATED = "the connection ends within the body, whose length was told"
    CUT_CHUNKS = "the connection ends within the body, which comes in chunks"
    TRUNCATED_QUIETLY = "a body cut short in a complete HTTP answer"
    BAD_GZIP = "a compressed body that is damaged"
    SLOW = "the answer comes late"
    STALLED = "half of the body, then silence, then the connection ends"


@dataclass
class Order:
    """A fault that a test ordered, and how often it is still to come (None: until healed)."""

    fault: Fault
    times: int | None = 1
    skip: int = 0  # requests that are answered as ever before it
    at: int | None = None  # bytes before the cut; None: half of the body
    seconds: float = 1.0
    retry_after: str = "2"


class Orders:
    """The faults ordered for each utility, in the order in which they come."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Order]] = {}

    def add(self, utility: str, order: Order) -> None:
        if order.times != 0:
            self._waiting.setdefault(utility, []).append(order)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, utility: str) -> Order | None:
        """What the next request of a utility meets."""
        waiting = self._waiting.get(utility, [])
        if not waiting:
            return None
        order = waiting[0]
        if order.skip:
            order.skip -= 1
            return None
        if order.times is not None:
            order.times -= 1
            if order.times <= 0:
                waiting.pop(0)
        return order


def instead(order: Order, utility: str, params: dict[str, str]) -> Answer | None:
    """The answer that a fault gives in place of the true one; None if it doesn't."""
    retmode = params.get("retmode", "xml")
    match order.fault:
        case Fault.RATE_LIMIT:
            return rate_limit(params, order.retry_after)
        case Fault.RATE_LIMIT_IN_BAND:
            return rate_limit(params, order.retry_after, status=200)
        case Fault.SERVER_ERROR:
            return answers.page(500, "WWW Error 500 Diagnostic", "Something failed inside.")
        case Fault.BAD_GATEWAY:
            return answers.page(502, "Bad Gateway!", "A server behind this one did not answer.")
        case Fault.UNAVAILABLE:
            return answers.page(503, "Service unavailable!", "The server is too busy.")
        case Fault.GATEWAY_TIMEOUT:
            return answers.page(504, "Gateway Timeout", "A server behind this one took too long.")
        case Fault.BLOCKED:
            return answers.page(403, "Access Denied", "Too many requests came from this address.")
        case Fault.HTML_PAGE:
            return answers.page(200, "NCBI is under maintenance", "Please come back later.")
        case Fault.BACKEND_FAILED:
            return answers.error(utility, BACKEND, retmode)
        case Fault.DATABASE_UNSUPPORTED:
            return answers.error(utility, "Database is not supported: pubmed", retmode)
        case Fault.EXPIRED_HISTORY:
            return answers.error(utility, "Unable to obtain query #1", retmode)
        case Fault.BAD_KEY:
            about = {"api-key": params.get("api_key", ""), "email": params.get("email", "")}
            told = {"error": "API key invalid", **about, "type": "invalid", "status": "unknown"}
            return answers.refusal(400, told)
        case Fault.REDIRECT:
            elsewhere = {"Location": f"https://elsewhere.invalid/entrez/eutils/{utility}.fcgi"}
            return Answer(b"", answers.HTML, 302, by="Apache", headers=elsewhere)
        case Fault.EMPTY_BODY:
            return Answer(b"")
        case Fault.WRONG_ROOT:
            if retmode == "json":
                other = b'{"header":{"type":"einfo","version":"0.3"},"einforesult":{}}\n'
                return Answer(other, answers.JSON)
            return Answer(b'<?xml version="1.0" encoding="UTF-8" ?>\n<eInfoResult></eInfoResult>\n')
    return None


def bend_page(page: Page, fault: Fault | None) -> Page:
    """What an esearch shows, made wrong."""
    if fault is Fault.COUNT_LIES:
        return page._replace(count=page.count + 1)
    if fault is Fault.EMPTY_LIST:
        return page._replace(pmids=[])
    if fault is Fault.DUPLICATE_IDS and len(page.pmids) > 1:
        return page._replace(pmids=[*page.pmids[:-1], page.pmids[0]])
    return page


def bend_pmids(pmids: Sequence[int], fault: Fault | None, all_pmids: Iterable[int]) -> list[int]:
    """What an efetch gives for what it was asked for, made wrong."""
    if fault is Fault.SHORT_PAGE and len(pmids) > 1:
        return list(pmids[::2])
    if fault is Fault.REORDERED:
        return list(reversed(pmids))
    if fault is Fault.EXTRA_RECORD:
        return [*pmids, *[pmid for pmid in all_pmids if pmid not in pmids][:1]]
    return list(pmids)


def bend_answer(answer: Answer, fault: Fault | None) -> Answer:
    """An answer of any utility, made wrong."""
    body = answer.body
    if fault is Fault.NEW_DTD:
        body = body.replace(b"2025//EN", b"2031//EN").replace(b"pubmed_250101", b"pubmed_310101")
    if fault is Fault.BAD_CHARACTER:
        middle = body.find(b"<", len(body) // 2)  # between two tags, where it harms nothing else
        body = body[:middle] + b"\x0b" + body[middle:]
    return replace(answer, body=body)


BACKEND = "Search Backend failed: Couldn't resolve #pmquerysrv-mz?dbaf=pubmed"


def rate_limit(
    params: dict[str, str], retry_after: str, count: int = 4, limit: int = 3, status: int = 429
) -> Answer:
    """Also what the gateway says when a rate is set and exceeded."""
    told = {
        "error": "API rate limit exceeded",
        "api-key": params.get("api_key") or "127.0.0.1",
        "count": str(count),
        "limit": str(limit),
    }
    return answers.refusal(status, told, {"Retry-After": retry_after} if status == 429 else None)
