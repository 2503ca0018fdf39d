"""Syntheses to draw, small and large, with every part that a figure may show."""

import math

import report_cases as cases
from lxml import etree

from living_review.figures import bias, kinds, output

SVG = "{http://www.w3.org/2000/svg}"


def texts(path):
    return [element.text for element in etree.parse(path).iter(f"{SVG}text")]


def written(folder, kind, synthesis, narrow=False, **words):
    """The texts of a figure, as its SVG holds them."""
    figure = kinds.draw(kind, synthesis, kinds.Captioned(**words), narrow)
    output.write(figure, folder / "plot.svg")
    return texts(folder / "plot.svg")


def many(k):
    return [
        cases.study(f"s{n}", f"Author{n} 20{n:02}", 2000 + n, 10 + n % 5, 20 + n) for n in range(k)
    ]


def grouped(studies, column, levels):
    """A synthesis with the studies dealt out to the levels of a column."""
    synthesis = cases.synthesis("a", cases.pooled(studies))
    found = []
    for n, level in enumerate(levels):
        mine = studies[n :: len(levels)]
        events, known = (sum(study[name] for study in mine) for name in ("events", "n_known"))
        found.append(
            {
                "level": level,
                "k": len(mine),
                "events": events,
                "n_known": known,
                "estimate": events / known,
                "ci": cases.exact(events, known),
                "tau2": 0.21,
                "notes": [],
                "studies": [study["study_id"] for study in mine],
            }
        )
    test = {"q": 3.21, "df": [len(levels) - 1, None], "p": 0.2012, "groups": len(levels)}
    column_told = {"column": column, "tau2": "common", "model": "A model.", "notes": []}
    return {**synthesis, "subgroups": [{**column_told, "levels": found, "between": test}]}


def whole(studies):
    """A synthesis with groups, pooled again and again, and compared by size where k allows."""
    if len(studies) > 3:
        synthesis = grouped(studies, "energy", ["cryoablation", "microwave", "heat"])
    else:
        synthesis = cases.synthesis("a", cases.pooled(studies))
    lines = synthesis["main"]["studies"]
    for study in lines:
        half = 0.5 if study["events"] in (0, study["n_known"]) else 0
        events, others = study["events"] + half, study["n_known"] - study["events"] + half
        study |= {"yi": math.log(events / others), "vi": 1 / events + 1 / others}
    synthesis["cumulative"] = [
        _of(lines[: n + 1]) | {name: study[name] for name in ("study_id", "label", "year")}
        for n, study in enumerate(lines)
    ]
    synthesis["leave_one_out"] = [
        _of([other for other in lines if other is not study])
        | {"study_id": study["study_id"], "label": study["label"], "tau2": 0.3}
        for study in lines
        if len(lines) > 2
    ]
    if len(lines) < 10:
        synthesis["small_study"] = {"refused": f"That takes 10 studies; there are {len(lines)}."}
    else:
        line = {"k": len(lines), "intercept": 0.4, "slope": 2.0, "se_slope": 1.5, "limit": 0.4}
        line |= {"stat": 1.3, "df": 9, "pval": 0.2}
        synthesis["small_study"] = {
            "k": len(lines),
            "peters": line,
            "egger": line,
            "begg": {"tau": 0.1, "pval": 0.6},
            "trim_and_fill": {
                "k0": 1,
                "side": "left",
                **{"estimate": 0.41, "ci": [0.3, 0.5], "without": 0.43},
                "yi": [-1.0 - lines[0]["yi"]],
                "vi": [lines[0]["vi"]],
            },
        }
    return synthesis


def _of(studies):
    events, known = (sum(study[name] for study in studies) for name in ("events", "n_known"))
    modelled = len(studies) > 1
    share = {"estimate": events / known, "ci": cases.exact(events, known)}
    return {"k": len(studies), **share, "modelled": modelled}


ANSWERS = ("low", "high", "unclear", "not applicable", "", "low")


def judged(studies, n_items=10):
    """A checklist answered for all studies but each seventh."""
    asked = [study["study_id"] for n, study in enumerate(studies) if n % 7 != 6]
    return bias.Judged(
        [(f"q{n}", f"Was the thing number {n} reported as it should be?") for n in range(n_items)],
        {
            study_id: {f"q{n}": ANSWERS[(m + n) % len(ANSWERS)] for n in range(n_items)}
            for m, study_id in enumerate(asked)
        },
        {study_id: ("low", "some concerns", "high")[m % 3] for m, study_id in enumerate(asked)},
        {"low": "yes", "high": "no"},
    )
