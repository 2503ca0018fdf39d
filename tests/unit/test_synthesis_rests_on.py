"""What a result rests on: single studies, their order, small ones, groups; and never a NaN."""

import json

import numpy as np
import pytest
import synthesis_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling_cases import SALVAGE, rows
from scipy import special

from living_review import synthesis
from living_review.errors import EstimationError
from living_review.synthesis import diagnostics, glmm
from living_review.synthesis.glmm import fit_glmm
from living_review.synthesis.glmm_groups import subgroups_glmm
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.subgroups import subgroups_common_tau2

ANALYSIS = {"id": "recurrence"}
REML_Z = {"measure": "PLO", "method": "REML", "test": "z"}


def pooled(series, **analysis):
    return synthesis.pool(rows(series), ANALYSIS | analysis)


def column(lines, name):
    return [line[name] for line in lines]


def test_without_each_study_the_counts_are_pooled_again():
    """As if the study had never come: the same fit from a cold start, in the order of the plot."""
    found = pooled(SALVAGE)
    assert column(found["leave_one_out"], "study_id") == column(
        found["main"]["studies"], "study_id"
    )
    for at, line in enumerate(found["leave_one_out"]):
        known = fit_glmm(*zip(*(SALVAGE[:at] + SALVAGE[at + 1 :]), strict=True))
        assert line["estimate"] == pytest.approx(known.median, rel=1e-9)
        assert line["ci"] == pytest.approx(special.expit(known.ci("t")), rel=1e-8)
        assert line["tau2"] == pytest.approx(known.tau2, rel=1e-6, abs=1e-9)
        assert (line["k"], line["modelled"]) == (11, True)


def test_studies_are_added_by_year():
    """Each step pools what was there by then; the last is the result; no year comes last."""
    table = rows(SALVAGE)
    years = [2009, 2001, "", 2005, 2003, 2003, 2020, 2010, 2011, 2012, 2013, 2014]
    found = synthesis.pool(table.assign(year=years), ANALYSIS)
    steps = found["cumulative"]
    assert column(steps, "year") == [*sorted(y for y in years if y), None]
    assert column(steps, "k") == list(range(1, 13))
    assert column(steps, "label")[1:3] == ["Author 04", "Author 05"]
    assert (steps[0]["estimate"], steps[0]["modelled"]) == (11 / 16, False)
    known = fit_glmm(*zip(*(SALVAGE[at] for at in (1, 4, 5, 3)), strict=True))
    assert steps[3]["estimate"] == pytest.approx(known.median, rel=1e-9)
    assert steps[-1]["estimate"] == pytest.approx(found["main"]["proportion"]["estimate"], rel=1e-9)


@pytest.mark.parametrize("dataset", ["prop_pritz1997", "prop_nielweise2007_treated"])
def test_diagnostics_of_a_normal_model_are_metafors(shared_data, dataset):
    """Leave-one-out, cumulative and influence by REML with z."""
    known = reference.read(shared_data, dataset)
    extras = known["measures"]["PLO"]["extras"]
    series = list(zip(known["input"]["x"], known["input"]["n"], strict=True))
    found = pooled(series, model=REML_Z)
    pairs = []
    for name, steps, expected in (
        ("leave_one_out", found["leave_one_out"], extras["leave1out_REML_z"]),
        ("cumulative", found["cumulative"][2:], _later(extras["cumul_REML_z"], 2)),
    ):
        pairs += [
            (name, special.logit(column(steps, "estimate")), expected["estimate"]),
            (f"{name} lower", special.logit([s["ci"][0] for s in steps]), expected["ci.lb"]),
            (f"{name} upper", special.logit([s["ci"][1] for s in steps]), expected["ci.ub"]),
        ]
    influence, expected = found["influence"], extras["influence_REML"]
    pairs += [
        (name, column(influence, name), expected[theirs])
        for name, theirs in (
            ("rstudent", "rstudent"), ("cooks_d", "cook.d"), ("dffits", "dffits"),
            ("cov_ratio", "cov.r"), ("tau2_del", "tau2.del"), ("qe_del", "QE.del"), ("hat", "hat"),
        )
    ]  # fmt: skip
    reference.agree(pairs, abs=1e-6)


