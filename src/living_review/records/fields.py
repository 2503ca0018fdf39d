"""The fields that every source writes in its own way, in one form."""

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from living_review import files

DOI_LENGTH = 300  # characters; a longer one is a text that was glued to it

_DOI = re.compile(r"(?<![\d.])10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"]+")
_PMID = re.compile(r"(?:PMID|PUBMED)?\s*:?\s*0*([1-9][0-9]{0,7})(?:\.0+)?(?:\s*\[PMID\])?", re.I)
_PMCID = re.compile(r"(?<![A-Z])PMC\s?([0-9]{3,9})(?![0-9])", re.I)
_YEAR = re.compile(r"(?<![0-9])(1[5-9][0-9]{2}|20[0-9]{2})(?![0-9])")
_DAY = re.compile(r"(1[5-9][0-9]{2}|20[0-9]{2})(?:0[0-9]|1[0-2])[0-3][0-9]")
_ISSN = re.compile(r"(?<![0-9-])([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9-])")
_NO_ABSTRACT = re.compile(r"\W*no abstract available\W*", re.I)
_CLOSERS = {")": "(", "]": "[", ">": "<", "}": "{"}


def clean(text: str | None) -> str:
    """One line, single spaces, composed characters (NFC)."""
    if not text:
        return ""
    if text.isascii():
        # most texts are clean already, and to see that is cheaper than to split and join them
        return text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())
    return unicodedata.normalize("NFC", " ".join(text.split()))


def first(values: Iterable[str]) -> str:
    """The first value that says anything."""
    return next((value for value in values if value), "")


def several(values: Iterable[str]) -> str:
    """All values that say anything, each once, joined by "; "."""
    return "; ".join(dict.fromkeys(value for value in values if value))


def doi(text: str) -> str:
    """The first DOI of a text: lower case, without resolver or label; "" if there is none."""
    if "10." not in text:
        return ""
    text = html.unescape(text)
    link = "://" in text
    if link:
        text = unquote(text)
    found = _DOI.search(text)
    if not found:
        return ""
    name = found[0].lower()
    if link:
        name = re.split(r"[?#&]", name, maxsplit=1)[0]
    if len(name) > DOI_LENGTH:
        return ""
    while name and (name[-1] in ".,;:'" or _unopened(name)):
        name = name[:-1]
    return "" if name.endswith("/") else name


def _unopened(name: str) -> bool:
    """Whether it ends with a bracket that was opened before the DOI began."""
    opener = _CLOSERS.get(name[-1])
    return opener is not None and name.count(name[-1]) > name.count(opener)


def pmid(text: str) -> str:
    """Digits of a PubMed id, also as spreadsheets write it ("123.0"); "" if it is anything else."""
    found = _PMID.fullmatch(text.strip())
    return found[1] if found else ""


def pmcid(text: str) -> str:
    """ "PMC" and digits, or ""."""
    found = _PMCID.search(text)
    return f"PMC{found[1]}" if found else ""


def year(text: str) -> str:
    """The first four digits that can be a year: "2019 Nov-Dec", "1998 Dec-1999 Jan", "20150911"."""
    found = _YEAR.search(text) or _DAY.fullmatch(text.strip())
    return found[1] if found else ""


def pages(start: str, end: str = "") -> str:
    """Pages as they stand: "377-86", "e0815"."""
    start, end = clean(start), clean(end)
    if (start, end) == ("No", "Specified"):  # "No Pagination Specified" cut in two by an export
        return ""
    if not start or not end or start == end or "-" in start:
        return start or end
    return f"{start}-{end}"


def issn(text: str) -> str:
    """All ISSNs of a text, "1234-567X"; ISBNs are left out."""
    return several(f"{head}-{tail.upper()}" for head, tail in _ISSN.findall(text))


def abstract(text: str) -> str:
    """An abstract on one line, or "" where the source only says that it has none."""
    text = clean(text)
    return "" if len(text) < 40 and _NO_ABSTRACT.fullmatch(text) else text


def record_id(
    pmid: str, doi: str, title: str, authors: str, year: str, journal: str, pages: str
) -> str:
    """The name a record keeps: by PMID, else by DOI, else by a digest of what describes it."""
    if pmid:
        return f"pmid:{pmid}"
    if doi:
        return f"doi:{doi}"
    described = (title, authors.partition(";")[0], year, journal, pages)
    return (
        "rec:" + files.digest(files.canonical_json([_canonical(part) for part in described]))[:16]
    )


def _canonical(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
