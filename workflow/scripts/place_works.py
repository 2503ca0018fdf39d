"""Find where every work stands and what waits for people."""

import pandas as pd

from living_review import (
    amendments,
    analyses,
    codebook,
    dedup,
    files,
    flow,
    job,
    library,
    screening,
    sources,
    waiting,
)
from living_review.screening import agreement


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    registered = sources.read()
    records = library.records(task.plan, {*waiting.SHOWN, *waiting.CITED})
    pairs = library.all_pairs(task.plan)
    for name in task.names:
        parts = screening.parts(protocol, extracted, registered)
        parts["again"] = amendments.decisions_called_into_question()
        works = pd.read_parquet(task.plan.of("works")[0].path)
        related = dedup.related(pairs, works)
        placed = waiting.of_works(
            works,
            records,
            parts["lines"],
            parts["protocol"],
            extracted,
            related,
            parts["again"],
        )
        of_records = zip(works["record_id"], works["work_id"], strict=True)
        placed["agreement"] = agreement.of_pairs(of_records, parts["lines"], parts["protocol"])
        placed["references"] = waiting.references(works, records, extracted["reports"])
        placed["sources"] = library.accounts(task.plan, registered)
        counted = flow.of_works(
            works,
            records,
            placed["sources"],
            parts["lines"],
            parts["protocol"],
            parts["extracted"],
            parts["continues"],
            parts["out"],
        )
        placed["flow"] = flow.once(counted)
        task.verify(name, **parts)
        files.replace_json(name.path, placed)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
