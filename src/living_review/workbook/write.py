"""A workbook as an .xlsx file: locked keys, lists to choose from, help at every column.

Every text is written as text, so that a spreadsheet runs none of it as a formula; only numbers are
written as numbers, so that columns of them can be sorted.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from living_review import files, tables
from living_review.codebook import NUMERIC, TYPE_WORDS, canonical
from living_review.workbook import damage, origin
from living_review.workbook.layout import MADE_FROM, Field, Line, Sheet

HELP, LISTS = "read me", "_lists"
SPARE = 500  # empty rows below in which new ones can be entered, with lists to choose from
LONGEST_PROMPT, LONGEST_PROMPT_TITLE = 255, 32  # characters, by the file format
WIDTHS = {"date": 12, "year": 8, "integer": 10, "number": 10, "text": 18}
WIDE = (
    "title",
    "abstract",
    "quote",
    "note",
    "citation",
    "source_place",
    "why",
    "in_index_evidence",
    "support",
    "asks",
    "rests_on",
)
NARROWEST_WIDE = 40
TEXT = "@"

_HEAD = PatternFill("solid", fgColor="D9E2EC")
_HEAD_REQUIRED = PatternFill("solid", fgColor="F7C873")
_LOCKED = PatternFill("solid", fgColor="F0F0F0")
_LACKING = PatternFill("solid", bgColor="FCE8C5")
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FREE = Protection(locked=False)

HOW = (
    "Fill in the sheets of this workbook, save it, and give it back:",
    "living-review take <this file> --as <your name> shows every change and asks before it writes.",
    "Orange headings: a cell that may not stay empty. Grey cells: what can't be changed here.",
    "New rows go below the last one. A row that you remove from a sheet stays in the table;"
    " to take it out write delete under _delete.",
    "A value that stood in the table is changed for a reason: write it under _why.",
    "The column _made_from says what a row was made from. Leave it as it is; when you copy a row to"
    " begin another one, change its key (the first columns).",
    "Nothing is lost if two people work at once: cells that another person changed meanwhile are"
    " named and left as they are.",
)


def write(path: Path | str, sheets: Sequence[Sheet]) -> None:
    """The workbook as a file."""
    with files.replacing(path) as beside:
        made(sheets).save(beside)


def too_long(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Line, str]]:
    """Rows that no cell can hold, with the column; they are left out of the workbook."""
    for sheet in sheets:
        for line in sheet.lines:
            if (column := _too_long(sheet, line)) is not None:
                yield sheet, line, column


def made(sheets: Sequence[Sheet]) -> Workbook:
    book = Workbook()
    _write_help(book.active, sheets)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    places = _write_lists(lists, sheets)
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.name), sheet, places)
    book.move_sheet(lists, len(sheets))
    return book


def _write_help(page: Worksheet, sheets: Sequence[Sheet]) -> None:
    page.title = HELP
    for line in HOW:
        page.append([line])
    page.append([])
    head = ["Sheet", "Column", "What belongs in it", "May be empty", "Kind", "Allowed", "Example"]
    page.append(head)
    for cell in page[page.max_row]:
        cell.font, cell.fill = _BOLD, _HEAD
    for sheet in sheets:
        for one in sheet.fields:
            allowed = "; ".join(_choice(*each) for each in one.values.items())
            empty = "no" if one.required else "yes"
            kind = TYPE_WORDS[one.kind]
            _append(page, [sheet.name, one.name, one.help, empty, kind, allowed, one.example])
    for letter, width in zip("ABCDEFG", (12, 26, 70, 12, 26, 70, 40), strict=True):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows(min_row=len(HOW) + 3):
        for cell in row:
            cell.alignment = _WRAPPED


def _append(page: Worksheet, texts: Sequence[str]) -> None:
    page.append([_text(WriteOnlyCell(page), text) for text in texts])


def _choice(value: str, meaning: str) -> str:
    return f"{value} ({meaning})" if meaning and meaning != value else value


def _write_lists(page: Worksheet, sheets: Sequence[Sheet]) -> dict[tuple[str, str], str]:
    """A column for each list of allowed values; where in the workbook each field finds its own."""
    places: dict[tuple[str, str], str] = {}
    written: dict[tuple[str, ...], str] = {}
    for sheet in sheets:
        for one in sheet.fields:
            values = tuple(one.values)
            if not values:
                continue
            if values not in written:
                number = len(written) + 1
                for row, value in enumerate(values, 1):
                    _text(page.cell(row, number), value)
                letter = get_column_letter(number)
                written[values] = f"'{LISTS}'!${letter}$1:${letter}${len(values)}"
            places[sheet.name, one.name] = written[values]
    columns = {(sheet.name, one.name): (sheet, one) for sheet in sheets for one in sheet.fields}
    for (name, column), (_, one) in columns.items():
        if one.refers_to in columns:
            target, field = columns[one.refers_to]
            letter = get_column_letter(target.fields.index(field) + 1)
            last = len(target.lines) + SPARE + 1
            places.setdefault((name, column), f"'{target.name}'!${letter}$2:${letter}${last}")
    return places


def _write_sheet(page: Worksheet, sheet: Sheet, places: Mapping[tuple[str, str], str]) -> None:
    last = len(sheet.lines) + (0 if sheet.ledger else SPARE) + 1
    for number, one in enumerate(sheet.fields, 1):
        _write_head(page, number, one)
        if not sheet.ledger:  # new rows, with keys of their own, can be entered below
            page.column_dimensions[get_column_letter(number)].protection = _FREE
        _write_choices(page, number, one, places.get((sheet.name, one.name), ""), last)
        if one.required and not sheet.ledger:
            _mark_lacking(page, number, sheet, last)
    row = 1
    for line in sheet.lines:
        if _too_long(sheet, line) is not None:
            continue
        row += 1
        cells = _with_origin(sheet, line)
        for number, one in enumerate(sheet.fields, 1):
            cell = _value(page.cell(row, number), one, cells.get(one.name, ""))
            if one.locked and line.stands:
                cell.fill = _LOCKED
            else:
                cell.protection = _FREE
            if one.name in WIDE:
                cell.alignment = _WRAPPED
    page.freeze_panes = page.cell(2, sheet.frozen + 1)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.fields))}{max(row, 1)}"
    page.protection.sheet = True  # no password: it keeps from slips, not from people
    for allowed in ("formatColumns", "formatRows", "formatCells", "sort", "autoFilter"):
        setattr(page.protection, allowed, False)  # False: not forbidden


def _write_head(page: Worksheet, number: int, one: Field) -> None:
    cell = _text(page.cell(1, number), one.name)
    cell.font, cell.fill = _BOLD, _HEAD_REQUIRED if one.required else _HEAD
    cell.comment = Comment(_words_on(one), "living-review", height=160, width=340)
    width = NARROWEST_WIDE if one.name in WIDE else WIDTHS[one.kind]
    column = page.column_dimensions[get_column_letter(number)]
    column.width = max(width, len(one.name) + 3)
    column.hidden = one.name == MADE_FROM
    column.number_format = TEXT if one.kind not in NUMERIC else "General"


def _words_on(one: Field) -> str:
    lines = [one.help, f"Kind: {TYPE_WORDS[one.kind]}" + (", may not be empty" * one.required)]
    lines += [f"- {_choice(*each)}" for each in one.values.items()]
    lines += [f"For example: {one.example}"] if one.example else []
    return "\n".join(map(damage.writable, lines))


def _write_choices(page: Worksheet, number: int, one: Field, place: str, last: int) -> None:
    """A list to choose from, or the kind of number; and the help that shows beside the cell."""
    if one.name == MADE_FROM or last < 2:
        return
    rule: dict[str, Any]
    if place:
        style = "stop" if one.values else "information"  # what is referred to may be entered later
        rule = {"type": "list", "formula1": place, "errorStyle": style}
        rule["error"] = "One of the list." if one.values else f"Not in {place.split('!')[0]} yet."
    elif one.kind in NUMERIC:
        whole = one.kind != "number"
        rule = {"type": "whole" if whole else "decimal", "operator": "between"}
        rule |= {"formula1": "-999999999", "formula2": "999999999", "errorStyle": "stop"}
        rule["error"] = f"{TYPE_WORDS[one.kind].capitalize()}."
    else:
        rule = {}
    choices = DataValidation(
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=bool(rule),
        promptTitle=one.name[:LONGEST_PROMPT_TITLE],
        prompt=damage.writable(one.help)[:LONGEST_PROMPT],
        **rule,
    )
    letter = get_column_letter(number)
    choices.add(f"{letter}2:{letter}{last}")
    page.add_data_validation(choices)


def _mark_lacking(page: Worksheet, number: int, sheet: Sheet, last: int) -> None:
    """Colour for a required cell that is empty in a row where something stands."""
    letter = get_column_letter(number)
    end = get_column_letter(len(sheet.entered))
    formula = f'AND({letter}2="",COUNTA($A2:${end}2)>0)'
    page.conditional_formatting.add(
        f"{letter}2:{letter}{last}", FormulaRule(formula=[formula], fill=_LACKING)
    )


def _with_origin(sheet: Sheet, line: Line) -> dict[str, str]:
    names = sheet.entered if not sheet.ledger else (*sheet.key, *sheet.entered)
    cells = {name: line.cells.get(name, "") for name in names}
    return dict(line.cells) | {
        MADE_FROM: origin.pack(origin.Origin(sheet.name, cells, line.stands))
    }


def _value(cell: Cell, one: Field, text: str) -> Cell:
    """A number where the column holds numbers and the text is one, else the text itself."""
    value = canonical(one.kind, text)
    if one.kind in NUMERIC and not isinstance(value, str):
        cell.value = value
        return cell
    return _text(cell, text)


def _text(cell: Any, text: str) -> Any:
    """The text as text, also where it begins like a formula."""
    cell.value = damage.writable(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.number_format = TEXT
        cell.quotePrefix = cell.value.lstrip(" ").startswith(tables.FORMULA)
    return cell


def _too_long(sheet: Sheet, line: Line) -> str | None:
    cells = _with_origin(sheet, line)
    return next((name for name, text in cells.items() if len(text) > damage.LONGEST), None)
