"""The steps of a run, each a program of its own, so that what ends one is told by its exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import IO

from living_review import files, names, plan
from living_review.errors import ReviewError
from living_review.git import Git
from living_review.names import Name
from living_review.unattended import derived

COMPUTED = Path("logs/computed.json")  # what the last page was computed from anew


def command(*arguments: str, log: IO[bytes] | None = None) -> int:
    """Run living-review in this folder; its exit code. log: where it speaks, if not here."""
    return _run([sys.executable, "-m", "living_review", *arguments], Path.cwd(), log)


def page(log: IO[bytes] | None = None) -> int:
    """Run the workflow on this folder; its exit code."""
    workflow = [sys.executable, "-m", "snakemake", "--directory", str(Path.cwd())]
    return _run(workflow, names.CHECKOUT, log, {"PYTHONPATH": str(names.CHECKOUT / "src")})


def page_of_kept(repository: Git, remote: str) -> tuple[int, list[Name], list[Name]]:
    """The page, from the results that are kept; what is new is kept too.

    Returns the workflow's exit code, what was brought back and what was computed.
    """
    current = plan.make()
    COMPUTED.unlink(missing_ok=True)
    brought = derived.bring_back(current, derived.Kept(repository, remote))
    missing = [name for name in current.names if name.is_missing()]
    code = page()
    made = [name for name in missing if not name.is_missing()]
    files.replace_json(COMPUTED, [[name.stage, name.label] for name in made])
    derived.keep(current, repository, remote)
    return code, brought, made


def computed() -> list[tuple[str, str]] | None:
    """Stage and label of what the last page was computed from anew; None if that is not known."""
    try:
        return [(str(stage), str(label)) for stage, label in files.read_json(COMPUTED)]
    except (OSError, ValueError, TypeError):
        return None


def _run(
    arguments: Sequence[str],
    folder: Path,
    log: IO[bytes] | None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> int:
    try:
        return subprocess.run(
            arguments,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT if log else None,
            check=False,
        ).returncode
    except OSError as error:
        raise ReviewError(f"{arguments[2]} can't be started: {error.strerror}") from error
