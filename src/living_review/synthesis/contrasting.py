"""One comparison of two groups of arms: within studies first, across studies where that is fair."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from living_review.synthesis import contrast_counts, contrast_words
from living_review.synthesis.across_studies import Across, compare_across, share
from living_review.synthesis.arrays import finite
from living_review.synthesis.compared_studies import side_of, studies_of
from living_review.synthesis.contrast_counts import READINGS
from living_review.synthesis.effect_sizes import to_natural
from living_review.synthesis.study_totals import counted
from living_review.synthesis.within_studies import MODELS, Compared, Pairs, compare_within

Row = Mapping[str, Any]
Fitted = TypeVar("Fitted")  # Compared or Across


def contrast(rows: Iterable[Row], set_aside: Iterable[Row], asked: Row) -> dict[str, Any]:
    """The comparison of two groups of arms, ready for JSON: plain floats, None instead of NaN.

    rows: one an arm, as contrasts.rows has them; set_aside: as contrasts.set_aside; asked: id,
    measure (RR, OR, RD), least_studies, between.groups with their labels, the first set against the
    second. Rows that are provisional, retracted or overlap are listed and count nowhere.
    sides, studies: as of compared_studies. within: the comparison that studies make themselves, by
    `measure`. across: the odds ratio between arms of different studies; refused below least_studies
    a side, where no study reports one side only, and where it could not be trusted. Both have
    estimates by READINGS: of known outcomes, and the lowest and highest that the unknown ones leave
    open; None where there is none, with the reason in notes. Intervals are of 95 %; nothing is
    tested.
    Raises EstimationError if counts are impossible or an arm is counted twice.
    """
    every, aside = counted(rows), list(set_aside)
    labels = [group["label"] for group in asked["between"]["groups"]]
    sides = [side_of(every.rows, aside, side, label) for side, label in enumerate(labels)]
    used = every.main()
    return {
        "contrast": asked["id"],
        "sides": sides,
        "within": _within(used, asked["measure"]),
        "across": _across(used, sides, asked["least_studies"]),
        "studies": studies_of(every.rows, aside, asked["measure"]),
    }


def _within(used: Sequence[Row], measure: str) -> dict[str, Any]:
    back = to_natural(measure)
    pairs = {reading: contrast_counts.pairs(used, reading)[1] for reading in READINGS}
    tried = {reading: compare_within(measure, one) for reading, one in pairs.items()}
    found, notes = _readings(tried)
    known = found["known"]
    model = MODELS[measure]
    return {
        "k": len(pairs["known"].ai),
        "measure": measure,
        "model": {"method": model.method, "test": model.test} if known and known.k > 1 else None,
        "estimates": {
            reading: _compared(one, pairs[reading], measure) if one else None
            for reading, one in found.items()
        },
        "pi": [finite(back(limit)) for limit in known.pi] if known and known.pi else None,
        "tau2": known.tau2 if known else None,
        "tau2_ci": [finite(limit) for limit in known.tau2_ci] if known and known.tau2_ci else None,
        "notes": notes,
    }


def _readings(
    tried: Mapping[str, tuple[Fitted | None, list[str]]],
) -> tuple[dict[str, Fitted | None], list[str]]:
    """What was found under each reading, and what to say; no bounds where nothing is known."""
    known, notes = tried["known"]
    if not known:
        return dict.fromkeys(READINGS), notes
    without = [
        contrast_words.NO_BOUND.format(reading=reading, why=" ".join(why))
        for reading, (found, why) in tried.items()
        if not found
    ]
    return {reading: found for reading, (found, _) in tried.items()}, [*notes, *without]


def _compared(found: Compared, pairs: Pairs, measure: str) -> dict[str, Any]:
    """counts: events and patients of either side, summed over studies; nothing is computed of
    these."""
    back = to_natural(measure)
    return {
        "k": found.k,
        "estimate": finite(back(found.estimate)),
        "ci": [finite(back(limit)) for limit in found.ci],
        "scale": {"estimate": found.estimate, "se": found.se, "df": found.df},
        "counts": [
            [int(x.sum()), int(n.sum())] for x, n in ((pairs.ai, pairs.n1i), (pairs.ci, pairs.n2i))
        ],
    }


def _across(used: Sequence[Row], sides: Sequence[Row], least: int) -> dict[str, Any]:
    notes: list[str] = [sentence for side in sides for sentence in _too_small(side, least)]
    arms = {reading: contrast_counts.arms(used, reading) for reading in READINGS}
    if not notes and set(arms["known"].study) == set(contrast_counts.pairs(used, "known")[0]):
        notes = [contrast_words.NONE_ALONE]
    found: dict[str, Across | None] = dict.fromkeys(READINGS)
    if not notes:
        labels = [side["label"] for side in sides]
        tried = {reading: compare_across(one, labels) for reading, one in arms.items()}
        found, notes = _readings(tried)
    known = found["known"]
    return {
        "refused": known is None,
        "estimates": {reading: _ratio(one) if one else None for reading, one in found.items()},
        "tau2_study": known.tau2_study if known else None,
        "tau2_arm": known.tau2_arm if known else None,
        "notes": notes,
    }


def _too_small(side: Row, least: int) -> list[str]:
    """Why a side can't be compared across studies, and which studies of it do not count."""
    if side["k"] >= least:
        return []
    label = side["label"]
    return [
        contrast_words.too_few(side["k"], least, label),
        *contrast_words.not_counted(label, side, side["columns"]),
    ]


def _ratio(found: Across) -> dict[str, Any]:
    """shares: of either side, the median of the true shares in arms like these."""
    difference = found.difference
    return {
        "k": found.m,
        "arms": found.k,
        "estimate": finite(np.exp(difference.estimate)),
        "ci": [finite(np.exp(limit)) for limit in difference.ci],
        "scale": {name: getattr(difference, name) for name in ("estimate", "se", "df")},
        "shares": [
            {"estimate": share(logit), "ci": [share(limit) for limit in ci] if ci else None}
            for logit, ci in found.sides
        ],
    }
