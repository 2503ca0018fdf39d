"""Where the boxes of the flow stand: side by side on a screen, one below the other on a phone."""

from collections.abc import Sequence
from typing import NamedTuple

from living_review.flow import wrapping
from living_review.flow.wording import Box, Column, Flow, Look

SIZE = 13.0  # of letters; all lengths are in its unit, a pixel where the figure is not scaled
LEADING = 17.0
BETWEEN_LINES = 3.0  # of different labels
ASCENT = 13.0  # from the top of a line to its baseline
PADDING = 9.0
INSET = 10.0
ARROW = 22.0  # from one box of a column to the next
GAP = 12.0  # between boxes that stand beside the same one

WIDE, NARROW = 864.0, 328.0
COLUMN_GAP = 20.0
BAR = 24.0  # the names of the phases, at the left
MAIN, ASIDE, PREVIOUS = 1.0, 1.05, 0.85  # shares of the width
INDENT = 36.0  # of what stands beside, on a phone

CORNER = 6.0  # no arrow meets a box nearer to its corner
EDGE = 1.0  # so that strokes are not cut off
TALL_ENOUGH = 120.0  # for the name of the first phase

TALLEST = 6  # lines of a label from outside
BOLD = ("title", "total")


class Text(NamedTuple):
    """One label: its lines, the first at (x, y) of its baseline."""

    x: float
    y: float
    lines: tuple[str, ...]
    suffix: str  # how the last line ends


class Placed(NamedTuple):
    look: Look
    list: str  # as in Box
    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


class Arrow(NamedTuple):
    """Straight lines from point to point, with a head at the last."""

    points: tuple[tuple[float, float], ...]


class Bar(NamedTuple):
    """The name of a phase, to be read upwards."""

    name: str
    y: float
    height: float


class Drawing(NamedTuple):
    width: float
    height: float
    boxes: tuple[Placed, ...]
    arrows: tuple[Arrow, ...]
    bars: tuple[Bar, ...]


class Stack(NamedTuple):
    """A place for boxes one below the other."""

    x: float
    width: float


def wide(flow: Flow) -> Drawing:
    """Columns side by side, as in the template; the boxes of one step stand in one row."""
    previous, columns = _stacks(flow)
    titles = [_place(column.title, _both(*stacks), 0.0) for column, stacks in columns]
    if flow.previous and previous:
        titles.append(_place(flow.previous[0], previous, 0.0))
    height = max(title.height for title in titles)
    boxes = [title._replace(height=height) for title in titles]
    arrows: list[Arrow] = []
    tops, bottoms = [], []
    y = height + GAP
    last: list[Placed] = []  # main boxes of the row above
    for row in range(len(flow.columns[0].steps)):
        mains = []
        tops.append(y)
        bottom = y + (TALL_ENOUGH if row == 0 else 0.0)
        for column, (main_stack, aside_stack) in columns:
            step = column.steps[row]
            main = _place(step.main, main_stack, y)
            aside = _pile(step.aside, aside_stack, y)
            arrows += [_branch(main, box) for box in aside]
            mains.append(main)
            boxes += [main, *aside]
            bottom = max(bottom, *(box.bottom for box in (main, *aside)))
        arrows += [_down(above, below) for above, below in zip(last, mains, strict=False)]
        if row == 0 and flow.previous and previous:
            before = _place(flow.previous[1], previous, y)
            boxes.append(before)
            bottom = max(bottom, before.bottom)
        bottoms.append(bottom)
        last, y = mains, bottom + ARROW
    included = _place(flow.included, _both(*columns[0][1]), y)
    boxes.append(included)
    top = last[0]
    arrows.append(Arrow(((top.centre, top.bottom), (top.centre, included.y))))
    arrows += [
        Arrow(
            (
                (other.centre, other.bottom),
                (other.centre, included.middle),
                (included.right, included.middle),
            )
        )
        for other in last[1:]
    ]
    end = included
    if flow.total:
        end = _place(flow.total, _both(*columns[0][1]), included.bottom + ARROW)
        boxes.append(end)
        arrows.append(_down(included, end))
        if flow.previous and previous:
            start = (before.centre, before.bottom)
            arrows.append(Arrow((start, (before.centre, end.middle), (end.x, end.middle))))
    bars = (
        Bar("Identification", tops[0], bottoms[0] - tops[0]),
        Bar("Screening", tops[1], bottoms[-1] - tops[1]),
        Bar("Included", included.y, max(end.bottom - included.y, TALL_ENOUGH / 2)),
    )
    depth = max(end.bottom, bars[-1].y + bars[-1].height)
    return Drawing(WIDE, depth + EDGE, tuple(boxes), tuple(arrows), bars)


