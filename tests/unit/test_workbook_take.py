"""`take`: what a person changed is merged, what can't be is named, and then nothing is written."""

import csv
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner
from workbook_cases import (
    NOW,
    QUEUE,
    ROOT,
    all_of,
    as_csv,
    column,
    enter,
    made,
    prepared,
    resaved,
)

from living_review import cli, files, ledgers, tables
from living_review.errors import ReviewError, StaleError, TableError
from living_review.workbook import take, words

ARMS, OUTCOMES = "resources/extraction/arms.csv", "resources/extraction/outcomes.csv"
ANN = "resources/decisions/screening/ann.csv"
WORKBOOK = []  # of the shipped review, made once
CORRECTIONS = "resources/extraction/corrections.csv"


@pytest.fixture
def review(tmp_path, monkeypatch):
    """The shipped review's config and tables, and a workbook of them: work.xlsx."""
    for folder in ("config", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    if not WORKBOOK:
        WORKBOOK.append(made().read_bytes())
    Path("work.xlsx").write_bytes(WORKBOOK[0])
    return tmp_path


def everything():
    return {path: path.read_bytes() for path in Path("resources").rglob("*") if path.is_file()}


def rows(path):
    with Path(path).open(newline="") as lines:
        return list(csv.DictReader(lines))


def taken(*paths, who="ann", why=""):
    take.write(prepared(*paths, who=who, why=why))


def refused(*paths, who="ann", why=""):
    """The message; nothing may be written."""
    before = everything()
    with pytest.raises(ReviewError) as error:
        taken(*paths, who=who, why=why)
    assert everything() == before
    return str(error.value)


# --- what is taken ----------------------------------------------------------------------------


def test_a_decision_is_a_line_of_the_own_ledger(review):
    """With id, screener, time, version of the protocol; other ledgers stay as they were."""
    resaved("work.xlsx", enter("screen", 2, decision="exclude", reason="other_organ", note="lung"))
    taken("work.xlsx")
    assert rows(ANN) == [
        {
            "id": "ann-1",
            "record_id": "pmid:34088520",
            "screener": "ann",
            "stage": "title_abstract",
            "decision": "exclude",
            "reason": "other_organ",
            "time": "2026-12-01T09:30:00Z",
            "protocol_version": "2026.11",
            "supersedes": "",
            "note": "lung",
        }
    ]


def test_a_second_time_nothing_is_taken(review):
    """A workbook that was taken has no differences left."""
    change = all_of(
        enter("screen", 2, decision="include"),
        enter("arms", 2, note="read again", n_patients=2, _why="misread"),
    )
    resaved("work.xlsx", change)
    taken("work.xlsx")
    before = everything()
    assert prepared("work.xlsx").is_empty
    assert everything() == before


def test_a_correction_has_its_line(review):
    """Table, key, column, old, new, why, who, date; the other rows of the file keep their bytes."""
    before = Path(ARMS).read_bytes().splitlines()
    resaved("work.xlsx", enter("arms", 2, n_patients=2, _why="misread"))
    taken("work.xlsx")
    assert rows(CORRECTIONS) == [
        {
            "table": "arms",
            "key": "matsumoto_2005 | re_ablation",
            "column": "n_patients",
            "old": "1",
            "new": "2",
            "why": "misread",
            "who": "ann",
            "date": "2026-12-01",
        }
    ]
    after = Path(ARMS).read_bytes().splitlines()
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) == 1


def test_an_empty_cell_is_filled_without_a_reason(review):
    """Nothing that stood is changed."""
    resaved("work.xlsx", enter("arms", 2, age=61, age_average="median"))
    taken("work.xlsx")
    assert rows(ARMS)[0]["age"] == "61"
    assert not Path(CORRECTIONS).exists()


def test_a_note_is_changed_without_a_reason(review):
    """What tells of the source is no value that an answer rests on."""
    resaved("work.xlsx", enter("arms", 2, note="another note", quote="another quotation"))
    taken("work.xlsx")
    assert rows(ARMS)[0]["quote"] == "another quotation"
    assert not Path(CORRECTIONS).exists()


