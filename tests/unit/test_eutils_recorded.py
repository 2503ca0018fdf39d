"""The stand-in beside answers of NCBI that were recorded; skipped where those are not at hand."""

import ast
import json
import re
from datetime import date

import pytest
import requests
from eutils.records import article
from eutils.server import StandIn
from lxml import etree


@pytest.fixture
def medline():
    with StandIn() as server:
        yield server


@pytest.fixture
def recorded(shared_data):
    return shared_data / "medline/eutils"


@pytest.fixture
def of_biopython(shared_data):
    return shared_data / "medline/biopython_tests/Entrez"


def exchange(path):
    """Headers (names in lower case) and body of a recorded exchange."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    headers = re.findall(r"^< ([\w-]+): (.*)$", head.decode(), re.MULTILINE)
    return {name.lower(): value for name, value in headers if name != "status"}, body


def ask(medline, utility, **params):
    return requests.post(f"{medline.url}{utility}.fcgi", data={"db": "pubmed", **params}, timeout=5)


def names(headers):
    return {name.lower() for name in headers}


def test_headers_of_2025(medline, recorded):
    """The same names and the same words; but the recorder undid the compression."""
    answer = json.loads((recorded / "scholar_flux_2025/mock_pubmed_search.json").read_text())
    told = ast.literal_eval(answer["headers"])
    given = ask(medline, "esearch", term="anxiety", api_key="K").headers
    assert names(given) - names(told) == {"content-encoding"}
    assert names(told) <= names(given)
    fresh = {"Date", "NCBI-SID", "NCBI-PHID", "Set-Cookie"}
    assert {name: given[name] for name in set(told) - fresh} == {
        name: told[name] for name in set(told) - fresh
    }
    assert [name for name in given if name in told] == list(told)


def test_headers_of_an_address_that_is_too_long(medline, recorded):
    (path,) = (recorded / "real").glob("esummary_pmc_414_*.http")
    told, _ = exchange(path)
    given = requests.get(f"{medline.url}esearch.fcgi?db=pubmed&term={'kidney+' * 400}")
    assert given.status_code == 414
    assert given.reason == "Request-URI Too Long"
    assert names(given.headers) - names(told) == {"content-length"}
    assert names(told) <= names(given.headers)
    assert given.headers["Content-Type"] == told["content-type"]


def test_articles_byte_for_byte(medline, recorded):
    """An answer of 2025, its records served again in the order in which they were asked for."""
    answer = json.loads((recorded / "scholar_flux_2025/mock_pubmed_fetch.json").read_text())
    medline.add(answer["_content"])
    pmids = re.search(r"id=([\d%C]+)", answer["url"])[1].replace("%2C", ",")
    assert ask(medline, "efetch", id=pmids).content == answer["_content"].encode()


def test_the_opening_of_a_search(medline, of_biopython):
    told = (of_biopython / "esearch1.xml").read_bytes()
    given = ask(medline, "esearch", term="biopython").content
    assert given.partition(b"<Count>")[0] == told.partition(b"<Count>")[0]


def test_a_search_without_result(medline, of_biopython):
    """All but how the query was read, which was recorded of another database."""
    told = (of_biopython / "esearch8.xml").read_bytes()
    given = ask(medline, "esearch", term="abcXYZ").content
    reading = re.compile(rb"<QueryTranslation>.*</QueryTranslation>")
    assert reading.sub(b"", given) == reading.sub(b"", told)


def order(body):
    """The elements of an answer from the first to the last, each once where it is repeated."""
    tags = [element.tag for element in etree.fromstring(body).iter()]
    return [tag for place, tag in enumerate(tags) if tags[place - 1 : place] != [tag]]


def test_the_order_of_a_search_with_history_and_dates(medline, of_biopython):
    medline.today = date(2025, 11, 26)
    for pmid in (1, 2, 3):
        medline.add(article(pmid, "Cancer", entered=date(2025, 11, 1), mesh=("Cancer",)))
    told = (of_biopython / "esearch2.xml").read_bytes()
    asked = {"term": "cancer", "reldate": "60", "datetype": "edat", "usehistory": "y"}
    given = ask(medline, "esearch", **asked).content
    assert order(given) == order(told)
    ending = re.compile(rb"\) AND 2025/09/27:2025/11/26\[Date - Entry\]</QueryTranslation>.*", re.S)
    assert ending.search(given)[0] == ending.search(told)[0]
    layout = re.compile(
        rb"<IdList>\n<Id>\d+</Id>\n<Id>.*</IdList><TranslationSet><Translation> *", re.S
    )
    assert layout.search(given)
    assert layout.search(told)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("epost1.xml", {"id": "19304878"}),
        ("epost2.xml", {"db": "nothing"}),
        ("epost3.xml", {"id": "-1"}),
    ],
)
def test_answers_of_epost(medline, of_biopython, name, params):
    told = re.sub(rb"MCID_\w+", b"MCID", (of_biopython / name).read_bytes())
    assert re.sub(rb"MCID_\w+", b"MCID", ask(medline, "epost", **params).content) == told


def test_an_empty_list_of_ids(medline, recorded):
    (path,) = (recorded / "real").glob("efetch_pubmed_200_sulpub_a77bbfde.http")
    _, body = exchange(path)
    given = requests.post(f"{medline.url}efetch.fcgi?db=pubmed", data="&id=&id=", timeout=5)
    assert (given.status_code, given.content) == (200, body)


def test_an_empty_id_among_others(medline, recorded):
    (path,) = (recorded / "real").glob("efetch_pubmed_200_sulpub_10891ad8.http")
    _, body = exchange(path)
    medline.add(body)
    given = requests.post(f"{medline.url}efetch.fcgi?db=pubmed", data="&id=&id=17713387", timeout=5)
    (kept,) = re.findall(rb"<PubmedArticle>.*</PubmedArticle>", body, re.DOTALL)
    assert kept in given.content


def test_every_recorded_article_is_served_as_it_came(medline, recorded, of_biopython):
    """From 2018 to 2025; read without a DTD."""
    bodies = [
        exchange(path)[1] for path in sorted((recorded / "real").glob("efetch_pubmed_*.http"))
    ]
    bodies += [path.read_bytes() for path in sorted(of_biopython.glob("pubmed*.xml"))]
    served = 0
    for body in bodies:
        for kept in re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", body, re.DOTALL):
            medline.add(kept)
            pmid = re.search(rb"<PMID[^>]*>(\d+)", kept)[1].decode()
            assert kept in ask(medline, "efetch", id=pmid).content
            served += 1
    assert served > 40


def test_update_files_of_nlm_are_served(shared_data, tmp_path):
    """A thousand records with markup, odd dates and versions."""
    name = "nlm_update_pubmed21n1298_003.xml.gz"
    (tmp_path / name).symlink_to(shared_data / "medline/nlm_update" / name)
    with StandIn(tmp_path) as medline:
        count = etree.fromstring(ask(medline, "esearch", term="all[sb]").content).findtext("Count")
        assert int(count) == len(medline.library.records) > 900
        undated = [record for record in medline.library.records.values() if not record.created]
        assert undated == []
