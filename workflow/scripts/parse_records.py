"""Bring every source that has none yet into the one table of records."""

import logging

from living_review import files, job, records, sources


def main(task: job.Job) -> None:
    registered = {source.id: source for source in sources.read()}
    for name in task.names:
        source = registered[name.label]
        written = source.content()
        found, quarantined = records.read(source.path, source.format, source.id)
        task.verify(name, **sources.parts(source, written))
        quarantine, table = name.paths
        with files.replacing(quarantine) as path:
            quarantined.to_csv(path, index=False)
        with files.replacing(table) as path:
            found.to_parquet(path, index=False)
        logging.info("%s: %d records, %d quarantined", source.id, len(found), len(quarantined))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
