"""Tables of records, from databases and by hand."""

from pathlib import Path

import pytest

from living_review import records


@pytest.fixture
def read(tmp_path):
    """Write a text and read it back."""

    def read_text(text: str | bytes):
        path = tmp_path / "a.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return records.read(path, "csv", "import-1")

    return read_text


PUBMED = (
    "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,"
    "NIHMS ID,DOI\n"
    '100,"Kidney, invented","Doe JQ, Roe R.","J Inv. 2019 Nov;7(2):377-86. doi: 10.1000/A.",'
    "Doe JQ,J Inv,2019,2019/11/01,PMC123,,10.1000/A\n"
)
SCOPUS = (
    '"Authors","Title","Year","Source title","Volume","Issue","Art. No.","Page start","Page end",'
    '"DOI","ISSN","PubMed ID","Language of Original Document","Document Type","Source"\n'
    '"Doe J.Q., Roe R.","Kidney, invented","2019","J Inv","7","2","","377","86","10.1000/A",'
    '"12345678","100","English","Article","Scopus"\n'
)
EMBASE = (
    '"Title","Author Names","Source","Medline PMID","DOI"\n'
    '"Kidney, invented","Doe J.Q., Roe R.","J Inv (2019) 7:2 (377-86). Date of Publication: 1 '
    'Nov 2019","100","10.1000/A"\n'
)
SCOPUS_2023 = (
    '"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Issue",'
    '"Art. No.","Page start","Page end","DOI","Abstract","PubMed ID","Document Type","Source"\n'
    '"Doe J.Q.; Roe R.","Doe, Jane Q. (57193012345); Roe, Richard (7004)","57193012345; 7004",'
    '"Kidney, invented","2019","J Inv","7","2","","377","86","10.1000/A","[No abstract available]",'
    '"100","Article","Scopus"\n'
)
EMBASE_BY_ROW = (
    '"TITLE","Kidney, invented"\n"AUTHOR NAMES","Doe J.Q.","Roe R."\n"SOURCE","J Inv (2019) 7:2 '
    '(377-86). Date of Publication: 1 Nov 2019"\n"MEDLINE PMID","100"\n"DOI","10.1000/A"\n'
)
ZOTERO = (
    '"Key","Item Type","Publication Year","Author","Title","Publication Title","ISSN","DOI","Url",'
    '"Pages","Num Pages","Issue","Volume","Extra"\n'
    '"K","journalArticle","2019","Doe, Jane Q.; Roe, Richard","Kidney, invented","J Inv","",'
    '"10.1000/A","","377-86","","2","7","PMID: 100"\n'
)
WEB_OF_SCIENCE = (
    "PT\tAU\tTI\tSO\tPY\tVL\tIS\tBP\tEP\tDI\tPM\n"
    "J\tDoe, JQ; Roe, R\tKidney, invented\tJ Inv\t2019\t7\t2\t377\t86\t10.1000/A\t100\n"
)


@pytest.mark.parametrize(
    "export", [PUBMED, SCOPUS, SCOPUS_2023, EMBASE, EMBASE_BY_ROW, ZOTERO, WEB_OF_SCIENCE]
)
def test_exports_of_databases_say_the_same(read, export):
    """The headings of PubMed, Scopus, Embase, Zotero and Web of Science are known."""
    found, quarantine = read(export)
    assert quarantine.empty
    columns = ["pmid", "doi", "title", "authors", "year", "journal", "volume", "issue", "pages"]
    assert found[columns].to_dict("records") == [
        {
            "pmid": "100",
            "doi": "10.1000/a",
            "title": "Kidney, invented",
            "authors": "Doe JQ; Roe R",
            "year": "2019",
            "journal": "J Inv",
            "volume": "7",
            "issue": "2",
            "pages": "377-86",
        }
    ]


PLAIN = "pmid,doi,first_author,title\n1,,Doe J,One\n,10.1000/b,,Two\n"


