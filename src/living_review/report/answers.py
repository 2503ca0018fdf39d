"""What a reader wants first: the answers in plain words."""

from collections.abc import Collection, Mapping
from typing import Any

from living_review.report import course, escape, left_out, statements, words
from living_review.report.markdown import blocks, div

Row = Mapping[str, Any]


def answers(results: Row) -> str:
    """One answer an analysis: pooled from full texts, or as published, or that there is none."""
    analyses = results["analyses"]
    if not analyses:
        return "The protocol names no analysis yet.\n"
    sources = {source(entry) for entry in analyses}
    return blocks(
        _preamble(sources),
        div("answers", *(_answer(entry, results) for entry in analyses)),
        _repeated(sources, results["review"].get("continues")),
    )


def source(analysis: Row) -> str:
    """Which evidence answers an analysis: full_text, published, or none."""
    if analysis["synthesis"]["main"]["n_known"]:
        return "full_text"
    return "published" if analysis["published"] else "none"


def _preamble(sources: Collection[str]) -> str:
    if "published" not in sources:
        return ""
    return (
        "Not every question has an assessed full text yet."
        if "full_text" in sources
        else "Full texts have not been assessed for this review yet."
    )


def _repeated(sources: Collection[str], continues: Row | None) -> str:
    """Whose totals are shown where there is nothing else."""
    if "published" not in sources:
        return ""
    named = "the published review"
    if continues:
        citation = escape.text(continues["citation"])
        doi = escape.address_of(f"doi:{continues['doi']}") if continues.get("doi") else ""
        where = f" [doi {escape.text(continues['doi'])}](<{doi}>)" if doi else ""
        named = f"the published review that this one continues: {citation}{where}"
    return f"Answers marked *as published* repeat the totals of {named}"


def _answer(analysis: Row, results: Row) -> str:
    title = f"[{escape.text(analysis['title'])}]{{.title}}"
    kind = source(analysis)
    write = {"full_text": _full_text, "published": _published, "none": _none}[kind]
    said = [title, *write(analysis), course.of_answer(analysis, results)]
    said.append(left_out.of_answer(analysis, results))
    return div(f"answer .{kind.replace('_', '-')}", *said)


def anchor(analysis: Row) -> str:
    return f"analysis-{analysis['id'].replace('_', '-')}"


def _headline(analysis: Row, share: float) -> str:
    number = f"[[{words.in_100(share)} patients]{{.share}}](#{anchor(analysis)})"
    return f"{number} {escape.text(analysis['says'])}."


def _in_numbers(analysis: Row, said: str) -> str:
    """Linked to the table that has these numbers."""
    return f"[{said}](#tbl-{anchor(analysis)}){{.exact}}"


def _full_text(analysis: Row) -> list[str]:
    pooled = analysis["synthesis"]["main"]
    shown = words.estimate(pooled)
    how = "crude total, not pooled"
    if pooled.get("proportion"):
        how = f"{pooled['model']['kind']}, {pooled['proportion']['name'].lower()}"
    exact = f"{words.percent(shown['estimate'])}, 95% CI {words.interval(shown['ci'])}"
    return [
        _headline(analysis, shown["estimate"]),
        f"{_in_numbers(analysis, exact)}; "
        f"{words.studies(pooled['k'])}, {pooled['events']:,} of "
        f"{words.counted(pooled['n_known'], 'patient')}; {how}.",
        f"[[{statements.tag(analysis['certainty']['rating'])}](#certainty)]{{.tag}}",
        f"[{words.bounds(pooled)}]{{.bounds}}",
    ]


def _published(analysis: Row) -> list[str]:
    row = analysis["published"]
    printed = f"{escape.text(row['percent_as_printed'])}%" if row["percent_as_printed"] else ""
    ci = f"95% CI {words.interval(row['ci'])}" if row.get("ci") else ""
    counts = f"{row['events']:,} of {words.counted(row['total'], 'patient')}"
    exact = ", ".join(filter(None, (printed, ci)))
    return [
        _headline(analysis, row["events"] / row["total"]),
        f"{_in_numbers(analysis, exact)}; {counts}." if exact else f"{counts}.",
        f"[{words.AS_PUBLISHED}]{{.tag}}",
        f"[{words.bounds(row)}]{{.bounds}}",
    ]


def _none(analysis: Row) -> list[str]:
    return [words.NOTHING]
