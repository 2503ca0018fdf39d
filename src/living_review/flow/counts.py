"""The number of records, reports and studies in every box of the flow, from the ledgers alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from living_review import screening
from living_review.flow import methods
from living_review.ledgers import Line

# A reason that the protocol may list, best as its last: nobody could get the full text.
NOT_RETRIEVED = "not_retrieved"

# Where a work stands; each is in one of these.
ENDS = (
    "awaiting_screening",
    "excluded",
    "not_retrieved",
    "awaiting_full_text",
    "ineligible",
    "awaiting_extraction",
    "included",
)
# Boxes that a work went through before it came there.
THROUGH = {
    "screened": ENDS[1:],
    "sought": ENDS[2:],
    "assessed": ENDS[4:],
}
# Whether an included study is one of the previous version's; or out of the review since.
MEMBERSHIPS = ("new", "unknown", "again")
OUT = "out"
GROUPS = (*MEMBERSHIPS, OUT)
_MEMBERSHIP = {"no": "new", "yes": "again"}

Rows = Sequence[Mapping[str, Any]]


def count(
    works: pd.DataFrame,
    members: pd.DataFrame,
    sources: Rows,
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
    extracted: Mapping[str, Rows],
    previous: Mapping[str, Any] | None,
    out: Collection[str] = (),
) -> dict[str, Any]:
    """Counts of every box of the figure, each with the works in it.

    works: record_id, work_id, a row a record in the order in which they came; members: record_id,
    source. sources: what library.accounts says of each. lines: of the screening ledgers; a decision
    about any record of a work is one about the work. protocol: the section on screening. extracted:
    studies and reports. previous: studies and, if stated, reports of the version that this one
    continues; None if there is none. out: ids of studies that are out after a retraction or an
    expression of concern.

    {"recorded": whether any source was ever asked,
     "previous": {"studies", "reports" (None: not stated)} or None,
     "sources": [{"name", "method", "column", "found", "again", "unreadable", "records"}],
     "columns": {"databases" | "other": {box: {"n", "works"}}},
     "reasons": {"databases" | "other": [{"reason", "words", "n", "works"}]} of box `ineligible`,
     "included": {"new" | "unknown" | "again" | "out": {"studies": ids, "n" (reports), "works"}},
     "out": {"new" | "unknown" | "again": ids} of the included studies that are out,
     "outside": ids of included studies of which no record came from any source,
     "total": {"studies": [least, most], "reports": [least, most] or None (not stated)},
     "retrieval": whether the protocol tells reports that nobody could get from others}

    A study that is out is in no other group, and its report only if it reports on no other study.
    A work counts once, in the column of the source that brought its first record. `identified` and
    `duplicates` hold records, all other boxes works. A record that comes again, under the id that
    it has already, is neither. An entry that could not be read is identified, and removed as
    `unreadable`, each time that it comes, since nobody can tell whether it came before.
    """
    lines = list(lines)
    method_of = {source["id"]: source["method"] for source in sources}
    came_by = zip(members["record_id"], members["source"], strict=True)
    column_of = {record_id: methods.column(method_of[source]) for record_id, source in came_by}
    said = screening.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    studies_of = _studies_of_works(works, extracted["reports"])
    ends = {
        work_id: _end(said.get(work_id, ()), protocol, extracted=work_id in studies_of)
        for work_id in works["work_id"].unique()
    }
    membership = _membership(extracted["studies"], previous)
    group = {**membership, **dict.fromkeys(out, OUT)}
    included = _included(ends, studies_of, group)
    in_flow = {study_id for of in included.values() for study_id in of["studies"]}
    decided = screening.included_studies(extracted["reports"], lines, protocol)
    before = _previous(previous)
    left = {
        of: [one for one in included[OUT]["studies"] if membership.get(one, "unknown") == of]
        for of in MEMBERSHIPS
    }
    return {
        "recorded": bool(sources),
        "previous": before,
        "sources": _by_name(sources, method_of),
        "columns": {
            column: {
                box: {"n": len(ids) + _unlisted(box, column, sources, method_of), "works": ids}
                for box, ids in boxes.items()
            }
            for column, boxes in _boxes(works, column_of, ends).items()
        },
        "reasons": {
            column: _reasons(
                (
                    (work_id, reason)
                    for work_id, (end, reason) in ends.items()
                    if end == "ineligible" and column_of[work_id] == column
                ),
                protocol["reasons"],
            )
            for column in methods.COLUMNS
        },
        "included": included,
        "out": left,
        "outside": sorted(decided - in_flow),
        "total": total(before, included, left),
        "retrieval": NOT_RETRIEVED in protocol["reasons"],
    }


def total(
    previous: Mapping[str, Any] | None,
    included: Mapping[str, Mapping[str, Any]],
    out: Mapping[str, Collection[str]],
) -> dict[str, list[int] | None]:
    """The least and the most studies and reports that the review includes by now.

    Of the studies whose membership is unknown only as many can be the previous version's as it has
    studies that were not found again. A report of one of its studies may be a further one. If
    studies that are or may be the previous version's are out, its other reports are not known.
    """
    studies = {group: len(of["studies"]) for group, of in included.items()}
    reports = {group: of["n"] for group, of in included.items()}
    if previous is None:
        return {"studies": [studies["new"]] * 2, "reports": [reports["new"]] * 2}
    kept = previous["studies"] - len(out["again"])
    most = kept + studies["new"] + studies["unknown"]
    unknown = studies["unknown"] + len(out["unknown"])
    certain = most - min(unknown, kept - studies["again"])
    if previous["reports"] is None or out["again"] or out["unknown"]:
        return {"studies": [certain, most], "reports": None}
    stated = previous["reports"] + reports["new"]
    return {
        "studies": [certain, most],
        "reports": [stated, stated + reports["unknown"] + reports["again"]],
    }


def _boxes(
    works: pd.DataFrame, column_of: Mapping[str, str], ends: Mapping[str, tuple[str, str]]
) -> dict[str, dict[str, list[str]]]:
    """The records of `identified` and `duplicates` and the works of each further box, by column."""
    names = ("identified", "duplicates", "automation", "unreadable", *ENDS, *THROUGH)
    boxes: dict[str, dict[str, list[str]]] = {
        column: {name: [] for name in names} for column in methods.COLUMNS
    }
    for record_id, work_id in zip(works["record_id"], works["work_id"], strict=True):
        of_column = boxes[column_of[record_id]]
        of_column["identified"].append(record_id)
        if record_id != work_id:
            of_column["duplicates"].append(record_id)
            continue
        end, _ = ends[work_id]
        for box in (end, *(box for box, ends_ in THROUGH.items() if end in ends_)):
            of_column[box].append(work_id)
    return boxes


def _included(
    ends: Mapping[str, tuple[str, str]],
    studies_of: Mapping[str, Sequence[str]],
    membership: Mapping[str, str],
) -> dict[str, dict[str, Any]]:
    """Included studies of each group; a report on studies of several counts in the first."""
    studies: dict[str, set[str]] = {group: set() for group in GROUPS}
    works: dict[str, list[str]] = {group: [] for group in GROUPS}
    for work_id, (end, _) in ends.items():
        if end == "included":
            for study_id in studies_of[work_id]:
                studies[membership.get(study_id, "unknown")].add(study_id)
            groups = {membership.get(study_id, "unknown") for study_id in studies_of[work_id]}
            works[min(groups, key=GROUPS.index)].append(work_id)
    return {
        group: {"studies": sorted(studies[group]), "n": len(works[group]), "works": works[group]}
        for group in GROUPS
    }


def _unlisted(box: str, column: str, sources: Rows, method_of: Mapping[str, str]) -> int:
    """Entries of a box that are no records, since they could not be read."""
    if box not in ("identified", "unreadable"):
        return 0
    return sum(
        source["quarantined"]
        for source in sources
        if methods.column(method_of[source["id"]]) == column
    )


def _end(lines: Collection[Line], protocol: Mapping[str, Any], extracted: bool) -> tuple[str, str]:
    """Where a work stands (one of ENDS), and why if it was found not eligible."""
    stages = protocol["stages"]
    place = screening.place(lines, protocol)
    if place.stage == "included":
        return ("included" if extracted else "awaiting_extraction"), ""
    if place.stage in stages:
        return "awaiting_full_text" if place.stage == stages[-1] else "awaiting_screening", ""
    required = protocol["screeners_required"][stages[-1]]
    if not screening.verdict(lines, stages[-1], required).votes:
        return "excluded", ""
    reason = place.verdict.reason
    return ("not_retrieved" if reason == NOT_RETRIEVED else "ineligible"), reason


def _studies_of_works(works: pd.DataFrame, reports: Rows) -> dict[str, list[str]]:
    """Studies that each work reports on."""
    work_of = dict(zip(works["record_id"], works["work_id"], strict=True))
    studies: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        if report["record_id"] in work_of:
            studies[work_of[report["record_id"]]].add(report["study_id"])
    return {work_id: sorted(of_work) for work_id, of_work in studies.items()}


def _membership(studies: Rows, previous: Mapping[str, Any] | None) -> dict[str, str]:
    """The group of each study; without a previous version every study is a new one."""
    return {
        study["study_id"]: _MEMBERSHIP.get(study["in_index_review"], "unknown")
        if previous is not None
        else "new"
        for study in studies
    }


def _previous(previous: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    return {"studies": previous["studies"], "reports": previous.get("reports")}


def _by_name(sources: Rows, method_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """What each source brought in all its runs and files, in the order of the figure."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source in sources:
        method = method_of[source["id"]]
        of_name = found.setdefault(
            (method, source["source"]),
            {
                "name": source["source"],
                "method": method,
                "column": methods.column(method),
                **dict.fromkeys(("found", "again", "unreadable", "records"), 0),
            },
        )
        of_name["found"] += source["found"]
        of_name["again"] += source["read"] - source["new"]
        of_name["unreadable"] += source["quarantined"]
        of_name["records"] += source["new"]
    order = list(methods.WORDS)
    return sorted(
        found.values(), key=lambda of: (order.index(of["method"]), -of["records"], of["name"])
    )


def _reasons(
    excluded: Iterable[tuple[str, str]], hierarchy: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Reasons that were given, in the protocol's order; those that it doesn't list come last.

    excluded: a work and why.
    """
    works: dict[str, list[str]] = defaultdict(list)
    for work_id, reason in excluded:
        works[reason].append(work_id)
    order = {reason: place for place, reason in enumerate(hierarchy)}
    return [
        {
            "reason": reason,
            "words": hierarchy.get(reason) or reason or "No reason given",
            "n": len(works[reason]),
            "works": works[reason],
        }
        for reason in sorted(works, key=lambda one: (order.get(one, len(order)), one))
    ]