def test_a_new_study_is_entered_in_one_go(review):
    """Rows of all four tables below the last ones, some copied from others with their origin."""
    book = load_workbook("work.xlsx")
    for sheet, row, values in (
        ("studies", 7, {"study_id": "doe_2026", "label": "Doe 2026"}),
        ("reports", 7, {"study_id": "doe_2026", "citation": "Doe 2026", "record_id": "pmid:7"}),
        ("arms", 7, {"study_id": "doe_2026"}),
        ("outcomes", 6, {"study_id": "doe_2026"}),
    ):
        page = book[sheet]
        for number in range(1, page.max_column + 1):
            page.cell(row, number).value = page.cell(2, number).value  # _made_from too
        for name, value in values.items():
            page.cell(row, column(page, name)).value = value
        if sheet != "reports":
            page.cell(row, column(page, "source_record")).value = "pmid:7"
    book.save("work.xlsx")
    taken("work.xlsx")
    assert [row["study_id"] for row in rows(ARMS)].count("doe_2026") == 1
    assert rows(OUTCOMES)[-1]["study_id"] == "doe_2026"
    assert not Path(CORRECTIONS).exists()


def test_a_row_that_is_gone_from_the_sheet_stays_in_the_table(review):
    """A part of the workbook that comes back deletes nothing."""
    resaved("work.xlsx", lambda book: book["outcomes"].delete_rows(3))
    assert prepared("work.xlsx").is_empty


def test_a_row_is_taken_out_for_a_reason(review):
    """By the word delete; the corrections say so, and that it is put back when it is."""
    shutil.copy("work.xlsx", "again.xlsx")
    resaved("work.xlsx", enter("outcomes", 3, _delete="delete", _why="counted twice"))
    taken("work.xlsx")
    assert len(rows(OUTCOMES)) == 3
    (line,) = rows(CORRECTIONS)
    assert line["key"] == "matsumoto_2005 | re_ablation | recurrence | last_follow_up"
    assert (line["column"], line["old"], line["new"]) == ("", "present", "")
    resaved("again.xlsx", enter("outcomes", 3, _made_from=None))
    taken("again.xlsx")
    assert len(rows(OUTCOMES)) == 4
    assert [(one["old"], one["new"]) for one in rows(CORRECTIONS)] == [
        ("present", ""),
        ("", "present"),
    ]


def test_a_value_that_was_emptied_and_entered_again_has_a_line_for_each(review):
    """The last line about a value says what stands."""
    for value, why in ((None, "no source"), (1, ""), (2, "misread")):
        made("new.xlsx")
        resaved("new.xlsx", enter("arms", 2, n_patients=value, _why=why))
        taken("new.xlsx")
    changes = [(line["old"], line["new"]) for line in rows(CORRECTIONS)]
    assert changes == [("1", ""), ("", "1"), ("1", "2")]


def test_sorted_rows_are_known_again(review):
    """A row is known by what it carries, not by where it stands."""

    def turned(book):
        page = book["arms"]
        values = [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_row=6)]
        for number, row in enumerate(reversed(values), 2):
            for at, value in enumerate(row, 1):
                page.cell(number, at).value = value

    resaved("work.xlsx", turned)
    assert prepared("work.xlsx").is_empty


def test_a_mind_is_changed_by_a_line_that_takes_the_old_one_back(review):
    """In the sheet of what one decided."""
    resaved("work.xlsx", enter("screen", 2, decision="include"))
    taken("work.xlsx")
    line = rows(ANN)[0]
    made("again.xlsx", waiting={"decided": [line]})
    resaved("again.xlsx", enter("decided", 2, decision="exclude", reason="other_organ"))
    taken("again.xlsx")
    first, second = rows(ANN)
    assert first == line
    assert (second["decision"], second["supersedes"]) == ("exclude", "ann-1")
    assert [one["id"] for one in ledgers.standing(rows(ANN))] == ["ann-2"]


def test_pairs_and_events_are_decided_in_the_workbook_too(review):
    """Each in its own ledger."""
    change = all_of(
        enter("duplicates", 2, decision="same"),
        enter("events", 2, decision="exclude", reason="fraud"),
    )
    resaved("work.xlsx", change)
    taken("work.xlsx")
    assert rows("resources/decisions/duplicates/ann.csv")[0]["record_id_2"] == "pmid:2"
    assert rows("resources/decisions/events/ann.csv")[0]["reason"] == "fraud"


