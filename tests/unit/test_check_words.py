"""What `check` tells people, GitHub and programs: everything wrong at once, and where."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from living_review import check, check_words, cli, tables
from living_review.check import Found
from living_review.errors import Problem, TableError
from living_review.names import Plan
from living_review.nearest import meant
from living_review.report import gathered
from living_review.schemas import KeyProblem

ROOT = Path(__file__).resolve().parents[2]
ARMS = "resources/extraction/arms.csv"
OUTCOMES = "resources/extraction/outcomes.csv"


@pytest.fixture
def review(tmp_path, monkeypatch):
    """The shipped review's config and tables, to be spoilt."""
    for folder in ("config", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return tmp_path


def spoil(path, old, new):
    file = Path(path)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def told(*arguments):
    """Exit code and what was printed."""
    done = CliRunner().invoke(cli.app, ["check", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("log", ["run_log", "trigger_log"])
@pytest.mark.parametrize("config", ["right", "wrong"])
def test_a_log_that_cannot_be_read_is_named_and_no_page_is_made_of_it(review, log, config):
    """The page would say that nothing was searched, or that nobody asked."""
    Path(f"resources/{log}.csv").write_text('time,version\n2026-11-02T04:17:00Z,"open\n')
    if config == "wrong":
        spoil("config/config.yaml", "review:", "reviewed:")
    message = f"resources/{log}.csv row 2: found 'an open quotation mark'"
    code, said = told()
    assert code == 1
    assert message in said
    with pytest.raises(TableError, match=message):
        gathered.of_plan(Plan({}, ()), [])


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("RFA", "rfa"),
        ("Radiofrequency", "rfa"),
        ("radio-frequency", "rfa"),
        ("crio", "cryo"),
        ("Cryoablation", "cryo"),
        ("micro wave", "mwa"),
        ("surgery", ""),
        ("hot", ""),
        ("", ""),
        ("???", ""),
    ],
)
def test_the_nearest_allowed_value_is_offered(word, near):
    """By its name or by what it means, whatever the capitals; nothing where nothing is near."""
    energies = {"rfa": "Radiofrequency", "cryo": "Cryoablation", "mwa": "Microwave"}
    assert meant(word, energies) == near


def test_the_opposite_is_not_offered():
    """However alike the words look."""
    assert meant("include", ["exclude", "keep", "checked"]) == ""


def test_a_right_review_is_called_right(review):
    """Exit code 0, and every table with its rows."""
    code, output = told()
    assert code == 0
    assert "No mistakes in resources/extraction/studies.csv (5 rows)" in output


def test_mistakes_of_all_files_come_at_once(review):
    """An unreadable table hides no mistake of another, nor of a ledger."""
    Path("resources/extraction/studies.csv").write_bytes(b"study_id\nM\xe4rz\n")
    spoil(OUTCOMES, "no_evidence_of_disease,1,1,1", "no_evidence_of_disease,1,1,7")
    spoil("resources/decisions/screening/seed.csv", ",exclude,", ",exlude,")
    code, output = told()
    assert code == 1
    for words in (
        "studies.csv row 2: found",
        "outcomes.csv row 2: events is '7'; allowed: 0 to n_known (1)",
        "'exlude'; allowed: exclude (the nearest of include, exclude, unsure, awaiting)",
        "3 mistakes to be put right",
    ):
        assert words in output


def test_a_wrong_config_hides_no_unreadable_table(review):
    """What needs no protocol is looked at all the same."""
    spoil("config/config.yaml", "outcome: recurrence", "outcom: recurrence")
    spoil(ARMS, "study_id,arm_id", "study_id,study_id")
    code, output = told()
    assert code == 1
    assert "config/config.yaml line" in output
    assert "arms.csv row 1: study_id is 'study_id'; allowed: each column name once" in output


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2026-05-07 00:00:00", "made a date of it"),
        ("07. May", "made a date of it"),
        ("Feb-03", "made a date of it"),
        ("1.58827E+07", "cut a long number"),
        ("#REF!", "word for an error"),
        ("########", "word for an error"),
    ],
)
def test_what_a_spreadsheet_spoilt_is_a_warning(review, cell, words):
    """It is named with file, row and column; the exit code stays 0."""
    rows = tables.read(OUTCOMES)
    cells = [row | {"source_place": cell} for row in rows.cells[:1]] + rows.cells[1:]
    tables.write(OUTCOMES, rows.columns, cells)
    code, output = told()
    assert code == 0
    assert f"warning: {OUTCOMES} row 2: source_place is {cell!r}" in output
    assert words in output
    assert "; 1 warning" in output


