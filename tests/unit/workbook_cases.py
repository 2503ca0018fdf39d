"""A workbook of the shipped review, changed as people and spreadsheet programs change it."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from living_review import codebook, config
from living_review.workbook import layout, read, take, write

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
QUEUE = [
    {"record_id": "pmid:34088520", "stage": "title_abstract", "title": "=cmd|' /C calc'!A0"},
    {"record_id": "rec:7bc408bddf88a4f0", "stage": "title_abstract", "title": "Suivi à long terme"},
]
PAIRS = [{"record_id_1": "pmid:1", "record_id_2": "pmid:2", "title_1": "A", "title_2": "A."}]
EVENTS = [{"record_id": "pmid:15882715", "event": "retraction", "title": "A title"}]


def protocol_and_book(folder=ROOT):
    protocol = config.read(folder / "config/config.yaml")
    return protocol, codebook.read(folder / "config/codebook.yaml", protocol)


def sheets_now(waiting=None, prefilled=None):
    """The sheets of the review in this folder."""
    protocol, book = protocol_and_book(Path())
    waiting = (
        {"screen": QUEUE, "duplicates": PAIRS, "events": EVENTS} if waiting is None else waiting
    )
    return layout.sheets(protocol, book, take.current(book), waiting, prefilled)


def made(path="work.xlsx", **about):
    write.write(path, sheets_now(**about))
    return Path(path)


def resaved(path, change=lambda book: None, to=None):
    """The workbook opened, changed and saved, as another program would."""
    book = load_workbook(path)
    change(book)
    book.save(to or path)
    return Path(to or path)


def column(page, name):
    return next(cell.column for cell in page[1] if cell.value == name)


def cell(book, sheet, row, name):
    page = book[sheet]
    return page.cell(row, column(page, name))


def enter(sheet, row, **values):
    """A change: values by column; a text is entered as text."""

    def change(book):
        for name, value in values.items():
            entered = cell(book, sheet, row, name)
            entered.value = value
            if isinstance(value, str):
                entered.data_type = "s"

    return change


def all_of(*changes):
    def change(book):
        for one in changes:
            one(book)

    return change


def as_csv(path, sheet, to, *, delimiter=",", encoding="utf-8", line_end="\r\n"):
    """One sheet saved as CSV, as Excel and Google Sheets do."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=line_end)
    for row in load_workbook(path)[sheet].iter_rows(values_only=True):
        writer.writerow(["" if value is None else value for value in row])
    Path(to).write_bytes(written.getvalue().encode(encoding))
    return Path(to)


def prepared(*paths, who="ann", why=""):
    return take.prepare([Path(path) for path in paths], who, NOW, why)


def seen(path):
    return {sheet.name: sheet for sheet in read.read([path])}
