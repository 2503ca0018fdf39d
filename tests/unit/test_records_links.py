"""Links between records: a cell says again what was put into it, whatever a citation contains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review.records import links
from living_review.records.links import Link

RETRACTED = Link("RetractionIn", "9867474", "Ginekol Pol. 1998 Jul;69(7):559-60")
CORRECTED = Link("ErratumIn", "", "Lancet 1998 Jun 27;351(9120):1968")
RETRACTED_WORDS = "RetractionIn pmid:9867474 Ginekol Pol. 1998 Jul;69(7):559-60"
CORRECTED_WORDS = "ErratumIn Lancet 1998 Jun 27;351(9120):1968"


@pytest.mark.parametrize(
    ("given_links", "cell"),
    [
        ([], ""),
        ([RETRACTED], RETRACTED_WORDS),
        ([CORRECTED, RETRACTED], f"{CORRECTED_WORDS} | {RETRACTED_WORDS}"),
        ([RETRACTED, CORRECTED, RETRACTED], f"{RETRACTED_WORDS} | {CORRECTED_WORDS}"),
        ([Link("UpdateOf", "1", "")], "UpdateOf pmid:1"),
        ([Link("UpdateOf", "", "")], "UpdateOf"),
    ],
)
def test_a_cell(given_links, cell):
    """Kind, PMID, citation; each link once, in the order of the record."""
    assert links.joined(given_links) == cell
    assert list(links.parse(cell)) == list(dict.fromkeys(given_links))


def test_a_link_of_no_kind_is_none():
    """Without RefType a citation says nothing of the relation."""
    assert links.joined([Link(" ", "1", "J Inv"), CORRECTED]) == CORRECTED_WORDS


@pytest.mark.parametrize(
    ("citation", "read"),
    [
        ("J Inv 1 | 2 || 3", "J Inv 1 / 2 // 3"),
        ("|", "/"),
        ("J Inv.\n  1:2\u2003", "J Inv. 1:2"),
        ("pmid:5 is meant", "PMID:5 is meant"),
        ("see pmid:5 | pmid:6", "see pmid:5 / pmid:6"),
        ("pmid: unknown", "pmid: unknown"),
        ("pmid:", "pmid:"),
    ],
)
def test_a_citation_passes_for_no_link_and_no_pmid(citation, read):
    """Bars, line ends and what looks like a PMID change no count of links and no PMID."""
    cell = links.joined([Link("ErratumIn", "", citation), RETRACTED])
    assert list(links.parse(cell)) == [Link("ErratumIn", "", read), RETRACTED]


WORDS = st.text(st.sampled_from("a|:/ \n\x85\u2028\u00a0pmid:10é;."), max_size=20) | st.text(
    max_size=20
)
PMIDS = st.just("") | st.integers(1, 99_999_999).map(str)


@given(st.lists(st.builds(Link, WORDS, PMIDS, WORDS), max_size=5))
def test_whatever_is_written_is_read(given_links):
    """As many links as have a kind and differ, with their PMIDs; a cell read and written stays."""
    cell = links.joined(given_links)
    read = list(links.parse(cell))
    assert [link.pmid for link in read] == [
        link.pmid
        for link in {str(link): link for link in given_links if link.kind.strip()}.values()
    ]
    assert links.joined(read) == cell
    assert "\n" not in cell
