"""A published version is found in git, computed again from nothing, and held against itself."""

import json
import subprocess
from importlib import metadata

import pytest
from test_versions import TOLD

from living_review import environment, names, reproduce
from living_review.errors import ReviewError
from living_review.git import Git

# A program as small as can be: its page has the number that stands in the review's table.
SNAKEFILE = """\
rule all:
    input: "resources/number.txt"
    output: "results/report/results.json", "results/report/index.html"
    shell:
        "printf '{{\\"number\\": %s}}' \\"$(cat {input})\\" > {output[0]};"
        " printf '<p>page</p>' > {output[1]}"
"""
MAKEFILE = """\
.venv/ready:
	$(PYTHON) -m venv --without-pip --system-site-packages .venv
	echo "$(SITE)" > .venv/lib/python$(MINOR)/site-packages/all.pth
	touch .venv/ready
"""
VERSION = "2026.11"


class Repository:
    """A review under git, with the program in the same repository unless it has its own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self):
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "-m", "something")
        return Git(self.folder)("rev-parse", "HEAD").strip()

    def add_program(self, lock=""):
        self.write("Snakefile", SNAKEFILE)
        self.write("profiles/default/config.yaml", "cores: 1\n")
        self.write("src/living_review/__init__.py", "")
        self.write("requirements.lock", lock)

    def publish(self, number, **told):
        """Freeze a number as a version, and commit it."""
        self.write("resources/number.txt", str(number))
        self.write(f"resources/versions/{VERSION}/version.json", json.dumps(TOLD | told))
        self.write(f"resources/versions/{VERSION}/results.json", f'{{"number": {number}}}')
        return self.commit()


@pytest.fixture
def review(tmp_path, monkeypatch):
    repository = Repository(tmp_path / "review")
    monkeypatch.chdir(repository.folder)
    return repository


def test_a_version_comes_back_whatever_happened_since(review, tmp_path):
    """From its tag, byte for byte, with its page; the repository stays as it was."""
    review.add_program()
    first = review.publish(3)
    review.git("tag", VERSION)
    review.write("resources/number.txt", "4")
    review.write("Snakefile", "nothing")
    review.commit()
    review.write("resources/number.txt", "5")
    found = reproduce.reproduce(VERSION, tmp_path / "out")
    assert found.commit == (first, f"tag {VERSION}")
    assert found.differences == []
    assert found.page.read_text() == "<p>page</p>"
    assert (review.folder / "resources/number.txt").read_text() == "5"
    assert not (review.folder / "results").exists()


def test_another_number_is_named(review, tmp_path):
    """What differs is called by its way through the results, with both values."""
    review.add_program()
    review.publish(3)
    version = review.folder / "resources/versions" / VERSION / "results.json"
    version.write_text('{"number": 7}')
    commit = review.commit()
    found = reproduce.reproduce(VERSION, tmp_path / "out", at=commit)
    assert found.differences == ["number: 7 was published, 3 is computed"]
    version.write_text('{"number": 3}')
    found = reproduce.reproduce(VERSION, tmp_path / "out", at=commit)
    (line,) = found.differences
    assert line == f"resources/versions/{VERSION}/results.json is not what was committed"


def test_a_version_without_a_tag_is_found_by_the_commit_that_added_it(review):
    """A tag of another review of the repository does not mislead; what nobody added is said."""
    review.commit()
    review.git("tag", VERSION)
    added = review.publish(3)
    review.write("resources/number.txt", "4")
    review.commit()
    assert reproduce.find(VERSION, Git()) == (added, "the commit that added it")
    with pytest.raises(ReviewError, match=r"no tag 2027\.01 and no commit that added"):
        reproduce.find("2027.01", Git())
    with pytest.raises(ReviewError, match="main~9 is no commit that has"):
        reproduce.find(VERSION, Git(), at="main~9")


def test_a_review_of_its_own_is_computed_by_the_program_that_made_it(review, tmp_path, monkeypatch):
    """The version says by which commit of the program; the program may have changed since."""
    program = Repository(tmp_path / "program")
    program.add_program()
    then = program.commit()
    program.write("Snakefile", "nothing")
    program.commit()
    monkeypatch.setattr(names, "CHECKOUT", program.folder)
    review.publish(3, program={"commit": then, "clean": False})
    found = reproduce.reproduce(VERSION, tmp_path / "out")
    assert found.differences == []
    assert f"Program: commit {then[:12]}." in found.notes
    assert any("changes that were not committed" in note for note in found.notes)


def test_the_environment_is_made_from_the_versions_own_lock(review, tmp_path, monkeypatch):
    """Only where it differs, and by the Makefile of that version."""
    monkeypatch.setenv("SITE", str(metadata.distribution("snakemake").locate_file("")))
    monkeypatch.setenv("MINOR", environment.PYTHON)
    review.add_program(lock="snakemake==0.0.1\n")
    review.write("Makefile", MAKEFILE)
    review.publish(3)
    found = reproduce.reproduce(VERSION, tmp_path / "out")
    here = metadata.version("snakemake")
    said = f"differs from its requirements.lock: snakemake {here} here, 0.0.1 there."
    assert any(said in note for note in found.notes)
    found = reproduce.reproduce(VERSION, tmp_path / "out", build=True)
    assert "Environment: made anew from its requirements.lock." in found.notes
    assert found.differences == []


def test_a_run_that_fails_says_why(review, tmp_path):
    """The last lines of what the workflow printed."""
    review.add_program()
    review.publish(3)
    review.write("Snakefile", "rule all:\n    input: 'never_there'\n")
    review.commit()
    with pytest.raises(ReviewError, match=r"(?s)workflow of that version failed.*never_there"):
        reproduce.reproduce(VERSION, tmp_path / "out", at="HEAD")


@pytest.mark.parametrize("version", ["../2026.11", "2026.13", "latest", ""])
def test_what_is_no_version_is_refused(review, tmp_path, version):
    """Before git is asked."""
    with pytest.raises(ReviewError, match="is no version"):
        reproduce.reproduce(version, tmp_path / "out")


def test_a_folder_without_git_is_said(tmp_path, monkeypatch):
    """In git's own words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ReviewError, match="not a git repository"):
        reproduce.reproduce(VERSION, tmp_path / "out")


def test_a_lock_is_held_against_what_is_installed():
    """Other versions, absent packages, another Python; the same set says nothing."""
    here = f"pandas=={metadata.version('pandas')}\n"
    assert environment.differences(here, environment.PYTHON) == []
    lock = f"# a comment\npandas==0.1\nnot_there_at.all==2.0\n{here}"
    assert environment.differences(lock, "3.0") == [
        f"python {environment.PYTHON} here, 3.0 there",
        f"pandas {metadata.version('pandas')} here, 0.1 there",
        "not-there-at-all absent here, 2.0 there",
    ]


def test_values_that_look_alike_are_told_apart():
    """1 and 1.0, and true and 1, are not the same bytes; a list of another length is one line."""
    published = {"a": 1, "b": [1, 2], "c": {"d": True}, "e": 0}
    made = {"a": 1.0, "b": [1, 2, 3], "c": {"d": 1}}
    lines = list(reproduce._differing(made, published, ""))
    assert lines == [
        "a: 1 was published, 1.0 is computed",
        "b: 2 entries was published, 3 entries is computed",
        "c.d: true was published, 1 is computed",
        "e: 0 was published, nothing is computed",
    ]
