"""Which records are compared at all: those that share a key."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from living_review.dedup.members import KEYS

# Bits of a key that the first sieve looks at.
SIEVE = 22


def candidates(newcomers: pd.DataFrame, library: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Pairs of rows that share a key, shape (n, 2), sorted, each once.

    The first of a pair is a row of `newcomers`. The second is a row of `library`, or of
    `newcomers` if it is len(library) or more, and then comes before the first.
    """
    new_keys, new_rows = inverted(newcomers[list(KEYS)].to_numpy())
    keys, rows = inverted(library[list(KEYS)].to_numpy(), only=new_keys)
    index = pd.DataFrame(
        {
            "key": np.concatenate([keys, new_keys]),
            "any": np.concatenate([rows, new_rows + len(library)]),
        }
    )
    pairs = pd.DataFrame({"key": new_keys, "new": new_rows}).merge(index, on="key")
    first, second = pairs["new"].to_numpy(), pairs["any"].to_numpy()
    before = second < first + len(library)
    packed = np.unique(first[before] << 32 | second[before])
    return np.column_stack([packed >> 32, packed & 0xFFFFFFFF])


def inverted(
    table: npt.NDArray[Any], only: npt.NDArray[Any] | None = None
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """(keys, rows) of every key in a table, shape (rows, KEYS), that is also one of `only`."""
    wanted = table > 0
    if only is not None:
        sieve = np.zeros(1 << SIEVE, dtype=bool)  # what it lets through, the join looks at
        sieve[only >> (32 - SIEVE)] = True
        wanted &= sieve[table >> (32 - SIEVE)]
    rows, columns = np.nonzero(wanted)
    return table[rows, columns], rows.astype(np.int64)
