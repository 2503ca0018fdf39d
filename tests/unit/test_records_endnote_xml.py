"""EndNote XML: every record is read, or refused by itself."""

from pathlib import Path

import pytest

from living_review import records

WHOLE = (
    '<record><source-app name="EndNote" version="20.0">EndNote</source-app><ref-type name='
    '"Journal Article">17</ref-type><contributors><authors><author><style face="normal">Doe, Jane '
    "Q.</style></author><author><style>Roe, R.</style></author><author>Invented Kidney Group,"
    "</author></authors></contributors><titles><title><style>Invented study of </style><style face="
    '"italic">a</style><style> kidney &amp; more</style></title><secondary-title><style>J Inv'
    "</style></secondary-title></titles><periodical><full-title>Journal of invented studies"
    "</full-title></periodical><pages><style>377--86</style></pages><volume>7</volume><number>2"
    "</number><dates><year><style>2019</style></year></dates><isbn>1234-5678 (Print)&#xD;2345-6789"
    "</isbn><accession-num>100</accession-num><abstract><style>One.&#xD;Two.</style></abstract>"
    "<custom2>PMC123456</custom2><electronic-resource-num>doi: 10.1000/A</electronic-resource-num>"
    "<remote-database-provider>NLM</remote-database-provider><language>eng</language><work-type>"
    "Review</work-type></record>"
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?><xml><records>'
TAIL = "</records></xml>"


def small(title: str, *others: str) -> str:
    return f"<record><titles><title>{title}</title></titles>{''.join(others)}</record>"


@pytest.fixture
def read(tmp_path):
    """Write a text and read it back."""

    def read_text(text: str | bytes):
        path = tmp_path / "a.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return records.read(path, "endnote_xml", "import-1")

    return read_text


def test_every_field(read):
    """One record with all that EndNote knows; runs of style change nothing."""
    found, quarantine = read(HEAD + WHOLE + TAIL)
    assert quarantine.empty
    expected = {
        "record_id": "pmid:100",
        "pmid": "100",
        "pmcid": "PMC123456",
        "doi": "10.1000/a",
        "title": "Invented study of a kidney & more",
        "authors": "Doe JQ; Roe R; Invented Kidney Group",
        "year": "2019",
        "journal": "Journal of invented studies",
        "volume": "7",
        "issue": "2",
        "pages": "377-86",
        "issn": "1234-5678; 2345-6789",
        "abstract": "One. Two.",
        "language": "eng",
        "publication_types": "Review",
    }
    assert found.loc[0, list(expected)].to_dict() == expected


@pytest.mark.parametrize(
    "changed",
    [
        "\ufeff" + HEAD + WHOLE + TAIL,
        '<?xml version="1.0"?>\n<!DOCTYPE xml SYSTEM "RSXML.dtd">\n<xml>\n<records>\n'
        + WHOLE
        + TAIL,
        (HEAD + WHOLE + TAIL).replace("><", ">\n  <"),
        HEAD.replace("<xml>", "") + WHOLE + "</records>",
        (HEAD + WHOLE + TAIL).encode("utf-16"),
        HEAD + WHOLE.replace("</style><style face", "\x1f</style><style face") + TAIL,
        HEAD + WHOLE.replace("One.&#xD;", "One.&#x1F;&#12;&nbsp;") + TAIL,
        HEAD + WHOLE.replace("&amp;", "&") + TAIL,
    ],
)
def test_dialects_say_the_same(read, changed):
    """Mark, DTD, line ends, encoding and characters that XML forbids change nothing."""
    found, quarantine = read(changed)
    expected, _ = read(HEAD + WHOLE + TAIL)
    assert quarantine.empty
    assert found.equals(expected)


def test_what_is_not_utf_8_is_read_as_declared(read):
    """Else as Windows-1252; a record that is UTF-8 is never read otherwise."""
    latin = HEAD.replace("UTF-8", "iso-8859-15") + small("Müller €") + TAIL
    assert read(latin.encode("iso-8859-15"))[0]["title"][0] == "Müller €"
    mixed = (
        HEAD.encode() + small("Müller").encode("cp1252") + small("Møller").encode() + TAIL.encode()
    )
    assert list(read(mixed)[0]["title"]) == ["Müller", "Møller"]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "hex", "idna", "nonsense"])
def test_encodings_that_are_none(read, encoding):
    """What a file only claims to be is read as Windows-1252."""
    head = HEAD.replace("UTF-8", encoding)
    found, quarantine = read((head + small("Müller €") + TAIL).encode("cp1252"))
    assert list(found["title"]) == ["Müller €"]
    assert quarantine.empty


