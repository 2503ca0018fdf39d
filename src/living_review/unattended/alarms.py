"""An issue for each thing that people have to know at once, open as long as it holds.

One open issue a cause: what is new about it is a comment, what was told is not told again, and when
the cause is over the issue is closed. Issues are found by a mark in their text and by their label,
which only members of the team can give.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from living_review import files, run_log
from living_review.errors import ReviewError
from living_review.report import escape
from living_review.unattended import words
from living_review.unattended.github import GitHub

LABEL = "alarm"
SEARCH, RETRACTION, SILENCE, PAGE = "search", "retraction", "silence", "page"
SILENT_DAYS = 40  # between two searches; GitHub stops schedules after 60 days without life
NAMED = 20  # mistakes that keep a page from being made
OVER = "This is over: it no longer holds."

Row = Mapping[str, Any]


class Alarm(NamedTuple):
    kind: str
    cause: str  # of which there is one open issue
    state: str  # what is told once
    title: str
    words: str  # Markdown

    @property
    def mark(self) -> str:
        return _mark(self.kind, self.cause)

    @property
    def told(self) -> str:
        return _mark("told", self.state)


def of_searches(strategies: Iterable[Row], attempts: Iterable[Row]) -> Iterator[Alarm]:
    """One for each strategy of the protocol whose last attempt was not complete.

    attempts: the earliest first, as run_log.read has them.
    """
    last = {attempt["strategy_id"]: attempt for attempt in attempts}
    for strategy in strategies:
        attempt = last.get(strategy["id"])
        if attempt and attempt["outcome"] not in run_log.SEARCHED:
            yield Alarm(
                SEARCH,
                strategy["id"],
                attempt["time"],
                f"The search by {strategy['id']} is not complete",
                f"The search by {words.text(strategy['id'])} that began at "
                f"{words.text(attempt['time'])} is not complete, and nothing of it was added: "
                f"{words.short(attempt['note'])}\n\nThe page says so. The next search asks for "
                "everything again; to run it now, start the workflow by hand.",
            )


def of_retractions(results: Row) -> Iterator[Alarm]:
    """One for each publication of a study here that was retracted, until people decided."""
    for row in results["waiting"]["lists"]["retractions"]:
        seen = max(notice["seen_on"] for notice in row["notices"])
        label = escape.one_line(row["label"] or row["study_id"])
        publication = words.link(
            row["title"] or row["record_id"], escape.address_of(row["record_id"])
        )
        standing = "It is out of all analyses" if row["out"] else "It is still in the analyses"
        yield Alarm(
            RETRACTION,
            f"{row['study_id']} {row['record_id']}",
            seen,
            f"A study was retracted: {label}"[: words.TITLE],
            f"{words.short(label)}: {publication} ({words.text(row['record_id'])}) was retracted; "
            f"the search of {words.text(seen)} saw it. {standing} by the rule of the protocol. To "
            "confirm or reverse that, add a line to resources/decisions/events/.",
        )


def of_silence(attempts: Sequence[Row], now: datetime) -> Iterator[Alarm]:
    """One if nothing has been searched for SILENT_DAYS, also in vain. now: in UTC."""
    if not attempts:
        return
    last = str(attempts[-1]["time"])
    try:
        days = (now - datetime.fromisoformat(last)).days
    except (ValueError, TypeError) as error:
        raise ReviewError(f"{run_log.PATH}: time is {last!r}; allowed: a time in UTC") from error
    if days > SILENT_DAYS:
        yield Alarm(
            SILENCE,
            "search",
            last,
            "No search has run for weeks",
            f"The last search began at {words.text(last)}, {days} days ago. The schedule may be "
            "switched off: look at the workflow `update` under Actions, and run it by hand.",
        )


def of_page(mistakes: str) -> Alarm:
    """The page of this state can't be made. mistakes: what has to be put right, a line each."""
    lines = [line for line in mistakes.splitlines() if line.strip()]
    return Alarm(
        PAGE,
        "page",
        mistakes,
        "The page can't be made",
        "The page stays as it was, and shows nothing that came since: no study, no retraction. To "
        f"be put right:\n\n{words.bullets([words.short(line) for line in lines], NAMED)}\n\n"
        "`make tables` names every mistake. The page is made when the tables are pushed.",
    )


def tell(github: GitHub, wanted: Iterable[Alarm], kinds: Iterable[str]) -> list[str]:
    """Open, add to and close issues, so that of these kinds those stand open that are wanted.

    Returns what was done, a sentence each.
    """
    wanted = list(wanted)
    kinds = tuple(kinds)
    open_ = [
        issue
        for issue in github.every("issues", state="open", labels=LABEL)
        if "pull_request" not in issue
    ]
    done = []
    for alarm in wanted:
        issue = next((one for one in open_ if alarm.mark in (one["body"] or "")), None)
        if issue is None:
            made = github.post(
                "issues",
                {"title": alarm.title, "body": _body(alarm), "labels": [LABEL]},
            )
            done.append(f"Issue {made['number']} opened: {alarm.title}")
        elif alarm.told not in _said(github, issue):
            github.post(f"issues/{issue['number']}/comments", {"body": _body(alarm)})
            done.append(f"Issue {issue['number']} has a comment more: {alarm.title}")
    holding = {alarm.mark for alarm in wanted}
    for issue in open_:
        body = issue["body"] or ""
        ours = any(_opening(kind) in body for kind in kinds)
        if ours and not any(mark in body for mark in holding):
            github.post(f"issues/{issue['number']}/comments", {"body": OVER})
            github.patch(f"issues/{issue['number']}", {"state": "closed"})
            done.append(f"Issue {issue['number']} closed: {escape.one_line(issue['title'])}")
    return done


def _body(alarm: Alarm) -> str:
    return words.whole(alarm.words, f"{alarm.mark}\n{alarm.told}")


def _said(github: GitHub, issue: Row) -> str:
    """All that the author of an issue wrote there; what others write is no news of ours."""
    author = issue["user"]["login"]
    comments = github.every(f"issues/{issue['number']}/comments")
    ours = [comment["body"] for comment in comments if comment["user"]["login"] == author]
    return "\n".join([issue["body"] or "", *ours])


def _opening(kind: str) -> str:
    return f"<!-- living-review {kind} "


def _mark(kind: str, value: str) -> str:
    """A comment that nobody sees; of what comes from outside it has the digest alone."""
    return f"{_opening(kind)}{files.digest(value)[:20]} -->"
