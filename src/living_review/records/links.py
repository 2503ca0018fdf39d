"""What a record says of its relation to others: retracted in, erratum for, update of."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

BETWEEN = " | "
_PMID = "pmid:"


class Link(NamedTuple):
    """One relation, in Medline's words."""

    kind: str  # RefType of CommentsCorrections, such as RetractionIn
    pmid: str  # of the other record; "" if it is not in Medline
    citation: str  # the other publication as the record cites it; "" if not said

    def __str__(self) -> str:
        words = self.citation.replace("|", "/")
        return " ".join(filter(None, (self.kind, self.pmid and _PMID + self.pmid, words)))


def joined(links: Iterable[Link]) -> str:
    """Links as the one text of a cell, each once."""
    return BETWEEN.join(dict.fromkeys(map(str, links)))


def parse(text: str) -> Iterator[Link]:
    """The links of a cell that `joined` wrote."""
    for written in filter(None, text.split(BETWEEN)):
        kind, _, rest = written.partition(" ")
        first, _, others = rest.partition(" ")
        if first.startswith(_PMID):
            yield Link(kind, first.removeprefix(_PMID), others)
        else:
            yield Link(kind, "", rest)
