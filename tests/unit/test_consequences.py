"""What follows for studies from events, by rule of the protocol and by decisions of people."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import consequences, events, ledgers
from living_review.dedup import identity
from living_review.notices import CONCERN, ERRATUM, KINDS, RETRACTION, UPDATE, Event
from living_review.records.entries import Record

numbers = itertools.count()


def event(kind=RETRACTION, record_id="pmid:1", doi="", notice="pmid:9", seen_on="2026-12-02"):
    return Event(record_id, doi, kind, notice, f"Citation of {notice}", "A title", seen_on)


def line(decision, who="ann", kind=RETRACTION, record_id="pmid:1", day="2026-12-05", **cells):
    return dict.fromkeys(ledgers.COLUMNS["events"], "") | {
        "id": f"{who}-{next(numbers)}",
        "record_id": record_id,
        "event": kind,
        "screener": who,
        "decision": decision,
        "time": f"{day}T09:00:00Z",
        **cells,
    }


def report(record_id, study="smith"):
    return {"study_id": study, "record_id": record_id}


def found(events, *lines):
    (one,) = consequences.findings(events, lines)
    return one


def out(reports, events, *lines):
    return consequences.out(reports, consequences.findings(events, lines))


# ---- which study ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "concerned"),
    [
        ("pmid:1", True),
        ("pmid:11", False),
        ("doi:10.1000/abc", True),
        ("doi:10.1000/ABC", True),
        ("doi:10.1000/abc~0123abcd", True),
        ("doi:10.1000/abcd", False),
        ("rec:0123456789abcdef", False),
        ("", False),
    ],
)
def test_a_report_is_known_by_its_pmid_or_its_doi(named, concerned):
    """The case of a DOI and the mark behind an id that records share don't count."""
    assert out([report(named)], [event(doi="10.1000/Abc")]) == ({"smith"} if concerned else set())


def test_no_doi_is_not_the_same_as_no_identifier():
    """A report without an id is not the publication without a DOI."""
    assert out([report("doi:"), report("")], [event(doi="")]) == set()


def test_the_doi_of_a_publication_may_come_with_another_event():
    """The retraction was told without a DOI, an erratum of the same publication with it."""
    told = [event(), event(ERRATUM, doi="10.1000/abc", notice="pmid:8")]
    assert out([report("doi:10.1000/abc")], told) == {"smith"}


@pytest.mark.parametrize("record_id", ["doi:10.1000/abc~0123abcd", "doi:10.1000/abc", "pmid:1"])
def test_marks_are_those_of_deduplication(record_id):
    """What dedup puts behind an id that records share is taken off in the same way."""
    assert consequences._plain(record_id) == identity.base(record_id)


def test_a_retraction_of_any_report_counts_for_the_study():
    """And of a report on two studies for both; other studies are left alone."""
    reports = [
        *(report("pmid:7"), report("pmid:1")),
        *(report("pmid:1", "jones"), report("pmid:8", "miller")),
    ]
    assert out(reports, [event()]) == {"smith", "jones"}


def test_a_publication_that_two_rows_name_is_found_once():
    """By PMID and by DOI it is one publication."""
    told = consequences.findings([event(doi="10.1000/abc")], [])
    of = consequences.of_studies([report("pmid:1"), report("doi:10.1000/abc")], told)
    assert [one.record_id for one in of["smith"]] == ["pmid:1"]


def test_a_study_is_back_when_every_retraction_of_its_reports_is_kept():
    """Two retracted reports are two questions."""
    reports = [report("pmid:1"), report("pmid:2")]
    told = [event(), event(record_id="pmid:2")]
    first, second = line("keep"), line("keep", record_id="pmid:2")
    assert out(reports, told, first) == {"smith"}
    assert out(reports, told, first, second) == set()


def test_studies_without_pmid_and_doi_cannot_be_checked():
    """One report with either is enough."""
    studies = [{"study_id": one} for one in ("none", "digest", "pmid", "doi", "mixed")]
    reports = [
        report("", "none"),
        report("rec:0123456789abcdef", "digest"),
        report("pmid:1", "pmid"),
        report("doi:10.1000/abc", "doi"),
        report("", "mixed"),
        report("pmid:2", "mixed"),
    ]
    assert consequences.uncheckable(studies, reports) == ["digest", "none"]


# ---- rule and decisions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said", "standing", "is_out"),
    [
        (RETRACTION, [], "undecided", True),
        (RETRACTION, ["keep"], "keep", False),
        (RETRACTION, ["keep", "keep"], "keep", False),
        (RETRACTION, ["exclude"], "exclude", True),
        (RETRACTION, ["keep", "exclude"], "conflict", True),
        (CONCERN, [], "undecided", False),
        (CONCERN, ["exclude"], "exclude", True),
        (CONCERN, ["keep"], "keep", False),
        (CONCERN, ["exclude", "keep"], "conflict", False),
        (ERRATUM, [], "undecided", False),
        (ERRATUM, ["checked"], "checked", False),
        (UPDATE, ["checked", "checked"], "checked", False),
        (ERRATUM, ["exclude"], "undecided", False),
        (RETRACTION, ["checked"], "undecided", True),
    ],
)
def test_the_rule_holds_until_people_decide_alike(kind, said, standing, is_out):
    """A retraction is out, a concern is in; what does not fit the kind decides nothing."""
    lines = [line(one, f"p{n}", kind) for n, one in enumerate(said)]
    finding = found([event(kind)], *lines)
    assert (finding.standing, finding.out) == (standing, is_out)


