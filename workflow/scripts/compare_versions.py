"""Find what moved each analysis since the version that the review is held against."""

import logging

from living_review import analyses, codebook, decided, files, job, synthesis, versions


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    used = analyses.used(protocol, extracted, decided.read(protocol, extracted))
    content = versions.content(protocol, extracted, used)
    before = versions.standing(versions.read(), content).before
    frozen = before.analyses if before else {}
    pooled = {name.label: name.path for name in task.plan.of("syntheses")}
    for name in task.names:
        then, now = frozen.get(name.label), used[name.label]
        task.verify(name, before=then, now=now)
        main_now = files.read_json(pooled[name.label])["main"]
        found = synthesis.bridge(then, now | {"main": main_now}, synthesis.main_result)
        files.replace_json(name.path, found)
        logging.info("%s: %d studies changed", name.label, len(found["studies"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
