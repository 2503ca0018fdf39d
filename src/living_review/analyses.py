"""Which extracted rows an analysis uses: the same answer for its name and for its numbers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from living_review import linked, model_names, overlap, tables
from living_review.codebook import Codebook
from living_review.linked import Extracted

TABLES = ("studies", "reports", "arms", "outcomes")
FOLDER = "resources/extraction"
FULL_TEXT = "full_text"  # the basis of what counts

Cells = Mapping[str, Any]  # of a row, typed by the codebook
OF_THE_STUDY = ("study_id", "label", "year", "in_index_review")
OF_THE_OUTCOME = (
    "arm_id",
    "n_treated",
    "n_known",
    "events",
    "time_point",
    "followup_measure",
    "followup_value",
    "followup_unit",
    "basis",
)
METHOD = ("id", "outcome", "where", "subgroups", "minimum_follow_up")


class Decided(NamedTuple):
    """What people decided about studies, and what became of them: decided.read has it whole."""

    included: Collection[str]  # records that people included at full text
    out: Collection[str] = ()  # studies that are out after a retraction or concern
    overlapping: Collection[frozenset[str]] = ()  # pairs of which only the larger counts
    # outcome: {study: what people judged overall}
    risk_of_bias: Mapping[str, Mapping[str, str]] = MappingProxyType({})


UNDECIDED = Decided(included=())


def path(table: str) -> str:
    return f"{FOLDER}/{table}.csv"


def read(codebook: Codebook) -> Extracted:
    """The rows of each extraction table, typed, in an order that the files don't decide."""
    return Extracted({table: _typed(table, codebook) for table in TABLES})


def _typed(table: str, codebook: Codebook) -> list[dict[str, Any]]:
    columns = list(codebook.tables[table].columns)
    typed = (
        {column: codebook.canonical(table, column, text) for column, text in row.items()}
        for row in tables.cells(path(table), columns)
    )
    return sorted(typed, key=lambda row: [str(row[column]) for column in columns])


def rows(
    analysis: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]], known: Decided
) -> list[dict[str, Any]]:
    """A row for each arm whose outcome the analysis counts, in an order of its own.

    extracted: the typed rows of each extraction table.

    A row is provisional until it was taken from a full text of a study that is included, retracted
    while its study is out, and overlaps if its patients are counted in a larger study of the same
    analysis. risk_of_bias: what people judged of its study overall, "" if they did not. groups: the
    values of the columns in `subgroups`.
    """
    columns = grouped_by(analysis)
    used = [
        {column: study[column] for column in OF_THE_STUDY}
        | {column: row[column] for column in OF_THE_OUTCOME}
        | marks
        | {"groups": {column: row.get(column, "") for column in columns}}
        for study, row, marks in counted(analysis, extracted, known)
    ]
    left_out = overlap.left_out(used, known.overlapping)
    judged = known.risk_of_bias.get(analysis["outcome"], {})
    for row in used:
        row["overlaps"] = row["study_id"] in left_out
        row["risk_of_bias"] = judged.get(row["study_id"], "")
    return sorted(used, key=lambda row: [str(value) for value in row.values()])


def counted(
    analysis: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]], known: Decided
) -> Iterator[tuple[Cells, Cells, dict[str, bool]]]:
    """What `described` gives, and how it counts: {provisional, retracted} as in `rows`."""
    extracted = linked.of(extracted)
    for study, row in described(analysis, extracted):
        read = extracted.is_at_full_text(row["study_id"], known.included)
        provisional = row["basis"] != FULL_TEXT or not read
        yield study, row, {"provisional": provisional, "retracted": row["study_id"] in known.out}


def described(
    analysis: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]]
) -> Iterator[tuple[Cells, Cells]]:
    """Study, and all cells of study, arm and outcome, of each row that the analysis asks for.

    Of a column that tables share, what is nearest to the outcome, as codebook.used_columns has it.
    """
    where = analysis["where"]
    asked = {**where, "outcome": [analysis["outcome"]]}
    for study, arm, outcome, row in linked.of(extracted).outcomes.that_may_meet(asked):
        if not study or not arm or outcome["outcome"] != analysis["outcome"]:
            continue
        if all(row.get(column) in allowed for column, allowed in where.items()):
            yield study, row


def asked(analysis: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]]) -> set[str]:
    """Ids of the studies with an arm that the analysis asks for, whatever they report of it."""
    found = set()
    for _, arm, _, cells in linked.of(extracted).arms.that_may_meet(analysis["where"]):
        about = {column: cells[column] for column in analysis["where"] if column in cells}
        if all(value in analysis["where"][column] for column, value in about.items()):
            found.add(arm["study_id"])
    return found


def parts(
    analysis: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]], known: Decided
) -> dict[str, Any]:
    """What the synthesis of an analysis is computed from: of decisions, what concerns its rows.

    The model is filled in, so that to write down what is usual renames nothing.
    """
    method = {key: analysis[key] for key in METHOD if key in analysis}
    method["model"] = model_names.of(analysis)._asdict()
    return {"rows": rows(analysis, extracted, known), "analysis": method}


def grouped_by(analysis: Mapping[str, Any]) -> list[str]:
    """The columns by whose values the studies are also pooled in groups."""
    return [one if isinstance(one, str) else one["column"] for one in analysis.get("subgroups", ())]


def used(
    protocol: Mapping[str, Any], extracted: Mapping[str, Sequence[Cells]], known: Decided
) -> dict[str, dict[str, Any]]:
    """The parts of every analysis, by its id."""
    return {one["id"]: parts(one, extracted, known) for one in protocol["analyses"]}
