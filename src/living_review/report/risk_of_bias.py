"""The section on risk of bias: what people judged about each study, and what they based it on."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import anchors, escape, who, words
from living_review.report.markdown import blocks, bullets, cut, details, table

Row = Mapping[str, Any]

STANDINGS = {
    "consensus": "agreed on after discussion",
    "agreed": "both gave this answer",
    "one rater": "one person so far",
    "differ": "raters differ",
}
TABLE = "resources/extraction/risk_of_bias.csv"


def part(results: Row) -> str:
    """A table of answers for each tool, its items in words, and every answer with its support."""
    found = results["risk_of_bias"]
    by_tool = {tool["id"]: tool for tool in found["tools"]}
    return blocks(
        _how(found),
        *(
            _tool(tool, [one for one in found["studies"] if one["tool"] == name], results)
            for name, tool in by_tool.items()
        ),
    )


def _how(found: Row) -> str:
    if not found["tools"]:
        return "The protocol does not say how risk of bias is judged, and nobody has judged it."
    named = ", ".join(
        f"{escape.text(tool['title'])} ({escape.text(tool['version'])}: "
        f"{escape.text(tool['suits'])}; {escape.text(tool['source'])})"
        for tool in found["tools"]
    )
    said = (
        f"Judged by {words.counted(found['raters'], 'person', 'people')} for each study, "
        f"with {named}. The items stand here in our words. The overall judgement is a person's; "
        "no sum of answers makes it."
    )
    return said if found["studies"] else f"{said} No study has been judged yet."


def _tool(tool: Row, judged: list[Row], results: Row) -> str:
    if not judged:
        return ""
    title = escape.text(tool["title"])
    items = [one["item"] for one in tool["items"]]
    sums = ["Sum"] if tool["summed"] else []
    named = list(zip(judged, _names(judged, results), strict=True))
    rows = (_study(one, name, items, bool(sums)) for one, name in named)
    heading = f"Risk of bias by {tool['title']}"
    return blocks(
        f"### {title}",
        table(
            heading,
            ["Study", *map(escape.text, items), "Overall", *sums],
            "l" * (len(items) + 2 + len(sums)),
            rows,
        ),
        details(
            f"What the items of {tool['title']} ask",
            bullets(
                f"**{escape.text(one['item'])}.** {escape.text(one['words'])}"
                for one in tool["items"]
            ),
        ),
        details(
            f"Every answer by {tool['title']}, with what it is based on",
            table(
                f"Answers by {tool['title']}",
                ["Study", "Item", "Answer", "How it came about", "Support", "Place"],
                "llllll",
                (row for one, name in named for row in _answers(one, name)),
            ),
        ),
    )


def _study(one: Row, name: str, items: list[str], summed: bool) -> list[str]:
    said = {answer["item"]: answer for answer in one["items"]}
    total = one["total"]
    return [
        name,
        *(_short(said.get(item)) for item in items),
        _short(one["overall"]) or "not judged yet",
        *([f"{total[0]} of {total[1]}" if total else ""] if summed else []),
    ]


def _short(answer: Row | None) -> str:
    if answer is None:
        return ""
    return escape.text(answer["words"]) if answer["answer"] else STANDINGS["differ"]


def _names(judged: Iterable[Row], results: Row) -> Iterable[str]:
    """The study of each, linked, with the outcome where the judgement is of one result."""
    labels = {study["study_id"]: study["label"] for study in results["studies"]}
    known = anchors.of_studies(results)
    for one in judged:
        study_id = one["study_id"]
        name = anchors.to_study(study_id, labels.get(study_id) or study_id, known)
        if one["result"]:
            outcome = results["outcomes"].get(one["result"], {}).get("label", one["result"])
            name = f"{name}: {escape.text(outcome)}"
        yield name


def _answers(one: Row, name: str) -> Iterable[list[str]]:
    for said in (*one["items"], *filter(None, [one["overall"]])):
        ratings = "; ".join(
            f"{escape.text(rating['rater'])}: {escape.text(rating['words'])}"
            for rating in said["ratings"]
        )
        yield [
            name,
            escape.text(said["item"]),
            _short(said),
            STANDINGS[said["standing"]] + (f" ({ratings})" if ratings else ""),
            escape.text(said["support"]),
            escape.text(said["place"]),
        ]


def waiting(lists: Mapping[str, list[Row]]) -> str:
    """What of it waits for people; nothing if nothing does."""
    return blocks(_unjudged(lists["risk_of_bias"]), _differing(lists["risk_of_bias_conflicts"]))


def _unjudged(studies: list[Row]) -> str:
    if not studies:
        return ""
    shown, others = cut(studies)
    return details(
        f"{words.counted(len(studies), 'study', 'studies')} to be judged for risk of bias",
        "Answer each item, and overall, on the sheet risk_of_bias of the workbook, or by lines in "
        f"{escape.text(TABLE)}.",
        bullets(
            escape.text(study["label"] or study["study_id"]) + who.asked("risk_of_bias", study)
            for study in shown
        ),
        others,
    )


def _differing(items: list[Row]) -> str:
    if not items:
        return ""
    heading = f"{words.counted(len(items), 'item')} about whose risk of bias raters differ"
    return details(
        heading,
        "Talk it over, and enter what you agree on, with the role consensus. The ratings stay.",
        table(
            heading,
            ["Study", "Tool", "Item", "Ratings"],
            "llll",
            [
                [
                    escape.text(item["label"]),
                    escape.text(item["tool"]),
                    escape.text(item["item"]),
                    "; ".join(
                        f"{escape.text(one['rater'])}: {escape.text(one['words'])}"
                        for one in item["ratings"]
                    ),
                ]
                for item in items
            ],
        ),
    )
