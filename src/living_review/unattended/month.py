"""One month on one machine, for cron: search, page, triggers, with a lock and a log of its own.

It asks what is left to do and not which month it is, so that a run that was missed or is repeated
does no harm. On success it says nothing, so that cron sends no mail.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from living_review import files, plan, run_log, versions
from living_review.errors import ReviewError
from living_review.exit_codes import INCOMPLETE, NOT_PUSHED, NOTHING_NEW
from living_review.unattended import site, steps, written
from living_review.unattended.git import Git

LOCK = "logs/month.lock"
LOGS = Path("logs/months")
LOGS_KEPT = 36
TAIL = 40  # lines of the log that go into a mail

DONE, FAILED = 0, 1
ORDER = (FAILED, INCOMPLETE, NOT_PUSHED)  # the first that happened is the exit code


class Month(NamedTuple):
    """What became of a run."""

    code: int
    words: str
    log: Path

    @property
    def tail(self) -> str:
        """The end of its log, for a mail."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL:])


def run(now: datetime, remote: str = "", folder: Path | None = None) -> Month:
    """A whole month. remote: where the branch is pulled from and pushed to; folder: of the site.

    Raises BusyError if another run is at work, with nothing done.
    """
    held = files.lock(LOCK)
    try:
        return _run(now, remote, folder)
    finally:
        os.close(held)


def _run(now: datetime, remote: str, folder: Path | None) -> Month:
    with _log(now) as log:
        repository = Git() if remote else None
        wrong: list[tuple[int, str]] = []
        if repository:
            with _step("pull", log, wrong, NOT_PUSHED):
                written.pull(repository, remote)
        before = run_log.read()
        searched = steps.command("search", log=log)
        if repository:
            with _step("commit", log, wrong, NOT_PUSHED):
                lines = [line for line in run_log.read() if line not in before]
                written.commit(repository, written.subject(lines))
        if searched == INCOMPLETE:
            wrong.append((INCOMPLETE, "the search is not complete"))
        elif searched not in (DONE, NOTHING_NEW):
            wrong.append((FAILED, "the search could not begin"))
        if steps.page(log):
            wrong.append((FAILED, "the page could not be made"))
        else:
            asked = steps.command("triggers", log=log)
            if asked not in (DONE, NOTHING_NEW):
                wrong.append((FAILED, "the triggers could not be asked"))
            if folder:
                with _step("site", log, wrong, FAILED):
                    _say(
                        log,
                        *site.assemble(folder, plan.make(), versions.read(), repository, remote),
                    )
        if repository:
            with _step("push", log, wrong, NOT_PUSHED):
                written.commit(repository, f"Triggers of {now:%Y-%m-%d}")
                written.push(repository, remote)
        code = next((code for code in ORDER if code in dict(wrong)), DONE)
        words = "; ".join(words for _, words in wrong) or "done"
        _say(log, f"Exit code {code}: {words}")
    _forget_old_logs()
    return Month(code, words, Path(log.name))


def mail(address: str, subject: str, text: str) -> None:
    """By the machine's own `mail`. Raises ReviewError if that doesn't work."""
    if "@" not in address or address.startswith("-"):
        raise ReviewError(f"--mail {address!r}; allowed: an address")
    try:
        done = subprocess.run(
            ["mail", "-s", subject, address],
            input=text.encode(),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise ReviewError(f"No mail was sent: mail: {error.strerror}") from error
    if done.returncode:
        raise ReviewError(f"No mail was sent: {done.stderr.decode(errors='replace').strip()}")


@contextmanager
def _step(name: str, log: IO[bytes], wrong: list[tuple[int, str]], code: int) -> Iterator[None]:
    """What fails here is told at the end, and does not stop the rest."""
    try:
        yield
    except ReviewError as error:
        _say(log, f"{name}: {error}")
        wrong.append((code, f"{name} failed"))


@contextmanager
def _log(now: datetime) -> Iterator[IO[bytes]]:
    """The log of this run alone."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.log").open("ab", buffering=0) as log:
        _say(log, f"Begun at {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC in {Path.cwd()}")
        yield log


def _say(log: IO[bytes], *lines: str) -> None:
    for line in lines:
        log.write(f"{line}\n".encode())


def _forget_old_logs() -> None:
    for path in sorted(LOGS.glob("*.log"))[:-LOGS_KEPT]:
        path.unlink()
