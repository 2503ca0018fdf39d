"""Lines of ledgers are told apart by all that they say, and by nothing else."""

import pytest

from living_review import ledgers, names

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
