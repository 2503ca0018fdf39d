"""Works of pairs and decisions."""

import itertools
import random

import pandas as pd
import pytest
from dedup_cases import LIBRARIES, RECORDS, compared, decisions, nothing, partition, record
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import dedup
from living_review.dedup.members import READ
from living_review.dedup.pairs import COLUMNS


def members(*ids, dois=None):
    return pd.DataFrame({"record_id": ids, "doi": dois or [""] * len(ids)}, dtype="str")


def pairs(*edges):
    """Pairs of (record, record) with verdict same, or (record, record, verdict, score)."""
    rows = []
    for one, other, *rest in edges:
        verdict, score = rest or ("same", 1.0)
        rows.append((*sorted((one, other)), verdict, "copy", "same pages", score, ""))
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    return table.astype({"score": "float64"})


CHAIN = pairs(("a", "b", "same", 0.9), ("b", "c", "same", 0.8), ("c", "d", "same", 0.7))


def test_components():
    """A work is what pairs hold together, and is called by the record that came first."""
    made = dedup.works(members("c", "a", "x", "b"), pairs(("a", "b"), ("b", "c")), decisions())
    assert made.works.drop(columns="score").values.tolist() == [
        ["c", "c", "", ""],
        ["a", "c", "copy", "same pages"],
        ["x", "x", "", ""],
        ["b", "c", "copy", "same pages"],
    ]
    assert made.works["score"].isna().tolist() == [True, False, True, False]


def test_only_same_pairs_merge():
    """Pairs to ask about, and related ones, leave two works."""
    undecided = pairs(("a", "b", "ask", 0.9), ("a", "c", "related", 0.9))
    assert len(partition(dedup.works(members("a", "b", "c"), undecided, decisions()).works)) == 3


def test_a_decision_merges():
    """Decided to be the same: one work, without any pair."""
    made = dedup.works(members("a", "b"), pairs(), decisions(("1", "b", "a", "same")))
    assert partition(made.works) == {frozenset("ab")}
    assert made.works["rule"][1] == "decided by people"


def test_a_decision_parts_at_the_weakest_link():
    """Decided to be different: never one work, even by way of others; strong links stay."""
    made = dedup.works(members(*"abcd"), CHAIN, decisions(("1", "a", "d", "different")))
    assert partition(made.works) == {frozenset("abc"), frozenset("d")}


def test_a_decision_is_stronger_than_a_pair():
    """A link that people made is not cut for one that a rule made."""
    lines = decisions(("1", "a", "d", "different"), ("2", "c", "d", "same"))
    made = dedup.works(members(*"abcd"), CHAIN, lines)
    assert partition(made.works) == {frozenset("ab"), frozenset("cd")}


def test_opposite_decisions_are_a_conflict():
    """Two people disagree: listed, and the pair counts as undecided."""
    lines = decisions(("1", "a", "b", "different"), ("2", "b", "a", "same"))
    made = dedup.works(members("a", "b"), pairs(("a", "b")), lines)
    assert partition(made.works) == {frozenset("ab")}
    assert made.conflicts.values.tolist() == [
        ["opposite decisions", "a", "b", "ann:1 ann:2", "counted as undecided"]
    ]


def test_a_circle_of_decisions_is_a_conflict():
    """a = b, b = c, a not c can't all stand; what keeps apart does, and the rest is listed."""
    lines = [("1", "a", "b", "same"), ("2", "b", "c", "same"), ("3", "a", "c", "different")]
    made = dedup.works(members(*"abc"), pairs(), decisions(*lines))
    assert partition(made.works) == {frozenset("ab"), frozenset("c")}
    listed = made.conflicts[["kind", "decisions"]].values.tolist()
    assert listed == [["decisions in a circle", "ann:2"]]


@pytest.mark.parametrize(("other", "kind"), [("z", "unknown record"), ("a", "one record")])
def test_decisions_on_no_pair_are_listed(other, kind):
    """A decision on a record that is not there decides nothing and is not lost."""
    made = dedup.works(members("a"), pairs(), decisions(("1", "a", other, "same")))
    assert list(made.conflicts["kind"]) == [kind]


