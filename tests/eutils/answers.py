"""Answers as bytes: prologs, order of elements and headers as they were recorded in 2024 and 2025.

Built from notes instead, as there is no recording: JSON of esearch, the body of HTTP 429 and 400.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

from eutils.search import Found

XML, JSON, HTML = (
    f"{kind}; charset=UTF-8" for kind in ("text/xml", "application/json", "text/html")
)
_PROLOG = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {root} PUBLIC "-//NLM//DTD {name}//EN" '
)
_DTD = '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{path}.dtd">'
_SEARCH = _PROLOG.format(root="eSearchResult", name="esearch 20060628") + _DTD.format(
    path="20060628/esearch"
)
_FETCH_ERROR = _PROLOG.format(root="eEfetchResult", name="efetch 20131226") + _DTD.format(
    path="20131226/efetch"
)
_POST = _PROLOG.format(root="ePostResult", name="epost 20090526") + _DTD.format(
    path="20090526/epost"
)
_ARTICLES = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    '1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet>"
)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. by: the server that gives it, "Finatra" or the "Apache" before it."""

    body: bytes
    content_type: str = XML
    status: int = 200
    by: str = "Finatra"
    headers: Mapping[str, str] = field(default_factory=dict)  # beside the usual ones


class Page(NamedTuple):
    """What an esearch shows of what it found."""

    count: int
    start: int
    pmids: Sequence[int]
    webenv: str = ""
    query_key: int = 0


def searched(page: Page, found: Found, retmode: str) -> Answer:
    """The answer of esearch."""
    if retmode == "json":
        return _json_answer({"esearchresult": _search_as_json(page, found)}, "esearch")
    return Answer(f"{_SEARCH}\n{_search_as_xml(page, found)}\n".encode())


def counted(count: int, retmode: str) -> Answer:
    """The answer of esearch to rettype=count."""
    if retmode == "json":
        return _json_answer({"esearchresult": {"count": str(count)}}, "esearch")
    body = f"<eSearchResult>\n\t<Count>{count}</Count>\n</eSearchResult>"
    return Answer(f"{_SEARCH}\n{body}\n".encode())


def search_error(message: str, retmode: str) -> Answer:
    """HTTP 200 with an error within. In JSON its line breaks are bare, which JSON forbids."""
    if retmode == "json":
        answer = _json_answer({"esearchresult": {"ERROR": message}}, "esearch")
        return Answer(answer.body.replace(b"\\n", b"\n"), JSON)
    body = f"<eSearchResult>\n\t<ERROR>{escape(message)}</ERROR>\n</eSearchResult>"
    return Answer(f"{_SEARCH}\n{body}\n".encode())


def articles(entries: Iterable[bytes]) -> Answer:
    """A PubmedArticleSet; no line break at its end, and none between its articles."""
    inner = b"".join(entries)
    return Answer(_ARTICLES.encode() + (b"\n" if inner else b"") + inner + b"</PubmedArticleSet>")


def fetch_error(message: str, status: int = 200) -> Answer:
    body = f"<eFetchResult>\n\t<ERROR>{escape(message)}</ERROR>\n</eFetchResult>"
    return Answer(f"{_FETCH_ERROR}\n{body}\n".encode(), status=status)


def posted(query_key: int, webenv: str) -> Answer:
    body = f"\t<QueryKey>{query_key}</QueryKey>\n\t<WebEnv>{webenv}</WebEnv>\n</ePostResult>\n"
    return Answer(f"{_POST}<ePostResult>\n{body}".encode())


def post_refused(message: str) -> Answer:
    """The error of an epost that was not looked into."""
    body = f"<ePostResult>\n\t<ERROR>{escape(message)}</ERROR>\n</ePostResult>\n"
    return Answer(f"{_POST}\n{body}".encode())


def post_errors(*messages: str) -> Answer:
    """The errors of an epost whose ids were looked at; recorded with other line breaks."""
    body = "".join(f"\n\t<ERROR>{escape(message)}</ERROR>" for message in messages)
    return Answer(f"{_POST}<ePostResult>{body}</ePostResult>\n".encode())


def error(utility: str, message: str, retmode: str = "xml") -> Answer:
    """An error within HTTP 200, in the form of the utility that gives it."""
    if utility == "esearch":
        return search_error(message, retmode)
    return fetch_error(message) if utility == "efetch" else post_refused(message)


def refusal(status: int, told: dict[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    """What the gateway says before any utility is asked."""
    return Answer(_as_json(told), JSON, status, headers=headers or {})


def page(status: int, title: str, text: str) -> Answer:
    """A page for people, from the Apache that stands before the utilities."""
    head = f'<html xmlns="http://www.w3.org/1999/xhtml">\n<head><title>{title}</title></head>'
    body = f"<body>\n<h1>{title}</h1>\n<p>{text}</p>\n<h2>Error {status}</h2>\n</body>"
    return Answer(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</html>\n'.encode(),
        HTML.replace("UTF", "utf"),
        status,
        by="Apache",
    )


def _json_answer(content: dict, utility: str) -> Answer:
    return Answer(_as_json({"header": {"type": utility, "version": "0.3"}, **content}), JSON)


def _as_json(content: dict) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _search_as_json(page: Page, found: Found) -> dict:
    told: dict = {
        "count": str(page.count),
        "retmax": str(len(page.pmids)),
        "retstart": str(page.start),
    }
    if page.webenv:
        told |= {"querykey": str(page.query_key), "webenv": page.webenv}
    told["idlist"] = [str(pmid) for pmid in page.pmids]
    told["translationset"] = [{"from": typed, "to": to} for typed, to in found.translations]
    told["querytranslation"] = found.translated
    if found.phrases_not_found or found.fields_not_found:
        told["errorlist"] = {
            "phrasesnotfound": found.phrases_not_found,
            "fieldsnotfound": found.fields_not_found,
        }
    if found.ignored or found.quoted_not_found or found.messages:
        told["warninglist"] = {
            "phrasesignored": found.ignored,
            "quotedphrasesnotfound": found.quoted_not_found,
            "outputmessages": found.messages,
        }
    return told


def _search_as_xml(page: Page, found: Found) -> str:
    parts = [
        f"<Count>{page.count}</Count><RetMax>{len(page.pmids)}</RetMax>",
        f"<RetStart>{page.start}</RetStart>",
    ]
    if page.webenv:
        parts.append(f"<QueryKey>{page.query_key}</QueryKey><WebEnv>{page.webenv}</WebEnv>")
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in page.pmids)
    parts.append(f"<IdList>\n{ids}</IdList>" if ids else "<IdList/>")
    translations = "".join(
        f"<Translation>     <From>{escape(typed)}</From>     <To>{escape(to)}</To>    "
        f"</Translation>"
        for typed, to in found.translations
    )
    parts.append(
        f"<TranslationSet>{translations}</TranslationSet>" if translations else "<TranslationSet/>"
    )
    parts.append(f"<QueryTranslation>{escape(found.translated)}</QueryTranslation>")
    parts.append(
        _list(
            "ErrorList",
            ("PhraseNotFound", found.phrases_not_found),
            ("FieldNotFound", found.fields_not_found),
        )
    )
    parts.append(
        _list(
            "WarningList",
            ("PhraseIgnored", found.ignored),
            ("QuotedPhraseNotFound", found.quoted_not_found),
            ("OutputMessage", found.messages),
        )
    )
    return f"<eSearchResult>{''.join(parts)}</eSearchResult>"


def _list(name: str, *kinds: tuple[str, list[str]]) -> str:
    told = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, texts in kinds for text in texts)
    return f"<{name}>{told}</{name}>" if told else ""
