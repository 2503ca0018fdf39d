"""Screening in other programs: what waits as a file for them, their decisions as lines of a ledger.

export writes the queue; decisions reads what people decided elsewhere; matching finds the works
that it is about; taking makes it lines of their ledger.

bibtex and csl write references for those who cite; RIS is in export.
"""

# What carries the id of a work there and back: a column of tables, a note of references. ASReview
# takes whole numbers only in a column of the name record_id.
ID = "living_review_id"
