"""The section on the totals of the review that is continued."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, table

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """The totals of the continued review, never mixed with our own studies."""
    rows = [row for row in results["published"] if row["total"]]
    counts = [row for row in results["published"] if not row["total"]]
    if not results["published"]:
        if "continues" in results["review"]:
            return "The published review's totals have not been entered.\n"
        return "This review continues no published one.\n"
    counts.sort(key=lambda row: row["events"])
    stated = ", ".join(f"{row['events']:,} {escape.text(row['measure'])}" for row in counts)
    return blocks(
        f"The published review states {stated}." if stated else "",
        table(
            "Totals of the published review, as printed",
            ["Group", "Measure", "Events of patients", "As printed", "95% CI, exact", "Bounds"],
            "llrrrr",
            [
                [
                    "all patients" if row["group"] == "all" else escape.text(row["group"]),
                    escape.text(row["measure"]),
                    f"{row['events']:,} of {row['total']:,}",
                    _as_printed(row),
                    words.interval(row["ci"]) if row.get("ci") else "",
                    _open(row),
                ]
                for row in rows
            ],
            "tbl-published",
        ),
    )


def _as_printed(row: Row) -> str:
    printed, counted = row["percent_as_printed"], row.get("percent")
    if not printed:
        return "not printed"
    if counted and float(counted) != float(printed):
        return f"{escape.text(printed)}% (the counts give {escape.text(counted)}%)"
    return f"{escape.text(printed)}%"


def _open(row: Row) -> str:
    found = row.get("bounds")
    if not found:
        return "none stated"
    low, high = found["low"], found["high"]
    if low["events"] == high["events"]:
        return "no outcome is unknown"
    return words.interval([low["estimate"], high["estimate"]])
