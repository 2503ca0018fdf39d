"""The section on the flow of records: the figure, how it adds up, the works in every box."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from living_review import files
from living_review.flow import methods, png, svg, wording
from living_review.flow.counts import OUT
from living_review.flow.equations import PARTS
from living_review.flow.listing import LISTED
from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, cut, table

Row = Mapping[str, Any]

FILE, PNG = "flow.svg", "flow.png"
PAGE_FROM_FILE = "../index.html"
VIA = {"databases": "databases and registers", "other": "other methods"}
# What a box is called in a sentence.
NAMES = {
    "duplicates": "duplicates",
    "automation": "by automation tools",
    "unreadable": "unreadable",
    "awaiting_screening": "awaiting screening",
    "screened": "screened",
    "excluded": "excluded",
    "sought": "sought as reports",
    "not_retrieved": "not retrieved",
    "awaiting_full_text": "awaiting the full text or a decision on it",
    "assessed": "assessed",
    "ineligible": "excluded",
    "awaiting_extraction": "awaiting extraction",
    "included": "included and extracted",
}
SUMS = {
    "identified": ("record identified", "records identified"),
    "screened": ("record screened", "records screened"),
    "sought": ("report sought", "reports sought"),
    "assessed": ("report assessed", "reports assessed"),
}
GROUPS = {
    "new": "Reports of new included studies",
    "unknown": "Reports of included studies that may be in the previous version",
    "again": "Reports of studies of the previous version",
    "out": "Reports of studies taken out since",
}


def flow_part(results: Row) -> str:
    """Markdown of the section; results["flow"] is what flow.of_works gives."""
    counts = results["flow"]
    if not counts["recorded"]:
        said = "**Flow not recorded.** No record of this review has come in."
        return blocks(said, _before(counts))
    return blocks(
        f"```{{=html}}\n{svg.inline(counts)}```",
        f'::: {{.content-visible unless-format="html"}}\n\n'
        f"![{escape.text(wording.description(counts))}](figures/{PNG})\n\n:::",
        bullets(wording.notes(counts)),
        f"Download the figure: [SVG](figures/{FILE}), [PNG](figures/{PNG}).",
        "### What is in each box {#flow-lists}",
        *(
            block
            for column in methods.COLUMNS
            if column == methods.DATABASES or counts["columns"][column]["identified"]["n"]
            for block in _column(column, counts)
        ),
        *_included(results),
    )


def write(results: Row, figures: Path | str) -> None:
    """Puts the figure into the folder of the page's figures, if there is a flow."""
    counts = results["flow"]
    if counts["recorded"]:
        files.replace_text(Path(figures) / FILE, svg.standalone(counts, PAGE_FROM_FILE))
        png.write(counts, Path(figures) / PNG)


def _before(counts: Row) -> str:
    previous = counts["previous"]
    if previous is None:
        return ""
    return f"The previous version of the review included {words.studies(previous['studies'])}."


def _column(column: str, counts: Row) -> Iterable[str]:
    boxes = counts["columns"][column]
    if not boxes["identified"]["n"]:
        yield f"**{VIA[column].capitalize()}.** Nothing was identified yet."
        return
    yield f"**{VIA[column].capitalize()}**"
    yield bullets(
        _sum(column, box, parts, counts) for box, parts in PARTS.items() if boxes[box]["n"]
    )
    yield _sources(column, counts)
    yield _removed(column, counts)
    for box in ("awaiting_screening", "excluded", "not_retrieved", "awaiting_full_text"):
        yield _box(column, box, counts)
    yield _box(column, "awaiting_extraction", counts)


def _sum(column: str, box: str, parts: Sequence[str], counts: Row) -> str:
    """A box as the sum of others: `100 records screened = 90 excluded + 10 sought`."""
    boxes = counts["columns"][column]
    shown = [
        f"[{boxes[part]['n']:,} {NAMES[part]}](#{_list_of(column, part)})"
        for part in parts
        if boxes[part]["n"]
    ]
    # The list of `identified` is the table of sources.
    anchor = "" if box == "identified" else f"[]{{#{_anchor(column, box)}}}"
    return f"{anchor}{words.counted(boxes[box]['n'], *SUMS[box])} = {' + '.join(shown)}"


def _list_of(column: str, box: str) -> str:
    """The anchor of the list that holds the works of a box; some boxes share one."""
    if box == "included":
        return "flow-included"
    return _anchor(column, "removed" if box in wording.REMOVED else box)


