"""What the page says of retractions, concerns and corrections, and what waits because of them."""

import pytest
import report_cases as cases
from report_cases import decided, four, seen

from living_review import consequences
from living_review.report import escape, glance, methods, parts, retractions, words

ATTEMPT = {"time": "2026-12-01T05:00Z", "strategy_id": "a", "outcome": "complete"}
RETRACTED = seen("pmid:11", "retraction")
DOUBTED = seen("pmid:13", "expression_of_concern")


def written(collected):
    """Every part of the page, as a reader sees its marks."""
    return {name: plain(part(collected)) for name, part in parts.PARTS.items()}


def plain(markdown):
    """Without the references that hide marks from Markdown."""
    for mark in "-.:;/()_<>'“":
        markdown = markdown.replace(escape.text(mark), mark)
    return markdown


def test_a_retracted_study_is_named_at_the_top():
    """What was done, since when, by which rule, on whose word, and where it matters."""
    strip = written(four([RETRACTED]))["retracted.md"]
    assert "## Included studies retracted\n" in strip
    assert (
        "- **Doe J 2020: retracted.** Out of the analyses since 2026-12-02, by rule of the "
        "protocol; a person can reverse it. Notice: [J Invented. 2026;1:1]"
        "(<https://pubmed.ncbi.nlm.nih.gov/99/>), seen on 2026-12-02. Results with and without "
        "it: [No evidence of disease after repeated ablation](#analysis-re-ablation-ned)."
    ) in strip


def test_nothing_happened_nothing_is_said():
    """A page without events has no strip, no badge, no card and no list of them."""
    told = written(four())
    assert told["retracted.md"] == "\n"
    for name in ("answers.md", "cards.md", "waiting.md", "analyses.md", "studies.md"):
        for word in ("retract", "concern", "erratum", "badge", "Left out", "taken out"):
            assert word not in told[name]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [decided("ann", "pmid:11", reason="It is another paper")],
            "**Doe J 2020: retracted, but kept.** Kept in the analyses by ann on 2026-12-24 "
            "(“It is another paper”). Notice",
        ),
        (
            [decided("ann", "pmid:11", "exclude")],
            "**Doe J 2020: retracted.** Out of the analyses since 2026-12-02, by rule of the "
            "protocol; confirmed by ann on 2026-12-24. Notice",
        ),
        (
            [decided("ann", "pmid:11", reason="Why"), decided("bob", "pmid:11", "exclude")],
            "Out of the analyses since 2026-12-02, by rule of the protocol, while decisions "
            "differ: keep by ann on 2026-12-24 (“Why”); exclude by bob on 2026-12-24. Notice",
        ),
        (
            [decided("ann", "pmid:11", reason="Why", time="2026-12-01")],
            "a person can reverse it. From before the last notice was seen, and counted no more: "
            "keep by ann on 2026-12-01 (“Why”). Notice",
        ),
    ],
)
def test_what_people_decided_is_said_with_who_and_why(lines, said):
    """Kept, confirmed, disputed, or decided too early."""
    assert said in plain(retractions.strip(four([RETRACTED], lines)))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "**Poe A 2022: expression of concern.** In the analyses until people have judged it."),
        (
            [decided("ann", "pmid:13", "exclude", event="expression_of_concern", reason="Made up")],
            "Out of the analyses since 2026-12-24, by decision of ann on 2026-12-24 (“Made up”).",
        ),
        ([decided("ann", "pmid:13", event="expression_of_concern")], ""),
    ],
)
def test_a_concern_is_told_until_people_found_that_it_changes_nothing(lines, said):
    """It is in until it was judged; if it was judged to be nothing, the table still has it."""
    collected = four([DOUBTED], lines)
    strip = plain(retractions.strip(collected))
    assert said in strip
    assert bool(strip.strip()) == bool(said)
    assert "expression of concern" in written(collected)["studies.md"]


