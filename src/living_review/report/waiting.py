"""The section on what waits for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, details, table

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """What people have to decide next: counts in words, lists that open."""
    lists, counts = results["waiting"]["lists"], results["waiting"]["counts"]
    if not any(counts.values()):
        return "Nothing waits for a decision.\n"
    asked = words.counted(counts["questions"], "question")
    return blocks(
        _records(lists["screen"], "record", "records", "to be screened by title and abstract"),
        _records(lists["full_text"], "report", "reports", "to be assessed in full text"),
        _records(lists["conflicts"], "conflict", "conflicts", "to be resolved"),
        _records(lists["extract"], "included study", "included studies", "to be extracted"),
        f"[{asked} to the review team](#questions)" if counts["questions"] else "",
    )


def _records(records: Sequence[Row], one: str, many: str, task: str) -> str:
    if not records:
        return f"No {one} waits {task}."
    return details(
        f"{words.counted(len(records), one, many)} {task}",
        table(
            f"{many.capitalize()} {task}",
            ["Record", "Authors", "Year", "Journal", "Id"],
            "llrll",
            [
                [
                    escape.link(
                        row.get("title") or row.get("label") or row.get("record_id") or "untitled",
                        escape.address_of(row.get("record_id") or ""),
                    ),
                    escape.text(_first(row.get("authors") or row.get("first_author"))),
                    escape.text(row.get("year")),
                    escape.text(row.get("journal")),
                    escape.text(row.get("record_id")),
                ]
                for row in records
            ],
        ),
    )


def _first(authors: str | None) -> str:
    names = [name.strip() for name in (authors or "").split(";") if name.strip()]
    return f"{names[0]} et al." if len(names) > 1 else "".join(names)
