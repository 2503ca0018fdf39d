"""BibTeX: LaTeX becomes text, and every entry is read or refused by itself."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import records
from living_review.records import latex

WHOLE = r"""@article{doe2019,
  author = {Doe, Jane Q. and Roe, Jr., Richard and {Invented Kidney Group}},
  title = {Invented study of a {Kidney} \& more},
  journal = {Journal of invented studies},
  year = {2019},
  volume = {7},
  number = {2},
  pages = {377--386},
  issn = {1234-5678, 2345-6789},
  doi = {https://doi.org/10.1000/A\_1},
  pmid = {100},
  pmc = {PMC123456},
  language = {eng},
  type = {Review},
  abstract = {Risk fell by 5\% ($p<0.05$).
     Two.},
}
"""


def entry(*fields: str, key: str = "key", title: str = "Title") -> str:
    return "\n".join([f"@article{{{key},", f"  title = {{{title}}},", *fields, "}", ""])


@pytest.fixture
def read(tmp_path):
    """Write a text and read it back."""

    def read_text(text: str | bytes):
        path = tmp_path / "a.bib"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return records.read(path, "bibtex", "import-1")

    return read_text


def test_every_field(read):
    """One record with all that BibTeX knows."""
    found, quarantine = read(WHOLE)
    assert quarantine.empty
    expected = {
        "record_id": "pmid:100",
        "pmid": "100",
        "pmcid": "PMC123456",
        "doi": "10.1000/a_1",
        "title": "Invented study of a Kidney & more",
        "authors": "Doe JQ; Roe R Jr; Invented Kidney Group",
        "year": "2019",
        "journal": "Journal of invented studies",
        "volume": "7",
        "issue": "2",
        "pages": "377-386",
        "issn": "1234-5678; 2345-6789",
        "abstract": "Risk fell by 5% (p<0.05). Two.",
        "language": "eng",
        "publication_types": "Review",
    }
    assert found.loc[0, list(expected)].to_dict() == expected


@pytest.mark.parametrize(
    "changed",
    [
        WHOLE.replace("\n", "\r\n"),
        "\ufeff" + WHOLE,
        WHOLE.encode("utf-16"),
        "% Encoding: UTF-8\nwords\n" + WHOLE,
        re.sub(r"= \{((?:[^{}]|\{[^{}]*\})*)\},", r'= "\1",', WHOLE),
        WHOLE.replace("@article{", "@Article (").replace("\n}\n", "\n)\n"),
        WHOLE.replace("@article{doe2019,", " @ ARTICLE\n{doe2019,"),
        re.sub(r"^  (\w+)", lambda name: name[0].upper(), WHOLE, flags=re.M),
        re.sub(r"= \{(.*)\},", r"= {{\1}},", WHOLE),
        WHOLE.replace("@article{doe2019,", "@article{"),
        WHOLE.replace("@article{doe2019,", "@article{,"),
        WHOLE.replace("{2019},", "{2019}"),
        WHOLE.replace("{2019},", "2019,"),
        WHOLE.replace("{2019},", "{2019},,"),
        WHOLE.replace("journal =", "% a comment\n  journal ="),
        WHOLE.replace("journal =", "journaltitle =")
        .replace("year = {", "date = {")
        .replace("{2019}", "{2019-11-03}"),
        "@string{inv = {invented studies}}\n"
        + WHOLE.replace("{Journal of invented studies}", '"Journal of " # inv'),
        WHOLE.replace("{Journal of invented studies}", "JI")
        + '@STRING ( ji = "Journal of invented studies" )\n',
        WHOLE.replace("  pages", "  title = {Another},\n  pages"),
        '@comment{jabref-meta: databaseType:bibtex;}\n@preamble{"\\newcommand{x}"}\n' + WHOLE,
    ],
)
def test_dialects_say_the_same(read, changed):
    """Mark, line ends, quotes, brackets, missing keys and commas, abbreviations change nothing."""
    found, quarantine = read(changed)
    expected, _ = read(WHOLE)
    assert quarantine.empty
    assert found.equals(expected)


def test_keys_that_are_given_twice_lose_nothing(read):
    """The key is no name of a record."""
    found, quarantine = read(entry(title="One") + entry(title="Two") + entry(title="Two"))
    assert list(found["title"]) == ["One", "Two", "Two"]
    assert quarantine.empty


def test_several_entries_on_one_line(read):
    """As they come from the web."""
    found, quarantine = read(
        "@article{a, title={One}} @book{a, title={Two}}@misc{b, title={Three}}"
    )
    assert list(found["title"]) == ["One", "Two", "Three"]
    assert quarantine.empty


@pytest.mark.parametrize(
    "damaged",
    [
        "@article{b,\n  title = {Two,\n  year = {2002}\n}\n",  # a brace is never closed
        '@article{b,\n  title = "Two,\n  year = 2002\n}\n',  # nor a quote
        "@article{b,\n  title {Two}\n}\n",
        "@article{b,\n",
    ],
)
def test_damage_stays_in_its_entry(read, damaged):
    """An entry that can't be parsed is refused with its line; those around it are read."""
    found, quarantine = read(entry(title="One") + damaged + entry(title="Three"))
    assert list(found["title"]) == ["One", "Three"]
    assert list(found["position"]) == ["1", "3"]
    assert list(quarantine["line"]) == ["4"]
    assert quarantine["reason"][0].startswith("not BibTeX: ")
    assert quarantine["excerpt"][0].startswith("@article{b,")


def test_what_is_no_entry_is_no_record(read):
    """Comments, preambles and abbreviations alone are an empty file; so is nothing else."""
    found, quarantine = read('@comment{x}\n@string{a = "b"}\n@preamble{"c"}\n')
    assert found.empty
    assert quarantine.empty
    found, quarantine = read("PMID- 1\nTI  - One\n")
    assert list(quarantine["reason"]) == ["no BibTeX entry in it"]


def test_markup_between_entries_is_refused(read):
    """An error page in the middle of joined exports."""
    found, quarantine = read(entry() + "<html><b>502</b></html>\n" + entry() + "words\n")
    assert len(found) == 2
    assert quarantine[["line", "reason"]].to_dict("records") == [
        {"line": "4", "reason": "not a BibTeX entry"}
    ]


def test_what_has_no_title_is_refused(read):
    """With its line and its beginning."""
    found, quarantine = read("\n@article{a, year = 2001}\n" + entry())
    assert list(found["title"]) == ["Title"]
    assert quarantine[["line", "reason", "excerpt"]].to_dict("records") == [
        {"line": "2", "reason": "no title", "excerpt": "@article{a, year = 2001}"}
    ]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Doe, Jane and Roe, R. A. and others", "Doe J; Roe RA"),
        ("Jane Q. Doe and Richard van der Roe", "Doe JQ; van der Roe R"),
        ("Doe JQ and van Poe R", "Doe JQ; van Poe R"),
        (r"M{\"u}ller, J{\'e}r{\^o}me and {\O}rsted, \'{E}.", "Müller J; Ørsted É"),
        (
            "{World Health Organization} and {Bill and Melinda}",
            "World Health Organization; Bill and Melinda",
        ),
        ("{Doe, Jane and Roe, Richard}", "Doe J; Roe R"),
        ("{Doe, Jane}", "Doe J"),
        ("Doe, J.; Roe, R.", "Doe J; Roe R"),
        ("Doe, J., Roe, R., Poe, E.", "Doe J; Roe R; Poe E"),
        ("Plato", "Plato"),
        ("Jane~Doe", "Doe J"),
        ("and and and", "and"),
        ("", ""),
    ],
)
def test_names_are_told_apart(read, written, names):
    """In each form that BibTeX has for them, and in some that it doesn't have."""
    found, _ = read(entry(f"author = {{{written}}},"))
    assert found["authors"][0] == names


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"M{\"u}ller M\"uller M{\"{u}}ller", "Müller Müller Müller"),
        (r"\'{\i} {\o} {\aa} {\ss} \c{c} \v{s} \~n \l", "í ø å ß ç š ñ ł"),
        (r"{{NASA}} and {K}idney", "NASA and Kidney"),
        (r"10\% of 5% \& 7 & \#8 #9 a\_b", "10% of 5% & 7 & #8 #9 a_b"),
        (
            r"$\beta$-blockers and H$_2$O, $^{131}$I, CO\textsubscript{2}",
            "β-blockers and H2O, 131I, CO2",
        ),
        (r"cost \$5, $7 and $9 more, $n=5$, $x$", "cost $5, $7 and $9 more, n=5, x"),
        (r"{\textless}5 and 5 {\textgreater} 4, $\leq$ 3", "<5 and 5 > 4, ≤ 3"),
        (r"\textit{E. coli} \emph{in vitro} {\em x} \mbox{y} \foo{z}", "E. coli in vitro x y z"),
        (r"``quoted'' 5--6", "“quoted” 5\u20136"),
        (r"100\textdegree C and 5~mg", "100°C and 5 mg"),
        ("no LaTeX at all", "no LaTeX at all"),
        ("{never closed", "never closed"),
        ("\\", ""),
        (r"\input{/etc/hosts}x", "x"),
    ],
)
def test_latex_becomes_text(written, text):
    """What LaTeX means is what is read; what databases write in spite of LaTeX stays."""
    assert latex.decode(written) == text