def _later(numbers, start):
    return {name: values[start:] for name, values in numbers.items() if isinstance(values, list)}


def test_influence_says_which_model_it_is_of():
    """The binomial-normal one has no such measures: logits by REML; a normal one is its own."""
    assert "logits" in pooled(SALVAGE)["influence_model"]
    other = pooled(SALVAGE, model={"measure": "PAS", "method": "DL"})["influence_model"]
    assert "arcsine" in other
    assert "(DL)" in other
    assert pooled(SALVAGE[:2])["influence"] == []


def test_few_studies_are_not_tested_for_small_study_effects():
    """Nine are refused in words; ten are tested, Peters first."""
    assert pooled(SALVAGE[:9])["small_study"] == {
        "k": 9,
        "refused": "Whether small studies report other results than large ones was not tested: that"
        " takes at least 10 studies, and there are 9.",
    }
    found = pooled(SALVAGE[:10])["small_study"]
    assert list(found) == ["k", "peters", "egger", "begg", "trim_and_fill"]


def test_small_study_tests_are_the_references(shared_data):
    """Peters, Egger, Begg and trim-and-fill of 14 series of hyperdynamic therapy."""
    known = reference.read(shared_data, "prop_pritz1997")
    series = list(zip(known["input"]["x"], known["input"]["n"], strict=True))
    found = pooled(series)["small_study"]
    measure = known["measures"]["PLO"]
    peters, lm = measure["peters"], measure["extras"]["regtest"]["lm_sei"]
    filled = measure["extras"]["trimfill"]
    reference.agree(
        [
            ("peters", found["peters"]["stat"], peters["t"]),
            ("peters p", found["peters"]["pval"], peters["p"]),
            ("egger", found["egger"]["pval"], lm["pval"]),
            ("begg", found["begg"]["tau"], measure["extras"]["ranktest"]["tau"]),
            ("trim and fill", found["trim_and_fill"]["k0"], filled["L0_REML_auto"]["k0"]),
        ]
    )


def test_equal_studies_have_no_asymmetry_to_test():
    """Each test refuses for itself."""
    found = pooled([(5, 10)] * 12)["small_study"]
    assert found["peters"] == {
        "refused": "All effects are the same: there is no asymmetry to test."
    }
    assert "refused" in found["egger"]
    assert "refused" in found["begg"]


GROUPS = ["b", "a", "a", "b", "b", "a", "c", "c", "a", "b", "a", "c"]


def grouped(series=SALVAGE, groups=GROUPS, asked="energy", **analysis):
    table = rows(series).assign(groups=[{"energy": group} for group in groups])
    (found,) = synthesis.pool(table, ANALYSIS | {"subgroups": [asked]} | analysis)["subgroups"]
    return found


@pytest.mark.parametrize("model", [None, REML_Z, {"measure": "PAS"}])
def test_groups_share_one_variance_by_default(model):
    """The model of the analysis with a mean for each group, as the library fits it."""
    found = grouped(model=model)
    x, n = zip(*SALVAGE, strict=True)
    if model is None:
        known, back = subgroups_glmm(x, n, GROUPS), special.expit
    else:
        effects = proportion_effects(model["measure"], x, n)
        test = model.get("test", "adhoc")
        known = subgroups_common_tau2(effects.yi, effects.vi, GROUPS, "REML", test)
        back = special.expit if model == REML_Z else lambda t: np.sin(t) ** 2
    assert column(found["levels"], "level") == ["a", "b", "c"]
    assert column(found["levels"], "k") == [5, 4, 3]
    assert column(found["levels"], "estimate") == pytest.approx(back(known.estimate))
    assert np.array(column(found["levels"], "ci")) == pytest.approx(back(known.ci))
    assert column(found["levels"], "tau2") == pytest.approx(known.tau2)
    assert found["between"]["q"] == pytest.approx(known.q_between)
    assert found["between"]["p"] == pytest.approx(known.p)
    assert found["between"]["df"] == [2, None if model == REML_Z else 9]
    whole = pooled(SALVAGE, model=model)["main"]["model"]["words"]
    less = "with as many degrees of freedom as studies less groups."
    assert found["model"] == (whole if model else f"{whole.rpartition(', ')[0]}, {less}")


