"""Fetched records as they are kept: one gzipped PubMed XML of any number of batches."""

import gzip
import importlib.metadata
import platform
from pathlib import Path
from types import TracebackType
from typing import IO

from lxml import etree

from living_review.search.eutils import Article

OPENING = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n'
CLOSING = b"</PubmedArticleSet>\n"
# They may be under copyright; they can be fetched again by PMID.
ABSTRACTS = ("Abstract", "OtherAbstract")
SOFTWARE = ("living-review", "requests", "lxml")


class Archive:
    """A file of articles that is written one by one; the file appears with the first.

    abstracts: whether they are kept; else everything but them is as Medline gave it.
    """

    def __init__(self, path: Path, abstracts: bool) -> None:
        self.path = path
        self.records = 0
        self._abstracts = abstracts
        self._raw: IO[bytes] | None = None
        self._packed: gzip.GzipFile | None = None

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._packed and self._raw:
            if kind is None:
                self._packed.write(CLOSING)
            self._packed.close()
            self._raw.close()

    def add(self, article: Article) -> None:
        if self._packed is None:
            self._raw = self.path.open("wb")
            # No name and no time in it: the same articles give the same bytes.
            self._packed = gzip.GzipFile("", "wb", fileobj=self._raw, mtime=0)
            self._packed.write(OPENING)
        element = article.element
        if not self._abstracts:
            for abstract in list(element.iter(*ABSTRACTS)):
                abstract.getparent().remove(abstract)
        self._packed.write(etree.tostring(element, encoding="utf-8", with_tail=False) + b"\n")
        self.records += 1


def software() -> dict[str, str]:
    """Versions of what asked and what wrote."""
    versions = {name: importlib.metadata.version(name) for name in SOFTWARE}
    return {**versions, "python": platform.python_version()}
