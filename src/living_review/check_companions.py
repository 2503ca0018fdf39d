"""What is wrong in the tables beside the extraction tables: risk of bias."""

from collections.abc import Mapping
from typing import Any

from living_review import companions, extraction, risk_of_bias
from living_review import tables as tables_
from living_review.codebook import Codebook
from living_review.errors import Problem, TableError
from living_review.risk_of_bias import checking
from living_review.tables import Table


def check(
    extracted: Mapping[str, Table], book: Codebook, protocol: Mapping[str, Any]
) -> tuple[list[Problem], dict[str, Table]]:
    """Every problem of every such table that is there, and the tables by name."""
    problems: list[Problem] = []
    tools = risk_of_bias.read(protocol.get("risk_of_bias", {}).get("tools"))
    described = companions.described(protocol)
    found = {name: _read(name, problems) for name in described}
    for name, table in found.items():
        problems += extraction.check_beside(table, described[name], extracted, book)
    problems += checking.check(found["risk_of_bias"], tools)
    return problems, {name: table for name, table in found.items() if table.columns}


def _read(name: str, problems: list[Problem]) -> Table:
    path = companions.path(name)
    try:
        return tables_.read(path)
    except TableError as error:
        problems.extend(error.problems)
        return Table(path)
