"""Which works wait without an abstract: a review may leave abstracts out of what it keeps."""

from living_review import library
from living_review.names import Plan
from living_review.todo import tasks
from living_review.todo.read import Waiting


def missing(plan: Plan, waiting: Waiting) -> list[str]:
    """Ids of the works that wait for a decision and of which no record has an abstract."""
    records = library.records(plan, ["abstract"])
    having = set(records.loc[records["abstract"].fillna("") != "", "record_id"])
    return [
        row["record_id"]
        for name in tasks.RANKED
        for row in waiting.ordered(name)
        if having.isdisjoint((row["record_id"], *row.get("other_records", ())))
    ]


def told(missing: list[str], waiting: Waiting) -> str:
    """How many there are and how to read them; "" if there is none."""
    if not missing:
        return ""
    works = sum(len(waiting.lists.get(name, ())) for name in tasks.RANKED)
    pmids = [one.removeprefix("pmid:") for one in missing if one.startswith("pmid:")]
    words = f"{len(missing)} of {works} works have no abstract here."
    if pmids:
        words += (
            f" {len(pmids)} of them are in PubMed: paste their PMIDs into its search field"
            " (living-review todo --pmids prints them)."
        )
    return words


def pmids(missing: list[str]) -> str:
    """As PubMed's search field takes them."""
    return ",".join(one.removeprefix("pmid:") for one in missing if one.startswith("pmid:"))
