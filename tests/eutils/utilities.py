"""esearch, efetch and epost: parameters in, answers out, as PubMed gives them."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from eutils import answers, days
from eutils.answers import Answer, Page
from eutils.faults import BACKEND, Fault, bend_page, bend_pmids
from eutils.fields import DATE_TYPES, PUBLISHED
from eutils.history import History
from eutils.library import Library
from eutils.query import QueryError
from eutils.search import HistoryError, Terms, search

LARGEST_ID = 18446744073709551615  # named by the recorded error of epost
USUAL_PAGE = 20  # PMIDs of an esearch that does not say how many


class Served(Protocol):
    """What the utilities know of the server that they are part of."""

    library: Library
    history: History
    wall: int
    wall_in_history: bool
    unavailable: set[str]

    @property
    def terms(self) -> Terms: ...


def esearch(served: Served, params: dict[str, str], fault: Fault | None = None) -> Answer:
    """The PMIDs that a query finds, newest first."""
    retmode = params.get("retmode", "xml")
    if params.get("db") != "pubmed":
        message = f"Invalid db name specified: {params.get('db', '')}"
        return answers.search_error(message, retmode)
    terms = served.terms
    webenv = params.get("WebEnv", "")
    terms.kept = served.history.queries(webenv)
    query = _whole_query(params, terms)
    if not query:
        return answers.search_error("Empty term and query_key - nothing todo", retmode)
    try:
        found = search(served.library, query, terms)
    except HistoryError as error:
        return answers.search_error(f"Unable to obtain query #{error}", retmode)
    except QueryError:
        return answers.search_error(BACKEND, retmode)
    if fault is Fault.EMPTY_RESULT:
        found.pmids = []
    if params.get("rettype") == "count":
        return answers.counted(len(found.pmids), retmode)
    start = _number(params.get("retstart"), 0)
    asked = min(_number(params.get("retmax"), USUAL_PAGE), served.wall)
    if start >= served.wall:
        return answers.search_error(_beyond_the_wall(served.wall), retmode)
    if start + asked > served.wall and start:
        asked = served.wall - start
        found.messages.append(
            f"Restrictions achieved. start and count adjusted to {start}, {asked}"
        )
    key = 0
    if params.get("usehistory") == "y":
        webenv, key = served.history.keep(found.pmids, found.translated, webenv)
    page = Page(len(found.pmids), start, found.pmids[start : start + asked], webenv, key)
    return answers.searched(bend_page(page, fault), found, retmode)


def efetch(served: Served, params: dict[str, str], fault: Fault | None = None) -> Answer:
    """The articles of PMIDs in the order in which they were asked for; unknown ones are absent."""
    if params.get("db") != "pubmed":
        return answers.fetch_error(f"Invalid db name specified: {params.get('db', '')}", 400)
    if "id" in params:
        listed = [one for one in params["id"].split(",") if one.strip()]
        if not listed:
            return answers.fetch_error("Supplied id parameter is empty.")
        pmids = _pmids(listed)
        if not pmids:
            message = "ID list is empty! Possibly it has no correct IDs."
            return answers.fetch_error(message, 400)
    elif params.get("WebEnv") or params.get("query_key"):
        kept = served.history.queries(params.get("WebEnv", ""))
        key = params.get("query_key", "1")
        if not key.isdecimal() or int(key) not in kept:
            return answers.fetch_error(f"Unable to obtain query #{key}")
        pmids = list(kept[int(key)][0])
        if served.wall_in_history:
            if _number(params.get("retstart"), 0) >= served.wall:
                reason = _beyond_the_wall(served.wall).removeprefix("Search Backend failed: ")
                message = f"Search backend cannot retrieve history data. Reason: {reason}"
                return answers.fetch_error(message, 400)
            pmids = pmids[: served.wall]
    else:
        return answers.fetch_error("Neither query_key nor id specified", 400)
    start = _number(params.get("retstart"), 0)
    pmids = pmids[start : start + _number(params.get("retmax"), len(pmids))]
    pmids = bend_pmids(pmids, fault, served.library.records)
    return answers.articles(_entries(served, pmids))


def epost(served: Served, params: dict[str, str], fault: Fault | None = None) -> Answer:
    """A list of PMIDs for the history."""
    if params.get("db") != "pubmed":
        return answers.post_refused(f"Invalid db name specified: {params.get('db', '')}")
    listed = [one for one in params.get("id", "").split(",") if one.strip()]
    pmids = _pmids(listed)
    wrong = f"Some IDs have invalid value and were omitted. Maximum ID value {LARGEST_ID}"
    if not pmids:
        empty = "Empty ID list; Nothing to store"
        return answers.post_errors(*([empty, wrong] if listed else [empty]))
    webenv, key = served.history.keep(pmids, "", params.get("WebEnv", ""))
    return answers.posted(key, webenv)


def _whole_query(params: dict[str, str], terms: Terms) -> str:
    """The term with what the other parameters ask for on top of it; "" if there is nothing."""
    term = params.get("term", "").strip()
    if params.get("query_key"):
        kept = f"#{params['query_key']}"
        term = f"({term}) AND {kept}" if term else kept
    if not term:
        return ""
    first = days.bounds(params.get("mindate", ""), terms.today)
    last = days.bounds(params.get("maxdate", ""), terms.today)
    if params.get("reldate", "").isdecimal():
        span = terms.today - timedelta(int(params["reldate"])), terms.today
    elif first and last:  # one of them alone is passed over
        span = first[0], last[1]
    else:
        return term
    asked = DATE_TYPES.get(params.get("datetype", ""), PUBLISHED)
    return f"({term}) AND {days.written(*span)}[{asked.written}]"


def _beyond_the_wall(wall: int) -> str:
    return (
        f"Search Backend failed: Exception:\n'retstart' cannot be larger than {wall - 1}. For "
        f"PubMed, ESearch can only retrieve the first {wall:,} records matching the query."
    )


def _entries(served: Served, pmids: Sequence[int]) -> list[bytes]:
    today = served.terms.today
    entries = []
    for pmid in pmids:
        record = served.library.records.get(pmid)
        if record is None or str(pmid) in served.unavailable:
            continue
        if record.created is None or record.created <= today:
            entries.append(record.xml)
    return entries


def _pmids(listed: Sequence[str]) -> list[int]:
    numbers = [int(one) for one in map(str.strip, listed) if re.fullmatch(r"\d+", one)]
    return [number for number in numbers if 0 < number <= LARGEST_ID]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise


UTILITIES = {"esearch": esearch, "efetch": efetch, "epost": epost}
