"""Names of authors in Medline's form (family name, then initials without dots) and in full."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from living_review.records.fields import clean

_SUFFIXES = {"jr": "Jr", "sr": "Sr", "ii": "2nd", "iii": "3rd", "iv": "4th"}
_COLLECTIVE = re.compile(
    r"\b(?:group|collaborat\w*|consortium|committee|society|association|network|investigators"
    r"|team|institute|organi[sz]ation|centre|center|university|department|panel|study|trial)\b",
    re.IGNORECASE,
)
_DEGREES = {"dr", "md", "mph", "msc", "phd", "prof"}
_MARKS = str.maketrans("", "", " .,-")
_QUOTED = re.compile(r"\"([^\"]{1,300})\"|'((?:[^']|'(?=\w)){1,300})'")


class Author(NamedTuple):
    """One author, twice."""

    short: str  # in Medline's form
    full: str  # as the source has the name, "Family, Given" if that is in parts


def both(people: Iterable[Author]) -> tuple[str, str]:
    """The fields authors and names of a record."""
    people = list(people)
    short = joined(name for name, _ in people)
    return short, in_full((name for _, name in people), short)


def in_full(names: Iterable[str], short: str) -> str:
    """The field names: all full names, or "" if they say no more than the short ones do.

    short: the field authors. `Doe, J.-P.` says no more than `Doe JP`, and fewer names say less.
    """
    full = joined(names)
    fewer = full.count(";") < short.count(";")
    return "" if fewer or full.translate(_MARKS) == short.translate(_MARKS) else full


def joined(names: Iterable[str]) -> str:
    """Each name once, in their order, joined by "; "."""
    return "; ".join(dict.fromkeys(name for name in names if name))


def from_parts(family: str, given: str = "", initials: str = "", suffix: str = "") -> str:
    """ "Family AB Jr" from the parts of a name; given names serve where initials are not known."""
    return " ".join(filter(None, (family, initials or _initials(given), suffix)))


def parted(family: str, given: str, suffix: str = "") -> Author:
    """The author whose name is in parts."""
    full = " ".join(filter(None, (f"{family}, {given}" if given else family, suffix)))
    return Author(from_parts(family, given, suffix=suffix), full)


def named(text: str) -> Author:
    """The author of one name, as `one` reads it."""
    return Author(one(text), clean(text).rstrip(",;"))


def one(text: str) -> str:
    """Medline's form of "Family, Given", or of "Family AB"; what is neither stays as it stands."""
    text = clean(text).rstrip(",;")
    if _COLLECTIVE.search(text):
        return text
    family, *rest = [part.strip() for part in text.split(",")]
    suffix = ""
    given = []
    for part in rest:
        if part.rstrip(".").casefold() in _SUFFIXES:
            suffix = _SUFFIXES[part.rstrip(".").casefold()]
        elif part.replace(".", "").casefold() not in _DEGREES:
            given.append(part)
    if any(given):
        return from_parts(family, " ".join(given), suffix=suffix)
    head, _, tail = family.rpartition(" ")
    if head and _are_initials(tail):
        return from_parts(head, tail, suffix=suffix)
    return from_parts(family, suffix=suffix)


def cited(values: Iterable[str]) -> list[Author]:
    """The authors of fields for one author each, where some exports put several into one."""
    return [name for text in values for name in (many(text) if ";" in text else [named(text)])]


def many(text: str) -> list[Author]:
    """The authors of a cell that holds them all, whatever stands between them.

    Semicolons or bars, "Family, Given and Family, Given", a list in brackets, commas between
    "Family AB" (PubMed, Embase), or "Family, A.B., Family, C." (Scopus).
    """
    text = clean(text)
    if text.startswith("[") and text.endswith("]"):
        return [named(double or single) for double, single in _QUOTED.findall(text)]
    if ";" in text:
        return [named(name) for name in text.split(";")]
    if "|" in text:
        return [named(name) for name in text.split("|")]
    ands = re.split(r",? and | & ", text)
    if len(ands) > 1 and all("," in part or _ends_in_initials(part) for part in ands):
        return [name for part in ands for name in many(part)]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and all(map(_ends_in_initials, parts)):
        return [named(part) for part in parts]
    if len(parts) > 2 and len(parts) % 2 == 0 and all(map(_are_initials, parts[1::2])):
        return [parted(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) > 2 and sum(map(_ends_in_initials, parts)) * 2 >= len(parts):
        return [named(part) for part in parts]  # collective names among persons
    return [named(text)]


def split(name: str) -> tuple[str, str] | None:
    """(family, given) of "Family, Given" or "Family AB"; None for a group and what is neither."""
    if _COLLECTIVE.search(name):
        return None
    family, comma, given = name.partition(",")
    if comma:
        return (family.strip(), given.strip()) if family.strip() and given.strip() else None
    head, _, tail = name.rpartition(" ")
    return (head, tail) if head and _are_initials(tail) else None


def is_medline(text: str) -> bool:
    """Whether a name is a group's, or a person's in Medline's form already."""
    return bool(_COLLECTIVE.search(text)) or _ends_in_initials(text)


def _ends_in_initials(name: str) -> bool:
    head, _, tail = name.rstrip(".").rpartition(" ")
    return bool(head) and _are_initials(tail)


def _are_initials(text: str) -> bool:
    """ "AB", "A.B.", "A-B"; without dots at most three letters, since SMITH JOHN is written too."""
    letters = [character for character in text if character not in ".- "]
    most = 5 if "." in text else 3
    return 0 < len(letters) <= most and all(letter.isupper() for letter in letters)


def _initials(given: str) -> str:
    """ "JP" from "Jean-Pierre", "J.-P.", "J P" or "JP"; a small particle counts for nothing."""
    if _are_initials(given):
        return re.sub(r"[ .-]", "", given)
    words = [word for word in re.split(r"[\s.\-]+", given) if word[:1].isalpha()]
    return "".join(word[0].upper() for word in words if not word.islower() or word == words[0])
