"""What machines are told in the head of the page: how to cite it, what it is, where it stands.

HTML for `include-in-header`. Outside text is in attributes and in JSON only, and neither may end
its place there, nor spell a shortcode.
"""

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any

from living_review.figures.plain import one_line
from living_review.report import about, citation, escape

Row = Mapping[str, Any]

# What could end a script element or begin a shortcode, as JSON says it otherwise.
_JSON = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def part(results: Row) -> str:
    """Meta tags by which reference managers cite, the canonical link, and JSON-LD."""
    lines = [
        f'<meta name="{name}" content="{_attribute(value)}">' for name, value in _meta(results)
    ]
    address = escape.web_address(results["review"].get("address", ""))
    if address:
        # a renderer that embeds what is linked must leave this one alone
        lines.append(f'<link rel="canonical" href="{_attribute(address)}" data-external="1">')
    lines.append(f'<script type="application/ld+json">{_json(described(results))}</script>')
    return "\n".join(lines) + "\n"


def described(results: Row) -> dict[str, Any]:
    """The version as schema.org has it; what is not known is left out."""
    review = results["review"]
    known = {
        "@context": "https://schema.org",
        "@type": ["ScholarlyArticle", "Dataset"],
        "name": review["title"],
        "headline": f"{review['title']}: a living systematic review",
        "description": review["question"],
        "inLanguage": review["language"],
        "license": review["licence"],
        "version": results["versions"]["this"],
        "dateModified": citation.last_day(results),
        "datePublished": citation.published_on(results),
        "url": review.get("address", ""),
        "creditText": citation.text(citation.this(results)),
        "funding": review.get("funding", ""),
        "author": [_person(one) for one in review.get("authors", ())],
        "isBasedOn": _continued(review.get("continues")),
    }
    return {name: value for name, value in known.items() if value}


def _meta(results: Row) -> Iterable[tuple[str, str]]:
    review = results["review"]
    yield "citation_title", f"{review['title']}: a living systematic review"
    for author in review.get("authors", ()):
        yield "citation_author", author["name"]
        if author.get("affiliation"):
            yield "citation_author_institution", author["affiliation"]
        if author.get("orcid"):
            yield "citation_author_orcid", about.ORCID + author["orcid"]
    if published := citation.published_on(results):
        yield "citation_publication_date", published.replace("-", "/")
        yield "citation_online_date", published.replace("-", "/")
    yield "citation_language", review["language"]
    if address := review.get("address"):
        yield "citation_public_url", address


def _person(author: Row) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": author["name"]}
    if author.get("orcid"):
        person["@id"] = about.ORCID + author["orcid"]
    if author.get("affiliation"):
        person["affiliation"] = {"@type": "Organization", "name": author["affiliation"]}
    return person


def _continued(continues: Row | None) -> dict[str, Any]:
    if not continues:
        return {}
    doi = escape.address_of(f"doi:{continues['doi']}") if continues.get("doi") else ""
    told = {"@type": "ScholarlyArticle", "name": continues["citation"], "@id": doi}
    return {name: value for name, value in told.items() if value}


def _attribute(value: object) -> str:
    text = html.escape(one_line(value), quote=True)
    return text.replace("{", "&#123;").replace("}", "&#125;")


def _json(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)
    for mark, written in _JSON.items():
        text = text.replace(mark, written)
    return text


def _plain(value: Any) -> Any:
    """Every text in one line, without signs that no one sees."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value]
