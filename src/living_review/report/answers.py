"""What a reader wants first: the answers in plain words."""

from collections.abc import Mapping
from typing import Any

from living_review.report import course, escape, left_out, statements, words
from living_review.report.markdown import blocks, bullets, div

Row = Mapping[str, Any]


def answers(results: Row) -> str:
    """One answer an analysis: pooled from full texts, or as published, or that there is none."""
    analyses = results["analyses"]
    if not analyses:
        return "The protocol names no analysis yet.\n"
    return blocks(
        _preamble(results), div("answers", *(_answer(entry, results) for entry in analyses))
    )


def cards(results: Row) -> str:
    """Counts at a glance; studies known from abstracts only are not among them."""
    counts = results["waiting"]["counts"]
    included = [study for study in results["studies"] if study["status"] == "included"]
    out = sum(study["out"] for study in included)
    continues = results["review"].get("continues")
    cards = [(len(included) - out, "study included", "studies included", "studies")]
    if out:
        cards.append((out, "included study taken out", "included studies taken out", "studies"))
    if continues:
        cards += [
            (
                continues["studies"],
                "study in the published review",
                "studies in the published review",
                "published",
            ),
            (
                continues["patients"],
                "patient in the published review",
                "patients in the published review",
                "published",
            ),
        ]
    cards += [
        (counts[name], one, many, "waiting")
        for name, one, many in (
            ("screen", "record to screen", "records to screen"),
            ("full_text", "full text to assess", "full texts to assess"),
            ("conflicts", "conflict to resolve", "conflicts to resolve"),
            ("extract", "study to extract", "studies to extract"),
            ("concerns", "expression of concern to judge", "expressions of concern to judge"),
            ("corrections", "extraction to check again", "extractions to check again"),
            ("event_conflicts", "conflict about a retraction", "conflicts about retractions"),
            ("ratings", "certainty to rate", "certainties to rate"),
            ("rating_conflicts", "conflict about certainty", "conflicts about certainty"),
            ("questions", "question to the review team", "questions to the review team"),
        )
        if counts[name]
    ]
    shown = (
        f"[[{n:,}]{{.number}} {one if n == 1 else many}](#{section})"
        for n, one, many, section in cards
    )
    return div("cards", bullets(shown)) + "\n"


def source(analysis: Row) -> str:
    """Which evidence answers an analysis: full_text, published, or none."""
    if analysis["synthesis"]["main"]["n_known"]:
        return "full_text"
    return "published" if analysis["published"] else "none"


def _preamble(results: Row) -> str:
    sources = {source(entry) for entry in results["analyses"]}
    continues = results["review"].get("continues")
    if "published" not in sources:
        return ""
    named = "the published review"
    if continues:
        citation = escape.text(continues["citation"])
        doi = escape.address_of(f"doi:{continues['doi']}") if continues.get("doi") else ""
        where = f" [doi {escape.text(continues['doi'])}](<{doi}>)" if doi else ""
        named = f"the published review that this one continues: {citation}{where}"
    opening = (
        "Full texts have not been assessed for this review yet."
        if "full_text" not in sources
        else "Not every question has an assessed full text yet."
    )
    return f"{opening} Answers marked *as published* repeat the totals of {named}"


def _answer(analysis: Row, results: Row) -> str:
    title = f"[{escape.text(analysis['title'])}](#{anchor(analysis)}){{.title}}"
    kind = source(analysis)
    write = {"full_text": _full_text, "published": _published, "none": _none}[kind]
    said = [title, *write(analysis), course.of_answer(analysis, results)]
    said.append(left_out.of_answer(analysis, results))
    return div(f"answer .{kind.replace('_', '-')}", *said)


def anchor(analysis: Row) -> str:
    return f"analysis-{analysis['id'].replace('_', '-')}"


def _headline(analysis: Row, share: float) -> str:
    return f"[{words.in_100(share)} patients]{{.share}} {escape.text(analysis['says'])}."


def _full_text(analysis: Row) -> list[str]:
    pooled = analysis["synthesis"]["main"]
    shown = words.estimate(pooled)
    how = "crude total, not pooled"
    if pooled.get("proportion"):
        how = f"{pooled['model']['kind']}, {pooled['proportion']['name'].lower()}"
    return [
        _headline(analysis, shown["estimate"]),
        f"{words.percent(shown['estimate'])}, 95% CI {words.interval(shown['ci'])}; "
        f"{words.studies(pooled['k'])}, {pooled['events']:,} of "
        f"{words.counted(pooled['n_known'], 'patient')}; {how}. {words.bounds(pooled)}",
        f"[[{statements.tag(analysis['certainty']['rating'])}](#certainty)]{{.tag}}",
    ]


def _published(analysis: Row) -> list[str]:
    row = analysis["published"]
    printed = f" ({escape.text(row['percent_as_printed'])}%" if row["percent_as_printed"] else " ("
    ci = f"95% CI {words.interval(row['ci'])}" if row.get("ci") else ""
    inside = "; ".join(part for part in (printed.lstrip(" ("), ci) if part)
    share = row["events"] / row["total"]
    return [
        _headline(analysis, share),
        f"{row['events']:,} of {words.counted(row['total'], 'patient')}"
        + (f" ({inside})" if inside else "")
        + f". {words.bounds(row)}",
        f"[{words.AS_PUBLISHED}]{{.tag}}",
    ]


def _none(analysis: Row) -> list[str]:
    return [words.NOTHING]
