"""What waits in the review of this folder, from the files of its results."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from living_review import files, tables
from living_review.errors import ReviewError
from living_review.names import Plan
from living_review.report import shown
from living_review.schemas import nearest
from living_review.todo import extraction, tasks

PREFILLED = ("studies", "reports")  # tables of which rows are filled in for what is to be extracted
FILES = (
    *(f"/{kind}.csv" for kind in tasks.KINDS),
    *(f"/rows_for_{table}.csv" for table in PREFILLED),
    "/todo.csv",
)
RANKING = "ranking"  # the stage whose table has a score for each work; a review may lack it


class Waiting(NamedTuple):
    """The lists of the current page, and what orders them."""

    lists: Mapping[str, list[dict[str, Any]]]
    screening: Mapping[str, Any]
    screeners: list[str]
    scores: Mapping[str, float]
    stopping: Sequence[Mapping[str, Any]] = ()  # rows of screening.stopping
    studies: Sequence[str] = ()  # study_ids that there are

    def tasks(self) -> list[dict[str, Any]]:
        return tasks.tasks(self.lists, self.screening, self.screeners, self.scores)

    def for_person(self, who: str) -> "Waiting":
        """What one person may do; all of it for no name."""
        if not who:
            return self
        lists = {
            name: [row for row in rows if tasks.waits_for(name, row, who)]
            for name, rows in self.lists.items()
        }
        return self._replace(lists=lists)

    def of_kind(self, kind: str) -> "Waiting":
        """One list alone; all of them for no name. Raises ReviewError if there is no such list."""
        if not kind:
            return self
        known = [*tasks.KINDS, *(name for name in self.lists if name not in tasks.KINDS)]
        if kind not in known:
            raise ReviewError(f"--kind {kind!r}; allowed: {nearest(kind, known)}")
        return self._replace(lists={kind: self.lists.get(kind, [])})

    def ordered(self, name: str) -> list[dict[str, Any]]:
        """The rows of a list of works, the highest score first."""
        return [dict(row) for row in tasks.ordered(self.lists.get(name, ()), self.scores)]


def read(plan: Plan) -> Waiting:
    """Raises ReviewError where the page of this state of the review was not made yet."""
    results = shown.results(plan)
    found = results["waiting"]
    return Waiting(
        found["lists"],
        results["screening"],
        found["screeners"],
        scores(plan),
        stopping(plan),
        [study["study_id"] for study in results["studies"]],
    )


def write(waiting: Waiting, paths: Iterable[str]) -> None:
    """The tasks of each kind as a table called after it, rows filled in for the tables of studies
    to extract, and all tasks as todo.csv, the last."""
    filled = extraction.prefilled(waiting.lists.get("extract", ()), waiting.studies)
    found = [
        {column: tables.harmless(str(cell)) for column, cell in task.items()}
        for task in waiting.tasks()
    ]
    for path in paths:
        kind = Path(path).stem
        if (table := kind.removeprefix("rows_for_")) != kind:
            rows = [
                {column: tables.harmless(cell) for column, cell in row.items()}
                for row in filled[table]
            ]
            tables.write(path, extraction.KNOWN[table], rows)
            continue
        of_kind = [task for task in found if kind in (task["kind"], "todo")]
        tables.write(path, tasks.COLUMNS, of_kind)


def scores(plan: Plan) -> dict[str, float]:
    """The score of each ranked work by record id; none where nothing is ranked."""
    found: dict[str, float] = {}
    for path in plan.paths(RANKING, ".csv"):
        found |= _scores(tables.cells(path, ("record_id", "score")))
    return found


def stopping(plan: Plan) -> list[dict[str, Any]]:
    """What stopping to screen now would risk, shortest look back first; [] where nothing is
    ranked."""
    return [
        row for path in plan.paths(RANKING, ".json") for row in files.read_json(path)["stopping"]
    ]


def _scores(rows: Iterable[Mapping[str, str]]) -> dict[str, float]:
    return {row["record_id"]: float(row["score"]) for row in rows if row["score"]}
