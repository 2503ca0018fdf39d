"""What people say about items of a checklist: config/checklists.yaml, which a review may lack."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from living_review import files, schemas, tables
from living_review.checklists import items
from living_review.errors import ConfigError
from living_review.nearest import meant
from living_review.schemas import KeyProblem

PATH = "config/checklists.yaml"
ANSWERED, IN_PART, NOT_ANSWERED, NOT_APPLICABLE = STATES = (
    "answered",
    "in_part",
    "not_answered",
    "not_applicable",
)


class Said(NamedTuple):
    """What a person says of an item, and how far that answers it: one of STATES."""

    state: str
    words: str


def digests() -> dict[str, str]:
    """Of the checklists and of what people said, for the names of what is computed from them."""
    return items.digests() | {PATH: files.digest(tables.content(PATH))}


def read() -> dict[str, dict[str, Said]]:
    """{checklist: {id of an item: what a person says}}; nothing of any without the file.

    Raises ConfigError with everything that is wrong.
    """
    document, problems = _document()
    if problems:
        raise ConfigError(problems)
    return {
        name: {item: Said(*next(iter(one.items()))) for item, one in said.items()}
        for name, said in document.items()
    }


def check() -> list[KeyProblem | str]:
    """Everything that is wrong in the file: keys, and items that no checklist has."""
    return _document()[1]


def _document() -> tuple[Mapping[str, Any], list[KeyProblem | str]]:
    if not Path(PATH).exists():
        return {}, []
    try:
        document, faults = schemas.read(PATH, "checklists")
    except ConfigError as error:
        return {}, list(error.args[0])
    return document, list(schemas.problems(document, [*faults, *_unknown(document)]))


def _unknown(document: Mapping[str, Any]) -> Iterator[schemas.Fault]:
    """Items that their checklist does not have; what is no checklist, the schema refuses."""
    for name, checklist in items.read().items():
        said = document.get(name)
        for item in said if isinstance(said, dict) else ():
            if item not in checklist.items:
                near = nearest(item, checklist.items)
                allowed = f"{near} (the nearest of {', '.join(checklist.items)})"
                yield (name, item), f"is no item of {checklist.title}", allowed


_NUMBER = re.compile(r"([a-z]?)([0-9]+)([a-z]?)")


def nearest(word: str, numbers: Iterable[str]) -> str:
    """The item that a wrong number probably stands for: 24a for 24 or "24 A", 24c for 24d."""
    numbers = list(numbers)
    plain = re.sub(r"[^a-z0-9]", "", word.lower().removeprefix("item"))
    asked = _NUMBER.fullmatch(plain)
    if not asked:
        return meant(word, numbers) or numbers[0]
    letter, digits, part = asked.groups()

    def distance(number: str) -> tuple[int, int, int]:
        of = _NUMBER.fullmatch(number.lower())
        if not of:
            return (2, 0, 0)
        far = abs(int(of[2]) - int(digits))
        return (of[1] != letter, far, abs(ord(of[3] or "a") - ord(part or "a")))

    return min(numbers, key=distance)
