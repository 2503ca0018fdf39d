"""Group the records of one publication, as pairs and people's decisions have it."""

import logging

import pandas as pd

from living_review import dedup, duplicates, files, job, ledgers, library, tables


def main(task: job.Job) -> None:
    members = library.all_members(task.plan, ["record_id", "doi"])
    pairs = library.all_pairs(task.plan)
    for name in task.names:
        lines = ledgers.read("duplicates")
        decisions = pd.DataFrame(ledgers.standing(lines), columns=ledgers.COLUMNS["duplicates"])
        works, conflicts, alarms = dedup.works(members, pairs, decisions)
        asked = dedup.queue(pairs, works, decisions)
        records = library.records(task.plan, duplicates.SHOWN)
        waiting = duplicates.waiting(asked, conflicts, alarms, records)
        task.verify(name, decisions=lines)
        questions, queue, table = name.paths
        files.replace_json(questions, waiting)
        tables.write(queue, duplicates.COLUMNS, duplicates.rows(waiting["ask"]))
        with files.replacing(table) as beside:
            works.to_parquet(beside, index=False)
        logging.info("%d records, %d works", len(works), works["work_id"].nunique())


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
