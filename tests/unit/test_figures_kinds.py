"""Figures of every kind: drawn or refused in words, within their paper, the same bytes."""

import io
import os
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import pytest
import report_cases as cases
from figure_cases import judged, many, texts, whole, written
from lxml import etree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from living_review import files
from living_review.figures import KINDS, SUFFIXES, kinds, lettering, output, repeated
from living_review.figures.lettering import STYLE, foreign_letters
from living_review.figures.lines import name_of
from living_review.figures.plain import one_line
from living_review.synthesis import pool

WIDTHS = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
EVERY = pytest.mark.parametrize("kind", KINDS)


def captioned(synthesis, **words):
    return kinds.Captioned(judged=judged(synthesis["main"]["studies"]), **words)


@EVERY
@WIDTHS
@pytest.mark.parametrize("k", [1, 12, 60])
def test_nothing_stands_outside_the_paper(kind, narrow, k):
    """Every word is within the figure, with one study as with a hundred."""
    synthesis = whole(many(k))
    words = captioned(synthesis, title="T" * 90, xlabel="An outcome with many words " * 4)
    figure = kinds.draw(kind, synthesis, words, narrow)
    for text, box in extents(figure):
        assert box.x0 >= -1, text
        assert box.x1 <= 1.01 * figure.bbox.width, text  # measured on another grid
        assert box.y0 >= -1, text
        assert box.y1 <= figure.bbox.height + 1, text


def extents(figure):
    with matplotlib.rc_context(STYLE), foreign_letters():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        for text in figure.findobj(Text):
            if text.get_text() and text.get_visible():
                yield text.get_text(), text.get_window_extent(canvas.get_renderer())


@EVERY
@WIDTHS
def test_words_do_not_run_into_each_other(kind, narrow):
    """No text covers another one."""
    synthesis = whole(many(12))
    figure = kinds.draw(kind, synthesis, captioned(synthesis, title="Title", new={"s1"}), narrow)
    found = [(text, box.shrunk(0.98, 0.6)) for text, box in extents(figure)]
    for n, (text, box) in enumerate(found):
        for other, its in found[n + 1 :]:
            assert not box.overlaps(its), (text, other)


@pytest.mark.parametrize("kind", ["forest", "cumulative", "leave_one_out"])
@pytest.mark.parametrize("k", [3, 60])
def test_marks_stand_on_the_axis(kind, k):
    """No interval and no diamond leaves the axis."""
    synthesis = whole(many(k))
    axes = kinds.draw(kind, synthesis, captioned(synthesis)).axes[0]
    low, high = axes.get_xlim()
    in_data = [line for line in axes.lines if line.get_transform() == axes.transData]
    drawn = [x for line in in_data for x in line.get_xdata() if x == x]
    drawn += [x for patch in axes.patches for x in patch.get_path().vertices[:, 0]]
    assert len(drawn) > k
    assert low - 1e-9 <= min(drawn)
    assert max(drawn) <= high + 1e-9


@EVERY
@WIDTHS
@pytest.mark.parametrize("k", [0, 1, 2])
def test_what_cannot_be_drawn_says_why(tmp_path, kind, narrow, k):
    """A figure that would mislead is a sentence, the same in the file and for listeners."""
    synthesis = whole(many(k))
    refused = kinds.refusal(kind, synthesis, kinds.Captioned())
    told = kinds.alt_text(kind, synthesis, kinds.Captioned())
    shown = written(tmp_path, kind, synthesis, narrow)
    if refused:
        assert told == refused
        assert " ".join(shown) == refused
    else:
        assert len(shown) > 3
        assert kind in ("forest", "cumulative")


@EVERY
def test_a_synthesis_without_the_parts_is_refused_not_failed(kind):
    """A result of another version, which has no such part, has a figure all the same."""
    parts = ("analysis", "main", "abstract_only", "retracted")
    whole_one = cases.synthesis("a", cases.pooled(many(12)))
    synthesis = {part: whole_one[part] for part in parts}
    refused = kinds.refusal(kind, synthesis, kinds.Captioned())
    assert bool(refused) == (kind != "forest")
    kinds.draw(kind, synthesis, kinds.Captioned())


@pytest.mark.parametrize(
    ("kind", "k"),
    [
        *(("forest", k) for k in (3, 100)),
        *(("risk_of_bias", k) for k in (3, 100)),
        *((kind, k) for kind in ("cumulative", "leave_one_out") for k in (3, repeated.MOST)),
    ],
)
@WIDTHS
def test_every_study_is_drawn_once(tmp_path, kind, narrow, k):
    """No study is left out of a figure, and none counts twice."""
    synthesis = whole(many(k))
    shown = written(tmp_path, kind, synthesis, narrow, judged=judged(synthesis["main"]["studies"]))
    for study in synthesis["main"]["studies"]:
        found = [text for text in shown if text.endswith(name_of(study))]
        assert len(found) == 1, study["label"]


