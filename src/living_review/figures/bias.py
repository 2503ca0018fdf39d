"""Judgements of risk of bias as lights: each has a sign, a word and a colour."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

LOW, SOME, HIGH, UNCLEAR, NOT_APPLICABLE, NOT_JUDGED = (
    "low", "some concerns", "high", "unclear", "not applicable", "not judged",
)  # fmt: skip
WORST_FIRST = (HIGH, SOME, UNCLEAR, LOW, NOT_APPLICABLE)


class Light(NamedTuple):
    sign: str
    color: str  # of the disc, on which the sign stands in white
    ring: bool = False  # empty: nothing was to be judged, or nobody did


LIGHTS = {
    LOW: Light("+", "#1d6338"),
    SOME: Light("!", "#8f5a00"),
    HIGH: Light("\u2212", "#a3182a"),
    UNCLEAR: Light("?", "#55646e"),
    NOT_APPLICABLE: Light("/", "#55646e", ring=True),
    NOT_JUDGED: Light("", "#55646e", ring=True),
}


Row = Mapping[str, Any]


class Judged(NamedTuple):
    """What people judged about the studies of an analysis.

    items: (id, words) of each question or domain of one tool, in its order; of_study: study id ->
    {item id: light}; overall: study id -> light; answers: light -> what the tool's answers are
    called; tool: its title.
    """

    items: Sequence[tuple[str, str]] = ()
    of_study: Mapping[str, Mapping[str, str]] = {}
    overall: Mapping[str, str] = {}
    answers: Mapping[str, str] = {}
    tool: str = ""


NOTHING = Judged()


def light(judgement: Any) -> str:
    """The light of a judgement; of what is none, such as answers that differ, an empty one."""
    return judgement if judgement in LIGHTS else NOT_JUDGED


def bearing(found: Row, outcome: str, study_ids: Collection[str]) -> dict[str, Any]:
    """Of all judgements what bears on some studies of one outcome, without what supports them.

    found: {tools, studies} as risk_of_bias.plain.of_review has them; so has the answer.
    """
    about = [
        {name: one[name] for name in ("study_id", "result", "tool")}
        | {"items": [_said(said) for said in one["items"]]}
        | {"overall": _said(one["overall"]) if one["overall"] else None}
        for one in found["studies"]
        if one["result"] in ("", outcome) and one["study_id"] in study_ids
    ]
    used = {one["tool"] for one in about}
    return {
        "tools": [
            {name: tool[name] for name in ("id", "title", "items")}
            for tool in found["tools"]
            if tool["id"] in used
        ],
        "studies": about,
    }


def _said(answer: Row) -> dict[str, str]:
    return {name: answer[name] for name in ("item", "light", "words")}


def of_analysis(found: Row, outcome: str, study_ids: Collection[str]) -> Judged:
    """The judgements that bear on some studies of one outcome.

    found: {tools, studies} as risk_of_bias.plain.of_review has them. Of several tools the one that
    most of the studies were judged by gives the items; overall the worst judgement of all counts.
    """
    about = [
        one
        for one in sorted(found["studies"], key=lambda one: one["result"])
        if one["result"] in ("", outcome) and one["study_id"] in study_ids
    ]
    uses = Counter(one["tool"] for one in about if one["items"])
    if not uses:
        return Judged(overall=_overall(about))
    most = min(uses, key=lambda name: (-uses[name], name))
    tool = next(one for one in found["tools"] if one["id"] == most)
    of_study: dict[str, dict[str, str]] = {}
    answers: dict[str, set[str]] = {}
    for one in about:
        for said in one["items"] if one["tool"] == most else ():
            of_study.setdefault(one["study_id"], {})[said["item"]] = said["light"]
            if said["light"]:
                answers.setdefault(said["light"], set()).add(said["words"].lower())
    return Judged(
        [(item["item"], item["words"]) for item in tool["items"]],
        of_study,
        _overall(about),
        {one: " or ".join(sorted(words)) for one, words in sorted(answers.items())},
        tool["title"],
    )


def _overall(about: Sequence[Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in about:
        said = light((one["overall"] or {}).get("light"))
        if said != NOT_JUDGED:
            so_far = found.get(one["study_id"], said)
            found[one["study_id"]] = min(so_far, said, key=WORST_FIRST.index)
    return found


def legend(lights: Collection[str], answers: Mapping[str, str] = MappingProxyType({})) -> str:
    """The signs that a figure uses, in words."""
    used = [one for one in LIGHTS if one in lights]
    return ", ".join(f"{LIGHTS[one].sign or 'empty ring'} {answers.get(one, one)}" for one in used)


def tally(lights: Sequence[str], answers: Mapping[str, str] = MappingProxyType({})) -> str:
    """How many of each light, such as 3 low, 1 high."""
    counts = ((one, sum(light == one for light in lights)) for one in LIGHTS)
    return ", ".join(f"{n} {answers.get(one, one)}" for one, n in counts if n)
