"""The results of an analysis without and with the studies that are out of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.report import escape, words

Row = Mapping[str, Any]


def of_answer(analysis: Row, results: Row) -> str:
    """Which included studies the answer leaves out, and what it would be with them."""
    included = _included(analysis)
    if not included:
        return ""
    with_it = _in_numbers(analysis["synthesis"]["with_retracted"])
    return f"Left out: {_names(included, results)}. With {_it(included)}: {with_it}."


def of_section(analysis: Row, results: Row) -> str:
    """The same with the result without them, and the studies that no answer would count anyway."""
    said = []
    if included := _included(analysis):
        without = _in_numbers(analysis["synthesis"]["main"])
        said += [of_answer(analysis, results), f"Without {_it(included)}: {without}."]
    others = [study for study in analysis["synthesis"]["retracted"] if study["provisional"]]
    if others:
        said.append(f"Left out of what was not read in full text: {_names(others, results)}.")
    return " ".join(said)


def _included(analysis: Row) -> list[Row]:
    return [study for study in analysis["synthesis"]["retracted"] if not study["provisional"]]


def _it(studies: Sequence[Row]) -> str:
    return "it" if len(studies) == 1 else "them"


def _names(studies: Iterable[Row], results: Row) -> str:
    """Each study with why it is out, and its numbers."""
    why = {
        study["study_id"]: ", ".join(
            words.KINDS[event["kind"]] for event in study["events"] if event["out"]
        )
        for study in results["studies"]
    }
    return "; ".join(
        f"{escape.text(study['label'])} ({why.get(study['study_id']) or 'out'}; "
        f"{study['events']:,} of {study['n_known']:,})"
        for study in studies
    )


def _in_numbers(pooled: Row) -> str:
    if not pooled["n_known"]:
        return "no known outcome"
    shown = words.estimate(pooled)
    found = pooled.get("proportion")
    how = found["name"].lower() if found else "crude total"
    return (
        f"{words.percent(shown['estimate'])} ({how}, 95% CI {words.interval(shown['ci'])}; "
        f"{words.studies(pooled['k'])}, {pooled['events']:,} of "
        f"{words.counted(pooled['n_known'], 'patient')})"
    )
