"""One month on one machine, for cron: search, page, triggers, with a lock and a log of its own.

It asks what is left to do and not which month it is, so that a run that was missed or is repeated
does no harm. What fails in one step does not stop the others.
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
from living_review.git import Git
from living_review.unattended import site, steps, written

LOCK = "logs/month.lock"
LOGS = Path("logs/months")
LOGS_KEPT = 36
TAIL = 30  # lines of what a step said that go into a mail

DONE, FAILED = 0, 1
ORDER = (FAILED, INCOMPLETE, NOT_PUSHED)  # the first that happened is the exit code


class Wrong(NamedTuple):
    code: int
    words: str
    said: str  # by the step that failed, at its end


class Month(NamedTuple):
    """What became of a run, and where its log is."""

    wrong: list[Wrong]
    log: Path

    @property
    def code(self) -> int:
        codes = {one.code for one in self.wrong}
        return next((code for code in ORDER if code in codes), DONE)

    @property
    def words(self) -> str:
        return "; ".join(one.words for one in self.wrong) or "done"


class Log:
    """The log of one run, and what went wrong in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.wrong: list[Wrong] = []

    def say(self, *lines: str) -> None:
        for line in lines:
            self.file.write(f"{line}\n".encode())

    def command(self, arguments: str, wrong: dict[int, tuple[int, str]], otherwise: str) -> None:
        """Run one of our commands. wrong: what its exit codes mean, as ours and in words;
        otherwise: what any other failure means."""
        begun = self._size()
        code = steps.command(arguments, log=self.file)
        if code not in (DONE, NOTHING_NEW):
            self._failed(begun, *wrong.get(code, (FAILED, otherwise)))

    def page(self) -> bool:
        """Whether the page could be made."""
        begun = self._size()
        if code := steps.page(self.file):
            self._failed(begun, FAILED, "the page could not be made")
        return not code

    @contextmanager
    def part(self, name: str, code: int) -> Iterator[None]:
        """A step in this program."""
        begun = self._size()
        try:
            yield
        except ReviewError as error:
            self.say(f"{name}: {error}")
            self._failed(begun, code, f"{name} failed")

    def _size(self) -> int:
        """Bytes so far: where a step begins."""
        return os.fstat(self.file.fileno()).st_size

    def _failed(self, begun: int, code: int, words: str) -> None:
        said = Path(self.file.name).read_bytes()[begun:].decode(errors="replace").splitlines()
        self.wrong.append(Wrong(code, words, "\n".join(said[-TAIL:])))


def run(now: datetime, remote: str = "", folder: Path | None = None) -> Month:
    """A whole month. remote: where the branch is pulled from and pushed to; folder: of the site.

    Raises BusyError if another run is at work, with nothing done.
    """
    held = files.lock(LOCK)
    try:
        repository = Git() if remote else None
        LOGS.mkdir(parents=True, exist_ok=True)
        path = LOGS / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.log"
        with path.open("ab", buffering=0) as file:
            log = Log(file)
            log.say(f"Begun at {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC in {Path.cwd()}")
            _steps(log, now, repository, remote, folder)
            made = Month(log.wrong, path)
            log.say(f"Exit code {made.code}: {made.words}")
        for old in sorted(LOGS.glob("*.log"))[:-LOGS_KEPT]:
            old.unlink()
        return made
    finally:
        os.close(held)


def _steps(
    log: Log, now: datetime, repository: Git | None, remote: str, folder: Path | None
) -> None:
    if repository:
        with log.part("pull", NOT_PUSHED):
            written.pull(repository, remote)
    before = run_log.read()
    incomplete = {INCOMPLETE: (INCOMPLETE, "the search is not complete")}
    log.command("search", incomplete, "the search could not begin")
    if repository:  # at once: what was found is kept whatever comes
        with log.part("commit", NOT_PUSHED):
            lines = [line for line in run_log.read() if line not in before]
            written.commit(repository, written.subject(lines))
    if log.page():
        log.command("triggers", {}, "the triggers could not be asked")
        if folder:
            with log.part("site", FAILED):
                published = versions.read()
                log.say(*site.assemble(folder, plan.make(), published, repository, remote))
    if repository:
        with log.part("push", NOT_PUSHED):
            written.commit(repository, f"Triggers of {now:%Y-%m-%d}")
            written.push(repository, remote)


def told(made: Month) -> str:
    """What a person has to know of a run that failed: what each step said that did, and the log."""
    parts = [f"--- {one.words} (exit code {one.code}) ---\n{one.said}" for one in made.wrong]
    return "\n\n".join(
        [
            f"The month in {Path.cwd()} ended with exit code {made.code}: {made.words}.",
            *parts,
            f"All of it is in {made.log.resolve()}; docs/unattended.md says what to do.",
        ]
    )


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
