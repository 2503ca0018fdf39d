"""The grammar of PubMed's query language: a query in, its parts out; nothing is searched here.

Operators are in capitals and are read from left to right, none before another; terms side by side
are joined by AND. Source: PubMed's user guide.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

OPERATORS = ("AND", "OR", "NOT")
_TOKEN = re.compile(
    r"""(?P<open>\() | (?P<close>\)) | "(?P<quoted>[^"]*)" | \[(?P<tag>[^\]]*)\] | (?P<colon>:)
    | \#(?P<kept>\d+)\b | (?P<word>[^\s()\[\]":]+) | (?P<stray>\S)""",
    re.VERBOSE,
)


class QueryError(Exception):
    """What PubMed can't read."""


class Term(NamedTuple):
    """Words or a phrase; tag is None where none was given."""

    text: str
    tag: str | None = None
    quoted: bool = False

    @property
    def typed(self) -> str:
        text = f'"{self.text}"' if self.quoted else self.text
        return text if self.tag is None else f"{text}[{self.tag}]"


class Span(NamedTuple):
    """Everything from one day or number to another; either end may hold the tag."""

    low: Term
    high: Term

    @property
    def tag(self) -> str | None:
        return self.low.tag if self.high.tag is None else self.high.tag


class Kept(NamedTuple):
    """#1: what an earlier query found, kept in the history."""

    number: int


@dataclass(frozen=True)
class Chain:
    """Operands and what joins each to all before it; the first operator is AND or NOT."""

    links: tuple[tuple[str, "Node"], ...]


Node = Term | Span | Kept | Chain


@dataclass
class Read:
    """A query that was read, and the words of it that were passed over."""

    node: Node | None
    ignored: list[str] = field(default_factory=list)


def read(query: str) -> Read:
    """The parts of a query. Raises QueryError where parentheses don't match."""
    return _Reader(query).read()


class _Reader:
    def __init__(self, query: str) -> None:
        self._tokens = [
            (found.lastgroup or "", found[found.lastgroup or 0])
            for found in _TOKEN.finditer(query)
            if found.lastgroup != "stray"  # a quotation mark or bracket without its partner
        ]
        self._place = 0
        self._ignored: list[str] = []

    def read(self) -> Read:
        node = self._chain()
        if self._kind() == "close":
            raise QueryError("a parenthesis that nothing opened")
        return Read(node, self._ignored)

    def _kind(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place][0] if place < len(self._tokens) else ""

    def _text(self) -> str:
        return self._tokens[self._place][1]

    def _take(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1][1]

    def _chain(self) -> Node | None:
        links: list[tuple[str, Node]] = []
        while self._kind() not in ("", "close"):
            operator = self._operator(first=not links)
            if self._kind() in ("", "close"):
                self._ignored += [operator] if operator else []
                break
            operand = self._operand()
            if operand is not None:
                links.append((operator or "AND", operand))
        if len(links) == 1 and links[0][0] == "AND":
            return links[0][1]
        return Chain(tuple(links)) if links else None

    def _operator(self, first: bool) -> str:
        """The operator that stands here, the last of several; "" for none."""
        operator = ""
        while self._kind() == "word" and self._text() in OPERATORS:
            if operator:
                self._ignored.append(operator)
            operator = self._take()
        if first and operator in ("AND", "OR"):
            self._ignored.append(operator)
            operator = ""
        return operator

    def _operand(self) -> Node | None:
        kind = self._kind()
        if kind == "open":
            self._take()
            inner = self._chain()
            if self._kind() != "close":
                raise QueryError("a parenthesis that nothing closes")
            self._take()
            if inner is None:
                raise QueryError("parentheses with nothing in them")
            return inner
        if kind == "kept":
            return Kept(int(self._take()))
        if kind in ("quoted", "word"):
            return self._term_or_span()
        self._ignored.append(self._take())  # a tag or a colon that belongs to nothing
        return None

    def _term_or_span(self) -> Node:
        low = self._terms()
        if self._kind() != "colon" or self._kind(1) not in ("quoted", "word"):
            return _joined(low)
        self._take()
        high = self._terms()
        return _joined([*low[:-1], Span(low[-1], high[0]), *high[1:]])

    def _terms(self) -> list[Term]:
        """One term; or several, where words stand side by side and no tag holds them together."""
        if self._kind() == "quoted":
            return [Term(self._take(), self._tag(), quoted=True)]
        words = [self._take()]
        while self._kind() == "word" and self._text() not in OPERATORS:
            words.append(self._take())
        if self._kind() == "tag":
            return [Term(" ".join(words), self._tag())]
        return [Term(word) for word in words]

    def _tag(self) -> str | None:
        return self._take().strip() if self._kind() == "tag" else None


def _joined(terms: list) -> Node:
    return terms[0] if len(terms) == 1 else Chain(tuple(("AND", term) for term in terms))
