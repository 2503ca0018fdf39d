"""References as BibTeX: what a field may hold is UTF-8 text, and no LaTeX but our own escapes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from living_review.figures.plain import one_line
from living_review.records import authors

# BibTeX counts braces even behind a backslash, so that they are spelled by balanced commands.
_SPELLED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
}
_KEY = re.compile(r"[^A-Za-z0-9_.:-]+")
_VERBATIM = re.compile(r"[^A-Za-z0-9./:;()<>_?=+*,!@-]")
VERBATIM = ("doi", "url")  # what readers of BibTeX take as it stands, without undoing escapes


def text(value: object) -> str:
    """Any text as the content of a field."""
    return "".join(_SPELLED.get(letter, letter) for letter in one_line(value))


def key(name: str) -> str:
    """What an entry may be called."""
    return _KEY.sub("-", name).strip("-") or "entry"


def people(names: Iterable[str]) -> str:
    """Names as one field; what has no known parts is kept together."""
    return " and ".join(_person(name) for name in names)


def _person(name: str) -> str:
    parts = authors.split(name)
    if parts is None or any(" and " in f" {part} " for part in parts) or "," in parts[1]:
        return f"{{{text(name)}}}"
    return f"{text(parts[0])}, {text(parts[1])}"


def entry(kind: str, name: str, fields: Iterable[tuple[str, str]]) -> str:
    """One entry from fields that are escaped already, but for VERBATIM ones; no empty field."""
    lines = [
        f"  {field} = {{{_as_it_stands(value) if field in VERBATIM else value}}}"
        for field, value in fields
        if value
    ]
    return "@{}{{{},\n{}\n}}\n".format(kind, key(name), ",\n".join(lines))


def _as_it_stands(value: str) -> str:
    """Everything that could end the field or mean something to LaTeX is percent-encoded."""
    return _VERBATIM.sub(lambda sign: quote(sign[0], safe=""), one_line(value))


def fields(record: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The fields of a record, as records.entries.Record has them, and its `note`."""
    yield "author", people(filter(None, (record["names"] or record["authors"]).split("; ")))
    yield "title", f"{{{text(record['title'])}}}"  # a second brace keeps its capitals
    for field, source in (
        ("journal", "journal"),
        ("year", "year"),
        ("volume", "volume"),
        ("number", "issue"),
        ("pages", "pages"),
        ("issn", "issn"),
        ("pmid", "pmid"),
        ("pmcid", "pmcid"),
        ("language", "language"),
        ("note", "note"),
    ):
        yield field, text(record[source])
    yield "doi", record["doi"]
