"""From the numbers of the last version to those of now: what moved them, study by study."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Rows = Sequence[Row]
Main = Callable[[Rows, Row], Row]  # rows, analysis -> `main` of synthesis.pool

POOLED, CRUDE, NONE = "pooled", "crude", "none"
# How a study changed, seen by what counts in the headline.
ADDED, DROPPED, CHANGED = "added", "dropped", "changed"
COUNTED = ("arm_id", "events", "n_known", "n_treated")


def bridge(before: Row, now: Row, main: Main) -> dict[str, Any]:
    """The way from an old result to the present one, in shares.

    before: rows, analysis and main of the last version; now: the same of this checkout, the rows
    and analysis as analyses.parts has them. main: what pools rows to the part of a synthesis that
    headlines rest on.

        old         the old rows by the old method, as it was published
        old_by_now  the old rows by the present method and program
        new         the present rows by the present method
        studies     each study whose counted rows changed: `without` is the present result if that
                    study alone were as before, `moved` how far it moved the estimate
        remainder   what the studies moved only together: the whole of new - old_by_now, less the
                    sum of `moved`; None where either estimate is none

    Each result is {kind, k, events, n_known, estimate, ci}; kind says whether the estimate is of a
    model, a crude total, or none. Nothing is tested: a version is no experiment.
    Source: the one-at-a-time attribution of the rules of this review; no model is assumed.
    """
    new = shown(now["main"])
    old_by_now = shown(main(before["rows"], now["analysis"]))
    studies = [
        _moved(study_id, before, now, new, main)
        for study_id in sorted(_differ(before["rows"], now["rows"]))
    ]
    whole = _difference(new, old_by_now)
    parts = [study["moved"] for study in studies]
    known = whole is not None and None not in parts
    return {
        "old": shown(before["main"]),
        "old_by_now": old_by_now,
        "new": new,
        "studies": studies,
        "remainder": whole - sum(parts) if known else None,
    }


def by_version(earlier: Mapping[str, Row], analysis: Row, main: Main) -> list[dict[str, Any]]:
    """The cumulative results of an analysis, version by version, the first one first.

    earlier: what each version has of it, as `before` of bridge. published: as readers saw it;
    by_now: its rows by the present method, so that what moves is the evidence alone.
    """
    return [
        {
            "version": version,
            "published": shown(frozen["main"]),
            "by_now": shown(main(frozen["rows"], analysis)),
        }
        for version, frozen in earlier.items()
    ]


def shown(main: Row) -> dict[str, Any]:
    """The result that readers see of a pooled, crude or empty `main`."""
    counts = {name: main[name] for name in ("k", "events", "n_known")}
    for kind, found in ((POOLED, main.get("proportion")), (CRUDE, main.get("crude"))):
        if found:
            return {"kind": kind, **counts, "estimate": found["estimate"], "ci": found["ci"]}
    return {"kind": NONE, **counts, "estimate": None, "ci": None}


def _moved(study_id: str, before: Row, now: Row, new: Row, main: Main) -> dict[str, Any]:
    old, present = (_of(study_id, side["rows"]) for side in (before, now))
    others = [row for row in now["rows"] if row["study_id"] != study_id]
    without = shown(main([*others, *old], now["analysis"]))
    counted = [any(map(counts, rows)) for rows in (old, present)]
    change = {(False, True): ADDED, (True, False): DROPPED}.get((counted[0], counted[1]), CHANGED)
    return {
        "study_id": study_id,
        "label": (present or old)[0]["label"],
        "change": change,
        "without": without,
        "moved": _difference(new, without),
    }


def _of(study_id: str, rows: Rows) -> list[Row]:
    return [row for row in rows if row["study_id"] == study_id]


def counts(row: Row) -> bool:
    """Whether a headline counts a row: read in full, its study in, its patients not in another."""
    return not (row["provisional"] or row["retracted"] or row.get("overlaps"))


def _differ(before: Rows, now: Rows) -> set[str]:
    """Ids of the studies whose counts in headlines are not the same."""
    ids = {row["study_id"] for rows in (before, now) for row in rows}
    return {one for one in ids if _counted(one, before) != _counted(one, now)}


def _counted(study_id: str, rows: Rows) -> list[tuple[Any, ...]]:
    counted = (row for row in _of(study_id, rows) if counts(row))
    return sorted(tuple(row[name] for name in COUNTED) for row in counted)


def _difference(one: Row, other: Row) -> float | None:
    if one["estimate"] is None or other["estimate"] is None:
        return None
    return float(one["estimate"] - other["estimate"])
