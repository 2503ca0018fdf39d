"""Arms nested in studies: the variances, the estimate, and a standard error by study."""

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import linalg, optimize

from living_review.errors import EstimationError
from living_review.synthesis.cluster_robust import cluster_robust
from living_review.synthesis.multilevel import NestedLikelihood, fit_nested
from living_review.synthesis.random_effects import fit

# Schools in districts, with their variances. Source: Konstantopoulos 2011, Res Synth Methods 2:61.
DISTRICTS = [
    ([-0.18, -0.22, 0.23, -0.3], [0.118, 0.118, 0.144, 0.144]),
    ([0.13, -0.26, 0.19, 0.32], [0.014, 0.014, 0.015, 0.024]),
    ([0.45, 0.38, 0.29], [0.023, 0.043, 0.012]),
    ([0.16, 0.65, 0.36, 0.6], [0.02, 0.004, 0.004, 0.007]),
    ([0.08, 0.04, 0.19, -0.06], [0.019, 0.007, 0.005, 0.004]),
    (
        [-0.18, 0, 0, -0.28, -0.04, -0.3, 0.07, 0, 0.05, -0.08, -0.09],
        [0.02, 0.018, 0.019, 0.022, 0.02, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007],
    ),
    ([0.3, 0.98, 1.19], [0.015, 0.011, 0.01]),
    ([-0.07, -0.05, -0.01, 0.02, -0.03, 0, 0.01, -0.1], [0.001] * 8),
    ([0.5, 0.66, 0.2, 0, 0.05, 0.07], [0.01, 0.011, 0.01, 0.009, 0.013, 0.013]),
    ([-0.52, 0.7, -0.03, 0.27, -0.34], [0.031, 0.031, 0.03, 0.03, 0.03]),
    ([0.12, 0.61, 0.04, -0.05], [0.087, 0.082, 0.067, 0.067]),
]
YI = np.concatenate([yi for yi, _ in DISTRICTS])
VI = np.concatenate([vi for _, vi in DISTRICTS])
DISTRICT = np.repeat(np.arange(11), [len(yi) for yi, _ in DISTRICTS])


def test_schools_in_districts_are_metafors():
    """Estimate, se, both variances and log-likelihood that metafor's page on this paper prints."""
    found = fit_nested(YI, VI, DISTRICT)
    assert (found.k, found.m, found.told_apart) == (56, 11, True)
    printed = (found.coef[0], found.se[0], found.tau2_study, found.tau2_arm)
    assert [round(value, 4) for value in printed] == [0.1847, 0.0846, 0.0651, 0.0327]
    assert round(found.loglik, 4) == -7.9587


@pytest.mark.parametrize(
    ("moderators", "se", "df", "stat"),
    [
        ((), [0.03229357**0.5], [11.04125], [-3.97616]),
        (
            ("ablat", "year"),
            [33.655367, 0.011994, 0.016963],
            [2.724625, 2.112895, 2.745919],
            [-0.105347, -2.335398, 0.112456],
        ),
    ],
)
def test_standard_errors_by_study_are_clubsandwichs(shared_data, moderators, se, df, stat):
    """CR2 and Satterthwaite's degrees of freedom of BCG, as metafor's own tests hold them."""
    known = reference.read(shared_data, "bin_bcg")
    rows = reference.table(shared_data, "bin_bcg")
    yi, vi = reference.effects(known, "RR")
    columns = [[float(row[name]) for name in moderators] for row in rows] if moderators else None
    robust = cluster_robust(fit_nested(yi, vi, range(13), columns))
    found = [robust.of(one) for one in np.eye(len(se))]
    assert [one.se for one in found] == pytest.approx(se, rel=5e-5)
    assert [one.df for one in found] == pytest.approx(df, rel=1e-5)
    assert [one.estimate / one.se for one in found] == pytest.approx(stat, rel=5e-5)


@st.composite
def series(draw):
    """yi, vi, studies, a side (k,) of arms that differ within and between studies."""
    arms = draw(st.lists(st.integers(1, 3), min_size=4, max_size=8).filter(lambda n: max(n) > 1))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    study = np.repeat(np.arange(len(arms)), arms)
    k = len(study)
    vi = rng.uniform(0.02, 1, k)
    spread = draw(st.sampled_from([(0, 0), (1, 0), (0, 1), (1, 1), (3, 0.2)]))
    yi = rng.normal(0, spread[0], len(arms))[study] + rng.normal(0, spread[1], k)
    side = rng.integers(0, 2, k)
    side[:2] = [0, 1]
    return yi + rng.normal(0, np.sqrt(vi)), vi, study, side


