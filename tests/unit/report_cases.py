"""Reviews to make pages of: an empty one, the kidney review as it stands, a large hostile one."""

from collections.abc import Sequence
from typing import Any

import patients_cases
from scipy import stats

from living_review import consequences, ledgers, risk_of_bias
from living_review.certainty import DOMAINS
from living_review.checklists import items
from living_review.checklists.said import STATES, Said
from living_review.comparison import Difference
from living_review.notices import Event
from living_review.report import provenance, results
from living_review.risk_of_bias import plain
from living_review.second_extraction import Agreement, Compared

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{< include /etc/passwd >}} {{< var version >}} {{{< meta title >}}}",
    "| a | b |\n\n# heading\n::: {.callout-note}\nx\n:::",
    "[click](javascript:alert(1)) ![](http://example.org/x.png) <http://example.org>",
    "$\\input{/etc/passwd}$ \\newcommand{\\x}{y} `code` ```{=html}\n<b>raw</b>\n```",
    "@fig-analysis-ned [@tbl-studies] ^[note] [^1] --- ... \"quoted\" 'it' ~sub~ *em* __b__",
    "</details></main></body></html><!-- ",
    "&lt;b&gt; &#60;i&#62; &amp;amp; &copy;",
    "\x00\x1b[31m\u202eesrever\u2066 \u2028line \ufeff tab\tnew\nline",
    '{#fig-x .class onclick=alert(1)} {.hidden} =HYPERLINK("http://example.org") %PDF `{=latex}`',
    "1. list\n2. list\n- a\n> quote\n    code\n---\ntitle: hijacked\n---",
    "漢字 العربية Ünïcödé e\u0301 🧪 <svg/onload=alert(1)>",
]


def config(**changes: Any) -> dict[str, Any]:
    return {
        "review": {
            "id": "kidney",
            "title": "Salvage after ablation of a renal mass",
            "question": "How do patients fare whose kidney tumour came back after ablation?",
            "protocol_version": "2026.11",
            "language": "en",
            "licence": "CC BY 4.0",
            "continues": {
                "citation": "Askarpour M, Aminsharifi A. Cancers 2025;17(6):974.",
                "doi": "10.3390/cancers17060974",
                "searched": "1981-2024",
                "studies": 29,
                "patients": 364,
            },
        },
        "pico": {
            "population": "adults with earlier ablation for renal cancer and recurrence",
            "intervention": "minimally invasive treatment of the recurrence",
            "comparison": "the treatments against each other",
            "outcomes": "no evidence of disease, recurrence, metastasis, death",
        },
        "search": {
            "strategies": [
                {
                    "id": "medline_1",
                    "source": "MEDLINE",
                    "platform": "PubMed",
                    "query": '("Kidney Neoplasms"[MeSH])\nAND "Ablation Techniques"[MeSH]',
                    "note": "Our own; the published review does not print its strategy.",
                    "press": "not done",
                }
            ],
            "keep_abstracts": False,
            "outdated_after_days": 45,
        },
        "eligibility": [
            {
                "id": "line",
                "topic": "First salvage",
                "rule": "Main analyses count patients at their first salvage.",
            },
            {
                "id": "residual",
                "topic": "Residual tumour",
                "question": "Does an incomplete first ablation count as recurrence?",
            },
        ],
        "screening": {
            "stages": ["title_abstract", "full_text"],
            "screeners_required": {"title_abstract": 2, "full_text": 2},
            "reasons": {
                "not_renal": "Not a renal tumour",
                "no_recurrence": "No recurrence after ablation",
            },
        },
        "vocabularies": {
            "modality": {
                "re_ablation": "re-ablation",
                "nephrectomy": "nephrectomy",
                "active_surveillance": "active surveillance",
            },
            "unit": {"patient": "patient"},
        },
        "outcomes": {
            "ned": {
                "label": "No evidence of disease",
                "definition": "No sign of tumour at last follow-up",
                "better": "higher",
                "says": "were free of disease at last follow-up",
            },
            "no_recurrence": {
                "label": "No recurrence",
                "definition": "No recurrence at last follow-up",
                "better": "higher",
                "says": "had no recurrence",
            },
            "died": {
                "label": "Death",
                "definition": "Death from any cause",
                "better": "lower",
                "says": "died",
            },
        },
        "outcome_sets": [],
        "analyses": [
            {
                "id": "re_ablation_ned",
                "title": "No evidence of disease after repeated ablation",
                "outcome": "ned",
                "where": {"modality": ["re_ablation"], "unit": ["patient"]},
                "published": {"group": "re_ablation", "measure": "no evidence of disease"},
                "model": {"measure": "PLO", "method": "glmm", "test": "t"},
            },
            {
                "id": "nephrectomy_no_recurrence",
                "title": "No recurrence after nephrectomy",
                "outcome": "no_recurrence",
                "where": {"modality": ["nephrectomy"], "unit": ["patient"]},
                "published": {"group": "nephrectomy", "measure": "no recurrence"},
                "model": {"measure": "PLO", "method": "glmm", "test": "t"},
            },
            {
                "id": "surveillance_died",
                "title": "Death during active surveillance",
                "outcome": "died",
                "where": {"modality": ["active_surveillance"]},
                "model": {"measure": "PLO", "method": "glmm", "test": "t"},
            },
        ],
        **changes,
    }


