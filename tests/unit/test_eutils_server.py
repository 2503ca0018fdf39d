"""The stand-in server of PubMed keeps what its attributes and methods promise."""

import gzip
import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import Bio.Entrez
import pytest
import requests
from eutils.records import article, article_set
from eutils.server import Fault, StandIn
from eutils_cases import RECORDS, ask, esearch, fetched, found
from lxml import etree

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def medline():
    with StandIn() as server:
        server.today = date(2026, 8, 3)
        server.add(article_set(*RECORDS))
        yield server


# --- what a search tells beside its PMIDs ------------------------------------------------------


def test_what_was_passed_over_is_told(medline):
    medline.phrases_missing = {"cold ablation"}
    medline.words_missing = {"thermoablat*"}
    query = 'ablation[ti] OR "cold ablation"[tiab] OR thermoablat*[tiab] OR the OR rats[foo] AND'
    told = esearch(medline, query)
    assert told["errorlist"] == {"phrasesnotfound": ["thermoablat*"], "fieldsnotfound": ["foo"]}
    assert told["warninglist"] == {
        "phrasesignored": ["AND", "the"],
        "quotedphrasesnotfound": ['"cold ablation"[tiab]'],
        "outputmessages": [],
    }
    assert "cold" not in told["querytranslation"]
    root = etree.fromstring(ask(medline, "esearch", term=query).content)
    assert [one.tag for one in root.iterfind("*/*")][-5:] == [
        "PhraseNotFound", "FieldNotFound", "PhraseIgnored", "PhraseIgnored", "QuotedPhraseNotFound",
    ]  # fmt: skip


def test_unbalanced_parentheses_look_like_an_outage(medline):
    told = esearch(medline, "((")
    assert told["ERROR"].startswith("Search Backend failed")
    medline.fail("esearch", Fault.BACKEND_FAILED)
    assert esearch(medline, "kidney") == told


@pytest.mark.parametrize("term", ["", "  "])
def test_an_empty_term_has_its_own_error(medline, term):
    assert esearch(medline, term) == {"ERROR": "Empty term and query_key - nothing todo"}


def test_dates_as_parameters(medline):
    span = {"mindate": "2024/01/02", "maxdate": "2025", "datetype": "crdt"}
    assert found(medline, "kidney", **span) == [2, 3]
    assert found(medline, "kidney", mindate="2025", datetype="crdt") == [1, 2, 3, 4]
    told = esearch(medline, "mass[ti]", reldate="70", datetype="edat")
    assert told["idlist"] == ["4"]
    assert told["querytranslation"].endswith("AND 2026/05/25:2026/08/03[Date - Entry]")


# --- the clock, and records that come and go --------------------------------------------------


def test_records_of_later_days_are_not_there_yet(medline):
    medline.today = date(2024, 12, 31)
    assert found(medline, "all[sb]") == [1, 2]
    assert fetched(ask(medline, "efetch", id="1,2,3")) == [1, 2]


def test_records_come_change_and_go(medline):
    medline.add(article(9, "Nine"))
    assert found(medline, "nine[ti]") == [9]
    medline.add(article_set(article(9, "Ninth")).encode())
    assert (found(medline, "nine[ti]"), found(medline, "ninth[ti]")) == ([], [9])
    medline.remove("9")
    assert found(medline, "ninth[ti] OR 9[uid]") == []
    assert fetched(ask(medline, "efetch", id="9,1")) == [1]


def test_a_record_may_leave_between_search_and_fetch(medline):
    medline.add(article(9, "Nine"))
    medline.before = lambda request: request.utility == "efetch" and medline.remove(9)
    (pmid,) = found(medline, "nine[ti]")
    assert fetched(ask(medline, "efetch", id=pmid)) == []


def test_unavailable_records_are_found_and_not_given(medline):
    medline.unavailable = {"2"}
    assert found(medline, "rats") == [2]
    assert fetched(ask(medline, "efetch", id="1,2,3")) == [1, 3]


def test_a_folder_is_read_as_update_files_are(tmp_path):
    """Plain and compressed; later files replace records, and delete them."""
    (tmp_path / "a.xml").write_text(article_set(article(1, "One"), article(2, "Two")))
    later = article_set(article(2, "Second")).replace(
        "</PubmedArticleSet>",
        '<DeleteCitation><PMID Version="1">1</PMID></DeleteCitation></PubmedArticleSet>',
    )
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(later.encode()))
    (tmp_path / "notes.txt").write_text("no records")
    with StandIn(tmp_path) as medline:
        assert found(medline, "all[sb]") == [2]
        assert found(medline, "second[ti]") == [2]


def test_made_records_fit_the_dtd():
    dtd = etree.DTD(str(Path(Bio.Entrez.__file__).parent / "DTDs/pubmed_250101.dtd"))
    made = article(
        "7", "a < b & c", abstract="<i>", doi="10.1/<&>", mesh=("Kidney",), keywords=("k & l",),
        comments=(("RetractionIn", "8", "J & K"), ("Cites", "", "?")), revised=date(2026, 2, 3),
        authors=("van der Doe AB", "A & B Group"),
    )  # fmt: skip
    root = etree.fromstring(article_set(made, *RECORDS).encode())
    assert dtd.validate(root), dtd.error_log
    assert root.findtext(".//ArticleTitle") == "a < b & c"
    assert root.findtext(".//Initials") == "AB"


