"""How Medline is asked: paced, with pauses that grow, and never elsewhere."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from eutils.server import Fault
from search_cases import QUERY, Searching, paper, serve

from living_review.errors import ReviewError, SearchError
from living_review.search import eutils, settings, transport
from living_review.search.settings import Settings


@pytest.fixture
def medline(tmp_path):
    with serve(tmp_path / "medline", *map(paper, range(1, 6))) as server:
        yield server


@pytest.mark.parametrize(("key", "pause"), [("", 1 / 3), ("k", 1 / 10)])
def test_requests_are_paced(medline, key, pause):
    """Three in a second, ten with a key; the first one waits for nobody."""
    searching = Searching(medline, key=key)
    pubmed = searching.pubmed()
    for _ in range(4):
        pubmed.esearch(QUERY)
    assert searching.slept == pytest.approx([pause] * 3)


def test_pauses_grow(medline):
    """About 1, 2, 4, 8 seconds between five tries, no two alike."""
    searching = Searching(medline)
    medline.fail("esearch", Fault.SERVER_ERROR, times=None)
    with pytest.raises(SearchError, match="esearch: HTTP 500, after 5 tries"):
        searching.pubmed().esearch(QUERY)
    assert len(medline.requests) == 5
    pauses = [pause for pause in searching.slept if pause >= 0.9]
    assert [low <= pause <= low + 1 for low, pause in zip((1, 2, 4, 8), pauses, strict=True)]
    assert len({pause % 1 for pause in pauses}) == 4


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_is_asked_for_is_kept(medline, form):
    """Retry-After in seconds, or as a date."""
    searching = Searching(medline)
    after = "37"
    if form == "date":
        after = format_datetime(datetime.now(UTC) + timedelta(seconds=38), usegmt=True)
    medline.fail("esearch", Fault.RATE_LIMIT, times=1, retry_after=after)
    searching.pubmed().esearch(QUERY)
    assert max(searching.slept) == pytest.approx(37, abs=1.5)


@pytest.mark.parametrize("after", ["soon", "-3", ""])
def test_a_pause_that_makes_no_sense_is_not(medline, after):
    searching = Searching(medline)
    medline.fail("esearch", Fault.RATE_LIMIT, times=1, retry_after=after)
    searching.pubmed().esearch(QUERY)
    assert max(searching.slept) < 3


def test_a_pause_of_hours_ends_the_search(medline):
    medline.fail("esearch", Fault.RATE_LIMIT, times=1, retry_after="7200")
    with pytest.raises(SearchError, match="asks to wait for 7200 seconds"):
        Searching(medline).pubmed().esearch(QUERY)


def test_a_redirect_is_not_followed(medline):
    """The key would go with it."""
    medline.fail("esearch", Fault.REDIRECT, times=1)
    with pytest.raises(SearchError, match="refers to another address; not followed"):
        Searching(medline, key="k").pubmed().esearch(QUERY)
    assert len(medline.requests) == 1


def test_a_wrong_key_is_named_not_told(medline):
    medline.fail("esearch", Fault.BAD_KEY, times=None)
    with pytest.raises(SearchError, match="is NCBI_API_KEY right") as error:
        Searching(medline, key="S3CRET").pubmed().esearch(QUERY)
    assert "S3CRET" not in str(error.value)


def test_nobody_there(medline):
    searching = Searching(medline)
    medline.__exit__(None, None, None)
    with pytest.raises(SearchError, match="the connection failed"):
        searching.pubmed().esearch(QUERY)


def test_a_server_that_does_not_answer_in_time(medline):
    searching = Searching(medline)
    medline.fail("esearch", Fault.SLOW, times=1, seconds=1)
    assert searching.pubmed(timeout=(1, 0.2)).esearch(QUERY).count == 5
    assert len(medline.requests) == 2
    medline.fail("esearch", Fault.SLOW, times=None, seconds=1)
    with pytest.raises(SearchError, match="no answer in time, after 5 tries"):
        searching.pubmed(timeout=(1, 0.05)).esearch(QUERY)


def test_a_real_clock_keeps_to_the_rate(medline):
    """A server that allows three in a second refuses none."""
    medline.rate = 3
    pubmed = eutils.PubMed(transport.Transport(Settings(url=medline.url)))
    for _ in range(7):
        pubmed.esearch(QUERY)
    assert len(medline.requests) == 7


def test_a_history_that_is_forgotten(medline):
    """PubMed forgets the PMIDs it was given now and then; they are given again."""
    pubmed = Searching(medline).pubmed()
    medline.fail("esearch", Fault.EXPIRED_HISTORY, times=4)
    assert pubmed.revised(["1", "2", "77"], "2026/01/01") == ["2", "1"]
    assert [request.utility for request in medline.requests].count("epost") == 2


def test_what_was_not_asked_for_is_left_out(medline):
    assert [one.pmid for one in Searching(medline).pubmed().efetch(["3", "77"])] == ["3"]


@pytest.mark.parametrize(
    "url",
    [
        "http://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        "ftp://localhost/",
        "https://user:word@example.org/",
        "https://example.org/?api_key=1",
        "localhost",
    ],
)
def test_an_address_that_would_tell_the_key(url):
    """Only https, or this machine itself; the message doesn't repeat it."""
    with pytest.raises(ReviewError, match="NCBI_EUTILS_URL can't be used; allowed: https") as error:
        Settings.of({settings.URL: url})
    assert "word" not in str(error.value)


def test_settings_come_from_the_environment():
    asked = Settings.of({"NCBI_EMAIL": " a@b.c ", "NCBI_API_KEY": "k", "NCBI_TOOL": "t"})
    assert asked.url == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    assert asked.identity == {"tool": "t", "email": "a@b.c", "api_key": "k"}
    assert "a@b.c" not in repr(asked)
    assert "'k'" not in repr(asked)
    assert Settings.of({}).identity == {"tool": "living-review"}
