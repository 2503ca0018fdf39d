"""How values were taken and checked: other places, a second extractor, corrections since."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.report import escape, who, words
from living_review.report.markdown import blocks, bullets, details, table
from living_review.second_extraction import Compared

Row = Mapping[str, Any]

OBTAINED = {
    "read": "read",
    "calculated": "calculated",
    "from_figure": "measured in a figure",
    "from_authors": "told by the authors",
}
LEDGER = "resources/extraction/consensus.csv"
# Tables whose rows say who took and who checked them.
CHECKED = ("studies", "arms", "outcomes")


# ---- as plain values -------------------------------------------------------------------------


def of_review(
    tables: Mapping[str, Sequence[Row]],
    compared: Iterable[Compared] = (),
    value_sources: Sequence[Row] = (),
    corrections: Sequence[Row] = (),
    extractors: int = 1,
) -> dict[str, Any]:
    """All that the part tells, JSON-able. extractors: how many people the protocol wants to take
    each study."""
    compared = list(compared)
    taken = [row for name in CHECKED for row in tables.get(name, ())]
    return {
        "rows": len(taken),
        "checked": sum(bool(row.get("checked_by")) for row in taken),
        "extractors": extractors,
        "twice": sorted({study for one in compared for study in one.studies}),
        "agreement": [share._asdict() for one in compared for share in one.agreement],
        "open": [{"person": one.person} | each._asdict() for one in compared for each in one.open],
        "settled": [
            {"person": one.person} | each._asdict() for one in compared for each in one.settled
        ],
        "value_sources": [dict(row) for row in value_sources],
        "corrections": [dict(row) for row in corrections],
    }


def waiting(found: Row, studies: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    """Differences without a consensus; included studies that wait for a second extractor."""
    lacking = [
        {
            "study_id": study["study_id"],
            "label": study["label"],
            "extracted_by": sorted({row.get("extracted_by") or "" for row in _rows(study)} - {""}),
        }
        for study in studies
        if study["status"] == "included" and study["study_id"] not in found["twice"]
    ]
    return {
        "differences": [dict(one) for one in found["open"]],
        "second_extraction": lacking if found["extractors"] > 1 else [],
    }


def _rows(study: Row) -> Iterable[Row]:
    return (study, *study.get("arms", ()), *study.get("outcomes", ()))


def is_required(found: Row) -> bool:
    """Whether differences keep the review from being up to date."""
    return bool(found["extractors"] > 1)


# ---- in words --------------------------------------------------------------------------------


def part(results: Row) -> str:
    """How much was checked, the agreement of two extractors, other sources, corrections."""
    found = results["provenance"]
    return blocks(
        _checked(found),
        _agreement(found),
        _value_sources(found["value_sources"]),
        _corrections(found["corrections"]),
    )


def _checked(found: Row) -> str:
    if not found["rows"]:
        return "Nothing has been extracted yet."
    return (
        f"Of {words.counted(found['rows'], 'row')} in the tables {found['checked']:,} "
        f"{'was' if found['checked'] == 1 else 'were'} checked against the source by a second "
        "person."
    )


def _agreement(found: Row) -> str:
    if not found["agreement"]:
        if is_required(found):
            return "The protocol wants two people to take each study; nobody has done so yet."
        return "No study was extracted twice."
    heading = "Agreement of two extractors, before they talked"
    return blocks(
        f"{words.studies(len(found['twice'])).capitalize()} "
        f"{'was' if len(found['twice']) == 1 else 'were'} extracted by two people.",
        table(
            heading,
            ["Second extractor", "Table", "Cells alike", "Rows that only one had"],
            "llrr",
            (
                [
                    escape.text(one["person"]),
                    escape.text(one["table"]),
                    f"{one['alike']:,} of {one['cells']:,}"
                    + (f" ({words.percent(one['alike'] / one['cells'])})" if one["cells"] else ""),
                    f"{one['rows_of_one']:,}",
                ]
                for one in found["agreement"]
            ),
        ),
        _differences("Settled", found["settled"]),
    )


def _differences(state: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    heading = f"{state}: {words.counted(len(rows), 'difference')} between two extractors"
    return details(heading, _difference_table(heading, rows))


def _difference_table(heading: str, rows: Sequence[Row]) -> str:
    return table(
        heading,
        ["Table", "Key", "Column", "First", "Second", "Second extractor"],
        "llllll",
        (
            [
                escape.text(row["table"]),
                escape.text(row["key"]),
                escape.text(row["column"] or "the whole row"),
                escape.text(row["first"] or "empty"),
                escape.text(row["second"] or "empty"),
                escape.text(row["person"]),
            ]
            for row in rows
        ),
    )


def _value_sources(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    heading = f"{words.counted(len(rows), 'value')} from another place than the rest of their row"
    return details(
        heading,
        table(
            heading,
            ["Row", "Column", "How", "Place", "Quote", "Taken by", "Checked by"],
            "lllllll",
            (
                [
                    f"{escape.text(row['table'])}: {escape.text(row['key'])}",
                    escape.text(row["column"]),
                    escape.text(OBTAINED.get(row["obtained"], row["obtained"])),
                    "; ".join(
                        filter(
                            None,
                            [
                                escape.link(
                                    row["source_record"], escape.address_of(row["source_record"])
                                ),
                                escape.text(row["source_place"]),
                            ],
                        )
                    ),
                    escape.text(row["quote"]),
                    escape.text(f"{row['extracted_by']}, {row['extracted_on']}"),
                    escape.text(
                        f"{row['checked_by']}, {row['checked_on']}" if row["checked_by"] else ""
                    ),
                ]
                for row in rows
            ),
        ),
    )


def _corrections(rows: Sequence[Row]) -> str:
    if not rows:
        return "No value of a published version was corrected since."
    heading = f"{words.counted(len(rows), 'correction')} of values of a published version"
    return details(
        heading,
        table(
            heading,
            ["Row", "Column", "Was", "Is", "Why", "By"],
            "llllll",
            (
                [
                    f"{escape.text(row['table'])}: {escape.text(row['key'])}",
                    escape.text(row["column"] or "the whole row"),
                    escape.text(row["old"] or "empty"),
                    escape.text(row["new"] or "empty"),
                    escape.text(row["why"]),
                    escape.text(f"{row['who']}, {row['date']}"),
                ]
                for row in rows
            ),
        ),
    )


def tasks(lists: Mapping[str, Sequence[Row]]) -> str:
    """What of it waits for people; nothing if nothing does."""
    return blocks(_to_extract(lists["second_extraction"]), _to_settle(lists["differences"]))


def _to_settle(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    heading = f"{words.counted(len(rows), 'difference')} between two extractors to be settled"
    return details(
        heading,
        "Look at the source together. Put what you agree on into the table, and add a line to "
        f"{escape.text(LEDGER)}; living-review compare writes the line for you to complete.",
        _difference_table(heading, rows),
    )


def _to_extract(studies: Sequence[Row]) -> str:
    if not studies:
        return ""
    heading = words.counted(len(studies), "study", "studies")
    return details(
        f"{heading} to be extracted by a second person",
        bullets(
            escape.text(study["label"] or study["study_id"]) + who.asked("second_extraction", study)
            for study in studies
        ),
    )
