"""What follows for studies when a publication of theirs is retracted, put in doubt or corrected.

The protocol has a rule for what happens at once; people decide in the ledger `events`, and until
they do, or while they differ, the rule holds. A line of a person counts for the notices that had
been seen by its day: one that is seen later asks again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from living_review import ledgers, notices
from living_review.ledgers import SEED, Line
from living_review.notices import CONCERN, ERRATUM, KINDS, RETRACTION, UPDATE, Event

EXCLUDE, KEEP, CHECKED = "exclude", "keep", "checked"
UNDECIDED, CONFLICT = "undecided", "conflict"
DECISIONS = {
    RETRACTION: (EXCLUDE, KEEP),
    CONCERN: (EXCLUDE, KEEP),
    ERRATUM: (CHECKED,),
    UPDATE: (CHECKED,),
}
RULE = {RETRACTION: EXCLUDE, CONCERN: KEEP}
# Behind the id of a record that shares it with others, as dedup.identity has it.
_MARK = re.compile(r"~[0-9a-f]{8}\Z")
_CHECKABLE = ("pmid:", "doi:")

Row = Mapping[str, Any]


class Notice(NamedTuple):
    notice: str  # as in Event
    citation: str
    seen_on: str


class Finding(NamedTuple):
    """All events of one kind about one publication, and what people decided about them."""

    record_id: str
    kind: str
    ids: tuple[str, ...]  # by which tables may name the publication
    title: str
    notices: tuple[Notice, ...]  # the earliest first
    standing: str  # what was decided, UNDECIDED or CONFLICT
    lines: tuple[Line, ...]  # that count, by screener
    earlier: tuple[Line, ...]  # from before the last notice was seen

    @property
    def out(self) -> bool:
        """Whether the studies that it concerns are out of the analyses."""
        by_rule = self.standing in (UNDECIDED, CONFLICT)
        return (RULE.get(self.kind) if by_rule else self.standing) == EXCLUDE

    @property
    def out_since(self) -> str:
        """Day from which they are; "" if they are not."""
        if not self.out:
            return ""
        if RULE[self.kind] != EXCLUDE:
            return min(_day(line) for line in self.lines)
        kept = max((_day(line) for line in self.earlier if line["decision"] == KEEP), default="")
        return min(notice.seen_on for notice in self.notices if notice.seen_on > kept)

    def names(self, record_id: str) -> bool:
        """Whether an id in a table is that of the publication."""
        return _plain(record_id) in self.ids


def read() -> list[Finding]:
    """What became of publications, from the files of the review in this folder."""
    return findings(notices.read(), ledgers.read("events"))


def findings(events: Iterable[Event], lines: Iterable[Line]) -> list[Finding]:
    """A finding for each publication and kind of event; lines: of the ledger `events`.

    Opposite decisions, of one person or of several, are a conflict. What the seed says and what
    does not fit the kind of event counts for nothing.
    """
    by_kind: dict[tuple[str, str], list[Event]] = defaultdict(list)
    ids: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.kind in KINDS:
            record_id = _plain(event.record_id)
            by_kind[record_id, event.kind].append(event)
            ids[record_id] |= _ids(event)
    about: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in ledgers.standing(lines):
        if line["screener"] != SEED and line["decision"] in DECISIONS.get(line["event"], ()):
            about[_plain(line["record_id"]), line["event"]].append(line)
    return [
        _finding(of_kind, sorted(ids[record_id]), about)
        for (record_id, _), of_kind in sorted(by_kind.items())
    ]


def _finding(
    events: Sequence[Event], ids: Sequence[str], about: Mapping[tuple[str, str], Iterable[Line]]
) -> Finding:
    """events: of one kind about one publication. about: lines by what they name."""
    first = events[0]
    told = sorted(
        (Notice(event.notice, event.citation, event.seen_on) for event in events),
        key=lambda notice: (notice.seen_on, notice),
    )
    said = sorted(
        (line for one in ids for line in about.get((one, first.kind), ())),
        key=lambda line: (line["screener"], line["time"], line["id"]),
    )
    last = told[-1].seen_on
    lines = tuple(line for line in said if _day(line) >= last)
    decisions = {line["decision"] for line in lines}
    return Finding(
        first.record_id,
        first.kind,
        tuple(ids),
        next((event.title for event in events if event.title), ""),
        tuple(told),
        CONFLICT if len(decisions) > 1 else next(iter(decisions), UNDECIDED),
        lines,
        tuple(line for line in said if _day(line) < last),
    )


def unmet(events: Iterable[Event], lines: Iterable[Line]) -> list[Line]:
    """Standing lines about an event that was never seen: a wrong id, or a wrong kind."""
    seen = {(name, event.kind) for event in events for name in _ids(event)}
    return [
        line
        for line in ledgers.standing(lines)
        if (_plain(line["record_id"]), line["event"]) not in seen
    ]


def of_studies(reports: Iterable[Row], found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings that concern each study, for studies that any concerns.

    reports: the extraction table. What became of one report counts for each study that it reports
    on; a finding counts once for a study, however many of its rows name the publication.
    """
    by_id: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        for name in one.ids:
            by_id[name].append(one)
    of: dict[str, list[Finding]] = defaultdict(list)
    for report in reports:
        for one in by_id.get(_plain(str(report["record_id"])), ()):
            if one not in of[report["study_id"]]:
                of[report["study_id"]].append(one)
    order = {kind: place for place, kind in enumerate(KINDS)}
    return {
        study_id: sorted(concern, key=lambda one: (order[one.kind], one.record_id))
        for study_id, concern in of.items()
    }


def out(reports: Iterable[Row], found: Iterable[Finding]) -> set[str]:
    """Ids of the studies that are out of the analyses."""
    return {
        study_id
        for study_id, concern in of_studies(reports, found).items()
        if any(one.out for one in concern)
    }


def uncheckable(studies: Iterable[Row], reports: Iterable[Row]) -> list[str]:
    """Ids of the studies of which Medline can't be asked: no report has a PMID or a DOI."""
    known = {
        report["study_id"]
        for report in reports
        if str(report["record_id"]).lower().startswith(_CHECKABLE)
    }
    return sorted(study["study_id"] for study in studies if study["study_id"] not in known)


def _ids(event: Event) -> set[str]:
    return {_plain(event.record_id)} | ({f"doi:{event.doi.lower()}"} if event.doi else set())


def _plain(record_id: str) -> str:
    """The id as the source gives it, in small letters."""
    return _MARK.sub("", record_id).lower()


def _day(line: Line) -> str:
    return line["time"][:10]
