"""All that people and searches write into tables: which files `check` looks at."""

from pathlib import Path

from living_review import files, risk_of_bias, sources, tables
from living_review.checklists import items

FOLDERS = (
    "config",
    "resources/extraction",
    "resources/decisions",
    "resources/events",
    "resources/published",
)


def parts() -> dict[str, str]:
    """{file: digest}: a message names cells as they stand, so that every byte counts.

    With the tools for risk of bias and the checklists that come with the program, against which
    lines are held.
    """
    paths = [path for folder in FOLDERS for path in sorted(Path(folder).rglob("*.*"))]
    paths += sorted(Path(sources.FOLDER).glob("*"))
    found = {str(path): files.digest(tables.content(path)) for path in paths if path.is_file()}
    found |= {f"checklist {name}": digest for name, digest in items.digests().items()}
    return found | {f"tool {name}": digest for name, digest in risk_of_bias.digests().items()}
