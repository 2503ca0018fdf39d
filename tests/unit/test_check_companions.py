"""Tables beside the extraction tables are checked like these: every mistake at once, by its row."""

import extraction_cases as cases
import pytest
from extraction_cases import ROW, SHARE

from living_review import check_companions, companions, second_extraction, tables
from living_review.tables import Row, Table

PROTOCOL = cases.PROTOCOL | {
    "outcomes": {"recurrence": {}, "died": {}},
    "outcome_sets": [],
}
RATED = {
    "study_id": "smith_2005",
    "tool": "jbi_case_series",
    "item": "1",
    "answer": "yes",
    "support": "all patients",
    "role": "rating",
    "rater": "ann",
    "rated_on": "2026-11-23",
}
TAKEN = {
    "table": "outcomes",
    "key": ROW,
    "column": "followup_value",
    "obtained": "calculated",
    "source_place": "table 3",
    "quote": "mean of 12",
    "extracted_by": "mk",
    "extracted_on": "2026-11-23",
}
SETTLED = {
    "table": "outcomes",
    "key": ROW,
    "column": "events",
    "second": "jl",
    "first_value": "5",
    "second_value": "6",
    "agreed": "5",
    "who": "mk and jl",
    "date": "2026-11-30",
}
SECOND = SHARE["outcomes"][0] | {"extracted_by": "jl", "checked_by": "mk"}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The messages about tables that are written into a review, {path: rows}."""
    book = cases.book(tmp_path)
    monkeypatch.chdir(tmp_path)
    extracted = {
        name: Table(
            f"{name}.csv",
            tuple(dict.fromkeys(column for row in rows for column in row)),
            tuple(map(Row, range(2, len(rows) + 2), rows)),
        )
        for name, rows in cases.tables().items()
    }

    def messages(written):
        for path, rows in written.items():
            tables.write(path, list(dict.fromkeys(c for row in rows for c in row)), rows)
        problems, _ = check_companions.check(extracted, book, PROTOCOL)
        return [str(problem) for problem in problems]

    return messages


BESIDE = {name: companions.path(name) for name in companions.NAMES}
JL = f"{second_extraction.SECOND}/jl/outcomes.csv"


def test_a_review_without_these_tables_is_right(told):
    """Nobody has to use them."""
    assert told({}) == []


def test_right_tables_are_right(told):
    """Ratings, a value from elsewhere, a second extraction and what was agreed on."""
    written = {
        BESIDE["risk_of_bias"]: [RATED],
        BESIDE["value_sources"]: [TAKEN],
        BESIDE["consensus"]: [SETTLED],
        JL: [SECOND],
    }
    assert told(written) == []


@pytest.mark.parametrize(
    ("path", "row", "message"),
    [
        (
            BESIDE["risk_of_bias"],
            RATED | {"study_id": "smith_2006"},
            "study_id is 'smith_2006'; allowed: a value of study_id in studies.csv (the nearest",
        ),
        (
            BESIDE["risk_of_bias"],
            RATED | {"tool": "jbi"},
            "tool is 'jbi'; allowed: ",
        ),
        (BESIDE["risk_of_bias"], RATED | {"support": ""}, "support is empty; allowed: a text"),
        (BESIDE["risk_of_bias"], RATED | {"rated_on": "1.2.26"}, "a date like 2026-11-23"),
        (BESIDE["risk_of_bias"], RATED | {"result": "death"}, "allowed: recurrence, died"),
        (BESIDE["risk_of_bias"], RATED | {"judge": "ann"}, "judge is 'judge'; allowed: a column"),
        (
            BESIDE["value_sources"],
            TAKEN | {"key": "smith_2005 | ra"},
            "allowed: study_id | arm_id | outcome | time_point of a row of outcomes",
        ),
        (BESIDE["value_sources"], TAKEN | {"column": "quote"}, "column is 'quote'; allowed: "),
        (
            BESIDE["value_sources"],
            TAKEN | {"source_record": "pmid:2"},
            "allowed: empty, or a record_id or citation of smith_2005 in reports",
        ),
        (BESIDE["value_sources"], TAKEN | {"checked_by": "mk"}, "another person than extracted_by"),
        (BESIDE["value_sources"], TAKEN | {"obtained": "guessed"}, "read, calculated, from_figure"),
        (BESIDE["consensus"], SETTLED, "second is 'jl'; allowed: a folder of "),
        (
            BESIDE["consensus"],
            SETTLED | {"second_value": "5"},
            "second_value is '5'; allowed: another value than first_value",
        ),
        (JL, SECOND | {"events": "99"}, f"{JL} row 2: events is '99'; allowed: 0 to n_known (64)"),
        (JL, SECOND | {"arm_id": "zz"}, "arm_id is 'zz'; allowed: a value of arm_id in arms.csv"),
        (JL, SECOND | {"extracted_by": "bo"}, "extracted_by is 'bo'; allowed: jl, as the folder"),
    ],
)
def test_a_wrong_cell_is_named(told, path, row, message):
    """With its file and row, and what is allowed."""
    found = [one for one in told({path: [row]}) if message in one]
    assert [one.startswith(f"{path} row ") for one in found] == [True]


def test_the_second_extractor_is_another_person(told):
    """Who extracted a row first can't be its second extractor."""
    (found,) = told({f"{second_extraction.SECOND}/mk/outcomes.csv": [SHARE["outcomes"][0]]})
    assert "extracted_by is 'mk'; allowed: another person than extracted the row" in found


def test_a_value_has_one_source(told):
    """Two lines about one cell would contradict each other."""
    (found,) = told({BESIDE["value_sources"]: [TAKEN, TAKEN | {"obtained": "read"}]})
    assert "row 3: table, key, column is" in found
    assert "each once; row 2 has it" in found


def test_all_mistakes_are_named_at_once(told):
    """Of every table, not the first only."""
    wrong = {
        BESIDE["risk_of_bias"]: [RATED | {"item": "11", "rater": ""}, RATED, RATED],
        BESIDE["value_sources"]: [TAKEN | {"table": "patients"}],
        JL: [SECOND | {"events": "x"}],
    }
    found = "\n".join(told(wrong))
    for words in ("item is '11'", "rater is empty", "patients", "events is 'x'"):
        assert words in found
    assert "row 3 has it" in found
