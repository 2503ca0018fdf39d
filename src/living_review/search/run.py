"""One run of one strategy, from the question to the folder that keeps the answer; or nothing.

the whole query -> PMIDs that no earlier run fetched -> their records
                -> PMIDs that came back or left -> known records that Medline revised
count = fetched before + fetched now + not retrievable, or nothing is written
"""

import gzip
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

from living_review import events, files, runs, tables
from living_review.errors import SearchError
from living_review.events import Event
from living_review.records.entries import Record
from living_review.runs import Run
from living_review.search import health, partition, prisma_s, relevant
from living_review.search.archive import Archive, software
from living_review.search.eutils import BATCH, Found, PubMed, revised_since
from living_review.search.health import Finding
from living_review.search.partition import Part
from living_review.search.relevant import Relevant

log = logging.getLogger(__name__)

SCHEMA = 1
# Days by which two windows of revision overlap: Medline's day is that of its own time zone, and
# its index may lag.
OVERLAP = timedelta(days=3)
ORDINARY_CHANGE = 0.2  # share by which a count may change, where the protocol sets none


class Changes(NamedTuple):
    """An answer against what earlier runs have; each sorted by number."""

    fresh: list[str]  # no run has fetched them
    back: list[str]  # fetched before, and not in the answer of the run before
    gone: list[str]  # in the answer of the run before, and not in this one


class Asked(NamedTuple):
    """A question, its whole answer, and what that is compared with."""

    strategy: Mapping[str, Any]
    query: str  # on one line
    started: datetime
    found: Found
    parts: list[Part]
    last: Run | None  # the last run by this strategy; None where counts can't be compared
    known: dict[str, str]  # as runs.known has it
    since: date | None  # first day of the window of revision; None before the first run
    changes: Changes
    findings: list[Finding]  # so far
    before: int  # requests that had been answered before the first of this run

    @property
    def day(self) -> date:
        return self.started.astimezone(UTC).date()


class Got(NamedTuple):
    """What was fetched for an answer."""

    fetched: dict[str, str]  # PMID of a new record: Medline's day of revision
    not_retrievable: list[str]
    revised: dict[str, str]  # PMID of a known record: its day of revision, which is another one now
    still_there: set[str]  # PMIDs that left the answer and are in Medline all the same
    refreshed: int  # known records that were looked at
    events: list[Event]  # that no earlier run met
    recall: dict[str, Any]
    archived: dict[str, int]  # records in each archive that there is


class Seen:
    """What is noted of each record that passes: what became of it, and whether people hold it
    for relevant."""

    def __init__(self, held: Relevant, day: date) -> None:
        self._pmids, self._dois = frozenset(held.pmids), frozenset(held.dois)
        self._day = day.isoformat()
        self.relevant: dict[str, Record] = {}
        self.events: dict[tuple[str, str, str], Event] = {}

    def note(self, record: Record) -> None:
        for event in events.of(record, self._day):
            self.events.setdefault(event.key, event)
        if record.pmid in self._pmids or record.doi in self._dois:
            self.relevant[record.pmid] = record


def run(
    strategy: Mapping[str, Any], search: Mapping[str, Any], pubmed: PubMed, started: datetime
) -> Run:
    """The run that was written; the last one, if nothing but the hour is new since on its day.

    strategy: of the protocol, with the platform PubMed. search: the protocol's section. Raises
    SearchError, or OSError where the result can't be kept; nothing is written then.
    """
    asked = ask(strategy, pubmed, started)
    held = relevant.read()
    with files.hidden_folder(runs.FOLDER) as folder:
        got = fetch(pubmed, asked, held, folder, search["keep_abstracts"])
        share = search.get("ordinary_change", ORDINARY_CHANGE)
        findings = [*asked.findings, *judge(asked, got, share)]
        if asked.last and repeats(asked, asked.last, got):
            return asked.last
        about = tell(asked, got, findings, search["keep_abstracts"], pubmed)
        run_id = free_id(asked.day, strategy["id"])
        told = write(folder, about, asked, got)
        if got.events:  # before the folder: they are true without it, and a reader takes them once
            rows = [event._asdict() for event in got.events]
            tables.write(Path(events.FOLDER, f"{run_id}.csv"), Event._fields, rows)
        files.settle(folder, Path(runs.FOLDER, run_id))
    return Run(run_id, told)


