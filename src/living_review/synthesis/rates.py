"""Events per person-time: effects of one group, or of the first against the second."""

from typing import Any

import numpy as np

from living_review.errors import EstimationError
from living_review.synthesis.arrays import Effects, FloatArray, at_least, same_length

RATE_MEASURES = ("IR", "IRLN", "IRS", "IRFT")
TWO_GROUP_RATE_MEASURES = ("IRR", "IRD", "IRSD")


def rate_effects(measure: str, xi: Any, ti: Any) -> Effects:
    """Rate of each study.

    xi events (0 or more) in ti person-time (above 0): shape (k,); yi in events per unit of ti.
    measure  yi                            vi
    IR       x/t                           x/t^2
    IRLN     log(x/t)                      1/x
    IRS      sqrt(x/t)                     1/(4t)
    IRFT     (sqrt(x/t) + sqrt((x+1)/t))/2 1/(4t)
    IR and IRLN count half an event where there was none.
    Source: Freeman & Tukey 1950 (IRFT); conventions as metafor escalc.
    """
    if measure not in RATE_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for rates; allowed: {', '.join(RATE_MEASURES)}"
        )
    x, t = _events_in_time(xi, ti, ("xi", "ti"))
    if measure == "IRS":
        return Effects(np.sqrt(x / t), 1 / (4 * t))
    if measure == "IRFT":
        return Effects((np.sqrt(x / t) + np.sqrt((x + 1) / t)) / 2, 1 / (4 * t))
    x = np.where(x == 0, 0.5, x)
    if measure == "IRLN":
        return Effects(np.log(x / t), 1 / x)
    return Effects(x / t, x / t**2)


def two_group_rate_effects(measure: str, x1i: Any, t1i: Any, x2i: Any, t2i: Any) -> Effects:
    """Rate of the first group of each study against the second.

    x events (0 or more) in t person-time (above 0): shape (k,).
    measure  yi                           vi
    IRR      log of the ratio of rates    1/x1 + 1/x2
    IRD      difference of rates          x1/t1^2 + x2/t2^2
    IRSD     difference of root rates     1/(4 t1) + 1/(4 t2)
    IRR and IRD count half an event more in both groups where one of them had none.
    Source: conventions as metafor escalc.
    """
    if measure not in TWO_GROUP_RATE_MEASURES:
        raise EstimationError(
            f"measure {measure!r} is not for two groups' rates; allowed:"
            f" {', '.join(TWO_GROUP_RATE_MEASURES)}"
        )
    x1, t1 = _events_in_time(x1i, t1i, ("x1i", "t1i"))
    x2, t2 = _events_in_time(x2i, t2i, ("x2i", "t2i"))
    same_length(x1i=x1, x2i=x2)
    if measure == "IRSD":
        return Effects(np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2))
    half = np.where((x1 == 0) | (x2 == 0), 0.5, 0.0)
    x1, x2 = x1 + half, x2 + half
    if measure == "IRR":
        return Effects(np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2)
    return Effects(x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2)


def _events_in_time(
    events: Any, time: Any, names: tuple[str, str]
) -> tuple[FloatArray, FloatArray]:
    x, t = at_least(events, names[0], 0), at_least(time, names[1], 0, strictly=True)
    same_length(**{names[0]: x, names[1]: t})
    return x, t
