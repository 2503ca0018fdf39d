"""Describe the patients: every description of the protocol that has no result yet."""

import logging

from living_review import (
    analyses,
    codebook,
    decided,
    descriptions,
    files,
    job,
)
from living_review.synthesis import averages


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    known = decided.read(protocol, extracted)
    by_id = {description["id"]: description for description in protocol["descriptions"]}
    for name in task.names:
        parts = descriptions.parts(by_id[name.label], extracted, known)
        how = parts["description"]
        described = averages.describe(parts["rows"], how["unit"], how["estimate_means"])
        task.verify(name, **parts)
        files.replace_json(name.path, described)
        logging.info("%s: %d groups", name.label, len(parts["rows"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
