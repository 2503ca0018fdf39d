"""The one way by which outside text enters the page.

Every mark that Markdown, HTML, LaTeX, Pandoc or Quarto could read as more than itself becomes a
numeric character reference: a renderer decodes it only after it has looked for syntax, so that
shortcodes, tags, formulas, links, citations, lists, table cells and attributes stay text.
"""

import json
import re
from urllib.parse import quote, urlsplit

from living_review.figures.plain import one_line

_MARKS = re.compile(r"[!-+\--/:-@\[-`{-~]")  # all of ASCII's punctuation but the comma

_PMID = re.compile(r"[1-9][0-9]{0,8}")
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_WEB = ("http", "https")


def text(value: object) -> str:
    """Markdown in one line that shows exactly these words; for paragraphs, cells and attributes."""
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", one_line(value))


def lines(value: object) -> str:
    """Like `text`, with the line breaks kept as hard breaks; empty lines are dropped."""
    rows = (text(row) for row in str(value or "").splitlines())
    return "\\\n".join(row for row in rows if row)


def yaml(value: object) -> str:
    """A quoted YAML scalar that Markdown-reading metadata shows as exactly these words."""
    return json.dumps(text(value), ensure_ascii=False)


def link(words: object, address: str) -> str:
    """The words, linked if the address is one of the web; the words alone otherwise."""
    shown = text(words)
    target = web_address(address)
    return f"[{shown}](<{target}>)" if shown and target else shown


def address_of(record_id: str) -> str:
    """Where a record is found by its id: PubMed for pmid:..., the resolver for doi:..., else ""."""
    kind, _, name = str(record_id or "").partition(":")
    if kind == "pmid" and _PMID.fullmatch(name):
        return f"https://pubmed.ncbi.nlm.nih.gov/{name}/"
    if kind == "doi" and _DOI.fullmatch(name):
        return "https://doi.org/" + quote(name, safe="/")
    return ""


def web_address(address: str) -> str:
    """The address with everything but plain letters percent-encoded; "" unless http or https."""
    try:
        parts = urlsplit(one_line(address))
    except ValueError:
        return ""
    if parts.scheme not in _WEB or not parts.hostname or "@" in parts.netloc:
        return ""
    # "%" stays, so that an address that is encoded already is not encoded twice
    return quote(parts.geturl(), safe=":/?#=%._~+-,")
