"""Lines of a text that fit a width, whatever font of ours a browser has."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from matplotlib.font_manager import FontProperties, findfont, get_font

from living_review.figures import lettering

POINTS_AN_INCH = 72
# What the measuring font has no letter for, a browser takes from elsewhere: as wide as it is high.
FOREIGN = 1.05


def wrap(text: str, suffix: str, width: float, size: float, most: int, bold: bool) -> list[str]:
    """Lines of `text suffix`, each at most `width` wide, in units of which a letter has `size`.

    Broken at spaces, and within a word only if it is wider than a line. Where there are more than
    `most` lines, the text is cut with an ellipsis; the suffix stands whole.
    """
    lines = _lines(f"{text} {suffix}".strip(), width, size, bold)
    if len(lines) > most:
        text = text[: _held(text, most * width, size, bold)]
    while len(lines) > most and text:
        text = text[:-1].rstrip()
        lines = _lines(f"{text}… {suffix}".strip(), width, size, bold)
    return lines


def wide(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in the units of size; never less than a browser needs.

    Letter by letter: what stands in pairs is set closer, never wider.
    """
    return sum(_share(letter, bold) for letter in text) * size


def _lines(text: str, width: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        for piece in _pieces(word, width, size, bold):
            longer = f"{line} {piece}" if line else piece
            if line and wide(longer, size, bold) > width:
                lines.append(line)
                line = piece
            else:
                line = longer
    return [*lines, line]


def _pieces(word: str, width: float, size: float, bold: bool) -> Iterator[str]:
    """The word, in several pieces if a line does not hold it."""
    while len(word) > 1 and wide(word, size, bold) > width:
        end = max(1, _held(word, width, size, bold))
        yield word[:end]
        word = word[end:]
    yield word


def _held(text: str, width: float, size: float, bold: bool) -> int:
    """How many letters of a text a width holds."""
    ends = accumulate(_share(letter, bold) * size for letter in text)
    return next((n for n, end in enumerate(ends) if end > width), len(text))


@cache
def _share(letter: str, bold: bool) -> float:
    """Width of a letter as a share of its size."""
    if unicodedata.combining(letter):
        return 0.0
    font = get_font(findfont(FontProperties(family=lettering.MEASURED)))
    if not font.get_char_index(ord(letter)):
        return FOREIGN
    size = 100
    return lettering.wide(letter, size, bold) * POINTS_AN_INCH / size