def test_what_is_pooled_can_be_drawn(tmp_path):
    """A synthesis as the job writes it has every figure, and groups in its forest plot."""
    rows = [
        {
            **{name: study[name] for name in ("study_id", "label", "year", "n_treated", "n_known")},
            **{name: study[name] for name in ("events", "in_index_review", "basis")},
            **{"arm_id": "a", "provisional": False, "retracted": False},
            **{"risk_of_bias": "low", "groups": {"energy": ("heat", "cold")[n % 2]}},
        }
        for n, study in enumerate(many(12))
    ]
    analysis = {"id": "a", "outcome": "ned", "where": {}, "subgroups": ["energy"]}
    synthesis = files.read_json(_written(tmp_path, pool(rows, analysis)))
    for kind in KINDS:
        assert not kinds.refusal(kind, synthesis, captioned(synthesis)), kind
        assert kinds.alt_text(kind, synthesis, captioned(synthesis))
        kinds.draw(kind, synthesis, captioned(synthesis))
    shown = written(tmp_path, "forest", synthesis)
    assert shown.index("Cold") < shown.index("Author1 2001") < shown.index("Heat")
    assert shown.index("Heat") < shown.index("Author0 2000")


def _written(folder, synthesis):
    files.replace_json(folder / "synthesis.json", synthesis)
    return folder / "synthesis.json"


@EVERY
@WIDTHS
def test_outside_text_stays_text(tmp_path, kind, narrow):
    """No label, title or axis text adds an element, a formula or a warning to the figure."""

    def drawn(labels):
        studies = [{**study, "label": label} for study, label in zip(many(12), labels, strict=True)]
        synthesis = whole(studies)
        synthesis["subgroups"][0]["column"] = labels[0]
        for level, label in zip(synthesis["subgroups"][0]["levels"], labels[1:4], strict=True):
            level["level"] = label
        words = captioned(synthesis, title=labels[4], xlabel=labels[3])
        for n, label in enumerate(labels[:10]):
            words.judged.items[n] = (f"q{n}", label)
        output.write(kinds.draw(kind, synthesis, words, narrow), tmp_path / "plot.svg")
        return etree.parse(tmp_path / "plot.svg")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hostile = drawn(cases.HOSTILE)
    shown = texts(tmp_path / "plot.svg")
    assert any(text.startswith(one_line(cases.HOSTILE[4])[:6]) for text in shown)
    if kind != "funnel":
        for label in cases.HOSTILE:
            assert any(one_line(label)[:6] in text for text in shown), label
    plain = drawn(["A"] * 12)
    assert {one.tag for one in hostile.iter()} == {one.tag for one in plain.iter()}


def test_same_numbers_same_bytes(tmp_path):
    """Neither the hash seed nor the locale nor what was drawn before changes a byte."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from figure_cases import *;"
        "from figure_cases import kinds, output;"
        "s = whole(many(11)); w = kinds.Captioned('T', new={'s1', 's2'},"
        " judged=judged(s['main']['studies']));"
        "[output.write(kinds.draw(kind, s, w, narrow), f'{sys.argv[2]}/{kind}{end}')"
        " for kind in sys.argv[3].split() for narrow, end in"
        " ((True, '.narrow.svg'), (False, '.svg'), (False, '.png'))]"
    )
    made = []
    for seed, locale, order in (("0", "C", KINDS), ("7", "C.UTF-8", KINDS[::-1])):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        folder = tmp_path / seed
        folder.mkdir()
        here = Path(__file__).parent
        command = [sys.executable, "-c", code, here, folder, " ".join(order)]
        subprocess.run(command, env=environment, check=True)
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == len(SUFFIXES)


@EVERY
@WIDTHS
def test_making_the_file_small_changes_no_picture(kind, narrow):
    """What is left of the SVG has the texts, places and shapes that matplotlib drew."""
    synthesis = whole(many(11))
    with matplotlib.rc_context(STYLE):
        drawn = io.BytesIO()
        kinds.draw(kind, synthesis, captioned(synthesis), narrow).savefig(drawn, format="svg")
    before, after = (
        etree.fromstring(svg) for svg in (drawn.getvalue(), output.slim(drawn.getvalue()))
    )
    for name in ("text", "path", "use", "clipPath", "rect"):
        counts = [sum(1 for one in root.iter(f"{{*}}{name}")) for root in (before, after)]
        assert counts[0] == counts[1], name
    assert [one.text for one in before.iter("{*}text")] == [
        one.text for one in after.iter("{*}text")
    ]
    for one, other in zip(before.iter("{*}text"), after.iter("{*}text"), strict=True):
        assert float(one.get("x")) == pytest.approx(float(other.get("x")), abs=0.006)
        assert float(one.get("y")) == pytest.approx(float(other.get("y")), abs=0.006)
        assert styles(one) == styles(other)
    assert len(output.slim(drawn.getvalue())) < 0.6 * len(drawn.getvalue())


def styles(element):
    """What holds for a text, its own style before those of the groups around it."""
    found = {"text-anchor": "start", "font-weight": "400", "font-style": "normal"}
    for one in [*reversed(list(element.iterancestors())), element]:
        for part in filter(None, (one.get("style") or "").split(";")):
            name, value = part.split(":", 1)
            found[name.strip()] = value.strip()
    return {name: found.get(name) for name in ("fill", "font-size", "text-anchor", "font-weight")}


@EVERY
def test_fonts_are_such_as_browsers_have(tmp_path, kind):
    """Text asks for common fonts, with a generic one last."""
    written(tmp_path, kind, whole(many(11)))
    svg = (tmp_path / "plot.svg").read_text("utf-8")
    assert svg.count("font-family") == 1
    assert lettering.STACK in svg
    assert lettering.STACK.endswith("sans-serif")


def test_each_kind_has_its_files():
    """Wide and narrow for the page, one to print; no two kinds share a name."""
    assert set(kinds.ALL) == set(KINDS)
    assert len(set(SUFFIXES)) == 3 * len(KINDS)
    assert SUFFIXES[-1] == "/forest.svg"
