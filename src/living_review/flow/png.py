"""The flow as PNG, for documents and slides: the wide layout and its notes, drawn by day."""

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from living_review import files
from living_review.figures import lettering
from living_review.flow import layout, svg
from living_review.flow.layout import BAR, BOLD, LEADING, SIZE, Drawing, Placed, Text
from living_review.flow.wording import Counts

PIXELS = 96  # an inch, as in a browser
DPI = 144
INK, MUTED, CARD = "#1b2a33", "#4a5a65", "#ffffff"
SOFT, ACCENT, CAUTION, CAUTION_SOFT = "#e3f0f5", "#0b5a7a", "#8a4500", "#fdf1e3"


def write(counts: Counts, path: Path | str) -> None:
    """The same bytes for the same counts."""
    drawing, notes = svg.noted(counts)
    with matplotlib.rc_context(lettering.STYLE), lettering.foreign_letters():
        figure = draw(drawing, notes)
        with files.replacing(path) as beside:
            figure.savefig(beside, format="png", dpi=DPI, metadata={"Software": None})


def draw(drawing: Drawing, notes: list[Text]) -> Figure:
    """A figure in the units of the layout, a margin around it; saves nothing."""
    width, height = drawing.width + 2 * svg.MARGIN, drawing.height + 2 * svg.MARGIN
    figure = Figure(figsize=(width / PIXELS, height / PIXELS), facecolor=CARD)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(
        xlim=(-svg.MARGIN, drawing.width + svg.MARGIN),
        ylim=(drawing.height + svg.MARGIN, -svg.MARGIN),
    )
    axes.set_axis_off()
    for arrow in drawing.arrows:
        _arrow(axes, arrow.points)
    for bar in drawing.bars:
        _bar(axes, bar)
    for box in drawing.boxes:
        _box(axes, box)
    for note in notes:
        _label(axes, note, bold=False)
    return figure


def _arrow(axes: Axes, points: tuple[tuple[float, float], ...]) -> None:
    line, head = svg.arrow(points)
    axes.plot(*zip(*line, strict=True), color=MUTED, linewidth=0.9, solid_capstyle="butt")
    axes.add_patch(Polygon(head, closed=True, facecolor=MUTED, edgecolor="none"))


def _bar(axes: Axes, bar: layout.Bar) -> None:
    _rectangle(axes, (0, bar.y, BAR, bar.height), SOFT, "none")
    axes.text(
        BAR / 2,
        bar.y + bar.height / 2,
        bar.name,
        rotation=90,
        ha="center",
        va="center",
        **_letters(bold=True),
    )


def _box(axes: Axes, box: Placed) -> None:
    face, edge, line = {
        "title": (SOFT, "none", "-"),
        "total": (CARD, ACCENT, "-"),
        "waiting": (CAUTION_SOFT, CAUTION, "--"),
    }.get(box.look, (CARD, MUTED, "-"))
    _rectangle(axes, (box.x, box.y, box.width, box.height), face, edge, line)
    for text in box.texts:
        _label(axes, text, bold=box.look in BOLD)


def _rectangle(
    axes: Axes, place: tuple[float, float, float, float], face: str, edge: str, line: str = "-"
) -> None:
    x, y, width, height = place
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=3",
            facecolor=face,
            edgecolor=edge,
            linestyle=line,
            linewidth=0.8,
        )
    )


def _label(axes: Axes, text: Text, bold: bool) -> None:
    for n, line in enumerate(text.lines):
        axes.text(text.x, text.y + n * LEADING, svg.plain(line), **_letters(bold))


def _letters(bold: bool) -> dict[str, Any]:
    return {
        "fontsize": SIZE * 72 / PIXELS,
        "color": INK,
        "fontweight": "bold" if bold else "normal",
    }
