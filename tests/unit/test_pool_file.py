"""The command `pool`: numbers of metafor from any table, and an answer in words for every case."""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.errors import ReviewError, TableError
from living_review.model_names import TAU2_METHODS
from living_review.pool_file import HETEROGENEITY, MODEL, pool_file
from living_review.pool_table import MEASURES, Options
from living_review.pool_words import summary
from living_review.synthesis import words
from living_review.synthesis.effect_sizes import columns_of

XN = {"events": "x", "total": "n"}
GLMM = Options(XN, "PLO", "glmm", "z")
# Invented series with 63 of 64 in it; values by metafor 3.8-1, and by two exact fits of the glmm
SALVAGE = [(63, 64), (11, 16), (24, 36), (5, 9), (41, 62), (18, 25), (3, 6), (9, 11), (14, 22),
           (30, 40), (21, 31), (8, 12)]  # fmt: skip
FOUR = ("a,b,c,d", (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619))


def written(folder, header, *rows, name="data.csv"):
    """A table as a file."""
    file = folder / name
    file.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return file


def proportions(folder, *rows):
    return written(folder, "x,n", *rows)


def numbers(value):
    """Every float of an answer."""
    if isinstance(value, dict):
        return [number for of in value.values() for number in numbers(of)]
    if isinstance(value, list):
        return [number for of in value for number in numbers(of)]
    return [value] if isinstance(value, float) else []


def pooled(file, options):
    """The answer, of which everything is there: keys, finite numbers, JSON, words to read."""
    answer = pool_file(file, options)
    keys = ["k", "events", "total", "estimand", "model", "proportion", "effect", "heterogeneity"]
    assert [*keys, "studies", "notes"] == [
        key for key in answer if key not in ("regression", "groups")
    ]
    assert set(MODEL) <= set(answer["model"])
    assert tuple(answer["heterogeneity"]) == HETEROGENEITY
    assert all(math.isfinite(number) for number in numbers(answer))
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    said = summary(answer)
    assert "None" not in said
    assert "nan" not in said.lower().split()
    assert all(note in said for note in answer["notes"])
    return answer


# Values


def test_the_glmm_of_a_small_series(tmp_path):
    """Two independent exact fits; the mean proportion, I2 and Q by quadrature and by hand."""
    answer = pooled(proportions(tmp_path, *SALVAGE), GLMM)
    model, spread = answer["model"], answer["heterogeneity"]
    assert (answer["k"], answer["events"], answer["total"]) == (12, 247, 334)
    assert model["estimate"] == pytest.approx(0.998371152920135, rel=1e-8)
    assert model["se"] == pytest.approx(0.237918089543587, rel=1e-6)
    half = 1.959963984540054 * 0.237918089543587
    assert model["ci"] == pytest.approx([0.998371152920135 - half, 0.998371152920135 + half])
    assert model["ci_profile"] == pytest.approx([0.487685449761294, 1.52201762569218], rel=1e-6)
    assert spread["tau2"] == pytest.approx(0.417552028588021, rel=1e-7)
    assert spread["tau2_ci"] == pytest.approx([0.0921700445773146, 1.59169937289761], rel=1e-6)
    proportion = answer["proportion"]
    assert proportion["estimate"] == pytest.approx(1 / (1 + math.exp(-0.998371152920135)))
    assert proportion["ci"] == pytest.approx([1 / (1 + math.exp(-x)) for x in model["ci"]])
    assert proportion["estimate"] > proportion["marginal"] > 0.7
    x, n = np.array(SALVAGE, dtype=float).T
    p, own = x.sum() / n.sum(), x / n
    deviance = 2 * np.sum(x * np.log(own / p) + (n - x) * np.log((1 - own) / (1 - p)))
    assert (spread["q"], spread["q_df"]) == (pytest.approx(deviance), 11)
    assert answer["studies"][0]["study"] == "row 2"
    assert answer["notes"] == []


def agree(answer, rma, test, natural):
    """A model of effects, against metafor's."""
    model, spread, expected = answer["model"], answer["heterogeneity"], rma[test]
    profile = rma.get("QP_ci") or {}
    loose = rma["I2"] <= 1e-4  # metafor stops its iterations beside 0, not at it
    back = expected.get("bt") or {}
    reference.agree(
        [("tau2", spread["tau2"], rma["tau2"]), ("i2", spread["i2"], rma["I2"])],
        abs=1e-4 if loose else 1e-9,
    )
    reference.agree(
        [
            ("estimate", model["estimate"], expected["est"]),
            ("se", model["se"], expected["se"]),
            ("stat", model["stat"], expected["stat"]),
            # none where identical studies leave no standard error to test with
            ("p", model["p"], expected["pval"] if expected["stat"] is not None else None),
            ("df", model["df"], expected["df"]),
            ("ci", model["ci"], [expected["ci_lb"], expected["ci_ub"]]),
            ("pi", model["pi"], expected.get("pi_t_km1")),
            ("h2", spread["h2"], rma["H2"]),
            ("q", spread["q"], rma["QE"]),
            ("q_p", spread["q_p"], rma["QEp"]),
            ("tau2_ci", spread["tau2_ci"], profile.get("tau2")),
            ("i2_ci", spread["i2_ci"], profile.get("I2")),
            ("natural", natural["estimate"], back.get("est")),
            ("natural ci", natural["ci"], [back.get("ci_lb"), back.get("ci_ub")]),
            ("natural pi", natural["pi"], back.get("pi_t_km1")),
            (
                "weights",
                [100 * study["weight"] for study in answer["studies"]],
                rma.get("weights_pct"),
            ),
        ]
    )


