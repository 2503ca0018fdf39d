"""Effects explained by what studies differ in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray
from living_review.synthesis.random_effects import Fit, fit


@dataclass(frozen=True)
class Regression:
    """A model with moderators, and what they explain.

    names (p,): of the coefficients of `fit`, the intercept first.
    qm: test that all coefficients but the intercept are 0; chi-square on qm_df[0] degrees of
    freedom for z, F on qm_df for knha and adhoc. r2: percent of tau2 without moderators that they
    account for, cut at 0, which it also is where there is no tau2; None for EE.
    """

    names: tuple[str, ...]
    fit: Fit
    qm: float
    qm_df: tuple[int, int | None]
    qmp: float
    r2: float | None


def meta_regression(
    yi: Any,
    vi: Any,
    moderators: Any,
    names: Sequence[str],
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
) -> Regression:
    """Regress effects on numeric moderators, shape (k,) or (k, p - 1), with one name a column.

    Associations between studies, not within: never the effect of changing the moderator.
    Raises EstimationError if there are too few studies, or collinear columns.
    Source: Raudenbush 2009 (R2); metafor rma(yi, vi, mods).
    """
    fitted = fit(yi, vi, moderators, method, test, level)
    if len(names) != len(fitted.coef) - 1:
        raise EstimationError(f"{len(fitted.coef) - 1} moderators need as many names: {names!r}")
    qm, df, p = _joint_test(fitted)
    unexplained = fit(yi, vi, None, method, "z", level).tau2
    r2 = max(0.0, 100 * (unexplained - fitted.tau2) / unexplained) if unexplained > 0 else 0.0
    explained = None if method == "EE" else r2
    return Regression(("intercept", *names), fitted, qm, df, p, explained)


def contrasts(labels: Sequence[Any]) -> tuple[FloatArray, tuple[str, ...]]:
    """Columns (k, levels - 1) that set each level against the first in alphabetical order.

    Raises EstimationError if there is only one level.
    """
    levels = sorted({str(label) for label in labels})
    if len(levels) < 2:
        raise EstimationError(f"one group only ({', '.join(levels)}): nothing to compare")
    columns = [[float(str(label) == level) for label in labels] for level in levels[1:]]
    return np.array(columns).T, tuple(levels[1:])


def _joint_test(fitted: Fit) -> tuple[float, tuple[int, int | None], float]:
    coef, cov = fitted.coef[1:], fitted.cov[1:, 1:]
    m = len(coef)
    qm = float(coef @ np.linalg.solve(cov, coef))
    if fitted.df is None:
        return qm, (m, None), float(special.chdtrc(m, qm))
    return qm / m, (m, fitted.df), float(special.fdtrc(m, fitted.df, qm / m))
