"""The questions that deduplication puts to people, with all that they need for an answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from living_review import tables

SHOWN = ("record_id", "title", "authors", "year", "journal", "volume", "pages", "doi")
ABOUT = ("rank", "rule", "why", "score", "link")
COLUMNS = (*ABOUT, *(f"{field}_{number}" for number in (1, 2) for field in SHOWN))

Row = dict[str, Any]


def waiting(
    asked: pd.DataFrame, conflicts: pd.DataFrame, alarms: pd.DataFrame, records: pd.DataFrame
) -> dict[str, list[Row]]:
    """{"ask", "conflicts", "alarms"}: rows as dedup has them, with what the records say.

    asked: pairs as dedup.queue ranks them. records: the table of all records. A row of ask or
    conflicts has `records`, two of them with the fields SHOWN; a conflict may name a record that
    is not known, of which only the id is shown. An alarm has the title of its work.
    """
    named = pd.concat(
        [table[["record_id_1", "record_id_2"]].stack() for table in (asked, conflicts)]
    )
    wanted = set(named) | set(alarms["work_id"])
    found = records.loc[records["record_id"].isin(wanted), list(SHOWN)]
    said = {one["record_id"]: one for one in found.to_dict("records")}

    def side_by_side(row: Row) -> Row:
        ids = (row["record_id_1"], row["record_id_2"])
        unknown = dict.fromkeys(SHOWN, "")
        return row | {"records": [said.get(one, unknown | {"record_id": one}) for one in ids]}

    ranked = enumerate(asked.to_dict("records"), start=1)
    return {
        "ask": [side_by_side({"rank": rank, **row}) for rank, row in ranked],
        "conflicts": [side_by_side(row) for row in conflicts.to_dict("records")],
        "alarms": [
            row | {"title": said[row["work_id"]]["title"]} for row in alarms.to_dict("records")
        ],
    }


def rows(asked: Iterable[Mapping[str, Any]]) -> list[Row]:
    """A row of COLUMNS for each pair to ask about, for a spreadsheet: no cell is a formula."""
    return [
        {column: pair[column] for column in ABOUT}
        | {
            f"{field}_{number}": tables.harmless(record[field])
            for number, record in enumerate(pair["records"], start=1)
            for field in SHOWN
        }
        for pair in asked
    ]
