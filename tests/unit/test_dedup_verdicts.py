"""The verdict on two records."""

import json

import pandas as pd
import pytest
from dedup_cases import ARTICLE, RECORDS, compared, record, table
from hypothesis import given, settings

from living_review import dedup
from living_review.dedup.evidence import journal_names
from living_review.dedup.members import READ
from living_review.dedup.rules import RULES

TITLE = ARTICLE["title"]
COCHRANE = record(
    journal="Cochrane Database Syst Rev", volume="", issue="3", pages="CD002273", issn="",
    title="Air versus oxygen for resuscitation of infants at birth", year="2004",
    doi="10.1002/14651858.CD002273.pub2",
)  # fmt: skip
PREPRINT = record(
    journal="medRxiv", doi="10.1101/2014.05.01.123456", issn="", volume="", issue="", pages=""
)


def verdict(a: dict[str, str], b: dict[str, str]) -> tuple[str, str]:
    pairs = compared(a, b)
    return tuple(pairs.loc[0, ["verdict", "link"]]) if len(pairs) else ("apart", "")


SAME = ("same", "copy")
APART = ("apart", "")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"doi": ""},
        {"doi": "https://doi.org/10.1016/J.JURO.2015.01.001", "pages": "", "volume": ""},
        {"doi": "", "pages": "1123-31", "journal": "J Urol", "issn": ""},
        {"doi": "", "pages": "", "journal": "J Urol", "issn": ""},
        {"doi": "", "year": "", "authors": "", "journal": "", "issn": ""},
        {"doi": "10.1097/ju.0000000000000001"},
        {"doi": "", "authors": "Okhunov, Zhamshid and Chamberlin, Joel and Moreira, Daniel M."},
        {"doi": "", "title": TITLE.replace("tumour", "tumor") + ". [English]"},
        {"doi": "", "title": f"Urology in review: {TITLE}"},
        {"doi": "", "title": "Kryoablation nach Nierenteilresektion [" + TITLE + "]"},
        {"doi": "", "journal": "Nihon Hinyokika Gakkai Zasshi", "issn": "", "pages": "1123"},
    ],
)
def test_the_same_publication(changed):
    """Two records of one publication, in spite of gaps, spellings and slips."""
    assert verdict(record(), record(**changed)) == SAME


@pytest.mark.parametrize(
    "changed",
    [
        # a supplement has one DOI for all its abstracts
        {"title": "Urinary markers of kidney stones in children", "authors": "Shah P; Roy A",
         "pages": "1140"},
        # adjacent pages, another title
        {"doi": "", "title": "Microwave ablation of angiomyolipoma: a single centre",
         "pages": "1132-1140"},
        # the same title elsewhere and by others
        {"doi": "", "authors": "Smith J; Jones K", "journal": "Urology", "issn": "",
         "volume": "4", "pages": "7-9", "year": "2001"},
    ],
)  # fmt: skip
def test_two_publications(changed):
    """What is alike in some fields only is not one publication."""
    assert verdict(record(), record(**changed)) == APART


@pytest.mark.parametrize(
    ("one", "other"),
    [("part I", "part II"), ("phase 2", "phase 3"), ("2014 update", "2015 update")],
)
def test_other_numerals_in_the_title(one, other):
    """Another part, phase or year in the title is another publication."""
    changed = {"doi": "", "pages": "1140-1150", "title": f"{TITLE}: {other}"}
    assert verdict(record(title=f"{TITLE}: {one}"), record(**changed))[0] != "same"


