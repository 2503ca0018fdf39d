"""What a record says of its relation to others: retracted in, erratum for, update of."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BETWEEN = " | "
_WRITTEN = re.compile(r"(\S+)(?: pmid:([0-9]+)(?= |$))?(?: (.+))?")
_LIKE_A_PMID = re.compile(r"\Apmid:(?=[0-9])")


class Link(NamedTuple):
    """One relation, in Medline's words."""

    kind: str  # RefType of CommentsCorrections, such as RetractionIn
    pmid: str  # of the other record, digits; "" if it is not in Medline
    citation: str  # the other publication as the record cites it; "" if not said

    def __str__(self) -> str:
        """Such as "RetractionIn pmid:9867474 Ginekol Pol. 1998;69(7):559"."""
        kind = "".join(_words(self.kind))
        citation = " ".join(_words(self.citation))
        if self.pmid:
            citation = f"pmid:{self.pmid} {citation}"
        else:  # only a PMID may look like one
            citation = _LIKE_A_PMID.sub("PMID:", citation)
        return f"{kind} {citation}".strip()


def _words(text: str) -> list[str]:
    """The words of a text, without the bar that stands between links."""
    return text.replace("|", "/").split()


def joined(links: Iterable[Link]) -> str:
    """Links as the one text of a cell, each once; one of no kind says nothing."""
    return BETWEEN.join(dict.fromkeys(str(link) for link in links if link.kind.strip()))


def parse(text: str) -> Iterator[Link]:
    """The links of a cell that `joined` wrote."""
    for written in text.split(BETWEEN):
        if found := _WRITTEN.fullmatch(written):
            yield Link(found[1], found[2] or "", found[3] or "")
