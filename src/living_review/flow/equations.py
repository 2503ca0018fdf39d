"""The equations that hold between the boxes of a flow, whatever waits for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from living_review.errors import ReviewError
from living_review.flow import methods
from living_review.flow.counts import GROUPS, OUT, total

# box: boxes that it is the sum of
PARTS = {
    "identified": ("duplicates", "automation", "unreadable", "awaiting_screening", "screened"),
    "screened": ("excluded", "sought"),
    "sought": ("not_retrieved", "awaiting_full_text", "assessed"),
    "assessed": ("ineligible", "awaiting_extraction", "included"),
}
LISTED_NOT = ("automation", "unreadable")  # no record stands behind what is counted here

Counts = Mapping[str, Any]
Equation = tuple[
    str, Any, str, Any
]  # what, its number, what it has to be equal to, the number of that


def balance(counts: Counts) -> list[str]:
    """The equations that these counts break, each with its numbers; none if they are right."""
    return [
        f"{left} ({is_}) is not {right} ({should})"
        for left, is_, right, should in _equations(counts)
        if is_ != should
    ]


def require_balance(counts: Counts) -> None:
    """Raises ReviewError that names every equation that is broken."""
    broken = balance(counts)
    if broken:
        raise ReviewError(
            "The PRISMA flow does not balance, so that it was not written:\n"
            + "\n".join(f"- {equation}" for equation in broken)
        )


def _equations(counts: Counts) -> Iterator[Equation]:
    for column in methods.COLUMNS:
        boxes = {box: one["n"] for box, one in counts["columns"][column].items()}
        for box, parts in PARTS.items():
            words = " + ".join(parts)
            yield f"{column}: {box}", boxes[box], words, sum(boxes[part] for part in parts)
        reasons = counts["reasons"][column]
        given = sum(reason["n"] for reason in reasons)
        yield f"{column}: ineligible", boxes["ineligible"], "the sum of its reasons", given
        brought = sum(
            source["records"] + source["unreadable"]
            for source in counts["sources"]
            if source["column"] == column
        )
        words = "new records + unreadable entries of its sources"
        yield f"{column}: identified", boxes["identified"], words, brought
        yield from _lists(column, counts)
    for source in counts["sources"]:
        parts = source["records"] + source["again"] + source["unreadable"]
        words = "new records + records found again + unreadable entries"
        yield f"{source['name']}: entries found", source["found"], words, parts
    yield from _studies(counts)


def _lists(column: str, counts: Counts) -> Iterator[Equation]:
    """Each number is that of the records in its list, and no list names one twice."""
    boxes = counts["columns"][column]
    for box, one in boxes.items():
        if box not in LISTED_NOT:
            listed = len(set(one["works"])) + (
                boxes["unreadable"]["n"] if box == "identified" else 0
            )
            yield f"{column}: {box}", one["n"], "the records listed", listed
    for reason in counts["reasons"][column]:
        listed = len(set(reason["works"]))
        yield f"{column}: excluded, {reason['words']}", reason["n"], "the records listed", listed


def _studies(counts: Counts) -> Iterator[Equation]:
    included = counts["included"]
    reports = sum(included[group]["n"] for group in GROUPS)
    from_columns = sum(counts["columns"][column]["included"]["n"] for column in methods.COLUMNS)
    words = "reports of new, unknown, previous studies and of those that are out"
    yield "reports included in all columns", from_columns, words, reports
    yield (
        "studies that are out",
        sorted(included[OUT]["studies"]),
        "those that were new, unknown and previous",
        sorted(one for of in counts["out"].values() for one in of),
    )
    previous = counts["previous"]
    should = total(previous, included, counts["out"])
    for what in ("studies", "reports"):
        words = "previous + new - out, with and without the unknown"
        yield f"total {what}, least and most", counts["total"][what], words, should[what]
    if previous is not None:
        again = len(included["again"]["studies"]) + len(counts["out"]["again"])
        words = "at most the studies of the previous version"
        yield (
            "included studies with in_index_review = yes",
            again,
            words,
            min(again, previous["studies"]),
        )
