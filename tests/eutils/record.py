"""What a search can find a record by, read from its XML."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from eutils import words
from eutils.fields import LANGUAGES

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}


@dataclass(frozen=True, slots=True)
class Record:
    """One PubmedArticle or PubmedBookArticle with the bytes it came in."""

    pmid: int
    version: int
    xml: bytes
    texts: dict[str, str] = field(repr=False)  # part -> words, as words.spaced gives them
    names: dict[str, frozenset[str]] = field(repr=False)  # part -> whole values
    dates: dict[str, tuple[date, ...]] = field(repr=False)

    @property
    def created(self) -> date | None:
        """The day since which PubMed has it; None where the record does not say."""
        days = self.dates["crdt"]
        return days[0] if days else None


def read(element: etree._Element, xml: bytes) -> Record:
    """A record from its element; xml are the bytes to serve."""
    citation = element.find("MedlineCitation")
    if citation is None:
        citation = element.find("BookDocument")
    about: dict[str, list[etree._Element]] = {tag: [] for tag in _READ}
    for found in citation.iter(*_READ):  # one pass, as a search may be over many thousands
        about[found.tag].append(found)
    pmid = citation.find("PMID")
    data = element.find("PubmedData")
    if data is None:
        data = element.find("PubmedBookData")
    names = _names(citation, data, about)
    texts = {part: words.spaced(_all_text(about, *tags)) for part, tags in _TEXTS.items()}
    for part, of_names in _TEXTS_OF_NAMES.items():
        texts[part] = words.spaced([name for source in of_names for name in sorted(names[source])])
    frozen = {part: frozenset(found) for part, found in names.items() if found}
    number, version = int(pmid.text), int(pmid.get("Version", "1"))
    return Record(number, version, xml, texts, frozen, _dates(citation, data, about))


_TEXTS = {
    "title": ("ArticleTitle", "VernacularTitle", "BookTitle"),
    "abstract": ("AbstractText",),
    "keywords": ("Keyword",),
    "places": ("Affiliation",),
}
_TEXTS_OF_NAMES = {
    "indexing": ("mesh", "subheading", "type", "substance"),
    "rest": ("author", "group", "journal", "doi", "aid", "pages"),
}
_NAMES = {
    "subheading": ("QualifierName",),
    "type": ("PublicationType",),
    "substance": ("NameOfSubstance",),
    "language": ("Language",),
    "group": ("CollectiveName",),
    "journal": ("Title", "ISOAbbreviation", "ISSN", "MedlineTA", "NlmUniqueID"),
    "volume": ("Volume",),
    "issue": ("Issue",),
    "pages": ("MedlinePgn", "StartPage"),
    "lid": ("ELocationID",),
}
_READ = (
    "DescriptorName",
    "LastName",
    "PubDate",
    "ArticleDate",
    *(tag for tags in (*_TEXTS.values(), *_NAMES.values()) for tag in tags),
)


def _all_text(about: dict[str, list[etree._Element]], *tags: str) -> list[str]:
    return [
        "".join(found.itertext()) if len(found) else found.text or ""
        for tag in tags
        for found in about[tag]
    ]


def _names(citation, data, about) -> dict[str, set[str]]:
    names = {
        part: {words.name(text) for text in _all_text(about, *tags) if text.strip()}
        for part, tags in _NAMES.items()
    }
    names["language"] |= {LANGUAGES[code] for code in names["language"] if code in LANGUAGES}
    names["author"] = set(_authors(about["LastName"]))
    names["mesh"], names["major"] = _headings(about["DescriptorName"])
    names["subset"] = {"all", words.name(citation.get("Status", "")).replace("-", "")}
    if about["AbstractText"]:
        names["subset"].add("hasabstract")
    names["doi"], names["aid"] = set(), set(names["lid"])
    for found in data.iterfind("ArticleIdList/ArticleId") if data is not None else ():
        part = "doi" if found.get("IdType") == "doi" else "aid"
        names[part].add(words.name(found.text or ""))
    return names


def _headings(descriptors) -> tuple[set[str], set[str]]:
    """Headings, alone and with each subheading; and the major ones among them."""
    headings: set[str] = set()
    major: set[str] = set()
    for descriptor in descriptors:
        topic = words.name(descriptor.text or "")
        parts = [descriptor, *descriptor.itersiblings("QualifierName")]
        of_heading = {topic} | {f"{topic}/{words.name(part.text or '')}" for part in parts[1:]}
        headings |= of_heading
        if any(part.get("MajorTopicYN") == "Y" for part in parts):
            major |= of_heading
    return headings, major


def _authors(last_names) -> Iterator[str]:
    for last_name in last_names:
        if last_name.getparent().tag == "Author":  # and no investigator
            last = words.name(last_name.text or "")
            for given in last_name.itersiblings("Initials", "ForeName"):
                yield f"{last} {words.name(given.text or '')}".strip()
            yield last


def _dates(citation, data, about) -> dict[str, tuple[date, ...]]:
    history = {
        found.get("PubStatus"): day
        for found in (data.iterfind("History/PubMedPubDate") if data is not None else ())
        if found.get("PubStatus") in ("entrez", "pubmed", "medline") and (day := _day(found))
    }
    revised = _day(citation.find("DateRevised"))
    other = _day(citation.find("DateCompleted")) or revised
    created = history.get("entrez") or history.get("pubmed") or other
    entered = history.get("pubmed") or created
    return {
        "crdt": _known(created),
        "edat": _known(entered),
        "mhda": _known(history.get("medline") or entered),
        "lr": _known(revised),
        "dp": _known(*map(_day, about["PubDate"] + about["ArticleDate"])),
    }


def _known(*days: date | None) -> tuple[date, ...]:
    return tuple(day for day in days if day)


def _day(found: etree._Element | None) -> date | None:
    """A date element's day; what it leaves out is the first, as PubMed sorts it."""
    if found is None:
        return None
    told = {part.tag: part.text or "" for part in found}
    year, month = told.get("Year", ""), told.get("Month") or told.get("Season", "")
    if "MedlineDate" in told:  # 1998 Dec-1999 Jan
        parts = re.search(r"(\d{4})\s*([A-Za-z]*)", told["MedlineDate"])
        year, month = parts.groups() if parts else ("", "")
    number = _MONTHS.get(month[:3].lower()) or _SEASONS.get(month.lower()) or 1
    try:
        return date(int(year), int(month) if month.isdecimal() else number, int(told.get("Day", 1)))
    except ValueError:
        return None
