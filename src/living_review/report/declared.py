"""What people declared to have changed: amendments of the protocol, and corrections of values.

Both stand apart: an amendment is another rule from now on, a correction puts a mistake right.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from living_review import amendments, comparison
from living_review.codebook import Codebook
from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, details
from living_review.versions import Version

Row = Mapping[str, Any]

NOTHING_SINCE: Row = MappingProxyType({"amendments": [], "corrections": []})
NOTHING_DECLARED: Row = MappingProxyType({"amendments": [], "since": dict(NOTHING_SINCE)})
SEEN = {
    "before": "decided before the data were seen that it bears on",
    "after": "decided after the data were seen that it bears on",
}


def of_review(
    entries: Sequence[Row],
    corrections: Iterable[Row],
    before: Version | None,
    extracted: comparison.Tables,
    book: Codebook,
) -> dict[str, Any]:
    """{"amendments": all, "since": {"amendments", "corrections"} after the version before}.

    corrections: the lines of their table; those count as made since whose value differs from it.
    """
    told = {"amendments": [dict(one) for one in entries]}
    if before is None:
        return told | {"since": dict(NOTHING_SINCE)}
    differing = comparison.differences(before.tables, extracted, book, ignoring=())
    places = {each.place for each in differing}
    return told | {
        "since": {
            "amendments": [dict(one) for one in amendments.since(entries, before.protocol_version)],
            "corrections": [
                dict(line)
                for line in corrections
                if (line["table"], line["key"], line["column"]) in places
            ],
        }
    }


def since(results: Row) -> str:
    """For "What changed": amendments and corrections since the version before, apart."""
    found, before = results["declared"]["since"], results["versions"]["before"]
    amended, corrected = found["amendments"], found["corrections"]
    return blocks(
        details(
            f"{words.counted(len(amended), 'amendment')} of the protocol since version {before}",
            bullets(map(_amendment, amended)),
        )
        if amended
        else "",
        details(
            f"{words.counted(len(corrected), 'value')} corrected since version {before}",
            bullets(map(_correction, corrected)),
        )
        if corrected
        else "",
    )


def amended(results: Row) -> str:
    """For the methods: every amendment of the protocol."""
    entries = results["declared"]["amendments"]
    if not entries:
        return "**Amendments.** No amendment of the protocol is on record.\n"
    return blocks(
        f"**Amendments.** The protocol was amended {_times(len(entries))}. Each change was "
        "declared with its reason, and whether it was decided before or after the data were seen "
        "that it bears on.",
        bullets(map(_amendment, entries)),
    )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"


def _amendment(entry: Row) -> str:
    keys = ", ".join(escape.text(key) for key in entry["keys"])
    return (
        f"**{escape.text(entry['date'])}, protocol version {escape.text(entry['version'])}.** "
        f"{_sentence(entry['what'])} Why: {_sentence(entry['why'])} "
        f"By {escape.text(entry['who'])}; {SEEN[entry['seeing_data']]}. Keys: {keys}."
    )


def _correction(line: Row) -> str:
    where = f"{escape.text(line['table'])}: {escape.text(line['key'])}"
    what = escape.text(line["column"] or "the whole row")
    was, now = (escape.text(line[name] or "empty") for name in ("old", "new"))
    why = _sentence(line["why"])
    return f"{where}, {what}: {was} became {now}. {why} By {escape.text(line['who'])}."


def _sentence(text: str) -> str:
    """Outside text as a sentence: with a full stop, if it has no end."""
    said = str(text).strip()
    return escape.text(said if said.endswith((".", "!", "?")) else f"{said}.")
