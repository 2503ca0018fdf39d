"""How much a result rests on single studies, on their order and on small ones, on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import escape, figures, words
from living_review.report.markdown import blocks, bullets, cut, details, table

Row = Mapping[str, Any]

NOT_TESTED_AGAIN = (
    "Shown, not tested: whoever looks again and again finds something significant sooner or later."
)
NO_CORRECTION = "This puts a question to the studies; it corrects nothing."
ON_LOGITS = (
    "On proportions it and Begg's test also react to the share itself, which decides how precise a "
    "study is."
)


def part(analysis: Row, results: Row) -> str:
    """Folded away but for what could not be tested; nothing where nothing is pooled."""
    synthesis = analysis["synthesis"]
    if synthesis["main"]["k"] < 2:
        return ""
    title = analysis["title"]
    plots = {
        kind: figures.figure(kind, analysis, results)
        for kind in ("leave_one_out", "cumulative", "funnel")
    }
    return blocks(
        _leave_one_out(title, synthesis["leave_one_out"], plots["leave_one_out"]),
        _cumulative(title, synthesis["cumulative"], plots["cumulative"]),
        _influence(title, synthesis["influence"], synthesis["influence_model"]),
        _small_study(synthesis["small_study"], plots["funnel"]),
    )


def _leave_one_out(title: str, lines: Sequence[Row], plot: str) -> str:
    if not lines:
        return ""
    low, high = (end(lines, key=lambda line: line["estimate"]) for end in (min, max))
    said = (
        f"The share lies between {words.percent(low['estimate'])} (without {_label(low)}) and "
        f"{words.percent(high['estimate'])} (without {_label(high)})."
    )
    shown, others = cut(lines)
    rows = [[_label(line), *_share(line), _figure(line["tau2"])] for line in shown]
    head = ["Without", "Share", "95% CI", "tau²"]
    name = f"{title}: without each study in turn"
    return details(
        "Without each study in turn", said, plot, table(name, head, "lrrr", rows), others
    )


def _cumulative(title: str, lines: Sequence[Row], plot: str) -> str:
    if len(lines) < 2:
        return ""
    shown, others = cut(lines)
    rows = [
        [_label(line), str(line["year"] or "not known"), f"{line['k']:,}", *_share(line)]
        for line in shown
    ]
    head = ["Study added", "Year", "Studies", "Share", "95% CI"]
    name = f"{title}: as studies were added by year"
    added = table(name, head, "lrrrr", rows)
    return details("As studies were added by year", NOT_TESTED_AGAIN, plot, added, others)


def _influence(title: str, lines: Sequence[Row], model: str) -> str:
    if not lines:
        return ""
    columns = ("rstudent", "cooks_d", "dfbetas", "hat", "tau2_del")
    shown, others = cut(lines)
    rows = [
        [
            _label(line) + ("\\*" if line["influential"] else ""),
            *map(_figure, map(line.get, columns)),
        ]
        for line in shown
    ]
    marked = any(line["influential"] for line in lines)
    said = f"From a normal model, which has these measures. {escape.text(model)}"
    star = "\\* moves the mean more than is usual (Viechtbauer and Cheung 2010)." if marked else ""
    head = ["Study", "Residual", "Cook's D", "DFBETAS", "Weight", "tau² without"]
    name = f"{title}: influence of single studies"
    influence = table(name, head, "lrrrrr", rows)
    return details("Influence of single studies", said, influence, star, others)


def _small_study(found: Row, plot: str) -> str:
    if "refused" in found:
        return f"**Small studies.** {escape.text(found['refused'])}"
    tests = [
        _test("Peters", found["peters"]),
        _test("Egger", found["egger"]),
        _test("Begg", found["begg"]),
    ]
    filled = found["trim_and_fill"]
    if "refused" in filled:
        said = f"Trim and fill: {escape.text(filled['refused'])}"
    elif not filled["k0"]:
        said = "Trim and fill: no study seems to be lacking."
    else:
        lacking = words.counted(filled["k0"], "study seems", "studies seem")
        said = (
            f"Trim and fill: {lacking} to be lacking on the {escape.text(filled['side'])}; with "
            f"{'it' if filled['k0'] == 1 else 'them'} the median proportion of the normal model "
            f"would be {words.percent(filled['estimate'])} (95% CI {words.interval(filled['ci'])}) "
            f"instead of {words.percent(filled['without'])}. {NO_CORRECTION}"
        )
    summary = "Do small studies report other shares than large ones?"
    return details(summary, plot, bullets([*tests, said]))


def _test(name: str, found: Row) -> str:
    if "refused" in found:
        return f"{name}: {escape.text(found['refused'])}"
    if name == "Begg":
        return f"Begg's rank test: tau {_figure(found['tau'])}, {words.p_value(found['pval'])}."
    if name == "Peters":
        rests = f"It is the one for proportions, and rests on {words.studies(found['k'])}."
        return f"Peters' test: {_statistic(found)}. {rests}"
    return f"Egger's test: {_statistic(found)}. {ON_LOGITS}"


def _statistic(found: Row) -> str:
    if found["stat"] is None:
        return "the studies lie on one line"
    t = f"t {found['stat']:z.2f} on {found['df']} degrees of freedom"
    return f"{t}, {words.p_value(found['pval'])}"


def _label(line: Row) -> str:
    return escape.text(line["label"] or line["study_id"])


def _share(line: Row) -> list[str]:
    return [words.percent(line["estimate"]), words.interval(line["ci"])]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:z.2f}"  # never -0.00
