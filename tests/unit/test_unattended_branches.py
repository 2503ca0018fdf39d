"""What a scheduled run writes reaches the branch whoever else pushes, and results come back."""

from datetime import date
from pathlib import Path

import pytest
from clones import (
    ATTRIBUTES,
    clone,
    environment_of_a_runner,
    git,
    log_line,
    plan,
    remote,
    shown,
    tree,
    write,
)

from living_review import git as of_git
from living_review import start
from living_review.errors import ReviewError
from living_review.git import Git, GitError
from living_review.start import Answers
from living_review.unattended import derived, written

DAY = date(2031, 4, 5)
ANSWERS = Answers("A title", "A question?", "Recovery", "recovered", ["Stretching"])


@pytest.fixture
def bare(tmp_path, monkeypatch):
    environment_of_a_runner(monkeypatch)
    monkeypatch.setattr(of_git, "PAUSE", 0.01)
    return remote(tmp_path)


@pytest.fixture
def here(bare, tmp_path, monkeypatch):
    """A clone as a runner has it, the last commit alone."""
    folder = clone(bare, tmp_path / "runner", "--depth=1")
    monkeypatch.chdir(folder)
    return folder


# --- straight to the branch -------------------------------------------------------------------


def test_a_month_without_news_is_a_commit(bare, here):
    """A line of the log alone, in a file that git doesn't know yet, keeps the schedule alive."""
    log_line("2026-12-03T02:17:00Z", outcome="nothing_new", fetched="0")
    repository = Git()
    assert written.commit(repository, "Search") == ["resources/run_log.csv"]
    written.push(repository, "origin")
    assert "nothing_new" in shown(bare, "resources/run_log.csv")
    assert written.commit(repository, "Search") == []


def test_new_folders_of_a_search_are_seen(bare, here):
    """`git diff` would pass over files that git doesn't know."""
    write(Path("resources/searches/2026-12-03-pubmed_1/run.json"), "{}")
    write(Path("resources/events/2026-12-03-pubmed_1.csv"), "kind\nretraction\n")
    repository = Git()
    written.commit(repository, "Search")
    written.push(repository, "origin")
    assert "resources/searches/2026-12-03-pubmed_1/run.json" in tree(bare)
    assert "resources/events/2026-12-03-pubmed_1.csv" in tree(bare)


def test_nothing_else_is_committed(bare, here):
    """Neither what people are about to write, nor what they staged, nor anything derived."""
    log_line("2026-12-03T02:17:00Z")
    write(Path("config/config.yaml"), "half: done\n")
    write(Path("resources/decisions/screening/ann.csv"), "id\nann-1\n")
    write(Path("results/syntheses/a.json"), "{}")
    git(here, "add", "config/config.yaml")
    repository = Git()
    written.commit(repository, "Search")
    written.push(repository, "origin")
    assert "resources/decisions/screening/ann.csv" not in tree(bare)
    assert "results/syntheses/a.json" not in tree(bare)
    assert shown(bare, "config/config.yaml") == "{}\n"
    assert Path("config/config.yaml").read_text() == "half: done\n"
    assert git(here, "diff", "--cached", "--name-only").split() == ["config/config.yaml"]


def test_people_who_push_meanwhile_lose_nothing(bare, here, tmp_path):
    """Their commit stands, and ours on top of it; an unfinished edit here stays as it is."""
    other = clone(bare, tmp_path / "other")
    write(other / "resources/decisions/screening/ann.csv", "id\nann-1\n")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "-m", "Screened")
    git(other, "push", "--quiet")
    write(here / "config/config.yaml", "half: done\n")
    log_line("2026-12-03T02:17:00Z")
    repository = Git()
    written.commit(repository, "Search")
    written.push(repository, "origin")
    assert {"resources/decisions/screening/ann.csv", "resources/run_log.csv"} <= tree(bare)
    assert (here / "config/config.yaml").read_text() == "half: done\n"


