"""What lies beside the page is read by other programs as it was meant, whatever texts are in it."""

import json
import re
from datetime import datetime
from io import BytesIO

import bibtexparser
import pytest
import report_cases as cases
import rispy
from lxml import etree
from ruamel.yaml import YAML

from living_review import records
from living_review.figures.plain import one_line
from living_review.report import beside, bibliography, citation, feed

ATOM = {"a": feed.ATOM}
# What the schema of CITATION.cff 1.2.0 allows at the top and of authors; it has no other keys.
CFF = {
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi"),
    *("identifiers", "keywords", "license", "license-url", "message", "preferred-citation"),
    *("references", "repository", "repository-artifact", "repository-code", "title", "type"),
    *("url", "version"),
}
PERSON = {"family-names", "given-names", "name-particle", "name-suffix", "affiliation", "orcid"}
ENTITY = {"name", "orcid", "address", "city", "country", "email", "website"}
ADA = {"name": "Lovelace, Ada", "roles": ["pooled"], "orcid": "0000-0002-1825-0097"}
GROUP = {"name": "The Kidney Group", "roles": ["screened"]}
ATTEMPT = {
    "time": "2026-11-01T05:00:00Z",
    "strategy_id": "medline_1",
    "outcome": "complete",
    "run": "2026-11-01-medline_1",
    "found": "100",
    "new": "3",
    "gone": "0",
    "revised": "0",
    "fetched": "3",
    "note": "",
}


def results(versions=None, attempts=(), **review):
    """The kidney review, of which the protocol says more."""
    protocol = cases.config()
    protocol["review"] |= review
    told = {"versions": versions} if versions else {}
    return cases.kidney(config=protocol, attempts=list(attempts), **told)


def version(number="2026.10", day="2026-10-05", **told):
    known = {
        "version": number,
        "published_on": day,
        "published_by": "ann",
        "why": ["a new study"],
        "note": "",
        "searched_on": "2026-10-01",
        "included": ["s1", "s2"],
    }
    return known | told


def published(*every):
    """The page is the one of the last version."""
    return {"this": every[0]["version"], "before": "", "every": list(every)}


def atom(content):
    return etree.parse(BytesIO(content), etree.XMLParser(resolve_entities=False)).getroot()


def texts(root, path):
    return [str(found.text) for found in root.iterfind(path, ATOM)]


# ---- the feed ----------------------------------------------------------------------------------


@pytest.fixture(params=["hostile", "empty", "with a site", "without a site"])
def followed(request):
    site = {"address": "https://kidney.example.org/review"} if "with a" in request.param else {}
    told = results(published(version()), [ATTEMPT], **site)
    return {"hostile": cases.full(), "empty": cases.empty()}.get(request.param, told)


def test_the_feed_has_what_rfc_4287_asks_for(followed):
    """One id, title and time of the feed and of each entry; an author; links by rel, each once."""
    root = atom(feed.feed(followed))
    assert root.tag == f"{{{feed.ATOM}}}feed"
    assert root.findall("a:author/a:name", ATOM)
    for element in (root, *root.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"a:{name}", ATOM)
            assert found.text
        datetime.fromisoformat(element.findtext("a:updated", namespaces=ATOM))
        assert re.match(r"(urn|tag|https):\S+$", element.findtext("a:id", namespaces=ATOM))
        links = [(one.get("rel"), one.get("type")) for one in element.iterfind("a:link", ATOM)]
        assert len(links) == len(set(links))
        assert all(
            one.get("href").startswith("https://") for one in element.iterfind("a:link", ATOM)
        )
    ids = texts(root, ".//a:id")
    assert len(ids) == len(set(ids))
    assert max(texts(root, "a:entry/a:updated"), default="") in (
        "",
        root.findtext("a:updated", namespaces=ATOM),
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Search of 2026-11-01: 3 new records"),
        ({"new": "1"}, "Search of 2026-11-01: 1 new record"),
        ({"outcome": "nothing_new", "new": "0"}, "Search of 2026-11-01: nothing new"),
        ({"outcome": "failed", "new": ""}, "Search of 2026-11-01: it failed"),
        ({"outcome": "interrupted"}, "Search of 2026-11-01: it did not come to its end"),
    ],
)
def test_each_search_has_an_entry(told, said):
    """Also if it found nothing, or failed."""
    assert texts(atom(feed.feed(results(attempts=[ATTEMPT | told]))), "a:entry/a:title") == [said]