def exact(events: int, total: int) -> list[float]:
    low = 0.0 if events == 0 else float(stats.beta.ppf(0.025, events, total - events + 1))
    high = 1.0 if events == total else float(stats.beta.ppf(0.975, events + 1, total - events))
    return [low, high]


def study(
    study_id: str, label: str, year: int, events: int, known: int, **changes: Any
) -> dict[str, Any]:
    return {
        "study_id": study_id,
        "label": label,
        "year": year,
        "events": events,
        "n_known": known,
        "n_treated": known,
        "estimate": events / known,
        "ci": exact(events, known),
        "weight": None,
        "provisional": False,
        "retracted": False,
        "basis": "abstract" if changes.get("provisional") else "full_text",
        "in_index_review": "unknown",
        **changes,
    }


def bounds(events: int, known: int, treated: int) -> dict[str, Any]:
    best = events + treated - known
    return {
        "low": {"estimate": events / treated, "events": events, "total": treated},
        "high": {"estimate": best / treated, "events": best, "total": treated},
    }


def pooled(studies: list[dict[str, Any]], modelled: bool = True, **changes: Any) -> dict[str, Any]:
    """A POOLED of the contract; the numbers of its model are made up, not computed."""
    events, known, treated = (
        sum(one[name] for one in studies) for name in ("events", "n_known", "n_treated")
    )
    share = events / known if known else None
    modelled = modelled and len(studies) > 1
    if modelled:
        studies = [{**one, "weight": one["n_known"] / known} for one in studies]
    around = lambda down, up: [max(0.0, share - down), min(1.0, share + up)]  # noqa: E731
    return {
        "k": len(studies),
        "events": events,
        "n_known": known,
        "n_treated": treated,
        "n_missing": treated - known,
        "crude": {"estimate": share, "ci": exact(events, known), "interval": "Clopper-Pearson"}
        if known
        else None,
        "bounds": bounds(events, known, treated) if treated else None,
        "estimand": "The median of the true proportions" if modelled else None,
        "model": {
            "measure": "PLO",
            "method": "glmm",
            "test": "t",
            "pi_form": "t_km1",
            "kind": "random-effects model",
            "words": "Binomial-normal model.",
            "estimate": 1.1,
            "se": 0.2,
            "ci": [0.7, 1.5],
            "ci_profile": [0.8, 1.4],
            "pi": [-0.4, 2.6],
            "stat": 5.5,
            "p": 0.0001,
            "df": len(studies) - 1,
        }
        if modelled
        else None,
        "proportion": {
            "name": "Median proportion",
            "estimate": share,
            "marginal": share * 0.9,
            "ci": around(0.05, 0.04),
            "ci_profile": around(0.04, 0.03),
            "pi": around(0.3, 0.2) if len(studies) > 2 else None,
        }
        if modelled
        else None,
        "heterogeneity": {
            "tau2": 0.31,
            "tau2_ci": [0.05, 1.2],
            "i2": 46.0,
            "i2_ci": [5.0, 80.0],
            "i2_form": "tau2",
            "h2": 1.9,
            "q": 100.3,
            "q_df": len(studies) - 1,
            "q_p": 0.001,
            "q_form": "likelihood ratio",
            "tau2_lrt": 12.0,
            "tau2_lrt_p": 0.0003,
        }
        if modelled
        else None,
        "studies": studies,
        "notes": [],
        **changes,
    }


