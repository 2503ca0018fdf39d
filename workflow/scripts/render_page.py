"""Render the page from all results."""

import shutil
import tempfile
from pathlib import Path

from living_review import (
    analyses,
    codebook,
    companions,
    datapackage,
    decided,
    files,
    job,
    ledgers,
    risk_of_bias,
    screening,
    second_extraction,
    synthesis,
)
from living_review import figures as drawings
from living_review.report import flow, parts, provenance, reads, render, results
from living_review.risk_of_bias import plain


def main(task: job.Job) -> None:
    plan = task.plan
    protocol = plan.config
    book = codebook.read(codebook.PATH, protocol)
    tools = risk_of_bias.read()
    beside = companions.described(protocol)
    described = [*book.tables.values(), *beside.values()]
    extracted = analyses.read(book)
    known = decided.read(protocol, extracted)
    read = reads.parts(protocol, extracted)
    tabled = {**extracted, **{name: companions.in_order(name) for name in beside}}
    placed = files.read_json(plan.of("screening")[0].path)
    questions, queue, _ = plan.of("works")[0].paths
    shown = results.collect(
        config=protocol,
        tables=extracted,
        syntheses={name.label: files.read_json(name.path) for name in plan.of("syntheses")},
        contrasts={name.label: files.read_json(name.path) for name in plan.of("contrasts")},
        published=synthesis.published_totals(read["published"]),
        waiting=placed["lists"],
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
            analysis["id"]: sorted(
                {
                    row["study_id"]
                    for row in analyses.rows(analysis, extracted, *known)
                    if row["overlaps"]
                }
            )
            for analysis in protocol["analyses"]
        },
        authors=placed["authors"],
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
    )
    for name in task.names:
        with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
            written, figures = Path(folder, "parts"), Path(folder, "figures")
            parts.write(shown, written)
            datapackage.write(written / "data", protocol["review"], described, tabled)
            figures.mkdir()
            flow.write(shown, figures)
            for figure in plan.of("figures"):
                for suffix, path in zip(figure.suffixes, figure.paths, strict=True):
                    shutil.copy(path, figures / drawings.file_name(suffix, figure.label))
            task.verify(name, **read)
            render.render(reads.SOURCES, written, figures, Path(name.path).parent)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
