"""What waits for people, told on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from living_review.screening import words as screening_words
from living_review.todo import tasks
from living_review.todo.read import Waiting

LONGEST = 90  # characters of a title that are shown


def told(waiting: Waiting, limit: int = 10) -> str:
    """A heading for each kind with what to do, then at most `limit` tasks of it, 0 for all."""
    return "\n".join(_lines(waiting, limit)) or "Nothing waits."


def _lines(waiting: Waiting, limit: int) -> Iterator[str]:
    found = waiting.tasks()
    for name in dict.fromkeys(task["kind"] for task in found):
        of_kind = [task for task in found if task["kind"] == name]
        kind = tasks.KINDS.get(name)
        heading = kind.heading if kind else name.replace("_", " ").capitalize()
        yield f"{heading}: {len(of_kind)}. {of_kind[0]['to_do']} ({of_kind[0]['where']})."
        for task in of_kind[: limit or None]:
            score = f" [{task['score']:.2f}]" if task["score"] != "" else ""
            what = plain(task["what"])
            yield f"  {task['rank']}.{score} {plain(task['id'])}: {what} (for {task['for_whom']})"
        if limit and len(of_kind) > limit:
            yield f"  ... and {len(of_kind) - limit} more"
        if name == "screen" and waiting.stopping:
            yield from _stopping(waiting.stopping)
    if any(task["kind"] in tasks.RANKED for task in found) and not waiting.scores:
        yield "Works stand as they came: nothing is ranked yet."


def _stopping(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What the longest look back says of stopping; the others are under living-review rank."""
    yield f"  What stopping now would risk: {screening_words.look_back(rows[-1])}"
    yield f"  {screening_words.ADVICE} More: living-review rank."


def plain(text: str) -> str:
    """One line without signs that command a terminal, cut when it is long."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 3] + "..."
