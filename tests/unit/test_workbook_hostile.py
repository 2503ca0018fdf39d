"""Files that no spreadsheet saves: nothing in them runs, is fetched or fills the memory."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from living_review import cli
from living_review.errors import ReviewError
from living_review.workbook import read

SHEET = "xl/worksheets/sheet1.xml"
DTD = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.fixture
def workbook(tmp_path):
    """Writes a small honest workbook with some parts replaced, added or left out (None)."""

    def written(parts, name="w.xlsx", compression=zipfile.ZIP_DEFLATED):
        book = Workbook()
        book.active.append(["a", "b"])
        book.active.append(["1", "2"])
        saved = io.BytesIO()
        book.save(saved)
        path = tmp_path / name
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w", compression) as made:
            for part in old.namelist():
                if part not in parts:
                    made.writestr(part, old.read(part))
            for part, content in parts.items():
                if content is not None:
                    text = old.read(part).decode() if callable(content) else ""
                    made.writestr(part, content(text) if callable(content) else content)
        return path

    return written


def declared(declaration, encoding="utf-8"):
    def change(text):
        start = text.index("?>") + 2 if text.startswith("<?xml") else 0
        return f"{declaration}{text[start:]}".encode(encoding)

    return change


# The parts that are changed, what the message says.
HOSTILE = {
    "an external entity": ({SHEET: declared(DTD)}, "declares a document type"),
    "a billion laughs": ({SHEET: declared(LAUGHS)}, "declares a document type"),
    "an external entity in UTF-16": (
        {SHEET: declared(f'<?xml version="1.0" encoding="UTF-16"?>{DTD}', "utf-16")},
        "declares a document type",
    ),
    "an external entity among the strings": (
        {"xl/sharedStrings.xml": f"{DTD}<sst/>".encode()},
        "declares a document type",
    ),
    "an external entity in a relation": (
        {"xl/_rels/workbook.xml.rels": declared(DTD)},
        "declares a document type",
    ),
    "a part under another name": ({"xl/media/a.png": DTD.encode()}, "declares a document type"),
    "letters in UTF-7": (
        {SHEET: declared('<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-')},
        "in a code that no spreadsheet writes",
    ),
    "letters in EBCDIC": ({SHEET: "<?xml version='1.0'?>".encode("cp500")}, "is not the XML"),
    "no XML at all": ({SHEET: b"\x00\x01\x02"}, "is not the XML"),
    "a macro": ({"xl/vbaProject.bin": b"\x00"}, "holds macros"),
    "many parts": ({f"xl/{n}.xml": b"<a/>" for n in range(2_001)}, "at most 2,000"),
    "a sheet that is cut off": (
        {SHEET: lambda text: text[:-40].encode()},
        "can't be read as .xlsx",
    ),
    "a file of LibreOffice": (
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        "save it as .xlsx",
    ),
    "no sheet": ({SHEET: None}, "holds no sheet with rows"),
    "no list of parts": ({"[Content_Types].xml": None}, "can't be read as .xlsx"),
}


@pytest.mark.parametrize(("parts", "says"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_part_is_refused_by_name(workbook, parts, says):
    """Before a reader of spreadsheets sees it."""
    with pytest.raises(ReviewError, match=says) as error:
        read.read([workbook(parts)])
    assert "w.xlsx" in str(error.value)


def test_a_bomb_is_refused_before_it_is_unpacked(workbook):
    """By the size that it states: 300 MB in 300 kB."""
    path = workbook({"xl/bomb.xml": b"<" + b" " * 300_000_000})
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ReviewError, match="at most 2,000 of 200,000,000 are read"):
        read.read([path])


def test_a_lie_about_the_size_is_refused(workbook):
    """No more is unpacked than a part states, and then its check sum is wrong."""
    path = workbook({"xl/lie.xml": b"<a>" + b" " * 5_000_000})
    content = bytearray(path.read_bytes())
    size = (5_000_003).to_bytes(4, "little")
    at = content.find(size)
    while at >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")
        at = content.find(size)
    path.write_bytes(content)
    with pytest.raises(ReviewError, match="damaged"):
        read.read([path])


def test_a_cell_in_the_last_corner_fills_no_memory(workbook):
    """A sheet says that it reaches to its last row and column; the rows between are not made."""

    def far(text):
        cell = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
        return text.replace("</sheetData>", f"{cell}</sheetData>").encode()

    (sheet,) = read.read([workbook({SHEET: far})])
    assert [number for number, _ in sheet.rows] == [2]


def test_links_to_other_files_are_not_followed(workbook):
    """A formula that asks another workbook is told as a formula, and nothing is opened."""

    def linked(text):
        cell = '<row r="3"><c r="A3"><f>[1]Sheet1!A1</f><v>7</v></c></row>'
        return text.replace("</sheetData>", f"{cell}</sheetData>").encode()

    (sheet,) = read.read([workbook({SHEET: linked})])
    (_, cells) = sheet.rows[-1]
    assert cells["a"].is_formula


# Name, bytes, what the message says.
FILES = {
    "nothing": ("w.xlsx", b"", "neither an .xlsx file nor a CSV"),
    "an old workbook": ("w.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls file"),
    "a workbook under a password": ("w.xlsx", b"\xd0\xcf\x11\xe0\xa1", "with a password"),
    "half a workbook": ("w.xlsx", b"PK\x03\x04abc", "damaged"),
    "a page of the web": ("w.html", b"<html>", "neither an .xlsx file nor a CSV"),
    "an empty CSV": ("w.csv", b"", "is empty"),
    "blank lines": ("w.csv", b"\n , \n", "is empty"),
    "zero bytes": ("w.csv", b"a,b\n\0,1\n", "holds zero bytes"),
    "an open quote": ("w.csv", b'a,b\n"1,2\n', "can't be read as CSV"),
    "a column twice": ("w.csv", b"a,a,_made_from\n1,2,3\n", "the column a is there twice"),
}


@pytest.mark.parametrize(("name", "content", "says"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_workbook_is_named(tmp_path, name, content, says):
    """With what to do."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReviewError) as error:
        read.read([path])
    assert says in str(error.value)
    assert name in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    """By its path."""
    with pytest.raises(ReviewError, match=r"nowhere\.xlsx: can't be read"):
        read.read([tmp_path / "nowhere.xlsx"])


def test_a_file_of_many_bytes_is_not_opened(tmp_path, monkeypatch):
    """Its size is looked at first."""
    monkeypatch.setattr(read, "LARGEST_FILE", 10)
    path = tmp_path / "w.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    with pytest.raises(ReviewError, match="12 bytes; at most 10"):
        read.read([path])


def test_no_workbook_is_written_over_another(tmp_path, monkeypatch):
    """It may hold work that nobody took yet."""
    monkeypatch.chdir(tmp_path)
    Path("work.xlsx").write_bytes(b"work")
    done = CliRunner().invoke(cli.app, ["sheet", "-o", "work.xlsx"])
    assert done.exit_code == 1
    assert "may hold work that was not taken yet" in str(done.exception)
    assert Path("work.xlsx").read_bytes() == b"work"
