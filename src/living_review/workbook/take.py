"""A workbook that came back: checked, compared, told, and written, all of it or nothing."""

import contextlib
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from living_review import analyses, check, codebook, companions, config, files, ledgers, tables
from living_review.codebook import Codebook
from living_review.errors import Problem, StaleError, TableError
from living_review.nearest import meant
from living_review.risk_of_bias.judgements import CONSENSUS
from living_review.workbook import difference, layout, merge, read
from living_review.workbook.difference import Compared, Key
from living_review.workbook.layout import Sheet
from living_review.workbook.merge import Merged

READ = ("config", "resources")  # what `check` reads


@dataclass(frozen=True)
class Taken:
    """What a workbook would change; `write` writes it."""

    compared: Compared
    merged: Merged

    @property
    def is_empty(self) -> bool:
        return not self.merged.contents


def current(book: Codebook) -> dict[str, list[dict[str, str]]]:
    """The rows of each extraction table as texts. Raises TableError if one can't be read."""
    return {name: tables.read(analyses.path(name)).cells for name in book.tables}


def standing(who: str) -> dict[str, dict[Key, list[dict[str, str]]]]:
    """By ledger: what is decided about -> the lines of a person that stand."""
    found: dict[str, dict[Key, list[dict[str, str]]]] = {}
    for of_ledger in layout.LEDGERS.values():
        about = found[of_ledger.ledger] = defaultdict(list)
        for line in _own(of_ledger.ledger, who):
            about[tuple(line[column] for column in of_ledger.key)].append(dict(line))
    return found


def _own(ledger: str, who: str) -> Iterator[Mapping[str, str]]:
    """The lines of a person that stand; and of risk of bias what the raters agreed on."""
    if ledger == layout.RISK_OF_BIAS:
        rated = companions.read(ledger)
        yield from (line for line in rated if line["rater"] == who or line["role"] == CONSENSUS)
    else:
        standing = ledgers.standing(ledgers.read(ledger))
        yield from (line for line in standing if line["screener"] == who)


def prepare(paths: Sequence[Path], who: str, now: datetime, why: str = "") -> Taken:
    """What would change; nothing is written.

    Raises TableError with everything that stands against it: cells that can't be read with
    certainty, cells that another person changed meanwhile, and what `check` would say of the review
    as it would be.
    """
    ledgers.require_person(who)
    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    sheets = layout.sheets(protocol, book, current(book))
    compared = difference.compare(read.read(paths), sheets, standing(who), why)
    version = protocol["review"]["protocol_version"]
    try:
        merged = merge.merge(compared, book, who, now, version)
    except TableError as error:
        raise TableError([*compared.problems, *error.problems]) from None
    told = _told_of(merged, sheets) if merged.contents else []
    wrong = [each for each in told if not check.is_warning(each)]
    if compared.problems:
        alone = _of_cells_alone(wrong, compared.problems, merged, book)
        raise TableError(sorted([*compared.problems, *alone], key=_place(compared.problems, alone)))
    if wrong:
        raise TableError(wrong)
    compared.notes += map(str, told)
    return Taken(compared, merged)


def write(taken: Taken) -> None:
    """Write all files, or none. Raises StaleError if one changed since `prepare` read it."""
    lock = files.lock(ledgers.LOCK)
    try:
        changed = [path for path, seen in taken.merged.seen.items() if tables.content(path) != seen]
        if changed:
            raise StaleError(
                f"{', '.join(changed)} changed while you were asked. Nothing was written; take the "
                "workbook again."
            )
        files.replace_all({Path(path): made for path, made in taken.merged.contents.items()})
    finally:
        os.close(lock)


def _told_of(merged: Merged, sheets: Sequence[Sheet]) -> list[Any]:
    """What `check` says of the review as it would be and does not say of it as it is, named at the
    cell of the workbook where it comes from one."""
    before = Counter(map(_without_row, check.look().problems))
    with _as_it_will_be(merged.contents):
        after = check.look().problems
    left = before.copy()
    new = []
    for each in after:
        if left[_without_row(each)]:
            left[_without_row(each)] -= 1
        else:
            new.append(_at_its_origin(each, merged.places, sheets))
    return new


def _of_cells_alone(
    wrong: Sequence[Any], known: Sequence[Problem], merged: Merged, book: Codebook
) -> list[Problem]:
    """Of what `check` says, what a cell of the workbook is wrong in by itself: what it says of rows
    that hang on others may follow from what is known to be wrong."""
    rows = set(merged.places.values())
    named = {each[:3] for each in known}
    hanging = {"source_record"} | {
        column.name
        for table in book.tables.values()
        for column in table.columns.values()
        if column.refers_to
    }
    return [
        each
        for each in wrong
        if isinstance(each, Problem)
        and (each.file, each.row) in rows
        and each[:3] not in named
        and each.column not in hanging
    ]


def _place(*problems: Sequence[Problem]) -> Callable[[Problem], tuple[int, int]]:
    """Sorts problems by sheet, in the order in which sheets are first named, and row."""
    files = list(dict.fromkeys(each.file for those in problems for each in those))
    return lambda each: (files.index(each.file), each.row)


def _without_row(each: Any) -> Any:
    return each._replace(row=0) if isinstance(each, Problem) else each


def _at_its_origin(
    each: Any, places: Mapping[merge.Place, merge.Place], sheets: Sequence[Sheet]
) -> Any:
    """At the row of the workbook, with the word that is meant where its meaning was typed."""
    if not isinstance(each, Problem) or (each.file, each.row) not in places:
        return each
    file, row = places[each.file, each.row]
    of_table = (one for one in sheets if analyses.path(one.name) == each.file)
    field = next((one.field(each.column) for one in of_table), None)
    near = each.meant or (meant(each.value, field.values) if field and field.values else "")
    return each._replace(file=file, row=row, meant=near)


@contextlib.contextmanager
def _as_it_will_be(contents: Mapping[str, bytes]) -> Iterator[None]:
    """The review in another folder, with some files as they will be; the others by link."""
    changed = {Path(path) for path in contents}
    with tempfile.TemporaryDirectory() as folder:
        for name in READ:
            _mirror(Path(name), Path(folder, name), changed)
        for path, content in contents.items():
            written = Path(folder, path)
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(content)
        with contextlib.chdir(folder):
            yield


def _mirror(source: Path, target: Path, changed: set[Path]) -> None:
    target.mkdir()
    for entry in source.iterdir() if source.is_dir() else ():
        if entry in changed:
            continue
        if entry.is_dir() and any(path.is_relative_to(entry) for path in changed):
            _mirror(entry, target / entry.name, changed)
        else:
            (target / entry.name).symlink_to(entry.resolve())
