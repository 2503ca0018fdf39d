"""Two sets of extraction tables, held against each other field by field."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from living_review import codebook as book
from living_review.codebook import Codebook, Table

PRESENT = "present"  # of a whole row, where a cell has its value
BETWEEN = " | "  # the values that name a row, in one text
# Who took a value, when and where it was seen: not the value.
PROVENANCE = frozenset(
    (
        "source_place",
        "quote",
        "note",
        "extracted_by",
        "extracted_on",
        "checked_by",
        "checked_on",
    )
)

Row = Mapping[str, Any]
Tables = Mapping[str, Iterable[Row]]
Place = tuple[str, str, str]  # table, key, column


class Difference(NamedTuple):
    """One cell that differs; without a column, a row that only one of the two has."""

    table: str
    key: str  # as row_key has it
    column: str
    first: str  # "" for an empty cell; of a row, PRESENT or ""
    second: str

    def __str__(self) -> str:
        where = f"{self.table} | {self.key} | {self.column or 'the whole row'}"
        return f"{where}: first {self.first or 'empty'}, second {self.second or 'empty'}"

    @property
    def place(self) -> Place:
        return self[:3]


def differences(
    first: Tables, second: Tables, codebook: Codebook, ignoring: Collection[str] = PROVENANCE
) -> list[Difference]:
    """Every difference of the tables that both have, by table, key and column of the codebook.

    Rows are matched by the key of their table, in any order; cells are compared as the values that
    they stand for, so that 5 and 5.0 are one. A column that a row lacks is empty.
    """
    found = []
    for name, table in codebook.tables.items():
        if name not in first or name not in second:
            continue
        one, other = by_key(first[name], table), by_key(second[name], table)
        columns = [c for c in table.columns if c not in table.key and c not in ignoring]
        for key in sorted(one.keys() | other.keys()):
            if key in one and key in other:
                found += [
                    Difference(name, key, column, one[key][column], other[key][column])
                    for column in columns
                    if one[key][column] != other[key][column]
                ]
            else:
                present = [PRESENT if key in rows else "" for rows in (one, other)]
                found.append(Difference(name, key, "", *present))
    return found


def by_key(rows: Iterable[Row], table: Table) -> dict[str, dict[str, str]]:
    """{key of the row: {column: canonical text}}; of rows with one key, which `check` refuses, the
    last in an order of their own."""
    canonical = (
        {column: value(row.get(column, ""), one) for column, one in table.columns.items()}
        for row in rows
    )
    ordered = sorted(canonical, key=lambda row: list(row.values()))
    return {row_key(row, table): row for row in ordered}


def row_key(row: Row, table: Table) -> str:
    """The values that name a row, as people write them into the column `key` of a ledger."""
    return BETWEEN.join(str(row.get(column, "")) for column in table.key)


def value(cell: Any, column: book.Column) -> str:
    """The value that a cell stands for, as a text."""
    return str(book.canonical(column.type, str(cell)))