def test_one_retracted_report_of_several_counts_for_the_study():
    """And the page says so, and shows which report it is."""
    tables = cases.four()["studies"]
    reports = [
        {**report, "study_id": study["study_id"]} for study in tables for report in study["reports"]
    ]
    reports.append(
        {"study_id": "doe2020", "record_id": "pmid:12", "citation": "Second", "kind": "article"}
    )
    given = {"studies": tables, "reports": reports, "arms": [], "outcomes": []}
    told = written(four([RETRACTED], tables=given))
    assert "one of 2 reports on the study; it counts for the whole study" in told["retracted.md"]
    assert "11/>) [retracted]{.badge .flag}" in told["studies.md"]
    assert "12/>) [retracted]" not in told["studies.md"]


def test_a_study_known_from_its_abstract_is_not_told_at_the_top():
    """It is in no answer; its badge and the list of what to look at have it."""
    told = written(four([RETRACTED], included=()))
    assert told["retracted.md"] == "\n"
    assert "provisional [retracted, out of the analyses]{.badge .alarm}" in told["studies.md"]
    assert "1 retraction that nobody has looked at" in told["waiting.md"]


def test_results_are_shown_without_and_with():
    """In words and numbers where the answer stands and where the analysis does."""
    told = written(four([RETRACTED]))
    left_out = "Left out: Doe J 2020 (retracted; 3 of 9). With it: 36.7% (median proportion,"
    assert left_out in told["answers.md"]
    assert f"**Retracted or doubted.** {left_out}" in told["analyses.md"]
    assert "Without it: 37.5% (median proportion," in told["analyses.md"]
    assert "| With what was taken out (4 studies) | 18 of 49 | 36.7% |" in told["analyses.md"]
    assert "Crosses, dashed lines: left out after a retraction or concern" in told["analyses.md"]


def test_provisional_studies_that_are_left_out_enter_no_answer():
    """They are named in the section of the analysis alone."""
    collected = four([RETRACTED], included=())
    synthesis = collected["analyses"][0]["synthesis"]
    (out,) = synthesis["retracted"]
    synthesis |= {"retracted": [{**out, "provisional": True}], "with_retracted": None}
    told = written(collected)
    assert "Doe" not in told["answers.md"]
    assert (
        "Left out of what was not read in full text: Doe J 2020 (retracted; 3 of 9)."
        in (told["analyses.md"])
    )


def test_cards_count_what_is_left():
    """A study that is out is no included one."""
    assert "[[3]{.number} studies included](#studies)" in glance.part(four([RETRACTED]))
    assert "[[1]{.number} included study taken out](#studies)" in glance.part(four([RETRACTED]))


def test_lists_say_what_to_do():
    """Each list has the ids to enter and the file to enter them in."""
    waiting = written(cases.became())["waiting.md"]
    for words_ in (
        "1 expression of concern to be judged",
        "1 extraction to be checked again",
        "1 retraction that nobody has looked at",
        "| pmid:13 | expression_of_concern |",
        "| pmid:13 | erratum |",
        "resources/decisions/events/<your name>.csv",
    ):
        assert words_ in waiting


def test_conflicts_and_lines_that_meet_no_event_are_listed():
    """Neither may be silent."""
    lines = [
        decided("ann", "pmid:11", reason="Why"),
        decided("bob", "pmid:11", "exclude"),
        decided("eve", "pmid:111", reason="Mistyped"),
    ]
    collected = four([RETRACTED], lines)
    assert collected["waiting"]["counts"]["event_conflicts"] == 1
    waiting = written(collected)["waiting.md"]
    assert "1 conflict about a retraction or concern" in waiting
    assert "1 decision about an event that no search has seen" in waiting
    assert "Line eve-1 of eve: pmid:111, retraction, keep" in waiting