@pytest.mark.parametrize(
    "changed",
    [
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        "\n" + PLAIN + "\n,,,\n",
        PLAIN.replace("first_author", " First Author "),
        PLAIN.replace("One", '"One"'),
        PLAIN.replace("\n", ",,\n"),
        PLAIN.rstrip("\n"),
    ],
)
def test_ways_to_write_a_table(read, changed):
    """Delimiter, line ends, marks, blank rows, quotes and empty cells at the end change nothing."""
    found, quarantine = read(changed)
    expected, _ = read(PLAIN)
    assert quarantine.empty
    assert found.equals(expected)
    assert list(found["record_id"]) == ["pmid:1", "doi:10.1000/b"]


def test_quoted_cells_hold_lines_and_quotes(read):
    """A row goes over several lines where its quotes say so."""
    found, quarantine = read('title,abstract\n"A ""b"", c","one\n\ntwo, three"\nSecond,x\n')
    assert quarantine.empty
    assert list(found["title"]) == ['A "b", c', "Second"]
    assert list(found["abstract"]) == ["one two, three", "x"]


@pytest.mark.parametrize(
    "damaged",
    [
        '2,"Two,2002,x',  # never closed
        '2,"Two "really" two",2002,x,y',  # not doubled, and too many cells
        "2,Two, or not,2002,x",  # a comma without quotes
    ],
)
def test_damage_stays_in_its_row(read, damaged):
    """A damaged row is refused with its line; the rows around it are read."""
    found, quarantine = read(
        f'pmid,title,year,journal\n1,"One",2001,x\n{damaged}\n3,"Three",2003,x\n4,Four,2004,x\n'
    )
    assert list(found["title"]) == ["One", "Three", "Four"]
    assert list(found["position"]) == ["1", "3", "4"]
    assert list(quarantine["line"]) == ["3"]
    assert quarantine["excerpt"][0].startswith("2,")


def test_quotes_inside_a_cell_are_forgiven(read):
    """They stay text where the cells come out as many as the headings."""
    found, quarantine = read('pmid,title\n1,5" probe\n2,"Two" probes\n')
    assert quarantine.empty
    assert list(found["title"]) == ['5" probe', "Two probes"]


def test_lines_after_a_damaged_row_are_no_records(read):
    """The rest of a cell that could not be told apart is refused, not read as titles."""
    found, quarantine = read(
        'title,abstract,year\n"One","an "odd abstract\nof two lines, here",2001\nTwo,x,2002\n'
    )
    assert list(found["title"]) == ["Two"]
    assert list(quarantine["line"]) == ["2", "3"]


def test_a_table_without_titles_says_which_headings_it_has(read):
    """Every row is refused, with the headings in the reason."""
    found, quarantine = read("name,abstract\na,b\nc,d\n")
    assert found.empty
    assert list(quarantine["reason"]) == ["no title; no heading is a title: name, abstract"] * 2


def test_what_is_no_table_of_records_is_refused(read):
    """One line for the whole of it, with how much there is."""
    found, quarantine = read("<html>\n<b>Sorry, 502</b>\n</html>\n")
    assert found.empty
    assert quarantine[["line", "reason"]].to_dict("records") == [
        {
            "line": "1",
            "reason": "not a table of records: no heading is known; 2 lines below it",
        }
    ]


def test_only_headings_are_an_empty_table(read):
    """A table without rows is valid."""
    found, quarantine = read("pmid,title\n")
    assert found.empty
    assert quarantine.empty


def test_numbers_as_a_spreadsheet_writes_them(read):
    """PMIDs that became decimal numbers are PMIDs; a PMCID may lack its letters."""
    found, _ = read("pmid,pmcid,title,year\n34088520.0,8123456,One,2019.0\n")
    assert found.loc[0, ["pmid", "pmcid", "year"]].to_list() == ["34088520", "PMC8123456", "2019"]


BY_ROW = (
    '"TITLE","One"\n"AUTHOR NAMES","Doe J.","Roe R."\n"ABSTRACT","First\n\nTITLE of it"\n'
    '"ISSN","1234-5678","2345-6789"\n\n"TITLE","Two"\n"SOURCE TITLE","J Inv"\n'
)


