"""A citation as PubMed words it in its texts: authors, place, notes on other records, numbers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from living_review.records import fields
from living_review.records.links import Link, joined

LONGEST = 200  # characters of the name of a journal or a group

# What may follow a hyphen at the end of a line though it doesn't belong to it: "pre- and post-"
_AND = re.compile(r"(?:and|or|to|versus|vs|und|et|y|e|ou)(?=\s|\Z)")
_IN_DOI = re.compile(r"(?:doi:)?10\.[0-9]{4,9}/", re.IGNORECASE)
_LANGUAGES = (
    "Arabic|Bulgarian|Catalan|Chinese|Croatian|Czech|Danish|Dutch|English|Estonian|Finnish|French"
    "|German|Greek|Hebrew|Hungarian|Icelandic|Indonesian|Italian|Japanese|Korean|Latvian"
    "|Lithuanian|Malay|Multiple languages|Norwegian|Persian|Polish|Portuguese|Romanian|Russian"
    "|Serbian|Slovak|Slovenian|Spanish|Swedish|Thai|Turkish|Ukrainian|Undetermined|Vietnamese"
)
_LANGUAGE = re.compile(rf" ((?:{_LANGUAGES})(?:, (?:{_LANGUAGES}))*)\.")
_DATED = re.compile(
    r"\. ((?:1[5-9]|20)[0-9]{2}"
    r"(?:(?: & |[ /-])(?:[A-Z][a-z]{2,11}\b\.?|[0-9]{1,4}(?:st|nd|rd|th)?\b))*)"
    r"(?:;([^:;()]{0,40}?)(?:\((.{1,60}?)\))?)?(?::(.{1,100}?))?\."
    rf"(?= (?:(?:{_LANGUAGES})[.,]|doi:|Epub |eCollection |Print |PMID:|PubMed |PMCID:"
    r"|[A-Z][a-z ]{2,40}: )|\s*\Z)"
)
# "Title. City: Publisher; 2019" or "Chapter. 2019 May 3. In: Title. City: Publisher; 2019"
_BOOK = re.compile(
    r"(?:(?<=[.?!]) [0-9]{4}[^.]{0,15}\. In: ([^.\]]{1,200}\]?\.))?"
    r"(?<=[.\]?!]) [^.:;]{2,60}: [^:;]{2,100}; ((?:1[5-9]|20)[0-9]{2})"
)
_SENTENCE = re.compile(r"[.?!][\"'\u201d\u2019)\]]{0,2} ")
_DOI = re.compile(r"\bdoi: ?(10\.\S+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID: ?([0-9]{1,8})\b")
_PMCID = re.compile(r"\bPMCID: ?(PMC[0-9]+)")
_KIND = (
    r"(Erratum|Retraction|Retracted and republished|Corrected and republished|Republished|Update"
    r"|Comment|Expression of concern) (in|for|of|on|from)"
)
_NOTE = re.compile(rf"(?<=[.:] ){_KIND}: ")
HEAD_OF_NOTES = re.compile(rf"{_KIND}\b:?(?: |\Z)")  # of a paragraph with a citation a line
_END_OF_NOTE = re.compile(r"\.(?= (?:PubMed )?PMC?ID: | doi: 10| Epub |\s*\Z)")
_PERSON = re.compile(
    r"[^\d:;?!]{1,60} ([^\W\d_a-z]{1,6})(?: (?:Jr|Sr|2nd|3rd|[4-9]th))?(?:\([0-9,]{1,20}\))*"
)
_PROSE = re.compile(r"\b(?:in|of|and|the|for|with|on|by|to|from|or|at|an|is|vs|versus|after)\b")
_GROUP = re.compile(
    r"(?:.{2,200}\b)?(?:group|collaborators|collaboration|consortium|committee|network"
    r"|investigators|society|team|association|organization|commission)\b[^.]{0,60}",
    re.IGNORECASE,
)
_FOOTNOTES = re.compile(r"(?:\([0-9]{1,3}\))+")


class Place(NamedTuple):
    """Where something was published, and where in the text that is said."""

    start: int
    stop: int
    journal: str
    year: str
    volume: str
    issue: str
    pages: str


def unwrapped(lines: Sequence[str]) -> str:
    """Lines as one text; without a space where they were wrapped at a hyphen, as DOIs are."""
    parts: list[str] = []
    last = ""  # word, put together where it was wrapped
    for line in lines:
        words = line.strip()
        glued = last.endswith("-") and (bool(_IN_DOI.match(last)) or not _AND.match(words))
        parts.append(words if glued else f" {words}")
        _, space, end = words.rpartition(" ")
        last = end if space or not glued else last + end
        if line.endswith(" "):
            parts.append(" ")
            last = ""
    return fields.clean("".join(parts))


def place(text: str) -> Place | None:
    """The first "J Inv. 2019 Nov;7(2):377-86." of a text, or "City: Publisher; 2019" of a book."""
    found = _DATED.search(text)
    if not found:
        book = _BOOK.search(text)
        title = fields.clean(book[1]).rstrip(".") if book else ""
        return Place(book.start(), book.end(), title, book[2], "", "", "") if book else None
    start = max(0, found.start() - LONGEST)
    for end in _SENTENCE.finditer(text, start, found.start()):
        start = end.end()
    date, volume, issue, pages = (fields.clean(part) for part in found.groups())
    journal = text[start : found.start()]
    return Place(start, found.end(), journal, fields.year(date), volume, issue, pages)


def persons(sentence: str) -> list[str]:
    """The names of a sentence that is a list of authors; none if it is anything else."""
    sentence = sentence.removesuffix(".")
    names = [name.strip() for name in re.split(r"[,;] ", sentence)]
    told = sum(map(_is_person, names))
    if not told and _GROUP.fullmatch(sentence):
        return [sentence]
    if 3 * told < 2 * len(names):
        return []
    return [_FOOTNOTES.sub("", name).rstrip(":") for name in names]


def _is_person(name: str) -> bool:
    found = _PERSON.fullmatch(name)
    return found is not None and found[1].isupper() and not _PROSE.search(name)


def language(text: str, start: int) -> str:
    """The languages that are named where a place ends."""
    found = _LANGUAGE.match(text, start)
    return found[1].replace(", ", "; ") if found else ""


def doi(text: str) -> str:
    """The DOI of the record itself; notes on others come after it."""
    note = _NOTE.search(text)
    found = _DOI.search(text, 0, note.start() if note else len(text))
    return fields.doi(found[1]) if found else ""


def pmid(text: str) -> str:
    """The last PMID of a text: those of other records come before that of the record itself."""
    numbers = _PMID.findall(text)
    return fields.pmid(numbers[-1]) if numbers else ""


def pmcid(text: str) -> str:
    numbers = _PMCID.findall(text)
    return fields.pmcid(numbers[-1]) if numbers else ""


def notes(text: str) -> str:
    """What the record says of its relation to others, as links."""
    return joined(_each_note(text))


def listed_notes(paragraphs: Iterable[Sequence[str]]) -> str:
    """The same where a paragraph names the relation, and each line below it is a citation."""
    return joined(_each_listed(paragraphs))


def _each_listed(paragraphs: Iterable[Sequence[str]]) -> Iterator[Link]:
    for head, *lines in paragraphs:
        found = HEAD_OF_NOTES.match(head.strip())
        if found:
            citations = (head.strip()[found.end() :], *lines)
            yield from (_link(found, citation) for citation in citations if citation.strip(" ."))


def _each_note(text: str) -> Iterator[Link]:
    found = list(_NOTE.finditer(text))
    stops = [*(note.start() for note in found), len(text)][1:]
    for note, stop in zip(found, stops, strict=True):
        end = _END_OF_NOTE.search(text, note.end(), stop)
        yield _link(note, text[note.end() : end.start() if end else stop])


def _link(note: re.Match[str], citation: str) -> Link:
    kind = "".join(word.capitalize() for word in f"{note[1]} {note[2]}".split())
    kind = kind.replace("And", "and")  # as in RetractedandRepublishedIn of Medline
    return Link(kind, pmid(citation), citation.strip(" ."))
