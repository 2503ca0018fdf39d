"""The one pull request that carries what people must judge, kept up to date until they merge it.

Its branch is the main one, what people pushed to it, and the list of what waits. It is never reset
and never pushed by force: main is merged into it, so that nothing that people did there is lost.
The pull request is open exactly while its branch differs from main.
"""

from typing import NamedTuple

from living_review import files, git
from living_review.errors import ReviewError
from living_review.git import Git
from living_review.unattended import digest, listed
from living_review.unattended.digest import Month
from living_review.unattended.github import GitHub

BRANCH = "screening"
LABEL = "screening"
WORDS = "List what waits for people"


class Stand(NamedTuple):
    """How the branch stands to the main one."""

    differs: bool
    before: listed.Rows  # what waited when people took in the list last
    conflicts: list[str]  # files changed on both in two ways; the branch is left as it was then


def update(repository: Git, remote: str, main: str, rows: listed.Rows) -> Stand:
    """Bring the branch up to the main one and to what waits.

    Raises ReviewError if it can't be pushed.
    """
    repository.deepen(remote, main)
    for _ in git.pauses():
        base = repository.fetched(remote, main)
        tip = repository.fetched(remote, BRANCH)
        before = listed.read(_content(repository, base))
        with repository.checked_out(tip or base) as copy:
            conflicts = _merge(copy, base) if tip else []
            if conflicts:
                return Stand(True, before, conflicts)
            _list(copy, repository.prefix, rows)
            head = copy("rev-parse", "HEAD").strip()
            differs = bool(copy.tried("diff", "--quiet", base, head).returncode)
        if head == tip or not (tip or differs):
            return Stand(differs, before, [])
        done = repository.tried("push", "--quiet", remote, f"{head}:refs/heads/{BRANCH}")
        if not done.returncode:
            return Stand(differs, before, [])
    raise ReviewError(f"{BRANCH} can't be pushed to {remote}: {git.said(done)}")


def tell(github: GitHub, main: str, stand: Stand, month: Month) -> str:
    """Open, rewrite or close the pull request; what was done, in a sentence."""
    told = {"title": digest.title(month.listed), "body": digest.text(month)}
    head = f"{github.owner}:{BRANCH}"
    open_ = list(github.every("pulls", state="open", head=head, base=main))
    if not stand.differs:
        for pull in open_:
            github.patch(f"pulls/{pull['number']}", {**told, "state": "closed"})
        numbers = ", ".join(str(pull["number"]) for pull in open_)
        return (
            f"Pull request {numbers} closed: nothing is left to take in."
            if open_
            else ("No pull request: nothing waits that people have not taken in.")
        )
    if open_:
        number = open_[0]["number"]
        github.patch(f"pulls/{number}", told)
        done = f"Pull request {number} brought up to date."
    else:
        number = github.post("pulls", {**told, "head": BRANCH, "base": main})["number"]
        done = f"Pull request {number} opened."
    github.post(f"issues/{number}/labels", {"labels": [LABEL]})
    return done


def _content(repository: Git, commit: str) -> bytes:
    """The list as a commit has it; empty if it has none."""
    done = repository.tried("show", f"{commit}:{repository.prefix}{listed.PATH}")
    return b"" if done.returncode else done.stdout


def _merge(copy: Git, base: str) -> list[str]:
    """Merge the main branch; files in conflict, and then nothing has changed.

    The list is no conflict, since it is written anew.
    """
    words = ("-m", f"Bring {BRANCH} up to date")
    done = copy.tried(*copy.identity, "merge", "--quiet", "--no-verify", *words, base)
    if not done.returncode:
        return []
    unmerged = git.zero_ended(copy("diff", "--name-only", "-z", "--diff-filter=U"))
    conflicts = [path for path in unmerged if not path.endswith(listed.PATH)]
    if conflicts or not unmerged:
        copy.tried("merge", "--abort")
        return conflicts or [git.said(done)]
    copy("add", "--", *unmerged)
    copy(*copy.identity, "commit", "--quiet", "--no-verify", *words)
    return []


def _list(copy: Git, prefix: str, rows: listed.Rows) -> None:
    """Commit the list of what waits, or its absence."""
    path = f"{prefix}{listed.PATH}"
    if text := listed.as_text(rows):
        files.replace_text(copy.top / path, text)
        copy("add", "--", path)
    else:
        copy("rm", "--quiet", "--force", "--ignore-unmatch", "--", path)
    if copy.tried("diff", "--cached", "--quiet").returncode:
        copy(*copy.identity, "commit", "--quiet", "--no-verify", "-m", WORDS)
