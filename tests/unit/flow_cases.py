"""Small reviews to count the flow of, in a few words each."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from living_review import flow

STAGES = ["title_abstract", "full_text"]
REASONS = {"not_kidney": "Not a kidney", "no_ablation": "No ablation", "not_retrieved": "Not had"}
PROTOCOL = {
    "stages": STAGES,
    "screeners_required": {"title_abstract": 2, "full_text": 2},
    "reasons": REASONS,
}
PREVIOUS = {"studies": 29, "patients": 364}
SHOWN = ("title", "authors", "year", "journal")
numbers = itertools.count()
METHODS = {
    "ClinicalTrials.gov": "registers",
    "Websites": "websites",
    "Contact with authors": "organisations",
    "Citation searching": "citations",
    "Reference lists": "citations",
    "Hand search": "hand",
}


def line(
    record_id: str, screener: str, decision: str, stage: str, reason: str = "", supersedes: str = ""
) -> dict[str, str]:
    return {
        "id": f"{screener}-{next(numbers)}",
        "record_id": record_id,
        "screener": screener,
        "stage": stage,
        "decision": decision,
        "reason": reason,
        "supersedes": supersedes,
    }


def both(record_id: str, decision: str, stage: str, reason: str = "") -> list[dict[str, str]]:
    """Two people agree."""
    return [line(record_id, who, decision, stage, reason) for who in ("ann", "bob")]


def screened(record_id: str, decision: str) -> list[dict[str, str]]:
    return both(record_id, decision, "title_abstract")


def judged(record_id: str, decision: str, reason: str = "") -> list[dict[str, str]]:
    return both(record_id, decision, "full_text", reason)


def source(
    id_: str,
    name: str,
    new: int,
    kind: str = "import",
    again: int = 0,
    unreadable: int = 0,
) -> dict[str, Any]:
    """What library.accounts says of a source; the method goes by the name."""
    read = new + again
    return {
        "id": id_,
        "kind": kind,
        "source": name,
        "method": METHODS.get(name, "databases"),
        "platform": "",
        "found": read + unreadable,
        "read": read,
        "quarantined": unreadable,
        "new": new,
    }


def given(
    works: Sequence[tuple[str, str, str]],
    sources: Sequence[Mapping[str, Any]],
    lines: Iterable[Mapping[str, str]] = (),
    studies: Mapping[str, str] | None = None,
    reports: Sequence[tuple[str, str]] = (),
    previous: Mapping[str, Any] | None = PREVIOUS,
    protocol: Mapping[str, Any] = PROTOCOL,
    titles: Mapping[str, str] | None = None,
    out: Iterable[str] = (),
) -> dict[str, Any]:
    """Arguments of flow.of_works.

    works: (record, its source, its work); studies: id -> in_index_review; reports: (study, record).
    """
    table = pd.DataFrame(works, columns=["record_id", "source", "work_id"], dtype="str")
    records = table.assign(**dict.fromkeys(SHOWN, ""))
    records["title"] = [(titles or {}).get(one, f"Title of {one}") for one in table["record_id"]]
    return {
        "works": table[["record_id", "work_id"]],
        "records": records.drop(columns="work_id"),
        "sources": list(sources),
        "lines": list(lines),
        "protocol": protocol,
        "extracted": {
            "studies": [
                {"study_id": study_id, "in_index_review": membership}
                for study_id, membership in (studies or {}).items()
            ],
            "reports": [
                {"study_id": study_id, "record_id": record_id} for study_id, record_id in reports
            ],
        },
        "previous": previous,
        "out": set(out),
    }


def counted(*args: Any, **kwargs: Any) -> dict[str, Any]:
    return flow.of_works(**given(*args, **kwargs))


def one_source(record_ids: str, name: str = "MEDLINE", **kwargs: Any) -> dict[str, Any]:
    """The flow of records that are works of their own and come from one source."""
    works = [(record_id, "s", record_id) for record_id in record_ids]
    return counted(works, [source("s", name, len(works))], **kwargs)


def everything() -> dict[str, Any]:
    """A flow with something in every box, and a title, a reason and a name that are hostile."""
    hostile = "<script>alert(1)</script>{{< include x >}} ```\n\u202e</details>|]]>&amp; \x00'\""
    databases, others = "abcdefghijk", "lmnopqrstu"
    lines = []
    for ids in (databases, others):
        lines += [at for one in ids[2:3] for at in screened(one, "exclude")]
        lines += [at for one in ids[3:] for at in screened(one, "include")]
        for one, reason in zip(ids[4:7], [*REASONS][::-1], strict=True):
            lines += judged(one, "exclude", reason)
        lines += [at for one in ids[7:] for at in judged(one, "include")]
    works = [
        *((one, "m", one) for one in databases),
        ("duplicate1", "w", "b"),
        *((one, "h", one) for one in others),
        ("duplicate2", "c", "m"),
    ]
    return counted(
        works,
        [
            source("m", "MEDLINE", 11, "search", again=3, unreadable=1),
            source("w", f"Web {hostile}", 1),
            source("r", "ClinicalTrials.gov", 0),
            source("h", "Hand search", 10, unreadable=2),
            source("c", "Citation searching", 1),
        ],
        lines,
        {"new": "no", "unknown": "unknown", "again": "yes", "other": "no"},
        [("new", "h"), ("unknown", "i"), ("again", "j"), ("other", "s"), ("new", "t")],
        protocol={**PROTOCOL, "reasons": {**REASONS, "no_ablation": f"No {hostile}"}},
        titles=dict.fromkeys("abc", hostile),
    )
