"""The section of an analysis says how firm the result is, the long tables folded away."""

import pytest
import report_cases as cases
from pooling_cases import SALVAGE, marked, rows

from living_review import synthesis
from living_review.report import analyses, diagnostics, escape, sensitivity, subgroups

TITLE = "No evidence of disease after repeated ablation"


def collected(table, **analysis):
    """The four studies' review, with the synthesis of another table in its analysis."""
    results = cases.four()
    found = synthesis.pool(table, {"id": "re_ablation_ned", **analysis})
    results["analyses"][0]["synthesis"] = found
    return results, results["analyses"][0]


def plain(markdown):
    """Without the references that hide marks from Markdown."""
    for mark in "-.:;/()_<>'“%?,":
        markdown = markdown.replace(escape.text(mark), mark)
    return markdown


def seen(markdown):
    """What is to be seen before anything is opened."""
    shown, depth = [], 0
    for line in markdown.splitlines():
        depth += line.startswith("<details>") - line.startswith("</details>")
        if not depth:
            shown.append(line)
    return "\n".join(shown)


def cells(markdown, first):
    """The cells of the row of a table that begins so."""
    row = next(line for line in markdown.splitlines() if line.startswith(f"| {first}"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_median_and_mean_are_two_lines_and_named():
    """With their intervals, the model and the estimand in words."""
    results, _ = collected(rows(SALVAGE))
    page = plain(analyses.part(results))
    assert cells(page, "Median proportion") == [
        "Median proportion", "247 of 334", "73.1%", "61.6% to 82.1%",
    ]  # fmt: skip
    assert cells(page, "Mean proportion")[2] == "71.4%"
    assert cells(page, "Prediction interval")[3] == "37.4% to 92.5%"
    assert "**Model.** Binomial-normal model of the counts as they are" in page
    assert "Estimate: the median of the true proportions of studies like these" in page
    assert "Its interval by profile likelihood is 62.0% to 82.1%." in page
    assert "(tau²) 0.418, 95% CI 0.092 to 1.592; I² 66.0%, from tau²." in page


def test_a_mean_of_proportions_is_called_one():
    """On the scale of proportions there is one line, and one common value for equal effects."""
    for model, name in (
        ({"measure": "PR", "method": "DL"}, "Mean proportion"),
        ({"measure": "PR", "method": "EE"}, "Common proportion"),
    ):
        results, _ = collected(rows(SALVAGE[1:]), model=model)
        page = analyses.part(results)
        assert page.count("| Mean proportion") == (name == "Mean proportion")
        assert f"| {name} | 184 of 270 |" in page


def test_first_a_sentence_then_the_folded_set():
    """The range of the shares is seen; the table, and what could not be had, on a click."""
    treated = [n + 2 * (at == 3) for at, (_, n) in enumerate(SALVAGE)]
    table = rows(SALVAGE, provisional=marked(SALVAGE, 0), n_treated=treated)
    _, analysis = collected(table)
    page = plain(sensitivity.part(analysis))
    made = [line for line in analysis["synthesis"]["sensitivity"] if not line["refused"]]
    shares = sorted(100 * line["estimate"] for line in made)
    assert len(made) == 5
    assert (
        plain(seen(page))
        .strip()
        .startswith(
            f"**How firm it is.** The share of 68.1% lies between {shares[0]:.1f}% and"
            f" {shares[-1]:.1f}% in 5 sensitivity analyses, each with one choice made otherwise."
        )
    )
    assert "|" not in seen(page)
    assert "<summary>Sensitivity analyses (5 of 10 could be made)</summary>" in page
    assert cells(page, "As analysed")[:4] == ["As analysed", "11", "184 of 270", "68.1%"]
    assert cells(page, "With what was not read in full text")[1:4] == ["12", "247 of 334", "73.1%"]
    assert "- Without studies at high risk of bias: Risk of bias is not judged yet." in page


def test_notes_of_the_result_are_not_repeated():
    """Only what a line has to say for itself stands under the table."""
    table = rows([(1, 1), *SALVAGE], risk_of_bias=["high", "low", *[""] * 11])
    _, analysis = collected(table)
    page = plain(sensitivity.part(analysis))
    (own,) = (note for note in analysis["synthesis"]["main"]["notes"] if "single patient" in note)
    assert plain(escape.text(own)) not in page
    assert "- Without studies at high risk of bias: 11 of these 12 studies not judged yet." in page


@pytest.mark.parametrize(
    "table", [rows(SALVAGE)[:0], rows(SALVAGE, provisional=True)], ids=["none", "abstracts only"]
)
def test_without_a_result_nothing_is_asked_of_it(table):
    """Neither sensitivity nor diagnostics nor groups of what was not pooled."""
    results, analysis = collected(table.assign(groups=None), subgroups=["modality"])
    assert sensitivity.part(analysis) == diagnostics.part(analysis, results) == ""
    assert subgroups.part(analysis, results) == ""


def test_each_study_left_out_and_added_is_told():
    """The ends of the range by name, the row of each study, and that it is no test."""
    results, analysis = collected(rows(SALVAGE))
    page = plain(diagnostics.part(analysis, results))
    assert "|" not in seen(page)
    assert "between 68.1% (without Author 00) and 74.1% (without Author 06)" in page
    assert cells(page, "Author 00") == ["Author 00", "68.1%", "61.5% to 74.1%", "0.00"]
    assert "| Author 11 | 2011 | 12 | 73.1% | 61.6% to 82.1% |" in page
    assert diagnostics.NOT_TESTED_AGAIN in page
    assert "From a normal model, which has these measures. Random-effects model of logits" in page


def test_a_study_that_moves_the_mean_is_marked():
    """By a sign that is explained, not by colour."""
    results, analysis = collected(rows([*[(3, 10)] * 8, (95, 100)]))
    page = diagnostics.part(analysis, results)
    assert page.count("\\* |") == 1
    assert "| Author 08\\* |" in page
    assert "\\* moves the mean more than is usual" in page


def test_nothing_is_called_less_than_nothing():
    """A study that hardly moves the mean moves it by 0.00, not by -0.00."""
    results, analysis = collected(rows(SALVAGE))
    first = analysis["synthesis"]["influence"][0]
    first |= {"rstudent": -0.0042, "cooks_d": 0.0, "dfbetas": -0.001, "hat": 0.1, "tau2_del": 0.0}
    page = plain(diagnostics.part(analysis, results))
    assert "| 0.00 | 0.00 | 0.00 | 0.10 | 0.00 |" in page


def test_small_studies_are_tested_from_ten_on():
    """Peters first; with nine the refusal is read without a click."""
    results, analysis = collected(rows(SALVAGE))
    page = plain(diagnostics.part(analysis, results))
    order = [page.index(name) for name in ("Peters' test: t -0.92 on 10", "Egger's", "Begg's rank")]
    assert order == sorted(order)
    results, analysis = collected(rows(SALVAGE[:9]))
    assert "takes at least 10 studies, and there are 9." in plain(
        seen(diagnostics.part(analysis, results))
    )


def test_studies_that_seem_to_lack_correct_nothing():
    """Trim and fill is a question."""
    lopsided = [(n // 2 + at // 2, n) for at, n in enumerate(range(60, 10, -4))]
    results, analysis = collected(rows(lopsided))
    filled = analysis["synthesis"]["small_study"]["trim_and_fill"]
    assert filled["k0"] > 0
    page = plain(diagnostics.part(analysis, results))
    assert f"Trim and fill: {filled['k0']} studies seem to be lacking on the left" in page
    assert diagnostics.NO_CORRECTION in page


def test_groups_are_observed_not_tried():
    """Words of the vocabulary, numbers of each group, the test, and what it can't show."""
    table = rows(SALVAGE).assign(groups=[{"modality": g} for g in ("re_ablation", "<b>") * 6])
    results, analysis = collected(table, subgroups=["modality"])
    page = subgroups.part(analysis, results)
    assert subgroups.OBSERVED in page
    assert "<b>" not in page
    assert cells(page, "re ablation")[1:3] == ["6", "166 of 221"]
    (found,) = analysis["synthesis"]["subgroups"]
    q, p = found["between"]["q"], found["between"]["p"]
    assert (
        f"Test between the 2 groups: F {q:.2f} on 1 and 10 degrees of freedom, p = {p:.2f}." in page
    )
    one = rows(SALVAGE).assign(groups=[{"modality": "re_ablation"}] * 12)
    results, analysis = collected(one, subgroups=["modality"])
    said = plain(subgroups.part(analysis, results))
    assert "Test between the groups: All studies are in one group: nothing to compare." in said
