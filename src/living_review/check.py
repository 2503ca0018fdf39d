"""Whether everything that people write can be used: every mistake of every table at once."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from living_review import (
    amendments,
    analyses,
    check_companions,
    codebook,
    config,
    consequences,
    contrasts,
    extraction,
    ledgers,
    notices,
    overlap,
    screening,
    sources,
    versions,
)
from living_review import tables as tables_
from living_review.analyses import UNDECIDED
from living_review.certainty import ledger
from living_review.checklists import said
from living_review.codebook import Codebook
from living_review.errors import BUT, NO_COLUMN, ConfigError, Problem, TableError
from living_review.percent import as_printed
from living_review.report import reads
from living_review.schemas import KeyProblem
from living_review.tables import Table
from living_review.workbook import damage

# Of a publication in a file of events: what Medline or a publisher calls it.
PUBLISHED_ID = re.compile(r"pmid:[1-9][0-9]{0,8}|doi:10\.\S+/\S+")


class Found(NamedTuple):
    """What a look at everything found: mistakes of config, codebook and tables, and warnings."""

    problems: Sequence[Problem | KeyProblem | str]  # a text where a file can't be read at all
    rows: Mapping[str, int]  # of each table, where nothing is wrong

    @property
    def errors(self) -> list[Problem | KeyProblem | str]:
        return [each for each in self.problems if not is_warning(each)]


def is_warning(problem: Problem | KeyProblem | str) -> bool:
    return isinstance(problem, Problem) and problem.is_warning


def everything() -> dict[str, Any]:
    """{"rows": {file: rows}} of the review in this folder.

    Raises ConfigError for config and codebook, else TableError with all problems of all tables.
    """
    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    found = _with_checklists(_tables(protocol, book))
    if found.errors:
        raise TableError(found.errors)
    return {"rows": dict(found.rows)}


def look() -> Found:
    """Everything that is wrong or suspicious, also where the config is: then what needs none."""
    try:
        protocol = config.read(config.PATH)
        book = codebook.read(codebook.PATH, protocol)
    except ConfigError as error:
        return _with_checklists(Found([*error.args[0], *_without_protocol()], {}))
    return _with_checklists(_tables(protocol, book))


def with_more(found: Found, problems: Sequence[Problem]) -> Found:
    """What was found, and problems of another look."""
    every = Found([*found.problems, *problems], found.rows)
    return every._replace(rows={}) if every.errors else every


def _with_checklists(found: Found) -> Found:
    """What was found, with what is wrong in config/checklists.yaml, which needs no protocol."""
    wrong = said.check()
    return Found([*wrong, *found.problems], {}) if wrong else found


def _tables(protocol: Mapping[str, Any], book: Codebook) -> Found:
    problems: list[Problem] = []
    read: dict[str, Table] = {}
    for name in analyses.TABLES:
        read[name] = _read(analyses.path(name), problems)
    unreadable = {problem.file for problem in problems}
    readable = {name: table for name, table in read.items() if table.file not in unreadable}
    manifest = _read(sources.MANIFEST, problems)
    totals = _read(reads.PUBLISHED, problems)
    for log in reads.LOGS:
        _read(log, problems)
    problems += extraction.check(readable, book, protocol)
    if not unreadable:
        problems += _counted_twice(protocol, book, read["outcomes"])
    wrong, beside = check_companions.check(read, book, protocol)
    problems += wrong
    problems += sources.check(manifest)
    problems += _screening(protocol)
    problems += ledgers.check("duplicates", {"decision": ledgers.DUPLICATES})
    problems += _overlaps()
    problems += _events()
    problems += _decisions_on_events()
    problems += ledger.check(protocol)
    problems += _published(totals, protocol)
    problems += _spoilt(readable, book)
    of_protocol = amendments.check(protocol, versions.read())
    if of_protocol or not all(problem.is_warning for problem in problems):
        return Found([*of_protocol, *problems], {})
    others = [path for ledger in ledgers.COLUMNS for path in ledgers.paths(ledger)]
    rows = {
        table.file: len(table.rows)
        for table in (*read.values(), *beside.values(), manifest, totals)
    }
    rows |= {str(path): len(ledgers.table(path).rows) for path in (*others, *notices.paths())}
    return Found(problems, rows)


def _without_protocol() -> list[Problem]:
    """What is wrong in tables whatever the protocol says."""
    problems: list[Problem] = []
    for path in (*map(analyses.path, analyses.TABLES), reads.PUBLISHED, *reads.LOGS):
        _read(path, problems)
    problems += sources.check(_read(sources.MANIFEST, problems))
    for name in ledgers.COLUMNS:
        problems += ledgers.check(name, {}) if name != "events" else ()
    return [*problems, *_events(), *_decisions_on_events()]


def _spoilt(read: Mapping[str, Table], book: Codebook) -> Iterator[Problem]:
    """Cells that a spreadsheet seems to have changed; a warning each."""
    for name, table in read.items():
        columns = book.tables[name].columns
        kinds = {column: described.type for column, described in columns.items()}
        ids = {"record_id", "source_record", *book.tables[name].key}
        for problem, _ in tables_.swallowed(table):
            yield problem._replace(is_warning=True)
        for number, cells in table.rows:
            for column, cell in cells.items():
                if not cell:
                    continue
                words = damage.suspect(cell, kinds.get(column, "text"), is_id=column in ids)
                if words:
                    yield Problem(table.file, number, column, cell, words, is_warning=True)


def _read(path: Path | str, problems: list[Problem]) -> Table:
    """The table; if it can't be read the problems grow, and it stands for an empty one."""
    try:
        return tables_.read(path)
    except TableError as error:
        problems.extend(error.problems)
        return Table(str(path))


