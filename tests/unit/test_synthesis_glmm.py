"""The binomial-normal model finds the top of its likelihood."""

import time

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from living_review.errors import EstimationError
from living_review.synthesis.binomial_normal import BinomialNormal
from living_review.synthesis.glmm import NoFiniteEstimate, fit_glmm, marginal_proportion
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.random_effects import fit

SALVAGE = (
    [63, 11, 24, 5, 41, 18, 3, 9, 14, 30, 21, 8],
    [64, 16, 36, 9, 62, 25, 6, 11, 22, 40, 31, 12],
)
MIX = ([0, 12, 5, 0, 20, 3, 9], [10, 12, 5, 7, 25, 11, 9])
SINGLES = ([1, 1, 0, 1, 0], [1, 1, 1, 1, 1])
# The reference took this mean with 61 nodes, too few at tau = 6.7: 0.577083 instead of 0.577043
TOO_COARSE = {"edge_zero_full_mix"}


@pytest.mark.parametrize("dataset", reference.PROPORTIONS)
def test_fit_is_the_exact_one(shared_data, dataset):
    """Estimates to 1e-6, profile limits to 1e-5; a refusal where there is no finite estimate."""
    known = reference.read(shared_data, dataset)
    expected, counted = known["glmm_exact"], known["input"]
    if "error" in expected:
        with pytest.raises(EstimationError):
            fit_glmm(counted["x"], counted["n"])
        return
    found = fit_glmm(counted["x"], counted["n"])
    assert found.boundary is expected["boundary"]
    reference.agree(
        [
            ("mu", found.mu, expected["mu"]),
            ("tau2", found.tau2, expected["tau2"]),
            ("loglik", found.loglik, expected["loglik"]),
            ("se_mu", found.se_mu, expected["se_mu"]),
            ("se_mu_given_tau", found.se_mu_given_tau, expected.get("se_mu_given_tau")),
            ("se_log_tau", found.se_log_tau, expected.get("se_log_tau")),
            ("lrt", found.lrt, expected.get("LRT_tau0")),
            ("median", found.median, expected["p"]),
            ("ci_z", found.ci("z"), expected["ci_z"]),
            ("ci_t", found.ci("t"), expected.get("ci_t_km1")),
            *(
                (f"pi_{form}", found.prediction_interval(form), expected.get(f"pi_{form}"))
                for form in ("z", "t_km1", "t_km2")
            ),
        ]
    )
    if "ci_profile_mu" in expected:
        limits = [
            (name, getattr(found, name), expected[name])
            for name in ("ci_profile_mu", "ci_profile_tau2")
        ]
        reference.agree(limits, rel=1e-7)
        if dataset not in TOO_COARSE:
            reference.agree([("marginal", found.marginal, expected["p_marginal"])])


@pytest.mark.parametrize(
    ("series", "mu", "tau2", "loglik", "se", "ci_mu", "ci_tau2"),
    [
        (SALVAGE, 0.998371152920135, 0.417552028588021, -32.0034803931714, 0.237918089543587,
         (0.487685449761294, 1.52201762569218), (0.0921700445773146, 1.59169937289761)),
        (MIX, 1.33936319398913, 44.2734974956879, -12.984169007583, 2.94526091025243,
         (-8.66903399839027, 16.523114696587), (5.50591510981711, 1353.40899770372)),
    ],
)  # fmt: skip
def test_small_series(series, mu, tau2, loglik, se, ci_mu, ci_tau2):
    """Two independent exact fits, without the reference files; one of the two has tau = 6.7."""
    found = fit_glmm(*series)
    assert (found.mu, found.tau2, found.loglik) == pytest.approx((mu, tau2, loglik), rel=1e-8)
    assert found.se_mu == pytest.approx(se, rel=1e-6)
    assert tuple(found.ci_profile_mu) == pytest.approx(ci_mu, rel=1e-6)
    assert tuple(found.ci_profile_tau2) == pytest.approx(ci_tau2, rel=1e-6)


def test_studies_no_further_apart_than_chance_share_one_proportion():
    """tau2 = 0: the pooled proportion with its binomial standard error."""
    found = fit_glmm([3, 9], [10, 30])
    assert (found.boundary, found.tau2, found.lrt, found.lrt_p) == (True, 0, 0, 1)
    assert found.median == pytest.approx(0.3)
    assert found.se_mu == pytest.approx(1 / np.sqrt(40 * 0.3 * 0.7))
    assert found.se_log_tau is None
    assert found.ci_profile_tau2.lower == 0
    assert found.ci_profile_mu.lower < found.mu < found.ci_profile_mu.upper


def test_single_patients_cannot_show_a_variance():
    """Case reports alone: tau2 is 0 by convention, and any tau2 would do."""
    found = fit_glmm(*SINGLES)
    assert (found.tau2, found.boundary, found.median) == (0, True, pytest.approx(0.6))
    assert np.isinf(found.ci_profile_tau2.upper)


@pytest.mark.parametrize(
    ("events", "total", "message"),
    [
        ([0, 0], [5, 9], "no patient had the event"),
        ([5, 9], [5, 9], "every patient had the event"),
        ([0, 0, 7], [5, 9, 7], "in each study all patients or none"),
    ],
)
def test_no_finite_estimate_is_said(events, total, message):
    """The likelihood rises without end; no tau2 of 35,000 is printed."""
    with pytest.raises(NoFiniteEstimate) as error:
        fit_glmm(events, total)
    assert message in str(error.value)


def test_one_study_is_not_fitted():
    """k = 1 has no variance between studies."""
    with pytest.raises(EstimationError, match="at least two studies"):
        fit_glmm([3], [10])


