"""Where records come from, in the order in which they came: files that people dropped in, and
what searches fetched."""

from dataclasses import dataclass
from pathlib import Path

from living_review import files, runs, tables
from living_review.errors import NO_COLUMN, Problem, ReviewError
from living_review.runs import Run

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


IMPORT, SEARCH = "import", "search"


@dataclass(frozen=True)
class Source:
    """A file of records as the manifest registers it, or as a search wrote it."""

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
    kind: str = IMPORT

    @property
    def path(self) -> Path:
        if self.kind == SEARCH:
            return Path(runs.FOLDER, self.id, self.file)
        return Path(FOLDER, self.file)

    def content(self) -> bytes:
        """The bytes of the file. Raises ReviewError if they are not what a search wrote."""
        written = tables.content(self.path)
        if self.kind == SEARCH and files.digest(written) != self.sha256:
            raise ReviewError(f"{self.path} is not what the search wrote; bring it back from git")
        return written


def imported(manifest: Path | str = MANIFEST) -> list[Source]:
    """Files that people dropped in, in the order in which they were registered."""
    sources = (Source(**cells) for cells in tables.cells(manifest, COLUMNS))
    return sorted(sources, key=_arrival)


def read() -> list[Source]:
    """Every source in the order in which they came. Raises SearchError if a run can't be read."""
    fetched = (_of_run(run) for run in runs.read() if runs.RECORDS in run.told["files"])
    return sorted([*imported(), *fetched], key=_arrival)


def _arrival(source: Source) -> tuple[str, str]:
    return source.registered_at, source.id


def _of_run(run: Run) -> Source:
    """The records that a search fetched, which no search had fetched before."""
    strategy = run.told["strategy"]
    return Source(
        id=run.id,
        registered_at=run.started_at,
        file=runs.RECORDS,
        sha256=run.told["files"][runs.RECORDS]["sha256"],
        format="pubmed_xml",
        source=strategy["source"],
        method="databases",
        platform=strategy["platform"],
        strategy=strategy["id"],
        searched_on=run.started_at[:10],
        count=str(run.told["records"][runs.RECORDS]),
        note="",
        kind=SEARCH,
    )


def parts(source: Source, written: bytes | None = None) -> dict[str, str]:
    """What the records of a source are computed from.

    written: its bytes, where they have been read. Else they are read for an import, which people
    may change; a run says its own digest, so that what never changes isn't hashed each time.
    """
    if written is None and source.kind == SEARCH:
        digest = source.sha256
    else:
        digest = files.digest(tables.content(source.path) if written is None else written)
    return {"source": source.id, "format": source.format, "content": digest}


def check(manifest: tables.Table, folder: Path = Path(FOLDER)) -> list[Problem]:
    """What the manifest says and the folder doesn't hold, or the other way round."""
    problems = [
        Problem(manifest.file, 1, column, "", NO_COLUMN)
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
