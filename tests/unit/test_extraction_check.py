"""The extraction tables: every wrong cell is named, with what is allowed in it."""

from pathlib import Path
from time import process_time

import pandera.pandas as pa
import pytest
from test_codebook_read import CODEBOOK, PROTOCOL

from living_review import analyses, codebook, config, extraction, records, tables
from living_review.tables import Row, Table

ROOT = Path(__file__).resolve().parents[2]
SETS = [
    {"id": "course", "kind": "exclusive", "outcomes": ["died", "recurrence"]},
    {"id": "any", "kind": "overlapping", "outcomes": ["died", "recurrence"]},
]
SOURCE = {
    "basis": "full_text",
    "source_record": "pmid:1",
    "source_place": "p. 3",
    "quote": "in 5 of them",
    "extracted_by": "mk",
    "extracted_on": "2026-11-23",
    "checked_by": "jl",
    "checked_on": "2026-11-24",
}
STUDY = {
    "study_id": "smith_2005",
    "label": "Smith 2005",
    "year": "2005",
    "in_index_review": "no",
    "in_index_evidence": "published after it",
}
REPORT = {
    "study_id": "smith_2005",
    "record_id": "pmid:1",
    "citation": "Smith 2005",
    "kind": "article",
}
ARM = {
    "study_id": "smith_2005",
    "arm_id": "ra",
    "label": "Re-ablation",
    "modality": "re_ablation",
    "n_patients": "82",
    "age": "66.5",
}
OUTCOME = {
    "study_id": "smith_2005",
    "arm_id": "ra",
    "outcome": "recurrence",
    "n_treated": "82",
    "n_known": "64",
    "events": "5",
    "time_point": "last_follow_up",
    "followup_measure": "median",
    "followup_value": "24",
    "followup_unit": "months",
    **SOURCE,
}


def table(name: str, *rows: dict[str, str]) -> Table:
    """A table whose first row is row 2, as a spreadsheet counts."""
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    return Table(f"{name}.csv", header, tuple(map(Row, range(2, len(rows) + 2), rows)))