def test_entries_stay_as_they_were():
    """A later search adds an entry at the top, and changes none of those below."""
    earlier = results(published(version()), [ATTEMPT])
    later = results(published(version()), [ATTEMPT, ATTEMPT | {"time": "2026-12-01T05:00:00Z"}])
    old, new = (
        [etree.tostring(one).strip() for one in atom(feed.feed(told)).iterfind("a:entry", ATOM)]
        for told in (earlier, later)
    )
    assert len(new) == len(old) + 1
    assert new[1:] == old


def test_a_version_leads_to_its_place():
    """Its entry links to where its page stays for good."""
    told = results(published(version()), address="https://kidney.example.org/review")
    (link,) = atom(feed.feed(told)).iterfind("a:entry/a:link", ATOM)
    assert link.get("href") == "https://kidney.example.org/review/v/2026.10/"


def test_the_feed_shows_hostile_texts_as_they_are():
    """Letter by letter, and as text."""
    told = cases.full()
    root = atom(feed.feed(told))
    assert root.findtext("a:subtitle", namespaces=ATOM) == one_line(told["review"]["question"])
    shown = " ".join(texts(root, "a:entry/a:content"))
    assert all(one_line(one["note"]) in shown for one in told["versions"]["every"])
    assert {etree.QName(one).localname for one in root.iter()} <= {
        *("feed", "id", "title", "subtitle", "updated", "author", "name", "rights", "link"),
        *("entry", "published", "category", "content"),
    }


# ---- the review as something to cite -------------------------------------------------------------


@pytest.mark.parametrize("case", [*cases.CASES, "published"])
def test_citation_cff_is_valid(case):
    """Its keys, required ones and patterns are those of the schema 1.2.0."""
    told = (
        results(
            published(version()),
            authors=[ADA, GROUP],
            doi="10.5281/zenodo.1",
            address="https://a.org",
        )
        if case == "published"
        else cases.CASES[case]()
    )
    cff = YAML(typ="safe", pure=True).load(citation.as_cff(told))
    assert set(cff) <= CFF
    assert {"cff-version", "message", "title", "authors"} <= set(cff)
    assert (cff["cff-version"], cff["type"]) == ("1.2.0", "dataset")
    assert cff["authors"]
    for author in cff["authors"]:
        assert set(author) <= (ENTITY if "name" in author else PERSON)
        assert re.fullmatch(
            r"https://orcid\.org/(\d{4}-){3}\d{3}[\dX]", author.get("orcid", ADA_ID)
        )
    assert cff["title"] == one_line(f"{told['review']['title']}: a living systematic review")
    assert cff.get("license", "CC-BY-4.0") == "CC-BY-4.0"
    if case == "published":
        assert cff["authors"][0]["family-names"] == "Lovelace"
        assert cff["authors"][1] == {"name": "The Kidney Group"}
        assert (cff["version"], str(cff["date-released"])) == ("2026.10", "2026-10-05")
        assert cff["url"] == "https://a.org/v/2026.10/"


ADA_ID = "https://orcid.org/0000-0002-1825-0097"


def test_this_version_and_all_versions_are_cited_apart():
    """One leads to what stays as it is, the other to the newest."""
    told = results(
        published(version()), authors=[ADA, GROUP], address="https://a.org/r/", doi="10.5281/z.1"
    )
    assert citation.text(citation.this(told)) == (
        "Lovelace, Ada, The Kidney Group. Salvage after ablation of a renal mass: a living "
        "systematic review. Version 2026.10, 2026-10-05. https://a.org/r/v/2026.10/."
    )
    assert citation.text(citation.every(told)).endswith(
        "All versions. https://doi.org/10.5281/z.1."
    )


@pytest.mark.parametrize(
    "address", ["https://a.org/r", "https://a.org/r/", "https://a.org/r/index.html"]
)
def test_versions_stand_below_the_address(address):
    """Whether it names the page or its folder."""
    assert (
        citation.this(results(published(version()), address=address)).url
        == "https://a.org/r/v/2026.10/"
    )


