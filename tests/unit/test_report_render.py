"""The page: whole, still, the same each time, and made by the renderer that it names."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import report_cases as cases
from lxml import etree, html
from page_numbers import literals, unaccounted

from living_review import files
from living_review.figures import SUFFIXES, file_name, forest, kinds, output
from living_review.figures.plain import one_line
from living_review.report import beside, checklists, figures, parts, render

SOURCES = Path(__file__).resolve().parents[2] / "report"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
XML = re.compile(r"\.(xml|rels)$")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


# one white pixel
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTf1wQAAAABJRU5ErkJggg=="
)


def prepared(results, folder):
    parts.write(results, folder / "parts")
    files.replace_json(folder / "parts/data/datapackage.json", results["codebook"])
    files.replace_text(folder / "parts/data/codebook.csv", "table,column\n")
    checklists.write(results, folder / "parts/data")
    (folder / "figures").mkdir()
    for analysis in results["analyses"]:
        for suffix in SUFFIXES:
            path = folder / "figures" / file_name(suffix, analysis["id"])
            if path.suffix == ".png":
                path.write_bytes(PIXEL)  # drawn elsewhere
            else:
                kind, narrow = suffix[1:].split(".")[0], ".narrow" in suffix
                words = figures.captioned(analysis, results)
                output.write(kinds.draw(kind, analysis["synthesis"], words, narrow), path)
    return folder


def rendered(folder, name="out"):
    render.render(SOURCES, folder / "parts", folder / "figures", folder / name)
    return folder / name


@pytest.fixture(scope="module", autouse=True)
def by_pandoc():
    """Quarto out of sight, so that the tests are of one renderer everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        which = shutil.which
        patch.setattr(shutil, "which", lambda name: None if name == "quarto" else which(name))
        render.renderer.cache_clear()
        yield
    render.renderer.cache_clear()


@pytest.fixture(scope="module", params=cases.CASES)
def made(request, tmp_path_factory):
    results = cases.CASES[request.param]()
    out = rendered(prepared(results, tmp_path_factory.mktemp(request.param)))
    return results, out


@pytest.fixture(scope="module")
def page(made):
    return html.fromstring((made[1] / "index.html").read_bytes())


class Balance(HTMLParser):
    """Tags that are closed in the order in which they were opened."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        repeated = [name for name, n in Counter(name for name, _ in attrs).items() if n > 1]
        self.wrong += [f"{tag} {name} twice" for name in repeated]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def test_tags_are_balanced(made):
    """Every element is closed where it should be; no attribute is given twice."""
    check = Balance()
    check.feed((made[1] / "index.html").read_text("utf-8"))
    assert check.wrong == []
    assert check.open == []


def test_ids_are_unique_and_links_inside_lead_somewhere(page):
    """Each id stands once; each #link has its target."""
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inside = [href[1:] for href in page.xpath("//a/@href") if href.startswith("#")]
    assert set(inside) <= set(ids)


def test_each_item_of_a_checklist_leads_to_a_place_on_the_page(page, made):
    """What a checklist says to be told somewhere can be looked up there, by a link."""
    inside = page.xpath("//section[@id='checklists']//li/a/@href")
    places = [row["where"] for one in made[0]["checklists"] for row in one["rows"]]
    assert sorted(inside) == sorted(f"#{place}" for place in places)
    assert set(places) <= set(page.xpath("//@id"))


def test_headings_are_in_order(page):
    """One first heading; no level is left out on the way down."""
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_is_loaded_and_only_our_script_runs(page):
    """One script of our own, no frame, no form, no handler; every resource is in the page."""
    script = (SOURCES / "script.html").read_text("utf-8")
    assert [f"<script>{one.text}</script>" for one in running(page)] == [script.strip()]
    assert not list(page.iter("iframe", "object", "embed", "form", "base", "input"))
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert all(src.startswith("data:image/svg+xml;base64,") for src in page.xpath("//@src"))
    told = "@rel = 'canonical' or @rel = 'alternate'"
    assert not page.xpath(f"//link[not(starts-with(@href, 'data:') or {told})]")
    styles = "".join(page.xpath("//style/text()")) + "".join(page.xpath("//@style"))
    assert "url(" not in styles
    assert "@import" not in styles


def test_links_are_of_the_web_or_of_the_page(page, made):
    """Links go to the web by http(s), to the page itself, or to a file beside it."""
    for href in page.xpath("//a/@href"):
        if not re.match(
            r"https?://|#|v/2026\.10(\.\d+)?/", href
        ):  # a version is put beside when shown
            assert (made[1] / href).is_file(), href


