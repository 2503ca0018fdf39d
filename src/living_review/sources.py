"""Where records come from: files that people dropped in, in the order in which they came."""

from dataclasses import dataclass
from pathlib import Path

from living_review import files, tables
from living_review.errors import Problem

FOLDER = "resources/imports"
MANIFEST = f"{FOLDER}/manifest.csv"
METHODS = ("databases", "registers", "websites", "organisations", "citations", "hand")
COLUMNS = (
    "id",
    "registered_at",
    "file",
    "sha256",
    "format",
    "source",
    "method",
    "platform",
    "strategy",
    "searched_on",
    "count",
    "note",
)


@dataclass(frozen=True)
class Source:
    """A file of records as the manifest registers it."""

    id: str
    registered_at: str  # UTC; the order in which records enter the library
    file: str
    sha256: str
    format: str
    source: str
    method: str  # of METHODS: the box of the flow of records in which it counts
    platform: str
    strategy: str
    searched_on: str
    count: str
    note: str

    @property
    def path(self) -> Path:
        return Path(FOLDER, self.file)


def read(manifest: Path | str = MANIFEST) -> list[Source]:
    """Sources in the order in which they were registered."""
    sources = (Source(**cells) for cells in tables.cells(manifest, COLUMNS))
    return sorted(sources, key=lambda source: (source.registered_at, source.id))


def parts(source: Source) -> dict[str, str]:
    """What the records of a source are computed from."""
    content = files.digest(tables.content(source.path))
    return {"source": source.id, "format": source.format, "content": content}


def check(manifest: tables.Table, folder: Path = Path(FOLDER)) -> list[Problem]:
    """What the manifest says and the folder doesn't hold, or the other way round."""
    problems = [
        Problem(manifest.file, 1, column, "missing", "a column of that name")
        for column in COLUMNS
        if manifest.rows and column not in manifest.columns
    ]
    registered: set[str] = set()
    known: set[str] = set()
    for number, cells in manifest.rows:
        file, sha256, id_ = (cells.get(column, "") for column in ("file", "sha256", "id"))
        if cells.get("method") not in METHODS:
            method = cells.get("method", "")
            problems.append(Problem(manifest.file, number, "method", method, ", ".join(METHODS)))
        if not id_ or id_ in known:
            problems.append(
                Problem(manifest.file, number, "id", id_, "a name that no other row has")
            )
        known.add(id_)
        registered.add(file)
        path = folder / file
        if not file or Path(file).name != file or not path.is_file():
            allowed = f"the name of a file in {folder}"
            problems.append(Problem(manifest.file, number, "file", file, allowed))
        elif files.digest(path.read_bytes()) != sha256:
            allowed = (
                f"{files.digest(path.read_bytes())}, the digest of {path}; if the file was "
                "exported anew, keep the old one and register the new one beside it"
            )
            problems.append(Problem(manifest.file, number, "sha256", sha256, allowed))
    present = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return problems + [
        Problem(str(folder / name), 1, "", "a file that is not registered", f"a row in {MANIFEST}")
        for name in present
        if name not in registered | {Path(MANIFEST).name, "README.md"} and not name.startswith(".")
    ]
