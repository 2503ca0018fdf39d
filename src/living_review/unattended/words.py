"""Markdown for GitHub: text from outside in it calls nobody, links nowhere, closes nothing."""

import re
from collections.abc import Iterable, Sequence

from living_review.report import escape
from living_review.unattended.github import LONGEST

# GitHub looks for names, numbers of issues and e-mail after it has decoded the text: a space of no
# width behind the mark hides them from it, and from nobody else.
_CALLS = re.compile(r"&#(?:64|35);|&#45;(?=\d)")
NO_WIDTH = "&#8203;"
TITLE = 200  # characters


def text(value: object) -> str:
    """The words in one line, as they are."""
    return _CALLS.sub(lambda mark: mark[0] + NO_WIDTH, escape.text(value))


def short(value: object) -> str:
    """The same, cut where it is long."""
    words = escape.one_line(value)
    return text(words if len(words) <= TITLE else words[: TITLE - 3] + "...")


def link(words: object, address: str) -> str:
    return f"[{short(words)}](<{address}>)" if address else short(words)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells must come in escaped; "" for no rows."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    ruler = "|" + " --- |" * len(head)
    return "\n".join(["| " + " | ".join(head) + " |", ruler, *lines]) if lines else ""


def bullets(entries: Sequence[str], most: int) -> str:
    """The first `most` of them, and how many more there are."""
    lines = [f"- {entry}" for entry in entries[:most]]
    more = len(entries) - most
    return "\n".join([*lines, f"- ... and {more:,} more"] if more > 0 else lines)


def whole(*parts: str) -> str:
    """Parts with an empty line between them, as far as GitHub takes them; empty ones left out."""
    kept, length = [], 0
    for part in filter(None, parts):
        length += len(part) + 2
        if length > LONGEST:
            kept.append("The rest is too long for this place; the page has all of it.")
            break
        kept.append(part)
    return "\n\n".join(kept) + "\n"
