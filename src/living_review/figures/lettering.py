"""Text in figures: measured, cut to its room, in fonts that browsers have."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from living_review.figures.plain import one_line

POINTS = 8.6

# Text is measured in the font that matplotlib brings along, so that every machine lays it out
# alike; a browser may use any of these, none of which runs wider.
MEASURED = "DejaVu Sans"
STACK = "Arial, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"
STYLE: dict[Any, Any] = {
    "font.family": [MEASURED],
    "font.size": POINTS,
    "svg.fonttype": "none",
    "svg.hashsalt": "living-review",
    "text.parse_math": False,
}


@contextmanager
def foreign_letters() -> Iterator[None]:
    """Letters that the measuring font lacks are no warning: the SVG holds the text, and a browser
    has the letters."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*missing")
        yield


def wide(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in inches."""
    if not text:
        return 0.0
    font = FontProperties(family=MEASURED, size=size, weight="bold" if bold else "normal")
    with foreign_letters():
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def fit(value: str, inches: float, bold: bool = False) -> str:
    """The text in one line, cut with an ellipsis where there is no more room."""
    text = one_line(value)[:300]
    if wide(text, POINTS, bold) <= inches:
        return text
    while text and wide(text + "…", POINTS, bold) > inches:
        text = text[:-1].rstrip()
    return text + "…"


def with_web_fonts(svg: str) -> str:
    """Names the fonts that browsers have in place of the one that was measured."""
    return re.sub(rf"(<text style=\"[^\"]*)'{MEASURED}'", lambda tag: tag[1] + STACK, svg)
