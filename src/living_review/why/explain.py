"""What a result of the review in this folder is computed from, what of it changed, what is due."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from living_review import analyses, codebook, comparison, figures, plan, versions
from living_review.errors import ReviewError
from living_review.names import KEY_DIGITS, Name, Plan
from living_review.nearest import meant
from living_review.report import shown
from living_review.versions import Version
from living_review.why import computed, inputs, reasons, words
from living_review.why.inputs import BETWEEN, Inputs

WIDTH = 100
KEY = re.compile(rf"[0-9a-f]{{{KEY_DIGITS}}}")
PAGE = "report"


def told(result: str, current: Plan, with_modules: bool = False) -> str:
    """The answer for people. result: the id of an analysis, comparison or description, a stage, a
    file below results/ or its key; "" for the page. with_modules: name every module.

    Raises ReviewError for what is none of these.
    """
    now = inputs.of(current)
    held, silent = _held_against(now)
    asked = _asked(result, current)
    if not asked:
        return _earlier(result, current, now)
    said: dict[tuple[str, ...], str] = {}
    answers = [
        "\n".join(
            (
                f"{inputs.title(name)}: {name.path}",
                "  computed from",
                *(_wrapped(f"{what}: {which}") for what, which in _made_of(name, now, current)),
                *(_wrapped(f"{what}: {which}") for what, which in _code(name, now, with_modules)),
                *_changed(name, now, held, said),
            )
        )
        for name in asked
    ]
    if silent:
        answers.append(
            "\n".join(textwrap.fill(f"{one}.", WIDTH, break_on_hyphens=False) for one in silent)
        )
    return "\n\n".join([*answers, _due(asked if result else current.names, current, now)])


class Against(NamedTuple):
    """A state of the review that the present one is held against."""

    called: str
    kept: Inputs
    cells: words.Cells | None = None


def _held_against(now: Inputs) -> tuple[list[Against], list[str]]:
    """The last published version and the last run, as far as they say what they were made of; and
    of those that don't, a sentence each."""
    held: list[Against] = []
    silent: list[str] = []
    published = versions.read()
    if published:
        last = published[-1]
        if kept := inputs.of_version(last.folder):
            held.append(Against(f"version {last.version}", kept, _cells(last, now.protocol)))
        else:
            silent.append(_silent(last))
    else:
        silent.append("No version is published")
    if computed.last() and (kept := inputs.read(computed.last())):
        held.append(Against("the last run", kept))
    else:
        silent.append("No earlier run is known here")
    return held, silent


def _silent(version: Version) -> str:
    """Why a version can't be held against the review piece by piece, and what is left to ask."""
    kept = version.folder / inputs.OF_VERSION
    lacks = (
        f"{kept} is of another program, or was changed"
        if kept.exists()
        else "it was published before versions kept what each result is computed from"
    )
    return (
        f"What changed since version {version.version} can't be told piece by piece: {lacks}. The "
        f"page says how the numbers differ from it, and `living-review reproduce "
        f"{version.version}` computes it again"
    )


