"""The log of every attempt to search, failed ones too; the page takes its dates from here.

An attempt has its line before anything is asked: what ends it without a word, a kill or a full
disk, leaves a line that says so, and never a page that looks current.
"""

from collections.abc import Mapping

from living_review import tables
from living_review.errors import SearchError, TableError

PATH = "resources/run_log.csv"
COLUMNS = (
    "time",
    "strategy_id",
    "outcome",
    "run",
    "found",
    "new",
    "gone",
    "revised",
    "fetched",
    "note",
)
COMPLETE, NOTHING_NEW = "complete", "nothing_new"
FAILED, INTERRUPTED = "failed", "interrupted"
SEARCHED = (COMPLETE, NOTHING_NEW)
UNDER_WAY = "The search did not come to its end."

Line = Mapping[str, str]


def read() -> list[dict[str, str]]:
    """Attempts, the earliest first; times are UTC in ISO form, so that text sorts as time."""
    return sorted(tables.cells(PATH, COLUMNS), key=lambda attempt: attempt["time"])


def begin(time: str, strategy_id: str) -> Line:
    """Add the line of an attempt that is under way. Raises SearchError if it can't be written."""
    line = dict.fromkeys(COLUMNS, "") | {
        "time": time,
        "strategy_id": strategy_id,
        "outcome": INTERRUPTED,
        "note": UNDER_WAY,
    }
    _write([*_lines(), line])
    return line


def end(begun: Line, **told: object) -> None:
    """Put what became of an attempt in the place of its line."""
    ended = dict(begun) | {column: str(value) for column, value in told.items()}
    _write([ended if line == begun else line for line in _lines()])


def mend(completed: Mapping[str, Line]) -> None:
    """Right the lines of attempts that were cut off after all of their run was written.

    completed: {time of the start + strategy id: what the line has to say} of every run.
    """
    lines = _lines()
    righted = [
        {**line, **completed.get(line["time"] + line["strategy_id"], {})}
        if line["outcome"] == INTERRUPTED
        else line
        for line in lines
    ]
    if righted != lines:
        _write(righted)


def _lines() -> list[dict[str, str]]:
    try:
        table = tables.read(PATH)
    except TableError as error:
        raise SearchError(f"{error}; bring {PATH} back from git") from error
    return [dict.fromkeys(COLUMNS, "") | row for row in table.cells]


def _write(lines: list[dict[str, str]]) -> None:
    columns = list(COLUMNS)
    for line in lines:  # columns that somebody added are kept
        columns += [column for column in line if column not in columns]
    try:
        tables.write(PATH, columns, lines)
    except OSError as error:
        raise SearchError(f"{PATH} can't be written: {error.strerror or error}") from error