def test_what_is_awaited_and_shared_patients_are_decided_too(review):
    """With the words that their ledgers allow."""
    about = {"study_id_1": "margue_2022", "study_id_2": "matsumoto_2005"}
    made("again.xlsx", waiting={"screen": QUEUE, "overlaps": [about]})
    change = all_of(
        enter("screen", 2, decision="awaiting", reason="report_not_retrieved"),
        enter("overlaps", 2, decision="separate", reason="other hospitals"),
    )
    resaved("again.xlsx", change)
    taken("again.xlsx")
    assert rows(ANN)[0]["reason"] == "report_not_retrieved"
    (line,) = rows("resources/decisions/overlap/ann.csv")
    assert (line["study_id_2"], line["decision"]) == ("matsumoto_2005", "separate")


@pytest.mark.parametrize(
    ("delimiter", "encoding", "line_end"),
    [
        (",", "utf-8", "\n"),
        (",", "utf-8-sig", "\r\n"),
        (";", "utf-8-sig", "\r\n"),
        ("\t", "utf-16", "\r\n"),
        (";", "cp1252", "\r\n"),
    ],
)
def test_one_sheet_saved_as_csv_is_taken(review, delimiter, encoding, line_end):
    """As Excel of any land and Google Sheets save it; the other sheets stay as they are."""
    resaved("work.xlsx", enter("arms", 3, age=61.5, age_average="median", note="plain letters"))
    form = {"delimiter": delimiter, "encoding": encoding, "line_end": line_end}
    path = as_csv("work.xlsx", "arms", "work - arms.csv", **form)
    number = "61,5" if delimiter == ";" else "61.5"
    text = path.read_bytes().decode(encoding).replace("61.5", number)
    path.write_bytes(text.encode(encoding))
    taken(path)
    assert (rows(ARMS)[1]["age"], rows(ARMS)[1]["note"]) == ("61.5", "plain letters")
    assert not Path(CORRECTIONS).exists()


