"""A table that was written by half is seen by what git has of it."""

from pathlib import Path

import pytest
from clones import git

from living_review import ledgers, lost_rows, run_log
from living_review.errors import ReviewError

TABLE = "resources/extraction/outcomes.csv"
LEDGER = "resources/decisions/screening/ann.csv"
ROWS = "study_id,events,total,note\na,1,10,one\nb,2,20,two\nc,3,30,three\n"
LINES = (
    ",".join(ledgers.COLUMNS["screening"])
    + "\n"
    + "".join(f"ann-{n},pmid:{n},ann,full_text,include,,2026-12-0{n},,,\n" for n in (1, 2, 3))
)


@pytest.fixture(autouse=True)
def review(tmp_path, monkeypatch):
    """A review in a folder of a repository, all of it committed."""
    monkeypatch.chdir(tmp_path)
    for path, text in ((TABLE, ROWS), (LEDGER, LINES)):
        put(path, text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "A review")
    return tmp_path


def put(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text.encode())


def found(path, text):
    """What is said of a file that stands otherwise than in git."""
    put(path, text)
    return [(one.is_warning, str(one)) for one in lost_rows.since()]


def head(text, rows):
    """The first rows of a table."""
    return "".join(text.splitlines(keepends=True)[: rows + 1])


def test_a_table_cut_off_at_the_end_of_a_row_is_a_warning():
    """A person may have taken rows out, so that nothing is stopped."""
    [(is_warning, said)] = found(TABLE, head(ROWS, 1))
    assert is_warning
    assert f"{TABLE} row 2: found '1 rows', but git has 2 more; what is here begins like" in said
    [(is_warning, said)] = found(TABLE, "study_id,events,total,note\na,1,10,one\nc,9,30,three\n")
    assert is_warning
    assert "but git has 1 more; see" in said


def test_a_table_cut_off_within_a_cell_is_a_warning():
    """Its last row is shorter, and as many as before."""
    [(is_warning, said)] = found(TABLE, ROWS.removesuffix("ree\n"))
    assert is_warning
    assert "found '3 rows', but git has more of the last one" in said


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS + "d,4,40,four\n",
        ROWS.removesuffix("\n"),
        ROWS.replace("\n", "\r\n"),
        ROWS.replace("b,2,20,two", "e,5,50,five"),
        head(ROWS, 0) + "c,3,30,three\nb,2,20,two\na,1,10,one\n",
    ],
)
def test_what_people_do_with_a_table_is_no_loss(text):
    """Rows added, changed, in another order, with other line ends."""
    assert found(TABLE, text) == []


def test_a_ledger_that_lost_a_line_is_a_mistake():
    """A decision is never taken out: whose lines are gone is named."""
    [(is_warning, said)] = found(LEDGER, head(LINES, 1))
    assert not is_warning
    assert "but git has ann-2; ann-3 too, and nothing is ever taken out here" in said
    [(is_warning, said)] = found(LEDGER, LINES.replace("ann-2,", "ann-9,"))
    assert not is_warning
    assert "git has ann-2 too" in said
    [(is_warning, said)] = found(LEDGER, LINES[: LINES.rindex("include")])
    assert not is_warning
    assert "in git the last one goes on" in said
    Path(LEDGER).unlink()
    assert "git has ann-1; ann-2; ann-3 too" in str(lost_rows.since()[0])


def test_a_ledger_may_grow_and_be_sorted():
    """Lines at its end, and in another order."""
    assert found(LEDGER, LINES + "ann-4,pmid:4,ann,full_text,include,,2026-12-04,,,\n") == []
    first, *rest = LINES.splitlines(keepends=True)
    assert found(LEDGER, "".join([first, *reversed(rest)])) == []


def test_the_end_of_a_search_is_no_loss(review):
    """Its line in the log is written anew when it ends; a line that is gone is a mistake."""
    line = run_log.begin("2026-12-01T02:17:00Z", "pubmed_1")
    git(review, "add", "--all")
    git(review, "commit", "--quiet", "-m", "Begun")
    run_log.end(line, outcome="complete", note="")
    assert lost_rows.since() == []
    header = ",".join(run_log.COLUMNS)
    [(is_warning, said)] = found(run_log.PATH, f"{header}\n")
    assert not is_warning
    assert "git has 2026-12-01T02:17:00Z pubmed_1 too" in said


def test_a_table_that_can_not_be_read_is_left_to_the_check():
    """It is named there, with the cell."""
    assert found(TABLE, ROWS + 'd,"4') == []


def test_lines_are_held_against_the_branch_that_they_go_to(review):
    """As a pull request asks: also what was committed meanwhile."""
    put(LEDGER, head(LINES, 2))
    git(review, "commit", "--quiet", "--all", "-m", "Cut off")
    assert lost_rows.since() == []
    [problem] = lost_rows.since("HEAD^1")
    assert "git has ann-3 too" in str(problem)
    with pytest.raises(ReviewError, match="git knows no commit HEAD\\^9"):
        lost_rows.since("HEAD^9")


def test_a_review_without_git_is_checked_all_the_same(review, tmp_path_factory, monkeypatch):
    """No repository, no commit, no program."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert lost_rows.since() == []
    git(Path.cwd(), "init", "--quiet")
    assert lost_rows.since() == []
    monkeypatch.chdir(review)
    monkeypatch.setenv("PATH", "")
    assert lost_rows.since() == []


def test_a_review_in_a_folder_of_a_repository(review, monkeypatch):
    """Paths are those of the review."""
    put(f"below/{TABLE}", ROWS)
    git(review, "add", "--all")
    git(review, "commit", "--quiet", "-m", "Another review")
    monkeypatch.chdir(review / "below")
    [(_, said)] = found(TABLE, head(ROWS, 2))
    assert said.startswith(f"{TABLE} row 3")
