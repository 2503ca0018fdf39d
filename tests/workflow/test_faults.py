"""Whatever happens during a run, the next one ends with the same bytes as an undisturbed run."""

import contextlib
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from checkout import MOUNTED, mounted
from invented import add_outcome, included_study

pytestmark = pytest.mark.slow


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("moment", range(6))
def test_killed_at_any_moment(built, tmp_path, moment):
    """kill -9 of Snakemake and its jobs; then one run, and nothing is lost or half."""
    checkout = built.copy_to(tmp_path / "review")
    for path in sorted((checkout.folder / "results").iterdir()):
        if path.is_dir():
            path.rename(tmp_path / path.name)
    process = checkout.start()
    time.sleep(random.Random(moment).uniform(1.0, 9.0))
    kill(process)
    checkout.run()
    assert checkout.digests() == built.digests()


def test_killed_and_moved_to_a_fresh_clone(built, tmp_path):
    """What a killed run left behind is not taken for finished where .snakemake is gone."""
    checkout = built.copy_to(tmp_path / "review")
    for stage in ("syntheses", "figures", "report"):
        (checkout.folder / "results" / stage).rename(tmp_path / stage)
    process = checkout.start()
    while not list((checkout.folder / "results").glob("syntheses/*")) and process.poll() is None:
        time.sleep(0.02)
    kill(process)
    (checkout.folder / ".snakemake").rename(tmp_path / "snakemake")
    checkout.run()
    assert checkout.digests() == built.digests()


def test_a_row_added_while_a_job_runs(working, tmp_path):
    """Either the run takes it up under its own name, or it refuses; the next run has it right."""
    included_study(working)
    working.run()
    undisturbed = working.copy_to(tmp_path / "undisturbed")
    add_outcome(undisturbed, "doe_2026", "recurrence", 3)
    undisturbed.run()

    add_outcome(working, "doe_2026", "recurrence", 2)
    plans = {*(working.folder / "results/plan").iterdir()}
    process = working.start()
    while {*(working.folder / "results/plan").iterdir()} == plans:
        time.sleep(0.01)
    rows = working.table("extraction/outcomes.csv")
    rows[-1]["events"] = "3"
    working.write_table("extraction/outcomes.csv", rows)
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "changed while the run was under way" in printed
    working.run()
    after = working.digests()
    assert undisturbed.digests().items() <= after.items()
    assert working.page() == undisturbed.page()


def test_two_runs_at_once(working):
    """The second is refused and says so; the first is not disturbed."""
    add_row = working.folder / "resources/run_log.csv"
    add_row.write_text(
        "time,strategy_id,outcome,found,fetched,note\n2026-12-01T02:17:00Z,s,complete,1,0,\n"
    )
    first = working.start()
    while (working.folder / "logs/run.lock").read_text().strip() != str(first.pid):
        time.sleep(0.01)
    printed = working.run(code=1)
    assert "Another run is at work" in printed
    assert first.wait(timeout=300) == 0
    assert "2026-12-01" in working.page()


def test_a_stale_lock_stops_nobody(working):
    """Locks that a killed run left behind are taken away, since nobody holds ours."""
    locks = working.folder / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.input.lock").write_text("results/plan\n")
    (locks / "0.output.lock").write_text("results/report/index.html\n")
    working.run()


KILLS = 10


def jobs(process):
    """Process ids of all that a run has started."""
    found, parents = [], [process.pid]
    while parents:
        one = parents.pop()
        children = Path(f"/proc/{one}/task/{one}/children")
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parents += map(int, children.read_text().split())
        found.append(one)
    return found[1:]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")
