"""Two spellings of one fact have one normal form."""

import pandas as pd
import pytest
from dedup_cases import record, table
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import dedup
from living_review.dedup import people, places, titles
from living_review.dedup.members import FIELDS, KEYS, READ


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("&lt;i&gt;TNF-\u03b1&lt;/i&gt; in <sup>31</sup>P spectra", "tnf alpha in 31p spectra"),
        ("Crohn\u2019s disease", "crohns disease"),
        ("Műtéti kezelés", "muteti kezeles"),
        ("[Cognitive disorders in stroke]. [Russian]", "cognitive disorders in stroke"),
        ("Robustness.[Erratum appears in Brain Inj 2011;25:3]", "robustness"),
        ("RETRACTED: A trial of ablation", "a trial of ablation"),
        ("A L C O H O L and l i v e r", "alcoholandliver"),
        ("#NAME?", ""),
        ("UNKNOWN", ""),
        ("Лечение опухоли", "лечение опухоли"),
    ],
)
def test_titles(given, words):
    """Marks, entities, accents and remarks of indexers are no part of a title."""
    assert titles.title(given).words == words


def test_title_in_two_languages():
    """Brackets behind a title hold its translation, which is kept for itself."""
    found = titles.title("Arbeit in der Crowd: eine Perspektive [Crowdwork: a perspective]")
    assert found.words == "arbeit in der crowd eine perspektive"
    assert found.translation == "crowdwork a perspective"


@pytest.mark.parametrize(
    ("given", "notice"),
    [
        ("Correction to: Ablation of the kidney", "erratum"),
        ("Ablation of the kidney (vol 12, pg 305, 2017)", "erratum"),
        ("Re: Ablation of the kidney", "comment"),
        ("Reply to Ablation of the kidney", "comment"),
        ("Retraction of Ablation of the kidney", "retraction"),
        ("Ablation of the kidney (reprinted from Urology, vol 4, 2013)", "reprint"),
        ("Ablation of the kidney: protocol of a trial", "protocol"),
        ("Corrections officers and their health", ""),
        ("Response of rats to heat", ""),
        ("Retracted: Ablation of the kidney", ""),
    ],
)
def test_notices(given, notice):
    """What is about an article, and not the article, is told by its title."""
    assert titles.title(given).notice == notice


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ("Part II: phase 3 trial", "2 3"),
        ("Phase I of vitamin D", "1"),
        ("Five-year results at 36 months", "5 36"),
        ("I and you", ""),
    ],
)
def test_numbers_of_titles(given, numbers):
    """Roman numerals and number words count as numbers; a lone `I` does not."""
    assert titles.title(given).numbers == numbers


@pytest.mark.parametrize(
    ("given", "first", "names"),
    [
        ("Adeli K; Lewis GF", "adeli", "adeli lewis"),
        ("Adeli K.Lewis G. F.", "adeli", "adeli lewis"),
        ("Adeli, Khosrow and Lewis, Gary F.", "adeli", "adeli gary khosrow lewis"),
        ("K. Adeli; G. F. Lewis", "adeli", "adeli lewis"),
        ("Adeli KhosrowLewis Gary F.", "adeli", "adeli gary khosrow lewis"),
        ("van der Berg WJG; O'Neil A", "vanderberg", "berg oneil"),
        ("Smith J, Jones K", "smith", "jones smith"),
        ("Du K", "du", ""),
        ("Anonymous", "", ""),
        ("; .", "", ""),
    ],
)
def test_authors(given, first, names):
    """First author and names, however lists of authors are written."""
    found = people.authors(given)
    assert found.first == first
    assert set(names.split()) <= set(found.names.split()) <= {*names.split(), first}


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("482-91", "482", "491"),
        ("482 -- 491", "482", "491"),
        ("S15-S19", "15", "19"),
        ("e451-8", "451", "458"),
        ("Article 104", "104", ""),
        ("1-113, iii-iv", "1", "113"),
        ("01-Aug", "1", "8"),
        ("Mar-20", "3", "20"),
        ("215 p", "", ""),
        ("N.PAG", "", ""),
        ("9" * 5000, "9" * 12, ""),
    ],
)
def test_pages(given, first, last):
    """Page ranges are whole numbers, also where a spreadsheet made dates of them."""
    assert places.pages(given) == (first, last)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("https://doi.org/10.1042/BST20130279", "10.1042/bst20130279"),
        ("doi:10.1016/S0029-7844%2801%2901368-0", "10.1016/s0029-7844(01)01368-0"),
        ("10.3779/10.3779/j.issn.1009", "10.3779/j.issn.1009"),
        ("10.1002/x.1 [pii]", "10.1002/x.1"),
        (
            "10.1002/(SICI)1097(1998)62:6<385::AID-TERA5>3.0.CO;2-Z",
            "10.1002/(sici)1097(1998)62:6<385::aid-tera5>3.0.co;2-z",
        ),
        ("10.1016/", ""),
        ("see text", ""),
    ],
)
def test_dois(given, name):
    """A DOI is its name without resolver, percent signs and what stands behind it."""
    assert places.doi(given) == name


