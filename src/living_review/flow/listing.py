"""The flow together with what its lists show of the works in it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from living_review.flow import counts, methods
from living_review.flow.counts import Rows
from living_review.flow.equations import require_balance
from living_review.ledgers import Line

LISTED = 200  # works of a box that the page shows; all are in the results
SHOWN = ("title", "authors", "year", "journal")
# Works of the other boxes are listed by reason, by group, or in the boxes that these are a sum of.
WITH_LIST = ("duplicates", *(end for end in counts.ENDS if end not in ("ineligible", "included")))


def of_works(
    works: pd.DataFrame,
    records: pd.DataFrame,
    sources: Rows,
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
    extracted: Mapping[str, Rows],
    previous: Mapping[str, Any] | None,
    out: Collection[str] = (),
) -> dict[str, Any]:
    """As `count` gives it, with "records": {record id: SHOWN} of the first LISTED of each list.

    records: record_id, source and SHOWN. Raises ReviewError if the flow does not balance.
    """
    counted = counts.count(works, records, sources, lines, protocol, extracted, previous, out)
    require_balance(counted)
    wanted = {record_id for ids in lists(counted) for record_id in ids[:LISTED]}
    shown = records[records["record_id"].isin(wanted)].set_index("record_id")[list(SHOWN)]
    return {**counted, "records": shown.to_dict("index")}


def once(counted: Mapping[str, Any]) -> dict[str, Any]:
    """The flow with each record in one of its lists alone: as `lists` has them."""
    columns = {
        column: {box: of if box in WITH_LIST else {"n": of["n"]} for box, of in boxes.items()}
        for column, boxes in counted["columns"].items()
    }
    return {**counted, "columns": columns}


def lists(counted: Mapping[str, Any]) -> list[list[str]]:
    """The lists that together name every record once."""
    return [
        *(
            counted["columns"][column][box]["works"]
            for column in methods.COLUMNS
            for box in WITH_LIST
        ),
        *(reason["works"] for column in methods.COLUMNS for reason in counted["reasons"][column]),
        *(counted["included"][group]["works"] for group in counts.GROUPS),
    ]