def test_programs_get_every_field(review):
    """Level, file, row, column, value, rule and the nearest allowed value."""
    spoil(ARMS, ",re_ablation,rfa,", ",Re-Ablation,rfa,")
    code, output = told("--format", "json")
    assert code == 1
    said = json.loads(output)
    assert (said["errors"], said["warnings"]) == (1, 0)
    (problem,) = said["problems"]
    assert problem.pop("rule").startswith("re_ablation (the nearest of")
    assert problem == {
        "level": "error",
        "file": ARMS,
        "row": 2,
        "column": "modality",
        "value": "Re-Ablation",
        "nearest": "re_ablation",
    }


def test_a_pull_request_is_annotated_at_the_line_of_the_row(review):
    """A cell with line breaks above makes the line of the file another than the row."""
    rows = tables.read(OUTCOMES)
    cells = [row | {"quote": "one\ntwo\nthree"} for row in rows.cells]
    cells[1]["events"] = "9"
    tables.write(OUTCOMES, rows.columns, cells)
    code, output = told("--format", "github")
    assert code == 1
    assert output.splitlines()[0].startswith(
        f"::error file={OUTCOMES},line=5,title=events::{OUTCOMES} row 3: events is '9'"
    )


def test_a_review_in_a_folder_of_the_repository_is_annotated_there(review, monkeypatch):
    """GitHub wants paths from the root of the repository."""
    found = Found([Problem(ARMS, 2, "energy", "x", "y")], {})
    command = check_words.github(found, {"GITHUB_WORKSPACE": str(review.parent)})
    assert command.startswith(f"::error file={review.name}/{ARMS},line=2,")


def test_no_cell_writes_a_command_for_github(review):
    """Percent signs, line ends, colons and commas come escaped, as GitHub reads them."""
    problem = Problem("a,b:c%.csv", 2, "x\n::error::y", "50%\r\n::stop-commands::z", "a\nb")
    first, *others = check_words.github(Found([problem], {}), {}).splitlines()
    assert first.startswith(
        "::error file=a%2Cb%3Ac%25.csv,line=2,title=x%0A%3A%3Aerror%3A%3Ay::a,b:c%25.csv row 2:"
    )
    assert first.endswith("allowed: a%0Ab")
    assert others == ["1 mistake to be put right"]


def test_a_wrong_key_of_the_config_has_its_line():
    """YAML files are annotated by line and key; a file that can't be read by its name."""
    wrong = [
        KeyProblem("config/config.yaml", 12, "picos", "is not a known key", "pico"),
        "config/codebook.yaml: there is no such file",
    ]
    one, other, _ = check_words.github(Found(wrong, {}), {}).splitlines()
    assert one.startswith("::error file=config/config.yaml,line=12,title=picos::")
    assert other.startswith("::error file=config/codebook.yaml::config/codebook.yaml: there is no")


def test_an_unknown_format_is_refused(review):
    """The three that there are get named."""
    code, output = told("--format", "xml")
    assert code == 2
    assert "text, json, github" in output


def test_the_workflow_takes_warnings_and_refuses_mistakes(review):
    """What `check` calls a warning stops no page."""
    rows = tables.read(OUTCOMES)
    suspicious = rows.cells[0] | {"source_place": "07. May"}
    tables.write(OUTCOMES, rows.columns, [suspicious, *rows.cells[1:]])
    assert check.everything()["rows"][OUTCOMES] == 4
    tables.write(OUTCOMES, rows.columns, [suspicious | {"basis": "Abstract"}, *rows.cells[1:]])
    with pytest.raises(check.TableError, match="'Abstract'; allowed: abstract"):
        check.everything()
