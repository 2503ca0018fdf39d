"""The two tables that are made of the entries of a file."""

from collections.abc import Iterable, Iterator
from itertools import islice

import pandas as pd
import pyarrow as pa

from living_review.records import fields
from living_review.records.entries import Entry, Record, Refused

RECORD_COLUMNS = ("record_id", "source", "position", *Record._fields)
QUARANTINE_COLUMNS = ("source", "file", "line", "reason", "excerpt")
BLOCK = 2_000  # rows; their texts leave Python's memory together


def tabulate(entries: Iterable[Entry], source: str, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and quarantine, every column text, a row for each entry in its order.

    Columns: RECORD_COLUMNS and QUARANTINE_COLUMNS. position counts all entries, refused ones too.
    """
    refused: list[tuple[str, ...]] = []

    def accepted() -> Iterator[tuple[str, ...]]:
        for position, entry in enumerate(entries, start=1):
            if isinstance(entry, Refused):
                line = str(entry.line) if entry.line else ""
                refused.append((source, file, line, entry.reason, entry.excerpt))
            else:
                yield (_id(entry), source, str(position), *entry)

    return _frame(accepted(), RECORD_COLUMNS), _frame(refused, QUARANTINE_COLUMNS)


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
