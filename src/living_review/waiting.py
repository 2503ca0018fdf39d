"""What waits for people, from where every work stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from living_review import screening
from living_review.ledgers import Line

LISTS = ("screen", "full_text", "extract", "conflicts")
SHOWN = ("title", "authors", "year", "journal", "pmid", "doi")


def of_works(
    works: pd.DataFrame,
    records: pd.DataFrame,
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """{"counts": {...}, "lists": {screen, full_text, extract, conflicts: works that wait}}.

    works: record_id, work_id, a row a record in the order in which they came. records: the same
    records with title, authors, year and so on. lines: of the screening ledgers; a decision about
    any record of a work is one about the work. protocol: the section on screening. A work is on one
    list at most: included works wait only until a study names one of their records as a report.
    """
    said = screening.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    extracted_records = {report["record_id"] for report in extracted["reports"]}
    shown = records.set_index("record_id")[list(SHOWN)].to_dict("index")
    stages = protocol["stages"]
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    stage_counts: Counter[str] = Counter()
    for work_id, record_ids in works.groupby("work_id", sort=False)["record_id"]:
        place = screening.place(said.get(work_id, ()), protocol)
        stage_counts[place.stage] += 1
        name = _list(place, stages, extracted_records.isdisjoint(record_ids))
        if name:
            lists[name].append(
                {
                    "record_id": work_id,
                    "other_records": [one for one in record_ids if one != work_id],
                    "stage": place.stage,
                    "suggestion": place.verdict.suggestion,
                    "votes": [f"{who}: {decision}" for who, decision in place.verdict.votes],
                    **shown[work_id],
                }
            )
    for waiting in lists.values():
        waiting.sort(key=lambda work: work["suggestion"] != "include")  # stable: else as they came
    counts = {"records": len(works), "works": int(works["work_id"].nunique())}
    return {
        "counts": counts | {stage: stage_counts[stage] for stage in (*stages, *screening.SETTLED)},
        "lists": lists,
    }


def _list(place: screening.Place, stages: Sequence[str], unextracted: bool) -> str:
    if place.stage == "included":
        return "extract" if unextracted else ""
    if place.stage == "excluded":
        return ""
    if place.verdict.standing == "conflict":
        return "conflicts"
    return "full_text" if place.stage == stages[-1] else "screen"
