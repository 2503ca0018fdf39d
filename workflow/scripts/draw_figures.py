"""Draw the figures of every synthesis that has none yet."""

from living_review import analyses, codebook, decided, files, job
from living_review.figures import KINDS, NARROW, PNG, SVG, kinds, output, parts


def main(task: job.Job) -> None:
    protocol = task.plan.config
    book = codebook.read(codebook.PATH, protocol)
    extracted = analyses.read(book)
    known, judged = decided.read(protocol, extracted), parts.judgements()
    by_id = {analysis["id"]: analysis for analysis in protocol["analyses"]}
    syntheses = {name.label: name for name in task.plan.of("syntheses")}
    for name in task.names:
        analysis = by_id[name.label]
        rows = analyses.rows(analysis, extracted, known)
        read = parts.parts(analysis, protocol, rows, judged, book.vocabulary_of())
        synthesis = files.read_json(syntheses[name.label].path)
        task.verify(name, **read)
        captioned = kinds.captioned(synthesis, analysis["outcome"], **read)
        paths = dict(zip(name.suffixes, name.paths, strict=True))
        for kind in KINDS:
            narrow = kinds.draw(kind, synthesis, captioned, narrow=True)
            output.write(narrow, paths[f"/{kind}{NARROW}"])
            wide = kinds.draw(kind, synthesis, captioned)
            output.write(wide, paths[f"/{kind}{PNG}"])
            output.write(wide, paths[f"/{kind}{SVG}"])  # of the last kind the main file


if __name__ == "__main__":
    with job.of(snakemake) as task:
        main(task)
