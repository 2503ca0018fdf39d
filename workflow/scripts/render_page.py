"""Render the page from all results."""

import shutil
import tempfile
from pathlib import Path

from living_review import datapackage, job, versions
from living_review import figures as drawings
from living_review.report import flow, gathered, parts, reads, render


def main(task: job.Job) -> None:
    plan = task.plan
    shown, described, tabled, read = gathered.of_plan(plan, versions.read())
    for name in task.names:
        with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
            written, figures = Path(folder, "parts"), Path(folder, "figures")
            parts.write(shown, written)
            datapackage.write(written / "data", plan.config["review"], described, tabled)
            figures.mkdir()
            flow.write(shown, figures)
            for figure in plan.of("figures"):
                for suffix, path in zip(figure.suffixes, figure.paths, strict=True):
                    shutil.copy(path, figures / drawings.file_name(suffix, figure.label))
            task.verify(name, **read)
            render.render(reads.SOURCES, written, figures, Path(name.path).parent)


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
