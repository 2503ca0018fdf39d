"""The section on the codebook: every column of the tables, with what it may hold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.report import escape
from living_review.report.markdown import blocks, details, table

Row = Mapping[str, Any]

KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "date": "day, like 2026-11-23",
    "year": "year",
}
INTRODUCTION = (
    "What is taken from each study, and how it is written down. The same as a data package, with "
    "the tables themselves, for use in other programs: [datapackage.json](data/datapackage.json)."
)
HEAD = ("Column", "What belongs there", "Kind", "Allowed", "Example")


def part(results: Row) -> str:
    """A table of columns for each table of the review; results["codebook"] as resources of a data
    package."""
    if not results["codebook"]:
        return "No codebook is shown here.\n"
    return blocks(
        INTRODUCTION, *(_table(described, results["words"]) for described in results["codebook"])
    )


def _table(described: Row, words: Mapping[str, Mapping[str, str]]) -> str:
    heading = f"{described['title']} ({described['path']})"
    rows = (_column(field, words) for field in described["schema"]["fields"])
    return details(heading, table(heading, HEAD, "lllll", rows))


def _column(field: Row, words: Mapping[str, Mapping[str, str]]) -> Sequence[str]:
    constraints = field.get("constraints", {})
    kind = KINDS[field["type"]] + (f", {field['unit']}" if field.get("unit") else "")
    return (
        escape.text(field["name"]),
        escape.text(field["description"]),
        escape.text(kind),
        "; ".join(_allowed(field["name"], constraints, words)),
        escape.text(field["example"]),
    )


def _allowed(
    column: str, constraints: Row, words: Mapping[str, Mapping[str, str]]
) -> Iterable[str]:
    for value in constraints.get("enum", ()):
        meaning = words.get(column, {}).get(value)
        yield escape.text(f"{value} ({meaning})" if meaning else value)
    least, most = (constraints.get(name) for name in ("minimum", "maximum"))
    if least is not None and most is not None:
        yield escape.text(f"{least} to {most}")
    elif least is not None:
        yield escape.text(f"{least} or more")
    elif most is not None:
        yield escape.text(f"{most} or less")
    yield "must be filled in" if constraints.get("required") else "may be empty"
