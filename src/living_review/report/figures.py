"""The figures of an analysis on the page, each in the width of the screen."""

from collections.abc import Mapping
from typing import Any

from living_review import figures
from living_review.figures import forest, kinds
from living_review.report import escape
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, details, div

Row = Mapping[str, Any]

CAPTIONS = {
    "cumulative": "Each row pools all studies up to it, by year of publication. Bars: 95% "
    "intervals; diamond: all studies; open squares: all patients taken together, no model.",
    "leave_one_out": "Each row pools all studies but one. Bars: 95% intervals; diamond and dashed "
    "line: all studies.",
    "funnel": "Shares on the log odds scale against the number of patients. Other reasons than "
    "missing studies make such a plot lopsided.",
}

# A plot of more rows than that is told in words and can be downloaded: nobody compares a thousand
# rows on a screen, and the page has to open on a phone. Plots of other kinds choose their rows.
MOST_ROWS = {"forest": 150, "risk_of_bias": 80}


def lights(analysis: Row, results: Row) -> str:
    """What was judged about the studies of an analysis, folded away; "" if nothing was."""
    shown = figure("risk_of_bias", analysis, results)
    return details("Risk of bias of these studies", shown) if shown else ""


def captioned(analysis: Row, results: Row) -> kinds.Captioned:
    """What the figures say beside the numbers, as the job that drew them had it."""
    words = {
        "title": analysis["title"],
        "xlabel": analysis["label"],
        "continues": "continues" in results["review"],
        "groups": results["words"],
    }
    return kinds.captioned(
        analysis["synthesis"],
        analysis["outcome"],
        words,
        results["risk_of_bias"],
    )


def figure(kind: str, analysis: Row, results: Row) -> str:
    """A figure in two widths, of which the screen chooses one, and its files; "" if refused."""
    words = captioned(analysis, results)
    if kinds.refusal(kind, analysis["synthesis"], words):
        return ""
    label = "" if kind == "forest" else f"-{kind.replace('_', '-')}"
    alt = escape.text(kinds.alt_text(kind, analysis["synthesis"], words))
    wide, narrow, printed = (
        f"figures/{figures.file_name(f'/{kind}{ending}', analysis['id'])}"
        for ending in (figures.SVG, figures.NARROW, figures.PNG)
    )
    files = f"Download the plot: [SVG]({wide}), [PNG]({printed})."
    if not is_shown(kind, analysis["synthesis"]):
        return blocks(f"{alt} {files} It is too tall to be shown here.")
    shown = blocks(
        f"::: {{#fig-{anchor(analysis)}{label}}}",
        f"![{alt}]({wide}){{.on-wide}} ![{alt}]({narrow}){{.on-narrow}}",
        _caption(kind, analysis, results, words),
        ":::",
    )
    return blocks(div("plot", shown), files)


def is_shown(kind: str, synthesis: Row) -> bool:
    """Whether the page has the plot; if not, it tells it in words and links its file."""
    return kind not in MOST_ROWS or len(forest.drawn(synthesis).everyone) <= MOST_ROWS[kind]


def _caption(kind: str, analysis: Row, results: Row, words: kinds.Captioned) -> str:
    if kind == "forest":
        return _forest_caption(analysis, results)
    if kind == "risk_of_bias":
        tool = f" of {escape.text(words.judged.tool)}" if words.judged.tool else ""
        return (
            f"A sign for each study and item{tool}. Bars show how much of the evidence each "
            "judgement concerns."
        )
    return CAPTIONS[kind]


def _forest_caption(analysis: Row, results: Row) -> str:
    shown = forest.drawn(analysis["synthesis"])
    caption = "Shares of patients with exact 95% intervals."
    if shown.pooled["studies"]:
        size = "weight" if forest.is_weighted(shown) else "number of patients"
        caption += (
            " Filled squares: studies included on their full text; their area goes with their "
            f"{size}."
        )
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
