"""The figures that each domain of certainty rests on, for the pooled share of one analysis.

Shares are proportions from 0 to 1. Only what counts is looked at: the main result of a synthesis,
never what is known from abstracts alone and never a total as another review published it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from living_review import certainty, names

SMALL_STUDY_K = 10  # fewer studies, and no test for small-study effects is made
CODE_LETTER, CODE_DIGITS = "r", 12  # a letter first, so that no spreadsheet reads it as a number
# How numbers are shown that are no proportions; proportions are shown in percent.
_AS_SHOWN = {"tau2": "{:.3f}", "tau2_ci": "{:.3f}", "i2": "{:.1f}", "p": "{:.3f}"}
_PERCENT = "{:.1f}"

Row = Mapping[str, Any]
Figures = dict[str, Any]


def of_synthesis(
    synthesis: Row,
    *,
    thresholds: Sequence[float] = (),
    judged: Mapping[str, str] | None = None,
    direct: Mapping[str, Sequence[Any]] | None = None,
    rows: Iterable[Row] = (),
    asked: Collection[str] = (),
    reported: Collection[str] = (),
) -> Figures:
    """{"result": what is rated, and for each domain of certainty.DOMAINS its figures}.

    synthesis: as synthesis.pool gives it, with known outcomes in `main`. thresholds: shares that a
    decision hangs on. judged: overall risk of bias by study_id. direct: by column, the values with
    which the evidence of an arm is direct. rows: the cells of study, arm and outcome of each row
    that counts in `main`. asked: ids of the included studies that could have reported this;
    reported: of those that did, whether or not they count.
    """
    main = synthesis["main"]
    shown = main.get("proportion") or main["crude"]
    ci, pi = shown["ci"], shown.get("pi")
    reporting = [study for study in main["studies"] if study["n_known"]]
    thresholds = sorted(thresholds)
    return {
        "result": {
            "estimate": shown["estimate"],
            "ci": ci,
            "pi": pi,
            "thresholds": thresholds,
            "counts": sorted(
                [study["events"], study["n_known"], study["n_treated"]] for study in main["studies"]
            ),
        },
        certainty.RISK_OF_BIAS: {
            "judged": _by_judgement(reporting, judged or {}),
            "without_high_risk": _otherwise(synthesis, "without_high_risk"),
            "unknown": _unknown(main, thresholds),
        },
        certainty.INCONSISTENCY: {
            **_spread(main),
            "apart": sum(not _within(shown["estimate"], study["ci"]) for study in reporting),
            "lowest": min(study["estimate"] for study in reporting),
            "highest": max(study["estimate"] for study in reporting),
            "pi_width": pi[1] - pi[0] if pi else None,
            "thresholds": [_sides(at, reporting, pi) for at in thresholds],
        },
        certainty.INDIRECTNESS: {"columns": _directness(direct or {}, list(rows))},
        certainty.IMPRECISION: {
            "studies": main["k"],
            "patients": main["n_known"],
            "events": main["events"],
            "ci_width": ci[1] - ci[0],
            "thresholds": _crossed(thresholds, ci),
        },
        certainty.PUBLICATION_BIAS: {
            "reporting": len({*asked} & {*reported}),
            "asked": len(asked),
            "single_patients": sum(study["n_known"] == 1 for study in reporting),
            "without_case_reports": _otherwise(synthesis, "without_case_reports"),
            "test": _small_study_test(synthesis),
        },
        certainty.UPGRADING: {"one_side": _one_side(thresholds, main, ci, pi)},
    }


def code(figures: Figures) -> str:
    """The code by which a rating names the result that it rates, such as r3f9a0c12b7de.

    A digest of every figure above and of the counts of all studies, each rounded as people see it.
    So it changes when anything moves that a judgement rests on, be it a risk-of-bias judgement or
    an included study that does not report the outcome, and when the protocol's thresholds do. It
    does not change with labels, with the order or the names of studies, or with code that leaves
    the numbers. What is None or an empty list is left out, so that a figure which a later version
    adds, and which says nothing about a result, leaves its code as it is. The keys of the figures
    are part of it and must never be renamed: ratings of years ago name results by them.
    """
    digest = names.digest(_as_seen(figures))
    return CODE_LETTER + digest[:CODE_DIGITS]


def _as_seen(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        seen = {name: _as_seen(part, name) for name, part in value.items()}
        return {name: part for name, part in seen.items() if part not in (None, [], {})}
    if isinstance(value, list | tuple):
        return [_as_seen(part, key) for part in value]
    if key in _AS_SHOWN and isinstance(value, int | float):
        return _AS_SHOWN[key].format(value)
    return _PERCENT.format(100 * value) if isinstance(value, float) else value


def _by_judgement(studies: Sequence[Row], judged: Mapping[str, str]) -> list[dict[str, Any]]:
    """Studies, patients and weight of each overall judgement; "" for studies without one, last."""
    found = {judged.get(study["study_id"], "") for study in studies}
    words = sorted(found, key=lambda word: (not word, word))
    return [
        _sums(word, [study for study in studies if judged.get(study["study_id"], "") == word])
        for word in words
    ]


def _sums(word: str, studies: Sequence[Row]) -> dict[str, Any]:
    weights = [study["weight"] for study in studies]
    return {
        "judgement": word,
        "studies": len(studies),
        "patients": sum(study["n_known"] for study in studies),
        "weight": None if None in weights else float(sum(weights)),
    }


def _otherwise(synthesis: Row, choice: str) -> float | None:
    """The share if one choice is made otherwise; None where it was not, or could not be."""
    lines = {line["id"]: line for line in synthesis.get("sensitivity") or ()}
    estimate: float | None = lines.get(choice, {}).get("estimate")
    return estimate


def _small_study_test(synthesis: Row) -> dict[str, Any] | None:
    """Peters' test, which is the one for proportions; None where it was not made."""
    p = ((synthesis.get("small_study") or {}).get("peters") or {}).get("pval")
    return None if p is None else {"name": "Peters", "p": p}


