"""Time of `living-review check` on tables of 1,000 rows: right ones, and ones full of mistakes.

The whole command, Python's start included, the best of several runs: seconds of the clock, and
of the processor, which other work on the machine disturbs less and which alone is judged.
"""

import csv
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
ROWS = 1000
RUNS = 5
MOST = 2.0  # seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        review = Path(folder)
        shutil.copytree(ROOT / "config", review / "config")
        shutil.copytree(ROOT / "resources", review / "resources")
        enlarge(review / "resources")
        right = seconds(review, code=0)
        spoil(review / "resources/extraction/outcomes.csv")
        wrong = seconds(review, code=1)
    print(f"{ROWS} rows a table, all right: {right[0]:.2f} s, processor {right[1]:.2f} s")
    print(f"{ROWS} rows, {ROWS} of them wrong: {wrong[0]:.2f} s, processor {wrong[1]:.2f} s")
    if max(right[1], wrong[1]) > MOST:
        sys.exit(f"slower than {MOST:g} s")


def enlarge(resources: Path) -> None:
    """ROWS outcomes, arms, studies, reports, and as many decisions of a person."""
    folder = resources / "extraction"
    names = [f"study_{number}" for number in range(ROWS)]
    one = {table: rows(folder / f"{table}.csv")[0] for table in ("studies", "reports", "arms")}
    outcome = rows(folder / "outcomes.csv")[0]
    of_study = {"studies": {}, "arms": {}, "reports": {"record_id": "pmid:15882715"}}
    for table, changed in of_study.items():
        write(folder / f"{table}.csv", [one[table] | changed | {"study_id": n} for n in names])
    write(folder / "outcomes.csv", [outcome | {"study_id": name} for name in names])
    line = rows(resources / "decisions/screening/seed.csv")[0]
    person = line | {"screener": "ann", "decision": "include", "reason": ""}
    lines = [person | {"id": f"ann-{n}", "record_id": f"pmid:{n + 1}"} for n in range(ROWS)]
    write(resources / "decisions/screening/ann.csv", lines)


def spoil(path: Path) -> None:
    write(path, [row | {"n_known": "six", "outcome": "recurence"} for row in rows(path)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, table: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(table[0]))
        writer.writeheader()
        writer.writerows(table)


def seconds(review: Path, code: int) -> tuple[float, float]:
    """By the clock and by the processor."""
    command = [sys.executable, "-m", "living_review", "check"]
    taken = []
    for _ in range(RUNS):
        began, used = perf_counter(), processor()
        done = subprocess.run(command, cwd=review, capture_output=True, text=True)
        taken.append((perf_counter() - began, processor() - used))
        if done.returncode != code:
            sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    return min(clock for clock, _ in taken), min(used for _, used in taken)


def processor() -> float:
    """Seconds of the processor that programs started from here have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
