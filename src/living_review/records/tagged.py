"""A field of a text whose lines begin with tags."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Field(NamedTuple):
    """A tag and its value in the lines over which it was wrapped.

    The lines are joined once, at the end: a file in which nothing is a tag may have millions.
    """

    tag: str  # "" for lines before the first tag
    lines: list[str]

    @property
    def value(self) -> str:
        return " ".join(filter(None, self.lines))


def by_tag(fields: Iterable[Field]) -> Callable[..., list[str]]:
    """A function that gives the values of the tags it is asked for, tag by tag, blank ones not."""
    values: dict[str, list[str]] = {}
    for field in fields:
        if value := field.value:
            values.setdefault(field.tag, []).append(value)
    return lambda *tags: [value for tag in tags for value in values.get(tag, ())]
