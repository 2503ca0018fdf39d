"""A plan is made again unless every byte that it was made from is the same."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from living_review import plan, recall

ROOT = Path(__file__).resolve().parents[2]
READ = """
import sys
opened = []
watching = False
def watch(event, arguments):
    if watching and event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.append(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())
sys.addaudithook(watch)
import json
from living_review import plan, recall
watching = True
plan.make()
watching = False
known = {str(path.resolve()) for path in recall._files()}
from pathlib import Path
ours = (Path.cwd().resolve(), Path(plan.__file__).parents[2])
read = {Path(path).resolve() for path in opened}
print(json.dumps({
    "read": len(read & set(map(Path, known))),
    "not known": sorted(
        str(path) for path in read
        if str(path) not in known and path.suffix != ".pyc" and path.is_file()
        and any(path.is_relative_to(folder) for folder in ours)
        and ".venv" not in path.parts and ".snakemake" not in path.parts
    ),
}))
"""


@pytest.fixture
def review(tmp_path, monkeypatch):
    """The tables and protocol of the shipped review, of which a plan was made and kept."""
    for name in ("config", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    recall.current()
    return tmp_path


@pytest.fixture
def makings(monkeypatch):
    """How often a plan was made."""
    made = []
    make = plan.make

    def counted():
        made.append(1)
        return make()

    monkeypatch.setattr(recall.plan, "make", counted)
    return made


def test_a_plan_reads_nothing_that_is_not_looked_at(review):
    """Every file of the review and of the program that a plan opens is one that recall digests."""
    done = subprocess.run(
        [sys.executable, "-c", READ], capture_output=True, text=True, check=True, cwd=review
    )
    told = json.loads(done.stdout)
    assert told["not known"] == []
    assert told["read"] > 20


def test_what_nobody_changed_is_not_planned_again(review, makings):
    """The plan is the one that was made, to the last name."""
    recalled, path = recall.current()
    assert makings == []
    assert recalled == plan.Plan.read(path)
    assert [name.path for name in recalled.names] == [name.path for name in plan.make().names]


@pytest.mark.parametrize(
    "file",
    [
        "config/config.yaml",
        "config/codebook.yaml",
        "resources/extraction/outcomes.csv",
        "resources/decisions/screening/seed.csv",
        "resources/imports/2026-11-23-hand-search.csv",
        "resources/published/totals.csv",
    ],
)
def test_one_byte_more_is_planned_again(review, makings, file):
    """Whatever a person may edit, even if it turns out to change no name."""
    with (review / file).open("a") as written:
        written.write("\n")
    recall.current()
    assert makings == [1]


def test_a_file_more_or_less_is_planned_again(review, makings):
    """A ledger that a person begins, and one that is taken away."""
    ledger = review / "resources/decisions/screening/ann.csv"
    ledger.write_text("id,record_id\n")
    recall.current()
    ledger.unlink()
    recall.current()
    assert makings == [1, 1]


def test_other_code_plans_again(review, makings, monkeypatch, tmp_path):
    """A change of the program, or another library, makes another plan."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "module.py").write_text("x = 1\n")
    monkeypatch.setattr(recall, "CODE", (code,))
    recall.current()
    (code / "module.py").write_text("x = 2\n")
    recall.current()
    monkeypatch.setattr(recall, "_libraries", lambda: ["numpy-99.dist-info"])
    recall.current()
    assert makings == [1, 1, 1]


@pytest.mark.parametrize("damage", ["gone", "half", "other", "memory"])
def test_a_damaged_memory_is_not_believed(review, makings, damage):
    """Without the plan that is remembered, whole, one is made."""
    _, path = recall.current()
    written = Path(path).read_text()
    if damage == "gone":
        Path(path).unlink()
    elif damage == "half":
        Path(path).write_text(written[: len(written) // 2])
    elif damage == "other":
        Path(path).write_text(written.replace('"check"', '"chock"'))
    else:
        recall.MEMORY.write_text("[")
    recall.current()
    assert makings == [1]


def test_an_edit_while_the_plan_is_made_is_not_remembered(review, makings, monkeypatch):
    """A plan of half the edit must not come back when the edit is taken back."""
    outcomes = review / "resources/extraction/outcomes.csv"
    before = outcomes.read_bytes()
    make = recall.plan.make

    def edited():
        outcomes.write_bytes(before + b"\n\n")
        return make()

    (review / "resources/run_log.csv").write_text("time,strategy_id,outcome,found,fetched,note\n")
    monkeypatch.setattr(recall.plan, "make", edited)
    recall.current()
    outcomes.write_bytes(before)
    monkeypatch.setattr(recall.plan, "make", make)
    recall.current()
    assert makings == [1, 1]


def test_a_job_elsewhere_follows_the_plan_of_its_run(review, makings):
    """Whatever a person wrote since: its names are those that the run was begun with."""
    begun, path = recall.current()
    recall.follow(path)
    (review / "config/config.yaml").write_text("no protocol any more")
    followed, its_path = recall.followed()
    assert (followed, its_path) == (begun, path)
    assert makings == []
