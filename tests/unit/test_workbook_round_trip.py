"""A workbook that comes back says exactly what was changed in it, whatever program saved it."""

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from workbook_cases import NOW, protocol_and_book

from living_review import tables
from living_review.codebook import canonical
from living_review.workbook import damage, difference, layout, merge, read, write

PROTOCOL, BOOK = protocol_and_book()
TABLES = ("studies", "arms", "outcomes")
# What a cell of a table in UTF-8 can hold; the ends are stripped when a table is read.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=40
).map(lambda text: str(canonical("text", text)))
FORMULAS = st.sampled_from(["=", "+", "-", "@", "=HYPERLINK(", "-5 to ", "@SUM"]).flatmap(
    lambda start: TEXTS.map(lambda text: str(canonical("text", start + text)))
)
LOOK_ALIKES = st.sampled_from(
    ["577-583", "5-7", "1/3", "3.10", "00123", "1E5", "TRUE", "15882715", "2026-11-23", "50%", "#3"]
)
SETTINGS = settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def cells_of(column):
    """Allowed cells of a column, empty ones too."""
    if column.values:
        filled = st.sampled_from(column.values)
    elif column.type == "integer":
        filled = st.integers(0, 10**9).map(str)
    elif column.type == "year":
        filled = st.integers(1981, 2100).map(str)
    elif column.type == "number":
        filled = st.decimals(0, 10**6, places=2).map(str)
    elif column.type == "date":
        filled = st.dates().map(lambda day: day.isoformat())
    else:
        filled = TEXTS | FORMULAS | LOOK_ALIKES
    return filled if column.required else st.just("") | filled


@st.composite
def rows_of(draw, name, most=3):
    """Rows of a table, with keys of their own."""
    table = BOOK.tables[name]
    number = draw(st.integers(0, most))
    keys = st.text("abcdefgh_", min_size=1, max_size=8)
    rows = [
        {column.name: draw(cells_of(column)) for column in table.columns.values()}
        | {key: f"{draw(keys)}{at}" for key in table.key[:1]}
        for at in range(number)
    ]
    for row in rows:
        for key in table.key[1:]:
            row[key] = row[key] or "x"
    return rows


def sheets_of(rows):
    return layout.sheets(PROTOCOL, BOOK, rows)


