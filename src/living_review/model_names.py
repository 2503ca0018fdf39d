"""Which models there are, by name, and what goes with what. Loads nothing heavy."""

from collections.abc import Mapping
from typing import Any, NamedTuple

GLMM, MH, PETO = "glmm", "mh", "peto"
TAU2_METHODS = ("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")
METHODS = (*TAU2_METHODS, GLMM, MH, PETO)
# The measures that these methods are for; all others are for every measure.
MEASURES_OF = {GLMM: ("PLO", "OR"), MH: ("OR", "RR", "RD"), PETO: ("PETO",)}
TESTS = ("z", "knha", "adhoc")


class Model(NamedTuple):
    """How effects are pooled.

    measure: the scale; method: glmm, binomial-normal by maximum likelihood, or the estimator of
    the variance between studies of a normal model; test: how the interval of the mean is made;
    pi: the form of the prediction interval, as in synthesis.prediction.
    """

    measure: str
    method: str
    test: str
    pi: str = "t_km1"

    @property
    def normal(self) -> bool:
        """Whether it is one of effects with their variances, not of counts."""
        return self.method in TAU2_METHODS


def of(analysis: Mapping[str, Any]) -> Model:
    """The model of an analysis of the protocol, what it leaves open filled in.

    Proportions are pooled by the binomial-normal model with t on k - 1 degrees of freedom.
    """
    chosen = analysis.get("model") or {}
    measure = chosen.get("measure", "PLO")
    method = chosen.get("method") or usual_method(measure, chosen.get("test"))
    test = chosen.get("test") or usual_test(method)
    return Model(measure, method, test, chosen.get("pi", "t_km1"))


def usual_method(measure: str, test: str | None = None) -> str:
    """The method where none is named: for logits the counts themselves, if the test allows it."""
    return GLMM if measure == "PLO" and test in (None, *tests_of(GLMM)) else "REML"


def usual_test(method: str) -> str:
    """The test where none is named: the one that allows for few studies."""
    tests = tests_of(method)
    return next(test for test in ("t", "adhoc", "z") if test in tests)


def tests_of(method: str) -> tuple[str, ...]:
    if method == GLMM:
        return ("z", "t")
    return ("z",) if method in (MH, PETO) else TESTS


def measures_of(method: str, every: tuple[str, ...]) -> tuple[str, ...]:
    """The measures that a method is for; every: all that there are."""
    return MEASURES_OF.get(method, every)
