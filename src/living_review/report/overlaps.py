"""What is told of studies that may have patients in common: beside the studies, and what waits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review import overlap
from living_review.overlap import CONFLICT, OPEN, PARTLY, SAME, SEPARATE, UNDECIDED, Pair
from living_review.report import anchors, escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, bullets, details, table

Row = Mapping[str, Any]

LEDGER = "resources/decisions/overlap/<your name>.csv"
HOW = (
    "To decide, add a line with both ids and the decision same, partly or separate to "
    f"{LEDGER}. Until then, and if they are the same, only the larger study counts in an analysis."
)
STANDINGS = {
    UNDECIDED: "not decided yet; only the larger counts",
    CONFLICT: "people differ; only the larger counts",
    SAME: "the same patients; only the larger counts",
    PARTLY: "some patients are the same; only the larger counts",
    SEPARATE: "different patients; both count",
}


# ---- as plain values -------------------------------------------------------------------------


def of_review(
    tables: Mapping[str, Sequence[Row]],
    lines: Iterable[Mapping[str, str]],
    authors: Mapping[str, str],
    left_out: Mapping[str, Sequence[str]],
) -> dict[str, list[dict[str, Any]]]:
    """{"pairs", "unmet"}: a row a pair, and lines about studies that are not in the table.

    authors: of records, by id, "; " between. left_out: the studies that each analysis leaves out
    for their overlap. Authors are shown to who decides; they decide nothing themselves.
    """
    lines = list(lines)
    studies = {study["study_id"]: study for study in tables.get("studies", ())}
    names = _names(tables.get("reports", ()), authors)
    return {
        "pairs": [
            _pair(pair, studies, names, left_out) for pair in overlap.pairs(studies.values(), lines)
        ],
        "unmet": [
            {
                name: line[name]
                for name in ("id", "study_id_1", "study_id_2", "screener", "decision")
            }
            for line in overlap.unmet(studies.values(), lines)
        ],
    }


def _names(reports: Iterable[Row], authors: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """{study: {name in small letters: name}} of the authors of its reports, as far as known."""
    found: dict[str, dict[str, str]] = {}
    for report in reports:
        for name in (authors.get(report["record_id"]) or "").split(";"):
            if name.strip():
                plain = " ".join(name.casefold().replace(",", " ").replace(".", " ").split())
                found.setdefault(report["study_id"], {})[plain] = name.strip()
    return found


def _pair(
    pair: Pair,
    studies: Mapping[str, Row],
    names: Mapping[str, Mapping[str, str]],
    left_out: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    both = (pair.study_id_1, pair.study_id_2)
    first, second = (names.get(study_id, {}) for study_id in both)
    return {
        "studies": [
            {"study_id": study_id}
            | {
                column: studies[study_id].get(column) or ""
                for column in ("label", "year", "centre", "recruited_from", "recruited_to")
            }
            for study_id in both
        ],
        "centres": list(pair.centres),
        "authors": [first[plain] for plain in sorted(set(first) & set(second))],
        "authors_known": bool(first) and bool(second),
        "standing": pair.standing,
        "decisions": [
            {name: line[name] for name in ("screener", "decision", "reason", "time")}
            for line in pair.lines
        ],
        "left_out": {
            analysis: [study for study in both if study in out]
            for analysis, out in left_out.items()
            if pair.overlaps and not pair.studies.isdisjoint(out)
        },
    }


def waiting(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Pairs to decide, and lines about studies that are not there."""
    return {
        "overlaps": [pair for pair in found["pairs"] if pair["standing"] in OPEN],
        "unmet_overlaps": list(found["unmet"]),
    }


# ---- in words --------------------------------------------------------------------------------


