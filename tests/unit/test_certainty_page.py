"""What the page says of certainty, and what a person is given to rate it."""

import csv
import re
from datetime import UTC, datetime

import pytest
import report_cases as cases

from living_review import ledgers
from living_review.certainty import DOMAINS, JUDGEMENTS, LEVELS
from living_review.report import (
    answers,
    certainty,
    escape,
    rating_sheet,
    rests_on,
    statements,
    summary,
    waiting,
    words,
)
from living_review.todo import tasks

ANALYSIS = "re_ablation_ned"  # of cases.four: 18 of 49 patients in four studies
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def code():
    return cases.four()["analyses"][0]["certainty"]["code"]


def lines(level, who="ann", rates=None, **domains):
    """A rating of the four studies; what is not named is not serious."""
    said = dict.fromkeys(DOMAINS, "not_serious") | domains | {"overall": level}
    return [
        cases.judgement(
            *(domain, judgement, ANALYSIS, who),
            rates=rates or code(),
            reason="" if judgement in ("not_serious", level) else f"why {domain}",
        )
        for domain, judgement in said.items()
    ]


def shown(part):
    """Markdown as a reader sees it."""
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), part)


def test_a_rating_follows_the_result_to_answer_and_summary():
    """The answer's tag, the row of the summary, its footnote and its sentence all say it."""
    results = cases.four(ratings=lines("moderate", imprecision="serious"))
    assert "[Certainty: moderate.](#certainty)" in answers.answers(results)
    found = shown(summary.part(results))
    assert "| Probably about 37 in 100 patients were free of disease at last follow-up. |" in found
    assert "| 37 (32 to 41) | Moderate [[a](#note-a)]{.note} | 7 to 57 |" in found
    assert "- [a.]{#note-a} Imprecision, serious: why imprecision (ann, 2026-12-01)." in found
    assert results["waiting"]["counts"]["ratings"] == 0


def test_a_result_that_moved_says_so_everywhere():
    """The rating is shown as one of an earlier result, claims nothing, and waits."""
    results = cases.four(ratings=lines("low", rates="r000000000000", imprecision="very_serious"))
    assert "Certainty: low, rated on an earlier result." in answers.answers(results)
    assert "In the studies so far, about 37 in 100 patients" in shown(summary.part(results))
    assert "**Rated on an earlier result.**" in certainty.part(results)
    assert results["waiting"]["lists"]["ratings"][0]["state"] == "earlier"
    assert "rated on an earlier result" in waiting.part(results)


def test_a_rating_is_a_task_with_what_to_do():
    """The list of all that waits names the analysis, its title and the sheet."""
    results = cases.four()
    found = tasks.tasks(results["waiting"]["lists"], results["screening"], ())
    (task,) = (one for one in found if one["kind"] == "ratings")
    assert (task["id"], task["what"]) == (ANALYSIS, results["analyses"][0]["title"])
    assert (task["to_do"], task["where"]) == ("Judge each domain", "ratings")


def test_people_who_differ_are_listed():
    """No level is chosen for them."""
    results = cases.four(ratings=lines("low") + lines("moderate", "bob"))
    assert "Certainty: people differ (low, moderate)." in answers.answers(results)
    assert "people differ on how certain that is" in shown(summary.part(results))
    assert results["waiting"]["counts"]["rating_conflicts"] == 1
    assert "1 conflict about the certainty of a result" in waiting.part(results)


def test_a_result_that_nobody_rated_waits():
    """Not assessed is said in so many words, and never left out."""
    results = cases.four()
    assert "Certainty: not assessed." in answers.answers(results)
    assert "| Not assessed |" in summary.part(results)
    assert results["waiting"]["counts"]["ratings"] == 1


def test_published_totals_are_not_rated():
    """They have no code to rate them by; what a line says of them counts for nothing."""
    results = cases.kidney(
        ratings=[cases.judgement("overall", "high", analysis) for analysis in (ANALYSIS,)]
    )
    assert results["analyses"][0]["certainty"]["code"] == ""
    assert results["waiting"]["counts"]["ratings"] == 0
    assert words.AS_PUBLISHED in answers.answers(results)
    assert "In the published review, about 72 in 100 patients" in summary.part(results)
    assert summary.part(results).count("| Not assessed |") == 3
    assert "Certainty has not been assessed" in certainty.part(results)


def test_a_level_apart_from_its_domains_is_pointed_out():
    """With the reason that was given."""
    said = lines("high", imprecision="serious")
    said[-1]["reason"] = "The interval is narrow enough"
    part = shown(certainty.part(cases.four(ratings=said)))
    assert "That is above what the domains add up to (moderate)." in part
    assert "ann, 2026-12-01: high, The interval is narrow enough." in part


