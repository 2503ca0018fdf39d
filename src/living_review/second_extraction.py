"""Double extraction: what a second person took from the same studies, held against the tables.

A second extractor keeps tables of their own in resources/extraction/second/<person>/: arms.csv,
outcomes.csv and, if they like, studies.csv, with the columns of the codebook that they filled in.
These stay as they were taken; what both agreed on stands in the tables themselves and in the
append-only consensus.csv.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from living_review import comparison, files, tables
from living_review.analyses import FOLDER
from living_review.codebook import Codebook
from living_review.comparison import PROVENANCE, Difference, Place
from living_review.tables import Table

SECOND = f"{FOLDER}/second"
TABLES = ("studies", "arms", "outcomes")
# Words of our own about a study or a group, which two people need not choose alike.
NOT_COMPARED = PROVENANCE | {"label", "in_index_evidence"}

Row = Mapping[str, Any]


class Agreement(NamedTuple):
    """How far two people took the same from the studies that both have, before they talked."""

    person: str  # the second
    table: str
    cells: int  # that at least one filled in, in rows that both have
    alike: int
    rows_of_one: int  # that only one of the two has


class Compared(NamedTuple):
    """One second extractor's tables held against the first."""

    person: str
    studies: tuple[str, ...]  # that this person extracted
    agreement: tuple[Agreement, ...]  # by table
    open: tuple[Difference, ...]  # wait for a consensus
    settled: tuple[Difference, ...]  # as they were taken: first, second


def paths() -> dict[str, dict[str, Path]]:
    """{person: {table: its file}}."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(Path(SECOND).glob("*/*.csv")):
        if path.stem in TABLES:
            found.setdefault(path.parent.name, {})[path.stem] = path
    return found


def digests() -> dict[str, str]:
    """{file: digest} of all of them."""
    return {
        str(path): files.digest(tables.content(path))
        for own in paths().values()
        for path in own.values()
    }


def read() -> dict[str, dict[str, Table]]:
    """{person: {table: as it stands in its file}}. Raises TableError."""
    return {
        person: {name: tables.read(path) for name, path in own.items()}
        for person, own in paths().items()
    }


def compare(
    first: Mapping[str, Iterable[Row]],
    second: Mapping[str, Mapping[str, Table]],
    consensus: Sequence[Mapping[str, str]],
    codebook: Codebook,
) -> list[Compared]:
    """A comparison a person. first: rows of the tables; second: as `read` has it; consensus: lines
    in the order in which they were added.

    Only studies that the second person has rows of are compared, only tables that they have, and
    only columns of these. A line of consensus settles a difference as long as the second value and
    what stands in the table are those that it names; what the first had is then read from it.
    """
    every = {name: list(rows) for name, rows in first.items()}
    return [
        _compared(person, every, own, consensus, codebook) for person, own in sorted(second.items())
    ]


def _compared(
    person: str,
    first: Mapping[str, Sequence[Row]],
    own: Mapping[str, Table],
    consensus: Iterable[Mapping[str, str]],
    codebook: Codebook,
) -> Compared:
    studies = {
        row["study_id"] for table in own.values() for row in table.cells if row.get("study_id")
    }
    now: list[Difference] = []
    agreement = []
    settled: dict[Place, Difference] = {}
    for name, table in own.items():
        one = {name: [row for row in first.get(name, ()) if row["study_id"] in studies]}
        ignoring = NOT_COMPARED | (set(codebook.tables[name].columns) - set(table.columns))
        found = comparison.differences(one, {name: table.cells}, codebook, ignoring)
        agreed = _settled(person, name, consensus, one[name], table, codebook)
        now += [each for each in found if each.place not in agreed]
        settled |= agreed
        agreement.append(
            _agreement(person, name, one[name], table, codebook, ignoring, [*found], agreed)
        )
    return Compared(
        person,
        tuple(sorted(studies)),
        tuple(agreement),
        tuple(now),
        tuple(settled[place] for place in sorted(settled)),
    )


def _settled(
    person: str,
    name: str,
    consensus: Iterable[Mapping[str, str]],
    first: Iterable[Row],
    second: Table,
    codebook: Codebook,
) -> dict[Place, Difference]:
    """What the standing lines of consensus about a table settle: place -> what the two had."""
    described = codebook.tables[name]
    one, other = comparison.by_key(first, described), comparison.by_key(second.cells, described)
    found = {}
    for line in consensus:
        if (line["second"], line["table"]) != (person, name):
            continue
        place = (name, line["key"], line["column"])
        agreed, had_first, had_second = (
            _canonical(line[column], line["column"], described)
            for column in ("agreed", "first_value", "second_value")
        )
        stands, has = (_cell(rows, line["key"], line["column"]) for rows in (one, other))
        if stands == agreed and has == had_second:
            found[place] = Difference(*place, had_first, had_second)
        else:
            found.pop(place, None)
    return {place: one for place, one in found.items() if one.first != one.second}


def _canonical(text: str, column: str, described: Any) -> str:
    known = described.columns.get(column)
    return comparison.value(text, known) if known else text


def _cell(rows: Mapping[str, Mapping[str, str]], key: str, column: str) -> str:
    if not column:
        return comparison.PRESENT if key in rows else ""
    return rows.get(key, {}).get(column, "")


def _agreement(
    person: str,
    name: str,
    first: Iterable[Row],
    second: Table,
    codebook: Codebook,
    ignoring: Iterable[str],
    found: Iterable[Difference],
    settled: Mapping[Place, Difference],
) -> Agreement:
    described = codebook.tables[name]
    one, other = comparison.by_key(first, described), comparison.by_key(second.cells, described)
    # what only one had, however it was settled, is no row that both had
    single = {each.key for each in (*found, *settled.values()) if not each.column}
    both = (one.keys() & other.keys()) - single
    columns = set(described.columns) - set(described.key) - set(ignoring)
    differing = {each.place for each in found if each.column} | {
        place for place in settled if place[2]
    }
    filled = {
        (name, key, column)
        for key in both
        for column in columns
        if one[key][column] or other[key][column]
    } | {place for place in differing if place[1] in both and place[2] in columns}
    return Agreement(person, name, len(filled), len(filled - differing), len(single))


def line(person: str, difference: Difference) -> dict[str, str]:
    """A line of consensus about a difference, for people to complete: agreed, why, who, date."""
    return {
        "table": difference.table,
        "key": difference.key,
        "column": difference.column,
        "second": person,
        "first_value": difference.first,
        "second_value": difference.second,
    }
