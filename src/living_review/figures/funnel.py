"""Funnel plots of shares: against the number of patients, as Peters' test reads them.

The standard error of a logit depends on the share itself, so that shares near 0 or 100 % draw a
lopsided funnel where nothing is missing. The number of patients does not.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from living_review.figures import ink, look
from living_review.figures.lettering import POINTS, STYLE, fit, wrap
from living_review.figures.lines import Row, counted, in_range, in_words, probability

FEWEST = 10  # Cochrane Handbook 13.3.5.4
TOO_FEW = (
    "Not drawn: with fewer than 10 studies a funnel plot can't tell missing studies from chance."
)
NOT_ASKED = "Not drawn: studies were not compared by size."
SMALL = POINTS - 0.6
MARGIN, LEADING = 0.08, 0.16
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
APART = 0.45  # inches between the labels of an axis, at least


class Point(NamedTuple):
    """A study: its logit, its patients, and whether it was filled in."""

    logit: float
    patients: float
    filled: bool = False
    edge: bool = False  # none or all of its patients had the event: no part of the test


def refusal(synthesis: Mapping[str, Any]) -> str:
    """Why there is no funnel plot, in words; "" where there is one."""
    told = _small_study(synthesis)
    if told.get("refused"):
        return str(told["refused"])
    k = sum(not point.filled for point in points(synthesis))
    if k < FEWEST:
        return TOO_FEW
    return "" if told else NOT_ASKED


def points(synthesis: Mapping[str, Any]) -> list[Point]:
    """The pooled studies, and those that trim and fill would add, each as the mirror of one."""
    studies = [
        study
        for study in synthesis["main"]["studies"]
        if study.get("yi") is not None and study.get("vi") is not None and study["n_known"]
    ]
    drawn = [
        Point(study["yi"], study["n_known"], edge=study["events"] in (0, study["n_known"]))
        for study in studies
    ]
    return drawn + [
        Point(yi, patients, filled=True)
        for yi, vi in _filled(synthesis)
        if (patients := _patients_of(vi, studies)) is not None
    ]


def draw(
    synthesis: Mapping[str, Any], title: str = "", xlabel: str = "", narrow: bool = False
) -> Figure:
    """The funnel plot as a figure; saves nothing. Only where nothing refuses it."""
    width = look.NARROW if narrow else look.WIDE
    shown = points(synthesis)
    room = width - 2 * MARGIN
    title = f"{title}: shares against size".removeprefix(": ")
    heading = wrap(title, room, 3, POINTS + 1, bold=True)
    told = [row for words in _said(synthesis, shown) for row in wrap(words, room, 5, SMALL)]
    top = 0.2 + LEADING * len(heading)
    panel = 2.7 if narrow else 3.4
    height = top + panel + 0.55 + LEADING * len(told) + 0.1
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor=look.GROUND)
        left = 0.55
        inner = width - left - 0.15
        axes = figure.add_axes(
            (left / width, 1 - (top + panel) / height, inner / width, panel / height)
        )
        _scales(axes, synthesis, inner)
        _curves(axes, synthesis)
        _points(axes, shown)
        paper = ink.paper(figure)
        for n, words in enumerate(heading):
            at = MARGIN + LEADING * (n + 0.5)
            ink.write(paper, MARGIN, at, words, size=POINTS + 1, weight="bold")
        small = {"size": SMALL, "color": look.MUTED}
        xlabel = fit(xlabel, width - left - MARGIN, SMALL)
        ink.write(paper, left, top + panel + 0.37, xlabel, **small)
        for n, words in enumerate(told):
            ink.write(paper, MARGIN, top + panel + 0.62 + LEADING * n, words, **small)
    return figure


def alt_text(synthesis: Mapping[str, Any]) -> str:
    """What the plot shows, in words and numbers."""
    if refused := refusal(synthesis):
        return refused
    shown = points(synthesis)
    studies = [point for point in shown if not point.filled]
    sizes = [point.patients for point in studies]
    shares = [_share(point.logit) for point in studies]
    told = (
        f"Funnel plot of {counted(len(studies))} with {min(sizes):,} to {max(sizes):,} patients; "
        f"shares from {in_range([min(shares), max(shares)])}."
    )
    proportion = synthesis["main"].get("proportion")
    mean = f" Pooled: {in_words(proportion)}." if proportion else ""
    return " ".join([told + mean, *_tested(synthesis, shown)])


# ---- what the synthesis says -------------------------------------------------------------


def _small_study(synthesis: Mapping[str, Any]) -> Row:
    return synthesis.get("small_study") or {}


def _peters(synthesis: Mapping[str, Any]) -> Row:
    return _small_study(synthesis).get("peters") or {}


def _filled(synthesis: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Logit and variance of each study that trim and fill would add."""
    found = _small_study(synthesis).get("trim_and_fill") or {}
    return list(zip(found.get("yi", ()), found.get("vi", ()), strict=True))


