"""Changes of the protocol after a version was published, each with who decided it, when and why.

config/amendments.yaml is append-only. An entry bears the version of the protocol from which it
holds: those later than the protocol of a published version were made since.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import files, protocol_keys, schemas, versions
from living_review.errors import ConfigError
from living_review.nearest import meant
from living_review.protocol_keys import Changed, is_below
from living_review.schemas import KeyProblem
from living_review.versions import Version

PATH = "config/amendments.yaml"
# Keys that tell of the people and of the protocol itself, and of nothing that is done.
NOT_AMENDED = (
    "review.protocol_version",
    "review.registration",
    "review.team",
    "review.contact",
    "review.funding",
    "review.interests",
    "review.authors",
    "review.address",
    "review.suggest",
)
ELIGIBILITY = ("eligibility", "pico", "screening.reasons")  # a change calls decisions into question

Amendment = Mapping[str, Any]


def read() -> list[dict[str, Any]]:
    """Every entry, the first one first; [] without a file. Raises ConfigError for what is wrong."""
    document, faults = _document()
    if faults:
        raise ConfigError(faults)
    return list(document.get("amendments", ()))


def as_far_as_readable() -> list[dict[str, Any]]:
    """The same, or none where the file is wrong: `check` refuses it then."""
    try:
        return read()
    except ConfigError:
        return []


def since(entries: Iterable[Amendment], protocol_version: str) -> list[Amendment]:
    """The entries that hold from a later version of the protocol."""
    return [
        one for one in entries if versions.order(one["version"]) > versions.order(protocol_version)
    ]


def decisions_called_into_question() -> list[dict[str, Any]]:
    """{"version", "stage", "decision", "reasons"} of what entries want to be judged again.

    Decisions by an earlier protocol than `version` are meant; reasons: [] if any will do.
    """
    return [
        {"version": entry["version"], "reasons": [], **asked}
        for entry in as_far_as_readable()
        for asked in entry.get("judge_again", ())
    ]


def protocol_of(version: Version) -> dict[str, Any] | None:
    """{"protocol", "amendments"} as they stood in a version; None if it does not keep them."""
    try:
        kept: dict[str, Any] = files.read_json(version.folder / "protocol.json")
    except FileNotFoundError:
        return None
    return kept


def check(protocol: Mapping[str, Any], published: Sequence[Version]) -> list[KeyProblem | str]:
    """What is wrong in the file, and what was changed since the last version without an entry."""
    document, faults = _document()
    if faults:
        return faults
    entries = list(document.get("amendments", ()))
    kept = protocol_of(published[-1]) if published else None
    problems: list[KeyProblem | str] = list(_entries(document, entries, protocol))
    if kept:
        last = published[-1]
        problems += _rewritten(document, entries, kept["amendments"], last)
        recent = since(entries, last.protocol_version)
        problems += _unknown_keys(document, entries, recent, protocol, kept["protocol"])
        problems += _undeclared(protocol, kept["protocol"], recent, last)
    return problems


def _document() -> tuple[dict[str, Any], list[KeyProblem | str]]:
    """What the file says, and what of it can't be; nothing of both if there is no file."""
    if not Path(PATH).exists():
        return {}, []
    try:
        document, faults = schemas.read(PATH, "amendments")
    except ConfigError as error:
        return {}, list(error.args[0])
    return document, list(schemas.problems(document, faults))


def _entries(
    document: Mapping[str, Any], entries: Sequence[Amendment], protocol: Mapping[str, Any]
) -> Iterator[KeyProblem]:
    """Entries of a protocol to come, and changed eligibility without a word on past decisions."""
    present = protocol["review"]["protocol_version"]
    for place, entry in enumerate(entries):
        path = ("amendments", place)
        if versions.order(entry["version"]) > versions.order(present):
            allowed = f"{present}, the protocol_version of config.yaml, or an earlier one"
            yield _problem(document, (*path, "version"), schemas.shown(entry["version"]), allowed)
        touched = [
            key
            for key in entry["keys"]
            if any(is_below(key, one) or is_below(one, key) for one in ELIGIBILITY)
        ]
        if touched and "judge_again" not in entry:
            allowed = (
                f"which decisions are to be made again, since {touched[0]} is about eligibility; "
                "[] if none is"
            )
            yield _problem(document, (*path, "judge_again"), "is missing", allowed)