POOLED = [
    (dataset, measure)
    for dataset, measure in reference.CASES
    if dataset not in ("edge_all_events", "edge_all_zero", "edge_k1")
]


@pytest.mark.parametrize(("dataset", "measure"), POOLED)
def test_every_method_is_metafors(shared_data, dataset, measure):
    """Each measure of each data set, by nine methods and three tests, read from the table."""
    known = reference.read(shared_data, dataset)["measures"][measure]["rma"]
    file = shared_data / "synthesis" / "data" / f"{dataset}.csv"
    columns = XN if "prop" in dataset or "edge" in dataset else {}
    if dataset.startswith("gen"):
        columns = {"yi": "yi", "vi": "vi"}
    if "bin" in dataset:
        columns = {}
    for method in TAU2_METHODS:
        for test in ("z", "knha", "adhoc"):
            if test in known[method]:
                answer = pool_file(file, Options(columns, measure, method, test))
                agree(answer, known[method], test, answer["proportion"] or answer["effect"])


@pytest.mark.parametrize(
    "dataset",
    [one for one in reference.PROPORTIONS if one not in ("edge_all_events", "edge_all_zero",
                                                         "edge_k1")],
)  # fmt: skip
def test_the_glmm_is_the_exact_one(shared_data, dataset):
    """glmm_exact to 1e-6, its profile limits to 1e-5; Q and I2 of metafor's rma.glmm."""
    known = reference.read(shared_data, dataset)
    expected, near = known["glmm_exact"], known["glmm_metafor"]["ML_nAGQ25"]
    file = shared_data / "synthesis" / "data" / f"{dataset}.csv"
    answer = pooled(file, GLMM)
    model, spread, proportion = (answer[of] for of in ("model", "heterogeneity", "proportion"))
    # the reference took this mean with too few nodes for its tau of 6.7
    marginal = None if dataset == "edge_zero_full_mix" else expected.get("p_marginal")
    reference.agree(
        [
            ("mu", model["estimate"], expected["mu"]),
            ("se", model["se"], expected["se_mu"]),
            ("ci", model["ci"], expected["ci_z"]),
            ("pi", model["pi"], expected.get("pi_t_km1")),
            ("tau2", spread["tau2"], expected["tau2"]),
            ("lrt", spread["tau2_lrt"], expected.get("LRT_tau0")),
            ("p", proportion["estimate"], expected["p"]),
            ("marginal", proportion["marginal"], marginal),
            ("q", spread["q"], near.get("QE_LRT")),
            ("q_p", spread["q_p"], near.get("QEp_LRT")),
        ]
    )
    limits = [
        ("mu", model["ci_profile"], expected.get("ci_profile_mu")),
        ("tau2", spread["tau2_ci"], expected.get("ci_profile_tau2")),
    ]
    if "ci_profile_mu" in expected:
        reference.agree(limits, rel=1e-5)
    by_t = pool_file(file, Options(XN, "PLO"))
    assert (by_t["model"]["method"], by_t["model"]["test"]) == ("glmm", "t")
    if "ci_t_km1" in expected:
        reference.agree([("ci_t", by_t["model"]["ci"], expected["ci_t_km1"])])


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_common_effects_are_metafors(shared_data, dataset):
    """Mantel-Haenszel and Peto, estimate, test and Q."""
    known = reference.read(shared_data, dataset)
    file = shared_data / "synthesis" / "data" / f"{dataset}.csv"
    for measure, method, expected in (
        *((one, "mh", known["mantel_haenszel"][one]) for one in ("OR", "RR", "RD")),
        ("PETO", "peto", known["peto"]),
    ):
        answer = pooled(file, Options({}, measure, method))
        reference.agree(
            [
                ("estimate", answer["model"]["estimate"], expected["est"]),
                ("se", answer["model"]["se"], expected["se"]),
                ("p", answer["model"]["p"], expected["pval"]),
                ("ci", answer["model"]["ci"], [expected["ci_lb"], expected["ci_ub"]]),
                ("q", answer["heterogeneity"]["q"], expected["QE"]),
                ("q_p", answer["heterogeneity"]["q_p"], expected["QEp"]),
                ("i2", answer["heterogeneity"]["i2"], expected["I2"]),
            ],
            abs=1e-12,
        )
        assert answer["heterogeneity"]["tau2"] is None
        assert "one true effect as common" in " ".join(answer["notes"])


