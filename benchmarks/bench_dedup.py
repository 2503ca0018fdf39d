"""Deduplication measured on labelled libraries, as `make bench-dedup` prints it.

The libraries go the way of an import: the table of records, the ids that these keep, pairs, works.
An entry without title, which an import puts into quarantine, is a work of its own.
Record level: a predicted work keeps its first record. Works lost: labelled works of which no
record is kept. Left: kept records beyond one a labelled work. Removed: the rest. F1 is of these.
Exits with 1 if a measure does not hold.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from living_review import dedup, records
from living_review.dedup.decisions import NO_DECISIONS

LABELLED = Path(__file__).resolve().parents[2] / "shared" / "data" / "dedup"


class Peer(NamedTuple):
    """bib-dedupe 0.11.0 on the same labels; its labels were curated with it."""

    lost: int
    left: int
    f1: float


PEERS = {
    "diabetes": Peer(0, 0, 1.0),
    "cytology_screening": Peer(0, 6, 0.9961),
    "stroke": Peer(0, 2, 0.9968),
    "digital_work": Peer(0, 1, 0.9986),
    "srsr": Peer(1, 68, 0.9980),
}
MOST_LOST = {"srsr": 1}
F1_BELOW_PEER = 0.002
QUEUE_PER_100 = 1.0
BATCHES = 7
WHOLE_SECONDS, WHOLE_GB = 60, 1.5
LIBRARY, BATCH, BATCH_SECONDS, BATCH_SHARE = 50_000, 500, 5, 1 / 20


class Measured(NamedTuple):
    records: int
    removed: int
    lost: int
    left: int
    queue: float  # pairs per 100 records
    seconds: float
    otherwise: int  # works that another order and other batches make

    @property
    def f1(self) -> float:
        return 2 * self.removed / (2 * self.removed + self.lost + self.left)


def read(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Every entry of a labelled library, and the label of the work of each."""
    table = records.read_all(folder / "records_pre_merged.csv.gz", "csv", folder.name)
    groups = pd.read_csv(folder / "merged_record_ids.csv.gz", dtype="str")["merged_ids"]
    label = {record_id: ids for ids in groups for record_id in ids.split(";")}
    return table, table["own_id"].map(lambda own_id: label.get(own_id, own_id))


