"""Follow the patients of every analysis over time: follow-up, landmarks, person-time."""

import logging

from living_review import (
    analyses,
    codebook,
    courses,
    decided,
    files,
    job,
)
from living_review.synthesis.courses import course


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    known = decided.read(protocol, extracted)
    by_id = {analysis["id"]: analysis for analysis in protocol["analyses"]}
    for name in task.names:
        parts = courses.parts(by_id[name.label], protocol, extracted, known)
        followed = course(parts)
        task.verify(name, **parts)
        files.replace_json(name.path, followed)
        logging.info("%s: %d rows", name.label, len(parts["rate"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
