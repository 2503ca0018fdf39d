"""Events per 100 person-years, of one study or pooled."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from living_review import time_units
from living_review.errors import EstimationError
from living_review.synthesis.averages import FEWEST
from living_review.synthesis.poisson import exact_poisson
from living_review.synthesis.rate_glmm import RateFit, fit_rates

PER = 100  # person-years
MODEL = "Poisson-normal model"
INTERVAL = "exact Poisson"

NO_EVENTS = "No event in any of the {k} studies; the exact interval of all of their time is shown."
TOO_FEW = (
    "Fewer than {fewest} studies give person-time, so that nothing is pooled; the exact interval of"
    " their time taken together says nothing of how studies differ."
)
NOT_FITTED = "No model could be fitted ({why}); the exact interval of all time is shown."
UNIT_UNKNOWN = "Person-time in a unit that can't be turned into years: {studies}."


class InTime(NamedTuple):
    """Events that a study saw in its person-time."""

    year: str
    label: str
    study_id: str
    events: int
    years: float


def pooled_rate(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Events per 100 person-years, ready for JSON.

    rows: as courses.parts has them; only those count that are neither provisional nor retracted and
    give a time above 0; the arms of a study are summed.
    crude: all events in all time, with the exact interval. rate, from FEWEST studies on: the median
    of the true rates by the Poisson-normal model, which takes a study without an event as it is,
    where a log rate would need half an event that was never seen; interval with t on k - 1 degrees
    of freedom, and by profile likelihood.
    """
    studies, unknown = _by_study(rows)
    k, events = len(studies), sum(study.events for study in studies)
    years = sum(study.years for study in studies)
    fitted, notes = _fitted(studies)
    if unknown:
        notes.append(UNIT_UNKNOWN.format(studies="; ".join(unknown)))
    return {
        "k": k,
        "events": events,
        "person_years": years,
        "per": PER,
        "crude": _exact(events, years) if k else None,
        "rate": _model(fitted) if fitted else None,
        "studies": [
            {
                "study_id": study.study_id,
                "label": study.label,
                "events": study.events,
                "person_years": study.years,
                **_exact(study.events, study.years),
            }
            for study in studies
        ],
        "notes": notes,
    }


def _by_study(rows: Iterable[Mapping[str, Any]]) -> tuple[list[InTime], list[str]]:
    studies: dict[str, InTime] = {}
    unknown = set()
    for row in rows:
        if row["provisional"] or row["retracted"] or not _above_zero(row["time"]):
            continue
        try:
            years = time_units.convert(row["time"], row["unit"], "years")
        except KeyError:
            unknown.add(row["label"])
            continue
        before = studies.get(row["study_id"])
        studies[row["study_id"]] = InTime(
            str(row["year"]),
            row["label"],
            row["study_id"],
            row["events"] + (before.events if before else 0),
            years + (before.years if before else 0.0),
        )
    return sorted(studies.values()), sorted(unknown)


def _above_zero(time: Any) -> bool:
    return isinstance(time, int | float) and time > 0


def _exact(events: int, years: float) -> dict[str, Any]:
    return {
        "estimate": PER * events / years,
        "ci": [PER * end for end in exact_poisson(events, years)],
        "interval": INTERVAL,
    }


def _fitted(studies: Sequence[InTime]) -> tuple[RateFit | None, list[str]]:
    """The model, where there are studies enough; else why not."""
    k = len(studies)
    if k < 2:
        return None, []
    if not any(study.events for study in studies):
        return None, [NO_EVENTS.format(k=k)]
    if k < FEWEST:
        return None, [TOO_FEW.format(fewest=FEWEST)]
    try:
        return fit_rates([s.events for s in studies], [s.years for s in studies]), []
    except EstimationError as error:
        return None, [NOT_FITTED.format(why=error)]


def _model(fitted: RateFit) -> dict[str, Any]:
    def back(log_rate: float) -> float | None:
        with np.errstate(over="ignore"):
            rate = PER * float(np.exp(log_rate))
        return rate if np.isfinite(rate) else None

    pi = fitted.prediction_interval()
    return {
        "model": MODEL,
        "estimate": back(fitted.mu),
        "ci": [back(end) for end in fitted.ci],
        "ci_profile": [back(end) for end in fitted.ci_profile_mu],
        "pi": [back(end) for end in pi] if pi else None,
        "tau2": fitted.tau2,
        "tau2_ci": [end if np.isfinite(end) else None for end in fitted.ci_profile_tau2],
    }