def test_csv_with_a_line_for_excel_is_taken(review):
    """`sep=;` above the header is no row."""
    path = as_csv("work.xlsx", "arms", "arms.csv", delimiter=";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    assert prepared(path).is_empty


def test_a_sheet_without_the_hidden_column_is_known_by_its_keys(review):
    """What is new is filled in; what differs from what stands is named, since nobody knows why."""
    resaved(
        "work.xlsx",
        all_of(
            enter("arms", 2, age=61, age_average="median"),
            lambda book: book["arms"].delete_cols(column(book["arms"], "_made_from")),
        ),
    )
    taken("work.xlsx")
    assert rows(ARMS)[0]["age"] == "61"
    resaved("work.xlsx", enter("arms", 3, n_patients=12, _why="misread"))
    assert "not known what the row was made from, and '11' stands there" in refused("work.xlsx")


# --- two people at once -------------------------------------------------------------------------


def test_two_people_change_different_cells_of_a_row(review):
    """Both are kept."""
    shutil.copy("work.xlsx", "bob.xlsx")
    resaved("work.xlsx", enter("arms", 2, n_patients=2, _why="misread"))
    resaved("bob.xlsx", enter("arms", 2, age=61, age_average="median"))
    taken("work.xlsx")
    taken("bob.xlsx", who="bob")
    assert (rows(ARMS)[0]["n_patients"], rows(ARMS)[0]["age"]) == ("2", "61")


def test_two_people_change_one_cell_alike(review):
    """There is nothing left to do for the second."""
    shutil.copy("work.xlsx", "bob.xlsx")
    for name in ("work.xlsx", "bob.xlsx"):
        resaved(name, enter("arms", 2, n_patients=2, _why="misread"))
    taken("work.xlsx")
    assert prepared("bob.xlsx", who="bob").is_empty


def test_two_people_change_one_cell_differently(review):
    """The second is told mine, theirs and what it was; nothing of that workbook is taken."""
    shutil.copy("work.xlsx", "bob.xlsx")
    resaved("work.xlsx", enter("arms", 2, n_patients=2, _why="misread"))
    change = all_of(
        enter("arms", 2, n_patients=3, _why="misread"), enter("screen", 2, decision="include")
    )
    resaved("bob.xlsx", change)
    taken("work.xlsx")
    assert refused("bob.xlsx", who="bob") == (
        "bob.xlsx, sheet arms row 2: n_patients is '3', but another person changed it "
        "meanwhile: it was '1', now stands '2'; what stands now is kept; put this cell right and "
        "take the workbook again"
    )


def test_a_row_that_another_person_took_out_is_named(review):
    """Its change can't be merged; left alone it is no matter."""
    shutil.copy("work.xlsx", "bob.xlsx")
    resaved("work.xlsx", enter("outcomes", 5, _delete="delete", _why="twice"))
    taken("work.xlsx")
    assert prepared("bob.xlsx", who="bob").is_empty
    resaved("bob.xlsx", enter("outcomes", 5, note="a note"))
    assert "another person took it out meanwhile" in refused("bob.xlsx", who="bob")


def test_a_row_that_another_person_changed_is_not_taken_out(review):
    """The change is named."""
    shutil.copy("work.xlsx", "bob.xlsx")
    resaved("work.xlsx", enter("outcomes", 5, note="a note"))
    resaved("bob.xlsx", enter("outcomes", 5, _delete="delete", _why="twice"))
    taken("work.xlsx")
    assert "_delete is 'delete', but another person changed note meanwhile" in refused(
        "bob.xlsx", who="bob"
    )


def test_two_people_decide_in_ledgers_of_their_own(review):
    """The same workbook serves both; opposite decisions stand side by side."""
    shutil.copy("work.xlsx", "bob.xlsx")
    resaved("work.xlsx", enter("screen", 2, decision="include"))
    resaved("bob.xlsx", enter("screen", 2, decision="exclude", reason="other_organ"))
    taken("work.xlsx")
    taken("bob.xlsx", who="bob")
    assert rows(ANN)[0]["decision"] == "include"
    assert rows("resources/decisions/screening/bob.csv")[0]["decision"] == "exclude"


def test_what_one_decided_otherwise_meanwhile_is_named(review):
    """A line of the ledger is never overruled by an older workbook."""
    shutil.copy("work.xlsx", "again.xlsx")
    resaved("work.xlsx", enter("screen", 2, decision="include"))
    taken("work.xlsx")
    resaved("again.xlsx", enter("screen", 2, decision="unsure"))
    assert "you decided meanwhile: include (line ann-1)" in refused("again.xlsx")


def test_a_file_that_changes_while_one_is_asked_stops_the_writing(review):
    """The bytes are compared once more; nothing of any file is written."""
    change = all_of(
        enter("screen", 2, decision="include"), enter("arms", 2, age=61, age_average="median")
    )
    resaved("work.xlsx", change)
    ready = prepared("work.xlsx")
    Path(ARMS).write_bytes(Path(ARMS).read_bytes() + b"\n")
    before = everything()
    with pytest.raises(StaleError, match=r"arms\.csv changed while you were asked"):
        take.write(ready)
    assert everything() == before


def test_all_files_are_written_or_none(review, monkeypatch):
    """A disk that fails at the second file leaves the first as it was."""
    change = all_of(
        enter("screen", 2, decision="include"), enter("arms", 2, n_patients=2, _why="x")
    )
    resaved("work.xlsx", change)
    ready = prepared("work.xlsx")
    before = everything()
    replace, count = Path.replace, []

    def failing(path, target):
        count.append(target)
        if len(count) == 3:
            raise OSError("no space left")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="no space left"):
        take.write(ready)
    assert everything() == before
    assert not list(Path("resources").rglob(f"{files.UNFINISHED}*"))


def test_a_take_that_was_killed_between_two_files_is_taken_again(review):
    """Corrections come first; the second time adds them once and completes the rest."""
    resaved("work.xlsx", enter("arms", 2, n_patients=2, _why="misread"))
    ready = prepared("work.xlsx")
    first = next(iter(ready.merged.contents))
    assert first == CORRECTIONS
    Path(first).write_bytes(ready.merged.contents[first])
    taken("work.xlsx")
    assert len(rows(CORRECTIONS)) == 1
    assert rows(ARMS)[0]["n_patients"] == "2"


# --- what is refused ------------------------------------------------------------------------------

