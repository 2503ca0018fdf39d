"""A sheet of lines drawn: labels, numbers, and intervals over one axis.

On wide paper each line is one row: label, numbers, axis, numbers. On narrow paper a line has its
label and first numbers above and its interval and other numbers beneath, so that nothing has to be
scrolled or shrunk.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from living_review.figures import ink, look
from living_review.figures.lettering import POINTS, STYLE, fit, wide, wrap
from living_review.figures.lines import (
    BAR,
    CROSS,
    DIAMOND,
    OPEN,
    OPEN_DIAMOND,
    Line,
    Mark,
    Sheet,
)
from living_review.figures.plain import one_line

# Inches.
MARGIN = 0.08
ROW, LEADING = 0.235, 0.16  # of one line of text, and of each further one
GAP = 0.16  # between columns
PANEL = 1.9  # the axis is at least as wide on wide paper
LABEL = 1.5  # and the labels have at least this
LIGHT = 0.34
INDENT = 0.1
TAG_GAP = 0.06
AXIS = 0.5  # ticks and what the axis shows
SMALL = POINTS - 0.6
TAG = POINTS - 1.6


class Paper(NamedTuple):
    """Where columns stand, in inches from the left."""

    width: float
    narrow: bool
    room: float  # of a label
    panel: tuple[float, float]
    right: dict[int, float]  # right edge of each column
    above: frozenset[int]  # columns that stand beside the label
    light: float | None  # middle of the lights

    @property
    def full(self) -> float:
        return self.width - 2 * MARGIN


class Place(NamedTuple):
    """A line and where it stands, in inches from the top."""

    line: Line
    words: list[str]
    top: float
    label: float  # middle of its first row of words
    middle: float  # middle of its mark
    bottom: float


def draw(sheet: Sheet, narrow: bool = False) -> Figure:
    """The sheet as a figure; saves nothing."""
    paper = _paper(sheet, narrow)
    title = wrap(sheet.title, paper.full, 3, POINTS + 1, bold=True) if sheet.title else []
    head = MARGIN + LEADING * len(title) + (0.1 if title else 0)
    marked = any(line.mark for line in sheet.lines)
    heads = (2 if narrow else 1) * LEADING + 0.1 if marked else 0.0
    places = _places(sheet.lines, paper, head + heads)
    bottom = places[-1].bottom if places else head + heads
    below = [row for words in sheet.below for row in wrap(words, paper.full, 6, SMALL)]
    axis = AXIS + LEADING * (len(_under_axis(sheet, paper)) - 1) if marked else 0.0
    height = bottom + axis + LEADING * len(below) + 0.12
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(paper.width, height), facecolor=look.GROUND)
        left, right = paper.panel
        axes = figure.add_axes(
            (left / paper.width, 1 - bottom / height, (right - left) / paper.width, bottom / height)
        )
        axes.set(xlim=sheet.ends, ylim=(bottom, 0))
        axes.patch.set_visible(False)
        for n, words in enumerate(title):
            at = MARGIN + LEADING * (n + 0.5)
            ink.write(axes, MARGIN, at, words, weight="bold", size=POINTS + 1)
        if marked:
            _heads(axes, sheet, paper, head)
            _scale(axes, sheet, paper)
            _uprights(axes, sheet, paper, head + heads, places)
            ink.rule(axes, MARGIN, paper.width - MARGIN, head + heads - 0.02)
        else:
            axes.set_axis_off()
        for place in places:
            _line(axes, place, paper)
        if paper.light is not None:
            ink.lights(
                axes,
                (
                    (place.line.light, paper.light, place.label if narrow else place.middle)
                    for place in places
                ),
            )
        for n, words in enumerate(below):
            at = bottom + axis + LEADING * (n + 0.5)
            ink.write(axes, MARGIN, at, words, size=SMALL, color=look.MUTED)
    return figure


def ends_of(marks: Sequence[Mark]) -> tuple[float, float]:
    """Ends of an axis that shows all marks: whole steps of 10 percent points, at least 20."""
    lowest = min((mark.low for mark in marks), default=0.0)
    highest = max((mark.high for mark in marks), default=1.0)
    low = max(0, math.floor(10 * lowest + 1e-9))
    high = min(10, math.ceil(10 * highest - 1e-9))
    while high - low < 2:
        low, high = max(0, low - 1), min(10, high + 1)
    return low / 10, high / 10


# ---- layout ------------------------------------------------------------------------------


def _paper(sheet: Sheet, narrow: bool) -> Paper:
    width = look.NARROW if narrow else look.WIDE
    widths = [
        max(
            [wide(column.head, SMALL, bold=True)]
            + [wide(line.cells[n], POINTS, line.bold) for line in sheet.lines if line.cells]
        )
        for n, column in enumerate(sheet.columns)
    ]
    edge = width - MARGIN
    lit = any(line.light for line in sheet.lines)
    light = edge - LIGHT / 2 + 0.03 if lit else None
    right: dict[int, float] = {}
    from_right = [n for n, column in enumerate(sheet.columns) if not column.left]
    if narrow:
        from_right = [n for n, column in enumerate(sheet.columns) if not column.above]
    inner = edge - (LIGHT if lit and not narrow else 0)
    for n in reversed(from_right):
        right[n] = inner
        inner -= widths[n] + GAP
    others = [n for n in range(len(sheet.columns)) if n not in right]
    taken = sum(widths[n] + GAP for n in others)
    if narrow:
        start = edge - (LIGHT if lit else 0)
        for n in reversed(others):
            right[n] = start
            start -= widths[n] + GAP
        above = frozenset(others)
        return Paper(width, narrow, start - MARGIN, (MARGIN + 0.08, inner), right, above, light)
    longest = max((_label_width(line) for line in sheet.lines if line.cells), default=LABEL)
    room = max(LABEL, min(longest, inner - MARGIN - taken - GAP - PANEL))
    at = MARGIN + room
    for n in others:
        at += GAP + widths[n]
        right[n] = at
    return Paper(width, narrow, room, (at + GAP + 0.04, inner), right, frozenset(), light)


def _label_width(line: Line) -> float:
    label = wide(one_line(line.label)[:80], POINTS, line.bold)
    return label + _tags_width(line) + INDENT * line.indent + 0.02


def _tags_width(line: Line) -> float:
    return wide(_tags(line), TAG) + TAG_GAP if line.tags else 0.0


def _tags(line: Line) -> str:
    return " ".join(f"[{tag}]" for tag in line.tags)


def _room(line: Line, paper: Paper) -> float:
    """How far the words of a line may reach: to the next number, or to the axis."""
    if not line.cells:
        return paper.full
    beside = paper.above if paper.narrow else range(len(line.cells))
    starts = [
        paper.right[n] - wide(line.cells[n], POINTS, line.bold) for n in beside if line.cells[n]
    ]
    end = paper.full + MARGIN if paper.narrow else paper.panel[0]
    if line.light and paper.narrow:
        end -= LIGHT
    return min([end, *starts]) - GAP - MARGIN


def _places(lines: Sequence[Line], paper: Paper, top: float) -> list[Place]:
    places = []
    for line in lines:
        most = 3 if line.cells else 6
        room = _room(line, paper) - INDENT * line.indent - _tags_width(line)
        words = wrap(line.label, room, most, POINTS, line.bold)
        label = top + ROW / 2
        if paper.narrow and line.cells:
            middle = label + LEADING * (len(words) - 1) + 0.185
            bottom = middle + ROW / 2 + 0.03
        else:
            middle = label + LEADING * (len(words) - 1) / 2
            bottom = top + ROW + LEADING * (len(words) - 1)
        places.append(Place(line, words, top, label, middle, bottom))
        top = bottom
    return places


# ---- drawing -----------------------------------------------------------------------------


def _heads(axes: Axes, sheet: Sheet, paper: Paper, top: float) -> None:
    style = {"weight": "bold", "color": look.MUTED, "size": SMALL}
    upper = top + LEADING / 2 + 0.02
    lower = upper + LEADING if paper.narrow else upper
    ink.write(axes, MARGIN, upper, sheet.first, **style)
    for n, column in enumerate(sheet.columns):
        at = upper if n in paper.above else lower
        ink.write(axes, paper.right[n], at, column.head, ha="right", **style)
    if paper.light is not None:
        ink.write(axes, paper.light, upper, "Bias", ha="center", **style)


def _ticks(ends: tuple[float, float]) -> list[float]:
    low, high = ends
    step = 0.25 if ends == (0, 1) else 0.2 if high - low > 0.5 else 0.1
    return [low + n * step for n in range(math.floor((high - low) / step + 1e-9) + 1)]


def _scale(axes: Axes, sheet: Sheet, paper: Paper) -> None:
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(look.MUTED)
    axes.set_yticks([])
    ticks = _ticks(sheet.ends)
    axes.set_xticks(ticks, labels=[f"{100 * tick:.0f}%" for tick in ticks])
    axes.tick_params(colors=look.MUTED, labelsize=SMALL, length=3)
    left, right = paper.panel
    bottom = axes.get_ylim()[0]
    style = {"color": look.MUTED, "size": SMALL}
    if paper.narrow:
        for n, words in enumerate(_under_axis(sheet, paper)):
            ink.write(axes, MARGIN, bottom + 0.36 + LEADING * n, words, **style)
    else:
        room = 2 * min((left + right) / 2, paper.width - (left + right) / 2) - 2 * MARGIN
        words = fit(sheet.xlabel, room, SMALL)
        ink.write(axes, (left + right) / 2, bottom + 0.36, words, ha="center", **style)


def _under_axis(sheet: Sheet, paper: Paper) -> list[str]:
    return wrap(sheet.xlabel, paper.full, 2 if paper.narrow else 1, SMALL)


def _uprights(axes: Axes, sheet: Sheet, paper: Paper, top: float, places: Sequence[Place]) -> None:
    """The lines of the grid and of the mean; on narrow paper beside the marks alone, since labels
    stand between."""
    if paper.narrow:
        spans = [(place.middle - 0.1, place.middle + 0.1) for place in places if place.line.mark]
    else:
        spans = [(top, places[-1].bottom)]
    for tick in _ticks(sheet.ends):
        _upright(axes, tick, spans, color=look.GRID, linewidth=0.7, zorder=0)
    if sheet.mean is None:
        return
    total = [place.middle for place in places if place.line.bold and place.line.mark]
    end = total[-1] if total else places[-1].bottom
    spans = [(start, min(stop, end)) for start, stop in spans if start < end]
    style = {"color": look.MUTED, "linewidth": 0.8, "zorder": 1}
    _upright(axes, sheet.mean, spans, linestyle=(0, (4, 3)), **style)


def _upright(axes: Axes, x: float, spans: Sequence[tuple[float, float]], **style: Any) -> None:
    ys = [y for span in spans for y in (*span, math.nan)][:-1]
    axes.plot([x] * len(ys), ys, clip_on=False, **style)


def _line(axes: Axes, place: Place, paper: Paper) -> None:
    line = place.line
    left = MARGIN + INDENT * line.indent
    style = {
        "color": line.color or look.INK,
        "weight": "bold" if line.bold else "normal",
        "style": "italic" if line.italic else "normal",
    }
    if line.rule:
        ink.rule(axes, MARGIN, paper.width - MARGIN, place.top)
    for n, words in enumerate(place.words):
        ink.write(axes, left, place.label + LEADING * n, words, **style)
    if line.tags:
        at = left + wide(place.words[-1], POINTS, line.bold) + TAG_GAP
        last = place.label + LEADING * (len(place.words) - 1)
        ink.write(axes, at, last, _tags(line), size=TAG, color=look.MUTED)
    for n, cell in enumerate(line.cells):
        if cell:
            at = place.label if n in paper.above else place.middle
            ink.write(axes, paper.right[n], at, cell, ha="right", **style)
    if line.mark:
        _mark(axes, place.middle, line.mark)


def _mark(axes: Axes, place: float, mark: Mark) -> None:
    color = mark.color or look.INK
    if mark.shape in (DIAMOND, OPEN_DIAMOND):
        _diamond(axes, place, mark, color)
        return
    low, high = mark.low, mark.high
    half = 0.06 if mark.shape == BAR else 0.035
    style: dict[str, Any] = {"color": color, "linewidth": 1.3, "clip_on": False, "zorder": 3}
    up, down, gap = place - half, place + half, math.nan
    if mark.dashed:
        axes.plot([low, high], [place, place], linestyle=(0, (2.4, 1.6)), **style)
        axes.plot([low, low, gap, high, high], [up, down, gap, up, down], **style)
    else:
        xs = [low, low, gap, low, high, gap, high, high]
        axes.plot(xs, [up, down, gap, place, place, gap, up, down], **style)
    if mark.x is not None:
        axes.plot(
            [mark.x],
            [place],
            linestyle="none",
            marker="x" if mark.shape == CROSS else "s",
            markersize=mark.size,
            markerfacecolor=look.GROUND if mark.shape == OPEN else color,
            markeredgecolor=color,
            markeredgewidth=1.2,
            clip_on=False,
            zorder=4,
        )


def _diamond(axes: Axes, place: float, mark: Mark, color: str) -> None:
    half, x = 0.075, mark.low if mark.x is None else mark.x
    axes.add_patch(
        Polygon(
            [(mark.low, place), (x, place - half), (mark.high, place), (x, place + half)],
            closed=True,
            facecolor=color if mark.shape == DIAMOND else look.GROUND,
            edgecolor=color,
            linewidth=1.1,
            clip_on=False,
            zorder=4,
        )
    )
