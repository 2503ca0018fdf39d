"""Works: records that pairs and people's decisions hold together."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from living_review.dedup.decisions import CONFLICTS, Pair, decided
from living_review.dedup.rules import ASK, COPY, RELATED, SAME

Rows = npt.NDArray[np.int64]

WORKS = ("record_id", "work_id", "link", "rule", "score")
RELATED_WORKS = ("work_id_1", "work_id_2", "link", "rule", "why")
ALARMS = ("work_id", "records", "dois", "why")
BY_DECISION = "decided by people"
# More than these in one work: two works may have run together.
MANY_RECORDS = 20
MANY_DOIS = 3


class Works(NamedTuple):
    works: pd.DataFrame  # WORKS, a row a record, in order; link, rule "" and score NaN if first
    conflicts: pd.DataFrame  # CONFLICTS: decisions that can't all stand
    alarms: pd.DataFrame  # ALARMS: works of very many records or DOIs


def works(members: pd.DataFrame, pairs: pd.DataFrame, decisions: pd.DataFrame) -> Works:
    """The works of all members.

    members: record_id and doi of each version of a record, in the order in which they came. pairs:
    as `compare` gives them, of all batches. decisions: as `decided` reads them. A work is a
    component of `same` pairs and decisions, and is called by its first record; two records decided
    to be different are never in one. Where decisions cut a component, the strongest links are tied
    first. Nothing depends on the order of pairs or decisions; the order of members only chooses
    names.
    """
    ids = members["record_id"].drop_duplicates().reset_index(drop=True)
    must, parted, conflicts = decided(decisions, ids)
    cannot = positions(parted, ids)
    links = undisputed(pairs, must, cannot, ids)
    first = components(len(ids), links)
    cut = {first[a] for a, b in cannot if first[a] == first[b]}
    if cut:
        inside = np.isin(first[links["a"]], sorted(cut))
        tied, refused = tie(links[inside], cannot)
        conflicts = pd.concat([conflicts, circles(refused)], ignore_index=True)
        links = pd.concat([links[~inside], tied], ignore_index=True)
        first = components(len(ids), links)
    table = named(ids, links, first)
    return Works(table, conflicts, alarms(members, ids, first))


def undisputed(
    pairs: pd.DataFrame, must: dict[Pair, str], cannot: list[tuple[int, int]], ids: pd.Series
) -> pd.DataFrame:
    """Links of records that no decision on the pair cuts.

    Columns a, b (rows of ids), record_id_1, record_id_2, link, rule, score, lines (of decisions).
    """
    columns = ["record_id_1", "record_id_2", "link", "rule", "score"]
    said = pd.DataFrame(
        [(*pair, COPY, BY_DECISION, 1.0, lines) for pair, lines in must.items()],
        columns=[*columns, "lines"],
    )
    same = pairs.loc[pairs["verdict"] == SAME, columns].sort_values(
        ["score", "rule"], ascending=[False, True]
    )
    links = pd.concat([said, same.assign(lines="")], ignore_index=True)
    ends = pd.concat([links["record_id_1"], links["record_id_2"]], ignore_index=True)
    rows = rows_of(ends, ids)
    if (rows < 0).any():
        raise ValueError(f"a pair names no member: {ends[rows < 0].iloc[0]!r}")
    links["a"], links["b"] = rows.reshape(2, -1)
    pair = links["a"] * len(ids) + links["b"]
    parted = [a * len(ids) + b for a, b in cannot]
    return links[~(pair.isin(parted) | pair.duplicated())].reset_index(drop=True)


def components(size: int, links: pd.DataFrame) -> Rows:
    """The first row of the component of each row, shape (size,)."""
    first = np.arange(size)
    a, b = links["a"].to_numpy(), links["b"].to_numpy()
    while (first[a] != first[b]).any():
        lower = np.minimum(first[a], first[b])
        for ends in (a, b):
            np.minimum.at(first, first[ends], lower)
        while (first[first] != first).any():
            first = first[first]
    return first


def positions(pairs: Iterable[Pair], ids: pd.Series) -> list[tuple[int, int]]:
    both = pd.DataFrame(list(pairs), columns=["one", "other"], dtype="str")
    return list(zip(*(rows_of(both[end], ids).tolist() for end in both), strict=True))


def rows_of(record_ids: pd.Series, ids: pd.Series) -> Rows:
    """The row of each record id in ids, -1 if it is not there."""
    texts = (pa.array(table, type=pa.large_string()) for table in (record_ids, ids))
    found = pc.index_in(*texts)
    return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def tie(links: pd.DataFrame, cannot: list[tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Links that stand, if the strongest are tied first and none joins what can't be joined.

    Decisions are the strongest. Returns also the decided links that don't stand, since decisions
    contradict each other in a circle.
    """
    links = links.assign(decision=links["lines"] != "").sort_values(
        ["decision", "score", "record_id_1", "record_id_2"], ascending=[False, False, True, True]
    )
    group: dict[int, set[int]] = {}
    enemies: dict[int, set[int]] = {}
    for a, b in cannot:
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    stand = []
    for a, b in zip(links["a"].tolist(), links["b"].tolist(), strict=True):
        one, other = group.setdefault(a, {a}), group.setdefault(b, {b})
        stand.append(all(enemies.get(row, set()).isdisjoint(other) for row in one))
        if stand[-1] and one is not other:
            one |= other
            group.update(dict.fromkeys(other, one))
    keep = np.array(stand, dtype=bool)
    return links[keep], links[~keep & links["decision"]]


