"""Readers find the page, and every published version where it always was."""

import re
import shutil
from pathlib import Path

import pytest
from clones import (
    clone,
    environment_of_a_runner,
    git,
    plan,
    remote,
    tree,
    write,
)

from living_review.errors import ReviewError
from living_review.git import Git
from living_review.report import archive
from living_review.unattended import derived, site
from living_review.versions import Version

BODY = '<!DOCTYPE html><html><body class="a">\n<main>{}</main></body></html>'
OUT = Path("site")


def publish(number, numbers):
    """A version as its folder has it, of which the page shows these numbers."""
    version = Version(
        version=number,
        published_on=f"{number[:4]}-{number[5:7]}-15",
        published_by="ann",
        why=["a new study"],
        note="",
        protocol_version="1",
        searched_on="",
        counts={},
        included=[],
        out=[],
        files={},
        code="",
        analyses={},
        content=numbers,
    )
    write(version.folder / "results.json", numbers)
    return version


def page(numbers, look=""):
    """The plan of a review whose page shows these numbers; its files are here."""
    made = plan(page=f"{numbers}{look}")
    folder = Path(made.names[0].path).parent
    write(folder / "results.json", numbers)
    write(folder / "index.html", BODY.format(numbers + look))
    write(folder / "figures/forest.svg", f"<svg>{numbers}</svg>")
    return made


def notice(version):
    written = (OUT / "v" / version.version / "index.html").read_text()
    return "A newer version exists" in written


def versions_served():
    """{path: content} of all pages of versions, without the notices."""
    return {
        str(path.relative_to(OUT)): archive._NOTICE.sub("", path.read_text())
        for path in (OUT / "v").rglob("*")
        if path.is_file()
    }


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder without git, as on a server of one's own."""
    folder = tmp_path / "review"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def runner(tmp_path, monkeypatch):
    """Begins a fresh clone and goes there; what the last one had is gone."""
    environment_of_a_runner(monkeypatch)
    bare = remote(tmp_path)
    count = []

    def begin():
        count.append(1)
        folder = clone(bare, tmp_path / f"runner-{len(count)}", "--depth=1")
        monkeypatch.chdir(folder)
        return Git()

    begin.bare = bare
    return begin


def test_the_current_page_is_at_the_top(here):
    """With all that it needs, and nothing of the page before."""
    site.assemble(OUT, page("one"), [])
    write(OUT / "figures/of_an_analysis_that_is_gone.svg", "<svg/>")
    site.assemble(OUT, page("two"), [])
    assert "two" in (OUT / "index.html").read_text()
    assert (OUT / "figures/forest.svg").read_text() == "<svg>two</svg>"
    assert not (OUT / "figures/of_an_analysis_that_is_gone.svg").exists()
    assert not (OUT / "v").exists()


def test_each_version_keeps_its_address_and_its_numbers(here):
    """Also when another page is the current one, and the page was deleted meanwhile."""
    first = publish("2026.11", "one")
    site.assemble(OUT, page("one"), [first])
    shutil.rmtree("results")
    second = publish("2027.01", "two")
    site.assemble(OUT, page("two"), [first, second])
    assert "one" in (OUT / "v/2026.11/index.html").read_text()
    assert (OUT / "v/2026.11/results.json").read_text() == "one"
    assert (OUT / "v/2027.01/figures/forest.svg").read_text() == "<svg>two</svg>"
    assert "two" in (OUT / "index.html").read_text()


def test_only_old_versions_say_that_there_is_a_newer_one(here):
    """The notice names the newest one, and stands once however often the site is made."""
    first, second, third = (publish(f"2026.0{n}", str(n)) for n in (1, 2, 3))
    for made in ([first], [first, second], [first, second, third], [first, second, third]):
        site.assemble(OUT, page(made[-1].content), made)
    assert [notice(one) for one in (first, second, third)] == [True, True, False]
    written = (OUT / "v/2026.01/index.html").read_text()
    assert written.count("A newer version exists") == 1
    assert 'href="../2026.03/index.html"' in written
    assert 'href="../../index.html"' in written
    assert "2026.02" not in written
    assert re.search(r'<body class="a"><!-- notice --><aside', written)
    assert "A newer version exists" not in (OUT / "index.html").read_text()


