"""Attempts to search: each strategy of the protocol is run, and each leaves its line in the log."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from living_review import events, files, run_log, runs
from living_review.errors import ReviewError, SearchError
from living_review.runs import Run
from living_review.search.eutils import PubMed
from living_review.search.run import run, second

PLATFORM = "pubmed"  # of the strategies that are asked by program, in small letters
UNCHANGED = "Nothing has changed since the search before on the same day."

Clock = Callable[[], datetime]


class Attempt(NamedTuple):
    """What became of one strategy."""

    strategy_id: str
    outcome: str  # of run_log
    words: str
    findings: Sequence[str] = ()


def everything(search: Mapping[str, Any], pubmed: PubMed, clock: Clock) -> list[Attempt]:
    """Run each strategy for PubMed; one that fails doesn't stop the others.

    search: the section of the protocol. The caller holds the lock of the search. Raises
    ReviewError if there is no such strategy, SearchError if nothing can be written.
    """
    strategies = [one for one in search["strategies"] if one["platform"].casefold() == PLATFORM]
    if not strategies:
        raise ReviewError(
            "config/config.yaml, search.strategies: none has the platform PubMed, the only one "
            "that is asked by program; nothing was asked"
        )
    try:
        files.sweep(runs.FOLDER, events.FOLDER, Path(run_log.PATH).parent)
    except OSError as error:
        raise SearchError(f"resources can't be written: {error.strerror}") from error
    with suppress(SearchError):  # of a run that can't be read: each attempt meets it, and logs it
        run_log.mend({one.started_at + one.strategy_id: logged(one) for one in runs.read()})
    return [attempt(strategy, search, pubmed, clock()) for strategy in strategies]


def attempt(
    strategy: Mapping[str, Any], search: Mapping[str, Any], pubmed: PubMed, started: datetime
) -> Attempt:
    """Run one strategy. Its line in the log stands before anything is asked."""
    line = run_log.begin(second(started), strategy["id"])
    try:
        made = run(strategy, search, pubmed, started)
    except (SearchError, OSError) as error:
        words = str(error) if isinstance(error, SearchError) else _of_machine(error)
        run_log.end(line, outcome=run_log.FAILED, note=words)
        return Attempt(strategy["id"], run_log.FAILED, words)
    told = logged(made)
    if made.started_at != line["time"]:
        told |= dict.fromkeys(("new", "gone", "revised", "fetched"), "0")
        told |= {"outcome": run_log.NOTHING_NEW, "note": UNCHANGED}
    run_log.end(line, **told)
    findings = [one["words"] for one in made.told["health"]["findings"]]
    return Attempt(strategy["id"], told["outcome"], told["note"], findings)


def _of_machine(error: OSError) -> str:
    """An error of the machine, such as a full disk, without the paths of hidden folders."""
    return f"the answer can't be kept: {error.strerror or type(error).__name__}"


def logged(made: Run) -> dict[str, str]:
    """What the log says of a run that was completed."""
    counts = made.told["counts"]
    heard = counts["fetched"] or counts["events"]
    said = [f"{counts['found']:,} found", f"{counts['fetched']:,} new"]
    said += [
        f"{counts[name]:,} {words}"
        for name, words in (
            ("events", "retracted or corrected"),
            ("gone", "gone"),
            ("revised", "revised"),
            ("not_retrievable", "not retrievable"),
        )
        if counts[name]
    ]
    kinds = dict.fromkeys(one["kind"] for one in made.told["health"]["findings"])
    alarms = ", ".join(kind.replace("_", " ") for kind in kinds)
    looked = f"; to look at: {alarms}; see {made.folder / runs.README}" if alarms else ""
    return {
        "outcome": run_log.COMPLETE if heard else run_log.NOTHING_NEW,
        "run": made.id,
        "found": str(counts["found"]),
        "new": str(counts["fetched"] + counts["not_retrievable"]),
        "gone": str(counts["gone"]),
        "revised": str(counts["revised"]),
        "fetched": str(counts["fetched"]),
        "note": ", ".join(said) + looked,
    }
