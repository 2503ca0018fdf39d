"""How to cite this version, and what of it can be downloaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.report import escape
from living_review.report.markdown import blocks, bullets

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """The citation in words, then the files that lie beside the page."""
    return blocks(
        f"**To cite.** {escape.text(citation(results))}",
        bullets(_downloads(results["codebook"])),
        "The plots have their files beneath them.",
    )


def _downloads(tables: Sequence[Row]) -> Iterable[str]:
    yield "[results.json](results.json): every number on this page"
    if tables:
        yield "[datapackage.json](data/datapackage.json): what the tables hold, as a data package"


def citation(results: Row) -> str:
    """Authors, title, kind, version and day, as far as they are known."""
    review = results["review"]
    names = [author["name"] for author in review.get("authors", ())]
    made = [
        ", ".join(names),
        f"{review['title']}: a living systematic review",
        version(results),
        review.get("address", ""),
    ]
    return ". ".join(piece.rstrip(".") for piece in made if piece) + "."


def version(results: Row) -> str:
    """Which version of the review this is, in words that hold for any state of it."""
    this, before = (results["versions"][name] for name in ("this", "before"))
    if this:
        return f"Version {this}"
    return f"Not published, after version {before}" if before else "Not published yet"
