"""The evidence and what waits for people, counted for who has no time to read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from living_review.report.markdown import blocks, bullets, div

Row = Mapping[str, Any]


class Card(NamedTuple):
    number: str
    words: str
    section: str  # where the page tells more


# What waits -> how it is called; the rest is in the section on it.
WAITING = {
    "screen": ("record to screen", "records to screen"),
    "full_text": ("full text to assess", "full texts to assess"),
    "conflicts": ("conflict to resolve", "conflicts to resolve"),
    "extract": ("study to extract", "studies to extract"),
    "concerns": ("expression of concern to judge", "expressions of concern to judge"),
    "corrections": ("extraction to check again", "extractions to check again"),
    "event_conflicts": ("conflict about a retraction", "conflicts about retractions"),
    "ratings": ("certainty to rate", "certainties to rate"),
    "rating_conflicts": ("conflict about certainty", "conflicts about certainty"),
    "questions": ("question to the review team", "questions to the review team"),
}


def of_studies(studies: Iterable[Row], versions: Row) -> dict[str, Any]:
    """Counts of the included studies that no retraction or concern has taken out.

    studies, versions: as the results of the page have them. patients: as far as studies state
    them, which `stated` counts. years: the first and the last, [] if none is known. new: not in
    the version before, None if there is none; out: taken out.
    """
    included = [study for study in studies if study["status"] == "included"]
    standing = [study for study in included if not study["out"]]
    stated = [study["n_patients"] for study in standing if study.get("n_patients")]
    years = sorted(int(study["year"]) for study in standing if study.get("year"))
    earlier: Iterable[Sequence[str]] = (
        one["included"] for one in versions["every"] if one["version"] == versions["before"]
    )
    before = next(iter(earlier), None)
    return {
        "studies": len(standing),
        "patients": sum(stated),
        "stated": len(stated),
        "countries": len({study["country"] for study in standing if study.get("country")}),
        "years": [years[0], years[-1]] if years else [],
        "new": None
        if before is None
        else sum(study["study_id"] not in before for study in standing),
        "out": len(included) - len(standing),
    }


def part(results: Row) -> str:
    """Two rows of cards; studies known from abstracts only are in none of them."""
    waiting = list(_waiting(results["waiting"]["counts"]))
    return blocks(
        _cards("evidence", _evidence(results["glance"], results["review"].get("continues"))),
        _cards("waits", waiting),
    )


def _evidence(counts: Row, continues: Row | None) -> Iterable[Card]:
    yield _counted(counts["studies"], "study included", "studies included", "studies")
    if counts["patients"]:
        said = "patients in them"
        if counts["stated"] < counts["studies"]:
            said = f"patients in the {counts['stated']:,} that state how many"
        yield Card(f"{counts['patients']:,}", said, "studies")
    if counts["countries"]:
        yield _counted(counts["countries"], "country", "countries", "studies")
    if counts["years"]:
        first, last = counts["years"]
        shown = str(first) if first == last else f"{first}\u2013{last}"
        yield Card(shown, "years of publication" if first != last else "published", "studies")
    if counts["new"] is not None:
        yield Card(f"{counts['new']:,}", "new since the last version", "changes")
    if counts["out"]:
        yield _counted(
            counts["out"], "included study taken out", "included studies taken out", "studies"
        )
    if continues:
        published = "in the published review"
        for name, one in (("studies", "study"), ("patients", "patient")):
            many = "studies" if one == "study" else "patients"
            yield _counted(
                continues[name], f"{one} {published}", f"{many} {published}", "published"
            )


def _waiting(counts: Mapping[str, int]) -> Iterable[Card]:
    for name, (one, many) in WAITING.items():
        if counts[name]:
            yield _counted(counts[name], one, many, "waiting")


def _counted(n: int, one: str, many: str, section: str) -> Card:
    return Card(f"{n:,}", one if n == 1 else many, section)


def _cards(kind: str, cards: Iterable[Card]) -> str:
    listed = bullets(
        f"[[{card.number}]{{.number}} {card.words}](#{card.section})" for card in cards
    )
    return div(f"cards .{kind}", listed) if listed else ""
