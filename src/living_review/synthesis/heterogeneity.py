"""Intervals for the variance between studies, by the Q-profile method."""

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from living_review.synthesis.arrays import poolable
from living_review.synthesis.binomial import Interval
from living_review.synthesis.projection import project
from living_review.synthesis.random_effects import design
from living_review.synthesis.tau2 import tau2_where_q_is


class QProfile(NamedTuple):
    """Intervals that hold together: each is a transformation of the one for tau2."""

    tau2: Interval
    tau: Interval
    i2: Interval  # percent
    h2: Interval


def q_profile(yi: Any, vi: Any, moderators: Any = None, level: float = 0.95) -> QProfile | None:
    """Interval of tau2: the values at which the generalised Q is no surprise. None if k = p.

    yi, vi: shape (k,). Exact under normality, whatever estimator of tau2 is reported beside it; the
    estimate may fall outside. Both limits are 0 where studies agree better than chance would have.
    Source: Viechtbauer 2007; metafor confint(rma), here without its upper stop at 100.
    """
    y, v = poolable(yi, vi)
    x = design(len(y), moderators)
    df = len(y) - x.shape[1]
    if df == 0:
        return None
    tail = (1 - level) / 2
    lower = tau2_where_q_is(float(special.chdtri(df, tail)), y, v, x)
    upper = tau2_where_q_is(float(special.chdtri(df, 1 - tail)), y, v, x)
    return from_tau2(Interval(lower, upper), df / project(y, 1 / v, x).trace)


def from_tau2(tau2: Interval, vt: float) -> QProfile:
    """The intervals of tau, I2 and H2 that one of tau2 implies; its upper limit may be infinite.

    vt: typical sampling variance, as `random_effects.Fit` has it. Each is a rising function of
    tau2. Source: Higgins & Thompson 2002; metafor confint(rma).
    """
    return QProfile(
        tau2,
        Interval(*np.sqrt(tau2).tolist()),
        Interval(*(100 / (1 + vt / t) if t > 0 else 0.0 for t in tau2)),
        Interval(*(t / vt + 1 for t in tau2)),
    )