@pytest.mark.parametrize("dataset", reference.TWO_GROUPS)
def test_odds_ratios_from_counts_are_near_metafors(shared_data, dataset):
    """metafor's integrals have 7 nodes; its Q takes none."""
    expected = reference.read(shared_data, dataset)["glmm_OR"]["UM.FS"]
    file = shared_data / "synthesis" / "data" / f"{dataset}.csv"
    answer = pooled(file, Options({}, "OR", "glmm"))
    reference.agree(
        [
            ("estimate", answer["model"]["estimate"], expected["est"]),
            ("tau2", answer["heterogeneity"]["tau2"], expected["tau2"]),
        ],
        rel=2e-3,
    )
    reference.agree([("q", answer["heterogeneity"]["q"], expected["QE_LRT"])])
    spread, k = answer["heterogeneity"], expected["QE_df"] + 1
    assert (answer["model"]["test"], answer["model"]["df"]) == ("t", k - 1)
    assert spread["tau2_ci"][0] <= spread["tau2"] <= spread["tau2_ci"][1]
    assert spread["i2_ci"][0] <= spread["i2"] <= spread["i2_ci"][1]
    by_z = pooled(file, Options({}, "OR", "glmm", "z"))["model"]
    assert by_z["estimate"] == answer["model"]["estimate"]
    assert by_z["ci"][0] > answer["model"]["ci"][0]


@pytest.mark.parametrize(
    ("dataset", "measure", "name"),
    [("bin_bcg", "RR", "ablat"), ("bin_bcg", "OR", "alloc"), ("prop_hannum2020", "PLO",
     "objectivity"), ("gen_hackshaw1998", "OR", "design")],
)  # fmt: skip
def test_moderators_and_groups_are_metafors(shared_data, dataset, measure, name):
    """Coefficients, QM and R2; groups with a variance each, and with one for all."""
    known = reference.read(shared_data, dataset)["measures"][measure]["moderators"][name]
    file = shared_data / "synthesis" / "data" / f"{dataset}.csv"
    columns = {"gen": {"yi": "yi", "vi": "vi"}, "pro": XN}.get(dataset[:3], {})
    for method in ("REML", "DL", "ML"):
        for test in ("z", "knha"):
            expected = known[f"{method}_{test}"]
            options = Options(columns, measure, method, test, moderators=[name])
            found = pooled(file, options)["regression"]
            coefficients = found["coefficients"]
            reference.agree(
                [
                    *(
                        (ours, [one[ours] for one in coefficients], expected[theirs])
                        for ours, theirs in (("estimate", "coef"), ("se", "se"), ("p", "pval"))
                    ),
                    ("qm", found["qm"], expected["QM"]),
                    ("qm_p", found["qm_p"], expected["QMp"]),
                    ("r2", found["r2"], expected["R2"]),
                    ("tau2", found["tau2"], expected["tau2"]),
                    ("qe", found["qe"], expected["QE"]),
                ]
            )
            if name != "ablat":
                together = pooled(
                    file, Options(columns, measure, method, test, by=name, common_tau2=True)
                )["groups"]
                reference.agree(
                    [
                        ("between", together["between"]["q"], expected["QM"]),
                        ("p", together["between"]["p"], expected["QMp"]),
                    ]
                )
        if name == "ablat":
            continue
        apart = known[f"{method}_separate_tau2"]
        found = pooled(file, Options(columns, measure, method, "z", by=name))["groups"]
        levels = found["levels"]
        assert [one["level"] for one in levels] == apart["levels"]
        tested = [at for at, one in enumerate(levels) if one["k"] > 1]
        reference.agree(
            [
                ("k", [one["k"] for one in levels], apart["k"]),
                ("estimate", [one["model"]["estimate"] for one in levels], apart["est"]),
                (
                    "tau2",
                    [levels[at]["heterogeneity"]["tau2"] for at in tested],
                    [apart["tau2"][at] for at in tested],
                ),
                ("between", found["between"]["q"], apart["Q_between"]),
                ("p", found["between"]["p"], apart["p"]),
            ],
            abs=1e-6,
        )


def test_four_cells_are_two_groups(tmp_path):
    """--ai --bi --ci --di as --ai --n1i --ci --n2i; first two BCG trials by hand."""
    cells = pooled(
        written(tmp_path, *FOUR), Options({"ai": "a", "bi": "b", "ci": "c", "di": "d"}, "RR")
    )
    totals = [(a, a + b, c, c + d) for a, b, c, d in FOUR[1:]]
    file = written(tmp_path, "ai,n1i,ci,n2i", *totals, name="totals.csv")
    assert pooled(file, Options({}, "RR")) == cells
    first = math.log((4 / 123) / (11 / 139))
    assert cells["studies"][0]["yi"] == pytest.approx(first)
    assert cells["studies"][0]["estimate"] == pytest.approx(math.exp(first))
    assert cells["effect"]["estimate"] == pytest.approx(math.exp(cells["model"]["estimate"]))
    assert (cells["events"], cells["total"]) == (374, 27787)


