"""Deduplication: which records are one work; each batch costs by its own size.

identify   final ids of a batch: known records found again, others new
prepare    what is kept of every record: normal forms and blocking keys
bridges    pairs of records that one entry turns out to be both of
compare    newcomers against library + newcomers: pairs with a verdict and its reasons
works      components of pairs under people's decisions
queue      pairs for people to look at
related    works that may report on one study
"""

from living_review.dedup.identity import bridges, identify
from living_review.dedup.members import prepare
from living_review.dedup.pairs import compare
from living_review.dedup.works import Works, queue, related, works

__all__ = ["Works", "bridges", "compare", "identify", "prepare", "queue", "related", "works"]
