"""Who made this version and answers for it, and how readers take part."""

from collections.abc import Iterable, Mapping
from typing import Any

from living_review.report import escape
from living_review.report.markdown import blocks, bullets

Row = Mapping[str, Any]

ORCID = "https://orcid.org/"
NOT_STATED = "Not stated."


def part(results: Row) -> str:
    """Authors and roles, funding, interests, contact; what is not stated is said to be so."""
    review = results["review"]
    authors, team = list(_authors(review)), list(_team(review))
    return blocks(
        "**Authors and what they did.**" if authors else f"**Authors.** {NOT_STATED}",
        bullets(authors),
        "**Team, by the names in the ledgers.**" if team else f"**Team.** {NOT_STATED}",
        bullets(team),
        f"**Funding.** {_or_not(review.get('funding'))}",
        f"**Competing interests.** {_or_not(review.get('interests'))}",
        f"**Contact.** {_or_not(review.get('contact'))}",
        f"**Do you know a study that belongs here?** {_suggest(review)}",
        f"**Licence.** {escape.text(review['licence'])}",
    )


def _or_not(stated: str | None) -> str:
    return escape.text(stated) if stated else NOT_STATED


def _authors(review: Row) -> Iterable[str]:
    for one in review.get("authors", ()):
        orcid = one.get("orcid")
        known = f" ({escape.link(f'ORCID {orcid}', ORCID + orcid)})" if orcid else ""
        place = f", {escape.text(one['affiliation'])}" if one.get("affiliation") else ""
        roles = escape.text("; ".join(one["roles"]))
        yield f"**{escape.text(one['name'])}**{known}{place}: {roles}"


def _team(review: Row) -> Iterable[str]:
    for one in review.get("team", ()):
        yield f"{escape.text(one['id'])}: {escape.text(one['role'])}"


def _suggest(review: Row) -> str:
    suggest = review.get("suggest")
    if suggest:
        # an address is a link, anything else a sentence
        return escape.link(suggest, suggest)
    if review.get("contact"):
        return "Tell the team under the contact above."
    return "How to suggest it is not stated."
