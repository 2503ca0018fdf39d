"""Groups in one binomial-normal model have their own means and one variance between studies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling_cases import SALVAGE
from scipy import integrate, optimize, special, stats

from living_review.errors import EstimationError
from living_review.synthesis.glmm import NoFiniteEstimate, fit_glmm
from living_review.synthesis.glmm_groups import subgroups_glmm

X, N = (np.array(numbers, dtype=float) for numbers in zip(*SALVAGE, strict=True))
GROUPS = np.array(["b", "a", "a", "b", "b", "a", "c", "c", "a", "b", "a", "c"])


Z = np.linspace(-9, 9, 2001)


def loglik(means, tau, x, n, groups):
    """By the trapezoid rule on one grid of z; without the binomial coefficients."""
    mu = np.array(means)[np.searchsorted(sorted(set(groups)), groups)]
    b = mu[:, None] + tau * Z
    height = np.exp(x[:, None] * b - n[:, None] * np.logaddexp(0, b)) * stats.norm.pdf(Z)
    return float(np.log(integrate.trapezoid(height, Z, axis=1)).sum())


def test_means_and_variance_are_at_the_top():
    """Another quadrature and another optimiser find the same place; se from its curvature."""
    x, n, groups = X[:8], N[:8], GROUPS[:8]
    found = subgroups_glmm(x, n, groups)
    start = [*found.estimate + 0.1, np.log(found.tau2[0]) / 2 - 0.2]

    def down(at):
        return -loglik(at[:-1], np.exp(at[-1]), x, n, groups)

    top = optimize.minimize(down, start, method="Nelder-Mead",
                            options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 2000}).x  # fmt: skip
    assert found.estimate == pytest.approx(top[:-1], abs=2e-5)
    assert np.log(found.tau2[0]) / 2 == pytest.approx(top[-1], abs=1e-4)
    step, size = 1e-3, len(top)
    bumps = np.eye(size) * step
    hessian = [
        [
            (down(top + a + b) - down(top + a - b) - down(top - a + b) + down(top - a - b))
            / (4 * step**2)
            for b in bumps
        ]
        for a in bumps
    ]
    cov = np.linalg.inv(hessian)
    assert found.se == pytest.approx(np.sqrt(np.diag(cov))[:-1], rel=1e-3)
    contrast = np.array([[-1.0, 1, 0], [-1, 0, 1]])
    apart = contrast @ top[:-1]
    wald = apart @ np.linalg.solve(contrast @ cov[:3, :3] @ contrast.T, apart)
    assert found.q_between == pytest.approx(wald / 2, rel=1e-3)
    assert found.p == pytest.approx(stats.f.sf(wald / 2, 2, 5), rel=1e-3)
    assert found.df == (2, 5)
    half = stats.t.ppf(0.975, 5) * found.se
    assert found.ci == pytest.approx(
        np.column_stack([found.estimate - half, found.estimate + half])
    )


def test_equal_groups_are_the_whole():
    """The same studies in each group: the mean and the variance of the fit of one of them."""
    one = fit_glmm(X, N)
    found = subgroups_glmm(np.tile(X, 3), np.tile(N, 3), np.repeat(["c", "a", "b"], 12))
    assert found.estimate == pytest.approx([one.mu] * 3, rel=1e-8)
    assert found.tau2 == pytest.approx([one.tau2] * 3, rel=1e-7)
    assert (found.levels, found.k) == (("a", "b", "c"), (12, 12, 12))
    assert found.q_between == pytest.approx(0, abs=1e-9)
    assert found.p == pytest.approx(1)


def test_without_spread_the_means_are_those_of_all_patients():
    """tau2 = 0 in all groups together: crude shares, with the standard errors of logits."""
    found = subgroups_glmm([3, 6, 9, 2, 4, 6], [6, 12, 18, 8, 16, 24], list("aaabbb"), test="z")
    assert found.tau2.tolist() == [0, 0]
    assert special.expit(found.estimate) == pytest.approx([1 / 2, 1 / 4])
    variances = np.array([1 / 18 + 1 / 18, 1 / 12 + 1 / 36])
    assert found.se == pytest.approx(np.sqrt(variances))
    assert found.q_between == pytest.approx(np.log(3) ** 2 / variances.sum())
    assert found.df == (1, None)


@pytest.mark.parametrize(
    ("x", "n", "groups", "words"),
    [
        ([0, 0, 3, 4], [5, 6, 7, 8], "aabb", "in the group 'a' no patient had the outcome"),
        ([3, 4, 7, 8], [5, 6, 7, 8], "aabb", "in the group 'b' every patient had the outcome"),
        ([0, 6, 7, 0], [5, 6, 7, 8], "aabb", "in each study all patients or none had the outcome"),
    ],
)
def test_no_finite_mean_is_refused(x, n, groups, words):
    """Which group it is, in words."""
    with pytest.raises(NoFiniteEstimate, match=words):
        subgroups_glmm(x, n, list(groups))


@pytest.mark.parametrize("groups", ["aaa", "abc"])
def test_too_few_to_compare_are_refused(groups):
    """One group, or as many as there are studies."""
    with pytest.raises(EstimationError, match="can't be compared"):
        subgroups_glmm([1, 2, 3], [4, 5, 6], list(groups))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.integers(1, 30).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n), st.sampled_from("ab"))
        ),
        min_size=4,
        max_size=10,
    )
)
def test_no_common_mean_is_likelier(studies):
    """The top with a mean for each group is never below that with one for all."""
    x, n, groups = zip(*studies, strict=True)
    try:
        found, one = subgroups_glmm(x, n, groups), fit_glmm(x, n)
    except EstimationError:
        return
    assert np.isfinite([*found.estimate, *found.se, *found.tau2, found.q_between]).all()
    if 1e-4 < found.tau2[0] < 25 and one.tau2 < 25:
        x, n, groups = (np.array(of) for of in (x, n, groups))
        tau = np.sqrt(found.tau2[0])
        here = loglik(found.estimate, tau, x, n, groups)
        for mu in (one.mu, 0.0):
            assert here >= loglik([mu, mu], max(np.sqrt(one.tau2), 1e-3), x, n, groups) - 1e-6
