"""Git as a program that others have to be told of in words when it fails."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from living_review.errors import ReviewError

TRIES = 5  # pushes that others may get ahead of
PAUSE = 0.5  # seconds before the second of them; each further one waits twice as long
# In a message nobody may read what lets one in.
_SECRET = re.compile(r"(?<=://)[^/@\s]+(?=@)")
# Who commits where neither git's settings nor the environment say it.
NOBODY = {"user.name": "Living review", "user.email": "living-review@localhost"}
BY_ENVIRONMENT = {"user.name": "GIT_COMMITTER_NAME", "user.email": "GIT_COMMITTER_EMAIL"}


class GitError(ReviewError):
    """A command of git that failed, with what it said."""


class Git:
    """A working copy: git run in the topmost folder of the one that `folder` is in."""

    def __init__(self, folder: Path | str = ".") -> None:
        self._base = Path(folder).resolve()
        self.prefix = self("rev-parse", "--show-prefix").strip()  # of the folder, "" or "a/b/"
        self._base = Path(self("rev-parse", "--show-toplevel").strip())
        self._identity: list[str] | None = None

    @property
    def top(self) -> Path:
        return self._base

    def __call__(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """What the command printed. Raises GitError if it fails."""
        done = self.tried(*arguments, stdin=stdin, environment=environment)
        if done.returncode:
            raise GitError(f"git {arguments[0]} failed: {said(done)}")
        return done.stdout.decode(errors="surrogateescape")

    def tried(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """The same, whatever comes of it. Git asks for no password, and speaks English."""
        return subprocess.run(
            ["git", "--literal-pathspecs", *arguments],
            cwd=self._base,
            env=_environment(environment),
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
        )

    @contextmanager
    def contents(self) -> Iterator["Contents"]:
        """What blobs hold, one after the other, from one process."""
        with subprocess.Popen(
            ["git", "cat-file", "--batch"],
            cwd=self._base,
            env=_environment(None),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            if process.stdin and process.stdout:
                yield Contents(process.stdin, process.stdout)

    @property
    def branch(self) -> str:
        """The branch that is checked out. Raises GitError where none is."""
        done = self.tried("symbolic-ref", "--quiet", "--short", "HEAD")
        if done.returncode:
            raise GitError("No branch is checked out here, so that nothing can be pushed to one.")
        return done.stdout.decode().strip()

    @property
    def identity(self) -> list[str]:
        """Options that name who commits, for as much of it as is said nowhere else."""
        if self._identity is None:
            self._identity = [
                option
                for name, value in NOBODY.items()
                if not os.environ.get(BY_ENVIRONMENT[name])
                and self.tried("config", name).returncode
                for option in ("-c", f"{name}={value}")
            ]
        return self._identity

    def fetched(self, remote: str, branch: str, *options: str) -> str:
        """The commit at which a branch stands there, brought here; "" if there is no such branch.

        Raises GitError if the remote can't be asked.
        """
        ref = f"refs/heads/{branch}"
        if not self("ls-remote", remote, ref).strip():
            return ""
        self("fetch", "--quiet", "--no-tags", *options, remote, ref)
        return self("rev-parse", "FETCH_HEAD").strip()

    @contextmanager
    def checked_out(self, commit: str) -> Iterator["Git"]:
        """A commit in a folder of its own, so that the one in which people work is left alone."""
        folder = Path(tempfile.mkdtemp(prefix="living-review-"))
        try:
            self("worktree", "add", "--quiet", "--detach", str(folder / "copy"), commit)
            yield Git(folder / "copy")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self("worktree", "prune")

    def deepen(self, remote: str, branch: str) -> None:
        """Bring the whole history of a branch, of which a shallow clone has the end alone."""
        if self("rev-parse", "--is-shallow-repository").strip() == "true":
            self("fetch", "--quiet", "--no-tags", "--unshallow", remote, f"refs/heads/{branch}")


class Contents:
    """A `git cat-file --batch` that is asked for one blob at a time."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked, self._told = asked, told

    def __getitem__(self, blob: str) -> bytes:
        self._asked.write(blob.encode() + b"\n")
        self._asked.flush()
        header = self._told.readline().split()
        if len(header) != 3:
            raise GitError(f"git has no object {blob}")
        size = int(header[2])
        content = self._told.read(size)
        if len(content) != size or self._told.read(1) != b"\n":
            raise GitError(f"git did not give the whole of object {blob}")
        return content


def pauses() -> Iterator[int]:
    """The number of each try, with a growing pause before all but the first."""
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE * 2 ** (number - 1))
        yield number


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The words of a command that failed, without what would let a reader in."""
    words = (done.stderr or done.stdout).decode(errors="replace").strip()
    return _SECRET.sub("***", words)


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **(more or {})}


def zero_ended(printed: str) -> Sequence[str]:
    """The entries of what git prints with -z."""
    return [entry for entry in printed.split("\0") if entry]
