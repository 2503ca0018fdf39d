"""What people decided in ASReview, Rayyan or Covidence, read from the CSV that these export."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from living_review import tables
from living_review.errors import Problem, ReviewError, TableError
from living_review.records import text

Cells = Mapping[str, str]  # by heading, in small letters


class Said(NamedTuple):
    """One person's decision on one row."""

    row: int  # as a spreadsheet counts, header = 1
    who: str  # as the program calls the person, "" if it doesn't
    decision: str  # of screening.DECISIONS
    reasons: tuple[str, ...]  # in the words of the program
    time: str  # UTC, "" if the program doesn't tell
    cells: Cells


class Export(NamedTuple):
    """A file of decisions."""

    file: str
    program: str  # ASReview, Rayyan or Covidence
    rows: int
    undecided: int  # rows on which nobody has decided
    said: tuple[Said, ...]

    @property
    def people(self) -> list[str]:
        return sorted({one.who for one in self.said})


# Which decision a list of Covidence means; the file itself doesn't tell.
COVIDENCE_LISTS = {"included": "include", "excluded": "exclude", "irrelevant": "exclude"}
# ASReview 2 writes the first; ASReview 1 the second, or another if the file that it read had one.
_LABELLED = ("asreview_label", "included", "label_included", "final_included", "included_label")
_LABELS = {"1": "include", "1.0": "include", "0": "exclude", "0.0": "exclude"}
_UNLABELLED = ("", "-1", "-1.0", "nan", "none", "<na>")
_RAYYAN = {
    "included": "include",
    "excluded": "exclude",
    "maybe": "unsure",
    "true": "include",  # as Rayyan wrote them once
    "false": "exclude",
    "undecided": "",
}
_SECTION = re.compile(r"(RAYYAN-[A-Z-]+|USER-NOTES)\s*:\s*")
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?([^",}]*)"?')
_COVIDENCE_REASON = re.compile(r"Exclusion reason\s*:\s*([^;\n]+)", re.IGNORECASE)
_COVIDENCE_TAGS = {
    "awaiting classification": "awaiting_classification",
    "ongoing study": "ongoing_study",
}


def read(path: Path, covidence_list: str = "") -> Export:
    """Every decision of a file, in its order.

    covidence_list: one of COVIDENCE_LISTS, which list of Covidence the file is. Raises ReviewError
    if it is an export of none of the three, and TableError with every cell that can't be a
    decision.
    """
    rows = list(_rows(path))
    if not rows:
        raise ReviewError(f"{path}: no row below a heading")
    program = _program(rows)
    if program == "Covidence" and covidence_list not in COVIDENCE_LISTS:
        raise ReviewError(
            f"{path} is an export of Covidence, which doesn't tell what was decided: say by --list "
            f"which one it is, {', '.join(COVIDENCE_LISTS)}"
        )
    if not program:
        raise ReviewError(
            f"{path}: no decisions of ASReview (column asreview_label or included), Rayyan (column "
            "notes with RAYYAN-INCLUSION) or Covidence (column Covidence #)"
        )
    readers: dict[str, Callable[[int, Cells], Iterator[Said]]] = {
        "ASReview": _asreview,
        "Rayyan": _rayyan,
        "Covidence": lambda row, cells: _covidence(row, cells, covidence_list),
    }
    said: list[Said] = []
    undecided = 0
    problems: list[Problem] = []
    for number, cells in rows:
        try:
            of_row = list(readers[program](number, cells))
        except _NoDecision as wrong:
            problems.append(Problem(str(path), number, *wrong.args))
            continue
        said += of_row
        undecided += not of_row
    if problems:
        raise TableError(problems)
    return Export(str(path), program, len(rows), undecided, tuple(said))


class _NoDecision(Exception):
    """A cell that can't be a decision: column, value, what is allowed."""


def _rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """(row number, cells) of every row that isn't blank; columns without a heading are left out."""
    decoded = text.decode(text.read_bytes(path), path.name)
    first = decoded.lstrip("\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        found, allowed = tables.unread(error)
        raise ReviewError(f"{path}: not readable as CSV: {found}; allowed: {allowed}") from None
    heading: list[str] = []
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if not heading:
            heading = [cell.casefold() for cell in cells]
            continue
        named: dict[str, str] = {}
        for name, cell in zip_longest(heading, cells[: len(heading)], fillvalue=""):
            if name and not named.get(name):
                named[name] = cell
        yield number, named


def _program(rows: list[tuple[int, Cells]]) -> str:
    heading = rows[0][1]
    if "covidence #" in heading:
        return "Covidence"
    if _LABELLED[0] in heading:
        return "ASReview"
    if any("RAYYAN-" in _rayyan_notes(cells) for _, cells in rows):
        return "Rayyan"
    return "ASReview" if any(name in heading for name in _LABELLED) else ""


def _asreview(row: int, cells: Cells) -> Iterator[Said]:
    column = next(name for name in _LABELLED if name in cells)
    label = cells.get(column, "").casefold()
    if label in _UNLABELLED:
        return
    if label not in _LABELS:
        raise _NoDecision(column, cells[column], "1, 0 or empty")
    who = cells.get("asreview_user_name", "")
    yield Said(row, who, _LABELS[label], (), _utc(cells.get("asreview_time", "")), cells)


def _utc(cell: str) -> str:
    """The time as ledgers have it, from seconds since 1970 or a date and time; "" if it is none.

    A time without a zone is ASReview's, which writes UTC.
    """
    try:
        if re.fullmatch(r"[0-9]{9,11}(\.[0-9]+)?", cell):
            moment = datetime.fromtimestamp(float(cell), UTC)
        else:
            moment = datetime.fromisoformat(cell)
    except (ValueError, OverflowError):
        return ""
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _rayyan_notes(cells: Cells) -> str:
    """The notes, or what stands in columns of their own as some versions write it."""
    named = (f"{name.upper()}: {cell}" for name, cell in cells.items() if name[:7] == "rayyan-")
    return " | ".join((cells.get("notes", ""), *named))


def _rayyan(row: int, cells: Cells) -> Iterator[Said]:
    """RAYYAN-INCLUSION: {"Ann"=>"Included", "Bob"=>"Maybe"} | RAYYAN-EXCLUSION-REASONS: a,b"""
    parts = _SECTION.split(_rayyan_notes(cells))
    sections = dict(zip(parts[1::2], (part.strip(" |") for part in parts[2::2]), strict=True))
    inclusion = sections.get("RAYYAN-INCLUSION", "")
    reasons = sections.get("RAYYAN-EXCLUSION-REASONS", "")
    given = tuple(dict.fromkeys(reason.strip() for reason in reasons.split(",") if reason.strip()))
    pairs = _PAIR.findall(inclusion)
    if inclusion.strip("{} ") and not pairs:
        raise _NoDecision("notes", inclusion[:80], 'RAYYAN-INCLUSION: {"name"=>"Included"}')
    for who, word in pairs:
        decision = _RAYYAN.get(word.strip().casefold())
        if decision is None:
            raise _NoDecision("notes", word, "Included, Excluded, Maybe or Undecided")
        if decision:
            why = given if decision == "exclude" else ()
            yield Said(row, who.replace('\\"', '"'), decision, why, "", cells)


def _covidence(row: int, cells: Cells, covidence_list: str) -> Iterator[Said]:
    tags = [tag.strip().casefold() for tag in re.split(r"[;,]", cells.get("tags", ""))]
    awaiting = tuple(_COVIDENCE_TAGS[tag] for tag in tags if tag in _COVIDENCE_TAGS)
    if awaiting:
        yield Said(row, "", "awaiting", awaiting, "", cells)
        return
    decision = COVIDENCE_LISTS[covidence_list]
    reasons = tuple(reason.strip() for reason in _COVIDENCE_REASON.findall(cells.get("notes", "")))
    yield Said(row, "", decision, reasons if decision == "exclude" else (), "", cells)
