"""Every list of what waits as one list of tasks, in the order in which to do them, and for whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from living_review.ledgers import SEED

Row = Mapping[str, Any]

COLUMNS = ("kind", "rank", "score", "for_whom", "id", "what", "to_do", "where")
ANYBODY = "anybody"


class Kind(NamedTuple):
    """What one list asks of people."""

    heading: str
    to_do: str
    where: str  # the sheet of the workbook, or the file


KINDS = {
    "screen": Kind("Works to screen", "Decide on title and abstract", "screen"),
    "conflicts": Kind("Conflicts", "Decide, as one more person", "screen"),
    "full_text": Kind("Full texts", "Get the full text and decide on it", "screen"),
    "again": Kind(
        "Decisions to make again",
        "Decide by the amended protocol, superseding your line",
        "decided",
    ),
    "awaiting": Kind("Works that wait for others", "Decide when it has come", "screen"),
    "extract": Kind("Studies to extract", "Enter the study", "studies, reports, arms, outcomes"),
    "verify": Kind("Values to verify", "Check the row against its source", "checked_by"),
    "duplicates": Kind("Possible duplicates", "Decide same or different", "duplicates"),
    "duplicate_conflicts": Kind(
        "Conflicts about duplicates", "Supersede one of the lines", "resources/decisions/duplicates"
    ),
    "duplicate_alarms": Kind(
        "Works of very many records", "Look whether two works ran together", "duplicates"
    ),
    "one_study": Kind(
        "Reports that may be of one study", "Give both one study_id if they are", "reports"
    ),
    "overlaps": Kind(
        "Studies that may have the same patients", "Decide same, partly or separate", "overlaps"
    ),
    "unmet_overlaps": Kind(
        "Decisions about overlap of studies that are not there",
        "Supersede the line by one that is right",
        "resources/decisions/overlap",
    ),
    "second_extraction": Kind(
        "Studies to extract a second time", "Extract it on your own", "resources/extraction/second"
    ),
    "differences": Kind(
        "Differences between extractors", "Agree on one value", "resources/extraction/consensus.csv"
    ),
    "risk_of_bias": Kind(
        "Studies to judge for risk of bias",
        "Answer the items of the tool",
        "risk_of_bias",
    ),
    "risk_of_bias_conflicts": Kind(
        "Items about whose risk of bias raters differ",
        "Agree on one answer",
        "risk_of_bias",
    ),
    "ratings": Kind("Results to rate", "Judge each domain", "ratings"),
    "rating_conflicts": Kind(
        "Results whose certainty is in dispute",
        "Supersede one of the lines",
        "resources/decisions/grade",
    ),
    "retractions": Kind("Retractions", "Confirm or reverse", "events"),
    "concerns": Kind("Expressions of concern", "Decide exclude or keep", "events"),
    "corrections": Kind("Errata and updates", "Check the extraction again", "events"),
    "event_conflicts": Kind("Conflicts about events", "Supersede one of the lines", "events"),
    "unmet_decisions": Kind(
        "Decisions about events that no search has seen",
        "Supersede the line by one that is right",
        "resources/decisions/events",
    ),
    "provisional": Kind("Provisional studies", "Read the full text", "studies, arms, outcomes"),
    "questions": Kind("Questions of eligibility", "Answer in the protocol", "config/config.yaml"),
}
RANKED = ("screen", "conflicts", "full_text")  # works, in the order of their scores
OF_SCREENERS = RANKED
# Where one more person is needed: under which name a row has those who did it already.
NOT_AGAIN = {
    "verify": "extracted_by",
    "second_extraction": "extracted_by",
    "risk_of_bias": "raters",
}


def ordered(rows: Sequence[Row], scores: Mapping[str, float]) -> list[Row]:
    """Works with the highest score first; those without one after them, as they came."""
    return sorted(
        rows,
        key=lambda row: (
            -scores.get(row["record_id"], float("-inf")),
            row.get("suggestion") != "include",
            row.get("came", 0),
        ),
    )


def tasks(
    lists: Mapping[str, Sequence[Row]],
    screening: Row,
    screeners: Collection[str],
    scores: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """A row of COLUMNS for each thing that waits.

    lists: as the page has them. screening: the section of the protocol. screeners: people who ever
    decided. scores: of works by record id, none if nothing is ranked. A list that is not among
    KINDS comes last, under its own name.
    """
    scores = scores or {}
    found = []
    for name in (*KINDS, *(name for name in lists if name not in KINDS)):
        rows = lists.get(name, ())
        kind = KINDS.get(name) or Kind(name.replace("_", " ").capitalize(), "Look at it", "")
        for rank, row in enumerate(ordered(rows, scores) if name in RANKED else rows, 1):
            score = scores.get(row.get("record_id", "")) if name in RANKED else None
            found.append(
                {
                    "kind": name,
                    "rank": rank,
                    "score": "" if score is None else score,
                    "for_whom": for_whom(name, row, screening, screeners),
                    "id": identity(row),
                    "what": _what(row),
                    "to_do": kind.to_do,
                    "where": kind.where,
                }
            )
    return found


def for_whom(name: str, row: Row, screening: Row, screeners: Collection[str]) -> str:
    """Screeners who did not decide on that work yet; whoever did not do the same before; those who
    disagree, since a line is taken back by who wrote it; else anybody."""
    if name in NOT_AGAIN:
        done = _people(row.get(NOT_AGAIN[name]))
        return f"{ANYBODY} but {' and '.join(done)}" if done else ANYBODY
    if name == "differences":
        return f"{row['person']} and the first extractor"
    if name == "risk_of_bias_conflicts":
        return " and ".join(_people(one["rater"] for one in row["ratings"])) or ANYBODY
    if name == "again":
        return " and ".join(row["again"])
    if name not in OF_SCREENERS:
        return " or ".join(_who_disagree(name, row)) or ANYBODY
    voters = row.get("voters", ())
    free = [who for who in sorted(screeners) if who not in voters]
    if name == "conflicts":
        needed = 1
    else:
        needed = max(screening["screeners_required"][row["stage"]] - len(voters), 1)
    if len(free) < needed:
        more = needed - len(free)
        free.append(f"{more} more {'person' if more == 1 else 'people'}")
    return ", ".join(free)


def waits_for(name: str, row: Row, who: str) -> bool:
    """Whether a person may do a task: nobody votes twice, nobody checks the own reading."""
    if name in OF_SCREENERS:
        return who not in row.get("voters", ())
    if name in NOT_AGAIN:
        return who not in _people(row.get(NOT_AGAIN[name]))
    if name == "again":
        return who in row["again"]
    return who in (_who_disagree(name, row) or [who])


def _people(named: str | Iterable[str] | None) -> list[str]:
    """Of one name or several: the people among them, each once."""
    names = [named] if isinstance(named, str) else named or ()
    return sorted({name for name in names if name} - {SEED})


def _who_disagree(name: str, row: Row) -> list[str]:
    """Who wrote the lines of which one has to be taken back; nobody where it is not about that."""
    if "screener" in row:  # one line, about something that is not there
        return _people(row["screener"])
    if name == "duplicate_conflicts":  # who:line, as dedup.decisions writes them
        return _people(one.partition(":")[0] for one in str(row.get("decisions", "")).split())
    if name == "event_conflicts" or row.get("standing") == "conflict":
        return _people(line["screener"] for line in row.get("decisions", ()))
    return []


def identity(row: Row) -> str:
    """The id or ids under which tables and ledgers name it."""
    if "record_id_1" in row:
        return f"{row['record_id_1']} and {row['record_id_2']}"
    if "study_id_1" in row:
        return f"{row['study_id_1']} and {row['study_id_2']}"
    names = ("record_id", "study_id", "work_id", "id", "key")
    found = next((str(row[name]) for name in names if row.get(name)), "")
    if not found:
        both = row.get("reports") or row.get("studies") or ()
        return " and ".join(identity(one) for one in both)
    about = ("table", "row", "event", "kind", "result", "tool", "item", "column")
    return ", ".join([found, *(str(row[name]) for name in about if row.get(name))])


def _what(row: Row) -> str:
    if "question" in row:
        return str(row["question"])
    if "unread" in row:
        said = "" if row["included"] else "not included on the full text; "
        return f"{row['label']}: {said}{row['unread']} of {row['rows']} rows from the abstract only"
    both: Iterable[Row] = row.get("records") or row.get("reports") or row.get("studies") or ()
    if "title" not in row and both:
        return " / ".join(str(one.get("title") or one.get("label") or "") for one in both)
    words = (row.get("title"), row.get("label"), row.get("reason"), row.get("study_id"))
    return next((str(one) for one in words if one), "")
