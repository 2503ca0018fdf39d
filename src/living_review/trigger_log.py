"""The log of every time the triggers of the protocol were asked, whatever they said."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review import files, ledgers, run_log, tables

PATH = "resources/trigger_log.csv"
COLUMNS = ("time", "version", "trigger", "outcome", "words")
MET, NOT_MET = "met", "not met"


def read() -> list[dict[str, str]]:
    """Every line, the earliest first, whatever the order of the file."""
    return sorted(tables.cells(PATH, COLUMNS), key=lambda line: [line[name] for name in COLUMNS])


def settled(
    every: Iterable[Mapping[str, str]], version: str, searched: str
) -> list[dict[str, str]]:
    """The lines from before the last version, or from before the last search began.

    version: the last one, "" if none is published; searched: the time of the last attempt. What was
    asked since is what the review says now: to ask again must not change the page.
    """
    return [
        dict(one)
        for one in every
        if one["trigger"] and (one["version"] != version or one["time"] < searched)
    ]


def lines(time: str, version: str, told: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """told: as the results of the page have them; version: what they were held against."""
    return [
        {
            "time": time,
            "version": version,
            "trigger": one["trigger"],
            "outcome": MET if one["met"] else NOT_MET,
            "words": tables.harmless(one["words"]),
        }
        for one in told
    ]


def is_behind() -> bool:
    """Whether a search has begun since the triggers were asked last, or they never were."""
    asked = max((line["time"] for line in tables.cells(PATH, COLUMNS)), default="")
    attempts = run_log.read()
    return bool(attempts) and attempts[-1]["time"] > asked


def add(new: Iterable[Mapping[str, str]]) -> None:
    """Lines at the end; nothing else of the file changes. Raises TableError if it can't be read."""
    content = tables.content(PATH)
    files.replace_bytes(PATH, ledgers.appended(content, PATH, COLUMNS, new))
