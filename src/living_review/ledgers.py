"""Ledgers of what people decided: append-only tables, one file a person.

A line is never changed or taken out: a later line of the same person supersedes it by its id.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path

from living_review import files, tables
from living_review.errors import NO_COLUMN, Problem, ReviewError, TableError
from living_review.nearest import meant
from living_review.schemas import nearest
from living_review.tables import Table

TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?")
FOLDER = "resources/decisions"
PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")  # calls a file, and stands in its lines
LOCK = "logs/decisions.lock"  # of whoever adds to what people decided
SEED = "seed"  # entered when the review was set up: a suggestion, never a person's decision
_WHO_AND_WHEN = ("reason", "time", "protocol_version", "supersedes", "note")
COLUMNS = {
    "screening": ("id", "record_id", "screener", "stage", "decision", *_WHO_AND_WHEN),
    "duplicates": ("id", "record_id_1", "record_id_2", "screener", "decision", *_WHO_AND_WHEN),
    "overlap": ("id", "study_id_1", "study_id_2", "screener", "decision", *_WHO_AND_WHEN),
    "events": ("id", "record_id", "event", "screener", "decision", *_WHO_AND_WHEN),
    "grade": (
        *("id", "analysis", "domain", "screener", "judgement", "rates"),
        *("starting_level", "thresholds", *_WHO_AND_WHEN),
    ),
}
DUPLICATES = ("same", "different")  # decisions about two records
# What no line may lack: all up to the decision, and the day where it decides what a line is about.
REQUIRED = {name: columns[: columns.index("reason")] for name, columns in COLUMNS.items()}
REQUIRED["events"] += ("time",)
REQUIRED["grade"] = (*COLUMNS["grade"][: COLUMNS["grade"].index("starting_level")], "time")

Line = Mapping[str, str]
Allowed = Mapping[str, Sequence[str] | Mapping[str, str]]


class Lines(list[dict[str, str]]):
    """Lines as `read` gives them, which nobody changes any more: they say their own digest, since
    several results are named after the same hundred thousand."""

    @cached_property
    def digest(self) -> str:
        columns = list(self[0]) if self else []
        cells = [list(line.values()) for line in self]
        return files.digest(json.dumps([columns, cells], ensure_ascii=False))


def require_person(who: str, option: str = "--as") -> str:
    """Raises ReviewError for a name that can't call a file of decisions, or that differs from one
    in use by capitals alone: one person would count as two."""
    if not PERSON.fullmatch(who) or who == SEED:
        raise ReviewError(
            f"{option} {who!r}; allowed: a name of letters, digits, - and _ (not {SEED}), "
            "always the same for a person"
        )
    used = {path.stem for path in Path(FOLDER).glob("*/*.csv")}
    alike = [name for name in sorted(used) if name.casefold() == who.casefold()]
    if alike and who not in alike:
        raise ReviewError(
            f"{option} {who!r}: there are decisions of {alike[0]}; write it the same way, or take "
            "another name if that is somebody else"
        )
    return who


def paths(ledger: str) -> list[Path]:
    """The files of a ledger: resources/decisions/<ledger>/<person>.csv."""
    return sorted(Path(FOLDER, ledger).glob("*.csv"))


def table(path: Path | str) -> Table:
    """A file of a ledger as it stands, for who only looks: it is read once, however many ask.

    Raises TableError if it can't be read.
    """
    return _table(str(path), tables.content(path))


@lru_cache(maxsize=20)
def _table(path: str, written: bytes) -> Table:
    return tables.parse(written, path)


def read(ledger: str) -> Lines:
    """Every line of every file, in an order that the files don't decide."""
    written = tuple((str(path), tables.content(path)) for path in paths(ledger))
    return _lines(ledger, written)


@lru_cache(maxsize=len(COLUMNS))
def _lines(ledger: str, written: tuple[tuple[str, bytes], ...]) -> Lines:
    """The lines of files as their bytes have them: several stages read a ledger of a plan."""
    columns = COLUMNS[ledger]
    lines = [line for path, content in written for line in tables.cells(path, columns, content)]
    return Lines(sorted(lines, key=itemgetter(*columns)))


