"""codebook.yaml: what is right is read, what is wrong is named by file, line and key."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from living_review import codebook, config
from living_review.errors import ConfigError

SHIPPED = Path(__file__).resolve().parents[2] / "config"

CODEBOOK = """\
tables:
  studies:
    title: A study
    key: [study_id]
    columns:
      study_id: {type: text, required: true, help: h, example: a_2005}
      label: {type: text, required: true, help: h, example: A 2005}
      year: {type: year, minimum: 1981, help: h, example: 2005}
      in_index_review: {type: text, vocabulary: yes_no_unknown, help: h, example: "no"}
      in_index_evidence: {type: text, help: h, example: e}
  reports:
    title: A report
    key: [study_id, citation]
    columns:
      study_id: {type: text, required: true, refers_to: studies.study_id, help: h, example: a_2005}
      record_id: {type: text, help: h, example: "pmid:1"}
      citation: {type: text, required: true, help: h, example: c}
      kind: {type: text, help: h, example: article}
  arms:
    title: An arm
    key: [study_id, arm_id]
    columns:
      study_id: {type: text, required: true, refers_to: studies.study_id, help: h, example: a_2005}
      arm_id: {type: text, required: true, help: h, example: ra}
      label: {type: text, help: h, example: l}
      modality: {type: text, vocabulary: modality, help: h, example: re_ablation}
      n_patients: {type: integer, minimum: 1, help: h, example: 11}
      age: {type: number, minimum: 18, maximum: 110, unit: years, help: h, example: 66.5}
  outcomes:
    title: An outcome
    key: [study_id, arm_id, outcome, time_point]
    columns:
      study_id: {type: text, required: true, refers_to: studies.study_id, help: h, example: a_2005}
      arm_id: {type: text, required: true, refers_to: arms.arm_id, help: h, example: ra}
      outcome: {type: text, required: true, vocabulary: outcomes, help: h, example: died}
      n_treated: {type: integer, required: true, minimum: 0, help: h, example: 82}
      n_known: {type: integer, required: true, minimum: 0, maximum: n_treated, help: h, example: 64}
      events: {type: integer, required: true, minimum: 0, maximum: n_known, help: h, example: 63}
      time_point: {type: text, required: true, help: h, example: last_follow_up}
      followup_measure: {type: text, help: h, example: median}
      followup_value: {type: number, minimum: 0, help: h, example: 13.7}
      followup_unit: {type: text, help: h, example: months}
      basis: {type: text, required: true, vocabulary: basis, help: h, example: abstract}
      source_record: {type: text, help: h, example: "pmid:1"}
      source_place: {type: text, help: h, example: abstract}
      quote: {type: text, help: h, example: q}
      extracted_by: {type: text, help: h, example: mk}
      extracted_on: {type: date, help: h, example: 2026-11-23}
      checked_by: {type: text, help: h, example: jl}
      checked_on: {type: date, minimum: extracted_on, help: h, example: 2026-11-24}
"""
PROTOCOL = {
    "vocabularies": {
        "yes_no_unknown": {"yes": "Yes", "no": "No", "unknown": "Not known"},
        "basis": {"full_text": "Full text", "abstract": "Abstract"},
        "modality": {"re_ablation": "Another ablation", "nephrectomy": "Nephrectomy"},
    },
    "outcomes": {"died": {}, "recurrence": {}},
    "analyses": [],
}


@pytest.fixture
def wrong(tmp_path, monkeypatch):
    """The message that a text gets as codebook.yaml, beside a protocol."""
    monkeypatch.chdir(tmp_path)

    def message(content: str, analyses: list | None = None, **others: list) -> str:
        Path("codebook.yaml").write_text(content)
        with pytest.raises(ConfigError) as error:
            codebook.read("codebook.yaml", PROTOCOL | {"analyses": analyses or []} | others)
        return str(error.value)

    return message


@pytest.fixture
def small(tmp_path):
    """The codebook above, as it is read."""
    path = tmp_path / "codebook.yaml"
    path.write_text(CODEBOOK)
    return codebook.read(path, PROTOCOL)


def test_the_shipped_codebook_is_right():
    """It fits the shipped protocol, and explains each column in words and by an example."""
    book = codebook.read(SHIPPED / "codebook.yaml", config.read(SHIPPED / "config.yaml"))
    assert list(book.tables) == ["studies", "reports", "arms", "outcomes"]
    for table in book.tables.values():
        for column in table.columns.values():
            assert len(column.help.split()) > 1
            assert column.example


def test_columns_keep_their_order_and_what_was_said_of_them(small):
    """Vocabularies are filled in, outcomes from the protocol's own section."""
    outcomes = small.tables["outcomes"]
    assert list(outcomes.columns)[:4] == ["study_id", "arm_id", "outcome", "n_treated"]
    assert outcomes.key == ("study_id", "arm_id", "outcome", "time_point")
    assert outcomes.columns["outcome"].values == ("died", "recurrence")
    assert outcomes.columns["events"].maximum == "n_known"
    assert outcomes.columns["arm_id"].refers_to == ("arms", "arm_id")
    assert outcomes.columns["quote"].required is False
    assert small.tables["arms"].columns["age"].unit == "years"
    assert small.tables["studies"].columns["year"].example == "2005"


