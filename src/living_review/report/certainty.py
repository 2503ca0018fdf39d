"""The part of the page on certainty: by analysis, what each domain rests on and what was judged."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.certainty import LEVELS, OVERALL
from living_review.certainty import ratings as judged
from living_review.report import escape, rests_on, statements, words
from living_review.report.markdown import blocks, bullets, details

Row = Mapping[str, Any]

LEDGER = "resources/decisions/grade/<your name>.csv"
HOW = (
    f"To rate a result, add lines to {LEDGER}, each with the code of the result. The command "
    "living-review certainty --template <your name> prints them, to be filled in."
)


def part(results: Row) -> str:
    """What is rated and how, then an analysis a fold; nothing to rate is said in a sentence."""
    rated = [entry for entry in results["analyses"] if entry["certainty"]["code"]]
    if not rated:
        return (
            "Certainty has not been assessed: no included study has a result from a full text. "
            "Totals of a published review are not rated.\n"
        )
    return blocks(
        _preamble(rated[0]["certainty"]["starting_level"]),
        *(
            details(
                f"{entry['title']}: {statements.certainty(entry['certainty']['rating'])}",
                *_of_analysis(entry["certainty"]),
            )
            for entry in rated
        ),
    )


def _preamble(start: str) -> str:
    return (
        f"Ratings start at {statements.plain(start)} and go down for each domain that gives "
        f"serious concern; figures are computed, the judgement is people's. {escape.text(HOW)}"
    )


def _of_analysis(found: Row) -> Iterable[str]:
    rating, figures = found["rating"], found["figures"]
    earlier = rating["state"] == judged.EARLIER
    said = rating["earlier"] if earlier else rating
    if earlier:
        yield (
            "**Rated on an earlier result.** A number that the rating rests on has moved since; "
            "the figures are those of now, the judgements those of then."
        )
    yield rests_on.target(figures)
    yield bullets(
        f"**{name}{_judgement(said['domains'][domain])}.** "
        + escape.text(" ".join(rests_on.sentences(domain, figures)))
        + _reasons(said["domains"][domain])
        for domain, name in rests_on.NAMES.items()
        if domain != OVERALL
    )
    yield f"**Overall: {_overall(said)}.**{_departs(said)}{_reasons({'lines': said['overall']})}"
    yield f"Code of this result: **{found['code']}**"


def _judgement(domain: Row) -> str:
    if not domain["lines"]:
        return ": not judged"
    judgements = dict.fromkeys(statements.plain(line["judgement"]) for line in domain["lines"])
    return f": {' / '.join(judgements)}" + (" (people differ)" if len(judgements) > 1 else "")


def _overall(said: Row) -> str:
    levels = dict.fromkeys(statements.plain(line["judgement"]) for line in said["overall"])
    start = f", from {statements.plain(said['starting_level'])}" if said["starting_level"] else ""
    return f"{' / '.join(levels) or 'not rated'}{start}"


def _departs(said: Row) -> str:
    """That the level is not what the domains add up to, where it is not."""
    given = said["by_domains"]
    if not given or not said["level"] or given == said["level"]:
        return ""
    way = "above" if LEVELS.index(said["level"]) < LEVELS.index(given) else "below"
    return f" That is {way} what the domains add up to ({statements.plain(given)})."


def _reasons(domain: Row) -> str:
    """Who judged what and why, line by line."""
    return "".join(
        f"\\\n  {escape.text(line['screener'])}, {escape.text(line['time'][:10])}: "
        f"{escape.text(statements.plain(line['judgement']))}"
        + (f", {escape.text(line['reason'])}" if line["reason"] else "")
        + ("" if line["reason"].endswith((".", "!", "?")) else ".")
        for line in domain["lines"]
    )


# ---- what waits for people -------------------------------------------------------------------


def tasks(lists: Mapping[str, Sequence[Row]]) -> str:
    """Results to be rated, and those about which people differ; nothing if there is none."""
    return blocks(_to_rate(lists["ratings"]), _in_dispute(lists["rating_conflicts"]))


def _to_rate(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    return details(
        f"{words.counted(len(rows), 'result')} whose certainty is to be rated",
        "How a result is rated stands under [Certainty](#certainty).",
        bullets(
            escape.text(row["title"])
            + (": rated on an earlier result" if row["state"] == judged.EARLIER else "")
            for row in rows
        ),
    )


def _in_dispute(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    return details(
        f"{words.counted(len(rows), 'conflict')} about the certainty of a result",
        "People judged the same result in different ways, or somebody did both. One of the lines "
        "has to be superseded; they stand under [Certainty](#certainty).",
        bullets(
            f"{escape.text(row['title'])}: "
            + ", ".join(rests_on.NAMES[domain].lower() for domain in row["differ"])
            for row in rows
        ),
    )
