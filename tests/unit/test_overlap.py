"""Of two studies that may have the same patients only the larger counts, until people say else."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import ledgers, overlap


def study(study_id, centre="Mayo Clinic, Rochester", since=2005, until=2010, **cells):
    return {
        "study_id": study_id,
        "centre": centre,
        "country": "USA",
        "recruited_from": since,
        "recruited_to": until,
        "year": 2012,
    } | cells


def line(first, second, decision, screener="ann", id_="1", supersedes=""):
    return dict.fromkeys(ledgers.COLUMNS["overlap"], "") | {
        "id": id_,
        "study_id_1": first,
        "study_id_2": second,
        "screener": screener,
        "decision": decision,
        "time": "2026-12-01T09:00:00Z",
        "supersedes": supersedes,
    }


def row(study_id, n_known, provisional=False, retracted=False, year=2012, n_treated=None):
    return {
        "study_id": study_id,
        "year": year,
        "n_known": n_known,
        "n_treated": n_known if n_treated is None else n_treated,
        "provisional": provisional,
        "retracted": retracted,
    }


def flagged(*studies, lines=()):
    return [
        (pair.study_id_1, pair.study_id_2, pair.standing) for pair in overlap.pairs(studies, lines)
    ]


def edges(*names):
    return {frozenset(name) for name in names}


A_B = [("a", "b", "undecided")]


@pytest.mark.parametrize(
    "other",
    [
        study("b"),
        study("b", "mayo clinic rochester"),
        study("b", "Department of Urology, Mayo Clinic, Rochester"),
        study("b", "Mayo Clinic"),
        study("b", "Cleveland Clinic; Mayo Clinic, Rochester"),
        study("b", since=2010, until=2015),
        study("b", since="", until=2007),
        study("b", since="", until=""),
        study("b", country=""),
        study("b", country="Canada; USA"),
    ],
)
def test_one_centre_in_the_same_years_is_suspected(other):
    """Spelling, longer names, several centres and what is not stated hide no overlap."""
    assert flagged(study("a"), other) == A_B


@pytest.mark.parametrize(
    "other",
    [
        study("b", "Cleveland Clinic"),
        study("b", ""),
        study("b", since=2011, until=2015),
        study("b", since="", until="", year=2004),
        study("b", country="Germany"),
    ],
    ids=["another centre", "no centre", "later years", "published before", "another country"],
)
def test_what_can_have_no_patient_in_common_is_not_suspected(other):
    """Nobody is asked about it, and both count."""
    assert flagged(study("a"), other) == []


def test_accents_and_general_words_tell_no_centres_apart():
    """But hospitals that have only general words in common are two."""
    assert flagged(study("a", "Hôpital Bichat"), study("b", "HOPITAL BICHAT, Paris")) == A_B
    assert (
        flagged(study("a", "University Hospital Bonn"), study("b", "University Hospital Ulm")) == []
    )
    assert flagged(study("a", "University Hospital"), study("b", "University Hospital")) == A_B


@pytest.mark.parametrize(
    ("decisions", "standing", "overlaps"),
    [
        (["separate"], "separate", False),
        (["same"], "same", True),
        (["partly"], "partly", True),
        (["same", "partly"], "partly", True),
        (["separate", "same"], "conflict", True),
        ([], "undecided", True),
    ],
)
def test_what_people_say_holds(decisions, standing, overlaps):
    """Who differs is listed, and as long as it is open only the larger counts."""
    lines = [line("b", "a", said, f"p{n}") for n, said in enumerate(decisions)]
    (pair,) = overlap.pairs([study("a"), study("b")], lines)
    assert (pair.standing, pair.overlaps) == (standing, overlaps)
    assert overlap.overlapping([study("a"), study("b")], lines) == (
        edges("ab") if overlaps else set()
    )


def test_people_see_overlap_that_the_table_does_not_tell():
    """No centre is stated, but somebody knows."""
    bare = [study("a", ""), study("b", "")]
    assert flagged(*bare, lines=[line("a", "b", "same")]) == [("a", "b", "same")]


def test_the_seed_decides_nothing():
    """What was entered when the review was set up is no person's word."""
    assert flagged(study("a"), study("b"), lines=[line("a", "b", "separate", "seed")]) == A_B


def test_a_superseded_line_counts_no_more():
    """The later line of the same person holds."""
    lines = [line("a", "b", "separate"), line("a", "b", "same", id_="2", supersedes="1")]
    assert flagged(study("a"), study("b"), lines=lines) == [("a", "b", "same")]


