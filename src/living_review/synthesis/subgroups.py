"""Groups of studies, each pooled, and whether they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import FloatArray, poolable
from living_review.synthesis.meta_regression import contrasts, meta_regression
from living_review.synthesis.random_effects import Fit, fit, quantile


@dataclass(frozen=True)
class Subgroups:
    """Levels in alphabetical order, each with its estimate; q_between tests that all are equal.

    ci (levels, 2). tau2: one a level; all the same where it is common. df: degrees of freedom of
    q_between, with a second one where it is an F statistic.
    """

    levels: tuple[str, ...]
    k: tuple[int, ...]
    estimate: FloatArray
    se: FloatArray
    ci: FloatArray
    tau2: FloatArray
    q_between: float
    df: tuple[int, int | None]
    p: float


def subgroups_own_tau2(
    yi: Any, vi: Any, labels: Sequence[Any], method: str = "REML", test: str = "adhoc"
) -> tuple[Subgroups, dict[str, Fit]]:
    """Pool each group by itself; also gives each group's whole fit.

    labels: one a study. q_between: weighted sum of squares of the groups' estimates about their
    mean, weights 1/se^2, chi-square on groups - 1 degrees of freedom.
    Raises EstimationError if there is only one group.
    Source: Borenstein et al. 2009, chapter 19.
    """
    y, v, level_of, levels = _grouped(yi, vi, labels)
    fits = {
        level: fit(y[level_of == level], v[level_of == level], None, method, test)
        for level in levels
    }
    estimate, se = (np.array([getattr(f, name) for f in fits.values()]) for name in ("mu", "se_mu"))
    between = between_groups(estimate, se)
    found = Subgroups(
        levels, tuple(f.k for f in fits.values()), estimate, se,
        np.array([f.ci[0] for f in fits.values()]), np.array([f.tau2 for f in fits.values()]),
        between.q, (between.df, None), between.p,
    )  # fmt: skip
    return found, fits


class Between(NamedTuple):
    """Q of groups about their mean, chi-square on df degrees of freedom if all are equal."""

    q: float
    df: int
    p: float


def between_groups(estimate: FloatArray, se: FloatArray) -> Between:
    """Whether groups pooled apart, by any model, differ: their estimates and standard errors.

    estimate, se: shape (groups,), se above 0, at least two groups.
    Source: Borenstein et al. 2009, chapter 19.
    """
    w = 1 / se**2
    q, df = float(w @ (estimate - w @ estimate / w.sum()) ** 2), len(estimate) - 1
    return Between(q, df, float(special.chdtrc(df, q)))


def subgroups_common_tau2(
    yi: Any, vi: Any, labels: Sequence[Any], method: str = "REML", test: str = "adhoc"
) -> Subgroups:
    """Pool all groups in one model with a mean each and one variance between studies.

    The better choice where groups are small: a tau2 of four studies is mostly noise. q_between is
    the joint test of the group contrasts (chi-square for z, F for knha and adhoc).
    yi, vi: shape (k,); estimates on the scale of yi. Raises EstimationError if there is only one
    group. Source: Borenstein et al. 2009, chapter 19; metafor rma(mods = ~ group).
    """
    y, v, level_of, levels = _grouped(yi, vi, labels)
    columns, names = contrasts(list(level_of))
    model = meta_regression(y, v, columns, names, method, test)
    # the mean of a level is the intercept plus its contrast
    sums = np.eye(len(levels))
    sums[:, 0] = 1
    estimate = sums @ model.fit.coef
    se = np.sqrt(np.diag(sums @ model.fit.cov @ sums.T))
    half = quantile(model.fit.level, model.fit.df) * se
    return Subgroups(
        levels, tuple(int(np.sum(level_of == level)) for level in levels), estimate, se,
        np.column_stack([estimate - half, estimate + half]),
        np.full(len(levels), model.fit.tau2), model.qm, model.qm_df, model.qmp,
    )  # fmt: skip


def _grouped(
    yi: Any, vi: Any, labels: Sequence[Any]
) -> tuple[FloatArray, FloatArray, np.ndarray, tuple[str, ...]]:
    y, v = poolable(yi, vi)
    level_of = np.array([str(label) for label in labels], dtype=object)
    if len(level_of) != len(y):
        raise EstimationError(f"one group a study is needed: {len(y)}, not {len(level_of)}")
    levels = tuple(sorted(set(level_of)))
    if len(levels) < 2:
        raise EstimationError(f"one group only ({', '.join(levels)}): nothing to compare")
    return y, v, level_of, levels
