"""Sentences that follow the certainty of a result, and the words for certainty itself.

The more certain, the plainer the sentence, after the habit of GRADE's informative statements
(Santesso 2020, J Clin Epidemiol 119:126-135). Each is about one group of patients: none compares.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.certainty import ratings
from living_review.report import words

Row = Mapping[str, Any]

# {share}: about 72 in 100 patients; {says}: had no evidence of disease at last follow-up.
STATEMENTS = {
    "high": "{share} {says}.",
    "moderate": "Probably {share} {says}.",
    "low": "It may be that {share} {says}.",
    "very_low": "It is very uncertain how many patients {says}; in the studies so far it was "
    "{share}.",
}
NOT_ASSESSED = "In the studies so far, {share} {says}; how certain that is has not been assessed."
MOVED = (
    "In the studies so far, {share} {says}; how certain that is was rated on an earlier result and "
    "not since."
)
DISPUTED = "In the studies so far, {share} {says}; people differ on how certain that is."


def statement(share: float, says: str, rating: Row) -> str:
    """The result in one sentence; says: the end of it, from the protocol."""
    level = standing_level(rating)
    if level:
        sentence = STATEMENTS[level]
    elif rating["state"] == ratings.CONFLICT:
        sentence = DISPUTED
    else:
        sentence = MOVED if rating["state"] == ratings.EARLIER else NOT_ASSESSED
    in_100 = words.in_100(share)
    said = sentence.format(share=f"{in_100[0].lower()}{in_100[1:]} patients", says=says)
    return said[0].upper() + said[1:]


def standing_level(rating: Row) -> str:
    """The level on which people agree for the result as it stands; "" if there is none."""
    level: str = rating["level"]
    return level


def certainty(rating: Row) -> str:
    """What was judged, in a few words that stand alone, like "low, rated on an earlier result"."""
    state, level = rating["state"], rating["level"]
    if state == ratings.CONFLICT:
        return f"{plain(level)}; people differ on a domain" if level else _differ(rating)
    if state == ratings.EARLIER:
        earlier = rating["earlier"]
        return f"{plain(earlier['level']) or _differ(earlier)}, rated on an earlier result"
    return plain(level) if level else "not assessed"


def tag(rating: Row) -> str:
    """The certainty of an answer, as a sentence."""
    return f"Certainty: {certainty(rating)}."


def _differ(rating: Row) -> str:
    said = dict.fromkeys(plain(line["judgement"]) for line in rating["overall"])
    return f"people differ ({', '.join(said)})" if said else "people differ"


def plain(word: str) -> str:
    """A word of the ledger as people say it: very_low is very low."""
    return word.replace("_", " ")


def who(lines: Iterable[Row]) -> str:
    """Who judged so, and when: ann, 2026-12-01; bob, 2026-12-03."""
    return "; ".join(dict.fromkeys(f"{line['screener']}, {line['time'][:10]}" for line in lines))
