"""What the page says of versions: which one it is, and what moved its numbers."""

import pytest
import report_cases as cases

from living_review import trigger_log
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
    page = due.part({"triggers": triggered, "trigger_log": []})
    assert "By the protocol an update is due to be published." in page
    assert "| new study | yes | 1 study added&#58; &#60;b&#62; |" in page
    assert "no update is due yet" in due.part({"triggers": triggered[1:], "trigger_log": []})
    page = due.part({"triggers": [], "trigger_log": []})
    assert page.startswith("The protocol names nothing that makes an update due.\n")


def test_each_time_that_the_triggers_were_asked_is_on_the_page():
    """One row a time with what was met and what not, the last first, the older ones folded."""
    told = [
        {"trigger": "new_study", "met": False, "words": "0 studies added"},
        {"trigger": "a_year", "met": False, "words": "2 months"},
    ]
    months = [f"2026-{month:02}-02T04:15:00Z" for month in range(1, 9)]
    log = [line for time in months for line in trigger_log.lines(time, "", told)]
    met = [told[0] | {"met": True, "words": "1 study added: <b>"}, told[1]]
    log += trigger_log.lines("2026-09-02T04:15:00Z", "2026.08", met)
    page = due.part({"triggers": told, "trigger_log": log})
    last = "yes | new study&#58; 1 study added&#58; &#60;b&#62; | a year&#58; 2 months |"
    assert f"| 2026&#45;09&#45;02T04&#58;15&#58;00Z | version 2026&#46;08 | {last}" in page
    assert page.count("| nothing published | no |") == len(months)
    assert page.index("2026&#45;09") < page.index("2026&#45;08") < page.index("2026&#45;01")
    shown, folded = page.split("<details>")
    assert shown.count("Z |") == due.SHOWN
    assert "Asked before that &#40;3 times&#41;" in folded


def test_asking_the_triggers_again_does_not_change_the_page():
    """What was asked since the last search and version is left to what they say now."""
    told = [{"trigger": "new_study", "met": False, "words": "0 studies added"}]
    at = lambda day, version: trigger_log.lines(f"2026-{day}T04:15:00Z", version, told)  # noqa: E731
    earlier = [*at("09-02", ""), *at("10-02", "2026.09")]
    searched = "2026-11-01T04:00:00Z"
    for since in ([], at("11-01", "2026.09"), at("11-01", "2026.09") + at("11-09", "2026.09")):
        assert trigger_log.settled(earlier + since, "2026.09", searched) == earlier
    published = at("11-01", "2026.09")
    assert trigger_log.settled(earlier + published, "2026.11", searched) == earlier + published
    assert trigger_log.settled(at("09-02", ""), "", "") == []
