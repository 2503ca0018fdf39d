"""What programs wrote into resources/ goes straight to the branch, and nothing else does.

The run log has a line for every attempt, so that a month without news is a commit too: the branch
says that it was searched, and a schedule is not switched off for want of life.
"""

from collections.abc import Sequence

from living_review import git, notices, run_log, runs, trigger_log
from living_review.errors import ReviewError
from living_review.git import Git

PATHS = (run_log.PATH, runs.FOLDER, notices.FOLDER, trigger_log.PATH)


def changed(repository: Git) -> list[str]:
    """Files below PATHS that the last commit doesn't have like this, new ones too."""
    paths = [repository.prefix + path for path in PATHS]
    listed = repository(
        *("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *paths)
    )
    return [entry[3:] for entry in git.zero_ended(listed)]


def commit(repository: Git, words: str) -> list[str]:
    """Commit them, and leave alone whatever else was changed or staged; the files, if any."""
    paths = changed(repository)
    if paths:
        listed = "\0".join(paths).encode(errors="surrogateescape")
        of_list = ("--pathspec-from-file=-", "--pathspec-file-nul")
        repository("add", "--all", *of_list, stdin=listed)
        repository(
            *(*repository.identity, "commit", "--quiet", "--no-verify", "-m", words, "--only"),
            *of_list,
            stdin=listed,
        )
    return paths


def push(repository: Git, remote: str) -> None:
    """Push the branch, on top of what others pushed meanwhile.

    Raises ReviewError if it can't be, with the commits kept here.
    """
    branch = repository.branch
    for _ in git.pauses():
        done = repository.tried("push", "--quiet", remote, f"HEAD:refs/heads/{branch}")
        if not done.returncode:
            return
        pull(repository, remote, must=False)
    raise ReviewError(
        f"What was written can't be pushed to {branch} of {remote}: {git.said(done)}\n"
        "It is committed here and not lost; the next run pushes it too."
    )


def pull(repository: Git, remote: str, must: bool = True) -> None:
    """Put our commits on top of what is there; edits that nobody committed stay as they are.

    must: whether a remote that is away is an error. Raises ReviewError if both wrote the same file.
    """
    options = ("--quiet", "--rebase", "--autostash", remote, repository.branch)
    pulled = repository.tried(*repository.identity, "pull", *options)
    if not pulled.returncode:
        return
    if not repository.tried("rebase", "--abort").returncode:
        raise ReviewError(
            "Somebody else pushed another search of the same day meanwhile. What was written here "
            f"is committed and not pushed: {git.said(pulled)}\nStart from a fresh clone and search "
            "again; the search finds whatever the other one did not."
        )
    if must:
        raise ReviewError(f"{remote} can't be pulled: {git.said(pulled)}")


def subject(lines: Sequence[dict[str, str]]) -> str:
    """What a commit of these lines of the run log is called: numbers and ids, no free text."""
    told = "; ".join(
        f"{line['strategy_id']} {line['outcome'].replace('_', ' ')}"
        + (f", {line['found']} found, {line['fetched']} new" if line["found"] else "")
        for line in lines
    )
    days = sorted({line["time"][:10] for line in lines})
    return f"Search of {', '.join(days)}: {told}" if lines else "Log of the review"
