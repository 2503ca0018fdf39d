"""What the page says of versions: which one it is, and what moved its numbers."""

import pytest
import report_cases as cases

from living_review.report import changes, due
from living_review.versions import Version

RESULTS = cases.full()


def told(this="", before="", every=()):
    return changes.part(
        RESULTS | {"versions": {"this": this, "before": before, "every": every}, "changes": {}}
    )


@pytest.mark.parametrize(
    ("this", "before", "every", "said"),
    [
        ("", "", [], "No version of this review is published yet"),
        ("2026.10", "", ["x"], "This is version 2026.10. It is the first one."),
        ("2026.11", "2026.10", ["x"], "It is held against version 2026.10."),
        ("", "2026.10", ["x"], "This page comes after version 2026.10 and is not published"),
    ],
)
def test_the_page_says_which_version_it_is(this, before, every, said):
    """Nobody takes a draft for a version."""
    every = [cases.published_before("Ann") for _ in every]
    assert said in told(this, before, every)


def test_numbers_are_told_by_the_way_that_led_to_them():
    """Old, old studies by the present method, new; then each study and the joint rest."""
    page = changes.part(RESULTS)
    assert "25.0% (10.0% to 50.0%); k = 1 | 30.0% (10.0% to 50.0%); k = 1" in page
    assert "| 50.0% (20.0% to 80.0%); k = 2 | +25.0 points |" in page
    assert "counted now; moved the result by +25.0 points" in page
    assert "What they moved only together: \u22125.0 points" in page
    assert "Versions are not tested against each other" in page


def test_a_method_that_moved_nothing_is_no_news():
    """Its column stands only where it differs as readers see it, and says which differ."""
    other = cases.moved("Doe 2026")
    same = other | {"old_by_now": other["old"] | {"estimate": 0.25004}}
    page = changes.part(RESULTS | {"changes": {"re_ablation_ned": same}})
    assert "present method |" not in page.split("Results from version")[0]
    both = {"re_ablation_ned": same, "surveillance_died": other}
    assert "| the same |" in changes.part(RESULTS | {"changes": both})


def test_analyses_without_any_result_take_no_row():
    """A table of nothing hides what changed."""
    nothing = {"kind": "none", "k": 0, "events": 0, "n_known": 0, "estimate": None, "ci": None}
    silent = cases.moved("x") | {"old": nothing, "old_by_now": nothing, "new": nothing}
    both = {"re_ablation_ned": cases.moved("Doe 2026"), "surveillance_died": silent}
    page = changes.part(RESULTS | {"changes": both})
    assert "no result |" not in page
    assert "1 analysis had no result and has none now." in page
    alone = changes.part(RESULTS | {"changes": {"surveillance_died": silent}})
    assert "No result stood in version 2026.10, and none stands now." in alone


VERSION = {
    "version": "2026.10", "published_on": "2026-10-01", "published_by": "ann", "why": [],
    "note": "", "protocol_version": "1", "searched_on": "", "counts": {}, "included": ["s1"],
    "out": [], "files": {}, "code": "", "analyses": {}, "content": "",
}  # fmt: skip


class Frozen(Version):
    """A version whose files are given."""

    tables = {"studies": [{"study_id": "s1", "n_patients": 40}]}  # noqa: RUF012
    frozen = {"re_ablation_ned": {"main": {"n_known": 0}}}  # noqa: RUF012


def test_triggers_are_held_against_the_last_version():
    """What is new since then, by studies, patients and first estimates."""
    protocol = cases.config() | {
        "triggers": [
            {"id": "study", "when": "new_studies", "at_least": 99},
            {"id": "moved", "when": "estimate_moved", "by": 0.5},
        ]
    }
    study, moved = due.of_results(RESULTS, protocol, [Frozen(**VERSION)])
    counted = [one["study_id"] for one in RESULTS["studies"]
               if one["status"] == "included" and not one["out"]]  # fmt: skip
    assert study["words"].startswith(f"{len(set(counted) - {'s1'})} studies added: ")
    assert not study["met"]
    assert moved["met"]
    assert "re_ablation_ned has its first estimate" in moved["words"]


def test_met_and_unmet_triggers_are_on_the_page():
    """A sentence first, then each with what was found."""
    triggered = [
        {"trigger": "new_study", "met": True, "words": "1 study added: <b>"},
        {"trigger": "a_year", "met": False, "words": "2 months"},
    ]
    page = due.part({"triggers": triggered})
    assert "By the protocol an update is due to be published." in page
    assert "| new study | yes | 1 study added&#58; &#60;b&#62; |" in page
    assert "no update is due yet" in due.part({"triggers": triggered[1:]})
    assert due.part({"triggers": []}) == "The protocol names nothing that makes an update due.\n"
