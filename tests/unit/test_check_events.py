"""Mistakes in files of events and in decisions about them are named."""

from datetime import date
from pathlib import Path

import pytest

from living_review import check, ledgers, notices, start, tables, written
from living_review.errors import TableError

ROOT = Path(__file__).resolve().parents[2]
EVENTS = "resources/events/2026-12-02-medline.csv"
LEDGER = "resources/decisions/events/ann.csv"
EVENT = dict.fromkeys(notices.Event._fields, "") | {
    "record_id": "pmid:1",
    "kind": "retraction",
    "seen_on": "2026-12-02",
}
LINE = dict.fromkeys(ledgers.COLUMNS["events"], "") | {
    "id": "1",
    "record_id": "pmid:1",
    "event": "retraction",
    "screener": "ann",
    "decision": "keep",
    "reason": "the notice is about another paper",
    "time": "2026-12-05T09:30:00Z",
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun") / "review"
    start.begin(folder, start.Answers("T", "Q?", "Recovery", "recovered", ["Rest"]), date.today())
    return folder


@pytest.fixture(autouse=True)
def review(begun, monkeypatch):
    """A review that has just begun, without events; the tests write some."""
    monkeypatch.chdir(begun)
    for folder in (notices.FOLDER, f"{ledgers.FOLDER}/events"):
        for path in (begun / folder).glob("*"):
            path.unlink()


def write(path, row):
    tables.write(path, list(row), [row])


def mistakes():
    with pytest.raises(TableError) as error:
        check.everything()
    return str(error.value).splitlines()


def test_right_ones_are_counted():
    """Events and decisions are among the tables that were looked at."""
    write(EVENTS, EVENT)
    write(LEDGER, LINE)
    assert check.everything()["rows"].items() >= {EVENTS: 1, LEDGER: 1}.items()


def test_the_check_runs_again_for_every_byte_of_them():
    """Both are among what the check is named after."""
    write(EVENTS, EVENT)
    write(LEDGER, LINE)
    assert {EVENTS, LEDGER} <= set(written.parts())


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"kind": "retracted"},
            "kind is 'retracted'; allowed: retraction, expression_of_concern, erratum, update",
        ),
        (
            {"record_id": "1"},
            "record_id is '1'; allowed: pmid: and digits, or doi: and a DOI",
        ),
        ({"seen_on": "2.12.2026"}, "seen_on is '2.12.2026'; allowed: a day, like 2026-12-01"),
        ({"seen_on": "2026-13-01"}, "seen_on is '2026-13-01'; allowed: a day, like 2026-12-01"),
        ({"seen_on": ""}, "seen_on is empty; allowed: a day, like 2026-12-01"),
    ],
)
def test_a_wrong_cell_of_an_event_is_named(cells, message):
    """File, row, column, what was found and what is allowed."""
    write(EVENTS, EVENT | cells)
    assert mistakes() == [f"{EVENTS} row 2: {message}"]


def test_a_wrong_column_of_events_is_named():
    """A misspelt column is both unknown and missing."""
    write(EVENTS, {"pmid" if name == "record_id" else name: cell for name, cell in EVENT.items()})
    assert mistakes() == [
        f"{EVENTS} row 1: there is no column record_id; name it in this row",
        f"{EVENTS} row 1: pmid is 'pmid'; allowed: one of {', '.join(notices.Event._fields)}",
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"decision": "checked"},
            "decision is 'checked'; allowed: exclude, keep, since event is retraction",
        ),
        (
            {"event": "erratum"},
            "decision is 'keep'; allowed: checked, since event is erratum",
        ),
        ({"decision": "include"}, "decision is 'include'; allowed: exclude, keep, checked"),
        (
            {"event": "retracted"},
            "event is 'retracted'; allowed: retraction, expression_of_concern, ",
        ),
        ({"reason": ""}, "reason is empty; allowed: why, since the protocol would have exclude"),
        (
            {"event": "expression_of_concern", "decision": "exclude", "reason": ""},
            "reason is empty; allowed: why, since the protocol would have keep",
        ),
        ({"time": ""}, "time is empty; allowed: a value"),
        ({"time": "soon"}, "time is 'soon'; allowed: day and time in UTC, like 2026-12-01T09:30"),
        ({"record_id": ""}, "record_id is empty; allowed: a value"),
        ({"screener": "bob"}, "screener is 'bob'; allowed: ann, as the file"),
    ],
)
def test_a_decision_that_does_not_fit_is_named(cells, message):
    """What is allowed depends on the kind of event."""
    write(LEDGER, LINE | cells)
    (found,) = mistakes()
    assert found.startswith(f"{LEDGER} row 2: {message}")


@pytest.mark.parametrize(
    "cells",
    [
        {"decision": "exclude", "reason": ""},
        {"event": "expression_of_concern", "reason": ""},
        {"event": "update", "decision": "checked", "reason": ""},
    ],
)
def test_what_the_protocol_would_have_needs_no_reason(cells):
    """A reason is asked for where a person departs from the rule."""
    write(LEDGER, LINE | cells)
    check.everything()


@pytest.mark.parametrize("text", ["docs/maintainers.md", "src/living_review/starter/resources.md"])
def test_headers_to_copy_are_right(text):
    """Who copies the header from the instructions has every column."""
    written_out = (ROOT / text).read_text()
    assert ",".join(ledgers.COLUMNS["events"]) in written_out
    if text.startswith("docs"):
        assert ",".join(ledgers.COLUMNS["grade"]) in written_out
        assert ",".join(notices.Event._fields) in written_out


def test_the_seed_decides_nothing():
    """Only people do."""
    path = LEDGER.replace("ann", "seed")
    write(path, LINE | {"screener": "seed"})
    assert mistakes() == [f"{path} row 2: screener is 'seed'; allowed: a person"]
