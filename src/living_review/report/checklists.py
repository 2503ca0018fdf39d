"""The reporting checklists, filled from what the page shows and from what people said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import tables
from living_review.checklists import items
from living_review.checklists.items import Checklist, Item
from living_review.checklists.said import (
    ANSWERED,
    IN_PART,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    STATES,
    Said,
)
from living_review.report import escape, reported, reported_results, words
from living_review.report.markdown import blocks, bullets, details
from living_review.report.reported import DOES_NOT_APPLY, NO, PART, YES, Finding

Row = Mapping[str, Any]

NOBODY: Mapping[str, Mapping[str, Said]] = {}
FILE = "checklists.csv"
COLUMNS = ("checklist", "item", "subject", "state", "answer", "said", "lacks", "where")
# What lacks comes first: nobody has to look for it.
ORDER = {
    NOT_ANSWERED: "Not answered",
    IN_PART: "Answered in part",
    ANSWERED: "Answered",
    NOT_APPLICABLE: "Does not apply",
}

FINDINGS: Mapping[str, Callable[[Row, Row], Finding]] = {
    **reported.FINDINGS,
    **reported_results.FINDINGS,
}


def of_results(
    results: Row, protocol: Row, said: Mapping[str, Mapping[str, Said]] = NOBODY
) -> list[dict[str, Any]]:
    """Every checklist with a row for each of its items, in the order of its source.

    results: as results.collect has them. said: {checklist: {id of an item: what a person says}}.
    A row: item (its id), number, subject, state (one of said.STATES), answer (what the review
    shows), said (a person's words), lacks, where (a place on the page).
    """
    return [_filled(one, results, protocol, said.get(one.id, {})) for one in items.read().values()]


def _filled(
    checklist: Checklist, results: Row, protocol: Row, said: Mapping[str, Said]
) -> dict[str, Any]:
    rows = [
        _row(item, [FINDINGS[name](results, protocol) for name in item.answered_by], said)
        for item in checklist.items.values()
    ]
    counted = Counter(row["state"] for row in rows)
    return {
        **{name: getattr(checklist, name) for name in ("id", "title", "source", "doi", "note")},
        "counts": {state: counted[state] for state in STATES} | {"items": len(rows)},
        "rows": rows,
    }


def _row(item: Item, findings: Sequence[Finding], said: Mapping[str, Said]) -> dict[str, Any]:
    told = [one.words for one in findings if one.is_told in (YES, PART)]
    lacking = [one.words for one in findings if one.is_told in (NO, DOES_NOT_APPLY)]
    if item.person:
        lacking.append(f"For a person to say: {item.person}.")
    person = said.get(item.id)
    return {
        "item": item.id,
        "number": item.number,
        "subject": item.subject,
        "state": person.state if person else state(item, findings),
        "answer": " ".join(told),
        "said": person.words if person else "",
        "lacks": "" if person else " ".join(lacking),
        "where": item.where,
    }


def state(item: Item, findings: Sequence[Finding]) -> str:
    """How far findings answer an item; never wholly where a person's words are a part of it."""
    told = [one.is_told for one in findings] + ([NO] if item.person else [])
    asked = {one for one in told if one != DOES_NOT_APPLY}
    if told and not asked:
        return NOT_APPLICABLE
    if asked == {YES}:
        return ANSWERED
    return IN_PART if asked & {YES, PART} else NOT_ANSWERED


# ---- in words --------------------------------------------------------------------------------


def part(results: Row) -> str:
    """A folded list for each checklist: what is not answered first, then the rest."""
    return blocks(
        *(_checklist(one) for one in results["checklists"]),
        f"Download all of it: [CSV](data/{FILE}).",
    )


def write(results: Row, folder: Path | str) -> None:
    """All rows of all checklists as a CSV file in a folder; no cell is a formula."""
    rows = [
        {**row, "checklist": one["title"]} for one in results["checklists"] for row in one["rows"]
    ]
    shown = [{column: tables.harmless(row[column]) for column in COLUMNS} for row in rows]
    tables.write(Path(folder, FILE), list(COLUMNS), shown)


def _checklist(filled: Row) -> str:
    return details(
        _counted(filled),
        f"{escape.text(filled['note'])} "
        f"Source: {escape.link(filled['source'], escape.address_of('doi:' + filled['doi']))}.",
        *(
            blocks(f"**{heading} ({len(rows):,})**", bullets(map(_item, rows)))
            for one, heading in ORDER.items()
            if (rows := [row for row in filled["rows"] if row["state"] == one])
        ),
    )


def _counted(filled: Row) -> str:
    counts = filled["counts"]
    n = words.counted(counts["items"], "item")
    rest = ", ".join(
        f"{counts[one]:,} {heading}"
        for one, heading in ((IN_PART, "in part"), (NOT_ANSWERED, "not"))
        if counts[one]
    )
    exempt = f"; {counts[NOT_APPLICABLE]:,} of them do not apply" if counts[NOT_APPLICABLE] else ""
    told = f"{filled['title']}: {counts[ANSWERED]:,} of {n} answered"
    return f"{told}{f', {rest}' if rest else ''}{exempt}"


def _item(row: Row) -> str:
    number = f"**{escape.text(row['number'])}** " if row["number"] else ""
    told = [escape.text(row["answer"]), _by_person(row), _lacking(row)]
    said = " ".join(one for one in told if one)
    return f"{number}[{escape.text(row['subject'])}](#{row['where']}): {said}"


def _by_person(row: Row) -> str:
    return f"The team: {escape.text(reported.sentence(row['said']))}" if row["said"] else ""


def _lacking(row: Row) -> str:
    return f"*{escape.text(row['lacks'])}*" if row["lacks"] else ""