def test_columns_need_more():
    """An editorial has the title of every other editorial, and may have its first page."""
    editorial = record(title="Editorial introduction", doi="", pages="3-4", authors="Zwass V")
    assert verdict(editorial, editorial) == SAME
    assert verdict(editorial, editorial | {"issue": "5"}) == APART


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (COCHRANE, COCHRANE | {"doi": "10.1002/14651858.CD002273.pub3", "year": "2005"},
         ("same", "version")),
        (COCHRANE, COCHRANE | {"doi": "", "pages": "", "year": "2009"}, ("same", "version")),
        (record(doi=""), record(doi="", volume="", pages="", year="2014"), ("same", "version")),
        (record(), record(doi="10.1101/2014.05.01.123456", journal="medRxiv", issn="",
                          volume="", pages="", year="2014"), ("related", "version")),
        (PREPRINT, PREPRINT | {"doi": "10.1101/2014.05.01.123456v2"}, ("same", "version")),
        (record(), record(doi="10.1016/j.juro.2014.02.9", pages="e98", volume="191",
                          issue="4 Suppl", year="2014"), ("related", "companion")),
        (record(), record(doi="10.1016/j.juro.2015.06.1", pages="2041", title=f"Erratum: {TITLE}"),
         ("related", "companion")),
    ],
)  # fmt: skip
def test_links(one, other, expected):
    """Updates, preprints and what is ahead of print are versions; abstracts, notices companions."""
    assert verdict(one, other) == expected


def test_doubt_is_for_people():
    """The same title by the same authors in the next volume is neither merged nor dropped."""
    other = record(doi="10.1016/j.juro.2016.2", volume="195", pages="20-24", year="2016")
    pairs = compared(record(), other)
    assert list(pairs["verdict"]) == ["ask"]
    assert pairs["why"][0] == (
        "title 100%, authors 100%, same journal; other year, other volume, other page, other DOI"
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("curr opin lipidol", "current opinion lipidology", True),
        ("pnas", "national academy sciences", False),
        ("amcis", "americas conference information systems", True),
        ("zhurnal nevrologii", "zhurnal nevrologii korsakova", True),
        ("brain", "brain research", False),
        ("j periodontol", "journal clinical periodontology", False),
        ("urology", "urologic oncology", False),
    ],
)
def test_journal_names(one, other, same):
    """Abbreviations are read word for word; a name that goes on may be another journal."""
    assert (journal_names(*sorted((one, other))) == 1) is same


@given(RECORDS, RECORDS)
@settings(max_examples=100, deadline=None)
def test_verdict_is_of_the_pair_alone(one, other):
    """A pair has one verdict, whichever record comes first, whatever else is there."""
    records = table(one, other)
    members = dedup.prepare(records)
    at_once = dedup.compare(members, members.iloc[:0])
    turned = dedup.compare(members.iloc[::-1], members.iloc[:0])
    second = dedup.compare(members.iloc[[0]], members.iloc[[1]])
    pd.testing.assert_frame_equal(at_once, turned)
    pd.testing.assert_frame_equal(at_once, second)


@given(RECORDS)
@settings(max_examples=50, deadline=None)
def test_a_score_is_a_share(one):
    """Scores are from 0 to 1, and 1 for two equal records that are the same."""
    pairs = compared(one, one)
    assert pairs["score"].between(0, 1).all()
    assert (pairs.loc[pairs["verdict"] == "same", "score"] == 1).all()


def test_every_rule_has_a_name_of_its_own():
    """Tables and pages name rules, so that no two may share a name."""
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_labelled_pairs(shared_data):
    """Pairs labelled by hand as duplicates or not, the hard ones, are judged as labelled."""
    found = (shared_data / "dedup/bibdedupe_test_cases/test_cases.json").read_text()
    wrong = []
    for case in json.loads(found)["cases"]:
        pair = pd.DataFrame([case["record_a"], case["record_b"]]).fillna("")
        pair = pair.rename(columns={"author": "authors", "number": "issue", "isbn": "issn"})
        if "booktitle" in pair:
            journal = pair.get("journal", pair["booktitle"])
            pair["journal"] = journal.where(journal != "", pair["booktitle"])
        pair = pair.reindex(columns=list(READ), fill_value="").astype("str")
        pair["record_id"] = ["a", "b"]
        members = dedup.prepare(pair)
        pairs = dedup.compare(members, members.iloc[:0])
        if (pairs["verdict"] == "same").any() != case["expected_duplicate"]:
            wrong.append(case["id"])
    assert wrong == []
