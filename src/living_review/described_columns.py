"""Whether the columns that a description names can hold what it asks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from living_review import schemas, time_units
from living_review.schemas import Fault

if TYPE_CHECKING:
    from living_review.codebook import Column

MEASURED = ("integer", "number")
OTHERS = {"basis": "a column of this table, since a description asks what was read in full"}


def faults(described: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[Fault]:
    """What is wrong in an entry of `descriptions`; columns: of the table that it names."""
    yield from _of_kind(described, ("column",), columns, MEASURED)
    for name in described.get("spread", {}):
        yield from _of_kind(described, ("spread", name), columns, MEASURED)
    for name in ("average", *(["unit_column"] if "unit_column" in described else [])):
        yield from _of_kind(described, (name,), columns, ("text",))
    for name, allowed in OTHERS.items():
        if name not in columns:
            yield ("table",), f"has no column {name}", allowed
    yield from _units(described, columns)


def _of_kind(
    described: Mapping[str, Any],
    path: tuple[str, ...],
    columns: Mapping[str, Column],
    kinds: tuple[str, ...],
) -> Iterator[Fault]:
    name: Any = described
    for part in path:
        name = name[part]
    fitting = [column.name for column in columns.values() if column.type in kinds]
    if name not in columns:
        yield path, schemas.shown(name), "a column: " + schemas.nearest(name, fitting)
    elif name not in fitting:
        found = f"{schemas.shown(name)}, a column of type {columns[name].type}"
        yield path, found, f"a column of type {' or '.join(kinds)}"


def _units(described: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[Fault]:
    unit, named = described["unit"], described.get("unit_column")
    column = columns.get(described["column"])
    if named is None:
        if column is not None and column.unit not in (None, unit):
            yield ("unit",), schemas.shown(unit), f"{column.unit}, as the codebook has it"
        return
    known = list(time_units.DAYS)
    if unit not in known:
        yield ("unit",), schemas.shown(unit), schemas.nearest(unit, known)
    words = columns[named].values if named in columns else ()
    for word in (word for word in words if word not in known):
        allowed = "a column whose vocabulary has only " + ", ".join(known)
        yield ("unit_column",), f"is {named!r}, which may hold {word!r}", allowed
