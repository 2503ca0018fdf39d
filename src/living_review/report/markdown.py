"""Markdown blocks that Quarto and Pandoc read alike; outside text must come in escaped."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from living_review.report import escape

T = TypeVar("T")

MOST = 200  # entries of a list that a page shows, to open on a phone however long the list

# "l" is what a column is anyway: said of every cell, it would make large pages larger.
ALIGN = {"l": "---", "r": "--:", "c": ":-:"}


def blocks(*parts: str) -> str:
    """Blocks with an empty line between them; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def div(css_class: str, *content: str) -> str:
    inner = blocks(*content)
    fence = ":" * (_longest_fence(inner) + 1)
    return f"{fence} {{.{css_class}}}\n\n{inner}\n{fence}"


def bullets(entries: Iterable[str]) -> str:
    return "\n".join(f"- {entry}" for entry in entries)


def details(summary: str, *content: str) -> str:
    """A block that opens on a click, without JavaScript; formats other than HTML show it whole."""
    return blocks(
        f"```{{=html}}\n<details>\n<summary>{escape.text(summary)}</summary>\n```",
        *content,
        "```{=html}\n</details>\n```",
    )


def cut(entries: Sequence[T], most: int = MOST) -> tuple[Sequence[T], str]:
    """The first entries of a list that may be long, and a sentence on the others; "" if none."""
    rest = len(entries) - most
    if rest <= 0:
        return entries, ""
    said = f"The first {most:,} are shown; {rest:,} more are in [results.json](results.json)."
    return entries[:most], said


def table(
    name: str,
    head: Sequence[str],
    align: str,
    rows: Iterable[Sequence[str]],
    label: str = "",
) -> str:
    """A pipe table in a box of its own, which scrolls sideways where the table is wider.

    name: the caption if there is a label (tbl-...), else what a screen reader calls the box.
    """
    lines = [
        _row(head),
        _row([ALIGN[side] for side in align]),
        *(_row(row) for row in rows),
    ]
    caption = f"\n: {escape.text(name)} {{#{label}}}\n" if label else ""
    return scrolling("wide", name, "\n".join(lines) + "\n" + caption)


def scrolling(css_class: str, name: str, content: str) -> str:
    """A box that scrolls sideways on its own, and can be reached by keyboard."""
    attributes = f'.{css_class} tabindex="0" role="region" aria-label="{escape.text(name)}"'
    return f"::: {{{attributes}}}\n\n{content}\n\n:::"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell or "\u2013" for cell in cells) + " |"


def _longest_fence(content: str) -> int:
    fences = (line.split(" ")[0] for line in content.splitlines() if line.startswith(":::"))
    return max((len(fence) for fence in fences), default=2)