@pytest.mark.parametrize("seed", range(2))
def test_killed_ten_times_on_its_way(built, tmp_path, seed):
    """kill -9 of all, of Snakemake alone or of one job, each time after some more results."""
    checkout = built.copy_to(tmp_path / "review")
    results = checkout.folder / "results"
    rng = random.Random(seed)
    kills = 0
    while kills < KILLS:
        if (results / "report/index.html").exists():
            results.rename(tmp_path / f"results-{kills}")
        before = len(checkout.results())
        further = before + rng.randint(0, 30)
        process = checkout.start()
        while len(checkout.results()) < further and process.poll() is None:
            time.sleep(0.05)
        time.sleep(rng.uniform(0, 0.7))
        if process.poll() is None:
            whom = rng.choice(("all", "snakemake", "job"))
            running = jobs(process)
            if whom == "all":
                os.killpg(process.pid, signal.SIGKILL)
            elif whom == "job" and running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(running), signal.SIGKILL)
            else:
                process.kill()
            kills += 1
        process.communicate(timeout=300)
    checkout.run()
    assert checkout.digests() == built.digests()


@MOUNTED
@pytest.mark.parametrize("kilobytes", [30, 700])
def test_no_room_for_results(built, tmp_path, kilobytes):
    """The run says so; what it could write is whole, and the next run ends as if nothing was."""
    checkout = built.copy_to(tmp_path / "review")
    results = checkout.folder / "results"
    for stage in ("syntheses", "figures", "report"):
        (results / stage).rename(tmp_path / stage)
    here = sum(-(-path.stat().st_size // 4096) * 4 for path in results.rglob("*"))
    done = mounted(
        checkout,
        f"cp -a results kept && mount -t tmpfs -o size={here + kilobytes}k none results"
        ' && cp -a kept/. results && "$1" -m snakemake; code=$?'
        "; rm -rf kept; cp -a results left; exit $code",
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "No space left on device" in done.stderr
    assert "make room" in done.stderr
    shutil.rmtree(results)
    (checkout.folder / "left").rename(results)
    left = checkout.digests()
    assert left.items() <= built.digests().items()
    checkout.run()
    assert checkout.digests() == built.digests()


@MOUNTED
def test_a_folder_that_cannot_be_written(working):
    """The run says which and changes nothing; nothing is lost."""
    working.edit("config/config.yaml", "Salvage treatment after", "Treatment after")
    before = working.results()
    done = mounted(
        working,
        'mount --bind results results && mount -o remount,bind,ro results && "$1" -m snakemake',
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr
    assert working.results() == before


def test_a_clock_that_was_set_back(working):
    """Tables from the future, results from the past, and the other way round: names alone count."""
    tables = [path for path in (working.folder / "resources").rglob("*") if path.is_file()]
    results = [path for path in (working.folder / "results").rglob("*") if path.is_file()]
    for times in ((2_300_000_000, 600_000_000), (600_000_000, 2_300_000_000)):
        for paths, when in zip((tables, results), times, strict=True):
            for path in paths:
                os.utime(path, (when, when))
        before = working.results()
        working.run()
        assert working.results() == before
    rows = working.table("extraction/outcomes.csv")
    rows[0]["quote"] = "another quote"
    working.write_table("extraction/outcomes.csv", rows)
    os.utime(working.folder / "resources/extraction/outcomes.csv", (600_000_000, 600_000_000))
    known = working.digests()
    working.run()
    now = working.digests().items()
    stages = {path.split("/")[0] for path, digest in now if known.get(path) != digest}
    assert stages == {"check", "report", "todo"}


def test_a_table_that_was_written_by_half(working):
    """It is refused by name, the page stays; brought back whole, nothing is computed."""
    path = working.folder / "resources/extraction/outcomes.csv"
    whole = path.read_bytes()
    before = working.results()
    shown = working.page()
    row = whole.rindex(b"\n", 0, len(whole) - 1) + 1
    path.write_bytes(whole[: row + (len(whole) - row) // 2])
    assert "outcomes.csv" in working.run(code=1)
    assert working.page() == shown
    path.write_bytes(whole)
    working.run()
    assert working.written(before) == {}
