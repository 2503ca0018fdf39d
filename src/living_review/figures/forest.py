"""Forest plots: a line a study with its exact interval, what they come to underneath."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from living_review.figures import bias, look
from living_review.figures.lines import (
    BAR,
    CROSS,
    DIAMOND,
    OPEN,
    OPEN_DIAMOND,
    SQUARE,
    Column,
    Line,
    Mark,
    Row,
    Sheet,
    counted,
    in_range,
    in_words,
    limits,
    name_of,
    numbers,
    probability,
)

LEFT_OUT = "Left out after a retraction or concern"  # what is seen in a plot; the page says which
NOTHING = "No eligible study reports this yet."
BIAS = "Risk of bias, judged by people"

Words = Callable[[str, str], str]  # what a value of a column is called


class Drawn(NamedTuple):
    """What a synthesis has to show: the main result, and the studies that are no part of it."""

    pooled: Mapping[str, Any]
    apart: Sequence[Row] = ()  # provisional studies
    out: Sequence[
        Row
    ] = ()  # studies that are left out after a retraction or an expression of concern
    groups: Sequence[Row] = ()  # a column of the tables each, with what its levels come to

    @property
    def anything(self) -> bool:
        return bool(self.pooled["studies"] or self.apart or self.out)

    @property
    def everyone(self) -> list[Row]:
        return [*self.pooled["studies"], *self.apart, *self.out]


def drawn(synthesis: Mapping[str, Any]) -> Drawn:
    """What there is to draw of a synthesis."""
    main = synthesis["main"]
    pooled = {study["study_id"] for study in main["studies"]}
    sensitivity = synthesis.get("abstract_only") or {"studies": []}
    apart = [
        study
        for study in sensitivity["studies"]
        if study.get("provisional") and study["study_id"] not in pooled
    ]
    return Drawn(main, apart, list(synthesis["retracted"]), list(synthesis.get("subgroups") or ()))


def new_studies(synthesis: Mapping[str, Any]) -> set[str]:
    """Ids of the studies drawn that a person judged not to be in the published review."""
    shown = drawn(synthesis)
    studies = (*shown.pooled["studies"], *shown.apart)
    return {study["study_id"] for study in studies if study["in_index_review"] == "no"}


def plain_words(column: str, value: str) -> str:
    """A value of a column, read as it is written in the tables."""
    return str(value).replace("_", " ")


def sheet(
    shown: Drawn,
    *,
    title: str = "",
    xlabel: str = "Patients with the outcome",
    new: Collection[str] = (),
    judged: bias.Judged = bias.NOTHING,
    words: Words = plain_words,
    narrow: bool = False,
) -> Sheet:
    """The studies of a synthesis, shares from 0 to 100 %.

    Each study has one line. Where the synthesis has groups, studies stand under those of the first
    column that says which study is in which; other columns are told by their groups alone.
    new: ids of studies that the published review did not have. narrow: without a column of
    weights, which the squares show by their size.
    """
    pooled = shown.pooled
    weighted = not narrow and is_weighted(shown)
    lights = _lights(shown.everyone, judged)
    n_known = 0 if is_weighted(shown) else pooled["n_known"]
    line_of = _Liner(len(pooled["studies"]), weighted, frozenset(new), lights, n_known)
    columns = (
        Column("Events / known", left=True, above=True),
        Column("Share in % [95% CI]"),
        *((Column("Weight"),) if weighted else ()),
    )
    lines = [*_studies(shown, line_of, words), *_totals(pooled, line_of)]
    lines += _groups_told(shown, line_of, words)
    for heading, color, kind, studies in (
        (f"{basis_of(shown.apart)}, not pooled", look.ABSTRACT, "apart", shown.apart),
        (LEFT_OUT, look.OUT, "out", shown.out),
    ):
        if studies:
            lines.append(Line(heading, bold=True, color=color))
            lines += [line_of.study(study, kind) for study in studies]
    below = [f"{BIAS}: {bias.legend(list(lights.values()))}."] if lights else []
    mean = pooled["proportion"]["estimate"] if pooled.get("proportion") else None
    return Sheet(title, columns, tuple(lines), xlabel, mean=mean, below=tuple(below))


def is_weighted(shown: Drawn) -> bool:
    """Whether the model gives each study a weight."""
    return any(study.get("weight") is not None for study in shown.pooled["studies"])


def basis_of(provisional: Sequence[Row]) -> str:
    """What provisional studies are known from, as a heading over them."""
    bases = {study["basis"] for study in provisional}
    return "Abstract only" if bases == {"abstract"} else "Provisional"


# ---- lines -------------------------------------------------------------------------------


class _Liner(NamedTuple):
    """Makes lines of a forest plot."""

    k: int
    weighted: bool
    new: frozenset[str]
    lights: Mapping[str, str]
    n_known: int  # patients of all studies together; 0 if studies have weights

    def cells(self, counts: str, share: str, weight: str = "") -> tuple[str, ...]:
        return (counts, share, weight) if self.weighted else (counts, share)

    def share_of(self, study: Row) -> float | None:
        """What a study's square shows: its weight; its patients where the model has no weights."""
        weight: float | None = study.get("weight")
        return study["n_known"] / self.n_known if weight is None and self.n_known else weight

    def study(self, study: Row, kind: str = "study", indent: bool = False) -> Line:
        """kind: study, apart or out."""
        provisional, out = bool(study.get("provisional")), kind == "out"
        tags = ["NEW"] if study.get("study_id") in self.new else []
        tags += ["out"] if out else []
        if provisional:
            tags.append("abstract" if study["basis"] == "abstract" else "provisional")
        counts = f"{study['events']} / {study['n_known']}"
        line = Line(
            name_of(study),
            self.cells(counts, "none known"),
            tags=tuple(tags),
            light=self.lights.get(study.get("study_id", ""), ""),
            indent=indent,
        )
        if not study["n_known"]:
            return line
        weight = study.get("weight")
        weighed = f"{100 * weight:.1f}%" if weight is not None and kind == "study" else ""
        low, high = study["ci"]
        mark = Mark(
            CROSS if out else OPEN if provisional else SQUARE,
            low,
            high,
            study["estimate"],
            look.OUT if out else look.ABSTRACT if provisional else look.FULL_TEXT,
            _side(self.share_of(study) if kind == "study" else None, self.k),
            dashed=provisional or out,
        )
        return line._replace(cells=self.cells(counts, numbers(study), weighed), mark=mark)

    def total(
        self,
        label: str,
        counts: str,
        row: Row | None,
        shape: str = DIAMOND,
        tau2: float | None = None,
        **style: Any,
    ) -> Line:
        """What studies come to; row: None where they were not pooled."""
        if not row or row.get("estimate") is None or not row.get("ci"):
            return Line(label, self.cells(counts, "not pooled"), **style)
        spread = "" if tau2 is None else f"tau\u00b2={tau2:.2f}"
        if spread and not self.weighted:
            label += f", {spread}"
        low, high = row["ci"]
        mark = Mark(shape, low, high, row["estimate"], style.get("color", ""))
        return Line(label, self.cells(counts, numbers(row), spread), mark, **style)