def test_a_work_that_waits_to_be_read_is_flagged():
    """Nobody should read a retracted paper for an hour to find out."""
    rows = [
        {"record_id": "pmid:11", "title": "One", "doi": ""},
        {"record_id": "doi:10.1000/x", "title": "Two", "doi": "10.1000/x"},
        {"record_id": "pmid:12", "other_records": ["pmid:11"], "title": "Three"},
        {"record_id": "pmid:14", "title": "Four"},
    ]
    rows = [row | {"stage": "title_abstract", "voters": []} for row in rows]
    events = [RETRACTED, seen("pmid:77", "expression_of_concern", doi="10.1000/X")]
    waiting = written(four(events, waiting={"screen": rows}))["waiting.md"]
    assert "| [retracted]{.badge .flag} [One]" in waiting
    assert "| [expression of concern]{.badge .flag} [Two]" in waiting
    assert "| [retracted]{.badge .flag} [Three]" in waiting
    assert "| [Four]" in waiting


@pytest.mark.parametrize(
    ("events", "lines", "chip"),
    [
        ([], [], "Up to date"),
        ([RETRACTED], [], "Up to date"),
        ([RETRACTED], [decided("ann", "pmid:11", reason="Why")], "Up to date"),
        (
            [RETRACTED],
            [decided("ann", "pmid:11", reason="Why"), decided("bob", "pmid:11", "exclude")],
            "Decisions awaited",
        ),
        ([DOUBTED], [], "Decisions awaited"),
        ([DOUBTED], [decided("ann", "pmid:13", event="expression_of_concern")], "Up to date"),
        ([seen("pmid:13", "erratum")], [], "Decisions awaited"),
        ([seen("pmid:13", "update")], [decided("a", "pmid:13", "checked", event="update")], ""),
        ([seen("pmid:99", "erratum")], [], "Up to date"),
        ([], [decided("ann", "pmid:11", reason="Mistyped")], "Decisions awaited"),
    ],
)
def test_status_waits_for_what_people_have_to_do(events, lines, chip):
    """The rule did what a retraction asks for; a concern, an erratum, a conflict wait."""
    config = cases.config(analyses=cases.config()["analyses"][:1], search=search(), eligibility=[])
    collected = four(events, lines, config=config, attempts=[ATTEMPT])
    assert collected["status"]["chip"] == (chip or "Up to date")


def search():
    return {**cases.config()["search"], "strategies": [strategy()]}


def strategy():
    return {**cases.config()["search"]["strategies"][0], "id": "a"}


def test_studies_that_cannot_be_checked_are_named():
    """Without an identifier, or unknown to Medline, or of a review that does not name them."""
    said = plain(methods.retractions(four()))
    assert "No search has done so yet." in said
    assert (
        "1 of 4 studies can't be checked, since no report of theirs has a PMID or a DOI: "
        "Coe C 2023." in said
    )
    assert (
        "The 29 studies of the published review are not known by name here, so that none of them "
        "can be checked." in said
    )
    run = cases.searched()
    run["recall"]["not_in_medline"] = ["doi:10.1000/roe"]
    searched = plain(methods.retractions(four(runs=[run])))
    assert "No search has done so yet." not in searched
    assert "Medline has no record of 1 study: Roe R 2021." in searched


def test_how_many_of_the_published_reviews_studies_are_known():
    """Generic: said of any review that continues one, and of no other."""
    collected = four()
    collected["studies"][0]["in_index_review"] = "yes"
    assert "Of the 29 studies of the published review 1 are known by name here" in plain(
        methods.retractions(collected)
    )
    assert "published review" not in methods.retractions(cases.empty())


def test_a_study_that_every_search_checks_is_not_named():
    """Nothing is said of studies that can't be checked if there are none."""
    collected = four()
    collected["studies"] = collected["studies"][:3]
    assert "no report of theirs" not in methods.retractions(collected)


def test_every_kind_has_its_word():
    """No event is shown by its name in a file."""
    assert set(words.KINDS) == set(consequences.DECISIONS)