def ask(strategy: Mapping[str, Any], pubmed: PubMed, started: datetime) -> Asked:
    """The whole answer to a strategy's query, against all earlier runs."""
    before = pubmed.answered
    earlier = runs.read()
    last = runs.last_of(earlier, strategy["id"])
    query = " ".join(strategy["query"].split())
    findings = health.changed_query(last, query)
    last = None if findings else last
    found, parts = partition.whole(pubmed, query)
    if not found.count and last and last.told["counts"]["found"]:
        raise SearchError(
            f"esearch: no record at all, but {last.told['counts']['found']:,} on "
            f"{last.started_at[:10]}; taken for a failure of the server, not for a result"
        )
    known = runs.known(earlier)
    changes = compare(found, known, last)
    log.info("%s: %d found, %d new", strategy["id"], found.count, len(changes.fresh))
    days = [date.fromisoformat(run.started_at[:10]) for run in earlier[-1:]]
    since = min([*days, started.date()]) - OVERLAP if days else None
    return Asked(
        strategy, query, started, found, parts, last, known, since, changes, findings, before
    )


def compare(found: Found, known: Mapping[str, str], last: Run | None) -> Changes:
    """What an answer has that others don't, and the other way round."""
    now = set(found.pmids)
    before = last.found if last else frozenset(now & known.keys())
    return Changes(
        sorted(now - known.keys(), key=int),
        sorted((now & known.keys()) - before, key=int),
        sorted(before - now, key=int),
    )


def fetch(pubmed: PubMed, asked: Asked, held: Relevant, folder: Path, abstracts: bool) -> Got:
    """Fetch the new records, and look again at the known ones that may have changed."""
    seen = Seen(held, asked.day)
    fetched = {}
    with Archive(folder / runs.RECORDS, abstracts) as records:
        for article in pubmed.fetch(asked.changes.fresh):
            records.add(article)
            fetched[article.pmid] = article.record.revised
            seen.note(article.record)
    missing = [pmid for pmid in asked.changes.fresh if pmid not in fetched]
    require_whole(asked, fetched, missing)
    revised, present = {}, set()
    with Archive(folder / runs.REFRESHED, abstracts) as again:
        of_dois = relevant.of_dois(pubmed, held.dois)
        wanted = to_refresh(pubmed, asked, held) - {article.pmid for article in of_dois}
        others = pubmed.fetch(sorted(wanted - fetched.keys(), key=int))
        for article in chain(of_dois, others):
            pmid, day = article.pmid, article.record.revised
            present.add(pmid)
            seen.note(article.record)
            if pmid in asked.known and day != asked.known[pmid]:
                again.add(article)
                revised[pmid] = day
    heard = {event.key for event in events.read()}
    return Got(
        fetched,
        missing,
        revised,
        present & set(asked.changes.gone),
        len(present),
        sorted(event for key, event in seen.events.items() if key not in heard),
        relevant.recall(held, seen.relevant, frozenset(asked.found.pmids)),
        {one.path.name: one.records for one in (records, again) if one.records},
    )


def require_whole(asked: Asked, fetched: Iterable[str], missing: Sequence[str]) -> None:
    """Raise SearchError unless each PMID of the answer is accounted for once."""
    pmids = set(asked.found.pmids)
    before, now = pmids & asked.known.keys(), set(fetched)
    accounted = len(before) + len(now) + len(missing)
    if not asked.found.count == len(pmids) == accounted == len(before | now | set(missing)):
        raise SearchError(
            f"{asked.found.count:,} records found, {len(pmids):,} PMIDs, but {len(before):,} "
            f"fetched before, {len(now):,} fetched now, {len(missing):,} not retrievable"
        )


def to_refresh(pubmed: PubMed, asked: Asked, held: Relevant) -> set[str]:
    """Records to look at again: revised since, gone from the answer, or held for relevant."""
    wanted = {*held.pmids, *asked.changes.gone}
    if asked.since:
        since = f"{asked.since:%Y/%m/%d}"
        recent, _ = partition.whole(pubmed, f"({asked.query}) AND {revised_since(since)}")
        wanted |= asked.known.keys() & set(recent.pmids)
        others = sorted(asked.known.keys() - set(asked.found.pmids) - wanted, key=int)
        wanted |= set(others if len(others) <= BATCH else pubmed.revised(others, since))
    return wanted


