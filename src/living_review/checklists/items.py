"""The items of each checklist that comes with the program: number, subject, what answers it.

Items are named by their subjects in our words. Nothing here is the wording of a source.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from living_review import files

FOLDER = Path(__file__).parent
IDS = ("prisma_2020", "prisma_s", "prisma_lsr")  # in the order of the page


class Item(NamedTuple):
    """One item. An element whose number is not known here has an id of small letters."""

    id: str
    number: str  # as the source counts; "" if it is not known here
    subject: str
    where: str  # the id of a place on the page
    answered_by: tuple[str, ...]  # findings of report.reported
    person: str  # what only a person can say; "" if findings answer the whole item


class Checklist(NamedTuple):
    id: str
    title: str
    source: str
    doi: str
    note: str  # how far the items here stand for those of the source
    items: Mapping[str, Item]


def paths() -> dict[str, Path]:
    return {name: FOLDER / f"{name}.yaml" for name in IDS}


def digests() -> dict[str, str]:
    """{checklist: digest of its file}, for what is computed from them."""
    return {name: files.digest(path.read_bytes()) for name, path in paths().items()}


@cache
def read() -> dict[str, Checklist]:
    """Every checklist by its id."""
    return {name: _checklist(name, _yaml(path)) for name, path in paths().items()}


def _yaml(path: Path) -> Any:
    from ruamel.yaml import YAML  # not when the workflow is read

    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def _checklist(name: str, told: Mapping[str, Any]) -> Checklist:
    items = {
        number: Item(
            id=number,
            number=of.get("number", number),
            subject=of["subject"],
            where=of["where"],
            answered_by=tuple(of.get("answered_by", ())),
            person=of.get("person", ""),
        )
        for number, of in told["items"].items()
    }
    return Checklist(name, told["title"], told["source"], told["doi"], told["note"], items)
