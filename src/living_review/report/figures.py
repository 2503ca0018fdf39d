"""The figures of an analysis on the page: the forest plot, the others folded beneath it."""

from collections.abc import Mapping
from typing import Any

from living_review import figures
from living_review.figures import bias, forest, kinds
from living_review.report import escape
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, details, div
from living_review.report.words import words_of

Row = Mapping[str, Any]

FOLDED = {
    "cumulative": "Cumulative: how the answer moved as studies came",
    "leave_one_out": "Leave one out: how much the answer hangs on one study",
    "funnel": "Funnel plot: whether small studies tell another story",
    "risk_of_bias": "Risk of bias: what was judged about each study",
}
CAPTIONS = {
    "cumulative": "Each row pools all studies up to it, by year of publication. Bars: 95% "
    "intervals; diamond: all studies.",
    "leave_one_out": "Each row pools all studies but one. Bars: 95% intervals; diamond and dashed "
    "line: all studies.",
    "funnel": "Shares on the log odds scale against the number of patients. Other reasons than "
    "missing studies make such a plot lopsided.",
    "risk_of_bias": "A sign for each study and question; bars show how much of the evidence each "
    "judgement concerns.",
}


def part(analysis: Row, results: Row) -> str:
    """All figures of an analysis; "" while nothing can be drawn."""
    folded = ((summary, figure(kind, analysis, results)) for kind, summary in FOLDED.items())
    return blocks(
        figure("forest", analysis, results),
        *(details(summary, shown) for summary, shown in folded if shown),
    )


def captioned(analysis: Row, results: Row) -> kinds.Captioned:
    """What the figures say beside the numbers, as the job that drew them had it."""
    synthesis, continues = analysis["synthesis"], "continues" in results["review"]
    return kinds.Captioned(
        analysis["title"],
        analysis["label"],
        forest.new_studies(synthesis) if continues else (),
        bias.of_analysis(
            results.get("risk_of_bias", {"tools": [], "studies": []}),
            analysis["outcome"],
            {study["study_id"] for study in forest.drawn(synthesis).everyone},
        ),
        lambda column, value: words_of(results, column, value),
    )


def figure(kind: str, analysis: Row, results: Row) -> str:
    """A figure in two widths, of which the screen chooses one, and its files; "" if refused."""
    words = captioned(analysis, results)
    if kinds.refusal(kind, analysis["synthesis"], words):
        return ""
    caption = CAPTIONS[kind] if kind in CAPTIONS else _forest_caption(analysis, results)
    label = "" if kind == "forest" else f"-{kind.replace('_', '-')}"
    alt = escape.text(kinds.alt_text(kind, analysis["synthesis"], words))
    wide, narrow, printed = (
        f"figures/{figures.file_name(f'/{kind}{ending}', analysis['id'])}"
        for ending in (figures.SVG, figures.NARROW, figures.PNG)
    )
    shown = blocks(
        f"::: {{#fig-{anchor(analysis)}{label}}}",
        f"![{alt}]({wide}){{.on-wide}} ![{alt}]({narrow}){{.on-narrow}}",
        caption,
        ":::",
    )
    return blocks(div("plot", shown), f"Download the plot: [SVG]({wide}), [PNG]({printed}).")


def _forest_caption(analysis: Row, results: Row) -> str:
    shown = forest.drawn(analysis["synthesis"])
    caption = "Shares of patients with exact 95% intervals."
    if shown.pooled["studies"]:
        caption += " Filled squares: studies included on their full text."
    if shown.apart:
        basis = forest.basis_of(shown.apart).lower()
        caption += f" Open squares, dashed lines: {basis}, not pooled."
    if shown.out:
        caption += f" Crosses, dashed lines: {forest.LEFT_OUT.lower()}, not pooled."
    if shown.pooled.get("proportion"):
        caption += f" Diamond: {shown.pooled['proportion']['name'].lower()} with its interval."
    if "continues" in results["review"] and forest.new_studies(analysis["synthesis"]):
        caption += " NEW: not in the published review."
    return caption
