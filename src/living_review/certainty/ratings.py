"""What people judged about the certainty of a result, and whether the result is still that one.

A line names the result that it rates by its code (certainty.figures.code). Lines about the result
as it stands make its rating; when the result moves they are of an earlier one, and when it comes
back they hold again. Nobody has to supersede a line because a result moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review import certainty, ledgers
from living_review.certainty import CONCERNS, DOMAINS, LEVELS, OVERALL, RAISES, UPGRADING
from living_review.ledgers import SEED, Line

RATED, CONFLICT, EARLIER, UNRATED = "rated", "conflict", "earlier", "unrated"
WAITS = (EARLIER, UNRATED)
_OF_LINE = (
    "screener",
    "judgement",
    "starting_level",
    "thresholds",
    "reason",
    "time",
    "protocol_version",
)

Rating = dict[str, Any]


def of_result(lines: Iterable[Line], analysis: str, code: str) -> Rating:
    """The rating of an analysis whose result has that code; "" if there is no result to rate.

    lines: of the ledger `grade`. state: RATED, CONFLICT, EARLIER (rated, but on another result) or
    UNRATED. level: what all agree on, "" otherwise. overall, domains: the judgement, "" where there
    is none or people differ, and the lines. by_domains: the level that the domains give, "" until
    all are judged. differ: the domains on which people differ, or somebody said two things. earlier
    has the same of the last result that was rated before; None if there is none.
    """
    about = [line for line in ledgers.standing(lines) if is_rating(line, analysis)]
    current = rating([line for line in about if line["rates"] == code])
    before = [line for line in about if line["rates"] != code]
    rated = [line for line in before if line["domain"] == OVERALL]
    earlier = None
    if rated:
        last = max(rated, key=lambda line: (line["time"], line["rates"]))["rates"]
        earlier = {"rates": last} | rating([line for line in before if line["rates"] == last])
    if current["differ"]:
        state = CONFLICT
    elif current["level"]:
        state = RATED
    else:
        state = EARLIER if earlier else UNRATED
    return {"state": state, **current, "earlier": earlier}


def is_rating(line: Line, analysis: str) -> bool:
    """Whether a line is a person's judgement about an analysis; the seed judges nothing."""
    fitting = certainty.JUDGEMENTS.get(line["domain"], ())
    return (
        line["analysis"] == analysis and line["screener"] != SEED and line["judgement"] in fitting
    )


def rating(lines: Sequence[Line]) -> Rating:
    """All that was judged about one result; lines: standing, about that result alone."""
    of = {domain: _of_domain(lines, domain) for domain in certainty.JUDGEMENTS}
    judgements = {domain: said["judgement"] for domain, said in of.items()}
    overall = of.pop(OVERALL)
    starts = {line["starting_level"] for line in overall["lines"]}
    start = starts.pop() if len(starts) == 1 else ""
    return {
        "level": overall["judgement"],
        "starting_level": start,
        "by_domains": level(start, judgements) if start in LEVELS else "",
        "overall": overall["lines"],
        "domains": of,
        "differ": [
            domain
            for domain in certainty.JUDGEMENTS
            if len({line["judgement"] for line in lines if line["domain"] == domain}) > 1
        ],
    }


def _of_domain(lines: Iterable[Line], domain: str) -> dict[str, Any]:
    said = sorted(
        (
            {column: line[column] for column in _OF_LINE}
            for line in lines
            if line["domain"] == domain
        ),
        key=lambda line: (line["screener"], line["time"], line["judgement"]),
    )
    judgements = {line["judgement"] for line in said}
    return {"judgement": judgements.pop() if len(judgements) == 1 else "", "lines": said}


def level(start: str, judgements: Mapping[str, str]) -> str:
    """The level that the domains give, from the starting level; "" until all five are judged.

    judgements: by domain; without UPGRADING nothing is raised. Never above high or below very low.
    """
    said = [judgements.get(domain) for domain in DOMAINS]
    if not all(said):
        return ""
    down = sum(CONCERNS[judgement] for judgement in said if judgement)
    up = RAISES[judgements.get(UPGRADING) or "none"]
    place = min(max(LEVELS.index(start) + down - up, 0), len(LEVELS) - 1)
    return LEVELS[place]
