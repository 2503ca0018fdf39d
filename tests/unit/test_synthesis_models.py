"""Pooled estimates, tests and intervals are those of metafor's rma."""

import time

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.errors import EstimationError
from living_review.synthesis.heterogeneity import q_profile
from living_review.synthesis.likelihood import log_likelihood
from living_review.synthesis.prediction import prediction_interval
from living_review.synthesis.proportions import proportion_effects, to_proportion
from living_review.synthesis.random_effects import fit
from living_review.synthesis.tau2 import TAU2_METHODS, estimate_tau2

# metafor stops its iterations beside 0, not at it: tau2 of 1e-12 there is 0 here, I2 likewise
BESIDE_ZERO = {"tau2": 1e-9, "i2": 1e-4}


@pytest.mark.parametrize("method", TAU2_METHODS)
@pytest.mark.parametrize(("dataset", "measure"), reference.CASES)
def test_every_field_of_rma(shared_data, dataset, measure, method):
    """tau2 with standard error, I2, H2, Q, weights; z, Knapp-Hartung, ad hoc; prediction."""
    known = reference.read(shared_data, dataset)
    yi, vi = reference.effects(known, measure)
    rma = known["measures"][measure]["rma"][method]
    for test in ("z", "knha", "adhoc"):
        if test not in rma:
            continue
        found, expected = fit(yi, vi, method=method, test=test), rma[test]
        reference.agree(
            [("tau2", found.tau2, rma["tau2"]), ("i2", found.i2, rma["I2"])],
            abs=BESIDE_ZERO["tau2"] if rma["I2"] > 1e-4 else BESIDE_ZERO["i2"],
        )
        reference.agree(
            [
                ("se_tau2", found.se_tau2, rma["se_tau2"]),
                ("h2", found.h2, rma["H2"]),
                ("vt", found.vt, rma["vt"]),
                ("qe", found.qe, rma["QE"]),
                ("qep", found.qep, rma["QEp"]),
                ("weights", found.weights * 100, rma.get("weights_pct")),
                ("estimate", found.mu, expected["est"]),
                ("se", found.se_mu, expected["se"]),
                ("stat", found.stat[0], expected["stat"]),
                ("pval", found.pval[0], expected["pval"]),
                ("df", found.df, expected["df"]),
                ("ci", found.ci[0], [expected["ci_lb"], expected["ci_ub"]]),
                ("s2w", found.s2w, expected.get("s2w")),
                *(
                    (f"pi_{form}", prediction_interval(found, form), expected.get(f"pi_{form}"))
                    for form in ("z", "t_km1", "t_km2")
                ),
            ]
        )


@pytest.mark.parametrize(("dataset", "measure"), reference.CASES)
def test_q_profile_is_metafors(shared_data, dataset, measure):
    """Intervals of tau2, tau, I2 and H2, from all zero studies to tau2 in the thousands."""
    known = reference.read(shared_data, dataset)
    expected = known["measures"][measure]["rma"]["REML"].get("QP_ci")
    found = q_profile(*reference.effects(known, measure))
    if expected is None:
        assert found is None
        return
    names = (("tau2", "tau2"), ("tau", "tau"), ("i2", "I2"), ("h2", "H2"))
    reference.agree([(field, getattr(found, field), expected[name]) for field, name in names])


