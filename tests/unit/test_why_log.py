"""The log of what runs computed, and the answer about one result."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from living_review import files, plan, versions
from living_review.errors import ReviewError
from living_review.names import Name, Plan
from living_review.why import computed, explain, inputs

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CODE = {"script": "0" * 64, "scipy": "1.15.0"}


@pytest.fixture(autouse=True)
def review(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(scipy="1.15.0", labels=("ned", "recurrence")):
    """A plan of as many analyses, all by one version of scipy."""
    code = CODE | {"scipy": scipy}
    names = [
        Name.of("syntheses", label, (".json",), code=code, rows=[], analysis={"id": label})
        for label in labels
    ]
    config = {"analyses": [{"id": label, "outcome": "ned"} for label in labels]}
    return Plan(config, tuple(names))


def run(current, makes=True, failures="", showed=False):
    """What a run adds to the log; it makes all that is missing, or nothing."""
    before = computed.LOG.read_text() if computed.LOG.exists() else ""
    key = Path(current.write()).stem
    inputs.keep(current, current.write())
    asked = [name for name in current.names if name.is_missing()]
    for name in asked if makes else ():
        Path(name.path).parent.mkdir(parents=True, exist_ok=True)
        Path(name.path).write_text("{}")
    computed.log(NOON, current, key, asked, showed, failures)
    return computed.LOG.read_text().removeprefix(before) if computed.LOG.exists() else ""


def test_a_run_tells_what_it_computed_and_why():
    """The first run has nothing to be held against; the next ones are held against the last."""
    first = run(planned())
    assert first == (
        "2026-12-01T12:00:00Z computed 2\n  no earlier run is known here: all 2 syntheses\n"
    )
    assert run(planned()) == "2026-12-01T12:00:00Z nothing to do\n"
    assert run(planned("1.16.1")) == (
        "2026-12-01T12:00:00Z computed 2\n"
        "  held against the last run\n"
        "  all 2 syntheses, because of\n"
        "    scipy 1.15.0 -> 1.16.1\n"
    )
    assert run(planned(), showed=True).endswith("a page that was made before is shown again\n")


def test_a_file_that_was_taken_away_is_told_as_such():
    """Nothing that it reads changed."""
    run(planned())
    Path(planned().names[0].path).unlink()
    assert "nothing changed that it reads; its file was not there" in run(planned())


def test_a_dry_run_is_no_run():
    """It adds no line, and the next run is held against the one before."""
    run(planned())
    assert run(planned("1.16.1"), makes=False) == ""
    assert "scipy 1.15.0 -> 1.16.1" in run(planned("1.16.1"))


def test_a_run_that_failed_says_what_is_left():
    """The next one is held against the last that came to its end."""
    run(planned())
    failed = run(planned("1.16.1"), makes=False, failures="outcomes.csv row 2: events is 'x'\n")
    assert "computed 0; still to be made: 2\n  failed: outcomes.csv row 2" in failed
    assert "scipy 1.15.0 -> 1.16.1" in run(planned("1.16.1"))


def test_broken_inputs_of_a_run_stop_nobody():
    """What only explains may be lost; the run after it says that it knows of none before."""
    run(planned())
    for kept in inputs.FOLDER.glob("*.json"):
        kept.write_text("{")
    assert "no earlier run is known here" in run(planned("1.16.1"))


def test_a_result_is_asked_for_by_id_stage_or_file(monkeypatch):
    """And one of an earlier run by its file; what is none of these is named, with the nearest."""
    monkeypatch.setattr(plan, "STAGES", {"syntheses": plan.STAGES["syntheses"]})
    earlier, current = planned(), planned("1.16.1")
    run(earlier)
    said = explain.told("ned", current)
    assert said.startswith(f"syntheses ned: {current.names[0].path}")
    assert "changed since the last run\n    scipy 1.15.0 -> 1.16.1" in said
    assert "`make review` would compute syntheses (ned); held against the last run" in said
    assert explain.told(current.names[0].path, current) == said
    assert "syntheses recurrence: " in explain.told("syntheses", current)
    said = explain.told(earlier.names[1].path, current)
    assert said.startswith("syntheses recurrence of an earlier run, which this review calls for no")
    with pytest.raises(ReviewError, match=r"'nde'.*There are ned, recurrence, syntheses"):
        explain.told("nde", current)
    with pytest.raises(ReviewError, match="Did you mean recurrence"):
        explain.told("recurence", current)
    with pytest.raises(ReviewError, match="no run or version that is kept here calls for"):
        explain.told("results/syntheses/0.json", current)
    with pytest.raises(ReviewError, match="no run or version that is kept here calls for"):
        explain.told(f"results/report/{'0' * 20}/index.html", current)


def test_a_file_that_readers_see_is_asked_for_by_its_path():
    """A figure by the analysis that it draws; anything else beside the page as the page."""
    suffixes = ("/forest.png", "/forest.svg")
    drawn = [Name.of("figures", one, suffixes, code=CODE, words=one) for one in ("ned", "died")]
    page = Name.of("report", "page", ("/index.html",), code=CODE, upstream=[])
    current = Plan({"analyses": []}, (*drawn, page))
    said = explain.told("results/report/figures/forest_died.svg", current)
    assert said.startswith("figures died: ")
    assert "figures ned" not in said
    assert explain.told("results/report/results.json", current).startswith("report page: ")


@pytest.mark.parametrize(
    ("kept", "because"),
    [(None, "before versions kept what each result is"), ("{", "of another program, or was")],
)
def test_a_version_that_says_nothing_of_its_inputs_is_named(kept, because):
    """That no change since is told is said in words, once, and so is what can be asked instead."""
    told = dict.fromkeys(versions.Version._fields[:-3], "") | {"version": "2026.11"}
    files.replace_json(Path(versions.FOLDER, "2026.11", "version.json"), told)
    if kept:
        Path(versions.FOLDER, "2026.11", "inputs.json").write_text(kept)
    said = " ".join(explain.told("syntheses", planned()).split())
    assert said.count("What changed since version 2026.11 can't be told piece by piece") == 1
    assert because in said
    assert "`living-review reproduce 2026.11`" in said
    assert said.count("No earlier run is known here.") == 1
    with pytest.raises(ReviewError, match=r"calls for this file\. Of 2026\.11 it is not known"):
        explain.told("results/syntheses/0.json", planned())


def test_a_review_without_versions_or_runs_says_so():
    """There is nothing to hold a result against, which is no silence."""
    said = explain.told("ned", planned())
    assert "No version is published.\nNo earlier run is known here.\n" in said
