"""What waits for people: in which order, for whom, with what is known filled in."""

import csv
import html
from pathlib import Path

import pytest
import report_cases

from living_review.errors import ReviewError
from living_review.report import unread, waiting
from living_review.screening import stopping
from living_review.todo import extraction, read, tasks, words

SCREENING = {
    "stages": ["title_abstract", "full_text"],
    "screeners_required": {"title_abstract": 2, "full_text": 2},
}


def work(record_id, came, voters=(), stage="title_abstract", **more):
    row = {"record_id": record_id, "came": came, "voters": list(voters), "stage": stage}
    return {**row, "title": f"Title of {record_id}", "suggestion": "", **more}


def ids(lists, screeners=(), scores=None):
    return [task["id"] for task in tasks.tasks(lists, SCREENING, screeners, scores)]


def test_works_stand_as_they_came_until_they_are_ranked():
    """What the seed would include first; a score comes before both."""
    lists = {"screen": [work("b", 2), work("a", 3, suggestion="include"), work("c", 1)]}
    assert ids(lists) == ["a", "c", "b"]
    assert ids(lists, scores={"b": 0.9, "c": 0.2}) == ["b", "c", "a"]


def test_a_score_is_shown_with_its_work():
    """Works without one have none."""
    lists = {"screen": [work("a", 1), work("b", 2)]}
    found = tasks.tasks(lists, SCREENING, (), {"b": 0.5})
    assert [(task["id"], task["rank"], task["score"]) for task in found] == [
        ("b", 1, 0.5),
        ("a", 2, ""),
    ]


@pytest.mark.parametrize(
    ("voters", "screeners", "whom"),
    [
        ((), (), "2 more people"),
        ((), ("ann",), "ann, 1 more person"),
        ((), ("ann", "bob", "cy"), "ann, bob, cy"),
        (("ann",), ("ann",), "1 more person"),
        (("ann",), ("ann", "bob"), "bob"),
    ],
)
def test_a_work_waits_for_those_who_did_not_decide(voters, screeners, whom):
    """As many as the protocol requires; people who are not known yet are counted."""
    row = work("a", 1, voters)
    assert tasks.for_whom("screen", row, SCREENING, screeners) == whom


def test_a_conflict_waits_for_a_third_person():
    """Neither of the two who disagree."""
    row = work("a", 1, ("ann", "bob"))
    assert tasks.for_whom("conflicts", row, SCREENING, ("ann", "bob", "cy")) == "cy"
    assert tasks.for_whom("conflicts", row, SCREENING, ("ann", "bob")) == "1 more person"
    assert not tasks.waits_for("conflicts", row, "ann")
    assert tasks.waits_for("conflicts", row, "cy")


@pytest.mark.parametrize(
    ("name", "row", "whom"),
    [
        ("verify", {"extracted_by": "ann"}, "anybody but ann"),
        ("verify", {"extracted_by": "seed"}, "anybody"),
        ("second_extraction", {"extracted_by": ["bob", "ann"]}, "anybody but ann and bob"),
        ("risk_of_bias", {"raters": ["ann"]}, "anybody but ann"),
        ("risk_of_bias", {"raters": []}, "anybody"),
    ],
)
def test_nobody_is_the_second_person_after_oneself(name, row, whom):
    """Neither to check a reading, nor to extract again, nor to judge again."""
    assert tasks.for_whom(name, row, SCREENING, ("ann", "bob")) == whom
    assert tasks.waits_for(name, row, "ann") == ("ann" not in whom)
    assert tasks.waits_for(name, row, "cy")


@pytest.mark.parametrize(
    ("name", "row", "whom"),
    [
        ("duplicate_conflicts", {"decisions": "bob:bob-2 ann:ann-7"}, "ann or bob"),
        (
            "event_conflicts",
            {"decisions": [{"screener": "bob"}, {"screener": "ann"}]},
            "ann or bob",
        ),
        ("overlaps", {"standing": "conflict", "decisions": [{"screener": "ann"}]}, "ann"),
        ("unmet_decisions", {"id": "ann-1", "screener": "ann"}, "ann"),
    ],
)
def test_a_line_is_taken_back_by_who_wrote_it(name, row, whom):
    """Nobody else may supersede it; what nobody has decided yet is for anybody."""
    assert tasks.for_whom(name, row, SCREENING, ()) == whom
    assert tasks.waits_for(name, row, "ann")
    assert not tasks.waits_for(name, row, "cy")
    undecided = {"standing": "undecided", "decisions": []}
    assert tasks.for_whom("overlaps", undecided, SCREENING, ()) == "anybody"
    assert tasks.waits_for("overlaps", undecided, "cy")


def test_a_difference_is_for_the_two_who_differ():
    """They look at the source together."""
    row = {"person": "bob", "table": "arms", "key": "a | b", "column": "age"}
    assert tasks.for_whom("differences", row, SCREENING, ()) == "bob and the first extractor"
    ratings = [{"rater": "cy"}, {"rater": "ann"}]
    assert tasks.for_whom("risk_of_bias_conflicts", {"ratings": ratings}, SCREENING, ()) == (
        "ann and cy"
    )


