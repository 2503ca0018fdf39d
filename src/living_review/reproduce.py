"""A published version computed again from its commit, and held against what was published.

The commit is laid out beside the repository, which is not touched; all of it is computed anew, and
results.json is compared byte for byte. The page is the same as far as the renderer is.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from living_review import environment, files, git, names, versions
from living_review.errors import ReviewError
from living_review.report import render
from living_review.versions import Version
from living_review.why import inputs

LOCK = "requirements.lock"
RESULTS = "results.json"
PROGRAM = ("Snakefile", "profiles", "workflow", "src", "report", LOCK)
MOST = 10  # differing numbers that are named
LAST_LINES = 30  # of what a run that failed had to say


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
    here = Path.cwd()
    top = git.top(here)
    inside = here.resolve().relative_to(top)
    commit = find(version, top, inside, at)
    with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
        laid_out = Path(folder, "review")
        git.clone(top, commit.id, laid_out)
        review = laid_out / inside
        published = _published(version, review)
        program, notes = _program(published, laid_out, Path(folder, "program"))
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


def find(version: str, top: Path, inside: Path = Path(), at: str = "") -> Commit:
    """The commit of a version: its tag, else the commit that added it.

    top: of the repository; inside: the review, from there. Raises ReviewError if there is none.
    """
    path = str(inside / versions.FOLDER / version / "version.json")
    if at:
        commit = git.commit(top, at)
        if not commit or not git.has(top, commit, path):
            raise ReviewError(f"{at} is no commit that has {path}")
        return Commit(commit, at)
    tagged = git.commit(top, f"refs/tags/{version}")
    if tagged and git.has(top, tagged, path):
        return Commit(tagged, f"tag {version}")
    added = git.run(
        top, "log", "--all", "--diff-filter=A", "--reverse", "--format=%H", "--", path
    ).split()
    if added:
        return Commit(added[0], "the commit that added it")
    shallow = git.run(top, "rev-parse", "--is-shallow-repository") == "true"
    raise ReviewError(
        f"Git knows no tag {version} and no commit that added {path}."
        + (" This clone is shallow: `git fetch --unshallow --tags` first." if shallow else "")
    )


def program_now() -> dict[str, Any]:
    """{"commit", "clean"} of the program that runs; {} if it is under no git."""
    try:
        top = git.top(names.CHECKOUT)
        commit = git.commit(top, "HEAD")
        changed = git.is_changed(names.CHECKOUT, *PROGRAM) if commit else True
    except git.GitError:
        return {}
    return {"commit": commit, "clean": not changed} if commit else {}


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


def _program(published: Version, laid_out: Path, beside: Path) -> tuple[Path, list[str]]:
    """The program that made the version, laid out: of the same repository, or of its own."""
    then = published.program
    if (laid_out / "Snakefile").exists() and (laid_out / "src/living_review").exists():
        program, commit = laid_out, ""
    elif then.get("commit"):
        program, commit = beside, str(then["commit"])
        git.clone(git.top(names.CHECKOUT), commit, beside)
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
    """The page and what belongs to it, without what begins with a dot; the page last."""
    written = [path for path in sorted(made.rglob("*")) if path.is_file()]
    for path in sorted(written, key=lambda path: path.name == "index.html"):
        inside = path.relative_to(made)
        if not any(part.startswith(".") for part in inside.parts):
            files.replace_bytes(to / inside, path.read_bytes())
