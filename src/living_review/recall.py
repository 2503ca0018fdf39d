"""The plan of a checkout in which nothing changed since it was made, without making it again.

A plan is a function of bytes: of what people and searches wrote, of the code, of the versions of
libraries. Making it parses every table; whether a byte changed is told much sooner. What the bytes
were is remembered below .snakemake, as a memory and never the truth: without it a plan is made.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from living_review import files, names, plan, runs, syntax, tables
from living_review.names import Plan
from living_review.report import reads, render
from living_review.why import inputs

MEMORY = Path(".snakemake/living_review_plan.json")
FOLLOWED = Path("logs/run.plan")  # by the run that is under way
WRITTEN = ("config", "resources")
CODE = (syntax.SOURCES, names.CHECKOUT / "workflow" / "scripts", reads.SOURCES)
# Of a search, what no name is made of: run.json has their digests, and jobs hold them against it.
IMMUTABLE = (runs.FOUND, runs.RECORDS, runs.REFRESHED)


def current() -> tuple[Plan, str]:
    """The plan of the review in this folder, and its file; what it is made of is kept beside it.

    Raises what plan.make raises.
    """
    read = everything_read()
    path = _remembered(read)
    if path:
        return Plan.read(path), path
    made = plan.make()
    path = made.write()
    with contextlib.suppress(OSError):  # what only explains must not stop a run
        inputs.keep(made, path)
    if everything_read() == read:  # else something was edited meanwhile
        with contextlib.suppress(OSError):
            files.replace_json(MEMORY, {"read": read, "plan": path})
    return made, path


def follow(path: str) -> None:
    """Leave word which plan this run follows, for jobs that read the workflow elsewhere."""
    files.replace_text(FOLLOWED, path)


def followed() -> tuple[Plan, str]:
    """The plan of the run that a job belongs to, whatever tables and protocol are by now.

    A job verifies what it reads against the names of that plan.
    """
    path = FOLLOWED.read_text()
    return Plan.read(path), path


def everything_read() -> str:
    """Digest of all that a plan is made from, byte by byte."""
    told = {str(path): files.digest(tables.content(path)) for path in _files()}
    return names.digest([told, sys.version, _libraries(), render.renderer()])


def _files() -> Iterator[Path]:
    for folder in (*map(Path, WRITTEN), *CODE):
        for path in sorted(folder.rglob("*")):
            immutable = path.name in IMMUTABLE and path.is_relative_to(runs.FOLDER)
            if path.is_file() and not immutable and path.suffix != ".pyc":
                yield path


def _libraries() -> list[str]:
    """What is installed, with versions, as the folders that describe it are called."""
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    return sorted(
        {path.name for folder in folders for path in folder.glob("*-info") if path.is_dir()}
    )


def _remembered(read: str) -> str:
    """The file of the plan that was made of just these bytes; "" if none is known, or not whole."""
    try:
        memory = files.read_json(MEMORY)
        path = str(memory["plan"])
        whole = names.digest(files.read_json(path))[: names.KEY_DIGITS] == Path(path).stem
        kept = inputs.path(Path(path).stem).exists()
        return path if memory["read"] == read and whole and kept else ""
    except (OSError, ValueError, LookupError, TypeError):
        return ""
