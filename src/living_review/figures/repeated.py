"""Plots of pooling again and again: study by study as the years went, and without each in turn."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.figures import look, sheet
from living_review.figures.lines import (
    DIAMOND,
    OPEN,
    SQUARE,
    Column,
    Line,
    Mark,
    Row,
    Sheet,
    counted,
    in_words,
    name_of,
    numbers,
)

SHARE = Column("Share in % [95% CI]")
TOO_FEW = "Not drawn: it takes at least {n} studies that can be pooled."
FEWEST = {"cumulative": 2, "leave_one_out": 3}
MOST = 40  # rows that somebody compares: of more studies a row a year, or those that matter most


def refusal(synthesis: Mapping[str, Any], kind: str) -> str:
    """Why there is no such plot, in words; "" where there is one. kind: a key of FEWEST."""
    estimated = [row for row in synthesis.get(kind) or () if _is_estimated(row)]
    return "" if len(estimated) >= FEWEST[kind] else TOO_FEW.format(n=FEWEST[kind])


def cumulative(synthesis: Mapping[str, Any], title: str = "", xlabel: str = "") -> Sheet:
    """A row a study by year: what all studies up to it come to. Only where nothing refuses it.

    Of more than MOST studies a row a year, of more years than that the last ones.
    """
    rows, of_what = synthesis["cumulative"], "it"
    labels = [f"+ {name_of(row)}" for row in rows]
    if len(rows) > MOST:
        rows, of_what = _year_ends(rows)[-MOST:], "the end of its year"
        labels = [str(row["year"] or "year not known") for row in rows]
    lines = []
    for n, (label, row) in enumerate(zip(labels, rows, strict=True)):
        last = n == len(rows) - 1
        shape, color = (DIAMOND, look.INK) if last else (SQUARE, look.FULL_TEXT)
        line = _line(label, str(row["k"]), row, shape, color)
        lines.append(line._replace(bold=last))
    return _sheet(
        f"{title}: each row pools all studies up to {of_what}",
        xlabel,
        (Column("Studies", left=True, above=True), SHARE),
        lines,
        rows[-1]["estimate"],
        first="Up to",
    )


def leave_one_out(synthesis: Mapping[str, Any], title: str = "", xlabel: str = "") -> Sheet:
    """A row a study: what all others come to without it. Only where nothing refuses it.

    Of more than MOST studies those without which the result moves farthest.
    """
    every = synthesis["leave_one_out"]
    whole = synthesis["main"].get("proportion") or {}
    rows = _farthest(every, whole or synthesis["main"]["crude"]) if len(every) > MOST else every
    lines = [
        _line(f"Without {name_of(row)}", _spread(row), row, SQUARE, look.FULL_TEXT) for row in rows
    ]
    if _is_estimated(whole):
        all_of_them = {**whole, "tau2": (synthesis["main"].get("heterogeneity") or {}).get("tau2")}
        line = _line("All studies", _spread(all_of_them), all_of_them, DIAMOND, look.INK)
        lines.append(line._replace(bold=True, rule=True))
    return _sheet(
        f"{title}: without one study at a time",
        xlabel,
        (Column("tau\u00b2", left=True, above=True), SHARE),
        lines,
        whole.get("estimate"),
        first="Pooled",
        beneath=_left_out(len(rows), len(every)),
    )


def _year_ends(rows: Sequence[Row]) -> list[Row]:
    """The last row of each year."""
    return list({row["year"]: row for row in rows}.values())


def _farthest(rows: Sequence[Row], whole: Row) -> list[Row]:
    """The MOST rows whose estimate lies farthest from that of all studies, in their order."""

    def nearness(n: int) -> float:
        return -abs(rows[n]["estimate"] - whole["estimate"]) if _is_estimated(rows[n]) else 0.0

    return [rows[n] for n in sorted(sorted(range(len(rows)), key=nearness)[:MOST])]


def _left_out(shown: int, every: int) -> tuple[str, ...]:
    if shown == every:
        return ()
    return (f"The {shown} of {every:,} studies without which the result moves farthest.",)


def alt_text(synthesis: Mapping[str, Any], kind: str) -> str:
    """What the plot shows, in words and numbers; kind: cumulative or leave_one_out."""
    if refused := refusal(synthesis, kind):
        return refused
    rows = [row for row in synthesis[kind] if _is_estimated(row)]
    if kind == "cumulative":
        first, last = rows[0], rows[-1]
        return (
            f"Cumulative plot of {counted(last['k'])}. Up to {name_of(first)}: {in_words(first)}. "
            f"Up to {name_of(last)}: {in_words(last)}. " + _widest(rows, "Up to")
        )
    whole = synthesis["main"].get("proportion")
    told = f" All studies: {in_words(whole)}." if whole else ""
    return f"Leave-one-out plot of {counted(len(rows))}.{told} " + _widest(rows, "Without")


def _widest(rows: Sequence[Row], word: str) -> str:
    low, high = (end(rows, key=lambda row: row["estimate"]) for end in (min, max))
    return (
        f"Lowest: {word.lower()} {name_of(low)}, {in_words(low)}. "
        f"Highest: {word.lower()} {name_of(high)}, {in_words(high)}."
    )


def _is_estimated(row: Row) -> bool:
    return row.get("estimate") is not None and bool(row.get("ci"))


def _spread(row: Row) -> str:
    return "" if row.get("tau2") is None else f"{row['tau2']:.2f}"


def _line(label: str, cell: str, row: Row, shape: str, color: str) -> Line:
    if not _is_estimated(row):
        return Line(label, (cell, "not pooled"))
    low, high = row["ci"]
    tags = () if row.get("modelled", True) else ("no model",)
    if tags and shape == SQUARE:
        shape = OPEN
    mark = Mark(shape, low, high, row["estimate"], color, 5.0)
    return Line(label, (cell, numbers(row)), mark, tags)


def _sheet(
    title: str,
    xlabel: str,
    columns: tuple[Column, ...],
    lines: Sequence[Line],
    mean: float | None,
    first: str,
    beneath: tuple[str, ...] = (),
) -> Sheet:
    ends = sheet.ends_of([line.mark for line in lines if line.mark])
    below = () if ends == (0, 1) else (f"The axis runs from {ends[0]:.0%} to {ends[1]:.0%} only.",)
    title = title.removeprefix(": ")
    return Sheet(title, columns, tuple(lines), xlabel, ends, mean, (*beneath, *below), first)
