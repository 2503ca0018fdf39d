"""Nothing of the protocol changes after a version was published without somebody saying why."""

import copy
import json

import pytest
from ruamel.yaml import YAML

from living_review import amendments, protocol_keys
from living_review.versions import Version

PROTOCOL = {
    "review": {"id": "r", "protocol_version": "2026.11", "team": [{"id": "ann", "role": "all"}]},
    "eligibility": [{"id": "adults", "topic": "Age", "rule": "Adults only"}],
    "screening": {"reasons": {"other_organ": "Another organ", "review": "A review"}},
    "outcomes": {"ned": {"label": "NED"}},
    "analyses": [
        {"id": "ned", "outcome": "ned", "where": {"unit": ["patient"], "time_point": ["last"]}}
    ],
}
ENTRY = {
    "date": "2027-01-20",
    "version": "2027.01",
    "who": "ann",
    "keys": ["analyses.ned.where.time_point"],
    "what": "Results at 12 months count",
    "why": "Most studies report them",
    "seeing_data": "before",
}
LAST = Version(
    version="2026.11",
    published_on="2026-11-24",
    published_by="ann",
    why=[],
    note="",
    protocol_version="2026.11",
    searched_on="",
    counts={},
    included=[],
    out=[],
    files={},
    code="",
    analyses={},
    content="",
)
WHERE = "analyses.ned.where.time_point"


@pytest.fixture(autouse=True)
def review(tmp_path, monkeypatch):
    """A folder whose last version froze PROTOCOL without amendments."""
    monkeypatch.chdir(tmp_path)
    freeze([])


def freeze(entries):
    LAST.folder.mkdir(parents=True, exist_ok=True)
    kept = {"protocol": PROTOCOL, "amendments": entries}
    (LAST.folder / "protocol.json").write_text(json.dumps(kept))


def declare(*entries):
    path = LAST.folder.parents[2] / amendments.PATH
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as lines:
        YAML().dump({"amendments": [dict(entry) for entry in entries]}, lines)


def protocol(version="2027.01", **changed):
    """The protocol of now: changed keys by their name with __ for the dots."""
    now = copy.deepcopy(PROTOCOL)
    now["review"]["protocol_version"] = version
    for key, value in changed.items():
        *above, last = key.split("__")
        entry = now
        for name in above:
            entry = entry[int(name) if isinstance(entry, list) else name]
        entry[int(last) if isinstance(entry, list) else last] = value
    return now


def said(now):
    return [str(problem) for problem in amendments.check(now, [LAST])]


def test_a_protocol_that_stands_needs_nothing():
    """Nor does one without versions, nor words on who belongs to the team."""
    assert said(protocol("2026.11")) == []
    assert said(protocol(review__team=[{"id": "bob", "role": "all"}])) == []
    assert said(protocol(review__address="https://example.org")) == []
    changed = protocol(analyses__0__where__time_point=["month_12"])
    assert amendments.check(changed, []) == []


def test_a_change_is_refused_until_it_is_declared():
    """The message names the key, both values and the file; the entry lets it pass."""
    changed = protocol(analyses__0__where__time_point=["last", "month_12"])
    (problem,) = said(changed)
    assert problem == (
        f'config/config.yaml: {WHERE} is ["last","month_12"]; allowed: ["last"], as in version '
        "2026.11, or an entry in config/amendments.yaml that names it, with a version after 2026.11"
    )
    declare(ENTRY)
    assert said(changed) == []
    declare(ENTRY | {"keys": ["analyses.ned"]})
    assert said(changed) == []


@pytest.mark.parametrize(
    "entry",
    [{"version": "2026.11"}, {"keys": ["analyses.ned.where.unit"]}, {"keys": ["analyses.ne"]}],
)
def test_an_entry_about_something_else_does_not_help(entry):
    """One that was made before the last version, or that names another key."""
    declare(ENTRY | entry)
    changed = protocol(analyses__0__where__time_point=["month_12"])
    assert any(problem.startswith(f"config/config.yaml: {WHERE} is") for problem in said(changed))


