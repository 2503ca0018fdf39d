"""Decisions made in other programs become lines of their screeners, and nothing is overwritten."""

import csv
import io
from datetime import UTC, datetime

import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interchange_cases import made
from screening_cases import PROTOCOL, line

from living_review import ledgers, tables
from living_review.errors import ReviewError, TableError
from living_review.interchange import decisions, export, matching, taking

NOW = datetime(2026, 12, 24, 10, 0, tzinfo=UTC)
BLANK = {"pmid": "", "doi": "", "title": "", "year": ""}
RECORDS = [
    BLANK | {"record_id": "pmid:11111111", "pmid": "11111111", "title": "First of all", "year": "2020"},  # noqa: E501
    BLANK | {"record_id": "doi:10.1000/b", "doi": "10.1000/b", "title": "Second thoughts", "year": "2021"},  # noqa: E501
    BLANK | {"record_id": "rec:00ff", "title": "Third time: lucky", "year": "2022"},
    BLANK | {"record_id": "rec:0a0a", "title": "Editorial", "year": "2022"},
    BLANK | {"record_id": "rec:0b0b", "title": "Editorial", "year": "2022"},
    # another record of the first work
    BLANK | {"record_id": "doi:10.1000/a", "doi": "10.1000/a", "title": "First of all (preprint)"},
]  # fmt: skip
WORK_OF = {one["record_id"]: one["record_id"] for one in RECORDS} | {
    "doi:10.1000/a": "pmid:11111111"
}
WORKS = matching.Works(WORK_OF.items(), RECORDS)


@pytest.fixture
def read(tmp_path):
    """Write a table as a program does, and read the decisions in it."""

    def read_rows(rows, covidence_list="", name="export.csv"):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return decisions.read(path, covidence_list)

    return read_rows


def take(export, lines=(), stage="title_abstract", people=None, **rules):
    people = people or dict.fromkeys(export.people, "ann")
    given = {"reasons": {}} | rules
    asked = taking.Rules(stage, PROTOCOL, "2026.11", people, **given)
    return taking.take(export, WORKS, list(lines), asked, NOW)


def told(taken, screener="ann"):
    return [
        (one["record_id"], one["decision"], one["reason"]) for one in taken.lines.get(screener, [])
    ]


def test_asreview_2(read):
    """asreview_label, its time and its user; a row without label is undecided."""
    export = read(
        [
            {"": "0", "title": "x", "living_review_id": "pmid:11111111", "asreview_label": "1",
             "asreview_time": "2026-12-02 10:30:05.123456", "asreview_user_name": "Ann"},
            {"": "1", "title": "x", "living_review_id": "doi:10.1000/b", "asreview_label": "0",
             "asreview_time": "1764585000.5", "asreview_user_name": "Ann"},
            {"": "2", "title": "x", "living_review_id": "rec:00ff", "asreview_label": "",
             "asreview_time": "", "asreview_user_name": ""},
        ]
    )  # fmt: skip
    assert (export.program, export.undecided) == ("ASReview", 1)
    taken = take(export)
    assert told(taken) == [("doi:10.1000/b", "exclude", ""), ("pmid:11111111", "include", "")]
    assert [one["time"] for one in taken.lines["ann"]] == [
        "2025-12-01T10:30:00Z",
        "2026-12-02T10:30:05Z",
    ]


@pytest.mark.parametrize("column", ["included", "label_included"])
def test_asreview_1(read, column):
    """The column included or what the file had for it, whole numbers or not; -1 is undecided."""
    export = read(
        [
            {"title": "First of all", column: "1.0", "asreview_ranking": "1"},
            {"title": "Second thoughts", column: "0", "asreview_ranking": "2"},
            {"title": "Third time: lucky", column: "-1", "asreview_ranking": "3"},
        ]
    )
    taken = take(export)
    assert told(taken) == [("pmid:11111111", "include", ""), ("doi:10.1000/b", "exclude", "")]
    assert {one["time"] for one in taken.lines["ann"]} == {"2026-12-24T10:00:00Z"}


def test_a_short_row_is_undecided(tmp_path):
    """Spreadsheets leave out empty cells at the end; columns without a heading are nobody's."""
    path = tmp_path / "a.csv"
    path.write_text(";title;included\n0;First of all;1;x\n\n1;Second thoughts\n")
    export = decisions.read(path)
    assert [(one.row, one.decision) for one in export.said] == [(2, "include")]
    assert (export.rows, export.undecided) == (2, 1)


