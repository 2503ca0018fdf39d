"""The works that wait at a stage, as the records that other programs are given."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from living_review import files, tables
from living_review.errors import ReviewError
from living_review.ledgers import Line
from living_review.names import Plan
from living_review.records.entries import Record
from living_review.screening import verdicts

ORDERS = ("ranked", "arrival", "random")
FIELDS = ("record_id", *Record._fields)


def ranks(plan: Plan) -> dict[str, int]:
    """The place of each work in the ranking."""
    table = tables.read(plan.of("ranking")[0].path)
    return {cells["record_id"]: int(cells["rank"]) for cells in table.cells}


def records(
    works: pd.DataFrame,
    records: pd.DataFrame,
    ranks: Mapping[str, int],
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
    *,
    stage: str,
    order: str,
    screener: str = "",
) -> list[dict[str, str]]:
    """record_id and the fields of a record for each work that waits at the stage.

    The first record of a work speaks for it, with the first abstract that any of its records has.
    order: one of ORDERS; random is the same each time, and has to do with nothing but the ids.
    screener: somebody whose decided works are left out. Raises ReviewError for an unknown stage or
    order.
    """
    for what, given, allowed in (("stage", stage, protocol["stages"]), ("order", order, ORDERS)):
        if given not in allowed:
            raise ReviewError(f"{what} is {given!r}; allowed: {', '.join(allowed)}")
    said = verdicts.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    known = records.set_index("record_id", drop=False)[list(FIELDS)].to_dict("index")
    found = []
    for work, ids in works.groupby("work_id", sort=False)["record_id"]:
        about = said.get(work, ())
        decided = any(line["screener"] == screener and line["stage"] == stage for line in about)
        if verdicts.place(about, protocol).stage == stage and not decided:
            abstracts = (known[one]["abstract"] for one in ids)
            found.append(known[work] | {"abstract": next(filter(None, abstracts), "")})
    if order == "ranked":
        found.sort(key=lambda record: ranks[record["record_id"]])
    elif order == "random":
        found.sort(key=lambda record: files.digest(record["record_id"]))
    return found