def test_a_line_about_an_unknown_study_is_listed():
    """A mistyped id decides nothing in silence."""
    lines = [line("a", "x", "same"), line("a", "a", "same", id_="2"), line("a", "b", "same")]
    assert [one["study_id_2"] for one in overlap.unmet([study("a"), study("b")], lines)] == [
        "x",
        "a",
    ]


def test_the_larger_study_counts():
    """By patients whose outcome is known; over several arms their sum."""
    rows = [row("a", 10), row("b", 6), row("b", 7)]
    assert overlap.left_out(rows, edges("ab")) == {"a"}


@pytest.mark.parametrize(
    ("rows", "out"),
    [
        ([row("a", 5, n_treated=9), row("b", 5, n_treated=8)], {"b"}),
        ([row("a", 5, year=2010), row("b", 5, year=2012)], {"a"}),
        ([row("a", 5), row("b", 5)], {"b"}),
        ([row("a", 50, provisional=True), row("b", 5)], {"a"}),
        ([row("a", 50, retracted=True), row("b", 5, provisional=True)], {"a"}),
        ([row("a", 50, provisional=True), row("a", 1), row("b", 5)], {"a"}),
        ([row("a", "many"), row("b", 1)], {"a"}),
    ],
    ids=["treated", "later", "id", "provisional", "retracted", "of what counts", "unreadable"],
)
def test_what_counts_where_the_numbers_do_not_tell(rows, out):
    """A study that waits or is out takes no place from one that counts."""
    assert overlap.left_out(rows, edges("ab")) == out


def test_overlap_is_not_handed_on():
    """The middle of a chain counts alone if it is largest; else both ends do."""
    chain = edges("ab", "bc")
    assert overlap.left_out([row("a", 5), row("b", 9), row("c", 5)], chain) == {"a", "c"}
    assert overlap.left_out([row("a", 5), row("b", 2), row("c", 4)], chain) == {"b"}


def test_an_analysis_that_has_one_of_the_two_keeps_it():
    """Overlap matters only where both would count."""
    assert overlap.left_out([row("a", 5)], edges("ab")) == set()


NAMES = "abcdef"
PAIRS = st.sets(st.sampled_from([frozenset(two) for two in itertools.combinations(NAMES, 2)]))
ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(NAMES),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
        st.integers(2000, 2002),
    ),
    max_size=10,
)


@given(ROWS, PAIRS, st.randoms())
def test_no_two_that_count_overlap_and_none_is_left_out_in_vain(rows, pairs, random):
    """Whatever the order of rows; and each that is left out overlaps one that counts."""
    out = overlap.left_out(rows, pairs)
    counting = {one["study_id"] for one in rows} - out
    assert not any(pair <= counting for pair in pairs)
    for study_id in out:
        assert any(frozenset((study_id, other)) in pairs for other in counting)
    shuffled = random.sample(rows, len(rows))
    assert overlap.left_out(shuffled, pairs) == out


@given(
    st.lists(
        st.builds(
            study,
            st.sampled_from(NAMES),
            st.sampled_from(["Mayo Clinic", "Mayo", "Bonn; Mayo", "Bonn", "Hospital", ""]),
            st.sampled_from(["", 2000, 2005]),
            st.sampled_from(["", 2003, 2008, "x"]),
        ),
        unique_by=lambda one: one["study_id"],
    ),
    st.lists(
        st.builds(
            line,
            st.sampled_from(NAMES),
            st.sampled_from(NAMES),
            st.sampled_from(overlap.DECISIONS),
            st.sampled_from(["ann", "bob"]),
            st.uuids().map(str),
        ),
        max_size=5,
    ),
    st.randoms(),
)
def test_order_decides_nothing_and_no_decision_is_lost(studies, lines, random):
    """Each line is with its pair, or listed as one about studies that are not there."""
    found = overlap.pairs(studies, lines)
    mixed = overlap.pairs(random.sample(studies, len(studies)), random.sample(lines, len(lines)))
    assert [(pair.studies, pair.standing) for pair in mixed] == [
        (pair.studies, pair.standing) for pair in found
    ]
    kept = [one["id"] for pair in found for one in pair.lines]
    kept += [one["id"] for one in overlap.unmet(studies, lines)]
    assert sorted(kept) == sorted(one["id"] for one in lines)
