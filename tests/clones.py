"""Clones of a bare repository on this machine, each as a scheduled run finds it."""

import os
import subprocess
from pathlib import Path

from living_review import tables
from living_review.names import Name, Plan
from living_review.run_log import COLUMNS

ATTRIBUTES = Path(__file__).resolve().parents[1] / ".gitattributes"
LINE = {
    "strategy_id": "pubmed_1",
    "outcome": "complete",
    "found": "30",
    "new": "2",
    "gone": "0",
    "revised": "0",
    "fetched": "2",
    "note": "30 found, 2 new",
}


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=ann", "-c", "user.email=ann@localhost", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def remote(folder, files=(), below=""):
    """A bare repository whose main has a review in the folder `below`."""
    bare, first = folder / "remote.git", folder / "first"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(folder, "init", "--quiet", "--initial-branch=main", str(first))
    review = first / below
    for path, text in {".gitignore": "results/\nlogs/\n", "config/config.yaml": "{}\n"}.items():
        write(review / path, text)
    for path, text in dict(files).items():
        write(review / path, text)
    write(first / ".gitattributes", ATTRIBUTES.read_text())
    git(first, "add", "--all")
    git(first, "commit", "--quiet", "-m", "A review")
    git(first, "push", "--quiet", str(bare), "main")
    return bare


def clone(bare, folder, *options):
    git(bare.parent, "clone", "--quiet", *options, f"file://{bare}", str(folder))
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def log_line(time, folder=".", **told):
    """A line of the run log more, as a search leaves it."""
    path = Path(folder, "resources/run_log.csv")
    rows = tables.read(path).cells if path.exists() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    tables.write(path, COLUMNS, [*rows, {**LINE, "run": time[:10], "time": time, **told}])


def plan(*contents, made=True, page=""):
    """A plan of a synthesis for each content, and of a page; made: their files are here too."""
    names = [Name.of("syntheses", one, (".json",), rows=one) for one in contents]
    if page:
        names.append(Name.of("report", "page", ("/results.json", "/index.html"), shows=page))
    for name in names if made else ():
        for path in name.paths:
            write(Path(path), f"{name.label} {page}")
    if page and made:
        write(Path(names[-1].path).parent / "figures/forest.svg", "<svg/>")
    return Plan({}, tuple(names))


def tree(bare, branch="main"):
    """Paths at the end of a branch of a bare repository."""
    return set(git(bare, "ls-tree", "-r", "--name-only", branch).split())


def shown(bare, path, branch="main"):
    return git(bare, "show", f"{branch}:{path}")


def environment_of_a_runner(monkeypatch):
    """Nothing that says who commits, as on a machine that was made a minute ago."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
