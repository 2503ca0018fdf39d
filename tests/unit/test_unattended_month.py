"""A month by cron is told by its exit code, and by what the step that failed had to say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clones import log_line

from living_review.errors import BusyError, ReviewError
from living_review.exit_codes import INCOMPLETE, NOT_PUSHED, NOTHING_NEW
from living_review.unattended import month, steps

NOW = datetime(2026, 12, 3, 2, 17, tzinfo=UTC)


class Machine:
    """What the programs of a month do, as their exit codes and their last words."""

    def __init__(self):
        self.codes = {"search": NOTHING_NEW, "triggers": NOTHING_NEW, "page": 0}
        self.words = {}
        self.ran = []

    def command(self, name, log):
        self.ran.append(name)
        log.write(f"{self.words.get(name, '')}\n".encode())
        if name == "search":
            log_line("2026-12-03T02:17:00Z")
        return self.codes[name]

    def page(self, log):
        return self.command("page", log)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Machine()
    monkeypatch.setattr(steps, "command", made.command)
    monkeypatch.setattr(steps, "page", made.page)
    return made


@pytest.mark.parametrize(
    ("codes", "code", "words"),
    [
        ({}, 0, "done"),
        ({"search": 0, "triggers": 0}, 0, "done"),
        ({"search": INCOMPLETE}, INCOMPLETE, "the search is not complete"),
        ({"search": 1}, 1, "the search could not begin"),
        ({"page": 1}, 1, "the page could not be made"),
        ({"triggers": 1}, 1, "the triggers could not be asked"),
        (
            {"search": INCOMPLETE, "page": 1},
            1,
            "the search is not complete; the page could not be made",
        ),
    ],
)
def test_exit_code_of_a_month(machine, codes, code, words):
    """Nothing new is a success; the page is made whatever the search did."""
    machine.codes |= codes
    made = month.run(NOW)
    assert (made.code, made.words) == (code, words)
    assert machine.ran[:2] == ["search", "page"]
    assert f"Exit code {code}: {words}" in made.log.read_text()


def test_what_failed_is_told_in_its_own_words(machine):
    """Also where other steps said much after it, and not what went well."""
    machine.codes["search"] = INCOMPLETE
    machine.words = {"search": "esearch: HTTP 503, after 5 tries", "page": "many words\n" * 500}
    said = month.told(month.run(NOW))
    assert "esearch: HTTP 503, after 5 tries" in said
    assert "many words" not in said
    assert str(Path("logs/months/2026-12-03T021700Z.log").resolve()) in said


def test_each_run_has_a_log_and_old_ones_go(machine, monkeypatch):
    monkeypatch.setattr(month, "LOGS_KEPT", 3)
    for days in range(5):
        month.run(NOW + timedelta(days=days))
    kept = sorted(path.name[:10] for path in month.LOGS.iterdir())
    assert kept == ["2026-12-05", "2026-12-06", "2026-12-07"]


def test_two_runs_do_not_meet(machine, monkeypatch):
    """The second does nothing."""
    monkeypatch.setattr(steps, "page", lambda log: month.run(NOW))
    with pytest.raises(BusyError):
        month.run(NOW)
    assert machine.ran == ["search"]


def test_a_remote_that_is_no_repository(machine):
    """Nothing is searched that could not be kept where it was asked for."""
    with pytest.raises(ReviewError, match="not a git repository"):
        month.run(NOW, remote="origin")
    assert machine.ran == []
    assert month.run(NOW).code == 0


def test_a_site_that_can_not_be_made(machine):
    """Is told like any other failure, with the reason."""
    made = month.run(NOW, folder=Path("site"))
    assert (made.code, made.words) == (1, "site failed")
    assert "config.yaml" in made.wrong[0].said
    assert NOT_PUSHED not in {one.code for one in made.wrong}


@pytest.mark.parametrize("address", ["ann", "-s@x", ""])
def test_an_address_that_is_none(address):
    """No option of the program `mail` is made of it."""
    with pytest.raises(ReviewError, match="allowed: an address"):
        month.mail(address, "subject", "text")


def test_a_machine_without_mail(monkeypatch, tmp_path):
    """Says so, rather than nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReviewError, match="No mail was sent"):
        month.mail("ann@example.org", "subject", "text")
