"""The advice on stopping: exact where works were read at random, and never too hopeful."""

import itertools
from math import comb

import numpy as np
import pytest

from living_review.screening import stopping


def chance(total, relevant, drawn, found):
    """Of `found` relevant works in a draw, by counting."""
    if found > relevant or drawn - found > total - relevant:
        return 0.0
    return comb(relevant, found) * comb(total - relevant, drawn - found) / comb(total, drawn)


@pytest.mark.parametrize(("total", "drawn"), [(12, 5), (20, 3), (20, 17), (30, 10)])
def test_the_interval_covers_the_truth(total, drawn):
    """Whatever the number of relevant works, at least 95 of 100 intervals hold what is left."""
    for relevant in range(total + 1):
        covered = 0.0
        for found in range(min(drawn, relevant) + 1):
            if chance(total, relevant, drawn, found):
                lower, upper = stopping.interval(drawn, found, total - drawn)
                if lower <= relevant - found <= upper:
                    covered += chance(total, relevant, drawn, found)
        assert covered >= 0.95 - 1e-12


def test_nothing_in_the_last_works_is_no_proof():
    """None in 100 of 1,100: up to 34 of the other 1,000 may be relevant (rule of three: 30)."""
    lower, upper = stopping.interval(100, 0, 1000)
    assert lower == 0
    tail = [chance(1100, k, 100, 0) for k in (upper, upper + 1)]
    assert tail[0] > 0.025 >= tail[1]
    assert 30 < upper < 40


def test_all_works_decided_leaves_none():
    """Nothing is left to be relevant."""
    assert stopping.interval(10, 3, 0) == (0, 0)
    assert stopping.p_recall_below(3, 10, 3, 0) == 0


@pytest.mark.parametrize("found", [0, 1, 19, 20, 38, 57])
def test_the_target_is_missed_by_one_work_too_many(found):
    """The hypothesis begins at the fewest relevant works that put recall below 95 %."""
    drawn, left, in_draw = 50, 200, 0
    fewest = next(k for k in itertools.count() if found < 0.95 * (found + k) - 1e-9)
    expected = chance(drawn + left, fewest + in_draw, drawn, 0)
    assert stopping.p_recall_below(found, drawn, in_draw, left) == pytest.approx(expected)


def test_a_false_alarm_is_rare():
    """Of reviews whose recall is below 95 %, at most 5 in 100 are told that p is below 0.05."""
    draw = np.random.default_rng(7)
    told = 0
    for _ in range(400):
        # 40 found, 3 left: recall 93 %. 60 of the 100 undecided works are drawn at random.
        relevant = int((draw.permutation(100)[:60] < 5).sum())
        still = 5 - relevant
        found = 40 + relevant
        if found / (found + still) < 0.95:
            told += stopping.p_recall_below(found, 60, relevant, 40) < 0.05
    assert told / 400 <= 0.05


def test_works_of_one_time_stay_together():
    """An import has one time for all its works, of which none is the last."""
    decided = [(f"2026-12-{day:02}", day % 7 == 0) for day in range(1, 31)]
    decided += [("2026-12-31", False)] * 60
    assert [row.last for row in stopping.outlook(decided, 500)] == [60, 90]
    assert [row.relevant_in_last for row in stopping.outlook(decided, 500)] == [0, 4]


def test_order_of_decisions_in_the_files_does_not_matter():
    """Only their times do."""
    decided = [(f"2026-12-{day:02}", day < 5) for day in range(1, 32)]
    decided = [(f"{day}T{hour:02}", label) for day, label in decided for hour in range(4)]
    forward, back = (stopping.outlook(order, 100) for order in (decided, decided[::-1]))
    assert forward == back
    assert [row.last for row in forward] == [50, 100, 124]
    assert forward[0].relevant_in_last == 0
    assert forward[-1].relevant_in_last == 16


def test_without_decisions_there_is_nothing_to_say():
    """No row, rather than a guess; and a number that does not exist is none."""
    assert stopping.outlook([], 100) == []
    (row,) = stopping.rows(stopping.outlook([("2026-12-01", False)], 3))
    assert row["recall"] is None
