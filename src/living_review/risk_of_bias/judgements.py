"""What the raters' lines say about each study: per item, and overall as a person judged it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from living_review.risk_of_bias.tools import OVERALL, WORST_FIRST, Tool

Row = Mapping[str, Any]

CONSENSUS, AGREED, ONE, DIFFER = "consensus", "agreed", "one rater", "differ"
OPEN = (ONE, DIFFER)  # wait for a second rater or for a consensus


class Answer(NamedTuple):
    """What holds for one item, or overall."""

    answer: str  # of the tool; "" while raters differ
    standing: str  # CONSENSUS, AGREED, ONE or DIFFER
    ratings: tuple[tuple[str, str], ...]  # (rater, answer), by rater
    support: str  # of the line that holds, else of all
    place: str


class Appraisal(NamedTuple):
    """A study, or one result of it, judged by one tool."""

    study_id: str
    result: str  # an outcome; "" for the whole study
    tool: str
    items: Mapping[str, Answer]  # those answered, in the tool's order
    overall: Answer | None

    @property
    def answers(self) -> dict[str, str]:
        """{item: answer} of what holds."""
        return {item: said.answer for item, said in self.items.items() if said.answer}


def appraisals(rows: Iterable[Row], tools: Mapping[str, Tool]) -> list[Appraisal]:
    """What holds for each study, result and tool, whatever the order of the rows.

    rows: of risk_of_bias.csv. A consensus holds over the ratings; without one, all raters have to
    agree. Two lines of one rater, or two consensus lines, that differ are a difference. Lines
    that are none of their tool count for nothing; `check` names them.
    """
    said: dict[tuple[str, str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        tool = tools.get(row["tool"])
        if tool and row["answer"] in tool.allowed(row["item"]):
            said[row["study_id"], row["result"], row["tool"]][row["item"]].append(row)
    return [
        Appraisal(
            *about,
            {item: _answer(by_item[item]) for item in tools[about[2]].items if item in by_item},
            _answer(by_item[OVERALL]) if OVERALL in by_item else None,
        )
        for about, by_item in sorted(said.items())
    ]


def _answer(rows: Iterable[Row]) -> Answer:
    """rows: at least one, all about one item."""
    rows = sorted(rows, key=lambda row: (row["rater"], row["answer"], row["support"]))
    ratings = [row for row in rows if row["role"] != CONSENSUS]
    settled = [row for row in rows if row["role"] == CONSENSUS]
    counted = settled or ratings
    answers = {row["answer"] for row in counted}
    if len(answers) > 1:
        standing = DIFFER
    elif settled:
        standing = CONSENSUS
    else:
        standing = AGREED if len({row["rater"] for row in ratings}) > 1 else ONE
    return Answer(
        answers.pop() if len(answers) == 1 else "",
        standing,
        tuple(dict.fromkeys((row["rater"], row["answer"]) for row in ratings)),
        "; ".join(dict.fromkeys(row["support"] for row in counted if row["support"])),
        "; ".join(dict.fromkeys(row["source_place"] for row in counted if row["source_place"])),
    )


def overall_of_studies(
    judged: Iterable[Appraisal], tools: Mapping[str, Tool], outcome: str
) -> dict[str, str]:
    """{study: risk of bias overall, as people judged it}: high, some concerns, unclear or low.

    outcome: of which a judgement about one result counts; those about the whole study count always.
    Where several tools or results count, the worst. A study that nobody judged overall, or about
    which raters differ, is not among them.
    """
    found: dict[str, str] = {}
    for one in judged:
        if one.overall and one.overall.answer and one.result in ("", outcome):
            light = tools[one.tool].light(OVERALL, one.overall.answer)
            found[one.study_id] = min(found.get(one.study_id, light), light, key=WORST_FIRST.index)
    return found


def items_of_studies(
    judged: Iterable[Appraisal], tool: Tool, outcome: str = ""
) -> dict[str, dict[str, str]]:
    """{study: {item: what its answer speaks for}} by one tool, for plots: low, some concerns, high,
    unclear, not applicable, or "" while raters differ."""
    return {
        one.study_id: {item: tool.light(item, said.answer) for item, said in one.items.items()}
        for one in judged
        if one.tool == tool.id and one.result in ("", outcome)
    }


def total(appraisal: Appraisal, tool: Tool) -> tuple[int, int] | None:
    """The sum of the points, and the highest there could be; None where the tool has no sum, or an
    item has no answer yet.

    The items for comparisons count as soon as one of them is answered by points.
    """
    said = appraisal.answers
    if not tool.summed:
        return None
    compared = any(said.get(item, "").isdecimal() for item in tool.comparison_only)
    items = [item for item in tool.items if compared or item not in tool.comparison_only]
    if not all(item in said for item in items):
        return None
    points = sum(int(said[item]) for item in items if said[item].isdecimal())
    return points, tool.ideal["all" if compared else "without_comparison"]