PIECES = st.sampled_from(
    [
        *(
            r"{\'e}",
            r"\'e",
            r"\'{e}",
            r"{\'{e}}",
            r"\"{\i}",
            r"{\'\i}",
            r"\c{c}",
            r"\v{s}",
            r"\H{o}",
        ),
        *(r"\k{a}", r"\u{g}", r"{\ss}", r"\ss{}", r"{\o}", r"\o x", r"\aa", r"{\%}", r"\%", r"\&"),
        *(r"{\textless}", r"\textit{a b}", r"{\em x}", r"\emph{y}", "--", "---", "``", "''", "~"),
        *(" ", "a", "b c", "{A}", "{{B}}", "1-2", "(", ")", ".", r"{\l}", r"\~n", r"\=a", "%", "&"),
    ]
)


# With spaces between: \aa before an a would be another command, \aaa.
@given(written=st.lists(PIECES, max_size=8).map(" ".join))
def test_the_quick_way_says_what_the_slow_one_says(written):
    """Fields without rare commands never reach the walker, which takes 200 times as long."""
    simple = latex._simple(written)
    assert "\\" not in simple
    assert latex.clean(simple) == latex._walked(written)


def test_identifiers_are_no_prose():
    """Escapes are undone; hyphens and underscores stay."""
    assert latex.verbatim(r"10.1000/a\_b--c{\textless}1{\textgreater}") == "10.1000/a_b--c<1>"
    assert latex.verbatim(r"\url{https://a.example/b\_c}") == "https://a.example/b_c"


