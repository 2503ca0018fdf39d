"""Whatever comes from outside changes no element of the page, in any place where it is shown.

A page is made twice: of a review whose outside texts are plain words, and of the same review with
HOSTILE in their place. Both must have the same elements.
"""

import json
import re
import shutil
from collections import defaultdict
from itertools import zip_longest

import pytest
import report_cases
from lxml import html
from test_report_render import Balance, rendered

from living_review import files
from living_review.figures import SUFFIXES, file_name
from living_review.figures.plain import one_line
from living_review.report import parts, render

HOSTILE = [
    *report_cases.HOSTILE,
    # HTML that ends what it stands in, or brings something to run
    '"><script src=//example.org/x.js></script>',
    "' onmouseover='alert(1)' style='position:fixed;inset:0' x='",
    "</script><script>alert(1)</script>",
    "</style><style>body{display:none}</style>",
    "</title></head><body onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<a href="javascript:alert(1)" target=_blank>x</a>',
    "<meta http-equiv=refresh content='0;url=http://example.org'><base href=//example.org>",
    "<form action=//example.org><input name=x autofocus onfocus=alert(1)></form>",
    "<svg><use href='data:image/svg+xml,<svg id=x/>#x'/><animate onbegin=alert(1)></svg>",
    "<math><mtext></table><mglyph><style><!--</style><img title='--><img src=x>'>",
    "<!--[if IE]><script>alert(1)</script><![endif]--> <![CDATA[ x ]]> <?php echo 1 ?>",
    # of Markdown, Pandoc and Quarto
    '::::: {#studies .callout-important title="x"} hijacked :::::',
    "{{< meta title >}} {{< env HOME >}} {{< video http://example.org >}} {{% x %}}",
    "`<script>alert(1)</script>`{=html} `\\input{x}`{=latex} `#raw`{=typst}",
    "[](#answers){onclick=alert(1)} [x]: javascript:alert(1) 'y' <javascript:alert(1)>",
    "| --- | --- | --: | \\| :-: + --- + === +",
    "@doe2020 [see @doe2020, pp. 33-35] [-@x] (@eg) (1) a) iv. #1",
    "$$ \\href{javascript:alert(1)}{x} $$ $x<y$ \\(a\\) \\[b\\]",
    "Term\n: definition\n\n~~~ {.lua}\nos.execute('id')\n~~~",
    "---\nfilters: [evil.lua]\ninclude-in-header: /etc/passwd\n...",
    "a\\\nb  \nc <br> &nbsp; &ZeroWidthSpace; &#x202e; &#0;",
    # of LaTeX and typst
    "\\immediate\\write18{id} \\catcode`\\@=11 ^^M ~ # & _ { } \\end{document}",
    '#import "/etc/passwd" #eval("1") #show: it => [] <label> @label',
    # of spreadsheets and addresses
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '+1;=HYPERLINK("javascript:alert(1)")',
    "data:text/html;base64,PHNjcmlwdD4= vbscript:x file:///etc/passwd",
    "https://example.org/?q=<script>&a=%00%0d%0aSet-Cookie:x",
    "JaVaScRiPt:alert(1)//http://example.org",
]
PLAIN = [f"Outside{letter}" for letter in "ABCDEFGHIJKL"]
MARK = re.compile(r"Outside[A-L]")
LINED = ("query", "translated")  # shown line by line
HANDLERS = re.compile(r"^on|^srcdoc$|^formaction$|^ping$")


def plain():
    """A review with everything filled in, its outside texts words of PLAIN."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_cases, "HOSTILE", PLAIN)
        results = report_cases.full()
    results = json.loads(json.dumps(results))  # no value is shared between places
    texts = dict.fromkeys(("name", "affiliation"), PLAIN[0])
    results["review"] |= {"authors": [texts | {"roles": PLAIN[:2]}], "suggest": PLAIN[3]}
    results["waiting"]["lists"]["awaiting"] = [
        {"record_id": text, "title": text, "journal": text, "year": text, "awaiting": why}
        for text in PLAIN
        for why in ("ongoing_study", "awaiting_classification", "report_not_retrieved")
    ]
    results["triggers"] = [{"trigger": text, "met": True, "words": text} for text in PLAIN]
    results["trigger_log"] = [
        {"time": text, "version": text, "trigger": text, "outcome": text, "words": text}
        for text in PLAIN
    ]
    results["codebook"][0]["path"] = "studies.csv"  # only what looks like a file of ours is a link
    results["studies"] = results["studies"][: len(PLAIN)]
    for one, *others in ([study, *study["arms"]] for study in results["studies"]):
        word = PLAIN[results["studies"].index(one)]
        one |= dict.fromkeys(("country", "note", "quote", "source_place"), word)
        for arm in others:
            arm |= dict.fromkeys(("comment", "quote", "extracted_by"), word)
    return results


def leaves(value, place=()):
    """(place, text) of every text; a place is the way to it without the numbers of lists."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*place, name))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, place)
    elif isinstance(value, str):
        yield place, value


