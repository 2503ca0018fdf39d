"""What each domain rests on is counted from the result; its code moves when a number does."""

import copy
import json

import certainty_cases as cases
import pytest

from living_review.certainty import figures


def found(**given):
    return figures.of_synthesis(cases.synthesis(), **given)


def test_risk_of_bias_counts_studies_patients_and_weight():
    """Studies that nobody judged are a line of their own, never low."""
    judged = found(judged={"a": "high", "b": "low", "elsewhere": "high"})["risk_of_bias"]["judged"]
    assert judged == [
        {"judgement": "high", "studies": 1, "patients": 20, "weight": pytest.approx(0.25)},
        {"judgement": "low", "studies": 1, "patients": 60, "weight": pytest.approx(0.70)},
        {"judgement": "", "studies": 1, "patients": 1, "weight": pytest.approx(0.05)},
    ]


def test_without_a_table_of_risk_of_bias_no_study_is_judged():
    """All patients stand in one line, and without a model there is no weight."""
    synthesis = cases.synthesis(proportion=None)
    for study in synthesis["main"]["studies"]:
        study["weight"] = None
    judged = figures.of_synthesis(synthesis)["risk_of_bias"]["judged"]
    assert judged == [{"judgement": "", "studies": 3, "patients": 81, "weight": None}]


def test_unknown_outcomes_move_the_crude_share_both_ways():
    """49 of 81 could be 49 of 86 or 54 of 86: 3.5 points down, 2.3 up."""
    unknown = found(thresholds=[0.6, 0.9])["risk_of_bias"]["unknown"]
    assert (unknown["patients"], unknown["treated"]) == (5, 86)
    assert unknown["down"] == pytest.approx(49 / 81 - 49 / 86)
    assert unknown["up"] == pytest.approx(54 / 86 - 49 / 81)
    assert unknown["thresholds"] == [0.6]


def test_inconsistency_sets_studies_against_mean_and_thresholds():
    """b lies below the mean and below 65 in 100, a above 65, c on both sides."""
    spread = found(thresholds=[0.65])["inconsistency"]
    assert (spread["lowest"], spread["highest"], spread["apart"]) == (0.5, 1.0, 1)
    assert spread["pi_width"] == pytest.approx(0.75)
    assert spread["thresholds"] == [
        {"at": 0.65, "below": 1, "across": 1, "above": 1, "in_pi": True}
    ]


def test_indirectness_counts_patients_by_what_the_tables_say():
    """A value that the protocol doesn't name is otherwise; empty and not stated are not told."""
    rows = [
        {"energy": "rfa", "n_known": 20},
        {"energy": "ire", "n_known": 3},
        {"energy": "not_stated", "n_known": 50},
        {"energy": "", "n_known": 8},
    ]
    columns = found(direct={"energy": ["rfa", "cryo"]}, rows=rows)["indirectness"]["columns"]
    assert columns == [{"column": "energy", "as_asked": 20, "otherwise": 3, "not_told": 58}]


def test_imprecision_names_the_thresholds_within_the_interval():
    """An end that touches a threshold does not run over it."""
    precise = found(thresholds=[0.8, 0.55, 0.3])["imprecision"]
    assert precise["thresholds"] == [0.8]
    assert precise["ci_width"] == pytest.approx(0.27)
    assert (precise["studies"], precise["patients"], precise["events"]) == (3, 81, 49)


def test_publication_bias_counts_who_reports():
    """Three of five included studies with such patients; one of the three is a single patient."""
    asked, reported = {"a", "b", "c", "d", "e"}, {"a", "b", "c", "elsewhere"}
    made = found(asked=asked, reported=reported)["publication_bias"]
    assert (made["reporting"], made["asked"], made["single_patients"]) == (3, 5, 1)
    assert made["test"] is None


