"""The normal form of a list of authors."""

import re
from typing import NamedTuple

from living_review.dedup.text import WORD, is_unknown, words

# Lists of consortia go on for pages; who comes first is enough to tell them apart.
LONGEST = 4000
# Some exports lose the mark between two authors: "Adeli K.Lewis G. F.", "Nock CJWohlmuth H".
RUN_ON = re.compile(r"(?<=[a-z.])(?=[A-Z][a-z'])|(?<=[A-Z])(?=[A-Z][a-z])")
BETWEEN = re.compile(r"\s*(?:;|\n|\r|\band\b(?=\s+\S))\s*")
PARTICLES = frozenset(
    ["de", "van", "von", "der", "den", "la", "le", "el", "al", "di", "da", "del", "dos", "du",
     "ter", "ten", "vant", "bin", "ibn", "mc", "mac", "st", "jr", "sr", "and", "et", "the", "of",
     "for", "on", "behalf", "group"]
)  # fmt: skip


class Authors(NamedTuple):
    """The authors of a record in normal form."""

    first: str  # the family name of the first author, its particles joined to it
    names: str  # every name of three letters and more, given names too, sorted, each once


def authors(text: str) -> Authors:
    """Names, whatever their order, initials or separator."""
    text = text[:LONGEST].strip().strip(";,. ")
    people = [person for person in BETWEEN.split(text) if WORD.search(person)]
    if not people or is_unknown(text):
        return Authors("", "")
    first = words(family_name(people[0]))
    names = {name for person in people for name in names_of(person)} | set(first)
    return Authors("".join(first), " ".join(sorted(names - PARTICLES)))


def names_of(person: str) -> list[str]:
    """Family and given names; initials are none, whether `W. J. G.` or `WJG`."""
    first, *others = RUN_ON.sub(" ", person).split()
    whole = " ".join([first, *(part for part in others if not is_initials(part))])
    return [name for name in words(whole) if len(name) > 2 or is_whole_name(name)]


def is_whole_name(name: str) -> bool:
    """Two letters of a script that writes names with as few: 王伟."""
    return len(name) == 2 and name.isalpha() and not name.isascii()


def family_name(person: str) -> str:
    """The first word of the family name, with its particles.

    Reads `Family, Given`, `Family GH`, `Family Given` and `G. H. Family`.
    """
    parts = RUN_ON.sub(" ", person.split(",")[0]).split()
    start = 0
    while start < len(parts) - 1 and is_dotted(parts[start]):
        start += 1
    if start:
        return parts[-1]
    end = 1
    while end < len(parts) and is_particle(parts[end - 1]) and not is_initials(parts[end]):
        end += 1
    return " ".join(parts[:end])


def is_particle(part: str) -> bool:
    return part.lower().strip("'.") in PARTICLES


def is_dotted(part: str) -> bool:
    """`G.`, `G`, `Y.-H.`: initials, even in front of a family name."""
    letters = part.replace(".", "").replace("-", "")
    return len(letters) == 1 or (part.endswith(".") and len(letters) <= 2 and letters.isupper())


def is_initials(part: str) -> bool:
    """The same or `WJG`, behind a family name."""
    letters = part.replace(".", "").replace("-", "").rstrip(",")
    return is_dotted(part) or (len(letters) <= 4 and letters.isupper())
