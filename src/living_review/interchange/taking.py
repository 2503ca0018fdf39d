"""Decisions of another program as lines of people's ledgers, which are only ever added to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from living_review import ledgers
from living_review.errors import Problem, ReviewError, TableError
from living_review.interchange.decisions import Export, Said
from living_review.interchange.matching import Works
from living_review.ledgers import Line
from living_review.screening.verdicts import AWAITING

TITLE_SHOWN = 60  # characters


class Taken(NamedTuple):
    """What an export adds to the ledgers, and what it doesn't, in words with the row's number."""

    lines: dict[str, list[Line]]  # to be added, by screener
    again: int  # decisions that stand in the ledgers already
    contradictions: list[str]
    unmatched: list[str]


class Rules(NamedTuple):
    """How decisions of a program are read."""

    stage: str
    protocol: Mapping[str, Any]  # the section on screening
    protocol_version: str
    people: Mapping[str, str]  # a person as the program has it: screener, "" to leave out
    reasons: Mapping[str, str]  # a reason in the program's words: of the protocol
    supersede: bool = False  # whether a decision takes the place of the person's earlier one


def take(export: Export, works: Works, lines: Iterable[Line], rules: Rules, now: datetime) -> Taken:
    """The lines that an export adds.

    works: those of the review. lines: of the screening ledgers. now: UTC, the time of decisions
    whose program tells none. What a screener has decided already adds nothing; what contradicts it
    is listed, and added only by rules.supersede, as a line that supersedes. Raises ReviewError if a
    person or stage is not known, TableError if an exclusion lacks a reason that it must have.
    """
    _require_known(rules)
    _require_people(export, rules.people)
    lines = list(lines)
    unmatched: list[str] = []
    of_work: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for said in export.said:
        screener = rules.people[said.who]
        if not screener:
            continue
        work, why = works.find(said.cells)
        if work:
            of_work[screener, work].append(said)
        else:
            unmatched.append(f"row {said.row} ({said.cells.get('title', '')[:TITLE_SHOWN]}): {why}")
    standing = _standing(lines, works, rules.stage)
    contradictions: list[str] = []
    added: list[tuple[str, str, Said, list[Line]]] = []
    again = 0
    for (screener, work), given in of_work.items():
        before = standing.get((screener, work), [])
        if len({said.decision for said in given}) > 1:
            rows = " and ".join(f"row {said.row}: {said.decision}" for said in given)
            contradictions.append(f"{screener}, {work}: {rows}; neither was taken")
        elif {line["decision"] for line in before} == {given[0].decision}:
            again += 1
        else:
            if before:
                earlier = ", ".join(f"{line['decision']} (line {line['id']})" for line in before)
                done = "superseded" if rules.supersede else "not taken"
                contradictions.append(
                    f"{screener}, {work}: row {given[0].row} says {given[0].decision}, the ledger "
                    f"{earlier}; {done}"
                )
            if not before or rules.supersede:
                added.append((screener, work, given[0], before))
    return Taken(_lines(export, added, lines, rules, now), again, contradictions, unmatched)


def _require_known(rules: Rules) -> None:
    """The stage and the reasons that the rules name are the protocol's."""
    for what, given, allowed in (
        ("stage", [rules.stage], rules.protocol["stages"]),
        ("reason", rules.reasons.values(), rules.protocol["reasons"]),
    ):
        for value in given:
            if value not in allowed:
                raise ReviewError(f"{what} is {value!r}; allowed: {', '.join(allowed)}")


def _require_people(export: Export, people: Mapping[str, str]) -> None:
    """Every person of the export needs a screener: nobody's decisions are taken for another's."""
    unknown = [who for who in export.people if who not in people]
    if unknown:
        named = ", ".join(repr(who) for who in unknown)
        raise ReviewError(
            f"{export.file} has decisions of {named}; say who each is in this review, such as "
            f"--screener {(unknown[0] or 'NAME')!r}=ann, or leave somebody out by "
            f"--screener {(unknown[0] or 'NAME')!r}="
        )
    for screener in filter(None, people.values()):
        ledgers.require_person(screener, "the screener is")


def _standing(lines: Iterable[Line], works: Works, stage: str) -> dict[tuple[str, str], list[Line]]:
    """Standing lines at a stage, by screener and work; those about any record of the work."""
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in ledgers.standing(lines):
        work = works.of_record(line["record_id"])
        if line["stage"] == stage and work:
            found[line["screener"], work].append(line)
    return found


def _lines(
    export: Export,
    added: Sequence[tuple[str, str, Said, list[Line]]],
    lines: Iterable[Line],
    rules: Rules,
    now: datetime,
) -> dict[str, list[Line]]:
    """Lines in the order of their times, with ids that no other line of the screener has."""
    at_end = rules.stage == rules.protocol["stages"][-1]
    numbers = {screener: _free(screener, lines) for screener in rules.people.values()}
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    made: dict[str, list[Line]] = defaultdict(list)
    problems: list[Problem] = []
    in_order = sorted(added, key=lambda one: (one[2].time or moment, one[2].row))
    for screener, work, said, before in in_order:
        reason, words = _reason(said, rules)
        if at_end and said.decision == "exclude" and not reason:
            reasons = ", ".join(rules.protocol["reasons"])
            allowed = f"one of {reasons}, or what it means by --reason 'WORDS=one of these'"
            problems.append(Problem(export.file, said.row, "reason", "; ".join(words), allowed))
            continue
        source = f"{export.program}, {export.file.rpartition('/')[2]} row {said.row}"
        # A line supersedes one other: contradictory lines of one person take as many.
        for earlier in before or [{"id": ""}]:
            made[screener].append(
                {
                    "id": f"{screener}-{next(numbers[screener])}",
                    "record_id": work,
                    "screener": screener,
                    "stage": rules.stage,
                    "decision": said.decision,
                    "reason": reason,
                    "time": said.time or moment,
                    "protocol_version": rules.protocol_version,
                    "supersedes": earlier["id"],
                    "note": "; ".join([source, *words]),
                }
            )
    if problems:
        raise TableError(problems)
    return dict(made)


def _free(screener: str, lines: Iterable[Line]) -> Iterator[int]:
    """Numbers that are in no id of the screener's lines, upwards from the highest."""
    ids = (line["id"].rpartition("-")[2] for line in lines if line["screener"] == screener)
    number = max((int(one) for one in ids if one.isdecimal()), default=0)
    while True:
        number += 1
        yield number


def _reason(said: Said, rules: Rules) -> tuple[str, list[str]]:
    """The first reason of the protocol's hierarchy that was given, and the words to keep of them.

    Rayyan puts commas between reasons, which may have commas themselves.
    """
    hierarchy = AWAITING if said.decision == "awaiting" else rules.protocol["reasons"]
    known = {_plain(words): reason for reason, words in hierarchy.items()}
    known |= {_plain(reason): reason for reason in hierarchy}
    known |= {_plain(words): reason for words, reason in rules.reasons.items()}
    given = f",{_plain(','.join(said.reasons))},"
    meant = {reason: words for words, reason in known.items() if f",{words}," in given}
    first = next((reason for reason in hierarchy if reason in meant), "")
    whole = first and given == f",{meant[first]},"
    return first, [] if whole else list(said.reasons)


def _plain(words: str) -> str:
    """Small letters, and no space around a comma."""
    return ",".join(" ".join(part.split()) for part in words.casefold().split(","))
