"""List what waits for people, in the order in which to do it."""

from living_review import job
from living_review.todo import read


def main(task: job.Job) -> None:
    for name in task.names:
        waiting = read.read(task.plan)
        task.verify(name, screeners=waiting.screeners)
        read.write(waiting, name.paths)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
