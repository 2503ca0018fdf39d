"""Whether lines of the ledger `grade` can be meant: every mistake, in words for who typed it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from living_review import ledgers, tables
from living_review.certainty import DOMAINS, JUDGEMENTS, LEVELS, OVERALL, ratings
from living_review.certainty.figures import CODE_DIGITS, CODE_LETTER
from living_review.errors import Problem
from living_review.ledgers import Line
from living_review.tables import Row

CODE = re.compile(f"{CODE_LETTER}[0-9a-f]{{{CODE_DIGITS}}}")
NOTHING_SAID = ("not_serious", "none")  # judgements that need no reason


def check(protocol: Mapping[str, Any]) -> list[Problem]:
    """What is wrong in resources/decisions/grade, in the review of this folder."""
    every = list(dict.fromkeys(word for words in JUDGEMENTS.values() for word in words))
    allowed = {"domain": list(JUDGEMENTS), "starting_level": LEVELS, "judgement": every}
    problems = ledgers.check("grade", allowed)
    wrong = {problem.file for problem in problems}
    for path in (path for path in ledgers.paths("grade") if str(path) not in wrong):
        rows = tables.read(path).rows
        standing = ledgers.standing(line for _, line in rows)
        for row in rows:
            found = [*_of_line(row.cells, protocol)]
            if not found and row.cells in standing and row.cells["domain"] == OVERALL:
                found += _of_overall(row.cells, standing)
            problems += _problems(str(path), row, found)
    return problems


def starting_level(protocol: Mapping[str, Any]) -> str:
    """The level at which the protocol has ratings start; high where it says nothing."""
    level: str = protocol.get("certainty", {}).get("starting_level", LEVELS[0])
    return level


def _problems(file: str, row: Row, found: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    for column, allowed in found:
        yield Problem(file, row.number, column, row.cells[column], allowed)


def _of_line(line: Line, protocol: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(column, what is allowed) for each cell that can't be meant.

    Lines of an earlier version of the protocol may be about an analysis that it had, and start
    where it started.
    """
    domain, judgement = line["domain"], line["judgement"]
    if line["screener"] == ledgers.SEED:
        yield "screener", "a person"
    if not CODE.fullmatch(line["rates"]):
        yield "rates", "the code of the result, as the page and `living-review certainty` show it"
    if judgement not in JUDGEMENTS[domain]:
        yield "judgement", f"{', '.join(JUDGEMENTS[domain])}, since domain is {domain}"
    elif domain != OVERALL and judgement not in NOTHING_SAID and not line["reason"]:
        yield "reason", f"why, since judgement is {judgement}"
    if line["protocol_version"] in ("", protocol["review"]["protocol_version"]):
        known = [analysis["id"] for analysis in protocol["analyses"]]
        if line["analysis"] not in known:
            yield "analysis", ", ".join(known)
        start = starting_level(protocol)
        if domain == OVERALL and line["starting_level"] != start:
            yield "starting_level", f"{start}, where the protocol has ratings start"
    elif domain == OVERALL and not line["starting_level"]:
        yield "starting_level", ", ".join(LEVELS)


def _of_overall(line: Line, standing: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """An overall level without its domains, or another than they give and no reason for it."""
    who, code = line["screener"], line["rates"]
    said = ratings.rating(
        [
            other
            for other in standing
            if ratings.is_rating(other, line["analysis"]) and other["rates"] == code
        ]
    )
    if said["differ"]:
        return  # two things about one domain: listed as a conflict, wrong for nobody
    unjudged = [domain for domain in DOMAINS if not said["domains"][domain]["lines"]]
    if unjudged:
        yield "domain", f"{OVERALL} beside a line of {who} on {', '.join(unjudged)} with {code}"
    elif said["by_domains"] != line["judgement"] and not line["reason"]:
        yield (
            "judgement",
            f"{said['by_domains']}, which is {line['starting_level']}{_steps(said['domains'])}; "
            "or another level with the reason for it",
        )


def _steps(domains: Mapping[str, Any]) -> str:
    """What lowers or raises the level, like " with risk_of_bias serious"."""
    judged = ((domain, domains[domain]["judgement"]) for domain in domains)
    told = [f"{domain} {word}" for domain, word in judged if word and word not in NOTHING_SAID]
    return f" with {', '.join(told)}" if told else ""
