"""Put the current page at the path that never changes."""

from living_review import job, versions
from living_review.report import shown


def main(task: job.Job) -> None:
    shown.show(task.plan.of("report")[0], versions.read())


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
