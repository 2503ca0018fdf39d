"""Whatever writes to a file of decisions or a log leaves every byte that was there before."""

import contextlib
import csv
import io
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_cases import protocol_and_book

from living_review import companions, imports, ledgers, sources, trigger_log
from living_review.errors import ReviewError
from living_review.workbook import layout, merge
from living_review.workbook.difference import Compared, Decision, RowEdit

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
PROTOCOL, BOOK = protocol_and_book()
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=9)


def by_decisions():
    """As `living-review decisions` adds what was decided elsewhere."""
    ledgers.append(
        "screening", "ann", [{"id": "ann-99", "record_id": "pmid:1", "note": 'a "b"\nc'}]
    )


def by_take(ledger):
    """As `living-review take` adds the decisions of a workbook."""
    about = next(one for one in layout.LEDGERS.values() if one.ledger == ledger)
    decision = Decision(
        ledger, dict.fromkeys(about.key, "x"), dict.fromkeys(about.said, "y"), "", "", ("w", 2)
    )
    write(merge.merge(Compared(decisions=[decision]), BOOK, "ann", NOW, "1"))


def by_correcting():
    """As `living-review take` explains a row that it takes out."""
    Path("resources/extraction").mkdir(parents=True, exist_ok=True)
    table = ",".join(BOOK.tables["arms"].columns)
    Path("resources/extraction/arms.csv").write_text(f"{table}\na,b\n")
    edit = RowEdit("arms", ("a", "b"), {}, "deleted", "twice", ("w", 2))
    write(merge.merge(Compared(edits=[edit]), BOOK, "ann", NOW, "1"))


def write(merged):
    for path, content in merged.contents.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)


def by_register():
    """As `living-review register` enters a file of records."""
    Path("new.ris").write_text("TY  - JOUR\nTI  - A title\nER  - \n")
    about = {"source": "Embase", "method": "databases", "platform": "Ovid", "strategy": "s"}
    imports.register(
        Path("new.ris"), **about, searched_on=date(2026, 1, 1), note="", registered_at=NOW
    )


def by_triggers():
    """As `living-review triggers` logs what it found."""
    trigger_log.add([{"time": "t", "version": "1", "trigger": "x", "outcome": "met", "words": "w"}])


def ledger(name):
    return f"resources/decisions/{name}/ann.csv", ledgers.COLUMNS[name]


WRITERS = {
    "decisions": (by_decisions, *ledger("screening")),
    **{
        f"take {name}": (lambda name=name: by_take(name), *ledger(name)) for name in ledgers.COLUMNS
    },
    "take risk_of_bias": (
        lambda: by_take("risk_of_bias"),
        companions.path("risk_of_bias"),
        companions.columns("risk_of_bias"),
    ),
    "take corrections": (
        by_correcting,
        companions.path("corrections"),
        companions.columns("corrections"),
    ),
    "register": (by_register, sources.MANIFEST, sources.COLUMNS),
    "triggers": (by_triggers, trigger_log.PATH, trigger_log.COLUMNS),
}


@st.composite
def files_of(draw, columns):
    """A file as people and their programs leave it: any marks, delimiter, line ends, order."""
    delimiter, end = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    header = [*draw(st.permutations(columns)), *draw(st.sampled_from([[], ["own_notes"]]))]
    rows = draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=3))
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    text = written.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(end)
    return b"\xef\xbb\xbf" * draw(st.booleans()) + text.encode()


@pytest.mark.parametrize("writer", list(WRITERS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_byte_of_an_append_only_file_stays(writer, data):
    """The file begins with what it held, whoever wrote that and however, and has one line more."""
    add, path, columns = WRITERS[writer]
    before = data.draw(files_of(list(columns)))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(before)
        add()
        after = Path(path).read_bytes()
    assert after.startswith(before)
    assert len(after) > len(before)


@pytest.mark.parametrize("writer", list(WRITERS))
def test_a_file_that_lacks_a_column_is_left_alone(writer, tmp_path, monkeypatch):
    """Its first line would have to change; the column is named."""
    add, path, columns = WRITERS[writer]
    monkeypatch.chdir(tmp_path)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    before = (",".join(list(columns)[:-1]) + "\n").encode()
    Path(path).write_bytes(before)
    with pytest.raises(ReviewError, match=f"no column {list(columns)[-1]}"):
        add()
    assert Path(path).read_bytes() == before
