"""What each study and each side has for a comparison, and what of it does not count."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.synthesis.arrays import finite
from living_review.synthesis.contrast_counts import SIDES, pairs
from living_review.synthesis.study_totals import COUNTS, REASONS, Counted, whole
from living_review.synthesis.within_studies import halved, own_comparisons

Row = Mapping[str, Any]

FOLLOW_UP = ("time_point", "followup_measure", "followup_value", "followup_unit")


def side_of(rows: Sequence[Row], aside: Iterable[Row], side: int, label: str) -> dict[str, Any]:
    """A side's studies with a known outcome (k), arms and counts, and the studies besides.

    rows: all arms of both sides; aside: studies that no arm lets count. provisional, retracted,
    overlaps, set_aside: studies that would count but for this, each in the first that holds.
    """
    own = [row for row in rows if row["side"] == side]
    counted = [row for row in _main(own) if row["n_known"]]
    studies = {row["study_id"] for row in counted}
    why: dict[str, set[str]] = {reason: set() for reason in REASONS}
    for row in own:
        if row["study_id"] not in studies and (reasons := _reasons(row)):
            why[reasons[0]].add(row["study_id"])
    unmet = [row for row in aside if row["side"] == side]
    return {
        "label": label,
        "k": len(studies),
        "arms": len(counted),
        **{name: sum(int(row[name]) for row in counted) for name in COUNTS},
        **{reason: len(found) for reason, found in why.items()},
        "set_aside": len(unmet),
        "columns": sorted({column for row in unmet for column in row["columns"]}),
    }


def studies_of(rows: Sequence[Row], aside: Iterable[Row], measure: str) -> list[dict[str, Any]]:
    """A row a study, by year and label: both sides, and its own comparison if it has one.

    sides: None where it reports nothing; counts of the arms that count, else of those that are
    kept out, with why; columns where it was set aside. ci: normal.
    """
    lines: dict[str, dict[str, Any]] = {}
    for of_study in _by(rows, "study_id").values():
        line = _line(lines, of_study[0])
        for side, arms in _by(of_study, "side").items():
            line["sides"][side] = _cell(_main(arms) or arms)
    for row in aside:
        _line(lines, row)["sides"][row["side"]] = {"columns": list(row["columns"])}
    both, counts = pairs(_main(rows), "known")
    own_ones = own_comparisons(measure, counts)
    for study_id, own, half in zip(both, own_ones, halved(counts), strict=True):
        lines[study_id]["half_added"] = bool(half)
        if own:
            estimate, ci = own
            lines[study_id] |= {"estimate": finite(estimate), "ci": [finite(one) for one in ci]}
    return sorted(
        lines.values(), key=lambda line: (str(line["year"]), str(line["label"]), line["study_id"])
    )


def _main(rows: Iterable[Row]) -> list[Row]:
    """The rows that nothing keeps out."""
    return Counted(tuple(rows)).main()


def _reasons(row: Row) -> list[str]:
    return [reason for reason in REASONS if row.get(reason)]


def _cell(arms: Sequence[Row]) -> dict[str, Any]:
    follow_up = [{name: row.get(name, "") for name in FOLLOW_UP} for row in arms]
    return {
        **{name: sum(int(row[name]) for row in arms) for name in COUNTS},
        "arms": len(arms),
        "why": sorted({reason for row in arms for reason in _reasons(row)}),
        "columns": [],
        "follow_up": [told for at, told in enumerate(follow_up) if told not in follow_up[:at]],
    }


def _line(lines: dict[str, dict[str, Any]], row: Row) -> dict[str, Any]:
    return lines.setdefault(
        row["study_id"],
        {
            "study_id": row["study_id"],
            "label": row["label"],
            "year": whole(row["year"]),
            "sides": [None for _ in SIDES],
            "estimate": None,
            "ci": None,
            "half_added": False,
        },
    )


def _by(rows: Iterable[Row], name: str) -> dict[Any, list[Row]]:
    grouped: dict[Any, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row[name], []).append(row)
    return grouped