def test_what_is_new_or_gone_is_named_once():
    """A whole analysis is one key, not one for each of its lines."""
    more = [*PROTOCOL["analyses"], {"id": "recurrence", "outcome": "ned", "where": {"unit": ["a"]}}]
    (new,) = said(protocol(analyses=more))
    assert new.startswith("config/config.yaml: analyses.recurrence is new since version 2026.11")
    fewer = copy.deepcopy(PROTOCOL) | {"eligibility": []}
    fewer["review"]["protocol_version"] = "2027.01"
    gone = said(fewer)
    assert any("eligibility.adults is gone since version 2026.11" in each for each in gone)
    assert not any("eligibility.adults.rule" in each for each in gone)


def test_the_order_of_the_reasons_is_protocol_and_of_other_lists_is_not():
    """The first reason that holds counts; analyses may stand in any order."""
    reasons = dict(reversed(PROTOCOL["screening"]["reasons"].items()))
    (problem,) = said(protocol(screening__reasons=reasons))
    assert "screening.reasons.(order)" in problem
    declare(ENTRY | {"keys": ["screening.reasons"], "judge_again": []})
    assert said(protocol(screening__reasons=reasons)) == []
    two = [*PROTOCOL["analyses"], PROTOCOL["analyses"][0] | {"id": "other"}]
    differing = protocol_keys.differences({"analyses": two}, {"analyses": two[::-1]})
    assert differing == []


def test_changed_eligibility_asks_which_decisions_are_made_again():
    """Somebody has to say it, if only that none is."""
    changed = protocol(eligibility__0__rule="Adults and children")
    declare(ENTRY | {"keys": ["eligibility.adults.rule"]})
    (problem,) = said(changed)
    assert "amendments[0].judge_again is missing" in problem
    assert "since eligibility.adults.rule is about eligibility" in problem
    declare(ENTRY | {"keys": ["eligibility.adults.rule"], "judge_again": []})
    assert said(changed) == []


def test_entries_of_a_version_stay_as_they_are():
    """They are added to, never changed or taken out."""
    freeze([ENTRY | {"version": "2026.11"}])
    declare(ENTRY | {"version": "2026.11", "why": "Another reason"})
    (problem,) = said(protocol("2026.11"))
    assert "amendments[0] was changed; allowed: the entry of 2027-01-20 as in version" in problem
    declare()
    (problem,) = said(protocol("2026.11"))
    assert "amendments[0] is gone" in problem


def test_what_the_file_can_not_say_is_named_with_its_line():
    """A wrong word, a missing reason, a key that is none, a protocol that is not there yet."""
    declare(ENTRY | {"seeing_data": "never", "keys": ["analyses.nde"]})
    (problem,) = said(protocol())
    assert "config/amendments.yaml line 9: amendments[0].seeing_data is 'never'" in problem
    declare(ENTRY | {"keys": ["analyses.nde"], "version": "2027.02"})
    problems = "\n".join(said(protocol()))
    assert "amendments[0].version is '2027.02'; allowed: 2027.01, the protocol_version" in problems
    assert "amendments[0].keys[0] is 'analyses.nde'" in problems
    assert "such as analyses.ned" in problems
    without = {key: value for key, value in ENTRY.items() if key != "why"}
    declare(without)
    assert any(
        "amendments[0].why is missing; allowed: the reason" in one for one in said(protocol())
    )


def test_a_version_of_before_has_no_protocol_to_be_held_against():
    """Versions that keep no protocol refuse nothing."""
    (LAST.folder / "protocol.json").unlink()
    assert said(protocol(analyses__0__where__time_point=["month_12"])) == []


def test_entries_since_a_protocol():
    """Those that hold from a later version; the tenth of a month comes after the ninth."""
    entries = [ENTRY | {"version": version} for version in ("2026.11", "2026.11.10", "2027.01")]
    assert amendments.since(entries, "2026.11.9") == entries[1:]
    assert amendments.since(entries, "2027.01") == []
