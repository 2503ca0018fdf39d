"""The normal form of what says where a record was published."""

import html
import re
from typing import NamedTuple
from urllib.parse import unquote

from living_review.dedup.text import WORD, plain
from living_review.dedup.titles import DIGITS, ROMAN_AFTER_A_NAME

DOI = re.compile(r"10\.\d{4,9}/\S+")
# A version of a preprint or of an updated review; a figure or table of an article.
DOI_VERSION = re.compile(r"(?:\.pub\d+|(?:[./]|(?<=\d))v\d+|\.[gts]\d{3})$")
COCHRANE = re.compile(r"\b(cd|mr)\s?(\d{6})\b", re.IGNORECASE)
PAGE = re.compile(r"[a-z]{0,4}[-_.\s]*(\d{1,12})")
PAGE_COUNT = re.compile(r"^\d+\s*p(?:ages|p|\.)?$")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DATE = re.compile(rf"^(?:(\d{{1,2}})-({'|'.join(MONTHS)})|({'|'.join(MONTHS)})-(\d{{2}}))$")
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
ISSN = re.compile(r"(?<![\d-])(\d{4})-?(\d{3}[\dX])(?![\dX-])", re.IGNORECASE)
SUPPLEMENT = re.compile(r"\bsuppl", re.IGNORECASE)
SUPPLEMENT_PAGE = re.compile(r"\s*s-?\d", re.IGNORECASE)
MEETING = re.compile(
    r"\b(?:conf|conference|congr|congress|symp|symposium|workshop|meeting)\b", re.IGNORECASE
)
# Series that print an updated review under its old title.
LIVING = re.compile(
    r"\bcochrane database\b|\bclin(?:ical)?\.? evid(?:ence)?\b|\bgenereviews\b|\bstatpearls\b",
    re.IGNORECASE,
)
PREPRINT = re.compile(
    r"\b(?:(?:bio|med|chem|psy|soc|edu?|eng|earth|agri)?a?rxiv|preprints?|ssrn|research square"
    r"|authorea)\b",
    re.IGNORECASE,
)
PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}|21203/rs|48550/|2139/ssrn|20944/preprints"
    r"|31234/|31219/|26434/|22541/)"
)
ORDINAL = re.compile(
    r"^(?:\d+(?:st|nd|rd|th)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|(?:eleven|twelf|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twentie)th)$"
)
# What follows the name: a city, the name in another language, an owner, a meeting.
ADDED = re.compile(r"(?<=\w)\W*(?:[\[(=/:;]|\.\s+conference\b|\bsuppl)")
STOPWORDS = frozenset(
    ["the", "of", "and", "in", "for", "on", "a", "an", "de", "la", "le", "les", "des", "du", "der",
     "die", "das", "fur", "und", "et", "i", "y", "e", "del", "di", "da", "no", "to", "with", "at",
     "electronic", "resource", "print", "online", "proceedings", "proc", "annual", "vol", "vols",
     "volume", "volumes"]
)  # fmt: skip


def doi(text: str) -> str:
    """Lower case, no resolver, no percent signs, no junk behind; "" if it has no suffix."""
    text = html.unescape(unquote(text.strip().lower()))
    found = DOI.search(text)
    if not found:
        return ""
    name = found[0]
    again = name.rfind("10.", 3)
    if again > 0 and DOI.fullmatch(name[again:]) and name.startswith(name[again : again + 8]):
        name = name[again:]  # 10.1234/10.1234/abc
    name = re.split(r"[\s,|]|https?:|;(?!2-)", name)[0].rstrip(".,;:/'\"")
    if name.endswith(")") and name.count("(") < name.count(")"):
        name = name[:-1]
    return name if re.fullmatch(r"10\.\d{4,9}/.*[a-z0-9)>\]]", name) else ""


def stem(name: str, pages: str, journal: str) -> str:
    """The DOI that all versions of a preprint or of an updated review share.

    name: a DOI in normal form, or "". Cochrane reviews have their number in place of pages, which
    makes up their DOI.
    """
    found = COCHRANE.search(pages)
    if not name and found and "cochrane" in journal.lower():
        return f"10.1002/14651858.{found[1]}{found[2]}".lower()
    return DOI_VERSION.sub("", name)


class Pages(NamedTuple):
    """First and last page as numbers without prefix, "" where not known."""

    first: str
    last: str


def pages(text: str) -> Pages:
    """`482-91` is 482 to 491; S12, e82 and "Article 104" keep the number."""
    text = plain(text).replace("article", "").replace("art.", "").replace("pp.", "")
    text = undated(text.strip())
    parts = re.split(r"\s*(?:-+|/)\s*(?=[a-z]{0,4}\d)", text, maxsplit=1)
    found = PAGE.search(parts[0])
    if not found or PAGE_COUNT.match(text):
        return Pages("", "")
    first, last = found[1].lstrip("0") or "0", ""
    if len(parts) == 2 and (found := PAGE.search(parts[1])):
        last = found[1].lstrip("0") or "0"
        last = first[: max(0, len(first) - len(last))] + last
    return Pages(first, last if last and int(last) >= int(first) else "")


def undated(text: str) -> str:
    """The pages that a spreadsheet took for a date: `01-aug` was 1-8, `mar-20` was 3-20."""
    found = DATE.match(text)
    if not found:
        return text
    if found[3]:
        return f"{MONTHS.index(found[3]) + 1}-{found[4]}"
    day, month = int(found[1]), MONTHS.index(found[2]) + 1
    return f"{month}-{day}" if month < day <= 12 else f"{day}-{month}"


def issue(text: str) -> str:
    """The first number of the issue."""
    found = DIGITS.search(text)
    return found[0].lstrip("0") if found else ""


def volume(text: str) -> str:
    """The first number of the volume; a roman numeral is read, a degree ("Ph.D.") is not.

    What stands in brackets is the issue; a loose bracket is what is left of one.
    """
    text = text.split("(")[0]
    found = DIGITS.search(text)
    if found and ")" not in text:
        return found[0].lstrip("0")
    return ROMAN_AFTER_A_NAME.get(text.strip().lower(), "")


def year(text: str) -> str:
    found = YEAR.search(text)
    return found[0] if found else ""


def issn(text: str) -> str:
    """Every ISSN of the text, sorted; an ISBN is none."""
    return " ".join(sorted({(a + b).lower() for a, b in ISSN.findall(text)}))


def journal(text: str) -> str:
    """The words of the name of a journal or proceedings without articles, prepositions, counts."""
    text = plain(text)
    found = WORD.findall((ADDED.split(text, maxsplit=1)[0] or text).replace("'", ""))
    named = [word for word in found if word not in STOPWORDS and not ORDINAL.match(word)]
    return " ".join(named or found)


def form(doi: str, journal: str, volume: str, issue: str, pages: str, types: str) -> str:
    """preprint, living (review), meeting (abstract) or supplement; "" for the rest."""
    if PREPRINT_DOI.match(doi) or PREPRINT.search(journal) or PREPRINT.search(types):
        return "preprint"
    if LIVING.search(journal):
        return "living"
    if MEETING.search(journal) or MEETING.search(types):
        return "meeting"
    supplement = any(SUPPLEMENT.search(text) for text in (journal, volume, issue))
    return "supplement" if supplement or SUPPLEMENT_PAGE.match(pages) else ""
