"""Only what changed recomputes, and nothing stale is shown: in a review of another subject as well.

The example is run as its README says, by the program in another folder (--directory).
"""

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import FIGURES, PAGE, ROOT, Checkout, check_out

pytestmark = pytest.mark.slow

ONE_ANALYSIS = {"syntheses": 1, "figures": FIGURES, "courses": 1}
STUDY = "giannotta"
RECORD = "pmid:99999999"


@dataclass
class Example(Checkout):
    """A review in a folder of its own, and the program that runs it."""

    program: Path

    @property
    def environment(self):
        return Checkout(self.program).environment

    def start(self, *arguments):
        return Checkout(self.program).start("--directory", str(self.folder), *arguments)

    def copy_to(self, folder):
        shutil.copytree(self.program, folder / "program", symlinks=True)
        shutil.copytree(self.folder, folder / "review", symlinks=True)
        return Example(folder / "review", folder / "program")


@pytest.fixture(scope="module")
def computed_example(tmp_path_factory):
    """The example with its results, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("example")
    check_out(folder / "program")
    derived = shutil.ignore_patterns("results", "logs", ".*")
    shutil.copytree(ROOT / "examples/vasospasm", folder / "review", ignore=derived)
    example = Example(folder / "review", folder / "program")
    example.run()
    return example


@pytest.fixture(params=["working checkout", "fresh clone"])
def example(request, computed_example, tmp_path):
    """To be changed: as it was left, or cloned anew with its results brought back."""
    copy = computed_example.copy_to(tmp_path / "example")
    if request.param == "fresh clone":
        shutil.rmtree(copy.folder / ".snakemake")
        shutil.rmtree(copy.folder / "logs")
        for number, path in enumerate(sorted(copy.folder.rglob("*"))):
            if path.is_file():
                os.utime(path, (1_600_000_000 + number % 977 * 3600,) * 2)
    return copy


def written(example):
    """What a run wrote, by stage, without the check, which is keyed by every byte."""
    before = example.results()
    example.run()
    return {stage: n for stage, n in example.written(before).items() if stage != "check"}


def include(example):
    """Two people include a study of the example, read in full, under an invented record."""
    reports = example.table("extraction/reports.csv")
    reports[0] |= {"record_id": RECORD, "kind": "journal_article"}
    example.write_table("extraction/reports.csv", reports)
    for table in ("studies", "arms", "outcomes"):
        rows = example.table(f"extraction/{table}.csv")
        rows[0] |= {"basis": "full_text", "source_record": RECORD, "quote": "invented for a test"}
        example.write_table(f"extraction/{table}.csv", rows)
    line = dict.fromkeys(example.table("decisions/screening/seed.csv")[0], "")
    for person in ("ann", "bob"):
        line |= {"id": f"{person}-1", "record_id": RECORD, "screener": person}
        line |= {"stage": "full_text", "decision": "include", "protocol_version": "2026.11"}
        line |= {"time": "2026-11-25T09:00:00Z", "reason": "", "note": ""}
        example.write_table(f"decisions/screening/{person}.csv", [line])


def test_form_moves_no_result_of_the_example(example):
    """Nothing changed, everything touched, rows in another order: no result and no page."""
    assert written(example) == {}
    for path in example.folder.rglob("*"):
        if path.is_file() and "results" not in path.parts:
            os.utime(path)
    table = "extraction/outcomes.csv"
    example.write_table(table, example.table(table)[::-1])
    assert written(example) == {}


def test_a_changed_row_of_the_example_pools_it_and_comes_back(example):
    """The analysis that counts it and the page; put back, the earlier page and nothing computed."""
    page, table = example.page(), "extraction/outcomes.csv"
    rows = example.table(table)
    example.write_table(table, [rows[0] | {"events": "15"}, *rows[1:]])
    assert written(example) == ONE_ANALYSIS | PAGE
    assert example.page() != page
    example.write_table(table, rows)
    assert written(example) == {"report": 1}  # the earlier page is shown again
    assert example.page() == page


def test_a_search_without_news_makes_the_page_of_the_example_alone(example):
    """It is logged and shown; no record is compared and nothing is pooled."""
    (example.folder / "resources/run_log.csv").write_text(
        "time,strategy_id,outcome,found,fetched,note\n"
        "2026-12-01T02:17:00Z,none,complete,1200,0,nothing new\n"
    )
    assert written(example) == PAGE


def test_a_retraction_reaches_the_example(example):
    """The study is out of its analysis at once, and the page says so at its top."""
    include(example)
    assert written(example).keys() >= {"syntheses", "report"}
    events = example.folder / "resources/events"
    events.mkdir()
    (events / "by-hand.csv").write_text(
        "record_id,doi,kind,notice,citation,title,seen_on\n"
        f"{RECORD},,retraction,pmid:1,Invented 2026,Invented for a test,2026-12-01\n"
    )
    found = written(example)
    assert found.items() >= ONE_ANALYSIS.items()
    assert "pairs" not in found
    assert "retracted" in example.page().split('id="answers"')[0].lower()


def test_code_protocol_and_libraries_reach_the_example(example):
    """Each recomputes its stage and what is below; what they don't touch stays."""
    synthesis = example.program / "src/living_review/synthesis/words.py"
    code = synthesis.read_text()
    synthesis.write_text(code.replace("eligible study", "suitable study"))
    found = written(example)
    assert found.items() >= ONE_ANALYSIS.items()
    assert "No suitable study reports this yet" in example.page()
    assert found.keys().isdisjoint({"records", "pairs", "works"})

    example.edit("config/config.yaml", "treatment: [hyperdynamic]\n      ", "")
    assert written(example) == {"syntheses": 1, "figures": FIGURES} | PAGE

    newer = example.program / "src" / "rapidfuzz-999.dist-info"
    newer.mkdir()
    (newer / "METADATA").write_text("Metadata-Version: 2.1\nName: rapidfuzz\nVersion: 999\n")
    found = written(example)
    assert "pairs" in found
    assert "syntheses" not in found


@pytest.mark.parametrize("moment", range(2))
def test_a_killed_run_of_the_example_leaves_nothing_half(computed_example, tmp_path, moment):
    """kill -9 of the program and its jobs; one more run gives the same bytes."""
    copy = computed_example.copy_to(tmp_path / "example")
    shutil.rmtree(copy.folder / "results")
    process = copy.start()
    time.sleep(random.Random(moment).uniform(1.0, 9.0))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    copy.run()
    assert copy.digests() == computed_example.digests()
