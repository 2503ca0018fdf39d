"""Which record an entry is."""

import pandas as pd
import pytest
from dedup_cases import LIBRARIES, nothing, record, table
from hypothesis import given, settings

from living_review import dedup
from living_review.dedup.identity import MARKING
from living_review.records import RECORD_COLUMNS

DOI = "doi:10.1000/supplement"
PLACE = ("record_id", "source", "position")
ONE = record(record_id=DOI)
OTHER = record(record_id=DOI, title="Urinary markers of kidney stones in children",
               authors="Shah P; Roy A", pages="1140")  # fmt: skip


def known(*records):
    """Members under their final ids."""
    batch = table(*records)
    return dedup.prepare(batch.assign(record_id=dedup.identify(batch, nothing())["record_id"]))


def test_found_again():
    """The id of a known record and an agreeing title: that record, whatever else changed."""
    again = ONE | {"title": ONE["title"].upper() + ".", "pages": "", "authors": "Okhunov Z"}
    found = dedup.identify(table(again), known(ONE))
    assert found.to_dict("records") == [
        {"base_id": DOI, "record_id": DOI, "found_again": DOI, "also": "", "kept": True},
    ]
    assert not dedup.identify(table(ONE), known(ONE))["kept"][0]


def test_another_under_the_same_id():
    """A title that disagrees is another record: the known one keeps its id."""
    found = dedup.identify(table(OTHER), known(ONE))["record_id"][0]
    base, mark = found.split("~")
    assert base == DOI
    assert len(mark) == 8
    assert int(mark, 16) >= 0


def test_both_are_found_again():
    """Records that share an id keep theirs, in a batch of both, in any order."""
    library = known(ONE, OTHER)
    ids = list(library["record_id"])
    found = dedup.identify(table(OTHER, ONE, OTHER), library)
    assert list(found["record_id"]) == [ids[1], ids[0], ids[1]]
    assert (found["found_again"] == found["record_id"]).all()


def test_an_erratum_is_not_its_article_found_again():
    """A notice under the DOI of its article is a record of its own."""
    erratum = ONE | {"title": "Erratum: " + ONE["title"]}
    assert "~" in dedup.identify(table(erratum), known(ONE))["record_id"][0]


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [
        ("rec:1", {"title": "Editor's comments", "issue": "1"}, {"issue": "2"}),
        ("rec:1", {"title": "Editor's comments", "volume": ""}, {"volume": "24"}),
        ("7", {"title": "Editorial"}, {"authors": "Shah P"}),
        (DOI, {"pages": "S4-S5"},
         {"title": f"{ONE['title']} (con)", "authors": "Saglani S", "pages": "S5-S6"}),
    ],
)  # fmt: skip
def test_like_titles_are_not_one_record(base, one, other):
    """Columns of two issues, and two sides of a debate under one DOI, are two records each."""
    one = record(record_id=base, doi=DOI[4:] if base == DOI else "") | one
    other = one | other
    library = known(one, other)
    assert list(library["record_id"].str.partition("~")[0]) == [base, base]
    ids = list(library["record_id"])
    found = dedup.identify(table(other, one), library)
    assert list(found["found_again"]) == ids[::-1]


def test_a_pmid_is_that_of_one_record():
    """Medline gives an editorial another place once it is printed."""
    early = record(record_id="pmid:7", doi="", title="Editorial", volume="", pages="1-2")
    printed = early | {"volume": "24", "pages": "345-346"}
    assert list(dedup.identify(table(printed), known(early))["found_again"]) == ["pmid:7"]


def test_an_entry_without_title_has_its_pmid_alone():
    """A PMID is that of one record; many works may share a DOI."""
    untitled = {"title": "", "pages": ""}
    assert dedup.identify(table(ONE | untitled), known(ONE))["found_again"][0] == ""
    of_medline = ONE | {"record_id": "pmid:7"}
    again = dedup.identify(table(of_medline | untitled), known(of_medline))
    assert again["found_again"][0] == "pmid:7"


@pytest.mark.parametrize("field", ["source", "position"])
def test_where_it_was_found_is_no_part_of_the_id(field):
    """An entry has one id in whichever file it comes."""
    batch = table(ONE, OTHER).assign(source="a", position=["1", "2"])
    elsewhere = batch.assign(**{field: ["x", "y"]})
    ids = [dedup.identify(one, nothing())["record_id"] for one in (batch, elsewhere)]
    pd.testing.assert_series_equal(*ids)


def test_a_marked_id_stays_when_records_say_more():
    """No id depends on a field that records got later; this one is older than those fields."""
    early = dict.fromkeys(RECORD_COLUMNS, "") | OTHER
    later = dict.fromkeys(set(RECORD_COLUMNS) - {*PLACE, *MARKING}, "said since")
    assert later
    for entry in (early, early | later):
        batch = pd.DataFrame([entry], columns=list(RECORD_COLUMNS), dtype="str")
        found = dedup.identify(batch, known(ONE))
        assert list(found["record_id"]) == [f"{DOI}~0edab546"]


@given(LIBRARIES)
@settings(max_examples=40, deadline=None)
def test_a_batch_twice_is_the_batch_once(batch):
    """Every entry of a batch that comes again is found again, under the id that it has."""
    shared = batch.assign(record_id=[f"pmid:{n % 3}" for n in range(len(batch))])
    once = dedup.identify(shared, nothing())
    new = shared.assign(record_id=once["record_id"])[once["found_again"] == ""]
    twice = dedup.identify(shared, dedup.prepare(new.reset_index(drop=True)))
    assert (twice["found_again"] == once["record_id"]).all()
