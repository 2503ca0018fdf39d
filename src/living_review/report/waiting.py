"""The section on what waits for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import (
    certainty,
    escape,
    overlaps,
    provenance,
    retractions,
    risk_of_bias,
    unread,
    who,
    words,
)
from living_review.report.markdown import blocks, bullets, cut, details, table

Row = Mapping[str, Any]

LEDGER = "resources/decisions/events/<your name>.csv"
# How each list of findings.LISTS that names studies is headed, and what is to be done.
TASKS = {
    "retractions": (
        ("retraction", "retractions"),
        "that nobody has looked at",
        "The rule of the protocol took the study out of all analyses; nothing has to wait. To "
        "confirm or reverse it, add a line with record_id, event and the decision exclude or keep "
        f"to {LEDGER}, with the reason.",
    ),
    "concerns": (
        ("expression of concern", "expressions of concern"),
        "to be judged",
        "The study stays in the analyses until then. To judge it, add a line with record_id, event "
        f"and the decision exclude or keep to {LEDGER}.",
    ),
    "corrections": (
        ("extraction", "extractions"),
        "to be checked again",
        "A correction or an update came out. When what was extracted has been held against it, "
        f"add a line with record_id, event and the decision checked to {LEDGER}.",
    ),
    "event_conflicts": (
        ("conflict", "conflicts"),
        "about a retraction or concern",
        "People decided in opposite ways, or somebody did both. The rule of the protocol holds "
        "until a line is superseded.",
    ),
}


AGAIN = "to be decided on again, by the amended protocol; the decisions stand until then"


def part(results: Row) -> str:
    """What people have to decide next, in the order of todo.tasks: counts, lists that open."""
    lists, counts = results["waiting"]["lists"], results["waiting"]["counts"]
    if not any(counts.values()):
        return "Nothing waits for a decision.\n"
    asked = words.counted(counts["questions"], "question")

    def of_works(name: str, one: str, many: str, task: str) -> str:
        return _records(who.of_works(name, results), one, many, task)

    return blocks(
        ORDER,
        of_works("screen", "record", "records", "to be screened by title and abstract"),
        of_works("conflicts", "conflict", "conflicts", "to be resolved"),
        of_works("full_text", "report", "reports", "to be assessed in full text"),
        of_works("again", "work", "works", AGAIN) if lists["again"] else "",
        *(_awaited(lists["awaiting"], *of) for of in AWAITED.items()),
        of_works("extract", "included study", "included studies", "to be extracted"),
        unread.verify(lists["verify"]),
        _duplicates(lists["duplicates"], results["waiting"]["duplicates_table"]),
        _conflicts(lists["duplicate_conflicts"]),
        _alarms(lists["duplicate_alarms"]),
        _one_study(lists["one_study"]),
        overlaps.tasks(lists),
        provenance.tasks(lists),
        risk_of_bias.waiting(lists),
        certainty.tasks(lists),
        _events(lists),
        unread.provisional(lists["provisional"]),
        f"[{asked} to the review team](#questions)" if counts["questions"] else "",
    )


ORDER = (
    "In the order in which to do it. Where no name stands anybody may do it. The same as a list "
    "for each person: living-review todo, and as tables in results/todo/; there works stand by "
    "rank."
)

# What each reason of screening.AWAITING makes of a work, and what it waits for.
AWAITED = {
    "awaiting_classification": ("study", "studies", "awaiting classification: more was asked for"),
    "report_not_retrieved": ("report", "reports", "not retrieved yet"),
    "ongoing_study": ("ongoing study", "ongoing studies", "whose results are awaited"),
}

HOW = (
    "To decide, add a line with both ids and the decision same or different to "
    "resources/decisions/duplicates/<your name>.csv. The likeliest come first."
)
FIELDS = ("title", "authors", "year", "journal", "volume", "pages", "doi", "record_id", "study")
HEADINGS = {"doi": "DOI", "record_id": "Id"}


def _duplicates(pairs: Sequence[Row], table_path: str) -> str:
    if not pairs:
        return ""
    as_table = f" The same as a table: {escape.text(table_path)}." if table_path else ""
    return details(
        f"{words.counted(len(pairs), 'possible duplicate')} to be decided",
        escape.text(HOW) + as_table,
        *(
            block
            for pair in pairs
            for block in (
                f"**{pair['rank']}. {escape.text(pair['rule'])}** (score {pair['score']:.2f}; if "
                f"it is the same work, a {escape.text(pair['link'])}): {escape.text(pair['why'])}",
                _side_by_side(f"Possible duplicate {pair['rank']}", pair["records"]),
            )
        ),
    )


def _conflicts(conflicts: Sequence[Row]) -> str:
    if not conflicts:
        return ""
    return details(
        f"{words.counted(len(conflicts), 'conflict')} between decisions about duplicates",
        "These lines decide nothing until one of them is superseded.",
        *(
            block
            for conflict in conflicts
            for block in (
                f"**{escape.text(conflict['kind'])}**, lines {escape.text(conflict['decisions'])}: "
                f"{escape.text(conflict['why'])}",
                _side_by_side(f"Records of {conflict['decisions']}", conflict["records"]),
            )
        ),
    )


def _alarms(alarms: Sequence[Row]) -> str:
    if not alarms:
        return ""
    return details(
        f"{words.counted(len(alarms), 'work')} of very many records or DOIs, to be looked at",
        "Two works may have run together. To part them, decide that two of their records are "
        "different.",
        table(
            "Works of very many records or DOIs",
            ["Work", "Records", "DOIs", "Why", "Id"],
            "lrrll",
            [
                [
                    escape.link(row["title"] or row["work_id"], escape.address_of(row["work_id"])),
                    escape.text(row["records"]),
                    escape.text(row["dois"]),
                    escape.text(row["why"]),
                    escape.text(row["work_id"]),
                ]
                for row in alarms
            ],
        ),
    )


# What the other one is, in words, by the rule that saw it.
OTHER = {
    "preprint of it": "preprint, or its article",
    "notice about it": "a notice about it, or what the notice is about",
    "another report of it": "the same title by the same people elsewhere",
}


def _other(row: Row) -> str:
    return OTHER.get(row["rule"], escape.text(row["rule"]))


def _related(work: Row) -> str:
    """What a work has to do with others, which may report on the same study."""
    said = [
        escape.link(other["title"] or other["record_id"], escape.address_of(other["record_id"]))
        + f" ({_other(other)}"
        + (f"; reports on {escape.text(', '.join(other['studies']))}" if other["studies"] else "")
        + ")"
        for other in work.get("related", ())
    ]
    return f" [May belong to one study with: {'; '.join(said)}]{{.beside}}" if said else ""


def _one_study(pairs: Sequence[Row]) -> str:
    if not pairs:
        return ""
    return details(
        f"{words.counted(len(pairs), 'pair')} of reports that may be of one study",
        "They stand under different studies. If it is one, give both reports its study_id in "
        "resources/extraction/reports.csv, so that no patient counts twice.",
        *(
            block
            for number, pair in enumerate(pairs, start=1)
            for block in (
                f"**{_other(pair).capitalize()}**: {escape.text(pair['why'])}",
                _side_by_side(
                    f"Pair {number} of reports",
                    [one | {"study": ", ".join(one["studies"])} for one in pair["reports"]],
                ),
            )
        ),
    )


def _side_by_side(name: str, records: Sequence[Row]) -> str:
    """Two records, a row a field; what neither says is left out."""
    return table(
        name,
        ["", "First record", "Second record"],
        "lll",
        [
            [HEADINGS.get(field, field.capitalize()), *(_cell(record, field) for record in records)]
            for field in FIELDS
            if any(record.get(field) for record in records)
        ],
    )


def _cell(record: Row, field: str) -> str:
    if field == "title":
        return escape.link(record["title"], escape.address_of(record["record_id"]))
    if field == "doi" and record["doi"]:
        return escape.link(record["doi"], escape.address_of(f"doi:{record['doi']}"))
    return escape.text(record.get(field, ""))


def _records(records: Sequence[Row], one: str, many: str, task: str) -> str:
    if not records:
        return f"No {one} waits {task}."
    named = ["For whom"] if any("for_whom" in row for row in records) else []
    shown, others = cut(records)
    return details(
        f"{words.counted(len(records), one, many)} {task}",
        table(
            f"{many.capitalize()} {task}",
            ["Record", "Authors", "Year", "Journal", "Id", *named],
            "llrll" + "l" * len(named),
            [
                [
                    retractions.flags(row)
                    + escape.link(
                        row.get("title") or row.get("label") or row.get("record_id") or "untitled",
                        escape.address_of(row.get("record_id") or ""),
                    )
                    + _related(row),
                    escape.text(_first(row.get("authors") or row.get("first_author"))),
                    escape.text(row.get("year")),
                    escape.text(row.get("journal")),
                    escape.text(row.get("record_id")),
                    *(escape.text(row["for_whom"]) for _ in named),
                ]
                for row in shown
            ],
        ),
        others,
    )


def _awaited(works: Sequence[Row], reason: str, words_of: tuple[str, str, str]) -> str:
    """Works that nobody can decide about yet, for one reason; nothing if there is none."""
    waiting = [work for work in works if work["awaiting"] == reason]
    return _records(waiting, *words_of) if waiting else ""


def _first(authors: str | None) -> str:
    names = [name.strip() for name in (authors or "").split(";") if name.strip()]
    return f"{names[0]} et al." if len(names) > 1 else "".join(names)


def _events(lists: Mapping[str, Sequence[Row]]) -> str:
    """The lists of events that people have to look at; nothing if there is none."""
    return blocks(
        *(_event_list(name, lists[name]) for name in TASKS if lists[name]),
        _unmet(lists["unmet_decisions"]) if lists["unmet_decisions"] else "",
    )


def _event_list(name: str, rows: Sequence[Row]) -> str:
    (one, many), task, how = TASKS[name]
    heading = f"{words.counted(len(rows), one, many)} {task}"
    return details(
        heading,
        escape.text(how),
        table(
            heading,
            ["Study", "Publication", "record_id", "event", "Notice", "What holds"],
            "llllll",
            [
                [
                    escape.text(row["label"] or row["study_id"]),
                    escape.link(
                        row["title"] or row["record_id"], escape.address_of(row["record_id"])
                    ),
                    escape.text(row["record_id"]),
                    escape.text(row["kind"]),
                    retractions.notices(row),
                    retractions.done(row),
                ]
                for row in rows
            ],
        ),
    )


def _unmet(lines: Sequence[Row]) -> str:
    return details(
        f"{words.counted(len(lines), 'decision')} about an event that no search has seen",
        "They count for nothing: the id or the kind of event may be mistyped. Supersede them by "
        "a line that is right.",
        bullets(
            f"Line {escape.text(line['id'])} of {escape.text(line['screener'])}: "
            f"{escape.text(line['record_id'])}, {escape.text(line['event'])}, "
            f"{escape.text(line['decision'])}"
            for line in lines
        ),
    )
