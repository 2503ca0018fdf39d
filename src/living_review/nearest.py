"""Which allowed word a wrong one probably stands for: "did you mean"."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

# rapidfuzz's ratio, 0 to 100, from which a word is offered; include and exclude have 71
LEAST_ALIKE = 75


def meant(word: str, allowed: Iterable[str] | Mapping[str, str]) -> str:
    """The nearest allowed value, "" if none is near.

    allowed: values, or what they mean by value: who types "Partial nephrectomy" or "RFA" into a
    cell is told partial_nephrectomy or rfa. Case, accents and signs between words don't count.
    """
    values = list(allowed)
    spelled = [(_plain(value), value) for value in values]
    if isinstance(allowed, Mapping):
        spelled += [(_plain(allowed[value]), value) for value in values]
    asked = _plain(word)
    if not asked:
        return ""
    found = process.extractOne(
        asked, [plain for plain, _ in spelled], scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE
    )
    return spelled[found[2]][1] if found else ""


@lru_cache(maxsize=2**14)  # a table repeats its words
def _plain(word: str) -> str:
    """Small letters and digits without accents, a space between words."""
    without = "".join(
        sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)
    )
    return re.sub(r"[\W_]+", " ", without.casefold()).strip()
