"""The keys of a protocol by name, so that two protocols can be held against each other.

An entry of a list that has an id is called by it, wherever it stands:
`analyses.ned_after_re_ablation.where.time_point`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from living_review.schemas import KeyPath

ORDERED = ("screening.reasons",)  # mappings whose order decides: the first reason that holds counts


class Changed(NamedTuple):
    """One key that differs; None where a protocol lacks it."""

    key: str
    old: Any
    new: Any


def leaves(protocol: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every key that holds no further keys, by name."""
    return {key: value for key, (value, _) in _found(protocol).items()}


def places(protocol: Mapping[str, Any]) -> dict[str, KeyPath]:
    """Where each of `leaves` stands, as schemas counts places."""
    return {key: place for key, (_, place) in _found(protocol).items()}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Changed]:
    """Every key whose value differs, by name. How a file is laid out does not count."""
    before, after = leaves(old), leaves(new)
    return [
        Changed(key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if (key in before, before.get(key)) != (key in after, after.get(key))
    ]


def is_below(key: str, above: str) -> bool:
    """Whether a key is another one, or part of what stands under that."""
    return key == above or key.startswith(f"{above}.")


def _found(protocol: Mapping[str, Any]) -> dict[str, tuple[Any, KeyPath]]:
    return {key: (value, place) for key, place, value in _walk(protocol, "", ())}


def _walk(value: Any, key: str, place: KeyPath) -> Iterator[tuple[str, KeyPath, Any]]:
    if isinstance(value, Mapping) and value:
        for name, child in value.items():
            yield from _walk(child, f"{key}.{name}".removeprefix("."), (*place, name))
        if key in ORDERED:
            yield f"{key}.(order)", place, list(value)
    elif isinstance(value, list) and value and all(_has_id(child) for child in value):
        for number, child in enumerate(value):
            yield from _walk(child, f"{key}.{child['id']}", (*place, number))
    else:
        yield key, place, value


def _has_id(value: Any) -> bool:
    return isinstance(value, Mapping) and "id" in value
