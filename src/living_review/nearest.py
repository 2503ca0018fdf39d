"""Which allowed word a wrong one probably stands for: "did you mean"."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

# Likeness, 0 to 1, from which a word is offered; include and exclude have 0.71.
LEAST_ALIKE = 0.75


def meant(word: str, allowed: Iterable[str] | Mapping[str, str]) -> str:
    """The nearest allowed value, "" if none is near.

    allowed: values, or what they mean by value: who types "Partial nephrectomy" or "RFA" into a
    cell is told partial_nephrectomy or rfa. Case, accents and signs between words don't count.
    """
    means = allowed.items() if isinstance(allowed, Mapping) else ()
    spelled = [*((value, value) for value in allowed), *((said, value) for value, said in means)]
    return _nearest(_plain(word), tuple(spelled))


@lru_cache(maxsize=2**12)  # a table repeats its mistakes
def _nearest(asked: str, spelled: tuple[tuple[str, str], ...]) -> str:
    values = {_plain(said): value for said, value in reversed(spelled)}  # the first of two alike
    close = difflib.get_close_matches(asked, values, n=1, cutoff=LEAST_ALIKE) if asked else []
    return values[close[0]] if close else ""


@lru_cache(maxsize=2**14)  # a table repeats its words
def _plain(word: str) -> str:
    """Small letters and digits without accents, a space between words."""
    without = "".join(
        sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)
    )
    return re.sub(r"[\W_]+", " ", without.casefold()).strip()
