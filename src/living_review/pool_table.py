"""What `pool` is asked for, and the numbers of the table that it is asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from living_review import tables
from living_review.errors import Problem, ReviewError, TableError
from living_review.model_names import (
    METHODS,
    PETO,
    TAU2_METHODS,
    TESTS,
    Model,
    measures_of,
    tests_of,
    usual_method,
    usual_test,
)
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.effect_sizes import MEASURES, columns_of
from living_review.synthesis.means import MEAN_MEASURES
from living_review.synthesis.prediction import FORMS

GENERIC = ("yi", "vi")
CELLS = ("ai", "bi", "ci", "di")
# What a table of these columns is taken for where no measure is named.
USUAL = ("PLO", "OR", "MD", "ZCOR", "IRLN", "IRR", "GEN")


@dataclass(frozen=True)
class Options:
    """The command's options; None for what was not given.

    columns: the names in the table of what metafor calls events, total, yi, vi, ai, and so on.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    measure: str | None = None
    method: str | None = None
    test: str | None = None
    pi: str = "t_km1"
    slab: str | None = None
    by: str | None = None
    moderators: Sequence[str] = ()
    common_tau2: bool = False


class Chosen(NamedTuple):
    """Options that make sense together, nothing left open."""

    measure: str
    method: str
    test: str
    pi: str
    columns: dict[str, str]  # of every number that is read: its column in the table
    slab: str | None
    by: str | None
    moderators: tuple[str, ...]
    common_tau2: bool

    @property
    def counted(self) -> bool:
        """Whether effects are computed here; else the table gives them."""
        return tuple(self.columns) != GENERIC

    @property
    def model(self) -> Model:
        return Model(self.measure, self.method, self.test, self.pi)


class Studies(NamedTuple):
    """The rows of a table, one a study; numbers by metafor's names, each (k,)."""

    labels: list[str]
    rows: list[int]
    numbers: dict[str, FloatArray]
    by: list[str]
    moderators: dict[str, list[str]]

    def where(self, group: str) -> "Studies":
        """The studies of one group."""
        keep = [at for at, of in enumerate(self.by) if of == group]
        return Studies(
            [self.labels[at] for at in keep],
            [self.rows[at] for at in keep],
            {name: values[keep] for name, values in self.numbers.items()},
            [],
            {},
        )


def choose(options: Options) -> Chosen:
    """What to do; raises ReviewError naming every option that fits nothing, and what is allowed."""
    given = {role: name for role, name in options.columns.items() if name is not None}
    problems = [
        f"--{name} is {value!r}; allowed: {', '.join(allowed)}"
        for name, value, allowed in (
            ("measure", options.measure, MEASURES),
            ("method", options.method, METHODS),
            ("test", options.test, (*TESTS, "t")),
            ("pi", options.pi, FORMS),
        )
        if value is not None and value not in allowed
    ]
    if problems:
        raise ReviewError("\n".join(problems))
    method = options.method
    measure = options.measure or _usual_measure(given, method)
    columns = _columns(measure, given)
    counted = tuple(columns) != GENERIC
    if method is None:
        of_counts = counted and not (options.moderators or options.common_tau2)
        method = usual_method(measure, options.test) if of_counts else "REML"
    tests = tests_of(method)
    test = options.test or usual_test(method)
    problems = []
    if measure not in measures_of(method, MEASURES):
        allowed = ", ".join(measures_of(method, MEASURES))
        problems.append(f"--method {method} is not for measure {measure}; allowed: {allowed}")
    if not counted and method not in TAU2_METHODS:
        problems.append(
            f"--method {method} needs counts, not --yi and --vi; allowed: {', '.join(TAU2_METHODS)}"
        )
    if not counted and measure == "PFT":
        problems.append("--measure PFT needs counts to come back to proportions; give --events")
    if test not in tests:
        problems.append(
            f"--test {test} is not for method {method} of measure {measure};"
            f" allowed: {', '.join(tests)}"
        )
    if options.moderators and method not in TAU2_METHODS:
        problems.append(
            f"--moderator is not for method {method}; allowed: {', '.join(TAU2_METHODS)}"
        )
    if options.common_tau2 and method not in TAU2_METHODS:
        problems.append(
            f"--common-tau2 is not for method {method}; allowed: {', '.join(TAU2_METHODS)}"
        )
    if options.common_tau2 and not options.by:
        problems.append("--common-tau2 is said without groups; allowed: together with --by")
    if problems:
        raise ReviewError("\n".join(problems))
    return Chosen(
        measure, method, test, options.pi, columns, options.slab, options.by,
        tuple(dict.fromkeys(options.moderators)), options.common_tau2,
    )  # fmt: skip


