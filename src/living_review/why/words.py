"""Reasons in words for people."""

from collections.abc import Iterable, Mapping, Sequence

from living_review.why.reasons import CHANGED, GONE, LIBRARY, MODULE, NEW, PROTOCOL, Reason

MOST = 5  # rows or results that are named one by one
CHANGES = (NEW, CHANGED, GONE)
Cells = Mapping[tuple[str, str], str]  # {(file, row): what changed in its cells}


def lines(reasons: Iterable[Reason], cells: Cells | None = None) -> list[str]:
    """A line for each file, key of the protocol and library, one for all modules; in that order.

    cells: what changed in rows, where that is known.
    """
    by_place: dict[str, list[Reason]] = {}
    for reason in reasons:
        by_place.setdefault(reason.where, []).append(reason)
    said = []
    last = (PROTOCOL, MODULE, LIBRARY)
    files = [where for where in by_place if where not in last]
    for where in (*files, *(where for where in last if where in by_place)):
        found = by_place[where]
        if where == PROTOCOL:
            said += [f"protocol {each.piece}: {each.change}" for each in found]
        elif where == LIBRARY:
            said += [f"{each.piece} {each.change}" for each in found]
        elif where == MODULE:
            said.append(f"{_many(len(found), 'module')}: {_named(found)}")
        else:
            said.append(_rows(where, found, cells or {}))
    return said


def some(named: Sequence[str], between: str = ", ") -> str:
    """The first few, and how many more there are."""
    more = [f"and {len(named) - MOST:,} more"] if len(named) > MOST else []
    return between.join([*named[:MOST], *more])


def _rows(where: str, found: list[Reason], cells: Cells) -> str:
    if all(not each.piece for each in found):
        return f"{where}: {', '.join(dict.fromkeys(each.change for each in found))}"
    counted = []
    for change in dict.fromkeys([*CHANGES, *(each.change for each in found)]):
        rows = [each for each in found if each.change == change and each.piece]
        if rows:
            named = some([_cells(each, cells) for each in rows], "; ")
            counted.append(f"{_many(len(rows), 'row')} {change} ({named})")
    return f"{where}: {', '.join(counted)}"


def _cells(reason: Reason, cells: Cells) -> str:
    told = cells.get((reason.where, reason.piece))
    return f"{reason.piece}: {told}" if told else reason.piece


def _named(found: list[Reason]) -> str:
    return ", ".join(
        each.piece if each.change == CHANGED else f"{each.piece} ({each.change})" for each in found
    )


def _many(n: int, one: str) -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"
