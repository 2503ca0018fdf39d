"""A field of a text whose lines begin with tags."""

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
