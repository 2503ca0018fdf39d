"""What the page of a plan shows, from the files of its results and from what people wrote."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from living_review import (
    amendments,
    analyses,
    codebook,
    companions,
    datapackage,
    decided,
    files,
    ledgers,
    risk_of_bias,
    screening,
    second_extraction,
    synthesis,
    tables,
    versions,
)
from living_review.checklists import said
from living_review.codebook import Table
from living_review.names import Plan
from living_review.report import declared, due, provenance, reads, results
from living_review.risk_of_bias import plain
from living_review.versions import Version


class Gathered(NamedTuple):
    results: dict[str, Any]  # every number of the page, as results.collect has them
    described: Sequence[Table]  # of the data package
    tabled: Mapping[str, Sequence[Mapping[str, Any]]]  # its rows
    read: Mapping[str, Any]  # what reads.parts has, for the name of the page


def of_plan(plan: Plan, published: Sequence[Version]) -> Gathered:
    """published: the versions that the page knows of; its results must be made already.

    Raises TableError for a log that can't be read: the page would say that nothing was searched.
    """
    for log in reads.LOGS:
        tables.read(log)
    protocol = plan.config
    book = codebook.read(codebook.PATH, protocol)
    tools = risk_of_bias.read()
    beside = companions.described(protocol)
    described = [*book.tables.values(), *beside.values()]
    extracted = analyses.read(book)
    known = decided.read(protocol, extracted)
    used = analyses.used(protocol, extracted, known)
    read = reads.parts(protocol, extracted, published)
    tabled = {**extracted, **{name: companions.in_order(name) for name in beside}}
    placed = files.read_json(plan.of("screening")[0].path)
    questions, queue, _ = plan.of("works")[0].paths
    content = versions.content(protocol, extracted, used)
    shown = results.collect(
        config=protocol,
        tables=extracted,
        syntheses={name.label: files.read_json(name.path) for name in plan.of("syntheses")},
        contrasts={name.label: files.read_json(name.path) for name in plan.of("contrasts")},
        published=synthesis.published_totals(read["published"]),
        waiting=placed["lists"],
        screeners=placed["screeners"],
        duplicates=files.read_json(questions) | {"table": queue},
        searches=placed["sources"],
        attempts=read["run_log"],
        runs=read["runs"],
        events=read["events"],
        event_decisions=read["event_decisions"],
        ratings=read["ratings"],
        bias_by_outcome=known.risk_of_bias,
        included=screening.included_studies(
            extracted["reports"], ledgers.read("screening"), protocol["screening"]
        ),
        flow=placed["flow"],
        agreement=placed["agreement"],
        overlap_decisions=read["overlap_decisions"],
        overlap_left_out={
            name: sorted({row["study_id"] for row in parts["rows"] if row["overlaps"]})
            for name, parts in used.items()
        },
        references=placed["references"],
        provenance=provenance.of_review(
            extracted,
            second_extraction.compare(
                extracted, second_extraction.read(), tabled["consensus"], book
            ),
            tabled["value_sources"],
            tabled["corrections"],
            protocol.get("extraction", {}).get("extractors", 1),
        ),
        risk_of_bias=plain.of_review(
            risk_of_bias.appraisals(companions.read("risk_of_bias"), tools),
            tools,
            protocol.get("risk_of_bias"),
        ),
        codebook=datapackage.descriptor(protocol["review"], described)["resources"],
        courses={name.label: files.read_json(name.path) for name in plan.of("courses")},
        descriptions={name.label: files.read_json(name.path) for name in plan.of("descriptions")},
        vocabulary_of=book.vocabulary_of(),
        versions=versions.shown(published, content),
        declared=declared.of_review(
            amendments.read(),
            tabled["corrections"],
            versions.standing(published, content).before,
            extracted,
            book,
        ),
        changes={name.label: files.read_json(name.path) for name in plan.of("changes")},
        said=said.read(),
        trigger_log=read["trigger_log"],
    )
    shown["triggers"] = due.of_results(shown, protocol, published)
    return Gathered(shown, described, tabled, read)
