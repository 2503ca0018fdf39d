"""Freeze the review as it stands into a version that readers can cite."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from living_review import (
    analyses,
    check,
    codebook,
    companions,
    decided,
    files,
    job,
    plan,
    screening,
    versions,
)
from living_review import ledgers as ledgers_
from living_review.errors import ReviewError
from living_review.names import Plan
from living_review.report import gathered, shown
from living_review.versions import Version


def publish(who: str, why: Sequence[str], note: str, today: date) -> Version:
    """Write the next version, whole or not at all.

    why: the triggers that were met, or what a person says. Raises TableError if a table is wrong,
    ReviewError if the page is not made, or if nothing that a version is made of has changed.
    """
    files.lock(job.LOCK)
    files.sweep(versions.FOLDER)
    check.everything()
    current = plan.make()
    shown.current(current)  # only what somebody could look at is published
    published = versions.read()
    version, parts = _frozen(current, published, who, why, note, today)
    after = plan.make([*published, version])
    results = gathered.of_plan(after, [*published, version]).results
    with files.hidden_folder(versions.FOLDER) as hidden:
        for name, content in {"version": version.told(), **parts, "results": results}.items():
            files.replace_json(hidden / f"{name}.json", content)
        files.settle(hidden, version.folder)
    return version


def _frozen(
    current: Plan,
    published: Sequence[Version],
    who: str,
    why: Sequence[str],
    note: str,
    today: date,
) -> tuple[Version, dict[str, Any]]:
    """The version, and what stands beside it: `analyses` and `tables`."""
    protocol = current.config
    extracted = analyses.read(codebook.read(codebook.PATH, protocol))
    known = decided.read(protocol, extracted)
    used = analyses.used(protocol, extracted, known)
    content = versions.content(protocol, extracted, used)
    if published and published[-1].content == content:
        raise ReviewError(
            f"Nothing was decided, extracted or changed in the protocol since version "
            f"{published[-1].version}; it is still the current one. Nothing was written."
        )
    results = files.read_json(shown.FOLDER / "results.json")
    included = screening.included_studies(
        extracted["reports"], ledgers_.read("screening"), protocol["screening"]
    )
    main = {one["id"]: one["synthesis"]["main"] for one in results["analyses"]}
    frozen = {name: one | {"main": main[name]} for name, one in used.items()}
    version = Version(
        version=versions.following(today, published),
        published_on=today.isoformat(),
        published_by=who,
        why=list(why),
        note=note,
        protocol_version=protocol["review"]["protocol_version"],
        searched_on=results["status"]["searched_on"],
        counts=_counts(results, extracted, included),
        included=sorted(included),
        out=sorted(included & known.out),
        corrections=[_digest(line) for line in companions.in_order("corrections")],
        analyses={name: versions.digest(one) for name, one in frozen.items()},
        protocol={section: _digest(value) for section, value in protocol.items()},
        content=content,
    )
    return version, {"analyses": frozen, "tables": extracted}


def _counts(results: Mapping[str, Any], extracted: Mapping[str, Any], included: set[str]) -> Any:
    """Numbers of the day that no later search or decision changes."""
    patients = [
        study["n_patients"] or 0 for study in extracted["studies"] if study["study_id"] in included
    ]
    return {
        "studies": len(included),
        "patients": sum(patients),
        **{f"waiting_{name}": n for name, n in results["waiting"]["counts"].items() if n},
    }


def _digest(value: Any) -> str:
    return files.digest(json.dumps(value, sort_keys=True, ensure_ascii=False))