@pytest.mark.parametrize(
    ("mu", "tau"), [(0.3, 0.4), (-4, 1.5), (1.33936319398913, 6.653833293349622), (0, 30), (2, 0)]
)
def test_mean_proportion_is_the_integral(mu, tau):
    """E[expit(mu + tau Z)] by adaptive quadrature, however steep the curve."""
    expected = integrate.quad(
        lambda z: special.expit(mu + tau * z) * stats.norm.pdf(z),
        -12, 12, points=[-mu / tau] if tau else None, epsabs=1e-13, limit=400,
    )[0]  # fmt: skip
    assert marginal_proportion(mu, tau) == pytest.approx(expected, abs=1e-10)


counted = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=8,
)


def plain_log_likelihood(x, n, mu, log_tau):
    """Each integral by a plain grid of 40,001 points in units of tau."""
    z = np.linspace(-100, 100, 40_001)
    logits = mu + np.exp(log_tau) * z
    inner = x[:, None] * logits - n[:, None] * np.logaddexp(0, logits) + stats.norm.logpdf(z)
    choose = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
    return float(np.sum(special.logsumexp(inner, axis=1) + np.log(z[1] - z[0]) + choose))


@settings(deadline=None, max_examples=60)
@given(counted, st.floats(-4, 4), st.floats(-3, 1.5))
def test_likelihood_is_the_plain_integral(studies, mu, log_tau):
    """Value as by brute force, slopes as by differences."""
    x, n = np.array(studies, dtype=float).T
    assume(0 < x.sum() < n.sum())
    likelihood = BinomialNormal(x, n)
    here, h = likelihood.at(mu, log_tau), 1e-5
    assert here.loglik == pytest.approx(plain_log_likelihood(x, n, mu, log_tau), abs=1e-8)
    steps = ((h, 0), (0, h))
    # from a grid that was made for a place near by
    likelihood.at(mu + 0.39 * np.exp(log_tau), log_tau + 0.3)
    nearby = likelihood.at(mu, log_tau)
    assert nearby.loglik == pytest.approx(here.loglik, rel=1e-12)
    assert nearby.hessian == pytest.approx(here.hessian, rel=1e-8, abs=1e-8)
    slopes = [
        (likelihood.at(mu + a, log_tau + b).loglik - likelihood.at(mu - a, log_tau - b).loglik)
        / (2 * h)
        for a, b in steps
    ]
    assert here.gradient == pytest.approx(slopes, abs=1e-5, rel=1e-6)
    bends = [
        (likelihood.at(mu + a, log_tau + b).gradient - likelihood.at(mu - a, log_tau - b).gradient)
        / (2 * h)
        for a, b in steps
    ]
    assert here.hessian.ravel() == pytest.approx(np.ravel(bends), abs=1e-4, rel=1e-5)


@pytest.mark.parametrize(
    ("x", "n", "mu", "log_tau"),
    [
        ([0, 1], [1294, 2], 3.8141882701483976, -1.905392755622722),
        ([383, 1], [383, 2], -3.8, -1.9),
        ([4, 22, 7], [52, 50, 26], 0.22308035731072184, 1.2665492766769733),
        ([0, 1588], [8, 1946], 2.8, -2.7),
    ],
)
def test_counts_far_from_the_mean_are_integrated_as_well(x, n, mu, log_tau):
    """Where data and distribution disagree by many standard deviations, or the tails are uneven."""
    x, n = np.array(x, dtype=float), np.array(n, dtype=float)
    plain = plain_log_likelihood(x, n, mu, log_tau)
    assert BinomialNormal(x, n).at(mu, log_tau).loglik == pytest.approx(plain, rel=1e-11)


@settings(deadline=None, max_examples=60)
@given(counted)
def test_nothing_near_is_likelier(studies):
    """No point around the estimate, and none at tau = 0 or far away, beats it."""
    x, n = np.array(studies, dtype=float).T
    assume(np.any((x > 0) & (x < n)))
    found = fit_glmm(x, n)
    log_tau = np.log(found.tau2) / 2 if found.tau2 else -2.0
    for mu in (found.mu - 0.2, found.mu, found.mu + 0.2):
        for other in (log_tau - 0.2, log_tau + 0.2, -1.0, 0.5, 2.0):
            assert BinomialNormal(x, n).at(mu, other).loglik <= found.loglik + 1e-8
    assert found.ci_profile_mu.lower < found.mu < found.ci_profile_mu.upper
    assert found.ci_profile_tau2.lower <= found.tau2 < found.ci_profile_tau2.upper
    flipped = fit_glmm(n - x, n)
    assert (flipped.mu, flipped.tau2) == pytest.approx((-found.mu, found.tau2), abs=1e-6, rel=1e-6)


def test_three_thousand_studies_take_no_time():
    """A fit with all intervals stays far from a second; `make bench-synthesis` measures it."""
    n = np.arange(3000) % 97 + 5
    x = np.floor(n * special.expit(np.sin(np.arange(3000)) * 1.5))
    start = time.perf_counter()
    fit_glmm(x, n)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(("k", "patients", "tau"), [(3000, 10**6, 1e-3), (29, 10**9, 1e-4)])
def test_millions_of_patients_settle(k, patients, tau):
    """With so many the normal model of logits is as good, and both find the same top."""
    random = np.random.default_rng(3)
    n = np.full(k, patients)
    for _ in range(3):
        x = random.binomial(n, special.expit(random.normal(0, tau, k)))
        found = fit_glmm(x, n)
        normal = fit(*proportion_effects("PLO", x, n)[:2], method="ML", test="z")
        assert found.tau2 == pytest.approx(normal.tau2, rel=1e-4)
        assert found.mu == pytest.approx(normal.mu, abs=1e-4 * normal.se_mu)
        limits = found.ci_profile_mu
        assert limits.lower < found.mu < limits.upper
