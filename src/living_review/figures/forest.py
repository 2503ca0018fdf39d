"""Forest plots: a line a study with its exact interval, what they come to underneath."""

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from living_review import files
from living_review.figures.lettering import (
    POINTS,
    STYLE,
    fit,
    foreign_letters,
    wide,
    with_web_fonts,
)
from living_review.figures.plain import one_line

Row = Mapping[str, Any]  # a study of a pooled result

# Inches. The figure is as wide as the page's text column at 96 pixels an inch.
WIDTH = 7.4
LINE = 0.235
LABEL_LEFT = 0.08
EVENTS_RIGHT = 3.1
AXIS_LEFT, AXIS_RIGHT = 3.3, 5.35
ESTIMATE_RIGHT = 6.78
WEIGHT_RIGHT = 7.32

INK, MUTED, GRID, RULE = "#1b2a33", "#4d5d68", "#dde4e8", "#9fb0ba"
FULL_TEXT, ABSTRACT, OUT = "#0b5a7a", "#9a4d00", "#a3182a"
LEFT_OUT = "Left out after a retraction or concern"  # what is seen in a plot; the page says which


class Line(NamedTuple):
    """One line of the plot, top down."""

    kind: str  # study, apart, out, heading, pooled, prediction, crude or note
    text: str
    row: Row


class Drawn(NamedTuple):
    """What a synthesis has to show: the main result, and the studies that are no part of it."""

    pooled: Mapping[str, Any]
    apart: Sequence[Row] = ()  # provisional studies
    out: Sequence[
        Row
    ] = ()  # studies that are left out after a retraction or an expression of concern

    @property
    def anything(self) -> bool:
        return bool(self.pooled["studies"] or self.apart or self.out)


def drawn(synthesis: Mapping[str, Any]) -> Drawn:
    """What there is to draw of a synthesis."""
    main = synthesis["main"]
    pooled = {study["study_id"] for study in main["studies"]}
    sensitivity = synthesis.get("abstract_only") or {"studies": []}
    apart = [
        study
        for study in sensitivity["studies"]
        if study.get("provisional") and study["study_id"] not in pooled
    ]
    return Drawn(main, apart, list(synthesis["retracted"]))


def new_studies(synthesis: Mapping[str, Any]) -> set[str]:
    """Ids of the studies drawn that a person judged not to be in the published review."""
    shown = drawn(synthesis)
    studies = (*shown.pooled["studies"], *shown.apart)
    return {study["study_id"] for study in studies if study["in_index_review"] == "no"}


def forest_plot(
    shown: Drawn,
    *,
    title: str = "",
    xlabel: str = "Patients with the outcome",
    new: Collection[str] = (),
) -> Figure:
    """The studies of a synthesis, proportions from 0 to 100 %; saves nothing.

    new: ids of studies that the published review did not have.
    """
    pooled = shown.pooled
    lines = _lines(shown)
    rows = len(lines) + (2 if title else 1)
    height = LINE * rows + 0.72
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        axes = figure.add_axes(
            (
                AXIS_LEFT / WIDTH,
                0.6 / height,
                (AXIS_RIGHT - AXIS_LEFT) / WIDTH,
                LINE * rows / height,
            )
        )
        axes.set(xlim=(0, 1), ylim=(len(lines) - 0.5, len(lines) - 0.5 - rows))
        if title:
            _write(
                axes, LABEL_LEFT, -1.85, fit(title, 7.2, bold=True), weight="bold", size=POINTS + 1
            )
        if not shown.anything:
            axes.set_axis_off()
            _note(axes, 0, lines[0], pooled, new)
            return figure
        _headings(axes, weighted=_weighted(pooled))
        _scale(axes, xlabel, len(lines))
        _mean(axes, pooled, lines)
        for place, line in enumerate(lines):
            _DRAW[line.kind](axes, place, line, pooled, new)
    return figure