# Sheet, row, cells, what the message says.
WRONG = {
    "a word for a count": ("arms", 2, {"n_patients": "six"}, "a whole number"),
    "half a patient": ("arms", 2, {"n_patients": 1.5}, "a whole number"),
    "no patients": ("arms", 2, {"n_patients": 0}, "1 or more patients"),
    "more events than known": ("outcomes", 2, {"events": 5}, "0 to n_known (1)"),
    "more known than treated": ("outcomes", 2, {"n_known": 5}, "0 to n_treated (1)"),
    "a negative count": ("outcomes", 2, {"events": -1}, "0 to n_known (1)"),
    "a percentage for a count": ("outcomes", 2, {"events": "50%"}, "a whole number"),
    "two numbers": ("outcomes", 2, {"events": "1 or 2"}, "a whole number"),
    "a word that is near": ("arms", 2, {"modality": "re-ablation"}, "re_ablation (the nearest"),
    "the meaning of a word": (
        "arms",
        2,
        {"modality": "Partial nephrectomy"},
        "partial_nephrectomy (the nearest",
    ),
    "a word in capitals": ("arms", 2, {"energy": "RFA"}, "rfa (the nearest of"),
    "a word of no list": ("arms", 2, {"approach": "by magic"}, "percutaneous, laparoscopic"),
    "a required cell emptied": ("arms", 2, {"label": None}, "label is empty; allowed: a text"),
    "a required word emptied": ("arms", 2, {"unit": None}, "patient, tumour, procedure"),
    "an age of nobody": ("arms", 2, {"age": 999}, "18 to 110 years"),
    "a decimal number with a letter": ("arms", 2, {"age": "66.5y"}, "a number"),
    "a thousand or a fraction": ("arms", 2, {"age": "1,234"}, "1234 or 1.234"),
    "a year of two digits": ("studies", 2, {"year": 26}, "a year like 2026"),
    "a year before ablation": ("studies", 2, {"year": 1901}, "1981 or more"),
    "an end before the beginning": (
        "studies",
        2,
        {"recruited_from": 2010, "recruited_to": 2009},
        "recruited_from (2010) or more",
    ),
    "a day that can be two": (
        "arms",
        2,
        {"extracted_on": "03/11/2026"},
        "2026-03-11 or 2026-11-03",
    ),
    "a day that is none": ("arms", 2, {"extracted_on": "2026-02-30"}, "a date like 2026-11-23"),
    "a word for a day": ("arms", 2, {"extracted_on": "yesterday"}, "a date like 2026-11-23"),
    "a check before the reading": (
        "arms",
        2,
        {"checked_by": "bob", "checked_on": "2026-01-01"},
        "extracted_on (2026-11-23) or later",
    ),
    "a check by the reader": ("arms", 2, {"checked_by": "seed"}, "another person than"),
    "a truth value": ("studies", 2, {"in_index_review": True}, "made TRUE of it"),
    "a word for an error": ("arms", 2, {"label": "#REF!"}, "word for an error"),
    "pages that became a day": (
        "arms",
        2,
        {"source_place": NOW.replace(tzinfo=None, hour=0, minute=0)},
        "made the day 2026-12-01 of it",
    ),
    "a source that is no report": (
        "arms",
        2,
        {"source_record": "pmid:15882716"},
        "(the nearest is pmid:15882715)",
    ),
    "a follow-up without its unit": (
        "outcomes",
        2,
        {"followup_value": 13},
        "means nothing without",
    ),
    "a changed key": ("arms", 2, {"arm_id": "ablation"}, "re_ablation, as it was made"),
    "an emptied key": ("arms", 2, {"arm_id": None}, "re_ablation, as it was made"),
    "a key of another row": (
        "studies",
        2,
        {"study_id": "margue_2022"},
        "matsumoto_2005, as it was",
    ),
    "a damaged origin": ("arms", 2, {"_made_from": "1.abc"}, "left as it was, or emptied"),
    "another word for delete": ("arms", 2, {"_delete": "yes"}, "delete, or empty"),
    "an arm of no study": (
        "arms",
        7,
        {"study_id": "matsumoto_2006", "arm_id": "x"},
        "(the nearest is matsumoto_2005)",
    ),
    "a new row without its key": ("arms", 7, {"label": "A group"}, "arm_id is empty"),
    "a bare PMID": ("reports", 2, {"record_id": "15882715"}, "pmid: and digits"),
    "a DOI in capitals": ("reports", 2, {"record_id": "doi:10.1/A"}, "a DOI in small letters"),
    "a decision of no list": ("screen", 2, {"decision": "maybe"}, "include, exclude, unsure"),
    "a decision that is near": ("screen", 2, {"decision": "exlude"}, "exclude (the nearest of"),
    "a reason of no list": (
        "screen",
        2,
        {"decision": "exclude", "reason": "other organ"},
        "other_organ (the nearest of",
    ),
    "a reason without a decision": ("screen", 2, {"reason": "other_organ"}, "a decision"),
    "a note without a decision": ("screen", 2, {"note": "lung"}, "a decision"),
    "a changed record": ("screen", 2, {"record_id": "pmid:1", "decision": "include"}, "34088520"),
    "a changed stage": ("screen", 2, {"stage": "full_text"}, "allowed: title_abstract"),
    "a stage of no list": (
        "screen",
        9,
        {"record_id": "pmid:9", "stage": "abstract", "decision": "include"},
        "title_abstract",
    ),
    "a decision without a record": ("screen", 9, {"decision": "include"}, "record_id is empty"),
    "same or not": ("duplicates", 2, {"decision": "yes"}, "same, different"),
    "a decision for another event": ("events", 2, {"decision": "checked"}, "exclude, keep"),
    "a reason by its meaning": (
        "screen",
        2,
        {"decision": "exclude", "reason": "Not about the kidney"},
        "Did you mean other_organ?",
    ),
    "a word by its meaning": (
        "arms",
        2,
        {"energy": "Cold (cryoablation)"},
        "Did you mean cryo?",
    ),
    "kept without a reason": ("events", 2, {"decision": "keep"}, "why, since the protocol would"),
}