def _studies(shown: Drawn, line_of: _Liner, words: Words) -> Iterator[Line]:
    studies = shown.pooled["studies"]
    if not studies:
        yield Line(NOTHING, italic=True, color=look.MUTED)
    column = _drawn_by(shown)
    if column is None:
        yield from (line_of.study(study) for study in studies)
        return
    times = Counter(study_id for level in column["levels"] for study_id in level["studies"])
    for level in column["levels"]:
        yield Line(_capital(words(column["column"], level["level"])), bold=True)
        for study in studies:
            if study["study_id"] in level["studies"] and times[study["study_id"]] == 1:
                yield line_of.study(study, indent=True)
        if level["k"] > 1:
            yield _level(level, f"{counted(level['k'])} together", line_of)
    others = [study for study in studies if times[study["study_id"]] != 1]
    if others:
        yield Line("In none of these groups, or in several", bold=True)
        yield from (line_of.study(study, indent=True) for study in others)


def _drawn_by(shown: Drawn) -> Row | None:
    """The column under whose groups the studies stand: the first that says which are in which."""
    for column in shown.groups:
        if column.get("levels") and all(level.get("studies") for level in column["levels"]):
            return column
    return None


def _level(level: Row, label: str, line_of: _Liner) -> Line:
    counts = f"{level['events']} / {level['n_known']}"
    tau2 = level.get("tau2") if level["k"] > 1 else None
    return line_of.total(label, counts, level, tau2=tau2, color=look.FULL_TEXT, indent=True)


