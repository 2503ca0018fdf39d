"""PMIDs and DOIs where exports keep them besides a field of their own: notes, links, numbers."""

import re
from collections.abc import Iterable

from living_review.records import fields

_DOI_NOTE = re.compile(r"\s*(?:doi\W{0,3})?10\.\S+\s*$", re.IGNORECASE)
_PUBMED_LINK = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|nih\.gov/pubmed)/([0-9]{1,8})\b")
_NAMED_PMID = re.compile(r"\b(?:PMID|PUBMED)\b\W{0,3}([0-9]{5,8})\b|\b([0-9]{1,8})\[pmid\]", re.I)
_MEDLINE = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)


def named_pmid(texts: Iterable[str]) -> str:
    """The first number that is called a PMID, "PMID: 31774950" or "31774950[pmid]"."""
    found = _NAMED_PMID.search(" ".join(texts))
    return fields.pmid(found[1] or found[2]) if found else ""


def linked_pmid(links: Iterable[str]) -> str:
    """The PMID of the first link to PubMed."""
    found = _PUBMED_LINK.search(" ".join(links))
    return found[1] if found else ""


def is_medline(database: str) -> bool:
    """Whether a database numbers its records by PMID."""
    return bool(_MEDLINE.search(database))


def linked_doi(links: Iterable[str]) -> str:
    """The DOI of the first link to a resolver."""
    return fields.first(fields.doi(link) for link in links if "doi.org/" in link)


def noted_doi(notes: Iterable[str]) -> str:
    """The first note that is a DOI and nothing else; notes on other papers hold DOIs too."""
    return fields.first(fields.doi(note) for note in notes if _DOI_NOTE.match(note))
