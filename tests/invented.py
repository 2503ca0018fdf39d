"""Studies that nobody published, put into a review as people would."""

# study, events of 12 treated and 11 known
STUDIES = {"ant": 2, "bee": 5, "cat": 3, "dog": 7, "eel": 4}


def include(id_, record_id, person):
    """A line of a ledger: a person includes a record on its full text."""
    return {
        "id": id_,
        "record_id": record_id,
        "screener": person,
        "stage": "full_text",
        "decision": "include",
        "reason": "",
        "time": "2026-11-02T09:00:00Z",
        "protocol_version": "2026.11",
        "supersedes": "",
        "note": "",
    }


def included_study(review):
    """A study with a full-text outcome that two people included; its tables and ledgers."""
    review.write_table(
        "extraction/studies.csv",
        [
            *review.table("extraction/studies.csv"),
            blank(review, "extraction/studies.csv")
            | {
                "study_id": "doe_2026",
                "label": "Doe 2026",
                "year": "2026",
                "in_index_review": "no",
                "in_index_evidence": "published after it",
                "basis": "full_text",
                "source_record": "pmid:99999999",
                "source_place": "page 1",
                "quote": "invented for a test",
                "extracted_by": "ann",
                "extracted_on": "2026-11-01",
            },
        ],
    )
    review.write_table(
        "extraction/reports.csv",
        [
            *review.table("extraction/reports.csv"),
            blank(review, "extraction/reports.csv")
            | {
                "study_id": "doe_2026",
                "record_id": "pmid:99999999",
                "citation": "Doe J. Invented for a test. 2026.",
                "kind": "journal_article",
            },
        ],
    )
    add_arm(review, "doe_2026")
    for person in ("ann", "bob"):
        review.write_table(
            f"decisions/screening/{person}.csv",
            [include(f"{person}-1", "pmid:99999999", person)],
        )


def blank(review, table):
    return dict.fromkeys(review.table(table)[0], "")


def add_arm(review, study):
    source = {
        "basis": "full_text",
        "source_record": "pmid:99999999",
        "source_place": "table 2",
        "quote": "invented for a test",
        "extracted_by": "ann",
        "extracted_on": "2026-11-01",
    }
    review.write_table(
        "extraction/arms.csv",
        [
            *review.table("extraction/arms.csv"),
            blank(review, "extraction/arms.csv")
            | source
            | {
                "study_id": study,
                "arm_id": "re_ablation",
                "label": "Repeat ablation",
                "modality": "re_ablation",
                "approach": "percutaneous",
                "failure": "recurrence",
                "unit": "patient",
                "salvage_line": "first",
                "n_patients": "12",
            },
        ],
    )


def add_outcome(review, study, outcome, events):
    review.write_table(
        "extraction/outcomes.csv",
        [
            *review.table("extraction/outcomes.csv"),
            blank(review, "extraction/outcomes.csv")
            | {
                "study_id": study,
                "arm_id": "re_ablation",
                "outcome": outcome,
                "n_treated": "12",
                "n_known": "11",
                "events": str(events),
                "time_point": "last_follow_up",
                "basis": "full_text",
                "source_record": "pmid:99999999",
                "source_place": "table 2",
                "quote": "invented for a test",
                "extracted_by": "ann",
                "extracted_on": "2026-11-01",
            },
        ],
    )


def five_studies(review):
    """Read in full text and included by two people; they differ in energy and follow-up."""
    studies = {f"{name}_2026": events for name, events in STUDIES.items()}
    source = {
        "basis": "full_text",
        "source_place": "page 1",
        "quote": "invented for a test",
        "extracted_by": "ann",
        "extracted_on": "2026-11-01",
    }
    record = {study: f"pmid:9999999{at}" for at, study in enumerate(studies)}
    named, reports = "extraction/studies.csv", "extraction/reports.csv"
    review.write_table(
        named,
        review.table(named)
        + [
            blank(review, named)
            | source
            | {"study_id": study, "label": study.replace("_", " ").title(), "year": "2026"}
            | {"in_index_review": "no", "in_index_evidence": "published after it"}
            | {"source_record": record[study]}
            for study in studies
        ],
    )
    review.write_table(
        reports,
        review.table(reports)
        + [
            blank(review, reports)
            | {"study_id": study, "record_id": record[study], "kind": "journal_article"}
            | {"citation": "Invented for a test. 2026."}
            for study in studies
        ],
    )
    for study, events in studies.items():
        add_arm(review, study)
        add_outcome(review, study, "recurrence", events)
        for table in ("extraction/arms.csv", "extraction/outcomes.csv"):
            change(review, table, study, source_record=record[study])
    for person in ("ann", "bob"):
        review.write_table(
            f"decisions/screening/{person}.csv",
            [include(f"{person}-{study}", record[study], person) for study in studies],
        )
    change(review, "extraction/outcomes.csv", "ant_2026", followup_value="24")
    change(review, "extraction/outcomes.csv", "bee_2026", followup_value="3")
    for study in ("ant_2026", "bee_2026"):
        units = {"followup_measure": "median", "followup_unit": "months"}
        change(review, "extraction/outcomes.csv", study, **units)
    for study, energy in zip(studies, ("rfa", "rfa", "cryo", "cryo", "rfa"), strict=True):
        change(review, "extraction/arms.csv", study, energy=energy)


def change(review, table, study, **cells):
    rows = review.table(table)
    for row in rows:
        if row["study_id"] == study:
            row |= cells
    review.write_table(table, rows)


HOSTILE = (
    "<script>window.ran = 1</script>",
    '<img src=x onerror="window.ran = 1">',
    "[click](javascript:window.ran=1)",
    "![](https://example.org/seen.png)",
    "{{< include /etc/passwd >}}",
    "```{python} print(1) ```",
    "`r 1 + 1`{=html}",
    "$\\input{/etc/passwd}$",
    '=HYPERLINK("https://example.org")',
    "</title></svg><svg onload=window.ran=1>",
    ":::{.callout-note} *not emphasised* :::",
    '" autofocus onfocus=window.ran=1 x="',
)


def hostile_words(review):
    """What comes from outside, in every place where people see it, tries to be more than words."""
    for table, column in (
        ("extraction/studies.csv", "label"),
        ("extraction/studies.csv", "quote"),
        ("extraction/reports.csv", "citation"),
        ("extraction/arms.csv", "label"),
        ("extraction/outcomes.csv", "quote"),
        ("extraction/outcomes.csv", "source_place"),
    ):
        rows = review.table(table)
        ours = [row for row in rows if row["study_id"].removesuffix("_2026") in STUDIES]
        for at, words in enumerate(HOSTILE):
            row = ours[at % len(ours)]
            row[column] = f"{row[column]} {words}"
        review.write_table(table, rows)