def through_a_file(sheets, change=lambda book: None):
    """What comes back of a workbook, saved once more by another program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "work.xlsx")
        write.write(path, sheets)
        book = load_workbook(path)
        change(book)
        book.save(path)
        return read.read([path])


@SETTINGS
@given(st.sampled_from(TABLES).flatmap(lambda name: st.tuples(st.just(name), rows_of(name))))
def test_any_table_comes_back_without_a_difference(drawn):
    """Formulas, dates, look-alikes of numbers, any letters: nothing is said to be changed."""
    name, rows = drawn
    sheets = sheets_of({name: rows})
    found = difference.compare(through_a_file(sheets), sheets, {})
    assert (found.edits, found.decisions, found.problems) == ([], [], [])


@SETTINGS
@given(st.data())
def test_one_changed_cell_is_exactly_one_difference(data):
    """The cell, what it was and what it is now; and the merged table has it and nothing else."""
    name = data.draw(st.sampled_from(TABLES))
    rows = data.draw(rows_of(name).filter(len))
    table = BOOK.tables[name]
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from([one for one in table.columns if one not in table.key]))
    kind = table.columns[column].type
    new = data.draw(cells_of(table.columns[column]))
    old = rows[at][column]
    # A spreadsheet may change these differences itself, so that they can't be told from its doing.
    if damage.neutral(new) == damage.neutral(old) or damage.restore(new, kind, old).text == old:
        return
    sheets = sheets_of({name: rows})

    def change(book):
        page = book[name]
        number = [cell.value for cell in page[1]].index(column) + 1
        cell = page.cell(at + 2, number)
        cell.value = new or None
        if new:
            cell.data_type = "s"

    found = difference.compare(through_a_file(sheets, change), sheets, {}, why="misread")
    if found.problems:  # what looks like a spreadsheet's doing is named, at that cell
        assert [problem.column for problem in found.problems] == [column]
        assert damage.restore(new, kind, old).doubt
        return
    (edit,) = found.edits
    assert edit.kind == "changed"
    (changed, (before, after)), *others = edit.changes.items()
    assert (changed, before, others) == (column, old, [])
    assert canonical(kind, after) == canonical(kind, damage.restore(new, kind, old).text)


@given(
    st.lists(st.fixed_dictionaries({"a": TEXTS, "b": TEXTS}), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([",", ";"]),
    st.booleans(),
    st.data(),
)
def test_an_edited_file_keeps_every_other_byte(rows, end, delimiter, mark, data):
    """One row changed, one taken out, one added; the others stay as their program wrote them."""
    rows = [row for row in rows if any(row.values())]
    text = delimiter.join("ab") + end
    for row in rows:
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in row.values()]
        text += delimiter.join(quoted) + end
    content = b"\xef\xbb\xbf" * mark + text.encode()
    numbers = [row.number for row in tables.parse(content, "t").rows]
    picked = data.draw(st.permutations(numbers))[:2]
    changed = {number: {"b": "changed"} for number in picked[:1]}
    removed = set(picked[1:])
    made = tables.edited(content, "t", ["a", "b"], changed, removed, [{"a": "new", "c": "no"}])
    expected = [
        {**row.cells, **changed.get(row.number, {})}
        for row in tables.parse(content, "t").rows
        if row.number not in removed
    ]
    assert tables.parse(made, "t").cells == [*expected, {"a": "new", "b": ""}]
    kept = len(expected) - len(changed)
    assert sum(line in content.split(b"\n") for line in made.split(b"\n")) >= kept
    assert made.startswith(b"\xef\xbb\xbf") == mark


def test_a_table_without_a_file_begins_with_its_header():
    """The columns of the codebook, then the first row; one that it lacked is added at the end."""
    made = tables.edited(b"", "t", ["a", "b"], added=[{"a": "1"}])
    assert made == b"a,b\n1,\n"
    assert tables.edited(b"a\n1", "t", ["a", "b"], added=[{"b": "2"}]) == b"a,b\n1\n,2\n"


def test_nothing_of_a_workbook_is_a_formula():
    """Neither what people wrote nor what a source of records wrote."""
    evil = {
        "record_id": "=1",
        "stage": "@SUM(A1)",
        "title": "=cmd|' /C calc'!A0",
        "authors": "\t=1",
    }
    sheets = layout.sheets(
        PROTOCOL, BOOK, {"studies": [{"study_id": "=1+1", "label": "+1"}]}, {"screen": [evil]}
    )
    saved = io.BytesIO()
    write.made(sheets).save(saved)
    book = load_workbook(saved)
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert "=cmd|' /C calc'!A0" in [cell.value for cell in cells]


def test_people_are_helped_in_every_column():
    """Lists to choose from, help at headings, which stay in sight, locked keys, colours."""
    arms = BOOK.tables["arms"]
    sheets = sheets_of({"arms": [dict.fromkeys(arms.columns, "x") | {"age": "66.5"}]})
    saved = io.BytesIO()
    write.made(sheets).save(saved)
    book = load_workbook(saved)
    page = book["arms"]
    heads = {cell.value: cell for cell in page[1]}
    for column in arms.columns.values():
        assert column.help in heads[column.name].comment.text
    places = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    modality = heads["modality"].column_letter
    (rule,) = (rule for place, rule in places.items() if place.startswith(f"{modality}2:"))
    title, cells = rule.formula1.replace("'", "").split("!")
    chosen = [cell.value for (cell,) in book[title][cells]]
    assert chosen == list(arms.columns["modality"].values)
    assert page.freeze_panes == "C2"
    assert page.protection.sheet
    assert page["A2"].protection.locked
    assert not page[f"{modality}2"].protection.locked
    assert heads["modality"].fill.fgColor.rgb != heads["energy"].fill.fgColor.rgb
    assert page.cell(2, heads["age"].column).value == 66.5
    help_page = [[cell.value for cell in row] for row in book["read me"].iter_rows()]
    assert ["arms", "modality"] in [row[:2] for row in help_page]


def test_a_merged_table_holds_the_changed_value_and_its_correction(tmp_path, monkeypatch):
    """The value that stood, the new one, why, who and on which day."""
    monkeypatch.chdir(tmp_path)
    folder = Path("resources/extraction")
    folder.mkdir(parents=True)
    (folder / "arms.csv").write_text("study_id;arm_id;n_patients\r\na;x;1\r\nb;x;2\r\n")
    edit = difference.RowEdit(
        "arms", ("a", "x"), {"n_patients": ("1", "3")}, "changed", "misread", ("w", 2)
    )
    merged = merge.merge(difference.Compared([edit]), BOOK, "ann", NOW, "1")
    assert merged.contents["resources/extraction/arms.csv"] == (
        b"study_id;arm_id;n_patients\r\na;x;3\r\nb;x;2\r\n"
    )
    assert merged.contents["resources/extraction/corrections.csv"].decode().splitlines() == [
        "table,key,column,old,new,why,who,date",
        "arms,a | x,n_patients,1,3,misread,ann,2026-12-01",
    ]


@pytest.mark.parametrize("word", ["", "x", "1.00000000.abc", "1.zzzzzzzz.eJw=", "1.abc"])
def test_a_damaged_origin_is_no_origin(word):
    """It is not guessed what a row was made from."""
    from living_review.workbook.origin import unpack

    assert unpack(word) is None
