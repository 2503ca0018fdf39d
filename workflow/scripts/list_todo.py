"""List what waits for people, in the order in which to do it."""

from living_review import job
from living_review.todo import read


def main(task: job.Job) -> None:
    for name in task.names:
        task.verify(name)
        read.write(read.read(task.plan), name.paths)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
