"""The section of the page that compares treatments: within studies, then across, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, bullets, details, table

Row = Mapping[str, Any]

NONE_ASKED = "The protocol asks for no comparison of treatments."
NOT_RATED = "Certainty: an intervention question, not rated here."
ONE_OUTCOME = (
    "Only this outcome is compared; no other is read as it, however near in meaning. Patients whose"
    " outcome is unknown are left out; the lowest and the highest comparison count them in."
)
READINGS = {
    "known": "Outcomes that are known",
    "lowest": "\u2013 lowest: of the unknown, none of {first} and all of {second} had it",
    "highest": "\u2013 highest: of the unknown, all of {first} and none of {second} had it",
}
MEASURES = {"OR": "Odds ratio", "RR": "Risk ratio", "RD": "Difference of risks"}
MODELS = {
    "glmm": (
        "Model of the counts as they are, with a level of its own for each study; interval by t"
    ),
    "REML": (
        "Random-effects model; variance between studies by restricted maximum likelihood (REML);"
        " interval by the Hartung-Knapp method, never narrower than without it"
    ),
}
ACROSS = (
    "Studies of one side are set against studies of the other, and their patients differ in more"
    " than the treatment. What is seen here may come from that."
)
ACROSS_MODEL = (
    "Logits of the groups of patients in a three-level model, groups within studies, by restricted"
    " maximum likelihood (REML); intervals cluster-robust by study (CR2), never narrower than the"
    " model has them, with {df:.1f} degrees of freedom (Satterthwaite). Variance between studies"
    " {of_study:.3f}, between groups of a study {of_arm:.3f}. Shares are those of the median group."
)
WHY = {
    "provisional": "abstract only, or not included on its full text",
    "retracted": "taken out after an event",
    "overlaps": "possibly patients of another study",
}
NO_LIMIT = "without limit"
ALL_KNOWN = "No outcome of these patients is unknown, so that there are no bounds."


def part(results: Row) -> str:
    """A comparison a section: what is compared, within studies, across studies, which studies."""
    if not results["contrasts"]:
        return f"{NONE_ASKED}\n"
    return blocks(*(_contrast(entry, results) for entry in results["contrasts"]))


def _contrast(contrast: Row, results: Row) -> str:
    compared = contrast["compared"]
    return blocks(
        f"### {escape.text(contrast['title'])} {{#{_anchor(contrast)}}}",
        _compared(contrast, results),
        "**Within the studies that report both.**",
        _within(contrast),
        "**Across studies.**",
        _across(contrast),
        details("Which studies report this", _studies(contrast, results))
        if compared["studies"]
        else "",
        NOT_RATED,
    )


def _anchor(contrast: Row) -> str:
    return f"contrast-{contrast['id'].replace('_', '-')}"


def _labels(contrast: Row) -> list[str]:
    return [escape.text(group["label"]) for group in contrast["between"]["groups"]]


def _compared(contrast: Row, results: Row) -> str:
    first, second = _labels(contrast)
    column = contrast["between"]["column"]
    asked = [
        *(
            (group["label"] + ("" if name == column else f", {name}"), name, values)
            for group in contrast["between"]["groups"]
            for name, values in {column: group["values"], **group.get("where", {})}.items()
        ),
        *((name, name, values) for name, values in contrast["where"].items()),
    ]
    return blocks(
        f"**What is compared.** {first} is set against {second}: how many patients "
        f"{escape.text(contrast['says'])}. {ONE_OUTCOME}",
        f"**What counts.** {escape.text(contrast['definition'].rstrip('.'))}.",
        details(
            "Which groups of patients count",
            bullets(
                f"{escape.text(_capital(name.replace('_', ' ')))}: "
                + " / ".join(escape.text(words.words_of(results, of, value)) for value in values)
                for name, of, values in asked
            ),
        ),
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _within(contrast: Row) -> str:
    within = contrast["compared"]["within"]
    measure, labels = within["measure"], _labels(contrast)
    shown = _ratio if measure != "RD" else _points
    rows = []
    for name, found in _readings(within["estimates"], labels):
        counts = [f"{events:,} of {total:,}" for events, total in found["counts"]]
        interval = _interval(found["ci"], shown)
        rows.append([name, *counts, shown(found["estimate"]), interval])
    if within["pi"]:
        said = _interval(within["pi"], shown)
        rows.append(["Prediction interval (a further study)", "", "", "", said])
    return blocks(
        table(
            f"{contrast['title']}: within studies",
            ["Result", *labels, MEASURES[measure], "95% CI"],
            "lrrrr",
            rows,
            f"tbl-{_anchor(contrast)}-within",
        )
        if rows
        else "",
        " ".join(_of_within(within, labels)),
        bullets(escape.text(note) for note in within["notes"]),
    )


def _of_within(within: Row, labels: Sequence[str]) -> Iterable[str]:
    known = within["estimates"]["known"]
    if not known:
        return
    yield _direction(labels, 0 if within["measure"] == "RD" else 1)
    yield from _bounds_said(within["estimates"])
    if within["model"]:
        yield f"{MODELS[within['model']['method']]}, {known['scale']['df']} degrees of freedom."
    if within["tau2"] is not None:
        ci = within["tau2_ci"]
        of = "risks" if within["measure"] == "RD" else "logarithms"
        limits = f", 95% CI {ci[0]:.3f} to {_variance(ci[1])}" if ci else ""
        yield f"Variance between studies (tau², of {of}) {within['tau2']:.3f}{limits}."


def _direction(labels: Sequence[str], nil: int) -> str:
    first, second = labels
    return (
        f"Above {nil}: the outcome was more frequent with {first} than with {second}; below {nil}: "
        "less frequent."
    )


def _across(contrast: Row) -> str:
    across, labels = contrast["compared"]["across"], _labels(contrast)
    notes = [escape.text(note) for note in across["notes"]]
    if across["refused"]:
        return blocks("Not compared.", bullets([*notes, *_published_only(contrast)]))
    known = across["estimates"]["known"]
    rows = []
    for name, found in _readings(across["estimates"], labels):
        shares = [_share(share) for share in found["shares"]]
        interval = _interval(found["ci"], _ratio)
        rows.append([name, *shares, _ratio(found["estimate"]), interval])
    model = ACROSS_MODEL.format(
        df=known["scale"]["df"], of_study=across["tau2_study"], of_arm=across["tau2_arm"]
    )
    return blocks(
        table(
            f"{contrast['title']}: across studies",
            ["Result", *labels, MEASURES["OR"], "95% CI"],
            "lrrrr",
            rows,
            f"tbl-{_anchor(contrast)}-across",
        ),
        " ".join(
            [
                ACROSS,
                _direction(labels, 1),
                _who(contrast, known),
                *_bounds_said(across["estimates"]),
            ]
        ),
        model,
        bullets(notes),
    )


def _who(contrast: Row, known: Row) -> str:
    compared = contrast["compared"]
    each = " and ".join(
        f"{words.studies(side['k'])} of {label}"
        for side, label in zip(compared["sides"], _labels(contrast), strict=True)
    )
    return f"{each} count, {compared['within']['k']:,} of {known['k']:,} in both."


def _published_only(contrast: Row) -> Iterable[str]:
    """Sides of which nothing is known but the total that an earlier review printed."""
    sides = contrast["compared"]["sides"]
    for group, side in zip(contrast["between"]["groups"], sides, strict=True):
        row = group["published"]
        if row and not side["k"]:
            yield (
                f"{escape.text(group['label'])} is known here as a published total alone "
                f"({row['events']:,} of {row['total']:,}); a total that others have printed is "
                "never set against studies."
            )


def _studies(contrast: Row, results: Row) -> str:
    """A row a study: both sides, follow-up, and its own comparison."""
    labels = _labels(contrast)
    measure = contrast["compared"]["within"]["measure"]
    shown = _ratio if measure != "RD" else _points
    studies = contrast["compared"]["studies"]
    rows = [
        [
            escape.text(study["label"]),
            *(_side(side) for side in study["sides"]),
            "; ".join(dict.fromkeys(_follow_ups(study, results))),
            _own(study, shown),
        ]
        for study in studies
    ]
    counting = [study for study in studies if any(_counts(side) for side in study["sides"])]
    stated = sum(any(_lengths(study)) for study in counting)
    said = [
        f"How long patients were followed is stated by {stated:,} of "
        f"{words.studies(len(counting))}."
    ]
    if any(study["half_added"] for study in studies):
        said.append("* Half a patient was added to each cell; the counts are as reported.")
    return blocks(
        table(
            f"{contrast['title']}: studies",
            ["Study", *labels, "Follow-up", f"{MEASURES[measure]} (95% CI)"],
            "lrrlr",
            rows,
        ),
        " ".join(said) if counting else "",
    )


def _counts(side: Row | None) -> bool:
    return side is not None and "events" in side and not side["why"]


def _side(side: Row | None) -> str:
    if not side:
        return ""
    if "events" not in side:
        unmet = escape.text(", ".join(side["columns"]).replace("_", " "))
        return f"does not count: other patients or time ({unmet})"
    unknown = side["n_treated"] - side["n_known"]
    counts = f"{side['events']:,} of {side['n_known']:,}"
    if unknown:
        counts += f" ({unknown:,} unknown)"
    why = ", ".join(WHY[reason] for reason in side["why"])
    return f"{counts}; does not count: {why}" if why else counts


def _follow_ups(study: Row, results: Row) -> Iterable[str]:
    for side in study["sides"]:
        for told in (side or {}).get("follow_up", ()):
            when = words.words_of(results, "time_point", told["time_point"])
            value, unit = told["followup_value"], told["followup_unit"]
            measure = words.words_of(results, "followup_measure", told["followup_measure"])
            length = f", {measure.lower()} {value} {unit}" if value != "" else ""
            yield escape.text(f"{when}{length}")


def _lengths(study: Row) -> Iterable[bool]:
    for side in study["sides"]:
        for told in (side or {}).get("follow_up", ()):
            yield told["followup_value"] != ""


def _own(study: Row, shown: Any) -> str:
    if study["ci"] is None:
        return ""
    star = "*" if study["half_added"] else ""
    return f"{shown(study['estimate'])}{escape.text(star)} ({_interval(study['ci'], shown)})"


def _readings(
    estimates: Mapping[str, Row | None], labels: Sequence[str]
) -> Iterable[tuple[str, Row]]:
    """Each estimate that there is, under its name; one only where no outcome is unknown."""
    first, second = labels
    known = estimates["known"]
    for reading, name in READINGS.items():
        found = estimates[reading]
        if found and (found is known or found != known):
            many = f" ({words.studies(found['k'])})" if found is known else ""
            yield name.format(first=first, second=second) + many, found


def _bounds_said(estimates: Mapping[str, Row | None]) -> Iterable[str]:
    if estimates["lowest"] == estimates["known"] == estimates["highest"]:
        yield ALL_KNOWN


def _share(share: Row) -> str:
    interval = f" ({words.interval(share['ci'])})" if share["ci"] else ""
    return f"{words.percent(share['estimate'])}{interval}"


def _interval(ends: Sequence[float | None], shown: Any) -> str:
    return f"{shown(ends[0])} to {shown(ends[1])}"


def _ratio(value: float | None) -> str:
    return NO_LIMIT if value is None else f"{value:.2f}" if 0.01 <= value < 100 else f"{value:.2g}"


def _points(value: float | None) -> str:
    """A difference of risks, -1 to 1, in percentage points."""
    return NO_LIMIT if value is None else f"{100 * value:+.1f} points"


def _variance(value: float | None) -> str:
    return NO_LIMIT if value is None else f"{value:.3f}"
