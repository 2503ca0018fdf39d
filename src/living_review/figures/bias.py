"""Judgements of risk of bias as lights: each has a sign, a word and a colour."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

LOW, SOME, HIGH, UNCLEAR, NOT_APPLICABLE, NOT_JUDGED = (
    "low", "some concerns", "high", "unclear", "not applicable", "not judged",
)  # fmt: skip


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

# Answers of checklists that ask whether something was done well.
ANSWERS = {"yes": LOW, "no": HIGH, "moderate": SOME, "serious": HIGH, "critical": HIGH}


class Judged(NamedTuple):
    """What people judged about studies.

    items: (id, words) of each domain or question, in the tool's order; of_study: study id ->
    {item id: judgement}; overall: study id -> judgement; yes_no: whether the items are questions.
    """

    items: Sequence[tuple[str, str]] = ()
    of_study: Mapping[str, Mapping[str, str]] = {}
    overall: Mapping[str, str] = {}
    yes_no: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.of_study or self.overall)


NOTHING = Judged()


def light(judgement: Any) -> str:
    """The light of a judgement or an answer; what is none of them was not judged."""
    said = str(judgement or "").strip().lower().replace("_", " ")
    said = ANSWERS.get(said, said)
    return said if said in LIGHTS else NOT_JUDGED


def legend(lights: Sequence[str], yes_no: bool = False) -> str:
    """The signs that a figure uses, in words."""
    words = {LOW: "yes", HIGH: "no"} if yes_no else {}
    used = [one for one in LIGHTS if one in lights]
    return ", ".join(f"{LIGHTS[one].sign or 'empty ring'} {words.get(one, one)}" for one in used)


def tally(lights: Sequence[str], yes_no: bool = False) -> str:
    """How many of each light, such as 3 low, 1 high."""
    words = {LOW: "yes", HIGH: "no"} if yes_no else {}
    counts = ((one, sum(light == one for light in lights)) for one in LIGHTS)
    return ", ".join(f"{n} {words.get(one, one)}" for one, n in counts if n)
