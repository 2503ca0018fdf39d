"""Months that run while nobody looks, each on a machine that begins with a fresh clone."""

import json
import os
import shutil
import subprocess
from datetime import date

import pytest
from checkout import ROOT, Checkout
from clones import clone, environment_of_a_runner, git, shown, tree
from eutils.records import article, article_set
from eutils.server import Fault, StandIn
from github_stand_in import GitHubStandIn
from invented import add_outcome, included_study

pytestmark = pytest.mark.slow

QUERY = "ablation[tiab]"
LOG = "resources/run_log.csv"


def paper(number, **more):
    about = {"entered": date(2026, 1, 1), "revised": date(2026, 1, 2), "abstract": "Invented."}
    title = f"Invented series {number} on ablation of a renal tumour, {'abcdefghij'[number % 10]}"
    return article(str(90_000_000 + number), title, **{**about, **more})


class Runner:
    """A bare repository with the review and its results, PubMed, GitHub, and a machine a job."""

    def __init__(self, folder, built, medline):
        self._folder, self.medline, self._clones = folder, medline, 0
        first = built.copy_to(folder / "first")
        for name in (".gitignore", ".gitattributes"):
            shutil.copy(ROOT / name, first.folder / name)
        config = first.folder / "config/config.yaml"
        head, _, tail = config.read_text().partition("      query: |\n")
        _, _, tail = tail.partition("      note: >-\n")
        config.write_text(f"{head}      query: {QUERY}\n      note: >-\n{tail}")
        self.bare = folder / "remote.git"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(first.folder, "init", "--quiet", "--initial-branch=main")
        git(first.folder, "add", "--all")
        git(first.folder, "commit", "--quiet", "-m", "A review")
        git(first.folder, "remote", "add", "origin", f"file://{self.bare}")
        git(first.folder, "push", "--quiet", "origin", "main")
        first.run()
        first.command("unattended", "keep")
        self.first = first
        self.github = GitHubStandIn(self.differ)

    def differ(self, head, base):
        return bool(git(self.bare, "diff", "--name-only", f"{base}...{head}").strip())

    def clone(self):
        self._clones += 1
        folder = self._folder / f"runner-{self._clones}"
        return Checkout(clone(self.bare, folder, "--depth=1"))

    def search(self, code=0):
        """The job with the secrets."""
        return self.clone().command("unattended", "search", code=code)

    def page(self):
        """The job after it: page, triggers, what people are told, the site; the machine."""
        machine = self.clone()
        machine.command("unattended", "page")
        machine.command("unattended", "triggers", code=None)
        machine.command("unattended", "tell")
        machine.command("unattended", "site", "build/site")
        return machine

    def computed(self, machine):
        """{stage: number of results} that a machine made and did not bring back."""
        made = json.loads((machine.folder / "logs/computed.json").read_text())
        stages = [stage for stage, _ in made]
        return {stage: stages.count(stage) for stage in stages}

    def log(self):
        return [line.split(",")[2] for line in shown(self.bare, LOG).splitlines()[1:]]

    def kept(self, stage):
        return {path for path in tree(self.bare, "derived") if path.startswith(f"results/{stage}/")}


@pytest.fixture
def runner(tmp_path, built, monkeypatch):
    environment_of_a_runner(monkeypatch)
    folder = tmp_path / "medline"
    folder.mkdir()
    (folder / "records.xml").write_text(article_set(*map(paper, range(30))))
    with StandIn(folder) as medline:
        monkeypatch.setenv("NCBI_EUTILS_URL", medline.url)
        monkeypatch.setenv("NCBI_EMAIL", "ann@example.org")
        made = Runner(tmp_path, built, medline)
        with made.github:
            for name, value in made.github.environment.items():
                monkeypatch.setenv(name, value)
            yield made