def dense(study, vi, tau2):
    """The covariance matrix (k, k), written out."""
    return np.diag(vi + tau2[1]) + tau2[0] * (study[:, None] == study)


def dense_log_likelihood(yi, x, v):
    """The textbook's restricted log-likelihood, from whole matrices."""
    inverse = linalg.inv(v)
    information = x.T @ inverse @ x
    residuals = yi - x @ linalg.solve(information, x.T @ inverse @ yi)
    logs = [np.linalg.slogdet(one)[1] for one in (v, information, x.T @ x)]
    k, p = x.shape
    return (
        -(k - p) * np.log(2 * np.pi) - logs[0] - logs[1] + logs[2] - residuals @ inverse @ residuals
    ) / 2


@settings(max_examples=40)
@given(series(), st.floats(0, 3), st.floats(0, 3))
def test_likelihood_is_that_of_whole_matrices(drawn, of_study, of_arm):
    """Value as from k by k matrices; slopes and curvature as by differences."""
    yi, vi, study, side = drawn
    x = np.column_stack([np.ones(len(yi)), side])
    likelihood = NestedLikelihood(yi, vi, x, study)
    tau2 = np.array([of_study, of_arm]) + 1e-3
    here = likelihood.at(tau2)
    plain = dense_log_likelihood(yi, x, dense(study, vi, tau2))
    assert here.loglik == pytest.approx(plain, rel=1e-9, abs=1e-9)
    h = 1e-5 * tau2
    for at in range(2):
        move = np.eye(2)[at] * h
        up, down = likelihood.at(tau2 + move), likelihood.at(tau2 - move)
        slope = (up.loglik - down.loglik) / (2 * h[at])
        assert here.slope[at] == pytest.approx(slope, rel=1e-4, abs=1e-4)
        bend = (up.slope - down.slope) / (2 * h[at])
        assert -here.observed[at] == pytest.approx(bend, rel=1e-4, abs=1e-4)


@settings(max_examples=25)
@given(series())
def test_no_variances_are_likelier(drawn):
    """A search without derivatives, on whole matrices and from many sides, finds nothing higher."""
    yi, vi, study, side = drawn
    x = np.column_stack([np.ones(len(yi)), side])
    found = fit_nested(yi, vi, study, side)
    inverse = linalg.inv(dense(study, vi, (found.tau2_study, found.tau2_arm)))
    cov = linalg.inv(x.T @ inverse @ x)
    assert found.coef == pytest.approx(cov @ x.T @ inverse @ yi, abs=1e-8)
    assert found.se == pytest.approx(np.sqrt(np.diag(cov)), rel=1e-8)

    def lost(roots):
        return -dense_log_likelihood(yi, x, dense(study, vi, roots**2))

    for start in ((0.1, 0.1), (2, 0.1), (0.1, 2), (1, 1)):
        best = optimize.minimize(
            lost, np.array(start), method="Nelder-Mead", options={"xatol": 1e-6}
        )
        assert -best.fun <= found.loglik + 1e-7


def cr2(yi, vi, study, x, found):
    """CR2 and its degrees of freedom, as Pustejovsky & Tipton define them, from whole matrices."""
    v = dense(study, vi, (found.tau2_study, found.tau2_arm))
    inverse = linalg.inv(v)
    m = linalg.inv(x.T @ inverse @ x)
    hat = np.eye(len(yi)) - x @ m @ x.T @ inverse
    residuals = hat @ yi
    parts, filling = [], np.zeros((x.shape[1], x.shape[1]))
    for one in np.unique(study):
        at = study == one
        own, block = v[np.ix_(at, at)], np.ix_(at, at)
        d = linalg.cholesky(own)  # upper
        b = d @ (hat @ v @ hat.T)[block] @ d.T
        values, vectors = linalg.eigh(b)
        left = values > 1e-9 * linalg.norm(own) ** 2
        a = d.T @ (vectors[:, left] / np.sqrt(values[left])) @ vectors[:, left].T @ d
        side = x[at].T @ linalg.inv(own) @ a
        filling += np.outer(side @ residuals[at], side @ residuals[at])
        parts.append(hat[at].T @ side.T @ m)
    df = []
    for c in np.eye(x.shape[1]):
        p = np.column_stack([part @ c for part in parts])
        quadratic = p.T @ v @ p
        df.append(np.trace(quadratic) ** 2 / np.sum(quadratic**2))
    return m @ filling @ m, df


