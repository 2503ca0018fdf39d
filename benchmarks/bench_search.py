"""What reading PubMed XML costs beside a bare count of its records, and what a whole search costs.

Times are CPU seconds of this process, the median of five, since other work on the machine then
counts little; memory is the peak of a process of its own.
"""

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from living_review import config, records, runs
from living_review.records import pubmed_xml

ROOT = Path(__file__).resolve().parents[1]
MEDLINE = ROOT.parent / "shared" / "data" / "medline"
ROUNDS = 5
QUERY = "1:99999999[uid]"


def main() -> None:
    if not MEDLINE.is_dir():
        print(f"Nothing measured: the reference data is not on this machine (no {MEDLINE}).")
        return
    recent = sorted((MEDLINE / "nlm_update").glob("*.xml.gz"))
    old = sorted((MEDLINE / "nlm_baseline").glob("*.xml.gz"))
    reading(recent)
    memory(recent, old)
    searching([*recent, *old])


# --- reading ----------------------------------------------------------------------------------


def reading(files: list[Path]) -> None:
    """Our reader against a bare iterparse that only counts."""
    count = sum(map(bare, files))
    size = sum(len(gzip.decompress(file.read_bytes())) for file in files)
    print(f"{count:,} records of {len(files)} files, {size / 1e6:.0f} MB unpacked")
    print(f"{'':30}{'CPU s':>8}{'wall s':>8}{'records/s':>11}{'of bare':>9}")
    bare_cpu, bare_wall = timed(lambda: [bare(file) for file in files])
    for name, (cpu, wall) in {
        "bare iterparse, only counts": (bare_cpu, bare_wall),
        "records one by one": timed(lambda: [consume(pubmed_xml.read(file)) for file in files]),
        "table of records": timed(
            lambda: [records.read(file, "pubmed_xml", "s") for file in files]
        ),
    }.items():
        print(f"{name:30}{cpu:8.2f}{wall:8.2f}{count / cpu:11,.0f}{cpu / bare_cpu:8.2f}x")
    print("to be met: 2x\n")


def bare(file: Path) -> int:
    count = 0
    with gzip.open(file) as opened:
        for _, element in etree.iterparse(opened, tag="PubmedArticle"):
            count += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return count


def consume(entries: Iterable[object]) -> int:
    return sum(1 for _ in entries)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Median CPU and wall seconds."""
    took = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        took.append((time.process_time() - cpu, time.perf_counter() - wall))
    return statistics.median(cpu for cpu, _ in took), statistics.median(wall for _, wall in took)


# --- memory -----------------------------------------------------------------------------------

TABLE = "from living_review import records; records.read({!r}, 'pubmed_xml', 's')"
STREAM = (
    "from pathlib import Path; from living_review.records import pubmed_xml; "
    "print(sum(1 for _ in pubmed_xml.read(Path({!r}))))"
)


def memory(recent: list[Path], old: list[Path]) -> None:
    """Peak of a process that reads many records; flat means that more need no more."""
    print(f"{'peak memory':30}{'records':>9}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, code, many in (
            ("table of records", TABLE, 20_000),
            ("records one by one", STREAM, 20_000),
            ("records one by one", STREAM, 100_000),
        ):
            path = Path(folder, f"{many}.xml.gz")
            if not path.exists():
                repeat([*recent, *old], many, path)
            print(f"{name:30}{many:9,}{peak(code.format(str(path))):8.0f}")
    print("to be met: 20,000 records under 300 MB\n")


def repeat(files: list[Path], many: int, path: Path) -> None:
    """A file of so many articles, the same ones over and over."""
    left = many
    with gzip.open(path, "wb", compresslevel=1) as written:
        written.write(b"<PubmedArticleSet>\n")
        while left:
            for article in articles(files):
                if not left:
                    break
                written.write(article)
                left -= 1
        written.write(b"</PubmedArticleSet>\n")


def articles(files: list[Path]) -> Iterator[bytes]:
    for file in files:
        with gzip.open(file) as opened:
            for _, element in etree.iterparse(opened, tag="PubmedArticle"):
                yield etree.tostring(element, encoding="utf-8", with_tail=False)
                element.clear()


def peak(code: str) -> float:
    """Peak memory in MB of Python running some code."""
    return spent([sys.executable, "-c", code])[1]


def spent(command: list[str], **more: object) -> tuple[float, float, int]:
    """CPU seconds, peak MB and exit code of a command."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode


# --- a whole search ---------------------------------------------------------------------------

# As python -m eutils, and it answers each line of its input by the number of requests so far
STAND_IN = """
import sys
from eutils.server import StandIn
with StandIn(sys.argv[1]) as medline:
    print(medline.url, flush=True)
    for _ in sys.stdin:
        print(len(medline.requests), flush=True)
"""


def searching(files: list[Path]) -> None:
    """`living-review search` against the stand-in server: everything, then nothing new."""
    print(f"{'a whole search':30}{'found':>9}{'wall s':>8}{'CPU s':>8}{'MB':>8}{'requests':>10}")
    with tempfile.TemporaryDirectory() as folder, served(files, Path(folder)) as (url, requests):
        review = Path(folder, "review")
        prepare(review)
        told = os.environ | {"NCBI_EUTILS_URL": url, "NCBI_API_KEY": "x"}
        for name in ("everything is new", "nothing is new"):
            before, began = requests(), time.perf_counter()
            command = [sys.executable, "-m", "living_review", "search"]
            cpu, peak_mb, code = spent(command, cwd=review, env=told)
            wall = time.perf_counter() - began
            if code not in (0, 3):
                sys.exit(f"the search ended with {code}")
            found = last(review)["counts"]["found"]
            sent = requests() - before
            print(f"{name:30}{found:9,}{wall:8.1f}{cpu:8.1f}{peak_mb:8.0f}{sent:10,}")
    print("the pace that NCBI allows, 10 requests a second, is part of it")


@contextmanager
def served(files: list[Path], folder: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    """A stand-in of PubMed over the files, in a process of its own: its address, and a count of
    the requests it got."""
    medline = folder / "medline"
    medline.mkdir()
    for file in files:
        shutil.copy(file, medline)
    command = [sys.executable, "-c", STAND_IN, str(medline)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT / "tests", bufsize=1, **pipes) as process:

        def requests() -> int:
            process.stdin.write("\n")
            return int(process.stdout.readline())

        yield process.stdout.readline().strip(), requests
        process.stdin.close()  # which ends it


def prepare(review: Path) -> None:
    """A review whose one strategy finds every record."""
    text = (ROOT / config.PATH).read_text()
    head, _, rest = text.partition("      query: |\n")
    _, _, tail = rest.partition("      note: >-\n")
    path = review / config.PATH
    path.parent.mkdir(parents=True)
    path.write_text(f"{head}      query: {QUERY}\n      note: >-\n{tail}")


def last(review: Path) -> dict:
    (path,) = (review / runs.FOLDER).glob(f"*/{runs.RUN}")
    return json.loads(path.read_text())


if __name__ == "__main__":
    main()
