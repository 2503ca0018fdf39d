"""Fields that every source writes in its own way come out in one form."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.records import authors, fields


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1016/J.EURURO.2020.01.001", "10.1016/j.eururo.2020.01.001"),
        ("https://doi.org/10.1002/Abc", "10.1002/abc"),
        ("http://dx.doi.org/10.1016%2fj.x.2", "10.1016/j.x.2"),
        ("https://doi.org/10.1002/abc?via=ihub", "10.1002/abc"),
        ("doi:10.1000/xyz.", "10.1000/xyz"),
        ("10.1000/xyz [doi]", "10.1000/xyz"),
        ("(10.1016/s0022-5347(05)00001-2)", "10.1016/s0022-5347(05)00001-2"),
        (
            "10.1002/(SICI)1097-0142(19960215)77:4<741::AID-CNCR22>3.0.CO;2-G",
            "10.1002/(sici)1097-0142(19960215)77:4<741::aid-cncr22>3.0.co;2-g",
        ),
        ("http://a.b/c?id=doi:10.4103%2F23.1&title=Ten+10.1", "10.4103/23.1"),
        ("10.1", ""),
        ("10.1000/", ""),
        ("210.1000/x", ""),
        ("none", ""),
        ("10.1000/" + "x" * 400, ""),
    ],
)
def test_doi_is_bare_and_lower_case(written, doi):
    """Resolver, label, case and punctuation around a DOI are no part of it."""
    assert fields.doi(written) == doi


@pytest.mark.parametrize(
    ("written", "pmid"),
    [
        ("34088520", "34088520"),
        ("34088520.0", "34088520"),
        ("PMID: 123", "123"),
        ("26957754[pmid]", "26957754"),
        ("0", ""),
        ("123456789", ""),
        ("PMC123456", ""),
        ("L373791783", ""),
        ("١٢٣", ""),
        ("", ""),
    ],
)
def test_pmid_is_digits_or_nothing(written, pmid):
    """A number of another kind is never taken for a PMID."""
    assert fields.pmid(written) == pmid


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2019 Nov-Dec", "2019"),
        ("1998 Dec-1999 Jan", "1998"),
        ("Summer 1979", "1979"),
        ("2001/09/01/", "2001"),
        ("20150911", "2015"),
        ("10 15", ""),
        ("99", ""),
        ("123456", ""),
    ],
)
def test_year_is_the_first_four_digits_that_can_be_one(written, year):
    """Ranges, seasons and full dates give their first year; a wrong year gives none."""
    assert fields.year(written) == year


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [
        ("377", "86", "377-86"),
        ("1-22", "", "1-22"),
        ("e0815", "", "e0815"),
        ("5", "5", "5"),
        ("", "9", "9"),
        ("No", "Specified", ""),
    ],
)
def test_pages_stay_as_given(start, end, pages):
    """First and last page are joined, nothing is completed."""
    assert fields.pages(start, end) == pages


def test_issn_leaves_isbn_out():
    """All ISSNs of a text in one form, each once."""
    assert fields.issn("03064530 (ISSN), 0306-4530 2049-363x 978-1-4822-5326-9") == (
        "0306-4530; 2049-363X"
    )


def test_a_record_is_named_by_pmid_then_doi_then_content():
    """The digest of what describes a record ignores case and spaces, and nothing else."""
    described = ("A  Title", "Doe J; Roe R", "2020", "J Test", "1-2")
    same = ("a title", "DOE J", "2020", "J  Test", "1-2")
    name = fields.record_id("", "", *described)
    assert fields.record_id("7", "10.1000/x", *described) == "pmid:7"
    assert fields.record_id("", "10.1000/x", *described) == "doi:10.1000/x"
    canonical = '["a title","doe j","2020","j test","1-2"]'
    assert name == "rec:" + hashlib.sha256(canonical.encode()).hexdigest()[:16]
    assert fields.record_id("", "", *same) == name
    assert fields.record_id("", "", *described[:-1], "1-3") != name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Marx, Karl Heinrich", "Marx KH"),
        ("Shannon,Claude E.", "Shannon CE"),
        ("Dupont, Jean-Pierre", "Dupont JP"),
        ("Liu, X.-M.", "Liu XM"),
        ("Liu, XM", "Liu XM"),
        ("SMITH, JOHN", "SMITH J"),
        ("Liu R.", "Liu R"),
        ("Adler D.G.", "Adler DG"),
        ("Smith AB", "Smith AB"),
        ("van de Schoot, Rens", "van de Schoot R"),
        ("Beethoven, Ludwig van", "Beethoven L"),
        ("Smith, John, Jr.", "Smith J Jr"),
        ("Smith, John A., III", "Smith JA 3rd"),
        ("Smith, John, MD, PhD", "Smith J"),
        ("Catarina Barata", "Catarina Barata"),
        ("Plato", "Plato"),
        (
            "Kidney Cancer Study Group, European Branch",
            "Kidney Cancer Study Group, European Branch",
        ),
        ("ÅÄÖ, Émile", "ÅÄÖ É"),
    ],
)
def test_authors_have_medlines_form(written, name):
    """Family name and initials; collective names and names of one word stay as they stand."""
    assert authors.one(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "Liu R, Adler DG, Marx K",
        "Liu R., Adler D.G., Marx K.",
        "Liu, R., Adler, D.G., Marx, K.",
        "Liu R.; Adler D.G.; Marx K.",
        "Liu, Rong; Adler, Douglas G; Marx, Karl",
        "Liu, R. and Adler, D. G. and Marx, K.",
        "['Liu, Rong', 'Adler, Douglas G', \"Marx, Karl\"]",
        "Liu R|Adler DG|Marx K",
    ],
)
def test_a_cell_of_authors_is_taken_apart(written):
    """Every separator that databases use gives the same names."""
    assert [name.short for name in authors.many(written)] == ["Liu R", "Adler DG", "Marx K"]


def test_one_author_with_a_comma_is_one():
    """A comma between family and given name doesn't make two authors."""
    assert authors.many("Askarpour, Mohammad") == [("Askarpour M", "Askarpour, Mohammad")]
    assert authors.many("O'Brien, Pat") == [("O'Brien P", "O'Brien, Pat")]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
def test_no_text_breaks_a_field(text):
    """Whatever is written, each field is one clean line or nothing, and stays itself."""
    for form in (fields.doi, fields.pmid, fields.pmcid, fields.year, fields.issn, fields.abstract):
        value = form(text)
        assert value == fields.clean(value) == form(value)
    assert all(name == fields.clean(name) for both in authors.many(text) for name in both)
    assert authors.one(text) == fields.clean(authors.one(text))