def _unknown(main: Row, thresholds: Sequence[float]) -> dict[str, Any]:
    """How far the unknown outcomes could move the crude share, in points; thresholds between."""
    low, high = (main["bounds"][end]["estimate"] for end in ("low", "high"))
    crude = main["crude"]["estimate"]
    return {
        "patients": main["n_missing"],
        "treated": main["n_treated"],
        "down": abs(crude - low),
        "up": abs(high - crude),
        "thresholds": _crossed(thresholds, (low, high)),
    }


def _spread(main: Row) -> dict[str, Any]:
    found = main.get("heterogeneity") or {}
    return {name: found.get(name) for name in ("tau2", "tau2_ci", "i2")}


def _sides(at: float, studies: Iterable[Row], pi: Sequence[float] | None) -> dict[str, Any]:
    """On which side of a threshold the whole interval of each study lies."""
    intervals = [study["ci"] for study in studies]
    below = sum(high < at for _, high in intervals)
    above = sum(low > at for low, _ in intervals)
    return {
        "at": at,
        "below": below,
        "across": len(intervals) - below - above,
        "above": above,
        "in_pi": bool(pi and pi[0] < at < pi[1]),
    }


def _directness(direct: Mapping[str, Sequence[Any]], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Patients with known outcome whose arm is as the question asks, otherwise, or not told."""
    return [
        {"column": column}
        | {
            place: sum(row["n_known"] for row in rows if _place(row.get(column), values) == place)
            for place in ("as_asked", "otherwise", "not_told")
        }
        for column, values in sorted(direct.items())
    ]


def _place(value: Any, direct: Sequence[Any]) -> str:
    if value in direct:
        return "as_asked"
    return "not_told" if value in (None, "", "not_stated") else "otherwise"


def _crossed(thresholds: Iterable[float], ends: Sequence[float]) -> list[float]:
    return [at for at in thresholds if ends[0] < at < ends[1]]


def _one_side(
    thresholds: Sequence[float], main: Row, ci: Sequence[float], pi: Sequence[float] | None
) -> bool | None:
    """Whether no threshold lies within the interval, the prediction interval or the bounds."""
    bounds = [main["bounds"][end]["estimate"] for end in ("low", "high")]
    spans = [span for span in (ci, pi, bounds) if span]
    return not any(_crossed(thresholds, span) for span in spans) if thresholds else None


def _within(value: float, ends: Sequence[float]) -> bool:
    return ends[0] <= value <= ends[1]