def judge(asked: Asked, got: Got, share: float) -> list[Finding]:
    """What people should look at. share: change of the count that is still ordinary, 0 to 1."""
    gone = asked.changes.gone
    return [
        *health.of_answer(asked.found, asked.last, share),
        *health.of_changes(
            [pmid for pmid in gone if pmid in got.still_there],
            [pmid for pmid in gone if pmid not in got.still_there],
            got.not_retrievable,
        ),
        *health.of_recall(got.recall),
    ]


def changes_listed(asked: Asked, got: Got) -> list[dict[str, str]]:
    """The rows of pmids.csv."""
    rows = [
        *((pmid, runs.NEW, day) for pmid, day in got.fetched.items()),
        *((pmid, runs.BACK, "") for pmid in asked.changes.back),
        *((pmid, runs.GONE, "") for pmid in asked.changes.gone),
        *((pmid, runs.REVISED, day) for pmid, day in got.revised.items()),
        *((pmid, runs.NOT_RETRIEVABLE, "") for pmid in got.not_retrievable),
    ]
    return [dict(zip(runs.CHANGE_COLUMNS, row, strict=True)) for row in rows]


def repeats(asked: Asked, last: Run, got: Got) -> bool:
    """Whether a folder would say nothing that the last run of the same day doesn't say."""
    changed = got.fetched or got.revised or got.events or asked.changes.back or asked.changes.gone
    return (
        last.started_at[:10] == asked.day.isoformat()
        and not changed
        and last.pmids(runs.NOT_RETRIEVABLE) == set(got.not_retrievable)
        and last.told["query"]["translated"] == asked.found.translated
        and last.told["health"]["recall"] == got.recall
    )


def tell(
    asked: Asked, got: Got, findings: Sequence[Finding], abstracts: bool, pubmed: PubMed
) -> dict[str, Any]:
    """run.json: all that there is to know of a run, but for its lists of PMIDs and its records."""
    found, changes = asked.found, asked.changes
    return {
        "schema": SCHEMA,
        "strategy": {
            name: asked.strategy[name] for name in ("id", "source", "platform", "note", "press")
        },
        "started_at": second(asked.started),
        "server": pubmed.host,
        "requests": pubmed.answered - asked.before,
        "compared_with": asked.last.id if asked.last else None,
        "query": {
            "typed": asked.strategy["query"],
            "sent": asked.query,
            "translated": found.translated,
            "translations": [list(one) for one in found.translations],
            "complaints": [list(one) for one in found.complaints],
            "parts": [asdict(part) for part in asked.parts],
        },
        "counts": {
            "found": found.count,
            "unique": len(found.pmids),
            "fetched_before": len(found.pmids) - len(changes.fresh),
            "fetched": len(got.fetched),
            "not_retrievable": len(got.not_retrievable),
            "back": len(changes.back),
            "gone": len(changes.gone),
            "refreshed": got.refreshed,
            "revised": len(got.revised),
            "events": len(got.events),
        },
        "health": {"findings": [one._asdict() for one in findings], "recall": got.recall},
        "abstracts": "kept" if abstracts else "taken out",
        "records": got.archived,
        "software": software(),
    }


def write(folder: Path, told: Mapping[str, Any], asked: Asked, got: Got) -> dict[str, Any]:
    """Fill the folder of a run, in which the archives lie already; returns its run.json.

    told: as `tell` has it; the digest of each other file is added.
    """
    found = "".join(f"{pmid}\n" for pmid in sorted(asked.found.pmids, key=int))
    (folder / runs.FOUND).write_bytes(gzip.compress(found.encode(), mtime=0))
    rows = changes_listed(asked, got)
    (folder / runs.CHANGES).write_text(tables.as_text(runs.CHANGE_COLUMNS, rows))
    (folder / runs.README).write_text(prisma_s.text(told))
    written = sorted(folder.iterdir())
    digests = {path.name: {"sha256": files.digest(path.read_bytes())} for path in written}
    whole = {**told, "files": digests}
    files.replace_json(folder / runs.RUN, whole)
    return whole


def second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def free_id(day: date, strategy_id: str) -> str:
    """The name of a run: its day and strategy, numbered from the second one of a day on."""
    first = f"{day}-{strategy_id}"
    others = (f"{first}-{number}" for number in count(2))
    return next(name for name in chain([first], others) if not _is_taken(name))


def _is_taken(name: str) -> bool:
    """Also by events alone: a search that was killed may have kept no more than these."""
    return Path(runs.FOLDER, name).exists() or Path(events.FOLDER, f"{name}.csv").exists()
