"""For whom something waits, on the page: as todo.tasks says it, beside the thing itself."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape
from living_review.todo import tasks

Row = Mapping[str, Any]


def of_works(name: str, results: Row) -> list[dict[str, Any]]:
    """The works of a list; where not everybody may decide, with `for_whom`."""
    found = results["waiting"]
    rows = [dict(row) for row in found["lists"][name]]
    if name not in (*tasks.OF_SCREENERS, "again"):
        return rows
    return [
        row | {"for_whom": tasks.for_whom(name, row, results["screening"], found["screeners"])}
        for row in rows
    ]


def asked(name: str, row: Row) -> str:
    """ " (for anybody but ann)", or "" for what anybody may do."""
    found = tasks.for_whom(name, row, {}, ())
    return "" if found == tasks.ANYBODY else f" (for {escape.text(found)})"
