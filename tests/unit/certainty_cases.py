"""Three studies of one analysis, and lines of people about their result."""

from typing import Any

from living_review import ledgers
from living_review.certainty import DOMAINS, OVERALL

# study_id, events, n_known, n_treated, exact interval (rounded), weight
STUDIES = [
    ("a", 18, 20, 25, [0.68, 0.99], 0.25),
    ("b", 30, 60, 60, [0.37, 0.63], 0.70),
    ("c", 1, 1, 1, [0.03, 1.0], 0.05),
]


def synthesis(**changes: Any) -> dict[str, Any]:
    """49 of 81 known, 86 treated; the shares of the model are made up."""
    main = {
        "k": 3,
        "events": 49,
        "n_known": 81,
        "n_treated": 86,
        "n_missing": 5,
        "crude": {"estimate": 49 / 81, "ci": [0.49, 0.71]},
        "bounds": {
            "low": {"estimate": 49 / 86, "events": 49, "total": 86},
            "high": {"estimate": 54 / 86, "events": 54, "total": 86},
        },
        "model": None,
        "proportion": {"estimate": 0.7, "ci": [0.55, 0.82], "pi": [0.2, 0.95]},
        "heterogeneity": {"tau2": 0.31, "tau2_ci": [0.0, 2.5], "i2": 46.0},
        "studies": [
            {
                "study_id": study_id,
                "label": study_id.upper(),
                "events": events,
                "n_known": known,
                "n_treated": treated,
                "estimate": events / known,
                "ci": ci,
                "weight": weight,
            }
            for study_id, events, known, treated, ci, weight in STUDIES
        ],
    }
    return {"analysis": "one", "main": main | changes}


def line(domain: str, judgement: str, who: str = "ann", **cells: str) -> dict[str, str]:
    """A line about the analysis `one`."""
    return dict.fromkeys(ledgers.COLUMNS["grade"], "") | {
        "id": f"{who}-{domain}-{cells.get('rates', CODE)}",
        "analysis": "one",
        "domain": domain,
        "screener": who,
        "judgement": judgement,
        "rates": CODE,
        "starting_level": "high",
        "reason": "" if judgement in ("not_serious", "high") else "invented for a test",
        "time": "2026-12-01T09:00:00Z",
        "protocol_version": "2026.11",
        **cells,
    }


def rating(overall: str = "low", who: str = "ann", code: str = "", **domains: str) -> list[Any]:
    """All lines of one person about a result; domains not named are not serious."""
    cells = {"rates": code or CODE}
    lines = [line(name, domains.get(name, "not_serious"), who, **cells) for name in DOMAINS]
    return [*lines, line(OVERALL, overall, who, **cells)]


CODE = "r0123456789ab"
OTHER_CODE = "rba9876543210"
