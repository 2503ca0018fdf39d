"""The section on patients: age and other averages, how long they were followed, person-time."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import course, escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, bullets, cut, details, table

Row = Mapping[str, Any]

NOTHING = "The protocol names nothing to describe the patients by.\n"
MEANS = (
    "Means are pooled with a random-effects model on the values themselves (REML; interval by the"
    " Hartung-Knapp method, never narrower than without it)."
)
MEDIANS = (
    "Medians are pooled as medians: the median of medians, and the one weighted by patients, with"
    " intervals by inverting the sign test (McGrath et al. 2019)."
)
ESTIMATED = (
    "Where they are estimated from medians: means by Luo et al. 2018, standard deviations by Wan"
    " et al. 2014 and, from quartiles and range together, Shi et al. 2020; groups that the test of"
    " Shi et al. 2023 finds skewed are left out."
)
APART = "Means and medians are never pooled with each other; minimums and single patients never."


def part(results: Row) -> str:
    """A description a section, then follow-up and person-time of every analysis."""
    described = results["descriptions"]
    said = [*(_description(one, results) for one in described), _methods(described)]
    return blocks(*said, _courses(results)).lstrip() or NOTHING


def _description(described: Row, results: Row) -> str:
    main, unit = described["main"], escape.text(described["unit"])
    label = f"description-{described['id'].replace('_', '-')}"
    rows = list(_numbers(described))
    return blocks(
        f"### {escape.text(described['title'])} {{#{label}}}",
        f"**Reported by.** {course.reporting(main['k'], main['n'])}",
        _kinds(described, results),
        table(
            f"{described['title']}: pooled",
            ["Result", "Studies", "Patients", f"In {unit}", "95% CI"],
            "lrrrr",
            rows,
        )
        if rows
        else "",
        _abstracts(described, results),
        _overlaps(described),
        bullets(escape.text(note) for note in main["notes"]),
        _groups(described, results),
    )


def _kinds(described: Row, results: Row) -> str:
    found = course.kinds(described["main"], described["unit"], described["average"], results)
    return f"As reported: {found}." if found else ""


def _numbers(described: Row) -> Iterable[list[str]]:
    main, taken_out = described["main"], described["with_retracted"]
    yield from _pooled(main)
    if main["mean_with_estimated"]:
        yield _mean(
            "Pooled mean, some estimated from medians: a sensitivity", main["mean_with_estimated"]
        )
    if taken_out:
        for name, *cells in _pooled(taken_out):
            yield [f"{name}, with what was taken out", *cells]


def _pooled(found: Row) -> Iterable[list[str]]:
    if mean := found["mean"]:
        some = ", some estimated from medians" if mean["estimated"] else ""
        yield _mean(f"Pooled mean{some}", mean)
        if mean["pi"]:
            yield ["Prediction interval (a further study)", "", "", "", _ends(mean["pi"])]
    if medians := found["median"]:
        for name, which in (
            ("Median of medians, weighted by patients", "weighted"),
            ("Median of medians", "unweighted"),
        ):
            if of_medians := medians[which]:
                patients = f"{medians['patients']:,}" if which == "weighted" else ""
                ci = of_medians["ci"]
                yield [
                    name,
                    f"{medians['k']:,}",
                    patients,
                    words.computed(of_medians["estimate"]),
                    _ends(ci) if ci else "too few groups",
                ]


def _mean(name: str, mean: Row) -> list[str]:
    return [
        name,
        f"{mean['k']:,}",
        f"{mean['patients']:,}",
        words.computed(mean["estimate"]),
        _ends(mean["ci"]),
    ]


def _ends(interval: Iterable[float]) -> str:
    return " to ".join(map(words.computed, interval))


def _abstracts(described: Row, results: Row) -> str:
    """What was read in abstracts only, which no pooled number counts."""
    abstract = described["abstract_only"]
    if not abstract:
        return ""
    counted = described["main"]["groups"]
    shown = [
        f"{escape.text(group['label'])}: {_kind(group, described, results)} "
        f"{words.reported(group['value'])} {escape.text(described['unit'])}"
        for group in abstract["groups"]
        if group not in counted
    ]
    return f"From abstracts only, not counted: {'; '.join(shown)}." if shown else ""


def _overlaps(described: Row) -> str:
    studies = "; ".join(map(escape.text, described["overlaps"]))
    if not studies:
        return ""
    return f"Not counted, since their patients may be those of a larger study: {studies}."


def _kind(group: Row, described: Row, results: Row) -> str:
    return course.kind(group["kind"], described["average"], results)


def _groups(described: Row, results: Row) -> str:
    groups = described["main"]["groups"]
    if not groups:
        return ""
    shown, others = cut(groups)
    return details(
        f"Every value: {described['title']}",
        table(
            f"{described['title']}: every value",
            ["Study", "Group", "Patients", "Average", "Value", "SD", "Quartiles", "Range"],
            "lllrrrrr",
            [
                [
                    escape.text(group["label"]),
                    escape.text(group["name"])
                    + (" (stated more than once, not pooled)" if group["twice"] else ""),
                    "" if group["n"] is None else f"{group['n']:,}",
                    _kind(group, described, results),
                    words.reported(group["value"]),
                    "" if group["sd"] is None else words.reported(group["sd"]),
                    _from_to(group["q1"], group["q3"]),
                    _from_to(group["minimum"], group["maximum"]),
                ]
                for group in shown
            ],
        ),
        others,
    )


def _from_to(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return " to ".join("?" if end is None else words.reported(end) for end in (low, high))


def _methods(described: Iterable[Row]) -> str:
    mains = [one["main"] for one in described]
    said = [
        MEANS if any(main["mean"] or main["mean_with_estimated"] for main in mains) else "",
        MEDIANS if any(main["median"] for main in mains) else "",
        ESTIMATED
        if any(
            main["mean_with_estimated"] or (main["mean"] and main["mean"]["estimated"])
            for main in mains
        )
        else "",
    ]
    stated = " ".join(sentence for sentence in said if sentence)
    return f"**How averages are pooled.** {stated} {APART}" if stated else ""


def _courses(results: Row) -> str:
    followed = [one for one in results["analyses"] if (one.get("course") or {}).get("n")]
    if not followed:
        return ""
    return blocks(
        "### Follow-up and person-time of each result {#courses}",
        table(
            "Follow-up and person-time of each result",
            ["Result", "Follow-up", "Events per 100 person-years"],
            "lll",
            [
                [
                    f"[{escape.text(one['title'])}](#{anchor(one)})",
                    course.follow_up(one["course"], results)
                    if one["course"]["follow_up"]["main"]["n"]
                    else "",
                    course.rate(one["course"]["rate"]),
                ]
                for one in followed
            ],
        ),
    )
