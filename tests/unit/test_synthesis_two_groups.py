"""Effects of two groups by Mantel-Haenszel, Peto and from the counts are those of metafor."""

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from living_review.errors import EstimationError
from living_review.synthesis.mantel_haenszel import (
    cochran_mantel_haenszel,
    mantel_haenszel,
    peto,
)
from living_review.synthesis.random_effects import fit
from living_review.synthesis.two_group_glmm import fit_odds_ratio
from living_review.synthesis.two_group_likelihood import TwoGroupLikelihood
from living_review.synthesis.two_groups import two_group_effects

# Invented, with empty cells; values by metafor 3.8-1
ZERO_CELLS = {
    "ai": [0, 0, 2, 1, 5, 0],
    "n1i": [12, 8, 20, 15, 30, 25],
    "ci": [0, 3, 4, 0, 9, 0],
    "n2i": [11, 9, 22, 14, 28, 24],
}


def fields(found, expected):
    return [
        ("estimate", found.estimate, expected["est"]),
        ("se", found.se, expected["se"]),
        ("stat", found.stat, expected["stat"]),
        ("pval", found.pval, expected["pval"]),
        ("ci", found.ci, [expected["ci_lb"], expected["ci_ub"]]),
        ("qe", found.qe, expected["QE"]),
        ("qep", found.qep, expected["QEp"]),
        ("i2", found.i2, expected["I2"]),
    ]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_mantel_haenszel_is_metafors(shared_data, dataset, measure):
    """Estimate, test, interval, Q of the studies that have an effect."""
    known = reference.read(shared_data, dataset)
    found = mantel_haenszel(measure, **known["input"])
    reference.agree(fields(found, known["mantel_haenszel"][measure]), abs=1e-12)


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_peto_is_metafors(shared_data, dataset):
    """The one-step estimate without any added half."""
    known = reference.read(shared_data, dataset)
    reference.agree(fields(peto(**known["input"]), known["peto"]), abs=1e-12)


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_cochran_mantel_haenszel_is_rs(shared_data, dataset):
    """With and without continuity correction."""
    known = reference.read(shared_data, dataset)
    for correct, name in ((True, "OR"), (False, "OR_CMH_nocorrect")):
        expected = known["mantel_haenszel"][name]
        found = cochran_mantel_haenszel(**known["input"], correct=correct)
        reference.agree([("CMH", found, [expected["CMH"], expected["CMH_p"]])], abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "estimate", "se", "qe"),
    [
        ("OR", -0.855479988519819, 0.475689488964933, 2.11412155989247),
        ("RR", -0.703658912623187, 0.399702811594115, 1.83924341634158),
        ("RD", -0.0740087116451198, 0.0405088532079004, 4.65356081203703),
    ],
)
def test_empty_cells_stay_empty(measure, estimate, se, qe):
    """Nothing is added to the cells of the estimate; studies without events count for RD only."""
    found = mantel_haenszel(measure, **ZERO_CELLS)
    assert (found.estimate, found.se, found.qe) == pytest.approx((estimate, se, qe), rel=1e-12)
    assert (found.k, found.qe_df) == (6, 3)


def test_peto_leaves_out_studies_without_events():
    """Values by metafor 3.8-1."""
    found = peto(**ZERO_CELLS)
    assert found.estimate == pytest.approx(-0.819217646690857, rel=1e-12)
    assert found.se == pytest.approx(0.451003956282694, rel=1e-12)


@pytest.mark.parametrize("measure", ["OR", "RR", "PETO"])
def test_no_events_at_all_is_said(measure):
    """No effect can be estimated where nothing happened."""
    nothing = {"ai": [0, 0], "n1i": [5, 6], "ci": [0, 0], "n2i": [5, 6]}
    with pytest.raises(EstimationError):
        peto(**nothing) if measure == "PETO" else mantel_haenszel(measure, **nothing)
    with pytest.raises(EstimationError):
        cochran_mantel_haenszel(**nothing)


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_odds_ratio_from_counts_is_near_metafors(shared_data, dataset):
    """metafor takes its integrals with 7 nodes: equal to 1e-3; equal effects to 1e-6."""
    known = reference.read(shared_data, dataset)
    expected = known["glmm_OR"]["UM.FS"]
    found = fit_odds_ratio(**known["input"])
    reference.agree(
        [
            ("estimate", found.estimate, expected["est"]),
            ("se", found.se, expected["se"]),
            ("tau2", found.tau2, expected["tau2"]),
            ("pval", found.pval, expected["pval"]),
            ("ci", found.ci, [expected["ci_lb"], expected["ci_ub"]]),
        ],
        rel=2e-3,
    )
    reference.agree([("qe_lrt", found.qe_lrt, expected["QE_LRT"])])
    assert found.k == expected["QE_df"] + 1