def test_what_a_synthesis_says_of_choices_and_small_studies_is_taken_up():
    """Peters' test and the two sensitivities, where they could be made."""
    asked = cases.synthesis() | {
        "sensitivity": [
            {"id": "without_high_risk", "estimate": 0.65},
            {"id": "without_case_reports", "notes": ["No study has fewer than 5 patients."]},
        ],
        "small_study": {"k": 12, "peters": {"stat": 2.0, "pval": 0.07}, "egger": {"pval": 0.5}},
    }
    made = figures.of_synthesis(asked)
    assert made["risk_of_bias"]["without_high_risk"] == 0.65
    assert made["publication_bias"]["without_case_reports"] is None
    assert made["publication_bias"]["test"] == {"name": "Peters", "p": 0.07}
    refused = {"small_study": {"k": 3, "refused": "Fewer than 10 studies"}}
    assert figures.of_synthesis(asked | refused)["publication_bias"]["test"] is None


@pytest.mark.parametrize(
    ("thresholds", "said"), [([], None), ([0.97], True), ([0.1], True), ([0.9], False)]
)
def test_one_side_of_every_threshold(thresholds, said):
    """Interval, prediction interval and bounds all count."""
    assert found(thresholds=thresholds)["upgrading"]["one_side"] is said


def test_figures_are_plain_values():
    """They stand in results.json, and read back they bear the same code."""
    made = found(thresholds=[0.6], judged={"a": "low"}, asked={"a"}, direct={"x": ["y"]})
    again = json.loads(json.dumps(made, allow_nan=False))
    assert again == made
    assert figures.code(again) == figures.code(made)


# ---- the code of a result --------------------------------------------------------------------


def code(synthesis=None, **given):
    return figures.code(figures.of_synthesis(synthesis or cases.synthesis(), **given))


def test_a_code_written_down_years_ago_still_names_its_result():
    """If this fails, every rating in every ledger would be taken as one of an earlier result."""
    judged = {"a": "high", "b": "low"}
    given = {
        "thresholds": [0.6],
        "judged": judged,
        "asked": {"a", "b", "c"},
        "reported": {"a", "b", "c"},
    }
    assert code(**given) == "r9d9839d123dc"


def test_a_code_is_text_to_a_spreadsheet():
    """It begins with a letter that makes no number of it, and is short enough to be compared."""
    assert figures.CODE_LETTER == "r"
    assert len(code()) == 13


def test_names_and_order_leave_the_code():
    """Labels, study ids and the order of studies are no numbers; nor is the 4th decimal."""
    synthesis = cases.synthesis()
    main = synthesis["main"]
    main["studies"].reverse()
    for study in main["studies"]:
        study["label"] = f"Another name of {study['study_id']}"
    main["proportion"]["estimate"] += 0.00004
    main["notes"] = ["other words"]
    assert code(synthesis) == code()


def moved(path, value):
    synthesis = copy.deepcopy(cases.synthesis())
    place = synthesis["main"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return synthesis


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("proportion", "estimate"), 0.701),
        (("proportion", "ci"), [0.54, 0.82]),
        (("proportion", "pi"), None),
        (("heterogeneity", "tau2"), 0.312),
        (("n_missing",), 6),
        (("bounds", "high", "estimate"), 0.64),
        (("events",), 50),
        (("studies", 0, "events"), 17),
        (("studies", 1, "n_treated"), 61),
    ],
    ids=str,
)
def test_every_number_moves_the_code(path, value):
    """What people see of the result, down to the counts of single studies."""
    assert code(moved(path, value)) != code()


@pytest.mark.parametrize(
    "given",
    [
        {"judged": {"a": "high"}},
        {"thresholds": [0.8]},
        {"asked": ["a", "b", "c", "d"]},
        {"direct": {"x": ["y"]}, "rows": [{"x": "z", "n_known": 81}]},
    ],
    ids=str,
)
def test_what_a_judgement_rests_on_moves_the_code(given):
    """A judged study, a threshold, an included study that is silent, other patients."""
    assert code(**given) != code()