def part(results: Row) -> str:
    """Every pair, what was decided and by whom, and where a study is left out for it."""
    pairs = results["overlaps"]["pairs"]
    if not pairs:
        return (
            "No two studies of this review are of one centre in the same years, as far as centres "
            "and years of recruitment are known, and nobody named others.\n"
        )
    told = (
        "Studies of one centre in the same years may report the same patients. Only the larger of "
        "two such studies counts in an analysis, unless a person decided that their patients are "
        "different."
    )
    heading = "Studies that may have the same patients"
    return blocks(
        told,
        table(
            heading,
            ["Studies", "In common", "Decision", "Left out"],
            "llll",
            (
                [_both(pair), _common(pair), _decided(pair), _left_out(pair, results)]
                for pair in pairs
            ),
        ),
    )


def of_study(study: Row, results: Row) -> str:
    """The studies that may have patients in common with one, and what was decided about that."""
    shared = [
        (other, pair)
        for pair in results["overlaps"]["pairs"]
        if study["study_id"] in (one["study_id"] for one in pair["studies"])
        for other in pair["studies"]
        if other["study_id"] != study["study_id"]
    ]
    if not shared:
        return ""
    known = anchors.of_studies(results)
    said = (
        f"{anchors.to_study(other['study_id'], other['label'] or other['study_id'], known)}: "
        f"{_decided(pair)}"
        for other, pair in shared
    )
    return f"[**Patients in common.**](#overlaps) {'; '.join(said)}."


def tasks(lists: Mapping[str, Sequence[Row]]) -> str:
    """What of it waits for people; nothing if nothing does."""
    return blocks(_to_decide(lists["overlaps"]), _unmet(lists["unmet_overlaps"]))


def _to_decide(pairs: Sequence[Row]) -> str:
    if not pairs:
        return ""
    heading = f"{words.counted(len(pairs), 'pair')} of studies that may have the same patients"
    rows = (
        [
            _both(pair),
            escape.text(" and ".join(study["study_id"] for study in pair["studies"])),
            _common(pair),
            _decided(pair),
        ]
        for pair in pairs
    )
    head = ["Studies", "study_id_1 and study_id_2", "In common", "Decision"]
    return details(heading, escape.text(HOW), table(heading, head, "llll", rows))


def _unmet(lines: Sequence[Row]) -> str:
    if not lines:
        return ""
    return details(
        f"{words.counted(len(lines), 'decision')} about the overlap of studies that are not there",
        "They count for nothing: an id may be mistyped. Supersede them by a line that is right.",
        bullets(
            f"Line {escape.text(line['id'])} of {escape.text(line['screener'])}: "
            f"{escape.text(line['study_id_1'])}, {escape.text(line['study_id_2'])}, "
            f"{escape.text(line['decision'])}"
            for line in lines
        ),
    )


def _both(pair: Row) -> str:
    return "; ".join(
        escape.text(study["label"] or study["study_id"]) + _years(study)
        for study in pair["studies"]
    )


def _years(study: Row) -> str:
    begin, end = study["recruited_from"] or "?", study["recruited_to"] or "?"
    return "" if begin == end == "?" else f" (patients of {escape.text(f'{begin} to {end}')})"


def _common(pair: Row) -> str:
    found = [f"centre: {escape.text(', '.join(pair['centres']))}"] if pair["centres"] else []
    if pair["authors"]:
        found.append(f"authors: {escape.text('; '.join(pair['authors']))}")
    elif pair["authors_known"]:
        found.append("no author")
    else:
        found.append("authors not known")
    return "; ".join(found)


def _decided(pair: Row) -> str:
    by = "; ".join(
        f"{escape.text(line['decision'])} by {escape.text(line['screener'])} on "
        f"{escape.text(line['time'][:10] or 'a day that was not noted')}"
        + (f" (“{escape.text(line['reason'])}”)" if line["reason"] else "")
        for line in pair["decisions"]
    )
    return STANDINGS[pair["standing"]] + (f": {by}" if by else "")


def _left_out(pair: Row, results: Row) -> str:
    labels = {study["study_id"]: study["label"] or study["study_id"] for study in pair["studies"]}
    return "; ".join(
        f"{escape.text(' and '.join(labels[study] for study in out))} in "
        f"[{escape.text(analysis['title'])}](#{anchor(analysis)})"
        for analysis in results["analyses"]
        for out in [pair["left_out"].get(analysis["id"], ())]
        if out
    )