@pytest.mark.parametrize("begun", [True, False])
def test_two_searches_at_once_leave_both_lines(tmp_path, monkeypatch, begun):
    """Also where neither clone had a log before."""
    environment_of_a_runner(monkeypatch)
    header = "time,strategy_id,outcome,run,found,new,gone,revised,fetched,note\n"
    bare = remote(tmp_path, {"resources/run_log.csv": header} if begun else {})
    clones = [clone(bare, tmp_path / name) for name in ("one", "two")]
    for number, folder in enumerate(clones, 1):
        monkeypatch.chdir(folder)
        log_line(f"2026-12-0{number}T02:17:00Z")
        repository = Git()
        written.commit(repository, "Search")
        written.push(repository, "origin")
    lines = shown(bare, "resources/run_log.csv").splitlines()
    assert [line[:10] for line in lines] == ["time,strat", "2026-12-01", "2026-12-02"]


def test_a_new_review_keeps_both_lines_too():
    """It begins with the same rules for merging its logs."""
    assert start.contents("review", ANSWERS, DAY)[".gitattributes"] == ATTRIBUTES.read_text()


def test_the_same_folder_written_twice_is_told(bare, here, tmp_path):
    """Two searches of one day in two clones: the first one stands, the second says what to do."""
    path = "resources/searches/2026-12-03-pubmed_1/run.json"
    other = clone(bare, tmp_path / "other")
    write(other / path, '{"first": 1}\n')
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "-m", "Search")
    git(other, "push", "--quiet")
    write(here / path, '{"second": 2}\n')
    repository = Git()
    written.commit(repository, "Search")
    with pytest.raises(ReviewError, match="search again"):
        written.push(repository, "origin")
    assert shown(bare, path) == '{"first": 1}\n'
    assert git(here, "status", "--porcelain").strip() == ""


def test_a_remote_that_is_away_loses_nothing(bare, here):
    """The commit stays here, and the next run pushes it."""
    log_line("2026-12-03T02:17:00Z")
    repository = Git()
    written.commit(repository, "Search")
    bare.rename(bare.with_name("away.git"))
    with pytest.raises(ReviewError, match="committed here and not lost"):
        written.push(repository, "origin")
    bare.with_name("away.git").rename(bare)
    written.push(repository, "origin")
    assert "resources/run_log.csv" in tree(bare)


def test_a_review_in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Only its own log is committed."""
    environment_of_a_runner(monkeypatch)
    bare = remote(tmp_path, below="reviews/one")
    folder = clone(bare, tmp_path / "runner")
    log_line("2026-12-03T02:17:00Z", folder)
    log_line("2026-12-03T02:17:00Z", folder / "reviews/one")
    monkeypatch.chdir(folder / "reviews/one")
    repository = Git()
    assert written.commit(repository, "Search") == ["reviews/one/resources/run_log.csv"]
    made = plan("a")
    derived.keep(made, repository, "origin")
    assert tree(bare, "derived") == {f"reviews/one/{made.names[0].path}"}
    Path(made.names[0].path).unlink()
    assert derived.bring_back(made, derived.Kept(repository, "origin")) == list(made.names)


def test_a_password_in_an_address_is_never_shown(here):
    """Git tells the address of what it can't reach."""
    with pytest.raises(GitError) as error:
        Git().fetched("file://ann:S3CRET@nowhere/review.git", "main")
    assert "S3CRET" not in str(error.value)


def test_the_subject_of_a_search_is_made_of_counts():
    """No text of a server reaches it."""
    lines = [
        {
            "time": "2026-12-03T02:17:00Z",
            "strategy_id": "pubmed_1",
            "outcome": "nothing_new",
            "found": "30",
            "fetched": "0",
            "note": "[skip ci]",
        }
    ]
    assert written.subject(lines) == "Search of 2026-12-03: pubmed_1 nothing new, 30 found, 0 new"


# --- results ----------------------------------------------------------------------------------


def test_results_come_back_into_a_fresh_clone(bare, here, tmp_path, monkeypatch):
    """Byte for byte, with what stands beside a page; nothing is left to compute."""
    made = plan("a", "b", page="today")
    assert derived.keep(made, Git(), "origin") == list(made.names)
    fresh = clone(bare, tmp_path / "fresh", "--depth=1")
    contents = {path: Path(path).read_bytes() for path in Path().rglob("results/**/*.*")}
    monkeypatch.chdir(fresh)
    assert all(name.is_missing() for name in made.names)
    assert derived.bring_back(made, derived.Kept(Git(), "origin")) == list(made.names)
    assert {path: Path(path).read_bytes() for path in Path().rglob("results/**/*.*")} == contents
    assert len(contents) == 5
    assert git(fresh, "status", "--porcelain") == ""


