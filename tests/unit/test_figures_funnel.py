"""Funnel plots: only where the synthesis allows them, each study where its size puts it."""

import math

import pytest
from figure_cases import many, whole, written

from living_review.figures import funnel


@pytest.mark.parametrize("k", [0, 1, 9])
def test_few_studies_are_refused_in_the_words_of_the_synthesis(k):
    """With fewer than ten studies there is no funnel, and the reason is the synthesis's."""
    synthesis = whole(many(k))
    assert funnel.refusal(synthesis) == synthesis["small_study"]["refused"]


def test_ten_studies_are_drawn():
    """From ten studies on chance can be told from a lack of studies."""
    assert not funnel.refusal(whole(many(10)))


def test_no_refusal_by_the_synthesis_is_not_enough():
    """Nine studies are refused also where the synthesis forgot to."""
    synthesis = {**whole(many(9)), "small_study": {"k": 9}}
    assert funnel.refusal(synthesis) == funnel.TOO_FEW


def test_studies_stand_at_their_logit_and_their_patients():
    """A point has the log odds of its study across, and its known patients upwards."""
    synthesis = whole(many(10))
    shown = [point for point in funnel.points(synthesis) if not point.filled]
    assert len(shown) == 10
    for study, point in zip(synthesis["main"]["studies"], shown, strict=True):
        share = study["events"] / study["n_known"]
        assert point.logit == pytest.approx(math.log(share / (1 - share)))
        assert point.patients == study["n_known"]


def test_filled_studies_have_the_size_of_the_one_they_mirror():
    """Trim and fill knows a variance only; the study with the same variance lends its patients."""
    synthesis = whole(many(10))
    filled = [point for point in funnel.points(synthesis) if point.filled]
    assert [point.patients for point in filled] == [synthesis["main"]["studies"][0]["n_known"]]


def test_points_lie_on_the_axes(tmp_path):
    """Nothing is drawn outside the frame, and filled studies are rings."""
    synthesis = whole(many(12))
    axes = funnel.draw(synthesis).axes[0]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    dots = [line for line in axes.lines if line.get_marker() in ("o", "^")]
    assert sum(len(line.get_xdata()) for line in dots) == 13
    for line in axes.lines:
        if line not in dots and len(line.get_xdata()) == 2:
            continue  # the mean, from edge to edge
        assert left <= min(line.get_xdata())
        assert max(line.get_xdata()) <= right
        assert low - 1e-9 <= min(line.get_ydata())
        assert max(line.get_ydata()) <= high + 1e-9
    rings = [line for line in dots if line.get_markerfacecolor() == "#ffffff"]
    assert sum(len(line.get_xdata()) for line in rings) == 1


def test_the_test_is_told_in_words(tmp_path):
    """The result of Peters' test stands under the plot and in the alternative text."""
    synthesis = whole(many(12))
    shown = written(tmp_path, "funnel", synthesis)
    assert "Peters' test of shares against size: p = 0.20." in shown
    told = funnel.alt_text(synthesis)
    assert told.startswith("Funnel plot of 12 studies with 20 to 31 patients; ")
    assert "Trim and fill would add 1 study." in told


def test_studies_with_none_or_all_are_marked():
    """They are drawn with half a patient, and the test leaves them out: the plot says so."""
    studies = many(12)
    studies[3] |= {"events": 23, "estimate": 1.0}
    synthesis = whole(studies)
    assert [point.edge for point in funnel.points(synthesis)].count(True) == 1
