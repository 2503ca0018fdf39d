"""Whatever happens during a run, the next one ends with the same bytes as an undisturbed run."""

import os
import random
import signal
import time

import pytest
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
