"""Risk-of-bias lights: what people judged about each study, and how much of it there is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from living_review.figures import bias, ink, look
from living_review.figures.bias import LIGHTS, Judged
from living_review.figures.lettering import POINTS, STYLE, wide, wrap
from living_review.figures.lines import Row, counted, name_of

NOBODY = "Not drawn: nobody has judged the risk of bias of these studies."
OVERALL = "Overall"
SMALL = POINTS - 0.6
TITLE = POINTS + 1
MARGIN, ROW, LEADING, GAP = 0.08, 0.26, 0.16, 0.2
CELL = 0.27  # from light to light, less where a tool has many items
LABEL = 3.2  # of studies and items at most, on wide paper
BAR = 0.17
SIGN = 0.12  # a part of a bar that is narrower has no sign


class Item(NamedTuple):
    """A question or domain: its sign in the table, its words, a light for each study."""

    sign: str
    words: str
    lights: tuple[str, ...]


def refusal(studies: Sequence[Row], judged: Judged) -> str:
    """Why there is no figure, in words; "" where there is one."""
    known = {*judged.of_study, *judged.overall}
    return "" if any(study["study_id"] in known for study in studies) else NOBODY


def items(studies: Sequence[Row], judged: Judged) -> list[Item]:
    """The tool's items in its order, numbered, and the overall judgement where there is one."""
    found = [
        Item(
            str(n),
            words,
            tuple(
                bias.light(judged.of_study.get(study["study_id"], {}).get(item))
                for study in studies
            ),
        )
        for n, (item, words) in enumerate(judged.items, start=1)
    ]
    if any(study["study_id"] in judged.overall for study in studies):
        overall = tuple(bias.light(judged.overall.get(study["study_id"])) for study in studies)
        found.append(Item("All", OVERALL, overall))
    return found


def shares(item: Item, weights: Sequence[float]) -> dict[str, float]:
    """What share of the weight each light has, in the order of LIGHTS; they add up to 1."""
    whole = sum(weights)
    found = {
        light: sum(w for w, one in zip(weights, item.lights, strict=True) if one == light) / whole
        for light in LIGHTS
    }
    return {light: share for light, share in found.items() if share}


def draw(studies: Sequence[Row], judged: Judged, title: str = "", narrow: bool = False) -> Figure:
    """The studies' lights above, a bar for each item beneath; saves nothing. Only where nothing
    refuses it.

    studies: study_id, label, weight (of the model; where a study has none, all count alike).
    """
    found = items(studies, judged)
    weighed = all(study.get("weight") for study in studies)
    weights = [study["weight"] if weighed else 1.0 for study in studies]
    paper = _paper(studies, len(found), narrow)
    heading = wrap(f"{title}: risk of bias".removeprefix(": "), paper.room, 3, TITLE, bold=True)
    table, bars = _table(studies, paper), _bars(found, paper)
    notes = [*_legends(found, judged.answers), _measure(weighed)]
    below = [row for words in notes for row in wrap(words, paper.room, 4, SMALL)]
    top = MARGIN + LEADING * len(heading) + 0.12
    lower = top + ROW + sum(row.height for row in table) + 0.12
    end = lower + sum(row.height for row in bars) + 0.1
    with matplotlib.rc_context(STYLE):
        size = (paper.width, end + LEADING * len(below) + 0.08)
        axes = ink.paper(Figure(figsize=size, facecolor=look.GROUND))
        for n, words in enumerate(heading):
            at = MARGIN + LEADING * (n + 0.5)
            ink.write(axes, MARGIN, at, words, size=TITLE, weight="bold")
        _draw_table(axes, top, table, found, paper)
        ink.rule(axes, MARGIN, paper.width - MARGIN, lower - 0.06)
        _draw_bars(axes, lower, bars, found, weights, paper)
        for n, words in enumerate(below):
            at = end + LEADING * (n + 0.5)
            ink.write(axes, MARGIN, at, words, size=SMALL, color=look.MUTED)
        figure: Figure = axes.get_figure(root=True)  # type: ignore[assignment]
    return figure


def alt_text(studies: Sequence[Row], judged: Judged) -> str:
    """What the figure shows, in words: how many studies have which light, item by item."""
    if refused := refusal(studies, judged):
        return refused
    told = (
        f"{item.words.rstrip('.?:')}: {bias.tally(item.lights, judged.answers)}."
        for item in items(studies, judged)
    )
    return " ".join([f"Risk of bias of {counted(len(studies))}.", *told])


# ---- layout ------------------------------------------------------------------------------


class Paper(NamedTuple):
    """Where things stand, in inches from the left."""

    width: float
    narrow: bool
    label: float  # room of labels
    first: float  # middle of the first light
    step: float  # from light to light

    @property
    def room(self) -> float:
        return self.width - 2 * MARGIN


