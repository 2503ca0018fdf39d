"""The tools by which risk of bias is judged: items, answers, what an overall judgement may be.

A review's own tools, and its own versions of those that come with the program, lie in
config/risk_of_bias/<tool>.yaml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from living_review import files, schemas
from living_review.errors import ConfigError

FOLDER = Path("config/risk_of_bias")
SHIPPED = Path(__file__).with_name("instruments")
OVERALL = "overall"  # what the column `item` says of the judgement of the whole
# What an answer may speak for.
WORST_FIRST = ("high", "some concerns", "unclear", "low", "not applicable")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; items and answers in their order."""

    id: str
    title: str
    version: str
    source: str
    suits: str
    for_results: bool  # whether each judgement is about one result
    summed: bool  # whether the answers are points that may be added up
    ideal: Mapping[str, int]  # highest sum of "all" items, and "without_comparison"
    items: Mapping[str, str]  # number: words
    comparison_only: tuple[str, ...]
    answers: Mapping[str, Mapping[str, str]]  # answer: {words, light}
    overall: Mapping[str, Mapping[str, str]]

    def allowed(self, item: str) -> list[str]:
        """The answers to an item, or the overall judgements; [] if there is no such item."""
        if item == OVERALL:
            return list(self.overall)
        return list(self.answers) if item in self.items else []

    def light(self, item: str, answer: str) -> str:
        """The risk of bias that an answer speaks for: low, some concerns, high, unclear, not
        applicable (WORST_FIRST); "" if it is none of the tool."""
        said = (self.overall if item == OVERALL else self.answers).get(answer, {})
        return said.get("light", "")

    def words(self, item: str, answer: str) -> str:
        said = (self.overall if item == OVERALL else self.answers).get(answer, {})
        return said.get("words", answer)


def available() -> dict[str, Path]:
    """The file of each tool by its id, those of the review before those of the program."""
    paths = [*SHIPPED.glob("*.yaml"), *FOLDER.glob("*.yaml")]
    return {path.stem: path for path in sorted(paths, key=lambda path: path.parent == FOLDER)}


def digests() -> dict[str, str]:
    """{tool: digest of its file}, for what is computed from tools."""
    return {name: files.digest(path.read_bytes()) for name, path in sorted(available().items())}


def read(ids: Iterable[str] | None = None) -> dict[str, Tool]:
    """The tools by id; all that there are, or those of `ids` that exist.

    Raises ConfigError with every problem of every file.
    """
    paths = available()
    wanted = paths if ids is None else [one for one in ids if one in paths]
    found, problems = {}, []
    for name in sorted(wanted):
        try:
            document, faults = schemas.read(paths[name], "risk_of_bias")
        except ConfigError as error:
            problems += error.args[0]
            continue
        problems += schemas.problems(document, [*faults, *([] if faults else _rules(document))])
        if not faults:
            found[name] = _tool(name, document)
    if problems:
        raise ConfigError(problems)
    return found


def _rules(document: Mapping[str, Any]) -> Iterable[schemas.Fault]:
    """What the schema can't say: ids that don't exist, points that are no numbers."""
    items = list(document["items"])
    if OVERALL in items:
        yield ("items", OVERALL), "is a taken name", "another: it names the judgement of the whole"
    for place, item in enumerate(document.get("comparison_only", ())):
        if item not in items:
            path = ("comparison_only", place)
            yield path, schemas.shown(item), schemas.nearest(item, items)
    points = [answer for answer in document["answers"] if answer.isdecimal()]
    if document["total"] == "sum" and not points:
        yield ("total",), "is 'sum'", "none, since no answer is a number"
    if document["total"] == "sum" and "ideal" not in document:
        yield ("ideal",), "is missing", "the highest sum, since the answers are added up"


def _tool(name: str, document: Mapping[str, Any]) -> Tool:
    return Tool(
        id=name,
        title=document["title"],
        version=document["version"],
        source=document["source"],
        suits=document["suits"],
        for_results=document["judged_for"] == "result",
        summed=document["total"] == "sum",
        ideal=document.get("ideal", {}),
        items=document["items"],
        comparison_only=tuple(document.get("comparison_only", ())),
        answers=document["answers"],
        overall=document["overall"],
    )