def _anchor(column: str, box: str) -> str:
    return f"flow-{column}-{box}".replace("_", "-")


def _sources(column: str, counts: Row) -> str:
    rows = [
        [
            escape.text(source["name"]),
            methods.WORDS[source["method"]],
            *(f"{source[what]:,}" for what in ("found", "again", "unreadable", "records")),
        ]
        for source in counts["sources"]
        if source["column"] == column
    ]
    head = ["Source", "Counted as", "Entries found", "Known before", "Unreadable", "New records"]
    n = counts["columns"][column]["identified"]["n"]
    return _details(
        _anchor(column, "identified"),
        f"Records identified, {VIA[column]}: {n:,}",
        table(f"Sources, {VIA[column]}", head, "llrrrr", rows),
    )


def _removed(column: str, counts: Row) -> str:
    boxes = counts["columns"][column]
    n = sum(boxes[box]["n"] for box in wording.REMOVED)
    unreadable = boxes["unreadable"]["n"]
    return _details(
        _anchor(column, "removed"),
        f"Records removed before screening, {VIA[column]}: {n:,}",
        f"{words.counted(unreadable, 'entry', 'entries')} could not be read; the section on "
        "searches says from which source."
        if unreadable
        else "",
        "Duplicates: another record of the same publication came before."
        if boxes["duplicates"]["n"]
        else "",
        _works(boxes["duplicates"]["works"], counts),
    )


def _box(column: str, box: str, counts: Row) -> str:
    of_box = counts["columns"][column][box]
    return _details(
        _anchor(column, box),
        f"{wording.LABELS[box]}, {VIA[column]}: {of_box['n']:,}",
        _works(of_box["works"], counts),
    )


def ineligible(counts: Row) -> Iterable[str]:
    """The reports left out after their full text, a list a column and a list in it a reason."""
    for column in methods.COLUMNS:
        n = counts["columns"][column]["ineligible"]["n"]
        yield _details(
            _anchor(column, "ineligible"),
            f"Reports excluded, {VIA[column]}: {n:,}",
            *(
                block
                for reason in counts["reasons"][column]
                for block in (
                    f"**{escape.text(reason['words'])}: {reason['n']:,}**",
                    _works(reason["works"], counts),
                )
            ),
        )


def _included(results: Row) -> Iterable[str]:
    counts = results["flow"]
    labels = {study["study_id"]: study["label"] for study in results["studies"]}
    groups = [
        (GROUPS[group], counts["included"][group])
        for group in GROUPS
        if counts["included"][group]["n"] or (group == OUT and counts["included"][group]["studies"])
    ]
    n = sum(of_group["n"] for _, of_group in groups)
    yield _details(
        "flow-included",
        f"Reports included and extracted: {n:,}",
        *(
            block
            for name, of_group in groups
            for block in (
                f"**{name}: {of_group['n']:,}**",
                "Studies: "
                + "; ".join(
                    escape.text(labels.get(study_id) or study_id)
                    for study_id in of_group["studies"]
                )
                + "."
                if of_group["studies"]
                else "",
                _works(of_group["works"], counts),
            )
        ),
    )


def _works(ids: Sequence[str], counts: Row) -> str:
    """The first works of a list; a sentence says how many more there are."""
    shown, others = cut(ids, LISTED)
    return blocks(
        bullets(_work(record_id, counts["records"][record_id]) for record_id in shown), others
    )


def _work(record_id: str, record: Row) -> str:
    authors = [name.strip() for name in record["authors"].split(";") if name.strip()]
    first = f"{authors[0]} et al." if len(authors) > 1 else "".join(authors)
    place = [part for part in (first, record["journal"], record["year"]) if part]
    title = escape.link(record["title"] or record_id, escape.address_of(record_id))
    return f"{title} ({escape.text(', '.join(place))})" if place else title


def _details(anchor: str, summary: str, *content: str) -> str:
    """A list that opens on a click or, in browsers that can, when a box of the figure is followed.

    "" if there is nothing in it.
    """
    inside = blocks(*content)
    if not inside.strip():
        return ""
    return blocks(
        f'```{{=html}}\n<details id="{anchor}" class="flow-list">\n'
        f"<summary>{escape.text(summary)}</summary>\n```",
        inside,
        "```{=html}\n</details>\n```",
    )