def _cells(version: Version, protocol: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What changed in each row since a version, by file and row."""
    book = codebook.read(codebook.PATH, dict(protocol))
    found: dict[tuple[str, str], list[str]] = {}
    for each in comparison.differences(version.tables, analyses.read(book), book, ignoring=()):
        if each.column:
            change = f"{each.column} {each.first or 'empty'} -> {each.second or 'empty'}"
            found.setdefault((analyses.path(each.table), each.key), []).append(change)
    return {row: ", ".join(changes) for row, changes in found.items()}


# ---- which results are meant --------------------------------------------------------------------


def _asked(result: str, current: Plan) -> list[Name]:
    if not result:
        return current.of(PAGE)
    by_label = [name for name in current.names if name.label == result]
    by_key = [name for name in current.names if name.key in _keys(result)]
    found = by_label or current.of(result) or by_key
    path = Path(result)
    if found or not path.is_relative_to(shown.FOLDER):
        return found
    if KEY.fullmatch(path.relative_to(shown.FOLDER).parts[0] if path != shown.FOLDER else ""):
        return []  # a page that the review calls for no more
    drawn = [
        name
        for name in current.of("figures")
        for suffix in name.suffixes
        if figures.file_name(suffix, name.label) == path.name
    ]
    return drawn or current.of(PAGE)


def _keys(result: str) -> set[str]:
    """Parts of a path that may be a key: figures/<key>/forest.svg, <key>.members.parquet."""
    return {part.partition(".")[0] for part in Path(result).parts}


def _earlier(result: str, current: Plan, now: Inputs) -> str:
    """Of a file that the review calls for no more, as far as a run or version that did is kept."""
    keys = _keys(result)
    runs = (
        Against("an earlier run", kept)
        for path in sorted(inputs.FOLDER.glob("[!.]*.json"))
        if (kept := inputs.read(path.stem))
    )
    of_versions = (
        Against(f"version {version.version}", kept)
        for version in reversed(versions.read())
        if (kept := inputs.of_version(version.folder))
    )
    for against in (*of_versions, *runs):
        for called, was in against.kept.names.items():
            if was.key in keys:
                name = now.names.get(called)
                since = _since(name, now, against) if name else ["  is asked for no more"]
                head = f"{called} of {against.called}, which this review calls for no more"
                return "\n".join([head, *since])
    if "/" in result:
        without = [
            version.version for version in versions.read() if not inputs.of_version(version.folder)
        ]
        raise ReviewError(
            f"{result}: no run or version that is kept here calls for this file."
            + (f" Of {words.some(without)} it is not known." if without else "")
        )
    known = [*dict.fromkeys([*(name.label for name in current.names), *plan.STAGES])]
    near = meant(result, known)
    raise ReviewError(
        f"No result is called {result!r}. "
        + (f"Did you mean {near}? " if near else "")
        + f"There are {', '.join(known)}, and files below results/."
    )


# ---- what is said of one -------------------------------------------------------------------------


def _changed(
    name: Name, now: Inputs, held: Sequence[Against], said: dict[tuple[str, ...], str]
) -> list[str]:
    """What changed since each state. said: {what: the result of which it was told}, which grows."""
    lines: list[str] = []
    for against in held:
        since = _since(name, now, against)
        first = said.setdefault(tuple(since), inputs.title(name))
        is_again = len(since) > 1 and first != inputs.title(name)
        lines += [f"{since[0]}, by what changed {first}"] if is_again else since
    return lines


def _since(name: Name, now: Inputs, against: Against) -> list[str]:
    found = words.lines(reasons.of(name, now, against.kept), against.cells)
    if not found:
        return [f"  unchanged since {against.called}"]
    return [f"  changed since {against.called}", *(_wrapped(line) for line in found)]


def _made_of(name: Name, now: Inputs, current: Plan) -> Iterator[tuple[str, str]]:
    """What a result is computed from: rows, protocol, what people decided, other results."""
    for part, value in name.values.items():
        if part in ("code", "upstream", "order"):
            continue
        if part in reasons.JOINED and isinstance(value, list) and value:
            yield _what(part, name), _rows(value)
        elif part == "extracted":
            counted = (f"{len(rows):,} of {table}" for table, rows in value.items())
            yield "rows of resources/extraction", ", ".join(counted)
        elif value:
            yield _what(part, name), _size(value)
    above = [
        inputs.title(other)
        for other in now.names.values()
        if other.key in name.values.get("upstream", ())
    ]
    if above:
        yield "results", computed.titled(above, current)


def _code(name: Name, now: Inputs, with_modules: bool) -> Iterator[tuple[str, str]]:
    """Modules, those of a folder counted unless they are wanted by name; versions of libraries."""
    called = inputs.modules(name)
    own = [module for module in called if module.endswith(".py")]
    if not with_modules:
        counts = Counter(str(Path(module).parent) for module in own)
        alone = [module for module in own if counts[str(Path(module).parent)] == 1]
        many = (f"{n} of living_review/{folder}" for folder, n in counts.items() if n > 1)
        own = [*alone, *(one.removesuffix("/.") for one in many)]
    yield "code", ", ".join(own)
    libraries = [one for one in called if not one.endswith(".py")]
    yield "libraries", ", ".join(f"{one} {now.code[one]}" for one in libraries)


def _what(part: str, name: Name) -> str:
    """A part, by the place where people find it."""
    if part in reasons.OWN_ENTRY:
        return f"protocol, {reasons.SECTION[name.stage]}.{name.label}"
    if part == "protocol" and name.stage != PAGE:
        return "protocol, screening"
    if part == "sources" and name.stage == PAGE:
        return "templates (report/)"
    where = reasons.PLACES.get(part)
    return f"{part.replace('_', ' ')} ({where})" if where else part.replace("_", " ")


def _rows(rows: Sequence[Any]) -> str:
    """Rows by their studies; ids of studies as they are."""
    named = [row if isinstance(row, str) else inputs.row_name(row) for row in rows]
    studies = list(dict.fromkeys(one.partition(BETWEEN)[0] for one in named))
    return f"{len(named):,} ({words.some(studies)})"


def _size(value: Any) -> str:
    if isinstance(value, Mapping):
        return words.some([str(key) for key in value])
    if isinstance(value, str):
        return value if len(value) <= WIDTH // 2 else "the whole file"
    return f"{len(value):,}" if isinstance(value, Sequence) else str(value)


# ---- what is due ---------------------------------------------------------------------------------


def _due(asked: Iterable[Name], current: Plan, now: Inputs) -> str:
    """What the next run would compute of the results asked for, and because of what."""
    missing = [name for name in asked if name.is_missing()]
    if not missing:
        page = current.of(PAGE)[0]
        if page in asked and not shown.is_shown(page):
            return "`make review` would compute nothing, and show this page again."
        return "`make review` would compute nothing of this: it stands under its name."
    called, against = computed.before()
    lines = [f"`make review` would compute {computed.titled(map(inputs.title, missing), current)}"]
    if against is None:
        return lines[0]
    lines[0] += f"; held against {called}"
    for why, titles in computed.because(missing, now, against).items():
        lines.append(f"  {computed.titled(titles, current)}, because of")
        lines += [_wrapped(line) for line in why]
    return "\n".join(lines)


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent=" " * 4,
        subsequent_indent=" " * 6,
        break_long_words=False,
        break_on_hyphens=False,
    )
