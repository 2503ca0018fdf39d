"""The normal form of a title."""

import re
from typing import NamedTuple

from living_review.dedup.text import UNKNOWN, WORD, plain

# Longer ones are whole abstracts; patterns below would take long on them.
LONGEST = 2000
# A notice keeps the title of its article, if this many letters follow.
SHORTEST_REST = 12
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
ROMAN_AFTER_A_NAME = ROMAN | {"i": "1", "v": "5", "x": "10"}
NUMERALS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "first": "1", "second": "2", "third": "3",
    "fourth": "4", "fifth": "5", "sixth": "6",
}  # fmt: skip
NUMBERED = frozenset(
    ["part", "parts", "phase", "type", "stage", "study", "trial", "volume", "chapter", "grade",
     "class", "group", "section", "series", "number", "no", "level", "report", "paper", "act",
     "experiment", "edition"]
)  # fmt: skip
DIGITS = re.compile(r"\d+")
LANGUAGE = (
    "english|french|german|spanish|italian|portuguese|chinese|japanese|russian|polish|turkish"
    "|korean|dutch|danish|swedish|norwegian|finnish|hungarian|czech|slovak|romanian|bulgarian"
    "|serbian|croatian|slovenian|greek|hebrew|arabic|persian|ukrainian|hindi|thai|vietnamese"
    "|catalan|icelandic|undetermined\\slanguage"
)
# A remark of an indexer about the article, which is no part of its title.
REMARK = re.compile(
    rf"""[\s.]*[\[(]\s*(?:
        (?:published\s|author\s|see\s)?(?:errat|corrig|correct|comment|retract|summary\sfor
            |originally|appears\s|update\s(?:of|in)|reprint\sin|response\sin|reply\sin)[^\[\]]*
      | \d+\s+refs?\.?
      | (?:review|letter|editorial|article|electronic\sresource|proceedings|meeting\sabstract
            |conference\spaper|abstract|in\sprocess\scitation)
      | (?:in\s|article\sin\s)?(?:{LANGUAGE})
            (?:[\s,;&-]+(?:and\s)?[a-z]+)?
    )\s*[\])][\s.]*$""",
    re.VERBOSE,
)
RETRACTED = re.compile(r"^\W*(?:retracted(?:\s+article)?|withdrawn)\W*[:.\]\s]\s*")
NOTICE = re.compile(
    r"""^\W*(?:
        (?P<erratum>(?:published\s|publisher'?s?\s|author\s)?
           (?:errat(?:um|a)|corrigend(?:um|a)|corrections?)(?:\s(?:to|for|of)\b|(?=\s*[:.\[])))
      | (?P<retraction>retraction(?:\snotice)?(?:\s(?:to|for|of)\b)?(?=\W)
           |notice\sof\sretraction|expression\sof\sconcern)
      | (?P<comment>re(?=:)|(?:invited\s)?comment(?:s|ary)?(?:\son\b|(?=:))
           |(?:the\s)?(?:authors?'?s?'?\s)?(?:reply|response)(?:\sto)?(?=:)
           |(?:in\s)?reply\sto\b|letters?(?:\sto\sthe\seditor)?(?=:)|discussion(?=:))
      | (?P<reprint>reprint\sof\b|republished(?:\sarticle|\spaper)?(?=:))
    )[\W_]*""",
    re.VERBOSE,
)
ERRATUM_OF_PLACE = re.compile(r"\(\s*vol\.?\s*\d+[^()]*\)\W*$")
REPRINTED_FROM = re.compile(r"[(\[]\s*reprinted\s(?:from|with)\b.*$")
BRACKETED = re.compile(r"^\W*\[([^\[\]]*)\]\W*$")
TRANSLATED = re.compile(r"^([^\[\]]*[^\[\]\s])\s*\[([^\[\]]{12,})\]\W*$")


class Title(NamedTuple):
    """A title in normal form."""

    words: str  # in plain letters, a space between
    translation: str  # the same title in another language, where brackets give one
    numbers: str  # numerals of all kinds as digits, in order
    notice: str  # erratum, retraction, comment, reprint or protocol, if the title says so


def title(text: str) -> Title:
    """The normal form of a title: remarks of indexers are cut, notices are named.

    `Erratum to: X` has the words of X and the notice "erratum", so that it meets its article.
    """
    text = plain(text[:LONGEST])
    if text.startswith("#") or " ".join(WORD.findall(text)) in UNKNOWN:
        return Title("", "", "", "")
    while (cut := REMARK.sub("", text)) != text and cut:
        text = cut
    text = RETRACTED.sub("", text)
    text, notice = without_notice(text)
    translation = ""
    if match := BRACKETED.match(text):
        text = match[1]
    elif match := TRANSLATED.match(text):
        text, translation = match[1], " ".join(title_words(match[2]))
    found = title_words(text)
    if not notice and "protocol" in found:
        notice = "protocol"
    return Title(" ".join(found), translation, numbers(found), notice)


def without_notice(text: str) -> tuple[str, str]:
    """The title of the article that a notice is about, the kind of the notice or ""."""
    notice = ""
    if match := NOTICE.match(text):
        notice, rest = match.lastgroup or "", text[match.end() :]
        text = rest if len(rest) >= SHORTEST_REST else text
    if match := ERRATUM_OF_PLACE.search(text):
        notice, text = "erratum", text[: match.start()] or text
    if match := REPRINTED_FROM.search(text):
        notice, text = "reprint", text[: match.start()] or text
    return text, notice


def title_words(text: str) -> list[str]:
    found = WORD.findall(text.replace("'", ""))
    if len(found) > 8 and sum(len(word) == 1 for word in found) > 0.8 * len(found):
        return ["".join(found)]  # l e t t e r s p a c e d
    return found


def numbers(found: list[str]) -> str:
    """Every number in the words of a title, in digits, in order: `part II` has 2."""
    values: list[str] = []
    for before, word in zip(["", *found], found, strict=False):
        if not word.isalpha():
            values += [digits.lstrip("0") or "0" for digits in DIGITS.findall(word)]
        elif word in ROMAN_AFTER_A_NAME and (word in ROMAN or before in NUMBERED):
            values.append(ROMAN_AFTER_A_NAME[word])
        elif word in NUMERALS:
            values.append(NUMERALS[word])
    return " ".join(values)
