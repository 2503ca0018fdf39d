"""The tables that are made of the entries of a file."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat

import pandas as pd
import pyarrow as pa

from living_review.records import fields
from living_review.records.entries import Entry, Record, Refused

RECORD_COLUMNS = ("record_id", "source", "position", *Record._fields)
QUARANTINE_COLUMNS = ("source", "file", "line", "reason", "excerpt")
ENTRY_COLUMNS = (*RECORD_COLUMNS, "own_id", "line", "refused")
BLOCK = 2_000  # rows; their texts leave Python's memory together


def tabulate(entries: Iterable[Entry], source: str, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and quarantine, every column text, a row for each entry in its order.

    Columns: RECORD_COLUMNS and QUARANTINE_COLUMNS. position counts all entries, refused ones too.
    """
    refused: list[tuple[str, ...]] = []

    def accepted() -> Iterator[tuple[str, ...]]:
        for position, entry in enumerate(entries, start=1):
            if isinstance(entry, Refused):
                refused.append((source, file, _line(entry), entry.reason, entry.excerpt))
            else:
                yield (_id(entry), source, str(position), *entry)

    return _frame(accepted(), RECORD_COLUMNS), _frame(refused, QUARANTINE_COLUMNS)


def tabulate_all(entries: Iterable[Entry], own_ids: Iterable[str], source: str) -> pd.DataFrame:
    """A row for each entry in its order, refused ones with what is known of them.

    Columns: ENTRY_COLUMNS, text. own_ids: what a table calls each entry, in the same order; other
    formats have none. line and refused: where and why an entry is no record; "" in the row of a
    record. An entry without title has an id by PMID or DOI, else by a digest of its first letters.
    """

    def rows() -> Iterator[tuple[str, ...]]:
        called = zip(entries, chain(own_ids, repeat("")), strict=False)
        for position, (entry, own_id) in enumerate(called, start=1):
            if isinstance(entry, Refused):
                record, line, refused = entry.record or Record(), _line(entry), entry.reason
                described = record if record.title else record._replace(title=entry.excerpt)
            else:
                record = described = entry
                line = refused = ""
            known = (_id(described), source, str(position), *record)
            yield (*known, own_id, line, refused)

    return _frame(rows(), ENTRY_COLUMNS)


def _line(refused: Refused) -> str:
    return str(refused.line) if refused.line else ""


def _id(record: Record) -> str:
    return fields.record_id(
        record.pmid,
        record.doi,
        record.title,
        record.authors,
        record.year,
        record.journal,
        record.pages,
    )


def _frame(rows: Iterable[tuple[str, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    schema = pa.schema([(name, pa.large_string()) for name in columns])
    rows = iter(rows)
    blocks = []
    while block := list(islice(rows, BLOCK)):
        arrays = [pa.array(column, pa.large_string()) for column in zip(*block, strict=True)]
        blocks.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(blocks, schema=schema).to_pandas()
