"""The page at the path that never changes: results/report/index.html and the files beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from living_review import files
from living_review.errors import ReviewError
from living_review.names import Name, Plan
from living_review.versions import Version

FOLDER = Path("results/report")
RESULTS = "results.json"
NOT_MADE = (
    "The page of this state of the review is not made yet. Run `make review` first (or "
    "`snakemake`). Nothing was changed."
)
MARKERS = FOLDER / ".shown"
WAITING = {
    "screen": "works to screen",
    "full_text": "full texts to judge",
    "conflicts": "conflicts",
    "extract": "to extract",
    "duplicates": "possible duplicates",
    "questions": "questions to the review team",
}
# Rare; told only when there are any.
RARE = {
    "again": "works to decide on again",
    "verify": "rows to check by a second person",
    "provisional": "studies known in part from abstracts only",
    "awaiting": "works that wait for others",
    "differences": "differences between extractors",
    "second_extraction": "studies to extract a second time",
    "overlaps": "pairs of studies that may have the same patients",
    "unmet_overlaps": "decisions about overlap of studies that are not there",
    "risk_of_bias": "studies to judge for risk of bias",
    "risk_of_bias_conflicts": "items about whose risk of bias raters differ",
    "duplicate_conflicts": "conflicts about duplicates",
    "duplicate_alarms": "works of very many records",
    "retractions": "retractions to look at",
    "concerns": "expressions of concern to judge",
    "corrections": "extractions to check again",
    "event_conflicts": "conflicts about retractions",
    "unmet_decisions": "decisions about events that no search has seen",
    "ratings": "certainties to rate",
    "rating_conflicts": "conflicts about certainty",
}


def marker(page: Name) -> Path:
    """What Snakemake asks for while readers see another page; it means nothing afterwards."""
    return MARKERS / page.key


def forget(page: Name) -> Path:
    """The page's marker, taken away if it is there: asking for it makes the page shown anew."""
    marker(page).unlink(missing_ok=True)
    return marker(page)


def is_shown(page: Name) -> bool:
    """Whether readers see this page."""
    made = Path(page.path)
    try:
        return (FOLDER / made.name).read_bytes() == made.read_bytes()
    except FileNotFoundError:
        return False


def current(plan: Plan) -> Path:
    """The page of this state of the review. Raises ReviewError if readers see another one."""
    page = plan.of("report")[0]
    if not is_shown(page):
        raise ReviewError(NOT_MADE)
    return Path(page.path)


def results(plan: Plan) -> Any:
    """The results of the page of this state of the review. Raises ReviewError if it is not made."""
    page = plan.of("report")[0]
    if page.is_missing():
        raise ReviewError(NOT_MADE)
    return files.read_json(Path(page.path).with_name(RESULTS))


def show(page: Name, published: Sequence[Version]) -> None:
    """Copy all that readers see to the stable path, the page itself last."""
    for path, content in of_readers(page, published):
        files.replace_bytes(FOLDER / path, content)
    files.replace_text(marker(page), "")


def of_readers(page: Name, published: Sequence[Version]) -> Iterator[tuple[str, bytes]]:
    """Path and content of all that readers see: published versions at their places, what lies
    beside the page, and the page last."""
    from living_review.report import archive  # reads HTML, which the plan has no need of

    made = Path(page.path)
    yield from archive.of_versions(published, made.with_name(RESULTS).read_bytes()).items()
    beside = sorted(path for path in made.parent.rglob("*") if path.is_file() and path != made)
    for path in (*beside, made):
        yield path.relative_to(made.parent).as_posix(), path.read_bytes()


def waits(page: Name, review: Path) -> str:
    """Where the page is and what waits for people, for the end of a run.

    review: the folder of the review, as seen from where the run was started.
    """
    counts = files.read_json(Path(page.path).with_name(RESULTS))["waiting"]["counts"]
    told = WAITING | {name: words for name, words in RARE.items() if counts[name]}
    waiting = ", ".join(f"{words}: {counts[name]}" for name, words in told.items())
    return f"The page: {review / FOLDER / Path(page.path).name}\nWaiting for people: {waiting}"
