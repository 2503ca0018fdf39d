"""The section of the page on each analysis: what is estimated, the plot, the numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.figures import forest
from living_review.report import (
    anchors,
    course,
    diagnostics,
    escape,
    figures,
    left_out,
    sensitivity,
    subgroups,
    words,
)
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, bullets, cut, details, table

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """An analysis a section: the estimand in words, the plot, the numbers, what to know."""
    if not results["analyses"]:
        return "The protocol names no analysis yet.\n"
    return blocks(*(_analysis(entry, results) for entry in results["analyses"]))


def _analysis(analysis: Row, results: Row) -> str:
    main = analysis["synthesis"]["main"]
    label = anchor(analysis)
    rows = list(_estimates(analysis))
    return blocks(
        f"### {escape.text(analysis['title'])} {{#{label}}}",
        _estimand(analysis, results),
        "" if main["k"] else _notes(main),
        figures.figure("forest", analysis, results),
        _counted(analysis, results),
        table(
            f"{analysis['title']}: results",
            ["Result", "Events of patients", "Share", "95% CI"],
            "lrrr",
            rows,
            f"tbl-{label}",
        )
        if rows
        else "",
        _left_out(analysis, results),
        course.of_analysis(analysis, results),
        _spread(main),
        _notes(main) if main["k"] else "",
        sensitivity.part(analysis),
        diagnostics.part(analysis, results),
        subgroups.part(analysis, results),
        figures.lights(analysis, results),
    )


def _counted(analysis: Row, results: Row) -> str:
    """What the plot shows of each study that counts, as a table that leads to its sources."""
    pooled = analysis["synthesis"]["main"]["studies"]
    if not pooled:
        return ""
    known = anchors.of_studies(results)
    weighted = any(study["weight"] is not None for study in pooled)
    shown, others = cut(pooled)
    rows = (
        [
            anchors.to_study(study["study_id"], study["label"] or study["study_id"], known),
            f"{study['events']:,} of {study['n_known']:,}",
            f"{study['n_treated']:,}",
            words.percent(study["estimate"]) if study["n_known"] else "",
            words.interval(study["ci"]) if study["ci"] else "",
            *([words.percent(study["weight"] or 0)] if weighted else []),
        ]
        for study in shown
    )
    head = ["Study", "Events of known", "Treated", "Share", "95% CI", *["Weight"] * weighted]
    name = f"{words.studies(len(pooled)).capitalize()} as a table, each with its sources"
    align = "lrrrr" + "r" * weighted
    return details(name, table(f"{analysis['title']}: studies", head, align, rows), others)


def _left_out(analysis: Row, results: Row) -> str:
    said = left_out.of_section(analysis, results)
    return f"**Retracted or doubted.** {said}" if said else ""


def _notes(main: Row) -> str:
    notes = [escape.text(note) for note in main["notes"]]
    if not notes and not main["k"]:
        return words.NOTHING
    return bullets(notes) if len(notes) > 1 else "".join(notes)


def _estimand(analysis: Row, results: Row) -> str:
    chosen = [
        f"{escape.text(column.replace('_', ' ').capitalize())}: "
        + " / ".join(escape.text(words.words_of(results, column, value)) for value in values)
        for column, values in analysis["where"].items()
    ]
    return blocks(
        f"**What is estimated.** The share of patients who {escape.text(analysis['says'])}. "
        "Patients whose outcome is unknown are left out of the share; the bounds count them in.",
        f"**What counts.** {_sentence(analysis['definition'])}",
        details("Which groups of patients count", bullets(chosen)) if chosen else "",
    )


def _provisional(pooled: Row) -> str:
    return forest.basis_of([study for study in pooled["studies"] if study["provisional"]])


def _estimates(analysis: Row) -> Iterable[list[str]]:
    synthesis = analysis["synthesis"]
    main, abstract = synthesis["main"], synthesis.get("abstract_only")
    if main["n_known"]:
        if main.get("proportion"):
            found = main["proportion"]
            yield _result(found["name"], main, found)
            if found["marginal"] is not None and found["marginal"] != found["estimate"]:
                yield ["Mean proportion", "", words.percent(found["marginal"]), ""]
            if found["pi"]:
                low_high = words.interval(found["pi"])
                yield ["Prediction interval (a further study)", "", "", low_high]
        yield _result("Crude total", main, main["crude"])
        yield from _bounds(main)
    with_them = synthesis["with_retracted"]
    if with_them and with_them["n_known"]:
        name = f"With what was taken out ({words.studies(with_them['k'])})"
        yield _result(name, with_them, words.estimate(with_them))
    beyond = synthesis.get("not_in_published")
    if beyond and beyond["k"]:
        yield [
            f"Studies that the published review did not have ({beyond['k']:,})",
            f"{beyond['events']:,} of {beyond['n_known']:,}",
            words.percent(beyond["events"] / beyond["n_known"]) if beyond["n_known"] else "",
            "",
        ]
    if analysis["published"]:
        row = analysis["published"]
        printed = row["percent_as_printed"]
        yield [
            "Published total (not recomputed)",
            f"{row['events']:,} of {row['total']:,}",
            f"{escape.text(printed)}%" if printed else words.percent(row["events"] / row["total"]),
            words.interval(row["ci"]) if row.get("ci") else "",
        ]
        yield from _bounds(row)
    if abstract and abstract["n_known"]:
        yield _result(
            f"{_provisional(abstract)}, a sensitivity ({words.studies(abstract['k'])})",
            abstract,
            words.estimate(abstract),
        )


def _result(name: str, pooled: Row, shown: Row) -> list[str]:
    return [
        name,
        f"{pooled['events']:,} of {pooled['n_known']:,}",
        words.percent(shown["estimate"]),
        words.interval(shown["ci"]),
    ]


def _bounds(row: Row) -> Iterable[list[str]]:
    """The lowest and the highest share that unknown outcomes leave open."""
    found = row.get("bounds")
    if not found:
        return
    low, high = found["low"], found["high"]
    if low["events"] == high["events"]:
        yield ["\u2013 bounds: no outcome is unknown", "", "", ""]
        return
    for name, end in (
        ("\u2013 lowest: no unknown outcome is an event", low),
        ("\u2013 highest: every unknown outcome is an event", high),
    ):
        yield [
            name,
            f"{end['events']:,} of {end['total']:,}",
            words.percent(end["estimate"]),
            "",
        ]


def _spread(main: Row) -> str:
    """The model and what it estimates, in words; how far studies differ."""
    sentences = []
    if main.get("model"):
        found = main["proportion"]
        sentences.append(f"**Model.** {escape.text(main['model']['words'])}")
        sentences.append(f"Estimate: {_lower(escape.text(main['estimand']))}.")
        if found["ci_profile"] and None not in found["ci_profile"]:
            limits = words.interval(found["ci_profile"])
            sentences.append(f"Its interval by profile likelihood is {limits}.")
    found = main.get("heterogeneity")
    if found:
        said = f"Variance between studies (tau²) {found['tau2']:.3f}"
        if found["tau2_ci"] and found["tau2_ci"][1] is not None:
            said += f", 95% CI {found['tau2_ci'][0]:.3f} to {found['tau2_ci'][1]:.3f}"
        if found["i2"] is not None:
            said += f"; I² {found['i2']:.1f}%, from {escape.text(found['i2_form'])}"
        sentences.append(f"{said}.".replace("from tau2", "from tau²"))
    return " ".join(sentences)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _sentence(value: str) -> str:
    text = escape.text(value)
    return text if value.rstrip().endswith((".", "!", "?")) else f"{text}."