def _totals(pooled: Row, line_of: _Liner) -> Iterator[Line]:
    counts = f"{pooled['events']} / {pooled['n_known']}"
    proportion = pooled.get("proportion")
    if proportion:
        tau2 = (pooled.get("heterogeneity") or {}).get("tau2")
        yield line_of.total(proportion["name"], counts, proportion, tau2=tau2, bold=True, rule=True)
        if proportion.get("pi"):
            low, high = proportion["pi"]
            yield Line(
                "Prediction interval",
                line_of.cells("", limits(proportion["pi"])),
                Mark(BAR, low, high),
                color=look.MUTED,
            )
    elif pooled.get("crude") and len(pooled["studies"]) > 1:
        yield line_of.total(
            "Crude total, no model", counts, pooled["crude"], OPEN_DIAMOND, bold=True, rule=True
        )


def _groups_told(shown: Drawn, line_of: _Liner, words: Words) -> Iterator[Line]:
    """The test between the groups that studies stand under; other columns with all their groups."""
    under = _drawn_by(shown)
    for column in shown.groups:
        if column is not under and column.get("levels"):
            yield Line(f"By {column_words(column)}", bold=True, rule=True)
            for level in column["levels"]:
                called = _capital(words(column["column"], level["level"]))
                label = f"{called}, {counted(level['k'])}"
                yield _level(level, label, line_of)
        yield Line(between(column), color=look.MUTED, italic=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def column_words(column: Row) -> str:
    return str(column["column"]).replace("_", " ")


def between(column: Row) -> str:
    """The test between the groups of a column, in words."""
    test, name = column["between"], f"Test between groups by {column_words(column)}"
    if "refused" in test:
        return f"{name}: {test['refused']}"
    df = " and ".join(f"{one:g}" for one in test["df"] if one is not None)
    stat = "F" if " and " in df else "Q"
    return f"{name}: {probability(test['p'])} ({stat} {test['q']:.2f} on {df} df)."


def _lights(studies: Sequence[Row], judged: bias.Judged) -> dict[str, str]:
    """A light for each study, if people judged any study overall."""
    if not any(study["study_id"] in judged.overall for study in studies):
        return {}
    return {
        study["study_id"]: bias.light(judged.overall.get(study["study_id"])) for study in studies
    }


def _side(share: float | None, k: int) -> float:
    """Side of a study's square in points: its area goes with its share, an even one is 6."""
    if share is None:
        return 6.0
    return min(11.0, max(3.0, 6.0 * math.sqrt(share * max(k, 1))))


# ---- words -------------------------------------------------------------------------------


def alt_text(shown: Drawn, judged: bias.Judged = bias.NOTHING, words: Words = plain_words) -> str:
    """What the plot shows, in words and numbers; up to ten studies one by one."""
    pooled, apart, out, groups = shown
    studies = list(pooled["studies"])
    if not shown.anything:
        return NOTHING
    sentences = []
    if studies:
        sentences.append(f"Forest plot of {counted(len(studies))}.")
        sentences += _described(studies)
    else:
        sentences.append("Forest plot without a pooled result: no eligible study reports this yet.")
    proportion, crude = pooled.get("proportion"), pooled.get("crude")
    if proportion:
        sentences.append(f"Pooled: {in_words(proportion)}.")
        if proportion.get("pi"):
            sentences.append(f"Prediction interval {in_range(proportion['pi'])}.")
    elif crude and len(studies) > 1:
        sentences.append(
            f"Crude total, no model: {pooled['events']} of {pooled['n_known']}, {in_words(crude)}."
        )
    for column in groups:
        told = "; ".join(
            f"{words(column['column'], level['level'])} ({counted(level['k'])}) "
            + (in_words(level) if level.get("ci") else "not pooled")
            for level in column.get("levels") or ()
        )
        sentences.append(f"By {column_words(column)}: {told}. {between(column)}".strip())
    if apart:
        sentences.append(f"{basis_of(apart)}, not pooled: {counted(len(apart))}.")
        sentences += _described(apart)
    if out:
        sentences.append(f"{LEFT_OUT}: {counted(len(out))}.")
        sentences += _described(out)
    lights = list(_lights(shown.everyone, judged).values())
    if lights:
        sentences.append(f"Risk of bias: {bias.tally(lights)}.")
    return " ".join(sentences)


def _described(studies: Sequence[Row]) -> list[str]:
    if len(studies) > 10:
        shares = [study["estimate"] for study in studies if study["n_known"]]
        ends = in_range([min(shares), max(shares)]) if shares else "no study"
        return [f"Shares from {ends}; each study's numbers are in the study table."]
    return [f"{name_of(study)}: {_counts(study)}." for study in studies]


def _counts(study: Row) -> str:
    if not study["n_known"]:
        return f"of none of its {study['n_treated']} patients is the outcome known"
    return f"{study['events']} of {study['n_known']}, {in_words(study)}"
