"""The extraction tables as they hang together: rows by their ids, and by what their cells say.

A protocol may ask a hundred questions of ten thousand rows: what links rows is found once, and no
question looks at rows that can't answer it. Light enough for the plan.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

Cells = Mapping[str, Any]
Where = Mapping[str, Collection[Any]]


class Rows:
    """Rows that can be narrowed down by the values of their columns."""

    def __init__(self, rows: Sequence[Any], cells: Sequence[Cells]) -> None:
        """rows: what is given back; cells: of each, by which it is found."""
        self.rows = rows
        self._cells = cells
        self._places: dict[str, dict[Any, list[int]]] = {}  # by column and value

    def that_may_meet(self, where: Where) -> Sequence[Any]:
        """The rows that meet one of the conditions, the one that fewest meet; in their order.

        A superset of what meets them all. A column that a row lacks narrows nothing.
        """
        found: list[list[int]] = []
        for column, allowed in where.items():
            places = self._by_value(column)
            if places is not None:
                found.append([one for value in set(allowed) for one in places.get(value, ())])
        if not found:
            return self.rows
        fewest = min(found, key=lambda places: len(places))
        return [self.rows[place] for place in sorted(fewest)]

    def _by_value(self, column: str) -> dict[Any, list[int]] | None:
        """Places of each value of a column; None if a row lacks it."""
        if column not in self._places:
            places: dict[Any, list[int]] = {}
            for place, cells in enumerate(self._cells):
                if column not in cells:
                    places = {}
                    break
                places.setdefault(cells[column], []).append(place)
            self._places[column] = places
        return self._places[column] or None


class Row(NamedTuple):
    """A row of the arms or outcomes, and what it belongs to; {} for what the tables lack."""

    study: Cells
    arm: Cells  # itself, if the row is one
    own: Cells
    all: Cells  # of a column that tables share, what is nearest to the row


class Extracted(dict[str, list[dict[str, Any]]]):
    """{table: rows}, which nobody changes any more."""

    @cached_property
    def studies(self) -> dict[str, Cells]:
        return {study["study_id"]: study for study in self["studies"]}

    @cached_property
    def arms(self) -> Rows:
        """A Row each, found by all its cells."""
        return _found(Row(self._study(arm), arm, arm, {}) for arm in self["arms"])

    @cached_property
    def outcomes(self) -> Rows:
        arms = {(arm["study_id"], arm["arm_id"]): arm for arm in self["arms"]}
        return _found(
            Row(self._study(cells), arms.get((cells["study_id"], cells["arm_id"]), {}), cells, {})
            for cells in self["outcomes"]
        )

    def _study(self, cells: Cells) -> Cells:
        return self.studies.get(cells["study_id"], {})

    @cached_property
    def records(self) -> dict[str, list[str]]:
        """The records of each study's reports."""
        found: dict[str, list[str]] = {}
        for report in self["reports"]:
            found.setdefault(report["study_id"], []).append(report["record_id"])
        return found

    def is_at_full_text(self, study_id: str, included: Collection[str]) -> bool:
        """Whether one of a study's reports is among the records that people included."""
        return any(record_id in included for record_id in self.records.get(study_id, ()))


def _found(rows: Iterable[Row]) -> Rows:
    whole = [row._replace(all={**row.study, **row.arm, **row.own}) for row in rows]
    return Rows(whole, [row.all for row in whole])


def of(extracted: Mapping[str, Sequence[Cells]]) -> Extracted:
    """The tables with what links them, which is found anew for tables that come as they are."""
    return extracted if isinstance(extracted, Extracted) else Extracted(extracted)  # type: ignore
