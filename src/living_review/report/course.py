"""What is said of time beside a result: follow-up, landmarks, events in person-time."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, table

Row = Mapping[str, Any]

NOBODY = "No study that is included has such patients yet."


def reporting(k: int, n: int) -> str:
    """How many of the studies that could have reported something do."""
    if not n:
        return NOBODY
    if not k:
        return f"Not reported by any of {words.studies(n)}."
    return f"{k:,} of {words.studies(n)}."


def kind(value: str, column: str, results: Row) -> str:
    """The kind of an average in the words of its vocabulary."""
    if value == "not_stated":
        return "average of a kind that is not stated"
    return escape.text(words.words_of(results, column, value)).lower()


def kinds(described: Row, unit: str, column: str, results: Row) -> str:
    """Each kind of average from where to where it was reported, and by how many studies."""
    return "; ".join(
        f"{kind(one['kind'], column, results)} {_span(one['lowest'], one['highest'])} "
        f"{escape.text(unit)} ({words.studies(one['k'])})"
        for one in described["kinds"]
    )


def follow_up(course: Row, results: Row) -> str:
    """How long the patients of a result were followed, and how many studies say so."""
    described = course["follow_up"]
    main = described["main"]
    stated = reporting(main["k"], main["n"])
    if not main["k"]:
        return stated
    ranges = kinds(main, described["unit"], "followup_measure", results)
    return f"{ranges[:1].upper()}{ranges[1:]}; reported by {stated}"


def rate(found: Row) -> str:
    """Events per 100 person-years: pooled, of one study, or that no study reports them."""
    if not found["k"]:
        return reporting(0, found["n"])
    shown = found["rate"] or found["crude"]
    how = "median rate, Poisson-normal model" if found["rate"] else "exact interval, not pooled"
    ends = " to ".join(map(_or_unknown, shown["ci"]))
    return (
        f"{_or_unknown(shown['estimate'])} (95% CI {ends}; {how}); {found['events']:,} in "
        f"{words.reported(found['person_years'])} person-years; reported by {found['k']:,} of "
        f"{words.studies(found['n'])}."
    )


def of_analysis(analysis: Row, results: Row) -> str:
    """The paragraphs on time in the section of an analysis."""
    course = analysis.get("course")
    if not course:
        return ""
    followed = (
        f"**Follow-up.** {follow_up(course, results)}" if course["follow_up"]["main"]["n"] else ""
    )
    in_time = ""
    if course["rate"]["k"] or (course["n"] and analysis["better"] != "higher"):
        in_time = f"**Per 100 person-years.** {rate(course['rate'])}"
        in_time += "".join(f" {escape.text(note)}" for note in course["rate"]["notes"])
    return blocks(followed, _landmarks(analysis, course, results), in_time).strip()


def of_answer(analysis: Row, results: Row) -> str:
    """The follow-up behind an answer, in a sentence."""
    course = analysis.get("course")
    if not course or not course["follow_up"]["main"]["n"]:
        return ""
    return f"Follow-up: {follow_up(course, results)}"


def _landmarks(analysis: Row, course: Row, results: Row) -> str:
    """Each landmark on its own, never mixed with what the analysis counts."""
    if not course["landmarks"] or not course["n"]:
        return ""
    if not any(one["synthesis"]["main"]["k"] for one in course["landmarks"]):
        times = ", ".join(_time(one, results) for one in course["landmarks"])
        return f"**At fixed times** ({times}). Not reported by any of {words.studies(course['n'])}."
    return blocks(
        "**At fixed times.** Each time is counted on its own; none is mixed with the result above.",
        table(
            f"{analysis['title']}: at fixed times",
            ["Time", "Reported by", "Events of patients", "Share", "95% CI"],
            "lrrrr",
            [_landmark(one, course["n"], results) for one in course["landmarks"]],
        ),
    )


def _time(landmark: Row, results: Row) -> str:
    return escape.text(words.words_of(results, "time_point", landmark["time_point"]))


def _landmark(landmark: Row, n: int, results: Row) -> list[str]:
    main = landmark["synthesis"]["main"]
    name = _time(landmark, results)
    reported = f"{main['k']:,} of {words.studies(n)}"
    if not main["n_known"]:
        return [name, reported, "", "", ""]
    shown = words.estimate(main)
    return [
        name + (" (random effects)" if main.get("proportion") else " (not pooled)"),
        reported,
        f"{main['events']:,} of {main['n_known']:,}",
        words.percent(shown["estimate"]),
        words.interval(shown["ci"]),
    ]


def _span(low: float, high: float) -> str:
    ends: Iterable[str] = dict.fromkeys(map(words.reported, (low, high)))
    return " to ".join(ends)


def _or_unknown(value: float | None) -> str:
    return "?" if value is None else words.computed(value)
