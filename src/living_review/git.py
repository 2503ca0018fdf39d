"""What git knows of a folder: the few questions that are asked of it."""

import os
import subprocess
from pathlib import Path

from living_review.errors import ReviewError

OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # would name another repository


class GitError(ReviewError):
    """Git is absent, knows no such thing, or refused."""


def run(folder: Path, *arguments: str) -> str:
    """What git prints about a folder, without the last line end. Raises GitError if it fails."""
    command = ["git", "-C", str(folder), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.rstrip("\n")


def top(folder: Path) -> Path:
    """The folder that holds the repository. Raises GitError outside of one."""
    return Path(run(folder, "rev-parse", "--show-toplevel")).resolve()


def commit(folder: Path, name: str) -> str:
    """The commit that a tag, branch or digest names; "" if there is none."""
    try:
        return run(
            folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
    except GitError:
        return ""


def has(folder: Path, commit: str, path: str) -> bool:
    """Whether a file stood in a commit; path: from the top of the repository."""
    try:
        run(folder, "cat-file", "-e", f"{commit}:{path}")
    except GitError:
        return False
    return True


def is_changed(folder: Path, *paths: str) -> bool:
    """Whether anything below the paths differs from the last commit, files not added too."""
    return bool(run(folder, "status", "--porcelain", "--", *paths))


def clone(repository: Path, commit: str, folder: Path) -> None:
    """Lay out a commit in a new folder; the repository itself is not touched."""
    run(repository, "clone", "--quiet", "--shared", "--no-checkout", str(repository), str(folder))
    run(folder, "checkout", "--quiet", "--detach", commit)
