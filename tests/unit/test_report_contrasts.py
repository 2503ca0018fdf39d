"""The page compares treatments in words that nobody can read as advice."""

import re

import contrast_cases as cases
import pytest
import report_cases

from living_review.report import contrasts, escape, parts
from living_review.synthesis import contrasting

OUTCOME = {
    "label": "Recurrence",
    "definition": "It came back",
    "better": "lower",
    "says": "had another recurrence",
}
PUBLISHED = {"events": 67, "total": 249}


def entry(rows, aside=(), published=(None, None), **changes):
    """A comparison as the results of a page have it."""
    asked = cases.ASKED | {"title": "Recurrence after either"} | changes
    groups = [
        group | {"published": row}
        for group, row in zip(asked["between"]["groups"], published, strict=True)
    ]
    return {
        **{name: asked[name] for name in ("id", "title", "outcome", "where", "least_studies")},
        **{name: OUTCOME[name] for name in ("label", "definition", "says")},
        "between": asked["between"] | {"groups": groups},
        "compared": contrasting.contrast(rows, aside, asked),
    }


def part(*entries):
    return contrasts.part({"contrasts": list(entries), "words": {"time_point": {}}})


def said(text):
    """What a reader sees: escapes undone, lines joined."""
    plain = re.sub(r"&#(\d+);", lambda mark: chr(int(mark[1])), text)
    return " ".join(plain.split())


ALL = [*cases.BOTH, *cases.SINGLE]


def test_within_studies_comes_before_across():
    """Both are there, in this order, with the studies below."""
    page = part(entry(ALL))
    places = [
        page.index(f"**{name}.**")
        for name in ("Within the studies that report both", "Across studies")
    ]
    assert places == sorted(places)
    assert places[1] < page.index("Which studies report this")


def test_numbers_stand_with_their_intervals_and_bounds():
    """Counts of both sides, ratio, interval; lowest and highest; shares of the sides."""
    found = entry([row | {"n_treated": row["n_known"] + 3} for row in ALL])
    page = said(part(found))
    within, across = (found["compared"][name]["estimates"] for name in ("within", "across"))
    for reading in within.values():
        low, high = reading["ci"]
        assert f"{reading['estimate']:.2f} | {low:.2f} to {high:.2f}" in page
    low, high = across["known"]["ci"]
    assert f"{across['known']['estimate']:.2f} | {low:.2f} to {high:.2f}" in page
    assert f"{100 * across['known']['shares'][0]['estimate']:.1f}%" in page
    assert "22 of 106 | 32 of 91" in page
    assert "none of Re-ablation and all of Nephrectomy had it" in page
    assert contrasts.ALL_KNOWN not in page
    assert "8 studies of Re-ablation and 8 studies of Nephrectomy count, 4 of 12 in both." in page


def test_bounds_that_leave_nothing_open_are_not_repeated():
    """Where every outcome is known there is one comparison, and that is said."""
    page = said(part(entry(ALL)))
    assert page.count(contrasts.ALL_KNOWN) == 2
    assert "lowest: of the unknown" not in page


def test_a_difference_of_risks_is_in_points():
    """With its sign, and 0 as what divides."""
    page = said(part(entry(cases.BOTH, measure="RD")))
    assert re.search(r"[+-]\d+\.\d points \| [+-]\d+\.\d points to [+-]\d+\.\d points", page)
    assert "Above 0: the outcome was more frequent with Re-ablation than with Nephrectomy" in page


def test_a_refusal_is_sentences_and_no_number():
    """Too few studies: how many there are, how many are asked for, what does not count."""
    page = part(entry(cases.BOTH))
    across = said(page[page.index("**Across studies.**") : page.index("Which studies")])
    assert "Not compared." in across
    assert "Only 4 studies of Re-ablation can count here" in across
    assert "|" not in across


def test_a_published_total_alone_is_named_and_never_compared():
    """The side that only an earlier review counted."""
    rows = [row for row in ALL if row["side"] == 1]
    page = said(part(entry(rows, published=(PUBLISHED, None))))
    assert "Re-ablation is known here as a published total alone (67 of 249)" in page
    assert "Not compared." in page
    assert "published total" not in said(part(entry(ALL, published=(PUBLISHED, None))))


def test_studies_say_why_they_do_not_count():
    """Abstract only, taken out, other patients; counts and unknown outcomes of the others."""
    rows = [
        cases.arm("adams", 0, 4, 20, 22),
        cases.arm("baker", 0, 1, 9, provisional=True),
        cases.arm("clark", 1, 2, 9, retracted=True),
    ]
    aside = [{"study_id": "d", "label": "Davis", "year": 2021, "side": 1, "columns": ["unit"]}]
    page = said(part(entry(rows, aside)))
    assert "| Adams | 4 of 20 (2 unknown) | \u2013 | last follow up, median 24 months |" in page
    assert "1 of 9; does not count: abstract only" in page
    assert "2 of 9; does not count: taken out after an event" in page
    assert "| Davis | \u2013 | does not count: other patients or time (unit) |" in page
    assert "How long patients were followed is stated by 1 of 1 study." in page


@pytest.mark.parametrize("rows", [[], cases.BOTH[:2], cases.BOTH, ALL])
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_nothing_is_called_superior_or_tested(rows, measure):
    """No ranking word, no p-value; certainty is said not to be rated."""
    page = said(part(entry(rows, measure=measure))).lower()
    for word in ("better", "worse", "superior", "inferior", "significant", "p =", "p-value", "nan"):
        assert word not in page
    assert contrasts.NOT_RATED.lower() in page


def test_a_review_without_comparisons_says_so(tmp_path):
    """The part is there all the same."""
    parts.write(report_cases.empty(), tmp_path)
    assert (tmp_path / "contrasts.md").read_text() == f"{contrasts.NONE_ASKED}\n"


@pytest.mark.parametrize("text", report_cases.HOSTILE)
def test_outside_text_stays_text(text):
    """Labels of sides, titles and names of studies can't break out of the page."""
    groups = [group | {"label": text} for group in cases.ASKED["between"]["groups"]]
    rows = [row | {"label": text} for row in cases.BOTH]
    asked = entry(rows, title=text, between=cases.ASKED["between"] | {"groups": groups})
    page = part(asked)
    harmless = part(entry(cases.BOTH))
    for mark in ("<", "{{", "[", "$", "@", "```"):
        assert page.count(mark) == harmless.count(mark)
    assert escape.text(text) in page