RAYYAN = [
    {
        "key": "rayyan-1",
        "title": "Another title",
        "pubmed_id": "11111111",
        "notes": 'living_review_id: pmid:11111111 | RAYYAN-INCLUSION: {"Ann S"=>"Included", '
        '"Bob"=>"Excluded"} | RAYYAN-LABELS: x,y | RAYYAN-EXCLUSION-REASONS: wrong population,'
        'No ablation | USER-NOTES: {"Bob"=>["RAYYAN: odd"]}',
    },
    {
        "key": "rayyan-2",
        "title": "Another title",
        "pubmed_id": "",
        "notes": 'living_review_id: doi:10.1000/b | RAYYAN-INCLUSION: {"Ann S"=>"Maybe"}',
    },
    {"key": "rayyan-3", "title": "Nobody looked", "pubmed_id": "", "notes": ""},
]


def test_rayyan_has_several_people(read):
    """Each is mapped to a screener; a maybe is unsure; reasons are of exclusions alone."""
    export = read(RAYYAN)
    assert (export.program, export.people, export.undecided) == ("Rayyan", ["Ann S", "Bob"], 1)
    taken = take(export, people={"Ann S": "ann", "Bob": "bob"})
    assert told(taken) == [("pmid:11111111", "include", ""), ("doi:10.1000/b", "unsure", "")]
    assert told(taken, "bob") == [("pmid:11111111", "exclude", "no_ablation")]
    assert (
        taken.lines["bob"][0]["note"] == "Rayyan, export.csv row 2; wrong population; No ablation"
    )


def test_reasons_may_have_commas(read):
    """As those of a protocol do; the first in its hierarchy counts."""
    reasons = {"own": "Review, guideline or comment", "organ": "Other organ, like the liver"}
    notes = (
        'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: '
        "other organ,like the liver,Review, guideline or comment"
    )
    export = read([{"title": "First of all", "notes": notes}])
    rules = taking.Rules(
        "full_text", PROTOCOL | {"reasons": reasons}, "2026.11", {"Ann": "ann"}, {}
    )
    assert told(taking.take(export, WORKS, [], rules, NOW)) == [("pmid:11111111", "exclude", "own")]


def test_rayyan_in_columns_of_its_own(read):
    """Some exports have what else stands in the notes as columns."""
    export = read(
        [
            {
                "title": "First of all",
                "notes": "",
                "RAYYAN-INCLUSION": '{"Ann"=>"Excluded"}',
                "RAYYAN-EXCLUSION-REASONS": "not the kidney",
            }
        ]
    )
    assert told(take(export)) == [("pmid:11111111", "exclude", "not_kidney")]


def test_nobody_decides_in_the_name_of_another(read):
    """Two people in a file need two screeners; somebody may be left out by name."""
    export = read(RAYYAN)
    with pytest.raises(ReviewError, match=r"decisions of 'Bob'; say who each is"):
        take(export, people={"Ann S": "ann"})
    with pytest.raises(ReviewError, match="the screener is 'seed'; allowed"):
        take(export, people={"Ann S": "seed", "Bob": ""})
    assert set(take(export, people={"Ann S": "ann", "Bob": ""}).lines) == {"ann"}


def test_covidence(read):
    """Its lists say what was decided, its notes why, its tags what waits."""
    rows = [
        {"Title": "First of all", "Published Year": "2020", "Accession Number": "pmid:11111111",
         "DOI": "", "Ref": "1", "Covidence #": "#12",
         "Notes": "Exclusion reason: Not the kidney; ", "Tags": ""},
        {"Title": "?", "Published Year": "", "Accession Number": "", "DOI": "10.1000/B",
         "Ref": "2", "Covidence #": "#13", "Notes": "", "Tags": "Ongoing study"},
    ]  # fmt: skip
    with pytest.raises(ReviewError, match=r"say by --list which one it is"):
        read(rows)
    taken = take(read(rows, "excluded"), stage="full_text")
    assert told(taken) == [
        ("pmid:11111111", "exclude", "not_kidney"),
        ("doi:10.1000/b", "awaiting", "ongoing_study"),
    ]


