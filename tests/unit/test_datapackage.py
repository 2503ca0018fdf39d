"""The data package says of the tables what the codebook says."""

import csv
import json
from pathlib import Path

import pytest

from living_review import analyses, codebook, companions, config, datapackage

SHIPPED = Path(__file__).resolve().parents[2]
# What the profile tabular-data-package, version 1, asks for.
TYPES = {"string", "integer", "number", "date", "year"}
CONSTRAINTS = {"required", "enum", "minimum", "maximum"}


@pytest.fixture(scope="module")
def book():
    protocol = config.read(SHIPPED / config.PATH)
    return codebook.read(SHIPPED / codebook.PATH, protocol)


@pytest.fixture(scope="module")
def package(book):
    review = config.read(SHIPPED / config.PATH)["review"]
    return datapackage.descriptor(review, book.tables.values())


def schema(package, name):
    (found,) = (one["schema"] for one in package["resources"] if one["name"] == name)
    return found


def test_every_column_of_the_codebook_is_a_field(package, book):
    """In its order, with a type of the standard and with its help and example."""
    for table in book.tables.values():
        fields = schema(package, table.name)["fields"]
        assert [field["name"] for field in fields] == list(table.columns)
        assert {field["type"] for field in fields} <= TYPES
        assert all(set(field.get("constraints", {})) <= CONSTRAINTS for field in fields)
        assert all(field["description"] and field["example"] for field in fields)


def test_outcomes_belong_to_an_arm_and_a_study(package):
    """Composite keys: an arm is known by its study and its own name."""
    outcomes = schema(package, "outcomes")
    assert outcomes["primaryKey"] == ["study_id", "arm_id", "outcome", "time_point"]
    assert outcomes["foreignKeys"] == [
        {
            "fields": ["study_id"],
            "reference": {"resource": "studies", "fields": ["study_id"]},
        },
        {
            "fields": ["study_id", "arm_id"],
            "reference": {"resource": "arms", "fields": ["study_id", "arm_id"]},
        },
    ]


def test_limits_are_constraints_or_words(package):
    """A number is a constraint; another column of the row can only be told."""
    fields = {field["name"]: field for field in schema(package, "outcomes")["fields"]}
    assert fields["events"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["events"]["description"].endswith("At most n_known")
    assert "recurrence" in fields["outcome"]["constraints"]["enum"]


def test_the_files_are_as_described(tmp_path, package, book):
    """Each resource is there with its fields as header and a line for each row."""
    review = config.read(SHIPPED / config.PATH)["review"]
    rows = {"studies": [{"study_id": "doe_2020", "label": 'Doe, J "2020"', "year": 2020}]}
    every = {name: [] for name in analyses.TABLES} | rows
    datapackage.write(tmp_path, review, list(book.tables.values()), every)
    written = json.loads((tmp_path / "datapackage.json").read_text())
    *resources, codebook_ = written["resources"]
    assert written | {"resources": resources} == package
    for resource in written["resources"]:
        header, *body = lines(tmp_path / resource["path"])
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        if resource != codebook_:
            assert len(body) == len(every[resource["name"]])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["datapackage.json", *(resource["path"] for resource in written["resources"])]
    )


def lines(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_the_codebook_goes_along_as_a_table(tmp_path, book):
    """A row for each column of each table, the codebook's own among them, with its limits."""
    review = config.read(SHIPPED / config.PATH)["review"]
    described = list(book.tables.values())
    datapackage.write(tmp_path, review, described, {name: [] for name in analyses.TABLES})
    header, *body = lines(tmp_path / "codebook.csv")
    rows = [dict(zip(header, row, strict=True)) for row in body]
    named = [(row["table"], row["column"]) for row in rows]
    every = [*described, datapackage.CODEBOOK]
    assert named == [(table.name, column) for table in every for column in table.columns]
    (events,) = (row for row in rows if row["column"] == "events")
    assert (events["type"], events["required"], events["maximum"]) == ("integer", "yes", "n_known")
    assert all(row["help"] and row["example"] for row in rows)


def test_no_text_of_the_package_is_run_as_a_formula(tmp_path, book):
    """A spreadsheet shows it as text; a number below 0 stays a number."""
    review = config.read(SHIPPED / config.PATH)["review"]
    label = '=HYPERLINK("http://example.org")'
    rows = {name: [] for name in analyses.TABLES}
    rows["studies"] = [{"study_id": "doe_2020", "label": label, "year": -5}]
    datapackage.write(tmp_path, review, list(book.tables.values()), rows)
    header, row = lines(tmp_path / "studies.csv")
    cells = dict(zip(header, row, strict=True))
    assert (cells["label"], cells["year"]) == (f"'{label}", "-5")


def test_what_names_a_row_is_never_empty(book):
    """The standard allows no empty cell in a primary key; the tables beside are described too."""
    protocol = config.read(SHIPPED / config.PATH)
    beside = companions.described(protocol)
    package = datapackage.descriptor(protocol["review"], [*book.tables.values(), *beside.values()])
    assert {*analyses.TABLES, *companions.NAMES} == {one["name"] for one in package["resources"]}
    for resource in package["resources"]:
        required = {
            field["name"]
            for field in resource["schema"]["fields"]
            if field.get("constraints", {}).get("required")
        }
        assert set(resource["schema"].get("primaryKey", ())) <= required
