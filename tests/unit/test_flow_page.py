"""The section on the flow: lists that boxes lead to, outside text that stays text."""

import shutil
from pathlib import Path

import pytest
import report_cases
from flow_cases import PREVIOUS, counted, everything, one_source, screened, source
from lxml import html

from living_review.flow.listing import LISTED
from living_review.report import flow, parts, render

SOURCES = Path(__file__).resolve().parents[2] / "report"
PAGE = """---
engine: markdown
---

## Flow {#flow}

{{< include _parts/flow.md >}}

## Left out after the full text {#excluded}

{{< include _parts/excluded.md >}}
"""


def results(counts):
    return {**report_cases.empty(), "flow": counts}


@pytest.fixture(scope="module", autouse=True)
def by_pandoc():
    """Quarto out of sight, so that the tests are of one renderer everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        which = shutil.which
        patch.setattr(shutil, "which", lambda name: None if name == "quarto" else which(name))
        render.renderer.cache_clear()
        yield
    render.renderer.cache_clear()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The section of a review with something in every box, rendered."""
    folder = tmp_path_factory.mktemp("flow")
    shutil.copytree(SOURCES, folder / "sources")
    (folder / "sources/index.qmd").write_text(PAGE, "utf-8")
    (folder / "figures").mkdir()
    given = results(everything())
    parts.write(given, folder / "parts")
    flow.write(given, folder / "figures")
    render.render(folder / "sources", folder / "parts", folder / "figures", folder / "out")
    return html.fromstring((folder / "out/index.html").read_bytes())


def test_every_box_leads_to_its_list(page):
    """Each link of the figure and of the sums has its target, and each id stands once."""
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inside = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#flow-")}
    assert len(inside) > 20
    assert inside <= set(ids)


def test_the_figure_lies_beside_the_page(page):
    """It can be downloaded."""
    assert page.xpath("//a[@href = 'figures/flow.svg']")


def test_both_layouts_are_on_the_page(page):
    """Wide and narrow, as drawings with text."""
    drawings = page.xpath("//*[local-name() = 'svg']")
    assert [one.get("class") for one in drawings] == ["flow flow-wide", "flow flow-narrow"]
    assert all(one.xpath(".//*[local-name() = 'tspan']") for one in drawings)


def test_hostile_text_stays_text(page):
    """A script in a reason, a source or a title is shown as what it is."""
    assert not page.xpath("//body//*[not(self::script)]//script")
    lists = page.xpath("//details[@class = 'flow-list']")
    shown = [one for one in lists if "<script>alert(1)</script>" in one.text_content()]
    assert {one.get("id") for one in shown} == {
        "flow-databases-identified",  # the name of a source
        "flow-databases-awaiting-screening",  # titles
        "flow-databases-excluded",
        "flow-databases-ineligible",  # a reason
        "flow-other-ineligible",
    }
    assert not page.xpath("//details//details")


def test_each_work_is_in_one_list(page):
    """The lists hold every record once: 26 identified, of which 3 could not be read."""
    rows = page.xpath("//details[@class = 'flow-list']//li")
    assert len(rows) == 23


def test_long_lists_are_cut_with_a_sentence():
    """The first 200 are shown; the others are in the file for download."""
    ids = [f"r{n}" for n in range(LISTED + 5)]
    counts = one_source(ids, lines=[at for one in ids for at in screened(one, "exclude")])
    part = flow.flow_part(results(counts))
    assert part.count("- Title of r") == LISTED
    assert f"The first {LISTED} are shown; 5 more are in [results.json](results.json)." in part


def test_a_review_without_records_says_so(tmp_path):
    """No figure of zeros; what the previous version included is said."""
    part = flow.flow_part(results(counted([], [], previous=PREVIOUS)))
    assert "Flow not recorded." in part
    assert "The previous version of the review included 29 studies." in part
    assert "<svg" not in part
    flow.write(results(counted([], [])), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_column_without_records_says_so():
    """Before the first search of a database nothing stands behind its zeros."""
    part = flow.flow_part(results(one_source("a", "Hand search")))
    assert "**Databases and registers.** Nothing was identified yet." in part


def test_how_the_numbers_add_up_is_written_out():
    """Each sum of the figure is a sentence with links."""
    part = flow.flow_part(results(counted([("a", "s", "a")], [source("s", "MEDLINE", 1)])))
    assert (
        "- 1 record identified = [1 awaiting screening](#flow-databases-awaiting-screening)"
        in part.splitlines()
    )