def test_a_group_without_an_event_has_no_common_model():
    """It is named; each group stands by itself, the empty one with its exact interval."""
    found = grouped([(0, 9), (0, 4), *SALVAGE], ["z", "z", *GROUPS])
    words = "In the group 'z' no patient had the outcome: no finite mean."
    assert found["between"] == {"refused": words}
    empty = found["levels"][-1]
    assert (empty["estimate"], empty["tau2"]) == (0, None)
    assert empty["ci"] == pytest.approx([0, 1 - 0.025 ** (1 / 13)])


def test_groups_have_their_own_variance_where_asked():
    """Each as if it were alone; the test rests on their means and standard errors."""
    found = grouped(asked={"column": "energy", "tau2": "own"})
    for level in found["levels"]:
        own = [one for one, group in zip(SALVAGE, GROUPS, strict=True) if group == level["level"]]
        alone = pooled(own)["main"]
        assert level["estimate"] == pytest.approx(alone["proportion"]["estimate"], rel=1e-9)
        assert level["ci"] == pytest.approx(alone["proportion"]["ci"], rel=1e-8)
        assert (level["events"], level["n_known"]) == (alone["events"], alone["n_known"])
    assert (found["between"]["df"], found["between"]["groups"]) == ([2, None], 3)
    assert found["model"].startswith("Binomial-normal")


@pytest.mark.parametrize(
    ("series", "groups", "words"),
    [
        (SALVAGE, ["a"] * 12, "All studies are in one group: nothing to compare."),
        (SALVAGE, [""] * 12, "No study says to which group it belongs."),
        (SALVAGE[:3], ["a", "b", "c"], "3 studies in 3 groups are too few to compare them."),
        (SALVAGE[:0], [], "No study says to which group it belongs."),
    ],
)
def test_groups_that_cannot_be_compared(series, groups, words):
    """Said in words; each group there is stands with its own numbers."""
    found = grouped(series, groups)
    assert found["between"] == {"refused": words}
    levels = sorted({group for group in groups if group})
    assert column(found["levels"], "level") == levels


def test_studies_without_a_group_are_counted_in_words():
    """They are in the result, and in no group."""
    found = grouped(groups=["", "", *GROUPS[2:]])
    assert sum(column(found["levels"], "k")) == 10
    assert found["notes"] == [
        "2 studies do not say to which group they belong and can't count here."
    ]


def test_a_study_in_two_groups_is_in_no_test():
    """Its arms stand in both; a test would take them for two studies."""
    table = rows(SALVAGE).assign(groups=[{"energy": group} for group in GROUPS])
    table.loc[1, ["study_id", "arm_id"]] = ["study-00", "b"]
    (found,) = synthesis.pool(table, ANALYSIS | {"subgroups": ["energy"]})["subgroups"]
    assert found["between"]["refused"].startswith("1 study has patients in several groups.")
    assert sum(column(found["levels"], "k")) == 12


counts = st.tuples(st.integers(1, 40), st.integers(0, 5)).flatmap(
    lambda n: st.tuples(
        st.one_of(st.sampled_from([0, n[0]]), st.integers(0, n[0])),
        st.sampled_from([0, n[0], n[0]]),
        st.just(n[0] + n[1]),
    )
)
study = st.fixed_dictionaries(
    {
        "counts": counts,
        "provisional": st.sampled_from([False, False, False, True]),
        "retracted": st.sampled_from([False, False, False, True]),
        "overlaps": st.sampled_from([False, False, False, True]),
        "risk_of_bias": st.sampled_from(["", "high", "low"]),
        "followup_value": st.sampled_from(["", 6, 12, 24.5]),
        "followup_unit": st.sampled_from(["", "months", "years"]),
        "groups": st.sampled_from([{"energy": group} for group in ("", "a", "b")]),
        "year": st.sampled_from(["", 2001, 2002]),
    }
)
models = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "measure": st.sampled_from(["PLO", "PLN", "PAS", "PR"]),
            "method": st.sampled_from(["REML", "DL", "PM", "ML", "EB", "SJ", "HE", "HS", "EE"]),
            "test": st.sampled_from(["z", "knha", "adhoc"]),
        }
    ),
)
REASONS = ("provisional", "retracted", "overlaps")


