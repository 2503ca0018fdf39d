"""Every column of the extraction tables, and the one value that a cell's text stands for.

Needs neither pandas nor numpy: it is read each time that the names of results are made.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from living_review import described_columns, schemas
from living_review.errors import ConfigError
from living_review.schemas import Fault, KeyPath

PATH = "config/codebook.yaml"

Value = str | int | float

# Columns that the program itself reads, and their types; a codebook adds its own beside them.
CORE: dict[str, dict[str, str]] = {
    "studies": {
        **dict.fromkeys(("study_id", "label", "in_index_review", "in_index_evidence"), "text"),
        "year": "year",
    },
    "reports": dict.fromkeys(("study_id", "record_id", "citation", "kind"), "text"),
    "arms": {
        **dict.fromkeys(("study_id", "arm_id", "label"), "text"),
        "n_patients": "integer",
    },
    "outcomes": {
        **dict.fromkeys(("study_id", "arm_id", "outcome", "time_point", "basis"), "text"),
        **dict.fromkeys(("n_treated", "n_known", "events"), "integer"),
        **dict.fromkeys(("followup_measure", "followup_unit"), "text"),
        "followup_value": "number",
        **dict.fromkeys(("source_record", "source_place", "quote"), "text"),
        **dict.fromkeys(("extracted_by", "checked_by"), "text"),
        **dict.fromkeys(("extracted_on", "checked_on"), "date"),
    },
}
CORE_VOCABULARIES = {
    ("studies", "in_index_review"): "yes_no_unknown",
    ("outcomes", "outcome"): "outcomes",
    ("outcomes", "basis"): "basis",
}
NUMERIC = ("integer", "number", "year")
TYPE_WORDS = {
    "text": "a text",
    "integer": "a whole number",
    "number": "a number (with a decimal point)",
    "date": "a date like 2026-11-23",
    "year": "a year like 2026",
}
# Fifteen digits are what a spreadsheet keeps; a longer row of digits is no count or measure.
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?")
YEARS = range(1000, 10000)


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as the codebook describes it."""

    name: str
    type: str
    required: bool
    vocabulary: str | None
    values: tuple[str, ...]  # allowed by the vocabulary; () without one
    minimum: int | float | str | None  # a number, or the name of another column of the row
    maximum: int | float | str | None
    unit: str | None
    refers_to: tuple[str, str] | None  # table, column
    help: str
    example: str


@dataclass(frozen=True, slots=True)
class Table:
    """One extraction table: columns in their order, and those that name a row."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Codebook:
    """All tables by name: studies, reports, arms, outcomes."""

    tables: Mapping[str, Table]

    def vocabulary_of(self) -> dict[str, str]:
        """The vocabulary of each column that has one of the protocol's."""
        return {
            column.name: column.vocabulary
            for table in self.tables.values()
            for column in table.columns.values()
            if column.vocabulary and column.vocabulary != "outcomes"
        }

    def canonical(self, table: str, column: str, text: str) -> Value:
        """The value that a cell stands for, so that "5", "5.0" and " 5 " are one.

        A text that does not fit its column stays a text; so does a column not known here.
        """
        known = self.tables.get(table)
        described = known.columns.get(column) if known else None
        return canonical(described.type if described else "text", text)


