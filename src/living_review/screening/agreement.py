"""How far people who judged the same works on their own agreed, by stage and pair."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

from living_review.ledgers import SEED, Line

LEVEL = 0.95
# With fewer works than 2 k^2, for k categories, the normal interval of kappa is not to be trusted.
# Source: Cicchetti & Fleiss 1977.
WORKS_PER_CELL = 2

Table = Mapping[tuple[str, str], int]  # (said by the first, said by the second): works
Judged = Mapping[str, str]  # what each screener said about a work


class Kappa(NamedTuple):
    """Agreement of two people; a measure that can't be had is None, and `without` says why."""

    works: int  # that both judged
    agreed: int
    percent: float | None  # agreement, 0 to 1
    kappa: float | None  # Cohen's
    interval: tuple[float, float] | None  # 95 %, by the large-sample variance
    pabak: float | None
    prevalence_index: float | None
    bias_index: float | None
    without: str


def of_table(table: Table) -> Kappa:
    """Cohen's kappa and what it has to be read with, from counts of works.

    Categories are the decisions that occur. The variance is the large-sample one of Fleiss, Cohen &
    Everitt 1969, which does not assume that kappa is 0. Kappa depends on how rare inclusion is and
    on how differently the two include; PABAK is what it would be without either: (k p - 1)/(k - 1)
    for k categories, with k = 2 at least. The prevalence index (difference of the works both
    include and both exclude, as a share of all) and the bias index (difference of the two kinds of
    disagreement) are of two categories: None where somebody was unsure. Source: Byrt, Bishop &
    Carlin 1993.
    """
    n = sum(table.values())
    agreed = sum(count for (one, other), count in table.items() if one == other)
    if not n:
        return Kappa(0, 0, None, None, None, None, None, None, "no work was judged by both")
    categories = sorted({category for pair in table for category in pair})
    k = max(len(categories), 2)
    percent = agreed / n
    pabak = (k * percent - 1) / (k - 1)
    prevalence = bias = None
    if set(categories) <= {"include", "exclude"}:
        both_in, both_out = (table.get((one, one), 0) for one in ("include", "exclude"))
        prevalence = (both_in - both_out) / n
        bias = (table.get(("include", "exclude"), 0) - table.get(("exclude", "include"), 0)) / n
    fewest = WORKS_PER_CELL * k * k
    described = (n, agreed, percent, None, None, pabak, prevalence, bias)
    if n < fewest:
        return Kappa(*described, f"fewer than {fewest} works were judged by both")
    if len(categories) == 1:
        return Kappa(*described, "both said the same about every work")
    kappa, variance = _kappa(table, categories, n)
    if agreed == n:  # the variance is 0, which nobody would believe
        return Kappa(n, n, 1.0, 1.0, None, pabak, prevalence, bias, "they never disagreed")
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * sqrt(variance)
    interval = (max(-1.0, kappa - half), min(1.0, kappa + half))
    return Kappa(n, agreed, percent, kappa, interval, pabak, prevalence, bias, "")


def _kappa(table: Table, categories: Sequence[str], n: int) -> tuple[float, float]:
    """Kappa and its large-sample variance; at least two categories, so that both exist."""
    share = {pair: count / n for pair, count in table.items()}
    row = {one: sum(share.get((one, other), 0) for other in categories) for one in categories}
    column = {one: sum(share.get((other, one), 0) for other in categories) for one in categories}
    observed = sum(share.get((one, one), 0) for one in categories)
    expected = sum(row[one] * column[one] for one in categories)
    same = sum(
        share.get((one, one), 0) * ((1 - expected) - (row[one] + column[one]) * (1 - observed)) ** 2
        for one in categories
    )
    apart = (1 - observed) ** 2 * sum(
        value * (column[one] + row[other]) ** 2
        for (one, other), value in share.items()
        if one != other
    )
    excess = (observed * expected - 2 * expected + observed) ** 2
    variance = (same + apart - excess) / (n * (1 - expected) ** 4)
    return (observed - expected) / (1 - expected), max(0.0, variance)


def of_pairs(
    works: Iterable[tuple[str, str]], lines: Iterable[Line], protocol: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """A row for each stage and pair of people who both judged a work there, JSON-able.

    works: (record_id, work_id) of every record. lines: all of the screening ledgers, superseded
    ones too. protocol: the section on screening. A row: stage, first, second, table ([first's
    decision, second's, works]) and the fields of Kappa. See `independent` for what counts.
    """
    work_of = dict(works)
    lines = list(lines)
    rows = []
    for stage in protocol["stages"]:
        required = protocol["screeners_required"][stage]
        judged = list(independent(work_of, lines, stage, max(2, required)))
        screeners = sorted({screener for said in judged for screener in said})
        for first, second in combinations(screeners, 2):
            table: dict[tuple[str, str], int] = defaultdict(int)
            for said in judged:
                if first in said and second in said:
                    table[said[first], said[second]] += 1
            if table:
                counts = [[*pair, table[pair]] for pair in sorted(table)]
                named = {"stage": stage, "first": first, "second": second, "table": counts}
                rows.append(named | of_table(table)._asdict())
    return rows


def independent(
    work_of: Mapping[str, str], lines: Iterable[Line], stage: str, required: int
) -> Iterator[Judged]:
    """What people said about each work at a stage before they could know of a disagreement.

    Of each person the first decision, since one that was changed later may have been talked over;
    none if the first ones are several at one time and differ. Of more people than the protocol
    requires only the first: whoever came later was asked to decide a conflict.
    """
    of_work: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        counts = line["decision"] in ("include", "exclude", "unsure")
        if line["stage"] == stage and line["screener"] != SEED and counts:
            work = work_of.get(line["record_id"])
            if work is not None:
                of_work[work][line["screener"]].append((line["time"], line["decision"]))
    for said in of_work.values():
        first = {who: min(time for time, _ in given) for who, given in said.items()}
        times = sorted(first.values())
        last = times[min(required, len(times)) - 1]
        judged = {}
        for who, given in said.items():
            decisions = {decision for time, decision in given if time == first[who]}
            if first[who] <= last and len(decisions) == 1:
                judged[who] = next(iter(decisions))
        yield judged