def standing(lines: Iterable[Line]) -> list[Line]:
    """The lines that no line of the same person supersedes."""
    lines = list(lines)
    superseded = {(line["screener"], line["supersedes"]) for line in lines if line["supersedes"]}
    return [line for line in lines if (line["screener"], line["id"]) not in superseded]


def check(ledger: str, allowed: Allowed) -> list[Problem]:
    """What is wrong in the files of a ledger, cell by cell.

    allowed: values by column, as far as the protocol lists them; or what they mean, by value.
    """
    return [problem for path in paths(ledger) for problem in _check_file(path, ledger, allowed)]


def _check_file(path: Path, ledger: str, allowed: Allowed) -> list[Problem]:
    columns = COLUMNS[ledger]
    try:
        read = table(path)
    except TableError as error:
        return list(error.problems)
    file = str(path)
    if not read.columns:
        return []
    problems = [
        Problem(file, 1, column, "", NO_COLUMN) for column in columns if column not in read.columns
    ] + [
        Problem(file, 1, column, column, f"one of {', '.join(columns)}", meant(column, columns))
        for column in read.columns
        if column not in columns
    ]
    if problems:
        return problems
    problems += _swallowed(read, path.stem)
    ids: set[str] = set()  # of the lines before
    for number, line in read.rows:
        required = [column for column in REQUIRED[ledger] if not line[column]]
        problems += [Problem(file, number, column, "", "a value") for column in required]
        if line["id"] in ids:
            problems.append(Problem(file, number, "id", line["id"], "each id once"))
        if line["screener"] and line["screener"] != path.stem:
            problems.append(
                Problem(file, number, "screener", line["screener"], f"{path.stem}, as the file")
            )
        if line["supersedes"] and line["supersedes"] not in ids:
            words = "empty, or the id of an earlier line of this file"
            problems.append(Problem(file, number, "supersedes", line["supersedes"], words))
        if line["time"] and not TIME.fullmatch(line["time"]):
            words = "day and time in UTC, like 2026-12-01T09:30:00Z"
            problems.append(Problem(file, number, "time", line["time"], words))
        ids.add(line["id"])
        for column, values in allowed.items():
            if line[column] and line[column] not in values:
                words = nearest(line[column], list(values))
                near = meant(line[column], values)
                problems.append(Problem(file, number, column, line[column], words, near))
    return problems


def _swallowed(read: Table, person: str) -> Iterator[Problem]:
    """Cells that hold other lines of the person's ledger, which decide nothing there."""
    for problem, lines in tables.swallowed(read):
        if any(person in cells for cells in lines):
            yield problem


def append(ledger: str, person: str, lines: Iterable[Line]) -> Path:
    """Add lines to the end of a person's file, of which nothing else changes; its path.

    Raises TableError if the file as it stands can't be read, and ReviewError if it lacks a column.
    """
    path = Path(FOLDER, ledger, f"{person}.csv")
    before = tables.content(path)
    files.replace_bytes(path, appended(before, str(path), COLUMNS[ledger], lines))
    return path


def appended(before: bytes, file: str, columns: Sequence[str], lines: Iterable[Line]) -> bytes:
    """An append-only file with lines more: it begins with all the bytes that it had.

    columns: what a file that is new begins with, and no file may lack. Raises TableError if it
    can't be read, and ReviewError if it lacks a column, which no line at its end could mend.
    """
    stands = tables.parse(before, file)
    if swallowed := list(_swallowed(stands, Path(file).stem)):
        raise TableError(swallowed)
    written = stands.columns or columns
    lacking = [name for name in columns if name not in written]
    if lacking:
        raise ReviewError(
            f"{file} has no column {', '.join(lacking)}, which its first line has to name; add it "
            "there. Nothing was written"
        )
    return tables.edited(before, file, columns, added=lines)
