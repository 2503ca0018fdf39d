"""Why a result has another name than it had: which rows, keys, modules and versions changed.

Each part of a name is followed to where people would look for the change: a row of a joined table
to the rows and decisions that it was joined from, a result that is built upon to its own reasons.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from living_review import protocol_keys
from living_review.names import Name
from living_review.why.inputs import BETWEEN, Inputs, modules, title

NEW, GONE, CHANGED = "new", "gone", "changed"
PROTOCOL, MODULE, LIBRARY = "protocol", "module", "library"
# Parts whose rows are joined from the extraction tables and from what people decided.
JOINED = ("rows", "set_aside", "eligible", "follow_up", "landmarks", "rate")
TABLES = ("outcomes", "arms", "studies", "reports")
# The section of the protocol in which a stage has an entry for each of its results.
SECTION = {
    "syntheses": "analyses",
    "figures": "analyses",
    "courses": "analyses",
    "contrasts": "contrasts",
    "descriptions": "descriptions",
}
OWN_ENTRY = ("analysis", "course", "contrast", "description", "words")  # parts made of that entry
NOT_COMPUTED_FROM = ("title", "published", "direct")  # keys of an entry that are words on the page
PLACES = {
    "codebook": "config/codebook.yaml",
    "amendments": "config/amendments.yaml",
    "again": "config/amendments.yaml",
    "published": "resources/published",
    "lines": "resources/decisions/screening",
    "decisions": "resources/decisions/duplicates",
    "overlap_decisions": "resources/decisions/overlap",
    "event_decisions": "resources/decisions/events",
    "ratings": "resources/decisions/grade",
    "out": "resources/events",
    "events": "resources/events",
    "judged": "resources/extraction/risk_of_bias.csv",
    "second": "resources/extraction/second",
    "run_log": "resources/run_log.csv",
    "runs": "resources/searches",
    "sources": "resources/imports and resources/searches",
    "versions": "resources/versions",
    "earlier": "resources/versions",
}
PAGE, PLACED = "report page", "screening works"  # where pieces of tables and decisions are kept


class Reason(NamedTuple):
    where: str  # a file or folder, or one of PROTOCOL, MODULE, LIBRARY
    change: str  # NEW, GONE, CHANGED, or "old -> new"
    piece: str  # the row, key, module or library; "" for all of it


def changed(now: Inputs, before: Inputs) -> list[Name]:
    """The results that have another name than before, or did not stand there."""
    return [name for called, name in now.names.items() if _key(before, called) != name.key]


def of(name: Name, now: Inputs, before: Inputs) -> list[Reason]:
    """What made the name another one than before, each thing once; [] if it is the same.

    name: of `now`, with its values. What it is built on counts with its own reasons.
    """
    found: dict[Reason, None] = {}
    _collect(name, now, before, found, set())
    is_same = _key(before, title(name)) == name.key
    return list(found) or ([] if is_same else [Reason("the program", CHANGED, "")])


def _collect(
    name: Name, now: Inputs, before: Inputs, found: dict[Reason, None], seen: set[str]
) -> None:
    seen.add(title(name))
    was = before.names.get(title(name))
    if was is not None and was.key == name.key:
        return
    if was is None:
        found.update(dict.fromkeys(_of_new(name, now, before)))
    for part in sorted({*name.parts, *(was.parts if was else ())}):
        if part == "upstream":
            if was is not None and name.parts.get(part) != was.parts.get(part):
                gone = sorted(before.names.keys() - now.names.keys())
                found.update({Reason(called, GONE, ""): None for called in gone})
            for upstream in now.names.values():
                above = upstream.key in name.values[part] and title(upstream) not in seen
                if above:
                    _collect(upstream, now, before, found, seen)
        elif was is not None and name.parts.get(part) != was.parts.get(part):
            found.update(dict.fromkeys(_of_part(part, name, now, before)))


def _of_new(name: Name, now: Inputs, before: Inputs) -> list[Reason]:
    """Why a result stands there that did not stand before."""
    if name.stage == "changes":
        return [Reason(PLACES["earlier"], "has what to hold the results against", "")]
    return _of_entry(name, now, before) or [Reason(title(name), NEW, "")]


def _key(kept: Inputs, called: str) -> str:
    name = kept.names.get(called)
    return name.key if name else ""


def _of_part(part: str, name: Name, now: Inputs, before: Inputs) -> Iterable[Reason]:
    if part == "code":
        return _of_code(name, now, before)
    if part in JOINED:
        return _of_rows(part, name, now, before)
    if part in OWN_ENTRY:
        return _of_entry(name, now, before) or [Reason("the program", "other defaults", part)]
    if part == "now":
        return ()  # the same as the synthesis, which is upstream
    if part == "continues":
        return _of_protocol(now, before, "review.continues")
    if part in ("protocol", "order"):
        below = "" if title(name) == PAGE else "screening"
        other_order = Reason("config/config.yaml", "another order of what it lists", "")
        return _of_protocol(now, before, below) or [other_order]
    if part == "extracted":
        return [each for table in TABLES for each in _of_table(table, now, before)]
    if part == "published" and name.stage == "check":
        return [Reason(PLACES["versions"], CHANGED, "")]
    if part == "written":
        return [Reason(file, how, "") for file, how in _pieces(title(name), part, now, before)]
    if part == "beside":
        kept = _pieces(title(name), part, now, before)
        return [Reason(f"resources/extraction/{file}.csv", how, "") for file, how in kept]
    if name.stage == "records":
        return [Reason("resources/imports", CHANGED, name.label)]
    if part == "sources" and name.stage == "report":
        return [
            Reason(f"report/{file}", how, "")
            for file, how in _pieces(title(name), part, now, before)
        ]
    keeper = PLACED if part == "lines" else title(name)
    where = PLACES.get(part, part)
    kept = _pieces(keeper, part, now, before)
    return [Reason(where, how, piece) for piece, how in kept] or [Reason(where, CHANGED, "")]


@lru_cache(maxsize=2**12)  # every result asks again what changed in the ledgers, which are long
def _pieces(called: str, part: str, now: Inputs, before: Inputs) -> tuple[tuple[str, str], ...]:
    """(piece, NEW, GONE or CHANGED) of a part and of the parts below it, by piece."""
    one, other = (_below(kept.pieces.get(called, {}), part) for kept in (now, before))
    differing = {key for key, _ in one.items() ^ other.items()}
    return tuple(
        (key[1], NEW if key not in other else GONE if key not in one else CHANGED)
        for key in sorted(differing)
    )


def _below(pieces: Mapping[str, Mapping[str, str]], part: str) -> dict[tuple[str, str], str]:
    return {
        (path, piece): digest
        for path, of_path in pieces.items()
        if protocol_keys.is_below(path, part)
        for piece, digest in of_path.items()
    }


# ---- code ----------------------------------------------------------------------------------------


def _of_code(name: Name, now: Inputs, before: Inputs) -> Iterator[Reason]:
    """Modules that differ, libraries of another version; else something is imported no more."""
    differing = [one for one in modules(name) if before.code.get(one) != now.code[one]]
    for module in sorted(differing, key=lambda one: not one.endswith(".py")):
        was = before.code.get(module)
        if module.endswith(".py"):
            yield Reason(MODULE, NEW if was is None else CHANGED, module)
        else:
            yield Reason(LIBRARY, f"{was or 'not used'} -> {now.code[module]}", module)
    if not differing:
        yield Reason(MODULE, GONE, "one that is imported no more")


# ---- protocol ------------------------------------------------------------------------------------


def _of_protocol(now: Inputs, before: Inputs, below: str = "") -> list[Reason]:
    return [
        Reason(PROTOCOL, f"{_shown(each.old)} -> {_shown(each.new)}", each.key)
        for each in protocol_keys.differences(before.protocol, now.protocol)
        if not below or protocol_keys.is_below(each.key, below)
    ]


def _of_entry(name: Name, now: Inputs, before: Inputs) -> list[Reason]:
    """Changed keys of the entry of the protocol that asks for a result."""
    section = SECTION.get(name.stage)
    if section is None:
        return []
    entry = f"{section}.{name.label}"
    about = _of_protocol(now, before, entry)
    if name.stage == "figures":
        outcome = _entry(name, now).get("outcome", "")
        about += _of_protocol(now, before, f"outcomes.{outcome}.label")
        about += _of_protocol(now, before, "vocabularies")
        return about
    unread = (*NOT_COMPUTED_FROM, *(("landmarks",) if name.stage == "syntheses" else ()))
    if name.stage == "courses":
        about += _of_protocol(now, before, "descriptions")
    return [
        each
        for each in about
        if not any(protocol_keys.is_below(each.piece, f"{entry}.{key}") for key in unread)
    ]


def _entry(name: Name, kept: Inputs) -> Mapping[str, Any]:
    """The entry of the protocol that asks for a result; empty if there is none."""
    entries = kept.protocol.get(SECTION.get(name.stage, ""), ())
    return next((one for one in entries if one["id"] == name.label), {})


def _shown(value: Any) -> str:
    if value is None:
        return "absent"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# ---- rows ----------------------------------------------------------------------------------------


def _of_rows(part: str, name: Name, now: Inputs, before: Inputs) -> list[Reason]:
    """The rows of tables and the decisions from which the changed rows of a part are joined.

    What bears on their studies, or else, since patients of one study may count in another, all that
    changed in the tables and decisions.
    """
    kept_as = (title(name), part), (title(name), "follow_up"), (f"syntheses {name.label}", "rows")
    kept = (_pieces(called, where, now, before) for called, where in kept_as)
    rows = [piece.split(BETWEEN) for piece, _ in next(filter(None, kept), [])]
    studies = {row[0] for row in rows if row[0]}
    arms = {tuple(row[:2]) for row in rows}
    outcome = _entry(name, now).get("outcome", "")
    about = _of_entry(name, now, before)
    from_tables = [each for table in TABLES for each in _of_table(table, now, before)]
    near = [each for each in from_tables if _bears(each, studies, arms, outcome)]
    decided = list(_decisions(now, before))
    ours = studies | {
        record
        for study, record, *_ in (
            piece.split(BETWEEN)
            for state in (now, before)
            for piece in state.pieces.get(PAGE, {}).get("extracted.reports", {})
            if BETWEEN in piece
        )
        if study in studies
    }
    said = [
        each for each in decided if not each.piece or not ours.isdisjoint(each.piece.split(BETWEEN))
    ]
    found = [*about, *near, *said]
    return found or [*from_tables, *decided] or [Reason("the program", CHANGED, part)]


def _of_table(table: str, now: Inputs, before: Inputs) -> list[Reason]:
    where = f"resources/extraction/{table}.csv"
    kept = _pieces(PAGE, f"extracted.{table}", now, before)
    return [Reason(where, how, piece) for piece, how in kept]


def _bears(
    row: Reason, studies: Collection[str], arms: Collection[tuple[str, ...]], outcome: str
) -> bool:
    """Whether a changed row of a table is one that a changed row of a result is joined from."""
    named = row.piece.split(BETWEEN)
    if row.where.endswith(("studies.csv", "reports.csv")):
        return named[0] in studies
    in_arm = tuple(named[:2]) in arms or not studies
    return in_arm and (not outcome or outcome in named[2:3] or row.where.endswith("arms.csv"))


def _decisions(now: Inputs, before: Inputs) -> Iterator[Reason]:
    """Lines of people, and events of publications, that bear on how a study counts."""
    for keeper, part in (
        (PLACED, "lines"),
        (PAGE, "overlap_decisions"),
        (PAGE, "event_decisions"),
        (PAGE, "events"),
    ):
        for piece, how in _pieces(keeper, part, now, before):
            yield Reason(PLACES[part], how, piece)
    for file, how in _pieces(PAGE, "beside", now, before):
        if file == "risk_of_bias":
            yield Reason(PLACES["judged"], how, "")
