"""Which extracted rows describe the patients: an average a group, such as age or follow-up.

Light enough for the plan: the same answer for a description's name and for its numbers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from living_review import analyses, linked, overlap
from living_review.analyses import Decided

Cells = Mapping[str, Any]
SPREAD = ("sd", "q1", "q3", "minimum", "maximum")
PATIENTS = {"arms": "n_patients", "outcomes": "n_treated"}  # of whom an average is, by table
OF_THE_ROW = ("study_id", "arm_id")


def rows(
    description: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided,
) -> list[dict[str, Any]]:
    """A row for each group that the description means and each different average it states.

    extracted: as in analyses.rows. A group that states none has a row
    without a value: it counts among those that could have. included: whether people included its
    study on a full text; provisional, retracted, overlaps: as in analyses.rows.
    """
    table, where = description["table"], description.get("where", {})
    stated: dict[tuple[str, str], list[dict[str, Any]]] = {}
    beyond = _columns(extracted["outcomes"]) if table == "outcomes" else set()
    for study, arm, marks in _groups(where, beyond, extracted, known):
        empty = {"n": arm["n_patients"], "kind": "", "value": "", "unit": ""}
        stated[study["study_id"], arm["arm_id"]] = [
            {
                **{column: study[column] for column in ("study_id", "label", "year")},
                **{"arm_id": arm["arm_id"], "name": arm["label"]},
                **(empty | dict.fromkeys(SPREAD, "")),
                **marks,
            }
        ]
    for cells in _averages(description, extracted):
        of_arm = stated.get((cells["study_id"], cells["arm_id"]))
        if of_arm is None:
            continue
        row = of_arm[0] | _average(description, cells)
        row["provisional"] = not row["included"] or cells["basis"] != analyses.FULL_TEXT
        _enter(row, of_arm)
    every = [row for of_arm in stated.values() for row in of_arm]
    telling = [
        {**row, "n_known": row["n"], "n_treated": row["n"]} for row in every if row["value"] != ""
    ]
    left_out = overlap.left_out(telling, known.overlapping)
    for row in every:
        row["overlaps"] = row["study_id"] in left_out
    return sorted(every, key=lambda row: [str(value) for value in row.values()])


def _groups(
    where: Mapping[str, Collection[Any]],
    beyond: Collection[str],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided,
) -> Iterator[tuple[Cells, Cells, dict[str, bool]]]:
    """Every arm that could match, with its study and how they count: {included, provisional,
    retracted}.

    beyond: columns that are not theirs.
    """
    tables = linked.of(extracted)
    own = {column: allowed for column, allowed in where.items() if column not in beyond}
    for study, arm, _, cells in tables.arms.that_may_meet(own):
        if study and _could_match(cells, own):
            study_id = arm["study_id"]
            is_in = tables.is_at_full_text(study_id, known.included)
            marks = {
                "included": is_in,
                "provisional": not is_in,
                "retracted": study_id in known.out,
            }
            yield study, arm, marks


def parts(
    description: Mapping[str, Any],
    extracted: Mapping[str, Sequence[Cells]],
    known: Decided,
) -> dict[str, Any]:
    """What a description is computed from."""
    return {
        "rows": rows(description, extracted, known),
        "description": {
            "id": description["id"],
            "unit": description["unit"],
            "estimate_means": description.get("estimate_means", False),
        },
    }


def _averages(
    description: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]]
) -> Iterator[Cells]:
    """Each row of the description's table that states an average and fits its `where`.

    Of a column that tables share, the row's own counts, as codebook.used_columns has it.
    """
    where = description.get("where", {})
    tables = linked.of(extracted)
    rows_ = tables.arms if description["table"] == "arms" else tables.outcomes
    for _, _, cells, described in rows_.that_may_meet(where):
        if cells[description["column"]] == "" or not _could_match(cells, where):
            continue
        if all(described.get(column) in allowed for column, allowed in where.items()):
            yield cells


def _average(description: Mapping[str, Any], cells: Cells) -> dict[str, Any]:
    spread = description.get("spread", {})
    unit_column = description.get("unit_column")
    return {
        "n": cells[PATIENTS[description["table"]]],
        "kind": cells[description["average"]],
        "value": cells[description["column"]],
        "unit": cells[unit_column] if unit_column else description["unit"],
        **{name: cells[spread[name]] if name in spread else "" for name in SPREAD},
    }


def _enter(row: dict[str, Any], of_arm: list[dict[str, Any]]) -> None:
    """Take up what a group states: once, though several of its outcomes repeat it, and then with
    the most patients of them."""
    for at, other in enumerate(of_arm):
        if other["value"] == "":
            of_arm[at] = row
            return
        if all(row[name] == other[name] for name in (*_SAME, "provisional")):
            of_arm[at] = max(other, row, key=_patients)
            return
    of_arm.append(row)


def _patients(row: Cells) -> int:
    n = row["n"]
    return n if isinstance(n, int) else 0  # a cell that is no number is left to `check`


_SAME = ("kind", "value", "unit", *SPREAD)


def _columns(table: Sequence[Cells]) -> set[str]:
    """Columns that a table has for itself."""
    return {column for row in table[:1] for column in row if column not in OF_THE_ROW}


def _could_match(cells: Cells, where: Mapping[str, Collection[Any]]) -> bool:
    """Whether cells fit what is asked of the columns that they have."""
    return all(cells[column] in allowed for column, allowed in where.items() if column in cells)
