"""The flow as SVG with real text: for the page in two layouts, and as a file of its own."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from living_review.figures import lettering
from living_review.figures.plain import one_line
from living_review.flow import layout, wording, wrapping
from living_review.flow.layout import ASCENT, BAR, LEADING, SIZE, Drawing, Placed, Text
from living_review.flow.wording import Counts

Point = tuple[float, float]

HEAD = 5.0  # half the width of an arrow's head
MARGIN = 12.0  # around the file
NOTE_LINES = 20

# Colours are those of the page where it has them, by day and by night; else the day's.
STYLE = f"""
.flow text {{ font-family: {lettering.STACK}; font-size: {SIZE:g}px; fill: var(--ink, #1b2a33); }}
.flow rect {{ fill: var(--card, #ffffff); stroke: var(--muted, #4a5a65); stroke-width: 1; }}
.flow path {{ fill: none; stroke: var(--muted, #4a5a65); stroke-width: 1.3; }}
.flow path.flow-head {{ fill: var(--muted, #4a5a65); stroke: none; }}
.flow .flow-title rect, .flow .flow-bar rect {{ fill: var(--accent-soft, #e3f0f5); stroke: none; }}
.flow .flow-title text, .flow .flow-total text, .flow .flow-bar text {{ font-weight: bold; }}
.flow .flow-total rect {{ stroke: var(--accent, #0b5a7a); stroke-width: 2; }}
.flow .flow-waiting rect {{ fill: var(--caution-soft, #fdf1e3); stroke: var(--caution, #8a4500); }}
.flow .flow-waiting rect {{ stroke-dasharray: 5 3; }}
.flow a .flow-number {{ fill: var(--accent, #0b5a7a); text-decoration: underline; }}
.flow .flow-waiting a .flow-number {{ fill: var(--caution, #8a4500); }}
.flow a:hover rect {{ stroke-width: 2; }}
"""
# The works of a box show when it is followed, if the browser can. Below the width of `screen` the
# wide drawing would have to shrink its letters.
PAGE_STYLE = """
.flow { display: block; width: 100%; height: auto; margin: 0 0 1.25rem; }
.flow-wide { max-width: 54rem; }
.flow-narrow { display: none; max-width: 26rem; }
@media screen and (max-width: 56.99rem) {
  .flow-wide { display: none; }
  .flow-narrow { display: block; }
}
@media print { .flow-wide { max-height: 24cm; break-inside: avoid; } }
.flow-list:target::details-content { content-visibility: visible; block-size: auto; }
"""


def inline(counts: Counts) -> str:
    """Both layouts, of which a page shows the one that it has room for; no line breaks within."""
    flow = wording.flow(counts)
    style = _css(PAGE_STYLE + STYLE)
    wide = _svg("wide", layout.wide(flow), counts, "#flow-")
    narrow = _svg("narrow", layout.narrow(flow), counts, "#flow-")
    return f"<style>{style}</style>\n{wide}\n{narrow}\n"


def standalone(counts: Counts, page: str) -> str:
    """The wide layout as a file with its notes; boxes link to their lists on the page."""
    whole, notes = noted(counts)
    height = whole.height
    style = f"<style>{_css(STYLE)} .flow .flow-ground {{ fill: #ffffff; stroke: none; }}</style>"
    ground = (
        f'<rect class="flow-ground" x="{-MARGIN:g}" y="{-MARGIN:g}" '
        f'width="{whole.width + 2 * MARGIN:g}" height="{_round(height + 2 * MARGIN)}"/>'
    )
    figure = _svg(
        "wide", whole, counts, f"{page}#flow-", MARGIN, style + ground, "".join(map(_label, notes))
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{figure}\n'


def _svg(
    name: str,
    drawing: Drawing,
    counts: Counts,
    target: str,
    margin: float = 0.0,
    before: str = "",
    after: str = "",
) -> str:
    title, about = f"flow-{name}-title", f"flow-{name}-about"
    start = _round(0 - margin)
    width, height = (_round(side + 2 * margin) for side in (drawing.width, drawing.height))
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="flow flow-{name}" role="group" ',
            f'viewBox="{start} {start} {width} {height}" width="{width}" height="{height}" ',
            f'aria-labelledby="{title}" aria-describedby="{about}">',
            f'<title id="{title}">{_text(wording.flow(counts).title)}</title>',
            f'<desc id="{about}">{_text(wording.description(counts))}</desc>',
            before,
            *(_arrow(arrow.points) for arrow in drawing.arrows),
            *(_bar(bar) for bar in drawing.bars),
            *(_box(box, target) for box in drawing.boxes),
            after,
            "</svg>",
        ]
    )


def _box(box: Placed, target: str) -> str:
    rect = (
        f'<rect x="{_round(box.x)}" y="{_round(box.y)}" width="{_round(box.width)}" '
        f'height="{_round(box.height)}" rx="3"/>'
    )
    inside = rect + "".join(map(_label, box.texts))
    if box.list:
        inside = f"<a href={quoteattr(target + box.list)}>{inside}</a>"
    return f'<g class="flow-{box.look}">{inside}</g>'


def _label(text: Text) -> str:
    """One text, so that it is read and copied as one; its lines as spans."""
    *first, last = text.lines
    lines = [_text(line) + " " for line in first]
    if text.suffix and last.endswith(text.suffix):
        look = "flow-none" if text.suffix == wording.NONE else "flow-number"
        last = last.removesuffix(text.suffix)
        lines.append(f'{_text(last)}<tspan class="{look}">{_text(text.suffix)}</tspan>')
    else:
        lines.append(_text(last))
    x = _round(text.x)
    spans = "".join(
        f'<tspan x="{x}" y="{_round(text.y + n * LEADING)}">{line}</tspan>'
        for n, line in enumerate(lines)
    )
    return f"<text>{spans}</text>"


def arrow(points: Sequence[Point]) -> tuple[list[Point], list[Point]]:
    """The line of an arrow, up to where its head begins, and the corners of the head."""
    (x, y), (x0, y0) = points[-1], points[-2]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    back_x, back_y = x - 1.6 * HEAD * dx, y - 1.6 * HEAD * dy
    side_x, side_y = HEAD * dy, HEAD * dx
    head = [(x, y), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y)]
    return [*points[:-1], (back_x, back_y)], head


def _arrow(points: Sequence[Point]) -> str:
    line, head = (
        "L".join(f"{_round(a)} {_round(b)}" for a, b in corners) for corners in arrow(points)
    )
    return f'<path d="M{line}"/><path class="flow-head" d="M{head}Z"/>'


def _bar(bar: layout.Bar) -> str:
    x, y = BAR / 2 + 4, bar.y + bar.height / 2
    return (
        f'<g class="flow-bar"><rect x="0" y="{_round(bar.y)}" width="{BAR:g}" '
        f'height="{_round(bar.height)}" rx="3"/>'
        f'<text text-anchor="middle" transform="translate({_round(x)} {_round(y)}) rotate(-90)">'
        f"{_text(bar.name)}</text></g>"
    )


def noted(counts: Counts) -> tuple[Drawing, list[Text]]:
    """The wide layout with room for its notes below, and the notes."""
    drawing = layout.wide(wording.flow(counts))
    y = drawing.height + LEADING
    placed = []
    for note in wording.notes(counts):
        lines = wrapping.wrap(note, "", drawing.width, SIZE, NOTE_LINES, bold=False)
        placed.append(Text(0.0, y + ASCENT, tuple(lines), ""))
        y += LEADING * len(lines)
    return drawing._replace(height=y + LEADING / 2), placed


def plain(value: str) -> str:
    """Outside text in one line; spaces that hold a number together are plain ones again."""
    return one_line(value) + " " * value.endswith(" ")


def _text(value: str) -> str:
    """Outside text as XML, in one line."""
    return escape(plain(value))


def _round(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")


def _css(style: str) -> str:
    return " ".join(style.split())