@settings(deadline=None, max_examples=80)
@given(
    st.lists(study, max_size=12),
    models,
    st.sampled_from(["common", "own"]),
    st.randoms(use_true_random=False),
)
def test_valid_numbers_whatever_comes(studies, model, tau2, random):
    """Valid JSON for any counts, the same text in any order of rows; estimates inside intervals.

    What is left out, and what is known of studies besides their counts, never moves the result.
    """
    table = rows([(0, 1)] * len(studies)).to_dict("records")
    for row, drawn in zip(table, studies, strict=True):
        events, known, treated = drawn["counts"]
        row |= {key: value for key, value in drawn.items() if key != "counts"}
        row |= {"events": min(events, known), "n_known": known, "n_treated": treated}
    analysis = ANALYSIS | {"model": model, "subgroups": [{"column": "energy", "tau2": tau2}]}
    shuffled = random.sample(table, len(table))
    texts = {
        json.dumps(synthesis.pool(one, analysis), allow_nan=False) for one in (table, shuffled)
    }
    assert len(texts) == 1
    found = json.loads(texts.pop())
    counted = [row for row in table if not any(row[reason] for reason in REASONS)]
    plain = [{**row, "risk_of_bias": "", "followup_value": "", "groups": {}} for row in counted]
    alone = json.loads(json.dumps(synthesis.pool(plain, ANALYSIS | {"model": model})))
    assert alone["main"] == found["main"]
    fits = model is None or model["measure"] in ("PLO", "PAS")
    for line in _estimates(found):
        if line["k"]:
            low, high = line["ci"]
            assert low <= line["estimate"] + 1e-12
            assert line["estimate"] <= high + 1e-12
            assert not fits or (low >= 0 and high <= 1)
    for line in found["sensitivity"]:
        assert (line["refused"] is None) == (line["estimate"] is not None)
        assert all(note.endswith(".") for note in [*line["notes"], line["refused"] or "."])


def _estimates(found):
    main = found["main"]
    if main["k"]:
        yield main | (main["proportion"] or main["crude"])
    made = [line for line in found["sensitivity"] if not line["refused"]]
    levels = [level for one in found["subgroups"] for level in one["levels"]]
    yield from (*made, *found["leave_one_out"], *found["cumulative"], *levels)


@pytest.mark.parametrize("k", range(4))
def test_so_few_studies_have_defined_diagnostics(k):
    """Nothing to leave out below three; a step for each study; no test."""
    found = pooled(SALVAGE[:k])
    assert len(found["leave_one_out"]) == len(found["influence"]) == (k if k > 2 else 0)
    assert len(found["cumulative"]) == k
    assert "refused" in found["small_study"]
    if k == 3:
        assert column(found["leave_one_out"], "tau2") == [None] * 3


def test_where_all_had_it_the_exact_interval_stands_in():
    """Without the one study that differs no model is left."""
    found = pooled([(3, 10), (8, 8), (5, 5), (2, 2)])["leave_one_out"]
    assert (found[0]["estimate"], found[0]["tau2"], found[0]["modelled"]) == (1, None, False)
    assert found[0]["ci"] == pytest.approx([0.025 ** (1 / 15), 1])
    assert np.all([line["modelled"] for line in found[1:]])


def test_what_does_not_settle_takes_nothing_else_with_it(monkeypatch):
    """Without its profile intervals, or its influence, a result stands as it is, and says so."""
    whole = pooled(SALVAGE)

    def restless(*given):
        raise EstimationError("it did not settle")

    monkeypatch.setattr(glmm, "interval_of_mu", restless)
    monkeypatch.setattr(diagnostics, "deletion", restless)
    found = pooled(SALVAGE)
    for name in ("estimate", "ci", "pi", "marginal"):
        assert found["main"]["proportion"][name] == whole["main"]["proportion"][name]
    assert found["main"]["proportion"]["ci_profile"] is None
    assert found["main"]["heterogeneity"]["tau2"] == whole["main"]["heterogeneity"]["tau2"]
    assert found["main"]["heterogeneity"]["tau2_ci"] is None
    said = "The intervals by profile likelihood could not be found: it did not settle."
    assert said in found["main"]["notes"]
    assert found["influence"] == []