def write(
    synthesis: Mapping[str, Any],
    stem: Path | str,
    *,
    title: str = "",
    xlabel: str = "Patients with the outcome",
    new: Collection[str] = (),
) -> None:
    """Draws a synthesis into `stem`.svg and `stem`.png, written beside and then renamed."""
    figure = forest_plot(drawn(synthesis), title=title, xlabel=xlabel, new=new)
    stem = Path(stem)
    with matplotlib.rc_context(STYLE), foreign_letters():
        with files.replacing(stem.with_name(stem.name + ".png")) as beside:
            figure.savefig(beside, format="png", dpi=200, metadata={"Software": None})
        with files.replacing(stem.with_name(stem.name + ".svg")) as beside:
            figure.savefig(beside, format="svg", metadata={"Date": None, "Creator": None})
            beside.write_text(with_web_fonts(beside.read_text("utf-8")), "utf-8")


def basis_of(provisional: Sequence[Row]) -> str:
    """What provisional studies are known from, as a heading over them."""
    bases = {study["basis"] for study in provisional}
    return "Abstract only" if bases == {"abstract"} else "Provisional"


def alt_text(shown: Drawn) -> str:
    """What the plot shows, in words and numbers; up to ten studies one by one."""
    pooled, apart, out = shown
    studies = list(pooled["studies"])
    if not shown.anything:
        return "No eligible study reports this yet."
    sentences = []
    if studies:
        sentences.append(f"Forest plot of {_counted(len(studies))}.")
        sentences += _described(studies)
    else:
        sentences.append("Forest plot without a pooled result: no eligible study reports this yet.")
    proportion, crude = pooled.get("proportion"), pooled.get("crude")
    if proportion:
        sentences.append(f"Pooled: {_in_words(proportion)}.")
        if proportion.get("pi"):
            sentences.append(f"Prediction interval {_range(proportion['pi'])}.")
    elif crude and len(studies) > 1:
        sentences.append(
            f"Crude total, no model: {pooled['events']} of {pooled['n_known']}, {_in_words(crude)}."
        )
    if apart:
        sentences.append(f"{basis_of(apart)}, not pooled: {_counted(len(apart))}.")
        sentences += _described(apart)
    if out:
        sentences.append(f"{LEFT_OUT}: {_counted(len(out))}.")
        sentences += _described(out)
    return " ".join(sentences)


# ---- lines -------------------------------------------------------------------------------


def _lines(shown: Drawn) -> list[Line]:
    pooled, apart, out = shown
    studies = pooled["studies"]
    lines = [Line("study", _label(study), study) for study in studies]
    if not studies:
        lines.append(Line("note", "No eligible study reports this yet.", {}))
    if pooled.get("proportion"):
        lines.append(Line("pooled", "Random-effects mean", {}))
        if pooled["proportion"].get("pi"):
            lines.append(Line("prediction", "Prediction interval", {}))
    elif pooled.get("crude") and len(studies) > 1:
        lines.append(Line("crude", "Crude total, no model", {}))
    if apart:
        lines.append(Line("heading", f"{basis_of(apart)}, not pooled", {}))
        lines += [Line("apart", _label(study), study) for study in apart]
    if out:
        lines.append(Line("heading", LEFT_OUT, {}))
        lines += [Line("out", _label(study), study) for study in out]
    return lines


def _label(study: Row) -> str:
    return one_line(study.get("label")) or one_line(study.get("study_id")) or "unnamed study"


def _weighted(pooled: Mapping[str, Any]) -> bool:
    return any(study.get("weight") is not None for study in pooled["studies"])


# ---- drawing -----------------------------------------------------------------------------


def _headings(axes: Axes, weighted: bool) -> None:
    style = {"weight": "bold", "color": MUTED, "size": POINTS - 0.6}
    _write(axes, LABEL_LEFT, -0.85, "Study", **style)
    _write(axes, EVENTS_RIGHT, -0.85, "Events / known", ha="right", **style)
    _write(axes, ESTIMATE_RIGHT, -0.85, "Share in % [95% CI]", ha="right", **style)
    if weighted:
        _write(axes, WEIGHT_RIGHT, -0.85, "Weight", ha="right", **style)
    _rule(axes, -0.5)


