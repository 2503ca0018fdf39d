"""What somebody sent back, read to the cell: an .xlsx file, or CSV files of its sheets.

The file may be hostile. Nothing in it is run or fetched; its size is bounded before it is unpacked;
formulas, macros and document types are refused by name.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from living_review import tables
from living_review.errors import ReviewError
from living_review.tables import DELIMITERS
from living_review.workbook.damage import Raw
from living_review.workbook.layout import MADE_FROM

LARGEST_FILE = 50_000_000  # bytes
LARGEST_UNPACKED = 200_000_000
MOST_PARTS = 2_000  # files in an .xlsx
MOST_ROWS, MOST_COLUMNS = 100_000, 300
ENCODINGS = (b"utf-8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii")
MARKED_UP = (".xml", ".rels", ".vml")
EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in a code that some readers of XML know
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*['\"]([A-Za-z0-9_.-]+)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+[0-9]+:[A-Z]+[0-9]+)[\"']")
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)


class Seen(NamedTuple):
    """A cell as the file has it."""

    raw: Raw
    is_formula: bool = False
    is_percent: bool = False


class Returned(NamedTuple):
    """A sheet that came back."""

    file: str  # and the sheet, as people are told
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, Seen]], ...]  # number as the spreadsheet counts
    sure_of_letters: bool = True  # False where the bytes don't tell their code
    header_row: int = 1
    unheaded: tuple[str, ...] = ()  # letters of columns that hold something under no heading
    merged: tuple[tuple[int, str], ...] = ()  # first row and name of merged cells below the header
    path: str = ""  # of the file alone


def read(paths: Iterable[Path | str]) -> list[Returned]:
    """Every sheet with a header, of all files. Raises ReviewError for a file that can't be read."""
    return [sheet for path in paths for sheet in _read(Path(path))]


