"""Every published version keeps its page at a place for good, and says when there is a newer."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from living_review.errors import ReviewError
from living_review.report import archive

PAGE = """<!DOCTYPE html><html><head><title>T</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head>
<body><main><section id="answers" class="level2 first-page"><h2>Answers</h2>
<p>&lt;b&gt;72%&lt;/b&gt; <a href="#flow">flow</a></p></section>
<section id="flow" class="level2"><h2>Flow</h2>
<a href="figures/a.svg">SVG</a> <a href="figures/a.png">PNG</a> <a href="review.docx">DOCX</a>
<a href="results.json">numbers</a> <a href="site/index.html">pages</a>
<a href="v/2026.10/index.html">first</a> <a href="https://example.org/x">out</a>
<a href="#answers">up</a></section></main></body></html>"""
NOW = b'"2026.11"'  # the numbers of the newest version
FILES = {
    "index.html": PAGE,
    "results.json": "{}",
    "review.docx": "PK",
    "figures/a.svg": "<svg/>",
    "figures/a.png": "png",
    "site/index.html": "cut anew",
    "feed.xml": "<feed/>",
}


@dataclass
class Published:
    """What an archive asks of a version."""

    version: str
    published_on: str
    folder: Path


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def published(tmp_path, made):
    every = []
    for number in ("2026.10", "2026.11"):
        folder = tmp_path / number
        folder.mkdir()
        (folder / archive.KEPT).write_bytes(archive.packed(made))
        (folder / "results.json").write_text(f'"{number}"')
        every.append(Published(number, f"{number.replace('.', '-')}-05", folder))
    return every


def links(content):
    return {one.text: one.get("href") for one in html.fromstring(content).iter("a")}


def test_what_is_kept_is_small_and_the_same_each_time(made):
    """Neither documents nor PNG, nor what can be cut anew; no time in it."""
    content = archive.packed(made)
    assert content == archive.packed(made)
    with zipfile.ZipFile(io.BytesIO(content)) as kept:
        assert sorted(kept.namelist()) == ["feed.xml", "figures/a.svg", "index.html"]


def test_every_version_has_its_place(published):
    """With its own numbers beside it."""
    found = archive.of_versions(published, NOW)
    for version in ("2026.10", "2026.11"):
        assert archive.page(version) in found
        assert found[f"v/{version}/results.json"] == f'"{version}"'.encode()
        assert f"v/{version}/site/flow.html" in found


def test_only_an_old_version_says_that_there_is_a_newer_one(published):
    """On each of its pages, with links to the newer one and to the newest page."""
    found = archive.of_versions(published, NOW)
    for path in ("index.html", "site/index.html", "site/flow.html"):
        up = "../" * path.count("/")
        old, new = (html.fromstring(found[f"v/{one}/{path}"]) for one in ("2026.10", "2026.11"))
        (notice,) = old.xpath("//aside[@role='note']")
        assert "This is version 2026.10 of 2026-10-05" in notice.text_content()
        assert notice.xpath(".//a/@href") == [f"{up}../2026.11/index.html", f"{up}../../index.html"]
        assert not new.xpath("//aside")
        assert "A newer version" not in new.text_content()


def test_the_newest_version_says_when_the_page_has_gone_on(published):
    """The page has other numbers now; it was kept as it was."""
    page = archive.of_versions(published, b"other")["v/2026.11/index.html"].decode()
    assert "The review has gone on since." in page
    assert "A newer version" not in page


def test_dressing_a_page_again_changes_nothing():
    """One notice, the same links, however often a folder to serve is brought up to date."""
    notice = "<aside>later</aside>"
    once = archive.dressed(PAGE, notice, {"figures/a.svg"})
    assert archive.dressed(once["index.html"].decode(), notice, {"figures/a.svg"}) == once
    bare = archive.dressed(once["index.html"].decode(), "", {"figures/a.svg"})["index.html"]
    assert b"later" not in bare
    assert b"notice" not in bare


def test_links_of_a_version_lead_to_what_is_there(published):
    """What was not kept is a word; other versions are its neighbours; text stays text."""
    found = archive.of_versions(published, NOW)
    shown = links(found["v/2026.11/index.html"])
    assert shown == {
        "flow": "#flow",
        "SVG": "figures/a.svg",
        "PNG": None,
        "DOCX": None,
        "numbers": "results.json",
        "pages": "site/index.html",
        "first": "../2026.10/index.html",
        "out": "https://example.org/x",
        "up": "#answers",
    }
    cut = links(found["v/2026.11/site/flow.html"])
    assert (cut["SVG"], cut["first"]) == ("../figures/a.svg", "../../2026.10/index.html")
    assert (cut["up"], cut["pages"]) == ("index.html#answers", "../site/index.html")
    assert b"&lt;b&gt;72%&lt;/b&gt;" in found["v/2026.11/index.html"]


def test_a_version_from_before_pages_were_kept_is_passed_over(published):
    """It has no place, and the others do."""
    (published[0].folder / archive.KEPT).unlink()
    assert {path.split("/")[1] for path in archive.of_versions(published, NOW)} == {"2026.11"}


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + 18 * b"\0"])
def test_what_was_damaged_is_named(published, content):
    """Nothing is shown of it, and the message says where it is and what to do."""
    (published[0].folder / archive.KEPT).write_bytes(content)
    with pytest.raises(ReviewError, match=r"2026\.10/page\.zip is not what was published"):
        archive.of_versions(published, NOW)


def test_no_kept_file_leaves_its_folder(published):
    """A path that leads out of the archive is refused."""
    with zipfile.ZipFile(published[0].folder / archive.KEPT, "a") as kept:
        kept.writestr("../../index.html", "other")
    with pytest.raises(ReviewError, match="is not what was published"):
        archive.of_versions(published, NOW)
