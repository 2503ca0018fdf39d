"""Influence of single studies, and of small ones, is as metafor has it."""

import numpy as np
import pytest
import synthesis_reference as reference

from living_review.errors import EstimationError
from living_review.synthesis.influence import cumulative, influence, leave_one_out
from living_review.synthesis.small_study import begg, egger, enough_for_asymmetry, peters
from living_review.synthesis.trim_and_fill import trim_and_fill

PROPORTIONS = [
    (dataset, measure)
    for dataset in reference.PROPORTIONS
    if dataset not in {"edge_all_events", "edge_k1", "edge_k2"}
    for measure in ("PLO", "PAS", "PFT")
]
EXAMINED = [
    *PROPORTIONS,
    *((dataset, measure) for dataset in reference.TWO_GROUPS for measure in ("RR", "OR")),
    *(("cont_normand1999", measure) for measure in ("MD", "SMD", "ROM")),
    ("gen_hackshaw1998", "OR"),
]
FIELDS = [
    ("mu", "estimate"),
    ("se_mu", "se"),
    ("tau2", "tau2"),
    ("i2", "I2"),
    ("h2", "H2"),
    ("qe", "Q"),
    ("qep", "Qp"),
]


def examined(shared_data, dataset, measure):
    """Effects, and what the reference has on them beyond the pooled estimate."""
    known = reference.read(shared_data, dataset)
    return known, *reference.effects(known, measure), known["measures"][measure]["extras"]


def compare_fits(fits, expected):
    pairs = [
        (name, [getattr(one, field) for one in fits], expected.get(name)) for field, name in FIELDS
    ]
    pairs += [
        (name, [one.ci[0][side] for one in fits], expected[name])
        for side, name in enumerate(("ci.lb", "ci.ub"))
    ]
    pairs += [("zval", [one.stat[0] for one in fits], expected.get("zval"))]
    pairs += [("pval", [one.pval[0] for one in fits], expected.get("pval"))]
    # metafor stops beside tau2 = 0, not at it; I2 is in percent
    reference.agree([pair for pair in pairs if pair[0] == "I2"], abs=1e-6)
    reference.agree([pair for pair in pairs if pair[0] != "I2"], abs=1e-9)


@pytest.mark.parametrize(("dataset", "measure"), EXAMINED)
def test_leave_one_out_is_metafors(shared_data, dataset, measure):
    """Every fit without one study, by REML and DL."""
    _, yi, vi, extras = examined(shared_data, dataset, measure)
    for method in ("REML", "DL"):
        compare_fits(leave_one_out(yi, vi, method, "z"), extras[f"leave1out_{method}_z"])


@pytest.mark.parametrize(("dataset", "measure"), EXAMINED)
def test_cumulative_is_metafors(shared_data, dataset, measure):
    """Every fit of the first studies, the first alone included."""
    _, yi, vi, extras = examined(shared_data, dataset, measure)
    steps = cumulative(yi, vi, range(len(yi)), "REML", "z")
    compare_fits([one for _, one in steps], extras["cumul_REML_z"])


@pytest.mark.parametrize(("dataset", "measure"), EXAMINED)
def test_influence_is_metafors(shared_data, dataset, measure):
    """Deletion diagnostics and the marks they lead to."""
    _, yi, vi, extras = examined(shared_data, dataset, measure)
    found, expected = influence(yi, vi), extras["influence_REML"]
    reference.agree(
        [
            ("rstudent", found.rstudent, expected["rstudent"]),
            ("dffits", found.dffits, expected["dffits"]),
            ("dfbetas", found.dfbetas, expected["dfbs"]),
            ("cook", found.cook, expected["cook.d"]),
            ("cov_ratio", found.cov_ratio, expected["cov.r"]),
            ("tau2_without", found.tau2_without, expected["tau2.del"]),
            ("qe_without", found.qe_without, expected["QE.del"]),
            ("hat", found.hat, expected["hat"]),
            ("influential", found.influential, expected["is_infl"]),
        ]
    )


@pytest.mark.parametrize(("dataset", "measure"), EXAMINED)
def test_egger_and_begg_are_metafors(shared_data, dataset, measure):
    """Six predictors in two models; rank correlation, exact or with ties."""
    known, yi, vi, extras = examined(shared_data, dataset, measure)
    if np.ptp(yi) == 0:
        for test in (egger, begg):
            with pytest.raises(EstimationError, match="all effects are the same"):
                test(yi, vi)
        return
    counted = known["input"]
    ni = counted.get("n") or (np.add(counted["n1i"], counted["n2i"]) if "n1i" in counted else None)
    for key, expected in extras["regtest"].items():
        model, predictor = key.split("_")
        found = egger(yi, vi, predictor, model, ni)
        reference.agree(
            [
                ("stat", found.stat, expected["stat"]),
                ("df", found.df, expected["df"]),
                ("pval", found.pval, expected["pval"]),
                ("coef", [found.intercept, found.slope], expected["coef"]),
                ("se", found.se_slope, expected["se"][1]),
                ("limit", found.limit, expected["limit_est"]),
            ]
        )
    rank = extras["ranktest"]
    reference.agree([("begg", begg(yi, vi), [rank["tau"], rank["pval"]])])


