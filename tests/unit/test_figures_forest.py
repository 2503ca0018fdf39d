"""Forest plots: what they show of studies and groups, and in which words."""

from collections import Counter

import pytest
import report_cases as cases
from figure_cases import grouped, many, written

from living_review.figures import bias, forest, sheet


def drawn(folder, synthesis, **words):
    return written(folder, "forest", synthesis, **words)


@pytest.mark.parametrize("k", [0, 1, 2, 5, 60])
def test_every_study_has_its_numbers(tmp_path, k):
    """Each study's name, events, interval and weight stand in the SVG as text."""
    main = cases.pooled(many(k))
    shown = drawn(tmp_path, cases.synthesis("a", main))
    for study in main["studies"]:
        low, high = study["ci"]
        assert study["label"] in shown
        assert f"{study['events']} / {study['n_known']}" in shown
        numbers = f"{100 * study['estimate']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        assert numbers in shown
        if k > 1:
            assert f"{100 * study['weight']:.1f}%" in shown
    assert ("Median proportion" in shown) == (k > 1)
    assert ("Prediction interval" in shown) == (k > 2)
    assert ("No eligible study reports this yet." in shown) == (k == 0)


@pytest.mark.parametrize("narrow", [False, True])
def test_lines_do_not_overlap(narrow):
    """With sixty studies every line has the height that it has with ten."""
    heights = [
        sheet.draw(forest.sheet(forest.Drawn(cases.pooled(many(k)))), narrow).get_figheight()
        for k in (10, 20, 60)
    ]
    assert heights[2] - heights[1] == pytest.approx(4 * (heights[1] - heights[0]))
    assert heights[1] - heights[0] >= 10 * sheet.ROW - 1e-9


def test_provisional_studies_stand_apart(tmp_path):
    """Abstract-only studies are named as such, below the mean, and never weighted."""
    provisional = cases.study("p1", "Abstract 2024", 2024, 1, 4, provisional=True)
    studies = many(3)
    synthesis = cases.synthesis("a", cases.pooled(studies), cases.pooled([*studies, provisional]))
    shown = drawn(tmp_path, synthesis)
    assert shown.index("Abstract only, not pooled") > shown.index("Median proportion")
    assert shown.index("Abstract 2024") > shown.index("Abstract only, not pooled")
    assert [text.strip() for text in shown].count("[abstract]") == 1
    assert sum(text.endswith("%") and "." in text for text in shown) == 3  # weights


def test_a_study_of_which_no_outcome_is_known_has_a_line_of_its_own(tmp_path):
    """It is named, without a share and without an interval."""
    silent = cases.study("q", "Quiet 2020", 2020, 0, 1) | {"estimate": None, "ci": None}
    silent |= {"n_known": 0, "n_treated": 4}
    main = cases.pooled(many(3))
    main["studies"].append(silent)
    shown = drawn(tmp_path, cases.synthesis("a", main))
    assert {"Quiet 2020", "0 / 0", "none known"} <= set(shown)
    assert "Quiet 2020: of none of its 4 patients is the outcome known." in forest.alt_text(
        forest.Drawn(main)
    )
    twelve = {**main, "studies": [*many(11), silent]}
    assert "Shares from " in forest.alt_text(forest.Drawn(twelve))


def test_studies_that_are_left_out_stand_last_and_say_why(tmp_path):
    """After a retraction a study has a cross, its numbers and no weight."""
    studies = many(4)
    with_it = cases.pooled([{**studies[0], "retracted": True}, *studies[1:]])
    synthesis = cases.synthesis("a", cases.pooled(studies[1:]), None, with_it)
    shown = drawn(tmp_path, synthesis)
    assert shown.index(forest.LEFT_OUT) > shown.index("Median proportion")
    assert shown.index("Author0 2000") > shown.index(forest.LEFT_OUT)
    assert [text.strip() for text in shown].count("[out]") == 1
    assert sum(text.endswith("%") and "." in text for text in shown) == 3  # weights
    told = forest.alt_text(forest.drawn(synthesis))
    assert told.startswith("Forest plot of 3 studies.")
    assert f"{forest.LEFT_OUT}: 1 study. Author0 2000: 10 of 20" in told