def test_the_page_names_tasks_in_the_order_of_the_list_and_for_whom():
    """What `todo` prints and what the page opens are one list."""
    found = report_cases.kidney()
    lists = {name: [] for name in found["waiting"]["lists"]}
    filled = {
        "screen": [work("pmid:1", 1, ("ann",))],
        "conflicts": [work("pmid:2", 2, ("ann", "bob"))],
        "full_text": [work("pmid:3", 3, stage="full_text")],
        "awaiting": [work("pmid:4", 4, awaiting="ongoing_study")],
        "extract": [work("pmid:5", 5)],
        "verify": [{"study_id": "doe", "table": "arms", "row": "a", "extracted_by": "ann"}],
        "overlaps": found["overlaps"]["pairs"][:1],
        "second_extraction": [{"study_id": "doe", "label": "Doe", "extracted_by": ["ann"]}],
        "risk_of_bias": [{"study_id": "doe", "label": "Doe", "raters": ["bob"]}],
        "provisional": [{"study_id": "doe", "included": False, "rows": 2, "unread": 1}],
        "questions": [{"id": "q", "question": "Is it?"}],
    }
    filled = {name: rows for name, rows in filled.items() if rows}
    for row in (filled["verify"][0], filled["provisional"][0]):
        row["label"] = "Doe"
    found["waiting"] |= {
        "lists": lists | filled,
        "screeners": ["ann", "bob"],
        "counts": {name: len({**lists, **filled}[name]) for name in {**lists, **filled}},
    }
    page = html.unescape(waiting.part(found))
    said = {
        "screen": "1 record to be screened",
        "conflicts": "1 conflict to be resolved",
        "full_text": "1 report to be assessed in full text",
        "awaiting": "1 ongoing study whose results are awaited",
        "extract": "1 included study to be extracted",
        "verify": "1 row to be checked by a second person",
        "overlaps": "1 pair of studies that may have the same patients",
        "second_extraction": "1 study to be extracted by a second person",
        "risk_of_bias": "1 study to be judged for risk of bias",
        "provisional": "1 study known in part from abstracts only",
        "questions": "1 question",
    }
    places = [page.index(said[name]) for name in tasks.KINDS if name in filled]
    assert places == sorted(places)
    assert "| pmid:1 | bob |" in page
    assert "| pmid:2 | 1 more person |" in page
    assert "| pmid:3 | ann, bob |" in page
    assert "Doe (for anybody but ann)" in page
    assert "Doe (for anybody but bob)" in page


def test_what_stopping_would_risk_stands_under_the_works_to_screen():
    """The longest look back, that it only advises, and where the rest is."""
    outlooks = stopping.rows(
        stopping.outlook([(f"2026-01-{n:02}", n < 3) for n in range(1, 31)], 40)
    )
    waiting_now = read.Waiting({"screen": [work("a", 1)]}, SCREENING, [], {"a": 0.5}, outlooks)
    told = words.told(waiting_now)
    assert "Of the last 30 decided 2 were relevant: 2.7 relevant ones left" in told
    assert "Nothing is excluded because of it" in told
    assert "living-review rank" in told
    assert "stopping" not in words.told(waiting_now._replace(stopping=()))


def test_a_list_that_is_new_to_the_page_is_a_task_too():
    """It comes last, under its own name."""
    lists = {"odd_things": [{"study_id": "x"}], "screen": [work("a", 1)]}
    found = tasks.tasks(lists, SCREENING, ())
    assert [(task["kind"], task["id"]) for task in found] == [("screen", "a"), ("odd_things", "x")]


def test_every_list_of_the_page_says_what_is_to_be_done():
    """And where; the order of the kinds is that of the work."""
    assert set(report_cases.kidney()["waiting"]["lists"]) <= set(tasks.KINDS)


def test_both_records_of_a_pair_are_named():
    """As the ledger of duplicates wants them."""
    pair = {"record_id_1": "pmid:1", "record_id_2": "pmid:2", "records": [{"title": "A"}] * 2}
    (task,) = tasks.tasks({"duplicates": [pair]}, SCREENING, ())
    assert (task["id"], task["what"]) == ("pmid:1 and pmid:2", "A / A")


def test_unchecked_rows_of_full_texts_are_to_be_verified():
    """Those of abstracts are provisional; a checked row is neither."""
    row = {"basis": "full_text", "extracted_by": "ann", "checked_by": ""}
    study = {
        "study_id": "doe",
        "label": "Doe 2020",
        "status": "included",
        **row,
        "arms": [row | {"arm_id": "a", "checked_by": "bob"}, row | {"arm_id": "b"}],
        "outcomes": [
            row | {"arm_id": "a", "outcome": "died", "time_point": "last", "basis": "abstract"}
        ],
    }
    lists = extraction.waiting([study])
    assert [(one["table"], one["row"]) for one in lists["verify"]] == [
        ("studies", ""),
        ("arms", "b"),
    ]
    (provisional,) = lists["provisional"]
    assert (provisional["rows"], provisional["unread"]) == (4, 1)
    page = unread.verify(lists["verify"]) + unread.provisional(lists["provisional"])
    assert "2 rows to be checked by a second person" in page
    assert "1 study known in part from abstracts only" in page


