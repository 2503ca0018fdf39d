"""The PRISMA 2020 flow of records, from what was found to what is included.

of_works         counts of every box with the works in it, checked
once             the same with each record in one list, as it is written
count            the same, not checked
balance          the equations that counts break
require_balance  refuse counts that break one

Words, layout and drawing (flow.wording, flow.layout, flow.svg) are not imported here: what counts
doesn't change with how it looks.
"""

from living_review.flow.counts import count
from living_review.flow.equations import balance, require_balance
from living_review.flow.listing import of_works, once

__all__ = ["balance", "count", "of_works", "once", "require_balance"]
