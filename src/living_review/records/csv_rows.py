"""Rows of a table in text (CSV), told apart so that damage stays in its row."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

csv.field_size_limit(1 << 26)  # characters; a longer abstract or heading is no record


class Row(NamedTuple):
    """One row; its cells over several lines where quotes say so."""

    line: int
    cells: list[str]
    problem: str  # "" if the cells can be trusted


def rows(
    lines: list[str], start: int, delimiter: str, width: int, quoting: bool = True
) -> Iterator[Row]:
    """Rows that say anything. After a damaged row, cells count only in a row that is whole.

    quoting: whether quotes hold a cell together; if not, they are text, and each line is a row.
    """
    damaged = False
    while start < len(lines):
        if quoting:
            cells, stop, problem = row(lines, start, delimiter, width)
        else:
            cells, stop, problem = lines[start].split(delimiter), start + 1, ""
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if not problem and len(cells) > width:
            problem = f"{len(cells)} cells, but {width} headings"
        if not problem and damaged:
            quotes = sum(line.count('"') for line in lines[start:stop])
            if len(cells) != width or quotes % 2:
                problem = "may be the rest of the damaged row before it"
        if any(cell.strip() for cell in cells):
            damaged = bool(problem)
            yield Row(start + 1, cells, problem)
        start = stop


def row(lines: list[str], start: int, delimiter: str, width: int) -> tuple[list[str], int, str]:
    """Cells of the row at lines[start], the index of the line after it, what is wrong with it.

    A row goes over several lines only if its quotes are right to the letter: a quote that was
    never closed then stumbles at the next quoted cell, and swallows no row. On one line, quotes
    inside of a cell that were not doubled are forgiven if as many cells as headings come out.
    """
    line = lines[start]
    if '"' not in line:
        return line.split(delimiter), start + 1, ""
    reader = csv.reader(_with_ends(lines, start), delimiter=delimiter, strict=True)
    with suppress(csv.Error):
        cells = next(reader)
        return cells, start + reader.line_num, ""
    with suppress(csv.Error):
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) == width and line.count('"') % 2 == 0:
            return cells, start + 1, ""
    return line.split(delimiter), start + 1, "quotes are not closed, or not doubled inside a cell"


def _with_ends(lines: list[str], start: int) -> Iterator[str]:
    return (f"{lines[place]}\n" for place in range(start, len(lines)))