@pytest.mark.parametrize(
    ("records", "dois", "loud"), [(20, 3, False), (21, 0, True), (4, 4, True), (5, 1, False)]
)
def test_alarms(records, dois, loud):
    """More than 20 records or 3 DOIs in a work are told."""
    ids = [f"r{n:02}" for n in range(records)]
    doi = [f"10.1/{n % dois}" if dois else "" for n in range(records)]
    made = dedup.works(members(*ids, dois=doi), pairs(*itertools.pairwise(ids)), decisions())
    assert made.alarms[["work_id", "records", "dois"]].values.tolist() == (
        [["r00", records, dois]] if loud else []
    )


def test_a_pair_of_no_member_is_a_bug():
    """Pairs and members of different libraries are not mixed in silence."""
    with pytest.raises(ValueError, match="no member: 'b'"):
        dedup.works(members("a"), pairs(("a", "b")), decisions())


def test_queue():
    """The likeliest pair first, one for each two works, none that is decided or merged."""
    found = pairs(
        ("a", "b", "same", 1.0), ("a", "c", "ask", 0.8), ("b", "c", "ask", 0.9),
        ("a", "b2", "ask", 0.95), ("d", "e", "ask", 0.7), ("d", "f", "ask", 0.6),
    )  # fmt: skip
    library = members("a", "b", "b2", "c", "d", "e", "f")
    lines = decisions(("1", "d", "f", "different"), ("2", "a", "b2", "same"))
    made = dedup.works(library, found, lines).works
    waiting = dedup.queue(found, made, lines)
    assert waiting[["record_id_1", "record_id_2"]].values.tolist() == [["b", "c"], ["d", "e"]]


@st.composite
def graphs(draw):
    """Members, pairs and decisions at random."""
    ids = [f"r{n}" for n in range(draw(st.integers(2, 8)))]
    two = st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True).map(sorted).map(tuple)
    edges = draw(st.dictionaries(two, st.sampled_from([0.5, 0.7, 0.9]), max_size=12))
    found = pairs(*((*pair, "same", score) for pair, score in edges.items()))
    decided = draw(st.dictionaries(two, st.sampled_from(["same", "different"]), max_size=5))
    lines = [(str(n), *pair, what) for n, (pair, what) in enumerate(decided.items())]
    return members(*ids), found, decisions(*lines)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_no_order_matters(graph, shuffle):
    """Members, pairs and decisions in another order: the same partition, the same conflicts."""
    at_once = dedup.works(*graph)
    turned = dedup.works(*(shuffled(table, shuffle) for table in graph))
    assert partition(at_once.works) == partition(turned.works)
    assert set(at_once.conflicts["decisions"]) == set(turned.conflicts["decisions"])


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_decisions_hold(graph):
    """Records decided to be different are in two works; others in one, or it is a conflict."""
    made = dedup.works(*graph)
    work = made.works.set_index("record_id")["work_id"]
    conflicts = " ".join(made.conflicts["decisions"]).split()
    for line in graph[2].itertuples():
        together = work[line.record_id_1] == work[line.record_id_2]
        assert together == (line.decision == "same") or f"ann:{line.id}" in conflicts


def shuffled(table: pd.DataFrame, shuffle: random.Random) -> pd.DataFrame:
    return table.iloc[shuffle.sample(range(len(table)), len(table))].reset_index(drop=True)