@pytest.mark.parametrize(
    ("lines", "pmid", "doi"),
    [
        (["pubmed_id = {31774950},"], "31774950", ""),
        (["eprint = {31774950}, eprinttype = {pubmed},"], "31774950", ""),
        (["eprint = {31774950}, eprinttype = {arxiv},"], "", ""),
        (["note = {PMID: 31774950},"], "31774950", ""),
        ([r"url = {https://pubmed.ncbi.nlm.nih.gov/31774950/},"], "31774950", ""),
        ([r"url = {https://doi.org/10.1000/a\_b},"], "", "10.1000/a_b"),
        ([r"url = {https://a.example/10.1000/a},"], "", ""),
        (["note = {doi: 10.1000/a},"], "", "10.1000/a"),
    ],
)
def test_identifiers_are_taken_where_they_name_the_record(read, lines, pmid, doi):
    """From their own fields, links to PubMed or a resolver, and notes that name them."""
    found, _ = read(entry(*lines))
    assert found.loc[0, ["pmid", "doi"]].to_list() == [pmid, doi]


def test_latin_1_is_read(read):
    """Line by line, as any text."""
    found, _ = read(entry(title="Müller").encode("latin-1") + entry(title="Møller").encode())
    assert list(found["title"]) == ["Müller", "Møller"]


@pytest.mark.parametrize(
    "text",
    [
        entry(title="{" * 10_000 + "x" + "}" * 10_000),
        entry(title="x" * 1_000_000),
        entry(title="{" * 1_000_000),
        entry(title="\\" * 1_000_000),
        entry(title="$" * 1_000_000),
        entry(f"author = {{{'}' * 500_000}}},"),
        entry(f"author = {{{'a and ' * 100_000}}},"),
        "@" * 1_000_000,
        "\n" * 1_000_000 + "x",
        "@a" + " " * 1_000_000,
        "".join(f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(60)) + entry("note = a60,"),
    ],
    ids=lambda text: repr(text[:60]),
)
def test_hostile_text_costs_little(read, text):
    """Neither depth, nor length, nor abbreviations that double one another."""
    began = time.process_time()
    found, quarantine = read(text)
    assert len(found) + len(quarantine) > 0
    assert time.process_time() - began < 4


def test_jabref_s_files_read_whole(shared_data: Path):
    """As many entries as the files open are read, or refused for want of a title."""
    counted = 0
    for path in sorted((shared_data / "medline/jabref_importers").rglob("*.bib")):
        assert records.format_of(path) == "bibtex"
        found, quarantine = records.read(path, "bibtex", "s")
        opened = re.findall(r"^@(?!comment)\w+\{", path.read_text(), re.IGNORECASE | re.MULTILINE)
        assert len(found) + len(quarantine) == max(len(opened), 1)
        assert set(quarantine["reason"]) <= {"no title", "no BibTeX entry in it"}
        counted += len(found)
    assert counted == 52
