"""The extraction tables as a data package: CSV files, and a datapackage.json that says what is in
them, after the Frictionless standard (tabular data package, version 1)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import files, tables
from living_review.codebook import Column, Table

DESCRIPTOR = "datapackage.json"
TYPES = {"text": "string"}  # the others are called alike


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
    """The package in a folder: a file for each table, datapackage.json last. rows: by table."""
    for table in described:
        tables.write(Path(folder, _path(table)), list(table.columns), rows[table.name])
    files.replace_json(Path(folder, DESCRIPTOR), descriptor(review, described))


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
