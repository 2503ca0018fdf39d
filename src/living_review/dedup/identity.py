"""Which record an entry of a batch is: one that is known, found again, or another.

A record that comes again often says other things: printed at last, or spelt otherwise by another
source. Each such version is kept beside the first, and later entries are held against all of them,
so that it makes no difference which version came first.
"""

import re

import pandas as pd

from living_review.dedup.evidence import DIFFER, content, weigh
from living_review.dedup.members import FIELDS, Member, prepare
from living_review.dedup.pairs import COLUMNS, TYPES
from living_review.dedup.rules import COPY, SAME, close, exact, judge, strangers
from living_review.files import canonical_json, digest

# Between a base id and the digest of an entry's own fields.
MARK = "~"
IDENTIFIED = ("base_id", "record_id", "found_again", "also", "kept")
ONE_ENTRY = ("one entry is both", 1.0, "an entry under their id agrees with either")
PMID = "pmid:"
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
    """Final ids of a batch, a row an entry: base_id, record_id, found_again, also, kept.

    batch: the normalised table of records, record_id still as its source gives it. known: members
    of the library. An entry with the base id of a known record, or of an earlier entry, and an
    agreeing title is that record found again: found_again is its id, else "". If the title
    disagrees, as under a DOI that a whole supplement shares, the entry is a record of its own:
    base id, "~", digest of its fields. The id of a known record never changes. also: ids of further
    records under the base id that the entry agrees with, a space between two. kept: whether the
    entry says what no member of its record says, and so is to be a member.
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
            rows.append((base_id, base_id, "", "", True))
            continue
        one, before = next(members), by_base.setdefault(base_id, [])
        again = list(dict.fromkeys(other.record_id for other in before if agree(one, other)))
        record_id = again[0] if again else base_id
        if before and not again:
            record_id += MARK + digest(canonical_json(marked_by(batch.iloc[row])))[:8]
        one = one._replace(record_id=record_id)
        kept = one not in before
        if kept:
            before.append(one)
        rows.append((base_id, record_id, "".join(again[:1]), " ".join(again[1:]), kept))
    identified = pd.DataFrame(rows, columns=list(IDENTIFIED), index=batch.index)
    return identified.astype(dict.fromkeys(IDENTIFIED[:-1], "str") | {"kept": "bool"})


def bridges(identified: pd.DataFrame) -> pd.DataFrame:
    """Pairs, as `compare` gives them, of records under one base id that one entry agrees with.

    identified: as `identify` gives it. Had the entry come first, the two would be one record.
    """
    both = identified.loc[(identified["also"] != "") & identified["kept"], ["record_id", "also"]]
    pairs = {tuple(sorted((one, other))) for one, also in both.to_numpy() for other in also.split()}
    rows = [(*pair, SAME, COPY, *ONE_ENTRY) for pair in sorted(pairs)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)


def of_bases(record_ids: pd.Series, bases: pd.Series) -> pd.Series:
    """Whether a record id goes back to one of the base ids."""
    marked = record_ids.str.contains(MARK, regex=False)
    wanted = record_ids.isin(bases)
    wanted[marked] = record_ids[marked].map(base).isin(bases)
    return wanted


def agree(a: Member, b: Member) -> bool:
    """Whether two entries under one id are one record: nothing says that they are not.

    A title such as `Editorial` says nothing: all else must be the same then, or a rule fit. So do
    strangers whose titles differ by a word. A PMID is that of one record only; an entry without a
    title has that alone to go by, since many works may share another id.
    """
    if content(a) == content(b):
        return True
    if not a.title or not b.title:
        return base(a.record_id).startswith(PMID)
    e = weigh(a, b)
    if e.notice == DIFFER or judge(e).verdict == SAME:
        return e.notice != DIFFER
    telling = e.telling and (exact(e) or not strangers(e))
    return close(e) and (telling or base(a.record_id).startswith(PMID))


def marked_by(entry: pd.Series) -> dict[str, str]:
    """What an entry says of its publication, without where it was found."""
    return {field: entry[field] for field in MARKING if field in entry.index}


def as_members(table: pd.DataFrame) -> list[Member]:
    return list(map(Member, *(table[field].tolist() for field in FIELDS)))