class Labelled(NamedTuple):
    """A row of lights, or a bar: its words, how high it is, and the middle of what it shows."""

    words: list[str]
    height: float
    middle: float  # from the top of the row


def _paper(studies: Sequence[Row], n_items: int, narrow: bool) -> Paper:
    if narrow:
        room = look.NARROW - 2 * MARGIN
        step = min(CELL, room / n_items)
        return Paper(look.NARROW, narrow, room, MARGIN + step / 2, step)
    room = look.WIDE - 2 * MARGIN
    longest = max((wide(name_of(study)[:60]) for study in studies), default=0.0)
    label = min(max(longest + 0.05, 1.2), LABEL)
    step = min(CELL, (room - label - GAP) / n_items)
    return Paper(look.WIDE, narrow, label, MARGIN + label + GAP + step / 2, step)


def _row(words: list[str], narrow: bool) -> Labelled:
    rows = LEADING * (len(words) - 1)
    if narrow:
        return Labelled(words, ROW + rows + 0.24, ROW / 2 + rows + 0.21)
    return Labelled(words, ROW + rows, (ROW + rows) / 2)


def _table(studies: Sequence[Row], paper: Paper) -> list[Labelled]:
    return [_row(wrap(name_of(study), paper.label, 3), paper.narrow) for study in studies]


def _bars(found: Sequence[Item], paper: Paper) -> list[Labelled]:
    room = paper.room if paper.narrow else LABEL
    return [_row(wrap(_words(item), room, 3, SMALL), paper.narrow) for item in found]


def _words(item: Item) -> str:
    return item.words if item.words == OVERALL else f"{item.sign}. {item.words}"


# ---- drawing -----------------------------------------------------------------------------


def _draw_table(
    axes: Axes, top: float, rows: Sequence[Labelled], found: Sequence[Item], paper: Paper
) -> None:
    style = {"weight": "bold", "color": look.MUTED, "size": SMALL}
    if not paper.narrow:
        ink.write(axes, MARGIN, top + ROW / 2, "Study", **style)
    for n, item in enumerate(found):
        ink.write(
            axes, paper.first + n * paper.step, top + ROW / 2, item.sign, ha="center", **style
        )
    top += ROW
    places: list[tuple[str, float, float]] = []
    for study, row in enumerate(rows):
        for n, words in enumerate(row.words):
            ink.write(axes, MARGIN, top + ROW / 2 + LEADING * n, words)
        places += [
            (item.lights[study], paper.first + n * paper.step, top + row.middle)
            for n, item in enumerate(found)
        ]
        top += row.height
    ink.lights(axes, places)


def _draw_bars(
    axes: Axes,
    top: float,
    rows: Sequence[Labelled],
    found: Sequence[Item],
    weights: Sequence[float],
    paper: Paper,
) -> None:
    start = MARGIN if paper.narrow else MARGIN + LABEL + GAP
    whole = paper.width - MARGIN - start
    for item, row in zip(found, rows, strict=True):
        for n, words in enumerate(row.words):
            weight = "bold" if item.words == OVERALL else "normal"
            ink.write(axes, MARGIN, top + ROW / 2 + LEADING * n, words, size=SMALL, weight=weight)
        left = start
        for light, share in shares(item, weights).items():
            _part(axes, left, top + row.middle, share * whole, light)
            left += share * whole
        top += row.height


def _part(axes: Axes, left: float, middle: float, width: float, judgement: str) -> None:
    """A part of a bar, with the sign of its light where there is room."""
    light = LIGHTS[judgement]
    axes.add_patch(
        Rectangle(
            (left, middle - BAR / 2),
            width,
            BAR,
            facecolor=look.GROUND if light.ring else light.color,
            edgecolor=light.color if light.ring else look.GROUND,
            linewidth=0.8,
            clip_on=False,
        )
    )
    if light.sign and width >= SIGN:
        color = light.color if light.ring else look.GROUND
        ink.write(
            axes, left + width / 2, middle, light.sign, ha="center", weight="bold", color=color
        )


def _legends(found: Sequence[Item], answers: Mapping[str, str]) -> list[str]:
    """The signs in words; apart for the overall judgement where the items are questions."""
    if all(words == light for light, words in answers.items()):
        return [f"Signs: {bias.legend([one for item in found for one in item.lights])}."]
    asked = [one for item in found if item.words != OVERALL for one in item.lights]
    overall = [one for item in found if item.words == OVERALL for one in item.lights]
    told = [f"Signs: {bias.legend(asked, answers)}."]
    return told + ([f"All, risk overall: {bias.legend(overall)}."] if overall else [])


def _measure(weighed: bool) -> str:
    return f"Bars: share of {'the weight that studies have in the mean' if weighed else 'studies'}."
