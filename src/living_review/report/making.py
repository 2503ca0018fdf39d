"""The page and all that lies beside it, made from what was gathered for it."""

import shutil
import tempfile
from pathlib import Path

from living_review import datapackage
from living_review import figures as drawings
from living_review.names import Plan
from living_review.report import checklists, flow, parts, reads, render
from living_review.report.gathered import Gathered


def make(plan: Plan, gathered: Gathered, out: Path) -> None:
    """Render into the folder `out`, the page last. The figures of the plan must be made already."""
    with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
        written, figures = Path(folder, "parts"), Path(folder, "figures")
        parts.write(gathered.results, written)
        review = plan.config["review"]
        datapackage.write(written / "data", review, gathered.described, gathered.tabled)
        checklists.write(gathered.results, written / "data")
        figures.mkdir()
        flow.write(gathered.results, figures)
        for figure in plan.of("figures"):
            for suffix, path in zip(figure.suffixes, figure.paths, strict=True):
                shutil.copy(path, figures / drawings.file_name(suffix, figure.label))
        render.render(reads.SOURCES, written, figures, out)