@pytest.mark.parametrize(("dataset", "measure"), reference.CASES)
def test_log_likelihood_is_metafors(shared_data, dataset, measure):
    """Of ML, and of REML with the constant of the contrasts."""
    known = reference.read(shared_data, dataset)
    yi, vi = reference.effects(known, measure)
    ones = np.ones((len(yi), 1))
    for method in ("ML", "REML"):
        expected = known["measures"][measure]["rma"][method]
        found = log_likelihood(expected["tau2"], yi, vi, ones, restricted=method == "REML")
        reference.agree([(method, found, expected["loglik"])], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", ["PLO", "PLN", "PAS", "PFT", "PR"])
@pytest.mark.parametrize("dataset", reference.PROPORTIONS)
def test_back_transformed_as_in_metafor(shared_data, dataset, measure):
    """Estimate, interval and prediction interval as proportions; PFT by the harmonic mean."""
    known = reference.read(shared_data, dataset)
    back = to_proportion(measure, reference.array(known["input"]["n"]))
    for rma in known["measures"][measure]["rma"].values():
        expected = rma["z"]
        limits = (expected["ci_lb"], expected["ci_ub"])
        pi = expected.get("pi_t_km1")
        reference.agree(
            [
                ("estimate", back(expected["est"]), expected["bt"]["est"]),
                ("lower", back(limits[0]), expected["bt"]["ci_lb"]),
                ("upper", back(limits[1]), expected["bt"]["ci_ub"]),
                (
                    "pi",
                    [back(limit) for limit in pi] if pi else None,
                    expected["bt"].get("pi_t_km1"),
                ),
            ]
        )


# Invented series with 63 of 64 in it; values by metafor 3.8-1, logits
SALVAGE = (
    [63, 11, 24, 5, 41, 18, 3, 9, 14, 30, 21, 8],
    [64, 16, 36, 9, 62, 25, 6, 11, 22, 40, 31, 12],
)
MIX = ([0, 12, 5, 0, 20, 3, 9], [10, 12, 5, 7, 25, 11, 9])
CASE_REPORTS = ([1, 1, 0, 1, 1, 1, 0, 1, 4, 9], [1, 1, 1, 1, 1, 1, 1, 1, 6, 12])


@pytest.mark.parametrize(
    ("series", "method", "test", "tau2", "estimate", "se", "ci"),
    [
        (SALVAGE, "DL", "z", 0.0773160814088536, 0.827019276039658, 0.160858384852311,
         (0.511742635117845, 1.14229591696147)),
        (SALVAGE, "REML", "adhoc", 0, 0.805341171322052, 0.152172987224754,
         (0.470410684673553, 1.14027165797055)),
        (SALVAGE, "PM", "adhoc", 0.252436299540777, 0.855917712639931, 0.207785169327682,
         (0.398585638462574, 1.31324978681729)),
        (MIX, "REML", "adhoc", 4.75501115124002, 0.444223119387261, 0.974349669742676,
         (-1.93992463466528, 2.8283708734398)),
        (MIX, "ML", "z", 3.70934933973942, 0.44150793249938, 0.860536393593058,
         (-1.245112406329, 2.12812827132776)),
        (MIX, "SJ", "z", 5.39654581606857, 0.445530933737969, 0.993470345286914,
         (-1.50163516273295, 2.39269703020889)),
        (MIX, "HE", "z", 5.51706080112597, 0.445752529492463, 1.00223618414814,
         (-1.51859429544074, 2.41009935442566)),
        (MIX, "HS", "adhoc", 2.31395414875499, 0.436308302114838, 0.946063163923046,
         (-1.87862486562017, 2.75124146984984)),
        (CASE_REPORTS, "REML", "adhoc", 0, 0.76617604910157, 0.389741881476979,
         (-0.115481339724026, 1.64783343792717)),
    ],
)  # fmt: skip
def test_small_series(series, method, test, tau2, estimate, se, ci):
    """Values of metafor on small series, without the reference files."""
    found = fit(*proportion_effects("PLO", *series)[:2], method=method, test=test)
    assert found.tau2 == pytest.approx(tau2, rel=1e-9, abs=1e-9)
    assert (found.mu, found.se_mu) == pytest.approx((estimate, se), rel=1e-9)
    assert tuple(found.ci[0]) == pytest.approx(ci, rel=1e-9)


def test_q_profile_of_a_small_series():
    """Limits of tau2 of the mixed series, by metafor 3.8-1."""
    found = q_profile(*proportion_effects("PLO", *MIX)[:2])
    assert tuple(found.tau2) == pytest.approx((1.0861060394627, 32.5948826763938), rel=1e-7)
    assert tuple(found.i2) == pytest.approx((51.9850045535191, 97.014225310309), rel=1e-7)


def test_identical_studies_have_no_variance_between_them():
    """tau2, I2 and Q are 0, nothing is undefined, whatever the method."""
    for method in TAU2_METHODS:
        found = fit([0.5] * 4, [0.1, 0.2, 0.3, 0.4], method=method, test="adhoc")
        assert (found.tau2, found.i2) == pytest.approx((0, 0), abs=1e-12)
        assert found.mu == pytest.approx(0.5)
        assert np.isfinite(found.ci).all()


def test_one_study_is_its_own_estimate():
    """k = 1: the study with a z interval, no degree of freedom, no prediction by t."""
    found = fit([0.5], [0.04], test="adhoc")
    assert (found.mu, found.se_mu, found.tau2, found.df) == (0.5, pytest.approx(0.2), 0, None)
    assert q_profile([0.5], [0.04]) is None
    assert prediction_interval(found, "t_km1") is None


def test_lower_top_of_the_likelihood_is_not_taken():
    """Where REML has a second, lower top away from 0, tau2 is 0, as metafor decides too."""
    yi, vi = proportion_effects("PAS", *CASE_REPORTS)[:2]
    assert fit(yi, vi, method="HE").tau2 > 0.2
    assert fit(yi, vi, method="REML").tau2 == 0


effects = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=12).map(
    lambda pairs: (np.array([y for y, _ in pairs]), np.array([v for _, v in pairs]))
)