def running(page):
    """Scripts that a browser would run; JSON-LD is none."""
    return [one for one in page.iter("script") if one.get("type") != "application/ld+json"]


def test_policy_stands_before_any_style(page):
    """The Content-Security-Policy allows the page's script, by its digest, and no source but the
    page."""
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']")[0]
    digest = hashlib.sha256(running(page)[0].text.encode()).digest()
    allowed = f"script-src 'sha256-{base64.b64encode(digest).decode()}'"
    assert policy.get("content").startswith(
        f"default-src 'none'; {allowed}; style-src 'unsafe-inline'"
    )
    assert policy.get("content").count("script") == 1
    first = page.xpath("//head/*[self::style or self::link or self::title]")[0]
    assert policy in first.itersiblings(preceding=True)


def test_plots_are_told_in_words(page, made):
    """Each plot has the alt text that its numbers give, or stands in words alone where it is too
    tall; no plot stands for nothing."""
    told = [
        (figures.is_shown(kind, analysis["synthesis"]), one_line(alt))
        for analysis in made[0]["analyses"]
        if forest.drawn(analysis["synthesis"]).anything
        for words in [figures.captioned(analysis, made[0])]
        for kind in ("forest", "leave_one_out", "cumulative", "funnel", "risk_of_bias")
        if not kinds.refusal(kind, analysis["synthesis"], words)
        for alt in 2 * [kinds.alt_text(kind, analysis["synthesis"], words)]  # wide and narrow
    ]
    drawn = [alt for is_shown, alt in told if is_shown]
    assert [image.get("alt") for image in page.iter("img")] == drawn
    assert all(image.get("aria-label") == image.get("alt") for image in page.iter("img"))
    words_alone = {one_line(paragraph.text_content()) for paragraph in page.iter("p")}
    for is_shown, alt in told:
        assert is_shown or any(words.startswith(alt) for words in words_alone)


def test_tables_have_headers_and_boxes(page):
    """Every table has header cells, in a box that scrolls and can be reached by keyboard."""
    for table in page.iter("table"):
        assert table.xpath("./thead/tr/th")
        box = next(table.iterancestors("div"))
        assert (box.get("tabindex"), box.get("role")) == ("0", "region")
        assert box.get("aria-label")


def test_page_says_what_it_is(page, made):
    """Title, language, living, status, question and renderer are told."""
    review = made[0]["review"]
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == one_line(f"{review['title']}: a living systematic review")
    assert one_line(page.xpath("//h1")[0].text_content()) == one_line(review["title"])
    shown = one_line(page.text_content())
    assert "Living systematic review" in shown
    assert one_line(made[0]["status"]["words"]) in shown
    assert f"Rendered by {render.renderer()}." in shown


def test_feed_readers_find_the_feed(made, page):
    """From the page, and from each of the several."""
    found = [(made[1], page), *((made[1] / "site", html.parse(str(path)))
                                for path in (made[1] / "site").iterdir())]  # fmt: skip
    for folder, one in found:
        (feed,) = one.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
        assert (folder / feed).is_file()


def test_results_and_figures_lie_beside(made):
    """results.json and every plot can be downloaded."""
    files = {str(path.relative_to(made[1])) for path in made[1].rglob("*") if path.is_file()}
    plots = {
        f"figures/{file_name(suffix, analysis['id'])}"
        for analysis in made[0]["analyses"]
        for suffix in SUFFIXES
    }
    small = beside.files(made[0])
    assert {"feed.xml", "CITATION.cff", "cite/this.bib", "cite/every.json"} <= set(small)
    whole = {"index.html", "results.json", "review.docx"}
    whole |= {"data/datapackage.json", "data/codebook.csv", "data/checklists.csv"}
    assert {path for path in files if not path.startswith("site/")} == {*whole, *plots, *small}


def test_several_pages_have_all_of_the_one(made, page):
    """Each section stands on exactly one of them; the answers on the first, a result on its own."""
    several = {path.name: html.parse(str(path)) for path in (made[1] / "site").iterdir()}
    shown = Counter(
        str(name)
        for one in several.values()
        for name in one.xpath("//section//@id | //section/@id")
    )
    expected = page.xpath("//main//section//@id | //main//section/@id")
    assert shown == Counter(map(str, expected))
    assert several["index.html"].xpath("//section[@id='answers']")
    for analysis in made[0]["analyses"]:
        anchor = f"analysis-{analysis['id'].replace('_', '-')}"
        assert several[f"{anchor}.html"].xpath(f"//section[@id='{anchor}']")
    words = {one_line(one.getroot().text_content()) for one in several.values()}
    for section in page.xpath("//section[contains(@class, 'level3')]"):
        assert any(one_line(section.text_content()) in text for text in words)