def test_a_codebook_can_not_be_changed(small):
    """Its keys would be wrong after that."""
    with pytest.raises(FrozenInstanceError):
        small.tables["arms"].title = "another"
    with pytest.raises(TypeError):
        small.tables["arms"].columns["added"] = None


def test_a_review_adds_a_column_without_touching_code(tmp_path):
    """The added column has a type, a range and a value for keys."""
    path = tmp_path / "codebook.yaml"
    added = "      ki67: {type: number, minimum: 0, maximum: 100, unit: '%', help: h, example: 5}\n"
    path.write_text(CODEBOOK.replace("  outcomes:\n    title", added + "  outcomes:\n    title"))
    book = codebook.read(path, PROTOCOL)
    assert list(book.tables["arms"].columns)[-1] == "ki67"
    assert book.canonical("arms", "ki67", "5.0") == 5


WRONG_KEYS = {
    "a misspelt key": (
        "      label: {type: text, help: h, example: l}",
        "      label: {type: text, helps: h, example: l}",
        [
            "codebook.yaml line 25: tables.arms.columns.label.helps is not a known key; allowed: "
            "help (the nearest of required, vocabulary, minimum, maximum, unit, refers_to, help)",
            "codebook.yaml line 25: tables.arms.columns.label.help is missing; allowed: what "
            "belongs in the column, in plain words",
        ],
    ),
    "no example": (
        "label: {type: text, help: h, example: l}",
        "label: {type: text, help: h}",
        [
            "codebook.yaml line 25: tables.arms.columns.label.example is missing; allowed: a "
            "value as it would be typed"
        ],
    ),
    "an unknown type": (
        "age: {type: number",
        "age: {type: float",
        [
            "codebook.yaml line 28: tables.arms.columns.age.type is 'float'; allowed: text, "
            "integer, number, date, year"
        ],
    ),
    "an unknown table": (
        "  reports:\n",
        "  report:\n",
        [
            "codebook.yaml line 1: tables.reports is missing; allowed: a row for each publication "
            "of a study",
            "codebook.yaml line 11: tables.report is not a known key; allowed: reports",
        ],
    ),
    "a column called with a space": (
        "age: {type",
        "age at salvage: {type",
        [
            "codebook.yaml line 28: tables.arms.columns.age at salvage is 'age at salvage' as a "
            "key; allowed: small letters, digits and _, beginning with a letter"
        ],
    ),
    "a column that the program needs": (
        "      label: {type: text, help: h, example: l}\n",
        "",
        [
            "codebook.yaml line 22: tables.arms.columns.label is missing; allowed: the program "
            "reads this column, so it has to be there"
        ],
    ),
    "another type of a column that the program needs": (
        "n_patients: {type: integer",
        "n_patients: {type: number",
        [
            "codebook.yaml line 27: tables.arms.columns.n_patients.type is 'number'; allowed: "
            "integer, since the program reads this column"
        ],
    ),
    "another vocabulary of a column that the program needs": (
        "vocabulary: yes_no_unknown, help: h, example: ",
        "vocabulary: basis, help: h, example: abstract} #",
        [
            "codebook.yaml line 9: tables.studies.columns.in_index_review.vocabulary is 'basis'; "
            "allowed: yes_no_unknown, since the program reads this column"
        ],
    ),
    "an unknown vocabulary": (
        "vocabulary: modality",
        "vocabulary: modalities",
        [
            "codebook.yaml line 26: tables.arms.columns.modality.vocabulary is 'modalities'; "
            "allowed: modality (the nearest of yes_no_unknown, basis, modality, outcomes)"
        ],
    ),
    "a vocabulary of numbers": (
        "age: {type: number, minimum: 18, maximum: 110",
        "age: {type: number, vocabulary: modality",
        [
            "codebook.yaml line 28: tables.arms.columns.age.vocabulary stands at a number; "
            "allowed: a vocabulary only for type text",
            "codebook.yaml line 28: tables.arms.columns.age.example is '66.5'; allowed: "
            "re_ablation, nephrectomy",
        ],
    ),
    "a key of an unknown column": (
        "key: [study_id, arm_id]",
        "key: [study_id, arms_id]",
        [
            "codebook.yaml line 21: tables.arms.key[1] is 'arms_id'; allowed: arm_id (the nearest "
            "of study_id, arm_id, label, modality, n_patients, age)",
            "codebook.yaml line 34: tables.outcomes.columns.arm_id.refers_to is 'arms.arm_id'; "
            "allowed: arms.arms_id (the nearest of studies.study_id, reports.study_id, "
            "reports.citation, arms.study_id, arms.arms_id, outcomes.study_id, outcomes.arm_id, "
            "outcomes.outcome, outcomes.time_point)",
        ],
    ),
    "a key that may be empty": (
        "key: [study_id, arm_id]",
        "key: [study_id, arm_id, label]",
        [
            "codebook.yaml line 21: tables.arms.key[2] is 'label', which may be empty; allowed: a "
            "required column"
        ],
    ),
    "a limit by an unknown column": (
        "maximum: n_known",
        "maximum: n_knwon",
        [
            "codebook.yaml line 38: tables.outcomes.columns.events.maximum is 'n_knwon'; allowed: "
            "a number, or a column: n_known (the nearest of n_treated, n_known, followup_value)"
        ],
    ),
    "a limit of a text": (
        "label: {type: text, help: h, example: l}",
        "label: {type: text, minimum: 1, help: h, example: l}",
        [
            "codebook.yaml line 25: tables.arms.columns.label.minimum stands at a text; allowed: a "
            "limit only for numbers and dates"
        ],
    ),
    "a date after a number": (
        "minimum: extracted_on",
        "minimum: 2026",
        [
            "codebook.yaml line 50: tables.outcomes.columns.checked_on.minimum is 2026; allowed: a "
            "column: extracted_on"
        ],
    ),
    "a date after a count": (
        "minimum: extracted_on",
        "minimum: events",
        [
            "codebook.yaml line 50: tables.outcomes.columns.checked_on.minimum is 'events'; "
            "allowed: a column: extracted_on"
        ],
    ),
    "limits the wrong way round": (
        "minimum: 18, maximum: 110, unit: years, help: h, example: 66.5",
        "minimum: 110, maximum: 18, unit: years, help: h, example: 110",
        [
            "codebook.yaml line 28: tables.arms.columns.age.maximum is 18; allowed: 110 or more, "
            "the minimum",
            "codebook.yaml line 28: tables.arms.columns.age.example is '110'; allowed: 18 or less",
        ],
    ),
    "a reference to nothing": (
        "refers_to: arms.arm_id",
        "refers_to: arm.arm_id",
        [
            "codebook.yaml line 34: tables.outcomes.columns.arm_id.refers_to is 'arm.arm_id'; "
            "allowed: arms.arm_id (the nearest of studies.study_id, reports.study_id, "
            "reports.citation, arms.study_id, arms.arm_id, outcomes.study_id, outcomes.arm_id, "
            "outcomes.outcome, outcomes.time_point)"
        ],
    ),
    "a reference without a column": (
        "refers_to: arms.arm_id",
        "refers_to: arms",
        [
            "codebook.yaml line 34: tables.outcomes.columns.arm_id.refers_to is 'arms'; allowed: "
            "the table and column where the value must stand, like studies.study_id"
        ],
    ),
    "an example of another type": (
        "example: 11}",
        "example: eleven}",
        [
            "codebook.yaml line 27: tables.arms.columns.n_patients.example is 'eleven'; allowed: a "
            "whole number"
        ],
    ),
    "an example out of range": (
        "example: 66.5",
        "example: 17",
        ["codebook.yaml line 28: tables.arms.columns.age.example is '17'; allowed: 18 or more"],
    ),
    "an example that is not in the vocabulary": (
        "example: re_ablation",
        "example: reablation",
        [
            "codebook.yaml line 26: tables.arms.columns.modality.example is 'reablation'; allowed: "
            "re_ablation (the nearest of re_ablation, nephrectomy)"
        ],
    ),
    "a column twice": (
        "      label: {type: text, help: h, example: l}",
        "      label: {type: text, help: h, example: l}\n"
        "      label: {type: text, help: h, example: l}",
        [
            "codebook.yaml line 26: tables.arms.columns.label stands in line 25 already; allowed: "
            "each key once"
        ],
    ),
}


