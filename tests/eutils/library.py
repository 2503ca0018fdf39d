"""The records that the stand-in holds, and which of them hold a word, a name or a date."""

import bisect
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from eutils import words
from eutils.fields import Field
from eutils.record import Record, read

_ENTRY_START = re.compile(rb"<(Pubmed(?:Book)?Article)[\s>]")
_PARSER = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=True, huge_tree=True)


class Library:
    """Records by PMID with an index of their words; changes show in the next search."""

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self._unread: list[Record] = []  # in no index yet: a server that only fetches needs none
        self._words: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._vocabulary: list[str] = []

    def load(self, folder: Path) -> None:
        """Every *.xml and *.xml.gz, by name, as NLM's update files are applied: the last wins."""
        for path in sorted(folder.iterdir()):
            if path.name.endswith(".xml.gz"):
                self.add(gzip.decompress(path.read_bytes()))
            elif path.name.endswith(".xml"):
                self.add(path.read_bytes())
        self.index()

    def add(self, xml: bytes) -> None:
        """The records of a PubmedArticleSet, or one record; those it lists as deleted leave.

        xml is UTF-8. A record's bytes are kept as they came, for they are served as they came.
        """
        root = etree.fromstring(xml, _PARSER)
        elements = [root] if _is_entry(root) else [child for child in root if _is_entry(child)]
        entries = list(_entries(xml))
        if len(entries) != len(elements):
            raise ValueError(f"{len(elements)} records by their tree, {len(entries)} by their text")
        for element, entry in zip(elements, entries, strict=True):
            record = read(element, entry)
            old = self.records.get(record.pmid)
            if old is None or record.version >= old.version:
                self.records[record.pmid] = record
                self._unread.append(record)
        for deleted in root.iterfind("DeleteCitation/PMID"):
            self.remove(int(deleted.text or 0))

    def remove(self, pmid: int) -> None:
        self.records.pop(pmid, None)  # the index is only where to look: every match is checked

    def with_words(self, field: Field, phrase: str) -> set[int]:
        """Records with a phrase in a text field; a * ends a word whose end is open."""
        wanted = _open_words(phrase)
        holds = _holder(wanted)
        return self._check(field, self._candidates(wanted), holds)

    def with_words_near(self, field: Field, phrase: str, between: int) -> set[int]:
        wanted = words.words(phrase)
        found = self._candidates([(word, False) for word in wanted])
        return self._check(field, found, lambda text: words.near(text, wanted, between))

    def with_name(self, field: Field, value: str) -> set[int]:
        """Records with a whole value, like a heading; a * at its end leaves the end open."""
        self.index()
        wanted = words.name(value)
        found: set[int] = set()
        for part in field.parts:
            names = self._names[part]
            if wanted.endswith("*"):
                matches = [name for name in names if name.startswith(wanted[:-1])]
            elif part == "author":  # Smith J finds Smith JA, Smith finds both
                matches = [name for name in names if _author_starts(name, wanted)]
            else:
                matches = [wanted] if wanted in names else []
            for match in matches:
                found |= {
                    pmid
                    for pmid in names[match]
                    if pmid in self.records and match in self.records[pmid].names.get(part, ())
                }
        return found

    def with_date(self, field: Field, first: date, last: date) -> set[int]:
        (part,) = field.parts
        return {
            pmid
            for pmid, record in self.records.items()
            if any(first <= day <= last for day in record.dates.get(part, ()))
        }

    def knows_name(self, part: str, value: str) -> bool:
        self.index()
        return words.name(value) in self._names[part]

    def _check(self, field: Field, pmids: Iterable[int], holds) -> set[int]:
        found = set()
        for pmid in pmids:
            record = self.records.get(pmid)
            if record and any(holds(record.texts.get(part, "")) for part in field.parts):
                found.add(pmid)
        return found

    def _candidates(self, wanted: list[tuple[str, bool]]) -> set[int]:
        self.index()
        found: set[int] | None = None
        for word, is_open in wanted:
            if is_open:
                holders = set().union(*(self._words[known] for known in self._starting(word)))
            else:
                holders = self._words.get(word, set())
            found = holders if found is None else found & holders
        return found or set()

    def _starting(self, start: str) -> Iterator[str]:
        for place in range(bisect.bisect_left(self._vocabulary, start), len(self._vocabulary)):
            if not self._vocabulary[place].startswith(start):
                return
            yield self._vocabulary[place]

    def index(self) -> None:
        """Read what came since the last search into the index; every search does it first."""
        if not self._unread:
            return
        for record in self._unread:
            for text in record.texts.values():
                for word in set(text.split()):
                    self._words[word].add(record.pmid)
            for part, values in record.names.items():
                for value in values:
                    self._names[part][value].add(record.pmid)
        self._unread.clear()
        self._vocabulary = sorted(self._words)


def _entries(xml: bytes) -> Iterator[bytes]:
    """The bytes of each record; a tree does not tell where in a file they were."""
    place = 0
    while start := _ENTRY_START.search(xml, place):
        end = b"</" + start[1] + b">"
        place = xml.index(end, start.end()) + len(end)
        yield xml[start.start() : place]


def _is_entry(element: etree._Element) -> bool:
    return element.tag in ("PubmedArticle", "PubmedBookArticle")


def _open_words(phrase: str) -> list[tuple[str, bool]]:
    wanted = []
    for piece in re.findall(r"[^*]+\*?", phrase):
        piece_words = words.words(piece)
        opens = piece.endswith("*") and not piece[-2:-1].isspace()
        wanted += [(word, False) for word in piece_words[:-1]]
        wanted += [(word, opens) for word in piece_words[-1:]]
    return wanted


def _holder(wanted: list[tuple[str, bool]]):
    text = " " + " ".join(word for word, _ in wanted)
    if not any(is_open for _, is_open in wanted[:-1]):
        ending = "" if wanted and wanted[-1][1] else " "
        return lambda held: text + ending in held
    pattern = re.compile(
        "".join(" " + re.escape(word) + (r"\S*" if is_open else "") for word, is_open in wanted)
        + " "
    )
    return lambda held: pattern.search(held) is not None


def _author_starts(known: str, wanted: str) -> bool:
    if " " in wanted:
        return known.startswith(wanted)
    return known == wanted or known.startswith(wanted + " ")