def synthesis(
    analysis: str,
    main: dict[str, Any],
    abstract_only: dict[str, Any] | None = None,
    with_retracted: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The studies that are left out are those marked in with_retracted."""
    studies = with_retracted["studies"] if with_retracted else []
    return {
        "analysis": analysis,
        "main": main,
        "abstract_only": abstract_only,
        "with_retracted": with_retracted,
        "retracted": [{**one, "weight": None} for one in studies if one["retracted"]],
        "not_in_published": {"k": 0, "events": 0, "n_known": 0, "n_treated": 0},
        **rests_on(main["studies"], abstract_only),
    }


def rests_on(studies: list[dict[str, Any]], abstract_only: dict[str, Any] | None) -> dict[str, Any]:
    """What the result rests on, made up like the result itself."""
    shares = [one for one in studies if one["n_known"]]
    line = dict.fromkeys(("k", "events", "n_known", "estimate", "marginal", "ci", "pi"))
    line |= {"estimand": None, "model": None, "notes": [], "refused": "No outcome is unknown."}
    lines = [line | {"id": "unknown_none", "label": "No unknown outcome is an event"}]
    if abstract_only:
        found = abstract_only["proportion"] or abstract_only["crude"]
        made = {name: abstract_only[name] for name in ("k", "events", "n_known", "estimand")}
        lines.append(
            line
            | {"id": "abstract_only", "label": "With what was not read in full text"}
            | {"estimate": found["estimate"], "ci": found["ci"], "refused": None}
            | {"model": "Binomial-normal model." if abstract_only["proportion"] else None}
            | made
            | {"notes": studies and [studies[0]["label"]]}
        )
    step = [
        {
            "study_id": one["study_id"],
            "label": one["label"],
            "k": len(shares),
            "estimate": one["estimate"],
            "ci": one["ci"],
            "tau2": 0.3,
            "modelled": True,
        }
        for one in shares
    ]
    return {
        "sensitivity": lines,
        "leave_one_out": step,
        "cumulative": [{**one, "year": 2000} for one in step],
        "influence": [
            dict.fromkeys(("rstudent", "cooks_d", "dfbetas", "hat", "tau2_del"), 0.1)
            | {"study_id": one["study_id"], "label": one["label"], "influential": True}
            for one in shares
        ],
        "influence_model": "Random-effects model of logits.",
        "small_study": {"k": len(shares), "refused": "Not tested."},
        "subgroups": [
            {
                "column": "modality",
                "tau2": "common",
                "model": "Random-effects model of logits.",
                "levels": [
                    {
                        "level": one["label"],
                        "k": 1,
                        "events": one["events"],
                        "n_known": one["n_known"],
                        "estimate": one["estimate"],
                        "ci": one["ci"],
                        "tau2": 0.3,
                    }
                    for one in shares[:12]
                ],
                "between": {"q": 2.9, "df": [1, 23], "p": 0.1, "groups": 2},
                "notes": [one["label"] for one in shares[:12]],
            }
        ],
    }


NOTHING_YET = ["No eligible study reports this yet."]


def empty() -> dict[str, Any]:
    """A review on its first day: a protocol, no predecessor, nothing in its tables."""
    protocol = config(analyses=config()["analyses"][2:])
    review = {key: value for key, value in protocol["review"].items() if key != "continues"}
    return results.collect(
        config={**protocol, "review": review, "eligibility": []},
        tables={"studies": [], "reports": [], "arms": [], "outcomes": []},
        syntheses={
            "surveillance_died": synthesis("surveillance_died", pooled([], notes=NOTHING_YET))
        },
    )


PUBLISHED = [
    ("all", "studies", 29, None, ""),
    ("all", "patients", 364, None, ""),
    ("all", "treated by re-ablation", 249, 364, "68.4"),
    ("all", "managed by active surveillance", 33, 364, "9"),
    ("re_ablation", "no evidence of disease", 179, 249, "71.9"),
    ("re_ablation", "recurrence", 67, 249, "26.9"),
    ("nephrectomy", "no recurrence", 63, 64, "98.4"),
    ("active_surveillance", "died", 4, 33, ""),
]


def published() -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "measure": measure,
            "events": events,
            "total": total,
            "percent_as_printed": printed,
            "percent": printed or None,
            "ci": exact(events, total) if total else None,
            "bounds": bounds(events, total, 82 if group == "nephrectomy" else total)
            if total
            else None,
        }
        for group, measure, events, total, printed in PUBLISHED
    ]


ABSTRACTS = [
    ("matsumoto2005", "Matsumoto ED 2005", 2005, "pmid:15882715", 1, 1),
    ("ir2020", "Interventional Radiology 2020;5(2):77-81", 2020, "", 3, 0),
]


def kidney_tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("studies", "reports", "arms", "outcomes")
    }
    rest = [
        ("margue2022", "Margue G 2022", 2022, "doi:10.23736/S2724-6051.22.04693-6", 11, None),
        (
            "salvage2021",
            "Salvage robot-assisted renal surgery 2021",
            2021,
            "pmid:34088520",
            35,
            None,
        ),
        ("amadane2021", "Amadane N 2021", 2021, "", 3, None),
    ]
    for key, label, year, record, n, events in [*ABSTRACTS, *rest]:
        tables["studies"].append(
            {
                "study_id": key,
                "label": label,
                "year": year,
                "in_index_review": "unknown",
                "in_index_evidence": "",
            }
        )
        tables["reports"].append(
            {"study_id": key, "record_id": record, "citation": label, "kind": "article"}
        )
        tables["arms"].append(
            {
                "study_id": key,
                "arm_id": f"{key}-1",
                "label": "salvage",
                "modality": "re_ablation",
                "n_patients": n,
            }
        )
        if events is not None:
            tables["outcomes"].append(
                {
                    "study_id": key,
                    "arm_id": f"{key}-1",
                    "outcome": "ned",
                    "n_treated": n,
                    "n_known": n,
                    "events": events,
                    "time_point": "last follow-up",
                    "followup_measure": "",
                    "followup_value": None,
                    "followup_unit": "",
                    "basis": "abstract",
                    "source_record": record,
                    "source_place": "abstract",
                    "quote": "all cases are free of disease at last follow-up",
                    "extracted_by": "seed",
                    "checked_by": "",
                }
            )
    return tables


def kidney(**changes: Any) -> dict[str, Any]:
    """The first review as it is: published totals, five provisional arms, 123 records to screen."""
    provisional = [
        study(key, label, year, events, n, provisional=True)
        for key, label, year, _, n, events in ABSTRACTS
    ]
    nothing = pooled([], notes=NOTHING_YET)
    given = {
        "config": config(),
        "tables": kidney_tables(),
        "syntheses": {
            "re_ablation_ned": synthesis(
                "re_ablation_ned", nothing, pooled(provisional, modelled=False)
            ),
            "nephrectomy_no_recurrence": synthesis("nephrectomy_no_recurrence", nothing),
            "surveillance_died": synthesis("surveillance_died", nothing),
        },
        "published": published(),
        "waiting": {
            "screen": [
                {
                    "record_id": f"pmid:{34000000 + n}",
                    "stage": "title_abstract",
                    "voters": ["ann"] if n == 0 else [],
                    "title": f"Percutaneous cryoablation of small renal masses: series {n}",
                    "authors": "Amadane N; Matsumoto ED",
                    "year": str(1990 + n % 35),
                    "journal": "Journal of Endourology",
                }
                for n in range(123)
            ]
        },
        "screeners": ["ann", "bob"],
        "searches": [
            {
                "id": "hand-1",
                "kind": "import",
                "source": "hand search",
                "platform": "",
                "strategy": "none",
                "date": "2026-11-01",
                "file": "records.csv",
                "found": 123,
                "read": 123,
                "quarantined": 0,
                "new": 123,
            }
        ],
        **changes,
    }
    return results.collect(**given, vocabulary_of={"modality": "modality", "unit": "unit"})


def duplicates() -> dict[str, Any]:
    """A doubtful pair, a conflict and an alarm for every hostile text."""
    said = [
        {"record_id": f"doi:10.1000/{n}|<", "title": text, "authors": text, "year": "2001"}
        | {"journal": text, "volume": text, "pages": text, "doi": f"10.1000/{n}|<"}
        for n, text in enumerate(HOSTILE)
    ]
    couples = [[one, said[0]] for one in said]
    ids = [{"record_id_1": one["record_id"], "record_id_2": "r"} for one in said]
    return {
        "ask": [
            {**named, "rank": n, "verdict": "ask", "link": "copy", "rule": "same pages"}
            | {"score": 0.5, "why": "title 98%, authors 100%; other DOI", "records": couple}
            for n, (named, couple) in enumerate(zip(ids, couples, strict=True), start=1)
        ],
        "conflicts": [
            {**named, "kind": "opposite decisions", "decisions": f"{couple[0]['title']}:1 bob:2"}
            | {"why": "counted as undecided", "records": couple}
            for named, couple in zip(ids, couples, strict=True)
        ],
        "alarms": [
            {"work_id": one["record_id"], "title": one["title"], "records": 21, "dois": 4}
            | {"why": "more than 20 records or 3 DOIs in a work"}
            for one in said
        ],
        "table": "results/works/0123.queue.csv",
    }


def related(text: str) -> dict[str, Any]:
    """A work that has to do with one that waits."""
    link = {"link": "version", "rule": "preprint of it"}
    return {"record_id": text, "title": text, "studies": [text]} | link


def one_study(text: str) -> dict[str, Any]:
    """Two reports, of different studies, that may be of one."""
    cited = {"title": text, "authors": text, "year": "2001", "journal": text, "doi": ""}
    reports = [cited | {"record_id": f"{text}{n}", "studies": [f"{text}{n}"]} for n in (1, 2)]
    return {"link": "companion", "rule": "another report of it", "why": text, "reports": reports}


def codebook() -> list[dict[str, Any]]:
    """A table with a column for every hostile text."""
    fields = [
        {
            "name": text,
            "type": "number",
            "unit": text,
            "description": text,
            "example": text,
            "constraints": {"enum": [text], "minimum": 0, "required": True},
        }
        for text in HOSTILE
    ]
    return [{"title": HOSTILE[0], "path": HOSTILE[1], "schema": {"fields": fields}}]


def judged(study_id: str = "s1", text: str = "p. 2, all of them", **cells: str) -> dict[str, Any]:
    """Two raters who agree on item 1, differ on item 2, and gave no overall judgement."""
    rows = [
        {
            "study_id": study_id,
            "result": "",
            "tool": "jbi_case_series",
            "item": item,
            "answer": answer,
            "support": text,
            "source_place": text,
            "role": "rating",
            "rater": rater,
        }
        | cells
        for item, rater, answer in (
            ("1", "ann", "yes"),
            ("1", "bob", "yes"),
            ("2", "ann", "yes"),
            ("2", "bob", "no"),
        )
    ]
    tools = risk_of_bias.read()
    protocol = {"tools": ["jbi_case_series", "minors"]}
    return plain.of_review(risk_of_bias.appraisals(rows, tools), tools, protocol)


def taken() -> dict[str, Any]:
    """Differences, agreement, other sources and corrections with every hostile text."""
    names = ("table", "key", "column", "obtained", "source_record", "source_place", "quote")
    names += ("extracted_by", "extracted_on", "checked_by", "checked_on", "old", "new", "why")
    lines = [dict.fromkeys((*names, "who", "date"), text) for text in HOSTILE]
    found = [Difference(text, text, text, text, "") for text in HOSTILE]
    agreement = (Agreement(HOSTILE[0], HOSTILE[1], 10, 9, 1),)
    compared = [Compared(HOSTILE[0], ("s1",), agreement, tuple(found), tuple(found))]
    return provenance.of_review({}, compared, lines, lines, extractors=2) | {"rows": 3}


def published_before(text: str, number: int = 0) -> dict[str, Any]:
    """A version, for the list of versions; number: of its month, the first is 0."""
    return {
        "version": f"2026.10.{number}" if number else "2026.10",
        "published_on": "2026-10-01",
        "published_by": text,
        "why": [text],
        "note": text,
        "searched_on": "2026-09-30",
        "included": [text],
    }


def moved(text: str) -> dict[str, Any]:
    """How a result came from the last version to now, one hostile study being new."""
    old = {"kind": "crude", "k": 1, "events": 2, "n_known": 8, "estimate": 0.25, "ci": [0.1, 0.5]}
    new = old | {"k": 2, "events": 6, "n_known": 12, "estimate": 0.5, "ci": [0.2, 0.8]}
    study = {"study_id": text, "label": text, "change": "added", "without": old, "moved": 0.25}
    return {
        "old": old,
        "old_by_now": old | {"estimate": 0.3},
        "new": new,
        "studies": [study, study | {"moved": None, "change": "dropped"}],
        "remainder": -0.05,
        "versions": [{"version": "2026.10", "published": old, "by_now": old}],
    }


def full() -> dict[str, Any]:
    """Sixty studies, every outside text hostile, everything filled in."""
    evil = [f"{HOSTILE[n % len(HOSTILE)]} {n}" for n in range(60)]
    studies = [
        study(
            f"s{n}",
            evil[n],
            1990 + n // 2,
            20 + n % 20,
            40 + n % 7,
            n_treated=42 + n % 7,
            in_index_review="no",
        )
        for n in range(60)
    ]
    few = [study("s1", "Alpha A 2001", 2001, 5, 7), study("s2", "Beta B 2005", 2005, 3, 9)]
    one = [study("s1", "Alpha A 2001", 2001, 2, 7)]
    protocol = config()
    protocol["review"] = {
        **protocol["review"],
        "title": f"Hostile {HOSTILE[0]}",
        "question": HOSTILE[1],
        "contact": HOSTILE[3],
        "funding": HOSTILE[4],
        "interests": HOSTILE[5],
        "team": [{"id": "ada", "role": HOSTILE[6]}],
    }
    protocol["pico"] = dict(zip(protocol["pico"], HOSTILE, strict=False))
    protocol["analyses"][0]["title"] = f"Analysis {HOSTILE[9]}"
    protocol["outcomes"]["ned"]["thresholds"] = [0.725, 0.5]
    protocol["analyses"][0]["direct"] = {"energy": ["rfa"]}
    protocol["outcomes"]["ned"] |= {"definition": HOSTILE[10], "harm": True}
    protocol["outcomes"]["died"] |= {"label": HOSTILE[2], "harm": True}
    protocol["descriptions"] = patients_cases.hostile_descriptions(HOSTILE)
    protocol["search"]["strategies"][0]["query"] = "\n".join(HOSTILE)
    protocol["eligibility"] += [
        {"id": f"e{n}", "topic": text, "question" if n % 2 else "rule": text}
        for n, text in enumerate(HOSTILE)
    ]
    tables = {
        "studies": [
            {"study_id": one["study_id"], "label": one["label"], "year": one["year"]}
            for one in studies
        ],
        "reports": [
            {
                "study_id": f"s{n}",
                "record_id": ("pmid:1234567", "doi:10.1000/a(b)<c>|d", "rec:0011", "pmid:1)](x")[
                    n % 4
                ],
                "citation": evil[n],
                "kind": "article",
            }
            for n in range(60)
        ],
        "arms": [
            {"study_id": f"s{n}", "arm_id": f"s{n}-1", "label": evil[n], "n_patients": 42}
            for n in range(60)
        ],
        "outcomes": [
            {
                "study_id": f"s{n}",
                "arm_id": f"s{n}-1",
                "outcome": "ned",
                "n_treated": 42 + n % 7,
                "n_known": 40 + n % 7,
                "events": 20 + n % 20,
                "time_point": "last follow-up",
                "followup_measure": "median",
                "followup_value": 36,
                "followup_unit": "months",
                "basis": "full_text",
                "source_record": "pmid:1234567",
                "source_place": evil[n],
                "quote": evil[(n + 5) % 60],
            }
            for n in range(60)
        ],
    }
    first = synthesis("re_ablation_ned", pooled(studies, notes=HOSTILE), None)
    one_out = pooled([*few, study("s4", HOSTILE[0], 2004, 4, 8, retracted=True)])
    first["not_in_published"] = {"k": 60, "events": 1700, "n_known": 2500, "n_treated": 2620}
    extra = [study("a1", "Abstract A 2024", 2024, 2, 4, provisional=True)]
    return kidney(
        config=protocol,
        tables=tables,
        syntheses={
            "re_ablation_ned": first,
            "nephrectomy_no_recurrence": synthesis(
                "nephrectomy_no_recurrence", pooled(few), pooled(few + extra), one_out
            ),
            "surveillance_died": synthesis(
                "surveillance_died",
                pooled(one, modelled=False, notes=["One study is shown, not pooled."]),
            ),
        },
        waiting={
            name: [
                {
                    "record_id": "doi:10.1000/x",
                    "stage": "full_text",
                    "voters": [text],
                    "title": text,
                    "authors": text,
                    "year": "2001",
                    "journal": text,
                    "related": [related(text)],
                }
                for text in HOSTILE
            ]
            for name in ("screen", "full_text", "extract")
        }
        | {"one_study": [one_study(text) for text in HOSTILE]},
        screeners=HOSTILE,
        duplicates=duplicates(),
        searches=[
            {
                "id": "2026-11-01",
                "kind": "search",
                "source": HOSTILE[0],
                "platform": HOSTILE[2],
                "strategy": "medline_1",
                "date": "2026-11-01",
                "file": "",
                "found": 100,
                "read": 99,
                "quarantined": 1,
                "new": 3,
            }
        ],
        attempts=[
            {
                "time": "2026-11-01T05:00:00Z",
                "strategy_id": "medline_1",
                "outcome": "complete",
                "run": "2026-11-01-medline_1",
                "found": "100",
                "new": "3",
                "gone": "0",
                "revised": "0",
                "fetched": "3",
                "note": HOSTILE[6],
            }
        ],
        runs=[
            searched(
                translated=HOSTILE[1],
                findings=[{"kind": "phrase", "words": text} for text in HOSTILE],
            )
        ],
        overlap_decisions=[
            {
                "id": text,
                "study_id_1": "s1",
                "study_id_2": f"s{n + 2}" if n % 2 else text,
                "screener": text,
                "decision": ("same", "separate", "partly")[n % 3],
                "reason": text,
                "time": "",
                "supersedes": "",
            }
            for n, text in enumerate(HOSTILE)
        ],
        overlap_left_out={"re_ablation_ned": ["s1"]},
        references={
            record_id: referenced("; ".join(HOSTILE))
            for record_id in ("pmid:1234567", "doi:10.1000/a(b)<c>|d")
        },
        provenance=taken(),
        codebook=codebook(),
        risk_of_bias=judged(text="; ".join(HOSTILE)),
        versions={
            "this": "",
            "before": "2026.10",
            "every": [published_before(text, n) for n, text in enumerate(HOSTILE)][::-1],
        },
        changes={"re_ablation_ned": moved(HOSTILE[0]), "surveillance_died": moved(HOSTILE[5])},
        included=[f"s{n}" for n in range(60)],
        courses=patients_cases.hostile_courses(HOSTILE, [a["id"] for a in protocol["analyses"]]),
        descriptions=patients_cases.hostile_described(HOSTILE),
        events=[
            Event(*told, kind, *[text] * 3, f"2026-11-{n:02}")
            for n, text in enumerate(HOSTILE, start=1)
            for told, kind in (
                (("pmid:1234567", ""), "retraction"),
                (("pmid:7654321", "10.1000/a(b)<c>|d"), "expression_of_concern"),
                (("pmid:7654321", "10.1000/a(b)<c>|d"), "erratum"),
            )
        ],
        event_decisions=[
            *(decided(text, "pmid:1234567", reason=text) for text in HOSTILE),
            decided("bob", "pmid:1234567", decision="exclude"),
            decided("bob", HOSTILE[0], reason=HOSTILE[1]),
        ],
        warnings=HOSTILE,
        said=said_of_items(),
        ratings=[
            judgement(
                domain, "serious" if domain in DOMAINS else "low", analysis["id"], reason=text
            )
            for analysis in protocol["analyses"]
            for text in HOSTILE
            for domain in ("imprecision", "overall")
        ],
        bias_by_outcome={"ned": {f"s{n}": ("low", "some", "high")[n % 3] for n in range(40)}},
    )


def referenced(text: str) -> dict[str, str]:
    """What a report is cited by, a hostile text everywhere."""
    fields = ("title", "authors", "names", "year", "journal", "volume", "issue", "pages", "issn")
    return dict.fromkeys((*fields, "doi", "pmid", "pmcid", "language", "publication_types"), text)


def said_of_items() -> dict[str, dict[str, Said]]:
    """A hostile text about as many items, in every state."""
    numbers = items.read()["prisma_2020"].items
    return {
        "prisma_2020": {
            number: Said(STATES[n % len(STATES)], text)
            for n, (number, text) in enumerate(zip(numbers, HOSTILE, strict=False))
        }
    }


def judgement(
    domain: str, said: str, analysis: str, who: str = "ann", **cells: str
) -> dict[str, str]:
    """A line about the certainty of a result; of an earlier one unless `rates` says otherwise."""
    return dict.fromkeys(ledgers.COLUMNS["grade"], "") | {
        "id": f"{who}-{domain}-{cells.get('reason', '')}",
        "analysis": analysis,
        "domain": domain,
        "screener": who,
        "judgement": said,
        "rates": "r000000000000",
        "starting_level": "high",
        "time": "2026-12-01T09:00:00Z",
        **cells,
    }


def searched(**told):
    """A search that was completed, as reads.searched tells of it."""
    counts = {"found": 100, "fetched": 3, "not_retrievable": 1, "back": 0, "gone": 2, "revised": 4}
    run = {
        "id": "2026-11-01-medline_1",
        "strategy_id": "medline_1",
        "date": "2026-11-01",
        "translated": "kidney[tiab]",
        "counts": {**counts, "events": 1},
        "findings": [],
        "recall": {
            **{"in_medline": 15, "found": 14, "recall": 14 / 15, "not_checked": ["rec:1"]},
            "missed": [{"pmid": "1", "doi": "", "title": HOSTILE[3], "year": "2020"}],
            "not_in_medline": ["doi:10.1000/absent"],
        },
    }
    return {**run, **told}


def decided(who: str, record_id: str, decision: str = "keep", **cells: str) -> dict[str, str]:
    """A line of the ledger about a retraction, from after all notices."""
    return dict.fromkeys(ledgers.COLUMNS["events"], "") | {
        "id": f"{who}-1",
        "record_id": record_id,
        "event": "retraction",
        "screener": who,
        "decision": decision,
        "time": "2026-12-24T09:00:00Z",
        **cells,
    }


def seen(record_id: str, kind: str, notice: str = "pmid:99", doi: str = "") -> Event:
    cited = "J Invented. 2026;1:1" if notice else ""
    return Event(record_id, doi, kind, notice, cited, f"Paper {record_id}", "2026-12-02")


# study_id, label, the record of its report, events, n_known
FOUR = [
    ("doe2020", "Doe J 2020", "pmid:11", 3, 9),
    ("roe2021", "Roe R 2021", "doi:10.1000/roe", 4, 8),
    ("poe2022", "Poe A 2022", "pmid:13", 5, 12),
    ("coe2023", "Coe C 2023", "rec:0123456789abcdef", 6, 20),
]


def four(
    events: Sequence[Event] = (), lines: Sequence[dict[str, str]] = (), **changes: Any
) -> dict[str, Any]:
    """Four included studies in one analysis; what became of them is up to the test."""
    reports = [
        {"study_id": key, "record_id": record, "citation": label, "kind": "article"}
        for key, label, record, _, _ in FOUR
    ]
    out = consequences.out(reports, consequences.findings(events, lines))
    every = [
        study(key, label, int(label[-4:]), n, known, retracted=key in out)
        for key, label, _, n, known in FOUR
    ]
    main = pooled([one for one in every if not one["retracted"]])
    given = {
        "config": config(analyses=config()["analyses"][:1]),
        "tables": {
            "studies": [
                {
                    "study_id": key,
                    "label": label,
                    "year": int(label[-4:]),
                    "in_index_review": "no",
                    "in_index_evidence": "invented",
                }
                for key, label, *_ in FOUR
            ],
            "reports": reports,
            "arms": [],
            "outcomes": [],
        },
        "syntheses": {
            "re_ablation_ned": synthesis(
                "re_ablation_ned", main, None, pooled(every) if out else None
            )
        },
        "included": [key for key, *_ in FOUR],
        "events": events,
        "event_decisions": lines,
        "published": [],
        "runs": [],
        **changes,
    }
    return results.collect(**given)


def became() -> dict[str, Any]:
    """Of four studies one was retracted, one kept after it, one is doubted, one corrected."""
    return four(
        [
            seen("pmid:11", "retraction"),
            seen("pmid:12", "retraction", "", doi="10.1000/roe"),
            seen("pmid:13", "expression_of_concern"),
            seen("pmid:13", "erratum"),
        ],
        [decided("ann", "doi:10.1000/roe", reason="The notice is about another paper")],
    )


CASES = {"empty": empty, "kidney": kidney, "full": full, "became": became}