def timed(run: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    return run(*given), time.perf_counter() - start


class Grouped(NamedTuple):
    """What became of one batch of all entries."""

    members: pd.DataFrame
    pairs: pd.DataFrame
    works: pd.DataFrame
    work_ids: pd.Series  # of each entry


class Added(NamedTuple):
    """What a batch adds to a library."""

    members: pd.DataFrame
    pairs: pd.DataFrame
    record_ids: pd.Series  # that the entries have from now on


def added(table: pd.DataFrame, library: pd.DataFrame) -> Added:
    identified = table.assign(**dedup.identify(table, library))
    members = dedup.prepare(identified[identified["kept"]])
    pairs = [dedup.compare(members, library), dedup.bridges(identified)]
    return Added(members, pd.concat(pairs, ignore_index=True), identified["record_id"])


def whole(table: pd.DataFrame) -> Grouped:
    return in_batches(table, [table[table["refused"] == ""]])


def in_batches(table: pd.DataFrame, batches: Sequence[pd.DataFrame]) -> Grouped:
    members = dedup.prepare(table.iloc[:0])
    found = []
    for batch in batches:
        found.append(added(batch, members))
        members = pd.concat([members, found[-1].members], ignore_index=True)
    pairs = pd.concat([one.pairs for one in found], ignore_index=True)
    works = dedup.works(members, pairs, NO_DECISIONS).works
    record_ids = pd.concat([one.record_ids for one in found])
    work_ids = record_ids.map(works.set_index("record_id")["work_id"])
    return Grouped(members, pairs, works, work_ids.reindex(table.index).fillna(table["own_id"]))


def otherwise_grouped(table: pd.DataFrame, work_ids: pd.Series) -> int:
    """Works that are others if the entries come in another order and in BATCHES batches."""
    shuffled = table[table["refused"] == ""].sample(frac=1, random_state=1)
    size = -(-len(shuffled) // BATCHES)
    batches = [shuffled.iloc[start : start + size] for start in range(0, len(shuffled), size)]
    return len(groups(work_ids) ^ groups(in_batches(table, batches).work_ids))


def groups(work_ids: pd.Series) -> set[frozenset[int]]:
    return {frozenset(rows) for rows in work_ids.groupby(work_ids).groups.values()}


def counts(work_ids: pd.Series, labels: pd.Series) -> tuple[int, int, int]:
    """Duplicates removed, works lost, duplicates left."""
    kept = labels[~work_ids.duplicated()]
    left = len(kept) - kept.nunique()
    return len(labels) - labels.nunique() - left, labels.nunique() - kept.nunique(), left


def measure(table: pd.DataFrame, labels: pd.Series) -> Measured:
    grouped, seconds = timed(whole, table)
    asked = len(dedup.queue(grouped.pairs, grouped.works, NO_DECISIONS))
    return Measured(
        len(table),
        *counts(grouped.work_ids, labels),
        100 * asked / len(table),
        seconds,
        otherwise_grouped(table, grouped.work_ids),
    )


def batch_seconds(table: pd.DataFrame, folder: Path) -> float:
    """Seconds to take BATCH records into a stored library of LIBRARY, all works made again."""
    members, pairs, *_ = whole(table.iloc[:LIBRARY])
    members.to_parquet(folder / "members.parquet")
    pairs.to_parquet(folder / "pairs.parquet")

    def add() -> None:
        library = pd.read_parquet(folder / "members.parquet")
        before = pd.read_parquet(folder / "pairs.parquet")
        batch = added(table.iloc[LIBRARY : LIBRARY + BATCH], library)
        after = pd.concat([before, batch.pairs], ignore_index=True)
        dedup.works(pd.concat([library, batch.members], ignore_index=True), after, NO_DECISIONS)

    return min(timed(add)[1] for _ in range(3))


def main() -> int:
    if not LABELLED.is_dir():
        print("Nothing measured: the labelled libraries are not beside this checkout.")
        return 0
    measured, table = {}, pd.DataFrame()
    for name in PEERS:
        table, labels = read(LABELLED / name)
        measured[name] = measure(table, labels)
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    with tempfile.TemporaryDirectory() as folder:
        seconds = batch_seconds(table, Path(folder))
    checks = print_accuracy(measured) | cost_checks(measured["srsr"], gigabytes, seconds)
    print()
    for check, holds in checks.items():
        print(f"{'holds' if holds else 'FAILS'}  {check}")
    return 0 if all(checks.values()) else 1


def print_accuracy(measured: dict[str, Measured]) -> dict[str, bool]:
    head = ("library", "records", "lost", "left", "F1", "peer lost", "left", "F1", "queue/100", "s")
    print("{:19}{:>8}{:>6}{:>6}{:>8}{:>11}{:>6}{:>8}{:>11}{:>7}".format(*head))
    line = "{:19}{:>8,}{:>6}{:>6}{:>8.4f}{:>11}{:>6}{:>8.4f}{:>11.2f}{:>7.1f}"
    checks = {}
    for name, found in measured.items():
        peer = PEERS[name]
        ours = (found.records, found.lost, found.left, found.f1)
        print(line.format(name, *ours, *peer, found.queue, found.seconds))
        most = MOST_LOST.get(name, 0)
        checks[f"{name}: works lost {found.lost} <= {most}"] = found.lost <= most
        least = peer.f1 - F1_BELOW_PEER
        checks[f"{name}: F1 {found.f1:.4f} >= {least:.4f}"] = found.f1 >= least
        checks[f"{name}: {found.otherwise} works differ in another order, {BATCHES} batches"] = (
            found.otherwise == 0
        )
        checks[f"{name}: queue {found.queue:.2f} <= {QUEUE_PER_100} per 100 records"] = (
            found.queue <= QUEUE_PER_100
        )
    all_of = Measured(*(sum(values) for values in zip(*measured.values(), strict=True)))
    surplus = all_of.removed + all_of.left
    lost = sum(peer.lost for peer in PEERS.values())
    left = sum(peer.left for peer in PEERS.values())
    removed = surplus - left
    f1 = 2 * removed / (2 * removed + lost + left)
    queue = sum(found.queue * found.records for found in measured.values()) / all_of.records
    ours = (all_of.records, all_of.lost, all_of.left, all_of.f1)
    print(line.format("all", *ours, lost, left, f1, queue, all_of.seconds))
    return checks | {f"all: F1 {all_of.f1:.4f} >= {f1:.4f}": all_of.f1 >= f1}


def cost_checks(srsr: Measured, gigabytes: float, seconds: float) -> dict[str, bool]:
    share = seconds / srsr.seconds
    return {
        f"{srsr.records:,} records in {srsr.seconds:.1f} s < {WHOLE_SECONDS} s": (
            srsr.seconds < WHOLE_SECONDS
        ),
        f"peak memory {gigabytes:.2f} GB < {WHOLE_GB} GB": gigabytes < WHOLE_GB,
        f"{BATCH} records into {LIBRARY:,} in {seconds:.2f} s < {BATCH_SECONDS} s": (
            seconds < BATCH_SECONDS
        ),
        f"which is {share:.3f} < {BATCH_SHARE} of the whole": share < BATCH_SHARE,
    }


if __name__ == "__main__":
    sys.exit(main())