def test_a_plot_of_nothing_but_what_is_left_out(tmp_path):
    """The only study was retracted: it is drawn, and nothing is pooled."""
    with_it = cases.pooled([{**many(1)[0], "retracted": True}])
    synthesis = cases.synthesis("a", cases.pooled([]), None, with_it)
    shown = drawn(tmp_path, synthesis)
    assert "No eligible study reports this yet." in shown
    assert {"Author0 2000", forest.LEFT_OUT} <= set(shown)
    told = forest.alt_text(forest.drawn(synthesis))
    assert told.startswith("Forest plot without a pooled result")


def test_new_studies_are_marked_in_words(tmp_path):
    """A study that the last version did not have is marked, not by colour alone."""
    shown = drawn(tmp_path, cases.synthesis("a", cases.pooled(many(3))), new={"s1"})
    assert [text.strip() for text in shown].count("[NEW]") == 1


def test_without_a_model_the_total_is_called_crude(tmp_path):
    """Two studies that were not pooled show a crude total, and no mean."""
    shown = drawn(tmp_path, cases.synthesis("a", cases.pooled(many(2), modelled=False)))
    assert "Crude total, no model" in shown
    assert "Median proportion" not in shown


def test_alt_text_names_every_number_of_a_few_studies():
    """Up to ten studies are told one by one, the mean and its intervals after them."""
    told = forest.alt_text(
        forest.Drawn(cases.pooled([cases.study("a", "A 2001", 2001, 3, 4), *many(2)]))
    )
    assert told.startswith(
        "Forest plot of 3 studies. A 2001: 3 of 4, 75.0% (95% CI 19.4% to 99.4%)."
    )
    assert "Pooled: " in told
    assert "Prediction interval " in told


def test_alt_text_of_many_studies_is_short():
    """Sixty studies are told by their range, not one by one."""
    told = forest.alt_text(forest.Drawn(cases.pooled(many(60))))
    assert told.startswith("Forest plot of 60 studies. Shares from ")
    assert len(told) < 400


def test_alt_text_of_nothing():
    """No study at all is a sentence."""
    assert forest.alt_text(forest.Drawn(cases.pooled([]))) == "No eligible study reports this yet."


def test_new_studies_are_those_judged_so():
    """Only what a person judged not to be in the published review is new; unknown is not."""
    studies = [
        cases.study("a", "A 2025", 2025, 1, 4, in_index_review="no"),
        cases.study("b", "B 2020", 2020, 1, 4, in_index_review="yes"),
        cases.study("c", "C 2021", 2021, 1, 4),
    ]
    assert forest.new_studies(cases.synthesis("x", cases.pooled(studies))) == {"a"}


def test_studies_stand_under_their_groups(tmp_path):
    """Each study has one line, below the name of its group; all of them together close it."""
    synthesis = grouped(many(12), "energy", ["cryoablation", "microwave", "heat"])
    shown = drawn(tmp_path, synthesis)
    counts = Counter(shown)
    assert all(counts[study["label"]] == 1 for study in synthesis["main"]["studies"])
    names = {study["study_id"]: study["label"] for study in synthesis["main"]["studies"]}
    levels = synthesis["subgroups"][0]["levels"]
    heads = [shown.index(level["level"].capitalize()) for level in levels]
    for level, start, end in zip(levels, heads, [*heads[1:], len(shown)], strict=True):
        assert all(start < shown.index(names[study_id]) < end for study_id in level["studies"])
        assert f"{level['events']} / {level['n_known']}" in shown[start:end]
        assert f"{level['k']} studies together" in [text.strip() for text in shown[start:end]]
    assert "tau²=0.21" in shown
    assert "Test between groups by energy: p = 0.20 (Q 3.21 on 2 df)." in shown