def narrow(flow: Flow) -> Drawing:
    """Everything in one column; what leaves the flow is indented."""
    whole, indented = Stack(EDGE, NARROW - 2 * EDGE), Stack(INDENT, NARROW - EDGE - INDENT)
    boxes: list[Placed] = []
    arrows: list[Arrow] = []
    y = 0.0
    for box in flow.previous or ():
        boxes.append(_place(box, whole, y))
        y = boxes[-1].bottom + GAP
    for column in flow.columns:
        boxes.append(_place(column.title, whole, y))
        y = boxes[-1].bottom + GAP
        above: Placed | None = None
        for main_box, aside_boxes in (*column.steps, (column.included, ())):
            main = _place(main_box, whole, y)
            if above:
                arrows.append(Arrow(((INDENT / 2, above.bottom), (INDENT / 2, main.y))))
            aside = _pile(aside_boxes, indented, main.bottom + GAP)
            arrows += [Arrow(((INDENT / 2, box.middle), (box.x, box.middle))) for box in aside]
            boxes += [main, *aside]
            above, y = main, boxes[-1].bottom + ARROW
        y += GAP
    for last in (flow.included, flow.total):
        if last:
            boxes.append(_place(last, whole, y))
            y = boxes[-1].bottom + GAP
    return Drawing(NARROW, boxes[-1].bottom + EDGE, tuple(boxes), tuple(arrows), ())


def _stacks(flow: Flow) -> tuple[Stack | None, list[tuple[Column, tuple[Stack, Stack]]]]:
    """The places of the previous version, of each column's main boxes and of those beside."""
    shares = [PREVIOUS] * (flow.previous is not None) + [MAIN, ASIDE] * len(flow.columns)
    x = BAR + GAP
    unit = (WIDE - EDGE - x - COLUMN_GAP * (len(shares) - 1)) / sum(shares)
    stacks = []
    for share in shares:
        stacks.append(Stack(x, share * unit))
        x += share * unit + COLUMN_GAP
    of_columns = stacks[-2 * len(flow.columns) :]
    pairs = zip(of_columns[::2], of_columns[1::2], strict=True)
    return (
        stacks[0] if flow.previous else None,
        list(zip(flow.columns, pairs, strict=True)),
    )


def _both(left: Stack, right: Stack) -> Stack:
    return Stack(left.x, right.x + right.width - left.x)


def _place(box: Box, stack: Stack, y: float) -> Placed:
    """The box at the top of what is left of a stack, as high as its words need."""
    bold = box.look in BOLD
    texts = []
    baseline = y + PADDING + ASCENT
    for line in box.lines:
        inset = INSET if line.inset else 0.0
        room = stack.width - 2 * PADDING - inset
        most = TALLEST if line.inset else len(line.text)
        lines = wrapping.wrap(line.label, line.suffix, room, SIZE, most, bold)
        texts.append(Text(stack.x + PADDING + inset, baseline, tuple(lines), line.suffix))
        baseline += LEADING * len(lines) + BETWEEN_LINES
    bottom = baseline - BETWEEN_LINES - ASCENT + PADDING
    return Placed(box.look, box.list, stack.x, y, stack.width, bottom - y, tuple(texts))


def _pile(boxes: Sequence[Box], stack: Stack, y: float) -> list[Placed]:
    placed = []
    for box in boxes:
        placed.append(_place(box, stack, y))
        y = placed[-1].bottom + GAP
    return placed


def _down(above: Placed, below: Placed) -> Arrow:
    return Arrow(((above.centre, above.bottom), (above.centre, below.y)))


def _branch(main: Placed, beside: Placed) -> Arrow:
    """Level with the middle of one of the two where it can be, else from the way down below."""
    if beside.bottom <= main.bottom:
        y = beside.middle
    elif beside.y + CORNER < main.middle < beside.bottom - CORNER:
        y = main.middle
    else:
        y = beside.middle
        if abs(y - main.bottom) < CORNER:
            y = main.bottom + CORNER
    start = main.right if y < main.bottom else main.centre
    return Arrow(((start, y), (beside.x, y)))
