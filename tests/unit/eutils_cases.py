"""Four records and short ways to ask the stand-in server for them."""

import json
import re
from datetime import date

import requests
from eutils.records import article

RECORDS = (
    article(
        1,
        "Salvage cryoablation of a renal mass",
        abstract="Local tumour progression after re-ablation.",
        entered=date(2024, 1, 1),
        revised=date(2025, 3, 4),
        authors=("Doe JA", "Trial Group"),
        mesh=("Kidney Neoplasms", "Humans"),
        doi="10.5555/a(1)",
    ),
    article(
        2,
        "Kidney ablation in rats",
        entered=date(2024, 6, 30),
        year=2023,
        authors=("Doe B",),
        mesh=("Animals",),
        publication_types=("Journal Article", "Review"),
    ),
    article(3, "Ablation, a mass of kidney cancers", entered=date(2025, 1, 1), language="fre"),
    article(
        4, "Mass renal screening", abstract="Kidney.", entered=date(2026, 6, 1), status="Publisher"
    ),
)


def ask(medline, utility, **params):
    """A POST that never waits for more than two seconds."""
    return requests.post(
        f"{medline.url}{utility}.fcgi",
        data={"db": "pubmed", **params},
        timeout=2,
        allow_redirects=False,
    )


def esearch(medline, term, **params):
    """The JSON of a search, read as leniently as it has to be."""
    answer = ask(medline, "esearch", **{"term": term, "retmode": "json", **params})
    return json.loads(answer.text, strict=False)["esearchresult"]


def found(medline, term, **params):
    return sorted(map(int, esearch(medline, term, **params)["idlist"]))


def fetched(answer):
    pmids = re.findall(r'<MedlineCitation .*?<PMID Version="1">(\d+)', answer.text)
    return [int(pmid) for pmid in pmids]
