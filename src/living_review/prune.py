"""Results that no current name calls for."""

import shutil
from pathlib import Path

from living_review import versions
from living_review.names import Plan
from living_review.report import archive, shown

RESULTS = Path("results")
KEPT = ("README.md",)


def outdated(plan: Plan) -> list[Path]:
    """Files below results/ that the checkout does not call for, and leftovers of killed jobs.

    Raises ReviewError while readers see another page than the current one: it would be among them.
    """
    made = shown.current(plan).parent
    needed = {Path(path) for name in plan.names for path in name.paths}
    needed |= {Path(plan.write()), *(RESULTS / name for name in KEPT)}
    beside = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    needed |= {folder / path for folder in (made, shown.FOLDER) for path in beside}
    needed |= {shown.FOLDER / path for path in archive.of_versions(versions.read(), b"")}
    return [path for path in sorted(RESULTS.rglob("*")) if path.is_file() and path not in needed]


def remove(paths: list[Path]) -> None:
    """Delete the files, and the folders that are empty then."""
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({path.parent for path in paths}, reverse=True):
        if folder != RESULTS and folder.is_dir() and not any(folder.iterdir()):
            shutil.rmtree(folder)