def _counted_twice(
    protocol: Mapping[str, Any], book: Codebook, outcomes: Table
) -> Iterator[Problem]:
    """Arms of which an analysis would count two rows, say two time points."""
    extracted = analyses.read(book)
    key = ("study_id", "arm_id", "outcome")
    asked = [
        *(
            ("analysis", one, analyses.rows(one, extracted, UNDECIDED))
            for one in protocol["analyses"]
        ),
        *(
            ("comparison", one, contrasts.rows(one, extracted, UNDECIDED))
            for one in contrasts.of_protocol(protocol)
        ),
    ]
    for kind, one, rows in asked:
        counts = Counter((row["study_id"], row["arm_id"], one["outcome"]) for row in rows)
        for arm in (arm for arm, count in counts.items() if count > 1):
            numbers = [
                number for number, cells in outcomes.rows if tuple(map(cells.get, key)) == arm
            ]
            yield Problem(
                outcomes.file,
                numbers[-1],
                "",
                f"{counts[arm]} rows of arm {arm[1]} of {arm[0]} in {kind} {one['id']}",
                "one row of an arm in each; narrow its `where`, for instance by time_point",
            )


def _screening(protocol: Mapping[str, Any]) -> Iterator[Problem]:
    stages = protocol["screening"]["stages"]
    reasons = protocol["screening"]["reasons"]
    every = {**reasons, **screening.AWAITING}
    allowed = {"stage": stages, "decision": screening.DECISIONS, "reason": every}
    problems = ledgers.check("screening", allowed)
    yield from problems
    wrong = {problem.file for problem in problems}
    for path in ledgers.paths("screening"):
        if str(path) in wrong:
            continue
        for number, line in ledgers.table(path).rows:
            excluded = line["decision"] == "exclude"
            fitting = screening.AWAITING if line["decision"] == "awaiting" else reasons
            needed = line["decision"] == "awaiting" or (excluded and line["stage"] == stages[-1])
            if line["reason"] not in fitting and (needed or line["reason"]):
                words = f"{', '.join(fitting)}, since decision is {line['decision']}"
                yield Problem(str(path), number, "reason", line["reason"], words)
            elif line["reason"] and line["decision"] == "include":
                words = f"{BUT}the decision is include; which of the two is meant?"
                yield Problem(str(path), number, "reason", line["reason"], words, is_warning=True)


def _overlaps() -> Iterator[Problem]:
    """Lines of the ledger `overlap` that decide nothing: of one study twice, or by the seed."""
    problems = ledgers.check("overlap", {"decision": overlap.DECISIONS})
    yield from problems
    wrong = {problem.file for problem in problems}
    for path in (path for path in ledgers.paths("overlap") if str(path) not in wrong):
        for number, line in ledgers.table(path).rows:
            if line["screener"] == ledgers.SEED:
                yield Problem(str(path), number, "screener", ledgers.SEED, "a person")
            if line["study_id_1"] == line["study_id_2"]:
                allowed = "another study than study_id_1"
                yield Problem(str(path), number, "study_id_2", line["study_id_2"], allowed)


