"""What was done to pool an analysis, in sentences for readers."""

import numpy as np

from living_review.percent import rounded_percent
from living_review.synthesis.arrays import FloatArray

NOTHING = "No eligible study reports this yet."
ONE = "Only one study reports this; it is shown as it stands, nothing is pooled."
OUTCOMES_UNKNOWN = (
    "The studies treated {n} patients, but do not say what became of any of them in this respect."
)
NO_EVENTS = (
    "No patient in any of the {k} studies had this outcome. No model can be fitted to that; the"
    " exact interval of all patients taken together is shown instead."
)
ALL_EVENTS = (
    "Every patient in all of the {k} studies had this outcome. No model can be fitted to that; the"
    " exact interval of all patients taken together is shown instead."
)
ALL_OR_NONE = (
    "In every one of the {k} studies either all patients or none had this outcome. The difference"
    " between studies then has no finite best estimate; the exact interval of all patients taken"
    " together is shown instead, and it understates what is uncertain."
)
SINGLE_PATIENTS = (
    "All {k} studies are reports of a single patient. They can't show how results differ between"
    " studies; the exact interval of all patients taken together is shown instead."
)
SOME_SINGLE_PATIENTS = (
    "{cases} of the {k} studies {are} of a single patient. Such cases are often published because"
    " of how they ended; each counts only as far as one patient can."
)
HALF_ADDED = (
    "In {edge} of the {k} studies all patients or none had this outcome. For the average, half a"
    " patient with and half a patient without it were added to {each}; the counts shown are as"
    " reported."
)
IDENTICAL = (
    "All studies report the same proportion, so the difference between studies is estimated as nil."
)
NO_DIFFERENCE = (
    "The studies differ no more than chance would have them, so the difference between studies is"
    " estimated as nil; with {k} studies that does not prove that there is none."
)
UNKNOWN = (
    "The outcome of {missing} of {treated} patients is not known. The share of all patients taken"
    " together would be {low} % if none of them had it, {high} % if all had."
)
SILENT = "{silent} more {study} patients without saying what became of any of them."


def known_to_be_missing(events: int, n_known: int, n_treated: int) -> list[str]:
    """How many outcomes are unknown, with what they could change."""
    missing = n_treated - n_known
    if not missing:
        return []
    return [
        UNKNOWN.format(
            missing=missing,
            treated=n_treated,
            low=rounded_percent(events, n_treated, 1),
            high=rounded_percent(events + missing, n_treated, 1),
        )
    ]


def no_model(x: FloatArray, n: FloatArray) -> list[str]:
    """Why no model of proportions is fitted to x events of n, (k,) with k >= 2; none if one is."""
    k, singles = len(x), int(np.sum(n == 1))
    if not x.any():
        return [NO_EVENTS.format(k=k)]
    if (x == n).all():
        return [ALL_EVENTS.format(k=k)]
    if singles == k:
        return [SINGLE_PATIENTS.format(k=k)]
    if ((x == 0) | (x == n)).all():
        return [ALL_OR_NONE.format(k=k), *case_reports(singles, k)]
    return []


def case_reports(cases: int, k: int) -> list[str]:
    """How many of the studies have one patient."""
    if not cases:
        return []
    are = "is a report" if cases == 1 else "are reports"
    return [SOME_SINGLE_PATIENTS.format(cases=cases, k=k, are=are)]


def half_patients(edge: int, k: int) -> list[str]:
    """To how many studies half an event was added."""
    if not edge:
        return []
    return [HALF_ADDED.format(edge=edge, k=k, each="it" if edge == 1 else "each of them")]


def silent_studies(silent: int) -> list[str]:
    """How many studies give patients, but no outcome of any."""
    if not silent:
        return []
    return [SILENT.format(silent=silent, study="study has" if silent == 1 else "studies have")]


def no_difference(k: int, identical: bool) -> list[str]:
    """What a between-study variance of 0 means."""
    return [IDENTICAL if identical else NO_DIFFERENCE.format(k=k)]
