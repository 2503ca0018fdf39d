"""What stands on a sheet of lines: text, numbers and marks as plain values, nothing drawn yet."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from living_review.figures.plain import one_line

Row = Mapping[str, Any]  # a study, or a pooled result: estimate and ci on the scale of the axis

SQUARE, OPEN, CROSS, DIAMOND, OPEN_DIAMOND, BAR = (
    "square", "open", "cross", "diamond", "open diamond", "bar",
)  # fmt: skip


class Mark(NamedTuple):
    """What stands on the axis: an interval, and at x a shape; a BAR has no x."""

    shape: str
    low: float
    high: float
    x: float | None = None
    color: str = ""  # "" is the ink of text
    size: float = 6.0  # of the shape, in points
    dashed: bool = False


class Line(NamedTuple):
    """A line of the sheet, top down."""

    label: str
    cells: tuple[str, ...] = ()  # one a column of the sheet, or none at all
    mark: Mark | None = None
    tags: tuple[str, ...] = ()  # short words behind the label
    light: str = ""  # a light of figures.bias
    color: str = ""
    bold: bool = False
    italic: bool = False
    indent: bool = False
    rule: bool = False  # a thin line above


class Column(NamedTuple):
    """A column of numbers, aligned at the right."""

    head: str
    left: bool = False  # of the axis; the others stand at its right
    above: bool = False  # on narrow paper beside the label; the others beside the axis


class Sheet(NamedTuple):
    """A figure of lines over one axis of shares."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    xlabel: str
    ends: tuple[float, float] = (0.0, 1.0)  # of the axis
    mean: float | None = None  # where a dashed line stands
    below: tuple[str, ...] = ()  # sentences under the axis
    first: str = "Study"  # head of the labels


def name_of(study: Row) -> str:
    """What a study is called; never nothing."""
    return one_line(study.get("label")) or one_line(study.get("study_id")) or "unnamed study"


def numbers(row: Row) -> str:
    """A share and its interval in percent, such as 75.0 [19.4, 99.4]."""
    return f"{100 * row['estimate']:.1f} {limits(row['ci'])}"


def limits(interval: Sequence[float]) -> str:
    return f"[{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"


def counted(k: int) -> str:
    return "1 study" if k == 1 else f"{k} studies"


def in_range(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.1f}% to {100 * interval[1]:.1f}%"


def in_words(row: Row) -> str:
    return f"{100 * row['estimate']:.1f}% (95% CI {in_range(row['ci'])})"


def probability(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
