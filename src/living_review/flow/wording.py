"""What the boxes of the flow say, in the words of the PRISMA 2020 template."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from living_review.figures.plain import one_line
from living_review.flow import methods

Counts = Mapping[str, Any]
Look = Literal["title", "box", "waiting", "total"]


class Line(NamedTuple):
    """A label and its number; a line without a number leads the ones below it."""

    label: str
    number: str = ""
    inset: bool = False

    @property
    def suffix(self) -> str:
        """The number as the template writes it; no line is broken within."""
        if not self.number:
            return ""
        equals = "n = " if self.number[0].isdigit() else ""
        return f"({equals}{self.number})".replace(" ", "\N{NO-BREAK SPACE}")

    @property
    def text(self) -> str:
        return f"{self.label} {self.suffix}".strip()


class Box(NamedTuple):
    """list: name of what the page lists for it, "flow-" before it is the anchor; "" if nothing."""

    lines: tuple[Line, ...]
    look: Look = "box"
    list: str = ""


class Step(NamedTuple):
    main: Box
    aside: tuple[Box, ...]


class Column(NamedTuple):
    title: Box
    steps: tuple[Step, ...]
    included: Box  # what the column adds to the last boxes; for layouts that can't draw the way


class Flow(NamedTuple):
    title: str
    previous: tuple[Box, Box] | None  # its title and what it included
    columns: tuple[Column, ...]
    included: Box
    total: Box | None  # of all versions, if there is a previous one


ASIDE = {
    "screened": ("excluded",),
    "sought": ("not_retrieved", "awaiting_full_text"),
    "assessed": ("ineligible", "awaiting_extraction"),
}
LABELS = {
    "screened": "Records screened",
    "excluded": "Records excluded",
    "sought": "Reports sought for retrieval",
    "not_retrieved": "Reports not retrieved",
    "awaiting_full_text": "Reports awaiting retrieval or a decision on the full text",
    "assessed": "Reports assessed for eligibility",
    "ineligible": "Reports excluded",
    "awaiting_screening": "Records awaiting screening",
    "awaiting_extraction": "Included reports awaiting extraction",
    "included": "Reports included and extracted",
}
REMOVED = {
    "duplicates": "Duplicate records removed",
    "automation": "Records marked as ineligible by automation tools",
    "unreadable": "Records removed for other reasons: entries that could not be read",
}
NONE = "(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0)"
COLUMN_TITLES = {"databases": "databases and registers", "other": "other methods"}
INCLUDED = {
    "new": ("New studies included in review", "Reports of new included studies"),
    "unknown": (
        "Included studies that may be in the previous version",
        "Reports of studies that may be in the previous version",
    ),
    "again": ("", "Reports of studies of the previous version"),
}
OUT = (
    "Included studies taken out since, after a retraction or an expression of concern",
    "Reports of studies taken out",
)


def flow(counts: Counts) -> Flow:
    """The boxes of the figure; the column of other methods only if it was used."""
    columns = [
        column
        for column in methods.COLUMNS
        if column == methods.DATABASES or counts["columns"][column]["identified"]["n"]
    ]
    previous = counts["previous"]
    return Flow(
        "PRISMA 2020 flow diagram" + (" of an updated review" if previous else ""),
        None if previous is None else _previous(previous),
        tuple(_column(column, counts) for column in columns),
        _included(counts),
        None if previous is None else _total(counts["total"]),
    )


def number(n: int | Sequence[int] | None) -> str:
    """1,234; for the least and the most, "29 to 31"; None is "not stated"."""
    if n is None:
        return "not stated"
    if isinstance(n, int):
        return f"{n:,}"
    least, most = n
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def description(counts: Counts) -> str:
    """The whole figure as sentences."""
    return " ".join(_sentence(box) for box in _in_order(flow(counts)))


def notes(counts: Counts) -> list[str]:
    """What a reader has to know to read the figure right; outside text is in none of it."""
    columns = counts["columns"]
    again = sum(source["again"] for source in counts["sources"])
    unreadable = sum(columns[column]["unreadable"]["n"] for column in methods.COLUMNS)
    waiting = any(
        columns[column][box]["n"]
        for column in methods.COLUMNS
        for box in ("awaiting_screening", "awaiting_full_text", "awaiting_extraction")
    )
    sought = any(columns[column]["awaiting_full_text"]["n"] for column in methods.COLUMNS)
    unknown = len(counts["included"]["unknown"]["studies"]) + len(counts["out"]["unknown"])
    kept = counts["included"]["again"]["studies"]
    out = len(counts["included"]["out"]["studies"])
    outside = len(counts["outside"])
    found = [
        "Each publication counts once, in the first source that brought it.",
        f"Entries for records that had come before ({again:,}) are neither identified nor "
        "duplicates." * bool(again),
        "Dashed boxes, which the template does not have, hold what waits for people." * waiting,
        "Screening is shown for the records found by other methods too; this is an adaptation of "
        "the template." * bool(columns[methods.OTHER]["identified"]["n"]),
        "An entry that could not be read counts each time that it came, since nobody can tell "
        "whether it had come before." * bool(unreadable),
        "Reports that nobody could get are among those awaiting a decision, since the protocol "
        "lists no reason for them." * (sought and not counts["retrieval"]),
        f"The total is a range, since it is not known whether {_studies(unknown)} stood in the "
        "previous version." * bool(unknown),
        f"Further reports were found of {_studies(len(kept))} of the previous version; they make "
        "no new study." * bool(kept),
        f"{_studies(out)} taken out since {'is' if out == 1 else 'are'} in no total." * bool(out),
        f"Not in this figure: {_studies(outside)} included by people of which no source brought a "
        "record." * bool(outside),
    ]
    return [note for note in found if note]


def _studies(n: int) -> str:
    return f"{n:,} included {'study' if n == 1 else 'studies'}"


def _previous(previous: Mapping[str, Any]) -> tuple[Box, Box]:
    studies, reports = number(previous["studies"]), number(previous["reports"])
    return (
        Box((Line("Previous studies"),), "title"),
        Box(
            (
                Line("Studies included in previous version of review", studies),
                Line("Reports of studies included in previous version of review", reports),
            ),
        ),
    )


def _column(column: str, counts: Counts) -> Column:
    boxes = counts["columns"][column]
    new = "new " * (counts["previous"] is not None)
    title = f"Identification of {new}studies via {COLUMN_TITLES[column]}"
    removed = [
        Line(label, number(boxes[box]["n"]))
        for box, label in REMOVED.items()
        if column == methods.DATABASES or boxes[box]["n"]
    ]
    lead = Line("Records removed before screening:")
    aside = [
        Box(
            (lead, *removed),
            list=f"{column}-removed" * any(boxes[box]["n"] for box in REMOVED),
        )
    ] * bool(removed)
    first = Box(
        (Line("Records identified from:"), *_sources(column, counts)),
        list=f"{column}-identified" * bool(boxes["identified"]["n"]),
    )
    steps = [Step(first, (*aside, *_waiting("awaiting_screening", column, counts)))]
    for box, beside in ASIDE.items():
        around = (
            drawn
            for name in beside
            for drawn in (
                _waiting(name, column, counts)
                if name.startswith("awaiting")
                else [_box(name, column, counts)]
            )
        )
        steps.append(Step(_box(box, column, counts), tuple(around)))
    return Column(
        Box((Line(title),), "title"),
        tuple(steps),
        _box("included", column, counts),
    )


def _box(box: str, column: str, counts: Counts, look: Look = "box") -> Box:
    n = counts["columns"][column][box]["n"]
    reasons = counts["reasons"][column] if box == "ineligible" else ()
    name = "included" if box == "included" else f"{column}-{box}".replace("_", "-")
    return Box(
        (
            Line(LABELS[box], number(n)),
            *(Line(one_line(one["words"]), number(one["n"]), inset=True) for one in reasons),
        ),
        look,
        list=name * (n > 0),
    )


def _waiting(box: str, column: str, counts: Counts) -> list[Box]:
    """The box if anything waits in it."""
    waits = counts["columns"][column][box]["n"] > 0
    return [_box(box, column, counts, "waiting")] * waits


def _sources(column: str, counts: Counts) -> Iterator[Line]:
    """Each method of the column with its number; databases and registers also by name.

    Databases and registers stand there even if none was searched, as in the template.
    """
    sources = [source for source in counts["sources"] if source["column"] == column]
    for method, words in methods.WORDS.items():
        of_method = [source for source in sources if source["method"] == method]
        if methods.column(method) != column or not (of_method or column == methods.DATABASES):
            continue
        brought = [source["records"] + source["unreadable"] for source in of_method]
        yield Line(words, number(sum(brought)))
        if column == methods.DATABASES:
            for source, n in zip(of_method, brought, strict=True):
                yield Line(one_line(source["name"]) or "Unnamed source", number(n), inset=True)


def _included(counts: Counts) -> Box:
    any_ = any(of_group["n"] for of_group in counts["included"].values())
    if counts["previous"] is None:
        of_new = counts["included"]["new"]
        lines = [
            Line("Studies included in review", number(len(of_new["studies"]))),
            Line("Reports of included studies", number(of_new["n"])),
            *_out(counts),
        ]
        return Box(tuple(lines), list="included" * any_)
    lines = []
    for group, (studies, reports) in INCLUDED.items():
        of_group = counts["included"][group]
        if group != "new" and not of_group["n"]:
            continue
        if studies:
            lines.append(Line(studies, number(len(of_group["studies"]))))
        lines.append(Line(reports, number(of_group["n"])))
    return Box((*lines, *_out(counts)), list="included" * any_)


def _out(counts: Counts) -> Iterator[Line]:
    """The studies that are out, with their reports, if there are any."""
    out = counts["included"]["out"]
    if out["studies"]:
        for label, n in zip(OUT, (len(out["studies"]), out["n"]), strict=True):
            yield Line(label, number(n))


def _total(total: Mapping[str, Sequence[int] | None]) -> Box:
    return Box(
        (
            Line("Total studies included in review", number(total["studies"])),
            Line("Reports of total included studies", number(total["reports"])),
        ),
        "total",
    )


def _in_order(drawn: Flow) -> Iterator[Box]:
    yield from drawn.previous or ()
    for column in drawn.columns:
        yield column.title
        for step in column.steps:
            yield step.main
            yield from step.aside
    yield drawn.included
    if drawn.total:
        yield drawn.total


def _sentence(box: Box) -> str:
    lead = box.lines[0].text
    rest = "; ".join(line.text for line in box.lines[1:])
    if lead.endswith(":"):
        return f"{lead} {rest}."
    return f"{lead}; {rest}." if rest else f"{lead}."
