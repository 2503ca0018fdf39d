"""Which record an entry of a batch is: one that is known, found again, or another."""

import re

import pandas as pd

from living_review.dedup.evidence import DIFFER, weigh
from living_review.dedup.members import FIELDS, Member, prepare
from living_review.dedup.rules import SAME, close, exact, judge, strangers
from living_review.files import canonical_json, digest

# Between a base id and the digest of an entry's own fields.
MARK = "~"
MARKED = re.compile(r"~[0-9a-f]{8}\Z")
# The fields that the digest is made of. Another one would change ids that libraries keep.
MARKING = (
    "pmid", "pmcid", "doi", "title", "authors", "year", "journal", "volume", "issue", "pages",
    "issn", "abstract", "language", "publication_types",
)  # fmt: skip


def base(record_id: str) -> str:
    """The id that the source gives: a PMID, a DOI or a digest."""
    return MARKED.sub("", record_id)


def identify(batch: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Final ids of a batch: base_id, record_id, found_again ("" or record_id); a row an entry.

    batch: the normalised table of records, record_id still as its source gives it. known: members
    of the library. An entry with the base id of a known record, or of an earlier entry, and an
    agreeing title is that record found again. If the title disagrees, as under a DOI that a whole
    supplement shares, the entry is a record of its own: base id, "~", digest of its fields. The
    id of a known record never changes.
    """
    bases = batch["record_id"].map(base)
    by_base: dict[str, list[Member]] = {}
    for one in as_members(known[of_bases(known["record_id"], bases)]):
        by_base.setdefault(base(one.record_id), []).append(one)
    doubtful = bases.isin(list(by_base)) | bases.duplicated(keep=False)
    members = iter(as_members(prepare(batch[doubtful])))
    rows = []
    for row, (base_id, doubt) in enumerate(zip(bases, doubtful, strict=True)):
        if not doubt:
            rows.append((base_id, base_id, ""))
            continue
        one, before = next(members), by_base.setdefault(base_id, [])
        again = next((other for other in before if agree(one, other)), None)
        if again:
            rows.append((base_id, again.record_id, again.record_id))
            continue
        record_id = base_id
        if before:
            record_id += MARK + digest(canonical_json(content(batch.iloc[row])))[:8]
        before.append(one._replace(record_id=record_id))
        rows.append((base_id, record_id, ""))
    columns = ["base_id", "record_id", "found_again"]
    return pd.DataFrame(rows, columns=columns, index=batch.index, dtype="str")


def of_bases(record_ids: pd.Series, bases: pd.Series) -> pd.Series:
    """Whether a record id goes back to one of the base ids."""
    marked = record_ids.str.contains(MARK, regex=False)
    wanted = record_ids.isin(bases)
    wanted[marked] = record_ids[marked].map(base).isin(bases)
    return wanted


def agree(a: Member, b: Member) -> bool:
    """Whether two entries under one id are one record: nothing says that they are not.

    A title such as `Editorial` says nothing: all else must be the same then, or a rule fit. So do
    strangers whose titles differ by a word. A PMID is that of one record only.
    """
    if not a.title or not b.title or a[1:] == b[1:]:
        return True
    e = weigh(*sorted((a, b)))
    if e.notice == DIFFER or judge(e).verdict == SAME:
        return e.notice != DIFFER
    telling = e.telling and (exact(e) or not strangers(e))
    return close(e) and (telling or base(a.record_id).startswith("pmid:"))


def content(entry: pd.Series) -> dict[str, str]:
    """What an entry says of its publication, without where it was found."""
    return {field: entry[field] for field in MARKING if field in entry.index}


def as_members(table: pd.DataFrame) -> list[Member]:
    return list(map(Member, *(table[field].tolist() for field in FIELDS)))
