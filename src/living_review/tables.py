"""Tables that people write: CSV as spreadsheets save it, read to the cell and never guessed."""

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from living_review import files
from living_review.errors import BUT, Problem, TableError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
QUOTED = 'quotation marks in pairs; within a cell that stands between two of them, each twice ("")'
SWALLOWED = (
    f"{BUT}rows below it are read as a part of it and count for nothing: close the quotation mark "
    "that opens here"
)
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Row(NamedTuple):
    number: int  # as a spreadsheet counts, header = 1
    cells: dict[str, str]


class Table(NamedTuple):
    """A table as it stands in its file; an absent or empty file has no columns and no rows."""

    file: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def cells(self) -> list[dict[str, str]]:
        return [row.cells for row in self.rows]


def content(path: Path | str) -> bytes:
    """The bytes of a table; none if there is no such file, which is a valid state."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""


def read(path: Path | str) -> Table:
    return parse(content(path), str(path))


def parse(content: bytes, file: str) -> Table:
    """Cells as texts without space around them; blank lines are passed over.

    A byte order mark, semicolons or tabs for commas, and any line ends are taken as they come.
    Raises TableError where the bytes can be read in more than one way, or not at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable(
            file,
            line,
            content[error.start :][:1].decode("cp1252", "replace"),
            'text in UTF-8: in the spreadsheet choose "CSV UTF-8" when saving',
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _unreadable(file, line, "a zero byte", "text; this looks like another kind of file")
    lines = _lines(text, file)
    if not lines:
        return Table(file)
    (_, header), *body = lines
    _check_header(header, file)
    problems = [
        Problem(file, number, "", f"{len(cells)} cells", f"{len(header)} cells, as in the header")
        for number, cells in body
        if any(cells[len(header) :])
    ]
    if problems:
        raise TableError(problems)
    rows = (Row(number, _named(header, cells)) for number, cells in body)
    return Table(file, tuple(header), tuple(rows))


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells by column; a short row is empty at its end, and cells beyond the header are too."""
    named = dict(zip(header, cells, strict=False))
    if len(named) < len(header):
        named |= dict.fromkeys(header[len(named) :], "")
    return named


def write(path: Path | str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """A table as a file in UTF-8."""
    files.replace_text(path, as_text(columns, rows))


def as_text(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A table in the one form that we write: commas, a line end of one character."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def edited(
    content: bytes,
    file: str,
    columns: Sequence[str],
    changed: Mapping[int, Mapping[str, str]] | None = None,
    removed: Container[int] = (),
    added: Iterable[Mapping[str, str]] = (),
) -> bytes:
    """A table with some rows changed, taken out or added; every other byte stays as it is.

    columns: those of a table that has none yet; one that the file lacks is added where a cell needs
    it. changed: new cells by row number and column. The file keeps its own delimiter, line ends and
    order of columns. Raises TableError if it can't be read.
    """
    changed, added = changed or {}, list(added)
    table = parse(content, file)
    text = content.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    delimiter = _delimiter(text.replace("\r", "\n"), file)
    needed = [*changed.values(), *added]
    header = list(table.columns) or list(columns)
    header += [
        column
        for column in columns
        if column not in header and any(row.get(column) for row in needed)
    ]

    def line(cells: Iterable[str]) -> str:
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter, lineterminator=end).writerow(cells)
        return written.getvalue()

    kept: list[str] = []
    cells = {row.number: row.cells for row in table.rows}
    raw = _raw_rows(text, delimiter)
    for number, row in enumerate(raw, 1):
        is_header = number == _header_row(raw)
        if is_header and header != list(table.columns):
            kept.append(line(header))
        elif number in changed:
            kept.append(line({**cells[number], **changed[number]}.get(name, "") for name in header))
        elif number not in removed:
            kept.append(row)
    if kept and not kept[-1].endswith(("\n", "\r")):
        kept[-1] += end
    if not table.columns:
        kept.append(line(header))
    kept += [line(row.get(name, "") for name in header) for row in added]
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    return mark + "".join(kept).encode()


def _raw_rows(text: str, delimiter: str) -> list[str]:
    """The text of each row with its line end, as the rows are numbered."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    raw = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter)
    rows, begun = [], 0
    for _ in reader:
        rows.append("".join(raw[begun : reader.line_num]))
        begun = reader.line_num
    return rows


def _header_row(raw: Sequence[str]) -> int:
    return next((number for number, row in enumerate(raw, 1) if row.strip(' \r\n\t,;"')), 0)


def harmless(cell: str) -> str:
    """The text of a cell, behind an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def first_lines(content: bytes, file: str = "") -> list[int]:
    """The line of the file on which each row begins, row 1 first: cells may hold line breaks."""
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, file))
    begins, line = [], 1
    for _ in reader:
        begins.append(line)
        line = reader.line_num + 1
    return begins


def _lines(text: str, file: str) -> list[tuple[int, list[str]]]:
    """(row number, cells) of every row that isn't blank."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text, file), strict=True
    )
    lines: list[list[str]] = []
    try:
        lines.extend(list(map(str.strip, cells)) for cells in reader)
    except csv.Error as error:
        raise TableError([Problem(file, len(lines) + 1, "", *unread(error))]) from None
    return [(number, cells) for number, cells in enumerate(lines, 1) if any(cells)]


