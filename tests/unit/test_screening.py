"""Decisions of people, whatever the order in which their ledgers are read."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import ledgers, names, screening

STAGES = ["title_abstract", "full_text"]
PROTOCOL = {
    "stages": STAGES,
    "screeners_required": {"title_abstract": 2, "full_text": 2},
    "reasons": {"not_kidney": "...", "no_ablation": "..."},
}
numbers = itertools.count()


def line(screener, decision, stage="full_text", supersedes="", reason="", record_id="pmid:1"):
    return {
        "id": f"{screener}-{next(numbers)}",
        "record_id": record_id,
        "screener": screener,
        "stage": stage,
        "decision": decision,
        "reason": reason,
        "supersedes": supersedes,
    }


def standing(*lines, required=2):
    return screening.verdict(lines, "full_text", required).standing


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([], "waiting"),
        (["include"], "waiting"),
        (["include", "include"], "include"),
        (["exclude", "exclude"], "exclude"),
        (["include", "exclude"], "conflict"),
        (["include", "unsure"], "conflict"),
        (["include", "exclude", "include"], "include"),
        (["include", "exclude", "exclude"], "exclude"),
        (["include", "exclude", "unsure"], "conflict"),
    ],
)
def test_screeners_agree_or_a_third_decides(votes, expected):
    """Two have to agree; where they don't, a third makes a majority."""
    assert standing(*(line(f"p{n}", vote) for n, vote in enumerate(votes))) == expected


def test_one_screener_can_be_enough():
    """The protocol says how many are required."""
    assert standing(line("a", "include"), required=1) == "include"


def test_the_seed_is_no_screener():
    """What was entered at set-up suggests and never decides."""
    said = screening.verdict([line("seed", "include"), line("a", "include")], "full_text", 2)
    assert (said.standing, said.suggestion) == ("waiting", "include")
    assert screening.included_records([line("seed", "include")], PROTOCOL) == set()


def test_opposite_lines_of_one_screener_conflict():
    """Somebody who said both, and took neither back, has not decided."""
    assert standing(line("a", "include"), line("a", "exclude"), line("b", "include")) == "conflict"


def test_a_line_is_taken_back_by_a_later_one():
    """Only lines of the same person are superseded."""
    first = line("a", "exclude")
    second = line("a", "include", supersedes=first["id"])
    other = line("b", "exclude", supersedes=first["id"])
    assert ledgers.standing([first, second]) == [second]
    assert ledgers.standing([first, other]) == [first, other]


@given(st.permutations(range(6)))
def test_order_of_lines_does_not_matter(order):
    """Ledgers are read in any order."""
    lines = [
        line("a", "exclude", reason="no_ablation"),
        line("b", "exclude", reason="not_kidney"),
        line("seed", "include"),
        line("c", "include", stage="title_abstract"),
        line("c", "include", stage="title_abstract"),
        line("d", "unsure", stage="title_abstract"),
    ]
    assert screening.place([lines[n] for n in order], PROTOCOL) == screening.place(lines, PROTOCOL)


def test_the_first_reason_of_the_hierarchy_stands():
    """Two screeners may give two reasons; the flow counts one."""
    lines = [line("a", "exclude", reason="no_ablation"), line("b", "exclude", reason="not_kidney")]
    assert screening.place(lines, PROTOCOL).verdict.reason == "not_kidney"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "title_abstract"),
        ([("a", "include", "title_abstract")], "title_abstract"),
        ([("a", "include", "title_abstract"), ("b", "include", "title_abstract")], "full_text"),
        ([("a", "exclude", "title_abstract"), ("b", "exclude", "title_abstract")], "excluded"),
        ([("a", "include", "full_text")], "full_text"),
        ([("a", "include", "full_text"), ("b", "include", "full_text")], "included"),
        ([("a", "exclude", "full_text"), ("b", "exclude", "full_text")], "excluded"),
    ],
)
def test_where_a_work_stands(lines, expected):
    """The last stage at which anybody voted counts."""
    said = [line(who, decision, stage) for who, decision, stage in lines]
    assert screening.place(said, PROTOCOL).stage == expected


def test_inclusion_needs_people_at_full_text():
    """Two people at title and abstract include nothing."""
    lines = [
        line("a", "include", "title_abstract", record_id="pmid:2"),
        line("b", "include", "title_abstract", record_id="pmid:2"),
        line("a", "include"),
        line("b", "include"),
    ]
    assert screening.included_records(lines, PROTOCOL) == {"pmid:1"}


@pytest.mark.parametrize("reason", list(screening.AWAITING))
def test_what_is_awaited_is_no_vote(reason):
    """One person who waits for something leaves the work where it is, marked; two others decide."""
    waits = line("a", "awaiting", reason=reason)
    place = screening.place([waits], PROTOCOL)
    assert (place.stage, place.verdict.standing) == ("full_text", "waiting")
    assert (place.verdict.awaiting, place.verdict.votes) == (reason, ())
    others = [line("b", "include"), line("c", "include")]
    place = screening.place([waits, *others], PROTOCOL)
    assert (place.stage, place.verdict.awaiting) == ("included", "")
    assert screening.place([waits, others[0]], PROTOCOL).verdict.awaiting == reason


def test_what_came_is_decided_by_superseding():
    """Both lines standing, one person would have said two things."""
    waits = line("a", "awaiting", reason="ongoing_study")
    lines = [waits, line("a", "include"), line("b", "include")]
    assert screening.place(lines, PROTOCOL).verdict.standing == "conflict"
    lines[1]["supersedes"] = waits["id"]
    assert screening.place(ledgers.standing(lines), PROTOCOL).stage == "included"


def test_merging_works_with_opposite_decisions_is_a_conflict():
    """Of one person about two records, or of two people; and it is none when they are parted."""
    records = [("pmid:1", "pmid:1"), ("pmid:2", "pmid:1")]
    apart = [(record, record) for record, _ in records]
    for who in ("a", "b"):
        lines = [line("a", "include"), line(who, "exclude", record_id="pmid:2")]
        said = screening.lines_by_work(records, lines)
        assert screening.place(said["pmid:1"], PROTOCOL).verdict.standing == "conflict"
        said = screening.lines_by_work(apart, lines)
        parted = [screening.place(said[work], PROTOCOL).verdict.standing for work, _ in apart]
        assert parted == ["waiting", "waiting"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["seed", "a"]),
            st.sampled_from(screening.DECISIONS),
            st.sampled_from(STAGES),
        )
    )
)
def test_nothing_is_settled_without_two_people(lines):
    """Whatever the seed and one person say, a work is neither in nor out."""
    said = [line(who, decision, stage) for who, decision, stage in lines]
    assert screening.place(said, PROTOCOL).stage in STAGES


def test_the_order_of_the_reasons_decides():
    """The first reason of the protocol that holds counts: another order is another result."""
    one = {"screening": {"reasons": {"other_organ": "", "review": ""}}, "review": {}}
    other = {"screening": {"reasons": {"review": "", "other_organ": ""}}, "review": {}}
    tables = {"studies": [], "reports": []}
    assert names.digest(screening.parts(one, tables, ())) != names.digest(
        screening.parts(other, tables, ())
    )
