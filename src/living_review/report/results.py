"""Everything the page says, gathered into plain values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from living_review import consequences, harms
from living_review.checklists.said import Said
from living_review.contrasts import of_protocol
from living_review.ledgers import Line
from living_review.notices import Event
from living_review.report import checklists, findings, glance, overlaps, rated
from living_review.report import provenance as how_taken
from living_review.report.declared import NOTHING_DECLARED
from living_review.risk_of_bias import plain
from living_review.run_log import SEARCHED
from living_review.todo import extraction

Row = Mapping[str, Any]
Rows = Sequence[Row]

NO_VERSION: Row = MappingProxyType({"this": "", "before": "", "every": ()})
NOT_JUDGED = plain.of_review((), {}, None)
LISTS = ("screen", "full_text", "conflicts", "awaiting", "extract", "again", "questions")
AWAITED = "awaiting"  # from others: no decision of the team is due
ONE_STUDY = "one_study"  # advice: nothing has to wait for it
# Lists of `waiting` -> what deduplication calls them.
OF_DUPLICATES = {
    "duplicates": "ask",
    "duplicate_conflicts": "conflicts",
    "duplicate_alarms": "alarms",
}


def collect(
    *,
    config: Mapping[str, Any],
    tables: Mapping[str, Rows],
    syntheses: Mapping[str, Row],
    contrasts: Mapping[str, Row] = MappingProxyType({}),
    published: Rows = (),
    waiting: Mapping[str, Rows] | None = None,
    screeners: Sequence[str] = (),
    duplicates: Mapping[str, Any] | None = None,
    searches: Rows = (),
    attempts: Rows = (),
    runs: Rows = (),
    events: Sequence[Event] = (),
    event_decisions: Sequence[Line] = (),
    ratings: Sequence[Line] = (),
    bias_by_outcome: Mapping[str, Mapping[str, str]] | None = None,
    included: Collection[str] = (),
    flow: Row | None = None,
    agreement: Rows = (),
    overlap_decisions: Sequence[Line] = (),
    overlap_left_out: Mapping[str, Sequence[str]] | None = None,
    references: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    provenance: Row | None = None,
    codebook: Rows = (),
    risk_of_bias: Row = NOT_JUDGED,
    vocabulary_of: Mapping[str, str] | None = None,
    warnings: Iterable[str] = (),
    courses: Mapping[str, Row] | None = None,
    descriptions: Mapping[str, Row] | None = None,
    versions: Row = NO_VERSION,
    changes: Mapping[str, Row] = MappingProxyType({}),
    declared: Row = NOTHING_DECLARED,
    said: Mapping[str, Mapping[str, Said]] = MappingProxyType({}),
    trigger_log: Rows = (),
) -> dict[str, Any]:
    """The results of one page: JSON-able, and the same whatever the order of the rows.

    config: the protocol. tables: studies, reports, arms, outcomes as rows of the codebook.
    syntheses: analysis id -> result of synthesis.pool; every configured analysis is there.
    contrasts: likewise, contrast id -> result of contrasting.contrast.
    published: group, measure, events, total, percent_as_printed, and percent, ci, bounds where
    they can be had. waiting: screen, full_text, conflicts, awaiting, extract -> works (record_id,
    title, ...), one_study -> pairs of reports; the questions come from the protocol. screeners:
    people who ever decided about a work. duplicates:
    ask, conflicts, alarms as duplicates.waiting has them, and the path of their table. searches: a
    row a search run or import that brought records; attempts: the run log; runs: as reads.searched
    has them. events: what became of publications; event_decisions: lines of people about that.
    included: study_ids with a full-text decision of a person; every other study is provisional.
    flow: counts of flow.of_works. agreement: a row a stage and pair of screeners, as
    screening.agreement has them. vocabulary_of: the vocabulary of each column of the tables that
    has one.
    ratings: lines of the ledger `grade`; bias_by_outcome: outcome -> study_id -> overall risk of
    bias, as far as people judged it.

    overlap_decisions: lines of the ledger; overlap_left_out: analysis id -> studies that it leaves
    out; references: of reports, by record_id, as waiting.references has them. provenance,
    risk_of_bias: as their of_review has them.
    codebook: the tables as datapackage.descriptor has them under resources.
    courses: analysis id -> result of synthesis.courses; descriptions: id -> of averages.describe.
    versions: as versions.shown has them; changes: analysis id -> synthesis.bridge from the version
    before, for each analysis that it had. declared: as its of_review has it.
    said: what people say of items of checklists, as checklists.said.read has it.
    """
    found = consequences.findings(events, event_decisions)
    studies = _studies(tables, included, found)
    works = {name: findings.flagged((waiting or {}).get(name, ()), found) for name in LISTS}
    lists = {name: _sorted(rows, _RECORD) for name, rows in works.items()}
    lists["questions"] = [
        {"id": rule["id"], "topic": rule["topic"], "question": rule["question"]}
        for rule in config["eligibility"]
        if rule.get("question")
    ]
    asked = duplicates or {}
    for name, called in OF_DUPLICATES.items():
        rows = _sorted(asked.get(called, ()), ("record_id_1", "record_id_2", "work_id"))
        lists[name] = sorted(rows, key=lambda row: row.get("rank", 0))
    lists[ONE_STUDY] = [dict(pair) for pair in (waiting or {}).get(ONE_STUDY, ())]
    lists |= findings.waiting(studies, consequences.unmet(events, event_decisions))
    certain = rated.of_analyses(config, tables, syntheses, studies, ratings, bias_by_outcome or {})
    lists |= rated.waiting(config["analyses"], certain)
    lists |= plain.waiting(risk_of_bias, studies)
    authors = {record_id: record["authors"] for record_id, record in references.items()}
    overlapping = overlaps.of_review(tables, overlap_decisions, authors, overlap_left_out or {})
    lists |= overlaps.waiting(overlapping)
    taken = dict(provenance or how_taken.of_review(tables))
    lists |= how_taken.waiting(taken, studies)
    lists |= extraction.waiting(studies)
    not_due = {*findings.DONE_BY_RULE, AWAITED, ONE_STUDY, *rated.SHOWN_BESIDE}
    not_due |= set(extraction.waiting(()))
    if not how_taken.is_required(taken):
        not_due.add("differences")
    blocking = {name: rows for name, rows in lists.items() if name not in not_due}
    brought = _sorted(searches, ("date", "kind", "id"))
    tried = _sorted(attempts, ("time", "strategy_id"))
    totals = sorted(
        (dict(row) for row in published),
        key=lambda row: (row["group"] != "all", row["group"], -row["events"], row["measure"]),
    )
    analyses = [
        _analysis(analysis, config["outcomes"], syntheses[analysis["id"]], totals)
        | {"certainty": certain[analysis["id"]], "course": (courses or {}).get(analysis["id"])}
        for analysis in config["analyses"]
    ]
    collected = {
        "review": {**config["review"], "pico": dict(config["pico"])},
        "glance": glance.of_studies(studies, versions),
        "eligibility": [dict(rule) for rule in config["eligibility"]],
        "outcomes": {key: dict(outcome) for key, outcome in config["outcomes"].items()},
        "words": {
            column: dict(config["vocabularies"][name])
            for column, name in (vocabulary_of or {}).items()
        },
        "flow": dict(flow or {"recorded": False, "previous": None}),
        "overlaps": overlapping,
        "provenance": taken,
        "risk_of_bias": dict(risk_of_bias),
        "codebook": [dict(table) for table in codebook],
        "versions": {**versions, "every": [dict(one) for one in versions["every"]]},
        "triggers": [],  # what they find is held against these results: see due.of_results
        "trigger_log": [dict(line) for line in trigger_log],
        "declared": dict(declared),
        "changes": {name: dict(found) for name, found in changes.items()},
        "screening": dict(config["screening"]),
        "agreement": [dict(pair) for pair in agreement],
        "strategies": [dict(strategy) for strategy in config["search"]["strategies"]],
        "status": status(config["search"], tried, brought, blocking),
        "published": totals,
        "analyses": analyses,
        "descriptions": [
            {**{name: one[name] for name in ("id", "title", "average")}, **descriptions[one["id"]]}
            for one in config.get("descriptions", ())
            if descriptions
        ],
        "contrasts": [
            _contrast(contrast, config["outcomes"], contrasts[contrast["id"]], totals)
            for contrast in of_protocol(config)
        ],
        "harms": harms.lines(config["outcomes"], studies, analyses),
        "studies": studies,
        "references": {name: dict(record) for name, record in references.items()},
        "waiting": {
            "counts": {name: len(rows) for name, rows in lists.items()},
            "lists": lists,
            "screeners": list(screeners),
            "duplicates_table": asked.get("table", ""),
        },
        "searches": brought,
        "attempts": tried,
        "runs": [dict(run) for run in runs],
        "warnings": sorted({*warnings, *_failed(config["search"], tried)}),
    }
    return collected | {"checklists": checklists.of_results(collected, config, said)}


def status(
    search: Row, attempts: Rows, searches: Rows, waiting: Mapping[str, Rows]
) -> dict[str, str]:
    """Where the review stands, from the logs alone and never from the clock.

    searched_on: the day up to which every strategy was searched, "" before that; outdated_after:
    search["outdated_after_days"] later. chip: two or three words; words: a sentence.
    """
    done = [_searched_on(strategy["id"], attempts, searches) for strategy in search["strategies"]]
    searched_on = min(done, default="")
    if not searched_on:
        return {
            "searched_on": "",
            "outdated_after": "",
            "chip": "Not searched yet",
            "words": _not_searched(searches),
        }
    days = timedelta(days=search["outdated_after_days"])
    outdated = (date.fromisoformat(searched_on) + days).isoformat()
    if _failed(search, attempts):
        chip = "Last search failed"
    elif any(waiting.values()):
        chip = "Decisions awaited"
    else:
        chip = "Up to date"
    return {
        "searched_on": searched_on,
        "outdated_after": outdated,
        "chip": chip,
        "words": f"Searched on {searched_on}; take this page as outdated after {outdated}.",
    }


def _searched_on(strategy_id: str, attempts: Rows, searches: Rows) -> str:
    """The last day of a complete search: by the log, or of an export that names the strategy."""
    logged = (
        attempt["time"]
        for attempt in attempts
        if attempt["strategy_id"] == strategy_id and attempt["outcome"] in SEARCHED
    )
    exported = (row.get("searched_on") for row in searches if row["strategy"] == strategy_id)
    return max(((day or "")[:10] for day in (*logged, *exported)), default="")


def _failed(search: Row, attempts: Rows) -> list[str]:
    """A sentence for each strategy of the protocol whose last attempt failed, or did not end.

    attempts: the earliest first.
    """
    last = {attempt["strategy_id"]: attempt for attempt in attempts}
    return [
        f"The last search by {strategy['id']} failed on {last[strategy['id']]['time'][:10]}."
        for strategy in search["strategies"]
        if strategy["id"] in last and last[strategy["id"]]["outcome"] not in SEARCHED
    ]


def _not_searched(searches: Rows) -> str:
    days = [str(row["date"])[:10] for row in searches if row.get("date")]
    if not searches:
        return "This review has not run a search yet, and no records were imported."
    last = f", last on {max(days)}" if days else ""
    return f"This review has not run its own search yet; its records were imported by hand{last}."


_RECORD = ("title", "label", "record_id", "study_id")


def _sorted(rows: Iterable[Row], by: Sequence[str]) -> list[dict[str, Any]]:
    return sorted(
        (dict(row) for row in rows),
        key=lambda row: (*(str(row.get(name) or "") for name in by), sorted(map(str, row.items()))),
    )


def _analysis(
    analysis: Row, outcomes: Mapping[str, Row], synthesis: Row, published: Rows
) -> dict[str, Any]:
    outcome = outcomes[analysis["outcome"]]
    return {
        "id": analysis["id"],
        "title": analysis["title"],
        "outcome": analysis["outcome"],
        "label": outcome["label"],
        "definition": outcome["definition"],
        "better": outcome["better"],
        "says": outcome["says"],
        "where": {column: list(values) for column, values in analysis["where"].items()},
        "published": _published(analysis, published),
        "synthesis": dict(synthesis),
    }


def _contrast(
    contrast: Row, outcomes: Mapping[str, Row], compared: Row, published: Rows
) -> dict[str, Any]:
    outcome, between = outcomes[contrast["outcome"]], contrast["between"]
    groups = [{**group, "published": _published(group, published)} for group in between["groups"]]
    return {
        **{name: contrast[name] for name in ("id", "title", "outcome", "where", "least_studies")},
        **{name: outcome[name] for name in ("label", "definition", "says")},
        "between": {**between, "groups": groups},
        "compared": dict(compared),
    }


def _published(asking: Row, published: Rows) -> Row | None:
    """The published total that an analysis or a side of a comparison names."""
    asked = asking.get("published")
    named = (
        row
        for row in published
        if asked and (row["group"], row["measure"]) == (asked["group"], asked["measure"])
    )
    return next(named, None)


def _studies(
    tables: Mapping[str, Rows], included: Collection[str], found: Sequence[consequences.Finding]
) -> list[dict[str, Any]]:
    events = findings.of_studies(tables.get("reports", ()), found)
    uncheckable = consequences.uncheckable(tables.get("studies", ()), tables.get("reports", ()))
    parts = {
        "reports": ("record_id", "citation"),
        "arms": ("arm_id",),
        "outcomes": ("arm_id", "outcome", "time_point"),
    }
    of: dict[str, dict[str, list[Row]]] = {name: {} for name in parts}
    for name in parts:
        for row in tables.get(name, ()):
            of[name].setdefault(row["study_id"], []).append(row)
    return [
        {
            **study,
            **{
                name: _sorted(of[name].get(study["study_id"], ()), by) for name, by in parts.items()
            },
            "status": "included" if study["study_id"] in included else "provisional",
            "events": events.get(study["study_id"], []),
            "out": any(event["out"] for event in events.get(study["study_id"], ())),
            "checkable": study["study_id"] not in uncheckable,
        }
        for study in _sorted(tables.get("studies", ()), ("year", "label", "study_id"))
    ]