def in_batches(library: pd.DataFrame, sizes: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members and pairs of a library that grew batch by batch."""
    grown, found = nothing(), [dedup.compare(nothing(), nothing())]
    rows = iter(range(len(library)))
    for size in [*sizes, len(library)]:
        batch = dedup.prepare(library.iloc[list(itertools.islice(rows, size))])
        found.append(dedup.compare(batch, grown))
        grown = pd.concat([grown, batch], ignore_index=True)
    return grown, pd.concat(found, ignore_index=True)


@given(LIBRARIES, st.lists(st.integers(1, 5), max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_one_shot_is_any_batching_is_any_order(library, sizes, shuffle):
    """The pairs, and so the works, of a library do not depend on how it came together."""
    at_once, pairs_at_once = in_batches(library, [])
    grown, pairs_grown = in_batches(library, sizes)
    turned, pairs_turned = in_batches(shuffled(library, shuffle), sizes)
    order = ["record_id_1", "record_id_2"]
    for one in (pairs_grown, pairs_turned):
        pd.testing.assert_frame_equal(one.sort_values(order, ignore_index=True), pairs_at_once)
    made = [
        dedup.works(library, found, decisions()).works
        for library, found in (
            (at_once, pairs_at_once), (grown, pairs_grown), (turned, pairs_turned)
        )
    ]  # fmt: skip
    assert partition(made[0]) == partition(made[1]) == partition(made[2])


# Some entries share an id, as where a record comes again or a supplement has one DOI.
SHARED = st.lists(
    st.tuples(st.sampled_from(["pmid:1", "pmid:2", "doi:10.1/a", "rec:1"]), RECORDS), max_size=7
).map(lambda drawn: pd.DataFrame([one | {"record_id": id_} for id_, one in drawn], columns=READ))


@given(SHARED.flatmap(lambda batch: st.tuples(
    st.just(batch), st.permutations(range(len(batch))), st.lists(st.integers(0, 7), max_size=2)
)))  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_records_that_come_again_may_come_in_any_order(drawn):
    """The entries of a work are the same ones, whatever the order, the batches, and their ids."""
    batch, order, cuts = drawn
    batch = batch.astype("str")
    at_once = works_of_entries([batch])
    bounds = [0, *sorted(min(cut, len(batch)) for cut in cuts), len(batch)]
    shuffled = batch.iloc[list(order)]
    parts = [shuffled.iloc[start:end] for start, end in itertools.pairwise(bounds)]
    assert works_of_entries(parts) == at_once
    assert works_of_entries([*parts, batch]) == at_once


def works_of_entries(batches):
    """{rows of the entries of a work}, of batches that come one after another."""
    library, found, ids = nothing(), [], {}
    for batch in batches:
        identified = dedup.identify(batch, library)
        ids |= identified["record_id"].to_dict()
        newcomers = dedup.prepare(batch.assign(**identified)[identified["kept"]])
        found += [dedup.compare(newcomers, library), dedup.bridges(identified)]
        library = pd.concat([library, newcomers], ignore_index=True)
    made = dedup.works(library, pd.concat(found, ignore_index=True), decisions()).works
    of_record = made.set_index("record_id")["work_id"]
    rows = pd.DataFrame({"row": list(ids), "work": [of_record[one] for one in ids.values()]})
    return {frozenset(of_work) for _, of_work in rows.groupby("work")["row"]}


@given(LIBRARIES, st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_a_known_batch_adds_nothing(library, size):
    """A batch that the library has is passed over."""
    grown, _ = in_batches(library, [])
    assert dedup.compare(grown.iloc[:size], grown).empty


@given(LIBRARIES, st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_a_library_keeps_its_ids(library, size):
    """A batch changes no record id, and a work keeps the id of its first record."""
    grown, found = in_batches(library, [size])
    before = grown.iloc[:size]
    both = found["record_id_1"].isin(before["record_id"]) & found["record_id_2"].isin(
        before["record_id"]
    )
    old = dedup.works(before, found[both], decisions()).works
    new = dedup.works(grown, found, decisions()).works.iloc[: len(old)]
    assert list(old["record_id"]) == list(new["record_id"])
    assert set(new["work_id"]) <= set(old["work_id"])


def test_a_newcomer_that_bridges_two_works():
    """Two works become one under the older name; the records keep their ids."""
    older = record(authors="", journal="", issn="", volume="", issue="", pages="")
    newer = record(doi="")
    assert "same" not in set(compared(older, newer)["verdict"])
    found = compared(older, newer, record())
    made = dedup.works(members("r0", "r1", "r2"), found, decisions()).works
    assert list(made["work_id"]) == ["r0", "r0", "r0"]


def test_decisions_survive_changed_metadata():
    """A record found again with other metadata has its id, and so the decisions on it."""
    one, other = record(record_id="pmid:1"), record(record_id="pmid:2", doi="")
    batch = pd.DataFrame([one, other], dtype="str")
    library = dedup.prepare(batch)
    pairs = dedup.compare(library, nothing())
    parted = decisions(("1", "pmid:1", "pmid:2", "different"))
    before = dedup.works(library, pairs, parted)
    revised = batch.assign(pages="", journal="J Urol", authors="Okhunov Zhamshid", year="2016")
    again = dedup.identify(revised, library)
    assert list(again["found_again"]) == ["pmid:1", "pmid:2"]
    after = dedup.works(library, pairs, parted)
    assert partition(before.works) == partition(after.works) == {
        frozenset(["pmid:1"]), frozenset(["pmid:2"])
    }  # fmt: skip
