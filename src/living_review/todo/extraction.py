"""What of the extraction tables people still have to read, to check, or to enter."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

# What is known of an included work before anybody reads it, by table.
KNOWN = {
    "studies": ("study_id", "label", "year", "source_record"),
    "reports": ("study_id", "record_id", "citation"),
}

FULL_TEXT = "full_text"
# Tables of which each row is read and checked on its own: the columns that name it in its study.
READ = {"studies": (), "arms": ("arm_id",), "outcomes": ("arm_id", "outcome", "time_point")}


def waiting(studies: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    """{"verify", "provisional"}: rows that a second person has to check, and studies of which some
    or all is known from abstracts only or which nobody included on the full text.

    studies: with their arms and outcomes and a status, as the page has them.
    """
    lists: dict[str, list[dict[str, Any]]] = {"verify": [], "provisional": []}
    for study in studies:
        rows = list(_rows(study))
        about = {"study_id": study["study_id"], "label": study.get("label", "")}
        lists["verify"] += [
            {**about, "table": table, "row": name, "extracted_by": row.get("extracted_by", "")}
            for table, name, row in rows
            if row.get("basis") == FULL_TEXT and not row.get("checked_by")
        ]
        unread = [name for _, name, row in rows if row.get("basis") != FULL_TEXT]
        included = study.get("status") == "included"
        if unread or not included:
            lists["provisional"].append(
                {**about, "included": included, "rows": len(rows), "unread": len(unread)}
            )
    return lists


def _rows(study: Row) -> Iterable[tuple[str, str, Row]]:
    yield "studies", "", study
    for table in ("arms", "outcomes"):
        for row in study.get(table, ()):
            yield table, ", ".join(str(row.get(column, "")) for column in READ[table]), row


def prefilled(works: Iterable[Row], taken: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """{"studies", "reports"}: rows for included works that no study names yet, with what is known.

    taken: study_ids that there are; a proposed one is none of them.
    """
    taken = set(taken)
    rows: dict[str, list[dict[str, str]]] = {"studies": [], "reports": []}
    for work in works:
        who, year = surname(str(work.get("authors") or "")), str(work.get("year") or "")
        study_id = _unused(_slug(who or str(work.get("title") or "study"), year), taken)
        taken.add(study_id)
        record_id = str(work["record_id"])
        title = str(work.get("title") or "").rstrip(". ")
        label = " ".join(filter(None, (who, year))) if who else title or record_id
        rows["studies"].append(
            {"study_id": study_id, "label": label, "year": year, "source_record": record_id}
        )
        rows["reports"].append(
            {"study_id": study_id, "record_id": record_id, "citation": citation(work)}
        )
    return rows


def surname(authors: str) -> str:
    """Of the first of authors that semicolons divide; initials come last, or behind a comma."""
    first = authors.split(";")[0].strip()
    if "," in first:
        return first.split(",")[0].strip()
    return re.sub(r"(\s+[A-Z]{1,4}\.?)+$", "", first).strip()


def citation(work: Row) -> str:
    """Author. Title. Journal year."""
    authors = [name.strip() for name in str(work.get("authors") or "").split(";") if name.strip()]
    who = authors[0] + (" et al" if len(authors) > 1 else "") if authors else ""
    where = " ".join(filter(None, (str(work.get("journal") or ""), str(work.get("year") or ""))))
    parts = (who, str(work.get("title") or "").rstrip(". "), where)
    return "".join(f"{part}. " for part in parts if part).strip() or str(work["record_id"])


def _slug(name: str, year: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:3] or ["study"]
    return "_".join([*words, *([year] if year else [])])


def _unused(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    letters = (f"{name}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    free = next((one for one in letters if one not in taken), None)
    return free or next(one for n in range(2, 10**6) if (one := f"{name}_{n}") not in taken)
