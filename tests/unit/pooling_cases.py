"""Rows of invented series, as an analysis hands them on."""

import pandas as pd

# By metafor 3.8-1 and by two independent exact fits of the binomial-normal model
SALVAGE = [(63, 64), (11, 16), (24, 36), (5, 9), (41, 62), (18, 25), (3, 6), (9, 11), (14, 22),
           (30, 40), (21, 31), (8, 12)]  # fmt: skip


def rows(series, **columns):
    """A row an arm, one arm a study, from (events, n_known)."""
    table = pd.DataFrame(
        [
            {
                "study_id": f"study-{at:02}",
                "label": f"Author {at:02}",
                "year": 2000 + at,
                "arm_id": "a",
                "n_treated": known,
                "n_known": known,
                "events": events,
                "in_index_review": "no",
                "provisional": False,
                "retracted": False,
                "basis": "full_text",
            }
            for at, (events, known) in enumerate(series)
        ]
    )
    return table.assign(**columns)


def marked(series, *places):
    """True at the places, for a column of marks."""
    return [at in places for at in range(len(series))]
