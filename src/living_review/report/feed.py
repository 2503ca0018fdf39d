"""What happened to the review as an Atom feed (RFC 4287), for those who follow it.

An entry for each time that a search was run, also if it found nothing or failed, and for each
version that was published. Entries are made from the logs alone: their ids and times never change,
and no clock is asked.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from living_review import run_log
from living_review.figures.plain import one_line
from living_review.report import citation, words

Row = Mapping[str, Any]

FILE = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SEARCH, VERSION = "search", "version"


class Entry(NamedTuple):
    kind: str  # SEARCH or VERSION
    name: str  # what tells it from all others of its kind
    time: str  # as RFC 3339 has it
    title: str
    summary: str
    path: str  # below the address of the review


def feed(results: Row) -> bytes:
    """The feed, the newest entry first."""
    review = results["review"]
    site = citation.address(review)
    told = entries(results)
    first = f"{citation.day(results)}T00:00:00Z"
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set(f"{{{XML}}}lang", review["language"])
    _text(root, "id", site + FILE if site else identifier(review, "feed", "", first))
    _text(root, "title", f"{review['title']}: a living systematic review")
    _text(root, "subtitle", review["question"])
    _text(root, "updated", max((entry.time for entry in told), default=first))
    _people(root, review)
    _text(root, "rights", review["licence"])
    _link(root, "alternate", site, "text/html")
    _link(root, "self", site and site + FILE, "application/atom+xml")
    for entry in told:
        _entry(root, entry, review, site)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def entries(results: Row) -> list[Entry]:
    """Searches and versions, the newest first."""
    first = f"{citation.day(results)}T00:00:00Z"
    found = [
        *(_searched(attempt, first) for attempt in results["attempts"]),
        *(_published(version, first) for version in results["versions"]["every"]),
    ]
    return sorted(found, key=lambda entry: (entry.time, entry.kind, entry.name), reverse=True)


def _searched(attempt: Row, otherwise: str) -> Entry:
    outcome, day = attempt["outcome"], attempt["time"][:10]
    if outcome == run_log.COMPLETE:
        new = _count(attempt["new"])
        became = words.counted(new, "new record") if new else "no new record"
    elif outcome == run_log.NOTHING_NEW:
        became = "nothing new"
    else:
        became = "it failed" if outcome == run_log.FAILED else "it did not come to its end"
    return Entry(
        SEARCH,
        f"{attempt['time']}/{attempt['strategy_id']}",
        _time(attempt["time"], otherwise),
        f"Search of {day}: {became}",
        _told_of_search(attempt),
        "",
    )


def _told_of_search(attempt: Row) -> str:
    strategy = f"Strategy {attempt['strategy_id']}"
    if attempt["outcome"] not in run_log.SEARCHED:
        return f"{strategy}. Nothing was added; the review stands as it did. {attempt['note']}"
    counted = ", ".join(
        f"{name} {attempt[name]}"
        for name in ("found", "new", "gone", "revised")
        if attempt[name] != ""
    )
    waits = " New records wait for people to screen them." if _count(attempt["new"]) else ""
    return f"{strategy}: {counted}.{waits}"


def _published(version: Row, otherwise: str) -> Entry:
    number = version["version"]
    searched = f" Searched on {version['searched_on']}." if version["searched_on"] else ""
    note = f" {version['note']}" if version["note"] else ""
    return Entry(
        VERSION,
        number,
        _time(version["published_on"], otherwise),
        f"Version {number} is published",
        f"Why: {'; '.join(version['why'])}. {words.studies(len(version['included']))} "
        f"included.{searched}{note}",
        f"v/{number}/",
    )


def _count(cell: str) -> int:
    return int(cell) if cell.isdecimal() else 0


def _time(time: str, otherwise: str) -> str:
    if _TIME.fullmatch(time):
        return time
    return f"{time}T00:00:00Z" if _DAY.fullmatch(time) else otherwise


def identifier(review: Row, kind: str, name: str, time: str) -> str:
    """A name for good: a tag: URI (RFC 4151) of the site, else a URN made of the review's id."""
    host = urlsplit(review.get("address", "")).hostname
    if not host:
        told = "/".join((review["id"], kind, name))
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'living-review:{told}')}"
    specific = re.sub(r"[^A-Za-z0-9._~:/-]", "-", f"{kind}/{name}")
    return f"tag:{host},{time[:10]}:{review['id']}/{specific}"


def _entry(root: Any, entry: Entry, review: Row, site: str) -> None:
    element = etree.SubElement(root, f"{{{ATOM}}}entry")
    _text(element, "id", identifier(review, entry.kind, entry.name, entry.time))
    _text(element, "title", entry.title)
    _text(element, "updated", entry.time)
    _text(element, "published", entry.time)
    etree.SubElement(element, f"{{{ATOM}}}category", term=entry.kind)
    _link(element, "alternate", site and site + entry.path, "text/html")
    _text(element, "content", entry.summary)


def _people(root: Any, review: Row) -> None:
    names: Iterable[str] = [author["name"] for author in review.get("authors", ())]
    for name in names or [f"The authors of {review['title']}"]:
        author = etree.SubElement(root, f"{{{ATOM}}}author")
        _text(author, "name", name)


def _text(parent: Any, name: str, value: object) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = one_line(value)


def _link(parent: Any, rel: str, href: str, kind: str) -> None:
    if href:
        etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=kind, href=href)
