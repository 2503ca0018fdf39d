"""When an update is due to be published."""

import pytest

from living_review import run_log, tables, trigger_log, triggers
from living_review.triggers import State

BEFORE = State(
    "2026-01-31",
    {"a": 20, "b": 30},
    (),
    {"ned": 0.80, "recurrence": None},
    {"ned": (0.70, 0.90), "recurrence": None},
)
OUTCOMES = {"ned": {"thresholds": [0.75]}, "recurrence": {}}


def found(when, before=BEFORE, now=None, **asked):
    """Whether one trigger is met, and its words; now: what differs from before."""
    state = (before or BEFORE)._replace(**(now or {}))
    (one,) = triggers.evaluate([{"id": "t", "when": when, **asked}], before, state, OUTCOMES)
    return one.met, one.words


@pytest.mark.parametrize(
    ("when", "asked", "now", "met", "words"),
    [
        ("new_studies", {"at_least": 1}, {}, False, "0 studies added"),
        ("new_studies", {"at_least": 1}, {"included": {"a": 20, "b": 30, "c": 4}}, True,
         "1 study added: c"),
        ("new_studies", {"at_least": 2}, {"included": {"a": 20, "b": 30, "c": 4}}, False,
         "1 study added: c"),
        ("new_patients", {"at_least": 5}, {"included": {"a": 20, "c": 4, "d": 1}}, True,
         "5 patients added"),
        ("new_patients", {"at_least": 5}, {"included": {"a": 90}}, False, "0 patients added"),
        ("estimate_moved", {"by": 0.05}, {"estimates": {"ned": 0.86, "recurrence": None}}, True,
         "ned by 6.0 points"),
        ("estimate_moved", {"by": 0.05}, {"estimates": {"ned": 0.84, "recurrence": None}}, False,
         "none by 5.0 points; the furthest by 4.0 points"),
        ("estimate_moved", {"by": 0.05}, {"estimates": {"ned": 0.80, "recurrence": 0.1}}, True,
         "recurrence has its first estimate"),
        ("estimate_moved", {"by": 0.05}, {"estimates": {"ned": None, "recurrence": None}}, False,
         "none by 5.0 points"),
        ("threshold_crossed", {}, {"estimates": {"ned": 0.74, "recurrence": 0.1}}, True,
         "ned crossed 75%"),
        ("threshold_crossed", {}, {"estimates": {"ned": 0.76, "recurrence": 0.9}}, False,
         "no estimate and no bound of an interval crossed a threshold"),
        ("threshold_crossed", {}, {"intervals": {"ned": (0.76, 0.91)}}, True,
         "the lower bound of ned crossed 75%"),
        ("threshold_crossed", {},
         {"estimates": {"ned": 0.73, "recurrence": None}, "intervals": {"ned": (0.6, 0.74)}}, True,
         "ned crossed 75%; the upper bound of ned crossed 75%"),
        ("threshold_crossed", {}, {"intervals": {"ned": (0.74, 0.76)}}, False,
         "no estimate and no bound of an interval crossed a threshold"),
        ("threshold_crossed", {}, {"intervals": {"ned": None}}, False,
         "no estimate and no bound of an interval crossed a threshold"),
        ("retraction", {}, {"included": {"a": 20}, "out": ("b",)}, True, "b was taken out"),
        ("retraction", {}, {"out": ("never_published",)}, False,
         "no study that was published was taken out"),
        ("months_since_version", {"at_least": 6}, {"day": "2026-07-31"}, True,
         "6 months from the last version to the last search"),
        ("months_since_version", {"at_least": 6}, {"day": "2026-07-30"}, False,
         "5 months from the last version to the last search"),
        ("months_since_version", {"at_least": 6}, {"day": "2025-07-30"}, False,
         "0 months from the last version to the last search"),
        ("months_since_version", {"at_least": 6}, {"day": ""}, False, "not searched yet"),
    ],
)  # fmt: skip
def test_a_trigger(when, asked, now, met, words):
    """What is met, what is not, and both in words."""
    assert found(when, now=now, **asked) == (met, words)


def test_a_study_that_is_counted_again():
    """A retraction that people reversed is told like one."""
    before = BEFORE._replace(included={"a": 20}, out=("b",))
    assert found("retraction", before, {"included": {"a": 20, "b": 30}, "out": ()}) == (
        True,
        "b is counted again",
    )


@pytest.mark.parametrize(
    ("when", "asked", "met"),
    [
        ("new_studies", {"at_least": 2}, True),
        ("new_patients", {"at_least": 51}, False),
        ("estimate_moved", {"by": 0.5}, True),
        ("retraction", {}, False),
        ("months_since_version", {"at_least": 1}, False),
    ],
)
def test_the_first_version(when, asked, met):
    """Held against nothing: due as soon as there is what the trigger asks for."""
    assert found(when, None, **asked)[0] is met


def test_every_trigger_is_told():
    """Those that are not met too, in the order of the protocol."""
    asked = [{"id": kind, "when": kind, "at_least": 1, "by": 0.1} for kind in triggers.KINDS]
    told = triggers.evaluate(asked, BEFORE, BEFORE, OUTCOMES)
    assert [one.trigger for one in told] == list(triggers.KINDS)
    assert not any(one.met for one in told)
    assert all(one.words for one in told)


def test_triggers_are_asked_once_after_each_search(tmp_path, monkeypatch):
    """Also after one that failed, and however many runs were cancelled between."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resources").mkdir()

    def searched(time, outcome="complete"):
        run_log.end(run_log.begin(time, "pubmed_1"), outcome=outcome)

    def asked(time):
        trigger_log.add(trigger_log.lines(time, "", [{"trigger": "t", "met": False, "words": "w"}]))

    assert not trigger_log.is_behind()
    searched("2026-12-03T02:17:00Z")
    assert trigger_log.is_behind()
    asked("2026-12-03T02:30:00Z")
    assert not trigger_log.is_behind()
    searched("2027-01-03T02:17:00Z")
    searched("2027-02-03T02:17:00Z", "failed")
    assert trigger_log.is_behind()
    asked("2027-02-03T02:31:00Z")
    assert not trigger_log.is_behind()
    assert len(tables.read(trigger_log.PATH).rows) == 2
