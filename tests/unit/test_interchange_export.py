"""What waits for screening can be taken to other programs and back, and nothing is lost."""

import csv
import io

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from interchange_cases import made

from living_review import records, tables
from living_review.interchange import export

CARRIED = (
    "title", "authors", "names", "year", "journal", "volume", "issue", "pages", "issn", "abstract",
    "doi", "pmid", "pmcid", "language", "publication_types",
)  # fmt: skip


@pytest.mark.parametrize("format_", list(export.WRITERS))
@settings(deadline=None, max_examples=150)
@given(given_records=st.lists(made, min_size=1, max_size=4))
def test_what_is_written_reads_back(tmp_path_factory, format_, given_records):
    """Every field of every record, by our own readers, under the id that it had."""
    path = tmp_path_factory.mktemp("out") / f"queue.{format_}"
    path.write_text(export.WRITERS[format_](given_records))
    left_out = export.unwritten(given_records, format_)
    written = [one for one in given_records if one["record_id"] not in left_out]
    if not written:
        return
    assert records.format_of(path) == format_
    found, quarantined = records.read(path, format_, "queue")
    assert len(quarantined) == 0
    assert len(found) == len(written)
    for one, back in zip(written, found.to_dict("records"), strict=True):
        for field in CARRIED:
            expected = tables.harmless(one[field]) if format_ == "csv" else one[field]
            assert back[field] == expected, field
        if one["pmid"] or one["doi"]:
            assert back["record_id"] == one["record_id"]


@given(st.lists(made, min_size=1, max_size=3))
def test_no_cell_is_run_as_a_formula(given_records):
    """A title that begins with = is text to a spreadsheet."""
    rows = list(csv.reader(io.StringIO(export.as_csv(given_records))))
    assert all(cell == tables.harmless(cell) for row in rows for cell in row)


@given(st.lists(made, min_size=1, max_size=3))
def test_the_id_stands_where_programs_give_it_back(given_records):
    """In a column and a note of the table; in the note and the reference's id of RIS."""
    rows = list(csv.DictReader(io.StringIO(export.as_csv(given_records))))
    entries = rispy.loads(export.as_ris(given_records))
    for one, row, entry in zip(given_records, rows, entries, strict=True):
        assert row["living_review_id"] == row["key"] == one["record_id"]
        assert row["notes"] == f"living_review_id: {one['record_id']}"
        assert entry["notes"] == [f"living_review_id: {one['record_id']}"]
        assert entry["id"] == one["record_id"]
        assert "record_id" not in row  # ASReview 1 refuses a column of that name without numbers


def test_nbib_names_what_it_can_not_hold():
    """A record without PMID is no MEDLINE record."""
    made_up = [
        {"record_id": "pmid:1", "pmid": "1"},
        {"record_id": "doi:10.1000/a", "pmid": ""},
    ]
    assert export.unwritten(made_up, "nbib") == ["doi:10.1000/a"]
    assert export.unwritten(made_up, "ris") == []