@pytest.mark.parametrize(("right", "instead", "messages"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_key_is_named(wrong, right, instead, messages):
    """The message gives the file, line and path of the key, what was found, what is allowed."""
    assert CODEBOOK.count(right) == 1
    assert wrong(CODEBOOK.replace(right, instead)) == "\n".join(messages)


WRONG_ANALYSES = {
    "an unknown column": (
        {"modallity": ["re_ablation"]},
        "config: analyses[0].where.modallity is not a known column; allowed: a column of the "
        "codebook: modality (the nearest of study_id, label, year, in_index_review, "
        "in_index_evidence, arm_id, modality, n_patients, age, outcome, n_treated, n_known, "
        "events, time_point, followup_measure, followup_value, followup_unit, basis, "
        "source_record, source_place, quote, extracted_by, extracted_on, checked_by, checked_on)",
    ),
    "a value outside the vocabulary": (
        {"modality": ["nephrectomy", "re-ablation"]},
        "config: analyses[0].where.modality[1] is 're-ablation'; allowed: re_ablation (the nearest "
        "of re_ablation, nephrectomy)",
    ),
    "a number as a text": (
        {"year": ["2005"]},
        "config: analyses[0].where.year[0] is '2005'; allowed: a number, without quotes",
    ),
    "a text as a number": (
        {"label": [5]},
        "config: analyses[0].where.label[0] is 5; allowed: a text, in quotes",
    ),
    "a number out of range": (
        {"age": [17]},
        "config: analyses[0].where.age[0] is 17; allowed: 18 or more",
    ),
}


@pytest.mark.parametrize(("where", "message"), WRONG_ANALYSES.values(), ids=WRONG_ANALYSES)
def test_an_analysis_asks_for_what_the_codebook_has(wrong, where, message):
    """A column or a value that no row can have is a mistake of the protocol."""
    assert wrong(CODEBOOK, [{"id": "a", "where": where}]) == message
    asked = {"id": "a", "where": {}, "direct": where}
    assert wrong(CODEBOOK, [asked]) == message.replace(".where.", ".direct.")


@pytest.mark.parametrize(
    ("group", "found"),
    [("modallity", "modallity"), ({"column": "age"}, "age"), ("year", "year")],
)
def test_groups_are_by_columns_of_words(wrong, group, found):
    """A column that is not there, or one of numbers, makes no groups."""
    said = wrong(CODEBOOK, [{"id": "a", "where": {}, "subgroups": ["modality", group]}])
    assert said.startswith(
        f"config: analyses[0].subgroups[1] is '{found}'; allowed: a column of the codebook with"
        " words: "
    )


@pytest.mark.parametrize(
    ("column", "values", "where", "path"),
    [
        ("modallity", ["a"], {}, "between.column is 'modallity'"),
        ("modality", ["nephrektomy"], {}, "between.groups[0].values[0] is 'nephrektomy'"),
        ("modality", ["nephrectomy"], {"age": [17]}, "between.groups[0].where.age[0] is 17"),
    ],
)
def test_a_comparison_asks_for_what_the_codebook_has(wrong, column, values, where, path):
    """The column that tells the sides apart, its values, and what else each side asks."""
    groups = [{"values": values, "where": where}, {"values": ["re_ablation"]}]
    asked = {"where": {}, "between": {"column": column, "groups": groups}}
    assert f"contrasts[0].{path}" in wrong(CODEBOOK, contrasts=[asked])


WITH_POINTS = CODEBOOK.replace(
    "time_point: {type: text, required: true, help",
    "time_point: {type: text, required: true, vocabulary: time_point, help",
).replace(
    "      age: {",
    "      basis: {type: text, vocabulary: basis, help: h, example: abstract}\n"
    "      age_average: {type: text, help: h, example: mean}\n"
    "      age: {",
)
TIMED = PROTOCOL | {
    "vocabularies": PROTOCOL["vocabularies"]
    | {"time_point": {"last_follow_up": "l", "month_12": "m", "month_36": "n"}}
}
COUNTED = {"time_point": ["last_follow_up"]}
AGE = {"table": "arms", "column": "age", "average": "age_average", "unit": "years"}
FOLLOW_UP = {
    "table": "outcomes",
    "column": "followup_value",
    "average": "followup_measure",
    "unit": "months",
    "unit_column": "followup_unit",
}


def of_protocol(tmp_path, protocol):
    path = tmp_path / "codebook.yaml"
    path.write_text(WITH_POINTS)
    with pytest.raises(ConfigError) as error:
        codebook.read(path, TIMED | protocol)
    return str(error.value)


@pytest.mark.parametrize(
    ("where", "landmarks", "message"),
    [
        (
            COUNTED,
            ["month_36", "month_120"],
            "landmarks[1] is 'month_120'; allowed: month_12 (the nearest of month_12, month_36); "
            "not what `where` counts already",
        ),
        (
            COUNTED,
            ["last_follow_up"],
            "landmarks[0] is 'last_follow_up'; allowed: month_12, month_36; "
            "not what `where` counts already",
        ),
        (
            {},
            ["month_12"],
            "where.time_point is missing; allowed: time points to count, since landmarks stand "
            "beside them",
        ),
    ],
)
def test_landmarks_are_time_points_beside_those_that_count(tmp_path, where, landmarks, message):
    """A landmark that the analysis counts itself would be mixed in."""
    analysis = {"id": "a", "where": where, "landmarks": landmarks}
    said = of_protocol(tmp_path, {"analyses": [analysis]})
    assert said == f"config: analyses[0].{message}"


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (
            AGE | {"column": "agee"},
            "column is 'agee'; allowed: a column: age (the nearest of n_patients, age)",
        ),
        (
            AGE | {"column": "label"},
            "column is 'label', a column of type text; allowed: a column of type integer or number",
        ),
        (
            AGE | {"average": "age"},
            "average is 'age', a column of type number; allowed: a column of type text",
        ),
        (
            AGE | {"spread": {"sd": "age_sd"}},
            "spread.sd is 'age_sd'; allowed: a column: n_patients, age",
        ),
        (AGE | {"unit": "months"}, "unit is 'months'; allowed: years, as the codebook has it"),
        (
            AGE | {"where": {"time_point": ["month_12"]}},
            "where.time_point is not a known column; allowed: a column of the codebook: ",
        ),
        (AGE | {"where": {"modality": ["x"]}}, "where.modality[0] is 'x'; allowed: re_ablation"),
        (
            FOLLOW_UP | {"unit": "cycles"},
            "unit is 'cycles'; allowed: days, weeks, months, years",
        ),
        (
            FOLLOW_UP | {"unit_column": "basis"},
            "unit_column is 'basis', which may hold 'full_text'; allowed: a column whose "
            "vocabulary has only days, weeks, months, years",
        ),
    ],
)
def test_a_description_asks_for_what_the_codebook_has(tmp_path, described, message):
    """Columns of its table that can hold a number, a kind of average, a unit of time."""
    said = of_protocol(tmp_path, {"descriptions": [{"id": "d"} | described]})
    assert said.startswith(f"config: descriptions[0].{message}")


def test_a_description_needs_to_know_what_was_read_in_full(tmp_path):
    """Else nothing would ever count."""
    path = tmp_path / "codebook.yaml"
    path.write_text(
        WITH_POINTS.replace(
            "      basis: {type: text, vocabulary: basis, help: h, example",
            "      b: {type: text, help: h, example",
            1,
        )
    )
    with pytest.raises(ConfigError, match=r"descriptions\[0\].table has no column basis"):
        codebook.read(path, TIMED | {"descriptions": [{"id": "d"} | AGE]})


def test_a_problem_of_the_protocol_has_its_line(tmp_path, monkeypatch):
    """Although it shows only beside the codebook."""
    monkeypatch.chdir(tmp_path)
    text = (
        (SHIPPED / "config.yaml").read_text().replace("approach: [laparoscopic", "approach: [lap")
    )
    Path("config.yaml").write_text(text)
    line = next(n for n, each in enumerate(text.split("\n"), 1) if "approach: [lap" in each)
    with pytest.raises(ConfigError) as error:
        codebook.read(SHIPPED / "codebook.yaml", config.read("config.yaml"))
    assert str(error.value).startswith(
        f"config.yaml line {line}: analyses[3].where.approach[0] is 'lap'; allowed: "
    )
