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
            said = " ".join(rests_on.sentences(domain, found["figures"]))
            yield f"  {domain} ({' | '.join(JUDGEMENTS[domain])}): {said}"
    yield f"  {OVERALL} ({' | '.join(JUDGEMENTS[OVERALL])})"


def template(results: Row, person: str, written: Iterable[Row], now: datetime) -> str:
    """Lines to fill in as CSV with its header: one a domain of each result, judgements left empty.

    written: the lines of the ledger; what the person has judged on a result as it stands is left
    out.
    """
    lines = [line for line in written if line["screener"] == person]
    done = {(line["analysis"], line["domain"], line["rates"]) for line in ledgers.standing(lines)}
    taken = {line["id"] for line in lines}
    ids = (f"{person}-{n}" for n in count(len(lines) + 1) if f"{person}-{n}" not in taken)
    rows = [
        {
            "id": next(ids),
            "analysis": analysis["id"],
            "domain": domain,
            "screener": person,
            "rates": found["code"],
            "starting_level": found["starting_level"],
            "thresholds": " ".join(f"{at:g}" for at in found["thresholds"]),
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "protocol_version": results["review"]["protocol_version"],
        }
        for analysis in _rateable(results)
        for found in (analysis["certainty"],)
        for domain in JUDGEMENTS
        if (analysis["id"], domain, found["code"]) not in done
    ]
    return tables.as_text(ledgers.COLUMNS["grade"], rows)
