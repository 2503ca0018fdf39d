"""Size of the page with many studies, and time of rendering the shipped review, by Pandoc.

The studies are invented: two analyses pool all of them, each study has two outcomes with place and
quote. Their pooled numbers are made up, since only the size of what is said of them matters. Of the
shipped review the results must be made already (`make review`). Times are those of the processor,
children included, which other work on the machine disturbs less; the best of several runs.
Exits with 1 if a measure does not hold.
"""

import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from living_review import datapackage, files, plan, versions
from living_review import figures as drawings
from living_review.figures import kinds, output
from living_review.report import figures, flow, gathered, parts, reads, render, results

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/unit"))

import report_cases  # noqa: E402

LIMITS = {100: 1_000_000, 2000: 5_000_000}  # bytes of index.html
RUNS, SECONDS = 3, 3.0


def main() -> None:
    os.chdir(ROOT)
    holds = True
    for n, limit in LIMITS.items():
        size = bytes_of(review(n))
        print(f"{n:,} studies: {size:,} bytes (at most {limit:,})")
        holds &= size <= limit
    seconds = min(shipped() for _ in range(RUNS))
    print(f"the shipped review: rendered in {seconds:.2f} s of the processor (at most {SECONDS:g})")
    sys.exit(0 if holds and seconds <= SECONDS else 1)


def bytes_of(made: dict[str, Any]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts.write(made, folder / "parts")
        (folder / "parts/data").mkdir()
        for analysis in made["analyses"]:
            draw(analysis, made, folder / "figures")
        render.render(reads.SOURCES, folder / "parts", folder / "figures", folder / "out")
        return (folder / "out/index.html").stat().st_size


def draw(analysis: dict[str, Any], made: dict[str, Any], folder: Path) -> None:
    """The figures of an analysis; of those that no page embeds, and of those to print, no more than
    the file."""
    words = figures.captioned(analysis, made)
    for suffix in drawings.SUFFIXES:
        kind = suffix[1:].split(".")[0]
        path = folder / drawings.file_name(suffix, analysis["id"])
        if path.suffix == ".png" or not figures.is_shown(kind, analysis["synthesis"]):
            files.replace_text(path, "")
            continue
        drawn = kinds.draw(kind, analysis["synthesis"], words, drawings.NARROW in suffix)
        folder.mkdir(exist_ok=True)
        output.write(drawn, path)


def review(n: int) -> dict[str, Any]:
    protocol = report_cases.config()
    two = [analysis["id"] for analysis in protocol["analyses"][:2]]
    names = [f"author_{at}_{2000 + at % 25}" for at in range(n)]
    studies = [
        report_cases.study(name, f"Author {at} {2000 + at % 25}", 2000 + at % 25, 15 + at % 9, 30)
        for at, name in enumerate(names)
    ]
    found = report_cases.synthesis(two[0], report_cases.pooled(studies))
    nothing = report_cases.pooled([], notes=report_cases.NOTHING_YET)
    return results.collect(
        config=protocol,
        tables=tables(studies),
        syntheses={
            analysis["id"]: found
            if analysis["id"] in two
            else report_cases.synthesis(analysis["id"], nothing)
            for analysis in protocol["analyses"]
        },
        included=names,
        vocabulary_of={"modality": "modality", "unit": "unit"},
    )


def tables(studies: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("studies", "reports", "arms", "outcomes")
    }
    for at, study in enumerate(studies):
        name = study["study_id"]
        record = f"pmid:{30000000 + at}"
        source = {
            "basis": "full_text",
            "source_record": record,
            "source_place": f"p. {at % 12 + 1}, Table {at % 4 + 1}",
            "quote": "Imaging after the repeated treatment showed no residual enhancement in all "
            f"but {at % 9} of the 30 patients, none of whom was lost to follow-up",
            "extracted_by": "ann",
            "checked_by": "bob",
        }
        about = {"country": "Italy", "centre": f"University Hospital {at}", "n_patients": 30}
        made["studies"].append(
            {"study_id": name, "label": study["label"], "year": study["year"], **about, **source}
        )
        made["reports"].append(
            {"study_id": name, "record_id": record, "kind": "article"}
            | {"citation": f"{study['label']}. Repeated treatment of renal tumours that came back "
               f"after ablation: a series of 30 patients. J Invented {at};{at % 40}:1-9."}
        )  # fmt: skip
        arm = {"modality": "re_ablation", "unit": "patient", "n_patients": 30}
        made["arms"].append(
            {"study_id": name, "arm_id": "a", "label": "Repeat ablation", **arm, **source}
        )
        for outcome in ("ned", "no_recurrence"):
            counts = {"n_treated": 30, "n_known": 30, "events": study["events"]}
            when = {"time_point": "last follow-up", "followup_measure": "median"}
            when |= {"followup_value": 36, "followup_unit": "months"}
            made["outcomes"].append(
                {"study_id": name, "arm_id": "a", "outcome": outcome, **counts, **when, **source}
            )
    return made


def shipped() -> float:
    """Seconds of the processor for the page of this checkout, from its results to its HTML."""
    made = plan.make()
    before = seconds_used()
    shown, described, tabled, _ = gathered.of_plan(made, versions.read())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts.write(shown, folder / "parts")
        datapackage.write(folder / "parts/data", made.config["review"], described, tabled)
        flow.write(shown, folder / "figures")
        for figure in made.of("figures"):
            for suffix, path in zip(figure.suffixes, figure.paths, strict=True):
                target = folder / "figures" / drawings.file_name(suffix, figure.label)
                target.parent.mkdir(exist_ok=True)
                shutil.copy(path, target)
        render.render(reads.SOURCES, folder / "parts", folder / "figures", folder / "out")
    return seconds_used() - before


def seconds_used() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