def unread(error: csv.Error) -> tuple[str, str]:
    """What of a row can't be read as CSV, in words, and what is allowed."""
    said = str(error)
    if "end of data" in said:
        return "an open quotation mark", QUOTED
    if "expected after" in said:
        return "text behind a closing quotation mark", QUOTED
    return said, "a row of CSV"


def swallowed(table: Table) -> Iterator[tuple[Problem, list[list[str]]]]:
    """What is wrong, and the lines cut into cells, where a cell holds lines that are like rows of
    its table: a quotation mark before them opened a cell, and another one far below closed it."""
    for row in table.rows:
        for column, cell in row.cells.items():
            begins, *later = cell.split("\n")
            divided = [line.split(max(DELIMITERS, key=line.count)) for line in later]
            rows = [parts for parts in divided if len(parts) >= len(table.columns)]
            if rows:
                problem = Problem(table.file, row.number, column, f"{begins} ...", SWALLOWED)
                yield problem, [list(map(str.strip, parts)) for parts in rows]


def _delimiter(text: str, file: str) -> str:
    header = next((line for line in text.split("\n") if line.strip()), "")
    used = [delimiter for delimiter in DELIMITERS if delimiter in header]
    if len(used) > 1:
        raise _unreadable(
            file, 1, header, "columns divided by commas, by semicolons or by tabs, one of them only"
        )
    return used[0] if used else ","


def _check_header(header: list[str], file: str) -> None:
    while header and not header[-1]:
        header.pop()
    problems = [
        Problem(file, 1, name, name, "each column name once")
        if name
        else Problem(file, 1, "", f"no name above column {place + 1}", "a name above each column")
        for place, name in enumerate(header)
        if not name or name in header[:place]
    ]
    if problems:
        raise TableError(problems)


def _unreadable(file: str, row: int, value: str, allowed: str) -> TableError:
    return TableError([Problem(file, row, "", value[:80], allowed)])


def cells(
    path: Path | str, columns: Sequence[str], written: bytes | None = None
) -> list[dict[str, str]]:
    """The named columns of every row, in any order of the file; a lacking column reads as empty.

    written: the bytes of the file, where they have been read.

    Never fails: a table that can't be read is one row that holds nothing but a digest of its bytes,
    so that whatever is named after it is named after nothing else. `check` refuses such a table.
    """
    written = content(path) if written is None else written
    try:
        table = parse(written, str(path))
    except TableError:
        unreadable = f"unreadable: {files.digest(written)}"
        return [dict.fromkeys(columns, "") | {columns[0]: unreadable}]
    if table.columns == tuple(columns):
        return table.cells
    return [{column: row.get(column, "") for column in columns} for row in table.cells]
