"""How to cite the review, take its data along, and follow it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import (
    archive,
    beside,
    bibliography,
    citation,
    copies,
    escape,
    feed,
    flow,
    words,
)
from living_review.report.markdown import blocks, bullets

Row = Mapping[str, Any]

_OURS = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
FORMATS = {".bib": "BibTeX", ".ris": "RIS", ".json": "CSL-JSON"}
STUDIES = {
    bibliography.INCLUDED: "References of the reports on included studies",
    bibliography.PROVISIONAL: "References of studies known in part from abstracts only, which are "
    "not included yet",
}


def part(results: Row) -> str:
    """The section: two citations, everything that can be downloaded, the feed."""
    return blocks(
        "### Cite {#citations}",
        f"**This version.** {escape.text(citation.text(citation.this(results)))} "
        f"({_formats(beside.CITE, 'this')}, [CITATION.cff]({beside.CITATION}))",
        _unpublished(results),
        f"**All versions.** {escape.text(citation.text(citation.every(results)))} "
        f"({_formats(beside.CITE, 'every')})",
        _archive(results),
        "### Download {#download}",
        bullets(_downloads(results)),
        "### Follow {#follow}",
        f"The [feed of this review]({feed.FILE}) (Atom, for any feed reader) has an entry for each "
        "search, also when it found nothing or failed, and for each version.",
    )


def _unpublished(results: Row) -> str:
    versions = results["versions"]
    if versions["this"]:
        return ""
    before = versions["before"]
    instead = " To cite what will not change, cite "
    instead += f"{_beside(archive.page(before), f'version {before}')}."
    return "This state of the review is not a published version: its numbers may change." + (
        instead if before else ""
    )


def _formats(folder: str, name: str) -> str:
    return ", ".join(f"[{words}]({folder}/{name}{end})" for end, words in FORMATS.items())


def _downloads(results: Row) -> Iterable[str]:
    yield f"The page as a document: {_documents()}"
    yield "[The same in several pages](site/index.html), for slow lines and small screens"
    for status, said in STUDIES.items():
        if n := len(bibliography.of_studies(results, status)):
            yield f"{said} ({n:,}): {_formats(beside.REFERENCES, status)}"
    if not any(study["status"] == bibliography.INCLUDED for study in results["studies"]):
        yield "No study is included yet, so that there are no references of included ones"
    if results["codebook"]:
        yield (
            f"The tables as a data package: {_tables(results)}; "
            "[datapackage.json](data/datapackage.json) tells programs what is in them, "
            "[codebook.csv](data/codebook.csv) people"
        )
    if results["flow"]["recorded"]:
        yield (f"The flow of records: [SVG](figures/{flow.FILE}), [PNG](figures/{flow.PNG})")
    yield "The plots of each result: SVG and PNG, below each plot"
    yield "Every number on this page: [results.json](results.json)"


def _documents() -> str:
    made = copies.files()
    links = ", ".join(f"[{copies.WORDS[name]}]({name})" for name in made)
    if copies.PDF in made:
        return links
    return f"{links}; for PDF, print this page from the browser"


def _tables(results: Row) -> str:
    return ", ".join(
        _beside(f"data/{table['path']}", table["path"]) for table in results["codebook"]
    )


def _archive(results: Row) -> str:
    """Every version at its place for good."""
    every = results["versions"]["every"]
    if not every:
        return "No version is published yet."
    listed = [
        f"{_beside(archive.page(one['version']), 'Version ' + one['version'])}, "
        f"published on {escape.text(one['published_on'])}, "
        f"{words.studies(len(one['included']))} included"
        for one in every
    ]
    return blocks("Each version has its place for good:", bullets(listed))


def _beside(path: str, said: str) -> str:
    """A link to a file beside the page; a path that is none of ours stays a word."""
    return f"[{escape.text(said)}]({path})" if _OURS.fullmatch(path) else escape.text(said)