@pytest.mark.parametrize(("sheet", "row", "cells", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_cell_is_named_where_it_was_typed(review, sheet, row, cells, says):
    """By workbook, sheet and row; nothing is written, nothing else of the workbook either."""
    change = all_of(enter(sheet, row, **cells), enter("arms", 4, note="a right cell"))
    resaved("work.xlsx", change)
    message = refused("work.xlsx", why="misread")
    assert f"work.xlsx, sheet {sheet} row {row}: " in message
    assert says in message
    assert "Traceback" not in message


def test_a_changed_value_needs_a_reason(review):
    """Else it is named; with --why one reason serves all."""
    resaved("work.xlsx", enter("arms", 2, n_patients=2))
    assert "_why is empty; allowed: why n_patients is changed (or --why)" in refused("work.xlsx")
    taken("work.xlsx", why="misread")
    assert rows(CORRECTIONS)[0]["why"] == "misread"


def test_a_formula_is_not_taken(review):
    """Its result may be another one tomorrow."""

    def change(book):
        book["arms"].cell(2, column(book["arms"], "n_patients")).value = "=1+1"

    resaved("work.xlsx", change)
    assert "n_patients is '=1+1', but a formula is not taken; type its result" in refused(
        "work.xlsx"
    )


def test_an_emptied_row_is_no_row_taken_out(review):
    """The way to take one out is told."""

    def change(book):
        page = book["arms"]
        for number in range(1, column(page, "_made_from")):
            page.cell(2, number).value = None

    resaved("work.xlsx", change)
    assert "delete under _delete to take the row out" in refused("work.xlsx")


def test_an_arm_with_outcomes_is_not_taken_out_alone(review):
    """What hangs on it is named at its own table."""
    resaved("work.xlsx", enter("arms", 2, _delete="delete"))
    message = refused("work.xlsx", why="counted twice")
    assert "outcomes.csv row 2: arm_id is 're_ablation'; allowed: a value of arm_id in" in message


def test_a_row_twice_is_named(review):
    """A copy with the same key, and a decision twice."""

    def change(book):
        for name in ("arms", "screen"):
            page = book[name]
            for number in range(1, page.max_column + 1):
                page.cell(9, number).value = page.cell(2, number).value

    resaved("work.xlsx", change)
    message = refused("work.xlsx")
    assert message.count("each once") == 2


@pytest.mark.parametrize(
    ("sheet", "old", "new", "says"),
    [
        ("arms", "n_patients", "n_patinets", "(the nearest is n_patients)"),
        ("arms", "label", "", "no heading above column C'; allowed: its heading, one of label"),
        ("screen", "decision", "", "allowed: its heading, one of decision; or empty it"),
    ],
)
def test_a_renamed_column_is_named(review, sheet, old, new, says):
    """Its cells would be lost else."""

    def change(book):
        page = book[sheet]
        place = column(page, old)
        page.cell(2, place).value = "include"
        page.cell(1, place).value = new

    resaved("work.xlsx", change)
    message = refused("work.xlsx")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (
            lambda page: page.cell(2, 99, "ask Bob"),
            "column CU has no heading; what stands in it is not taken",
        ),
        (
            lambda page: page.delete_cols(column(page, "energy")),
            "without energy; nothing is changed there",
        ),
    ],
)
def test_a_column_too_many_or_too_few_is_told(review, change, note):
    """A margin is no column of the review; one that is gone changes nothing."""
    resaved("work.xlsx", lambda book: change(book["arms"]))
    ready = prepared("work.xlsx")
    assert ready.is_empty
    assert ready.compared.notes == [f"work.xlsx, sheet arms: {note}"]


