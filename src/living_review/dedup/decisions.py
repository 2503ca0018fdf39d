"""What people decided about pairs of records."""

from typing import NamedTuple

import pandas as pd

SAME, DIFFERENT = "same", "different"
CONFLICTS = ("kind", "record_id_1", "record_id_2", "decisions", "why")
NO_DECISIONS = pd.DataFrame(
    columns=["id", "screener", "record_id_1", "record_id_2", "decision"], dtype="str"
)

Pair = tuple[str, str]


class Decided(NamedTuple):
    """Decisions that stand; the keys are pairs, the smaller id first, the values ids of lines."""

    must: dict[Pair, str]  # one work
    cannot: dict[Pair, str]  # two works
    conflicts: pd.DataFrame  # CONFLICTS, str: lines that decide nothing until a person resolves


def decided(decisions: pd.DataFrame, record_ids: pd.Series) -> Decided:
    """Who is decided to be one work with whom.

    decisions: the lines that stand, each with id, screener, record_id_1, record_id_2 and decision
    (same or different); other columns are for people. Opposite lines on one pair count as undecided
    and are a conflict. The order of lines has no influence.
    """
    named = set(decisions["record_id_1"]) | set(decisions["record_id_2"])
    known = set(record_ids[record_ids.isin(named)]) if named else named
    lines: dict[Pair, dict[str, str]] = {}
    columns = ("screener", "id", "record_id_1", "record_id_2", "decision")
    for who, line, one, other, decision in zip(*(decisions[c] for c in columns), strict=True):
        pair = (min(one, other), max(one, other))
        lines.setdefault(pair, {})[f"{who}:{line}"] = decision
    must: dict[Pair, str] = {}
    cannot: dict[Pair, str] = {}
    conflicts: list[tuple[str, ...]] = []
    for pair, of_pair in sorted(lines.items()):
        ids = " ".join(sorted(of_pair))
        answers = set(of_pair.values())
        if unknown := [record_id for record_id in pair if record_id not in known]:
            conflicts.append(("unknown record", *pair, ids, f"no record {', '.join(unknown)}"))
        elif pair[0] == pair[1]:
            conflicts.append(("one record", *pair, ids, "a pair has two records"))
        elif len(answers) > 1:
            conflicts.append(("opposite decisions", *pair, ids, "counted as undecided"))
        elif answers == {SAME}:
            must[pair] = ids
        else:
            cannot[pair] = ids
    return Decided(must, cannot, conflict_table(conflicts))


def conflict_table(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(sorted(rows), columns=list(CONFLICTS), dtype="str")
