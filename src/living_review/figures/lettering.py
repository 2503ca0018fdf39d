"""Text in figures: measured, wrapped or cut to its room."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from living_review.figures.plain import one_line

POINTS = 8.6
LONGEST = 300  # characters; what is longer is cut before it is measured

# Text is measured in the font that matplotlib brings along, so that every machine lays it out
# alike; a browser may use any of STACK, none of which runs wider.
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
        warnings.filterwarnings("ignore", message="(?s).*[Gg]lyph.*missing")
        yield


@lru_cache(maxsize=20_000)
def wide(text: str, size: float = POINTS, bold: bool = False) -> float:
    """Width of a text in inches."""
    if not text:
        return 0.0
    font = FontProperties(family=MEASURED, size=size, weight="bold" if bold else "normal")
    with foreign_letters():
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def fit(value: str, inches: float, size: float = POINTS, bold: bool = False) -> str:
    """The text in one line, cut with an ellipsis where there is no more room."""
    text = one_line(value)[:LONGEST]
    if wide(text, size, bold) <= inches:
        return text
    return text[: _that_fit(text, inches, size, bold, "…")].rstrip() + "…"


def wrap(
    value: str, inches: float, most: int, size: float = POINTS, bold: bool = False
) -> list[str]:
    """The text in at most so many lines, broken between words or, in long ones, within; the last
    line is cut with an ellipsis where there is no more room."""
    rest = one_line(value)[:LONGEST]
    lines: list[str] = []
    while rest and len(lines) < most - 1 and wide(rest, size, bold) > inches:
        fits = max(1, _that_fit(rest, inches, size, bold))
        breaks = [rest.rfind(" ", 1, fits + 1), rest.rfind("-", 1, fits) + 1]
        cut = max(breaks) if max(breaks) > 1 else fits
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, fit(rest, inches, size, bold)] if rest or not lines else lines


def _that_fit(text: str, inches: float, size: float, bold: bool, end: str = "") -> int:
    """How many characters from the start fit, with `end` behind them."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if wide(text[:middle].rstrip() + end, size, bold) <= inches:
            low = middle
        else:
            high = middle - 1
    return low
