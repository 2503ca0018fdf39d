"""A published version computed again from its commit, and held against what was published.

The commit is laid out beside the repository, which is not touched; all of it is computed anew, and
results.json is compared byte for byte. The page is the same as far as the renderer is.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from living_review import environment, files, names, versions
from living_review.errors import ReviewError
from living_review.git import Git, GitError
from living_review.report import render
from living_review.versions import Version
from living_review.why import inputs

LOCK = "requirements.lock"
RESULTS = "results.json"
PROGRAM = ("Snakefile", "profiles", "workflow", "src", "report", LOCK)
MOST = 10  # differing numbers that are named
LAST_LINES = 30  # of what a run that failed had to say

_KEY = re.compile(r"[0-9a-f]{20}")  # folder of a page under its own name


class Commit(NamedTuple):
    id: str
    how: str  # it was found


class Reproduced(NamedTuple):
    """What came of it."""

    commit: Commit
    notes: list[str]  # on the program, the environment, the renderer
    differences: list[str]  # from what was published; none if it is the same, byte for byte
    page: Path


def reproduce(version: str, to: Path, at: str = "", build: bool = False) -> Reproduced:
    """Compute a version of the review in this folder again; the page comes into the folder `to`.

    at: a commit or tag, if it is not to be looked for; build: make the environment of the version's
    lock where the present one differs, which needs the network. Raises ReviewError if the version
    or its commit is not known, or if the run fails.
    """
    if not versions.ID.fullmatch(version):
        raise ReviewError(f"{version!r} is no version; allowed: one like 2026.11")
    git = Git()
    commit = find(version, git, at)
    with ExitStack() as stack:
        laid_out = stack.enter_context(git.checked_out(commit.id)).top
        review = laid_out / git.prefix
        published = _published(version, review)
        program, notes = _program(published, laid_out, stack)
        lock = program / LOCK
        pinned = lock.read_text("utf-8") if lock.exists() else ""
        differing = environment.differences(pinned, _python(review, published))
        python = Path(sys.executable)
        if differing and build:
            python = _built(program)
            notes.append(f"Environment: made anew from its {LOCK}.")
        elif differing:
            notes.append(f"Environment: differs from its {LOCK}: {'; '.join(differing)}.")
        elif pinned:
            notes.append(f"Environment: that of its {LOCK}.")
        else:
            notes.append(f"Environment: the present one; it has no {LOCK}.")
        if published.renderer not in ("", now := render.renderer()):
            notes.append(
                f"Renderer: {now} here, {published.renderer} there; numbers don't hang on it."
            )
        _run(python, program, review)
        made = review / "results/report"
        _deliver(made, to)
        found = differences((made / RESULTS).read_bytes(), _kept(version, review), review, version)
    return Reproduced(commit, notes, found, to / "index.html")


def find(version: str, git: Git, at: str = "") -> Commit:
    """The commit of a version: its tag, else the commit that added it.

    git: of the review's folder. Raises ReviewError if there is none.
    """
    path = f"{git.prefix}{versions.FOLDER}/{version}/version.json"
    if at:
        commit = _commit(git, at)
        if not commit or not _has(git, commit, path):
            raise ReviewError(f"{at} is no commit that has {path}")
        return Commit(commit, at)
    tagged = _commit(git, f"refs/tags/{version}")
    if tagged and _has(git, tagged, path):
        return Commit(tagged, f"tag {version}")
    asked = ("log", "--all", "--diff-filter=A", "--reverse", "--format=%H", "--", path)
    if added := git(*asked).split():
        return Commit(added[0], "the commit that added it")
    shallow = git("rev-parse", "--is-shallow-repository").strip() == "true"
    raise ReviewError(
        f"Git knows no tag {version} and no commit that added {path}."
        + (" This clone is shallow: `git fetch --unshallow --tags` first." if shallow else "")
    )


def program_now() -> dict[str, Any]:
    """{"commit", "clean"} of the program that runs; {} if it is under no git."""
    try:
        git = Git(names.CHECKOUT)
        commit = _commit(git, "HEAD")
        paths = [f"{git.prefix}{path}" for path in PROGRAM]
        changed = git("status", "--porcelain", "--", *paths).strip()
    except GitError:
        return {}
    return {"commit": commit, "clean": not changed} if commit else {}


def _commit(git: Git, name: str) -> str:
    """The commit that a tag, branch or digest names; "" if there is none."""
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    done = git.tried(*asked)
    return "" if done.returncode else done.stdout.decode().strip()


def _has(git: Git, commit: str, path: str) -> bool:
    """Whether a file stood in a commit; path: from the top of the repository."""
    return git.tried("cat-file", "-e", f"{commit}:{path}").returncode == 0


def differences(made: bytes, published: bytes, review: Path, version: str) -> list[str]:
    """How results.json differs from what was published, and that from what was committed."""
    found = []
    committed = review / versions.FOLDER / version / RESULTS
    if committed.read_bytes() != published:
        found.append(f"{versions.FOLDER}/{version}/{RESULTS} is not what was committed")
    if made != published:
        one, other = (json.loads(content) for content in (made, published))
        named = list(islice(_differing(one, other, ""), MOST + 1))
        found += named[:MOST]
        found += ["and more"] if len(named) > MOST else []
        found += [] if named else ["the same values in another form"]
    return found


def _differing(made: Any, published: Any, path: str) -> Iterator[str]:
    """A line for each value that differs, called by its way through the document."""
    if isinstance(made, dict) and isinstance(published, dict):
        for key in dict.fromkeys([*published, *made]):
            yield from _differing(
                made.get(key, _ABSENT), published.get(key, _ABSENT), f"{path}.{key}".lstrip(".")
            )
    elif isinstance(made, list) and isinstance(published, list) and len(made) == len(published):
        for place, (one, other) in enumerate(zip(made, published, strict=True)):
            yield from _differing(one, other, f"{path}[{place}]")
    elif made != published or type(made) is not type(published):
        yield f"{path}: {_shown(published)} was published, {_shown(made)} is computed"


class _Absent:
    """Stands for a key that a document lacks."""


_ABSENT = _Absent()


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, list | dict):
        return f"{len(value):,} entries"
    text = files.canonical_json(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _published(version: str, review: Path) -> Version:
    """The version as it was committed."""
    told = files.read_json(review / versions.FOLDER / version / "version.json")
    return Version(**{name: told[name] for name in Version._fields if name in told})


def _kept(version: str, review: Path) -> bytes:
    """What was published: as it stands in this checkout, else as it was committed."""
    here = Path(versions.FOLDER, version, RESULTS)
    return (here if here.exists() else review / here).read_bytes()


def _program(published: Version, laid_out: Path, stack: ExitStack) -> tuple[Path, list[str]]:
    """The program that made the version, laid out: of the same repository, or of its own."""
    then = published.program
    if (laid_out / "Snakefile").exists() and (laid_out / "src/living_review").exists():
        program, commit = laid_out, ""
    elif then.get("commit"):
        commit, git = str(then["commit"]), Git(names.CHECKOUT)
        program = stack.enter_context(git.checked_out(commit)).top / git.prefix
    else:
        return names.CHECKOUT, ["Program: the present one; the version does not say which made it."]
    notes = [f"Program: commit {commit[:12]}."] if commit else []
    if then and not then["clean"]:
        notes.append("Program: it had changes that were not committed when this was published.")
    return program, notes


def _python(review: Path, published: Version) -> str:
    """The minor version of Python that a version was made with; "" if it does not say."""
    kept = inputs.of_version(review / published.folder)
    return kept.code.get("python", "") if kept else ""


def _built(program: Path) -> Path:
    """The Python of the environment that the program's own Makefile makes."""
    command = ["make", "-C", str(program), f"PYTHON={sys.executable}", ".venv/ready"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReviewError(f"The environment could not be made:\n{_end(done.stdout + done.stderr)}")
    return program / ".venv/bin/python"


def _run(python: Path, program: Path, review: Path) -> None:
    """The whole workflow, from nothing."""
    path = {"PYTHONPATH": str(program / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(python), "-m", "snakemake", "--directory", str(review)],
        cwd=program,
        env=os.environ | path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReviewError(f"The workflow of that version failed:\n{_end(done.stdout)}")


def _end(printed: str) -> str:
    return "\n".join(printed.strip().splitlines()[-LAST_LINES:])


def _deliver(made: Path, to: Path) -> None:
    """The page as readers are shown it, with what belongs to it; the page last."""
    written = [path.relative_to(made) for path in sorted(made.rglob("*")) if path.is_file()]
    for path in sorted(written, key=lambda path: path.name == "index.html"):
        under_its_name = _KEY.fullmatch(path.parts[0])
        if not under_its_name and not any(part.startswith(".") for part in path.parts):
            files.replace_bytes(to / path, (made / path).read_bytes())
