"""What a librarian wants to know of a search, from comparing it with the one before.

Counts and translations are compared within one strategy id; a changed strategy begins anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from living_review.runs import Run
from living_review.search.eutils import Found

# PubMed's names for what it did with parts of a query, in words.
COMPLAINTS = {
    "PhraseNotFound": "not found, so that it finds nothing",
    "FieldNotFound": "a field that PubMed doesn't know",
    "PhraseIgnored": "left out of the search",
    "QuotedPhraseNotFound": (
        'not in the phrase index and searched as single words; "..."[tiab:~0] finds such a phrase'
    ),
    "OutputMessage": "PubMed says",
}
NAMED = 20  # PMIDs in a sentence


class Finding(NamedTuple):
    """One thing that people should look at."""

    kind: str  # strategy_changed, translation_changed, phrase, count, gone, not_retrievable, missed
    words: str


def changed_query(earlier: Run | None, query: str) -> list[Finding]:
    """A query that was changed under its old id; earlier: the last run by that id."""
    if earlier is None or earlier.told["query"]["sent"] == query:
        return []
    return [
        Finding(
            "strategy_changed",
            "The query is not the one that was sent under this id before. Give a changed query "
            "another id: counts are compared within one.",
        )
    ]


def of_answer(found: Found, earlier: Run | None, share: float) -> list[Finding]:
    """What the answer itself shows. share: change of the count that is still ordinary, 0 to 1."""
    return [
        *_translation(found, earlier),
        *_complaints(found),
        *_count(found.count, earlier, share),
    ]


def _translation(found: Found, earlier: Run | None) -> list[Finding]:
    if earlier is None or earlier.told["query"]["translated"] == found.translated:
        return []
    before = dict(map(tuple, earlier.told["query"]["translations"]))
    now = dict(found.translations)
    changed = [
        f"{words!r}: {before.get(words, 'nothing')!r} became {now.get(words, 'nothing')!r}"
        for words in sorted(set(before) | set(now))
        if before.get(words) != now.get(words)
    ]
    words = "PubMed understands the query otherwise than in the search before"
    return [Finding("translation_changed", f"{words}. {'. '.join(changed)}".rstrip(". ") + ".")]


def _complaints(found: Found) -> list[Finding]:
    said = []
    for name, phrase in found.complaints:
        if name == "OutputMessage":
            said.append(Finding("phrase", f"{COMPLAINTS[name]}: {phrase}"))
        else:
            said.append(Finding("phrase", f"{phrase!r} is {COMPLAINTS.get(name, name)}."))
    return said


def _count(count: int, earlier: Run | None, share: float) -> list[Finding]:
    before = earlier.told["counts"]["found"] if earlier else 0
    if not before or abs(count - before) <= share * before:
        return []
    verb = "fell" if count < before else "rose"
    return [
        Finding(
            "count",
            f"The count {verb} from {before:,} to {count:,}, by more than {share:.0%}.",
        )
    ]


def of_changes(
    still_there: Sequence[str], vanished: Sequence[str], not_retrievable: Sequence[str]
) -> list[Finding]:
    """PMIDs that left the answer, and those that PubMed finds and doesn't give.

    still_there: gone from the answer, in Medline still. vanished: deleted or merged.
    """
    said = []
    if vanished:
        words = f"No longer in Medline, deleted or merged: {_named(vanished)}."
        said.append(Finding("gone", words))
    if still_there:
        words = f"No longer found by the query, but in Medline still: {_named(still_there)}."
        said.append(Finding("gone", words))
    if not_retrievable:
        words = (
            f"Found, but Medline doesn't give the record: {_named(not_retrievable)}. "
            "They are asked for again in the next search."
        )
        said.append(Finding("not_retrievable", words))
    return said


def of_recall(recall: Mapping[str, Any]) -> list[Finding]:
    """Relevant records that the query doesn't find; which ones, stands in the recall."""
    missed = len(recall["missed"])
    if not missed:
        return []
    return [
        Finding(
            "missed",
            f"The query misses {missed:,} of {recall['in_medline']:,} records that are held for "
            f"relevant and are in Medline (relative recall {recall['recall']:.1%}).",
        )
    ]


def _named(pmids: Sequence[str]) -> str:
    more = f" and {len(pmids) - NAMED:,} more" if len(pmids) > NAMED else ""
    return f"PMID {', '.join(pmids[:NAMED])}{more}"
