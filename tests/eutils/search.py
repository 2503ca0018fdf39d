"""What a query finds among the records, and in what words PubMed says how it read it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from eutils import days, words
from eutils.fields import ALL, FIELDS, MESH, STOPWORDS, UID, Field
from eutils.library import Library
from eutils.query import Chain, Kept, Node, Span, Term, read

USUAL_YEAR = 2026  # of the vocabulary whose headings are written as they are typed


@dataclass
class Terms:
    """Circumstances of a search that are not in its query."""

    today: date
    vocabulary_year: int = USUAL_YEAR
    phrases_missing: frozenset[str] = frozenset()
    words_missing: frozenset[str] = frozenset()
    kept: dict[int, tuple[Sequence[int], str]] = field(default_factory=dict)


class HistoryError(Exception):
    """A query refers to one that the history doesn't hold: HistoryError(number)."""


@dataclass
class Found:
    """PMIDs, newest first, with all that an esearch says beside them."""

    pmids: list[int]
    translated: str
    translations: list[tuple[str, str]]
    phrases_not_found: list[str]
    fields_not_found: list[str]
    ignored: list[str]
    quoted_not_found: list[str]
    messages: list[str]


@dataclass
class _Part:
    """What a part of a query finds. joined_by: the operator that holds its words together."""

    pmids: set[int]
    written: str
    joined_by: str = ""

    def within(self, operator: str) -> str:
        return f"({self.written})" if self.joined_by not in ("", operator) else self.written


def search(library: Library, query: str, terms: Terms) -> Found:
    """Everything that a query finds. Raises QueryError, HistoryError."""
    return _Search(library, terms).run(query)


