"""How many of the works that nobody has decided yet would be relevant, judged by the last decided.

An advice and never a decision: the table says what stopping now would risk. Callaghan &
Müller-Hansen 2020 (Syst Rev 9:273) take works as they are read for a random sample of those that
were undecided before. That is exact when they were read in random order. Read from the top of a
ranking that is better than chance, the last ones are the likeliest that were left, so that the
bounds are too high rather than too low. Read in another order, such as by year, they promise
nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import hypergeom

LEVEL = 0.95  # of intervals, and the recall that a review must not fall below
LAST = (50, 100, 200, 400, 800, 1600)  # works that a row of the table looks back over

Decided = tuple[str, bool]  # when a work was decided, and whether it was relevant


class Outlook(NamedTuple):
    """What the last decided works say about the undecided ones."""

    last: int  # works looked back over
    relevant_in_last: int
    undecided: int
    expected: float  # relevant ones among the undecided
    lower: int  # exact 95 % interval of that number
    upper: int
    recall: float  # found so far, as a share of all if `upper` is true; nan if nothing was found
    p_below_target: float  # of this little in the last works, were recall below 95 %


def outlook(decided: Sequence[Decided], undecided: int) -> list[Outlook]:
    """A row for each number of last works, the shortest look back first.

    decided: in any order. Works decided at one time, as an import writes them, can't be put in
    order: a look back takes all of them or none, and so may be longer than the number in LAST.
    """
    in_order = sorted(decided)
    found = sum(relevant for _, relevant in in_order)
    rows = []
    for start in _starts([time for time, _ in in_order]):
        window = [relevant for _, relevant in in_order[start:]]
        rows.append(_row(len(window), sum(window), undecided, found))
    return rows


def _starts(times: Sequence[str]) -> list[int]:
    """Where each look back begins, at a work that was decided later than the one before it."""
    starts = []
    for last in LAST:
        start = len(times) - last
        while 0 < start < len(times) and times[start] == times[start - 1]:
            start -= 1
        if start >= 0 and start not in starts and len(times):
            starts.append(start)
    if len(times) and 0 not in starts and len(times) < LAST[-1]:
        starts.append(0)
    return starts


def _row(last: int, relevant: int, undecided: int, found: int) -> Outlook:
    lower, upper = interval(last, relevant, undecided)
    return Outlook(
        last,
        relevant,
        undecided,
        relevant / last * undecided,
        lower,
        upper,
        found / (found + upper) if found else float("nan"),
        p_recall_below(found, last, relevant, undecided),
    )


def interval(drawn: int, relevant: int, left: int, level: float = LEVEL) -> tuple[int, int]:
    """Exact interval of the relevant works among those left, after a random draw from all.

    drawn: works drawn without putting back, `relevant` of them relevant; left: works not drawn.
    Both ends invert the hypergeometric distribution at (1 - level) / 2.
    """
    tail = (1 - level) / 2
    total = drawn + left
    possible = np.arange(relevant, relevant + left + 1)
    at_most = hypergeom.cdf(relevant, total, possible, drawn)
    at_least = hypergeom.sf(relevant - 1, total, possible, drawn)
    plausible = possible[(at_most > tail) & (at_least > tail)]
    return int(plausible[0]) - relevant, int(plausible[-1]) - relevant


def p_recall_below(
    found: int, drawn: int, relevant: int, left: int, target: float = LEVEL
) -> float:
    """How likely a draw is to hold this few relevant works if the recall so far were below target.

    found: relevant works so far, those of the draw among them. A small value speaks for stopping.
    Source: Callaghan & Müller-Hansen 2020, its hypergeometric test.
    """
    before = found - relevant
    fewest = int(np.floor(found / target + 1e-9)) - before + 1
    if fewest > left + relevant:
        return 0.0  # so many are not left
    return float(hypergeom.cdf(relevant, drawn + left, fewest, drawn))


def rows(outlooks: Sequence[Outlook]) -> list[dict[str, Any]]:
    """JSON-able, with None where there is no number."""
    return [
        {name: None if value != value else value for name, value in one._asdict().items()}
        for one in outlooks
    ]
