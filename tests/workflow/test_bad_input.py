"""Bad input gets one clear message and exit code 1, and changes nothing."""

import pytest
from invented import include

OUTCOMES = "resources/extraction/outcomes.csv"


def unchanged(review, printed_by):
    before = review.digests()
    printed = printed_by()
    assert review.digests() == before
    return printed


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("config/config.yaml", "outcome: recurrence", "outcom: recurrence", "outcom"),
        ("config/config.yaml", "outcome: recurrence", "outcome: recurence", "recurrence"),
        ("config/config.yaml", "pico:", "\tpico:", "a tab"),
        ("config/codebook.yaml", "type: integer", "type: whole", "integer"),
        (OUTCOMES, "n_known", "n_knwon", "n_known"),
        (OUTCOMES, ",1,1,1,", ",1,1,2,", "0 to n_known (1)"),
        (OUTCOMES, ",1,1,1,", ",1,1,one,", "a whole number"),
        (OUTCOMES, "matsumoto_2005,", "matsumoto_2050,", "matsumoto_2005"),
        ("resources/decisions/screening/seed.csv", ",include,", ",maybe,", "include, exclude"),
        ("resources/imports/manifest.csv", "hand-search.csv", "hand-serach.csv", "name of a file"),
        ("resources/imports/manifest.csv", ",hand,", ",by hand,", "databases, registers"),
        ("resources/imports/2026-11-23-hand-search.csv", "Cancers", "Canters", "digest"),
        ("resources/published/totals.csv", "71.9", "72.9", "71.9, which is 179 of 249"),
    ],
)
def test_a_mistake_is_named(working, path, old, new, message):
    """The file and what is allowed are said; the page stays as it was."""
    working.edit(path, old, new)
    printed = unchanged(working, lambda: working.run(code=1))
    last = printed[-3000:]
    assert path in last
    assert message in last
    assert "Traceback" not in printed
    assert path in working.command("check", code=1)


@pytest.mark.parametrize("path", ["config/config.yaml", "config/codebook.yaml"])
def test_a_lacking_config_is_named(working, path):
    """No file, one sentence."""
    (working.folder / path).unlink()
    assert f"{path}: there is no such file" in unchanged(working, lambda: working.run(code=1))


def test_all_mistakes_at_once(working):
    """A run names every mistake of every table."""
    working.edit(OUTCOMES, ",1,1,1,", ",1,1,2,")
    working.edit("resources/extraction/studies.csv", ",2005,", ",soon,")
    printed = working.run(code=1)
    assert "outcomes.csv row 2: events is '2'" in printed
    assert "studies.csv row 2: year is 'soon'" in printed


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["byte order mark", "windows line ends"],
)
def test_forms_of_spreadsheets_are_taken(working, change):
    """Unambiguous forms of a table are no mistakes."""
    path = working.folder / OUTCOMES
    path.write_bytes(change(path.read_text()).encode())
    working.run()


def test_semicolons_are_taken(working):
    """A spreadsheet in a land of decimal commas writes semicolons."""
    path = working.folder / "resources/extraction/reports.csv"
    rows = working.table("extraction/reports.csv")
    header, *lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    quoted = [";".join(f'"{cell}"' for cell in line) for line in lines]
    path.write_text("\n".join([";".join(header), *quoted]))
    working.run()


@pytest.mark.parametrize("keep_header", [True, False])
def test_empty_tables_are_valid(working, keep_header):
    """A review without a study has a page that says so."""
    for table in ("studies", "reports", "arms", "outcomes"):
        path = working.folder / f"resources/extraction/{table}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n" if keep_header else "")
    working.run()
    assert "No eligible study reports this yet" in working.page()


def test_included_but_not_extracted_waits(working):
    """A study that people included and nobody extracted is listed, and no error."""
    for person in ("ann", "bob"):
        working.write_table(
            f"decisions/screening/{person}.csv",
            [include("1", "pmid:34088520", person)],
        )
    rows = working.table("extraction/reports.csv")
    working.write_table(
        "extraction/reports.csv",
        [row for row in rows if row["record_id"] != "pmid:34088520"] or rows[:1],
    )
    for table in ("studies", "arms", "outcomes"):
        kept = {row["study_id"] for row in working.table("extraction/reports.csv")}
        rows = [row for row in working.table(f"extraction/{table}.csv") if row["study_id"] in kept]
        working.write_table(f"extraction/{table}.csv", rows)
    assert "to extract: 1" in working.run()
