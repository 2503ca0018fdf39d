"""The plan of a checkout: the name of every result that it calls for, none of them computed.

Reads what people and searches wrote, with csv, json and hashlib alone, each time that the
workflow is read. Never fails on what a table contains.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from living_review import (
    amendments,
    analyses,
    codebook,
    config,
    contrasts,
    courses,
    decided,
    descriptions,
    figures,
    ledgers,
    names,
    screening,
    sources,
    versions,
    written,
)
from living_review.analyses import Decided
from living_review.figures import parts as drawn
from living_review.names import Name, Plan
from living_review.report import reads as page
from living_review.screening import labels
from living_review.todo import read as todo
from living_review.versions import Standing, Version


class Stage(NamedTuple):
    """How the results of a stage are made: by the rule and the script of that name."""

    rule: str
    suffixes: tuple[str, ...]  # the main file last


STAGES = {
    "check": Stage("check_tables", (".json",)),
    "records": Stage("parse_records", (".quarantine.csv", ".parquet")),
    "pairs": Stage("compare_records", (".members.parquet", ".parquet")),
    "works": Stage("group_works", (".json", ".queue.csv", ".parquet")),
    "screening": Stage("place_works", (".json",)),
    "ranking": Stage("rank_works", (".json", ".csv")),
    "syntheses": Stage("pool_outcomes", (".json",)),
    "contrasts": Stage("contrast_modalities", (".json",)),
    "figures": Stage("draw_figures", figures.SUFFIXES),
    "descriptions": Stage("describe_patients", (".json",)),
    "courses": Stage("follow_patients", (".json",)),
    "changes": Stage("compare_versions", (".json",)),
    "report": Stage("render_page", ("/results.json", "/index.html")),
    "todo": Stage("list_todo", todo.FILES),
}


def make(published: Sequence[Version] | None = None) -> Plan:
    """The plan of the review in this folder.

    published: its versions, if not those that are there. Raises ConfigError, and ReviewError for
    versions that can't be read.
    """
    published = versions.read() if published is None else published
    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    extracted = analyses.read(book)
    check = _name(
        "check", "tables", written=written.parts(), published=versions.contents(published)
    )
    found = list(_found(protocol, extracted))
    known = decided.read(protocol, extracted)
    used = analyses.used(protocol, extracted, known)
    pooled = list(_pooled(protocol, book, extracted, known, used))
    held = versions.standing(published, versions.content(protocol, extracted, used))
    pooled += _changes(held, used, pooled)
    upstream = [name.key for name in (*found, *pooled)]
    shown = page.parts(protocol, extracted, published)
    report = _name("report", "page", upstream=upstream, **shown)
    made = (check, *found, _ranking(protocol, found), *pooled, report)
    return Plan(protocol, (*made, _todo(made)))


def _name(stage: str, label: str, **parts: Any) -> Name:
    rule, suffixes = STAGES[stage]
    return Name.of(stage, label, suffixes, code=names.code(names.script(rule)), **parts)


def _todo(made: Iterable[Name]) -> Name:
    """What waits as the page has it, in the order of the ranking, of which no page is made."""
    upstream = [name.key for name in made if name.stage in ("ranking", "report")]
    return _name("todo", "todo", upstream=upstream)


def _found(protocol: Mapping[str, Any], extracted: Mapping[str, Any]) -> Iterator[Name]:
    """What the searches and imports lead to: records, pairs, works and what waits for people."""
    registered = sources.read()
    records = [_name("records", source.id, **sources.parts(source)) for source in registered]
    pairs: list[Name] = []
    for name in records:
        upstream = [name.key, *(earlier.key for earlier in pairs[-1:])]
        pairs.append(_name("pairs", name.label, upstream=upstream))
    works = _name(
        "works",
        "works",
        upstream=[name.key for name in pairs],
        decisions=ledgers.read("duplicates"),
    )
    waiting = _name(
        "screening",
        "works",
        upstream=[works.key],
        again=amendments.decisions_called_into_question(),
        **screening.parts(protocol, extracted, registered),
    )
    yield from (*records, *pairs, works, waiting)


def _ranking(protocol: Mapping[str, Any], found: Sequence[Name]) -> Name:
    """The order in which people may want to read what waits; nothing is made of it.

    It reads abstracts, which a clone may lack, so that the page must not depend on it.
    """
    works = [name.key for name in found if name.stage == "works"]
    return _name("ranking", "works", upstream=works, **labels.parts(protocol))


def _pooled(
    protocol: Mapping[str, Any],
    book: codebook.Codebook,
    extracted: Mapping[str, Any],
    known: Decided,
    used: Mapping[str, Any],
) -> Iterator[Name]:
    """What the extraction tables lead to; nothing here reads what a search derives.

    used: the parts of each analysis by its id.
    """
    judged = drawn.judgements()
    for analysis in protocol["analyses"]:
        read = used[analysis["id"]]
        synthesis = _name("syntheses", analysis["id"], **read)
        yield synthesis
        shown = drawn.parts(analysis, protocol, read["rows"], judged, book.vocabulary_of())
        yield _name("figures", analysis["id"], upstream=[synthesis.key], **shown)
        course = courses.parts(analysis, protocol, extracted, known)
        yield _name("courses", analysis["id"], **course)
    for contrast in contrasts.of_protocol(protocol):
        asked = contrasts.parts(contrast, extracted, known)
        yield _name("contrasts", contrast["id"], **asked)
    for description in protocol.get("descriptions", ()):
        described = descriptions.parts(description, extracted, known)
        yield _name("descriptions", description["id"], **described)


def _changes(held: Standing, used: Mapping[str, Any], pooled: Iterable[Name]) -> Iterator[Name]:
    """How each analysis moved from version to version, for those that an earlier one has."""
    for synthesis in (name for name in pooled if name.stage == "syntheses"):
        if earlier := held.digests(synthesis.label):
            parts = {"earlier": earlier, "now": used[synthesis.label]}
            yield _name("changes", synthesis.label, upstream=[synthesis.key], **parts)
