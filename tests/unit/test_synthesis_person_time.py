"""Events in person-time: exact for one study, by the Poisson-normal model for several."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from living_review.errors import EstimationError
from living_review.synthesis.person_time import pooled_rate
from living_review.synthesis.poisson import exact_poisson
from living_review.synthesis.poisson_normal import PoissonNormal
from living_review.synthesis.rate_glmm import fit_rates

# Infections of venous catheters in thousands of catheter days: Niel-Weise et al. 2008.
TREATED = ([7, 8, 3, 6, 1, 1, 17, 3, 2], [1344, 1600, 12012, 1536, 370, 729, 6760, 1107, 320])
CONTROL = ([11, 8, 14, 10, 1, 8, 15, 7, 3], [1988, 1461, 10962, 1503, 483, 913, 6840, 1015, 440])


def thousands(days):
    return np.array(days) / 1000


@pytest.mark.parametrize(
    ("trial", "mu", "se", "tau2", "rate"),
    [(CONTROL, 1.401, 0.231, 0.317, 4.06), (TREATED, 0.849, 0.330, 0.654, 2.34)],
)
def test_model_is_that_of_stijnen(trial, mu, se, tau2, rate):
    """Stijnen, Hamza & Ozdemir 2010, table VII, to the digits that metafor gives of it."""
    events, days = trial
    found = fit_rates(events, thousands(days))
    assert round(found.mu, 3) == mu
    assert round(found.se_mu, 3) == se
    assert round(found.tau2, 3) == tau2
    assert round(float(np.exp(found.mu)), 2) == rate


@pytest.mark.parametrize("trial", [CONTROL, TREATED, ([0, 0, 0, 5], [9000, 8000, 7000, 6000])])
def test_likelihood_is_that_of_its_integral(trial):
    """A plain sum over a fine grid gives the same, and no place near the top is higher."""
    events, days = np.array(trial[0]), thousands(trial[1])
    z = np.linspace(-12, 12, 40_001)
    weight = stats.norm.pdf(z) * (z[1] - z[0])

    def loglik(mu, log_tau):
        rates = np.exp(mu + np.exp(log_tau) * z)
        chances = stats.poisson.pmf(events[:, None], days[:, None] * rates)
        return float(np.log(chances @ weight).sum())

    likelihood = PoissonNormal(events.astype(float), days)
    for mu, log_tau in ((0.5, -1.0), (1.0, 0.0), (-0.5, -3.0)):
        assert likelihood.at(mu, log_tau).loglik == pytest.approx(loglik(mu, log_tau), abs=1e-9)
    found = fit_rates(events, days)
    beside = optimize.minimize(
        lambda at: -likelihood.at(*at).loglik,
        [found.mu + 0.1, np.log(found.tau2) / 2 - 0.1],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13},
    )
    assert found.loglik >= -beside.fun - 1e-8


@pytest.mark.parametrize("trial", [CONTROL, TREATED])
def test_profile_interval_ends_where_the_likelihood_has_dropped(trial):
    """By half the 95 % quantile of chi-square, tau at its best there."""
    events, days = np.array(trial[0], dtype=float), thousands(trial[1])
    found, likelihood = fit_rates(events, days), PoissonNormal(events, days)
    for mu in found.ci_profile_mu:
        best = optimize.minimize_scalar(
            lambda log_tau, mu=mu: -likelihood.at(mu, log_tau).loglik,
            bounds=(-3, 3),
            method="bounded",
            options={"xatol": 1e-8},
        )
        assert found.loglik + best.fun == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, rel=1e-6)


def test_derivatives_are_those_of_the_likelihood():
    """By differences."""
    likelihood = PoissonNormal(np.array([0.0, 4, 9, 1]), np.array([10.0, 20, 5, 0.5]))
    step, at = 1e-4, np.array([-0.7, -0.2])
    found = likelihood.at(*at)
    for n in range(2):
        ahead, behind = (likelihood.at(*(at + side * step * np.eye(2)[n])) for side in (1, -1))
        slope = (ahead.loglik - behind.loglik) / (2 * step)
        assert found.gradient[n] == pytest.approx(slope, rel=1e-6, abs=1e-7)
        bend = (ahead.gradient - behind.gradient) / (2 * step)
        assert found.hessian[n] == pytest.approx(bend, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    # Garwood's limits as printed in tables of the Poisson distribution
    [(0, 0, 3.689), (1, 0.02532, 5.572), (3, 0.6187, 8.767), (10, 4.795, 18.39)],
)
def test_exact_interval_of_a_count(events, lower, upper):
    """95 %, of the expected count."""
    assert exact_poisson(events, 1) == pytest.approx((lower, upper), rel=3e-4, abs=1e-9)


@given(st.integers(0, 200), st.floats(0.01, 1e4))
def test_exact_interval_covers(events, time):
    """At either end what was seen, or more of it, has a probability of 2.5 %."""
    low, high = exact_poisson(events, time)
    assert 0 <= low <= events / time < high
    assert stats.poisson.cdf(events, high * time) == pytest.approx(0.025)
    if events:
        assert stats.poisson.sf(events - 1, low * time) == pytest.approx(0.025)


def row(study, events, time, unit="years", **changes):
    return {
        "study_id": study,
        "label": study,
        "year": 2020,
        "arm_id": "a",
        "events": events,
        "time": time,
        "unit": unit,
        "provisional": False,
        "retracted": False,
        **changes,
    }


def test_one_study_is_shown_with_its_exact_interval():
    """3 events in 50 years are 6 in 100."""
    found = pooled_rate([row("doe", 3, 50)])
    assert found["rate"] is None
    assert found["crude"]["estimate"] == pytest.approx(6)
    assert found["crude"]["ci"] == pytest.approx([2 * 0.61867, 2 * 8.76727], rel=1e-4)


def test_three_studies_are_pooled_and_two_are_not():
    """Two are taken together, and the page says that this is no pooling."""
    rows = [row("a", 3, 50), row("b", 0, 30), row("c", 9, 60)]
    two, three = pooled_rate(rows[:2]), pooled_rate(rows)
    assert two["rate"] is None
    assert "Fewer than 3 studies" in two["notes"][0]
    fitted = fit_rates([3, 0, 9], [50, 30, 60])
    assert three["rate"]["estimate"] == pytest.approx(100 * np.exp(fitted.mu))
    half = stats.t.ppf(0.975, 2) * fitted.se_mu
    assert three["rate"]["ci"] == pytest.approx(
        list(100 * np.exp(fitted.mu + half * np.array([-1, 1])))
    )
    low, high = three["rate"]["ci_profile"]
    assert low < three["rate"]["estimate"] < high


def test_arms_of_a_study_are_summed_and_what_does_not_count_is_left_out():
    """Provisional and retracted rows, rows without time and of a unit of another kind."""
    rows = [
        row("a", 1, 10),
        row("a", 2, 240, "months", arm_id="b"),
        row("b", 50, 1, provisional=True),
        row("c", 50, 1, retracted=True),
        row("d", 50, ""),
        row("e", 50, 1, "cycles"),
    ]
    found = pooled_rate(rows)
    assert (found["k"], found["events"], found["person_years"]) == (1, 3, pytest.approx(30))
    assert found["notes"] == ["Person-time in a unit that can't be turned into years: e."]


def test_no_event_anywhere_has_an_upper_limit():
    """Three years of zero in a hundred: at most 3.69."""
    found = pooled_rate([row("a", 0, 50), row("b", 0, 30), row("c", 0, 20)])
    assert found["rate"] is None
    assert found["crude"]["ci"] == pytest.approx([0, 3.68888], rel=1e-5)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0.5, 500)), min_size=1, max_size=8),
    st.randoms(),
)
def test_rates_are_numbers_in_any_order_and_unit(studies, random):
    """Never NaN; rows may be sorted at will; months are years by twelve."""
    rows = [row(f"s{n}", events, years) for n, (events, years) in enumerate(studies)]
    found = pooled_rate(rows)
    numbers = [found["crude"]["estimate"], *found["crude"]["ci"]]
    if found["rate"]:
        numbers += [found["rate"]["estimate"], *(found["rate"]["ci"])]
    assert all(number is None or np.isfinite(number) for number in numbers)
    random.shuffle(rows)
    assert pooled_rate(rows) == found
    months = pooled_rate([{**one, "time": one["time"] * 12, "unit": "months"} for one in rows])
    assert months["crude"]["estimate"] == pytest.approx(found["crude"]["estimate"])
    if found["rate"] and months["rate"]:
        assert months["rate"]["estimate"] == pytest.approx(found["rate"]["estimate"], rel=1e-4)


@pytest.mark.parametrize(
    ("events", "time", "message"),
    [
        ([1], [1], "at least two"),
        ([0, 0], [1, 1], "no study had an event"),
        ([1.5, 1], [1, 1], "whole numbers"),
        ([1, 1], [1, 0], "above 0"),
    ],
)
def test_what_no_model_fits_is_refused(events, time, message):
    """The message says why."""
    with pytest.raises(EstimationError, match=message):
        fit_rates(events, time)
