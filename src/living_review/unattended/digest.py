"""What a month brought, in a page of Markdown: the text of the standing pull request."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from living_review import consequences
from living_review.report import due, escape
from living_review.report.searches import OUTCOMES
from living_review.report.words import counted
from living_review.todo import tasks
from living_review.unattended import words

ATTEMPTS = 12  # that are listed: a year of months
NAMED = 40  # works of a list that are named

Row = Mapping[str, Any]
Rows = Sequence[Row]

NOTHING = "Nothing waits for people."
HOW = (
    "Decide in the workbook (`living-review sheet`) or in the tables, as docs/maintainers.md says, "
    "and push to this branch or to the main one. This text is written anew after each search and "
    "each change. Merging takes in what people pushed here, and the list of what waits as it is "
    "now: from then on only what comes after it is shown as new."
)


class Month(NamedTuple):
    """What a digest is made of."""

    results: Row  # as results.json has them
    listed: Rows  # what waits, as listed.rows has it
    news: Rows  # of these what people have not taken in yet
    computed: Sequence[tuple[str, str]] | None  # stage and label of what this run made; None
    # where that is not known
    conflicts: Sequence[str] = ()  # files that the branch and the main one changed in two ways


def title(listed: Rows) -> str:
    """What the pull request is called."""
    counts = {kind: len(list(of_kind)) for kind, of_kind in groupby(listed, lambda r: r["kind"])}
    said = [f"{_heading(kind).lower()}: {count:,}" for kind, count in counts.items()]
    return f"Screening and more: {', '.join(said[:4])}" if said else NOTHING.rstrip(".")


def text(month: Month) -> str:
    return words.whole(
        _conflicts(month.conflicts),
        "" if month.listed else f"**{NOTHING}**",
        *_section("Retractions and corrections to look at", _events(month.results)),
        *_section("What has come to wait", _news(month.news)),
        *_section("All that waits", _waiting(month.listed)),
        *_section("The last search", _last_search(month.results)),
        *_section("Whether an update is due", _triggers(month.results["triggers"])),
        *_section("What was computed anew", _computed(month.computed)),
        *_section("Searches so far, the last one first", _attempts(month.results["attempts"])),
        HOW,
    )


def _section(heading: str, content: str) -> Iterator[str]:
    if content:
        yield f"### {heading}\n\n{content}"


def _conflicts(paths: Sequence[str]) -> str:
    if not paths:
        return ""
    return (
        "**This branch can't be brought up to date**: people changed these files here and on the "
        f"main branch in two ways. Merge by hand; nothing was overwritten.\n\n"
        f"{words.bullets([words.short(path) for path in paths], NAMED)}"
    )


def _news(news: Rows) -> str:
    parts = []
    for kind, of_kind in groupby(news, lambda row: row["kind"]):
        entries = [
            words.link(row["what"] or row["id"], escape.address_of(row["id"]))
            + f" ({words.short(row['id'])})"
            for row in of_kind
        ]
        parts.append(f"{_heading(kind)}\n\n{words.bullets(entries, NAMED)}")
    return "\n\n".join(parts)


def _waiting(listed: Rows) -> str:
    rows = [
        [_heading(kind), f"{len(of_kind):,}", words.text(of_kind[0]["to_do"])]
        for kind, of_kind in ((kind, list(rows)) for kind, rows in _by_kind(listed))
    ]
    return words.table(["What", "How many", "What to do"], rows)


def _by_kind(listed: Rows) -> Iterator[tuple[str, Iterator[Row]]]:
    yield from groupby(listed, lambda row: row["kind"])


def _events(results: Row) -> str:
    entries = [
        f"{words.short(study['label'] or study['study_id'])}: {words.text(event['kind'])}, "
        + words.link(event["title"] or event["record_id"], escape.address_of(event["record_id"]))
        + (", out of the analyses" if event["out"] else "")
        for study in results["studies"]
        for event in study["events"]
        if event["standing"] in (consequences.UNDECIDED, consequences.CONFLICT)
    ]
    return words.bullets(entries, NAMED)


def _last_search(results: Row) -> str:
    """Of each strategy the counts of its last complete run, and what a librarian should see."""
    last = {run["strategy_id"]: run for run in results["runs"]}
    read = {source["id"]: source for source in results["searches"]}
    entries = [entry for run in last.values() for entry in _of_run(run, read.get(run["id"]))]
    return "\n".join([words.text(results["status"]["words"]), "", *entries])


def _of_run(run: Row, source: Row | None) -> Iterator[str]:
    counts = run["counts"]
    known = source["read"] - source["new"] if source else 0
    said = [
        f"{counts['found']:,} found",
        f"{counts['fetched']:,} fetched for the first time",
        f"of these {counted(source['new'] if source else 0, 'new work')} and "
        f"{counted(known, 'record')} of known ones",
        f"{counts['gone']:,} gone",
        f"{counts['revised']:,} revised",
        f"{counts['not_retrievable']:,} not retrievable",
        f"{counts['events']:,} retracted or corrected",
    ]
    yield f"- {words.text(run['strategy_id'])}, {words.text(run['date'])}: {'; '.join(said)}"
    yield from (f"  - to look at: {words.short(one['words'])}" for one in run["findings"])


def _triggers(told: Rows) -> str:
    if not told:
        return ""
    return f"**{due.said(told)}**\n\n{words.table(due.HEAD, due.rows(told, words.short))}"


def _computed(made: Sequence[tuple[str, str]] | None) -> str:
    if made is None:
        return ""
    if not made:
        return "Nothing."
    of: dict[str, list[str]] = {}
    for stage, label in made:
        of.setdefault(stage, []).append(label)
    entries = [
        f"{words.text(stage)}: {', '.join(map(words.text, labels[:NAMED]))}"
        + (f" and {len(labels) - NAMED:,} more" if len(labels) > NAMED else "")
        for stage, labels in of.items()
    ]
    pooled = "" if "syntheses" in of else "\n\nNo synthesis was computed anew."
    return f"{words.bullets(entries, NAMED)}{pooled}"


def _attempts(attempts: Rows) -> str:
    rows = [
        [
            words.text(row["time"]),
            words.text(row["strategy_id"]),
            words.text(OUTCOMES.get(row["outcome"], row["outcome"])),
            *(words.text(row[column]) for column in ("found", "fetched", "gone")),
            words.short(row["note"]),
        ]
        for row in list(reversed(attempts))[:ATTEMPTS]
    ]
    head = ["Time (UTC)", "Strategy", "Outcome", "Found", "Fetched", "Gone", "Note"]
    return words.table(head, rows)


def _heading(kind: str) -> str:
    known = tasks.KINDS.get(kind)
    return known.heading if known else words.text(kind.replace("_", " ").capitalize())
