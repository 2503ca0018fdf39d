"""What people decided about records, read from the standing lines of their ledgers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from living_review import consequences, ledgers
from living_review.ledgers import SEED, Line
from living_review.sources import Source

DECISIONS = ("include", "exclude", "unsure", "awaiting")
# Why somebody can't decide yet, as Cochrane reviews list such studies; no vote, and no exclusion.
# A report that nobody tries to get any longer is excluded for a reason of the protocol.
AWAITING = {
    "awaiting_classification": "Too little is known to decide, and more was asked for",
    "report_not_retrieved": "The full text has been asked for",
    "ongoing_study": "The study is not finished",
}
SETTLED = ("included", "excluded")

Standing = Literal["include", "exclude", "conflict", "waiting"]


class Verdict(NamedTuple):
    """Where a work stands at one stage."""

    standing: Standing
    votes: tuple[tuple[str, str], ...]  # (screener, decision) that count, by screener
    reason: str  # of an exclusion: the first in the protocol's hierarchy
    suggestion: str  # what the seed says, "" if nothing
    awaiting: str  # of AWAITING: why somebody can't decide, as long as too few others did


def parts(
    protocol: Mapping[str, Any], extracted: Mapping[str, Any], registered: Iterable[Source]
) -> dict[str, Any]:
    """What the places of all works are computed from, beside the works themselves."""
    return {
        "protocol": protocol["screening"],
        "order": list(protocol["screening"]["reasons"]),  # the first that holds counts
        "continues": protocol["review"].get("continues"),
        "lines": ledgers.read("screening"),
        "out": sorted(consequences.out(extracted["reports"], consequences.read())),
        "sources": [asdict(source) for source in registered],
        "extracted": {table: extracted[table] for table in ("studies", "reports")},
    }


def verdict(
    lines: Iterable[Line], stage: str, required: int, reasons: Sequence[str] = ()
) -> Verdict:
    """What the standing lines about one work say at a stage.

    lines: of all the work's records. Two opposite lines of one screener count as no vote and make
    a conflict. As many screeners as required have to agree; when they don't, one more decides by
    majority. `reasons` is the protocol's hierarchy.
    """
    by_screener = defaultdict(set)
    given = set()
    awaited = set()
    for line in lines:
        if line["stage"] == stage:
            by_screener[line["screener"]].add(line["decision"])
            if line["decision"] == "exclude" and line["screener"] != SEED:
                given.add(line["reason"])
            if line["decision"] == "awaiting" and line["screener"] != SEED:
                awaited.add(line["reason"])
    suggested = by_screener.pop(SEED, set())
    votes = {
        who: next(iter(said))
        for who, said in by_screener.items()
        if len(said) == 1 and said != {"awaiting"}
    }
    tally = Counter(votes.values())
    if any(len(said) > 1 for said in by_screener.values()):
        standing: Standing = "conflict"
    else:
        standing = _standing(tally, required)
    rank = {reason: place for place, reason in enumerate(reasons)}
    reason = min(given, key=lambda reason: (rank.get(reason, len(rank)), reason), default="")
    return Verdict(
        standing,
        tuple(sorted(votes.items())),
        reason if standing == "exclude" else "",
        next(iter(suggested)) if len(suggested) == 1 else "",
        next((why for why in AWAITING if why in awaited), "") if standing == "waiting" else "",
    )


def _standing(tally: Counter[str], required: int) -> Standing:
    include, exclude = tally["include"], tally["exclude"]
    cast = include + exclude + tally["unsure"]
    if cast < required:
        return "waiting"
    if cast == include:
        return "include"
    if cast == exclude:
        return "exclude"
    if cast > required and include != exclude and max(include, exclude) * 2 > cast:
        return "include" if include > exclude else "exclude"
    return "conflict"


def included_records(lines: Iterable[Line], screening: Mapping[str, Any]) -> set[str]:
    """Record ids that people included at the last stage, the full text.

    screening: the section of the config.
    """
    stage = screening["stages"][-1]
    required = screening["screeners_required"][stage]
    by_record = defaultdict(list)
    for line in ledgers.standing(lines):
        if line["stage"] == stage:
            by_record[line["record_id"]].append(line)
    return {
        record_id
        for record_id, about in by_record.items()
        if verdict(about, stage, required).standing == "include"
    }


def included_studies(
    reports: Iterable[Mapping[str, Any]], lines: Iterable[Line], screening: Mapping[str, Any]
) -> set[str]:
    """Studies of which people included a report at full text; reports: the extraction table."""
    records = included_records(lines, screening)
    return {report["study_id"] for report in reports if report["record_id"] in records}


def lines_by_work(works: Iterable[tuple[str, str]], lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Standing lines about any record of a work; works: (record_id, work_id) of every record."""
    work_of = dict(works)
    by_work: dict[str, list[Line]] = defaultdict(list)
    for line in ledgers.standing(lines):
        if line["record_id"] in work_of:
            by_work[work_of[line["record_id"]]].append(line)
    return by_work


class Place(NamedTuple):
    """Where a work is on its way: at a stage, "included" or "excluded"; and what was said there."""

    stage: str
    verdict: Verdict


def place(lines: Collection[Line], screening: Mapping[str, Any]) -> Place:
    """How far people took a work, from its standing lines.

    The last stage at which anybody voted, said two things or waits for something counts: who
    decided on a full text need not decide on the abstract as well.
    """
    stages = screening["stages"]
    required = screening["screeners_required"]
    said = tuple(tuple(line[column] for column in SAID) for line in lines)
    asked = tuple((stage, required[stage]) for stage in stages)
    return _place(said, asked, tuple(screening["reasons"]))


# What of a line decides where a work stands.
SAID = ("stage", "screener", "decision", "reason")


@lru_cache(maxsize=10_000)  # among a hundred thousand works few ways of being judged are different
def _place(
    said: tuple[tuple[str, ...], ...], asked: tuple[tuple[str, int], ...], reasons: tuple[str, ...]
) -> Place:
    """said: SAID of each line; asked: the stages, and how many screeners each requires."""
    lines = [dict(zip(SAID, cells, strict=True)) for cells in said]
    verdicts = {stage: verdict(lines, stage, required, reasons) for stage, required in asked}
    stages = list(verdicts)
    reached = next((stage for stage in reversed(stages) if _touched(verdicts[stage])), stages[0])
    if verdicts[reached].standing == "exclude":
        return Place("excluded", verdicts[reached])
    if verdicts[reached].standing != "include":
        return Place(reached, verdicts[reached])
    if reached == stages[-1]:
        return Place("included", verdicts[reached])
    following = stages[stages.index(reached) + 1]
    return Place(following, verdicts[following])


def _touched(verdict: Verdict) -> bool:
    """Whether any person said something about a work at a stage."""
    return bool(verdict.votes or verdict.awaiting) or verdict.standing == "conflict"
