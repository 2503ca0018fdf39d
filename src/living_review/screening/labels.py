"""What the ranking learns from: which works were found relevant so far, by people or the seed."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from living_review import ledgers
from living_review.ledgers import SEED, Line


def parts(protocol: Mapping[str, Any]) -> dict[str, Any]:
    """What a ranking is computed from, beside the works and the texts of their records."""
    return {"protocol": protocol["screening"], "lines": ledgers.read("screening")}


def relevant(lines: Collection[Line], stages: Iterable[str]) -> bool | None:
    """Whether people took a work further, from its standing lines; None if they don't say.

    The first stage at which anybody said yes or no counts, since that is where the texts which the
    ranking reads were judged. A tie says nothing, nor does `unsure`.
    """
    for stage in stages:
        said = [
            line["decision"]
            for line in lines
            if line["stage"] == stage and line["screener"] != SEED
        ]
        more = said.count("include") - said.count("exclude")
        if said.count("include") or said.count("exclude"):
            return None if more == 0 else more > 0
    return None


def suggested(lines: Collection[Line]) -> bool | None:
    """What was entered about a work when the review was set up; None if nothing, or both."""
    said = {line["decision"] for line in lines if line["screener"] == SEED}
    said &= {"include", "exclude"}
    return said == {"include"} if len(said) == 1 else None