@pytest.mark.parametrize(
    ("dataset", "measure"), [*PROPORTIONS, *((dataset, "OR") for dataset in reference.TWO_GROUPS)]
)
def test_peters_is_the_references(shared_data, dataset, measure):
    """Studies without variation drop out; too few left is a refusal."""
    known = reference.read(shared_data, dataset)
    yi, _ = reference.effects(known, measure)
    counted = known["input"]
    if dataset in reference.TWO_GROUPS:
        expected = known["peters"]
        events, total = (np.add(counted[a], counted[b]) for a, b in (("ai", "ci"), ("n1i", "n2i")))
    else:
        expected = known["measures"][measure]["peters"]
        events, total = counted["x"], counted["n"]
    if "error" in expected:
        with pytest.raises(EstimationError, match="at least 3 studies"):
            peters(yi, events, total)
        return
    found = peters(yi, events, total)
    names = ("k", "intercept", "slope", "se_slope", "t", "df", "p")
    fields = ("k", "intercept", "slope", "se_slope", "stat", "df", "pval")
    reference.agree(
        [
            (name, getattr(found, field), expected[name])
            for field, name in zip(fields, names, strict=True)
        ]
    )


@pytest.mark.parametrize(("dataset", "measure"), EXAMINED)
def test_trim_and_fill_is_metafors(shared_data, dataset, measure):
    """Three estimators, both models, given sides and chosen ones, to 1e-4."""
    _, yi, vi, extras = examined(shared_data, dataset, measure)
    for key, expected in extras["trimfill"].items():
        estimator, method, side = key.split("_")
        if "error" in expected and np.ptp(yi) > 0:
            with pytest.raises(EstimationError, match="Q0 has no answer"):
                trim_and_fill(yi, vi, estimator, side, method)
            continue
        found = trim_and_fill(yi, vi, estimator, side, method)
        if "error" in expected:  # metafor gives up on identical effects; nothing is missing there
            assert found.k0 == 0
            continue
        assert (found.k0, found.side) == (expected["k0"], expected["side"]), key
        reference.agree(
            [
                ("se_k0", found.se_k0, expected["se_k0"]),
                ("estimate", found.fit.mu, expected["est"]),
                ("se", found.fit.se_mu, expected["se"]),
                ("ci", found.fit.ci[0], [expected["ci_lb"], expected["ci_ub"]]),
                ("tau2", found.fit.tau2, expected["tau2"]),
            ],
            rel=1e-4,
            abs=1e-5,
        )


YI, VI = np.array([0.2, 0.5, 0.9, 1.4, 0.1]), np.array([0.1, 0.2, 0.1, 0.3, 0.2])


def test_studies_of_one_year_enter_together():
    """Cumulative by year, whatever the order of the rows."""
    years = [2020, 2001, 2020, 1999, 2001]
    steps = cumulative(YI, VI, years, "DL", "z")
    assert [(year, one.k) for year, one in steps] == [(1999, 1), (2001, 3), (2020, 5)]
    backwards = cumulative(YI[::-1], VI[::-1], years[::-1], "DL", "z")
    assert [one.mu for _, one in backwards] == pytest.approx([one.mu for _, one in steps])


def test_an_outlier_is_marked():
    """One study far from nine equal ones is influential, none of the others is."""
    found = influence([0.1, 0.2, 0.15, 0.05, 0.1, 0.2, 0.15, 0.1, 0.12, 4], [0.05] * 10)
    assert found.influential.tolist() == [False] * 9 + [True]
    assert found.rstudent[9] > 5


def test_mirrored_study_fills_the_gap():
    """Without the one study that balances it, the largest effect is mirrored."""
    yi = [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 1.1, 1.2, 1.3]
    found = trim_and_fill(yi, [0.04] * 10, "R0", "left", "EE")
    assert found.k0 > 0
    assert found.fit.k == 10 + found.k0
    assert found.fit.mu < np.mean(yi)
    assert len(found.yi) == len(found.vi) == found.k0


def test_exact_line_has_no_residual():
    """Effects that rise exactly with the standard error: all slope, limit at 0."""
    sei = np.array([0.1, 0.2, 0.3, 0.4])
    found = egger(2 * sei, sei**2)
    assert (found.slope, found.limit) == pytest.approx((2, 0), abs=1e-10)
    assert found.pval < 1e-6


@pytest.mark.parametrize("k", [0, 1, 9])
def test_asymmetry_of_few_studies_is_refused_in_words(k):
    """Below ten studies the answer is a sentence."""
    assert "at least 10 studies" in enough_for_asymmetry(k)
    assert enough_for_asymmetry(10) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: leave_one_out([1], [1]), "nothing can be left out"),
        (lambda: influence([1, 2], [1, 1]), "at least three studies"),
        (lambda: cumulative([1, 2], [1, 1], [2000]), "one place in the order a study: 2, not 1"),
        (lambda: egger([1, 2], [1, 1]), "at least 3 studies"),
        (lambda: egger(YI, VI, "size"), "predictor 'size' is not known; allowed: sei"),
        (lambda: egger(YI, VI, "ni"), "needs the number of patients"),
        (lambda: egger(YI, VI, "sei", "glm"), "model 'glm' is not known; allowed: lm, rma"),
        (lambda: begg([1, 2], [1, 1]), "at least 3 studies"),
        (lambda: trim_and_fill([1, 2], [1, 1]), "at least 3 studies"),
        (lambda: trim_and_fill(YI, VI, "L1"), "allowed: L0, R0, Q0"),
    ],
)
def test_too_little_is_said(call, message):
    """Each question says how many studies, or which words, it takes."""
    with pytest.raises(EstimationError) as error:
        call()
    assert message in str(error.value)
