"""The interval of one rate of events."""

from scipy import special

from living_review.errors import EstimationError
from living_review.synthesis.arrays import at_least
from living_review.synthesis.binomial import Interval


def exact_poisson(events: int, time: float, level: float = 0.95) -> Interval:
    """Exact interval of events per unit of time: covers at least `level` whatever the truth.

    events: a whole number, 0 or more, in `time` above 0. The lower end is 0 at no events.
    Source: Garwood 1936, by quantiles of the gamma distribution.
    """
    (x,), (t,) = at_least(events, "events", 0), at_least(time, "time", 0, strictly=True)
    if not float(x).is_integer():
        raise EstimationError(f"events must be a whole number; found {events!r}")
    tail = (1 - level) / 2
    lower = 0.0 if x == 0 else float(special.gammaincinv(x, tail))
    return Interval(lower / t, float(special.gammainccinv(x + 1, tail)) / t)
