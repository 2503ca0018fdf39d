"""Four months of the shipped review's life, against a stand-in of PubMed on this machine.

A first search; a month without news; two new studies, which people include and extract; the
retraction of one of them. After each month it is printed what was written, and why. Records are the
bibliographic facts of the review's own hand search, and invented ones, which say so in their
titles. Nothing outside of build/demo is written, and nobody else is asked.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "build" / "demo"
REVIEW = DEMO / "review"
sys.path.insert(0, str(ROOT / "tests"))

from eutils.records import article, article_set  # noqa: E402
from eutils.server import StandIn  # noqa: E402

from living_review import config, events, files, runs  # noqa: E402
from living_review.search import attempts, eutils, settings, transport  # noqa: E402
from living_review.why import computed  # noqa: E402

INVENTED = "Invented for a demonstration: "
INDEXED = ("Kidney Neoplasms", "Ablation Techniques", "Neoplasm Recurrence, Local")
SERIES = {  # what the invented studies of the third month say
    "99000001": ("Salvage cryoablation of recurrent renal masses", "Doe", 24, 22, 5),
    "99000002": ("Repeat ablation of recurrent renal masses", "Roe", 31, 31, 9),
}
PEOPLE = ("ann", "bob")


class Month(NamedTuple):
    """What happens before the search of a month."""

    day: date
    title: str
    happens: Callable[[StandIn], None]


def nothing_happens(medline: StandIn) -> None:
    pass


def two_studies_appear(medline: StandIn) -> None:
    medline.add(article_set(*(invented(pmid, entered=date(2027, 2, 1)) for pmid in SERIES)))


def one_is_retracted(medline: StandIn) -> None:
    notice = ("RetractionIn", "99000009", "Invented J. 2027 Mar;1(3):99")
    medline.add(
        invented(
            "99000002",
            entered=date(2027, 2, 1),
            revised=date(2027, 3, 2),
            publication_types=("Journal Article", "Retracted Publication"),
            comments=(notice,),
        )
    )


MONTHS = (
    Month(date(2026, 12, 3), "December: the first search", nothing_happens),
    Month(date(2027, 1, 3), "January: nothing new", nothing_happens),
    Month(date(2027, 2, 3), "February: two new studies", two_studies_appear),
    Month(date(2027, 3, 3), "March: a retraction", one_is_retracted),
)


def first_records() -> Iterator[str]:
    """What Medline has before the first search."""
    yield from hand_searched()
    for number in range(1, 21):
        title = f"{INVENTED}ablation and recurrence of a renal mass, report {number}"
        pmid, entered = str(99_000_100 + number), date(2005 + number, 3, 1)
        yield article(pmid, title, entered=entered, year=str(entered.year), mesh=INDEXED)


def invented(pmid: str, **more: Any) -> str:
    title, author, *_ = SERIES[pmid]
    about = {"authors": (f"{author} J",), "mesh": INDEXED, "year": "2027"}
    return article(pmid, INVENTED + title, journal="Invented journal", **{**about, **more})


def hand_searched() -> Iterator[str]:
    """The records of the review's hand search that have a PMID, by what is known of them."""
    (path,) = (ROOT / "resources/imports").glob("*-hand-search.csv")
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["pmid"]:
                year = row["year"] or "2000"
                yield article(
                    row["pmid"],
                    row["title"],
                    authors=(row["first_author"],) if row["first_author"] else (),
                    journal=row["journal"] or "Not known",
                    year=year,
                    doi=row["doi"],
                    entered=date(int(year), 1, 1),
                    mesh=INDEXED if "recurren" in row["title"].lower() else (),
                )


# --- what people do ---------------------------------------------------------------------------