def _rewritten(
    document: Mapping[str, Any],
    entries: Sequence[Amendment],
    stood: Sequence[Amendment],
    last: Version,
) -> Iterator[KeyProblem]:
    """Entries that stood in a version and were changed or taken out."""
    for place, entry in enumerate(stood):
        if place >= len(entries) or entries[place] != entry:
            found = "is gone" if place >= len(entries) else "was changed"
            allowed = f"the entry of {entry['date']} as in version {last.version}; add another one"
            yield _problem(document, ("amendments", place), found, allowed)


def _unknown_keys(
    document: Mapping[str, Any],
    entries: Sequence[Amendment],
    recent: Sequence[Amendment],
    protocol: Mapping[str, Any],
    before: Mapping[str, Any],
) -> Iterator[KeyProblem]:
    """Keys that neither the protocol nor that of the last version has."""
    leaves = [*protocol_keys.leaves(protocol), *protocol_keys.leaves(before)]
    known = sorted({above for leaf in leaves for above in _aboves(leaf)})
    for place, entry in enumerate(entries):
        for position, key in enumerate(entry["keys"] if entry in recent else ()):
            if key not in known:
                path = ("amendments", place, "keys", position)
                near = meant(key, known)
                allowed = "a key of config.yaml, now or in the last version"
                allowed += f", such as {near}" if near else ""
                yield _problem(document, path, schemas.shown(key), allowed)


def _undeclared(
    protocol: Mapping[str, Any],
    before: Mapping[str, Any],
    recent: Sequence[Amendment],
    last: Version,
) -> Iterator[KeyProblem]:
    """Keys that differ from the last version and that no entry since names."""
    declared = [key for entry in recent for key in entry["keys"]]
    places = protocol_keys.places(protocol)
    for each in changed(protocol, before):
        if any(is_below(each.key, key) for key in declared):
            continue
        inside = [place for leaf, place in places.items() if is_below(leaf, each.key)]
        depth = len(each.key.split("."))
        place = inside[0][:depth] if inside else tuple(each.key.split("."))
        later = f"an entry in {PATH} that names it, with a version after {last.protocol_version}"
        if each.old is None:
            found, allowed = f"is new since version {last.version}", later
        elif each.new is None:
            found, allowed = f"is gone since version {last.version}", later
        else:
            found = f"is {_shown(each.new)}"
            allowed = f"{_shown(each.old)}, as in version {last.version}, or {later}"
        line = schemas.problem(protocol, (place, "", "")).line
        yield KeyProblem("config/config.yaml", line, each.key, found, allowed)


def changed(protocol: Mapping[str, Any], before: Mapping[str, Any]) -> list[Changed]:
    """The keys that an amendment has to name. What is new or gone as a whole is one key."""
    old, new = protocol_keys.leaves(before), protocol_keys.leaves(protocol)
    in_old, in_new = (
        {above for leaf in leaves for above in _aboves(leaf)} for leaves in (old, new)
    )
    found: dict[str, Changed] = {}
    for each in protocol_keys.differences(before, protocol):
        if any(is_below(each.key, above) for above in NOT_AMENDED):
            continue
        lacking = in_old if each.key not in old else in_new if each.key not in new else None
        key = each.key
        if lacking is not None:
            key = next((one for one in _aboves(key) if one not in lacking), key)
        found.setdefault(key, each._replace(key=key))
    return list(found.values())


def _aboves(key: str) -> list[str]:
    """A key and all above it, the highest first."""
    names = key.split(".")
    return [".".join(names[:n]) for n in range(1, len(names) + 1)]


def _problem(
    document: Mapping[str, Any], path: schemas.KeyPath, found: str, allowed: str
) -> KeyProblem:
    return schemas.problem(document, (path, found, allowed))


def _shown(value: Any) -> str:
    text = files.canonical_json(value) if not isinstance(value, str) else value
    return text if len(text) <= schemas.LONGEST_SHOWN else f"{text[: schemas.LONGEST_SHOWN]}..."
