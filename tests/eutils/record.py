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
    article = citation.find("Article")
    if article is None:  # a book has its title and abstract where an article's citation has them
        article = citation
    pmid = citation.find("PMID")
    names = {part: frozenset(found) for part, found in _names(element, citation, article).items()}
    return Record(
        int(pmid.text),
        int(pmid.get("Version", "1")),
        xml,
        _texts(citation, article, names),
        names,
        _dates(element, citation, article),
    )


def _all_text(parent: etree._Element, path: str) -> list[str]:
    return ["".join(found.itertext()) for found in parent.iterfind(path)]


def _values(parent: etree._Element, path: str) -> Iterator[str]:
    return (words.name(found) for found in _all_text(parent, path) if found.strip())


def _texts(citation, article, names) -> dict[str, str]:
    indexing = [
        name for part in ("mesh", "subheading", "type", "substance") for name in names[part]
    ]
    rest = [name for part in ("author", "journal", "doi", "aid", "pages") for name in names[part]]
    return {
        "title": words.spaced(
            _all_text(article, "ArticleTitle") + _all_text(article, "VernacularTitle")
        ),
        "abstract": words.spaced(
            _all_text(article, "Abstract/AbstractText")
            + _all_text(citation, "OtherAbstract/AbstractText")
        ),
        "keywords": words.spaced(_all_text(citation, "KeywordList/Keyword")),
        "places": words.spaced(_all_text(article, "AuthorList/Author/AffiliationInfo/Affiliation")),
        "indexing": words.spaced(indexing),
        "rest": words.spaced(rest),
    }


def _names(element, citation, article) -> dict[str, set[str]]:
    headings: set[str] = set()
    major: set[str] = set()
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        descriptor = heading.find("DescriptorName")
        topic = words.name(descriptor.text or "")
        of_heading = {topic} | {
            f"{topic}/{words.name(qualifier.text or '')}"
            for qualifier in heading.iterfind("QualifierName")
        }
        headings |= of_heading
        if any(part.get("MajorTopicYN") == "Y" for part in heading):
            major |= of_heading
    languages = set(_values(article, "Language"))
    locations = set(_values(article, "ELocationID"))
    ids = {
        kind: set(_values(element, f"PubmedData/ArticleIdList/ArticleId[@IdType='{kind}']"))
        for kind in ("doi", "pii", "pmc")
    }
    subset = {"all", words.name(citation.get("Status", "")).replace("-", "")}
    if article.find("Abstract") is not None:
        subset.add("hasabstract")
    return {
        "mesh": headings,
        "major": major,
        "subheading": set(_values(citation, "MeshHeadingList/MeshHeading/QualifierName")),
        "type": set(_values(article, "PublicationTypeList/PublicationType"))
        | set(_values(article, "PublicationType")),
        "substance": set(_values(citation, "ChemicalList/Chemical/NameOfSubstance")),
        "language": languages | {LANGUAGES[code] for code in languages if code in LANGUAGES},
        "author": set(_authors(article)),
        "group": set(_values(article, "AuthorList/Author/CollectiveName")),
        "journal": {
            found
            for path in ("Journal/Title", "Journal/ISOAbbreviation", "Journal/ISSN")
            for found in _values(article, path)
        }
        | set(_values(citation, "MedlineJournalInfo/MedlineTA"))
        | set(_values(citation, "MedlineJournalInfo/NlmUniqueID")),
        "volume": set(_values(article, "Journal/JournalIssue/Volume")),
        "issue": set(_values(article, "Journal/JournalIssue/Issue")),
        "pages": set(_values(article, "Pagination/MedlinePgn"))
        | set(_values(article, "Pagination/StartPage")),
        "subset": subset,
        "doi": ids["doi"],
        "aid": ids["pii"] | ids["pmc"] | locations,
        "lid": locations,
    }


def _authors(article) -> Iterator[str]:
    for author in article.iterfind("AuthorList/Author"):
        last = words.name(author.findtext("LastName") or "")
        for given in ("Initials", "ForeName"):
            if last:
                yield f"{last} {words.name(author.findtext(given) or '')}".strip()


def _dates(element, citation, article) -> dict[str, tuple[date, ...]]:
    history = {
        found.get("PubStatus"): day
        for path in ("PubmedData", "PubmedBookData")
        for found in element.iterfind(f"{path}/History/PubMedPubDate")
        if (day := _day(found))
    }
    revised = _day(citation.find("DateRevised"))
    other = _day(citation.find("DateCompleted")) or revised
    created = history.get("entrez") or history.get("pubmed") or other
    entered = history.get("pubmed") or created
    published = [
        article.find("Journal/JournalIssue/PubDate"),
        article.find("Book/PubDate"),
        *article.iterfind("ArticleDate"),
    ]
    return {
        "crdt": _known(created),
        "edat": _known(entered),
        "mhda": _known(history.get("medline") or entered),
        "lr": _known(revised),
        "dp": _known(*map(_day, published)),
    }


def _known(*days: date | None) -> tuple[date, ...]:
    return tuple(day for day in days if day)


def _day(found: etree._Element | None) -> date | None:
    """A date element's day; what it leaves out is the first, as PubMed sorts it."""
    if found is None:
        return None
    year = found.findtext("Year")
    month = found.findtext("Month") or found.findtext("Season") or ""
    if year is None:  # <MedlineDate>1998 Dec-1999 Jan</MedlineDate>
        parts = re.search(r"(\d{4})\s*([A-Za-z]*)", found.findtext("MedlineDate") or "")
        if parts is None:
            return None
        year, month = parts.groups()
    number = _MONTHS.get(month[:3].lower()) or _SEASONS.get(month.lower()) or 1
    try:
        return date(
            int(year), int(month) if month.isdigit() else number, int(found.findtext("Day") or 1)
        )
    except ValueError:
        return None
