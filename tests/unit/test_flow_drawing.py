"""The drawing of the flow: real text within its boxes, links, the same bytes each time."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flow_cases import (
    PREVIOUS,
    PROTOCOL,
    REASONS,
    counted,
    everything,
    judged,
    one_source,
    screened,
    source,
)

from living_review.figures.plain import one_line
from living_review.flow import layout, svg, wording, wrapping

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = {"wide": layout.wide, "narrow": layout.narrow}


def long_reasons():
    """Reasons in one word without end, in wide letters, and with nothing in them."""
    words = ["x" * 400, "漢字" * 60, "🧪" * 30, "ووو " * 40, "", "W" * 50]
    reasons = {f"r{n}": word for n, word in enumerate(words)}
    lines = [
        at
        for one, reason in zip("abcdef", reasons, strict=True)
        for at in judged(one, "exclude", reason)
    ]
    protocol = {
        "stages": ["title_abstract", "full_text"],
        "screeners_required": {"title_abstract": 2, "full_text": 2},
        "reasons": reasons,
    }
    return one_source("abcdef", "M" * 300, lines=lines, protocol=protocol)


def taken_out(previous=PREVIOUS):
    """One of two included studies was retracted."""
    return one_source(
        "ab",
        lines=[*judged("a", "include"), *judged("b", "include")],
        studies={"s1": "no", "s2": "no"},
        reports=[("s1", "a"), ("s2", "b")],
        previous=previous,
        out=["s1"],
    )


CASES = {
    "everything": everything,
    "first version": lambda: one_source("abc", "Hand search"),
    "nothing found": lambda: counted([], [source("s", "MEDLINE", 0, "search")]),
    "no previous version": lambda: one_source("abc", previous=None),
    "long reasons": long_reasons,
    "taken out": taken_out,
    "taken out of a first version": lambda: taken_out(None),
}


@pytest.fixture(params=CASES)
def counts(request):
    return CASES[request.param]()


@pytest.fixture(params=LAYOUTS)
def drawing(request, counts):
    return LAYOUTS[request.param](wording.flow(counts))


def figures(counts):
    """The two drawings of the page, and the file."""
    _, wide, narrow = svg.inline(counts).splitlines()
    return [ElementTree.fromstring(text) for text in (wide, narrow, svg.standalone(counts, "../p"))]


def test_every_line_stays_in_its_box(drawing):
    """Measured in the widest of the fonts, no text is wider or lower than its box."""
    for box in drawing.boxes:
        for text in box.texts:
            bold = box.look in layout.BOLD
            right = max(wrapping.wide(line, layout.SIZE, bold) for line in text.lines) + text.x
            assert right <= box.right
            assert box.y < text.y - layout.ASCENT
            assert text.y + layout.LEADING * (len(text.lines) - 1) < box.bottom


def test_boxes_keep_apart_and_in_the_drawing(drawing):
    """No box covers another one; none leaves the drawing."""
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.right <= drawing.width
        assert box.bottom <= drawing.height
    for one, other in combinations(drawing.boxes, 2):
        beside = one.right <= other.x or other.right <= one.x
        assert beside or one.bottom <= other.y or other.bottom <= one.y


def test_arrows_end_at_boxes_and_cross_none(drawing):
    """Each head touches the edge of a box; no line runs through one."""
    for arrow in drawing.arrows:
        x, y = arrow.points[-1]
        assert any(
            box.x - 1 <= x <= box.right + 1 and box.y - 1 <= y <= box.bottom + 1
            for box in drawing.boxes
        )
        for (x1, y1), (x2, y2) in zip(arrow.points, arrow.points[1:], strict=False):
            for box in drawing.boxes:
                across = max(x1, x2) > box.x + 1 and min(x1, x2) < box.right - 1
                down = max(y1, y2) > box.y + 1 and min(y1, y2) < box.bottom - 1
                assert not (across and down)


def test_text_is_text(counts):
    """Every label is in each figure as it is worded, and so is the description."""
    flow = wording.flow(counts)
    boxes = [flow.included, *(step.main for column in flow.columns for step in column.steps)]
    for figure in figures(counts):
        said = " ".join(one_line("".join(text.itertext())) for text in figure.iter(f"{SVG}text"))
        for box in boxes:
            for line in box.lines:
                if not line.inset:
                    assert one_line(line.text) in said
        assert figure.find(f"{SVG}title").text == flow.title
        assert one_line(wording.description(counts)) == figure.find(f"{SVG}desc").text


def test_the_description_has_the_numbers():
    """Who can't see the figure hears all of it, in its order."""
    lines = [*judged("a", "exclude", "no_ablation"), *judged("b", "include")]
    counts = one_source("abc", lines=lines, studies={"s1": "unknown"}, reports=[("s1", "b")])
    assert one_line(wording.description(counts)) == (
        "Previous studies. "
        "Studies included in previous version of review (n = 29); "
        "Reports of studies included in previous version of review (not stated). "
        "Identification of new studies via databases and registers. "
        "Records identified from: Databases (n = 3); MEDLINE (n = 3); Registers (n = 0). "
        "Records removed before screening: Duplicate records removed (n = 0); "
        "Records marked as ineligible by automation tools (n = 0); "
        "Records removed for other reasons: entries that could not be read (n = 0). "
        "Records awaiting screening (n = 1). "
        "Records screened (n = 2). Records excluded (n = 0). "
        "Reports sought for retrieval (n = 2). Reports not retrieved (n = 0). "
        "Reports assessed for eligibility (n = 2). "
        f"Reports excluded (n = 1); {REASONS['no_ablation']} (n = 1). "
        "New studies included in review (n = 0); Reports of new included studies (n = 0); "
        "Included studies that may be in the previous version (n = 1); "
        "Reports of studies that may be in the previous version (n = 1). "
        "Total studies included in review (n = 29 to 30); "
        "Reports of total included studies (not stated)."
    )


