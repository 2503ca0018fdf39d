"""The style of the page can be read by everybody."""

import re
from pathlib import Path

import pytest

from living_review.errors import ReviewError
from living_review.report import theme

STYLE = Path(__file__).resolve().parents[2] / "report/theme.scss"


def contrast(one, other):
    """WCAG 2 contrast of two #rrggbb colours."""

    def luminance(color):
        channels = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "card", "stripe")]
    + [
        ("accent", "accent-soft"),
        ("ink", "accent-soft"),
        ("caution", "caution-soft"),
        ("ink", "caution-soft"),
        ("alarm", "alarm-soft"),
        ("accent", "alarm-soft"),
        ("ink", "alarm-soft"),
        ("banner-ink", "banner"),
        ("banner-muted", "banner"),
    ],
)
def test_colours_can_be_read(ink, ground):
    """Text has the contrast of WCAG AA, by day and by night."""
    style = theme.css(STYLE.read_text("utf-8"))
    day, night = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)[:2]
    )
    for colors in (day, {**day, **night}):
        assert contrast(colors[ink], colors[ground]) >= 4.5


def test_the_theme_is_a_layer_for_quarto():
    """Its variables can be set by a layer before it; both parts have the marks of Quarto."""
    text = STYLE.read_text("utf-8")
    assert text.startswith("/*-- scss:defaults --*/\n")
    assert text.count("/*-- scss:rules --*/\n") == 1
    assert "--ink: #1b2a33;" in theme.css(text)
    assert "--ink: #000000;" in theme.css(text.replace("$ink: #1b2a33 !", "$ink: #000000 !"))


def test_no_sass_is_left_in_the_style():
    """A browser gets variables with their values, and no comment to the end of a line."""
    style = theme.css(STYLE.read_text("utf-8"))
    assert not re.search(r"\$|#\{|!default|^\s*//|scss:", style, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a { color: #{$absent}; }", "no variable $absent"),
        ("a { color: $ink; }", "only #{$name}"),
        ("// a comment", "only #{$name}"),
        ("@use 'x';", "only #{$name}"),
        ("a { &:hover { color: red; } }", "only #{$name}"),
    ],
)
def test_sass_that_only_quarto_knows_is_named_with_its_line(line, said):
    """No page gets a style that a browser would read in another way."""
    with pytest.raises(ReviewError, match=re.escape(f"line 4: {line}") + ".*" + re.escape(said)):
        theme.css(
            f"/*-- scss:defaults --*/\n$ink: #000000 !default;\n/*-- scss:rules --*/\n{line}\n"
        )


def test_a_variable_that_is_no_plain_value_is_named():
    """What stands in the first part is one value a line."""
    with pytest.raises(ReviewError, match="line 2: \\$ink: darken"):
        theme.css("/*-- scss:defaults --*/\n$ink: darken($x, 5%) !default;\n/*-- scss:rules --*/\n")
