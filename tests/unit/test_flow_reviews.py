"""The flow of every review in this repository balances, as its files stand now."""

from pathlib import Path

import pandas as pd
import pytest

from living_review import (
    analyses,
    codebook,
    config,
    dedup,
    flow,
    ledgers,
    library,
    records,
    sources,
)

ROOT = Path(__file__).resolve().parents[2]
REVIEWS = [ROOT, *sorted((ROOT / "examples").glob("*/"))]


@pytest.fixture(params=REVIEWS, ids=lambda folder: folder.name)
def counts(request, monkeypatch):
    """From the imports to the flow, without the workflow."""
    monkeypatch.chdir(request.param)
    protocol = config.read(config.PATH)
    none = library.NO_RECORDS
    known, pairs, kept, accounts = dedup.prepare(none), [], [none], []
    for source in sources.read():
        found, quarantined = records.read(source.path, source.format, source.id)
        identified = found.assign(**dedup.identify(found, known))
        new = identified[identified["found_again"] == ""]
        members = dedup.prepare(identified[identified["kept"]])
        pairs += [dedup.compare(members, known), dedup.bridges(identified)]
        known = pd.concat([known, members], ignore_index=True)
        kept.append(new[list(none.columns)])
        accounts.append(
            {
                "id": source.id,
                "kind": "import",
                "source": source.source,
                "method": source.method,
                "found": int(source.count),
                "read": len(found),
                "quarantined": len(quarantined),
                "new": len(new),
            }
        )
    decisions = pd.DataFrame(
        ledgers.standing(ledgers.read("duplicates")), columns=ledgers.COLUMNS["duplicates"]
    )
    compared = pd.concat([dedup.compare(dedup.prepare(none), dedup.prepare(none)), *pairs])
    return flow.of_works(
        dedup.works(known, compared, decisions).works,
        pd.concat(kept, ignore_index=True),
        accounts,
        ledgers.read("screening"),
        protocol["screening"],
        analyses.read(codebook.read(codebook.PATH, protocol)),
        protocol["review"].get("continues"),
    )


def test_the_reviews_of_this_repository_balance(counts):
    """Every entry that the manifest counts is somewhere in the figure."""
    assert flow.balance(counts) == []
    identified = sum(boxes["identified"]["n"] for boxes in counts["columns"].values())
    again = sum(source["again"] for source in counts["sources"])
    assert identified + again == sum(source["found"] for source in counts["sources"])
