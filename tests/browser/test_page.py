"""The page as a reader meets it: on a phone, in the dark, by keyboard, on paper."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from invented import HOSTILE

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SHIFTED = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
        .observe({type: "layout-shift", buffered: true});
    window.scrollTo(0, document.body.scrollHeight);
    setTimeout(() => resolve(sum), 300);
})"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_opens_in_silence(see, page, width):
    """No message in the console, no failed request, nothing asked of anybody else."""
    seen = see(page, width)
    seen.page.wait_for_load_state("networkidle")
    assert seen.faults == []


@pytest.mark.parametrize("width", [320, 360, 500, 800, 1280])
def test_nothing_scrolls_sideways(see, page, width):
    """Wide tables and figures scroll in a box of their own, whether folded or open."""
    seen = see(page, width)
    assert not seen.page.evaluate(OVERFLOWS)
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert not seen.page.evaluate(OVERFLOWS)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_everybody_can_read_it(see, page, scheme, width):
    """WCAG 2.2 AA as far as axe can tell, with everything folded and with everything open."""
    seen = see(page, width, color_scheme=scheme)
    folded = Axe().run(seen.page, options=RULES)
    assert folded.violations_count == 0, folded.generate_report()
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    unfolded = Axe().run(seen.page, options=RULES)
    assert unfolded.violations_count == 0, unfolded.generate_report()


def test_every_link_leads_somewhere(see, page):
    """Anchors have their target, files lie beside the page, all else is https or mail."""
    seen = see(page)
    links = seen.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    ids = set(seen.page.eval_on_selector_all("[id]", "all => all.map(a => a.id)"))
    assert len(links) > 20
    for link in links:
        target = urlsplit(link)
        if target.scheme or target.netloc:
            assert target.scheme in ("https", "mailto"), link
        elif target.path:
            assert (Path(page).parent / unquote(target.path)).exists(), link
        elif target.fragment:
            assert unquote(target.fragment) in ids, link


def test_ids_are_given_once(see, page):
    """Two things of one id would hide one of them from links and from screen readers."""
    ids = see(page).page.eval_on_selector_all("[id]", "all => all.map(a => a.id)")
    assert sorted(set(ids)) == sorted(ids)


def headings(page):
    return [each.inner_text() for each in page.locator("h1, h2, h3").all() if each.is_visible()]


def test_without_scripts_the_same_is_readable(see, page):
    """Who allows no scripts misses the filter, and no word of what is known."""
    plain = see(page, java_script_enabled=False).page
    scripted = see(page).page
    headings = [
        each.inner_text() for each in plain.locator("h1, h2, h3").all() if each.is_visible()
    ]
    assert [
        each.inner_text() for each in scripted.locator("h1, h2, h3").all() if each.is_visible()
    ] == headings
    assert plain.locator("table").count() == scripted.locator("table").count()


def test_it_prints(see, page):
    """On paper all that is folded is open, in black on white; the PDF holds all pages."""
    seen = see(page, color_scheme="dark").page
    seen.emulate_media(media="print")
    assert seen.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    paper = seen.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") > 3


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_it_loads(see, page, width):
    """Images know their size before they are there."""
    assert see(page, width).page.evaluate(SHIFTED) == 0


def test_the_first_view_is_light(page):
    """One file, with all that it shows, under a megabyte."""
    assert Path(page).stat().st_size < 1_000_000


def test_hostile_words_stay_words(see, hostile):
    """What was typed as code is read as text; nothing of it ran, fetched, or became markup."""
    seen = see(hostile)
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    text = seen.page.evaluate("document.body.textContent")
    assert [words for words in HOSTILE if words not in " ".join(text.split())] == []
    assert seen.page.evaluate("window.ran") is None
    assert seen.page.locator("[onerror], [onload], [onclick], iframe, object, embed").count() == 0
    assert seen.faults == []


def test_the_keyboard_opens_what_is_folded(see, hostile):
    """Enter opens and closes each fold that has the focus, and the focus is seen."""
    seen = see(hostile).page
    folds = [each for each in seen.locator("details > summary").all() if each.is_visible()]
    assert len(folds) > 5
    for fold in folds:
        fold.focus()
        assert fold.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
        seen.keyboard.press("Enter")
        assert fold.locator("xpath=..").get_attribute("open") is not None
        seen.keyboard.press("Enter")
        assert fold.locator("xpath=..").get_attribute("open") is None


def test_tab_skips_to_the_answers_first(see, page):
    """The first stop of the keyboard leads past the head of the page, to what it is about."""
    seen = see(page).page
    seen.keyboard.press("Tab")
    target = seen.evaluate("document.activeElement.getAttribute('href')")
    assert target
    assert target.startswith("#")
    seen.keyboard.press("Enter")
    assert seen.evaluate("location.hash") == target