def _forms(measure: str) -> list[tuple[str, ...]]:
    """The sets of columns, each of which suffices."""
    needed = columns_of(measure)
    cells = [CELLS] if needed[:1] == ("ai",) else []
    generic = [GENERIC] if needed != GENERIC and measure != "PFT" else []
    return [needed, *cells, *generic]


def _usual_measure(given: Mapping[str, str], method: str | None) -> str:
    if method == PETO:
        return "PETO"
    for measure in USUAL:
        for form in _forms(measure)[: 2 if measure == "OR" else 1]:
            if set(given) == set(form):
                return measure
    sets = "; ".join(_said(form) for usual in USUAL for form in _forms(usual)[:1])
    found = " ".join(f"--{role}" for role in given) or "none"
    raise ReviewError(
        f"the columns of the numbers are {found}; allowed: {sets}; {_said(CELLS)};"
        " or --measure, with columns named as these options are"
    )


def _columns(measure: str, given: Mapping[str, str]) -> dict[str, str]:
    """The columns to read; where no option names one, all are named as metafor's arguments."""
    forms = _forms(measure)
    for form in forms:
        if set(given) == set(form):
            return {role: given[role] for role in form}
    if not given:
        return {role: role for role in forms[0]}
    found = " ".join(f"--{role}" for role in given)
    raise ReviewError(
        f"the columns of the numbers are {found}; allowed with measure {measure}:"
        f" {' or '.join(_said(form) for form in forms)}"
    )


def _said(form: Sequence[str]) -> str:
    return " ".join(f"--{role}" for role in form)


def read(path: Path | str, chosen: Chosen) -> Studies:
    """The studies of a table; raises TableError naming every cell that can't be meant.

    A header without rows is no study at all, which is a valid state.
    """
    if not Path(path).is_file():
        raise ReviewError(f"{path}: there is no such file; allowed: a table as CSV")
    table = tables.read(path)
    asked = [(f"--{role}", column) for role, column in chosen.columns.items()]
    asked += [("--slab", chosen.slab)] if chosen.slab else []
    asked += [("--by", chosen.by)] if chosen.by else []
    asked += [("--moderator", column) for column in chosen.moderators]
    header = ", ".join(table.columns) or "a header first, the file is empty"
    problems = [
        Problem(table.file, 1, option, column, f"a column of the table: {header}")
        for option, column in asked
        if column not in table.columns
    ]
    if problems:
        raise TableError(problems)
    for row in table.rows:
        problems += _row_problems(table.file, row, chosen)
    for column in (*chosen.moderators, *([chosen.by] if chosen.by else [])):
        problems += _column_problems(table, column, column != chosen.by)
    if problems:
        raise TableError(sorted(dict.fromkeys(problems), key=lambda problem: problem.row))
    numbers = {
        role: np.array([float(row.cells[column]) for row in table.rows], dtype=float)
        for role, column in chosen.columns.items()
    }
    if "bi" in numbers:
        numbers = {
            "ai": numbers["ai"],
            "n1i": numbers["ai"] + numbers["bi"],
            "ci": numbers["ci"],
            "n2i": numbers["ci"] + numbers["di"],
        }
    labels = [row.cells[chosen.slab] if chosen.slab else "" for row in table.rows]
    return Studies(
        [label or f"row {row.number}" for label, row in zip(labels, table.rows, strict=True)],
        [row.number for row in table.rows],
        numbers,
        [row.cells[chosen.by] for row in table.rows] if chosen.by else [],
        {column: [row.cells[column] for row in table.rows] for column in chosen.moderators},
    )


