"""Searches that were completed, as they stand in resources/searches/<run>/; none is ever changed.

run.json            what was asked, how Medline took it, counts, health, digests
README.md           the same for people, by the items of PRISMA-S
found.txt.gz        every PMID that the query gave, a line each
pmids.csv           what changed since the run before: new, back, gone, revised, not retrievable
records.xml.gz      the records that no earlier run had fetched; absent if there are none
refreshed.xml.gz    known records that Medline changed since; absent if there are none
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from living_review import files, tables
from living_review.errors import SearchError

FOLDER = "resources/searches"
RUN, README, FOUND, CHANGES = "run.json", "README.md", "found.txt.gz", "pmids.csv"
RECORDS, REFRESHED = "records.xml.gz", "refreshed.xml.gz"
NEW, BACK, GONE, REVISED, NOT_RETRIEVABLE = "new", "back", "gone", "revised", "not_retrievable"
CHANGE_COLUMNS = ("pmid", "change", "date_revised")


@dataclass(frozen=True)
class Run:
    """One search that was completed, by what its folder says."""

    id: str
    told: dict[str, Any]  # run.json

    @property
    def folder(self) -> Path:
        return Path(FOLDER, self.id)

    @property
    def strategy_id(self) -> str:
        return str(self.told["strategy"]["id"])

    @property
    def started_at(self) -> str:
        return str(self.told["started_at"])

    def content(self, name: str) -> bytes:
        """A file of the folder. Raises SearchError if it is not what the search wrote."""
        path = self.folder / name
        written = tables.content(path)
        if files.digest(written) != self.told["files"][name]["sha256"]:
            raise SearchError(f"{path} is not what the search wrote; bring it back from git")
        return written

    @cached_property
    def found(self) -> frozenset[str]:
        """Every PMID that the query gave."""
        return frozenset(gzip.decompress(self.content(FOUND)).decode().split())

    @cached_property
    def changes(self) -> list[dict[str, str]]:
        """The rows of pmids.csv."""
        return tables.parse(self.content(CHANGES), str(self.folder / CHANGES)).cells

    def pmids(self, change: str) -> set[str]:
        """PMIDs of one kind of change."""
        return {line["pmid"] for line in self.changes if line["change"] == change}


def read(folder: Path | str = FOLDER) -> list[Run]:
    """Every run, the earliest first. Hidden folders are of searches that did not end."""
    paths = [path for path in Path(folder).glob(f"*/{RUN}") if not path.parent.name.startswith(".")]
    return sorted(map(_read, paths), key=lambda run: (run.started_at, run.id))


def _read(path: Path) -> Run:
    try:
        run = Run(path.parent.name, files.read_json(path))
        if run.started_at and run.strategy_id:
            return run
        raise ValueError("no start or no strategy")
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = f"{path} is not what the search wrote ({error}); bring it back from git"
        raise SearchError(words) from error


def known(earlier: Iterable[Run]) -> dict[str, str]:
    """{PMID: Medline's day of revision when last fetched} of all records that runs have fetched."""
    fetched: dict[str, str] = {}
    for run in earlier:
        for line in run.changes:
            if line["change"] in (NEW, REVISED):
                fetched[line["pmid"]] = line["date_revised"]
    return fetched


def last_of(earlier: Iterable[Run], strategy_id: str) -> Run | None:
    """The latest run by a strategy."""
    return next((run for run in reversed(list(earlier)) if run.strategy_id == strategy_id), None)
