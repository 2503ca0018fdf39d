"""Published versions: what they are called, how they are read, what the review is held against."""

import json
from datetime import date

import pytest

from living_review import versions
from living_review.errors import ReviewError

TOLD = {
    "version": "2026.11",
    "published_on": "2026-11-24",
    "published_by": "ann",
    "why": ["a new included study"],
    "note": "",
    "protocol_version": "2026.11",
    "searched_on": "2026-11-20",
    "counts": {"studies": 3},
    "included": ["a", "b"],
    "out": [],
    "files": {},
    "code": "",
    "analyses": {"ned": "1", "recurrence": "2"},
    "content": "0" * 64,
    "schema": 1,
}


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Write a version.json into the review of this test."""
    monkeypatch.chdir(tmp_path)

    def write(version="2026.11", folder="", **changed):
        path = tmp_path / versions.FOLDER / (folder or version) / "version.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(TOLD | {"version": version} | changed))
        return path

    return write


def called(*names):
    return [versions.Version(**(TOLD | {"version": name})) for name in names]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ([], "2026.11"),
        (["2026.09"], "2026.11"),
        (["2026.11"], "2026.11.1"),
        (["2026.11", "2026.11.1", "2026.11.9", "2026.11.10"], "2026.11.11"),
    ],
)
def test_a_version_is_called_by_its_month(published, expected):
    """Further ones of a month are counted."""
    assert versions.following(date(2026, 11, 24), called(*published)) == expected


def test_a_clock_set_back_is_noticed():
    """No version is called as if it came before one that is there."""
    with pytest.raises(ReviewError, match=r"today is 2026-11-24, but a version of 2027\.1"):
        versions.following(date(2026, 11, 24), called("2027.01"))


def test_versions_come_in_order(publish):
    """The tenth patch after the ninth, whatever the names of the folders sort like."""
    for name in ("2026.11.10", "2025.12", "2026.11.9", "2026.02"):
        publish(name)
    read = [version.version for version in versions.read()]
    assert read == ["2025.12", "2026.02", "2026.11.9", "2026.11.10"]


def test_no_version_yet(publish):
    """A review begins without."""
    assert versions.read() == []


def test_all_that_can_not_be_read_is_named(publish):
    """Each folder with its reason, at once."""
    publish("2026.09")
    publish("2026.10", folder="2026.11")
    publish("2026.12", schema=2)
    publish("2027.01").write_text("{")
    with pytest.raises(ReviewError) as error:
        versions.read()
    assert len(str(error.value).splitlines()) == 3
    assert "2026.11/version.json: version is '2026.10'; allowed: 2026.11" in str(error.value)
    assert "this program knows 1" in str(error.value)


def test_a_version_in_the_making_is_none(publish):
    """A folder that a killed run left is passed over."""
    publish(folder=".unfinished-x")
    assert versions.read() == []


def test_the_review_is_the_last_version_or_comes_after_it():
    """As long as nothing was decided or extracted since, the page is that of the version."""
    first, last = called("2026.10", "2026.11")
    last = last._replace(content="now")
    assert versions.standing([first, last], "now") == (last, [first])
    assert versions.standing([first, last], "later") == (None, [first, last])
    assert versions.standing([first, last], "later").before == last
    assert versions.standing([last], "now").before is None
    assert versions.standing([], "now") == (None, [])


def test_an_analysis_is_held_against_the_versions_that_have_it():
    """One that the protocol got later begins where it begins."""
    first, last = called("2026.10", "2026.11")
    first = first._replace(analyses={"ned": "0"})
    held = versions.standing([first, last], "later")
    assert held.digests("ned") == [("2026.10", "0"), ("2026.11", "1")]
    assert held.digests("recurrence") == [("2026.11", "2")]
    assert held.digests("survival") == []