def _scale(axes: Axes, xlabel: str, bottom: int) -> None:
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], labels=["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(colors=MUTED, labelsize=POINTS - 0.6, length=3)
    axes.vlines([0, 0.25, 0.5, 0.75, 1], -0.45, bottom - 0.5, color=GRID, linewidth=0.7, zorder=0)
    axes.set_xlabel(fit(xlabel, 4.0), color=MUTED, fontsize=POINTS - 0.2, parse_math=False)


def _mean(axes: Axes, pooled: Mapping[str, Any], lines: Sequence[Line]) -> None:
    place = next((n for n, line in enumerate(lines) if line.kind == "pooled"), None)
    if place is not None:
        x = pooled["proportion"]["estimate"]
        axes.vlines(x, -0.45, place, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)


def _study(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    study = line.row
    provisional, out = bool(study.get("provisional")), line.kind == "out"
    color = OUT if out else ABSTRACT if provisional else FULL_TEXT
    marks = ["NEW"] if study.get("study_id") in new else []
    if out:
        marks.append("out")
    if provisional:
        marks.append("abstract" if study["basis"] == "abstract" else "provisional")
    _name(axes, place, line.text, marks)
    _write(axes, EVENTS_RIGHT, place, f"{study['events']} / {study['n_known']}", ha="right")
    if not study["n_known"]:
        _write(axes, ESTIMATE_RIGHT, place, "none known", ha="right", color=MUTED)
        return
    _interval(axes, place, study, color, dashed=provisional or out)
    axes.plot(
        [study["estimate"]],
        [place],
        marker="x" if out else "s",
        markersize=_side(study, len(pooled["studies"])),
        markerfacecolor="white" if provisional else color,
        markeredgecolor=color,
        markeredgewidth=1.2,
        clip_on=False,
        zorder=4,
    )
    _write(axes, ESTIMATE_RIGHT, place, _numbers(study), ha="right")
    if study.get("weight") is not None and line.kind == "study":
        _write(axes, WEIGHT_RIGHT, place, f"{100 * study['weight']:.1f}%", ha="right")


def _pooled(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    proportion = pooled["proportion"]
    _rule(axes, place - 0.5)
    _write(axes, LABEL_LEFT, place, line.text, weight="bold")
    _total(axes, place, pooled)
    _diamond(axes, place, proportion, filled=True)
    _write(axes, ESTIMATE_RIGHT, place, _numbers(proportion), ha="right", weight="bold")


def _crude(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    _rule(axes, place - 0.5)
    _write(axes, LABEL_LEFT, place, line.text, weight="bold")
    _total(axes, place, pooled)
    _diamond(axes, place, pooled["crude"], filled=False)
    _write(axes, ESTIMATE_RIGHT, place, _numbers(pooled["crude"]), ha="right", weight="bold")


def _prediction(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    low, high = pooled["proportion"]["pi"]
    _write(axes, LABEL_LEFT, place, line.text, color=MUTED)
    axes.hlines(place, low, high, color=INK, linewidth=1.2, zorder=3)
    axes.vlines([low, high], place - 0.2, place + 0.2, color=INK, linewidth=1.2, clip_on=False)
    text = f"[{100 * low:.1f}, {100 * high:.1f}]"
    _write(axes, ESTIMATE_RIGHT, place, text, ha="right", color=MUTED)


def _heading(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    color = OUT if line.text == LEFT_OUT else ABSTRACT
    _write(axes, LABEL_LEFT, place + 0.1, line.text, weight="bold", color=color)


def _note(
    axes: Axes, place: int, line: Line, pooled: Mapping[str, Any], new: Collection[str]
) -> None:
    _write(axes, LABEL_LEFT, place, line.text, color=MUTED, style="italic")


_DRAW = {
    "study": _study,
    "apart": _study,
    "out": _study,
    "pooled": _pooled,
    "crude": _crude,
    "prediction": _prediction,
    "heading": _heading,
    "note": _note,
}


def _name(axes: Axes, place: int, label: str, marks: Sequence[str]) -> None:
    suffix = "".join(f"  [{mark}]" for mark in marks)
    room = EVENTS_RIGHT - LABEL_LEFT - 0.62  # the events of 9999 / 9999 reach so far
    taken = wide(suffix, POINTS - 1.6)
    label = fit(label, room - taken)
    _write(axes, LABEL_LEFT, place, label)
    if marks:
        left = LABEL_LEFT + wide(label, POINTS)
        _write(axes, left, place, suffix, size=POINTS - 1.6, color=MUTED)


def _total(axes: Axes, place: int, pooled: Mapping[str, Any]) -> None:
    text = f"{pooled['events']} / {pooled['n_known']}"
    _write(axes, EVENTS_RIGHT, place, text, ha="right", weight="bold")


def _interval(axes: Axes, place: int, row: Row, color: str, dashed: bool) -> None:
    low, high = row["ci"]
    line = (0, (2.4, 1.6)) if dashed else "-"
    axes.hlines(place, low, high, color=color, linewidth=1.3, linestyle=line, zorder=3)
    axes.vlines([low, high], place - 0.13, place + 0.13, color=color, linewidth=1.3, clip_on=False)


def _diamond(axes: Axes, place: int, row: Row, filled: bool) -> None:
    low, high = row["ci"]
    x = row["estimate"]
    corners = [(low, place), (x, place - 0.3), (high, place), (x, place + 0.3)]
    axes.add_patch(
        Polygon(
            corners,
            closed=True,
            facecolor=INK if filled else "white",
            edgecolor=INK,
            linewidth=1.1,
            clip_on=False,
            zorder=4,
        )
    )


def _rule(axes: Axes, place: float) -> None:
    """A thin line over the whole width."""
    ends = [(x - AXIS_LEFT) / (AXIS_RIGHT - AXIS_LEFT) for x in (LABEL_LEFT, WEIGHT_RIGHT)]
    across = axes.get_yaxis_transform()
    axes.plot(ends, [place, place], transform=across, color=RULE, linewidth=0.7, clip_on=False)


def _side(study: Row, k: int) -> float:
    """Side of a study's square in points: its area goes with the weight, an even share is 6."""
    weight = study.get("weight")
    if weight is None:
        return 6.0
    return min(11.0, max(3.0, 6.0 * math.sqrt(weight * max(k, 1))))


# ---- text --------------------------------------------------------------------------------


def _write(axes: Axes, inches: float, place: float, text: str, **style: Any) -> None:
    """Text at so many inches from the figure's left edge, on the line `place`."""
    x = (inches - AXIS_LEFT) / (AXIS_RIGHT - AXIS_LEFT)
    axes.text(
        x,
        place,
        text,
        transform=axes.get_yaxis_transform(),
        va="center_baseline",
        parse_math=False,
        **{"color": INK, "size": POINTS, **style},
    )


def _numbers(row: Row) -> str:
    low, high = row["ci"]
    return f"{100 * row['estimate']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _counted(k: int) -> str:
    return "1 study" if k == 1 else f"{k} studies"


def _range(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.1f}% to {100 * interval[1]:.1f}%"


def _in_words(row: Row) -> str:
    return f"{100 * row['estimate']:.1f}% (95% CI {_range(row['ci'])})"


def _described(studies: Sequence[Row]) -> list[str]:
    if len(studies) > 10:
        shares = [study["estimate"] for study in studies if study["n_known"]]
        ends = _range([min(shares), max(shares)]) if shares else "no study"
        return [f"Shares from {ends}; each study's numbers are in the study table."]
    return [f"{_label(study)}: {_counts(study)}." for study in studies]


def _counts(study: Row) -> str:
    if not study["n_known"]:
        return f"of none of its {study['n_treated']} patients is the outcome known"
    return f"{study['events']} of {study['n_known']}, {_in_words(study)}"
