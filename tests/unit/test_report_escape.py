"""Outside text is shown as it is, wherever it is put."""

import json
import re
import subprocess

import pytest
import report_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review.figures.plain import one_line
from living_review.report import escape, render

MARKS = r"""!"#$%&'()*+-./:;<=>?@[\]^_`{|}~"""


def parsed(markdown):
    command = [str(render._pandoc()), "--from=markdown", "--to=json"]
    done = subprocess.run(command, input=markdown, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["blocks"]


def said(inlines):
    return "".join(
        {"Str": lambda c: c, "Space": lambda _: " "}[one["t"]](one.get("c")) for one in inlines
    )


@pytest.mark.parametrize("hostile", cases.HOSTILE)
def test_no_mark_is_left(hostile):
    """What comes out holds letters, digits, spaces, commas and character references alone."""
    left = re.sub(r"&#[0-9]+;", "", escape.text(hostile))
    assert not set(left) & set(MARKS)
    assert "\n" not in left


@settings(deadline=None, max_examples=12)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8") | st.sampled_from(MARKS), max_size=30),
        min_size=1,
        max_size=20,
    )
)
def test_a_renderer_shows_the_very_words(values):
    """Markdown of any text is one paragraph of plain words: those of the text."""
    wanted = [one_line(value) for value in values]
    paragraphs = parsed("\n\n".join(f"x {escape.text(value)}" for value in values))
    assert [block["t"] for block in paragraphs] == ["Para"] * len(values)
    assert [one_line(said(block["c"]))[2:] for block in paragraphs] == [
        one_line(f"x {want}")[2:] for want in wanted
    ]


def test_a_text_at_the_start_of_a_block_is_a_paragraph():
    """No text begins a list, a heading, a quotation, a rule or a code block."""
    starts = [
        "1. x",
        "- x",
        "# x",
        "> x",
        "---",
        "    x",
        "(@) x",
        "i. x",
        "| x",
        ": x",
        "~~~",
        "***",
    ]
    blocks = parsed("\n\n".join(escape.text(start) for start in starts))
    assert [block["t"] for block in blocks] == ["Para"] * len(starts)


def test_yaml_is_one_quoted_scalar():
    """A metadata value can't end its line or its quotes."""
    for hostile in cases.HOSTILE:
        value = escape.yaml(hostile)
        assert json.loads(value) == escape.text(hostile)
        assert "\n" not in value


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("http://example.org/a(b)<c>|d e", "http://example.org/a%28b%29%3Cc%3E%7Cd%20e"),
    ],
)
def test_web_addresses_are_linked(address, target):
    """Addresses of the web are links, with everything that Markdown could read encoded."""
    assert escape.link("x", address) == f"[x](<{target}>)"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//x.org",
        "vbscript:x",
        "file:///etc/passwd",
        "https://",
        "http://[",
        "mailto:a@b.org",
        "/x",
        "",
        "http://a@b.org",
    ],
)
def test_other_addresses_are_no_links(address):
    """Odd schemes, broken addresses and hidden user names leave the words alone."""
    assert escape.link("x", address) == "x"


@pytest.mark.parametrize(
    ("record_id", "address"),
    [
        ("pmid:15882715", "https://pubmed.ncbi.nlm.nih.gov/15882715/"),
        ("doi:10.1000/a(b)<c>", "https://doi.org/10.1000/a%28b%29%3Cc%3E"),
        ("pmid:1)](x", ""),
        ("pmid:", ""),
        ("doi:x", ""),
        ("rec:0011223344556677", ""),
        ("", ""),
    ],
)
def test_records_are_found_where_they_are(record_id, address):
    """PubMed and DOI ids have an address, anything else none."""
    assert escape.address_of(record_id) == address
