"""Compare the records of each source that was not compared yet with one another and all earlier."""

import logging

import pandas as pd

from living_review import dedup, files, job, library
from living_review.names import Name


def main(task: job.Job) -> None:
    plan = task.plan
    known = dedup.prepare(library.NO_RECORDS)
    for comparison, parsed in zip(plan.of("pairs"), plan.of("records"), strict=True):
        if comparison in task.names:
            compare(task, comparison, pd.read_parquet(parsed.path), known)
        known = pd.concat([known, library.members(comparison)], ignore_index=True)


def compare(task: job.Job, name: Name, records: pd.DataFrame, known: pd.DataFrame) -> None:
    identified = records.assign(**dedup.identify(records, known))
    newcomers = identified[identified["kept"]].reset_index(drop=True)
    members = dedup.prepare(newcomers).assign(**newcomers[library.PLACE])
    pairs = pd.concat([dedup.compare(members, known), dedup.bridges(identified)], ignore_index=True)
    task.verify(name)
    for path, table in zip(name.paths, (members, pairs), strict=True):
        with files.replacing(path) as beside:
            table.to_parquet(beside, index=False)
    new = (identified["found_again"] == "").sum()
    logging.info("%s: %d new records, %d pairs", name.label, new, len(pairs))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