@pytest.mark.parametrize(
    ("given", "number"),
    [("12 (4) (no pagination)", "12"), ("1)", ""), ("(Jul)", ""), ("Ph.D.", ""), ("XII", ""),
     ("IV", "4"), ("035", "35")],
)  # fmt: skip
def test_volumes(given, number):
    """The volume is a number; issues in brackets and degrees are none."""
    assert places.volume(given) == number


def test_isbn_is_no_issn():
    """An ISSN is eight digits that stand alone; an ISBN has no ISSN in it."""
    assert places.issn("978-1-4673-2975-0") == ""
    assert places.issn("0300-5127\n1470872X") == "03005127 1470872x"


def test_versions_share_a_stem():
    """Updates of a Cochrane review share a DOI stem, which its number makes up too."""
    journal = "Cochrane Database Syst Rev"
    stem = "10.1002/14651858.cd000144"
    assert places.stem(stem + ".pub3", "", journal) == stem
    assert places.stem("", "CD000144", journal) == stem
    assert places.stem("", "CD000144", "J Urol") == ""
    assert places.stem("10.48550/arxiv.2101.00001v2", "", "arXiv") == "10.48550/arxiv.2101.00001"
    assert places.stem("10.21203/rs.3.rs-100000/v1", "", "") == "10.21203/rs.3.rs-100000"


def test_no_records():
    """A library of nothing has all columns, each of its type."""
    members = dedup.prepare(table())
    assert list(members.columns) == [*FIELDS, *KEYS]
    assert (members[list(KEYS)].dtypes == "uint32").all()


def test_unknown_fields_are_no_keys():
    """A record of which nothing is known shares no key with anybody."""
    members = dedup.prepare(table(record(**dict.fromkeys(READ, ""))))
    assert not members[list(KEYS)].to_numpy().any()


@given(st.lists(st.fixed_dictionaries({column: st.text(max_size=60) for column in READ})))
@settings(max_examples=80, deadline=None)
def test_any_text_has_a_normal_form(rows):
    """Whatever stands in the fields of a source, preparing and comparing it does not fail."""
    records = pd.DataFrame(rows, columns=list(READ), dtype="str")
    records["record_id"] = [f"r{n}" for n in range(len(records))]
    members = dedup.prepare(records)
    assert len(dedup.compare(members, members.iloc[:0])) <= len(records) ** 2


def test_hostile_lengths_cost_little():
    """Fields of a hundred thousand signs are cut, not searched for ever."""
    long = "[( " * 40_000
    members = dedup.prepare(table(record(title=long, authors=long, journal=long, pages=long)))
    assert len(members["title"][0]) <= titles.LONGEST