def _events() -> Iterator[Problem]:
    """Files of events that say what none can be: another column, kind, id or day."""
    columns = notices.Event._fields
    for path in notices.paths():
        problems: list[Problem] = []
        table = _read(path, problems)
        if table.columns:
            for column in (name for name in columns if name not in table.columns):
                problems.append(Problem(table.file, 1, column, "", NO_COLUMN))
            for column in (name for name in table.columns if name not in columns):
                allowed = f"one of {', '.join(columns)}"
                problems.append(Problem(table.file, 1, column, column, allowed))
        yield from problems
        for number, cells in () if problems else table.rows:
            record_id, kind, day = (cells[name] for name in ("record_id", "kind", "seen_on"))
            if not PUBLISHED_ID.fullmatch(record_id):
                allowed = "pmid: and digits, or doi: and a DOI"
                yield Problem(table.file, number, "record_id", record_id, allowed)
            if kind not in notices.KINDS:
                yield Problem(table.file, number, "kind", kind, ", ".join(notices.KINDS))
            if not _is_day(day):
                yield Problem(table.file, number, "seen_on", day, "a day, like 2026-12-01")


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _decisions_on_events() -> Iterator[Problem]:
    """Lines of the ledger `events` that don't fit the kind of event, or depart from the rule of
    the protocol without a reason."""
    every = list(dict.fromkeys(one for kind in consequences.DECISIONS.values() for one in kind))
    problems = ledgers.check("events", {"event": notices.KINDS, "decision": every})
    yield from problems
    wrong = {problem.file for problem in problems}
    for path in (path for path in ledgers.paths("events") if str(path) not in wrong):
        for number, line in ledgers.table(path).rows:
            kind, decision = line["event"], line["decision"]
            fitting = consequences.DECISIONS[kind]
            rule = consequences.RULE.get(kind, decision)
            if line["screener"] == ledgers.SEED:
                yield Problem(str(path), number, "screener", ledgers.SEED, "a person")
            if decision not in fitting:
                allowed = f"{', '.join(fitting)}, since event is {kind}"
                yield Problem(str(path), number, "decision", decision, allowed)
            elif decision != rule and not line["reason"]:
                allowed = f"why, since the protocol would have {rule}"
                yield Problem(str(path), number, "reason", "", allowed)


def _published(totals: Table, protocol: Mapping[str, Any]) -> Iterator[Problem]:
    """Printed percentages that their counts don't give, totals that analyses ask for in vain."""
    file = totals.file
    missing = [name for name in reads.PUBLISHED_COLUMNS if name not in totals.columns]
    if totals.columns and missing:
        yield from (Problem(file, 1, name, "", NO_COLUMN) for name in missing)
        return
    wrong = False
    for number, cells in totals.rows:
        events, total = cells["events"], cells["total"]
        for column, allowed in (("events", "a whole number"), ("total", "a whole number or empty")):
            if not (cells[column].isdecimal() or (column == "total" and not total)):
                wrong = True
                yield Problem(file, number, column, cells[column], allowed)
        if events.isdecimal() and total.isdecimal() and int(events) > int(total):
            wrong = True
            yield Problem(file, number, "events", events, f"0 to total ({total})")
    if not wrong:
        for number, cells in totals.rows:
            counted, treated = int(cells["events"]), int(cells["total"] or 0)
            printed = cells["percent_as_printed"]
            if not printed or not treated:
                continue
            percent = as_printed(counted, treated, printed)
            if percent != printed:
                allowed = f"{percent}, which is {counted} of {treated}"
                yield Problem(file, number, "percent_as_printed", printed, allowed)
    known = [(cells["group"], cells["measure"]) for cells in totals.cells]
    groups = (
        (one["id"], group.get("published"))
        for one in contrasts.of_protocol(protocol)
        for group in one["between"]["groups"]
    )
    of_analyses = ((one["id"], one.get("published")) for one in protocol["analyses"])
    for asker, asked in (*of_analyses, *groups):
        if asked and (asked["group"], asked["measure"]) not in known:
            value = f"{asked['group']}, {asked['measure']}"
            yield Problem(
                file,
                1,
                "group, measure",
                value,
                f"a row for it, since {asker} asks for it",
            )
