"""What a person needs to rate results: their figures and codes, and lines to be filled in."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from living_review import ledgers, tables
from living_review.certainty import JUDGEMENTS, OVERALL
from living_review.report import rests_on, statements

Row = Mapping[str, Any]


def shown(results: Row) -> str:
    """Every result that can be rated: code, figures by domain, and where its rating stands."""
    parts = ["\n".join(_of_analysis(entry)) for entry in _rateable(results)]
    return "\n\n".join(parts) or (
        "No included study has a result from a full text yet; there is nothing to rate."
    )


def _rateable(results: Row) -> list[Row]:
    return [entry for entry in results["analyses"] if entry["certainty"]["code"]]


def _of_analysis(analysis: Row) -> Iterator[str]:
    found = analysis["certainty"]
    yield f"{analysis['id']}: {analysis['title']}"
    yield f"  rates: {found['code']}"
    yield f"  {rests_on.target(found['figures'])}"
    yield f"  certainty: {statements.certainty(found['rating'])}"
    for domain in JUDGEMENTS:
        if domain != OVERALL:
            said = _rests_on(domain, found["figures"])
            yield f"  {domain} ({' | '.join(JUDGEMENTS[domain])}): {said}"
    yield f"  {OVERALL} ({' | '.join(JUDGEMENTS[OVERALL])})"


def to_judge(results: Row, person: str, written: Iterable[Row]) -> list[dict[str, str]]:
    """What a person has not judged on a result as it stands, a row a result and domain.

    written: the lines of the ledger. Of its columns: analysis, domain, rates, starting_level,
    thresholds; beside them title, rests_on (figures in words) and judgements (those allowed).
    """
    lines = [line for line in written if line["screener"] == person]
    done = {(line["analysis"], line["domain"], line["rates"]) for line in ledgers.standing(lines)}
    return [
        {
            "analysis": analysis["id"],
            "domain": domain,
            "rates": found["code"],
            "starting_level": found["starting_level"],
            "thresholds": " ".join(f"{at:g}" for at in found["thresholds"]),
            "title": analysis["title"],
            "rests_on": _rests_on(domain, found["figures"]),
            "judgements": " | ".join(JUDGEMENTS[domain]),
        }
        for analysis in _rateable(results)
        for found in (analysis["certainty"],)
        for domain in JUDGEMENTS
        if (analysis["id"], domain, found["code"]) not in done
    ]


def _rests_on(domain: str, found: Row) -> str:
    if domain == OVERALL:
        return str(rests_on.target(found))
    return " ".join(rests_on.sentences(domain, found))


def template(results: Row, person: str, written: Iterable[Row], now: datetime) -> str:
    """Lines to fill in as CSV with its header: those of to_judge, judgements left empty."""
    written = list(written)
    taken = {line["id"] for line in written if line["screener"] == person}
    ids = (f"{person}-{n}" for n in count(len(taken) + 1) if f"{person}-{n}" not in taken)
    of_all = {
        "screener": person,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "protocol_version": results["review"]["protocol_version"],
    }
    columns = ledgers.COLUMNS["grade"]
    rows = [{"id": next(ids), **row, **of_all} for row in to_judge(results, person, written)]
    return tables.as_text(
        columns, [{name: row[name] for name in columns if name in row} for row in rows]
    )
