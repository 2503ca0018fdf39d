"""Text, rules and lights put at inches from a figure's left edge and from its top."""

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Transform, blended_transform_factory

from living_review.figures import look
from living_review.figures.bias import LIGHTS
from living_review.figures.lettering import POINTS


def paper(figure: Figure) -> Axes:
    """Axes without marks over the whole figure, in inches from its left and its top."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1), zorder=1)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def inches(axes: Axes) -> Transform:
    """Inches from the figure's left; downwards the axes' own measure, which is inches too."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return blended_transform_factory(figure.dpi_scale_trans, axes.transData)


def write(axes: Axes, left: float, top: float, text: str, **style: Any) -> None:
    """One line of text, never read as a formula."""
    axes.text(
        left,
        top,
        text,
        transform=inches(axes),
        va="center_baseline",
        parse_math=False,
        **{"color": look.INK, "size": POINTS, **style},
    )


def rule(axes: Axes, left: float, right: float, top: float) -> None:
    """A thin line across."""
    axes.plot(
        [left, right],
        [top, top],
        transform=inches(axes),
        color=look.RULE,
        linewidth=0.7,
        clip_on=False,
    )


def lights(axes: Axes, places: Iterable[tuple[str, float, float]]) -> None:
    """Lights of judgements: discs with their signs, rings where nobody judged.

    places: judgement, and inches from the left and the top. Those of one kind are drawn together,
    which makes the drawing small.
    """
    places = list(places)
    for judgement, shown in LIGHTS.items():
        at = [(left, top) for one, left, top in places if one == judgement]
        if not at:
            continue
        axes.plot(
            [left for left, _ in at],
            [top for _, top in at],
            transform=inches(axes),
            linestyle="none",
            marker="o",
            markersize=10.5,
            markerfacecolor="none" if shown.ring else shown.color,
            markeredgecolor=shown.color,
            markeredgewidth=0.8,
            clip_on=False,
            zorder=3,
        )
        style = {"ha": "center", "weight": "bold", "zorder": 5}
        color = shown.color if shown.ring else look.GROUND
        for left, top in at:
            if shown.sign:
                write(axes, left, top, shown.sign, color=color, **style)
