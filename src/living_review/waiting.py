"""What waits for people, from where every work stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from living_review import screening, versions
from living_review.ledgers import SEED, Line

LISTS = ("screen", "full_text", "extract", "conflicts", "awaiting", "again")
ONE_STUDY = "one_study"
SHOWN = ("title", "authors", "year", "journal", "pmid", "doi")
CITED = (
    *("title", "authors", "names", "year", "journal", "volume", "issue", "pages", "issn"),
    *("doi", "pmid", "pmcid", "language", "publication_types"),
)

Row = dict[str, Any]
Of = Mapping[str, Sequence[str]]  # ids of the studies that each work reports on


def of_works(
    works: pd.DataFrame,
    records: pd.DataFrame,
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Mapping[str, Any]]],
    related: pd.DataFrame,
    again: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """{"counts": {...}, "lists": {one of LISTS: works that wait}, "screeners": people who decided}.

    works: record_id, work_id, a row a record in the order in which they came. records: the same
    records with title, authors, year and so on. lines: of the screening ledgers; a decision about
    any record of a work is one about the work. protocol: the section on screening. A work is on one
    list at most: included works wait only until a study names one of their records as a report.
    related: works that have to do with each other, as dedup.related has them; each that waits is
    told its own, and "one_study" lists pairs that are reports of different studies.
    again: which decisions an amended protocol calls into question, as amendments has them; they
    stand until they are made again, and the work is on the list "again" with who is to do so.
    """
    lines = list(lines)
    said = screening.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    studies = _studies(works, extracted["reports"])
    stages = protocol["stages"]
    of_works: dict[str, list[str]] = {}
    for record_id, work_id in zip(works["record_id"], works["work_id"], strict=True):
        of_works.setdefault(work_id, []).append(record_id)
    places = {work_id: screening.place(said.get(work_id, ()), protocol) for work_id in of_works}
    stage_counts = Counter(place.stage for place in places.values())
    repeated = {work_id: _again(said.get(work_id, ()), again) for work_id in of_works}
    listed = {
        work_id: "again" if repeated[work_id] else _list(place, stages, work_id not in studies)
        for work_id, place in places.items()
    }
    wanted = {work_id for work_id, name in listed.items() if name}
    shown = _shown(records, wanted.union(related["work_id_1"], related["work_id_2"]))
    others = _related(related, studies, shown)
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for came, (work_id, record_ids) in enumerate(of_works.items(), 1):
        name, place, to_repeat = listed[work_id], places[work_id], repeated[work_id]
        if name:
            lists[name].append(
                {
                    "record_id": work_id,
                    "other_records": [one for one in record_ids if one != work_id],
                    "stage": place.stage,
                    "suggestion": place.verdict.suggestion,
                    "awaiting": place.verdict.awaiting,
                    "votes": [f"{who}: {decision}" for who, decision in place.verdict.votes],
                    **({"again": to_repeat} if to_repeat else {}),
                    "voters": [who for who, _ in place.verdict.votes],
                    "came": came,
                    "related": others.get(work_id, []),
                    **shown[work_id],
                }
            )
    for waiting in lists.values():
        waiting.sort(key=lambda work: work["suggestion"] != "include")  # stable: else as they came
    lists[ONE_STUDY] = _of_one_study(related, studies, shown)
    counts = {"records": len(works), "works": int(works["work_id"].nunique())}
    return {
        "counts": counts | {stage: stage_counts[stage] for stage in (*stages, *screening.SETTLED)},
        "lists": lists,
        "screeners": sorted({line["screener"] for line in lines} - {SEED}),
    }


def _shown(records: pd.DataFrame, wanted: set[str]) -> dict[str, Row]:
    """What is shown of each record that is wanted, by its id."""
    rows = records[records["record_id"].isin(wanted)]
    return {
        str(row.pop("record_id")): row for row in rows[["record_id", *SHOWN]].to_dict("records")
    }


def _again(lines: Iterable[Line], again: Sequence[Mapping[str, Any]]) -> list[str]:
    """Who decided by an earlier protocol what an amended one calls into question."""
    return sorted(
        {
            line["screener"]
            for line in lines
            for asked in again
            if line["screener"] != SEED
            and (line["stage"], line["decision"]) == (asked["stage"], asked["decision"])
            and (not asked["reasons"] or line["reason"] in asked["reasons"])
            and versions.order(line["protocol_version"]) < versions.order(asked["version"])
        }
    )


def _list(place: screening.Place, stages: Sequence[str], unextracted: bool) -> str:
    if place.stage == "included":
        return "extract" if unextracted else ""
    if place.stage == "excluded":
        return ""
    if place.verdict.standing == "conflict":
        return "conflicts"
    if place.verdict.awaiting:
        return "awaiting"
    return "full_text" if place.stage == stages[-1] else "screen"


def _studies(works: pd.DataFrame, reports: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    work_of = dict(zip(works["record_id"], works["work_id"], strict=True))
    found: dict[str, set[str]] = {}
    for report in reports:
        if report["record_id"] in work_of:
            found.setdefault(work_of[report["record_id"]], set()).add(report["study_id"])
    return {work_id: sorted(of_work) for work_id, of_work in found.items()}


def _related(related: pd.DataFrame, studies: Of, shown: Mapping[str, Row]) -> dict[str, list[Row]]:
    """What each work has to do with others, and which studies these report on."""
    found: dict[str, list[Row]] = {}
    for pair in related.to_dict("records"):
        ids = (pair["work_id_1"], pair["work_id_2"])
        for one, other in (ids, ids[::-1]):
            found.setdefault(one, []).append(
                {
                    "record_id": other,
                    "title": shown[other]["title"],
                    "link": pair["link"],
                    "rule": pair["rule"],
                    "studies": list(studies.get(other, ())),
                }
            )
    return found


def _of_one_study(related: pd.DataFrame, studies: Of, shown: Mapping[str, Row]) -> list[Row]:
    """Related works, both of them reports, that no study has in common."""
    pairs = []
    for pair in related.to_dict("records"):
        ids = (pair["work_id_1"], pair["work_id_2"])
        of_both = [studies.get(one, ()) for one in ids]
        if all(of_both) and set(of_both[0]).isdisjoint(of_both[1]):
            reports = [
                {"record_id": one, "studies": list(of_one), **shown[one]}
                for one, of_one in zip(ids, of_both, strict=True)
            ]
            pairs.append(
                {name: pair[name] for name in ("link", "rule", "why")} | {"reports": reports}
            )
    return pairs


def references(
    works: pd.DataFrame, records: pd.DataFrame, reports: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """{record_id: what CITED it by} of the reports on studies.

    What a record lacks is taken from the first other record of its work that has it. works,
    records: as in of_works.
    """
    reported = {report["record_id"] for report in reports}
    work_of = dict(zip(works["record_id"], works["work_id"], strict=True))
    asked = {work_of[record_id] for record_id in reported & work_of.keys()}
    of_asked = {record_id: work for record_id, work in work_of.items() if work in asked}
    known = records[records["record_id"].isin(list(of_asked))].set_index("record_id")
    rows = known[list(CITED)].fillna("").to_dict("index")
    of_work: dict[str, list[dict[str, str]]] = {}
    for record_id, work in of_asked.items():
        of_work.setdefault(work, []).append(rows[record_id])
    return {
        record_id: {
            field: next(filter(None, (one[field] for one in same)), "")
            for same in ([rows[record_id], *of_work[of_asked[record_id]]],)
            for field in CITED
        }
        for record_id in sorted(reported & rows.keys())
    }
