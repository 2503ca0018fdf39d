"""A search in a real checkout: what it adds is taken up, and what disturbs it loses nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest
from checkout import MOUNTED, PAGE, ROOT, mounted
from eutils.records import article, article_set
from eutils.server import Fault, StandIn

pytestmark = pytest.mark.slow

QUERY = "ablation[tiab]"
SEARCHED = ("records", "pairs", "works", "screening")


def paper(number, **more):
    about = {"entered": date(2026, 1, 1), "revised": date(2026, 1, 2), "abstract": "Invented."}
    title = f"Invented series {number} on ablation of a renal tumour, {'abcdefghij'[number % 10]}"
    return article(str(90_000_000 + number), title, **{**about, **more})


@pytest.fixture
def medline(tmp_path, monkeypatch):
    """A server with two hundred records that the query finds."""
    folder = tmp_path / "medline"
    folder.mkdir()
    (folder / "records.xml").write_text(article_set(*map(paper, range(200))))
    with StandIn(folder) as server:
        monkeypatch.setenv("NCBI_EUTILS_URL", server.url)
        monkeypatch.setenv("NCBI_EMAIL", "ann@example.org")
        yield server


@pytest.fixture
def searching(medline, working):
    """A built review whose strategy is short."""
    config = working.folder / "config/config.yaml"
    head, _, tail = config.read_text().partition("      query: |\n")
    _, _, tail = tail.partition("      note: >-\n")
    config.write_text(f"{head}      query: {QUERY}\n      note: >-\n{tail}")
    return working


def log(review):
    return review.table("run_log.csv")


def kept(review):
    """{path: bytes} of what a search wrote, but for when."""
    folder = review.folder / "resources/searches"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert not [path for path in paths if path.parent.name.startswith(".")]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in paths
        if path.name not in ("run.json", "README.md")
    }


def test_what_a_search_finds_waits_for_people(searching, medline):
    """New records are read, compared and listed; nothing is pooled. Nothing new changes the page
    alone."""
    searching.run()
    before = searching.results()
    searching.run("search")
    assert "works to screen: 323" in searching.run()
    written = searching.written(before)
    assert set(written) == {*SEARCHED, "report"}
    assert "Searched on" in searching.page()

    before = searching.results()
    searching.run("search")
    assert [line["outcome"] for line in log(searching)] == ["complete", "nothing_new"]
    searching.run()
    assert searching.written(before) == PAGE

    medline.add(paper(200))
    before = searching.results()
    searching.run("search")
    searching.run()
    assert searching.written(before) == {
        **{"records": 2, "pairs": 2, "works": 3, "screening": 1},
        **PAGE,
    }


def test_exit_codes(searching, medline):
    """0: something was added; 3: nothing is new; 4: not complete; 1: it could not begin."""
    searching.command("search")
    searching.command("search", code=3)
    medline.fail("esearch", Fault.BAD_KEY, times=None)
    printed = searching.command("search", code=4)
    assert "pubmed_2026_11: not complete, nothing was added: esearch: HTTP 400" in printed
    searching.run("search", code=1)
    medline.heal()
    searching.edit("config/config.yaml", "platform: PubMed", "platform: Ovid")
    assert "none has the platform PubMed" in searching.command("search", code=1)


def test_a_failed_search_never_looks_current(searching, medline):
    """The strip is there, and the day of the last complete search."""
    searching.command("search")
    medline.fail("efetch", Fault.TRUNCATED, times=None)
    medline.add(paper(300))
    searching.command("search", code=4)
    searching.run()
    assert "The last search by pubmed_2026_11 failed on" in searching.page()
    assert "Up to date" not in searching.page()


def test_mistakes_elsewhere_do_not_stop_a_search(searching):
    """Neither in a table nor in another part of the protocol."""
    (searching.folder / "resources/extraction/outcomes.csv").write_bytes(b'\xff\x00"')
    searching.edit("config/config.yaml", "outdated_after_days: 60", "outdated_after_days: 60 ")
    searching.edit("config/config.yaml", "licence: CC BY 4.0", "licens: CC BY 4.0")
    searching.command("search")
    assert len(kept(searching)) == 3


def test_a_run_that_was_changed_is_refused(searching):
    """Its records are what the search wrote, or there is no page."""
    searching.command("search")
    (path,) = searching.folder.glob("resources/searches/*/records.xml.gz")
    path.write_bytes(path.read_bytes()[:-20])
    assert "is not what the search wrote; bring it back from git" in searching.run(code=1)


def test_two_searches_at_once(searching, medline):
    """The second is refused and says so; the first ends as if it were alone."""
    medline.fail("efetch", Fault.SLOW, times=1, seconds=4)
    first = subprocess.Popen(
        [sys.executable, "-m", "living_review", "search"],
        cwd=searching.folder,
        env=searching.environment,
    )
    lock = searching.folder / "logs/search.lock"
    while not lock.exists() or lock.read_text() != str(first.pid):
        time.sleep(0.01)
    assert "Another run is at work" in searching.command("search", code=1)
    assert first.wait(timeout=60) == 0
    assert [line["outcome"] for line in log(searching)] == ["complete"]


def test_killed_at_any_moment(searching, medline, tmp_path):
    """kill -9 all through a run; then once more, and the folder is what it would have been."""
    undisturbed = searching.copy_to(tmp_path / "undisturbed")
    started = time.monotonic()
    undisturbed.command("search")
    length = time.monotonic() - started
    expected = kept(undisturbed)
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "living_review", "search"],
            cwd=searching.folder,
            env=searching.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(length * (moment + 0.5) / 12)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        left = [path.name for path in (searching.folder / "resources").glob("searches/[!.]*")]
        assert left in ([], [next(iter(expected)).split("/")[0]])
    searching.command("search", code=None)
    assert kept(searching) == expected
    assert log(searching)[-1]["outcome"] in ("complete", "nothing_new")
    lines = [line["outcome"] for line in log(searching)]
    assert lines.count("complete") <= 1


@MOUNTED
def test_a_full_disk(searching):
    """The search says so and is not complete; nothing half is left, and the log tells."""
    folder = searching.folder / "resources/searches"
    folder.mkdir()
    done = mounted(
        searching,
        "mount -t tmpfs -o size=8k none resources/searches"
        ' && "$1" -m living_review search; code=$?; ls -A resources/searches; exit $code',
    )
    assert done.returncode == 4, done
    assert done.stdout == ""
    assert "the answer can't be kept: No space left on device" in done.stderr
    assert log(searching)[-1]["outcome"] == "failed"
    searching.command("search")


@MOUNTED
@pytest.mark.parametrize("size", ["4k", "8k", "12k", "16k", "24k"])
def test_a_disk_that_fills_up_at_any_moment(searching, size):
    """No page looks current because the log could not be written."""
    done = mounted(
        searching,
        f"cp -r resources kept && mount -t tmpfs -o size={size} none resources"
        ' && "$1" -m living_review search; code=$?; rm -rf left; cp -r resources left; exit $code',
    )
    assert done.returncode == 4, done
    left = [path for path in (searching.folder / "left").rglob("*") if path.is_file()]
    assert [path.name for path in left if path.name != "run_log.csv"] == []
    if left:
        assert "complete," not in left[0].read_text()
    assert "Traceback" not in done.stderr


@MOUNTED
def test_a_folder_that_can_not_be_written(searching, medline):
    """Nothing is asked for that could not be kept."""
    done = mounted(
        searching,
        "mount --bind resources resources && mount -o remount,ro,bind resources"
        ' && "$1" -m living_review search',
    )
    assert done.returncode == 4, done
    assert "can't be written: Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr
    assert medline.requests == []


def test_make_update_makes_the_page_whatever_the_search_does(searching, medline):
    """Nothing new is a success; a failed search is told by the exit code and by the page."""
    ready = ROOT / ".venv" / "ready"
    if not ready.exists():
        pytest.skip("make has not built its environment here")

    def update():
        return subprocess.run(
            ["make", "-C", ROOT, "-o", ".venv/ready", "update", f"REVIEW={searching.folder}"],
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    for code in (0, 0):
        done = update()
        assert done.returncode == code, done.stdout + done.stderr
    assert [line["outcome"] for line in log(searching)] == ["complete", "nothing_new"]
    medline.fail("esearch", Fault.HTML_PAGE, times=None)
    before = json.loads((searching.folder / "results/report/results.json").read_text())
    done = update()
    assert done.returncode == 2
    assert "The page is made, but the search failed" in done.stderr
    after = json.loads((searching.folder / "results/report/results.json").read_text())
    assert before["warnings"] != after["warnings"]
