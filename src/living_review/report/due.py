"""Whether an update is due to be published, by the triggers of the protocol."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from living_review import trigger_log, triggers
from living_review.report import escape, words
from living_review.report.markdown import blocks, cut, details, table
from living_review.triggers import Interval, State
from living_review.versions import Version

Row = Mapping[str, Any]
Rows = Sequence[Row]


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


NONE = "The protocol names nothing that makes an update due."
DUE = "By the protocol an update is due to be published."
NOT_DUE = "By the protocol no update is due yet."
HEAD = ("Trigger", "Met", "What was found")
SHOWN = 6  # times that the triggers were asked; earlier ones are folded
LOG_HEAD = ("Asked (UTC)", "Held against", "Update due", "Met", "Not met")


def said(told: Rows) -> str:
    return DUE if any(one["met"] for one in told) else NOT_DUE


def rows(told: Rows, text: Callable[[object], str]) -> list[list[str]]:
    """A row for each trigger, under HEAD. text: escapes words for where they are to stand."""
    return [
        [text(named(one["trigger"])), "yes" if one["met"] else "no", text(one["words"])]
        for one in told
    ]


def named(trigger: str) -> str:
    return trigger.replace("_", " ")


def part(results: Row) -> str:
    """Each trigger, met or not, and what they said each time that they were asked before."""
    told = results["triggers"]
    now = (
        [said(told), table("Triggers of an update", HEAD, "lll", rows(told, escape.text))]
        if told
        else [NONE]
    )
    return blocks(*now, _log(results["trigger_log"]))


def _log(lines: Rows) -> str:
    """A row for each time that the triggers were asked, the last one first.

    lines: of trigger_log, the earliest first.
    """
    times = groupby(lines, lambda line: (line["time"], line["version"]))
    asked = [_asked(time, version, list(of_time)) for (time, version), of_time in times]
    if not asked:
        return (
            f"Whatever the triggers say when they are asked is kept in "
            f"{escape.text(trigger_log.PATH)}, and stands here from the next search on."
        )
    asked.reverse()
    listed, rest = cut(asked[SHOWN:])
    earlier = f"Asked before that ({words.counted(len(asked) - SHOWN, 'time')})"
    return blocks(
        "What the triggers said before the last search or version. What they said since is what "
        f"they say now; all of it is in {escape.text(trigger_log.PATH)}.",
        table("What the triggers said", LOG_HEAD, "lllll", asked[:SHOWN], "tbl-triggers"),
        details(
            earlier,
            table("What the triggers said before that", LOG_HEAD, "lllll", listed),
            rest,
        )
        if listed
        else "",
    )


def _asked(time: str, version: str, lines: Rows) -> list[str]:
    of: dict[bool, list[str]] = {True: [], False: []}
    for line in lines:
        found = f"{named(line['trigger'])}: {line['words']}"
        of[line["outcome"] == trigger_log.MET].append(escape.text(found))
    return [
        escape.text(time),
        f"version {escape.text(version)}" if version else "nothing published",
        "yes" if of[True] else "no",
        *("; ".join(of[met]) for met in (True, False)),
    ]
