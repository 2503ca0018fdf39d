"""What each run computed and because of what, in logs/computed.log; "nothing to do" too.

The log is for people. What the next run is held against is the plan of the last run that came to
its end, whose key is in logs/last_plan; a clone has none, and then the last version serves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from living_review import files, job, versions
from living_review.names import Name, Plan
from living_review.why import inputs, reasons, words
from living_review.why.inputs import Inputs

LOG = job.LOGS / "computed.log"
LAST = job.LOGS / "last_plan"
NOTHING = "nothing to do"
SHOWN_AGAIN = "nothing to compute; a page that was made before is shown again"
TAKEN_AWAY = "nothing changed that it reads; its file was not there"


def log(
    time: datetime, current: Plan, key: str, asked: Sequence[Name], showed: bool, failures: str
) -> None:
    """Add what a run did to the log.

    current: its plan, as it was made, and its key; asked: the names that were missing when it
    began; showed: whether readers saw another page then; failures: what its jobs that failed had to
    say. A dry run adds nothing.
    """
    made = [name for name in asked if not name.is_missing()]
    left = len(asked) - len(made)
    if left and not made and not failures:
        return
    entry = [f"{time:%Y-%m-%dT%H:%M:%SZ} {_said(made, left, showed)}"]
    if made:
        entry += [f"  {line}" for line in _because(made, current, key)]
    entry += [f"  failed: {line}" for line in failures.splitlines() if line]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as lines:
        lines.write("\n".join(entry) + "\n")
    if not left and last() != key:
        files.replace_text(LAST, f"{key}\n")


def last() -> str:
    """The key of the plan of the last run that came to its end; "" if none is known."""
    try:
        return LAST.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def before() -> tuple[str, Inputs | None]:
    """What the review is held against, and its inputs: the last run, else the last version."""
    found = inputs.read(last()) if last() else None
    if found:
        return "the last run", found
    published = versions.read()
    if published and (of_version := inputs.of_version(published[-1].folder)):
        return f"version {published[-1].version}", of_version
    return "", None


def because(
    names: Iterable[Name], now: Inputs, against: Inputs
) -> dict[tuple[str, ...], list[str]]:
    """{reasons in words: titles of the results that have them}."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        why = tuple(words.lines(reasons.of(name, now, against))) or (TAKEN_AWAY,)
        grouped.setdefault(why, []).append(inputs.title(name))
    return grouped


def _because(made: Sequence[Name], current: Plan, key: str) -> Iterable[str]:
    called, against = before()
    if against is None:
        yield f"no earlier run is known here: {titled(map(inputs.title, made), current)}"
        return
    yield f"held against {called}"
    kept = inputs.read(key)
    now = kept.at_hand(current) if kept else inputs.of(current)
    for why, titles in because(made, now, against).items():
        yield f"{titled(titles, current)}, because of"
        yield from (f"  {line}" for line in why)


def _said(made: Sequence[Name], left: int, showed: bool) -> str:
    if not made and not left:
        return SHOWN_AGAIN if showed else NOTHING
    return f"computed {len(made):,}" + (f"; still to be made: {left:,}" if left else "")


def titled(titles: Iterable[str], current: Plan) -> str:
    """The results by stage: all 7 figures, syntheses (ned, recurrence), report (page)."""
    by_stage: dict[str, list[str]] = {}
    for called in titles:
        stage, _, label = called.partition(" ")
        by_stage.setdefault(stage, []).append(label)
    counts = Counter(name.stage for name in current.names)
    return ", ".join(
        f"all {counts[stage]:,} {stage}"
        if len(labels) == counts[stage] > 1
        else f"{stage} ({words.some(labels)})"
        for stage, labels in by_stage.items()
    )
