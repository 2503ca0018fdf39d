"""Tables beside the extraction tables whose columns the program decides by: risk of bias, sources
of single values, corrections, what two extractors agreed on."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from living_review import analyses, codebook, risk_of_bias, tables
from living_review.codebook import Table

DESCRIPTION = Path(__file__).parent / "schemas" / "companions.yaml"
NAMES = ("risk_of_bias", "value_sources", "corrections", "consensus")


def described(protocol: Mapping[str, Any]) -> dict[str, Table]:
    """The tables by name; what cells may hold that the protocol lists is filled in."""
    document = _document()
    tools = protocol.get("risk_of_bias", {}).get("tools") or list(risk_of_bias.available())
    words = document["vocabularies"] | {"outcomes": list(protocol["outcomes"]), "tools": tools}
    return {
        name: codebook.table(name, written, words) for name, written in document["tables"].items()
    }


def path(name: str) -> str:
    return analyses.path(name)


def columns(name: str) -> list[str]:
    return list(_document()["tables"][name]["columns"])


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table as texts, in an order that the file doesn't decide; [] without a file."""
    return sorted(tables.cells(path(name), columns(name)), key=lambda row: list(row.values()))


def in_order(name: str) -> list[dict[str, str]]:
    """The rows of an append-only table in the order in which they were added."""
    return tables.cells(path(name), columns(name))


@cache
def _document() -> Any:
    return YAML(typ="safe", pure=True).load(DESCRIPTION.read_text("utf-8"))