def test_an_exclusion_at_full_text_needs_a_reason_of_the_protocol(read):
    """Nothing is taken; the message has the row and what may be said."""
    rows = [
        {"Title": "First of all", "Covidence #": "#12", "Notes": "Exclusion reason: Odd"},
        {"Title": "Second thoughts", "Covidence #": "#13", "Notes": ""},
    ]
    export = read(rows, "excluded")
    with pytest.raises(TableError) as error:
        take(export, stage="full_text")
    first, second = error.value.problems
    assert (first.row, first.column, first.value) == (2, "reason", "Odd")
    assert "not_kidney, no_ablation" in first.allowed
    assert (second.row, second.value) == (3, "")
    one = read(rows[:1], "excluded")
    assert told(take(one, stage="full_text", reasons={"odd": "no_ablation"})) == [
        ("pmid:11111111", "exclude", "no_ablation")
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"living_review_id": "rec:00ff"}, ("rec:00ff", "")),
        ({"notes": "living_review_id: doi:10.1000/b;"}, ("doi:10.1000/b", "")),
        ({"ref": "doi:10.1000/a"}, ("pmid:11111111", "")),
        ({"pubmed_id": "11111111.0"}, ("pmid:11111111", "")),
        ({"doi": "https://doi.org/10.1000/B"}, ("doi:10.1000/b", "")),
        ({"title": "THIRD TIME - LUCKY", "year": "2022"}, ("rec:00ff", "")),
        ({"title": "Third time lucky"}, ("rec:00ff", "")),
        ({"title": "Third time: lucky", "year": "1999"}, ("", "no work of the review")),
        ({"title": "Editorial", "year": "2022"}, ("", "2 works have its title")),
        ({"pmid": "11111111", "doi": "10.1000/b"}, ("", "are of 2 works")),
        ({"title": "", "abstract": "text"}, ("", "no id of ours, no PMID, no DOI and no title")),
        ({"living_review_id": "rec:ffff"}, ("", "no id of ours, no PMID")),
    ],
)
def test_how_a_row_finds_its_work(cells, expected):
    """By our id first, a title only where it is one work's; else the reason is said."""
    work, why = WORKS.find(cells)
    assert work == expected[0]
    assert expected[1] in why


def test_rows_of_no_work_are_named(read):
    """With the row's number, its title and why."""
    export = read(
        [
            {"title": "First of all", "asreview_label": "1"},
            {"title": "Unheard of", "asreview_label": "1"},
        ]
    )
    taken = take(export)
    assert len(taken.lines["ann"]) == 1
    assert taken.unmatched == [
        "row 3 (Unheard of): no work of the review has its PMID, DOI or title and year"
    ]


def test_an_import_repeated_adds_nothing(read):
    """Whatever else was decided between the two."""
    export = read(RAYYAN)
    people = {"Ann S": "ann", "Bob": "bob"}
    first = take(export, people=people)
    stands = [one for lines in first.lines.values() for one in lines]
    stands.append(line("bob", "include", "rec:00ff"))
    again = take(export, stands, people=people)
    assert (again.lines, again.again, again.contradictions) == ({}, 3, [])


def test_a_contradiction_is_listed_and_superseded_only_if_asked(read):
    """Also where the earlier decision was about another record of the work."""
    earlier = line("ann", "exclude", "doi:10.1000/a")
    export = read([{"title": "First of all", "asreview_label": "1"}])
    taken = take(export, [earlier])
    assert taken.lines == {}
    assert taken.contradictions == [
        f"ann, pmid:11111111: row 2 says include, the ledger exclude (line {earlier['id']}); "
        "not taken"
    ]
    (written,) = take(export, [earlier], supersede=True).lines["ann"]
    assert (written["decision"], written["supersedes"]) == ("include", earlier["id"])
    assert written["id"] not in ("", earlier["id"])
    stands = ledgers.standing([earlier, written])
    assert stands == [written]
    assert take(export, [earlier, written], supersede=True).again == 1


