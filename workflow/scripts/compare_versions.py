"""Find how each analysis moved from version to version, and what moved it since the last one."""

import logging

from living_review import analyses, codebook, decided, files, job, names, synthesis, versions


def main(task: job.Job) -> None:
    protocol = task.plan.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    used = analyses.used(protocol, extracted, decided.read(protocol, extracted))
    content = versions.content(protocol, extracted, used)
    frozen = {
        one.version: one.frozen for one in versions.standing(versions.read(), content).earlier
    }
    pooled = {name.label: name.path for name in task.plan.of("syntheses")}
    for name in task.names:
        earlier = {
            version: found[name.label] for version, found in frozen.items() if name.label in found
        }
        now = used[name.label]
        digests = [(version, names.digest(found)) for version, found in earlier.items()]
        task.verify(name, earlier=digests, now=now)
        now = now | {"main": files.read_json(pooled[name.label])["main"]}
        found = synthesis.bridge(list(earlier.values())[-1], now, synthesis.main_result)
        found["versions"] = synthesis.by_version(earlier, now["analysis"], synthesis.main_result)
        files.replace_json(name.path, found)
        logging.info("%s: %d studies changed", name.label, len(found["studies"]))


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