def test_opposite_lines_of_one_person_are_a_conflict_too():
    """Somebody who said both and took neither back has not decided."""
    assert found([event()], line("keep"), line("exclude")).standing == "conflict"


def test_a_decision_that_was_taken_back_counts_no_more():
    """The later line supersedes the earlier one by its id."""
    first = line("keep")
    assert found([event()], first, line("exclude", supersedes=first["id"])).standing == "exclude"


@pytest.mark.parametrize("changes", [{"who": "seed"}, {"kind": CONCERN}, {"record_id": "pmid:2"}])
def test_lines_that_are_about_something_else_do_not_count(changes):
    """Nor does what the seed says."""
    assert found([event()], line("keep", **changes)).standing == "undecided"


def test_people_may_name_the_publication_by_its_doi():
    """As a table names it, with or without a mark."""
    told = [event(doi="10.1000/abc")]
    assert found(told, line("keep", record_id="doi:10.1000/ABC~0123abcd")).standing == "keep"


@pytest.mark.parametrize(
    ("day", "standing"),
    [("2026-12-01", "undecided"), ("2026-12-02", "checked"), ("2027-01-01", "checked"), ("", "")],
)
def test_a_check_counts_from_the_day_on_which_the_erratum_was_seen(day, standing):
    """What was checked before cannot have been checked for it; nor can a line without a day."""
    said = line("checked", kind=ERRATUM, day=day, **({} if day else {"time": ""}))
    assert found([event(ERRATUM)], said).standing == (standing or "undecided")


def test_a_second_erratum_waits_again():
    """The first one was checked; the check is remembered as an earlier one."""
    first = event(ERRATUM)
    later = event(ERRATUM, notice="pmid:10", seen_on="2027-02-01")
    finding = found([later, first], line("checked", kind=ERRATUM))
    assert (finding.standing, [one["screener"] for one in finding.earlier]) == (
        "undecided",
        ["ann"],
    )
    assert [notice.seen_on for notice in finding.notices] == ["2026-12-02", "2027-02-01"]


@pytest.mark.parametrize(
    ("told", "lines", "since"),
    [
        ([event()], [], "2026-12-02"),
        ([event()], [line("exclude")], "2026-12-02"),
        ([event()], [line("keep")], ""),
        ([event(), event(notice="pmid:10", seen_on="2027-02-01")], [], "2026-12-02"),
        ([event(), event(notice="pmid:10", seen_on="2027-02-01")], [line("keep")], "2027-02-01"),
        ([event(CONCERN)], [line("exclude", kind=CONCERN)], "2026-12-05"),
        ([event(CONCERN)], [], ""),
        ([event(ERRATUM)], [], ""),
    ],
)
def test_out_since(told, lines, since):
    """By rule from the day of the notice that nobody had kept it against, else by decision."""
    assert found(told, *lines).out_since == since


def test_a_line_about_an_event_that_nobody_saw_is_told():
    """A wrong digit or a wrong kind must not be silent."""
    met = line("keep")
    wrong = [line("keep", record_id="pmid:2"), line("keep", kind=CONCERN)]
    withdrawn = line("keep", record_id="pmid:3")
    back = line("keep", supersedes=withdrawn["id"])
    said = [met, *wrong, withdrawn, back]
    assert consequences.unmet([event()], said) == wrong


@given(st.permutations(range(6)), st.permutations(range(4)))
def test_no_order_counts(order, told_in):
    """Files of events and ledgers may be read in any order."""
    told = [
        *(event(doi="10.1000/abc"), event(notice="pmid:10", seen_on="2026-12-04")),
        *(event(ERRATUM), event(record_id="pmid:2")),
    ]
    lines = [
        line("keep"),
        line("exclude", "bob"),
        line("keep", "bob", record_id="doi:10.1000/abc"),
        line("checked", kind=ERRATUM),
        line("keep", record_id="pmid:2", day="2026-12-01"),
        line("keep", "eve", record_id="pmid:2"),
    ]
    shuffled = consequences.findings([told[n] for n in told_in], [lines[n] for n in order])
    assert shuffled == consequences.findings(told, lines)


@pytest.mark.parametrize("cells", [[""] * 7, ["unreadable: 0123", *[""] * 6]])
def test_what_no_check_has_passed_yet_touches_nothing(cells):
    """The plan is made before tables are checked."""
    assert consequences.findings([Event(*cells)], [line("keep", kind="", day="")]) == []


# ---- files and Medline ---------------------------------------------------------------------


def test_events_keep_their_import_path():
    """What Medline tells and what files tell are one kind of thing."""
    record = Record(pmid="1", title="A", links="RetractionIn pmid:9 J Test 2026", doi="10.1000/x")
    (told,) = events.of(record, "2026-12-02")
    assert isinstance(told, events.Event)
    assert told == Event("pmid:1", "10.1000/x", RETRACTION, "pmid:9", "J Test 2026", "A", told[-1])
    assert set(events.KINDS) == set(KINDS) == set(consequences.DECISIONS)


def test_reading_is_light():
    """What follows from events is asked whenever the workflow is read: no reader of records."""
    code = (
        "import sys; from living_review import consequences; consequences.read();"
        "print({name for name in sys.modules if name.startswith('living_review.records')}"
        "| {'pandas', 'numpy', 'lxml'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