def test_the_template_of_a_first_review_has_neither_previous_nor_total():
    """Its last box says what is included, and nothing is new."""
    flow = wording.flow(one_source("a", previous=None))
    assert (flow.previous, flow.total) == (None, None)
    assert [line.label for line in flow.included.lines] == [
        "Studies included in review",
        "Reports of included studies",
    ]
    assert flow.columns[0].title.lines[0].label == (
        "Identification of studies via databases and registers"
    )


@pytest.mark.parametrize("previous", [PREVIOUS, None])
def test_what_was_taken_out_has_its_lines(previous):
    """Studies and reports that left are told beside those that are in, and no total counts them."""
    counts = taken_out(previous)
    assert [
        line.text.replace("\xa0", " ") for line in wording.flow(counts).included.lines[-2:]
    ] == [
        "Included studies taken out since, after a retraction or an expression of concern (n = 1)",
        "Reports of studies taken out (n = 1)",
    ]
    assert "1 included study taken out since is in no total." in wording.notes(counts)


def test_a_study_that_was_taken_out_may_make_the_total_a_range():
    """Nobody knows whether the previous version had it."""
    flow = one_source(
        "a",
        lines=judged("a", "include"),
        studies={"s1": "unknown"},
        reports=[("s1", "a")],
        out=["s1"],
    )
    assert flow["total"]["studies"] == [28, 29]
    assert any(note.startswith("The total is a range") for note in wording.notes(flow))


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0"),
        (1234, "1,234"),
        ([29, 29], "29"),
        ([29, 1031], "29 to 1,031"),
        (None, "not stated"),
    ],
)
def test_numbers_are_worded(n, words):
    """A range until it is resolved; what is not known is said to be so."""
    assert wording.number(n) == words


def test_only_boxes_that_hold_something_are_links():
    """Nothing lies behind a zero."""
    wide, *_ = figures(one_source("a"))
    assert [link.get("href") for link in wide.iter(f"{SVG}a")] == [
        "#flow-databases-identified",
        "#flow-databases-awaiting-screening",
    ]


def test_the_file_links_to_the_page():
    """Outside the page a box leads to the page's list."""
    *_, alone = figures(one_source("a"))
    assert {link.get("href") for link in alone.iter(f"{SVG}a")} == {
        "../p#flow-databases-identified",
        "../p#flow-databases-awaiting-screening",
    }


def test_the_file_carries_its_notes():
    """Who has the figure alone reads how it counts."""
    counts = everything()
    *_, alone = figures(counts)
    said = " ".join(one_line("".join(text.itertext())) for text in alone.iter(f"{SVG}text"))
    assert all(one_line(note) in said for note in wording.notes(counts))


def test_notes_say_what_the_numbers_don_t():
    """A note for each thing that a reader could take wrongly; here two hold."""
    assert wording.notes(one_source("a", lines=judged("a", "include"), previous=PREVIOUS)) == [
        "Each publication counts once, in the first source that brought it.",
        "Dashed boxes, which the template does not have, hold what waits for people.",
    ]
    assert len(wording.notes(everything())) == 7


def test_reports_that_nobody_could_get_are_no_silent_zero():
    """Where the protocol can't tell them from those that wait, a note says so."""
    protocol = {**PROTOCOL, "reasons": {"not_kidney": "Not a kidney"}}
    notes = [
        wording.notes(one_source("a", lines=screened("a", "include"), protocol=of))
        for of in (protocol, PROTOCOL)
    ]
    assert [any("nobody could get" in note for note in of) for of in notes] == [True, False]


def test_hostile_text_makes_no_element():
    """Whatever a reason or a source is called, the elements are those of the drawing."""
    for figure in figures(everything()):
        tags = {element.tag.removeprefix(SVG) for element in figure.iter()}
        assert tags <= {"svg", "title", "desc", "style", "rect", "path", "g", "a", "text", "tspan"}


def test_the_same_counts_give_the_same_bytes():
    """In another process, with other hashes, too."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import flow_cases\n"
        "from living_review.flow import svg\n"
        "sys.stdout.buffer.write(svg.standalone(flow_cases.everything(), '../p').encode())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {svg.standalone(everything(), "../p").encode()}


def test_text_is_cut_with_its_number_whole():
    """What is left out is marked; how many there are is not left out."""
    lines = wrapping.wrap("word " * 40, "(n\u00a0=\u00a05)", 60, 13, most=3, bold=False)
    assert len(lines) == 3
    assert "…" in "".join(lines)
    assert lines[-1].endswith("(n\u00a0=\u00a05)")
