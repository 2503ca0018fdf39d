"""What each domain of certainty rests on, as plain sentences for the page and the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from living_review import certainty
from living_review.certainty.figures import SMALL_STUDY_K
from living_review.report import words

Row = Mapping[str, Any]

NAMES = {
    certainty.RISK_OF_BIAS: "Risk of bias",
    certainty.INCONSISTENCY: "Inconsistency",
    certainty.INDIRECTNESS: "Indirectness",
    certainty.IMPRECISION: "Imprecision",
    certainty.PUBLICATION_BIAS: "Publication bias",
    certainty.UPGRADING: "Reasons to rate up",
    certainty.OVERALL: "Overall",
}
NO_THRESHOLD = "The protocol names no share on which a decision hangs."


def target(figures: Row) -> str:
    """Of what one is to be certain: that the true share lies between the nearest thresholds."""
    share, thresholds = figures["result"]["estimate"], figures["result"]["thresholds"]
    above = max((at for at in thresholds if at <= share), default=None)
    below = min((at for at in thresholds if at > share), default=None)
    if above is not None and below is not None:
        place = f"between {of_100(above)} and {of_100(below)}"
    elif above is not None:
        place = f"at or above {of_100(above)}"
    elif below is not None:
        place = f"below {of_100(below)}"
    else:
        place = "close to the estimate"
    return f"Rated is how certain one can be that the true share lies {place}."


def sentences(domain: str, figures: Row) -> list[str]:
    """The figures of a domain in words; figures: all of certainty.figures.of_synthesis."""
    return list(_OF[domain](figures))


def _risk_of_bias(figures: Row) -> Iterable[str]:
    found, k = figures[certainty.RISK_OF_BIAS], figures[certainty.IMPRECISION]["studies"]
    patients = figures[certainty.IMPRECISION]["patients"]
    if [row["judgement"] for row in found["judged"]] == [""]:
        yield f"Risk of bias has been judged in none of {words.studies(k)}."
    else:
        for row in found["judged"]:
            weight = "" if row["weight"] is None else f", weight {words.percent(row['weight'])}"
            name = row["judgement"].replace("_", " ")
            yield (
                f"{f'Judged {name}' if name else 'Not judged'}: {row['studies']:,} of "
                f"{words.studies(k)}, {row['patients']:,} of "
                f"{words.counted(patients, 'patient')}{weight}."
            )
    if found["without_high_risk"] is not None:
        without = words.percent(found["without_high_risk"])
        yield f"Without studies at high risk of bias the share would be {without}."
    unknown = found["unknown"]
    if not unknown["patients"]:
        yield "No outcome is unknown."
        return
    yield (
        f"The outcome of {unknown['patients']:,} of "
        f"{words.counted(unknown['treated'], 'treated patient')} is unknown; it could move the "
        f"crude share by {_points(unknown['down'])} down or {_points(unknown['up'])} up"
        f"{_crossing(unknown['thresholds'], figures)}."
    )


def _inconsistency(figures: Row) -> Iterable[str]:
    found, result = figures[certainty.INCONSISTENCY], figures["result"]
    k = figures[certainty.IMPRECISION]["studies"]
    if k == 1:
        yield "One study: whether others would find the same is not known."
    else:
        ends = words.interval([found["lowest"], found["highest"]])
        yield (
            f"Shares of single studies run from {ends}; the pooled share lies outside the interval "
            f"of {found['apart']:,} of {words.studies(k)}."
        )
        yield _variance(found)
    if result["pi"]:
        yield (
            f"Prediction interval {words.interval(result['pi'])}, "
            f"{_points(found['pi_width'])} wide."
        )
    for side in found["thresholds"] if k > 1 else ():
        within = "; the prediction interval runs over it" if side["in_pi"] else ""
        yield (
            f"Of {words.studies(k)}, the intervals of {side['below']:,} lie below "
            f"{of_100(side['at'])}, of {side['above']:,} above it, of {side['across']:,} across it"
            f"{within}."
        )


def _variance(found: Row) -> str:
    if found["tau2"] is None:
        return "No variance between studies could be estimated."
    ci = found["tau2_ci"]
    return (
        f"Variance between studies (tau²) {found['tau2']:.3f}"
        + (f", 95% CI {ci[0]:.3f} to {ci[1]:.3f}" if ci else "")
        + (f"; I² {found['i2']:.1f}%" if found["i2"] is not None else "")
        + "."
    )


def _indirectness(figures: Row) -> Iterable[str]:
    columns = figures[certainty.INDIRECTNESS]["columns"]
    if not columns:
        yield "The protocol does not say in which patients the evidence would be direct."
    for row in columns:
        total = row["as_asked"] + row["otherwise"] + row["not_told"]
        yield (
            f"{row['column'].replace('_', ' ').capitalize()}: {row['as_asked']:,} of "
            f"{words.counted(total, 'patient')} as the question asks, {row['otherwise']:,} "
            f"otherwise, {row['not_told']:,} not told."
        )


def _imprecision(figures: Row) -> Iterable[str]:
    found, result = figures[certainty.IMPRECISION], figures["result"]
    yield (
        f"95% CI {words.interval(result['ci'])}, {_points(found['ci_width'])} wide; "
        f"{words.studies(found['studies'])}, {words.counted(found['patients'], 'patient')}, "
        f"{words.counted(found['events'], 'event')}."
    )
    if not result["thresholds"]:
        yield NO_THRESHOLD
    elif found["thresholds"]:
        yield f"The interval runs over {_listed(found['thresholds'])}."
    else:
        yield f"The interval does not run over {_listed(result['thresholds'])}."


def _publication_bias(figures: Row) -> Iterable[str]:
    found, k = figures[certainty.PUBLICATION_BIAS], figures[certainty.IMPRECISION]["studies"]
    yield (
        f"{found['reporting']:,} of {found['asked']:,} included studies with such patients report "
        "this."
    )
    if found["single_patients"]:
        yield (
            f"Reports of a single patient: {found['single_patients']:,} of {words.studies(k)}; "
            "such cases are often published because of how they ended."
        )
    if found["without_case_reports"] is not None:
        without = words.percent(found["without_case_reports"])
        yield f"Without case reports and the smallest series the share would be {without}."
    yield _test(found["test"], k)


def _test(found: Row | None, k: int) -> str:
    if k < SMALL_STUDY_K:
        return (
            f"No test for small-study effects: it needs {SMALL_STUDY_K} studies, and there "
            f"{'is 1' if k == 1 else f'are {k}'}."
        )
    if not found:
        return "No test for small-study effects was made."
    return f"Test for small-study effects ({found['name']}): p = {found['p']:.3f}."


def _upgrading(figures: Row) -> Iterable[str]:
    clear = figures[certainty.UPGRADING]["one_side"]
    if clear is None:
        yield NO_THRESHOLD
    elif clear:
        yield (
            "Interval, prediction interval and bounds lie on one side of "
            f"{_listed(figures['result']['thresholds'])}."
        )
    else:
        yield (
            "Interval, prediction interval or bounds run over "
            f"{_listed(figures['result']['thresholds'], ' or ')}."
        )


_OF = {
    certainty.RISK_OF_BIAS: _risk_of_bias,
    certainty.INCONSISTENCY: _inconsistency,
    certainty.INDIRECTNESS: _indirectness,
    certainty.IMPRECISION: _imprecision,
    certainty.PUBLICATION_BIAS: _publication_bias,
    certainty.UPGRADING: _upgrading,
}


def of_100(share: float) -> str:
    """A share as 72.5 in 100, exactly as the protocol has it."""
    return f"{round(100 * share, 6):g} in 100"


def _listed(thresholds: Sequence[float], and_: str = " and ") -> str:
    return and_.join(map(of_100, thresholds))


def _crossing(thresholds: Sequence[float], figures: Row) -> str:
    if not figures["result"]["thresholds"]:
        return ""
    return f", crossing {_listed(thresholds) or 'no share on which a decision hangs'}"


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"
