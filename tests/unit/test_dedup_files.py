"""The works of records in files, with and without a library."""

import csv
import gzip

import pandas as pd
import pytest
from format_cases import EVERY
from typer.testing import CliRunner

from living_review import cli, dedup_files, records
from living_review.errors import ReviewError

TITLE = "Invented record on the cryoablation of a recurrent renal tumour"
NBIB = f"""\
PMID- 101
TI  - {TITLE}
AU  - Doe JQ
AU  - Roe R
DP  - 2015
JT  - Invented Journal
VI  - 12
PG  - 101-9
LID - 10.1000/invented.1 [doi]
"""
RIS = f"""\
TY  - JOUR
TI  - {TITLE}
AU  - Doe, Jane Q.
AU  - Roe, Richard
PY  - 2015
JO  - Invented Journal
VL  - 12
SP  - 101
EP  - 109
ER  -
"""
CSV = f"""\
ID,title,author,year,journal,volume,pages
x-1,{TITLE},"Doe, Jane Q. and Roe, Richard",2015,Invented Journal,12,101-109
x-2,Another invented record on something else altogether,"Poe, E.",1999,Invented Annals,3,7-9
"""
XML = f"""\
<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>101</PMID><Article><Journal><JournalIssue>
<Volume>12</Volume><PubDate><Year>2015</Year></PubDate></JournalIssue>
<Title>Invented Journal</Title></Journal><ArticleTitle>{TITLE}</ArticleTitle>
<Pagination><MedlinePgn>101-9</MedlinePgn></Pagination>
<AuthorList><Author><LastName>Doe</LastName><Initials>JQ</Initials></Author></AuthorList></Article>
</MedlineCitation></PubmedArticle></PubmedArticleSet>
"""
UNTITLED = """\
ID,title,author,year,journal,volume,pages
u-1,,,2015,Invented Journal,12,101-109
u-2,,,2015,Invented Journal,12,101-109
,,"Poe, E.",1999,Invented Annals,3,7-9
"""
HEAD = ["record_id", "work_id", "link", "rule", "score"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in, with a function that writes files there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, **texts):
    """Files called after the keys, a_csv -> a.csv, in that order."""
    paths = [folder / name.replace("_", ".") for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return paths


def grouped(paths, folder, library=None):
    """The lines written for files."""
    output = folder / "out" / "works.csv"
    dedup_files.dedup_files(paths, output, library)
    with output.open(newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == HEAD
    return rows


def test_every_format_is_read(folder):
    """One record in each format that can be imported is one work, whatever its file is called."""
    assert sorted(EVERY) == sorted(records.FORMATS)
    for format, text in EVERY.items():
        (folder / format).write_text(text)
    said = CliRunner().invoke(cli.app, ["dedup", *EVERY, "-o", "works.csv"])
    assert said.exit_code == 0, said.output
    with (folder / "works.csv").open(newline="") as lines:
        assert [row["work_id"] for row in csv.DictReader(lines)] == ["pmid:101"] * len(EVERY)


def test_works_are_called_by_their_first_record(folder):
    """One record from four formats is one work, called as its first source calls it."""
    paths = write(folder, a_nbib=NBIB, a_ris=RIS, a_csv=CSV, a_xml=XML)
    lines = grouped(paths, folder)
    assert [line[0] for line in lines[::4]] == ["pmid:101", "pmid:101"]
    assert lines[1][0].startswith("rec:")
    assert [line[:2] for line in lines[2:4]] == [["x-1", "pmid:101"], ["x-2", "x-2"]]
    assert {line[1] for line in lines} == {"pmid:101", "x-2"}
    assert lines[0][2:] == ["", "", ""]
    assert lines[1][2:4] == ["copy", "same pages"]
    assert lines[4][2:] == ["copy", "same record found again", "1.0"]


def test_packed_files_are_read(folder):
    """A gzipped table says what it says unpacked."""
    (plain,) = write(folder, a_csv=CSV)
    packed = folder / "b.csv.gz"
    packed.write_bytes(gzip.compress(CSV.encode()))
    assert grouped([plain], folder) == grouped([packed], folder)


@pytest.mark.parametrize("heading", ["ID", "id", "record_id"])
def test_own_ids_stay(folder, heading):
    """What a table calls its records is what they are called, to the letter."""
    names = ["7", "a~b", "a~c", "=x, y", "pmid:5"]
    rows = [[name, f"Invented record number {name}: {n * 'very '} long"] for n, name in
            enumerate(names)]  # fmt: skip
    with (folder / "a.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([[heading, "title"], *rows])
    assert [line[:2] for line in grouped([folder / "a.csv"], folder)] == [[n, n] for n in names]


def test_an_id_given_twice_is_marked(folder):
    """Two tables that count from 1 don't run together: the second `1` gets a mark."""
    first, second = write(
        folder,
        a_csv=f"ID,title\n1,{TITLE}\n",
        b_csv="ID,title\n1,Something else that was invented for this test\n",
    )
    (_, one, *_), (other, work, *_) = grouped([first, second], folder)
    assert one == "1"
    assert other == work
    assert other.startswith("1~")


def test_entries_without_title_have_their_line(folder):
    """They stay in their place; without a title nothing makes them one work with others."""
    paths = write(folder, a_csv=CSV, b_csv=UNTITLED)
    lines = grouped(paths, folder)
    assert [line[0] for line in lines[:4]] == ["x-1", "x-2", "u-1", "u-2"]
    assert lines[4][0].startswith("rec:")
    assert [line[0] for line in lines] == [line[1] for line in lines]


def test_damaged_entries_have_their_line(folder):
    """A row whose cells can't be told apart is a work of its own, and is named."""
    (path,) = write(folder, a_csv=CSV + 'x-3,"never closed,1,2,3\n')
    made = dedup_files.dedup_files([path], folder / "works.csv")
    assert len(made.lines) == 3
    assert made.lines["work_id"].nunique() == 3
    assert made.unread == ["a.csv line 4: quotes are not closed, or not doubled inside a cell"]


def test_given_names_count(folder):
    """A table that mistakes given for family names is understood by names, not initials."""
    (path,) = write(
        folder,
        a_csv="ID,title,author,year,journal,volume,pages\n"
        f'1,{TITLE},"Jane, Doe and Richard, Roe",2015,Invented Journal,12,\n'
        f'2,{TITLE},"Doe, Jane and Roe, Richard",2015,Invented Journal,12,\n',
    )
    assert [line[1] for line in grouped([path], folder)] == ["1", "1"]


def test_a_book_title_is_where_it_was_published(folder):
    """Beside a title it stands for the journal, alone for the title."""
    (path,) = write(
        folder, a_csv="title,journal,booktitle\nOne,J,B\nTwo,,B\n,J,B\n,,B\n"
    )  # fmt: skip
    found, _ = records.read(path, "csv", "s")
    assert found[["title", "journal"]].to_numpy().tolist() == [
        ["One", "J"], ["Two", "B"], ["B", "J"], ["B", ""],
    ]  # fmt: skip


def kept(library):
    """Everything that a library keeps."""
    tables = [pd.read_parquet(library / name) for name in ("members.parquet", "pairs.parquet")]
    return [table.to_dict("records") for table in tables], (library / "works.csv").read_bytes()


def test_one_after_another_is_all_at_once(folder):
    """Files in one run or one run each give the same library; earlier names stay."""
    paths = write(folder, a_csv=CSV, a_nbib=NBIB, a_ris=RIS, b_csv=UNTITLED, a_xml=XML)
    lines = [line for path in paths for line in grouped([path], folder, folder / "steps")]
    grouped(paths, folder, folder / "once")
    assert kept(folder / "steps") == kept(folder / "once")
    assert [line[:2] for line in lines[:3]] == [["x-1", "x-1"], ["x-2", "x-2"], ["pmid:101", "x-1"]]


def test_a_file_twice_changes_nothing(folder):
    """Its entries are found again, and no byte of the library changes."""
    paths = write(folder, a_csv=CSV, a_ris=RIS, b_csv=UNTITLED)
    first = grouped(paths, folder, folder / "library")
    before = {path.name: path.read_bytes() for path in (folder / "library").glob("*.*")}
    again = grouped(paths, folder, folder / "library")
    after = {path.name: path.read_bytes() for path in (folder / "library").glob("*.*")}
    assert [line[:2] for line in again] == [line[:2] for line in first]
    assert {line[3] for line in again} == {"same record found again"}
    assert {**before, ".lock": b""} == {**after, ".lock": b""}


def test_a_newcomer_joins_two_works(folder):
    """Both are called by the earlier one then; what the other was called is a record's id still."""
    one, other, joining = (
        f"ID,title,author,year,journal,volume,pages,doi\n{id},{title},Doe J,2015,{place}\n"
        for id, title, place in (
            ("1", TITLE, "Acta Inventa,1,1-9,10.1000/1"),
            ("2", TITLE, "Invented Annals,12,101-109,"),
            ("3", TITLE, "Invented Annals,12,101-109,10.1000/1"),
        )
    )
    paths = write(folder, a_csv=one, b_csv=other, c_csv=joining)
    works = folder / "library" / "works.csv"
    for path in paths[:2]:
        grouped([path], folder, folder / "library")
    before = [row["work_id"] for row in csv.DictReader(works.open())]
    grouped(paths[2:], folder, folder / "library")
    after = [row["work_id"] for row in csv.DictReader(works.open())]
    assert before == ["1", "2"]
    assert after == ["1", "1", "1"]


def test_a_run_that_was_killed_changes_nothing(folder):
    """Pairs of records that never became members are passed over."""
    first, second = write(folder, a_csv=CSV, a_ris=RIS)
    library = folder / "library"
    grouped([first], folder, library)
    members = (library / "members.parquet").read_bytes()
    grouped([second], folder, library)
    (library / "members.parquet").write_bytes(members)
    grouped([second], folder, library)
    grouped([first, second], folder, folder / "once")
    assert kept(library) == kept(folder / "once")


def test_a_table_of_nothing_has_no_lines(folder):
    """A heading line without records is no mistake."""
    assert grouped(write(folder, a_csv="ID,title,year\n"), folder) == []


def test_everything_wrong_is_named_at_once(folder):
    """Files that are not there, are empty or hold no records; nothing is written."""
    empty, page = write(folder, empty_csv="", page_ris="<html>not found</html>")
    with pytest.raises(ReviewError) as error:
        dedup_files.dedup_files(
            [folder / "no.csv", empty, page], folder / "works.csv", folder / "library"
        )
    assert str(error.value).splitlines() == [
        "no.csv can't be read: No such file or directory",
        "empty.csv line 1: the file is empty",
        "page.ris line 1: not a RIS record",
    ]
    assert sorted(folder.iterdir()) == [empty, page]


@pytest.mark.parametrize(
    ("output", "library", "words"),
    [
        ("a.csv", None, "is one of the files to read"),
        ("folder", None, "is a folder; give -o the name of a file"),
        ("works.csv", "a.csv", "is a file; a library is a folder"),
        ("works.csv", "folder", "is no library: it has no members.parquet"),
        ("library/works.csv", "library", "is a file of the library itself"),
    ],
)
def test_wrong_places_are_named(folder, output, library, words):
    """Nothing that stands is written over."""
    paths = write(folder, a_csv=CSV)
    (folder / "folder").mkdir()
    (folder / "folder" / "thesis.txt").write_text("precious")
    with pytest.raises(ReviewError, match=words):
        dedup_files.dedup_files(paths, folder / output, library and folder / library)
    assert paths[0].read_text() == CSV
    assert sorted(path.name for path in folder.rglob("*")) == ["a.csv", "folder", "thesis.txt"]


def test_a_damaged_library_is_named(folder):
    """A library that can't be read is left as it is."""
    paths = write(folder, a_csv=CSV)
    library = folder / "library"
    grouped(paths, folder, library)
    (library / "pairs.parquet").write_bytes(b"PAR1")
    with pytest.raises(ReviewError, match=r"pairs\.parquet can't be read"):
        grouped(paths, folder, library)
    (library / "pairs.parquet").write_bytes((library / "members.parquet").read_bytes())
    with pytest.raises(ReviewError, match="other columns than this version writes"):
        grouped(paths, folder, library)


def test_the_command(folder):
    """It says what it wrote and what it could not read."""
    write(folder, a_csv=CSV, a_ris=RIS, b_csv=UNTITLED)
    said = CliRunner().invoke(cli.app, ["dedup", "a.csv", "a.ris", "b.csv", "-o", "works.csv"])
    assert said.exit_code == 0, said.output
    assert "works.csv: 6 entries, 5 works; " in said.stdout
    assert said.stderr.count("no title") == 3
