"""The studies of an analysis in groups, on the page."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import bullets, details, table

Row = Mapping[str, Any]

OBSERVED = (
    "What groups of studies differ in is observed, not tried: they may differ in other ways too, "
    "and nobody was assigned to a group. A difference is no effect of it."
)
TAU2 = {
    "common": "One variance between studies for all groups.",
    "own": "Each group has its own variance between studies.",
}


def part(analysis: Row, results: Row) -> str:
    """A folded table for each column that the protocol names."""
    if not analysis["synthesis"]["main"]["n_known"]:
        return ""
    found = analysis["synthesis"]["subgroups"]
    return "\n\n".join(_of_column(analysis["title"], one, results) for one in found)


def _of_column(title: str, found: Row, results: Row) -> str:
    column = found["column"].replace("_", " ")
    rows = [
        [
            escape.text(words.words_of(results, found["column"], level["level"])),
            f"{level['k']:,}",
            f"{level['events']:,} of {level['n_known']:,}",
            words.percent(level["estimate"]),
            words.interval(level["ci"]),
            "" if level["tau2"] is None else f"{level['tau2']:.2f}",
        ]
        for level in found["levels"]
    ]
    head = ["Group", "Studies", "Events of patients", "Share", "95% CI", "tau²"]
    model = f"{escape.text(found['model'])} {TAU2[found['tau2']]}"
    return details(
        f"By {column}",
        OBSERVED,
        table(f"{title}: by {column}", head, "lrrrrr", rows) if rows else "",
        bullets([_between(found["between"]), model, *map(escape.text, found["notes"])]),
    )


def _between(test: Row) -> str:
    if "refused" in test:
        return f"Test between the groups: {escape.text(test['refused'])}"
    df = [str(one) for one in test["df"] if one is not None]
    name = "F" if len(df) == 2 else "χ²"
    return (
        f"Test between the {test['groups']} groups: {name} {test['q']:.2f} on {' and '.join(df)} "
        f"degrees of freedom, {words.p_value(test['p'])}."
    )
