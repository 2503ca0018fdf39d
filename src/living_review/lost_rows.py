"""Rows that git's last commit has and the files here lack: the sign of a file written by half.

A table that was cut off at the end of a row is a table like any other; only what it was before can
tell, and git knows that. People may take out rows of a table, and are told. A file that is only
added to has each of its lines for good. Nothing is computed from this, so that no result depends on
git.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from living_review import companions, ledgers, run_log, sources, tables, trigger_log
from living_review.errors import BUT, Problem, ReviewError, TableError
from living_review.git import Git, zero_ended
from living_review.tables import Table

LAST = "HEAD"
NAMED = 5  # lines that are named
TABLES = (
    *("resources/extraction", "resources/events", "resources/published", ledgers.FOLDER),
    *(sources.MANIFEST, run_log.PATH, trigger_log.PATH),
)
# What names a line of a file that is only added to; of a ledger its id, of corrections all cells.
LOGS = {run_log.PATH: ("time", "strategy_id"), trigger_log.PATH: ("time", "trigger")}
CORRECTIONS = companions.path("corrections")


def since(commit: str = LAST) -> list[Problem]:
    """What the tables of the review in this folder have lost since a commit.

    An error for a file that is only added to, a warning for another table. Nothing where there is
    no git, no repository or no commit yet. Raises ReviewError for a commit that git doesn't know.
    """
    try:
        repository = Git()
        repository("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    except (ReviewError, OSError):
        if commit == LAST:
            return []
        raise ReviewError(f"git knows no commit {commit} here") from None
    return [
        problem
        for path in _changed(repository, commit)
        if (problem := _lost(path, _as_it_was(repository, commit, path), tables.content(path)))
    ]


def _changed(repository: Git, commit: str) -> Iterator[str]:
    """Tables that the commit has otherwise, or that are gone, as paths of the review."""
    paths = [repository.prefix + path for path in TABLES]
    told = ("--name-only", "--no-renames", "--no-ext-diff", "--diff-filter=MDT", "-z")
    for path in zero_ended(repository("diff", *told, commit, "--", *paths)):
        if path.endswith(".csv"):
            yield path.removeprefix(repository.prefix)


def _as_it_was(repository: Git, commit: str, path: str) -> bytes:
    return repository.tried("show", f"{commit}:{repository.prefix}{path}").stdout


def _lost(path: str, before: bytes, now: bytes) -> Problem | None:
    """before, now: the bytes of the file."""
    if now.startswith(before.rstrip()):
        return None
    try:
        was, is_ = tables.parse(before, path), tables.parse(now, path)
    except TableError:  # which `check` names
        return None
    at = is_.rows[-1].number if is_.rows else 1
    rows, see = f"{len(is_.rows)} rows", f"see `git diff {path}`"
    is_cut = before.startswith(now.rstrip())
    fewer = len(was.rows) - len(is_.rows)
    if columns := _only_added_to(path, was):
        gone = list((Counter(_lines(was, columns)) - Counter(_lines(is_, columns))).elements())
        if gone:
            words = f"{BUT}git has {_named(gone)} too, and nothing is ever taken out here; {see}"
            return Problem(path, at, "", rows, words)
        if is_cut:
            words = f"{BUT}in git the last one goes on: it was written by half; {see}"
            return Problem(path, at, "", rows, words)
        return None
    if fewer > 0 or is_cut:
        had = f"{fewer} more" if fewer > 0 else "more of the last one"
        cut = "; what is here begins like that, so that it may be written by half" if is_cut else ""
        words = f"{BUT}git has {had}{cut}; {see}, and commit it if that is right"
        return Problem(path, at, "", rows, words, is_warning=True)
    return None


def _only_added_to(path: str, was: Table) -> Sequence[str]:
    """The columns that name a line of such a file; none for a table that people may shorten."""
    if path.startswith(f"{ledgers.FOLDER}/"):
        return ("id",)
    return was.columns if path == CORRECTIONS else LOGS.get(path, ())


def _lines(table: Table, columns: Sequence[str]) -> list[str]:
    return [" ".join(row.get(column, "") for column in columns) for row in table.cells]


def _named(lines: Sequence[str]) -> str:
    more = f" and {len(lines) - NAMED} more" if len(lines) > NAMED else ""
    return f"{'; '.join(lines[:NAMED])}{more}"
