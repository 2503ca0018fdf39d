"""PubMed's query language, over four records."""

from datetime import date
from pathlib import Path

import pytest
from eutils.library import Library
from eutils.query import QueryError
from eutils.records import article_set
from eutils.search import Terms, search
from eutils_cases import RECORDS

from living_review import config

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 8, 3)


@pytest.fixture(scope="module")
def library():
    records = Library()
    records.add(article_set(*RECORDS).encode())
    return records


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        ("kidney", [1, 2, 3, 4]),  # also by its heading
        ("kidney[ti]", [2, 3]),
        ("kidney[Title/Abstract]", [2, 3, 4]),
        ("KIDNEY[TIAB]", [2, 3, 4]),
        ("kidney mass", [1, 3, 4]),
        ("renal mass[tiab]", [1, 4]),
        ('"renal mass"[tiab]', [1]),
        ("re-ablation[tiab]", [1]),
        ('"re ablation"[tiab:~0]', [1]),
        ('"mass renal"[tiab:~0]', [1, 4]),
        ('"ablation mass"[ti:~0]', []),
        ('"ablation mass"[ti:~1]', [3]),
        ('"mass cryoablation"[ti:~3]', [1]),
        ('"mass progression"[tiab:~99]', []),  # title and abstract are two texts
        ("ablat*[tiab]", [1, 2, 3]),
        ('"kidney canc*"[ti]', [3]),
        ('"kid* cancers"[ti]', [3]),
        ("kidney[ti] OR renal[ti] AND mass[ti]", [1, 3, 4]),  # from left to right
        ("kidney[ti] OR (renal[ti] AND mass[ti])", [1, 2, 3, 4]),
        ("ablation[tiab] NOT (Animals[Mesh] NOT Humans[Mesh])", [1, 3]),
        ("NOT ablation[ti]", [1, 4]),
        ("ablation and kidney", [1, 2, 3]),  # no operator: a word that is passed over
        ('"Kidney Neoplasms"[Mesh]', [1]),
        ('"Neoplasms"[MeSH Terms]', []),
        ("review[pt]", [2]),
        ("fre[la]", [3]),
        ("french[la]", [3]),
        ("Doe[au]", [1, 2]),
        ("Doe J[Author]", [1]),
        ('"Trial Group"[cn]', [1]),
        ('"Journal of invented examples"[ta] AND rats', [2]),
        ("3[uid]", [3]),
        ("2 3[pmid]", [2, 3]),
        ("3", [3]),
        ("2:3[UID]", [2, 3]),
        ("1:1000000000[uid]", [1, 2, 3, 4]),
        ('"10.5555/A(1)"[doi]', [1]),
        ("publisher[sb]", [4]),
        ("all[sb]", [1, 2, 3, 4]),
        ("hasabstract", [1, 4]),
        ("2024/01/01:2024/06/30[crdt]", [1, 2]),
        ('"2024/06/30"[crdt] : "3000"[crdt]', [2, 3, 4]),
        ("2024[crdt]", [1, 2]),
        ("2024/06[edat]", [2]),
        ("2024:2025/01[crdt]", [1, 2, 3]),
        ("2023[dp]", [2]),
        ("2025/03/04[lr]", [1]),
        ("2024/01/01[mhda]", [1]),
        ('"last 70 days"[crdt]', [4]),
        ("kidney[nonsense]", [1, 2, 3, 4]),
        ("xyzzy", []),
    ],
)
def test_queries(library, query, pmids):
    """Newest first."""
    assert search(library, query, Terms(TODAY)).pmids == pmids[::-1]


@pytest.mark.parametrize(
    ("query", "translated"),
    [
        ("kidney[tiab] AND 2024/01/01:2024/06/30[crdt]",
         '"kidney"[Title/Abstract] AND 2024/01/01:2024/06/30[Date - Create]'),
        ("(a1[ti] OR b1[ti]) AND (c1[ti])", '("a1"[Title] OR "b1"[Title]) AND "c1"[Title]'),
        ("a1[ti] NOT (b1[ti] NOT c1[ti])", '"a1"[Title] NOT ("b1"[Title] NOT "c1"[Title])'),
        ("Humans", '"humans"[MeSH Terms] OR "humans"[All Fields]'),
        ('"X y"[tiab:~2]', '"x y"[Title/Abstract:~2]'),
    ],
)  # fmt: skip
def test_translations(library, query, translated):
    assert search(library, query, Terms(TODAY)).translated == translated


def test_another_vocabulary_changes_translations_with_headings_alone(library):
    for query, changes in (("kidney[tiab]", False), ('"Humans"[Mesh]', True)):
        now, later = (search(library, query, Terms(TODAY, year)) for year in (2026, 2027))
        assert (now.translated != later.translated) == changes
        assert now.pmids == later.pmids


def test_the_strategy_of_the_protocol_is_read(library):
    """Without a word passed over, and it finds the one record that is about its question."""
    (strategy,) = config.read(ROOT / "config/config.yaml")["search"]["strategies"]
    found = search(library, strategy["query"], Terms(TODAY))
    assert found.pmids == [1]
    assert found.ignored + found.phrases_not_found + found.fields_not_found == []
    assert found.quoted_not_found + found.messages == []


@pytest.mark.parametrize("query", ["((", "kidney)", "(kidney", "kidney AND ()", "kidney AND ("])
def test_parentheses_that_do_not_match(library, query):
    with pytest.raises(QueryError):
        search(library, query, Terms(TODAY))


def test_a_query_of_thousands_of_terms(library):
    query = " OR ".join(f"{pmid}[uid]" for pmid in range(1, 5001))
    assert search(library, query, Terms(TODAY)).pmids == [4, 3, 2, 1]
