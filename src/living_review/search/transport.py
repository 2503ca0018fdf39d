"""Requests to E-utilities: paced, retried, and never trusted by their status alone.

Words of errors are our own: what a server answers may repeat the key or the email.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from living_review.errors import SearchError
from living_review.search.settings import KEY, Settings

log = logging.getLogger(__name__)

CONNECT, READ = 10, 60  # seconds
TRIES = 5
FEW_TRIES = 3  # where the cause is more often a lasting one
FIRST_PAUSE, LONGEST_PAUSE = 1, 60  # seconds; doubled from try to try, with jitter
LONGEST_ORDERED_PAUSE = 600  # seconds; a server that asks for more is not waited for
REDIRECTS = range(300, 400)
PASSING = {408, 425, 429, *range(500, 600)}  # statuses after which the same request may succeed

Answer = TypeVar("Answer")


class Passing(Exception):
    """Something that may be over when the same is asked again: Passing(words)."""

    def __init__(self, words: str, pause: float = 0, tries: int = TRIES) -> None:
        super().__init__(words)
        self.pause = pause  # seconds that the server asks for
        self.tries = tries  # of which this may be the answer before it is given up


class Transport:
    """One limiter and one session; a process has one of them.

    sleep, clock: of the module time, in seconds; tests give their own.
    """

    def __init__(
        self,
        settings: Settings,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: tuple[float, float] = (CONNECT, READ),
    ) -> None:
        self.settings = settings
        self._sleep, self._clock, self._timeout = sleep, clock, timeout
        self._session = requests.Session()
        self._next = clock()

    def ask(
        self, utility: str, asked: Mapping[str, str], read: Callable[[bytes], Answer]
    ) -> Answer:
        """What `read` makes of the body that a utility, like "esearch", answers.

        asked: the parameters but for who asks. read: raises Passing if the body is not what was
        asked for. Raises SearchError when all tries were in vain or another try is of no use.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(Passing),
            stop=_enough,
            wait=_pause,
            sleep=self._sleep,
            before_sleep=lambda state: log.info("%s: %s; asking again", utility, _error(state)),
            reraise=True,
        )
        try:
            return retrying(lambda: read(self._post(utility, asked)))
        except Passing as error:
            raise SearchError(f"{utility}: {error}, after {_tries(retrying)}") from None

    def _post(self, utility: str, asked: Mapping[str, str]) -> bytes:
        """The body of one answer. By POST alone: an address may be logged on its way."""
        self._wait_for_turn()
        try:
            answer = self._session.post(
                f"{self.settings.url}{utility}.fcgi",
                data={**asked, **self.settings.identity},
                timeout=self._timeout,
                allow_redirects=False,  # they would carry the key elsewhere
            )
        except requests.exceptions.SSLError:
            raise SearchError(f"{utility}: the server's certificate is not valid") from None
        except requests.Timeout:
            raise Passing("no answer in time") from None
        except requests.RequestException as error:
            raise Passing(f"the connection failed ({type(error).__name__})") from None
        if answer.status_code in PASSING:
            raise Passing(f"HTTP {answer.status_code}", _ordered_pause(answer))
        if answer.status_code in REDIRECTS:
            raise SearchError(f"{utility}: the server refers to another address; not followed")
        if answer.status_code == 400:  # a wrong key, but also a time-out inside of NCBI
            hint = f"; is {KEY} right?" if self.settings.key else ""
            raise Passing(f"HTTP 400, the request is not accepted{hint}", tries=FEW_TRIES)
        if answer.status_code != 200:
            raise SearchError(f"{utility}: HTTP {answer.status_code}")
        if answer.content.lstrip()[:1] == b"{":  # asked for XML: JSON says that something is wrong
            raise Passing("an error instead of an answer, mostly a limit", _ordered_pause(answer))
        return answer.content

    def _wait_for_turn(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.settings.per_second


def _ordered_pause(answer: requests.Response) -> float:
    """Seconds that the server asks to wait; as a number or as a date."""
    ordered = answer.headers.get("Retry-After", "")
    try:
        pause = Retry().parse_retry_after(ordered) if ordered else 0.0
    except InvalidHeader:
        return 0.0
    if pause > LONGEST_ORDERED_PAUSE:
        raise SearchError(f"the server asks to wait for {pause:.0f} seconds; try again later")
    return pause


_backoff = wait_exponential_jitter(initial=FIRST_PAUSE, max=LONGEST_PAUSE, jitter=FIRST_PAUSE)


def _pause(state: RetryCallState) -> float:
    return max(_backoff(state), _error(state).pause)


def _enough(state: RetryCallState) -> bool:
    return state.attempt_number >= _error(state).tries


def _error(state: RetryCallState) -> Passing:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Passing)
    return error


def _tries(retrying: Retrying) -> str:
    tried = retrying.statistics.get("attempt_number", 1)
    return "1 try" if tried == 1 else f"{tried} tries"