class _Search:
    def __init__(self, library: Library, terms: Terms) -> None:
        self._library, self._terms = library, terms
        self._present = {
            pmid
            for pmid, record in library.records.items()
            if record.created is None or record.created <= terms.today
        }
        self._missing = {" ".join(words.words(phrase)) for phrase in terms.phrases_missing}
        self._unknown = {" ".join(words.words(word)) for word in terms.words_missing}
        self._found = Found([], "", [], [], [], [], [], [])

    def run(self, query: str) -> Found:
        reading = read(query)
        found = self._found
        found.ignored += reading.ignored
        part = self._part(reading.node) if reading.node is not None else None
        if part is not None:
            found.pmids = sorted(part.pmids & self._present, reverse=True)
            found.translated = part.written
        if not found.pmids:
            found.messages.append("No items found.")
        return found

    def _part(self, node: Node) -> _Part | None:
        """What a part finds; None for one that is left out of the query."""
        if isinstance(node, Chain):
            return self._chain(node)
        if isinstance(node, Kept):
            if node.number not in self._terms.kept:
                raise HistoryError(node.number)
            pmids, written = self._terms.kept[node.number]
            return _Part(set(pmids), written or f"#{node.number}", "kept" if written else "")
        if isinstance(node, Span):
            return self._span(node)
        return self._term(node)

    def _chain(self, chain: Chain) -> _Part | None:
        whole: _Part | None = None
        for operator, operand in chain.links:
            part = self._part(operand)
            if part is None:
                continue
            if whole is None:
                whole = part if operator != "NOT" else _Part(set(self._present), "all[sb]")
                if operator != "NOT":
                    continue
            if operator == "AND":
                pmids = whole.pmids & part.pmids
            elif operator == "OR":
                pmids = whole.pmids | part.pmids
            else:
                pmids = whole.pmids - part.pmids
            right = f"({part.written})" if part.joined_by else part.written
            whole = _Part(pmids, f"{whole.within(operator)} {operator} {right}", operator)
        return whole

    def _span(self, span: Span) -> _Part | None:
        asked = FIELDS.get((span.tag or "").lower())
        if asked is UID:
            if not (span.low.text.isdecimal() and span.high.text.isdecimal()):
                return self._leave_out(f"{span.low.typed}:{span.high.typed}")
            low, high = int(span.low.text), int(span.high.text)
            found = {pmid for pmid in self._present if low <= pmid <= high}
            return _Part(found, f"{low}:{high}[UID]")
        if asked is not None and asked.kind == "date":
            low = days.bounds(span.low.text, self._terms.today)
            high = days.bounds(span.high.text, self._terms.today)
            if low is None or high is None:
                return self._leave_out(f"{span.low.typed}:{span.high.typed}")
            return self._between(asked, low[0], high[1])
        text = f"{span.low.text}:{span.high.text}"  # no range: a colon within words or a DOI
        return self._term(Term(text, span.tag, span.low.quoted and span.high.quoted))

    def _term(self, term: Term) -> _Part | None:
        proximity = re.fullmatch(r"(.*?)\s*:\s*~\s*(\d+)", term.tag or "")
        tag = proximity[1] if proximity else term.tag
        asked = ALL if tag is None else FIELDS.get(" ".join(tag.lower().split()))
        if asked is None:
            self._found.fields_not_found.append(tag or "")
            asked = ALL
        normal = " ".join(words.words(term.text))
        if term.quoted and not proximity and normal in self._missing:
            self._found.quoted_not_found.append(term.typed)
            return None
        if normal in self._unknown:
            self._found.phrases_not_found.append(term.text)
        if asked is UID:
            return self._with_pmids(re.findall(r"\d+", term.text))
        if asked.kind == "date":
            bounds = days.bounds(term.text, self._terms.today)
            return self._between(asked, *bounds) if bounds else self._leave_out(term.typed)
        if asked.kind == "name":
            written = f'"{words.name(term.text)}"'
            if asked.parts[0] in ("mesh", "major"):
                written = self._heading(term.text)
            found = self._library.with_name(asked, term.text)
            return _Part(found - self._lost(normal, found), f"{written}[{asked.written}]")
        if not normal:
            return self._leave_out(term.typed)
        if proximity:
            found = self._library.with_words_near(asked, term.text, int(proximity[2]))
            return _Part(found, f'"{term.text.lower()}"[{asked.written}:~{proximity[2]}]')
        return self._untagged(term) if tag is None else self._text(asked, term, normal)

    def _text(self, asked: Field, term: Term, normal: str) -> _Part:
        pieces = [term.text] if term.quoted else term.text.split()
        pieces = [piece for piece in pieces if words.words(piece)]
        found = self._library.with_words(asked, pieces[0])
        for piece in pieces[1:]:
            found &= self._library.with_words(asked, piece)
        written = [f'"{piece.lower()}"[{asked.written}]' for piece in pieces]
        joined_by = "AND" if len(pieces) > 1 else ""
        return _Part(found - self._lost(normal, found), " AND ".join(written), joined_by)

    def _untagged(self, term: Term) -> _Part | None:
        """A word or phrase alone, which PubMed looks for as a heading too."""
        text = term.text.lower()
        if text in STOPWORDS and not term.quoted:
            return self._leave_out(term.text)
        if text.isdecimal() and not term.quoted:
            return self._with_pmids([text])
        if text == "hasabstract":
            return _Part(self._library.with_name(FIELDS["sb"], text), "hasabstract[All Fields]")
        found = self._library.with_words(ALL, text)
        written, joined_by = f'"{text}"[All Fields]', ""
        if self._library.knows_name("mesh", text) and not term.quoted:
            found |= self._library.with_name(MESH, text)
            written, joined_by = f"{self._heading(text)}[MeSH Terms] OR {written}", "OR"
            self._found.translations.append((term.text, written))
        if not found and term.text not in self._found.phrases_not_found:
            self._found.phrases_not_found.append(term.text)
        return _Part(found - self._lost(text, found), written, joined_by)

    def _lost(self, normal: str, found: set[int]) -> set[int]:
        return found if normal in self._unknown else set()

    def _heading(self, text: str) -> str:
        """A heading; another year's vocabulary knows it by another name (this form is ours)."""
        year = self._terms.vocabulary_year
        return f'"{words.name(text)}{"" if year == USUAL_YEAR else f" ({year})"}"'

    def _with_pmids(self, numbers: list[str]) -> _Part:
        written = " OR ".join(f"{number}[UID]" for number in numbers)
        return _Part(set(map(int, numbers)), written, "OR" if len(numbers) > 1 else "")

    def _between(self, asked: Field, first: date, last: date) -> _Part:
        written = f"{days.written(first, last)}[{asked.written}]"
        return _Part(self._library.with_date(asked, first, last), written)

    def _leave_out(self, typed: str) -> None:
        self._found.ignored.append(typed)