@lru_cache(maxsize=2**16)  # a table repeats its words
def canonical(kind: str, text: str) -> Value:
    """A cell's text stripped, in Unicode form C, typed as `kind` if it fits."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").strip()).strip()
    number = _number(text) if kind in NUMERIC else None
    if number is None or not _fits(kind, number):
        return text
    return number


def fits(kind: str, text: str) -> bool:
    """Whether a cell that is not empty holds what its type asks for."""
    value = canonical(kind, text)
    if kind == "date":
        return _is_date(str(value))
    return kind not in NUMERIC or not isinstance(value, str)


def _number(text: str) -> int | float | None:
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def _fits(kind: str, number: int | float) -> bool:
    if kind == "year":
        return number in YEARS
    return kind == "number" or isinstance(number, int)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read(path: Path | str, config: dict[str, Any]) -> Codebook:
    """The codebook, its vocabularies filled from the config.

    Raises ConfigError with every problem of the codebook, and with those of the config that
    show only beside it (an analysis that asks for a column or a value that does not exist).
    """
    document, faults = schemas.read(path, "codebook")
    if faults:
        raise ConfigError(schemas.problems(document, faults))
    vocabularies = config["vocabularies"] | {"outcomes": config["outcomes"]}
    codebook = Codebook(
        MappingProxyType(
            {
                name: table(name, written, vocabularies)
                for name, written in document["tables"].items()
            }
        )
    )
    faults = [
        *_missing_core(codebook),
        *_wrong_columns(codebook, list(vocabularies)),
    ]
    problems = schemas.problems(document, faults)
    for wrong in (_wrong_analyses, _wrong_landmarks, _wrong_contrasts, _wrong_descriptions):
        problems += schemas.problems(config, list(wrong(codebook, config)))
    if problems:
        raise ConfigError(problems)
    return codebook


def table(name: str, written: dict[str, Any], vocabularies: dict[str, Any]) -> Table:
    columns = {
        column: _column(column, described, vocabularies)
        for column, described in written["columns"].items()
    }
    return Table(name, written["title"], tuple(written["key"]), MappingProxyType(columns))


def _column(name: str, written: dict[str, Any], vocabularies: dict[str, Any]) -> Column:
    vocabulary: str | None = written.get("vocabulary")
    refers_to = written.get("refers_to")
    table, _, column = (refers_to or "").partition(".")
    return Column(
        name=name,
        type=written["type"],
        required=written.get("required", False),
        vocabulary=vocabulary,
        values=tuple(vocabularies.get(vocabulary or "", ())),
        minimum=written.get("minimum"),
        maximum=written.get("maximum"),
        unit=written.get("unit"),
        refers_to=(table, column) if refers_to else None,
        help=written["help"],
        example=str(written["example"]),
    )


def _missing_core(codebook: Codebook) -> Iterator[Fault]:
    for table, columns in CORE.items():
        described = codebook.tables[table].columns
        for column, kind in columns.items():
            path: KeyPath = ("tables", table, "columns", column)
            if column not in described:
                yield path, "is missing", "the program reads this column, so it has to be there"
            elif described[column].type != kind:
                found = schemas.shown(described[column].type)
                yield (*path, "type"), found, f"{kind}, since the program reads this column"
    for (table, column), vocabulary in CORE_VOCABULARIES.items():
        written = codebook.tables[table].columns.get(column)
        if written and written.vocabulary != vocabulary:
            path = ("tables", table, "columns", column, "vocabulary")
            found = schemas.shown(written.vocabulary)
            yield path, found, f"{vocabulary}, since the program reads this column"


def _wrong_columns(codebook: Codebook, vocabularies: list[str]) -> Iterator[Fault]:
    for table in codebook.tables.values():
        names = list(table.columns)
        for place, name in enumerate(table.key):
            path: KeyPath = ("tables", table.name, "key", place)
            if name not in names:
                yield path, schemas.shown(name), schemas.nearest(name, names)
            elif not table.columns[name].required:
                yield path, f"{schemas.shown(name)}, which may be empty", "a required column"
        for column in table.columns.values():
            path = ("tables", table.name, "columns", column.name)
            for key, found, allowed in _wrong_column(column, table, codebook, vocabularies):
                yield (*path, key), found, allowed


def _wrong_column(
    column: Column, table: Table, codebook: Codebook, vocabularies: list[str]
) -> Iterator[tuple[str, str, str]]:
    if column.vocabulary is not None:
        if column.vocabulary not in vocabularies:
            found = schemas.shown(column.vocabulary)
            yield "vocabulary", found, schemas.nearest(column.vocabulary, vocabularies)
            return
        if column.type != "text":
            yield "vocabulary", "stands at a " + column.type, "a vocabulary only for type text"
    yield from _wrong_limits(column, table)
    if column.refers_to:
        targets = [f"{t.name}.{c}" for t in codebook.tables.values() for c in t.key]
        target = ".".join(column.refers_to)
        if target not in targets:
            yield "refers_to", schemas.shown(target), schemas.nearest(target, targets)
    wrong = _refused(column, column.example)
    if wrong:
        yield "example", schemas.shown(column.example), wrong


def _wrong_limits(column: Column, table: Table) -> Iterator[tuple[str, str, str]]:
    alike = [
        other.name
        for other in table.columns.values()
        if other is not column and _comparable(other.type) == _comparable(column.type)
    ]
    for key, limit in (("minimum", column.minimum), ("maximum", column.maximum)):
        if limit is None:
            continue
        if column.type == "text":
            yield key, "stands at a text", "a limit only for numbers and dates"
        elif isinstance(limit, str) and limit not in alike:
            number = "" if column.type == "date" else "a number, or "
            yield key, schemas.shown(limit), f"{number}a column: {schemas.nearest(limit, alike)}"
        elif column.type == "date" and not isinstance(limit, str):
            yield key, schemas.shown(limit), f"a column: {', '.join(alike)}"
    least, most = column.minimum, column.maximum
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        yield "maximum", schemas.shown(most), f"{least} or more, the minimum"


def _comparable(kind: str) -> str:
    return "number" if kind in NUMERIC else kind


def _refused(column: Column, text: str) -> str | None:
    """What would be allowed instead, if a cell with this text were refused."""
    if column.values and text not in column.values:
        return schemas.nearest(text, list(column.values))
    if not fits(column.type, text):
        return TYPE_WORDS[column.type]
    value = canonical(column.type, text)
    if isinstance(value, str):
        return None
    if isinstance(column.minimum, int | float) and value < column.minimum:
        return f"{column.minimum} or more"
    if isinstance(column.maximum, int | float) and value > column.maximum:
        return f"{column.maximum} or less"
    return None


def _wrong_analyses(codebook: Codebook, config: dict[str, Any]) -> Iterator[Fault]:
    columns = used_columns(codebook)
    for place, analysis in enumerate(config["analyses"]):
        for key in ("where", "direct"):
            path = ("analyses", place, key)
            yield from _wrong_values(columns, analysis.get(key, {}), path)
        texts = [name for name, column in columns.items() if column.type == "text"]
        for position, group in enumerate(analysis.get("subgroups", ())):
            name = group if isinstance(group, str) else group["column"]
            if name not in texts:
                allowed = "a column of the codebook with words: " + schemas.nearest(name, texts)
                yield ("analyses", place, "subgroups", position), schemas.shown(name), allowed


def _wrong_values(
    columns: Mapping[str, Column], asked: Mapping[str, list[Value]], path: schemas.KeyPath
) -> Iterator[Fault]:
    for name, values in asked.items():
        if name not in columns:
            allowed = "a column of the codebook: " + schemas.nearest(name, list(columns))
            yield (*path, name), "is not a known column", allowed
            continue
        for position, value in enumerate(values):
            if wrong := _refused_value(columns[name], value):
                yield (*path, name, position), schemas.shown(value), wrong


def _wrong_contrasts(codebook: Codebook, config: dict[str, Any]) -> Iterator[Fault]:
    columns = used_columns(codebook)
    for place, contrast in enumerate(config.get("contrasts", ())):
        path: KeyPath = ("contrasts", place)
        yield from _wrong_values(columns, contrast["where"], (*path, "where"))
        between = contrast["between"]
        column = columns.get(between["column"])
        if column is None:
            allowed = schemas.nearest(between["column"], list(columns))
            found = schemas.shown(between["column"])
            yield (*path, "between", "column"), found, f"a column of the codebook: {allowed}"
            continue
        for side, group in enumerate(between["groups"]):
            of_group = (*path, "between", "groups", side)
            yield from _wrong_values(columns, group.get("where", {}), (*of_group, "where"))
            for position, value in enumerate(group["values"]):
                if wrong := _refused_value(column, value):
                    yield (*of_group, "values", position), schemas.shown(value), wrong


def _wrong_landmarks(codebook: Codebook, config: dict[str, Any]) -> Iterator[Fault]:
    """Landmarks that are no time points, or that the analysis itself counts or would mix in."""
    known = codebook.tables["outcomes"].columns["time_point"].values
    for place, analysis in enumerate(config["analyses"]):
        counted = analysis["where"].get("time_point")
        if analysis.get("landmarks") and counted is None:
            path: KeyPath = ("analyses", place, "where", "time_point")
            yield path, "is missing", "time points to count, since landmarks stand beside them"
        for position, landmark in enumerate(analysis.get("landmarks", ())):
            path = ("analyses", place, "landmarks", position)
            free = [point for point in known if point not in (counted or ())]
            if landmark not in free:
                allowed = schemas.nearest(landmark, free) + "; not what `where` counts already"
                yield path, schemas.shown(landmark), allowed


def _wrong_descriptions(codebook: Codebook, config: dict[str, Any]) -> Iterator[Fault]:
    for place, described in enumerate(config.get("descriptions", ())):
        within: KeyPath = ("descriptions", place)
        columns = codebook.tables[described["table"]].columns
        for path, found, allowed in described_columns.faults(described, columns):
            yield (*within, *path), found, allowed
        narrowing = used_columns(codebook)
        if described["table"] == "arms":
            narrowing = {**codebook.tables["studies"].columns, **columns}
        yield from _wrong_values(narrowing, described.get("where", {}), (*within, "where"))


def used_columns(codebook: Codebook) -> dict[str, Column]:
    """What an analysis can ask for; of a name that tables share, what is nearest to the outcome."""
    tables = codebook.tables
    return {
        **tables["studies"].columns,
        **tables["arms"].columns,
        **tables["outcomes"].columns,
    }


def _refused_value(column: Column, value: Value) -> str | None:
    """As `_refused`, for a value of the config: a number is never equal to its text."""
    if isinstance(value, str) == (column.type in NUMERIC):
        return "a number, without quotes" if column.type in NUMERIC else "a text, in quotes"
    return _refused(column, str(value))
