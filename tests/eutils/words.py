"""Normal forms: what makes a word of a query and a word of a record equal."""

import re
import unicodedata

GAP = "|"  # stands between two texts of a field, so that no phrase runs across
_MARKS = re.compile("[\u0300-\u036f]+")  # accents, once they stand beside their letters
_BETWEEN = re.compile(r"[\W_]+")
_ASCII = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}


def plain(text: str) -> str:
    """Lower case without diacritics."""
    text = text.lower()
    if text.isascii():
        return text
    return _MARKS.sub("", unicodedata.normalize("NFKD", text))


def words(text: str) -> list[str]:
    """The words of a text; every sign that is no letter or digit parts two words."""
    text = plain(text)
    if text.isascii():
        return text.translate(_ASCII).split()
    return _BETWEEN.sub(" ", text).split()


def spaced(texts: list[str]) -> str:
    """Words between single blanks, texts between gaps: " renal mass | salvage ablation "."""
    return " " + f" {GAP} ".join(" ".join(words(text)) for text in texts if text) + " "


def name(text: str) -> str:
    """A heading, author or journal as it is compared: whole, with its punctuation."""
    return " ".join(plain(text).split()).rstrip(".")


def near(text: str, wanted: list[str], between: int) -> bool:
    """Whether a text holds all the words, in any order, at most `between` others among them."""
    needed = set(wanted)
    for part in text.split(GAP):
        last: dict[str, int] = {}
        for place, word in enumerate(part.split()):
            if word in needed:
                last[word] = place
                if len(last) == len(needed) and place - min(last.values()) < len(needed) + between:
                    return True
    return False
