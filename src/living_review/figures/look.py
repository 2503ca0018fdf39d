"""Colours and measures of figures, in one place."""

# On white, also where the page is dark: each text colour has 4.5:1 and more.
INK, MUTED, GRID, RULE = "#1b2a33", "#4d5d68", "#dde4e8", "#9fb0ba"
FULL_TEXT, ABSTRACT, OUT = "#0b5a7a", "#9a4d00", "#a3182a"
GROUND = "#ffffff"

# Inches at 96 pixels each: the page's text column, and a phone of 360 pixels without margins.
WIDE, NARROW = 7.4, 3.2