def test_studies_of_no_group_are_drawn_too(tmp_path):
    """A study that no group names, or that two name, still has its one line."""
    synthesis = grouped(many(9), "energy", ["cryoablation", "microwave"])
    levels = synthesis["subgroups"][0]["levels"]
    levels[0]["studies"] = levels[0]["studies"][1:]  # one in none
    levels[1]["studies"] = [*levels[1]["studies"], levels[0]["studies"][0]]  # one in both
    shown = drawn(tmp_path, synthesis)
    counts = Counter(shown)
    assert all(counts[study["label"]] == 1 for study in synthesis["main"]["studies"])
    assert shown[shown.index("In none of these groups, or in several") + 1 :][:8:4] == [
        "Author0 2000",
        "Author2 2002",
    ]


def test_groups_without_their_studies_are_told_beneath(tmp_path):
    """Where nobody says which study is in which group, the groups follow the mean."""
    synthesis = grouped(many(6), "energy", ["cryoablation", "microwave"])
    for level in synthesis["subgroups"][0]["levels"]:
        del level["studies"]
    shown = drawn(tmp_path, synthesis)
    assert shown.index("By energy") > shown.index("Median proportion")
    assert "Cryoablation, 3 studies" in shown


def test_alt_text_tells_groups_and_their_test():
    """A listener hears each group's share and the test between them."""
    synthesis = grouped(many(12), "energy", ["cryoablation", "microwave", "heat"])
    told = forest.alt_text(forest.drawn(synthesis))
    assert "By energy: cryoablation (4 studies) " in told
    assert told.endswith("Test between groups by energy: p = 0.20 (Q 3.21 on 2 df).")


def test_lights_have_signs_and_a_legend(tmp_path):
    """Risk of bias is shown by signs, not by colour alone; who was not judged has an empty ring."""
    studies = many(5)
    said = dict(zip(["s0", "s1", "s2", "s3"], ["low", "some concerns", "high", "?"], strict=True))
    judged = bias.Judged(overall=said)
    shown = drawn(tmp_path, cases.synthesis("a", cases.pooled(studies)), judged=judged)
    assert [shown.count(sign) for sign in ("+", "!", "\u2212", "?")] == [1, 1, 1, 0]
    assert any("+ low, ! some concerns, \u2212 high, empty ring not judged" in t for t in shown)
    told = forest.alt_text(forest.Drawn(cases.pooled(studies)), judged)
    assert told.endswith("Risk of bias: 1 low, 1 some concerns, 1 high, 2 not judged.")


def test_nobody_judged_no_column(tmp_path):
    """Without any judgement there is no column of lights."""
    assert "Bias" not in drawn(tmp_path, cases.synthesis("a", cases.pooled(many(3))))


@pytest.mark.parametrize("weighted", [True, False])
def test_squares_show_weights_or_else_patients(weighted):
    """A study of four times the patients has twice the side, also where a model has no weights."""
    studies = [
        cases.study("a", "A 2001", 2001, 4, 10),
        cases.study("b", "B 2002", 2002, 16, 40),
    ]
    main = cases.pooled(studies)
    if not weighted:
        main["studies"] = [{**study, "weight": None} for study in main["studies"]]
    small, large = (line.mark.size for line in forest.sheet(forest.Drawn(main)).lines[:2])
    assert large == pytest.approx(2 * small)


def test_a_test_with_two_degrees_of_freedom_is_an_f_test(tmp_path):
    """Q goes with one number of degrees of freedom, F with two."""
    synthesis = grouped(many(12), "energy", ["cryoablation", "microwave", "heat"])
    synthesis["subgroups"][0]["between"]["df"] = [2, 9]
    said = "Test between groups by energy: p = 0.20 (F 3.21 on 2 and 9 df)."
    assert said in drawn(tmp_path, synthesis)