def _patients_of(vi: float, studies: Sequence[Row]) -> float | None:
    """Patients of the study that a filled one mirrors: both have the same variance."""
    same = [study for study in studies if math.isclose(study["vi"], vi)]
    return same[0]["n_known"] if same else None


def _tested(synthesis: Mapping[str, Any], shown: Sequence[Point]) -> list[str]:
    said = []
    peters = _peters(synthesis)
    if "refused" in peters:
        said.append(f"Peters' test of shares against size: {peters['refused']}")
    elif peters.get("pval") is not None:
        said.append(f"Peters' test of shares against size: {probability(peters['pval'])}.")
    filled = sum(point.filled for point in shown)
    if filled:
        said.append(f"Trim and fill would add {counted(filled)}.")
    return said


def _said(synthesis: Mapping[str, Any], shown: Sequence[Point]) -> list[str]:
    """What stands under the plot."""
    words = ["Each disc is a study."]
    if any(point.edge for point in shown):
        words.append(
            "Triangles: none or all patients had the outcome; half a patient was added, and "
            "the test leaves them out."
        )
    if any(point.filled for point in shown):
        words.append("Open rings: studies that trim and fill would add.")
    if synthesis["main"].get("proportion"):
        words.append("Dashed line: the pooled share.")
    if _has_curve(synthesis):
        words.append("Curve: what the test expects at each size.")
    return [" ".join(words), *_tested(synthesis, shown)]


def _mean(synthesis: Mapping[str, Any]) -> list[float]:
    """The pooled share as a logit, if there is one that has a logit."""
    share = (synthesis["main"].get("proportion") or {}).get("estimate")
    return [_logit(share)] if share and share < 1 else []


def _curve(synthesis: Mapping[str, Any], patients: Any) -> Any:
    """The logit that the test expects of studies of so many patients."""
    peters = _peters(synthesis)
    return peters["intercept"] + peters["slope"] / patients


def _has_curve(synthesis: Mapping[str, Any]) -> bool:
    peters = _peters(synthesis)
    return peters.get("intercept") is not None and peters.get("slope") is not None


# ---- drawing -----------------------------------------------------------------------------


def _scales(axes: Axes, synthesis: Mapping[str, Any], inches: float) -> None:
    """The frame holds all studies, the mean, and the curve where studies are largest."""
    shown = points(synthesis)
    logits = [point.logit for point in shown] + _mean(synthesis)
    if _has_curve(synthesis):
        logits.append(float(_curve(synthesis, max(point.patients for point in shown))))
    pad = 0.08 * max(max(logits) - min(logits), 1.0)
    low, high = min(logits) - pad, max(logits) + pad
    sizes = [point.patients for point in shown]
    small, large = min(sizes) / 1.25, max(sizes) * 1.25
    axes.set_yscale("log")
    axes.set(xlim=(low, high), ylim=(small, large))
    ticks: list[float] = []
    for share in sorted(SHARES, key=lambda share: abs(_logit(share) - (low + high) / 2)):
        x = _logit(share)
        away = [abs(x - other) * inches / (high - low) for other in ticks]
        if low <= x <= high and all(one >= APART for one in away):
            ticks.append(x)
    axes.set_xticks(sorted(ticks), labels=[f"{_share(x):.0%}" for x in sorted(ticks)])
    rows = [size for size in SIZES if small <= size <= large]
    axes.set_yticks(rows, labels=[f"{size:,}" for size in rows])
    axes.minorticks_off()
    axes.tick_params(colors=look.MUTED, labelsize=SMALL, length=3)
    axes.grid(color=look.GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    for side in ("right", "top"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(look.MUTED)
    axes.set_ylabel("Patients (log scale)", color=look.MUTED, fontsize=SMALL, labelpad=2)


def _curves(axes: Axes, synthesis: Mapping[str, Any]) -> None:
    for x in _mean(synthesis):
        axes.axvline(x, color=look.INK, linewidth=0.9, linestyle=(0, (4, 3)), zorder=2)
    if _has_curve(synthesis):
        sizes = np.geomspace(*axes.get_ylim(), 60)
        expected = _curve(synthesis, sizes)
        low, high = axes.get_xlim()
        inside = (expected >= low) & (expected <= high)
        axes.plot(expected[inside], sizes[inside], color=look.ABSTRACT, linewidth=1.1, zorder=2)


def _points(axes: Axes, shown: Sequence[Point]) -> None:
    for filled, edge, marker in ((False, False, "o"), (False, True, "^"), (True, False, "o")):
        some = [point for point in shown if (point.filled, point.edge) == (filled, edge)]
        if some:
            axes.plot(
                [point.logit for point in some],
                [point.patients for point in some],
                linestyle="none",
                marker=marker,
                markersize=6.0,
                markerfacecolor=look.GROUND if filled else look.FULL_TEXT,
                markeredgecolor=look.ABSTRACT if filled else look.GROUND,
                markeredgewidth=1.2 if filled else 0.6,
                zorder=3,
            )


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