def test_no_spread_is_logistic_regression():
    """tau2 = 0: the estimate that logistic regression with a level for each study gives."""
    found = fit_odds_ratio(**ZERO_CELLS)
    assert (found.boundary, found.tau2, found.lrt, found.k) == (True, 0, 0, 4)
    assert found.estimate == pytest.approx(-0.869852355408604, rel=1e-8)
    assert found.se == pytest.approx(0.480954153183832, rel=1e-6)


tables = st.lists(
    st.tuples(st.integers(2, 30), st.integers(2, 30)).flatmap(
        lambda n: st.tuples(
            st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1])
        )
    ),
    min_size=2,
    max_size=5,
)


def plain_log_likelihood(study, level, theta, tau):
    """One study's integral by a plain grid of 16,001 points in units of tau."""
    a, n1, c, n2 = study
    z = np.linspace(-40, 40, 16_001)
    b = theta + tau * z
    inner = (
        stats.binom.logpmf(a, n1, special.expit(level + b / 2))
        + stats.binom.logpmf(c, n2, special.expit(level - b / 2))
        + stats.norm.logpdf(z)
    )
    return special.logsumexp(inner) + np.log(z[1] - z[0])


@settings(deadline=None, max_examples=40)
@given(tables, st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 1))
def test_two_group_likelihood_is_the_plain_integral(studies, level, theta, log_tau):
    """Value as by brute force, slopes as by differences."""
    likelihood = TwoGroupLikelihood(*np.array(studies, dtype=float).T)
    levels, h = np.full(len(studies), level), 1e-5
    here = likelihood.at(levels, theta, log_tau)
    plain = sum(plain_log_likelihood(study, level, theta, np.exp(log_tau)) for study in studies)
    assert here.loglik == pytest.approx(plain, abs=1e-8)

    def differences(of):
        moves = [(h, 0, 0), (0, h, 0), (0, 0, h)]
        return [
            (
                of(likelihood.at(levels + a, theta + b, log_tau + c))
                - of(likelihood.at(levels - a, theta - b, log_tau - c))
            )
            / (2 * h)
            for a, b, c in moves
        ]

    slopes = differences(lambda point: point.loglik)
    assert [here.levels.sum(), *here.shared] == pytest.approx(slopes, abs=1e-5, rel=1e-6)
    of_levels = differences(lambda point: point.levels.sum())
    found = [here.levels_twice.sum(), *here.mixed.sum(axis=0)]
    assert found == pytest.approx(of_levels, abs=1e-4, rel=1e-5)
    of_shared = differences(lambda point: point.shared)
    assert here.shared_twice.ravel() == pytest.approx(np.ravel(of_shared[1:]), abs=1e-4, rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_swapping_groups_turns_the_odds_ratio_over(studies):
    """First against second is minus second against first; tau2 stays."""
    a, n1, c, n2 = np.array(studies, dtype=float).T
    assume(np.any((a > 0) & (a < n1) & (c > 0) & (c < n2)))
    assume(np.sum((a + c > 0) & (a + c < n1 + n2)) > 1)
    found = fit_odds_ratio(a, n1, c, n2)
    swapped = fit_odds_ratio(c, n2, a, n1)
    assert swapped.estimate == pytest.approx(-found.estimate, abs=1e-6)
    assert (swapped.tau2, swapped.se) == pytest.approx((found.tau2, found.se), rel=1e-5, abs=1e-6)


def test_interval_of_tau2_is_by_profile_likelihood():
    """At both ends the best log-likelihood is 1.92 below the top, by plain integrals."""
    studies = [(1, 20, 9, 21), (8, 25, 4, 24), (2, 30, 12, 31), (9, 18, 3, 17)]
    found = fit_odds_ratio(*np.array(studies, dtype=float).T)
    assert 0 < found.ci_profile_tau2.lower < found.tau2 < found.ci_profile_tau2.upper

    z = np.linspace(-9, 9, 1001)
    a, n1, c, n2 = (column[:, None] for column in np.array(studies, dtype=float).T)

    def lost(point, tau):
        """Minus the log-likelihood; point: theta, then each study's level."""
        b = point[0] + tau * z
        up, down = point[1:, None] + b / 2, point[1:, None] - b / 2
        inner = a * up - n1 * np.logaddexp(0, up) + c * down - n2 * np.logaddexp(0, down) - z**2 / 2
        return -np.sum(special.logsumexp(inner, axis=1))

    def profile(tau2):
        return -optimize.minimize(lost, np.full(5, -1.0), args=(np.sqrt(tau2),)).fun

    top = profile(found.tau2)
    for limit in found.ci_profile_tau2:
        assert top - profile(limit) == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, abs=1e-5)


