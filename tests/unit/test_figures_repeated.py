"""Cumulative and leave-one-out plots: which studies a row pools, and on what axis."""

import pytest
from figure_cases import many, whole, written

from living_review.figures import repeated
from living_review.figures.lines import DIAMOND, numbers


def test_a_cumulative_row_pools_all_studies_up_to_it(tmp_path):
    """Each row has the number of studies and the share of all up to it, by year."""
    synthesis = whole(many(5))
    shown = written(tmp_path, "cumulative", synthesis, title="Recurrence")
    assert "Recurrence: each row pools all studies up to it" in shown
    places = [shown.index(f"+ Author{n} 20{n:02}") for n in range(5)]
    assert places == sorted(places)
    for n, row in enumerate(synthesis["cumulative"]):
        shown_of = [text for text in shown[places[n] : places[n] + 4] if text != "[no model]"]
        assert shown_of[1:3] == [str(n + 1), numbers(row)]
    assert shown.count("[no model]") == 1


def test_only_the_last_row_of_a_cumulative_plot_is_the_answer():
    """The diamond stands for all studies; earlier answers are squares."""
    sheet = repeated.cumulative(whole(many(5)))
    assert [line.mark.shape == DIAMOND for line in sheet.lines] == [False] * 4 + [True]


def test_leave_one_out_ends_with_all_studies(tmp_path):
    """A row for each study left out, then what all come to, which the dashed line repeats."""
    synthesis = whole(many(5))
    shown = written(tmp_path, "leave_one_out", synthesis, title="Recurrence")
    assert "Recurrence: without one study at a time" in shown
    assert [text for text in shown if text.startswith("Without ")] == [
        f"Without Author{n} 20{n:02}" for n in range(5)
    ]
    assert shown.index("All studies") > shown.index("Without Author4 2004")
    sheet = repeated.leave_one_out(synthesis)
    assert sheet.mean == synthesis["main"]["proportion"]["estimate"]


def test_an_axis_that_is_cut_says_so():
    """A part of the scale shows differences; a sentence says which part."""
    sheet = repeated.leave_one_out(whole(many(40)))
    low, high = sheet.ends
    assert (low, high) != (0, 1)
    assert sheet.below == (f"The axis runs from {low:.0%} to {high:.0%} only.",)
    for line in sheet.lines:
        assert low <= line.mark.low
        assert line.mark.high <= high


def test_a_row_that_could_not_be_pooled_says_so(tmp_path):
    """A step without an estimate keeps its line."""
    synthesis = whole(many(5))
    synthesis["cumulative"][0] |= {"estimate": None, "ci": None}
    shown = written(tmp_path, "cumulative", synthesis)
    assert shown[shown.index("+ Author0 2000") + 2] == "not pooled"


@pytest.mark.parametrize(("kind", "fewest"), [("cumulative", 2), ("leave_one_out", 3)])
def test_too_few_studies_are_refused(kind, fewest):
    """One study has no history, and of two none can be left out."""
    refused = repeated.refusal(whole(many(fewest - 1)), kind)
    assert refused == f"Not drawn: it takes at least {fewest} studies that can be pooled."
    assert not repeated.refusal(whole(many(fewest)), kind)


def test_listeners_hear_the_ends():
    """The alternative text names the first and last answers, the lowest and the highest."""
    told = repeated.alt_text(whole(many(5)), "cumulative")
    assert told.startswith("Cumulative plot of 5 studies. Up to Author0 2000: 50.0% (95% CI ")
    told = repeated.alt_text(whole(many(5)), "leave_one_out")
    assert "Lowest: without " in told
    assert "Highest: without " in told


def test_very_many_studies_are_told_by_years():
    """More rows than anybody compares become a row a year, with all studies up to its end."""
    synthesis = whole(many(repeated.MOST + 8))
    for n, row in enumerate(synthesis["cumulative"]):
        row["year"] = 2001 + n // 3 if n < 45 else None
    drawn = repeated.cumulative(synthesis, "Recurrence")
    assert drawn.title == "Recurrence: each row pools all studies up to the end of its year"
    assert [line.label for line in drawn.lines] == [*map(str, range(2001, 2016)), "year not known"]
    assert [line.cells[0] for line in drawn.lines] == [*map(str, range(3, 46, 3)), "48"]
    assert drawn.lines[-1].cells[1] == numbers(synthesis["cumulative"][-1])


def test_of_very_many_studies_those_that_matter_most_are_left_out_in_turn():
    """The rows that lie farthest from the whole, in their order, and a sentence that says so."""
    synthesis = whole(many(repeated.MOST + 8))
    rows, estimate = synthesis["leave_one_out"], synthesis["main"]["proportion"]["estimate"]
    for n, row in enumerate(rows):
        row["estimate"] = estimate + (0.01 if n % 6 else 0.0) * (-1) ** n
    drawn = repeated.leave_one_out(synthesis)
    *without, last = (line.label for line in drawn.lines)
    assert without == [f"Without {row['label']}" for n, row in enumerate(rows) if n % 6]
    assert last == "All studies"
    assert drawn.below[0] == ("The 40 of 48 studies without which the result moves farthest.")


def test_without_a_model_all_patients_together_say_how_far_a_study_moves_them():
    """The rows are chosen by what they are said to be chosen by, with and without a model."""
    synthesis = whole(many(repeated.MOST + 2))
    main, rows = synthesis["main"], synthesis["leave_one_out"]
    main["proportion"], main["crude"] = None, {"estimate": 0.5, "ci": [0.4, 0.6]}
    for n, row in enumerate(rows):
        row["estimate"] = 0.5 if n in (3, 8) else 0.52
    labels = [line.label for line in repeated.leave_one_out(synthesis).lines]
    assert labels == [f"Without {row['label']}" for n, row in enumerate(rows) if n not in (3, 8)]
