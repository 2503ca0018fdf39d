"""Arms of studies to compare, and the comparison that is asked of them."""

ASKED = {
    "id": "re_ablation_or_nephrectomy",
    "outcome": "recurrence",
    "between": {
        "column": "modality",
        "groups": [
            {"label": "Re-ablation", "values": ["re_ablation"]},
            {"label": "Nephrectomy", "values": ["nephrectomy"]},
        ],
    },
    "where": {"unit": ["patient"], "time_point": ["last_follow_up"]},
    "measure": "OR",
    "least_studies": 5,
}


def arm(study, side, events, known, treated=None, **changes):
    """A row of an arm, as contrasts.rows gives it."""
    return {
        "study_id": study,
        "arm_id": f"{study}-{side}",
        "label": study.replace("_", " ").title(),
        "year": 2020,
        "in_index_review": "no",
        "n_treated": known if treated is None else treated,
        "n_known": known,
        "events": events,
        "time_point": "last_follow_up",
        "followup_measure": "median",
        "followup_value": 24,
        "followup_unit": "months",
        "basis": "full_text",
        "provisional": False,
        "retracted": False,
        "side": side,
    } | changes


def pair(study, a, n1, c, n2, **changes):
    """Both arms of a study that reports both sides."""
    return [arm(study, 0, a, n1, **changes), arm(study, 1, c, n2, **changes)]


BOTH = [  # studies that report both sides
    *pair("adams", 4, 20, 9, 24),
    *pair("baker", 7, 31, 12, 28),
    *pair("clark", 2, 15, 3, 17),
    *pair("davis", 9, 40, 8, 22),
]
SINGLE = [  # studies of one side
    *(arm("evans", 0, 3, 18), arm("frank", 0, 11, 42), arm("ghosh", 0, 5, 20)),
    *(arm("hills", 0, 6, 35), arm("irwin", 1, 10, 25), arm("jones", 1, 7, 31)),
    *(arm("klein", 1, 13, 30), arm("lopez", 1, 4, 19)),
]