def circles(refused: pd.DataFrame) -> pd.DataFrame:
    table = refused[["record_id_1", "record_id_2"]].assign(
        kind="decisions in a circle",
        decisions=refused["lines"],
        why="decided to be one work, but other decisions keep the two apart",
    )
    return table[list(CONFLICTS)].astype("str")


def named(ids: pd.Series, links: pd.DataFrame, first: Rows) -> pd.DataFrame:
    """The table WORKS; a record's link is its strongest, to an earlier record if there is one."""
    a, b = links["a"].to_numpy(), links["b"].to_numpy()
    row = np.concatenate([np.maximum(a, b), np.minimum(a, b)])
    other = np.concatenate([np.minimum(a, b), np.maximum(a, b)])
    later = np.arange(len(row)) < len(links)
    score = np.tile(links["score"].to_numpy() + (links["lines"] != "").to_numpy(), 2)
    strongest_last = np.lexsort([-other, score, later])
    best = np.full(len(ids), -1)
    best[row[strongest_last]] = strongest_last % max(1, len(links))
    best[first == np.arange(len(ids))] = -1
    link = links[["link", "rule", "score"]].reindex(best).reset_index(drop=True)
    table = {
        "record_id": ids,
        "work_id": ids.take(first).reset_index(drop=True),
        "link": link["link"].fillna(""),
        "rule": link["rule"].fillna(""),
        "score": link["score"],
    }
    types = dict.fromkeys(WORKS, "str") | {"score": "float64"}
    return pd.DataFrame(table, columns=list(WORKS)).astype(types)


def alarms(members: pd.DataFrame, ids: pd.Series, first: Rows) -> pd.DataFrame:
    of_member = first[rows_of(members["record_id"], ids)]
    several = np.bincount(of_member, minlength=len(ids))[of_member] > MANY_DOIS
    table = members.loc[several, ["record_id", "doi"]].assign(first=of_member[several])
    of_work = table.assign(doi=table["doi"].mask(table["doi"] == "")).groupby("first")
    sizes = of_work.agg(records=("record_id", "nunique"), dois=("doi", "nunique")).reset_index()
    sizes = sizes[(sizes["records"] > MANY_RECORDS) | (sizes["dois"] > MANY_DOIS)]
    sizes["work_id"] = ids.take(sizes["first"]).to_numpy()
    sizes["why"] = f"more than {MANY_RECORDS} records or {MANY_DOIS} DOIs in a work"
    return sizes[list(ALARMS)].reset_index(drop=True)


def queue(pairs: pd.DataFrame, made: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Pairs for people to look at, the likeliest first, one for each two works.

    pairs: as `compare` gives them; made: the table of works. Left out are pairs of works that a
    decision keeps apart, and pairs that are one work by other links.
    """
    cannot = decided(decisions, made["record_id"]).cannot
    of_record = made.set_index("record_id")["work_id"]
    asked = pairs[pairs["verdict"] == ASK].sort_values(
        ["score", "record_id_1", "record_id_2"], ascending=[False, True, True]
    )
    seen = {frozenset((of_record[a], of_record[b])) for a, b in cannot}
    rows = []
    for row, pair in enumerate(zip(asked["record_id_1"], asked["record_id_2"], strict=True)):
        between = frozenset(of_record[record_id] for record_id in pair)
        if len(between) == 2 and between not in seen:
            seen.add(between)
            rows.append(row)
    return asked.iloc[rows].reset_index(drop=True)


def related(pairs: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Works that have to do with each other, one row for each two: RELATED_WORKS, sorted.

    pairs: as `compare` gives them; made: the table of works. A preprint and its article, an
    abstract, an erratum: publications of their own that may report on one study. Of several such
    pairs between two works the likeliest is told.
    """
    of_record = made.set_index("record_id")["work_id"]
    found = pairs[pairs["verdict"] == RELATED]
    works = pd.DataFrame(
        {name: found[f"record_id_{name[-1]}"].map(of_record) for name in RELATED_WORKS[:2]}
    )
    turned = works["work_id_1"] > works["work_id_2"]
    works[turned] = works.loc[turned, ["work_id_2", "work_id_1"]].to_numpy()
    told = works.join(found[["link", "rule", "score", "why"]])
    told = told[told["work_id_1"] != told["work_id_2"]]
    told = told.sort_values(["score", "rule", "why"], ascending=[False, True, True])
    told = told.drop_duplicates(["work_id_1", "work_id_2"])[list(RELATED_WORKS)]
    return told.sort_values(["work_id_1", "work_id_2"], ignore_index=True)
