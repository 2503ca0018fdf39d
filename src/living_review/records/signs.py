"""What tells the format of a file: what its first bytes hold, or what its name ends in."""

import re
from pathlib import Path

from living_review.records import delimited, pubmed_xml

LOOK = 1 << 16  # bytes that are enough

_SUFFIXES = {
    ".nbib": "nbib",
    ".medline": "nbib",
    ".ris": "ris",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xml": "pubmed_xml",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".enw": "refer",
    ".ciw": "web_of_science",
    ".isi": "web_of_science",
}
_ROOTS = "|".join(sorted(pubmed_xml.ROOTS))
_PROLOG = r"\A\s*(?:<[!?][^>]*>\s*)*"
_NUMBERED = r"\A\s{0,99}[0-9]{1,7}[:.] +"
_PARAGRAPH = r"(?:(?!\n[ \t]*\n).){1,20000}?\b"
_SIGNS = {
    "pubmed_xml": re.compile(rf"{_PROLOG}<(?:{_ROOTS})\b"),
    "endnote_xml": re.compile(
        rf"{_PROLOG}(?:<xml>\s*)?<records\b[^>]*>\s*(?:</records>|<record\b)"
    ),
    "nbib": re.compile(
        r"^(?:PMID ?- ?[0-9]|(?:OWN|STAT|FAU|JID|PMC|PMCR) {0,2}- ?\S)", re.MULTILINE
    ),
    "ris": re.compile(r"^\s{0,3}TY\s{1,4}-", re.MULTILINE),
    # a citation in one paragraph with its PMID, or in several
    "pubmed_summary": re.compile(rf"{_NUMBERED}{_PARAGRAPH}PMID:\s?[0-9]", re.DOTALL),
    "pubmed_abstract": re.compile(
        rf"{_NUMBERED}(?!{_PARAGRAPH}PMID:)(?:(?!\nTY  -).){{1,60000}}?\nPMID: ?[0-9]", re.DOTALL
    ),
    "web_of_science": re.compile(r"\A\s{0,99}FN [^\n]{0,99}\nVR |^PT [A-Z]\s{0,9}$", re.MULTILINE),
    "refer": re.compile(r"^[ \t]{0,3}%0(?: [A-Z]|\s*$)|\A\s{0,99}%[A-Z] \S", re.MULTILINE),
    "ovid": re.compile(
        r"^<[0-9]{1,7}>\s{1,9}(?:[A-Z][A-Za-z/ -]{2,40}\n\s{1,9}\S|(?!TY)[A-Z][A-Z0-9] {1,2}- )"
        r"|\A\s{0,99}(?:Score|Accession Number|Unique Identifier) {0,9}\n {1,9}\S",
        re.MULTILINE,
    ),
    "bibtex": re.compile(r"^[ \t]{0,9}@[A-Za-z]{3,20}\s{0,9}\{", re.MULTILINE),
}


def shown(head: str) -> str:
    """The format whose sign comes first in the beginning of a file; "" if there is none."""
    found = {format: sign.search(head) for format, sign in _SIGNS.items()}
    starts = [(sign.start(), format) for format, sign in found.items() if sign]
    return min(starts)[1] if starts else ""


def named(path: Path) -> str:
    """The format that the name of a file stands for; "" if it stands for none."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return _SUFFIXES.get(suffixes[-1], "") if suffixes else ""


def tabular(head: str) -> str:
    """ "csv" if the file begins with a table of records."""
    return "csv" if delimited.holds(head) else ""