def test_the_newest_version_says_when_the_review_has_gone_on(here):
    """By another search or a retraction; the notice goes when its numbers are there again."""
    first = publish("2026.11", "one")
    path = OUT / "v/2026.11/index.html"
    for numbers, moved in (("one", False), ("two", True), ("two", True), ("one", False)):
        site.assemble(OUT, page(numbers), [first])
        assert ("The review has gone on since." in path.read_text()) == moved
    assert path.read_text() == BODY.format("one")


def test_a_version_is_kept_where_results_are_kept(runner):
    """A runner that begins empty finds it again, the same to the byte, without any notice."""
    repository = runner()
    first = publish("2026.11", "one")
    made = page("one")
    derived.keep(made, repository, "origin")
    site.assemble(OUT, made, [first], repository, "origin")
    served = versions_served()
    assert "versions/2026.11/index.html" in tree(runner.bare, "derived")
    for number in ("2026.12", "2027.01"):
        repository = runner()
        first, later = publish("2026.11", "one"), publish(number, number)
        told = site.assemble(OUT, page(number), [first, later], repository, "origin")
        assert told[0] == "site/v/2026.11: as it was kept"
        assert notice(first)
        assert {path: text for path, text in versions_served().items() if "2026.11" in path} == (
            served
        )
    kept = git(runner.bare, "show", "derived:versions/2026.11/index.html")
    assert "notice" not in kept


def test_a_site_that_has_all_versions_needs_no_remote(runner):
    """A server of one's own goes on while the remote is away."""
    repository = runner()
    first = publish("2026.11", "one")
    site.assemble(OUT, page("one"), [first], repository, "origin")
    runner.bare.rename(runner.bare.with_name("away.git"))
    assert site.assemble(OUT, page("two"), [first], repository, "origin") == []
    assert "two" in (OUT / "index.html").read_text()


def test_a_version_whose_page_was_made_elsewhere(runner):
    """It is the page among the kept results that shows the very numbers of the version."""
    repository = runner()
    for numbers in ("zero", "one"):
        derived.keep(page(numbers), repository, "origin")
    repository = runner()
    first = publish("2026.11", "one")
    (told,) = site.assemble(OUT, page("two"), [first], repository, "origin")
    assert "of the branch derived" in told
    assert "one" in (OUT / "v/2026.11/index.html").read_text()


def test_a_version_is_served_from_what_was_published(here):
    """Where no result of it is left, without running anything again; it leads to its neighbours."""
    first, second = publish("2026.11", "one"), publish("2027.01", "two")
    made = Path("made")
    write(made / "index.html", BODY.format('one <a href="v/2026.10/index.html">before</a>'))
    write(made / "feed.xml", "<feed/>")
    (first.folder / archive.KEPT).write_bytes(archive.packed(made))
    told = site.assemble(OUT, page("two"), [first, second])
    assert told[0] == "site/v/2026.11: as it was published"
    written = (OUT / "v/2026.11/index.html").read_text()
    assert 'one <a href="../2026.10/index.html">before</a>' in written
    assert "A newer version exists" in written
    assert (OUT / "v/2026.11/feed.xml").read_text() == "<feed/>"
    assert (OUT / "v/2026.11/results.json").read_text() == "one"
    again = {path: path.read_bytes() for path in OUT.rglob("*") if path.is_file()}
    site.assemble(OUT, page("two"), [first, second])
    assert {path: path.read_bytes() for path in again} == again


def test_a_kept_version_never_changes(runner):
    """A page of the same numbers in another look is not put in its place."""
    repository = runner()
    first = publish("2026.11", "one")
    site.assemble(OUT, page("one"), [first], repository, "origin")
    repository = runner()
    first = publish("2026.11", "one")
    site.assemble(OUT, page("one", " in another look"), [first], repository, "origin")
    assert "another look" in (OUT / "index.html").read_text()
    assert "another look" not in (OUT / "v/2026.11/index.html").read_text()


def test_a_version_whose_page_is_nowhere_is_told(here):
    """Rather than served with other numbers; nothing is put at its address, and how to make it."""
    first = publish("2026.11", "one")
    with pytest.raises(ReviewError, match=r"version 2026\.11 is neither in.*unattended keep"):
        site.assemble(OUT, page("two"), [first])
    assert not (OUT / "v/2026.11").exists()


def test_no_site_of_a_page_that_is_not_made(here):
    with pytest.raises(ReviewError, match="not made yet"):
        site.assemble(OUT, plan(page="one", made=False), [])
    assert not OUT.exists()
