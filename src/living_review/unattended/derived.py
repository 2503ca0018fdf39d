"""Results kept on a branch of their own, since a machine that runs once a month begins empty.

Every file is called after its content, so that the branch is only added to: what it has under a
name is right for ever, and two runs that add at once add to each other. Its history has nothing in
common with that of the review.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from living_review import files, git
from living_review.errors import ReviewError
from living_review.git import Git
from living_review.names import Name, Plan

BRANCH = "derived"
FILE = "100644"


class Kept:
    """The files of the branch as it stood when it was fetched."""

    def __init__(self, repository: Git, remote: str) -> None:
        self._git = repository
        self.tip = repository.fetched(remote, BRANCH, "--depth=1")
        listed = repository("ls-tree", "-r", "-z", "--full-tree", self.tip) if self.tip else ""
        entries = (entry.split("\t", 1) for entry in git.zero_ended(listed))
        self.blobs = {
            path.removeprefix(repository.prefix): about.split()[2]
            for about, path in entries
            if path.startswith(repository.prefix)
        }

    def below(self, folder: str) -> list[str]:
        """Paths of a folder's files, in order."""
        return sorted(path for path in self.blobs if path.startswith(f"{folder}/"))

    def same(self, file: Path) -> list[str]:
        """Paths that have the very bytes of a file."""
        blob = self._git("hash-object", "--no-filters", str(file.resolve())).strip()
        return sorted(path for path, other in self.blobs.items() if other == blob)

    def bring(self, paths: Mapping[str, Path]) -> None:
        """Write files, each beside its place and then renamed, in the order given."""
        with self._git.contents() as contents:
            for path, place in paths.items():
                files.replace_bytes(place, contents[self.blobs[path]])


def bring_back(plan: Plan, kept: Kept) -> list[Name]:
    """Of the results that are missing here, those that the branch has; they stand here then."""
    brought = []
    for name in plan.names:
        if name.is_missing() and all(path in kept.blobs for path in name.paths):
            beside = [path for path in _beside(name, kept.blobs) if path not in name.paths]
            kept.bring({path: Path(path) for path in (*beside, *name.paths)})
            brought.append(name)
    return brought


def keep(plan: Plan, repository: Git, remote: str) -> list[Name]:
    """Add the results that the branch lacks; those."""
    added: list[Name] = []

    def lacking(kept: Kept) -> dict[str, Path]:
        added[:] = [
            name
            for name in plan.names
            if not name.is_missing() and not all(path in kept.blobs for path in name.paths)
        ]
        paths = {path for name in added for path in (*_beside(name, _here(name)), *name.paths)}
        return {path: Path(path) for path in paths}

    add(lacking, repository, remote, "Results")
    return added


def add(
    lacking: Callable[[Kept], Mapping[str, Path]], repository: Git, remote: str, words: str
) -> None:
    """Add files to the branch, by a push that takes nothing away from it.

    lacking: what of {path on the branch: file here} it lacks as it stands. Raises ReviewError if
    it can't be pushed.
    """
    for _ in git.pauses():
        kept = Kept(repository, remote)
        found = {path: file for path, file in lacking(kept).items() if path not in kept.blobs}
        if not found:
            return
        commit = _committed(repository, kept.tip, found, words)
        done = repository.tried("push", "--quiet", remote, f"{commit}:refs/heads/{BRANCH}")
        if not done.returncode:
            return
    raise ReviewError(f"Results can't be kept on {BRANCH} of {remote}: {git.said(done)}")


def _committed(repository: Git, tip: str, found: Mapping[str, Path], words: str) -> str:
    """A commit of the branch with these files more; nothing that is checked out changes."""
    order = sorted(found)
    listed = "".join(f"{found[path].resolve()}\n" for path in order).encode()
    blobs = repository("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).split()
    entries = "".join(
        f"{FILE} {blob}\t{repository.prefix}{path}\0"
        for blob, path in zip(blobs, order, strict=True)
    )
    with files.hidden_folder(Path(repository("rev-parse", "--absolute-git-dir").strip())) as folder:
        index = {"GIT_INDEX_FILE": str(folder / "index")}
        if tip:
            repository("read-tree", tip, environment=index)
        repository("update-index", "-z", "--index-info", stdin=entries.encode(), environment=index)
        tree = repository("write-tree", environment=index).strip()
    parent = ["-p", tip] if tip else []
    return repository(*repository.identity, "commit-tree", tree, *parent, "-m", words).strip()


def _beside(name: Name, paths: Iterable[str]) -> list[str]:
    """Of all paths those in the folder of a result that has one, such as the page's figures."""
    folder = f"results/{name.stage}/{name.key}/"
    return sorted(path for path in paths if path.startswith(folder))


def _here(name: Name) -> list[str]:
    folder = Path("results", name.stage, name.key)
    return [str(path) for path in folder.rglob("*") if path.is_file()]