@pytest.mark.parametrize(
    ("sheet", "first", "last", "cells"),
    [("screen", 2, 5, "I2:I5"), ("outcomes", 2, 3, "A2:A3")],
)
def test_merged_cells_are_named(review, sheet, first, last, cells):
    """They have one value, where a row each was meant."""

    def change(book):
        page = book[sheet]
        place = column(page, "decision" if sheet == "screen" else "study_id")
        page.merge_cells(start_row=first, end_row=last, start_column=place, end_column=place)

    resaved("work.xlsx", all_of(enter("screen", 2, decision="exclude"), change))
    message = refused("work.xlsx")
    assert f"sheet {sheet} row 2: found 'merged cells {cells}'; allowed: single cells" in message
    assert "\n" not in message


def test_a_title_above_the_headings_is_passed_over(review):
    """Merged over its row, as people do; rows are named as the spreadsheet counts them."""

    def change(book):
        page = book["arms"]
        page.insert_rows(1)
        page["A1"] = "My arms, third of May"
        page.merge_cells("A1:F1")
        page.cell(3, 16).value = "six"  # n_patients

    resaved("work.xlsx", change)
    message = refused("work.xlsx", why="misread")
    assert message.startswith("work.xlsx, sheet arms row 3: ")
    assert "\n" not in message


def test_every_mistake_is_named_at_once(review):
    """What is wrong in the workbook, and what check says of its cells; each cell once."""
    change = all_of(
        enter("screen", 2, decision="inklude"),
        enter("arms", 2, modality="Re-ablation", _why="misread"),
        enter("outcomes", 2, n_known="five", _why="misread"),
        enter("outcomes", 3, events=3),
        enter("outcomes", 4, source_place=NOW.replace(tzinfo=None, hour=0, minute=0)),
    )
    resaved("work.xlsx", change)
    message = refused("work.xlsx")
    assert [line.partition(", sheet ")[2].partition(" is ")[0] for line in message.split("\n")] == [
        "outcomes row 2: n_known",
        "outcomes row 3: _why",
        "outcomes row 3: events",
        "outcomes row 4: source_place",
        "arms row 2: modality",
        "screen row 2: decision",
    ]


def test_what_hangs_on_a_mistake_is_no_mistake_of_its_own(review):
    """A renamed study is named once, not at each row that refers to its new name."""
    change = all_of(
        enter("studies", 2, study_id="matsumoto_05"),
        enter("arms", 7, study_id="matsumoto_05", arm_id="x"),
    )
    resaved("work.xlsx", change)
    message = refused("work.xlsx")
    assert "matsumoto_2005, as it was made" in message
    assert "allowed: a value of study_id" not in message


def test_an_inclusion_with_a_reason_to_exclude_is_told(review):
    """One of the two is a slip; it is shown before anything is written."""
    resaved("work.xlsx", enter("screen", 2, decision="include", reason="other_organ"))
    assert "reason is 'other_organ', but the decision is include" in words.difference(
        prepared("work.xlsx").compared
    )


def test_a_sheet_without_its_key_is_named(review):
    """Its rows can't be known again."""
    resaved("work.xlsx", lambda book: book["arms"].delete_cols(2))
    assert "there is no column arm_id; name it in this row" in refused("work.xlsx")


