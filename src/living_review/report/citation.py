"""This review as something to cite: the version that the page shows, or all of its versions."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from living_review.figures.plain import one_line
from living_review.interchange import bibtex, csl, export
from living_review.report.about import ORCID

Row = Mapping[str, Any]

_CREATIVE_COMMONS = re.compile(r"CC-BY(-NC)?(-SA|-ND)?-(1\.0|2\.0|2\.5|3\.0|4\.0)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER_LICENCES = ("CC0-1.0", "MIT", "Apache-2.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0")


class Cited(NamedTuple):
    """What a citation of the review is made of; "" is not known, or there is none."""

    key: str
    title: str
    authors: tuple[str, ...]
    version: str  # the id of a published version
    words: str  # which version it is, in words that hold for any state of the review
    state: str  # the day of publication, or how far the data go
    day: str  # of publication, or the last one of which the page knows: 2026-11-24
    url: str
    doi: str


def this(results: Row) -> Cited:
    """The version that the page shows, or its unpublished state."""
    review, version = results["review"], results["versions"]["this"]
    site = address(review)
    return _cited(
        results,
        key=f"{review['id']}-{version or 'unpublished'}",
        version=version,
        words=which(results),
        state=published_on(results) or _reach(results),
        url=f"{site}v/{version}/" if site and version else site,
    )


def every(results: Row) -> Cited:
    """All versions together: the review under the address and the DOI that always lead to the
    newest."""
    review = results["review"]
    return _cited(
        results,
        key=review["id"],
        words="All versions",
        url=address(review),
        doi=review.get("doi", ""),
    )


def _cited(results: Row, **told: str) -> Cited:
    review = results["review"]
    texts = {
        "title": f"{review['title']}: a living systematic review",
        "day": published_on(results) or day(results),
        **dict.fromkeys(("version", "state", "doi"), ""),
        **told,
    }
    return Cited(
        authors=tuple(one_line(author["name"]) for author in review.get("authors", ())),
        **{name: one_line(value) for name, value in texts.items()},
    )


def address(review: Row) -> str:
    """The folder in which the newest page stands, with a slash at its end; "" if the protocol does
    not say."""
    site = review.get("address", "")
    if site.endswith(".html"):
        site = site.rpartition("/")[0]
    return site if not site or site.endswith("/") else f"{site}/"


def which(results: Row) -> str:
    """Which version of the review the page shows."""
    this, before = (results["versions"][name] for name in ("this", "before"))
    if this:
        return f"Version {this}"
    return f"Not published, after version {before}" if before else "Not published yet"


def published_on(results: Row) -> str:
    """The day on which the version that the page shows was published; "" if it is none."""
    versions = results["versions"]
    days = (one["published_on"] for one in versions["every"] if one["version"] == versions["this"])
    return str(next(iter(days), ""))


def last_day(results: Row) -> str:
    """The last day of which the data know: of a search, an import, a version; "" if of none.

    No clock is asked.
    """
    days = [
        results["status"]["searched_on"],
        *(str(row.get("date") or "")[:10] for row in results["searches"]),
        *(attempt["time"][:10] for attempt in results["attempts"]),
        *(one["published_on"] for one in results["versions"]["every"]),
    ]
    return max(filter(_DAY.fullmatch, days), default="")


def day(results: Row) -> str:
    """The same, or the first of the month of the protocol."""
    year, month, *_ = results["review"]["protocol_version"].split(".")
    return last_day(results) or f"{year}-{month}-01"


def _reach(results: Row) -> str:
    known = last_day(results)
    protocol = results["review"]["protocol_version"]
    return f"data of {known}" if known else f"protocol version {protocol}"


# ---- formats -----------------------------------------------------------------------------------


def text(cited: Cited) -> str:
    """Authors, title, version, day and address in one line, as far as they are known."""
    pieces = [
        ", ".join(cited.authors),
        cited.title,
        ", ".join(filter(None, (cited.words, cited.state))),
        f"https://doi.org/{cited.doi}" if cited.doi else cited.url,
    ]
    return ". ".join(piece.rstrip(".") for piece in pieces if piece) + "."


def as_bibtex(cited: Cited) -> str:
    year, month, _ = cited.day.split("-")
    fields = [
        ("author", bibtex.people(cited.authors)),
        ("title", f"{{{bibtex.text(cited.title)}}}"),
        ("year", year),
        ("month", str(int(month))),
        ("version", bibtex.text(cited.version)),
        ("note", bibtex.text(f"Living systematic review. {cited.words}")),
        ("doi", cited.doi),
        ("url", cited.url),
    ]
    return bibtex.entry("misc", cited.key, fields)


def as_ris(cited: Cited) -> str:
    fields = [
        ("ID", cited.key),
        *(("AU", author) for author in cited.authors),
        ("TI", cited.title),
        ("PY", cited.day[:4]),
        ("DA", cited.day.replace("-", "/")),
        ("ET", cited.version),
        ("N1", f"Living systematic review. {cited.words}"),
        ("DO", cited.doi),
        ("UR", cited.url),
    ]
    return export.ris_entry("ELEC", fields)


def as_csl(cited: Cited) -> str:
    fields = {
        "title": cited.title,
        "author": csl.people(cited.authors),
        "issued": csl.day(cited.day),
        "genre": "Living systematic review",
        "version": cited.version,
        "note": cited.words,
        "DOI": cited.doi,
        "URL": cited.url,
    }
    return (
        json.dumps([csl.entry("webpage", cited.key, fields)], ensure_ascii=False, indent=1) + "\n"
    )


WRITERS = {".bib": as_bibtex, ".ris": as_ris, ".json": as_csl}


def files(results: Row) -> dict[str, str]:
    """{name: text}: this version, and all versions, in each format."""
    return {
        f"{name}{ending}": write(cited)
        for name, cited in (("this", this(results)), ("every", every(results)))
        for ending, write in WRITERS.items()
    }


def as_cff(results: Row) -> str:
    """CITATION.cff, version 1.2.0: YAML whose texts are quoted as in JSON."""
    review, cited = results["review"], this(results)
    facts: list[tuple[str, object]] = [
        ("cff-version", "1.2.0"),
        ("message", "If you use this review, please cite it as below, with its version."),
        ("type", "dataset"),
        ("title", cited.title),
        ("abstract", one_line(review["question"])),
        ("authors", list(_authors(review))),
        ("version", cited.version),
        ("date-released", cited.day if cited.version else ""),
        ("license", spdx(review["licence"])),
        ("url", cited.url),
        ("doi", one_line(review.get("doi", ""))),
    ]
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts if value]
    return "\n".join(lines) + "\n"


def _authors(review: Row) -> Iterable[dict[str, str]]:
    """Persons where the parts of their names are known, else entities; there has to be one."""
    named = review.get("authors", ())
    if not named:
        yield {"name": f"The authors of {one_line(review['title'])}"}
    for author in named:
        name = csl.person(author["name"])
        told = {
            "family-names": name.get("family", ""),
            "given-names": name.get("given", ""),
            "name": name.get("literal", ""),
            "affiliation": one_line(author.get("affiliation", "")) if "family" in name else "",
            "orcid": ORCID + author["orcid"] if author.get("orcid") else "",
        }
        yield {field: value for field, value in told.items() if value}


def spdx(licence: str) -> str:
    """A licence by its SPDX identifier; "" if it is none that is known here."""
    name = "-".join(licence.split())
    return name if _CREATIVE_COMMONS.fullmatch(name) or name in _OTHER_LICENCES else ""
