"""Lines of ledgers are told apart by all that they say, and by nothing else."""

import pytest

from living_review import ledgers, names
from living_review.errors import ReviewError, TableError

HEADER = ",".join(ledgers.COLUMNS["screening"])
LINES = [
    "ann-1,pmid:1,ann,title_abstract,include,,2026-01-01,2026.01,,",
    "ann-2,pmid:2,ann,title_abstract,exclude,,2026-01-02,2026.01,,",
]


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Writes a person's ledger and gives the digest of what is read."""
    folder = tmp_path / ledgers.FOLDER / "screening"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def digest(*lines, person="ann"):
        (folder / f"{person}.csv").write_text("\n".join([HEADER, *lines, ""]))
        return names.digest(ledgers.read("screening"))

    return digest


def test_the_form_of_a_ledger_is_no_content(ledger):
    """Other order, spaces, line ends: the same digest, so that no work is placed again."""
    first = ledger(*LINES)
    assert ledger(*reversed(LINES)) == first
    assert ledger(*(line.replace(",", " , ") + "\r" for line in LINES)) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("include", "exclude"),
        ("pmid:1", "pmid:11"),
        (",,2026-01-01", ",2026-01-01,"),
        ("2026-01-01", ""),
    ],
)
def test_a_cell_of_a_ledger_is_content(ledger, old, new):
    """A decision, a record, a cell in another column: another digest, at once."""
    first = ledger(*LINES)
    assert ledger(LINES[0].replace(old, new, 1), LINES[1]) != first
    assert ledger(*LINES) == first


def test_no_line_and_an_empty_one_differ(ledger):
    """Somebody who began a ledger and wrote nothing changed nothing; a line does."""
    nothing = ledger()
    assert ledger(person="bob") == nothing
    assert ledger(LINES[0]) != nothing


SWALLOWED = [
    LINES[0] + '"lung',
    LINES[1],
    "ann-3,pmid:3,ann,title_abstract,include,,2026-01-03,2026.01,,kidney",
]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([SWALLOWED[0], LINES[1]], "row 2: found 'an open quotation mark'"),
        ([*SWALLOWED[:2], SWALLOWED[2] + '"'], "row 2: note is 'lung ...', but rows below it"),
        ([SWALLOWED[0], LINES[1] + '"'], "row 2: note is 'lung ...', but rows below it"),
        ([LINES[0] + '"a"b'], "row 2: found 'text behind a closing quotation mark'"),
    ],
)
def test_an_open_quotation_mark_hides_no_decision(ledger, lines, says):
    """The lines that it swallows would decide nothing: the file is named, and not added to."""
    ledger(*lines)
    (path,) = ledgers.paths("screening")
    before = path.read_bytes()
    (problem,) = ledgers.check("screening", {})
    assert says in str(problem)
    with pytest.raises(TableError, match="quotation mark"):
        ledgers.append("screening", "ann", [{"id": "ann-9"}])
    assert path.read_bytes() == before


def test_a_note_of_several_lines_is_one_cell(ledger):
    """With commas too, as people write them."""
    ledger(LINES[0] + '"first, second\nann, bob, and, so, on, and, on, again, x"')
    assert ledgers.check("screening", {}) == []


def test_a_file_of_blank_lines_is_begun_and_keeps_them(ledger):
    """Every byte stays, those that say nothing too."""
    ledger()
    (path,) = ledgers.paths("screening")
    path.write_bytes(b"\r\n\r\n")
    ledgers.append("screening", "ann", [{"id": "ann-1"}])
    assert path.read_bytes().startswith(b"\r\n\r\nid,record_id,")
    assert [line["id"] for line in ledgers.read("screening")] == ["ann-1"]


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("Ann", "there are decisions of ann; write it the same way"),
        ("ANN", "there are decisions of ann; write it the same way"),
        ("seed", "not seed"),
        ("ann lee", "a name of letters"),
        ("", "a name of letters"),
    ],
)
def test_nobody_votes_twice_by_another_spelling(ledger, who, says):
    """The name calls the file: ann and Ann would be two of the screeners that have to agree."""
    ledger(*LINES)
    with pytest.raises(ReviewError, match=says):
        ledgers.require_person(who)
    assert ledgers.require_person("ann") == "ann"
    assert ledgers.require_person("Bob") == "Bob"
