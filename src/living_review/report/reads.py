"""What the page is computed from, beside the results that it shows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from living_review import (
    amendments,
    codebook,
    files,
    ledgers,
    names,
    notices,
    risk_of_bias,
    run_log,
    runs,
    second_extraction,
    tables,
    trigger_log,
)
from living_review.checklists import said
from living_review.companions import NAMES as COMPANIONS
from living_review.companions import path
from living_review.report import render
from living_review.versions import Version

PUBLISHED = "resources/published/totals.csv"
PUBLISHED_COLUMNS = ("group", "measure", "events", "total", "percent_as_printed")
LOGS = (run_log.PATH, trigger_log.PATH)  # the program's own; a merge or an editor may spoil them
SOURCES = names.CHECKOUT / "report"


def published() -> list[dict[str, str]]:
    """The totals of the review that is continued, as printed; none if it continues none."""
    return tables.cells(PUBLISHED, PUBLISHED_COLUMNS)


def searched() -> list[dict[str, Any]]:
    """What the page says of each search that was completed, the earliest first."""
    return [
        {
            "id": run.id,
            "strategy_id": run.strategy_id,
            "date": run.started_at[:10],
            "translated": run.told["query"]["translated"],
            "counts": run.told["counts"],
            "findings": run.told["health"]["findings"],
            "recall": run.told["health"]["recall"],
        }
        for run in runs.read()
    ]


def asked(attempts: Sequence[Mapping[str, str]], every: Sequence[Version]) -> list[dict[str, str]]:
    """What the triggers said when they were asked, as far as the page tells of it."""
    last = every[-1].version if every else ""
    searched = attempts[-1]["time"] if attempts else ""
    return trigger_log.settled(trigger_log.read(), last, searched)


def parts(
    protocol: Mapping[str, Any], extracted: Mapping[str, Any], every: Sequence[Version]
) -> dict[str, Any]:
    """What the page is computed from, beside the results that it shows."""
    sources = {
        str(path.relative_to(SOURCES)): files.digest(path.read_bytes())
        for path in sorted(SOURCES.rglob("*"))
        if path.is_file()
    }
    attempts = run_log.read()
    return {
        "protocol": protocol,
        "order": files.digest(json.dumps(protocol)),  # in which the page tells what it lists
        "amendments": files.digest(tables.content(amendments.PATH)),
        "codebook": files.digest(tables.content(codebook.PATH)),
        "checklists": said.digests(),
        "extracted": extracted,
        "published": published(),
        "overlap_decisions": ledgers.read("overlap"),
        "beside": {name: files.digest(tables.content(path(name))) for name in COMPANIONS},
        "second": second_extraction.digests(),
        "tools": risk_of_bias.digests(),
        "run_log": attempts,
        "trigger_log": asked(attempts, every),
        "runs": searched(),
        "events": notices.read(),
        "event_decisions": ledgers.read("events"),
        "ratings": ledgers.read("grade"),
        "versions": [version.told() for version in every],
        "renderer": render.renderer(),
        "sources": sources,
    }
