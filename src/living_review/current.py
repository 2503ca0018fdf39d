"""The results that this checkout calls for, for commands that read them."""

from living_review import plan
from living_review.errors import ReviewError
from living_review.names import Plan


def made(*stages: str) -> Plan:
    """The plan of the review in this folder, of which the results of these stages stand there.

    Raises ReviewError if one is missing: what a command would read belongs to an earlier state.
    """
    current = plan.make()
    if any(name.is_missing() for stage in stages for name in current.of(stage)):
        raise ReviewError(
            "Something was changed since the last run, so that its results are out of date. Run "
            "`snakemake` (or `make review`) first. Nothing was written."
        )
    return current
