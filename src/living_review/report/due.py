"""Whether an update is due to be published, by the triggers of the protocol."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review import trigger_log, triggers
from living_review.report import escape, words
from living_review.report.markdown import blocks, table
from living_review.triggers import Interval, State
from living_review.versions import Version

Row = Mapping[str, Any]


def of_results(results: Row, protocol: Row, published: Sequence[Version]) -> list[dict[str, Any]]:
    """{trigger, met, words} for each trigger, held against the last version.

    results: as results.collect has them. The review may be that version itself, also one that is
    about to be written.
    """
    analyses = {one["id"]: protocol["outcomes"][one["outcome"]] for one in protocol["analyses"]}
    before = None
    if published and published[-1].version == results["versions"]["this"]:
        before = _present(results)._replace(day=published[-1].published_on)
    elif published:
        before = _published(published[-1])
    evaluated = triggers.evaluate(protocol.get("triggers", ()), before, _present(results), analyses)
    return [one._asdict() for one in evaluated]


def _present(results: Row) -> State:
    included = [study for study in results["studies"] if study["status"] == "included"]
    return State(
        results["status"]["searched_on"],
        {one["study_id"]: one.get("n_patients") or 0 for one in included if not one["out"]},
        [one["study_id"] for one in included if one["out"]],
        {one["id"]: _estimate(one["synthesis"]["main"]) for one in results["analyses"]},
        {one["id"]: _interval(one["synthesis"]["main"]) for one in results["analyses"]},
    )


def _published(version: Version) -> State:
    patients = {one["study_id"]: one.get("n_patients") or 0 for one in version.tables["studies"]}
    counted = [study_id for study_id in version.included if study_id not in version.out]
    return State(
        version.published_on,
        {study_id: patients.get(study_id, 0) for study_id in counted},
        version.out,
        {name: _estimate(found["main"]) for name, found in version.frozen.items()},
        {name: _interval(found["main"]) for name, found in version.frozen.items()},
    )


def _estimate(main: Row) -> float | None:
    return float(words.estimate(main)["estimate"]) if main["n_known"] else None


def _interval(main: Row) -> Interval | None:
    ends = words.estimate(main).get("ci") if main["n_known"] else None
    return (float(ends[0]), float(ends[1])) if ends else None


def part(results: Row) -> str:
    """Each trigger, met or not, and where each time that they were asked is kept."""
    told = results["triggers"]
    if not told:
        return "The protocol names nothing that makes an update due.\n"
    due = any(one["met"] for one in told)
    rows = [
        [escape.text(one["trigger"].replace("_", " ")), "yes" if one["met"] else "no",
         escape.text(one["words"])]
        for one in told
    ]  # fmt: skip
    return blocks(
        "By the protocol an update is due to be published."
        if due
        else "By the protocol no update is due yet.",
        table("Triggers of an update", ["Trigger", "Met", "What was found"], "lll", rows),
        "Whatever the triggers say when they are asked is kept in "
        f"{escape.text(trigger_log.PATH)}.",
    )