TABLES = {
    "events": ("events,total", (3, 20), (9, 30), (4, 11), (7, 44)),
    "ai": ("ai,n1i,ci,n2i", (3, 20, 6, 21), (9, 30, 12, 31), (4, 11, 5, 12), (2, 9, 4, 10)),
    "n1i": ("n1i,m1i,sd1i,n2i,m2i,sd2i", (10, 3, 1, 12, 2, 1), (20, 4, 2, 20, 3, 1),
            (15, 5, 2, 14, 4.5, 2)),
    "ri": ("ri,ni", (0.3, 20), (-0.1, 30), (0.5, 40)),
    "xi": ("xi,ti", (3, 100.5), (0, 50), (7, 210)),
    "x1i": ("x1i,t1i,x2i,t2i", (3, 100, 5, 90), (0, 50, 2, 51), (7, 210, 4, 200)),
    "yi": ("yi,vi", (0.1, 0.2), (0.3, 0.1), (0.9, 0.25)),
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_an_answer(tmp_path, measure):
    """An estimand in words, an estimate on the scale of the model; by itself, in groups, alone."""
    header, *rows = TABLES[columns_of(measure)[0]]
    file = written(tmp_path, header, *rows)
    for method in ("REML", "EE"):
        answer = pooled(file, Options({}, measure, method))
        assert answer["estimand"].startswith("The ")
        low, high = answer["model"]["ci"]
        assert low < answer["model"]["estimate"] < high
    for some in ([], rows[:1], rows[:2], [rows[0]] * 3):
        for test in ("z", "knha", "adhoc"):
            options = Options({}, measure, "REML", test)
            pooled(written(tmp_path, header, *some, name="some.csv"), options)


def test_effects_as_given_on_a_named_scale(tmp_path):
    """--yi --vi with --measure OR are log odds ratios and come back as odds ratios."""
    file = written(tmp_path, *TABLES["yi"])
    columns = {"yi": "yi", "vi": "vi"}
    generic, ratio = pooled(file, Options(columns)), pooled(file, Options(columns, "OR"))
    assert (generic["model"]["measure"], generic["model"]["method"]) == ("GEN", "REML")
    assert generic["effect"]["estimate"] == generic["model"]["estimate"]
    assert ratio["model"]["estimate"] == generic["model"]["estimate"]
    assert ratio["effect"]["estimate"] == pytest.approx(math.exp(ratio["model"]["estimate"]))
    assert (generic["events"], generic["total"]) == (None, None)


@pytest.mark.parametrize(
    ("options", "method", "test"),
    [
        (Options(XN), "glmm", "t"),
        (Options(XN, test="z"), "glmm", "z"),
        (Options(XN, test="knha"), "REML", "knha"),
        (Options(XN, by="n", common_tau2=True), "REML", "adhoc"),
        (Options(XN, "PAS"), "REML", "adhoc"),
        (Options({"events": "x", "total": "n"}, method="DL"), "DL", "adhoc"),
    ],
)
def test_what_is_left_open_is_chosen_to_fit(tmp_path, options, method, test):
    """The binomial-normal model for proportions, unless another option rules it out."""
    model = pooled(proportions(tmp_path, *SALVAGE), options)["model"]
    assert (model["method"], model["test"]) == (method, test)


# Cases with an answer of their own


@pytest.mark.parametrize("options", [GLMM, Options(XN, "PLO", "REML"), Options(XN, "PFT", "DL")])
def test_no_study_is_an_answer(tmp_path, options):
    """k = 0: a header, and nothing to pool."""
    answer = pooled(proportions(tmp_path), options)
    assert (answer["k"], answer["events"], answer["total"]) == (0, 0, 0)
    assert (answer["studies"], answer["notes"]) == ([], [words.NOTHING])
    assert answer["estimand"] is answer["model"]["estimate"] is None
    by = pooled(written(tmp_path, "x,n,g"), Options(XN, by="g", moderators=["g"], method="DL"))
    assert by["groups"]["levels"] == []
    assert by["regression"] is None


def test_one_study_is_shown_not_pooled(tmp_path):
    """k = 1: its own exact interval, or that of its effect."""
    answer = pooled(proportions(tmp_path, (7, 20)), GLMM)
    assert answer["notes"] == [words.ONE]
    assert answer["model"]["estimate"] is None
    assert answer["proportion"]["estimate"] == 0.35
    assert answer["proportion"]["ci"] == pytest.approx([0.153909, 0.592189], abs=1e-6)
    other = pooled(written(tmp_path, "yi,vi", (0.5, 0.04)), Options({}, "GEN"))
    assert other["effect"]["estimate"] == 0.5
    assert other["effect"]["ci"] == pytest.approx([0.1080072, 0.8919928])


@pytest.mark.parametrize("method", ["glmm", "REML", "EE"])
def test_what_two_studies_cannot_tell_is_not_read_out(tmp_path, method):
    """k = 2: the numbers are there, a note says what they are worth, and people don't see them."""
    answer = pooled(proportions(tmp_path, (3, 10), (12, 30)), Options(XN, "PLO", method))
    assert "Two studies are too few" in answer["notes"][0]
    assert "is worth quoting" in answer["notes"][0]
    assert None not in [answer["heterogeneity"][name] for name in ("i2", "h2", "q", "q_df", "q_p")]
    low, high = answer["model"]["pi"]
    assert low < answer["model"]["estimate"] < high
    said = summary(answer)
    assert "prediction interval, for one more" not in said
    assert "tau2" not in said


@pytest.mark.parametrize("method", ["glmm", "REML", "DL"])
@pytest.mark.parametrize(
    ("rows", "estimate", "ci", "note"),
    [
        ([(0, 10), (0, 15), (0, 7)], 0, [0, 0.1088806], "No patient in any"),
        ([(10, 10), (15, 15), (7, 7)], 1, [0.8911194, 1], "Every patient in all"),
        ([(0, 10), (12, 12), (0, 8)], 0.4, [0.2266, 0.5940], "either all patients or none"),
        ([(1, 1), (0, 1), (1, 1)], 2 / 3, [0.0942993, 0.9915962], "reports of a single patient"),
    ],
)
def test_no_finite_estimate_gives_the_exact_interval(tmp_path, method, rows, estimate, ci, note):
    """All patients together, by Clopper and Pearson; no tau2 in the thousands."""
    answer = pooled(proportions(tmp_path, *rows), Options(XN, "PLO", method))
    assert answer["proportion"]["estimate"] == pytest.approx(estimate)
    assert answer["proportion"]["ci"] == pytest.approx(ci, abs=1e-4)
    assert answer["proportion"]["interval"] == "Clopper-Pearson"
    assert note in answer["notes"][0]
    assert answer["model"]["estimate"] is answer["heterogeneity"]["tau2"] is None
    assert "all patients taken together" in answer["estimand"]


@pytest.mark.parametrize("method", ["glmm", *TAU2_METHODS])
def test_identical_studies_have_no_variance(tmp_path, method):
    """tau2 = 0, said to be an estimate."""
    answer = pooled(proportions(tmp_path, *[(3, 10)] * 4), Options(XN, "PLO", method))
    assert answer["heterogeneity"]["tau2"] == 0
    assert answer["proportion"]["estimate"] == pytest.approx(0.3)
    assert "data.csv" not in "".join(answer["notes"])
    assert method == "EE" or words.IDENTICAL in answer["notes"]


def test_an_interval_of_no_width_is_said(tmp_path):
    """Knapp-Hartung with identical studies."""
    file = proportions(tmp_path, *[(3, 10)] * 4)
    answer = pooled(file, Options(XN, "PLO", "REML", "knha"))
    assert "has no width" in answer["notes"][0]
    assert answer["model"]["stat"] is None


def test_two_groups_without_events(tmp_path):
    """No ratio, by any method; a difference of risks there is."""
    file = written(tmp_path, "ai,n1i,ci,n2i", (0, 10, 0, 11), (0, 20, 0, 19), (0, 9, 0, 9))
    for measure, method in (("OR", None), ("OR", "glmm"), ("RR", "mh"), ("PETO", "peto")):
        answer = pooled(file, Options({}, measure, method))
        assert "no ratio can be estimated" in answer["notes"][0]
        assert answer["effect"]["estimate"] is answer["estimand"] is None
    assert pooled(file, Options({}, "RD"))["effect"]["estimate"] == pytest.approx(0, abs=1e-3)
    one_side = written(tmp_path, "ai,n1i,ci,n2i", (0, 10, 3, 11), (0, 20, 2, 19), (0, 9, 1, 9))
    for measure, method in (("OR", "glmm"), ("OR", "mh"), ("RR", "mh")):
        answer = pooled(one_side, Options({}, measure, method))
        assert answer["notes"][0].startswith("Nothing could be estimated from these studies:")


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("RD", [(0, 10, 0, 11), (0, 20, 0, 19)]),
        ("RR", [(9, 9, 4, 4), (9, 9, 7, 7)]),
        ("RD", [(0, 1000000, 40, 40), (0, 7, 5, 5), (0, 3, 11, 11)]),
    ],
)
def test_a_common_effect_without_variance(tmp_path, measure, rows):
    """Mantel-Haenszel where in each group all patients or none had the event."""
    file = written(tmp_path, "ai,n1i,ci,n2i", *rows)
    answer = pooled(file, Options({}, measure, "mh"))
    assert answer["effect"]["estimate"] is None
    assert "in every group all patients or none" in answer["notes"][0]