def test_two_months_that_nobody_merged_lose_nothing(runner):
    """Both searches are in main and new in the one pull request, and no synthesis is computed."""
    pooled = runner.kept("syntheses")
    assert pooled
    runner.search()
    machine = runner.page()
    assert runner.computed(machine) == {
        **{"records": 1, "pairs": 1, "works": 1, "screening": 1, "ranking": 1},
        **{"report": 1, "todo": 1},
    }
    (pull,) = runner.github.pulls()
    assert pull["labels"] == ["screening"]
    assert "30 found; 30 fetched for the first time" in pull["body"].replace("&#8203;", "")

    runner.medline.add(paper(30))
    runner.search()
    machine = runner.page()
    assert runner.computed(machine).keys().isdisjoint({"syntheses", "figures", "check"})
    assert runner.computed(machine)["records"] == 1
    (pull,) = runner.github.pulls()
    for pmid in ("90000001", "90000030"):
        assert pmid in shown(runner.bare, "resources/waiting.csv", "screening")
    assert "No synthesis was computed anew." in pull["body"]
    assert runner.kept("syntheses") == pooled
    assert runner.log() == ["complete", "complete"]
    searches = [path for path in tree(runner.bare) if path.endswith("/records.xml.gz")]
    assert len(searches) == 2
    assert "resources/waiting.csv" not in tree(runner.bare)

    runner.search(code=3)
    machine = runner.page()
    assert runner.log() == ["complete", "complete", "nothing_new"]
    assert runner.computed(machine) == {"report": 1, "todo": 1}
    triggers = shown(runner.bare, "resources/trigger_log.csv").splitlines()[1:]
    assert len({line.split(",")[0] for line in triggers}) == 3
    written = {path.split("/")[0] for path in tree(runner.bare)} - {
        path.name for path in runner.first.folder.iterdir()
    }
    assert written == set()
    assert runner.github.issues() == []


def test_an_incomplete_search_is_told_and_the_next_one_catches_up(runner):
    """Its line is in main, its exit code is kept, an issue is open until a search is complete."""
    runner.search()
    runner.medline.add(paper(31))
    runner.medline.fail("efetch", Fault.TRUNCATED, times=None)
    runner.search(code=4)
    assert runner.log() == ["complete", "failed"]
    machine = runner.page()
    assert "The last search by pubmed_2026_11 failed on" in machine.page()
    (issue,) = runner.github.issues()
    assert "pubmed_2026_11" in issue["title"]
    runner.medline.heal()
    runner.search()
    assert "31" in shown(runner.bare, LOG).splitlines()[-1]
    runner.page()
    assert runner.github.issues() == []


def test_a_retraction_opens_an_issue_and_a_version_is_served_for_good(runner):
    """Of a study that counts; the page that was published stays at its address, marked as old."""
    person = Checkout(clone(runner.bare, runner.first.folder.parent / "ann"))
    included_study(person)
    add_outcome(person, "doe_2026", "recurrence", 3)
    person.command("unattended", "page")
    person.command("publish", "--as", "ann", "--why", "the first full texts")
    git(person.folder, "add", "--all")
    git(person.folder, "commit", "--quiet", "-m", "Doe 2026")
    git(person.folder, "push", "--quiet", "origin", "main")
    (version,) = (path.name for path in (person.folder / "resources/versions").iterdir())
    frozen = (person.folder / "resources/versions" / version / "results.json").read_bytes()

    notice = ("RetractionIn", "99000009", "Invented J. 2027 Mar;1(3):99")
    retracted = article(
        "99999999",
        "Invented series on ablation, retracted",
        entered=date(2026, 1, 1),
        publication_types=("Journal Article", "Retracted Publication"),
        comments=(notice,),
    )
    runner.medline.add(retracted)
    runner.search()
    machine = runner.page()
    (issue,) = runner.github.issues()
    assert "A study was retracted: Doe 2026" in issue["title"]
    (pull,) = runner.github.pulls()
    assert "Doe 2026: retraction" in pull["body"].replace("&#8203;", "")
    assert runner.computed(machine)["syntheses"] == 1
    site = machine.folder / "build/site"
    assert (site / "v" / version / "results.json").read_bytes() == frozen
    assert (site / "results.json").read_bytes() != frozen
    assert "The review has gone on since" in (site / "v" / version / "index.html").read_text()
    assert f"versions/{version}/index.html" in tree(runner.bare, "derived")


