"""Draw the forest plot of every synthesis that has none yet."""

from pathlib import Path

from living_review import analyses, files, job
from living_review.figures import forest


def main(task: job.Job) -> None:
    protocol = task.plan.config
    by_id = {analysis["id"]: analysis for analysis in protocol["analyses"]}
    syntheses = {name.label: name for name in task.plan.of("syntheses")}
    for name in task.names:
        words = analyses.caption(by_id[name.label], protocol)
        synthesis = files.read_json(syntheses[name.label].path)
        task.verify(name, words=words)
        forest.write(
            synthesis,
            Path(name.path).with_suffix(""),
            title=words["title"],
            xlabel=words["xlabel"],
            new=forest.new_studies(synthesis) if words["continues"] else (),
        )


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
