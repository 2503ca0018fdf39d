"""The extraction tables as a data package: CSV files, and a datapackage.json that says what is in
them, after the Frictionless standard (tabular data package, version 1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import files, tables
from living_review.codebook import Column, Table

DESCRIPTOR = "datapackage.json"
TYPES = {"text": "string"}  # the others are called alike
NAMED_BY = ("table", "column")


def _column(name: str, help: str, example: str) -> Column:
    return Column(name, "text", name in NAMED_BY, None, (), None, None, None, None, help, example)


# What is in the other tables, as a table for people and spreadsheets.
CODEBOOK = Table(
    "codebook",
    "Codebook: what each column of the tables means",
    NAMED_BY,
    {
        column.name: column
        for column in (
            _column("table", "Table that has the column", "outcomes"),
            _column("column", "Name of the column", "events"),
            _column("type", "Type of its values", "integer"),
            _column("unit", "Unit of its values", "months"),
            _column("required", "Whether no cell of it may be empty", "yes"),
            _column("values", "Values that are allowed, if they are listed", "yes; no; unknown"),
            _column("minimum", "Least value, or the column of the row that holds it", "0"),
            _column("maximum", "Largest value, or the column of the row that holds it", "n_known"),
            _column("help", "What it means", "Patients in whom the outcome was seen"),
            _column("example", "A value that it may have", "12"),
        )
    },
)


def descriptor(review: Mapping[str, Any], described: Iterable[Table]) -> dict[str, Any]:
    """What datapackage.json says. review: the section of the protocol.

    A limit that is another column of the row can't be said as a constraint, and is put in words.
    """
    described = list(described)
    keys = {table.name: table.key for table in described}
    return {
        "profile": "tabular-data-package",
        "name": review["id"],
        "title": review["title"],
        "description": review["question"],
        "version": review["protocol_version"],
        "licenses": [{"title": review["licence"], "name": _name(review["licence"])}],
        "resources": [_resource(table, keys) for table in described],
    }


def write(
    folder: Path | str,
    review: Mapping[str, Any],
    described: Sequence[Table],
    rows: Mapping[str, Iterable[Mapping[str, object]]],
) -> None:
    """The package in a folder: a file for each table, the codebook as one more, datapackage.json
    last. rows: by table.

    A text that a spreadsheet would run as a formula stands behind an apostrophe.
    """
    every = [*described, CODEBOOK]
    content = {**rows, CODEBOOK.name: [row for table in every for row in _explained(table)]}
    for table in every:
        texts = [name for name, column in table.columns.items() if column.type == "text"]
        safe = (
            {**row, **{name: tables.harmless(str(row.get(name) or "")) for name in texts}}
            for row in content[table.name]
        )
        tables.write(Path(folder, _path(table)), list(table.columns), safe)
    files.replace_json(Path(folder, DESCRIPTOR), descriptor(review, every))


def _explained(table: Table) -> Iterator[dict[str, str]]:
    """A row of the codebook for each column of a table."""
    for column in table.columns.values():
        yield {
            "table": table.name,
            "column": column.name,
            "type": TYPES.get(column.type, column.type),
            "unit": column.unit or "",
            "required": "yes" if column.required else "no",
            "values": "; ".join(map(str, column.values or ())),
            "minimum": "" if column.minimum is None else str(column.minimum),
            "maximum": "" if column.maximum is None else str(column.maximum),
            "help": column.help,
            "example": str(column.example),
        }


def _path(table: Table) -> str:
    return f"{table.name}.csv"


def _resource(table: Table, keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": _path(table),
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in table.columns.values()],
            "missingValues": [""],
            **({"primaryKey": list(table.key)} if table.key else {}),
            **_foreign_keys(table, keys),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": TYPES.get(column.type, column.type),
        "description": ". ".join([column.help, *_limits_in_words(column)]),
        "example": column.example,
        **({"unit": column.unit} if column.unit else {}),
        **_constraints(column),
    }


def _constraints(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if column.required:
        found["required"] = True
    if column.values:
        found["enum"] = list(column.values)
    for name, limit in (("minimum", column.minimum), ("maximum", column.maximum)):
        if isinstance(limit, int | float):
            found[name] = limit
    return {"constraints": found} if found else {}


def _limits_in_words(column: Column) -> list[str]:
    return [
        f"{words} {limit}"
        for words, limit in (("At least", column.minimum), ("At most", column.maximum))
        if isinstance(limit, str)
    ]


def _foreign_keys(table: Table, keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A key for each table that is referred to: all columns of its own key that stand here."""
    targets = [column.refers_to[0] for column in table.columns.values() if column.refers_to]
    found = [
        {
            "fields": list(keys[target]),
            "reference": {"resource": target, "fields": list(keys[target])},
        }
        for target in dict.fromkeys(targets)
        if set(keys.get(target, ("",))) <= set(table.columns)
    ]
    return {"foreignKeys": found} if found else {}


def _name(licence: str) -> str:
    """A licence as the standard names it: CC BY 4.0 as CC-BY-4.0."""
    return "-".join(licence.split())