def test_studies_that_tell_nothing_do_not_count(tmp_path):
    """Of three rows two tell something of a ratio: too few for a difference between studies."""
    header, silent = "ai,n1i,ci,n2i", (0, 5, 0, 5)
    two = written(tmp_path, header, (3, 9, 5, 9), (2, 7, 4, 8), silent)
    for method in ("glmm", "mh"):
        answer = pooled(two, Options({}, "OR", method))
        assert "Two studies are too few" in answer["notes"][0]
        assert "1 of the 3 studies" in " ".join(answer["notes"])
        assert answer["heterogeneity"]["q_df"] == 1
        assert "tau2" not in summary(answer)
    one = written(tmp_path, header, (3, 9, 5, 9), silent)
    answer = pooled(one, Options({}, "OR", "mh"))
    assert answer["effect"]["estimate"] == pytest.approx(3 * 4 / (6 * 5))
    assert "of the one study that tells" in answer["notes"][0]
    assert pooled(one, Options({}, "OR", "glmm"))["effect"]["estimate"] is None


def test_the_kind_of_each_statistic_is_named(tmp_path):
    """I2 from tau2 or from Q; Q is Cochran's or a likelihood ratio."""
    file = proportions(tmp_path, *SALVAGE)
    for method, i2, q, said in (
        ("glmm", "tau2", "likelihood ratio", "likelihood ratio"),
        ("REML", "tau2", "Cochran", "I2, from tau2"),
        ("EE", "Q", "Cochran", "I2, from Q"),
    ):
        answer = pooled(file, Options(XN, "PLO", method))
        spread = answer["heterogeneity"]
        assert (spread["i2_form"], spread["q_form"]) == (i2, q)
        assert said in summary(answer)