def test_what_is_not_published_says_so():
    """Its citation is no version, and has the day of its data."""
    told = results({"this": "", "before": "2026.10", "every": [version()]}, [ATTEMPT])
    cited = citation.this(told)
    assert (cited.version, cited.day) == ("", "2026-11-01")
    assert "Not published, after version 2026.10, data of 2026-11-01" in citation.text(cited)


@pytest.mark.parametrize("case", [*cases.CASES])
def test_citations_are_read_by_other_programs(case):
    """BibTeX by bibtexparser, RIS by rispy, CSL-JSON as JSON: one entry, with its title."""
    told = cases.CASES[case]()
    title = one_line(f"{told['review']['title']}: a living systematic review")
    for name in ("this", "every"):
        made = {end: citation.files(told)[f"{name}{end}"] for end in citation.WRITERS}
        library = bibtexparser.parse_string(made[".bib"])
        assert (len(library.entries), library.failed_blocks) == (1, [])
        (entry,) = rispy.loads(made[".ris"])
        assert entry["title"] == title
        (entry,) = json.loads(made[".json"])
        assert entry["title"] == title


# ---- the studies as references -------------------------------------------------------------------


def test_references_are_of_included_studies():
    """Those that are known from abstracts only stand in a file of their own."""
    told = cases.kidney()
    assert {name.split(".")[0] for name in bibliography.files(told)} == {"provisional"}
    made = bibliography.files(cases.full())
    assert {name.split(".")[0] for name in made} == {"included"}


def test_references_survive_hostile_texts(tmp_path):
    """Each reads back with its title, authors, id and no entry more, by our own readers too."""
    told = cases.full()
    made, expected = bibliography.files(told), bibliography.of_studies(told, "included")
    assert len(expected) > 1
    entries = rispy.loads(made["included.ris"])
    assert [one["title"] for one in entries] == [one["title"] for one in expected]
    listed = json.loads(made["included.json"])
    assert [one["title"] for one in listed] == [one["title"] for one in expected]
    assert len({one["id"] for one in listed}) == len(listed)
    library = bibtexparser.parse_string(made["included.bib"])
    assert (len(library.entries), library.failed_blocks) == (len(expected), [])
    (tmp_path / "included.bib").write_text(made["included.bib"])
    found, quarantined = records.read(tmp_path / "included.bib", "bibtex", "x")
    assert (len(found), len(quarantined)) == (len(expected), 0)
    for title, one in zip(found["title"], expected, strict=True):
        assert loose(title) == loose(one["title"])


def loose(text):
    """Without what comes back from LaTeX as other signs: dashes, quotation marks, braces."""
    return re.sub("[-{}^\u02c6\u2013\u2014'\u2018\u2019`\u201c\u201d\"\\s]", "", text)


def test_a_report_is_cited_by_its_record():
    """Journal, volume and pages come from the record that a search brought."""
    known = dict.fromkeys(bibliography.FIELDS, "") | {
        "title": "Repeat ablation & more",
        "authors": "Doe JA; Trial Group",
        "year": "2020",
        "journal": "J Urol",
        "volume": "12",
        "pages": "34-38",
        "doi": "10.1000/a_b",
        "pmid": "11",
    }
    told = cases.four(references={"pmid:11": known})
    made = bibliography.files(told)
    assert made["included.bib"].startswith(
        "@article{doe2020,\n"
        "  author = {Doe, JA and {Trial Group}},\n"
        "  title = {{Repeat ablation \\& more}},\n"
        "  journal = {J Urol},\n"
    )
    assert "  doi = {10.1000/a_b}" in made["included.bib"]
    first = rispy.loads(made["included.ris"])[0]
    assert (first["start_page"], first["end_page"], first["doi"]) == ("34", "38", "10.1000/a_b")
    first = json.loads(made["included.json"])[0]
    assert first["author"] == [{"family": "Doe", "given": "JA"}, {"literal": "Trial Group"}]
    assert first["issued"] == {"date-parts": [[2020]]}


def test_a_retracted_study_says_so_where_it_is_cited():
    """The note goes with the reference."""
    made = bibliography.files(cases.became())
    assert made["included.ris"].count(bibliography.OUT) == 1
    assert json.loads(made["included.json"])[0]["note"] == bibliography.OUT


def test_the_same_results_give_the_same_bytes():
    """No clock, no order of a set."""
    assert beside.files(cases.full()) == beside.files(cases.full())
