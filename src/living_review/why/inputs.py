"""What each result of a plan is computed from, piece by piece, kept beside the plan.

A name is a digest of whole parts: it tells that something changed. To tell what, a run keeps here a
short digest of each piece - a row, a key of the protocol, a module - and a version keeps the same.
Written once for each new plan, and never read by a job.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from living_review import files, plan
from living_review.names import Name, Plan
from living_review.syntax import PACKAGE, SOURCES

FOLDER = Path("results/inputs")
OF_VERSION = "inputs.json"  # in the folder of a version
DIGITS = 12  # 48 bits: a piece is only ever held against itself
BETWEEN = " | "
# What names a row, whatever table it is of; the first that it has come first.
NAMED_BY = (
    *("study_id", "study_id_1", "study_id_2", "record_id", "record_id_1", "record_id_2"),
    *("arm_id", "outcome", "time_point", "side", "event", "kind", "analysis", "domain", "group"),
    *("measure", "version", "time", "strategy_id", "screener", "id"),
)
# Said by other names, by the modules, by the protocol itself; by the synthesis of the analysis.
SAID_ELSEWHERE = ("upstream", "code", "protocol", "now", "rate", "landmarks")
KEPT_BY = {"lines": "screening", "extracted": "report"}  # parts of several stages, kept once

OTHER_FORM = (ValueError, KeyError, TypeError)  # a file of an earlier program, or a broken one

Pieces = Mapping[str, Mapping[str, str]]  # {part: {piece: digest}}


@dataclass(frozen=True, eq=False)  # one by one, so that what two differ in can be remembered
class Inputs:
    """What all results of a plan were computed from."""

    names: Mapping[str, Name]  # by `title`
    pieces: Mapping[str, Pieces]  # by the same
    code: Mapping[str, str]  # {module: digest}, {library: version}
    protocol: Mapping[str, Any]

    def at_hand(self, current: Plan) -> "Inputs":
        """With the names of the plan as it was made, which have their values."""
        return replace(self, names={title(name): name for name in current.names})

    def told(self) -> dict[str, Any]:
        """In plain values, without the protocol, which stands elsewhere."""
        names = [name.told() for name in self.names.values()]
        return {"names": names, "pieces": self.pieces, "code": self.code}


def title(name: Name) -> str:
    """What people call a result: syntheses recurrence."""
    return f"{name.stage} {name.label}"


def of(current: Plan) -> Inputs:
    """Of a plan that was made just now: one that was read from its file has no values."""
    code = {}
    for name in current.names:
        for module, digest in name.values["code"].items():
            code[_module(name.stage, module)] = digest[:DIGITS]
    return Inputs(
        {title(name): name for name in current.names},
        {title(name): pieces(name.stage, name.values) for name in current.names},
        dict(sorted(code.items())),
        current.config,
    )


def modules(name: Name) -> list[str]:
    """The modules and libraries of a result, as `Inputs.code` calls them."""
    return sorted(_module(name.stage, module) for module in name.values["code"])


def _module(stage: str, module: str) -> str:
    """A module by its file, a library by its name."""
    if module == "script":
        return f"workflow/scripts/{plan.STAGES[stage].rule}.py"
    return _file(module) if module.partition(".")[0] == PACKAGE else module


@cache
def _file(module: str) -> str:
    path = SOURCES.parent.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return str(path.relative_to(SOURCES))


def pieces(stage: str, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The digest of each piece of each part; what holds further parts is called part.further."""
    found: dict[str, dict[str, str]] = {}
    for part, value in values.items():
        if part not in SAID_ELSEWHERE and KEPT_BY.get(part, stage) == stage:
            for path, piece, content in _pieces(part, value):
                digest = _digest(content)
                same = found.setdefault(path, {})
                same[piece] = digest if piece not in same else _digest(same[piece] + digest)
    return found


def _pieces(path: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    """(part, piece, content); rows that are called the same are one piece."""
    if value == []:
        return
    if isinstance(value, list) and all(hasattr(row, "_asdict") for row in value):
        value = [row._asdict() for row in value]
    if _is_rows(value):
        for row in value:
            yield path, row_name(row), row
    elif isinstance(value, Mapping):
        for key, child in value.items():
            if (isinstance(child, Mapping) and child) or _is_rows(child):
                yield from _pieces(f"{path}.{key}", child)
            else:
                yield path, str(key), child
    else:
        yield path, "", value


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
    )


def row_name(row: Mapping[str, Any]) -> str:
    """What names a row, in one text."""
    named = [str(row[column]) for column in NAMED_BY if column in row and row[column] != ""]
    return BETWEEN.join(named) or _digest(row)


def _digest(value: Any) -> str:
    return files.digest(_canonical(value))[:DIGITS]


# Made once: there may be a hundred thousand rows.
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


# ---- kept --------------------------------------------------------------------------------------


def path(key: str) -> Path:
    """key: of the plan."""
    return FOLDER / f"{key}.json"


def keep(current: Plan, plan_path: str) -> Path:
    """Keep what a plan is made of, if that is not done yet; its path."""
    kept = path(Path(plan_path).stem)
    if not kept.exists():
        files.replace_text(kept, as_text(of(current)))
    return kept


def as_text(found: Inputs) -> str:
    return json.dumps(found.told(), ensure_ascii=False, separators=(",", ":")) + "\n"


def read(key: str) -> Inputs | None:
    """Of an earlier run, by the key of its plan; None if it is kept no more, or in another form."""
    try:
        told = files.read_json(path(key))
        return _read(told, Plan.read(f"results/plan/{key}.json").config)
    except (OSError, *OTHER_FORM):
        return None


def of_version(folder: Path) -> Inputs | None:
    """Of a published version, by its folder; None if it keeps no inputs, or in another form."""
    try:
        told = files.read_json(folder / OF_VERSION)
        return _read(told, files.read_json(folder / "protocol.json")["protocol"])
    except (OSError, *OTHER_FORM):
        return None


def _read(told: Mapping[str, Any], protocol: Mapping[str, Any]) -> Inputs:
    names = {title(name): name for name in map(Name.read, told["names"])}
    return Inputs(names, told["pieces"], told["code"], protocol)