def _read(path: Path) -> Iterator[Returned]:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ReviewError(f"{path}: {size:,} bytes; at most {LARGEST_FILE:,} are read")
        content = path.read_bytes()
    except OSError as error:
        raise ReviewError(f"{path}: can't be read: {error.strerror}") from None
    if content.startswith(b"PK"):
        yield from _sheets_of_workbook(path, content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReviewError(
            f"{path}: an old .xls file, or one with a password; save it as .xlsx without one"
        )
    elif path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        yield _sheet_of_csv(path, content)
    else:
        raise ReviewError(f"{path}: neither an .xlsx file nor a CSV; save the workbook as .xlsx")


# --- xlsx -------------------------------------------------------------------------------------


def _sheets_of_workbook(path: Path, content: bytes) -> Iterator[Returned]:
    _refuse_hostile(path, content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        pages = [(page.title, list(_rows(path, page)), _merged(page)) for page in book.worksheets]
        book.close()
    except ReviewError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part leads it to
        raise ReviewError(
            f"{path}: can't be read as .xlsx ({type(error).__name__}); open it in the spreadsheet "
            "and save it again"
        ) from None
    if not any(rows for _, rows, _ in pages):
        raise ReviewError(f"{path}: holds no sheet with rows")
    for title, rows, merged in pages:
        if rows:
            read = _returned(f"{path.name}, sheet {title}", title, rows)
            below = ((begin, cells) for begin, end, cells in merged if end > read.header_row)
            yield read._replace(merged=tuple(below), path=path.name)


def _rows(path: Path, page: Any) -> Iterator[tuple[int, list[Seen]]]:
    rows = page.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for number, cells in enumerate(rows, 1):
        seen = [_seen(cell) for cell in cells]
        if not any(one.raw not in (None, "") for one in seen):
            continue
        if number > MOST_ROWS:
            raise ReviewError(f"{path.name}, sheet {page.title}: more than {MOST_ROWS:,} rows")
        yield number, seen


def _merged(page: Any) -> list[tuple[int, int, str]]:
    """First row, last row and name (D2:D5) of cells that are merged: only the first has a value."""
    with page._get_source() as source:  # the reader of rows passes over them
        names = [name.decode() for name in _MERGED.findall(source.read())]
    rows = [tuple(map(int, re.findall("[0-9]+", name))) for name in names]
    return [(begin, end, name) for (begin, end), name in zip(rows, names, strict=True)]


def _seen(cell: Any) -> Seen:
    if cell.value is None:
        return Seen(None)
    percent = isinstance(cell.value, int | float) and "%" in str(cell.number_format)
    if cell.data_type == "f":
        return Seen(str(cell.value), is_formula=True)
    if not isinstance(cell.value, Raw):
        return Seen(str(cell.value))
    return Seen(cell.value, is_percent=percent and not isinstance(cell.value, bool))


def _refuse_hostile(path: Path, content: bytes) -> None:
    """Raises ReviewError for what no honest workbook has."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
            unpacked = sum(part.file_size for part in listed)
            if len(listed) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
                raise ReviewError(
                    f"{path}: {len(listed):,} parts of {unpacked:,} bytes unpacked; at most "
                    f"{MOST_PARTS:,} of {LARGEST_UNPACKED:,} are read"
                )
            for part in listed:
                _refuse_part(path, part.filename, parts)
            if "mimetype" in parts.namelist():
                raise ReviewError(f"{path}: a file of LibreOffice (.ods); save it as .xlsx")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise ReviewError(
            f"{path}: damaged, or under a password; open it in the spreadsheet and save it again"
        ) from None


def _refuse_part(path: Path, name: str, parts: zipfile.ZipFile) -> None:
    if name.casefold().endswith((".bin", ".vba")) and "vba" in name.casefold():
        raise ReviewError(f"{path}: holds macros ({name}); save it as .xlsx, without them")
    text = parts.read(name).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if not text.startswith(b"<"):
        if (text and name.casefold().endswith(MARKED_UP)) or text.startswith(EBCDIC):
            raise ReviewError(f"{path}: {name} is not the XML that a spreadsheet writes")
        return  # an image, say: no reader of XML takes it
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in ENCODINGS:
        raise ReviewError(f"{path}: {name} is in a code that no spreadsheet writes")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ReviewError(f"{path}: {name} declares a document type, which no spreadsheet writes")


# --- CSV --------------------------------------------------------------------------------------


def _sheet_of_csv(path: Path, content: bytes) -> Returned:
    text, sure = _decoded(path, content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    if separator := _SEP.fullmatch(first):
        delimiter, text, skipped = separator[1], rest, 1
    else:
        delimiter, skipped = _delimiter(first), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    previous = csv.field_size_limit(10_000_000)
    try:
        rows = [
            (number, [Seen(cell.strip() or None) for cell in cells])
            for number, cells in enumerate(reader, 1 + skipped)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        found, allowed = tables.unread(error)
        raise ReviewError(
            f"{path}: can't be read as CSV at line {reader.line_num + skipped}: {found}; allowed: "
            f"{allowed}"
        ) from None
    finally:
        csv.field_size_limit(previous)
    if not rows:
        raise ReviewError(f"{path}: is empty")
    if len(rows) > MOST_ROWS:
        raise ReviewError(f"{path}: more than {MOST_ROWS:,} rows")
    return _returned(str(path), path.stem, rows, sure)._replace(path=str(path))


def _decoded(path: Path, content: bytes) -> tuple[str, bool]:
    """The text, and whether its code is certain."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        code, sure = "utf-16", True
    else:
        code, sure = "utf-8-sig", True
    try:
        text = content.decode(code)
    except UnicodeDecodeError:
        text, sure = content.decode("cp1252", "replace"), False
    if "\0" in text:
        raise ReviewError(f"{path}: holds zero bytes; save the sheet as CSV UTF-8")
    return text, sure


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _returned(
    file: str, name: str, rows: list[tuple[int, list[Seen]]], sure: bool = True
) -> Returned:
    """The header is the row that names the column of origins, where there is one: people write a
    title above it. Else the first."""
    named = (at for at, (_, row) in enumerate(rows) if MADE_FROM in (one.raw for one in row))
    (header_row, first), *others = rows[next(named, 0) :]
    header = [str(one.raw or "").strip() for one in first]
    places = {column: place for place, column in reversed(list(enumerate(header))) if column}
    twice = sorted({column for column in places if header.count(column) > 1})
    if twice and MADE_FROM in places:
        raise ReviewError(f"{file}: the column {twice[0]} is there twice; take one of them out")
    cells = tuple(
        (number, {column: row[at] for column, at in places.items() if at < len(row)})
        for number, row in others
    )
    return Returned(
        file,
        name,
        tuple(column for column in header if column),
        cells,
        sure,
        header_row,
        tuple(_unheaded(header, others)),
    )


def _unheaded(header: list[str], rows: list[tuple[int, list[Seen]]]) -> Iterator[str]:
    for at in range(max((len(row) for _, row in rows), default=0)):
        if not any(header[at : at + 1]) and any(
            one.raw not in (None, "") for _, row in rows for one in row[at : at + 1]
        ):
            yield get_column_letter(at + 1)
