"""Judgements of risk of bias as plain values for the page, and what of them waits for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.risk_of_bias.judgements import DIFFER, Answer, Appraisal, total
from living_review.risk_of_bias.tools import OVERALL, Tool

Row = Mapping[str, Any]

RATERS = 2  # where the protocol says nothing


def of_review(
    judged: Sequence[Appraisal], tools: Mapping[str, Tool], protocol: Row | None
) -> dict[str, Any]:
    """{"asked", "raters", "tools", "studies"}: asked, whether the protocol (its section on this,
    None if it has none) wants every study judged; studies: one entry a study, result and tool."""
    used = {one.tool for one in judged} | set((protocol or {}).get("tools", ()))
    return {
        "asked": protocol is not None,
        "raters": (protocol or {}).get("raters", RATERS),
        "tools": [_tool(tool) for name, tool in tools.items() if name in used],
        "studies": [_appraisal(one, tools[one.tool]) for one in judged],
    }


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "id": tool.id,
        "title": tool.title,
        "version": tool.version,
        "source": tool.source,
        "suits": tool.suits,
        "summed": tool.summed,
        "items": [{"item": item, "words": words} for item, words in tool.items.items()],
    }


def _appraisal(one: Appraisal, tool: Tool) -> dict[str, Any]:
    points = total(one, tool)
    return {
        "study_id": one.study_id,
        "result": one.result,
        "tool": one.tool,
        "items": [_answer(item, said, tool) for item, said in one.items.items()],
        "overall": _answer(OVERALL, one.overall, tool) if one.overall else None,
        "total": list(points) if points else None,
    }


def _answer(item: str, said: Answer, tool: Tool) -> dict[str, Any]:
    return {
        "item": item,
        "answer": said.answer,
        "words": tool.words(item, said.answer),
        "light": tool.light(item, said.answer),
        "standing": said.standing,
        "ratings": [
            {"rater": rater, "answer": answer, "words": tool.words(item, answer)}
            for rater, answer in said.ratings
        ],
        "support": said.support,
        "place": said.place,
    }


def waiting(shown: Row, studies: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    """Studies that nobody judged overall, or too few people; items about which raters differ.

    studies: those of the review, with `status`; the included ones have to be judged.
    """
    labels = {study["study_id"]: study["label"] for study in studies}
    included = [study["study_id"] for study in studies if study["status"] == "included"]
    raters: dict[str, set[str]] = {}
    for one in shown["studies"]:
        said_overall = one["overall"]["ratings"] if one["overall"] else ()
        raters.setdefault(one["study_id"], set()).update(each["rater"] for each in said_overall)
    done = {
        one["study_id"]
        for one in shown["studies"]
        if one["overall"]
        and (
            one["overall"]["standing"] == "consensus"
            or len({rating["rater"] for rating in one["overall"]["ratings"]}) >= shown["raters"]
        )
    }
    return {
        "risk_of_bias": [
            {"study_id": study, "label": labels[study], "raters": sorted(raters.get(study, ()))}
            for study in included
            if shown["asked"] and study not in done
        ],
        "risk_of_bias_conflicts": [
            {"label": labels.get(one["study_id"], one["study_id"])}
            | {name: one[name] for name in ("study_id", "result", "tool")}
            | {"item": said["item"], "ratings": said["ratings"]}
            for one in shown["studies"]
            for said in (*one["items"], *filter(None, [one["overall"]]))
            if said["standing"] == DIFFER
        ],
    }
