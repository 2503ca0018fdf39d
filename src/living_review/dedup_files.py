"""The works of records in files, with or without earlier ones; no review is needed.

A library is a folder of three files. members.parquet has what comparing needs of every record
that came so far, in the order in which they came; pairs.parquet every pair of them that is not
apart; works.csv the work of each. What came earlier is never compared again, and record ids never
change. Where a newcomer turns out to join two works, both are called by the earlier one from then
on; the id of the other is that of a record still, whose line in works.csv tells its work.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from living_review import dedup, files, records
from living_review.dedup.decisions import NO_DECISIONS
from living_review.errors import ReviewError
from living_review.library import NO_RECORDS
from living_review.records import RECORD_COLUMNS

MEMBERS, PAIRS, WORKS, LOCK = "members.parquet", "pairs.parquet", "works.csv", ".lock"
FOUND_AGAIN = "same record found again"


class Library(NamedTuple):
    """All records that were compared so far."""

    members: pd.DataFrame
    pairs: pd.DataFrame

    def extended(self, entries: pd.DataFrame) -> "tuple[Library, pd.DataFrame]":
        """The library with the entries of a file, and the final ids of these, a row each."""
        identified = dedup.identify(entries[list(RECORD_COLUMNS)], self.members)
        added = entries.assign(record_id=identified["record_id"])
        newcomers = dedup.prepare(added[identified["kept"]])
        pairs = [self.pairs, dedup.compare(newcomers, self.members), dedup.bridges(identified)]
        members = pd.concat([self.members, newcomers], ignore_index=True)
        return Library(members, pd.concat(pairs, ignore_index=True)), identified


class Grouped(NamedTuple):
    """What became of files."""

    library: Library
    works: pd.DataFrame  # dedup.works.WORKS, a row a record of the library
    lines: pd.DataFrame  # the same columns, a row an entry of the files, in order
    asked: int  # pairs in the library that a person has to look at
    unread: list[str]  # a line for each entry that is no record, with file, line and reason


def nothing() -> Library:
    members = dedup.prepare(NO_RECORDS)
    return Library(members, dedup.compare(members, members))


def dedup_files(paths: Sequence[Path], output: Path, folder: Path | None = None) -> Grouped:
    """Write the work of every entry of the files to `output`, and extend the library in `folder`.

    output: a CSV with record_id, work_id, link, rule, score (0 to 1), a line for each entry in the
    order of the files, also for one that lacks a title or can't be read. record_id is what the
    column `ID` of a table says, else PMID, DOI or digest; the same id with another title gets a
    mark behind it. The first record of a work, by which it is called, has no link, rule or score.
    One file after another gives the library that all at once give; a file twice changes nothing.
    Raises ReviewError with everything that is wrong; nothing is written then.
    """
    check_places(paths, output, folder)
    sources = read(paths)
    if folder is None:
        grouped = group(sources, nothing())
    else:
        with locked(folder):
            library = read_library(folder)
            grouped = group(sources, library)
            write_library(folder, grouped, len(library.members))
    write_works(output, grouped.lines)
    return grouped


def check_places(paths: Sequence[Path], output: Path, folder: Path | None) -> None:
    wrong = []
    if output.is_dir():
        wrong.append(f"{output} is a folder; give -o the name of a file, such as works.csv")
    if any(path.exists() and path.resolve() == output.resolve() for path in paths):
        wrong.append(f"{output} is one of the files to read; give -o another name")
    if folder is not None and folder.exists() and not folder.is_dir():
        wrong.append(f"{folder} is a file; a library is a folder")
    elif folder is not None:
        present = {path.name for path in folder.glob("[!.]*")}
        if MEMBERS not in present and present - {PAIRS}:
            wrong.append(
                f"{folder} is no library: it has no {MEMBERS}. Allowed: the folder of an earlier "
                "--library, or one that is empty or not there yet"
            )
        if output.resolve() in [folder.resolve() / name for name in (MEMBERS, PAIRS, WORKS)]:
            wrong.append(f"{output} is a file of the library itself; give -o another name")
    if wrong:
        raise ReviewError("\n".join(wrong))


def read(paths: Sequence[Path]) -> list[pd.DataFrame]:
    """The entries of each file, as records.read_all has them."""
    found, wrong = [], []
    for path in paths:
        try:
            entries = records.read_all(path, records.format_of(path), path.name)
        except ReviewError as error:
            wrong.append(str(error))
            continue
        described = (entries[list(RECORD_COLUMNS[3:])] != "").any(axis=None)
        if len(entries) and not described:
            first = entries.iloc[0]
            wrong.append(f"{path.name} line {first['line'] or '?'}: {first['refused']}")
        found.append(entries)
    if wrong:
        raise ReviewError("\n".join(wrong))
    return found


def group(sources: Sequence[pd.DataFrame], library: Library) -> Grouped:
    """The works of a library and of the entries of files, one file after another."""
    lines, unread = [], []
    for entries in sources:
        refused = entries[entries["refused"] != ""]
        unread += [
            f"{source} line {line or '?'}: {reason}"
            for source, line, reason in refused[["source", "line", "refused"]].to_numpy()
        ]
        told_apart = entries[(entries["refused"] == "") | (entries["line"] != "")]
        own = told_apart["own_id"].where(told_apart["own_id"] != "", told_apart["record_id"])
        named = told_apart.assign(record_id=own).reset_index(drop=True)
        library, identified = library.extended(named)
        lines.append(identified)
    works = dedup.works(library.members, library.pairs, NO_DECISIONS).works
    asked = len(dedup.queue(library.pairs, works, NO_DECISIONS))
    return Grouped(library, works, of_entries(pd.concat(lines), works), asked, unread)


def of_entries(identified: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """The line of each entry; one that is a record found again is a copy of it."""
    lines = identified[["record_id", "found_again"]].merge(works, on="record_id", how="left")
    again = lines["found_again"] != ""
    lines.loc[again, ["link", "rule", "score"]] = ["copy", FOUND_AGAIN, 1.0]
    return lines[list(works)]


# --- files --------------------------------------------------------------------------------------


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One run at a time extends a library."""
    held = files.lock(folder / LOCK)
    try:
        yield
    finally:
        os.close(held)


