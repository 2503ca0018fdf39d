"""What a run has to say for a report of the search, by the items of PRISMA-S that it can answer.

Items: Rethlefsen et al. 2021, doi:10.1186/s13643-020-01542-z, in our own words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

METHOD = (
    "The whole query is asked again in every run, without a window of dates. What no earlier run "
    "had fetched is new, whenever it entered Medline; what the run before had and this one has not "
    "is listed as gone. Known records that Medline revised since are fetched again, to find "
    "retractions and corrections."
)
LIMITS = "None is added by the program; those of the query itself are in its text. The note to it:"


def text(told: Mapping[str, Any]) -> str:
    """The README of a run's folder. told: run.json. Texts from outside stand in code blocks."""
    strategy, query, counts = told["strategy"], told["query"], told["counts"]
    compared = told["compared_with"] or "no earlier run of this strategy"
    parts = [
        f"# Search by {strategy['id']}, {told['started_at'][:10]}",
        "Written by the search and never changed. The items are those of PRISMA-S.",
        "**1, database and platform.**",
        _verbatim([f"{strategy['source']} by {strategy['platform']} ({told['server']})"]),
        "**2, databases searched together.** None: this run asked one database on one platform.",
        "**8, strategy.** As typed:",
        _verbatim(query["typed"].splitlines()),
        "As sent, on one line:",
        _verbatim([query["sent"]]),
        "As the platform understood it:",
        _verbatim([query["translated"] or "(it did not say)"]),
        *_complaints(query["complaints"]),
        f"**9, limits.** {LIMITS}",
        _verbatim(strategy["note"].splitlines()),
        f"**12, updates.** {METHOD} Compared with: {compared}.",
        f"**13, date.** {told['started_at']} (UTC).",
        "**14, peer review of the strategy (PRESS).**",
        _verbatim([strategy["press"]]),
        f"**15, records.** {_counts(counts)}",
        *_parts(query["parts"]),
        "## To look at",
        *_findings(told["health"]["findings"]),
        "## Known relevant records",
        *_recall(told["health"]["recall"]),
        "## Made with",
        ", ".join(f"{name} {version}" for name, version in told["software"].items())
        + f". Abstracts: {told['abstracts']}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _verbatim(lines: Iterable[str]) -> str:
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _complaints(complaints: Iterable[Iterable[str]]) -> list[str]:
    said = [f"{kind}: {phrase}" for kind, phrase in complaints]
    return ["What it said about the query:", _verbatim(said)] if said else []


def _counts(counts: Mapping[str, int]) -> str:
    return (
        f"{counts['found']:,} found, {counts['unique']:,} of them different = "
        f"{counts['fetched_before']:,} fetched by earlier runs + {counts['fetched']:,} fetched now "
        f"+ {counts['not_retrievable']:,} not retrievable. Found again after an absence: "
        f"{counts['back']:,}. Gone since the run before: {counts['gone']:,}. Known records looked "
        f"at again: {counts['refreshed']:,}, revised: {counts['revised']:,}. Retractions and "
        f"corrections not known before: {counts['events']:,}."
    )


def _parts(parts: list[Mapping[str, Any]]) -> list[str]:
    if not parts:
        return []
    lines = [f"{part['term']}: {part['count']:,}" for part in parts]
    return [
        "Asked in parts, since there are more than the platform gives at once:",
        _verbatim(lines),
    ]


def _findings(findings: list[Mapping[str, str]]) -> list[str]:
    if not findings:
        return ["Nothing."]
    return [_verbatim(" ".join(one["words"].split()) for one in findings)]


def _recall(recall: Mapping[str, Any]) -> list[str]:
    """How much of what people hold for relevant the query found, and what it missed."""
    if recall["in_medline"]:
        words = (
            f"Of {recall['in_medline']:,} that people hold for relevant and that are in Medline, "
            f"the query found {recall['found']:,} (relative recall {recall['recall']:.1%})."
        )
    else:
        words = "None that is held for relevant is in Medline under a PMID or DOI."
    if recall["not_in_medline"]:
        words += f" Not in Medline: {', '.join(recall['not_in_medline'])}."
    if recall["not_checked"]:
        words += f" Known by neither PMID nor DOI, so not checked: {len(recall['not_checked']):,}."
    missed = [f"PMID {one['pmid']} ({one['year']}) {one['title']}" for one in recall["missed"]]
    return [words, *(["Missed:", _verbatim(missed)] if missed else [])]