def test_only_what_is_new_is_kept(bare, here):
    """The branch is added to: every earlier file and commit stays."""
    first = plan("a")
    derived.keep(first, Git(), "origin")
    before = git(bare, "rev-parse", "derived").strip()
    second = plan("a", "b")
    assert [name.label for name in derived.keep(second, Git(), "origin")] == ["b"]
    assert git(bare, "rev-parse", "derived~1").strip() == before
    assert tree(bare, "derived") == {name.path for name in second.names}
    assert derived.keep(second, Git(), "origin") == []
    assert git(bare, "rev-list", "--count", "derived").strip() == "2"


def test_what_is_kept_is_never_replaced(bare, here):
    """A name is right for ever; other bytes under it, such as those of another renderer, wait."""
    made = plan("a", page="today")
    derived.keep(made, Git(), "origin")
    Path(made.names[1].path).write_text("otherwise rendered")
    assert derived.keep(made, Git(), "origin") == []
    assert "otherwise" not in shown(bare, made.names[1].path, "derived")


def test_files_are_added_and_none_is_replaced(bare, here):
    """Of several, one under a path that the branch has stays as it was there."""
    for text in ("first", "second"):
        write(Path("results/one.txt"), text)
        write(Path(f"results/{text}.txt"), text)
        found = {f"results/{name}.txt": Path(f"results/{name}.txt") for name in ("one", text)}
        derived.add(lambda _, found=found: found, Git(), "origin", "Results")
    assert shown(bare, "results/one.txt", "derived") == "first"
    assert shown(bare, "results/second.txt", "derived") == "second"


def test_a_result_that_is_here_is_not_brought_over(bare, here):
    """Nor one that nothing calls for."""
    made = plan("a", "b", "old")
    derived.keep(made, Git(), "origin")
    for name in made.names[1:]:
        Path(name.path).unlink()
    Path(made.names[0].path).write_text("of here")
    wanted = plan("a", "b", made=False)
    brought = derived.bring_back(wanted, derived.Kept(Git(), "origin"))
    assert [name.label for name in brought] == ["b"]
    assert Path(made.names[0].path).read_text() == "of here"
    assert not Path(made.names[2].path).exists()


def test_without_a_branch_there_is_nothing_to_bring(bare, here):
    assert derived.bring_back(plan("a", made=False), derived.Kept(Git(), "origin")) == []


def test_two_that_keep_results_at_once_keep_both(bare, here, tmp_path, monkeypatch):
    """The branch is begun by another run between our look at it and our push; and once more."""
    other = clone(bare, tmp_path / "other")
    made = plan("a")
    pushed = []
    real = derived._committed

    def meanwhile(repository, *arguments):
        commit = real(repository, *arguments)
        if len(pushed) < 2:
            with monkeypatch.context() as patch:
                patch.setattr(derived, "_committed", real)
                patch.chdir(other)
                derived.keep(plan(f"other {len(pushed)}"), Git(), "origin")
            pushed.append(commit)
        return commit

    monkeypatch.setattr(derived, "_committed", meanwhile)
    derived.keep(made, Git(), "origin")
    assert len(tree(bare, "derived")) == 3
    assert made.names[0].path in tree(bare, "derived")


def test_results_that_are_cut_off_are_not_taken_for_whole(bare, here, monkeypatch):
    """Killed between two files of a result, it is brought again."""
    made = plan(page="today")
    derived.keep(made, Git(), "origin")
    for path in Path("results").rglob("*.*"):
        path.unlink()
    with monkeypatch.context() as patch:
        real = derived.files.replace_bytes

        def killed(path, content):
            if str(path).endswith("index.html"):
                raise KeyboardInterrupt
            real(path, content)

        patch.setattr(derived.files, "replace_bytes", killed)
        with pytest.raises(KeyboardInterrupt):
            derived.bring_back(made, derived.Kept(Git(), "origin"))
    assert made.names[0].is_missing()
    assert len(derived.bring_back(made, derived.Kept(Git(), "origin"))) == 1
