"""Versions of the review that were published: what readers could cite, kept for good.

resources/versions/<version>/ has
    version.json    who published it when and why, with the counts of that day
    analyses.json   rows, method and result of each analysis
    tables.json     the extraction tables, typed by the codebook
    protocol.json   the protocol, and its amendments so far
    inputs.json     what each result was computed from, piece by piece, and how it is called
    results.json    every number of the page
    page.zip        the page itself, and what lies beside it but documents and PNG
Nothing here is ever written again. What has changed since is found by holding the review against
these files alone, so that results/ may be deleted at any time.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from living_review import files, names
from living_review.errors import ReviewError

FOLDER = "resources/versions"
ID = re.compile(r"(\d{4})\.(0[1-9]|1[0-2])(?:\.([1-9]\d*))?")
SCHEMA = 1

Row = Mapping[str, Any]


class Version(NamedTuple):
    """A version as it was published; the fields are the keys of version.json."""

    version: str  # calendar: 2026.11, the next of that month 2026.11.1
    published_on: str
    published_by: str
    why: Sequence[str]  # the triggers that were met, or what a person said
    note: str
    protocol_version: str
    searched_on: str  # "" if no search was complete
    counts: Mapping[str, int]  # included studies, and their patients
    included: Sequence[str]  # ids of the studies that people had included
    out: Sequence[str]  # of those of them that a retraction or a concern had taken out
    files: Mapping[str, str]  # digest of each file that people write
    code: str  # digest of all code of the page and of what it shows
    analyses: Mapping[str, str]  # digest of what stands of each in analyses.json
    content: str  # digest of all that people had decided and extracted: see `content`
    program: Mapping[str, Any] = MappingProxyType({})  # {"commit", "clean"}: as reproduce has it
    renderer: str = ""  # of the page
    schema: int = SCHEMA

    @property
    def folder(self) -> Path:
        return Path(FOLDER, self.version)

    def told(self) -> dict[str, Any]:
        """The version in plain values, as version.json has it."""
        return {
            name: list(cell)
            if isinstance(cell, tuple)
            else dict(cell)
            if isinstance(cell, Mapping)
            else cell
            for name, cell in self._asdict().items()
        }

    @property
    def frozen(self) -> dict[str, Any]:
        """{analysis id: {"rows", "analysis", "main"}}: what it was pooled from, and to what."""
        found: dict[str, Any] = files.read_json(self.folder / "analyses.json")
        return found

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = files.read_json(self.folder / "tables.json")
        return found


def _plain(cell: Any) -> Any:
    """A field as JSON gives it back."""
    if isinstance(cell, Mapping):
        return dict(cell)
    return list(cell) if isinstance(cell, tuple) else cell


def read() -> list[Version]:
    """Every version, the first one first. Raises ReviewError with all that can't be read."""
    found, wrong = [], []
    for folder in sorted(Path(FOLDER).glob("[!.]*/")):
        path = folder / "version.json"
        try:
            version = Version(**files.read_json(path))
        except (OSError, ValueError, TypeError) as error:
            wrong.append(f"{path} can't be read: {error}")
            continue
        if not ID.fullmatch(version.version) or version.version != folder.name:
            wrong.append(
                f"{path}: version is {version.version!r}; allowed: {folder.name}, as its folder"
            )
        elif version.schema != SCHEMA:
            wrong.append(f"{path}: schema is {version.schema!r}; this program knows {SCHEMA}")
        else:
            found.append(version)
    if wrong:
        raise ReviewError("\n".join(wrong))
    return sorted(found, key=lambda version: order(version.version))


def order(version: str) -> tuple[int, ...]:
    """Year, month and patch, to sort by."""
    parts = ID.fullmatch(version)
    return tuple(int(part or 0) for part in parts.groups()) if parts else ()


def following(today: date, published: Iterable[Version]) -> str:
    """What a version of today is called. Raises ReviewError if there is a later one."""
    month = f"{today:%Y.%m}"
    known = [order(version.version) for version in published]
    of_month = [one for one in known if one[:2] == order(month)[:2]]
    later = [one for one in known if one[:2] > order(month)[:2]]
    if later:
        latest = ".".join(str(part) for part in max(later)[:2])
        raise ReviewError(
            f"today is {today}, but a version of {latest} is published: set the clock"
        )
    return f"{month}.{max(of_month)[2] + 1}" if of_month else month


def content(protocol: Row, extracted: Row, analyses: Row) -> str:
    """What a version is a version of: protocol, tables, and the rows that each analysis uses.

    A search that finds nothing, a decision to screen and a change of the program leave it as it is.
    """
    return names.digest([protocol, extracted, analyses])


def contents(published: Iterable[Version]) -> list[list[str]]:
    """Version and content of each, against which `check` holds what is changed since."""
    return [[version.version, version.content] for version in published]


class Standing(NamedTuple):
    """How the review in this checkout stands to its published versions."""

    this: Version | None  # the version that it is
    earlier: Sequence[Version]  # the last one is what it is held against

    @property
    def before(self) -> Version | None:
        return self.earlier[-1] if self.earlier else None

    def digests(self, analysis: str) -> list[tuple[str, str]]:
        """Version and digest of what it has of an analysis, for each earlier one that has it."""
        return [
            (version.version, version.analyses[analysis])
            for version in self.earlier
            if analysis in version.analyses
        ]


def standing(published: Sequence[Version], now: str) -> Standing:
    """now: `content` of this checkout."""
    if published and published[-1].content == now:
        return Standing(published[-1], published[:-1])
    return Standing(None, published)


def shown(published: Sequence[Version], now: str) -> dict[str, Any]:
    """What the page says of versions: which one it is or comes after, and all of them.

    this, before: the id, "" if there is none. every: the last one first.
    """
    held = standing(published, now)
    return {
        "this": held.this.version if held.this else "",
        "before": held.before.version if held.before else "",
        "every": [version.told() for version in reversed(published)],
    }
