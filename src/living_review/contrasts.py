"""Which extracted rows a comparison of two groups of arms uses, and which it sets aside and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review import analyses, overlap
from living_review.analyses import UNDECIDED, Cells, Decided

NOT_COMPARED = ("groups", "risk_of_bias")  # of a row; no part of a comparison's name
LEAST_STUDIES = 5  # a side, unless the protocol says otherwise

OF_THE_METHOD = ("id", "outcome", "where", "least_studies", "measure")


def of_protocol(protocol: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The comparisons that a protocol asks for, nothing left open; none if it asks for none."""
    return [{"least_studies": LEAST_STUDIES, **asked} for asked in protocol.get("contrasts", ())]


def rows(
    contrast: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided,
) -> list[dict[str, Any]]:
    """A row for each arm that is compared, as analyses.rows has it, with its side, 0 or 1.

    Of studies that may have patients in common the same one counts on both sides.
    """
    used = [
        {**row, "side": side}
        for side, (group, where) in enumerate(_sides(contrast))
        for row in _rows(contrast, {**group, **where}, extracted, known)
    ]
    left_out = overlap.left_out(used, known.overlapping)
    return [row | {"overlaps": row["study_id"] in left_out} for row in used]


def set_aside(
    contrast: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]]
) -> list[dict[str, Any]]:
    """Studies that report the outcome for a side, but of no arm that `where` lets count.

    A row a study and side: study_id, label, year, side; columns: those of `where` that no arm of
    the study meets there, or all of them if each is met, but not by one arm.
    """
    found = []
    for side, (group, where) in enumerate(_sides(contrast)):

        def reporting(asked: Mapping[str, Any], group: Mapping[str, Any] = group) -> dict[str, Any]:
            met = _rows(contrast, {**group, **asked}, extracted)
            return {row["study_id"]: row for row in met}

        counted = reporting(where)
        meeting = {name: reporting({name: values}) for name, values in where.items()}
        for study_id, row in reporting({}).items():
            if study_id not in counted:
                unmet = [name for name, met in meeting.items() if study_id not in met]
                told = {name: row[name] for name in ("study_id", "label", "year")}
                found.append(told | {"side": side, "columns": sorted(unmet or meeting)})
    return sorted(found, key=lambda row: [str(value) for value in row.values()])


def parts(
    contrast: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]], known: Decided
) -> dict[str, Any]:
    """What a comparison is computed from; its title and published totals are words on the page."""
    method = {name: contrast[name] for name in OF_THE_METHOD}
    groups = [
        {name: group[name] for name in ("label", "values", "where") if name in group}
        for group in contrast["between"]["groups"]
    ]
    return {
        "rows": rows(contrast, extracted, known),
        "set_aside": set_aside(contrast, extracted),
        "contrast": method | {"between": {**contrast["between"], "groups": groups}},
    }


def _sides(contrast: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What puts an arm on either side, and what it has to be to count there."""
    column = contrast["between"]["column"]
    return [
        ({column: group["values"]}, {**contrast["where"], **group.get("where", {})})
        for group in contrast["between"]["groups"]
    ]


def _rows(
    contrast: Mapping[str, Any],
    where: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided = UNDECIDED,
) -> list[dict[str, Any]]:
    asked = {"outcome": contrast["outcome"], "where": where}
    return [
        {column: value for column, value in row.items() if column not in NOT_COMPARED}
        for row in analyses.rows(asked, extracted, known._replace(overlapping=()))
    ]
