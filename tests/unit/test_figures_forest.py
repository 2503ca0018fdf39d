"""Forest plots: what they show, in which words, and the same bytes each time."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import report_cases as cases
from lxml import etree

from living_review.figures import forest
from living_review.figures.plain import one_line

SVG = "{http://www.w3.org/2000/svg}"


def texts(path):
    return [element.text for element in etree.parse(path).iter(f"{SVG}text")]


def drawn(folder, synthesis, **words):
    forest.write(synthesis, folder / "plot", **words)
    return texts(folder / "plot.svg")


def many(k):
    return [
        cases.study(f"s{n}", f"Author{n} 20{n:02}", 2000 + n, 10 + n % 5, 20 + n) for n in range(k)
    ]


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
    assert ("Random-effects mean" in shown) == (k > 1)
    assert ("Prediction interval" in shown) == (k > 2)
    assert ("No eligible study reports this yet." in shown) == (k == 0)
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_lines_do_not_overlap():
    """With sixty studies every line has the height that it has with two."""
    heights = [
        forest.forest_plot(forest.Drawn(cases.pooled(many(k)))).get_figheight()
        for k in (10, 20, 60)
    ]
    assert heights[1] - heights[0] == pytest.approx(10 * forest.LINE)
    assert heights[2] - heights[1] == pytest.approx(40 * forest.LINE)


def test_provisional_studies_stand_apart(tmp_path):
    """Abstract-only studies are named as such, below the mean, and never weighted."""
    provisional = cases.study("p1", "Abstract 2024", 2024, 1, 4, provisional=True)
    studies = many(3)
    synthesis = cases.synthesis("a", cases.pooled(studies), cases.pooled([*studies, provisional]))
    shown = drawn(tmp_path, synthesis)
    assert shown.index("Abstract only, not pooled") > shown.index("Random-effects mean")
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
    assert shown.index(forest.LEFT_OUT) > shown.index("Random-effects mean")
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
    assert "Random-effects mean" not in shown


@pytest.mark.parametrize("hostile", cases.HOSTILE)
def test_outside_text_stays_text(tmp_path, hostile):
    """No label, title or axis text adds an element, a formula or a line to the figure."""
    study = cases.study("s", hostile, 2000, 1, 2)
    synthesis = cases.synthesis("a", cases.pooled([study]))
    plain = cases.synthesis("a", cases.pooled([{**study, "label": "A"}]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = drawn(tmp_path, synthesis, title=hostile, xlabel=hostile)
    tags = [element.tag for element in etree.parse(tmp_path / "plot.svg").iter()]
    drawn(tmp_path, plain, title="T", xlabel="X")
    assert tags == [element.tag for element in etree.parse(tmp_path / "plot.svg").iter()]
    assert any(text.startswith(one_line(hostile)[:6]) for text in shown)


def test_same_numbers_same_bytes(tmp_path):
    """Neither the hash seed nor the locale nor the time changes a byte."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import report_cases as c;"
        "from living_review.figures import forest;"
        "s = [c.study(f's{n}', f'A{n}', 2000, 3, 9) for n in range(4)];"
        "forest.write(c.synthesis('a', c.pooled(s)), sys.argv[2], title='T', new={'s1', 's2'})"
    )
    made = []
    for seed, locale in (("0", "C"), ("7", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        stem = tmp_path / f"plot{seed}"
        here = Path(__file__).parent
        subprocess.run([sys.executable, "-c", code, here, stem], env=environment, check=True)
        made.append([stem.with_suffix(suffix).read_bytes() for suffix in (".svg", ".png")])
    assert made[0] == made[1]


def test_fonts_are_such_as_browsers_have(tmp_path):
    """Text asks for common fonts, with a generic one last."""
    drawn(tmp_path, cases.synthesis("a", cases.pooled(many(2))))
    styles = [
        element.get("style") for element in etree.parse(tmp_path / "plot.svg").iter(f"{SVG}text")
    ]
    assert styles
    assert all("Arial" in style and "sans-serif" in style for style in styles)


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