def test_a_study_that_was_read_and_checked_waits_for_nobody():
    """Included, full text, two people."""
    row = {"basis": "full_text", "extracted_by": "ann", "checked_by": "bob"}
    study = {"study_id": "doe", "status": "included", **row, "arms": [], "outcomes": []}
    assert extraction.waiting([study]) == {"verify": [], "provisional": []}
    assert extraction.waiting([study | {"status": "provisional"}])["provisional"]
    assert unread.verify([]) == unread.provisional([]) == ""


@pytest.mark.parametrize(
    ("authors", "study_id", "label"),
    [
        ("Matsumoto ED; Doe J", "matsumoto_2005", "Matsumoto 2005"),
        ("Matsumoto, Edward D.", "matsumoto_2005", "Matsumoto 2005"),
        ("García-Álvarez J", "garcia_alvarez_2005", "García-Álvarez 2005"),
        ("van der Berg A", "van_der_berg_2005", "van der Berg 2005"),
        ("", "long_term_results_2005", "Long-term results of it"),
    ],
)
def test_a_study_to_extract_is_filled_in_beforehand(authors, study_id, label):
    """A short name from author and year, the record, the citation."""
    row = {"record_id": "pmid:1", "authors": authors, "year": "2005", "journal": "Urology"}
    filled = extraction.prefilled([row | {"title": "Long-term results of it."}], [])
    assert filled["studies"] == [
        {"study_id": study_id, "label": label, "year": "2005", "source_record": "pmid:1"}
    ]
    (report,) = filled["reports"]
    assert (report["study_id"], report["record_id"]) == (study_id, "pmid:1")
    assert report["citation"].endswith("Long-term results of it. Urology 2005.")


def test_two_studies_never_get_one_name():
    """Nor the name of one that is in the table."""
    rows = [{"record_id": f"pmid:{n}", "authors": "Doe J", "year": "2020"} for n in range(3)]
    names = [row["study_id"] for row in extraction.prefilled(rows, ["doe_2020"])["studies"]]
    assert names == ["doe_2020b", "doe_2020c", "doe_2020d"]


def test_tables_of_what_waits_run_no_formula(tmp_path):
    """Titles come from outside; a list without a task has its header alone."""
    queue = read.Waiting(
        {"screen": [work("pmid:1", 1, title="=cmd|' /C calc'!A0")]}, SCREENING, ["ann"], {}
    )
    paths = [str(tmp_path / f"{name}.csv") for name in ("screen", "verify", "todo")]
    read.write(queue, paths)
    screen, verify, every = (
        list(csv.DictReader(Path(path).read_text().splitlines())) for path in paths
    )
    assert screen == every
    assert screen[0]["what"] == "'=cmd|' /C calc'!A0"
    assert verify == []


def test_rows_to_extract_lie_beside_the_list(tmp_path):
    """What is known is filled in, ready to be copied into the tables; no name is given twice."""
    queue = read.Waiting(
        {"extract": [work("pmid:5", 1, authors="Doe J; Roe A", year="2020", journal="=J")]},
        SCREENING,
        [],
        {},
        studies=["doe_2020"],
    )
    paths = [str(tmp_path / name.strip("/")) for name in read.FILES]
    read.write(queue, paths)
    studies, reports = (
        list(csv.DictReader((tmp_path / f"rows_for_{name}.csv").read_text().splitlines()))
        for name in ("studies", "reports")
    )
    assert studies == [
        {"study_id": "doe_2020b", "label": "Doe 2020", "year": "2020", "source_record": "pmid:5"}
    ]
    assert reports[0]["citation"] == "Doe J et al. Title of pmid:5. =J 2020."
    assert {path.name for path in tmp_path.iterdir()} == {name.strip("/") for name in read.FILES}


def test_one_person_sees_what_that_person_may_do():
    """And one kind alone, if asked for; an unknown kind is refused with the nearest."""
    lists = {"screen": [work("a", 1, ("ann",)), work("b", 2)], "verify": []}
    queue = read.Waiting(lists, SCREENING, ["ann", "bob"], {})
    told = words.told(queue.for_person("ann"))
    assert "Works to screen: 1." in told
    assert "Title of b" in told
    assert "Title of a" not in told
    with pytest.raises(ReviewError, match="screen"):
        queue.of_kind("screening")


def test_a_title_commands_no_terminal():
    """Control characters are left out."""
    queue = read.Waiting(
        {"screen": [work("a", 1, title="A\x1b[2J title\nof two lines")]}, SCREENING, [], {}
    )
    told = words.told(queue)
    assert "\x1b" not in told
    assert "A [2J title of two lines" in told
