"""What readers and machines are led to: from a number to its quote, who made the version, how to
cite it."""

import html
import json

import pytest
import report_cases as cases

from living_review.report import (
    about,
    analyses,
    anchors,
    answers,
    citation,
    glance,
    head,
    not_included,
    parts,
    studies,
)
from living_review.report.markdown import cut

AUTHORS = [
    {"name": "Doe J", "roles": ["screening", "analysis"], "orcid": "0000-0002-1825-0097"},
    {"name": "Roe A", "roles": ["extraction"], "affiliation": "A hospital"},
]
PUBLISHED = {"this": "2026.11", "before": "2026.10"}


def version(number, **cells):
    return cases.published_before("ann") | {"version": number, **cells}


def included(**changes):
    """The kidney review with one of its studies read in full, and its value with a quote."""
    tables = cases.kidney_tables()
    tables["outcomes"] = [
        row | {"basis": "full_text", "checked_by": "bob"}
        if row["study_id"] == "matsumoto2005"
        else row
        for row in tables["outcomes"]
    ]
    one = cases.study("matsumoto2005", "Matsumoto ED 2005", 2005, 1, 1)
    syntheses = {
        "re_ablation_ned": cases.synthesis("re_ablation_ned", cases.pooled([one])),
        **{
            name: cases.synthesis(name, cases.pooled([], notes=cases.NOTHING_YET))
            for name in ("nephrectomy_no_recurrence", "surveillance_died")
        },
    }
    given = {"tables": tables, "syntheses": syntheses, "included": ["matsumoto2005"], **changes}
    return cases.kidney(**given)


def test_a_number_leads_to_its_analysis_its_study_and_its_quote():
    """The answer links the analysis; there the study links its card; that has quote and PMID."""
    found = included()
    answer = answers.answers(found)
    assert "patients]{.share}](#analysis-re-ablation-ned)" in answer
    assert "](#tbl-analysis-re-ablation-ned){.exact}" in answer
    section = analyses.part(found)
    assert (
        "### No evidence of disease after repeated ablation {#analysis-re-ablation-ned}" in section
    )
    assert "| [Matsumoto ED 2005](#study-matsumoto2005) | 1 of 1 | 1 | 100.0% |" in section
    card = html.unescape(studies.part(found).split("::: {#study-matsumoto2005 .within}")[1])
    value = card[: card.index("\n:::\n")]
    assert "No evidence of disease: 1 of 1 known, 1 treated" in value
    assert "“all cases are free of disease at last follow-up”" in value
    assert "[PubMed 15882715](<https://pubmed.ncbi.nlm.nih.gov/15882715/>)" in value
    assert "read by seed, checked by bob" in value


def test_the_table_of_studies_shows_the_treatment_in_words():
    """By the column whose values tell the analyses apart, in the words of its vocabulary."""
    table = html.unescape(studies.part(included()))
    assert (
        "| Study | Year | Status | Treatment | Patients | Results | In the published review |"
        in table
    )
    assert (
        "| [Matsumoto ED 2005](#study-matsumoto2005) | 2005 | included | re-ablation | 1 |" in table
    )


def test_studies_have_anchors_of_their_own():
    """A plain id is the anchor; whatever else it holds, each id has another one."""
    assert anchors.study("doe_2020") == "study-doe-2020"
    odd = [anchors.study(one) for one in ("doe-2020", "Doe_2020", "doe__2020", "x y", "", "<b>")]
    assert len({*odd, "study-doe-2020"}) == 7
    assert all(one.replace("-", "").isalnum() for one in odd)


@pytest.mark.parametrize(
    ("versions", "new"),
    [
        ({"this": "", "before": "", "every": []}, None),
        ({**PUBLISHED, "every": [version("2026.10", included=["a"])]}, 2),
        ({**PUBLISHED, "every": [version("2026.10", included=["a", "b", "c", "d"])]}, 0),
    ],
)
def test_cards_count_only_what_stands(versions, new):
    """Included and not taken out; patients where stated; new against the version before."""
    about_it = {"status": "included", "out": False}
    found = [
        {"study_id": "a", "year": 2003, "n_patients": 10, "country": "Italy", **about_it},
        {"study_id": "b", "year": 2019, "n_patients": 32, "country": "Italy", **about_it},
        {"study_id": "c", "year": "", "country": "Japan", **about_it},
        {"study_id": "d", "year": 1990, "n_patients": 99, **about_it, "out": True},
        {"study_id": "e", "year": 2024, "n_patients": 7, **about_it, "status": "provisional"},
    ]
    counts = glance.of_studies(found, versions)
    assert counts == {
        "studies": 3,
        "patients": 42,
        "stated": 2,
        "countries": 2,
        "years": [2003, 2019],
        "new": new,
        "out": 1,
    }
    shown = glance.part({**cases.kidney(), "glance": counts})
    assert "[[42]{.number} patients in the 2 that state how many](#studies)" in shown
    assert ("new since the last version](#changes)" in shown) is (new is not None)


