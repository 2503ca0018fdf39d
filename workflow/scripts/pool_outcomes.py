"""Pool every analysis that has no synthesis yet."""

import logging

from living_review import analyses, codebook, decided, files, job, synthesis


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    known = decided.read(protocol, extracted)
    by_id = {analysis["id"]: analysis for analysis in protocol["analyses"]}
    for name in task.names:
        parts = analyses.parts(by_id[name.label], extracted, known)
        pooled = synthesis.pool(parts["rows"], parts["analysis"])
        task.verify(name, **parts)
        files.replace_json(name.path, pooled)
        logging.info("%s: %d rows", name.label, len(parts["rows"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
