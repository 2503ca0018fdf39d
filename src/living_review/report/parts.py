"""The generated Markdown of the page, one file a part, for the static .qmd to include."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import files
from living_review.report import (
    about,
    agreement,
    analyses,
    answers,
    beside,
    certainty,
    changes,
    checklists,
    citation,
    cite,
    codebook,
    contrasts,
    declared,
    due,
    escape,
    flow,
    glance,
    harms,
    head,
    methods,
    not_included,
    overlaps,
    patients,
    provenance,
    published,
    retractions,
    risk_of_bias,
    searches,
    studies,
    summary,
    waiting,
)

Results = Mapping[str, Any]

PARTS = {
    "retracted.md": retractions.strip,
    "warnings.md": methods.warnings,
    "answers.md": answers.answers,
    "cards.md": glance.part,
    "changes.md": changes.part,
    "waiting.md": waiting.part,
    "flow.md": flow.flow_part,
    "summary.md": summary.part,
    "certainty.md": certainty.part,
    "analyses.md": analyses.part,
    "patients.md": patients.part,
    "harms.md": harms.part,
    "contrasts.md": contrasts.part,
    "published.md": published.part,
    "studies.md": studies.part,
    "eligibility.md": methods.eligibility,
    "protocol.md": methods.protocol,
    "amendments.md": declared.amended,
    "agreement.md": agreement.part,
    "retractions.md": methods.retractions,
    "searches.md": searches.part,
    "checklists.md": checklists.part,
    "provenance.md": provenance.part,
    "overlaps.md": overlaps.part,
    "risk_of_bias.md": risk_of_bias.part,
    "codebook.md": codebook.part,
    "excluded.md": not_included.excluded,
    "awaited.md": not_included.awaited,
    "due.md": due.part,
    "cite.md": cite.part,
    "about.md": about.part,
}


def write(results: Results, folder: Path | str) -> None:
    """Writes every part, head.html, review.yml (metadata of the page), _variables.yml and
    results.json; beside/ has what lies beside the page for readers."""
    folder = Path(folder)
    for name, part in PARTS.items():
        files.replace_text(folder / name, part(results))
    files.replace_text(folder / "head.html", head.part(results))
    files.replace_text(folder / "review.yml", metadata(results))
    files.replace_text(folder / "_variables.yml", variables(results))
    files.replace_json(folder / "results.json", results)
    for path, content in beside.files(results).items():
        files.replace_bytes(folder / "beside" / path, content)


def metadata(results: Results) -> str:
    """Title, language and status of the page, as YAML that Quarto reads through metadata-files."""
    review, status = results["review"], results["status"]
    facts = [
        ("Version", citation.which(results).removeprefix("Version ")),
        ("Searched on", status["searched_on"] or "not yet"),
        ("Take as outdated after", status["outdated_after"] or "not known before the first search"),
    ]
    return _yaml(
        {
            "title": review["title"],
            "pagetitle": f"{review['title']}: a living systematic review",
            "lang": review["language"],
            "description": review["question"],
            "review": {
                "question": review["question"],
                "chip": status["chip"],
                "kind": re.sub(r"[^a-z]+", "-", status["chip"].lower()),
                "words": status["words"],
                "outdated": status["outdated_after"],
                "facts": [{"name": name, "value": value} for name, value in facts],
            },
        }
    )


def variables(results: Results) -> str:
    """What the static pages quote by {{< var ... >}}."""
    review, status = results["review"], results["status"]
    return _yaml(
        {
            "version": review["protocol_version"],
            "status": status["words"],
            "licence": review["licence"],
        }
    )


def _yaml(value: Any, indent: str = "") -> str:
    """Mappings, lists of mappings and texts, with every text escaped."""
    lines = []
    for key, entry in value.items():
        if isinstance(entry, Mapping):
            lines += [f"{indent}{key}:", _yaml(entry, indent + "  ").rstrip("\n")]
        elif isinstance(entry, Sequence) and not isinstance(entry, str):
            lines.append(f"{indent}{key}:")
            for row in entry:
                block = _yaml(row, indent + "    ").rstrip("\n")
                lines.append(f"{indent}  - {block.lstrip()}")
        else:
            lines.append(f"{indent}{key}: {escape.yaml(entry)}")
    return "\n".join(lines) + "\n"
