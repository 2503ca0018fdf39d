"""Pairs of records that are, may be or have to do with one work."""

import numpy as np
import pandas as pd

from living_review.dedup.blocking import candidates
from living_review.dedup.evidence import weigh
from living_review.dedup.members import FIELDS, Member
from living_review.dedup.rules import APART, judge, score, why

COLUMNS = ("record_id_1", "record_id_2", "verdict", "link", "rule", "score", "why")
TYPES = dict.fromkeys(COLUMNS, "str") | {"score": "float64"}


def compare(newcomers: pd.DataFrame, library: pd.DataFrame) -> pd.DataFrame:
    """Every pair of a newcomer with a member of library + newcomers that is not apart.

    newcomers, library: tables of members, of a record one for each version of it. A newcomer that
    the library has is passed over, so that a batch may come again. Returns COLUMNS, sorted;
    record_id_1 < record_id_2; verdict same, ask or related; link copy, version or companion; score
    0 to 1; a row for each verdict that versions of the two lead to. The verdict on two members
    depends on these alone: the union over any batches is the result of one batch of all.
    """
    newcomers = unknown(newcomers, library)
    found = candidates(newcomers, library)
    of_library = dict(read(library, found[:, 1], below=len(library)))
    of_newcomers = dict(read(newcomers, np.arange(len(newcomers)), below=len(newcomers)))
    rows = []
    for new, other in found.tolist():
        a = of_newcomers[new]
        b = of_library[other] if other < len(library) else of_newcomers[other - len(library)]
        row = verdict(*sorted((a, b))) if a.record_id != b.record_id else None
        if row:
            rows.append(row)
    pairs = pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)
    return pairs.drop_duplicates().sort_values(list(COLUMNS), ignore_index=True)


def unknown(newcomers: pd.DataFrame, library: pd.DataFrame) -> pd.DataFrame:
    """The newcomers that say what no member of the library says under their id, each once."""
    fields = list(FIELDS)
    newcomers = newcomers.drop_duplicates(fields)
    of_known = library.loc[library["record_id"].isin(newcomers["record_id"]), fields]
    known = pd.MultiIndex.from_frame(of_known)
    return newcomers[~pd.MultiIndex.from_frame(newcomers[fields]).isin(known)].reset_index(
        drop=True
    )


def read(members: pd.DataFrame, rows: np.ndarray, below: int) -> list[tuple[int, Member]]:
    wanted = np.unique(rows[rows < below])
    table = members[list(FIELDS)].iloc[wanted]
    fields = (table[field].tolist() for field in FIELDS)
    return list(zip(wanted.tolist(), map(Member, *fields), strict=True))


def verdict(a: Member, b: Member) -> tuple[str, str, str, str, str, float, str] | None:
    e = weigh(a, b)
    rule = judge(e)
    if rule.verdict == APART:
        return None
    return a.record_id, b.record_id, rule.verdict, rule.link, rule.name, score(e), why(e)
