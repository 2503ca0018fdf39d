"""What `pool` says of a table: what was done, and the answer as a page of text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from living_review.synthesis.model_words import scale
from living_review.synthesis.proportions import PROPORTION_MEASURES

NOTHING_LEFT = "the effects leave nothing unexplained to test with"
NO_REGRESSION = "The moderators could not be tested: {why}."
NO_GROUPS = "The groups could not be compared: {why}."
FEW_FOR_MODERATORS = (
    "{k} studies for {n} coefficients of moderators: with fewer than ten a coefficient what is"
    " found, or not, is easily chance."
)
BETWEEN_STUDIES = (
    "What moderators are associated with between studies is not the effect of changing them."
)
CONTRASTS = "{name} is in words: each of its values is set against {first}."
NOT_TESTED = (
    "The test between the groups of {by} needs two groups with at least two studies each and an"
    " estimate."
)
NOT_ALL_TESTED = "{without} of the {groups} groups of {by} have no estimate and are not tested."


def twice(labels: Sequence[str]) -> list[str]:
    """Studies that a table names more than once."""
    often = [label for label, times in Counter(labels).items() if times > 1]
    if not often:
        return []
    more = f" and {len(often) - 3} more" if len(often) > 3 else ""
    said = ", ".join(often[:3]) + more
    return [f"Named in several rows: {said}. Each row counts as a study of its own."]


def of_groups(by: str | None, groups: int, tested: int) -> list[str]:
    if tested < 2:
        return [NOT_TESTED.format(by=by)]
    if tested < groups:
        return [NOT_ALL_TESTED.format(without=groups - tested, groups=groups, by=by)]
    return []


def summary(answer: Mapping[str, Any]) -> str:
    """The answer for people who read, not compute; answer: as `pool_file` gives it."""
    lines = _head(answer)
    for part in (_groups(answer.get("groups")), _regression(answer.get("regression"))):
        lines += ["", *part] if part else []
    if answer["notes"]:
        lines += ["", "Notes", *(f"- {note}" for note in answer["notes"])]
    if answer["studies"]:
        lines += ["", "Studies", *_studies(answer)]
    return "\n".join(lines)


def _head(answer: Mapping[str, Any]) -> list[str]:
    model, natural = answer["model"], answer["proportion"] or answer["effect"]
    counted = [f"{answer['k']} {'study' if answer['k'] == 1 else 'studies'}"]
    if answer["total"]:
        counted.append(f"{answer['total']} patients")
    if answer["events"] is not None:
        counted.append(f"{answer['events']} events")
    lines = [", ".join(counted)]
    if answer["estimand"]:
        lines.append(answer["estimand"])
    if natural["estimate"] is None:
        return lines
    show = _shown(model["measure"])
    how = f"model {model['method']} of {scale(model['measure'])}, test {model['test']}"
    if model["estimate"] is None:
        how = f"exact, {natural['interval']}" if answer["proportion"] else natural["interval"]
    lines.append(
        f"  {show(natural['estimate'])}, 95 % confidence interval"
        f" {_range(natural['ci'], show)} ({how})"
    )
    if natural.get("ci_profile"):
        said = _range(natural["ci_profile"], show)
        lines.append(f"  95 % confidence interval by profile likelihood {said}")
    if answer["heterogeneity"]["q_df"] == 1:  # two studies: what follows is not worth quoting
        return lines
    if natural.get("marginal") is not None and natural["marginal"] != natural["estimate"]:
        lines.append(f"  mean of the true proportions {show(natural['marginal'])}")
    if natural["pi"]:
        said = _range(natural["pi"], show)
        lines.append(f"  95 % prediction interval, for one more study like these: {said}")
    return [*lines, *_spread(answer["heterogeneity"])]


_Q = {"Cochran": "Q", "likelihood ratio": "likelihood ratio"}


def _spread(spread: Mapping[str, Any]) -> list[str]:
    said = []
    if spread["tau2"] is not None:
        said.append(f"tau2 {_figure(spread['tau2'])}{_within(spread['tau2_ci'])}")
    if spread["i2"] is not None:
        said.append(f"I2, from {spread['i2_form']}, {spread['i2']:.0f} %{_within(spread['i2_ci'])}")
    if spread["q"] is not None:
        q = _Q[spread["q_form"]]
        said.append(f"{q} {spread['q']:.2f} on {spread['q_df']} df, p {_p(spread['q_p'])}")
    return ["Differences between studies", f"  {'; '.join(said)}"] if said else []


def _groups(groups: Mapping[str, Any] | None) -> list[str]:
    if not groups:
        return []
    lines = [f"By {groups['by']}, tau2 {groups['tau2']}"]
    for level in groups["levels"]:
        natural = level.get("proportion") or level["effect"]
        show = _percent if level.get("proportion") else _figure
        said = "no estimate"
        if natural["estimate"] is not None:
            said = f"{show(natural['estimate'])}, 95 % interval {_range(natural['ci'], show)}"
        lines.append(f"  {level['level']}: {said} (k {level['k']})")
        lines += [f"    - {note}" for note in level.get("notes", [])]
    if groups["between"]:
        between = groups["between"]
        lines.append(f"  test between groups: {between['q']:.2f}, p {_p(between['p'])}")
    return lines


def _regression(found: Mapping[str, Any] | None) -> list[str]:
    if not found:
        return []
    lines = ["Moderators, on the scale of the model"]
    for one in found["coefficients"]:
        lines.append(
            f"  {one['name']}: {_figure(one['estimate'])}, 95 % interval"
            f" {_range(one['ci'], _figure)}, p {_p(one['p'])}"
        )
    explained = "" if found["r2"] is None else f"; R2 {found['r2']:.0f} %"
    return [*lines, f"  test of all: {found['qm']:.2f}, p {_p(found['qm_p'])}{explained}"]


def _studies(answer: Mapping[str, Any]) -> list[str]:
    show = _shown(answer["model"]["measure"])
    cells = []
    for study in answer["studies"]:
        counts = f"{study['events']}/{study['total']}" if "events" in study else ""
        weight = "" if study["weight"] is None else f"{100 * study['weight']:.1f} % of weight"
        cells.append(
            [study["study"], counts, show(study["estimate"]), _range(study["ci"], show), weight]
        )
    widths = [max(len(row[at]) for row in cells) for at in range(5)]
    return [
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True) if w).rstrip()
        for row in cells
    ]


def _shown(measure: str) -> Any:
    return _percent if measure in PROPORTION_MEASURES else _figure


def _percent(value: float | None) -> str:
    return "without limit" if value is None else f"{100 * value:.1f} %"


def _figure(value: float | None) -> str:
    return "without limit" if value is None else f"{value:.4g}"


def _range(limits: Sequence[float | None], show: Any) -> str:
    return f"{show(limits[0])} to {show(limits[1])}"


def _within(limits: Sequence[float | None] | None) -> str:
    return f" ({_range(limits, _figure)})" if limits else ""


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
