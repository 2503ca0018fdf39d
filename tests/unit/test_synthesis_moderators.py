"""Meta-regression and subgroups are those of metafor."""

import numpy as np
import pytest
import synthesis_reference as reference

from living_review.errors import EstimationError
from living_review.synthesis.meta_regression import contrasts, meta_regression
from living_review.synthesis.random_effects import fit
from living_review.synthesis.subgroups import subgroups_common_tau2, subgroups_own_tau2

MODERATED = [
    *(
        ("bin_bcg", measure, name)
        for measure in ("RR", "OR")
        for name in ("year", "ablat", "alloc")
    ),
    *(("bin_nielweise2007", measure, "year") for measure in ("RR", "OR")),
    *(("prop_hannum2020", measure, "objectivity") for measure in ("PLO", "PFT")),
    *(("prop_nielweise2007_treated", measure, "year") for measure in ("PLO", "PFT")),
    *(("gen_hackshaw1998", "OR", name) for name in ("year", "design")),
]


def moderator(shared_data, dataset, name):
    """The column as text, its model columns and their names."""
    cells = [row[name] for row in reference.table(shared_data, dataset)]
    try:
        return cells, np.array(cells, dtype=float), [name]
    except ValueError:
        return cells, *contrasts(cells)


@pytest.mark.parametrize(("dataset", "measure", "name"), MODERATED)
def test_regression_is_metafors(shared_data, dataset, measure, name):
    """Coefficients, tests, tau2, I2, R2, QE and QM, for REML, DL, ML and EE."""
    known = reference.read(shared_data, dataset)
    yi, vi = reference.effects(known, measure)
    _, columns, names = moderator(shared_data, dataset, name)
    for key, expected in known["measures"][measure]["moderators"][name].items():
        method, test = key.split("_", 1)
        if test == "separate_tau2":
            continue
        found = meta_regression(yi, vi, columns, names, method, test)
        qm_df = [df for df in expected["QM_df"] if df is not None]
        reference.agree(
            [
                ("coef", found.fit.coef, expected["coef"]),
                ("se", found.fit.se, expected["se"]),
                ("stat", found.fit.stat, expected["stat"]),
                ("pval", found.fit.pval, expected["pval"]),
                ("lower", found.fit.ci[:, 0], expected["ci_lb"]),
                ("upper", found.fit.ci[:, 1], expected["ci_ub"]),
                ("tau2", found.fit.tau2, expected["tau2"]),
                ("i2", found.fit.i2, expected["I2"]),
                ("qe", found.fit.qe, expected["QE"]),
                ("qep", found.fit.qep, expected["QEp"]),
                ("qe_df", found.fit.qe_df, expected["QE_df"]),
                ("r2", found.r2, None if method == "EE" else expected["R2"]),
                ("qm", found.qm, expected["QM"]),
                ("qmp", found.qmp, expected["QMp"]),
                ("qm_df", [df for df in found.qm_df if df is not None], qm_df),
            ]
        )


@pytest.mark.parametrize(
    ("dataset", "measure", "name"),
    [case for case in MODERATED if case[2] in ("alloc", "objectivity", "design")],
)
def test_subgroups_are_metafors(shared_data, dataset, measure, name):
    """Each group with its own tau2, and the test between them."""
    known = reference.read(shared_data, dataset)
    yi, vi = reference.effects(known, measure)
    cells, _, _ = moderator(shared_data, dataset, name)
    models = known["measures"][measure]["moderators"][name]
    for method in ("REML", "DL", "ML"):
        expected = models[f"{method}_separate_tau2"]
        found, fits = subgroups_own_tau2(yi, vi, cells, method, "z")
        assert list(found.levels) == list(fits) == expected["levels"]
        reference.agree(
            [
                ("k", found.k, expected["k"]),
                ("estimate", found.estimate, expected["est"]),
                ("se", found.se, expected["se"]),
                ("tau2", found.tau2, expected["tau2"]),
                ("i2", [one.i2 for one in fits.values()], expected["I2"]),
                ("qe", [one.qe for one in fits.values()], expected["QE"]),
                ("q_between", found.q_between, expected["Q_between"]),
                ("df", found.df[0], expected["df"]),
                ("p", found.p, expected["p"]),
            ],
            abs=1e-6,
        )
        for test in ("z", "knha"):
            expected = models[f"{method}_{test}"]
            found = subgroups_common_tau2(yi, vi, cells, method, test)
            reference.agree(
                [
                    ("first", found.estimate[0], expected["coef"][0]),
                    ("second", found.estimate[1], expected["coef"][0] + expected["coef"][1]),
                    ("q_between", found.q_between, expected["QM"]),
                    ("p", found.p, expected["QMp"]),
                    ("tau2", found.tau2, [expected["tau2"]] * len(found.levels)),
                ]
            )


YI, VI = [0.2, 0.5, 0.9, 1.4, 0.1, 0.6], [0.1, 0.2, 0.1, 0.3, 0.2, 0.1]
GROUPS = ["b", "a", "a", "a", "b", "b"]


def test_common_tau2_gives_each_group_its_own_mean():
    """With tau2 = 0 for all, groups in one model are as groups apart."""
    apart, fits = subgroups_own_tau2(YI, VI, GROUPS, "EE", "z")
    together = subgroups_common_tau2(YI, VI, GROUPS, "EE", "z")
    assert apart.levels == together.levels == ("a", "b")
    assert apart.k == together.k == (3, 3)
    assert together.estimate == pytest.approx(apart.estimate)
    assert together.se == pytest.approx(apart.se)
    assert together.ci == pytest.approx(apart.ci)
    assert together.q_between == pytest.approx(apart.q_between)
    assert fits["b"].mu == pytest.approx(np.average([0.2, 0.1, 0.6], weights=[10, 5, 10]))


def test_regression_on_a_line_explains_everything():
    """Effects that lie on a line leave no tau2, and R2 is 100."""
    x = np.arange(6.0)
    found = meta_regression(0.3 + 2 * x, np.full(6, 0.1), x, ["dose"], "REML", "z")
    assert found.fit.coef == pytest.approx([0.3, 2])
    assert (found.r2, found.names) == (pytest.approx(100), ("intercept", "dose"))


def test_levels_are_set_against_the_first():
    """Contrasts in alphabetical order of the levels."""
    columns, names = contrasts(["b", "c", "a", "b"])
    assert names == ("b", "c")
    assert columns.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize("function", [subgroups_own_tau2, subgroups_common_tau2])
def test_one_group_is_nothing_to_compare(function):
    """The refusal names the group."""
    with pytest.raises(EstimationError, match=r"one group only \(a\)"):
        function(YI, VI, ["a"] * 6)


def test_a_row_short_is_said():
    """A label or a moderator missing is no reason to pool fewer studies."""
    with pytest.raises(EstimationError, match="one group a study is needed: 6, not 5"):
        subgroups_own_tau2(YI, VI, GROUPS[:5])
    with pytest.raises(EstimationError, match="moderators need one row a study: 6"):
        fit(YI, VI, [1, 2, 3])
    with pytest.raises(EstimationError, match="1 moderators need as many names"):
        meta_regression(YI, VI, np.arange(6), ["a", "b"])