# --- pages, the wall and the history ----------------------------------------------------------


def test_newest_first_and_page_by_page(medline):
    told = esearch(medline, "all[sb]", retstart="1", retmax="2")
    assert (told["count"], told["retmax"], told["retstart"]) == ("4", "2", "1")
    assert told["idlist"] == ["3", "2"]


def test_the_wall(medline):
    """More is cut without a word; pages across it are shortened, pages beyond it an error."""
    medline.wall = 3
    told = esearch(medline, "all[sb]", retmax="100000")
    assert (told["count"], told["retmax"], len(told["idlist"])) == ("4", "3", 3)
    assert "warninglist" not in told
    told = esearch(medline, "all[sb]", retstart="2", retmax="10")
    assert told["idlist"] == ["2"]
    assert "adjusted to 2, 1" in told["warninglist"]["outputmessages"][0]
    answer = ask(medline, "esearch", term="all[sb]", retstart="3", retmode="json")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError, match="control character"):
        answer.json()
    assert "Search Backend failed: Exception:\n'retstart' cannot be larger than 2" in answer.text


def test_the_history(medline):
    kept = esearch(medline, "ablation[ti]", usehistory="y")
    session = {"WebEnv": kept["webenv"], "query_key": kept["querykey"]}
    assert re.fullmatch("MCID_[0-9a-f]{24}", kept["webenv"])
    assert fetched(ask(medline, "efetch", **session, retstart="1", retmax="5")) == [2]
    posted = etree.fromstring(ask(medline, "epost", id="1,2", WebEnv=kept["webenv"]).content)
    assert [one.tag for one in posted] == ["QueryKey", "WebEnv"]
    assert posted.findtext("QueryKey") == "2"
    assert found(medline, "#1 AND #2", WebEnv=kept["webenv"]) == [2]
    assert found(medline, "#2 AND 2025:3000[lr]", WebEnv=kept["webenv"]) == [1]
    medline.wall = 1
    assert fetched(ask(medline, "efetch", **session)) == [3]  # not a word of the other
    assert ask(medline, "efetch", **session, retstart="1").status_code == 400
    medline.wall_in_history = False
    assert fetched(ask(medline, "efetch", **session)) == [3, 2]
    medline.forget_history()
    answer = ask(medline, "efetch", **session)
    assert (answer.status_code, "Unable to obtain query #1" in answer.text) == (200, True)
    assert esearch(medline, "#1", WebEnv=kept["webenv"]) == {"ERROR": "Unable to obtain query #1"}


# --- requests ---------------------------------------------------------------------------------


def test_requests_are_kept_as_they_came(medline):
    requests.post(
        f"{medline.url}efetch.fcgi?db=pubmed&api_key=K", data=[("id", "1"), ("id", "2,3")]
    )
    (request,) = medline.requests
    assert (request.utility, request.method) == ("efetch", "POST")
    assert request.params == {"db": "pubmed", "api_key": "K", "id": "1,2,3"}
    assert request.url == "/entrez/eutils/efetch.fcgi?db=pubmed&api_key=K"


@pytest.mark.parametrize(("number", "status"), [(200, 200), (201, 414), (900, 414)])
def test_long_lists_have_to_be_posted(medline, number, status):
    params = {"db": "pubmed", "id": ",".join(str(pmid) for pmid in range(1, number + 1))}
    url = f"{medline.url}efetch.fcgi?" + "&".join("=".join(pair) for pair in params.items())
    answer = requests.get(url)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html" if status == 414 else "text/xml")
    assert fetched(ask(medline, "efetch", **params)) == [1, 2, 3, 4]


def test_the_rate_is_kept(medline):
    medline.rate = 3
    answers = [ask(medline, "esearch", term="kidney") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[3].headers["Retry-After"] == "2"
    assert answers[3].json()["error"] == "API rate limit exceeded"
    left = [answer.headers["X-RateLimit-Remaining"] for answer in answers]
    assert left == ["2", "1", "0", "0", "0"]
    time.sleep(1)
    assert ask(medline, "esearch", term="kidney").ok


def test_one_connection_serves_many_requests(medline):
    """Also after an answer with an error."""
    with requests.Session() as session:
        for _ in range(20):
            medline.fail("esearch", Fault.SERVER_ERROR)
            post = {"url": f"{medline.url}esearch.fcgi", "data": {"db": "pubmed", "term": "rats"}}
            assert [session.post(**post).status_code for _ in range(2)] == [500, 200]


def test_from_a_shell(tmp_path):
    """Its first line is the address."""
    (tmp_path / "records.xml").write_text(article_set(*RECORDS))
    command = [sys.executable, "-m", "eutils", str(tmp_path), "--today", "2024-12-31"]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        answer = requests.get(f"{url}esearch.fcgi?db=pubmed&term=all[sb]", timeout=2)
        process.terminate()
    assert "<Count>2</Count>" in answer.text
    assert process.returncode == 0
