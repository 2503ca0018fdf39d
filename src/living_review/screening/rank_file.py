"""The ranking of any table of titles, outside of a review."""

import re
from collections.abc import Iterable
from pathlib import Path

from living_review import tables
from living_review.errors import Problem, ReviewError, TableError
from living_review.records import delimited
from living_review.screening import ranking

LABELS = ("asreview_label", "included", "label_included", "label")
_VALUES: dict[str, bool | None] = {"1": True, "0": False, "": None}
ADDED = ("score", "rank")


def rank_file(path: Path, label: str = "") -> tables.Table:
    """The table with a score and a rank for each row: the undecided by rank, then the decided.

    A column of titles is needed and one of abstracts read, under any heading that exports use.
    label: the column that says 1 for relevant, 0 for irrelevant and nothing for undecided; one of
    LABELS if it is not named. Decided rows have no rank. Raises ReviewError if a column lacks,
    TableError with every label that is none, EstimationError if one kind of label lacks.
    """
    table = tables.read(path)
    column = label or next((name for name in LABELS if name in table.columns), "")
    if column not in table.columns:
        raise ReviewError(f"{path} has no column {column or ' or '.join(LABELS)} of labels")
    titles = _headed(table.columns, "title")
    if not titles:
        raise ReviewError(f"{path} has no column of titles")
    problems = [
        Problem(str(path), number, column, cells[column], "1, 0 or empty")
        for number, cells in table.rows
        if cells[column] not in _VALUES
    ]
    if problems:
        raise TableError(problems)
    texts = [
        f"{_first(cells, titles)}\n{_first(cells, _headed(table.columns, 'abstract'))}"
        for cells in table.cells
    ]
    known = [_VALUES[cells[column]] for cells in table.cells]
    scores = ranking.rank(texts, known)
    order = sorted(range(len(texts)), key=lambda n: (known[n] is not None, -scores[n]))
    rows = []
    for place, n in enumerate(order, 1):
        rank = "" if known[n] is not None else str(place)
        score = f"{scores[n]:.{ranking.DIGITS}f}"
        rows.append(table.rows[n]._replace(cells=table.cells[n] | {"score": score, "rank": rank}))
    columns = [name for name in table.columns if name not in ADDED]
    return table._replace(columns=(*columns, *ADDED), rows=tuple(rows))


def _headed(columns: Iterable[str], field: str) -> list[str]:
    """The columns that may hold a field, by their headings."""
    headings = delimited.HEADINGS[field]
    return [name for name in columns if re.sub(r"[^a-z0-9]", "", name.casefold()) in headings]


def _first(cells: dict[str, str], columns: Iterable[str]) -> str:
    return next((cells[name] for name in columns if cells[name]), "")
