"""Compare treatments as the protocol asks, wherever that was not done yet."""

import logging

from living_review import analyses, codebook, contrasts, decided, files, job
from living_review.synthesis import contrasting


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    known = decided.read(protocol, extracted)
    by_id = {contrast["id"]: contrast for contrast in contrasts.of_protocol(protocol)}
    for name in task.names:
        parts = contrasts.parts(by_id[name.label], extracted, known)
        compared = contrasting.contrast(parts["rows"], parts["set_aside"], parts["contrast"])
        task.verify(name, **parts)
        files.replace_json(name.path, compared)
        logging.info("%s: %d rows", name.label, len(parts["rows"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
