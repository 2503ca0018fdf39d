"""The stand-in: a PubMed of a folder of records, with a clock and faults that a test sets.

with StandIn(folder) as medline:
    medline.today = date(2026, 8, 3)
    medline.fail("efetch", Fault.TRUNCATED, times=1)
    requests.post(medline.url + "esearch.fcgi", data={"db": "pubmed", "term": "kidney"})
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from eutils.answers import Answer, page
from eutils.faults import Fault, Order, Orders, bend_answer, instead, rate_limit
from eutils.history import History
from eutils.library import Library
from eutils.search import USUAL_YEAR, Terms
from eutils.transport import PATH, Server
from eutils.utilities import UTILITIES

__all__ = ["Fault", "Request", "StandIn"]

SECOND = 0.95  # a little less, as requests sent in time may arrive closer together
LONGEST_URL = 2_000  # characters; the true limit is not known
MOST_BY_URL = 200  # ids
WITHOUT_KEY, WITH_KEY = 3, 10  # requests a second that NCBI names in its headers


@dataclass(frozen=True)
class Request:
    """One request as it came. time: of a clock that only goes forward, in seconds."""

    utility: str
    params: dict[str, str]
    time: float
    method: str
    url: str


class StandIn:
    """A server on loopback from `with` to its end. All attributes may be set while it serves."""

    def __init__(self, folder: Path | str | None = None, port: int = 0) -> None:
        self.library = Library()
        if folder is not None:
            self.library.load(Path(folder))
        self.history = History()
        self.today = date.today()
        self.wall = 9_999  # PMIDs that a query gives at most
        self.wall_in_history = True  # measured by several, denied by two
        self.rate: int | None = None  # requests a second; None for any number
        self.retry_after = "2"  # of the answer to a request over the rate
        self.vocabulary_year = USUAL_YEAR  # another one changes the translation of headings
        self.phrases_missing: Iterable[str] = set()  # left out of a query, with a warning
        self.words_missing: Iterable[str] = set()  # find nothing, with an error in the answer
        self.unavailable: set[str] = set()  # found, but not given
        self.requests: list[Request] = []
        self.before: Callable[[Request], None] | None = None  # called before each is answered
        self.stopped = threading.Event()
        self._orders = Orders()
        self._passed: list[float] = []  # when requests got past the limit of the rate
        self._lock = threading.RLock()
        self._server = Server(self, port)
        self.url = f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def add(self, xml: str | bytes) -> None:
        """Add or replace records: a PubmedArticleSet, or one article."""
        with self._lock:
            self.library.add(xml.encode() if isinstance(xml, str) else xml)

    def remove(self, pmid: str | int) -> None:
        """A record leaves PubMed: nothing finds it, and efetch leaves it out without a word."""
        with self._lock:
            self.library.remove(int(pmid))

    def forget_history(self) -> None:
        """Every WebEnv expires."""
        with self._lock:
            self.history.forget()

    def fail(
        self,
        utility: str,
        fault: Fault,
        times: int | None = 1,
        *,
        at: int | None = None,
        seconds: float = 1.0,
        retry_after: str = "2",
        skip: int = 0,
    ) -> None:
        """The next `times` requests of a utility meet a fault, after `skip` that don't.

        times: None for all until heal(). Several faults come one after the other.
        """
        if utility not in UTILITIES:
            raise ValueError(f"utility is {utility!r}; allowed: {', '.join(UTILITIES)}")
        with self._lock:
            self._orders.add(utility, Order(fault, times, skip, at, seconds, str(retry_after)))

    def heal(self) -> None:
        """No fault is to come any more."""
        with self._lock:
            self._orders.clear()

    @property
    def terms(self) -> Terms:
        """What a search depends on beside its query."""
        return Terms(
            self.today,
            self.vocabulary_year,
            frozenset(self.phrases_missing),
            frozenset(self.words_missing),
        )

    def answer(
        self, utility: str, params: dict[str, str], method: str, url: str
    ) -> tuple[Answer, Order | None, tuple[int, int] | None]:
        """For the transport. Raises KeyError for a utility that there isn't."""
        give = UTILITIES[utility]
        request = Request(utility, params, time.monotonic(), method, url)
        if self.before:
            self.before(request)
        with self._lock:
            self.requests.append(request)
            if _is_too_long(request):
                return page(414, "Submitted URI too large!", "The URL is too long."), None, None
            limit = WITH_KEY if params.get("api_key") else WITHOUT_KEY
            self._passed = [at for at in self._passed if at > request.time - SECOND]
            count = len(self._passed) + 1
            if self.rate is not None and count > self.rate:
                refused = rate_limit(params, self.retry_after, count, self.rate)
                return refused, None, (self.rate, 0)
            self._passed.append(request.time)
            rate = (limit, max(0, limit - count))
            order = self._orders.take(utility)
            answer = instead(order, utility, params) if order else None
            if answer is None:
                fault = order.fault if order else None
                answer = bend_answer(give(self, params, fault), fault)
            return answer, order, rate


def _is_too_long(request: Request) -> bool:
    ids = request.params.get("id", "").count(",") + 1
    return len(request.url) > LONGEST_URL or (request.method == "GET" and ids > MOST_BY_URL)