def test_links_of_several_pages_lead_somewhere(made, page):
    """To a place on this or another of them, or to a file beside the page; the policy is kept."""
    folder = made[1] / "site"
    several = {path.name: html.parse(str(path)) for path in folder.iterdir()}
    ids = {name: set(map(str, one.xpath("//@id"))) for name, one in several.items()}
    for name, one in several.items():
        assert one.xpath("//meta[@http-equiv='Content-Security-Policy']")
        assert not one.xpath("//@onclick | //@onerror | //@onload")
        assert one.xpath("//script/text()") == page.xpath("//script/text()")
        assert len(one.xpath("//h1")) == 1
        levels = [int(heading.tag[1]) for heading in one.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        for href in map(str, one.xpath("//a/@href")):
            if re.match(r"https?://|\.\./v/2026\.10", href):
                continue
            file, _, place = href.partition("#")
            if place:
                assert place in ids[file or name], (name, href)
            else:
                assert (folder / file).is_file(), (name, href)


def test_the_document_holds_what_the_page_says(made):
    """DOCX: a whole package; hostile texts are text, plots PNG; nothing runs or is fetched."""
    with zipfile.ZipFile(made[1] / "review.docx") as package:
        assert package.testzip() is None
        read = {name: package.read(name) for name in package.namelist()}
    parsed = {name: etree.fromstring(text) for name, text in read.items() if XML.search(name)}
    body = parsed["word/document.xml"]
    said = one_line(" ".join("".join(p.itertext(f"{W}t")) for p in body.iter(f"{W}p")))
    review = made[0]["review"]
    for text in (review["title"], review["question"], *made[0]["warnings"]):
        assert one_line(text) in said
    assert "Living systematic review" in said
    assert {name.rpartition(".")[2] for name in read if "/media/" in name} <= {"png"}
    assert not list(body.iter(f"{W}instrText", f"{W}object"))
    for name, root in parsed.items():
        for link in root.iter(f"{RELATIONS}Relationship") if name.endswith(".rels") else ():
            if link.get("TargetMode") == "External":
                assert link.get("Type").endswith("/hyperlink")
                assert re.match(r"https?://|[a-z]+[./]|#|CITATION\.cff$|v/", link.get("Target"))


def test_hostile_texts_are_shown_as_they_are(page, made):
    """Outside text is readable, letter by letter, wherever it stands."""
    shown = one_line(page.text_content())
    results = made[0]
    cells = [row["quote"] for study in results["studies"] for row in study["outcomes"]]
    titles = [row["title"] for row in results["waiting"]["lists"]["full_text"]]
    for outside in (results["review"]["question"], *results["warnings"], *cells, *titles):
        assert one_line(outside) in shown
    assert "root:" not in shown  # of /etc/passwd


BLOCKS = {"h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "td", "th", "caption", "figcaption"}
BLOCKS |= {"summary", "text"}  # text: of a drawing


def sentences(page):
    """The text of each block of which some text node is directly a part, the script left out."""
    blocks = {}
    for node in page.xpath("//body//text()[not(ancestor::script or ancestor::style)]"):
        holder = node.getparent().getparent() if node.is_tail else node.getparent()
        around = (one for one in (holder, *holder.iterancestors()) if one.tag in BLOCKS)
        if node.strip():
            block = next(around, holder)
            blocks[block] = one_line(block.text_content())
    return list(blocks.values())


def test_every_number_is_of_the_results_or_a_term(page, made):
    """No digit of the text stands for itself: results.json has it, or it is in a name of the
    field."""
    assert unaccounted(sentences(page), made[0]) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [("About 72 in 100 patients (95% CI 65.9% to 77.4%)", []), ("About 71 in 100", ["71"]),
     ("95% CI 65.9% to 77.5%", ["77.5"]), ("T1a of PRISMA 2020; tau2, I2 and 1,234", []),
     ("1,235 patients", ["1,235"]), ("98% CI", ["98"])],
)  # fmt: skip
def test_a_number_that_is_not_of_the_results_is_found(said, found):
    """Another rounding, another share, another level of an interval: each is named."""
    results = {"estimate": 0.7189, "ci": [0.6589, 0.7739], "n": 1234}
    assert [words.split(" in: ")[0] for words in unaccounted([said], results)] == found


def test_sources_of_the_page_hold_no_number():
    """What is the same on every page, the words of its sources and of the library, counts
    nothing."""
    for source in SOURCES.glob("*.qmd"):
        assert unaccounted([source.read_text("utf-8")], {}) == []
    for module in Path(parts.__file__).parent.glob("*.py"):
        assert literals(module.read_text("utf-8")) == [], module.name


def test_no_text_makes_an_element(page):
    """The page holds the elements that its sources ask for, and no others."""
    known = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "span",
        "strong",
        "em",
        "dl",
        "div",
        "dt",
        "dd",
        "nav",
        "ul",
        "ol",
        "li",
        "section",
        "blockquote",
        "details",
        "summary",
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "br",
        "script",
        "link",
    }
    assert {element.tag for element in page.iter()} <= known