@settings(max_examples=40)
@given(series())
def test_standard_errors_by_study_are_as_defined(drawn):
    """The sandwich and Satterthwaite's degrees of freedom, by the paper's matrices."""
    yi, vi, study, side = drawn
    assume(min(len(set(study[side == one])) for one in (0, 1)) > 1)
    x = np.column_stack([np.ones(len(yi)), side])
    found = fit_nested(yi, vi, study, side)
    robust = cluster_robust(found)
    cov, df = cr2(yi, vi, study, x, found)
    assert robust.cov == pytest.approx(cov, rel=1e-5, abs=1e-7)
    assert [robust.of(c).df for c in np.eye(2)] == pytest.approx(df, rel=1e-5)


def test_one_arm_a_study_is_the_plain_model():
    """Then the variances of studies and arms can't be told apart, and their sum is tau2 by REML."""
    plain = fit(YI, VI, None, "REML", "z")
    found = fit_nested(YI, VI, range(56))
    assert (found.told_apart, found.tau2_arm) == (False, 0)
    assert found.tau2_study == pytest.approx(plain.tau2, rel=1e-8)
    assert (found.coef[0], found.se[0]) == pytest.approx((plain.mu, plain.se_mu), rel=1e-8)


def test_order_and_names_of_studies_change_nothing():
    """Rows may be shuffled and studies be called anything."""
    shuffled = np.random.default_rng(5).permutation(56)
    names = [f"district {n}" for n in DISTRICT[shuffled]]
    found, again = fit_nested(YI, VI, DISTRICT), fit_nested(YI[shuffled], VI[shuffled], names)
    assert again.coef == pytest.approx(found.coef, rel=1e-8)
    robust, once_more = (cluster_robust(one).of([1]) for one in (found, again))
    assert once_more[:3] == pytest.approx(robust[:3], rel=1e-8)


def test_two_equal_arms_tell_no_more_than_their_study():
    """Arms of a study that say the same twice do not narrow the interval by the root of two."""
    yi, vi = np.array([-1, -0.4, 0.1, 0.6, 1.3]), np.full(5, 1e-4)
    alone = cluster_robust(fit_nested(yi, vi, range(5))).of([1])
    doubled = cluster_robust(fit_nested(np.repeat(yi, 2), np.repeat(vi, 2), np.repeat(range(5), 2)))
    assert doubled.of([1])[:3] == pytest.approx(alone[:3], rel=1e-3)


def test_an_interval_never_narrower_than_the_models():
    """adhoc: the larger of both standard errors, on the degrees of freedom by study."""
    found = fit_nested(YI, VI, DISTRICT)
    by_study = cluster_robust(found).of([1])
    assert by_study.se < found.se[0]
    wide = cluster_robust(found).of([1], adhoc=True)
    assert (wide.se, wide.df) == (pytest.approx(found.se[0]), by_study.df)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1, 1], ["a"]), "one study an arm is needed: 2, not 1"),
        (([1], [1], ["a"]), "1 arms are too few for 1 coefficients"),
        (([1, 2, 3], [1, 1, 1], ["a", "a", "b"], [1, 1, 1]), "can't be told apart"),
        (([1, 2, 3], [1, 0, 1], ["a", "a", "b"]), "vi must be above 0"),
    ],
)
def test_what_cannot_be_fitted_is_said(arguments, message):
    """A message for people, not a number."""
    with pytest.raises(EstimationError) as error:
        fit_nested(*arguments)
    assert message in str(error.value)


def test_no_degree_of_freedom_is_said():
    """With one study a side nothing tells how studies of a side differ."""
    found = fit_nested([0.1, 0.4, -0.2, 0.3], [0.1] * 4, ["a", "a", "b", "b"], [1, 1, 0, 0])
    with pytest.raises(EstimationError) as error:
        cluster_robust(found).of([0, 1])
    assert "too few studies" in str(error.value)
