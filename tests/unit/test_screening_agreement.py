"""Agreement of screeners: published worked examples, brute force, and what counts as judged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from screening_cases import PROTOCOL, line
from sklearn.metrics import cohen_kappa_score

from living_review.screening import agreement

YES, NO, MAYBE = "include", "exclude", "unsure"


def two_by_two(both, only_first, only_second, neither):
    return {(YES, YES): both, (YES, NO): only_first, (NO, YES): only_second, (NO, NO): neither}


@pytest.mark.parametrize(
    ("table", "percent", "kappa"),
    [
        # Feinstein & Cicchetti 1990: the same agreement, and a kappa that prevalence pulls down
        (two_by_two(40, 9, 6, 45), 0.85, 0.70),
        (two_by_two(80, 10, 5, 5), 0.85, 0.32),
        (two_by_two(45, 15, 25, 15), 0.60, 0.13),
        (two_by_two(25, 35, 5, 35), 0.60, 0.26),
    ],
)
def test_kappa_of_published_tables(table, percent, kappa):
    """Kappa as printed, to its two digits; PABAK depends on the agreement alone."""
    found = agreement.of_table(table)
    assert found.percent == pytest.approx(percent)
    assert found.kappa == pytest.approx(kappa, abs=0.005)
    assert found.pabak == pytest.approx(2 * percent - 1)


def test_kappa_and_interval_of_fleiss():
    """Fleiss 1981, table 13.1: 100 subjects, three categories; kappa 0.68, standard error 0.087."""
    counts = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
    names = (YES, NO, MAYBE)
    table = {(a, b): counts[i][j] for i, a in enumerate(names) for j, b in enumerate(names)}
    found = agreement.of_table(table)
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    error = (found.interval[1] - found.interval[0]) / 2 / 1.959964
    assert error == pytest.approx(0.087, abs=0.001)
    assert found.prevalence_index is None
    assert found.pabak == pytest.approx((3 * 0.89 - 1) / 2)


def test_indices_of_byrt():
    """Prevalence and bias index by their definitions (Byrt, Bishop & Carlin 1993)."""
    found = agreement.of_table(two_by_two(80, 10, 5, 5))
    assert found.prevalence_index == pytest.approx((80 - 5) / 100)
    assert found.bias_index == pytest.approx((10 - 5) / 100)
    # what they do to kappa, given the same agreement
    pi, bi = found.prevalence_index, found.bias_index
    assert found.kappa == pytest.approx((found.pabak - pi**2 + bi**2) / (1 - pi**2 + bi**2))


tables = st.dictionaries(
    st.tuples(st.sampled_from([YES, NO, MAYBE]), st.sampled_from([YES, NO, MAYBE])),
    st.integers(0, 40),
    min_size=2,
).filter(lambda table: sum(table.values()) >= 18)


@given(tables)
def test_kappa_is_that_of_scikit_learn(table):
    """For any table of two or three categories."""
    table = {pair: count for pair, count in table.items() if count}
    first = [one for (one, _), count in table.items() for _ in range(count)]
    second = [other for (_, other), count in table.items() for _ in range(count)]
    found = agreement.of_table(table)
    if found.kappa is None:
        assert len(set(first) | set(second)) == 1
    else:
        assert found.kappa == pytest.approx(cohen_kappa_score(first, second), abs=1e-9)
        if found.interval is None:
            assert (found.kappa, found.without) == (1, "they never disagreed")
            return
        assert -1 <= found.interval[0] <= found.kappa <= found.interval[1] <= 1


@given(tables)
def test_the_variance_is_that_of_the_delta_method(table):
    """By numerical derivatives of kappa in the shares of the multinomial."""
    table = {pair: count for pair, count in table.items() if count}
    names = sorted({one for pair in table for one in pair})
    if len(names) == 1:
        return
    counts = np.array([[table.get((a, b), 0) for b in names] for a in names], dtype=float)
    n = counts.sum()
    shares = (counts / n).ravel()

    def kappa(flat):
        p = flat.reshape(len(names), -1) / flat.sum()
        expected = p.sum(1) @ p.sum(0)
        return (np.trace(p) - expected) / (1 - expected)

    step = 1e-6
    steps = np.eye(len(shares)) * step
    slope = np.array([(kappa(shares + one) - kappa(shares - one)) / (2 * step) for one in steps])
    variance = ((shares * slope**2).sum() - (shares @ slope) ** 2) / n
    assert agreement._kappa(table, names, n)[1] == pytest.approx(max(variance, 0), abs=1e-7)


def test_too_few_works_are_refused_in_words():
    """Seven works say how often two people agreed, and nothing about kappa."""
    found = agreement.of_table(two_by_two(3, 1, 1, 2))
    assert (found.kappa, found.interval) == (None, None)
    assert found.without == "fewer than 8 works were judged by both"
    assert found.percent == pytest.approx(5 / 7)
    assert agreement.of_table(two_by_two(3, 1, 1, 3)).kappa is not None


def test_kappa_of_one_category_does_not_exist():
    """Two people who exclude everything agree, by chance as well."""
    found = agreement.of_table({(NO, NO): 50})
    assert (found.percent, found.kappa) == (1, None)
    assert found.without == "both said the same about every work"


def pairs(*lines, works=None):
    works = works or [(one["record_id"],) * 2 for one in lines]
    return agreement.of_pairs(works, lines, PROTOCOL)


def test_each_pair_and_stage_has_a_row():
    """Two of three people judged a title, two a full text."""
    rows = pairs(
        line("ann", YES, "pmid:1"),
        line("bob", NO, "pmid:1"),
        line("cat", YES, "pmid:2"),
        line("ann", YES, "pmid:2"),
        line("bob", YES, "pmid:2", stage="full_text"),
        line("cat", YES, "pmid:2", stage="full_text"),
        line("seed", YES, "pmid:1"),
    )
    assert [(row["stage"], row["first"], row["second"], row["table"]) for row in rows] == [
        ("title_abstract", "ann", "bob", [[YES, NO, 1]]),
        ("title_abstract", "ann", "cat", [[YES, YES, 1]]),
        ("full_text", "bob", "cat", [[YES, YES, 1]]),
    ]


def test_whoever_decides_a_conflict_is_not_compared():
    """A third person sees only what two disagreed about; that says nothing about agreement."""
    rows = pairs(
        line("ann", YES, time="2026-12-01T09:00:00Z"),
        line("bob", NO, time="2026-12-02T09:00:00Z"),
        line("cat", YES, time="2026-12-03T09:00:00Z"),
    )
    assert [(row["first"], row["second"]) for row in rows] == [("ann", "bob")]


def test_a_changed_mind_counts_as_it_was_first():
    """What was changed after talking it over is no independent judgement."""
    first = line("ann", NO, time="2026-12-01T09:00:00Z")
    rows = pairs(
        first,
        line("ann", YES, time="2026-12-05T09:00:00Z", supersedes=first["id"]),
        line("bob", YES, time="2026-12-02T09:00:00Z"),
    )
    assert rows[0]["table"] == [[NO, YES, 1]]


def test_records_of_one_work_are_one_work():
    """Two people who each judged another record of a publication judged the same."""
    works = [("pmid:1", "pmid:1"), ("doi:10.1/a", "pmid:1")]
    (row,) = pairs(line("ann", YES, "pmid:1"), line("bob", YES, "doi:10.1/a"), works=works)
    assert row["works"] == 1