def test_two_rows_that_differ_about_one_work_decide_nothing(read):
    """Their numbers are named; two that agree are one decision."""
    rows = [
        {"title": "First of all", "asreview_label": "1"},
        {"title": "First of all (preprint)", "asreview_label": "0"},
    ]
    taken = take(read(rows))
    assert taken.lines == {}
    assert "row 2: include and row 3: exclude; neither was taken" in taken.contradictions[0]
    rows[1]["asreview_label"] = "1"
    assert told(take(read(rows))) == [("pmid:11111111", "include", "")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"title": "a", "asreview_label": "7"}], "row 2: asreview_label is '7'; allowed: 1, 0"),
        ([{"title": "a", "notes": 'RAYYAN-INCLUSION: {"A"=>"Often"}'}], "notes is 'Often'"),
        ([{"title": "a", "notes": "RAYYAN-INCLUSION: yes"}], "notes is 'yes'"),
        ([{"title": "a", "verdict": "1"}], "no decisions of ASReview"),
    ],
)
def test_what_is_no_decision_is_refused(read, rows, message):
    """By row and column, or as a whole."""
    with pytest.raises(ReviewError, match=message.replace("(", r"\(")):
        read(rows)


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"id,record_id,screener,stage,decision,reason,time,protocol_version,supersedes,note\n",
        b"\xef\xbb\xbfid;record_id;screener;stage;decision;reason;time;protocol_version;"
        b"supersedes;note\r\n1;pmid:1;ann;full_text;include;;2026-12-01;2026.11;;a, b\r\n",
        b"note,id,record_id,screener,stage,decision,reason,time,protocol_version,supersedes\n"
        b"n,1,pmid:1,ann,full_text,include,,2026-12-01,2026.11,",
    ],
)
def test_a_ledger_is_only_added_to(tmp_path, monkeypatch, before):
    """Its bytes stay as they are, whatever wrote them; the new line stands at the end."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "resources/decisions/screening/ann.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(before)
    added = line("ann", "exclude", note='He said: "no; never", then left')
    ledgers.append("screening", "ann", [added])
    assert path.read_bytes().startswith(before)
    assert tables.read(path).cells[-1] == added
    assert len(tables.read(path).rows) == (2 if b"pmid:1" in before else 1)


def test_a_ledger_that_lacks_a_column_is_left_alone(tmp_path, monkeypatch):
    """Nothing is added to a file of another kind."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "resources/decisions/screening/ann.csv"
    path.parent.mkdir(parents=True)
    path.write_text("id,record_id\n1,pmid:1\n")
    with pytest.raises(ReviewError, match="has no column screener, stage"):
        ledgers.append("screening", "ann", [line("ann", "include")])
    assert path.read_text() == "id,record_id\n1,pmid:1\n"


def as_asreview(records):
    """Every column of the table that it was given."""
    for row in csv.DictReader(io.StringIO(export.as_csv(records))):
        yield row, {"include": {"asreview_label": "1"}, "exclude": {"asreview_label": "0"}}


def as_rayyan(records):
    """A key of its own; of ours the notes, the title and the DOI."""
    for number, row in enumerate(csv.DictReader(io.StringIO(export.as_csv(records)))):
        kept = {"key": f"rayyan-{number}", "title": row["title"], "doi": row["doi"]}
        notes = row["notes"] + ' | RAYYAN-INCLUSION: {"Ann"=>"%s"}'
        said = {"include": "Included", "exclude": "Excluded"}
        yield kept, {decision: {"notes": notes % word} for decision, word in said.items()}


def as_covidence(records):
    """Of RIS the title, the accession number, the DOI and the id; no note."""
    for entry in rispy.loads(export.as_ris(records)):
        kept = {
            "Title": entry["title"],
            "Accession Number": entry.get("accession_number", ""),
            "DOI": entry.get("doi", ""),
            "Ref": entry["id"],
            "Covidence #": "#1",
        }
        yield kept, {"include": {}}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("program", [as_asreview, as_rayyan, as_covidence])
def test_decisions_find_back(tmp_path_factory, program, data):
    """Whatever a record lacks, from what each program keeps of it."""
    records = data.draw(
        st.lists(made, min_size=1, max_size=5, unique_by=lambda one: one["record_id"])
    )
    works = matching.Works([(one["record_id"],) * 2 for one in records], records)
    expected, rows = {}, []
    for one, (kept, said) in zip(records, program(records), strict=True):
        decision = data.draw(st.sampled_from(sorted(said)))
        expected[one["record_id"]] = decision
        rows.append(kept | said[decision])
    path = tmp_path_factory.mktemp("back") / "export.csv"
    tables.write(path, list(rows[0]), rows)
    back = decisions.read(path, "included")
    rules = taking.Rules(
        "title_abstract", PROTOCOL, "2026.11", dict.fromkeys(back.people, "ann"), {}
    )
    taken = taking.take(back, works, [], rules, NOW)
    assert {one["record_id"]: one["decision"] for one in taken.lines["ann"]} == expected
    assert (taken.unmatched, taken.contradictions) == ([], [])
