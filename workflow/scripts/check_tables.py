"""Refuse the tables that people write, with every mistake named, or say that they are right."""

from living_review import check, files, job, versions, written


def main(task: job.Job) -> None:
    for name in task.names:
        report = check.everything()
        task.verify(name, written=written.parts(), published=versions.contents(versions.read()))
        files.replace_json(name.path, report)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
