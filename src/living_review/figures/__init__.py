"""Figures of a review: drawn from numbers alone, the same bytes for the same numbers.

An analysis has one figure of each kind, always: where there is nothing to draw, or where drawing it
would mislead, the figure says so in words. So the names of all files are known before anything is
computed, and a link to a figure stays good whatever the next study brings.

lines, sheet            text, intervals and marks in lines, on wide and on narrow paper
forest, repeated        what such a sheet shows: of studies and groups, of pooling again and again
funnel, bias, lights    estimates against size; judgements of risk of bias
kinds                   every kind of figure by its name
"""

# Names and file endings only: the plan reads them whenever the workflow is read.
KINDS = ("risk_of_bias", "funnel", "leave_one_out", "cumulative", "forest")
PNG, NARROW, SVG = ".png", ".narrow.svg", ".svg"  # NARROW: for screens of a phone's width
SUFFIXES = tuple(f"/{kind}{ending}" for kind in KINDS for ending in (PNG, NARROW, SVG))


def file_name(suffix: str, analysis_id: str) -> str:
    """What readers see a figure's file called: /forest.svg is forest_<analysis>.svg."""
    kind, ending = suffix.removeprefix("/").split(".", 1)
    return f"{kind}_{analysis_id}.{ending}"
