"""The share of patients who had the outcome, in some studies, under a model."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from living_review.model_names import Model
from living_review.synthesis import model_words, models, words
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.glmm import GlmmFit
from living_review.synthesis.proportions import proportion_effects
from living_review.synthesis.study_totals import Study

FEW = 2  # studies that can't tell how much results differ: what says so stays off the page


class Share(NamedTuple):
    """What studies come to.

    natural: estimate and intervals as models.natural has them, the exact ones of all patients
    together where no model was fitted. estimand, notes: in words.
    """

    k: int
    events: int
    n_known: int
    natural: dict[str, Any]
    estimand: str | None
    fitted: models.Fitted | None
    notes: list[str]

    @property
    def tau2(self) -> float | None:
        """None without a model, and where two studies are too few to tell."""
        return self.fitted.heterogeneity.get("tau2") if self.fitted else None

    @property
    def glmm(self) -> GlmmFit | None:
        return self.fitted.glmm if self.fitted else None


def share(
    events: FloatArray,
    total: FloatArray,
    model: Model,
    brief: bool = True,
    near: GlmmFit | None = None,
) -> Share:
    """Pool events of total, shape (k,), k >= 0, each total at least 1.

    brief, near: as in models.fitted. Always an answer, or a note why there is none.
    Raises EstimationError if counts are impossible or the model is none for proportions.
    """
    k = len(events)
    given = {"events": events, "total": total}
    effects = proportion_effects(model.measure, events, total) if k else None
    fitted, notes = None, [words.NOTHING]
    if effects:
        fitted, notes = models.pooled(model, given, effects, brief, near)
    if fitted and k <= FEW:
        fitted = fitted._replace(pi=None, heterogeneity={})
    natural = models.natural(model, given, effects, fitted)
    return Share(
        k, int(events.sum()), int(total.sum()), natural,
        model_words.estimand(model.measure, model.method, k, fitted is not None),
        fitted, [*notes, *model_words.of_scale(model.measure, natural)],
    )  # fmt: skip


def of_studies(
    studies: Iterable[Study], model: Model, brief: bool = True, near: GlmmFit | None = None
) -> Share:
    """The same of studies; those of which no outcome is known count nothing."""
    return share(*known(telling(studies)), model, brief, near)


def telling(studies: Iterable[Study]) -> list[Study]:
    """Those of which some outcome is known."""
    return [study for study in studies if study.n_known]


def known(studies: Sequence[Study]) -> tuple[FloatArray, FloatArray]:
    """Events and known outcomes, (k,) each."""
    x, n = np.array([(study.events, study.n_known) for study in studies], float).reshape(-1, 2).T
    return x, n
