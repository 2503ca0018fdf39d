"""What the result of an analysis would be if one choice had been made otherwise, on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, details, table

Row = Mapping[str, Any]


def part(analysis: Row) -> str:
    """A sentence that everybody sees, the table folded away; nothing where nothing is pooled."""
    main, lines = analysis["synthesis"]["main"], analysis["synthesis"]["sensitivity"]
    if not main["n_known"] or not lines:
        return ""
    made = [line for line in lines if not line["refused"]]
    folded = [
        _table(analysis["title"], main, made) if made else "",
        bullets(_notes(main, made)),
        blocks("Could not be made:", bullets(_refusals(lines))) if len(made) < len(lines) else "",
    ]
    summary = f"Sensitivity analyses ({len(made)} of {len(lines)} could be made)"
    return blocks(_range(main, made), details(summary, *folded))


def _range(main: Row, made: Sequence[Row]) -> str:
    """How far the share moves."""
    share = words.percent(words.estimate(main)["estimate"])
    if not made:
        return f"**How firm it is.** No other choice leads to another share than {share}."
    low, high = (words.percent(end(line["estimate"] for line in made)) for end in (min, max))
    to = f"is {low} in all of" if low == high else f"lies between {low} and {high} in"
    n = words.counted(len(made), "sensitivity analysis", "sensitivity analyses")
    return (
        f"**How firm it is.** The share of {share} {to} {n}, each with one choice made otherwise."
    )


def _table(title: str, main: Row, made: Sequence[Row]) -> str:
    as_analysed = {"label": "As analysed", "model": main["model"], **main, **words.estimate(main)}
    return table(
        f"{title}: sensitivity analyses",
        ["What is done otherwise", "Studies", "Events of patients", "Share", "95% CI", "95% PI"],
        "lrrrrr",
        [_cells(line) for line in (as_analysed, *made)],
    )


def _cells(line: Row) -> list[str]:
    crude = "" if line["model"] or line["k"] == 1 else " (crude total, no model)"
    return [
        f"{escape.text(line['label'])}{crude}",
        f"{line['k']:,}",
        f"{line['events']:,} of {line['n_known']:,}",
        words.percent(line["estimate"]),
        words.interval(line["ci"]),
        words.interval(line["pi"]) if line.get("pi") else "",
    ]


def _notes(main: Row, made: Sequence[Row]) -> list[str]:
    """What is to be known of single lines, beside what the main result says already."""
    return [
        f"{escape.text(line['label'])}: {escape.text(note)}"
        for line in made
        for note in line["notes"]
        if note not in main["notes"]
    ]


def _refusals(lines: Sequence[Row]) -> list[str]:
    return [
        f"{escape.text(line['label'])}: {escape.text(line['refused'])}"
        for line in lines
        if line["refused"]
    ]