def people_include_and_extract() -> None:
    """Two people include the two studies on their full texts, and one of them extracts them."""
    for person in PEOPLE:
        add_rows(
            f"decisions/screening/{person}.csv",
            [
                {
                    "id": f"{person}-{number}",
                    "record_id": f"pmid:{pmid}",
                    "screener": person,
                    "stage": "full_text",
                    "decision": "include",
                    "time": "2027-02-10T09:00:00Z",
                    "protocol_version": "2026.11",
                }
                for number, pmid in enumerate(SERIES, 1)
            ],
            like="decisions/screening/seed.csv",
        )
    for pmid, (title, author, treated, known, recurrences) in SERIES.items():
        study = f"{author.lower()}_2027"
        source = {
            "basis": "full_text",
            "source_record": f"pmid:{pmid}",
            "source_place": "table 2",
            "quote": "invented for a demonstration",
            "extracted_by": "ann",
            "extracted_on": "2027-02-12",
        }
        add_rows(
            "extraction/studies.csv",
            [
                source
                | {
                    "study_id": study,
                    "label": f"{author} 2027 (invented)",
                    "year": "2027",
                    "in_index_review": "no",
                    "in_index_evidence": "published after it",
                }
            ],
        )
        add_rows(
            "extraction/reports.csv",
            [
                {
                    "study_id": study,
                    "record_id": f"pmid:{pmid}",
                    "citation": f"{author} J. {INVENTED}{title}. Invented journal 2027.",
                    "kind": "journal_article",
                }
            ],
        )
        arm = {"study_id": study, "arm_id": "re_ablation"}
        add_rows(
            "extraction/arms.csv",
            [
                source
                | arm
                | {
                    "label": "Repeat ablation",
                    "modality": "re_ablation",
                    "approach": "percutaneous",
                    "failure": "recurrence",
                    "unit": "patient",
                    "salvage_line": "first",
                    "n_patients": str(treated),
                }
            ],
        )
        add_rows(
            "extraction/outcomes.csv",
            [
                source
                | arm
                | {
                    "outcome": "recurrence",
                    "n_treated": str(treated),
                    "n_known": str(known),
                    "events": str(recurrences),
                    "time_point": "last_follow_up",
                }
            ],
        )


def add_rows(name: str, rows: list[dict[str, str]], like: str = "") -> None:
    """Add rows to a table below resources/; like: a table whose columns a new one gets."""
    path, model = Path("resources", name), Path("resources", like or name)
    with model.open(newline="", encoding="utf-8") as lines:
        columns = next(csv.reader(lines))
    begun = path.exists()
    with path.open("a", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
        if not begun:
            writer.writeheader()
        writer.writerows(rows)


# --- what is seen -----------------------------------------------------------------------------


def search(medline: StandIn, day: date) -> None:
    section = config.read(config.PATH, sections=("search",))["search"]
    pubmed = eutils.PubMed(transport.Transport(settings.Settings(url=medline.url)))
    at = datetime(day.year, day.month, day.day, 2, 17, tzinfo=UTC)
    for attempt in attempts.everything(section, pubmed, lambda: at):
        print(f"  search: {attempt.words}")
        for words in attempt.findings:
            print(f"    to look at: {words}")
    for event in events.read():
        if event.seen_on == day.isoformat():
            print(f"    {event.kind}: {event.record_id}, {event.title}")


def make_page() -> None:
    """The rest of the month, as `make review` does it; what it computed and why is in its log."""
    had = len(written_in_log())
    command = [Path(sys.executable).with_name("snakemake"), "--directory", REVIEW, "--quiet", "all"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    print("  " + done.stdout.strip().splitlines()[-1])
    print("  " + written_in_log()[had:].rstrip("\n").replace("\n", "\n  "))


def written_in_log() -> str:
    return computed.LOG.read_text("utf-8") if computed.LOG.exists() else ""


def resources() -> set[str]:
    return {str(path) for path in Path("resources").rglob("*") if path.is_file()}


def main() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    for name in ("config", "resources"):
        shutil.copytree(ROOT / name, REVIEW / name)
    shutil.rmtree(REVIEW / runs.FOLDER, ignore_errors=True)
    (DEMO / "medline").mkdir()
    files.replace_text(DEMO / "medline" / "records.xml", article_set(*first_records()))
    with StandIn(DEMO / "medline") as medline, chdir(REVIEW):
        for month in MONTHS:
            print(f"\n{month.title}")
            medline.today = month.day
            month.happens(medline)
            had = resources()
            search(medline, month.day)
            for path in sorted(resources() - had):
                print(f"  added: {path}")
            make_page()
            if month.happens is two_studies_appear:
                print("\nFebruary, a week later: people include both studies and extract them")
                people_include_and_extract()
                make_page()
        print(f"\nThe page after four months: {os.path.relpath(REVIEW)}/results/report/index.html")


if __name__ == "__main__":
    main()