def test_limits_beyond_any_number(tmp_path):
    """An interval of log odds ratios that is no number as odds ratios is left open."""
    file = written(tmp_path, "yi,vi", (5, 1e6), (0, 2e6), (9, 1e6))
    answer = pooled(file, Options({"yi": "yi", "vi": "vi"}, "OR"))
    assert answer["effect"]["ci"] == [0, None]
    assert "larger than any number" in answer["notes"][-1]


def test_an_interval_may_exclude_its_estimate(tmp_path):
    """tau2 by DerSimonian and Laird outside the Q-profile interval: said, not hidden."""
    rows = [(4, 0.01), (3, 0.1), (4, 0.01), (0, 1), (2, 1)]
    file, columns = written(tmp_path, "yi,vi", *rows), {"yi": "yi", "vi": "vi"}
    moments, likelihood = (pooled(file, Options(columns, method=name)) for name in ("DL", "REML"))
    spread = moments["heterogeneity"]
    assert spread["tau2"] == pytest.approx(0.2115772)
    assert spread["tau2_ci"] == pytest.approx([0.4303990, 22.4820481])
    assert ["lies outside its interval" in note for note in moments["notes"]] == [True]
    assert likelihood["notes"] == []


@settings(max_examples=60)
@given(st.data())
def test_any_counts_have_an_answer(data):
    """Proportions and odds ratios from any table, by any method, in groups and regressed."""
    counts = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    rows = data.draw(st.lists(st.tuples(counts, counts, st.sampled_from("ab")), max_size=6))
    measure, method, test = data.draw(
        st.sampled_from(
            [
                *(("PLO", "glmm", test) for test in ("z", "t")),
                *(("OR", method, "z") for method in ("glmm", "mh", "DL")),
                *((measure, "REML", test) for measure in ("PLO", "PFT", "RR")
                  for test in ("z", "knha", "adhoc")),
                *(("PETO", method, "z") for method in ("peto", "PM")),
            ]
        )
    )  # fmt: skip
    normal = method in TAU2_METHODS
    options = Options(
        {}, measure, method, test, by="g", common_tau2=normal and data.draw(st.booleans()),
        moderators=["g"] if normal else [],
    )  # fmt: skip
    lines = [(a, n1, c, n2, a, n1, group) for (a, n1), (c, n2), group in rows]
    with tempfile.TemporaryDirectory() as folder:
        pooled(written(Path(folder), "events,total,ci,n2i,ai,n1i,g", *lines), options)


