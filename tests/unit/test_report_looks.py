"""The style of the page can be read by everybody."""

import re
from pathlib import Path

import pytest

STYLE = Path(__file__).resolve().parents[2] / "report/page.css"


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
    style = STYLE.read_text("utf-8")
    day, night = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)[:2]
    )
    for colors in (day, {**day, **night}):
        assert contrast(colors[ink], colors[ground]) >= 4.5
