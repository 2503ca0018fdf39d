"""Rank what waits for people by what was decided so far."""

import logging

import pandas as pd

from living_review import files, job, library, tables
from living_review.screening import labels, queue


def main(task: job.Job) -> None:
    records = library.records_to_read(task.plan)
    works = pd.read_parquet(task.plan.of("works")[0].path)
    for name in task.names:
        parts = labels.parts(task.plan.config)
        rows, about = queue.ranked(works, records, parts["lines"], parts["protocol"])
        task.verify(name, **parts)
        ground, table = name.paths
        files.replace_json(ground, about)
        tables.write(table, queue.COLUMNS, rows)
        logging.info("%d works ranked", len(rows))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