def test_same_inputs_same_bytes(tmp_path):
    """A second render differs in no byte of any file, documents and feed among them."""
    folder = prepared(cases.kidney(), tmp_path)
    first, second = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in (rendered(folder, "one"), rendered(folder, "two"))
    )
    assert first == second


def test_sources_are_not_touched(tmp_path):
    """Rendering writes nothing beside the sources: they may be read-only."""
    before = sorted(SOURCES.rglob("*"))
    rendered(prepared(cases.empty(), tmp_path))
    assert sorted(SOURCES.rglob("*")) == before


# ---- renderers ---------------------------------------------------------------------------


@pytest.fixture
def quarto(tmp_path, monkeypatch):
    """A stand-in for Quarto: (folder of the program, its script to be filled)."""
    program = tmp_path / "quarto/bin/quarto"
    program.parent.mkdir(parents=True)
    monkeypatch.setattr(shutil, "which", lambda name: str(program) if name == "quarto" else None)
    render.renderer.cache_clear()

    def install(script):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    yield install
    render.renderer.cache_clear()


def test_quarto_is_preferred(tmp_path, quarto):
    """Where Quarto is, it renders, and the page's variables name it."""
    program = quarto(
        'case "$4" in html) made=index.html;; *) made="$6";; esac\n'
        'cat _variables.yml > "$made"; echo "$@" >> "$made"'
    )
    (program.parents[1] / "share").mkdir()
    (program.parents[1] / "share/version").write_text("1.9.36\n")
    folder = prepared(cases.empty(), tmp_path / "x")
    (folder / "out").mkdir()
    name = render.render(SOURCES, folder / "parts", folder / "figures", folder / "out")
    assert name == "quarto 1.9.36"
    page = (folder / "out/index.html").read_text()
    assert 'renderer: "quarto 1.9.36"' in page
    assert page.endswith("render index.qmd --to html\n")
    for name, kind in (("review.docx", "docx"), ("review.pdf", "typst")):
        made = (folder / "out" / name).read_text()
        assert made.endswith(f"render index.qmd --to {kind} --output {name}\n")


def test_quarto_that_fails_fails_the_run(tmp_path, quarto):
    """There is no silent fall-back, and no page is left."""
    quarto('[ "$1" = --version ] && echo 1.9.0 || { echo "no such format" >&2; exit 3; }')
    folder = prepared(cases.empty(), tmp_path / "x")
    with pytest.raises(render.RenderError, match="no such format"):
        render.render(SOURCES, folder / "parts", folder / "figures", folder / "out")
    assert not (folder / "out").exists()


def test_the_renderer_is_named_without_rendering():
    """Pandoc is named by its version."""
    assert re.fullmatch(r"pandoc \d+(\.\d+)+", render.renderer())


