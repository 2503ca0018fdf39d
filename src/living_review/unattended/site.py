"""The page as it is now, and every published version under an address that never changes.

    index.html, figures/, data/, results.json    the current page
    v/<version>/index.html ...                   the page of a version; says what came after it

A version's page is the one that shows the very numbers that the version froze: its results.json is
the same to the byte. Once served it stays what it was, but for that notice.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from living_review import files, reproduce
from living_review.errors import ReviewError
from living_review.git import Git
from living_review.names import Plan
from living_review.report import archive, shown
from living_review.unattended import derived
from living_review.unattended.derived import Kept
from living_review.versions import Version

PAGE, RESULTS = "index.html", shown.RESULTS
VERSIONS = archive.FOLDER
ON_BRANCH = "versions"  # folder of the branch of results that has the pages of versions
PAGES = "results/report"


def assemble(
    out: Path,
    current: Plan,
    published: Sequence[Version],
    repository: Git | None = None,
    remote: str = "",
) -> list[str]:
    """Bring a folder to serve up to date; what was done for each version, in words.

    out: may have an earlier site, of which the pages of versions stay. repository, remote: where
    results are kept, if anywhere. Raises ReviewError if the current page is not made, or if a
    version's page can't be found.
    """
    page = current.of("report")[0]
    if page.is_missing():
        raise ReviewError(shown.NOT_MADE)
    folder_of = {version.version: out / VERSIONS / version.version for version in published}
    placed = [one for one in published if not (folder_of[one.version] / PAGE).exists()]
    kept = Kept(repository, remote) if repository and placed else None
    told = []
    for version in placed:
        folder = folder_of[version.version]
        told.append(f"{folder}: {_place(version, folder, kept, repository, remote)}")
    if repository and placed:
        _keep(placed, out, repository, remote)
    _show(Path(page.path).parent, out)
    now = (out / RESULTS).read_bytes()
    for version in published:
        _dress(folder_of[version.version], version, published[-1], now)
    return told


def _place(
    version: Version, folder: Path, kept: Kept | None, repository: Git | None, remote: str
) -> str:
    """Put a version's page into its folder; where it was found."""
    frozen = version.folder / RESULTS
    of_version = f"{ON_BRANCH}/{version.version}"
    if kept and kept.below(of_version):
        _bring(kept, of_version, folder)
        return "as it was kept"
    for page in sorted(Path(PAGES).glob(f"*/{RESULTS}")):
        if page.read_bytes() == frozen.read_bytes() and (page.parent / PAGE).exists():
            _copy(page.parent, folder)
            return f"from {page.parent}"
    for path in kept.same(frozen) if kept else ():
        made = path.removesuffix(f"/{RESULTS}")
        if kept and f"{made}/{PAGE}" in kept.blobs:
            _bring(kept, made, folder)
            return f"from {made} of the branch {derived.BRANCH}"
    if as_published := archive.kept(version):
        for name, content in as_published.items():
            files.replace_bytes(folder / name, content)
        return "as it was published"
    if repository and _made_again(version, folder, repository, remote):
        return "made again from the commit that published it"
    raise ReviewError(
        f"The page of version {version.version} is neither in {PAGES} nor on the branch "
        f"{derived.BRANCH}, and no commit makes it again with the same numbers. Make it where the "
        "version is the current state of the review, and then run `living-review unattended keep`."
    )


def _made_again(version: Version, folder: Path, repository: Git, remote: str) -> bool:
    """Compute a version again from the commit that published it; whether its numbers came."""
    repository.deepen(remote, repository.branch)
    with tempfile.TemporaryDirectory(prefix="living-review-") as made:
        try:
            found = reproduce.reproduce(version.version, Path(made))
        except ReviewError:
            return False
        if not found.differences:
            _copy(Path(made), folder)
        return not found.differences


def _bring(kept: Kept, source: str, folder: Path) -> None:
    paths = _page_last(kept.below(source))
    kept.bring({path: folder / path.removeprefix(f"{source}/") for path in paths})


def _copy(source: Path, folder: Path) -> None:
    for path in _page_last(_below(source)):
        files.replace_bytes(folder / path, (source / path).read_bytes())


def _page_last(paths: Iterable[str]) -> list[str]:
    """Who sees the page finds all that it needs."""
    return sorted(paths, key=lambda path: (Path(path).name == PAGE, path))


def _below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(
            part.startswith(".") for part in path.relative_to(folder).parts
        ):
            yield str(path.relative_to(folder))


def _keep(placed: Iterable[Version], out: Path, repository: Git, remote: str) -> None:
    """Keep the pages of versions as they are, before any notice is on them."""
    found = {
        f"{ON_BRANCH}/{version.version}/{path}": folder / path
        for version in placed
        for folder in (out / VERSIONS / version.version,)
        for path in _below(folder)
    }
    derived.add(lambda _: found, repository, remote, "Pages of versions")


def _show(source: Path, out: Path) -> None:
    """Put the current page at the top; what the page before had beside it goes."""
    _copy(source, out)
    now = set(_below(source))
    for path in _below(out):
        if path not in now and not path.startswith(f"{VERSIONS}/"):
            (out / path).unlink()


def _dress(folder: Path, version: Version, newest: Version, now: bytes) -> None:
    """Have the page of a version say what came after it, and lead to what is there."""
    gone_on = (folder / RESULTS).read_bytes() != now
    told = archive.notice(version, newest, gone_on)
    for name, content in archive.dressed(
        (folder / PAGE).read_text("utf-8"), told, set(_below(folder))
    ).items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            files.replace_bytes(path, content)
