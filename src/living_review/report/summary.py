"""The summary of findings: an analysis a row, the reasons for its certainty as footnotes."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.certainty import OVERALL
from living_review.certainty import ratings as judged
from living_review.certainty.ledger import NOTHING_SAID
from living_review.report import answers, escape, rests_on, statements, words
from living_review.report.markdown import blocks, bullets, table

Row = Mapping[str, Any]

HEAD = (
    "Result",
    "In plain words",
    "Of 100 patients (95% CI)",
    "Certainty",
    "Prediction interval",
    "Bounds",
    "Studies; patients",
)
HOW_TO_READ = (
    "Numbers are of 100 patients whose outcome is known. The prediction interval says where the "
    "share of a further study may lie; the bounds, what the unknown outcomes could change in the "
    "share of all patients taken together, which a pooled share need not lie in. Each row is about "
    "one group of patients: rows are not to be compared with each other."
)


def part(results: Row) -> str:
    """The table, how to read it, and the footnotes."""
    if not results["analyses"]:
        return "The protocol names no analysis yet.\n"
    notes = Notes()
    rows = [_row(entry, notes) for entry in results["analyses"]]
    return blocks(
        table("Summary of findings", HEAD, "lllllll", rows, "tbl-summary"),
        HOW_TO_READ,
        notes.listed(),
    )


class Notes:
    """Footnotes in the order in which rows ask for them; the same words share a letter."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def mark(self, note: str) -> str:
        """The mark of a footnote, linked to it; note: Markdown."""
        letter = self._letters.setdefault(note, _letter(len(self._letters)))
        return f" [[{letter}](#note-{letter})]{{.note}}"

    def listed(self) -> str:
        return bullets(
            f"[{letter}.]{{#note-{letter}}} {note}" for note, letter in self._letters.items()
        )


def _letter(place: int) -> str:
    """a to z, then aa, ab and so on."""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)


def _row(analysis: Row, notes: Notes) -> list[str]:
    title = f"[{escape.text(analysis['title'])}](#{answers.anchor(analysis)})"
    write = {"full_text": _full_text, "published": _published, "none": _none}
    return [title, *write[answers.source(analysis)](analysis, notes)]


def _full_text(analysis: Row, notes: Notes) -> list[str]:
    main = analysis["synthesis"]["main"]
    shown = words.estimate(main)
    rating = analysis["certainty"]["rating"]
    marks = "".join(map(notes.mark, _reasons(rating)))
    return [
        escape.text(statements.statement(shown["estimate"], analysis["says"], rating)),
        _with_ends(shown["estimate"], shown["ci"]),
        f"{escape.text(statements.certainty(rating).capitalize())}{marks}",
        _ends(shown["pi"]) if shown.get("pi") else "none",
        _bounds(main),
        f"{words.studies(main['k'])}; {words.counted(main['n_known'], 'patient')}",
    ]


def _published(analysis: Row, _: Notes) -> list[str]:
    row = analysis["published"]
    share = row["events"] / row["total"]
    return [
        f"In the published review, {_lower(words.in_100(share))} patients "
        f"{escape.text(analysis['says'])}; not recomputed.",
        _with_ends(share, row["ci"]) if row.get("ci") else of_100(share),
        "Not assessed",
        "none",
        _bounds(row),
        f"as published; {words.counted(row['total'], 'patient')}",
    ]


def _lower(said: str) -> str:
    return said[0].lower() + said[1:]


def _none(_: Row, __: Notes) -> list[str]:
    return [words.NOTHING, "", "Not assessed", "", "", "none"]


def _reasons(rating: Row) -> Iterable[str]:
    """A footnote for each domain that moves the level, and for a level that departs from them."""
    said = rating["earlier"] if rating["state"] == judged.EARLIER else rating
    lines = [
        (domain, line) for domain in said["domains"] for line in said["domains"][domain]["lines"]
    ]
    lines += [(OVERALL, line) for line in said["overall"] if line["reason"]]
    for domain, line in lines:
        if line["judgement"] not in NOTHING_SAID:
            judgement = statements.plain(line["judgement"])
            reason = f": {line['reason'].rstrip('.')}" if line["reason"] else ""
            yield (
                f"{rests_on.NAMES[domain]}, {judgement}{escape.text(reason)} "
                f"({escape.text(statements.who([line]))})."
            )


def of_100(share: float) -> str:
    """A share as a whole number of 100; never 0 or 100 unless it is so."""
    whole = int(100 * share + 0.5)
    if whole == 0 and share:
        return "<1"
    return ">99" if whole == 100 and share < 1 else str(whole)


def _ends(ends: Iterable[float]) -> str:
    low, high = ends
    return escape.text(f"{of_100(low)} to {of_100(high)}")


def _with_ends(share: float, ends: Iterable[float]) -> str:
    return f"{escape.text(of_100(share))} ({_ends(ends)})"


def _bounds(row: Row) -> str:
    found = row.get("bounds")
    if not found:
        return "not stated"
    low, high = (found[end]["estimate"] for end in ("low", "high"))
    return "no outcome is unknown" if low == high else _ends([low, high])