def test_naming_the_renderer_is_light():
    """It is asked whenever the workflow is read, so that nothing slow may be imported for it."""
    code = (
        "import sys; from living_review.report import render; render.renderer();"
        "print({'pandas', 'numpy', 'matplotlib', 'pypandoc', 'ruamel'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# ---- what the Pandoc path gives of Quarto ------------------------------------------------


@pytest.fixture
def site(tmp_path):
    """Renders a page of one's own with the reader and filter: text, files -> parsed HTML."""

    def build(text, **files):
        sources = tmp_path / "sources"
        shutil.copytree(SOURCES, sources)
        (sources / "index.qmd").write_text(text)
        for name, content in files.items():
            (sources / f"{name}.md").write_text(content)
        folder = prepared(cases.empty(), tmp_path / "x")
        render.render(sources, folder / "parts", folder / "figures", folder / "out")
        return html.fromstring((folder / "out/index.html").read_bytes())

    return build


def test_a_theme_that_only_quarto_compiles_is_refused(tmp_path):
    """No page in another look than the one that was asked for."""
    sources = tmp_path / "sources"
    shutil.copytree(SOURCES, sources)
    config = sources / "_quarto.yml"
    themed = config.read_text().replace("theme: none", "theme: [cosmo, theme.scss]")
    config.write_text(themed.replace("    css: page.css\n", ""))
    folder = prepared(cases.empty(), tmp_path / "x")
    with pytest.raises(render.RenderError, match="only Quarto compiles"):
        render.render(sources, folder / "parts", folder / "figures", folder / "out")
    assert not (folder / "out").exists()


def test_callouts(site):
    """A callout is a quotation with its title, which is no heading."""
    page = site(
        "## A\n\n::: {.callout-tip}\n## Mind\n\nText\n:::\n\n::: {.callout-note}\nPlain\n:::\n"
    )
    assert [box.get("class") for box in page.find_class("callout")] == [
        "callout callout-tip",
        "callout callout-note",
    ]
    assert [strong.text for strong in page.xpath("//blockquote//strong")] == ["Mind", "Note"]
    assert len(page.xpath("//h2")) == 2  # of the contents, and A


def test_tabsets_open_without_scripts(site):
    """Tabs become blocks of which one is open at a time, the first to begin with."""
    page = site("## A\n\n::: {.panel-tabset}\n### One\n\n1\n\n### Two\n\n2\n:::\n")
    tabs = page.xpath("//details")
    assert [one_line(tab.text_content()) for tab in tabs] == ["One 1", "Two 2"]
    assert [tab.get("open") is not None for tab in tabs] == [True, False]
    assert len({tab.get("name") for tab in tabs}) == 1


def test_cross_references(site):
    """Figures and tables are numbered in the order of reading; references name and link them."""
    page = site(
        "See @tbl-b, @fig-a and @sec-c; [@tbl-a; @tbl-b].\n\n## C {#sec-c}\n\n"
        "![Cap](figures/forest_surveillance_died.svg){#fig-a fig-alt='told'}\n\n"
        "| h |\n|---|\n| 1 |\n\n: T1 {#tbl-a}\n\n| h |\n|---|\n| 1 |\n\n: T2 {#tbl-b}\n"
    )
    first = page.xpath("//main//p[starts-with(., 'See')]")[0]
    assert one_line(first.text_content()) == (
        "See Table 2, Figure 1 and Section “C”; Table 1, Table 2."
    )
    assert {link.get("href") for link in first.iter("a")} == {
        "#tbl-a",
        "#tbl-b",
        "#fig-a",
        "#sec-c",
    }
    captions = [one_line(caption.text_content()) for caption in page.iter("caption", "figcaption")]
    assert captions == ["Figure 1: Cap", "Table 1: T1", "Table 2: T2"]
    assert page.xpath("//img/@alt") == ["told"]


def test_includes_and_values(site):
    """Includes nest; var and meta give their values; a doubled brace shows the shortcode."""
    page = site(
        "## A\n\n{{< include _one.md >}}\n\n"
        "Meta {{< meta lang >}}. Literal {{{< var version >}}}.\n",
        _one="Uno {{< var version >}}.\n\n{{< include _two.md >}}\n",
        _two="Due.\n",
    )
    said = [one_line(p.text_content()) for p in page.xpath("//main/section/p")]
    assert said == ["Uno 2026.11.", "Due.", "Meta en. Literal {{< var version >}}."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{< include _absent.md >}}", "no file _absent.md"),
        ("{{< include ../x.md >}}", "not below the sources"),
        ("{{< include /etc/passwd >}}", "not below the sources"),
        ("{{< include index.qmd >}}", "include each other"),
        ("{{< var absent >}}", "no value for absent"),
        ("{{< env HOME >}}", "no such shortcode: env"),
        ("See @fig-absent.", "no figure, table or section @fig-absent"),
        ("![x](absent.png)", "absent.png"),
    ],
)
def test_what_is_missing_fails_by_name(site, text, said):
    """No page is made of a source that asks for what is not there."""
    with pytest.raises(render.RenderError, match=re.escape(said)):
        site(text)
