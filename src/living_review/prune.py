"""Results that neither the review as it stands nor a published version calls for."""

import shutil
from pathlib import Path

from living_review import versions
from living_review.names import Name, Plan
from living_review.report import archive, shown
from living_review.why import inputs

RESULTS = Path("results")
KEPT = ("README.md",)


def outdated(plan: Plan) -> list[Path]:
    """Files below results/ that nothing calls for, and leftovers of killed jobs.

    Called for are the names of this checkout and those of every published version, as far as it
    keeps its names. Raises ReviewError while readers see another page than the current one: it
    would be among them.
    """
    made = shown.current(plan).parent
    written = Path(plan.write())
    called_for = [*plan.names, *_published()]
    needed = {Path(path) for name in called_for for path in name.paths}
    needed |= {written, inputs.path(written.stem), *(RESULTS / name for name in KEPT)}
    pages = {Path(name.path).parent for name in called_for if name.stage == "report"}
    needed |= {path for page in pages for path in page.rglob("*")}
    needed |= {shown.FOLDER / path.relative_to(made) for path in made.rglob("*")}
    needed |= {shown.FOLDER / path for path in archive.of_versions(versions.read(), b"")}
    return [path for path in sorted(RESULTS.rglob("*")) if path.is_file() and path not in needed]


def _published() -> list[Name]:
    """The results of every version that keeps its names."""
    kept = (inputs.of_version(version.folder) for version in versions.read())
    return [name for one in kept if one for name in one.names.values()]


def remove(paths: list[Path]) -> None:
    """Delete the files, and the folders that are empty then."""
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({path.parent for path in paths}, reverse=True):
        if folder != RESULTS and folder.is_dir() and not any(folder.iterdir()):
            shutil.rmtree(folder)
