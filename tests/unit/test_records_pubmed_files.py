"""PubMed XML: NLM's own files and recorded answers of EFetch, each record against the raw text."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from pubmed_cases import OPENED, entries_of

from living_review import records
from living_review.records import links
from living_review.records.entries import Record, Refused


def bodies(medline: Path) -> Iterator[tuple[str, bytes]]:
    """Every XML of PubMed among the reference files: exports, NLM's files, answers of EFetch."""
    for path in sorted(medline.rglob("*")):
        kind = "".join(path.suffixes[-2:])
        if kind.endswith((".xml", ".xml.gz")):
            raw = gzip.decompress(path.read_bytes()) if kind.endswith(".gz") else path.read_bytes()
        elif kind == ".http":  # headers, a blank line, the body
            raw = path.read_bytes().partition(b"\n\n")[2]
        elif path.name == "mock_pubmed_fetch.json":
            raw = json.loads(path.read_bytes())["_content"].encode()
        else:
            continue
        if OPENED.search(raw):
            yield path.name, raw


def test_no_record_of_any_file_is_lost(shared_data: Path, tmp_path):
    """As many entries as the raw text opens, in 15,000 records of NLM and 80 other files."""
    opened = 0
    for name, raw in bodies(shared_data / "medline"):
        entries = entries_of(raw, tmp_path / "a.xml")
        refused = [
            entry.reason
            for entry in entries
            if isinstance(entry, Refused) and "DeleteCitation" not in entry.reason
        ]
        read = sum(isinstance(entry, Record) for entry in entries)
        assert read + len(refused) == len(OPENED.findall(raw)), name
        assert all(refused)
        assert len(refused) <= 2, name
        opened += read
    assert opened > 15_400


def slowly(article: ElementTree.Element) -> dict[str, str]:
    """Fields of a PubmedArticle found by the paths that NLM describes, in another parser."""

    def text(element: ElementTree.Element | None) -> str:
        return "" if element is None else " ".join("".join(element.itertext()).split())

    def one(path: str) -> str:
        return text(article.find(path))

    def day(element: ElementTree.Element | None) -> str:
        parts = [] if element is None else [element.find(part) for part in ("Year", "Month", "Day")]
        return "-".join(f"{int(text(part)):02}" for part in parts)

    dois = article.findall('MedlineCitation/Article/ELocationID[@EIdType="doi"][@ValidYN="Y"]')
    dois += article.findall('PubmedData/ArticleIdList/ArticleId[@IdType="doi"]')
    date = one("MedlineCitation/Article/Journal/JournalIssue/PubDate")
    entrez = article.find('PubmedData/History/PubMedPubDate[@PubStatus="entrez"]')
    related = article.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    english, own = (
        one(f"MedlineCitation/Article/{kind}Title") for kind in ("Article", "Vernacular")
    )
    return {
        "pmid": one("MedlineCitation/PMID"),
        "version": article.find("MedlineCitation/PMID").get("Version"),
        "status": article.find("MedlineCitation").get("Status"),
        "title": own if english in ("", "[Not Available].") and own else english,
        "doi": next((text(doi).lower() for doi in dois if text(doi)), ""),
        "year": re.search("[0-9]{4}|$", date)[0],
        "entered": day(entrez),
        "revised": day(article.find("MedlineCitation/DateRevised")),
        "links": [
            (link.get("RefType"), text(link.find("PMID")), text(link.find("RefSource")))
            for link in related
            if link.get("RefType") != "Cites"
        ],
    }


def test_a_slow_reading_finds_the_same(shared_data: Path, tmp_path):
    """Field by field, for all odd records and those of every other file but NLM's large ones."""
    compared = 0
    for name, raw in bodies(shared_data / "medline"):
        if name.endswith(".gz") or name == "MedlineImporterTestMalformedEntry.xml":
            continue
        entries = entries_of(raw, tmp_path / "a.xml")
        read = [entry for entry in entries if isinstance(entry, Record)]
        ours = {(record.pmid, record.version): record for record in read}
        for article in ElementTree.fromstring(raw).iter("PubmedArticle"):
            if article.find("MedlineCitation/PMID") is None:  # half a record that JabRef made up
                continue
            theirs = slowly(article)
            if not theirs["title"]:
                assert (theirs["pmid"], theirs["version"]) not in ours
                continue
            found = ours[theirs["pmid"], theirs["version"]]._asdict()
            found["links"] = [tuple(link) for link in links.parse(found["links"])]
            assert {field: found[field] for field in theirs} == theirs, name
            compared += 1
    assert compared > 480


def test_odd_records_are_read(shared_data: Path):
    """Of 240 odd records chosen from NLM's files one has no title; all others are read."""
    found, quarantine = records.read(
        shared_data / "medline/odd_records_share/odd_share_00.xml", "pubmed_xml", "s"
    )
    assert (len(found), list(quarantine["reason"])) == (239, ["no title"])
    assert (found["pmid"] != "").all()
    assert (found["year"] != "").all()
    assert not found["title"].str.contains("<[a-z]", regex=True).any()


def test_nlms_sample_is_read(shared_data: Path):
    """NLM's own sample of 2019: 176 records, and 7 deleted PMIDs reported."""
    path = shared_data / "medline/nlm_sample_2019/pubmedsample_2019.xml"
    found, quarantine = records.read(path, "pubmed_xml", "s")
    assert len(found) == 176
    assert Counter(quarantine["reason"]) == {
        "not a record: NLM deleted this PMID (DeleteCitation)": 7
    }
    assert found["publication_types"].str.contains("Retracted Publication").sum() == 3


def test_a_daily_update_is_read(shared_data: Path):
    """Real gzipped files of the year 2021: as many entries as the raw text has."""
    path = shared_data / "medline/nlm_update/nlm_update_pubmed21n1298_000.xml.gz"
    found, quarantine = records.read(path, "pubmed_xml", "s")
    with gzip.open(path) as file:
        assert len(found) + len(quarantine) == file.read().count(b"<PubmedArticle>") == 1000
    assert (found["title"] != "").all()
