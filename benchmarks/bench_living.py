"""What a month costs: a real stream of search results replayed, and an invented review of any size.

Each line is a whole run of the workflow: seconds of the clock; CPU of Snakemake and all its jobs,
which other work on the machine disturbs less; the memory of the largest process; files written
below results/. An empty workflow with the same profile says what Snakemake alone costs.

Targets, on 2 cores: a run with nothing to do within 3 s and twice an empty workflow; a month with
one new study at most 10 s above that at 100,000 records, and its CPU beyond start-up below 1/50 of
a full rebuild's. Whether they are met is told; where other work shares the machine, go by CPU.
"""

import argparse
import csv
import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from generated_review import Generated, Size  # noqa: E402

from living_review import sources  # noqa: E402

STREAM = ROOT.parent / "shared" / "data" / "medline" / "zheln_stream"
NO_OP, ABOVE, SHARE = 3.0, 10.0, 50  # the targets


class Run(NamedTuple):
    seconds: float
    cpu: float
    peak: int  # MB
    written: Counter[str]  # files by stage


def main() -> None:
    asked = options()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        empty = empty_workflow(Path(folder))
        print(told("an empty workflow", empty))
        if asked.only != "generated":
            stream(Path(folder, "stream"), asked.stream_months)
        if asked.only != "stream":
            size = Size(asked.records, asked.studies, asked.analyses)
            generated(Path(folder, "generated"), size, asked.months, empty)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=("stream", "generated"), help="leave out the other half")
    parser.add_argument("--stream-months", type=int, default=4, help="months of the stream")
    parser.add_argument("--records", type=int, default=100_000, help="up to 1000000")
    parser.add_argument("--studies", type=int, default=1_000, help="up to 10000")
    parser.add_argument("--analyses", type=int, default=20, help="up to 200")
    parser.add_argument("--months", type=int, default=2, help="later months, a new study each")
    parser.add_argument("--folder", help="where to work, if not in the usual temporary folder")
    return parser.parse_args()


# --- an invented review ------------------------------------------------------------------------


def generated(folder: Path, size: Size, months: int, empty: Run) -> None:
    print(f"\n{size.records} records, {size.studies} studies, {size.analyses} analyses, invented")
    review = Generated(folder, size).write()
    whole = run(folder)
    print(told("everything", whole))
    idle = run(folder)
    print(told("nothing to do", idle))
    worst = idle
    for number in range(1, months + 1):
        review.add_month()
        month = run(folder)
        print(told(f"month {number}, one new study", month))
        worst = max(worst, month, key=lambda one: one.cpu)
    print(
        judged("nothing to do: seconds", idle.seconds, NO_OP),
        judged("nothing to do: CPU, in that of an empty workflow", idle.cpu / empty.cpu, 2),
        judged("a month: seconds above nothing to do", worst.seconds - idle.seconds, ABOVE),
        judged(
            "a month: its CPU beyond start-up, in 1/50 of a full rebuild's",
            (worst.cpu - idle.cpu) / ((whole.cpu - idle.cpu) / SHARE),
            1,
        ),
        sep="\n",
    )


# --- a real stream -----------------------------------------------------------------------------


def stream(folder: Path, months: int) -> None:
    """The daily windows of a real living review, month by month, as imports of a review."""
    if not STREAM.is_dir():
        print(f"\nNo stream: the reference data is not on this machine (no {STREAM}).")
        return
    print("\nDaily windows of a real living review, month by month")
    Generated(folder, Size(records=3, studies=0, analyses=1)).write()
    windows = sorted(STREAM.glob("summary-*.txt.gz"), key=lambda path: day(path))
    by_month: dict[str, list[Path]] = {}
    for path in windows:
        by_month.setdefault(day(path)[:7], []).append(path)
    for month, paths in list(by_month.items())[:months]:
        for path in paths:
            register(folder, path)
        print(told(f"{month}, {len(paths)} windows", run(folder)))
    print(told("nothing to do", run(folder)))


def day(path: Path) -> str:
    return path.name.split("_")[1]


def register(folder: Path, window: Path) -> None:
    content = gzip.decompress(window.read_bytes())
    name = window.name.removesuffix(".gz")
    (folder / sources.FOLDER / name).write_bytes(content)
    on = day(window)
    row = {
        "id": f"window-{on}",
        "registered_at": f"{on}T04:17:00Z",
        "file": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "format": "pubmed_summary",
        "source": "MEDLINE",
        "method": "databases",
        "platform": "PubMed",
        "strategy": "systematic reviews",
        "searched_on": on,
    }
    with (folder / sources.MANIFEST).open("a", newline="") as manifest:
        csv.DictWriter(manifest, sources.COLUMNS, lineterminator="\n").writerow(row)


# --- runs --------------------------------------------------------------------------------------


def empty_workflow(folder: Path) -> Run:
    """Snakemake with this profile and no work: the best of three."""
    place = folder / "empty"
    (place / "profiles").mkdir(parents=True)
    (place / "profiles/default").symlink_to(ROOT / "profiles/default")
    (place / "Snakefile").write_text("rule all:\n    input:\n        [],\n")
    return min((measured(place, place) for _ in range(3)), key=lambda one: one.cpu)


def run(folder: Path) -> Run:
    return measured(folder, ROOT)


def measured(folder: Path, workflow: Path) -> Run:
    before = set(results(folder))
    began = time.perf_counter()
    command = ["snakemake", "--snakefile", str(workflow / "Snakefile"), "--directory", str(folder)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=workflow, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        if status:
            said.seek(0)
            sys.exit(said.read().decode()[-3000:])
    written = Counter(path.parts[1] for path in results(folder) if path not in before)
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, written)


def results(folder: Path) -> Iterator[Path]:
    """Files of results, by stage: pages are written whole, so that their folders are counted."""
    for path in (folder / "results").rglob("*"):
        if path.is_file():
            yield path.relative_to(folder)


def told(what: str, run: Run) -> str:
    written = ", ".join(f"{stage} {n}" for stage, n in sorted(run.written.items()))
    return (
        f"{what:32} {run.seconds:7.1f} s  CPU {run.cpu:7.1f} s  {run.peak:5} MB  "
        f"{sum(run.written.values())} files{f' ({written})' if written else ''}"
    )


def judged(what: str, found: float, most: float) -> str:
    return f"{what}: {found:.1f}, at most {most:g}: {'met' if found <= most else 'MISSED'}"


if __name__ == "__main__":
    main()