@pytest.mark.parametrize(
    ("others", "pmid"),
    [
        ("<accession-num>31774950</accession-num>", ""),
        (
            "<accession-num>31774950</accession-num><remote-database-name>Medline"
            "</remote-database-name>",
            "31774950",
        ),
        (
            "<accession-num>31774950</accession-num><remote-database-name>Embase"
            "</remote-database-name>",
            "",
        ),
        ("<notes>1471-2458&#xD;Doe&#xD;PMID: 31774950</notes>", "31774950"),
        (
            "<urls><related-urls><url>https://www.ncbi.nlm.nih.gov/pubmed/31774950</url>"
            "</related-urls></urls>",
            "31774950",
        ),
    ],
)
def test_a_pmid_is_taken_where_it_is_one(read, others, pmid):
    """Numbers of other databases are never taken for PMIDs."""
    assert read(HEAD + small("One", others) + TAIL)[0]["pmid"][0] == pmid


def test_damage_stays_in_its_record(read):
    """A record that is not well-formed is refused with its line; the others are read."""
    broken = small("Two").replace("</title>", "")
    found, quarantine = read(f"{HEAD}\n{small('One')}\n{broken}\n{small('Three')}\n{TAIL}")
    assert list(found["title"]) == ["One", "Three"]
    assert list(found["position"]) == ["1", "3"]
    assert list(quarantine["line"]) == ["3"]
    assert quarantine["reason"][0].startswith("not well-formed: ")
    assert quarantine["excerpt"][0].startswith("<record><titles><title>Two")


def test_every_place_to_cut_the_file_off_is_told(read):
    """No cut goes unnoticed: as many whole records as before it, and a line in the quarantine."""
    whole = HEAD + small("One") + small("Two") + TAIL
    for stop in range(len(HEAD), len(whole) - len(TAIL)):
        found, quarantine = read(whole[:stop])
        assert len(found) == whole[:stop].count("</record>")
        assert len(quarantine) == 1


def test_text_between_records_is_refused(read):
    """A page of HTML in the middle of joined exports; joining by itself is no damage."""
    joined = HEAD + small("One") + TAIL + "\n" + HEAD + small("Two") + TAIL
    assert read(joined)[1].empty
    found, quarantine = read(HEAD + small("One") + "<html>502</html>" + small("Two") + TAIL)
    assert list(found["title"]) == ["One", "Two"]
    assert list(quarantine["reason"]) == ["not a record of EndNote"]


def test_what_has_no_title_is_refused(read):
    """With its line and its beginning."""
    found, quarantine = read(f"{HEAD}\n<record><volume>1</volume></record>{small('Two')}{TAIL}")
    assert list(found["title"]) == ["Two"]
    assert quarantine[["line", "reason"]].to_dict("records") == [
        {"line": "2", "reason": "no title"}
    ]


def test_entities_are_never_expanded(read):
    """Neither those of a DTD nor files on disk; the names stay as text."""
    bomb = '<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/hosts">]>'
    found, quarantine = read(f"{bomb}<xml><records>{small('&b; &f;')}{TAIL}")
    assert quarantine.empty
    assert list(found["title"]) == ["&b; &f;"]


def test_elements_that_are_too_deep_are_refused(read):
    """Nothing overflows."""
    deep = small("<b>" * 10_000 + "x" + "</b>" * 10_000)
    found, quarantine = read(HEAD + small("One") + deep + small("Three") + TAIL)
    assert list(found["title"]) == ["One", "Three"]
    assert len(quarantine) == 1


def test_records_over_the_edges_of_what_is_read_at_a_time(read, monkeypatch):
    """However the bytes are cut, the same records come out."""
    whole = HEAD + "\n".join(map(small, ("One", "Two", "Three", "Four"))) + TAIL
    expected, _ = read(whole)
    for size in (7, 64, 150):
        monkeypatch.setattr("living_review.records.endnote_xml.CHUNK", size)
        found, quarantine = read(whole)
        assert quarantine.empty
        assert found.equals(expected)


def test_jabref_s_files_read_whole(shared_data: Path):
    """As many records as the files open, none refused, each with a title and its year."""
    counted = 0
    for path in sorted((shared_data / "medline/jabref_importers").rglob("Endnote*.xml")):
        assert records.format_of(path) == "endnote_xml"
        found, quarantine = records.read(path, "endnote_xml", "s")
        assert quarantine.empty
        assert len(found) == path.read_text().count("<record>")
        assert (found["year"].str.len() == 4).all()
        counted += len(found)
    assert counted == 14
