"""What goes wrong in a review, worded for the person who can put it right.

ReviewError            a message for people; commands print it and exit with 1
├── TableError         every problem of every table, a line each
├── ConfigError        the same for config.yaml and codebook.yaml
├── SearchError        Medline was not asked or did not answer in full; nothing was added
├── EstimationError    numbers that can't be estimated from what is given
├── BusyError          another process is at the same work
└── StaleError         an input changed while the run was under way
Anything else that is raised is a bug and keeps its traceback.
"""

from collections.abc import Sequence
from typing import NamedTuple


class ReviewError(Exception):
    """A message for people."""


NO_COLUMN = "a column of that name"  # the rule where a table lacks a column
NEAREST = "(the nearest "  # in a rule that says itself which allowed value is near
BUT = "but "  # begins a rule that is no list of what is allowed but says what stands against it


class Problem(NamedTuple):
    """One wrong cell; without a column, one wrong row."""

    file: str
    row: int  # as a spreadsheet counts, header = 1
    column: str
    value: str
    allowed: str
    meant: str = ""  # the nearest of the allowed values, where they can be listed
    is_warning: bool = False  # to be looked at; the review can be computed as it stands

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}"
        if self.allowed == NO_COLUMN:
            return f"{place}: there is no column {self.column}; name it in this row"
        found = f"{self.column} is" if self.column else "found"
        value = repr(self.value) if self.value else "empty" if self.column else "nothing"
        rule = f", {self.allowed}" if self.allowed.startswith(BUT) else f"; allowed: {self.allowed}"
        asked = f". Did you mean {self.meant}?" if self.meant else ""
        told = NEAREST in rule or rule.endswith(f" {self.meant}")
        return f"{place}: {found} {value}{rule}{'' if told else asked}"


class ConfigError(ReviewError):
    """Every problem of config and codebook, not the first: ConfigError(problems)."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args[0]))


class TableError(ReviewError):
    """Every problem of every table, not the first: TableError(problems)."""

    @property
    def problems(self) -> Sequence[Problem]:
        return self.args[0]

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class SearchError(ReviewError):
    """A search that is not complete; nothing of it was added to the review."""


class EstimationError(ReviewError):
    """What was asked can't be estimated from these numbers."""


class BusyError(ReviewError):
    """Another process is at the same work; nothing was done."""


class StaleError(ReviewError):
    """An input changed while the run was under way; nothing was written."""
