"""The boxes of the flow add up, whatever waits, and a flow that doesn't is refused."""

import copy
import json

import pytest
from flow_cases import (
    PROTOCOL,
    REASONS,
    everything,
    given,
    judged,
    line,
    one_source,
    screened,
    source,
)
from hypothesis import given as hypothetically
from hypothesis import settings
from hypothesis import strategies as st

from living_review import flow
from living_review.errors import ReviewError
from living_review.flow.counts import ENDS
from living_review.flow.listing import LISTED, lists

NAMES = ("MEDLINE", "Embase", "ClinicalTrials.gov", "Hand search", "Citation searching")


@st.composite
def reviews(draw):
    """Any number of sources, records, duplicates, lines of five hands, studies and reports."""
    brought = draw(st.lists(st.integers(0, 5), max_size=5))
    sources = [
        source(
            f"s{n}",
            draw(st.sampled_from(NAMES)),
            new,
            draw(st.sampled_from(["import", "search"])),
            draw(st.integers(0, 3)),
            draw(st.integers(0, 2)),
        )
        for n, new in enumerate(brought)
    ]
    works = []
    for one in sources:
        for _ in range(one["new"]):
            record_id = f"r{len(works)}"
            first = draw(st.sampled_from([record_id, record_id, *(work for _, _, work in works)]))
            works.append((record_id, one["id"], first))
    known = st.sampled_from([*(record_id for record_id, _, _ in works), "unknown"])
    lines = []
    for _ in range(draw(st.integers(0, 25))):
        who = draw(st.sampled_from(["ann", "bob", "cem", "seed"]))
        before = [one["id"] for one in lines if one["screener"] == who]
        lines.append(
            line(
                draw(known),
                who,
                draw(st.sampled_from(["include", "exclude", "unsure"])),
                draw(st.sampled_from(PROTOCOL["stages"])),
                draw(st.sampled_from(["", *REASONS, "not in the protocol"])),
                draw(st.sampled_from(["", *before])),
            )
        )
    for record_id, decision in draw(
        st.lists(st.tuples(known, st.sampled_from(["include", "exclude"])), max_size=8)
    ):
        lines += judged(record_id, decision, draw(st.sampled_from([*REASONS])))
    memberships = draw(st.lists(st.sampled_from(["yes", "no", "unknown", ""]), max_size=4))
    studies = {f"study{n}": membership for n, membership in enumerate(memberships)}
    reports = (
        draw(st.lists(st.tuples(st.sampled_from([*studies]), known), max_size=8)) if studies else []
    )
    stated = st.fixed_dictionaries({"studies": st.integers(4, 40), "reports": st.integers(4, 60)})
    not_stated = st.fixed_dictionaries({"studies": st.integers(4, 40)})
    previous = draw(st.none() | stated | not_stated)
    out = draw(st.sets(st.sampled_from([*studies]))) if studies else ()
    return given(works, sources, lines, studies, reports, previous, out=out)


def all_boxes(counts):
    return [box for boxes in counts["columns"].values() for box in boxes.values()]


@settings(max_examples=150)
@hypothetically(reviews(), st.randoms(use_true_random=False))
def test_every_review_balances_and_no_order_of_lines_counts(review, random):
    """No equation is broken, every work stands in one place, and lines may come in any order."""
    counts = flow.of_works(**review)
    assert flow.balance(counts) == []
    ends = [
        work_id
        for boxes in counts["columns"].values()
        for end in ENDS
        for work_id in boxes[end]["works"]
    ]
    assert sorted(ends) == sorted(review["works"]["work_id"].unique())
    written = flow.once(counts)
    listed = [record_id for ids in lists(written) for record_id in ids]
    assert sorted(listed) == sorted(review["works"]["record_id"])
    assert sum(len(box.get("works", ())) for box in all_boxes(written)) <= len(listed)
    shuffled = random.sample(review["lines"], len(review["lines"]))
    assert json.dumps(flow.of_works(**{**review, "lines": shuffled})) == json.dumps(counts)


@pytest.mark.parametrize("column", ["databases", "other"])
@pytest.mark.parametrize("box", [*everything()["columns"]["databases"]])
def test_a_number_that_is_off_by_one_is_found(column, box):
    """No box can be wrong on its own."""
    counts = everything()
    counts["columns"][column][box]["n"] += 1
    assert flow.balance(counts)


@pytest.mark.parametrize(
    "where",
    [
        ("reasons", "databases", 0, "n"),
        ("included", "new", "n"),
        ("included", "unknown", "n"),
        ("included", "again", "n"),
        ("included", "out", "n"),
        ("previous", "studies"),
        ("total", "studies", 0),
        ("total", "studies", 1),
        ("sources", 0, "records"),
        ("sources", 0, "found"),
        ("sources", 0, "again"),
        ("sources", 0, "unreadable"),
    ],
)
def test_every_number_beside_the_columns_is_held_by_an_equation(where):
    """Reasons, groups, sources and totals can't be wrong on their own either."""
    counts = copy.deepcopy(everything())
    *path, last = where
    inner = counts
    for step in path:
        inner = inner[step]
    inner[last] += 1
    assert flow.balance(counts)


def test_a_work_that_is_listed_twice_is_found():
    """Numbers may be right and lists wrong."""
    counts = everything()
    of_box = counts["columns"]["databases"]["awaiting_screening"]
    of_box["works"] = [of_box["works"][0]] * 2
    assert flow.balance(counts) == [
        "databases: awaiting_screening (2) is not the records listed (1)"
    ]


def test_a_source_whose_account_disagrees_with_its_records_is_refused():
    """The message names the equation and both numbers."""
    review = given([("a", "s", "a")], [source("s", "MEDLINE", 2)])
    with pytest.raises(ReviewError) as error:
        flow.of_works(**review)
    assert str(error.value) == (
        "The PRISMA flow does not balance, so that it was not written:\n"
        "- databases: identified (1) is not new records + unreadable entries of its sources (2)"
    )


def test_more_members_than_the_previous_version_had_are_refused():
    """Somebody said yes of a study too many."""
    with pytest.raises(ReviewError, match=r"in_index_review = yes \(2\) is not at most .* \(1\)"):
        one_source(
            "ab",
            lines=[*judged("a", "include"), *judged("b", "include")],
            studies={"s1": "yes", "s2": "yes"},
            reports=[("s1", "a"), ("s2", "b")],
            previous={"studies": 1},
        )


def test_only_what_lists_show_is_described():
    """Titles of the first works of each list go along; the counts name all."""
    ids = [f"r{n}" for n in range(LISTED + 5)]
    lines = [at for one in ids for at in screened(one, "exclude")]
    counts = one_source(ids, lines=lines)
    assert len(counts["columns"]["databases"]["excluded"]["works"]) == LISTED + 5
    assert list(counts["records"]) == ids[:LISTED]
