"""PubMed XML: no file does harm, and whatever is damaged costs no record beside it."""

import gzip
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pubmed_cases import (
    BOOK,
    CLOSED,
    OPENED,
    PMIDS,
    PROLOG,
    WHOLE,
    article,
    article_set,
    entries_of,
)

from living_review.records import pubmed_xml, safe_xml
from living_review.records.entries import Record, Refused


@pytest.fixture
def read(tmp_path):
    return partial(entries_of, path=tmp_path / "a.xml")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "the file is empty"),
        ("<html><body>429</body></html>", "not PubMed XML: begins with <html>"),
        (
            "<eFetchResult><ERROR>E</ERROR></eFetchResult>",
            "not PubMed XML: begins with <eFetchResu",
        ),
        ('{"error":"API rate limit exceeded"}', "not PubMed XML: no element in it"),
        (
            article(1).replace("<PubmedArticle>", '<PubmedArticle xmlns="x">'),
            "not PubMed XML: its elements are in a namespace",
        ),
        (gzip.compress(article_set(article(1)).encode(), mtime=0)[:10], "the archive is damaged: "),
    ],
)
def test_what_is_no_pubmed_xml_is_refused(read, document, reason):
    """Answers of a server that are no records, in one line with what they are."""
    (refused,) = read(document)
    assert refused.reason.startswith(reason)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l11 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % l SYSTEM "http://127.0.0.1:9/x.dtd"> %l;',
    ],
)
def test_entities_do_no_harm(read, subset):
    """A file that declares entities is refused before they could expand or fetch anything."""
    title = "<ArticleTitle>&l11;</ArticleTitle>"
    document = f"<!DOCTYPE PubmedArticleSet [{subset}]><PubmedArticleSet>{article(1, title)}"
    (refused,) = read(f"{document}</PubmedArticleSet>")
    assert refused.reason == "declares entities, which PubMed never does"


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_no_dtd_is_loaded(read, tmp_path, scheme):
    """A document type that names a file of this machine is not followed, not even where entities
    are always resolved, in an attribute."""
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY secret "read">')
    title = "<ArticleTitle>A &secret; b</ArticleTitle>"
    document = article_set(article(1, title).replace('Version="1"', 'Version="1&secret;"'))
    (record,) = read(document.replace("x:/a.dtd", f"{scheme}{dtd}"))
    assert (record.title, record.version) == ("A &secret; b", "1")


