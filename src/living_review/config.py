"""The protocol of a review, read from config.yaml with every mistake named.

What the schema can't say is held in RULES: ids that stand twice, outcomes that do not exist.
What needs the codebook as well (columns and values of an analysis) is checked where that is
read. A rule waits until the sections that it reads have the right shape.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from living_review import model_names, schemas, triggers
from living_review.errors import ConfigError
from living_review.risk_of_bias import tools
from living_review.schemas import Fault, KeyPath

PATH = "config/config.yaml"

# What the program itself decides by: these values must exist, others may be added.
NEEDED_VALUES = {
    "yes_no_unknown": ("yes", "no", "unknown"),
    "basis": ("full_text", "abstract"),
}

LISTS_WITH_IDS: tuple[KeyPath, ...] = (
    ("review", "team"),
    ("search", "strategies"),
    ("eligibility",),
    ("outcome_sets",),
    ("analyses",),
    ("contrasts",),
    ("triggers",),
    ("descriptions",),
)


def read(path: Path | str, sections: Collection[str] = ()) -> dict[str, Any]:
    """The whole protocol; see schemas/config.schema.json for its keys.

    sections: those that have to be right, if not all; what is wrong in others then stays unsaid.
    Raises ConfigError with every problem: file, line, key, what was found, what is allowed.
    """
    config, faults = schemas.read(path, "config")
    spoilt = {fault[0][0] if fault[0] else None for fault in faults}
    for needed, rule in RULES:
        if None not in spoilt and spoilt.isdisjoint(needed):
            faults += rule(config)
    if sections:
        faults = [fault for fault in faults if not fault[0] or fault[0][0] in set(sections)]
    if faults:
        raise ConfigError(schemas.problems(config, faults))
    return config


def _ids_stand_once(config: dict[str, Any], *, within: KeyPath) -> Iterator[Fault]:
    entries: Any = config
    for part in within:
        entries = entries.get(part, [])
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry["id"] in seen:
            yield (*within, place, "id"), f"is {entry['id']!r} again", "each id once"
        seen.add(entry["id"])


def _set_outcomes_exist(config: dict[str, Any]) -> Iterator[Fault]:
    known = list(config["outcomes"])
    for place, outcome_set in enumerate(config["outcome_sets"]):
        for position, outcome in enumerate(outcome_set["outcomes"]):
            if outcome not in known:
                path = ("outcome_sets", place, "outcomes", position)
                yield path, schemas.shown(outcome), schemas.nearest(outcome, known)


def _analysis_outcomes_exist(config: dict[str, Any]) -> Iterator[Fault]:
    known = list(config["outcomes"])
    for place, analysis in enumerate(config["analyses"]):
        if analysis["outcome"] not in known:
            path = ("analyses", place, "outcome")
            found = schemas.shown(analysis["outcome"])
            yield path, found, schemas.nearest(analysis["outcome"], known)


def _models_fit(config: dict[str, Any]) -> Iterator[Fault]:
    for place, analysis in enumerate(config["analyses"]):
        measure, method, test, _ = model_names.of(analysis)
        path = ("analyses", place, "model")
        measures = model_names.measures_of(method, (measure,))
        tests = model_names.tests_of(method)
        if measure not in measures:
            allowed = f"{measures[0]} with method {method}"
            yield (*path, "measure"), schemas.shown(measure), allowed
        elif test not in tests:
            yield (*path, "test"), schemas.shown(test), f"{', '.join(tests)} with method {method}"


def _triggers_are_whole(config: dict[str, Any]) -> Iterator[Fault]:
    """Each kind of trigger needs its own number, and no other."""
    for place, trigger in enumerate(config.get("triggers", ())):
        needed = triggers.NEEDED[trigger["when"]]
        for key in ("at_least", "by"):
            path = ("triggers", place, key)
            if key == needed and key not in trigger:
                yield path, "is missing", f"a number, since when is {trigger['when']}"
            elif key != needed and key in trigger:
                allowed = f"{needed or 'nothing besides'}, since when is {trigger['when']}"
                yield path, "is not needed", allowed


def _tools_exist(config: dict[str, Any]) -> Iterator[Fault]:
    known = list(tools.available())
    for place, tool in enumerate(config.get("risk_of_bias", {}).get("tools", ())):
        if tool not in known:
            path = ("risk_of_bias", "tools", place)
            yield path, schemas.shown(tool), schemas.nearest(tool, known)


def _contrast_outcomes_exist(config: dict[str, Any]) -> Iterator[Fault]:
    known = list(config["outcomes"])
    for place, contrast in enumerate(config.get("contrasts", ())):
        if contrast["outcome"] not in known:
            path = ("contrasts", place, "outcome")
            yield (
                path,
                schemas.shown(contrast["outcome"]),
                schemas.nearest(contrast["outcome"], known),
            )


def _contrast_sides_differ(config: dict[str, Any]) -> Iterator[Fault]:
    for place, contrast in enumerate(config.get("contrasts", ())):
        column, groups = contrast["between"]["column"], contrast["between"]["groups"]
        path: KeyPath = ("contrasts", place)
        if column in contrast["where"]:
            yield (*path, "where", column), "is what the sides differ in", "columns of both sides"
        for side, group in enumerate(groups):
            of_group = (*path, "between", "groups", side)
            for name in group.get("where", ()):
                if name in (column, *contrast["where"]):
                    allowed = "a column that is not asked of both sides"
                    yield (*of_group, "where", name), "is asked already", allowed
        first, second = groups
        of_second = (*path, "between", "groups", 1)
        if first["label"] == second["label"]:
            yield (*of_second, "label"), f"{schemas.shown(second['label'])} again", "a label a side"
        for position, value in enumerate(second["values"]):
            if value in first["values"]:
                found = f"{schemas.shown(value)}, a value of {first['label']}"
                yield (*of_second, "values", position), found, "each value on one side"


def _needed_values_exist(config: dict[str, Any]) -> Iterator[Fault]:
    for name, values in NEEDED_VALUES.items():
        vocabulary = config["vocabularies"].get(name)
        if vocabulary is None:
            yield ("vocabularies", name), "is missing", f"a vocabulary with {', '.join(values)}"
            continue
        for value in values:
            if value not in vocabulary:
                yield ("vocabularies", name, value), "is missing", "what the word means"


def _outcomes_is_no_vocabulary(config: dict[str, Any]) -> Iterator[Fault]:
    if "outcomes" in config["vocabularies"]:
        allowed = "another name: the codebook means the section outcomes by this one"
        yield ("vocabularies", "outcomes"), "is a taken name", allowed


Rule = Callable[[dict[str, Any]], Iterator[Fault]]
RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    *(((str(within[0]),), partial(_ids_stand_once, within=within)) for within in LISTS_WITH_IDS),
    (("outcomes", "outcome_sets"), _set_outcomes_exist),
    (("outcomes", "analyses"), _analysis_outcomes_exist),
    (("analyses",), _models_fit),
    (("risk_of_bias",), _tools_exist),
    (("triggers",), _triggers_are_whole),
    (("outcomes", "contrasts"), _contrast_outcomes_exist),
    (("contrasts",), _contrast_sides_differ),
    (("vocabularies",), _needed_values_exist),
    (("vocabularies",), _outcomes_is_no_vocabulary),
)
