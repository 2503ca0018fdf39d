"""The page of each published version, at its place for good: v/<version>/ beside the newest page.

`publish` keeps the page with the version, since later code would show it in another way: packed,
with the files beside it that are small. Documents and PNG are not kept, being many times as large
in git; the commit of the version makes them again. The page in several pieces is cut anew.
"""

import io
import re
import zipfile
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path

from living_review.errors import ReviewError
from living_review.report import copies, pages
from living_review.versions import Version

FOLDER = "v"
KEPT = "page.zip"
PAGE, RESULTS = "index.html", "results.json"
# RESULTS stands beside KEPT already.
_NOT_KEPT = re.compile(rf"{RESULTS}|{copies.DOCX}|{copies.PDF}|{pages.FOLDER}/.*|.*\.png")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r'(<a\b[^<>]*?) href="([^"<>]*)"')  # as our renderers write it
_BESIDE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|/|#|\.\./|$)")  # neither elsewhere nor in here
BEGIN, END = "<!-- notice -->", "<!-- end of notice -->"
_NOTICE = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
_LOOK = 'style="border:.2rem solid;padding:.5rem 1rem;margin:1rem"'


def page(version: str) -> str:
    """The path of a version's page, beside the newest one."""
    return f"{FOLDER}/{version}/{PAGE}"


def packed(made: Path) -> bytes:
    """What is kept of a page that was made into a folder; the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in made.rglob("*") if path.is_file()):
            name = path.relative_to(made).as_posix()
            if not _NOT_KEPT.fullmatch(name):
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return content.getvalue()


def kept(version: Version) -> dict[str, bytes]:
    """{path: content} of the page as it was published, the page last; {} of a version from before
    pages were kept.

    Raises ReviewError if it can't be read.
    """
    path = version.folder / KEPT
    if not path.exists():
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
        if outside := [name for name in found if name.startswith("/") or ".." in name]:
            raise ValueError(f"it holds {outside[0]!r}")
        whole = found.pop(PAGE)
        return {**found, RESULTS: (version.folder / RESULTS).read_bytes(), PAGE: whole}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ReviewError(
            f"{path} is not what was published ({error}); bring it back from git"
        ) from error


def of_versions(published: Sequence[Version], now: bytes) -> dict[str, bytes]:
    """{path beside the newest page: content} of all versions whose page is kept.

    published: the first one first. now: the results of the newest page.
    """
    found: dict[str, bytes] = {}
    for version in published:
        if files := kept(version):
            told = notice(version, published[-1], files[RESULTS] != now)
            files |= dressed(files[PAGE].decode(), told, files)
            found |= {f"{FOLDER}/{version.version}/{path}": files[path] for path in files}
    return found


def notice(version: Version, newest: Version, gone_on: bool) -> str:
    """What the page of a version says of what came after it; "" if nothing did.

    gone_on: whether the newest page has other numbers than it.
    """
    now = f'<a href="../../{PAGE}">The page as it is now</a> is always at the same address.'
    this = f"This is version {escape(version.version)} of {escape(version.published_on)}"
    if version.version != newest.version:
        number = escape(newest.version)
        said = (
            f"<strong>A newer version exists.</strong> {this}, kept as it was. "
            f'<a href="../{number}/{PAGE}">Version {number}</a> came later. {now}'
        )
    elif gone_on:
        said = f"<strong>The review has gone on since.</strong> {this}, kept as it was. {now}"
    else:
        return ""
    return f'<aside role="note" aria-label="What came later" {_LOOK}>{said}</aside>'


def dressed(page: str, notice: str, there: Collection[str]) -> dict[str, bytes]:
    """The page of a version, and its pieces, as they stand at its place.

    notice: for the beginning of the body, in place of an earlier one. there: the files beside the
    page. Links to other versions lead to their folders beside this one; what is not there is no
    link any more, and its words stay. All else stays to the byte.
    """
    bare = _NOTICE.sub("", page)
    known = {*there, PAGE, f"{pages.FOLDER}/{pages.FIRST}"}
    linked = _LINK.sub(lambda link: _led(link[1], link[2], known), bare)
    body = _BODY.search(linked)
    if notice and not body:
        raise ReviewError("The page of a version has no body to put a notice in.")
    if notice and body:
        linked = f"{linked[: body.end()]}{BEGIN}{notice}{END}{linked[body.end() :]}"
    several = pages.split(linked.encode()) if "<section" in linked else {}
    pieces = {f"{pages.FOLDER}/{name}": content for name, content in several.items()}
    return {**pieces, PAGE: linked.encode()}


def _led(link: str, href: str, there: Collection[str]) -> str:
    if href.startswith(f"{FOLDER}/"):
        return f'{link} href="../{href.removeprefix(f"{FOLDER}/")}"'
    if _BESIDE.match(href) and href.partition("#")[0] not in there:
        return f'{link} title="Not kept for this version; its commit makes it again"'
    return f'{link} href="{href}"'
