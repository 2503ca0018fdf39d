"""Figures on the page: the forest plot open, others folded, each for wide and narrow screens."""

import re
from pathlib import Path

import pytest
import report_cases as cases
from figure_cases import many, whole

from living_review.figures import KINDS
from living_review.report import analyses, figures, theme

STYLE = Path(__file__).resolve().parents[2] / "report/theme.scss"
FOUND = {
    "tools": [{"id": "jbi", "title": "JBI", "items": [{"item": "1", "words": "Clear"}]}],
    "asked": False,
    "studies": [
        {
            "study_id": "s1",
            "result": "",
            "tool": "jbi",
            "items": [{"item": "1", "light": "low", "words": "Yes"}],
            "overall": {"light": "high"},
        }
    ],
}


def shown(k, **changes):
    """The analysis of a review with so many studies in it, and its results."""
    results = {**cases.kidney(), **changes}
    analysis = results["analyses"][0]
    return {**analysis, "synthesis": {**analysis["synthesis"], **whole(many(k))}}, results


def section(analysis, results):
    return analyses.part({**results, "analyses": [analysis]})


def test_twelve_studies_have_every_figure():
    """The forest plot is open, the four others open on a click, all with files to download."""
    analysis, results = shown(12, risk_of_bias=FOUND)
    page = section(analysis, results)

    def folds_before(kind):
        before = page[: page.index(f"{kind}_re_ablation_ned.svg")]
        return before.count("<details>") - before.count("</details>")

    assert [folds_before(kind) for kind in KINDS] == [
        0 if kind == "forest" else 1 for kind in KINDS
    ]
    for kind in KINDS:
        for ending in (".svg", ".narrow.svg", ".png"):
            assert f"figures/{kind}_re_ablation_ned{ending}" in page


@pytest.mark.parametrize(
    ("k", "kinds"),
    [(0, set()), (1, {"forest"}), (2, {"forest", "cumulative"})],
)
def test_what_was_refused_takes_no_room(k, kinds):
    """A figure that only says why there is none is not shown, though its file is there."""
    results = cases.kidney()
    analysis = results["analyses"][1]  # without provisional studies
    synthesis = {**analysis["synthesis"], **whole(many(k))}
    page = section({**analysis, "synthesis": synthesis}, results)
    assert {kind for kind in KINDS if f"figures/{kind}_" in page} == kinds


def test_each_picture_has_its_words():
    """The two pictures of a figure have one text for listeners, told from the numbers."""
    analysis, results = shown(12)
    page = figures.figure("forest", analysis, results)
    told = re.findall(r"!\[(.*?)\]\(", page)
    assert len(told) == 2
    assert told[0] == told[1]
    assert told[0].startswith("Forest plot of 12 studies&#46;")


def test_lights_are_those_of_the_outcome_and_its_studies():
    """What people judged about a study of the analysis stands beside it in the plots."""
    analysis, results = shown(12, risk_of_bias=FOUND)
    judged = figures.captioned(analysis, results).judged
    assert (judged.overall, judged.tool) == ({"s1": "high"}, "JBI")
    assert not figures.captioned(*shown(1, risk_of_bias=FOUND)).judged.overall


@pytest.mark.parametrize(
    ("media", "hidden"), [("", "on-narrow"), ("@media screen and (max-width: 44rem)", "on-wide")]
)
def test_a_screen_shows_one_picture(media, hidden):
    """Wide screens and paper have the wide drawing, phones the narrow one, never both."""
    style = theme.css(STYLE.read_text("utf-8"))
    narrow = re.search(r"@media screen and \(max-width: 44rem\) \{(.*?)\n\}", style, re.S)[1]
    rules = narrow if media else style.split("@media screen")[0]
    gone = re.findall(r"\.plot \.(on-\w+) \{[^}]*display: none", rules)
    assert gone == [hidden]
    assert "min-width" not in rules.split(".plot img")[-1]  # nothing scrolls


def test_a_plot_of_very_many_rows_is_told_and_can_be_downloaded():
    """It would make the page too large for a phone: words and files stand for it."""
    for k, is_shown in ((figures.MOST_ROWS["forest"], True), (400, False)):
        analysis, results = shown(k)
        page = figures.figure("forest", analysis, results)
        assert ("![" in page) is is_shown
        assert ("It is too tall to be shown here." in page) is not is_shown
        assert f"Forest plot of {k} studies" in page
        assert "[PNG](figures/forest_re_ablation_ned.png)" in page


def test_long_tables_say_how_many_rows_they_leave_out():
    """The first two hundred of a list, and where the others are."""
    analysis, results = shown(203)
    page = section(analysis, results)
    assert "The first 200 are shown; 3 more are in [results.json](results.json)." in page
