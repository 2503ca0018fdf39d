"""Render the page from all results."""

from pathlib import Path

from living_review import job, versions
from living_review.report import gathered, making


def main(task: job.Job) -> None:
    found = gathered.of_plan(task.plan, versions.read())
    for name in task.names:
        task.verify(name, **found.read)
        making.make(task.plan, found, Path(name.path).parent)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
