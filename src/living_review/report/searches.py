"""What was searched and when, what it brought, and what a librarian should look at."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, details, div, table

Row = Mapping[str, Any]

OUTCOMES = {
    "complete": "complete",
    "nothing_new": "complete, nothing new",
    "failed": "failed, nothing was added",
    "interrupted": "did not end",
}


def part(results: Row) -> str:
    """The section on searches: the last runs and their health, all sources, all attempts."""
    runs, brought, tried = results["runs"], results["searches"], results["attempts"]
    return blocks(
        *(_last(run) for run in _latest(runs)),
        table(
            "Where the records come from",
            ["Date", "Kind", "Source", "Strategy", "Found", "Read", "Unreadable", "New"],
            "llllrrrr",
            [_brought(row) for row in brought],
            "tbl-sources",
        )
        if brought
        else "No records have come in yet.",
        _runs(runs),
        _attempts(tried),
        *(_strategy(strategy, runs) for strategy in results["strategies"]),
    )


def _latest(runs: list[Row]) -> list[Row]:
    """The last run of each strategy; runs: the earliest first."""
    return list({run["strategy_id"]: run for run in runs}.values())


def _last(run: Row) -> str:
    """A paragraph on the last run of a strategy, and what it has to be looked at for."""
    counts, recall = run["counts"], run["recall"]
    news = words.counted(counts["fetched"], "new record")
    sentences = [
        f"The search by {escape.text(run['strategy_id'])} on {escape.text(run['date'])} found "
        f"{words.counted(counts['found'], 'record')} in Medline, {news}."
    ]
    if recall["in_medline"]:
        sentences.append(
            f"Of {words.counted(recall['in_medline'], 'record')} held for relevant and known to "
            f"be in Medline it found {recall['found']:,} (relative recall "
            f"{words.percent(recall['recall'])})."
        )
    if recall["not_checked"]:
        sentences.append(
            f"{words.counted(len(recall['not_checked']), 'relevant record')} known by neither "
            "PMID nor DOI could not be looked for."
        )
    findings = [escape.text(one["words"]) for one in run["findings"]]
    return blocks(
        " ".join(sentences),
        "**To look at:**" if findings else "Nothing in this search calls for a look.",
        bullets(findings),
        _missed(recall["missed"]),
    )


def _missed(missed: list[Row]) -> str:
    """Relevant records that are in Medline and that the query didn't find."""
    if not missed:
        return ""
    return details(
        f"{words.counted(len(missed), 'relevant record')} in Medline that the query misses",
        bullets(
            f"{escape.link(one['title'], escape.address_of('pmid:' + one['pmid']))} "
            f"({escape.text(one['year'])})"
            for one in missed
        ),
    )


def _brought(row: Row) -> list[str]:
    platform = row.get("platform")
    source = escape.text(row["source"]) + (f" ({escape.text(platform)})" if platform else "")
    return [
        escape.text(row["date"]),
        escape.text(row["kind"]),
        source,
        escape.text(row.get("strategy")),
        *(escape.text(row.get(name)) for name in ("found", "read", "quarantined", "new")),
    ]


def _runs(runs: list[Row]) -> str:
    """Each search that was completed, with what it counted."""
    if not runs:
        return ""
    names = ("found", "fetched", "not_retrievable", "back", "gone", "revised", "events")
    return details(
        f"All {words.counted(len(runs), 'completed search', 'completed searches')}",
        "Found: by the whole query. New: fetched for the first time. Back and gone: against the "
        "search before. Revised: known records that Medline changed. Corrected: retractions, "
        "corrections and the like that were not known before.",
        table(
            "Searches that were completed",
            ["Date", "Run", "Found", "New", "Not given", "Back", "Gone", "Revised", "Corrected"],
            "llrrrrrrr",
            [
                [
                    escape.text(run["date"]),
                    escape.text(run["id"]),
                    *(f"{run['counts'][name]:,}" for name in names),
                ]
                for run in reversed(runs)
            ],
            "tbl-runs",
        ),
    )


def _attempts(tried: list[Row]) -> str:
    """The log of every attempt, the last one first."""
    if not tried:
        return "No search has been run yet."
    return details(
        f"All {words.counted(len(tried), 'attempt')} to search",
        table(
            "Attempts to search",
            ["Time (UTC)", "Strategy", "Outcome", "Found", "New", "Note"],
            "lllrrl",
            [
                [
                    escape.text(row["time"]),
                    escape.text(row["strategy_id"]),
                    escape.text(OUTCOMES.get(row["outcome"], row["outcome"])),
                    *(escape.text(row[column]) for column in ("found", "new", "note")),
                ]
                for row in reversed(tried)
            ],
            "tbl-attempts",
        ),
    )


def _strategy(strategy: Row, runs: list[Row]) -> str:
    """A strategy as typed, and as the platform understood it in its last run."""
    last = next((run for run in reversed(runs) if run["strategy_id"] == strategy["id"]), None)
    translated = last["translated"] if last else ""
    return details(
        f"Strategy {strategy['id']}: {strategy['source']} by {strategy['platform']}",
        _query(strategy["query"]),
        f"As understood on {escape.text(last['date'])}:" if last and translated else "",
        _query(translated),
        escape.text(strategy["note"]),
        f"Peer review of the strategy (PRESS): {escape.text(strategy['press'])}.",
    )


def _query(text: str) -> str:
    return div("query", escape.lines(text)) if text else ""