def test_the_citation_says_which_version_it_is():
    """Authors, title, version; a page that is no version is not cited as one."""
    review = {**cases.kidney()["review"], "authors": AUTHORS, "address": "https://example.org/r"}
    every = [version("2026.11", published_on="2026-11-20"), version("2026.10")]
    cited = {**cases.kidney(), "review": review, "versions": {**PUBLISHED, "every": every}}
    assert citation.text(citation.this(cited)) == (
        "Doe J, Roe A. Salvage after ablation of a renal mass: a living systematic review. "
        "Version 2026.11, 2026-11-20. https://example.org/r/v/2026.11/."
    )
    later = {**cited, "versions": {"this": "", "before": "2026.11", "every": every}}
    assert "Not published, after version 2026.11, data of" in citation.text(citation.this(later))


def test_machines_are_told_who_wrote_what_when_and_where():
    """JSON-LD and citation tags agree with the protocol and the versions; no clock is read."""
    found = cases.kidney()
    found["review"] |= {"authors": AUTHORS, "address": "https://example.org/r"}
    every = [version("2026.11", published_on="2026-11-20")]
    found["versions"] = {"this": "2026.11", "before": "", "every": every}
    written = head.part(found)
    told = json.loads(written.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (told["version"], told["datePublished"]) == ("2026.11", "2026-11-20")
    assert [one["name"] for one in told["author"]] == ["Doe J", "Roe A"]
    assert told["author"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert told["isBasedOn"]["@id"] == "https://doi.org/10.3390/cancers17060974"
    assert '<meta name="citation_author" content="Roe A">' in written
    assert '<meta name="citation_publication_date" content="2026/11/20">' in written
    assert '<link rel="canonical" href="https://example.org/r" data-external="1">' in written
    assert "canonical" not in head.part(cases.kidney())


def test_what_is_not_stated_of_people_is_said_to_be_so():
    """Authors, funding and interests are never left to be guessed; a way to suggest is linked."""
    assert about.part(cases.kidney()).count("Not stated.") == 5
    review = cases.kidney()["review"] | {"authors": AUTHORS, "suggest": "https://example.org/new"}
    shown = html.unescape(about.part({"review": review}))
    assert (
        "**Doe J** ([ORCID 0000-0002-1825-0097](<https://orcid.org/0000-0002-1825-0097>))" in shown
    )
    assert "**Roe A**, A hospital: extraction" in shown
    assert "[https://example.org/new](<https://example.org/new>)" in shown


def test_ongoing_studies_have_a_place_of_their_own():
    """Apart from what waits for people, with their titles; none known is said."""
    work = {"record_id": "pmid:7", "title": "A trial", "journal": "J", "year": 2026}
    waiting = {"awaiting": [work | {"awaiting": "ongoing_study"}]}
    shown = not_included.awaited(cases.kidney(waiting=waiting))
    assert "**1 ongoing study whose results are awaited**" in shown
    assert "[A trial](<https://pubmed.ncbi.nlm.nih.gov/7/>) (J, 2026)" in shown
    assert not_included.awaited(cases.kidney()) == "No ongoing study is known to this review.\n"


def test_the_day_from_which_a_page_is_outdated_is_in_the_page(tmp_path):
    """For the script to hold against the reader's own date; not where nothing was searched."""
    attempt = {"time": "2026-11-01T05:00:00Z", "strategy_id": "medline_1", "outcome": "complete"}
    for given, day in (({}, ""), ({"attempts": [attempt]}, "2026&#45;12&#45;16")):
        assert f'outdated: "{day}"' in parts.metadata(cases.kidney(**given))


def test_a_long_list_is_cut_with_a_sentence():
    """What is left out is counted, and where it is."""
    assert cut([1, 2], 2) == ([1, 2], "")
    shown, others = cut([1, 2, 3], 2)
    assert shown == [1, 2]
    assert others == "The first 2 are shown; 1 more are in [results.json](results.json)."
