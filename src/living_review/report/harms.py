"""Harms: how many studies report each, what they counted, and what analyses make of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import anchors, escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, table

Row = Mapping[str, Any]

NOTHING = "The protocol names no harm.\n"
SILENCE = (
    "What is not reported is not absent. Counts stand as each study has them, for different"
    " treatments and times; they are pooled only where the protocol has an analysis of the harm."
)


def part(results: Row) -> str:
    """A row for each outcome that the protocol calls a harm."""
    harms = results["harms"]
    if not harms:
        return NOTHING
    if not harms[0]["n"]:
        named = "; ".join(escape.text(harm["label"]) for harm in harms)
        return f"Looked for: {named}. No study counts yet, so that none can report a harm.\n"
    return blocks(
        SILENCE,
        table(
            "Harms",
            ["Harm", "Reported", "Pooled", "As counted in each study", "What counts"],
            "lllll",
            [
                [
                    escape.text(harm["label"]),
                    _reporting(harm["k"], harm["n"]),
                    " ".join(_pooled(harm, results)),
                    _counted(harm, results),
                    escape.text(harm["definition"]),
                ]
                for harm in harms
            ],
            "tbl-harms",
        ),
    )


def _reporting(k: int, n: int) -> str:
    if not k:
        return f"Not reported by {n:,} of {words.studies(n)}"
    silent = f"; not reported by {n - k:,} of {n:,}" if k < n else ""
    return f"Reported by {k:,} of {words.studies(n)}{silent}"


def _pooled(harm: Row, results: Row) -> Iterable[str]:
    """The result of each analysis of the harm that has one."""
    by_id = {analysis["id"]: analysis for analysis in results["analyses"]}
    for analysis in (by_id[name] for name in harm["analyses"]):
        main = analysis["synthesis"]["main"]
        if not main["n_known"]:
            continue
        shown = words.estimate(main)
        how = "random effects" if main.get("proportion") else "not pooled"
        yield (
            f"[{escape.text(analysis['title'])}](#{anchor(analysis)}): "
            f"{words.percent(shown['estimate'])} ({how}, 95% CI {words.interval(shown['ci'])}; "
            f"{words.studies(main['k'])}, {main['events']:,} of "
            f"{words.counted(main['n_known'], 'patient')})."
        )


def _counted(harm: Row, results: Row) -> str:
    known = anchors.of_studies(results)
    return "; ".join(
        f"{anchors.to_study(row['study_id'], row['study'], known)}: "
        f"{escape.text(row['events'])} of {escape.text(row['n_known'])} "
        f"({escape.text(row['group'])}, "
        f"{escape.text(words.words_of(results, 'time_point', row['time_point']))})"
        for row in harm["reported"]
    )
