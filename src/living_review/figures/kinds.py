"""Every kind of figure that an analysis has: drawn, told in words, or refused in words."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from living_review.figures import bias, forest, funnel, lights, repeated, sheet
from living_review.figures.bias import Judged
from living_review.figures.lines import Line, Sheet


class Captioned(NamedTuple):
    """What a figure says beside the numbers of its synthesis."""

    title: str = ""
    xlabel: str = "Patients with the outcome"
    new: Collection[str] = ()  # ids of studies that the published review did not have
    judged: Judged = bias.NOTHING
    words: forest.Words = forest.plain_words


def captioned(
    synthesis: Mapping[str, Any], outcome: str, words: Mapping[str, Any], judged: Mapping[str, Any]
) -> Captioned:
    """words: as parts.words has them; judged: as bias.bearing has them, or all of the review."""
    shown = forest.drawn(synthesis)
    study_ids = {study["study_id"] for study in shown.everyone}
    groups = words["groups"]
    return Captioned(
        words["title"],
        words["xlabel"],
        forest.new_studies(synthesis) if words["continues"] else (),
        bias.of_analysis(judged, outcome, study_ids),
        lambda column, value: groups.get(column, {}).get(value, forest.plain_words(column, value)),
    )


class Kind(NamedTuple):
    """refusal: why there is no such figure of a synthesis, "" where there is one."""

    refusal: Callable[[Mapping[str, Any], Captioned], str]
    draw: Callable[[Mapping[str, Any], Captioned, bool], Figure]
    alt_text: Callable[[Mapping[str, Any], Captioned], str]


def draw(kind: str, synthesis: Mapping[str, Any], words: Captioned, narrow: bool = False) -> Figure:
    """A figure of a name in figures.KINDS; where there is none, why, in words. Saves nothing."""
    refused = ALL[kind].refusal(synthesis, words)
    if refused:
        line = Line(refused, italic=True)
        return sheet.draw(Sheet(words.title, (), (line,), ""), narrow)
    return ALL[kind].draw(synthesis, words, narrow)


def refusal(kind: str, synthesis: Mapping[str, Any], words: Captioned) -> str:
    return ALL[kind].refusal(synthesis, words)


def alt_text(kind: str, synthesis: Mapping[str, Any], words: Captioned) -> str:
    """What the figure shows, in words and numbers; why there is none, where there is none."""
    return ALL[kind].refusal(synthesis, words) or ALL[kind].alt_text(synthesis, words)


def _forest(synthesis: Mapping[str, Any], words: Captioned, narrow: bool) -> Figure:
    shown = forest.sheet(
        forest.drawn(synthesis),
        title=words.title,
        xlabel=words.xlabel,
        new=words.new,
        judged=words.judged,
        words=words.words,
        narrow=narrow,
    )
    return sheet.draw(shown, narrow)


def _no_forest(synthesis: Mapping[str, Any], words: Captioned) -> str:
    return "" if forest.drawn(synthesis).anything else forest.NOTHING


def _no_lights(synthesis: Mapping[str, Any], words: Captioned) -> str:
    return lights.refusal(synthesis["main"]["studies"], words.judged)


ALL = {
    "forest": Kind(
        _no_forest,
        _forest,
        lambda s, words: forest.alt_text(forest.drawn(s), words.judged, words.words),
    ),
    "cumulative": Kind(
        lambda s, _: repeated.refusal(s, "cumulative"),
        lambda s, words, narrow: sheet.draw(
            repeated.cumulative(s, words.title, words.xlabel), narrow
        ),
        lambda s, _: repeated.alt_text(s, "cumulative"),
    ),
    "leave_one_out": Kind(
        lambda s, _: repeated.refusal(s, "leave_one_out"),
        lambda s, words, narrow: sheet.draw(
            repeated.leave_one_out(s, words.title, words.xlabel), narrow
        ),
        lambda s, _: repeated.alt_text(s, "leave_one_out"),
    ),
    "funnel": Kind(
        lambda s, _: funnel.refusal(s),
        lambda s, words, narrow: funnel.draw(s, words.title, words.xlabel, narrow),
        lambda s, _: funnel.alt_text(s),
    ),
    "risk_of_bias": Kind(
        _no_lights,
        lambda s, words, narrow: lights.draw(
            s["main"]["studies"], words.judged, words.title, narrow
        ),
        lambda s, words: lights.alt_text(s["main"]["studies"], words.judged),
    ),
}
