"""Freeze the review as it stands into a version that readers can cite."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from living_review import (
    amendments,
    analyses,
    check,
    codebook,
    decided,
    files,
    job,
    names,
    plan,
    reproduce,
    versions,
    written,
)
from living_review.errors import ReviewError
from living_review.names import Plan
from living_review.report import archive, gathered, making, render, shown
from living_review.versions import Version
from living_review.why import inputs


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
    results = shown.results(current)
    published = versions.read()
    version, parts = _frozen(current, results, published, who, why, note, today)
    after = plan.make([*published, version])
    of_version = gathered.of_plan(after, [*published, version])
    parts["protocol"] = {"protocol": current.config, "amendments": amendments.read()}
    parts["inputs"] = inputs.of(after).told()
    parts["results"] = of_version.results
    with files.hidden_folder(versions.FOLDER) as hidden:
        with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
            making.make(after, of_version, Path(folder))
            (hidden / archive.KEPT).write_bytes(archive.packed(Path(folder)))
        for name, content in {"version": version.told(), **parts}.items():
            files.replace_json(hidden / f"{name}.json", content)
        files.settle(hidden, version.folder)
    return version


def _frozen(
    current: Plan,
    results: Mapping[str, Any],
    published: Sequence[Version],
    who: str,
    why: Sequence[str],
    note: str,
    today: date,
) -> tuple[Version, dict[str, Any]]:
    """The version, and what stands beside it: `analyses` and `tables`. results: of its page."""
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
    included = [study for study in results["studies"] if study["status"] == "included"]
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
        counts={
            "studies": len(included),
            "patients": sum(study["n_patients"] or 0 for study in included),
        },
        included=[study["study_id"] for study in included],
        out=[study["study_id"] for study in included if study["out"]],
        files=written.parts(),
        code=names.digest({name.stage: name.parts["code"] for name in current.names}),
        analyses={name: names.digest(one) for name, one in frozen.items()},
        content=content,
        program=reproduce.program_now(),
        renderer=render.renderer(),
    )
    return version, {"analyses": frozen, "tables": extracted}