def spoiled(results):
    """The same with HOSTILE for PLAIN, and the places that have them.

    In each place all of HOSTILE is dealt out to the words that stand there, so that words which
    are alike in a place stay alike, and others different.
    """
    words = defaultdict(set)
    for place, text in leaves(results):
        words[place] |= {*MARK.findall(text)}
    dealt = {}
    for n, place in enumerate(places := [place for place in words if words[place]]):
        here = sorted(words[place])
        texts = HOSTILE[n % len(HOSTILE) :] + HOSTILE[: n % len(HOSTILE)]
        for at, word in enumerate(here):
            dealt[place, word] = " ".join(texts[at :: len(here)])

    def walk(value, place=()):
        if isinstance(value, dict):
            return {name: walk(one, (*place, name)) for name, one in value.items()}
        if isinstance(value, list):
            return [walk(one, place) for one in value]
        return (
            MARK.sub(lambda word: fitting(place, dealt[place, word[0]]), value)
            if isinstance(value, str)
            else value
        )

    def fitting(place, text):
        return " ".join(text.splitlines()) if place[-1] in LINED else text

    return walk(results), places


def laid_out(results, folder):
    """What a page is rendered from; the plots, which hold their texts themselves, are empty."""
    parts.write(results, folder / "parts")
    (folder / "parts/data").mkdir()
    for analysis in results["analyses"]:
        for suffix in SUFFIXES:
            path = folder / "figures" / file_name(suffix, analysis["id"])
            files.replace_text(path, "<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    return folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The plain page and the spoiled one, the results of that, and its places."""
    with pytest.MonkeyPatch.context() as patch:
        which = shutil.which
        patch.setattr(shutil, "which", lambda name: None if name == "quarto" else which(name))
        render.renderer.cache_clear()
        clean = plain()
        bad, places = spoiled(clean)
        out = [
            rendered(laid_out(results, tmp_path_factory.mktemp(name))) / "index.html"
            for name, results in (("plain", clean), ("spoiled", bad))
        ]
    render.renderer.cache_clear()
    return *(path.read_text("utf-8") for path in out), bad, places


def attributes(one):
    return sorted(name for name, value in one.items() if (name, value) != ("style", "width:100%;"))


def elements(page):
    """Every element in order: tag, names of its attributes, classes, and what it leads to.

    Columns and the width of tables are left out: Pandoc gives them widths where a row is long.
    """
    return [
        (one.tag, attributes(one), one.get("class"), one.get("id"), one.get("href", "")[:1])
        for one in html.fromstring(page.encode()).iter()
        if isinstance(one.tag, str) and one.tag not in ("colgroup", "col")
    ]


def test_the_table_of_hostile_texts_is_long_enough():
    """At least thirty, no two alike."""
    assert len({*HOSTILE}) == len(HOSTILE) >= 30


def test_hostile_texts_land_in_many_places(pages):
    """Every list and table of the page that holds outside text is among them."""
    places = {".".join(place) for place in pages[3]}
    assert len(places) > 100
    assert {
        *("review.title", "review.question", "review.suggest", "review.authors.name"),
        *("studies.label", "studies.outcomes.quote", "studies.arms.label", "studies.country"),
        *("studies.reports.citation", "waiting.lists.screen.title", "strategies.query"),
        *("risk_of_bias.studies.items.support", "provenance.corrections.why", "warnings"),
        *("eligibility.rule", "runs.findings.words", "attempts.note", "versions.every.why"),
        *("codebook.schema.fields.description", "analyses.title", "triggers.words"),
        *("trigger_log.time", "trigger_log.version", "trigger_log.words"),
    } <= places


def test_hostile_texts_change_no_element(pages):
    """The page with them has the very elements of the page without them."""
    for one, other in zip_longest(*map(elements, pages[:2])):
        assert one == other


def test_hostile_texts_leave_the_tags_balanced(pages):
    """Nothing is closed that they could have opened."""
    check = Balance()
    check.feed(pages[1])
    assert check.wrong == []
    assert check.open == []


def test_hostile_texts_run_nothing_and_lead_nowhere(pages):
    """No handler; links go to the web by its own schemes, to the page, or to files beside it."""
    page = html.fromstring(pages[1].encode())
    for one in page.iter():
        assert not [name for name in one.attrib if HANDLERS.match(name)]
    for href in page.xpath("//@href"):
        assert re.match(
            r"https?://|#|data:text/css|(data|figures|cite|references|site|v/[0-9.]+)/[a-z_]+\.[a-z]+$"
            r"|(results\.json|feed\.xml|CITATION\.cff|review\.docx)$",
            href,
        )


def test_hostile_texts_can_be_read(pages):
    """Each stands on the page letter by letter."""
    shown = one_line(html.fromstring(pages[1].encode()).text_content())
    for text in HOSTILE:
        assert one_line(text) in shown, text


def test_hostile_texts_end_no_json(pages):
    """What machines read in the head is JSON that gives the texts back."""
    page = html.fromstring(pages[1].encode())
    told = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert told["name"] == one_line(pages[2]["review"]["title"])
    assert page.xpath("//meta[@name='citation_author']/@content") == [told["author"][0]["name"]]
