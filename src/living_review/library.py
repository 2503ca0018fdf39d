"""All records that came so far, under the ids that they keep, from the files of their stages."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from living_review import dedup
from living_review.names import Name, Plan
from living_review.records import RECORD_COLUMNS
from living_review.sources import Source

PLACE = ["source", "position"]  # where a record stood in its source
NO_RECORDS = pd.DataFrame(columns=list(RECORD_COLUMNS), dtype="str")


def members(comparison: Name, fields: Sequence[str] | None = None) -> pd.DataFrame:
    """What a source added: each new record, and each new version of one: PLACE, and what comparing
    needs; or only some fields of that."""
    return pd.read_parquet(comparison.paths[0], columns=fields)


def all_members(plan: Plan, fields: Sequence[str]) -> pd.DataFrame:
    """A row for each version of a record of the library, in the order in which they came."""
    none = dedup.prepare(NO_RECORDS).assign(**NO_RECORDS[PLACE])[list(fields)]
    added = [members(comparison, fields) for comparison in plan.of("pairs")]
    return pd.concat([none, *added], ignore_index=True)


def all_pairs(plan: Plan) -> pd.DataFrame:
    """Every pair of records that is not apart."""
    none = dedup.compare(dedup.prepare(NO_RECORDS), dedup.prepare(NO_RECORDS))
    found = [pd.read_parquet(comparison.path) for comparison in plan.of("pairs")]
    return pd.concat([none, *found], ignore_index=True)


def records(plan: Plan, fields: Iterable[str] = RECORD_COLUMNS) -> pd.DataFrame:
    """Each record of the library as its first source gave it, under the id that it keeps.

    fields: what is wanted beside record_id and PLACE, if not all; abstracts are most of a library.
    """
    columns = [*PLACE, *(field for field in fields if field not in ("record_id", *PLACE))]
    given = [pd.read_parquet(parsed.path, columns=columns) for parsed in plan.of("records")]
    as_given = pd.concat([NO_RECORDS[columns], *given], ignore_index=True)
    kept = all_members(plan, ["record_id", *PLACE]).drop_duplicates("record_id")
    return kept.merge(as_given, on=PLACE, validate="1:1")


def records_to_read(plan: Plan, fields: Iterable[str] = ("title", "abstract")) -> pd.DataFrame:
    """Each record, with the first abstract that any source gave under its id.

    fields: as in `records`, the abstract among them. A search strips abstracts unless the protocol
    keeps them; an import may bring them later.
    """
    known = records(plan, fields)
    columns = ["record_id", "abstract"]
    given = [pd.read_parquet(parsed.path, columns=columns) for parsed in plan.of("records")]
    of_all = pd.concat([NO_RECORDS[columns], *given], ignore_index=True)
    of_all = of_all[of_all["abstract"] != ""].drop_duplicates("record_id")
    found = known["record_id"].map(of_all.set_index("record_id")["abstract"]).fillna("")
    return known.assign(abstract=known["abstract"].where(known["abstract"] != "", found))


def works(plan: Plan) -> pd.DataFrame:
    """record_id and work_id, a row a record in the order in which they came."""
    return pd.read_parquet(plan.of("works")[0].path)[["record_id", "work_id"]]


def accounts(plan: Plan, registered: Iterable[Source]) -> list[dict[str, Any]]:
    """What became of each source: entries found = records read + quarantined; of those read, how
    many are new to the library."""
    described = {source.id: source for source in registered}
    accounts = []
    known: set[str] = set()
    for parsed, comparison in zip(plan.of("records"), plan.of("pairs"), strict=True):
        source = described[parsed.label]
        read = len(pd.read_parquet(parsed.path, columns=["record_id"]))
        quarantined = len(pd.read_csv(parsed.paths[0]))
        new = set(members(comparison, ["record_id"])["record_id"]) - known
        known |= new
        accounts.append(
            {
                "id": source.id,
                "kind": source.kind,
                "source": source.source,
                "method": source.method,
                "platform": source.platform,
                "strategy": source.strategy,
                "date": source.searched_on or source.registered_at[:10],
                "searched_on": source.searched_on,
                "file": source.file,
                "note": source.note,
                "found": read + quarantined,
                "read": read,
                "quarantined": quarantined,
                "new": len(new),
            }
        )
    return accounts