def test_what_was_done_is_said(tmp_path):
    """Half patients, single patients, labels given twice, scales that do not fit."""
    rows = [("A", 0, 9), ("A", 7, 8), ("B", 1, 1), ("C", 9, 9), ("D", 8, 9)]
    file = written(tmp_path, "study,x,n", *rows)
    said = " ".join(pooled(file, Options(XN, "PR", "REML", "z", slab="study"))["notes"])
    assert "In 3 of the 5 studies all patients or none" in said
    assert "1 of the 5 studies is a report of a single patient" in said
    assert "Named in several rows: A." in said
    assert "beyond 0 or 100 %" in said
    said = " ".join(pooled(file, Options(XN, "PFT", "REML"))["notes"])
    assert "half a patient" not in said
    assert "Not for a headline" in said


def test_groups_too_small_are_not_tested(tmp_path):
    """A group of one study is shown; two groups are needed for a test."""
    rows = [(3, 10, "a"), (9, 30, "a"), (4, 11, "a"), (5, 9, "b")]
    answer = pooled(written(tmp_path, "x,n,g", *rows), Options(XN, by="g"))
    assert [one["k"] for one in answer["groups"]["levels"]] == [3, 1]
    assert answer["groups"]["levels"][1]["notes"] == [words.ONE]
    assert answer["groups"]["between"] is None
    assert "needs two groups" in answer["notes"][-1]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(3, 10, 1), (9, 30, 2)], "too few"),
        ([(3, 10, 1), (9, 30, 1), (2, 7, 1), (3, 9, 1)], "could not be tested"),
        ([(3, 10, "a"), (9, 30, "a"), (2, 7, "a"), (3, 9, "a")], "one group only"),
    ],
)
def test_moderators_that_tell_nothing(tmp_path, rows, why):
    """Said, with the pooled answer all the same."""
    file = written(tmp_path, "x,n,m", *rows)
    answer = pooled(file, Options(XN, moderators=["m"]))
    assert answer["regression"] is None
    assert why in " ".join(answer["notes"])
    assert answer["model"]["method"] == "REML"


# What can't be meant


def test_every_wrong_cell_is_named(tmp_path):
    """File, row, column, value and what is allowed, all at once."""
    rows = [(3, 10), ("", 10), (11, 10), (-1, 10), (2.5, 10), ("two", 0), ("1_0", "nan")]
    file = proportions(tmp_path, *rows)
    with pytest.raises(TableError) as error:
        pool_file(file, GLMM)
    count, group = "a whole number, 0 or more", "a whole number, 1 or more"
    assert [str(problem) for problem in error.value.problems] == [
        f"{file} row 3: x is empty; allowed: {count}",
        f"{file} row 4: x is '11'; allowed: a whole number from 0 to n (10)",
        f"{file} row 5: x is '-1'; allowed: {count}",
        f"{file} row 6: x is '2.5'; allowed: {count}",
        f"{file} row 7: x is 'two'; allowed: {count}",
        f"{file} row 7: n is '0'; allowed: {group}",
        f"{file} row 8: x is '1_0'; allowed: {count}",
        f"{file} row 8: n is 'nan'; allowed: {group}",
    ]


@pytest.mark.parametrize(
    ("measure", "header", "row", "allowed"),
    [
        ("GEN", "yi,vi", (1, 0), "vi is '0'; allowed: a number above 0"),
        ("GEN", "yi,vi", ("1.5.", 1), "yi is '1.5.'; allowed: a number"),
        ("ZCOR", "ri,ni", (1, 20), "ri is '1'; allowed: a number above -1 and below 1"),
        ("COR", "ri,ni", (0.1, 3), "ni is '3'; allowed: a number of at least 4"),
        ("IR", "xi,ti", (3, 0), "ti is '0'; allowed: a number above 0"),
        ("IR", "xi,ti", (-3, 1), "xi is '-3'; allowed: a number, 0 or more"),
        ("OR", "ai,n1i,ci,n2i", (3, 5, 7, 6), "ci is '7'; allowed: a whole number from 0 to"),
        ("MD", "n1i,m1i,sd1i,n2i,m2i,sd2i", (1, 1, 1, 9, 1, 1), "n1i is '1'; allowed: a number"),
        ("MD", "n1i,m1i,sd1i,n2i,m2i,sd2i", (9, 1, 0, 9, 1, 1), "sd1i is '0'; allowed: a number"),
        ("ROM", "n1i,m1i,sd1i,n2i,m2i,sd2i", (9, 1, 1, 9, -1, 1), "m2i is '-1'; allowed: a mean"),
    ],
)  # fmt: skip
def test_each_kind_of_number_has_its_limits(tmp_path, measure, header, row, allowed):
    """What a measure can't be computed from is named with its cell."""
    with pytest.raises(TableError) as error:
        pool_file(written(tmp_path, header, row), Options({}, measure))
    assert f"row 2: {allowed}" in str(error.value)


def test_a_comma_is_no_decimal_point(tmp_path):
    """Semicolons divide, but numbers are not guessed."""
    (tmp_path / "data.csv").write_text("yi;vi\n0,5;1\n0.5;1\n")
    with pytest.raises(TableError) as error:
        pool_file(tmp_path / "data.csv", Options({}, "GEN"))
    assert str(error.value).endswith(
        "row 2: yi is '0,5'; allowed: a number, with a point for the decimals"
    )


