"""Rows of extraction tables are found by what they say, and none that counts is passed over."""

from hypothesis import given
from hypothesis import strategies as st

from living_review import linked

CELLS = st.dictionaries(
    st.sampled_from(["unit", "treatment", "year"]), st.sampled_from(["a", "b", 1, ""])
)
WHERE = st.dictionaries(
    st.sampled_from(["unit", "treatment", "place"]),
    st.lists(st.sampled_from(["a", "b", 1, "other"]), max_size=3),
)


@given(st.lists(CELLS, max_size=12), WHERE)
def test_no_row_that_meets_all_conditions_is_lost(cells, where):
    """What is given back holds every row that meets them, in the order of the rows."""
    rows = linked.Rows(range(len(cells)), cells)
    found = list(rows.that_may_meet(where))
    meeting = [
        place
        for place, row in enumerate(cells)
        if all(row.get(column) in allowed for column, allowed in where.items())
    ]
    assert [place for place in found if place in meeting] == meeting
    assert found == sorted(found)


def test_only_rows_of_the_rarest_value_are_looked_at():
    """A hundred treatments: a question about one looks at its own rows, not at all."""
    cells = [{"unit": "patient", "treatment": f"t{place % 100}"} for place in range(1_000)]
    rows = linked.Rows(cells, cells)
    found = rows.that_may_meet({"unit": ["patient"], "treatment": ["t7"]})
    assert [row["treatment"] for row in found] == ["t7"] * 10


def test_an_outcome_keeps_what_is_nearest_to_it():
    """Of a column that tables share, the outcome's own cell counts; without an arm it has none."""
    tables = linked.Extracted(
        studies=[{"study_id": "s", "note": "study"}],
        arms=[{"study_id": "s", "arm_id": "a", "note": "arm", "unit": "patient"}],
        outcomes=[
            {"study_id": "s", "arm_id": "a", "note": "outcome"},
            {"study_id": "s", "arm_id": "b", "note": "outcome"},
        ],
    )
    first, second = tables.outcomes.rows
    assert first.all == {"study_id": "s", "arm_id": "a", "note": "outcome", "unit": "patient"}
    assert second.arm == {}
