"""The stand-in server of PubMed fails as it is told to, as often as it is told to."""

import re
import time

import pytest
import requests
from eutils.records import article_set
from eutils.server import Fault, StandIn
from eutils_cases import RECORDS, ask, fetched
from lxml import etree


@pytest.fixture
def medline():
    with StandIn() as server:
        server.add(article_set(*RECORDS))
        yield server


STATUSES = {
    Fault.RATE_LIMIT: 429,
    Fault.SERVER_ERROR: 500,
    Fault.BAD_GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.GATEWAY_TIMEOUT: 504,
    Fault.BAD_KEY: 400,
    Fault.BLOCKED: 403,
    Fault.REDIRECT: 302,
}
BROKEN = {
    Fault.RESET: requests.ConnectionError,
    Fault.RESET_MIDWAY: requests.exceptions.ChunkedEncodingError,
    Fault.TRUNCATED: requests.exceptions.ChunkedEncodingError,
    Fault.CUT_CHUNKS: requests.exceptions.ChunkedEncodingError,
    Fault.STALLED: requests.exceptions.ChunkedEncodingError,
    Fault.BAD_GZIP: requests.exceptions.ContentDecodingError,
}
SIGNS = {
    Fault.RATE_LIMIT_IN_BAND: b'{"error":"API rate limit exceeded"',
    Fault.RATE_LIMIT: b'"api-key":"K"',
    Fault.SERVER_ERROR: b"WWW Error 500 Diagnostic",
    Fault.HTML_PAGE: b"<html",
    Fault.BACKEND_FAILED: b"<ERROR>Search Backend failed",
    Fault.DATABASE_UNSUPPORTED: b"<ERROR>Database is not supported: pubmed</ERROR>",
    Fault.EXPIRED_HISTORY: b"<ERROR>Unable to obtain query #1</ERROR>",
    Fault.BAD_KEY: b'"api-key":"K","email":"ann@example.org"',
}


def whole(answer):
    """An answer without what differs from request to request."""
    return answer.status_code, answer.content


@pytest.mark.parametrize("utility", ["esearch", "efetch", "epost"])
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_a_fault_comes_as_often_as_ordered(medline, fault, utility):
    """After those requests that it skips; then everything is as before."""
    asked = {"term": "kidney", "id": "1,2", "api_key": "K", "email": "ann@example.org"}
    sound = whole(ask(medline, "esearch", **asked)) if utility == "esearch" else None
    medline.fail(utility, fault, times=2, skip=1, seconds=0.1)
    first = ask(medline, utility, **asked)
    assert first.ok
    for _ in range(2):
        if fault in BROKEN:
            with pytest.raises(BROKEN[fault]):
                ask(medline, utility, **asked)
            continue
        answer = ask(medline, utility, **asked)
        assert answer.status_code == STATUSES.get(fault, 200)
        assert SIGNS.get(fault, b"") in answer.content
    last = ask(medline, utility, **asked)
    assert last.ok
    assert sound in (None, whole(last))


def test_faults_that_bend_an_answer(medline):
    """Each in its own utility."""
    asked = {"term": "kidney", "id": "1,2,3"}

    def bent(utility, fault):
        medline.fail(utility, fault)
        return ask(medline, utility, **asked).text

    def ids(text):
        return re.findall(r"<(?:Count|Id)>(\d+)<", text)

    assert ids(bent("esearch", Fault.COUNT_LIES)) == ["5", "4", "3", "2", "1"]
    assert ids(bent("esearch", Fault.DUPLICATE_IDS)) == ["4", "4", "3", "2", "4"]
    assert ids(bent("esearch", Fault.EMPTY_LIST)) == ["4"]
    assert ids(bent("esearch", Fault.EMPTY_RESULT)) == ["0"]
    assert "ERROR" not in bent("esearch", Fault.EMPTY_RESULT)
    pmids = re.compile(r'Owner="NLM"><PMID Version="1">(\d+)')
    assert pmids.findall(bent("efetch", Fault.SHORT_PAGE)) == ["1", "3"]
    assert pmids.findall(bent("efetch", Fault.REORDERED)) == ["3", "2", "1"]
    assert pmids.findall(bent("efetch", Fault.EXTRA_RECORD)) == ["1", "2", "3", "4"]
    assert "pubmed_310101.dtd" in bent("efetch", Fault.NEW_DTD)
    for fault in (Fault.BAD_CHARACTER, Fault.TRUNCATED_QUIETLY, Fault.EMPTY_BODY):
        body = bent("efetch", fault).encode()
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body)
    assert etree.fromstring(bent("efetch", Fault.WRONG_ROOT).encode()).tag == "eInfoResult"


@pytest.mark.parametrize("at", [0, 1, 77, 10_000_000])
def test_a_body_is_cut_where_it_was_ordered(medline, at):
    sound = ask(medline, "efetch", id="1").content
    medline.fail("efetch", Fault.TRUNCATED_QUIETLY, at=at)
    assert ask(medline, "efetch", id="1").content == sound[:at]


def test_faults_queue_until_healed(medline):
    medline.fail("efetch", Fault.UNAVAILABLE, retry_after="7")
    medline.fail("efetch", Fault.RATE_LIMIT, times=None, retry_after="7")
    answers = [ask(medline, "efetch", id="1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 429, 429]
    assert answers[1].headers["Retry-After"] == "7"
    assert ask(medline, "esearch", term="kidney").ok
    medline.heal()
    assert ask(medline, "efetch", id="1").ok
    with pytest.raises(ValueError, match="'einfo'; allowed: esearch, efetch, epost"):
        medline.fail("einfo", Fault.RESET)


def test_slow_is_late_and_stalled_is_never_whole(medline):
    medline.fail("efetch", Fault.SLOW, seconds=0.3)
    start = time.monotonic()
    assert fetched(ask(medline, "efetch", id="1")) == [1]
    assert time.monotonic() - start > 0.3
    medline.fail("efetch", Fault.STALLED, seconds=5)
    with pytest.raises(requests.ConnectionError, match="timed out"):
        requests.post(
            f"{medline.url}efetch.fcgi", data={"db": "pubmed", "id": "1"}, timeout=(2, 0.2)
        )
