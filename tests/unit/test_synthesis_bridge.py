"""What moved a result from one version to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.synthesis.bridge import bridge, by_version, shown


def row(study_id, events, n_known, **changed):
    return {
        "study_id": study_id,
        "arm_id": "a",
        "label": study_id.title(),
        "events": events,
        "n_known": n_known,
        "n_treated": n_known,
        "provisional": False,
        "retracted": False,
    } | changed


def crude(rows, analysis):
    """A pooling of one line: the crude share of what counts."""
    firm = [one for one in rows if not (one["provisional"] or one["retracted"])]
    events, known = (sum(one[name] for one in firm) for name in ("events", "n_known"))
    share = {"estimate": events / known, "ci": [0.0, 1.0]} if known else None
    return {"k": len(firm), "events": events, "n_known": known, "proportion": None, "crude": share}


def half(rows, analysis):
    """Another method: half of the crude share."""
    main = crude(rows, analysis)
    if main["crude"]:
        main["crude"]["estimate"] /= analysis["divisor"]
    return main


def held(before, now, main=crude, analysis=None):
    sides = [
        {"rows": rows, "analysis": analysis or {}, "main": main_of(rows, analysis or {})}
        for rows, main_of in ((before, crude), (now, main))
    ]
    return bridge(*sides, main)


OLD = [row("a", 5, 10), row("b", 2, 10)]


def test_nothing_changed():
    """The same rows by the same method: three results that are one, and no study named."""
    found = held(OLD, OLD)
    assert found["old"] == found["old_by_now"] == found["new"]
    assert (found["studies"], found["remainder"]) == ([], 0)


def test_a_study_is_added():
    """It moved the estimate as far as the estimate is another without it."""
    found = held(OLD, [*OLD, row("c", 10, 10)])
    (study,) = found["studies"]
    assert (study["study_id"], study["change"]) == ("c", "added")
    assert study["without"]["estimate"] == 7 / 20
    assert study["moved"] == pytest.approx(17 / 30 - 7 / 20)
    assert found["remainder"] == pytest.approx(0)


@pytest.mark.parametrize("mark", ["provisional", "retracted"])
def test_a_study_that_counts_no_more(mark):
    """A retracted study, or one read in the abstract only again, has dropped out."""
    found = held(OLD, [OLD[0], OLD[1] | {mark: True}])
    assert [(one["study_id"], one["change"]) for one in found["studies"]] == [("b", "dropped")]
    turned = held([OLD[0], OLD[1] | {mark: True}], OLD)
    assert [(one["study_id"], one["change"]) for one in turned["studies"]] == [("b", "added")]


def test_a_corrected_count():
    """The study is held against its own earlier row, not left out."""
    found = held(OLD, [OLD[0], OLD[1] | {"events": 4}])
    (study,) = found["studies"]
    assert study["change"] == "changed"
    assert study["without"] == found["old"]


def test_words_that_change_no_count():
    """Another label, or a row that counts nowhere, moves nothing."""
    now = [OLD[0] | {"label": "Alpha"}, OLD[1], row("x", 1, 1, provisional=True)]
    assert held(OLD, now)["studies"] == []


def test_a_changed_method_is_told_apart_from_new_studies():
    """Old data by the present method stand between the two."""
    found = held(OLD, [*OLD, row("c", 10, 10)], half, {"divisor": 2})
    estimates = [found[name]["estimate"] for name in ("old", "old_by_now", "new")]
    assert estimates == pytest.approx([7 / 20, 7 / 40, 17 / 60])
    assert sum(one["moved"] for one in found["studies"]) == pytest.approx(17 / 60 - 7 / 40)


def test_the_first_study():
    """Nothing stands against nothing: no difference is made up."""
    found = held([], [row("a", 5, 10)])
    assert found["old"]["kind"] == found["old_by_now"]["kind"] == "none"
    assert found["studies"][0]["moved"] is None
    assert found["remainder"] is None


def test_results_from_version_to_version():
    """As they were published, and the studies of each by the present method."""
    earlier = {
        "2026.10": {"rows": OLD[:1], "analysis": {}, "main": crude(OLD[:1], {})},
        "2026.11": {"rows": OLD, "analysis": {}, "main": crude(OLD, {})},
    }
    told = by_version(earlier, {"divisor": 2}, half)
    assert [one["version"] for one in told] == ["2026.10", "2026.11"]
    assert [one["published"]["estimate"] for one in told] == [0.5, 0.35]
    assert [one["by_now"]["estimate"] for one in told] == [0.25, 0.175]


def test_a_pooled_result_is_shown_before_a_crude_one():
    """As on the page."""
    main = crude(OLD, {}) | {"proportion": {"estimate": 0.3, "ci": [0.1, 0.5]}}
    assert (shown(main)["kind"], shown(main)["estimate"]) == ("pooled", 0.3)


STUDIES = st.dictionaries(
    st.sampled_from("abcdef"),
    st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
).map(lambda counts: [row(study_id, *told) for study_id, told in counts.items()])


@given(STUDIES, STUDIES)
@settings(max_examples=100, deadline=None)
def test_the_parts_make_up_the_whole(before, now):
    """What studies moved, and what they moved together, is all that moved."""
    found = held(before, now)
    parts = [one["moved"] for one in found["studies"]]
    if None in parts:
        assert found["remainder"] is None
        return
    whole = found["new"]["estimate"] - found["old_by_now"]["estimate"]
    assert sum(parts) + found["remainder"] == pytest.approx(whole)