def test_nothing_is_fetched(read):
    """Whatever names an address, as a document type or an inclusion, nobody is asked for it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        document = article_set(
            f'<?xml-stylesheet href="{address}"?><xi:include href="{address}" '
            'xmlns:xi="http://www.w3.org/2001/XInclude"/>',
            article(1, f'<ArticleTitle xsi:schemaLocation="{address} {address}" xmlns:xsi='
                       '"http://www.w3.org/2001/XMLSchema-instance">A &b; c</ArticleTitle>'),
        )  # fmt: skip
        (record,) = read(document.replace("x:/a.dtd", address))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert record.title == "A &b; c"


@pytest.mark.parametrize("place", ["<ArticleTitle>{}</ArticleTitle>", '<Article a="{}"/>'])
def test_a_document_in_memory_does_no_harm(place):
    """The parser for answers of a server gives up where entities would grow, also in attributes."""
    document = article(1, place.format("&l11;"))
    laughs = f'<!DOCTYPE PubmedArticle [<!ENTITY l0 "ha">{LAUGHS}]>{document}'
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(laughs, safe_xml.parser())


def test_settings_that_protect_stay():
    """No caller can make a parser that follows entities or the network."""
    with pytest.raises(TypeError):
        safe_xml.parser(resolve_entities=True)
    parser = safe_xml.parser(encoding="iso-8859-1")
    element = etree.fromstring(
        article(5, "<ArticleTitle>\xe4</ArticleTitle>").encode("latin-1"), parser
    )
    assert pubmed_xml.record(element).title == "\xe4"


@settings(deadline=None, max_examples=150)
@given(cut=st.integers(0, len(WHOLE) - 1), packed=st.booleans())
def test_cut_at_any_byte(tmp_path_factory, cut, packed):
    """Whatever was whole is read, the rest is refused, and it is never silent."""
    path = tmp_path_factory.mktemp("cut") / "a.xml"
    if packed:  # some bytes of the archive are lost as well
        path.write_bytes(gzip.compress(WHOLE[:cut])[:-4])
    else:
        path.write_bytes(WHOLE[:cut])
    entries = list(pubmed_xml.read(path))
    read = [entry.pmid for entry in entries if isinstance(entry, Record)]
    assert read == PMIDS[: len(CLOSED.findall(WHOLE[:cut]))]
    assert any(isinstance(entry, Refused) for entry in entries)
    assert len(entries) >= len(OPENED.findall(WHOLE[:cut]))


def accounted(entries: list[Record | Refused]) -> int:
    """How many entries of a file these are; a refusal may stand for several."""
    several = re.compile(r"(\d+) of \d+ elements were not told apart")
    found = [several.match(entry.reason) for entry in entries if isinstance(entry, Refused)]
    return len(entries) + sum(int(several[1]) - 1 for several in found if several)


FRAGMENTS = st.sampled_from(
    b"< > & &x; \x00 \xff ]]> <!-- --> <![CDATA[ <PubmedArticle/> <PubmedArticle> </PubmedArticle> "
    b'</PubmedArticleSet> <DeleteCitation> "'.split()
)


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), FRAGMENTS), max_size=4),
    st.binary(max_size=40),
)
def test_no_bytes_break_the_reader(tmp_path_factory, edits, tail):
    """However a file is damaged, all that its bytes open as an article is read or refused."""
    damaged = WHOLE
    for place, gone, fragment in edits:
        damaged = damaged[:place] + fragment + damaged[place + gone :]
    path = tmp_path_factory.mktemp("damaged") / "a.xml"
    path.write_bytes(damaged + tail)
    entries = list(pubmed_xml.read(path))
    opened = len(OPENED.findall(damaged + tail))
    only = entries[0] if len(entries) == 1 else None
    foreign = isinstance(only, Refused) and only.reason.startswith(("not PubMed XML", "declares"))
    assert foreign or accounted(entries) >= opened


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x1f\x8b\x08", b"<PubmedArticleSet>", b"\xff\xfe"]),
)
def test_any_bytes_are_told_of(tmp_path_factory, raw, head):
    """A file of whatever kind raises nothing, and is never silent."""
    path = tmp_path_factory.mktemp("any") / "a.xml"
    path.write_bytes(head + raw)
    assert any(isinstance(entry, Refused) for entry in pubmed_xml.read(path))


@pytest.mark.parametrize("fault", ["\x01", "&", "<b>", "</Article>", "\udcff"])
def test_a_fault_costs_one_record(read, fault):
    """The record with a broken byte is refused with its line; all others are read."""
    broken = article(3, f"<ArticleTitle>Inv{fault}ented</ArticleTitle>")
    document = article_set(article(1), article(2), broken, article(4), article(5))
    entries = read(document.encode("utf-8", "surrogateescape"))
    assert [getattr(entry, "pmid", "refused") for entry in entries] == [*"12", "refused", *"45"]
    assert entries[2].line == 8
    assert entries[2].reason.startswith("not well-formed: ")


def test_a_damaged_file_reads_as_a_sound_one(read):
    """Beside a broken record all others keep their entities by name and their lines."""
    others = (
        article(2, "<ArticleTitle>A &beta; b &unknown; <i>&gt;</i></ArticleTitle>"),
        article(3, "<ArticleTitle/>"),
        BOOK.replace("<PMID", "\n<PMID"),
        "<DeleteCitation>\n<PMID>7</PMID>\n<PMID>8</PMID></DeleteCitation>",
    )
    _, *sound = read(article_set(article(1), *others))
    _, *damaged = read(article_set(article(1, "<ArticleTitle>&</ArticleTitle>"), *others))
    assert [entry.title for entry in sound if isinstance(entry, Record)] == [
        "A \u03b2 b &unknown; >",
        "Chapter",
    ]
    assert damaged == sound


def test_files_joined_end_to_end_are_read(read):
    """Batches that were written one behind the other lose nothing, and nothing is refused."""
    document = f"\n{article_set(article(1), article(2))}\n{article_set(article(3))}\n"
    assert [entry.pmid for entry in read(document)] == ["1", "2", "3"]


def test_a_record_that_only_the_raw_text_shows_is_not_silent(read):
    """What opens as an entry and is none, as in a comment, is counted and reported."""
    entries = read(article_set(article(1), f"<!-- {article(2)} -->"))
    assert [type(entry) for entry in entries] == [Record, Refused]
    assert entries[1].reason == "1 of 2 elements were not told apart"


def test_a_damaged_archive_is_not_silent(tmp_path):
    """Though all XML came out of it, an archive whose checksum is gone or wrong is reported."""
    path = tmp_path / "a.xml.gz"
    path.write_bytes(gzip.compress(article_set(article(1)).encode())[:-8])
    record, refused = pubmed_xml.read(path)
    assert record.pmid == "1"
    assert refused.reason.startswith("the archive is damaged at its end: ")


def test_other_encodings(read):
    """The declared encoding holds, also where the file has to be salvaged."""
    declared = PROLOG.replace('"1.0" ?', '"1.0" encoding="ISO-8859-1"?')
    title = "<ArticleTitle>Größe</ArticleTitle>"
    document = article_set(article(1, title), article(2, title)).replace(PROLOG, declared)
    for end in (None, -5):
        read_titles = [
            getattr(entry, "title", "") for entry in read(document.encode("latin-1")[:end])
        ]
        assert read_titles[:2] == ["Größe", "Größe"]


def read_apart(path: Path) -> tuple[int, int, int]:
    """Records and refusals of a file, and by how many bytes a process grows that reads it."""
    code = (
        "import sys, json, resource, pathlib; from living_review.records import pubmed_xml\n"
        "from living_review.records.entries import Refused\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "count = [0, 0]\n"
        "for entry in pubmed_xml.read(pathlib.Path(sys.argv[1])):\n"
        "    count[isinstance(entry, Refused)] += 1\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(json.dumps([*count, grown]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    records, refused, grown = json.loads(done.stdout)
    return records, refused, grown * (1 if sys.platform == "darwin" else 1024)


def packed(path: Path, parts: Iterable[bytes]) -> Path:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(parts)
    return path


def test_memory_stays_flat(tmp_path):
    """A file of 200 MB is read in less memory than it would take."""
    filler = f"<Abstract><AbstractText>{'word ' * 2000}</AbstractText></Abstract>"
    one = article(1, f"<ArticleTitle>Invented</ArticleTitle>{filler}").encode()
    parts = [PROLOG.encode(), b"<PubmedArticleSet>", *[one * 500] * 40, b"</PubmedArticleSet>"]
    records, refused, grown = read_apart(packed(tmp_path / "a.xml.gz", parts))
    assert (records, refused) == (20_000, 0)
    assert grown < 20_000_000


@pytest.mark.parametrize(
    ("before", "endless"),
    [
        ("<PubmedArticle>", "<a>"),
        ("<PubmedArticle><MedlineCitation><Article><ArticleTitle>", "words "),
        ('<PubmedArticle a="', "words "),
    ],
    ids=["nesting", "text", "attribute"],
)
def test_an_endless_entry_costs_no_memory(tmp_path, before, endless):
    """100 MB in one entry are refused without being held, and all others are read."""
    rest = [endless.encode() * 500_000] * (200 // len(endless))
    parts = [*rest, b"</PubmedArticle>", article(2).encode(), b"</PubmedArticleSet>"]
    begin = f"<PubmedArticleSet>{article(1)}{before}".encode()
    records, refused, grown = read_apart(packed(tmp_path / "a.xml.gz", [begin, *parts]))
    assert (records, refused) == (2, 1)
    assert grown < 100_000_000


@pytest.mark.parametrize("outside", ["<x/>", "<PubmedArticle><x/>", "<!-- words -->", " "])
def test_no_end_of_an_entry_is_refused(read, monkeypatch, outside):
    """What goes on and on without an entry is not collected, be it in one or between two."""
    monkeypatch.setattr(pubmed_xml, "LONGEST", 50_000)
    monkeypatch.setattr(pubmed_xml, "CHUNK", 1_000)
    monkeypatch.setattr(pubmed_xml, "FED", 1_000)
    document = article_set(article(1), article(2), outside, "<x/>" * 20_000, article(3))
    entries = read(document)
    assert [entry.pmid for entry in entries if isinstance(entry, Record)] == ["1", "2", "3"]
    refused = [entry.reason for entry in entries if isinstance(entry, Refused)]
    assert refused == ["not well-formed: no end of an entry in 50,000 bytes"] * len(refused)
    assert ("<Pubmed" not in outside) or refused