@pytest.mark.parametrize(
    "changed",
    [
        BY_ROW,
        "\ufeff" + BY_ROW.replace("\n", "\r\n"),
        BY_ROW.replace("\n\n", "\n"),
        BY_ROW.replace('","', '";"').replace('";"TITLE', '","TITLE'),
        BY_ROW.replace('","', '"\t"'),
    ],
)
def test_embase_with_a_field_on_each_row(read, changed):
    """The other layout of Embase's CSV: a record begins at its title."""
    found, quarantine = read(changed)
    assert quarantine.empty
    assert list(found["title"]) == ["One", "Two"]
    assert found["abstract"][0] == "First TITLE of it"
    assert list(found["authors"]) == ["Doe J; Roe R", ""]
    assert list(found["issn"]) == ["1234-5678; 2345-6789", ""]
    assert list(found["journal"]) == ["", "J Inv"]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ('"ABSTRACT","never closed\n', "quotes are not closed, or not doubled inside a cell"),
        ('"ABSTRACT","x"\nthe rest of it\n', "a row without a label"),
    ],
)
def test_damage_in_a_field_on_a_row_refuses_its_record(read, damaged, reason):
    """Not the records before and after it; an undoubled quote inside a cell is forgiven."""
    source = '"SOURCE","J Inv"\n'
    text = f'"TITLE","One "1""\n{source}"TITLE","Two"\n{damaged}{source}"TITLE","Three"\n{source}'
    found, quarantine = read(text)
    assert list(found["title"]) == ['One "1"', "Three"]
    assert quarantine[["line", "reason"]].to_dict("records") == [{"line": "3", "reason": reason}]


def test_quotes_of_web_of_science_are_text(read):
    """Its tables never quote a cell, so a title that begins with a quote swallows no row."""
    rows = ['J\t"One', 'J\tTwo"\t', 'J\t"Three" of', "J\tFour\t"]
    found, quarantine = read("\ufeffPT\tTI\tAU\n" + "\n".join(rows) + "\n")
    assert quarantine.empty
    assert list(found["title"]) == ['"One', 'Two"', '"Three" of', "Four"]


def test_cochrane_calls_the_journal_a_source(read):
    """Elsewhere that heading is for a citation, or for the name of the database."""
    heading = "Cochrane Review ID,Title,Author(s),Source,Year,DOI\n"
    row = "CN-1,One,Doe J; Roe R,J Inv,2019,10.1000/a\n"
    found, _ = read(heading + row)
    assert found.loc[0, ["authors", "journal", "year"]].to_list() == [
        "Doe J; Roe R",
        "J Inv",
        "2019",
    ]
    assert read(heading.replace("Cochrane Review ", "") + row)[0]["journal"][0] == ""


def test_lines_above_the_heading(read):
    """Some exports tell of themselves before the table begins."""
    found, quarantine = read(
        '"About the data: exported on 2026-11-24"\n\nTitle,DOI\nOne,10.1000/a\n'
    )
    assert list(found["title"]) == ["One"]
    assert quarantine.empty


def test_what_a_spreadsheet_did_to_pages_stays(read):
    """Nobody knows what 01-Aug was; dedup takes no such pages for evidence."""
    found, _ = read("title,pages\nOne,01-Aug\n#NAME?,2020-05-08\n")
    assert list(found["pages"]) == ["01-Aug", "2020-05-08"]
    assert list(found["title"]) == ["One", "#NAME?"]


def test_the_title_in_the_language_of_the_publication(read):
    """Beside the title where a table has both, and as the title where it has no other."""
    found, _ = read("Title,Original Title\nOne,Un\n,Deux\nThree,Three\n")
    assert list(found["title"]) == ["One", "Deux", "Three"]
    assert list(found["vernacular_title"]) == ["Un", "", ""]


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, '"' * 1_000_000, "title,pmid\n" + '"a' * 300_000, "," * 1_000_000],
    ids=lambda text: repr(text[:20]),
)
def test_lines_of_a_megabyte(read, text):
    """They are refused like any other."""
    found, quarantine = read(text)
    assert found.empty
    assert len(quarantine) == 1


def test_the_hand_searched_records_read_whole(shared_data: Path):
    """123 records, none refused, identifiers blank where they were not known."""
    found, quarantine = records.read(shared_data / "review/records.csv", "csv", "hand")
    assert len(found) == 123
    assert quarantine.empty
    assert found["record_id"].is_unique
    assert found["doi"][0] == "10.3390/cancers17060974"
    assert found.loc[3, ["record_id", "doi", "authors", "year"]].to_list() == [
        *("pmid:34088520", "", "", "")
    ]
