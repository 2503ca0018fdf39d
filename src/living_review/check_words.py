"""What `check` found, told to people, to GitHub and to programs."""

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from living_review import tables
from living_review.check import Found, is_warning
from living_review.errors import Problem, TableError
from living_review.schemas import KeyProblem

Each = Problem | KeyProblem | str
ERROR, WARNING = "error", "warning"


def text(found: Found) -> str:
    """A line for each mistake, then for each warning; then how many, or what was looked at."""
    mistakes = list(map(str, found.errors))
    warnings = [str(each) for each in found.problems if is_warning(each)]
    if mistakes:
        said = f"{_counted(len(mistakes), 'mistake')} to be put right"
    else:
        looked_at = ", ".join(f"{file} ({rows} rows)" for file, rows in found.rows.items())
        said = f"No mistakes in {looked_at}"
    if warnings:
        said += f"; {_counted(len(warnings), 'warning')}"
    return "\n".join([*mistakes, *(f"warning: {one}" for one in warnings), said])


def as_json(found: Found) -> str:
    """{"errors", "warnings", "problems": [{level, file, row, column, value, rule, nearest}]}.

    row: as a spreadsheet counts, or the line of a YAML file; null where a file can't be read.
    column: of a table, or the key of a YAML file. nearest: "" if no allowed value is near.
    """
    problems = [_fields(each) for each in found.problems]
    counts = {level: sum(one["level"] == level for one in problems) for level in (ERROR, WARNING)}
    return json.dumps(
        {"errors": counts[ERROR], "warnings": counts[WARNING], "problems": problems},
        ensure_ascii=False,
        indent=1,
    )


def github(found: Found, environment: Mapping[str, str] = os.environ) -> str:
    """Workflow commands that annotate the lines of a pull request; one that says how many."""
    commands = [_command(_fields(each), str(each), environment) for each in found.problems]
    return "\n".join([*commands, text(found).rpartition("\n")[2]])


def _command(fields: Mapping[str, Any], words: str, environment: Mapping[str, str]) -> str:
    about = {
        "file": _from_repository(fields["file"], environment),
        "line": _line_in_file(fields["file"], fields["row"]),
        "title": fields["column"],
    }
    given = ",".join(f"{name}={_property(str(value))}" for name, value in about.items() if value)
    return f"::{fields['level']}{' ' if given else ''}{given}::{_message(words)}"


def _fields(each: Each) -> dict[str, Any]:
    level = WARNING if is_warning(each) else ERROR
    if isinstance(each, Problem):
        return {
            "level": level,
            "file": each.file,
            "row": each.row,
            "column": each.column,
            "value": each.value,
            "rule": each.allowed,
            "nearest": each.meant,
        }
    if isinstance(each, KeyProblem):
        found, rule, file, row = each.found, each.allowed, each.file, each.line or None
        return {"level": level, "file": file, "row": row, "column": each.path} | {
            "value": found.removeprefix("is "),
            "rule": rule,
            "nearest": "",
        }
    file = str(each).partition(":")[0].partition(" line ")[0]
    return {"level": level, "file": file, "row": None, "column": ""} | {
        "value": "",
        "rule": str(each),
        "nearest": "",
    }


def _line_in_file(file: str, row: int | None) -> int | None:
    """The line on which a row begins: cells with line breaks make it another than its number."""
    if row is None or not file.endswith(".csv"):
        return row
    begins = _lines(file)
    return begins[row - 1] if row <= len(begins) else row


@cache
def _lines(file: str) -> Sequence[int]:
    try:
        return tables.first_lines(tables.content(file))
    except (TableError, UnicodeDecodeError):
        return ()


def _from_repository(file: str, environment: Mapping[str, str]) -> str:
    """The path as the pull request has it, also of a review in a folder of the repository."""
    root = environment.get("GITHUB_WORKSPACE")
    if root and Path.cwd().is_relative_to(root):
        return str(Path.cwd().relative_to(root) / file)
    return file


def _message(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _message(words).replace(":", "%3A").replace(",", "%2C")


def _counted(n: int, one: str) -> str:
    return f"{n} {one}" if n == 1 else f"{n} {one}s"