def read_library(folder: Path) -> Library:
    """What a folder keeps; nothing if it has no members yet. Raises ReviewError if that is damaged.

    Pairs of records that no member is were written by a run that was killed before it was done.
    """
    empty = nothing()
    if not (folder / MEMBERS).exists():
        return empty
    tables = []
    for name, columns in ((MEMBERS, empty.members), (PAIRS, empty.pairs)):
        try:
            table = pd.read_parquet(folder / name)
        except (OSError, pa.ArrowException) as error:
            raise ReviewError(f"{folder / name} can't be read: {error}") from None
        if list(table) != list(columns):
            raise ReviewError(
                f"{folder / name} has other columns than this version writes; begin another library"
            )
        tables.append(table.astype(columns.dtypes.to_dict()))
    members, pairs = tables
    known = pairs["record_id_1"].isin(members["record_id"])
    known &= pairs["record_id_2"].isin(members["record_id"])
    return Library(members, pairs[known].reset_index(drop=True))


def write_library(folder: Path, grouped: Grouped, before: int) -> None:
    """Pairs first, then members: a run that is killed in between leaves the library as it was.

    before: members that the folder has already; where none came, their files stay untouched.
    """
    for name, table in ((PAIRS, grouped.library.pairs), (MEMBERS, grouped.library.members)):
        if len(grouped.library.members) == before and (folder / name).exists():
            continue
        with files.replacing(folder / name) as beside:
            table.to_parquet(beside, index=False)
    write_works(folder / WORKS, grouped.works)


def write_works(path: Path, works: pd.DataFrame) -> None:
    with files.replacing(path) as beside:
        works.to_csv(beside, index=False, lineterminator="\n")