RIGHT = {
    "studies": [STUDY, STUDY | {"study_id": "jones_2010", "label": "Jones 2010"}],
    "reports": [REPORT, REPORT | {"study_id": "jones_2010", "record_id": "", "citation": "J 2010"}],
    "arms": [ARM, ARM | {"arm_id": "ne", "modality": "nephrectomy"}],
    "outcomes": [OUTCOME, OUTCOME | {"outcome": "died"}, OUTCOME | {"arm_id": "ne"}],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "codebook.yaml"
    path.write_text(CODEBOOK)
    return codebook.read(path, PROTOCOL)


@pytest.fixture(scope="module")
def messages(book):
    """The messages about tables, given as lists of rows."""

    def found(**rows: list[dict[str, str]]) -> list[str]:
        read = {name: table(name, *lines) for name, lines in (RIGHT | rows).items()}
        return list(map(str, extraction.check(read, book, {"outcome_sets": SETS})))

    return found


def test_right_tables_have_no_problem(messages):
    """An empty cell is right wherever none is required."""
    assert messages() == []
    bare = {column: "" for column in SOURCE if column != "basis"}
    bare |= {"followup_measure": "", "followup_value": "", "followup_unit": ""}
    assert messages(outcomes=[OUTCOME | bare]) == []


def test_absent_and_empty_tables_are_right(book):
    """A review may not have extracted anything yet."""
    config = {"outcome_sets": SETS}
    assert extraction.check({}, book, config) == []
    headers = {
        name: Table(f"{name}.csv", tuple(described.columns))
        for name, described in book.tables.items()
    }
    assert extraction.check(headers, book, config) == []


def test_columns_may_stand_in_any_order(book):
    """And a column that is not required may be absent."""
    outcome = {column: OUTCOME[column] for column in reversed(OUTCOME) if column != "quote"}
    read = {name: table(name, *rows) for name, rows in RIGHT.items()}
    read["outcomes"] = table("outcomes", outcome)
    assert extraction.check(read, book, {"outcome_sets": SETS}) == []


# id: (table, what replaces cells of its first row, messages)
WRONG_CELLS = {
    "more events than known": (
        "outcomes",
        {"events": "65"},
        ["outcomes.csv row 2: events is '65'; allowed: 0 to n_known (64)"],
    ),
    "negative events": (
        "outcomes",
        {"events": "-1"},
        ["outcomes.csv row 2: events is '-1'; allowed: 0 to n_known (64)"],
    ),
    "events in words": (
        "outcomes",
        {"events": "six"},
        ["outcomes.csv row 2: events is 'six'; allowed: a whole number"],
    ),
    "half an event": (
        "outcomes",
        {"events": "6.5"},
        ["outcomes.csv row 2: events is '6.5'; allowed: a whole number"],
    ),
    "a percentage for events": (
        "outcomes",
        {"events": "8%"},
        ["outcomes.csv row 2: events is '8%'; allowed: a whole number"],
    ),
    "events with their total": (
        "outcomes",
        {"events": "5/64"},
        ["outcomes.csv row 2: events is '5/64'; allowed: a whole number"],
    ),
    "a number with a comma for thousands": (
        "outcomes",
        {"n_treated": "1,082"},
        ["outcomes.csv row 2: n_treated is '1,082'; allowed: a whole number"],
    ),
    "no events": (
        "outcomes",
        {"events": ""},
        ["outcomes.csv row 2: events is empty; allowed: a whole number"],
    ),
    "more known than treated": (
        "outcomes",
        {"n_known": "83"},
        ["outcomes.csv row 2: n_known is '83'; allowed: 0 to n_treated (82)"],
    ),
    "unknown number treated": (
        "outcomes",
        {"n_treated": ""},
        ["outcomes.csv row 2: n_treated is empty; allowed: a whole number"],
    ),
    "a limit that can't be read": (
        "outcomes",
        {"n_known": "some"},
        ["outcomes.csv row 2: n_known is 'some'; allowed: a whole number"],
    ),
    "a misspelt word of a vocabulary": (
        "arms",
        {"modality": "reablation"},
        [
            "arms.csv row 2: modality is 'reablation'; allowed: re_ablation (the nearest of "
            "re_ablation, nephrectomy)"
        ],
    ),
    "a word of a vocabulary in capitals": (
        "studies",
        {"in_index_review": "UNKNOWN"},
        [
            "studies.csv row 2: in_index_review is 'UNKNOWN'; allowed: unknown (the nearest of "
            "yes, no, unknown)"
        ],
    ),
    "an unknown outcome": (
        "outcomes",
        {"outcome": "recurence"},
        [
            "outcomes.csv row 2: outcome is 'recurence'; allowed: recurrence (the nearest of died, "
            "recurrence)"
        ],
    ),
    "no outcome": (
        "outcomes",
        {"outcome": ""},
        ["outcomes.csv row 2: outcome is empty; allowed: died, recurrence"],
    ),
    "a basis that is none": (
        "outcomes",
        {"basis": "fulltext"},
        [
            "outcomes.csv row 2: basis is 'fulltext'; allowed: full_text (the nearest of "
            "full_text, abstract)"
        ],
    ),
    "a decimal comma": (
        "arms",
        {"age": "66,5"},
        ["arms.csv row 2: age is '66,5'; allowed: a number (with a decimal point)"],
    ),
    "a number with its spread": (
        "arms",
        {"age": "66.5 ± 8"},
        ["arms.csv row 2: age is '66.5 ± 8'; allowed: a number (with a decimal point)"],
    ),
    "a child": (
        "arms",
        {"age": "17.9"},
        ["arms.csv row 2: age is '17.9'; allowed: 18 to 110 years"],
    ),
    "no patients": (
        "arms",
        {"n_patients": "0"},
        ["arms.csv row 2: n_patients is '0'; allowed: 1 or more"],
    ),
    "a year of two digits": (
        "studies",
        {"year": "05"},
        ["studies.csv row 2: year is '05'; allowed: a year like 2026"],
    ),
    "a year before the question": (
        "studies",
        {"year": "1905"},
        ["studies.csv row 2: year is '1905'; allowed: 1981 or more"],
    ),
    "a date as Excel writes it": (
        "outcomes",
        {"extracted_on": "23.11.2026"},
        ["outcomes.csv row 2: extracted_on is '23.11.2026'; allowed: a date like 2026-11-23"],
    ),
    "a day that does not exist": (
        "outcomes",
        {"extracted_on": "2026-02-30", "checked_on": ""},
        ["outcomes.csv row 2: extracted_on is '2026-02-30'; allowed: a date like 2026-11-23"],
    ),
    "checked before it was read": (
        "outcomes",
        {"checked_on": "2026-11-22"},
        [
            "outcomes.csv row 2: checked_on is '2026-11-22'; allowed: extracted_on (2026-11-23) or "
            "later"
        ],
    ),
    "checked by the same person": (
        "outcomes",
        {"checked_by": "mk"},
        ["outcomes.csv row 2: checked_by is 'mk'; allowed: another person than extracted_by"],
    ),
    "a study that is not in the table": (
        "arms",
        {"study_id": "smith_2006"},
        [
            "arms.csv row 2: study_id is 'smith_2006'; allowed: a value of study_id in studies.csv "
            "(the nearest is smith_2005)",
            "outcomes.csv row 2: arm_id is 'ra'; allowed: a value of arm_id in arms.csv where "
            "study_id is 'smith_2005'",
            "outcomes.csv row 3: arm_id is 'ra'; allowed: a value of arm_id in arms.csv where "
            "study_id is 'smith_2005'",
        ],
    ),
    "an arm that is not in the table": (
        "outcomes",
        {"arm_id": "rfa"},
        [
            "outcomes.csv row 2: arm_id is 'rfa'; allowed: a value of arm_id in arms.csv where "
            "study_id is 'smith_2005' (the nearest is ra)"
        ],
    ),
    "an arm of another study": (
        "outcomes",
        {"study_id": "jones_2010", "source_record": "J 2010"},
        [
            "outcomes.csv row 2: arm_id is 'ra'; allowed: a value of arm_id in arms.csv where "
            "study_id is 'jones_2010'"
        ],
    ),
    "an outcome of an unknown study": (
        "outcomes",
        {"study_id": "brown_1999"},
        [
            "outcomes.csv row 2: study_id is 'brown_1999'; allowed: a value of study_id in "
            "studies.csv",
            "outcomes.csv row 2: source_record is 'pmid:1'; allowed: a record_id or citation in "
            "reports.csv where study_id is 'brown_1999'",
        ],
    ),
    "a report of an unknown study": (
        "reports",
        {"study_id": "smyth_2005"},
        [
            "reports.csv row 2: study_id is 'smyth_2005'; allowed: a value of study_id in "
            "studies.csv (the nearest is smith_2005)",
            *(
                f"outcomes.csv row {row}: source_record is 'pmid:1'; allowed: a record_id or "
                "citation in reports.csv where study_id is 'smith_2005'"
                for row in (2, 3, 4)
            ),
        ],
    ),
    "a source that is no report of the study": (
        "outcomes",
        {"source_record": "pmid:11"},
        [
            "outcomes.csv row 2: source_record is 'pmid:11'; allowed: a record_id or citation in "
            "reports.csv where study_id is 'smith_2005' (the nearest is pmid:1)"
        ],
    ),
    "a bare PMID": (
        "reports",
        {"record_id": "15882715", "citation": "pmid:1"},
        [
            "reports.csv row 2: record_id is '15882715'; allowed: pmid: and digits, doi: and a DOI "
            "in small letters, or rec: and 16 digits from 0 to f; or empty. Did you mean "
            "pmid:15882715?"
        ],
    ),
    "a DOI in capitals": (
        "reports",
        {"record_id": "doi:10.1016/J.JURO", "citation": "pmid:1"},
        [
            "reports.csv row 2: record_id is 'doi:10.1016/J.JURO'; allowed: pmid: and digits, doi: "
            "and a DOI in small letters, or rec: and 16 digits from 0 to f; or empty. Did you mean "
            "doi:10.1016/j.juro?"
        ],
    ),
    "a link to a DOI": (
        "reports",
        {"record_id": "https://doi.org/10.1016/J.JURO", "citation": "pmid:1"},
        [
            "reports.csv row 2: record_id is 'https://doi.org/10.1016/J.JURO'; allowed: pmid: and "
            "digits, doi: and a DOI in small letters, or rec: and 16 digits from 0 to f; or empty. "
            "Did you mean doi:10.1016/j.juro?"
        ],
    ),
    "a follow-up without its unit": (
        "outcomes",
        {"followup_unit": "", "followup_measure": ""},
        [
            "outcomes.csv row 2: followup_measure is empty; allowed: a text; followup_value means "
            "nothing without it",
            "outcomes.csv row 2: followup_unit is empty; allowed: a text; followup_value means "
            "nothing without it",
        ],
    ),
    "more outcomes than patients": (
        "outcomes",
        {"events": "60"},
        [
            "outcomes.csv row 3: events is '5 + 60 = 65'; allowed: together at most n_known (64), "
            "since died and recurrence exclude each other (rows 2, 3)"
        ],
    ),
    "a very long cell": (
        "arms",
        {"n_patients": "9" * 40_000},
        [f"arms.csv row 2: n_patients is '{'9' * 77}...'; allowed: a whole number"],
    ),
    "a formula": (
        "arms",
        {"n_patients": "=1+1"},
        ["arms.csv row 2: n_patients is '=1+1'; allowed: a whole number"],
    ),
    "a line break in a number": (
        "arms",
        {"n_patients": "8\n2"},
        ["arms.csv row 2: n_patients is '8\\n2'; allowed: a whole number"],
    ),
}


@pytest.mark.parametrize(("name", "cells", "expected"), WRONG_CELLS.values(), ids=WRONG_CELLS)
def test_a_wrong_cell_is_named(messages, name, cells, expected):
    """The message gives file, row, column, value and what is allowed."""
    first, *others = RIGHT[name]
    assert messages(**{name: [first | cells, *others]}) == expected


# id: (table, its rows, messages)
WRONG_ROWS = {
    "a row twice": (
        "outcomes",
        [OUTCOME, OUTCOME | {"events": "6"}],
        [
            "outcomes.csv row 3: study_id, arm_id, outcome, time_point is 'smith_2005, ra, "
            "recurrence, last_follow_up'; allowed: each once; row 2 has it"
        ],
    ),
    "a study twice": (
        "studies",
        [*RIGHT["studies"], STUDY],
        ["studies.csv row 4: study_id is 'smith_2005'; allowed: each once; row 2 has it"],
    ),
    "a study twice, in composed and in decomposed letters": (
        "studies",
        [*RIGHT["studies"], STUDY | {"study_id": "mu\u0308"}, STUDY | {"study_id": "m\u00fc"}],
        ["studies.csv row 5: study_id is 'mü'; allowed: each once; row 4 has it"],
    ),
    "a record twice in a study": (
        "reports",
        [*RIGHT["reports"], REPORT | {"citation": "Smith, 2005"}],
        [
            "reports.csv row 4: record_id is 'pmid:1'; allowed: each record once for a study; row "
            "2 has it"
        ],
    ),
    "a misspelt column": (
        "arms",
        [
            {
                ("modallity" if column == "modality" else column): cell
                for column, cell in row.items()
            }
            for row in RIGHT["arms"]
        ],
        ["arms.csv row 1: modallity is 'modallity'; allowed: a column of the codebook: modality"],
    ),
    "a missing column": (
        "outcomes",
        [{column: cell for column, cell in OUTCOME.items() if column != "events"}],
        ["outcomes.csv row 1: there is no column events; name it in this row"],
    ),
}


@pytest.mark.parametrize(("name", "rows", "expected"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_wrong_row_is_named(messages, name, rows, expected):
    """The later of two rows is the wrong one; a header is row 1."""
    assert messages(**{name: rows}) == expected


def test_an_average_without_its_kind_is_named(book):
    """Where the protocol describes it: a number that may be a mean or a median says nothing."""
    described = {"table": "arms", "column": "age", "average": "modality"}
    arms = [ARM | {"modality": ""}, ARM | {"arm_id": "b", "modality": "", "age": ""}]
    found = extraction.check(
        {
            name: table(name, *rows)
            for name, rows in (RIGHT | {"arms": arms, "outcomes": []}).items()
        },
        book,
        {"outcome_sets": SETS, "descriptions": [described]},
    )
    assert [str(problem) for problem in found] == [
        "arms.csv row 2: modality is empty; allowed: re_ablation, nephrectomy; age means nothing "
        "without it"
    ]


def test_all_problems_come_at_once_in_the_order_of_the_tables(messages):
    """By table, row and column."""
    found = messages(
        outcomes=[OUTCOME | {"events": "x", "arm_id": "y"}, OUTCOME | {"basis": "z"}],
        studies=[STUDY | {"year": "05", "label": ""}, *RIGHT["studies"][1:]],
    )
    assert [message.split(";")[0] for message in found] == [
        "studies.csv row 2: label is empty",
        "studies.csv row 2: year is '05'",
        "outcomes.csv row 2: arm_id is 'y'",
        "outcomes.csv row 2: events is 'x'",
        "outcomes.csv row 3: basis is 'z'",
    ]


def test_exclusive_outcomes_may_fill_the_arm(messages):
    """59 recurrences and 5 deaths in 64 patients are right; at another time they do not sum."""
    died = OUTCOME | {"outcome": "died"}
    assert messages(outcomes=[OUTCOME | {"events": "59"}, died]) == []
    later = died | {"time_point": "month_12", "events": "64"}
    assert messages(outcomes=[OUTCOME | {"events": "59"}, later]) == []


def test_overlapping_outcomes_are_not_summed(book):
    """A patient can have both."""
    read = {name: table(name, *rows) for name, rows in RIGHT.items()}
    died = OUTCOME | {"outcome": "died", "events": "64"}
    read["outcomes"] = table("outcomes", OUTCOME | {"events": "64"}, died)
    assert extraction.check(read, book, {"outcome_sets": SETS[1:]}) == []


def test_numbers_may_be_typed_as_a_spreadsheet_does(messages):
    """5.0 is 5, and 64 stays the limit."""
    assert messages(outcomes=[OUTCOME | {"events": "5.0", "n_known": "64.0"}]) == []


def test_rows_are_counted_as_the_file_has_them(book):
    """Blank lines that were passed over still count."""
    read = {name: table(name, *rows) for name, rows in RIGHT.items()}
    wrong = (Row(40, OUTCOME), Row(70, OUTCOME | {"outcome": "died", "events": "x"}))
    read["outcomes"] = Table("outcomes.csv", tuple(OUTCOME), wrong)
    found = extraction.check(read, book, {"outcome_sets": SETS})
    assert [problem.row for problem in found] == [70]


def test_each_table_has_a_schema(book):
    """Anybody can hold a table of texts against it with pandera."""
    schema = extraction.schema(book.tables["outcomes"])
    assert isinstance(schema, pa.DataFrameSchema)
    assert list(schema.columns) == list(book.tables["outcomes"].columns)


def test_the_shipped_tables_are_right(monkeypatch):
    """Against the shipped protocol and codebook."""
    monkeypatch.chdir(ROOT)
    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    read = {name: tables.read(analyses.path(name)) for name in analyses.TABLES}
    assert extraction.check(read, book, protocol) == []
    assert all(table.columns == tuple(book.tables[name].columns) for name, table in read.items())


def test_seeded_decisions_and_reports_name_records_of_the_import():
    """By the ids that the reader of the import gives them, in its order."""
    file = ROOT / "resources/imports/2026-11-23-hand-search.csv"
    found, quarantined = records.read(file, "csv", file.stem)
    seeded = tables.read(ROOT / "resources/decisions/screening/seed.csv").cells
    assert quarantined.empty
    assert [line["record_id"] for line in seeded] == found["record_id"].tolist()
    reports = tables.read(ROOT / analyses.path("reports")).cells
    assert {report["record_id"] for report in reports} - {""} <= set(found["record_id"])


def test_the_seeded_counts_are_those_of_the_abstracts(shared_data):
    """Each count of arms.csv stands in one row of outcomes; nothing else does."""
    columns = {
        "n_no_evidence_of_disease": "no_evidence_of_disease",
        "n_recurrence": "recurrence",
        "n_indeterminate": "indeterminate",
        "n_died": "died",
        "n_later_surgery": "later_surgery",
        "n_under_surveillance": "still_monitored",
    }
    known = [
        (outcome, arm["n_patients"], arm[column])
        for arm in tables.read(shared_data / "review" / "arms.csv").cells
        for column, outcome in columns.items()
        if arm[column]
    ]
    rows = tables.read(ROOT / analyses.path("outcomes")).cells
    assert [(row["outcome"], row["n_treated"], row["events"]) for row in rows] == known
    assert {(row["basis"], row["checked_by"]) for row in rows} == {("abstract", "")}


def test_a_thousand_rows_a_table_are_checked_in_a_second(book):
    """Also when the reference to each study has to be looked up."""
    names = [f"study_{n}" for n in range(1000)]
    many = {
        name: table(name, *(row | {"study_id": study} for study in names))
        for name, row in (
            ("studies", STUDY),
            ("reports", REPORT),
            ("arms", ARM),
            ("outcomes", OUTCOME),
        )
    }
    started = process_time()
    assert extraction.check(many, book, {"outcome_sets": SETS}) == []
    assert process_time() - started < 1