def _row_problems(file: str, row: tables.Row, chosen: Chosen) -> list[Problem]:
    """Every cell of a row that is no number of its kind, or does not fit another one."""
    values: dict[str, float] = {}
    problems = []

    def wrong(role: str, allowed: str) -> None:
        column = chosen.columns[role]
        point = ", with a point for the decimals" if "," in row.cells[column] else ""
        problems.append(Problem(file, row.number, column, row.cells[column], allowed + point))

    for role, column in chosen.columns.items():
        value, kind = number(row.cells[column]), _KINDS[_kind(role, chosen.measure)]
        if value is None or not kind.holds(value):
            wrong(role, kind.allowed)
        else:
            values[role] = value
    for part, whole in (("events", "total"), ("ai", "n1i"), ("ci", "n2i")):
        if part in values and whole in values and values[part] > values[whole]:
            wrong(part, f"a whole number from 0 to {chosen.columns[whole]} ({values[whole]:g})")
    for one, other in (("ai", "bi"), ("ci", "di")):
        if one in values and other in values and values[one] + values[other] == 0:
            wrong(other, f"1 or more where {chosen.columns[one]} is 0: a group of no one is none")
    means = values.get("m1i", 1.0) * values.get("m2i", 1.0)
    if chosen.measure == "ROM" and {"m1i", "m2i"} <= set(values) and means <= 0:
        wrong("m2i", f"a mean of the same sign as {chosen.columns['m1i']}, neither of them 0")
    return problems


def _column_problems(table: tables.Table, column: str, numeric: bool) -> list[Problem]:
    """Empty cells; in a moderator that is mostly numbers, cells that are none."""
    cells = [(row.number, row.cells[column]) for row in table.rows]
    problems = [
        Problem(table.file, at, column, cell, "a value for each study")
        for at, cell in cells
        if not cell
    ]
    filled = [(at, cell) for at, cell in cells if cell]
    words = [(at, cell) for at, cell in filled if number(cell) is None]
    if numeric and 2 * len(words) < len(filled):
        problems += [
            Problem(table.file, at, column, cell, "a number, as in the other rows")
            for at, cell in words
        ]
    return problems


def number(cell: str) -> float | None:
    """The finite number that a cell holds, with a point for the decimals; None if it holds none."""
    if not cell.isascii() or "_" in cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


class _Kind(NamedTuple):
    allowed: str
    lowest: float = -np.inf
    strictly: bool = False
    whole: bool = False
    below: float = np.inf

    def holds(self, value: float) -> bool:
        above = value > self.lowest if self.strictly else value >= self.lowest
        return above and value < self.below and (not self.whole or value.is_integer())


_KINDS = {
    "count": _Kind("a whole number, 0 or more", 0, whole=True),
    "group": _Kind("a whole number, 1 or more", 1, whole=True),
    "pair": _Kind("a number of at least 2", 2),
    "pairs": _Kind("a number of at least 4", 4),
    "amount": _Kind("a number, 0 or more", 0),
    "positive": _Kind("a number above 0", 0, strictly=True),
    "any": _Kind("a number"),
    "correlation": _Kind("a number above -1 and below 1", -1, strictly=True, below=1),
}
_KIND_OF = {
    **dict.fromkeys(("events", *CELLS), "count"),
    **dict.fromkeys(("total", "n1i", "n2i"), "group"),
    **dict.fromkeys(("vi", "sd1i", "sd2i", "ti", "t1i", "t2i"), "positive"),
    **dict.fromkeys(("xi", "x1i", "x2i"), "amount"),
    **dict.fromkeys(("yi", "m1i", "m2i"), "any"),
    "ri": "correlation",
    "ni": "pairs",
}


def _kind(role: str, measure: str) -> str:
    if measure in MEAN_MEASURES and role in ("n1i", "n2i"):
        return "pair"
    return _KIND_OF[role]
