"""YAML files held against a schema, every problem named by file, line and key.

The schemas (JSON Schema 2020-12) lie beside this module, so that they are found from any
folder in which a review is run.
"""

import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from living_review.errors import ConfigError
from living_review.nearest import meant

KeyPath = tuple[str | int, ...]  # ("analyses", 2, "where")
Fault = tuple[KeyPath, str, str]  # where, what was found, what is allowed

TYPE_WORDS = {
    "object": "keys with values",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
CORE_TAG = "tag:yaml.org,2002:"
LONGEST_SHOWN = 60  # characters of a wrong value that a message repeats
PLAIN = SafeConstructor(loader=YAML(typ="safe", pure=True))


class KeyProblem(NamedTuple):
    """One wrong key of a YAML file."""

    file: str
    line: int  # 0 = not known
    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        line = f" line {self.line}" if self.line else ""
        return f"{self.file}{line}: {self.path} {self.found}; allowed: {self.allowed}"


class Document(dict[str, Any]):
    """What a YAML file says; also knows the file, and the line of each key."""

    def __init__(self, value: dict[str, Any], file: str, lines: dict[KeyPath, int]) -> None:
        super().__init__(value)
        self.file = file
        self.lines = lines


def problem(document: Mapping[str, Any], fault: Fault) -> KeyProblem:
    """A fault with its file and the line of the key, or of the nearest key around it."""
    path, found, allowed = fault
    lines: dict[KeyPath, int] = getattr(document, "lines", {})
    known = (lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)
    return KeyProblem(
        getattr(document, "file", "config"), next(known, 0), dotted(path), found, allowed
    )


def problems(document: Mapping[str, Any], faults: list[Fault]) -> list[KeyProblem]:
    """Every fault as a problem, in the order of the file."""
    return sorted((problem(document, fault) for fault in faults), key=lambda each: each.line)


def dotted(path: KeyPath) -> str:
    """("analyses", 2, "where") as analyses[2].where; the whole file as "the file"."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the file"


def nearest(word: object, allowed: list[str]) -> str:
    """The allowed words, the one that was probably meant first."""
    close = meant(str(word), allowed)
    if close and len(allowed) > 1:
        return f"{close} (the nearest of {', '.join(allowed)})"
    return ", ".join(allowed) or "nothing"


def shown(value: object) -> str:
    """`is ...`: a wrong value on one line, cut when long."""
    if value is None or value == "":
        return "is empty"
    if isinstance(value, bool):
        return f"is {str(value).lower()}"
    if isinstance(value, dict | list):
        return f"is {TYPE_WORDS['object' if isinstance(value, dict) else 'array']}"
    return f"is {_cut(repr(value))}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def read(path: Path | str, schema: str) -> tuple[Document, list[Fault]]:
    """The file's content, and how it differs from the schema of that name.

    Raises ConfigError if the file can't be read as YAML.
    """
    file = str(path)
    lines: dict[KeyPath, int] = {}
    node = _compose(_text(path), file)
    if node is None:
        raise ConfigError([KeyProblem(file, 0, "the file", "is empty", "keys with values")])
    faults: list[Fault] = []
    try:
        value = _build(node, (), lines, faults, set())
    except RecursionError:
        raise ConfigError([f"{file}: nested too deeply to be read"]) from None
    unreadable = {path for path, _, _ in faults}
    rules = load(schema)
    faults += (fault for fault in differences(value, rules) if fault[0] not in unreadable)
    return Document(value if isinstance(value, dict) else {}, file, lines), faults


@cache
def load(schema: str) -> dict[str, Any]:
    """A schema by name: "config", "codebook" or "amendments"."""
    content = Path(__file__).with_name(f"{schema}.schema.json").read_bytes()
    loaded: dict[str, Any] = json.loads(content)
    return loaded


def _text(path: Path | str) -> str:
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: can't be read: {error.strerror}"]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            [f"{path} line {line}: not UTF-8; save the file as UTF-8 in the editor"]
        ) from None


def _compose(text: str, file: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"{file} line {line}: a control character, which YAML does not allow"
        raise ConfigError([message]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError([f"{file} line {line}: {_reason(error, text, line)}"]) from None
    except (YAMLError, RecursionError):
        raise ConfigError([f"{file}: not readable as YAML"]) from None
    return node


def _reason(error: MarkedYAMLError, text: str, line: int) -> str:
    if re.match(r" *\t", text.split("\n")[line - 1]):
        return "a tab at the start of the line; indent with spaces"
    if "single document" in str(error.context):
        return "a second document begins here (---); a file holds one"
    return f"not readable as YAML: {error.problem or error.context}"


def _build(
    node: Node, path: KeyPath, lines: dict[KeyPath, int], faults: list[Fault], seen: set[int]
) -> Any:
    """Plain values of a node; lines and faults are added to as keys are met."""
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen:
        faults.append((path, "repeats another part by & and *", "the part itself, written out"))
        return None
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return _scalar(node, path, faults)
    if not isinstance(node, MappingNode):
        return [
            _build(child, (*path, place), lines, faults, seen)
            for place, child in enumerate(node.value)
        ]
    mapping: dict[str, Any] = {}
    for key_node, child in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else "?"
        child_path = (*path, key)
        line = key_node.start_mark.line + 1
        if key in mapping:
            first = lines[child_path]
            lines[child_path] = line
            faults.append((child_path, f"stands in line {first} already", "each key once"))
            continue
        lines[child_path] = line
        mapping[key] = _build(child, child_path, lines, faults, seen)
    return mapping


def _scalar(node: ScalarNode, path: KeyPath, faults: list[Fault]) -> Any:
    """The text, number or other value of a node; a date stays the text that it is."""
    kind = str(node.tag).removeprefix(CORE_TAG)
    if kind in ("str", "timestamp"):
        return node.value
    constructors = {
        "int": PLAIN.construct_yaml_int,
        "float": PLAIN.construct_yaml_float,
        "bool": PLAIN.construct_yaml_bool,
        "null": PLAIN.construct_yaml_null,
    }
    if kind not in constructors:
        faults.append((path, f"has the tag {node.tag}", "a value without a tag"))
        return None
    try:
        value = constructors[kind](node)
    except ValueError:
        value = math.nan
    if isinstance(value, float) and not math.isfinite(value):
        faults.append((path, f"is {_cut(node.value)}", "a number, written out"))
    return value


def differences(value: Any, schema: dict[str, Any]) -> Iterator[Fault]:
    """Where a value differs from a schema: one fault for a place, the wrong kind of value first."""
    faults: dict[KeyPath, tuple[str, str]] = {}
    errors = Draft202012Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda error: error.validator != "type"):
        for path, found, allowed in _faults(error, schema["$defs"]):
            faults.setdefault(path, (found, allowed))
    yield from ((path, *words) for path, words in faults.items())


def _faults(error: ValidationError, defs: dict[str, Any]) -> Iterator[Fault]:
    """An error of the validator in our words; one that names several keys is a fault for each."""
    path, value, asked = tuple(error.absolute_path), error.instance, error.validator_value
    if "propertyNames" in error.absolute_schema_path:
        yield (*path, value), f"{shown(value)} as a key", error.schema["description"]
        return
    match error.validator:
        case "type":
            kinds = [asked] if isinstance(asked, str) else asked
            words = " or ".join(TYPE_WORDS[kind] for kind in kinds)
            if kinds == ["string"] and isinstance(value, int | float):
                words += " (in quotes)"
            yield path, shown(value), words
        case "enum":
            yield path, shown(value), nearest(value, [str(each) for each in asked])
        case "pattern":
            yield path, shown(value), error.schema["description"]
        case "minimum":
            yield path, shown(value), f"{asked} or more"
        case "required":
            for key in (key for key in asked if key not in value):
                yield (*path, key), "is missing", _expected(error.schema["properties"][key], defs)
        case "additionalProperties":
            known = error.schema["properties"]
            missing = [name for name in known if name not in value]
            needed = not set(missing).isdisjoint(error.schema.get("required", ()))
            for key in (key for key in value if key not in known):
                choices = missing if needed else list(known)
                yield (*path, key), "is not a known key", nearest(key, choices)
        case "minProperties":
            yield path, "is empty", "at least one key"
        case "minItems":
            yield path, f"has {len(value)}", f"{asked} or more"
        case "uniqueItems":
            for place, child in enumerate(value):
                if child in value[:place]:
                    yield (*path, place), f"{shown(child)} again", "each once"
        case "oneOf" if isinstance(value, dict):
            choices = [choice["required"][0] for choice in asked]
            found = " and ".join(choice for choice in choices if choice in value) or "neither"
            yield path, f"has {found}", f"exactly one of {', '.join(choices)}"
        case _:
            yield path, shown(value), error.schema.get("description", error.message)


def _expected(schema: dict[str, Any], defs: dict[str, Any]) -> str:
    """What a missing key should hold, in the words of the schema."""
    if "description" in schema:
        return str(schema["description"])
    schema = defs[schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema
    return str(schema.get("description", TYPE_WORDS[schema["type"]]))
