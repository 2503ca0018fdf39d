"""The page once more as several: the answers first, then a page for each section and result.

They are cut out of the rendered page, whichever renderer made it. In the sources a section of the
class `first-page` stays with the answers, and one of the class `in-pages` has a page for each of
its own sections; those classes are all there is to change. No page needs another file.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import html
from lxml.html import builder as E

FOLDER = "site"
FIRST = "index.html"
STAYS, SPLITS = "first-page", "in-pages"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_BESIDE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|/|#|$)")  # no scheme, no root, no place in here
_MARK = "here-stands-the-page"
_OURS = ("prev", "next", "child")  # links from one of the pages to another


class Page(NamedTuple):
    """A page to be."""

    file: str
    title: str  # "" of the first
    sections: list[Any]
    under: str = ""  # the file of the page of the section that it was cut out of

    @property
    def ids(self) -> Iterator[str]:
        return (str(one) for section in self.sections for one in section.xpath(".//@id | ./@id"))


def split(page: bytes) -> dict[str, bytes]:
    """{file: page} of a rendered page; links lead to where their targets went.

    Links to files beside the page go one folder up.
    """
    shell = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    pages = _cut(shell)
    places = {name: one.file for one in pages for name in one.ids}
    return {one.file: _written(copy.deepcopy(shell), one, pages, places) for one in pages}


def _cut(shell: Any) -> list[Page]:
    """Take the sections out of a page, and leave a mark where they stood."""
    sections = [one for one in shell.iter("section") if "level2" in _classes(one)]
    first = Page(FIRST, "", [])
    others: list[Page] = []
    for place, section in enumerate(sections):
        if not place:
            section.addprevious(E.DIV(id=_MARK))
        _detach(section)
        if STAYS in _classes(section):
            first.sections.append(section)
            continue
        parts = list(section.iterchildren("section")) if SPLITS in _classes(section) else []
        whole = _page(section, len(others))
        others.append(whole)
        others += [
            _page(_detach(part), len(others) + n, whole.file) for n, part in enumerate(parts)
        ]
    return [first, *others]


def _classes(section: Any) -> list[str]:
    return str(section.get("class", "")).split()


def _detach(element: Any) -> Any:
    element.tail = None
    element.getparent().remove(element)
    return element


def _page(section: Any, number: int, under: str = "") -> Page:
    name = section.get("id", "")
    file = f"{name}.html" if _NAME.fullmatch(name) and name != "index" else f"part-{number}.html"
    headings = [one for one in section.iterchildren() if one.tag in ("h2", "h3")]
    title = " ".join(headings[0].text_content().split()) if headings else name
    if under:  # its heading is the first one below that of the review
        for heading in list(section.iter("h3", "h4", "h5", "h6")):
            heading.tag = f"h{int(heading.tag[1]) - 1}"
    return Page(file, title, [section], under)


def _written(shell: Any, page: Page, pages: list[Page], places: dict[str, str]) -> bytes:
    mark = shell.get_element_by_id(_MARK, None)
    if mark is not None:
        if (parts := _list(page, pages)) is not None:
            page.sections[0].append(parts)
        for added in (*page.sections, _pager(page, pages)):
            mark.addprevious(added)
        _detach(mark)
    contents = shell.get_element_by_id("toc-title", None)
    if contents is not None:
        contents.text = "Contents"
    title = shell.find(".//title")
    if title is not None and page.title:
        title.text = f"{page.title} \u2013 {title.text}"
    for feed in shell.iterfind(".//link[@rel='alternate']"):
        feed.set("href", _led(feed.get("href"), feed, page, places))
    for link in shell.iter("a"):
        if href := link.get("href"):
            link.set("href", _led(href, link, page, places))
            if href.startswith("#") and places.get(href[1:]) == page.file and _in_contents(link):
                link.set("aria-current", "page")
    return bytes(html.tostring(shell, encoding="utf-8", doctype="<!DOCTYPE html>"))


def _in_contents(link: Any) -> bool:
    return any(above.get("id") == "TOC" for above in link.iterancestors("nav"))


def _led(href: str, link: Any, page: Page, places: dict[str, str]) -> str:
    """Where a link of the one page leads from one of the several."""
    if href.startswith("#"):
        if "skip" in _classes(link) and page.sections:
            return f"#{page.sections[0].get('id')}"  # over the banner, on every page
        file = places.get(href[1:], page.file)
        return href if file == page.file else file + href
    if link.get("rel") in _OURS or not _BESIDE.match(href):
        return href
    return f"../{href}"


def _list(page: Page, pages: Iterable[Page]) -> Any:
    """The pages that were cut out of the section of a page, as a list; None if none were."""
    items = [
        E.LI(E.A(one.title, href=one.file, rel="child")) for one in pages if one.under == page.file
    ]
    return E.UL(*items) if items else None


def _pager(page: Page, pages: list[Page]) -> Any:
    """To the page before and the one after it."""
    place = pages.index(page)
    nav = E.NAV({"class": "pager", "aria-label": "Pages"})
    if place:
        before = pages[place - 1]
        nav.append(E.A(f"\u2190 {before.title or 'The answers'}", href=before.file, rel="prev"))
    if place + 1 < len(pages):
        after = pages[place + 1]
        nav.append(E.A(f"{after.title} \u2192", href=after.file, rel="next"))
    return nav
