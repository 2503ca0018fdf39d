"""What the page says of patients, of time and of harms."""

from typing import Any

import patients_cases as cases
import pytest
import report_cases
from patients_cases import AGE, RECURRENCE, arm, outcome

from living_review.report import analyses, answers, harms, patients, results, words

PROTOCOL = report_cases.config(
    outcomes={
        "recurrence": {
            "label": "Recurrence",
            "definition": "It came back",
            "better": "lower",
            "says": "had a recurrence",
        },
        "severe": {
            "label": "Severe complications",
            "definition": "Grade III or more",
            "better": "lower",
            "says": "had a severe complication",
            "harm": True,
        },
    },
    analyses=[RECURRENCE],
    descriptions=[AGE],
)


def page(tables: dict[str, Any], included: Any = None, **changes: Any) -> dict[str, Any]:
    """Results of studies that are all included, unless some are named."""
    ids = [row["study_id"] for row in tables["studies"]] if included is None else included
    records = [row["record_id"] for row in tables["reports"] if row["study_id"] in ids]
    found = cases.followed(tables, included=records)
    counted = [
        report_cases.study(row["study_id"], row["study_id"], 2020, row["events"], row["n_known"])
        for row in tables["outcomes"]
        if row["study_id"] in ids
        and (row["outcome"], row["time_point"]) == ("recurrence", "last_follow_up")
    ]
    return results.collect(
        config={**PROTOCOL, **changes},
        tables=tables,
        syntheses={
            RECURRENCE["id"]: report_cases.synthesis(RECURRENCE["id"], report_cases.pooled(counted))
        },
        courses={RECURRENCE["id"]: found},
        descriptions={"age": cases.described(AGE, tables)},
        included=ids,
    )


def ages(*values: float, kind: str = "median", **cells: Any) -> dict[str, Any]:
    return cases.tables(
        [arm(f"s{n}", age=value, age_average=kind, **cells) for n, value in enumerate(values)]
    )


def test_averages_are_shown_with_how_many_studies_report_them():
    """Each kind with its range; pooled medians with their method."""
    said = patients.part(page(ages(60, 62.5, 65, 66, 68, 71)))
    assert "**Reported by.** 6 of 6 studies." in said
    assert "As reported: median 60 to 71 years (6 studies)." in said
    assert "| Median of medians, weighted by patients | 6 | 120 | 65.5 | 60.0 to 71.0 |" in said
    assert "McGrath et al. 2019" in said
    assert "REML" not in said


def test_pooled_means_have_interval_and_prediction_interval():
    """Never beside medians without being told apart."""
    said = patients.part(page(ages(60, 65, 70, kind="mean", age_sd=10)))
    assert "| Pooled mean | 3 | 60 | 65.0 |" in said
    assert "| Prediction interval (a further study) |" in said
    assert patients.APART in said


def test_too_few_are_described():
    """The number is stated from which there is pooling."""
    said = patients.part(page(ages(60, 65)))
    assert "Median of medians" not in said
    assert "2 studies; fewer than 3 are not pooled" in said.replace("&#59;", ";")


def test_silence_is_said():
    """Not reported by any; or no study is there to report."""
    assert "Not reported by any of 2 studies." in patients.part(page(ages("", "")))
    nobody = cases.tables([arm("s0", modality="nephrectomy")])
    assert "No study that is included has such patients yet." in patients.part(page(nobody))


def test_a_review_that_describes_nothing_says_so():
    """Neither descriptions nor courses, or courses of nobody."""
    found = report_cases.kidney()
    assert patients.part(found) == patients.NOTHING
    followed = page(cases.tables([])) | {"descriptions": []}
    assert patients.part(followed) == patients.NOTHING
    assert harms.part(found) == harms.NOTHING


def test_abstracts_are_named_and_not_counted():
    """Until their full texts are read."""
    said = patients.part(page(ages(60, basis="abstract")))
    assert "Not reported by any of 1 study." in said
    assert "From abstracts only, not counted: S0 2020: median 60 years." in said