@settings(deadline=None, max_examples=100)
@given(effects, st.sampled_from(TAU2_METHODS))
def test_ad_hoc_interval_is_never_narrower_than_z(pooled, method):
    """Knapp-Hartung may narrow an interval; the ad hoc form never does."""
    yi, vi = pooled
    z, adhoc = (fit(yi, vi, method=method, test=test) for test in ("z", "adhoc"))
    assert np.diff(adhoc.ci[0]) >= np.diff(z.ci[0])


@settings(deadline=None, max_examples=60)
@given(effects, st.sampled_from(TAU2_METHODS), st.randoms(use_true_random=False))
def test_order_and_units_do_not_matter(pooled, method, random):
    """Shuffling studies changes nothing; doubling effects doubles the estimate, tau by 2."""
    yi, vi = pooled
    order = list(range(len(yi)))
    random.shuffle(order)
    found = fit(yi, vi, method=method)
    shuffled = fit(yi[order], vi[order], method=method)
    doubled = fit(2 * yi, 4 * vi, method=method)
    assert shuffled.mu == pytest.approx(found.mu, rel=1e-7, abs=1e-7)
    assert doubled.mu == pytest.approx(2 * found.mu, rel=1e-6, abs=1e-6)
    assert doubled.tau2 == pytest.approx(4 * found.tau2, rel=1e-5, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(effects)
def test_paule_mandel_lies_in_its_q_profile(pooled):
    """PM solves Q = k - 1, whose quantiles bound the interval."""
    yi, vi = pooled
    found = estimate_tau2("PM", yi, vi, np.ones((len(yi), 1))).value
    limits = q_profile(yi, vi).tau2
    assert limits.lower - 1e-9 <= found <= limits.upper + 1e-9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"yi": [], "vi": []}, "no effect to pool"),
        ({"yi": [1, 2], "vi": [1]}, "yi 2, vi 1"),
        ({"yi": [1, 2], "vi": [1, -1]}, "vi must be above 0; entry 2 is -1"),
        ({"yi": [1, np.inf], "vi": [1, 1]}, "yi must be finite numbers; entry 2 is inf"),
        ({"yi": [1, 2, 3], "vi": [1e-20, 1e-8, 1]}, "variances from 1e-20 to 1 are too far apart"),
        ({"yi": [1, 2], "vi": [1, 1], "method": "XX"}, "method 'XX' is not known; allowed: EE, DL"),
        ({"yi": [1, 2], "vi": [1, 1], "test": "t"}, "test 't' is not known; allowed: z, knha"),
        ({"yi": [1, 2, 3], "vi": [1, 1, 1], "moderators": [4, 4, 4]}, "can't be told apart"),
        ({"yi": [1, 2], "vi": [1, 1], "moderators": [[1, 2], [3, 5]]}, "too few"),
    ],
)
def test_what_cannot_be_pooled_is_said(arguments, message):
    """One line says what is wrong and what is allowed."""
    with pytest.raises(EstimationError) as error:
        fit(**arguments)
    assert message in str(error.value)


def test_thirty_thousand_studies_take_no_time():
    """REML of 30,000 effects stays far from a second; `make bench-synthesis` measures it."""
    spread = np.linspace(-3, 3, 30_000)
    start = time.process_time()
    found = fit(spread, 0.5 + np.abs(np.sin(spread)), method="REML")
    assert time.process_time() - start < 1
    assert found.tau2 > 1