def test_no_spread_has_an_upper_limit():
    """tau2 = 0 fits best, and the interval says how large it may be all the same."""
    lower, upper = fit_odds_ratio(**ZERO_CELLS).ci_profile_tau2
    assert lower == 0
    assert 0 < upper < np.inf


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_few_studies_widen_the_interval_by_t(shared_data, dataset):
    """The same estimate and standard error, t on k - 1 degrees of freedom in place of z."""
    known = reference.read(shared_data, dataset)
    by_z, by_t = (fit_odds_ratio(**known["input"], test=test) for test in ("z", "t"))
    assert (by_t.estimate, by_t.se, by_t.stat) == (by_z.estimate, by_z.se, by_z.stat)
    assert (by_z.df, by_t.df) == (None, by_t.k - 1)
    expected = stats.t.interval(0.95, by_t.k - 1, by_t.estimate, by_t.se)
    assert by_t.ci == pytest.approx(expected, rel=1e-9)
    assert by_t.pval == pytest.approx(2 * stats.t.sf(abs(by_t.stat), by_t.k - 1), rel=1e-9)


def test_another_test_of_the_odds_ratio_is_refused():
    """Knapp-Hartung needs effects with variances."""
    with pytest.raises(EstimationError) as error:
        fit_odds_ratio(**ZERO_CELLS, test="knha")
    assert "allowed: z, t" in str(error.value)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (([0, 3], [5, 5], [3, 5], [5, 5]), "endlessly large, or endlessly small"),
        (([0, 1], [5, 5], [0, 2], [5, 5]), "there are 1"),
        (([6, 1], [5, 5], [0, 2], [5, 5]), "ai 6 of n1i 5"),
    ],
)
def test_no_finite_odds_ratio_is_said(cells, message):
    """Nothing is printed that runs off to infinity."""
    with pytest.raises(EstimationError) as error:
        fit_odds_ratio(*cells)
    assert message in str(error.value)


@pytest.mark.parametrize("patients", [10**7, 10**9])
def test_millions_of_patients_in_two_groups_settle(patients):
    """With so many the normal model of log odds ratios is as good, and finds the same."""
    random = np.random.default_rng(3)
    n = np.full(29, patients)
    for _ in range(4):
        level, difference = random.normal(0, 1, 29), random.normal(0.3, 1e-3, 29)
        a = random.binomial(n, special.expit(level + difference / 2))
        c = random.binomial(n, special.expit(level - difference / 2))
        found = fit_odds_ratio(a, n, c, n)
        normal = fit(*two_group_effects("OR", a, n, c, n)[:2], method="ML", test="z")
        assert found.estimate == pytest.approx(normal.mu, abs=1e-2 * normal.se_mu)
        assert found.tau2 == pytest.approx(normal.tau2, rel=1e-2)


def test_groups_at_opposite_ends_settle():
    """One patient without the event against 100,000 who all had it: far, but finite and a top."""
    cells = {"ai": [1, 0, 1, 0], "n1i": [2, 1, 1, 1],
             "ci": [46, 100000, 0, 11], "n2i": [100, 100000, 22, 21]}  # fmt: skip
    found = fit_odds_ratio(**cells)
    turned = fit_odds_ratio(cells["ci"], cells["n2i"], cells["ai"], cells["n1i"])
    assert found.ci_profile_tau2.lower < found.tau2 < found.ci_profile_tau2.upper
    assert turned.estimate == pytest.approx(-found.estimate, rel=1e-6)
    assert turned.tau2 == pytest.approx(found.tau2, rel=1e-6)
    assert turned.loglik == pytest.approx(found.loglik, rel=1e-9)