def two_followed(**cells: Any) -> dict[str, Any]:
    told = {"followup_measure": "median", "followup_value": 24, "followup_unit": "months"}
    return cases.tables(
        [arm("doe"), arm("roe")],
        [
            outcome("doe", 2, **told),
            outcome("roe", 5),
            outcome("roe", 1, time_point="month_12"),
            outcome("doe", 2, **{"outcome": "severe", **cells}),
        ],
    )


def test_a_result_at_last_follow_up_prints_the_follow_up():
    """In the answer and in the section of the analysis, with how many studies report it."""
    found = page(two_followed())
    sentence = "Median 24 months (1 study); reported by 1 of 2 studies."
    assert f"Follow-up: {sentence}" in answers.answers(found)
    assert f"**Follow-up.** {sentence}" in analyses.part(found)


def test_landmarks_stand_beside_the_result():
    """Each with k of n, never mixed."""
    said = analyses.part(page(two_followed()))
    assert "| month 12 (not pooled) | 1 of 2 studies | 1 of 20 | 5.0% |" in said
    assert "| month 36 | 0 of 2 studies | \u2013 | \u2013 | \u2013 |" in said


def test_landmarks_that_nobody_reports_are_a_sentence():
    """No table of dashes."""
    tables = cases.tables([arm("doe"), arm("roe")], [outcome("doe", 2), outcome("roe", 5)])
    said = analyses.part(page(tables))
    times = "**At fixed times** (month 12, month 36)."
    assert f"{times} Not reported by any of 2 studies." in said


def test_person_time_is_a_rate_or_silence():
    """Per 100 person-years with the exact interval of one study."""
    tables = two_followed()
    assert "**Per 100 person-years.** Not reported by any of 2 studies." in analyses.part(
        page(tables)
    )
    tables["outcomes"][0] |= {"person_time": 480, "person_time_unit": "months"}
    said = patients.part(page(tables))
    assert "5.0 (95% CI 0.606 to 18.1; exact interval, not pooled); 2 in 40 person-years" in said
    assert "reported by 1 of 2 studies." in said


def test_every_harm_has_its_line():
    """What groups report, and how many studies are silent."""
    said = harms.part(page(two_followed()))
    assert "| Reported by 1 of 2 studies; not reported by 1 of 2 |" in said
    assert "| [Doe 2020](#study-doe): 2 of 20 (Repeated ablation, last follow up) |" in said
    silent = harms.part(page(two_followed(outcome="other")))
    assert "| Not reported by 2 of 2 studies |" in silent
    nobody = harms.part(page(two_followed(), included=[]))
    assert nobody.startswith("Looked for: Severe complications. No study counts yet")


def test_a_harm_with_an_analysis_shows_its_result():
    """By a link to it."""
    outcomes = {
        key: {**one, "harm": key == "recurrence"} for key, one in PROTOCOL["outcomes"].items()
    }
    said = harms.part(page(two_followed(), outcomes=outcomes))
    assert "[Recurrence after repeated ablation](#analysis-recurrence-after-re-ablation): " in said
    assert "2 studies, 7 of 40 patients)." in said


@pytest.mark.parametrize("part", [patients.part, harms.part, analyses.part, answers.answers])
def test_no_outside_text_becomes_markup(part):
    """Titles, labels, units and vocabularies that would be HTML, shortcodes or tables."""
    said = part(report_cases.full())
    for live in ("<script", "{{<", "javascript:", "<svg", "</details></main>", "onerror="):
        assert live not in said.replace("```{=html}\n</details>\n```", "")


@pytest.mark.parametrize(
    ("value", "computed", "reported"),
    [
        (0, "0.0", "0"),
        (65, "65.0", "65"),
        (65.04, "65.0", "65"),
        (65.25, "65.2", "65.2"),
        (0.0461, "0.0461", "0.0461"),
        (1234.5, "1,234.5", "1,234.5"),
    ],
)
def test_numbers_in_plain_form(value, computed, reported):
    """One decimal; whole numbers of a study stay whole; small rates keep digits that count."""
    assert (words.computed(value), words.reported(value)) == (computed, reported)
