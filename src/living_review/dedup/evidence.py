"""What two records say about each other, field by field."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from living_review.dedup.members import Member

AGREE, UNKNOWN, DIFFER = 1, 0, -1

# Per cent of alike letters, each between the spellings of one thing and the next other thing:
# `tumor`, `tumour` 91; `eastern`, `western` 86; `hypertension`, `hypotension` 87.
SPELLING = 90
# One family name in two transliterations.
FAMILY_NAME = 85
# Letters that a title has at least to be looked for in a longer one.
FINDABLE = 14
# Letters that a title has at least to name one work; a Chinese character says as much as three.
TELLING = 20
CJK = "\u2e80"
# What a journal prints in every issue.
COLUMN = re.compile(
    r"\b(?:editorials?|editors?|preface|foreword|minitrack|book reviews?|in this issue"
    r"|introduction to the (?:special|theme)|special issue|table of contents|call for papers)\b"
)
# Pages of two ranges that are compared by their length.
LONG = 8
PUNCTUATION = str.maketrans("", "", "./-_()<>:;,")


class Evidence(NamedTuple):
    """A comparison of two records.

    Relations are AGREE, DIFFER, or UNKNOWN if a record does not have the field.
    """

    title: float  # likeness of the more similar titles, 0 to 1; 0 if a title is not known
    contained: bool  # the shorter title stands in the longer
    telling: bool  # the shorter title names one work: not `Autism`, `Editorial introduction`
    wording: int  # AGREE: the words differ in spelling at most
    numbers: int  # in the titles; UNKNOWN: the longer one has more of them
    notice: int
    form: int
    preprint: bool  # one of the two is, and the other is not
    doi: int
    stem: int
    first_author: int
    names: float  # share of the shorter list of names that is in the longer; -1 = not known
    same_names: bool  # neither list has a name that the other lacks; both may be empty
    years: int  # years apart; -1 = not known
    journal: int
    living: bool  # both are of a series that prints updated reviews under their old title
    volume: int
    issue: int  # often wrong or left out: a doubt, no veto
    page: int
    span: int  # pages of the range that both give, 0 if they give none or not the same
    as_long: bool  # both run over LONG pages at least, and over as many up to one


def weigh(one: Member, other: Member) -> Evidence:
    """The evidence of two members, whichever comes first and whatever their ids."""
    a, b = sorted((one, other), key=content)
    title, contained, telling, wording, numbers = titles(a, b)
    return Evidence(
        title=title,
        contained=contained,
        telling=telling,
        wording=wording,
        numbers=numbers,
        notice=AGREE if a.notice == b.notice else DIFFER,
        form=forms(a, b),
        preprint=(a.form == "preprint") != (b.form == "preprint"),
        doi=dois(a.doi, b.doi),
        stem=relation(a.stem, b.stem),
        first_author=first_authors(a, b),
        names=shared_names(a.names, b.names),
        same_names=a.names == b.names,
        years=abs(int(a.year) - int(b.year)) if a.year and b.year else -1,
        journal=journals(a, b),
        living=a.form == b.form == "living",
        volume=relation(a.volume, b.volume),
        issue=relation(a.issue, b.issue),
        page=first_pages(a, b),
        span=span(a, b),
        as_long=as_long(a, b),
    )


def content(one: Member) -> tuple[str, ...]:
    """What a member says, without its id."""
    return one[1:]


def relation(a: str, b: str) -> int:
    if not a or not b:
        return UNKNOWN
    return AGREE if a == b else DIFFER


# --- titles ---------------------------------------------------------------------------------


def titles(a: Member, b: Member) -> tuple[float, bool, bool, int, int]:
    """The first five fields of Evidence, of the titles or translations that are most alike."""
    return max(
        (
            two_titles(s, t, a.numbers, b.numbers)
            for s in (a.title, a.translation)
            for t in (b.title, b.translation)
            if s and t
        ),
        default=(0.0, False, False, UNKNOWN, UNKNOWN),
    )


def two_titles(
    s: str, t: str, s_numbers: str, t_numbers: str
) -> tuple[float, bool, bool, int, int]:
    x, y = s.replace(" ", ""), t.replace(" ", "")
    if x == y:
        return 1.0, False, is_telling(s), AGREE, number_relation(s_numbers, t_numbers)
    if len(x) > len(y):
        s, t, x, y, s_numbers, t_numbers = t, s, y, x, t_numbers, s_numbers
    likeness = max(fuzz.ratio(x, y), fuzz.token_sort_ratio(s, t)) / 100
    contained = len(x) >= FINDABLE and x in y
    numbers = number_relation(s_numbers, t_numbers)
    return likeness, contained, is_telling(s), wording(s, t), numbers


def is_telling(title: str) -> bool:
    letters = title.replace(" ", "")
    size = len(letters) + 2 * sum(letter >= CJK for letter in letters)
    return size >= TELLING and not COLUMN.search(title)


def number_relation(few: str, many: str) -> int:
    if few == many:
        return AGREE
    return UNKNOWN if in_order(few.split(), many.split()) else DIFFER


def wording(s: str, t: str) -> int:
    """AGREE if what is not in both is spelling: `tumour`, `non linear`, one stray letter."""
    s_words, t_words = s.split(), t.split()
    only_s = "".join(word for word in s_words if word not in t_words)
    only_t = "".join(word for word in t_words if word not in s_words)
    if not only_s or not only_t:
        return AGREE if len(only_s + only_t) <= 1 else DIFFER
    return AGREE if fuzz.ratio(only_s, only_t) >= SPELLING else DIFFER


# --- people ---------------------------------------------------------------------------------


def first_authors(a: Member, b: Member) -> int:
    s, t = a.first_author, b.first_author
    if not s or not t:
        return UNKNOWN
    if s.startswith(t) or t.startswith(s) or fuzz.ratio(s, t) >= FAMILY_NAME:
        return AGREE
    return AGREE if s in b.names.split() or t in a.names.split() else DIFFER


def shared_names(s: str, t: str) -> float:
    if not s or not t:
        return -1.0
    few, many = sorted((set(s.split()), set(t.split())), key=len)
    return len(few & many) / len(few)


# --- places ---------------------------------------------------------------------------------


def dois(s: str, t: str) -> int:
    """UNKNOWN if one is the other cut short, which is a slip and no difference."""
    if not s or not t:
        return UNKNOWN
    s, t = s.translate(PUNCTUATION), t.translate(PUNCTUATION)
    if s == t:
        return AGREE
    return UNKNOWN if s.startswith(t) or t.startswith(s) else DIFFER


def forms(a: Member, b: Member) -> int:
    """Abstracts of meetings are printed in supplements; what has no pages may be any of both."""
    if a.form == b.form:
        return AGREE
    if "preprint" in (a.form, b.form):
        return DIFFER
    if a.form and b.form:
        return AGREE
    plain = b if a.form else a
    return DIFFER if plain.page else UNKNOWN


def journals(a: Member, b: Member) -> int:
    if not set(a.issn.split()).isdisjoint(b.issn.split()):
        return AGREE
    return journal_names(*sorted((a.journal, b.journal)))


@lru_cache(maxsize=100_000)
def journal_names(s: str, t: str) -> int:
    if not s or not t:
        return UNKNOWN
    if s == t or is_short_for(s.split(), t.split()) or is_short_for(t.split(), s.split()):
        return AGREE
    return DIFFER


def is_short_for(short: list[str], long: list[str]) -> bool:
    """`Proc Natl Acad Sci`, `PNAS` for `Proceedings of the National Academy of Sciences`.

    Word for word, or as an acronym. The long name may go on behind the short one, if that is no
    name of another journal too: `Brain` is not short for `Brain Research`.
    """
    if len(long) > 2 and any(is_acronym(word, long) for word in short):
        return True
    if len(short) > len(long) or (len(short) < len(long) and len(short) < 3 and short != long[:2]):
        return False
    return all(map(abbreviates, short, long[: len(short)]))


def abbreviates(word: str, whole: str) -> bool:
    """`zool` and `zlgy` for `zoology`."""
    return whole.startswith(word) or (
        len(word) > 3 and word[0] == whole[0] and in_order(word, whole)
    )


def in_order(few: Iterable[str], many: Iterable[str]) -> bool:
    rest = iter(many)
    return all(one in rest for one in few)


def is_acronym(word: str, name: list[str]) -> bool:
    """Whether the word is made of the beginnings of all words of the name: `amcis`, `pnas`."""
    if not name:
        return not word
    return len(word) >= len(name) and any(
        word[:n] == name[0][:n] and is_acronym(word[n:], name[1:])
        for n in range(1, min(len(word), len(name[0])) + 1)
        if word[n - 1] == name[0][n - 1]
    )


def first_pages(a: Member, b: Member) -> int:
    """Page 1 says little: many journals begin every issue, or every article, with it."""
    if a.page == b.page == "1" and a.last_page != b.last_page:
        return UNKNOWN
    return relation(a.page, b.page)


def span(a: Member, b: Member) -> int:
    if a.last_page and (a.page, a.last_page) == (b.page, b.last_page):
        return length(a)
    return 0


def as_long(a: Member, b: Member) -> bool:
    return min(length(a), length(b)) >= LONG and abs(length(a) - length(b)) <= 1


def length(one: Member) -> int:
    return int(one.last_page) - int(one.page) + 1 if one.last_page else 0