def test_groups_of_no_one_and_words_among_numbers(tmp_path):
    """0 with and 0 without the event; a moderator that is nearly a number; an empty group."""
    four = {"ai": "a", "bi": "b", "ci": "c", "di": "d"}
    rows = [(1, 2, 0, 0, 1990, "g"), (1, 2, 3, 4, "ca. 1995", ""), (1, 2, 3, 4, 1999, "h")]
    file = written(tmp_path, "a,b,c,d,year,by", *rows)
    with pytest.raises(TableError) as error:
        pool_file(file, Options(four, "OR", moderators=["year"], by="by"))
    assert [str(problem).partition(": ")[2] for problem in error.value.problems] == [
        "d is '0'; allowed: 1 or more where c is 0: a group of no one is none",
        "year is 'ca. 1995'; allowed: a number, as in the other rows",
        "by is empty; allowed: a value for each study",
    ]


def test_columns_that_are_not_there(tmp_path):
    """All of them at once, with those that are."""
    options = Options({"events": "cases", "total": "n"}, slab="author", moderators=["year"], by="g")
    with pytest.raises(TableError) as error:
        pool_file(proportions(tmp_path, (1, 2)), options)
    assert [problem[1:5] for problem in error.value.problems] == [
        (1, option, value, "a column of the table: x, n")
        for option, value in (
            ("--events", "cases"), ("--slab", "author"), ("--by", "g"), ("--moderator", "year")
        )
    ]  # fmt: skip


def test_a_file_that_is_none(tmp_path):
    """An absent file and an empty one; neither is a table without studies."""
    with pytest.raises(ReviewError, match="there is no such file"):
        pool_file(tmp_path / "absent.csv", GLMM)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(TableError, match="a header first, the file is empty"):
        pool_file(tmp_path / "empty.csv", GLMM)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(XN, "PXX", "REM", "q", "t"), ["--measure is 'PXX'", "--method is 'REM'",
                                               "--test is 'q'", "--pi is 't'"]),
        (Options({}), ["columns of the numbers are none", "--events --total", "--measure"]),
        (Options({"events": "x"}), ["are --events;", "--events --total"]),
        (Options(XN, "OR"), ["--ai --n1i --ci --n2i or --ai --bi --ci --di or --yi --vi"]),
        (Options(XN, "PR", "glmm"), ["--method glmm is not for measure PR; allowed: PLO, OR"]),
        (Options({}, "PLO", "mh"), ["--method mh is not for measure PLO; allowed: OR, RR, RD"]),
        (Options({}, "OR", "peto"), ["--method peto is not for measure OR; allowed: PETO"]),
        (Options(XN, "PLO", "glmm", "knha"), ["--test knha is not for method glmm", "z, t"]),
        (Options(XN, "PLO", "REML", "t"), ["--test t is not", "allowed: z, knha, adhoc"]),
        (Options({}, "OR", "mh", "adhoc"), ["--test adhoc is not for method mh", "allowed: z"]),
        (Options(XN, "PLO", "glmm", moderators=["m"]), ["--moderator is not for method glmm"]),
        (Options(XN, method="REML", common_tau2=True), ["--common-tau2", "together with --by"]),
        (Options({"yi": "y", "vi": "v"}, "PLO", "glmm"), ["needs counts, not --yi and --vi"]),
        (Options({"yi": "y", "vi": "v"}, "PFT"), ["allowed with measure PFT: --events --total"]),
        (Options(XN, "PR", "mh", "knha"), ["--method mh is not", "--test knha is not"]),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(tmp_path, options, said):
    """Refused before the table is read, with what is allowed."""
    with pytest.raises(ReviewError) as error:
        pool_file(tmp_path / "unread.csv", options)
    assert "no such file" not in str(error.value)
    assert [words for words in said if words not in str(error.value)] == []


# The command


def command(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "living_review", "pool", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_command_works_in_any_folder(tmp_path):
    """JSON as the function gives it; words for readers; a message and 1 for what is wrong."""
    file = proportions(tmp_path, *SALVAGE)
    asked = ("data.csv", "--events", "x", "--total", "n")
    run = command(tmp_path, *asked, "--measure", "PLO", "--method", "glmm", "--test", "z", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout) == pool_file(file, GLMM)
    run = command(tmp_path, *asked)
    assert run.returncode == 0
    assert "73.1 %, 95 % confidence interval" in run.stdout
    assert "95 % prediction interval" in run.stdout
    wrong = proportions(tmp_path, (3, 2))
    run = command(tmp_path, *asked)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "data.csv row 2: x is '3'; allowed: a whole number from 0 to n (2)\n"
    assert list(tmp_path.iterdir()) == [wrong]