def test_a_sheet_that_is_not_of_the_review_is_passed_over(review):
    """And told."""
    resaved("work.xlsx", lambda book: book.create_sheet("my own sums").append(["a", 1]))
    ready = prepared("work.xlsx")
    assert ready.is_empty
    assert "my own sums: passed over" in words.difference(ready.compared)


def test_two_workbooks_are_taken_one_after_the_other(review):
    """One message, not one a sheet."""
    shutil.copy("work.xlsx", "copy.xlsx")
    message = refused("work.xlsx", "copy.xlsx")
    assert message.startswith("copy.xlsx row 1: found 'screen, decided, duplicates, ")
    assert message.endswith("each sheet once; work.xlsx has it too: take one after the other")
    assert "\n" not in message


def test_a_file_of_which_no_sheet_is_known_is_named(review):
    """Else all that was done in it would be lost with the words nothing differs."""
    resaved(
        "work.xlsx", lambda book: book["screen"].delete_cols(column(book["screen"], "_made_from"))
    )
    as_csv("work.xlsx", "screen", "mine.csv")
    assert "mine.csv row 1: found 'mine'; allowed: a sheet of the workbook" in refused("mine.csv")


def test_one_sheet_comes_once(review):
    """Two files of one sheet would be two answers."""
    as_csv("work.xlsx", "arms", "arms.csv")
    as_csv("work.xlsx", "arms", "arms (1).csv")
    message = refused("arms.csv", "arms (1).csv")
    assert "arms (1).csv row 1: found 'arms'; allowed: each sheet once; arms.csv has it" in message


def test_doubtful_letters_are_named_in_a_csv_of_unknown_code(review):
    """Letters that were changed; those that stood there are known."""
    resaved("work.xlsx", enter("arms", 2, note="für sich"))
    as_csv("work.xlsx", "arms", "arms.csv", encoding="cp1252")
    message = refused("arms.csv", why="read again")
    assert 'does not tell its letters for sure; save it as "CSV UTF-8"' in message
    assert message.count("\n") == 0


@pytest.mark.parametrize("who", ["", "seed", "Ann Lee", "../ann", "ann/bob", "-ann", "a" * 41, "ä"])
def test_a_name_that_calls_no_file_is_refused(review, who):
    """It becomes the name of a file."""
    assert "a name of letters, digits" in refused("work.xlsx", who=who)


def test_an_unreadable_table_stops_everything(review):
    """It can't be compared with."""
    resaved("work.xlsx", enter("screen", 2, decision="include"))
    Path(ARMS).write_bytes(b"study_id\nM\xe4rz\n")
    with pytest.raises(TableError, match="CSV UTF-8"):
        prepared("work.xlsx")


def test_mistakes_that_were_there_before_stop_nobody(review):
    """Only what the workbook would add."""
    table = tables.read(OUTCOMES)
    spoilt = [table.cells[0] | {"events": "9"}, *table.cells[1:]]
    tables.write(OUTCOMES, table.columns, spoilt)
    made("again.xlsx")
    resaved("again.xlsx", enter("arms", 2, age=61, age_average="median"))
    taken("again.xlsx")
    assert rows(ARMS)[0]["age"] == "61"


# --- the command ---------------------------------------------------------------------------------


def test_the_difference_is_shown_and_asked_for(review):
    """Cell by cell; at no, nothing is written."""
    change = all_of(
        enter("arms", 2, n_patients=2, _why="misread\u202e"),
        enter("screen", 2, decision="include"),
        enter("arms", 3, source_place="abstract\u00a0"),
    )
    resaved("work.xlsx", change)
    before = everything()
    done = CliRunner().invoke(cli.app, ["take", "work.xlsx", "--as", "ann"], input="n\n")
    assert done.exit_code == 1
    assert everything() == before
    for line in (
        "resources/extraction/arms.csv: matsumoto_2005, re_ablation",
        "    n_patients: 1 -> 2",
        "    why: misread\\u202e",
        "    pmid:34088520, title_abstract: include",
        "1 cell changed, 1 decision added",
        "Write this? [y/N]: n",
        "Nothing was written.",
    ):
        assert line in done.output
    done = CliRunner().invoke(cli.app, ["take", "work.xlsx", "--as", "ann", "--yes"])
    assert done.exit_code == 0
    assert "Written: resources/extraction/corrections.csv, " in done.output
    assert rows(ARMS)[0]["n_patients"] == "2"
