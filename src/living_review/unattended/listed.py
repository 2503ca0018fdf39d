"""What waits for people as a table in the repository, as it was when people last took it in.

The standing pull request changes it: its lines are what has come to wait, and what waits no more.
Nothing is computed from it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review import tables
from living_review.todo import tasks
from living_review.todo.read import Waiting

PATH = "resources/waiting.csv"
COLUMNS = ("kind", "id", "what", "to_do", "where")

Row = Mapping[str, Any]
Rows = list[dict[str, str]]


def rows(waiting: Waiting) -> Rows:
    """A row for each thing that waits; in an order that no score moves."""
    kinds = [*tasks.KINDS, *(name for name in waiting.lists if name not in tasks.KINDS)]
    found = [
        {column: tables.harmless(str(task[column])) for column in COLUMNS}
        for task in waiting.tasks()
    ]
    return sorted(found, key=lambda row: (kinds.index(row["kind"]), row["id"], row["what"]))


def as_text(listed: Rows) -> str:
    """The file; "" where nothing waits, and there is to be none."""
    return tables.as_text(COLUMNS, listed) if listed else ""


def read(content: bytes) -> Rows:
    """The rows of the file as it stands somewhere; none if it can't be read."""
    try:
        return tables.parse(content, PATH).cells
    except tables.TableError:
        return []


def added(listed: Iterable[Row], before: Iterable[Row]) -> list[Row]:
    """What waits and did not before."""
    known = {(row.get("kind"), row.get("id")) for row in before}
    return [row for row in listed if (row["kind"], row["id"]) not in known]
