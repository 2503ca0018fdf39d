"""Plain letters, so that two spellings of one word are one text."""

import html
import re
import unicodedata

GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "sigma sigma tau upsilon phi chi psi omega"  # two of sigma: it has a form for the end of words
)
GREEK = {chr(ord("\u03b1") + place): name for place, name in enumerate(GREEK_NAMES.split())}
LETTERS = str.maketrans(
    GREEK
    | {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe",
       "Œ": "OE", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "\u0131": "i"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")  # dashes
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")
    | dict.fromkeys("\u00ad\u200b\ufeff", "")  # soft hyphen, nothing, byte order mark
)  # fmt: skip
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
WORD = re.compile(r"[^\W_]+")
# What sources write where they know nothing.
UNKNOWN = frozenset(
    ["unknown", "anonymous", "anon", "no author", "no authors", "no title", "untitled", "none",
     "null", "nan", "n a", "na", "name", "not available", "not known", "no authors listed",
     "no author listed", "title not available", "et al", "in process citation"]
)  # fmt: skip


def plain(text: str) -> str:
    """Lower-case text on one line, without entities, tags, accents or Greek letters."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = TAG.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(LETTERS)
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = text.casefold().translate(LETTERS)
    return " ".join(text.lower().split())


def words(text: str) -> list[str]:
    """The words of a text in plain letters; an apostrophe joins what stands beside it."""
    return WORD.findall(plain(text).replace("'", ""))


def is_unknown(text: str) -> bool:
    """Whether a field says in words that it is empty."""
    return not text or " ".join(words(text)) in UNKNOWN