def test_footnotes_share_a_letter_only_for_the_same_words():
    """27 different ones run from a to z, then aa."""
    notes = summary.Notes()
    marks = [notes.mark(f"note {n}") for n in range(28)]
    letters = [mark.split("]")[0].strip(" [") for mark in marks]
    assert letters[:2] == ["a", "b"]
    assert letters[25:] == ["z", "aa", "ab"]
    assert notes.mark("note 1") == " [[b](#note-b)]{.note}"


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("high", "About 72 in 100 patients had it."),
        ("moderate", "Probably about 72 in 100 patients had it."),
        ("low", "It may be that about 72 in 100 patients had it."),
        (
            "very_low",
            "It is very uncertain how many patients had it; in the studies so far it was about 72 "
            "in 100 patients.",
        ),
    ],
)
def test_the_less_certain_the_weaker_the_sentence(level, said):
    """Each level has words of its own."""
    assert statements.statement(0.719, "had it", {"state": "rated", "level": level}) == said
    assert set(statements.STATEMENTS) == set(LEVELS)


def test_nobody_of_all_patients_is_said_of_none():
    """The share's own words stand in the sentence."""
    rated = {"state": "rated", "level": "moderate"}
    assert statements.statement(0, "had it", rated) == "Probably none of the patients had it."


def test_shares_of_100_are_never_0_or_100_unless_they_are():
    """As in the answers."""
    shares = (0, 0.004, 0.005, 0.719, 0.995, 1)
    assert [summary.of_100(share) for share in shares] == ["0", "<1", "1", "72", ">99", "100"]


def test_every_domain_has_its_figures_in_words():
    """Also where thresholds and risk of bias are given; the protocol's own digits are kept."""
    results = cases.full()
    figures = results["analyses"][0]["certainty"]["figures"]
    said = {domain: rests_on.sentences(domain, figures) for domain in figures if domain != "result"}
    assert all(said.values())
    text = " ".join(sentence for of in said.values() for sentence in of)
    assert "Judged low: 14 of 60 studies" in text
    assert "Not judged: 20 of 60 studies" in text
    assert "72.5 in 100" in text
    assert "None" not in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("thresholds", "place"),
    [
        ([], "close to the estimate"),
        ([0.8], "below 80 in 100"),
        ([0.7], "at or above 70 in 100"),
        ([0.5, 0.725, 0.9], "between 50 in 100 and 72.5 in 100"),
    ],
)
def test_what_is_rated_is_said(thresholds, place):
    """The share of 70 in 100 lies among the thresholds of the protocol, or near the estimate."""
    rated = {"result": {"estimate": 0.7, "thresholds": thresholds}}
    assert rests_on.target(rated).endswith(f"that the true share lies {place}.")


def test_words_of_people_are_escaped():
    """A reason in a ledger is text, whatever it spells."""
    results = cases.full()
    for part in (certainty.part(results), summary.part(results)):
        assert "<script>" not in part
        assert "{{<" not in part
        assert "javascript:" not in part
    assert escape.text(cases.HOSTILE[0]) in certainty.part(results)


def test_the_sheet_has_figures_and_code():
    """All that a person needs to judge, in a terminal."""
    sheet = rating_sheet.shown(cases.four())
    assert f"  rates: {code()}" in sheet
    assert "  imprecision (not_serious | serious | very_serious): 95% CI 31.7% to 40.7%" in sheet
    assert "  overall (high | moderate | low | very_low)" in sheet
    assert "nothing to rate" in rating_sheet.shown(cases.kidney())


def read(text):
    return list(csv.DictReader(text.splitlines()))


def test_the_template_has_a_line_a_domain():
    """Only judgement and reason are left to fill in."""
    made = read(rating_sheet.template(cases.four(), "ann", [], NOW))
    assert list(made[0]) == list(ledgers.COLUMNS["grade"])
    assert [line["domain"] for line in made] == list(JUDGEMENTS)
    assert {line["rates"] for line in made} == {code()}
    assert {line["time"] for line in made} == {"2026-12-01T09:30:00Z"}
    assert {(line["judgement"], line["reason"]) for line in made} == {("", "")}
    assert [line["id"] for line in made] == [f"ann-{n}" for n in range(1, 8)]


def test_the_template_leaves_out_what_the_person_has_judged():
    """Another's lines, and those about an earlier result, are not hers; no id comes twice."""
    written = [
        *lines("low")[:2],
        *lines("low", "bob"),
        *lines("low", rates="r000000000000")[:1],
    ]
    written[0]["id"] = "ann-4"
    made = read(rating_sheet.template(cases.four(), "ann", written, NOW))
    assert [line["domain"] for line in made] == list(JUDGEMENTS)[2:]
    assert [line["id"] for line in made] == ["ann-5", "ann-6", "ann-7", "ann-8", "ann-9"]