def test_a_version_whose_page_was_lost_is_made_again(runner):
    """From the commit that published it, with the same numbers to the byte."""
    person = Checkout(clone(runner.bare, runner.first.folder.parent / "ann"))
    included_study(person)
    add_outcome(person, "doe_2026", "recurrence", 3)
    person.command("unattended", "page")
    person.command("publish", "--as", "ann", "--why", "the first full texts")
    git(person.folder, "add", "--all")
    git(person.folder, "commit", "--quiet", "-m", "Doe 2026")
    add_outcome(person, "doe_2026", "no_evidence_of_disease", 5)
    git(person.folder, "add", "--all")
    git(person.folder, "commit", "--quiet", "-m", "More of it")
    git(person.folder, "push", "--quiet", "origin", "main")
    git(runner.bare, "update-ref", "-d", "refs/heads/derived")
    machine = runner.clone()
    machine.command("unattended", "page")
    for kept in machine.folder.glob("resources/versions/*/page.zip"):
        kept.unlink()
    assert "made again from the commit" in machine.command("unattended", "site", "build/site")
    (version,) = (machine.folder / "resources/versions").iterdir()
    served = machine.folder / "build/site/v" / version.name
    assert (served / "results.json").read_bytes() == (version / "results.json").read_bytes()
    assert (served / "index.html").exists()
    assert list((served / "figures").glob("*.svg"))


def test_a_month_by_cron(runner):
    """Silent and 0 when all is well, a log a run, and all of it pushed; else told by its code."""
    here = Checkout(clone(runner.bare, runner.first.folder.parent / "server"))
    shutil.copytree(runner.first.folder / "results", here.folder / "results", dirs_exist_ok=True)
    arguments = ("month", "--remote", "origin", "--site", "build/site")
    assert here.command(*arguments) == ""
    assert here.command(*arguments) == ""
    assert runner.log() == ["complete", "nothing_new"]
    assert "resources/trigger_log.csv" in tree(runner.bare)
    logs = sorted((here.folder / "logs/months").iterdir())
    assert 1 <= len(logs) <= 2  # two runs of one second share one
    assert "Exit code 0: done" in logs[-1].read_text()
    assert (here.folder / "build/site/index.html").exists()

    runner.medline.fail("esearch", Fault.UNAVAILABLE, times=None)
    said = here.command(*arguments, code=4)
    assert "the search is not complete" in said
    assert "HTTP 503" in said
    assert runner.log()[-1] == "failed"
    runner.medline.heal()

    (here.folder / "resources/extraction/outcomes.csv").write_bytes(b"\xff")
    said = here.command(*arguments, code=1)
    assert "the page could not be made" in said
    assert "outcomes.csv" in said
    assert runner.log()[-1] == "nothing_new"
    git(here.folder, "checkout", "--quiet", "resources/extraction/outcomes.csv")

    runner.bare.rename(runner.bare.with_name("away.git"))
    said = here.command(*arguments, code=5)
    assert "pull failed; push failed" in said
    runner.bare.with_name("away.git").rename(runner.bare)
    assert here.command(*arguments) == ""
    assert len(runner.log()) == 6


def test_two_months_at_once_by_cron(runner, tmp_path, monkeypatch):
    """The second says so by a code of its own and does nothing; a mail is sent where asked."""
    here = runner.first
    programs = tmp_path / "programs"
    programs.mkdir()
    mail = programs / "mail"
    mail.write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} > {tmp_path}/mail.txt\n')
    mail.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    runner.medline.fail("esearch", Fault.SLOW, times=1, seconds=6)
    runner.medline.fail("efetch", Fault.BAD_KEY, times=None)
    first = subprocess.Popen(
        [shutil.which("python"), "-m", "living_review", "month", "--mail", "ann@example.org"],
        cwd=here.folder,
        env=here.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not runner.medline.requests:
        assert first.poll() is None
    assert "Another run is at work" in here.command("month", code=75)
    _, said = first.communicate(timeout=120)
    assert first.returncode == 4, said
    sent = (tmp_path / "mail.txt").read_text()
    assert sent.startswith("-s Living review: the search is not complete ann@example.org")
    assert "exit code 4" in sent
