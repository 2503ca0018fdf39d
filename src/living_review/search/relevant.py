"""Records that the review stands on: Medline is asked about each of them in every search.

No table is parsed, so that nothing typed into one can stop a search: ids are known by their form,
in any file of the extraction and in each line of a screening ledger that says include. That is more
than the included studies, never less.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from living_review.records import fields
from living_review.records.entries import Record
from living_review.search.eutils import Article, PubMed

EXTRACTION = Path("resources/extraction")
SCREENING = Path("resources/decisions/screening")
_ID = re.compile(rb"(?<![\w:])(pmid:[1-9][0-9]{0,7}(?![0-9])|doi:10\.[^\s\",;]+|rec:[0-9a-f]{16})")
_INCLUDE = re.compile(rb"(?:^|[,;\t\"])\s*include\s*(?:$|[,;\t\"])")
DOIS_ASKED = 20  # in one query


class Relevant(NamedTuple):
    """Ids of records that people hold for relevant."""

    pmids: tuple[str, ...]
    dois: tuple[str, ...]
    others: tuple[str, ...]  # known by neither, which Medline can't be asked for


def read(extraction: Path = EXTRACTION, screening: Path = SCREENING) -> Relevant:
    ids = {one for line in _lines(extraction) for one in _ID.findall(line)}
    ids |= {one for line in _lines(screening) if _INCLUDE.search(line) for one in _ID.findall(line)}
    named: dict[str, set[str]] = {"pmid": set(), "doi": set(), "rec": set()}
    for one in ids:
        kind, _, name = one.decode("utf-8", "replace").partition(":")
        named[kind].add(fields.doi(name) if kind == "doi" else name)
    return Relevant(
        tuple(sorted(named["pmid"], key=int)),
        tuple(sorted(filter(None, named["doi"]))),
        tuple(sorted(named["rec"])),
    )


def _lines(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*.csv")):
        try:
            yield from path.read_bytes().splitlines()
        except OSError:
            continue  # `check` says that a table can't be read


def of_dois(pubmed: PubMed, dois: Sequence[str]) -> list[Article]:
    """The articles in Medline that have one of the DOIs."""
    found: dict[str, Article] = {}
    for start in range(0, len(dois), DOIS_ASKED):
        asked = dois[start : start + DOIS_ASKED]
        # A quote would end the phrase; no DOI that is in use has one.
        term = " OR ".join(f'"{doi}"[doi]' for doi in asked if '"' not in doi)
        pmids = pubmed.esearch(term).pmids if term else ()
        found |= {
            article.pmid: article for article in pubmed.fetch(pmids) if article.record.doi in asked
        }
    return list(found.values())


def recall(
    relevant: Relevant, in_medline: Mapping[str, Record], found: frozenset[str]
) -> dict[str, Any]:
    """How many of the relevant records that are in Medline the query found, and which it missed.

    in_medline: PMID -> record of those that Medline has. found: PMIDs of the whole answer. recall:
    None if Medline has none of them.
    """
    missed = [record for pmid, record in in_medline.items() if pmid not in found]
    hits = len(in_medline) - len(missed)
    dois = {record.doi for record in in_medline.values()}
    absent = [f"pmid:{pmid}" for pmid in relevant.pmids if pmid not in in_medline]
    absent += [f"doi:{doi}" for doi in relevant.dois if doi not in dois]
    return {
        "in_medline": len(in_medline),
        "found": hits,
        "recall": hits / len(in_medline) if in_medline else None,
        "missed": [
            {"pmid": record.pmid, "doi": record.doi, "title": record.title, "year": record.year}
            for record in sorted(missed, key=lambda record: int(record.pmid))
        ],
        "not_in_medline": absent,
        "not_checked": list(relevant.others),
    }
