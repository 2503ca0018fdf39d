"""Group the records of one publication, as pairs and people's decisions have it."""

import logging

import pandas as pd

from living_review import dedup, files, job, ledgers, library


def main(task: job.Job) -> None:
    members = library.all_members(task.plan)
    pairs = library.all_pairs(task.plan)
    for name in task.names:
        lines = ledgers.read("duplicates")
        decisions = pd.DataFrame(ledgers.standing(lines), columns=ledgers.COLUMNS["duplicates"])
        works, conflicts, alarms = dedup.works(members, pairs, decisions)
        waiting = {
            "ask": dedup.queue(pairs, works, decisions),
            "conflicts": conflicts,
            "alarms": alarms,
        }
        task.verify(name, decisions=lines)
        questions, table = name.paths
        files.replace_json(
            questions, {what: rows.to_dict("records") for what, rows in waiting.items()}
        )
        with files.replacing(table) as beside:
            works.to_parquet(beside, index=False)
        logging.info("%d records, %d works", len(works), works["work_id"].nunique())


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
