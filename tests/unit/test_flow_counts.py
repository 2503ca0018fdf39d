"""The flow counts what METHODS and PRISMA 2020 say, in small reviews counted by hand."""

import pytest
from flow_cases import (
    PROTOCOL,
    REASONS,
    counted,
    everything,
    judged,
    line,
    one_source,
    screened,
    source,
)

from living_review import sources
from living_review.flow import methods


def numbers(flow, column="databases"):
    """Boxes of a column that hold anything."""
    return {box: one["n"] for box, one in flow["columns"][column].items() if one["n"]}


def test_the_first_versions_previous_column_is_the_published_review():
    """29 studies; its reports are not stated, so that the total of reports isn't either."""
    flow = one_source("a")
    assert flow["previous"] == {"studies": 29, "reports": None}
    assert flow["total"] == {"studies": [29, 29], "reports": None}


def test_stated_reports_are_added_up():
    """Where the previous version states its reports, the total has a number."""
    flow = one_source(
        "a",
        lines=judged("a", "include"),
        studies={"s1": "no"},
        reports=[("s1", "a")],
        previous={"studies": 3, "reports": 5},
    )
    assert flow["total"] == {"studies": [4, 4], "reports": [6, 6]}


@pytest.mark.parametrize(
    ("membership", "group", "total"),
    [
        ("no", "new", [30, 30]),
        ("unknown", "unknown", [29, 30]),
        ("yes", "again", [29, 29]),
    ],
)
def test_membership_decides_the_line_of_an_included_study(membership, group, total):
    """Unknown ones have a line of their own, and the total is a range until it is resolved."""
    flow = one_source(
        "a", lines=judged("a", "include"), studies={"s1": membership}, reports=[("s1", "a")]
    )
    assert {one: len(of["studies"]) for one, of in flow["included"].items() if of["n"]} == {
        group: 1
    }
    assert flow["total"]["studies"] == total


def test_no_more_studies_can_be_previous_than_the_previous_version_had():
    """Of three unknown studies and one known, a review of two had at most one more: 4 to 5."""
    flow = one_source(
        "abcd",
        lines=[at for one in "abcd" for at in judged(one, "include")],
        studies={"s1": "unknown", "s2": "unknown", "s3": "unknown", "s4": "yes"},
        reports=[("s1", "a"), ("s2", "b"), ("s3", "c"), ("s4", "d")],
        previous={"studies": 2},
    )
    assert flow["total"]["studies"] == [4, 5]


def test_without_a_previous_version_every_study_is_new():
    """Nothing can have been in a review that there was not."""
    flow = one_source(
        "a",
        lines=judged("a", "include"),
        studies={"s1": "unknown"},
        reports=[("s1", "a")],
        previous=None,
    )
    assert flow["previous"] is None
    assert flow["total"] == {"studies": [1, 1], "reports": [1, 1]}


def test_a_work_counts_once_in_the_first_source_that_found_it():
    """What a later source gives of it under another id is a duplicate there."""
    works = [("a", "hand", "a"), ("b", "medline", "a"), ("c", "medline", "c")]
    flow = counted(works, [source("hand", "Hand search", 1), source("medline", "MEDLINE", 2)])
    assert numbers(flow, "other") == {"identified": 1, "awaiting_screening": 1}
    assert numbers(flow) == {"identified": 2, "duplicates": 1, "awaiting_screening": 1}
    assert flow["columns"]["databases"]["duplicates"]["works"] == ["b"]


def test_records_found_again_are_neither_identified_nor_duplicates():
    """A monthly search that brings the same 40 records and one more adds one."""
    works = [("a", "s1", "a"), ("b", "s2", "b")]
    runs = [source("s1", "MEDLINE", 1, "search"), source("s2", "MEDLINE", 1, "search", again=40)]
    flow = counted(works, runs)
    assert numbers(flow) == {"identified": 2, "awaiting_screening": 2}
    assert [(one["name"], one["records"], one["again"]) for one in flow["sources"]] == [
        ("MEDLINE", 2, 40)
    ]


def test_hand_searched_records_show_their_screening_among_other_methods():
    """The column of other methods has screened and excluded records of its own."""
    flow = one_source("ab", "Hand search", lines=screened("a", "exclude"))
    assert numbers(flow, "other") == {
        "identified": 2,
        "awaiting_screening": 1,
        "screened": 1,
        "excluded": 1,
    }
    assert numbers(flow) == {}


def test_a_review_without_records_has_no_flow():
    """Nothing was counted, so nothing is zero."""
    assert counted([], [])["recorded"] is False


def test_a_search_that_found_nothing_is_a_flow():
    """Zero records of a source that was asked are a number."""
    assert counted([], [source("s", "MEDLINE", 0, "search")])["recorded"] is True


def test_unreadable_entries_are_identified_and_removed_for_other_reasons():
    """They are counted, and nobody can screen them."""
    flow = counted([("a", "s", "a")], [source("s", "MEDLINE", 1, unreadable=2)])
    assert numbers(flow) == {"identified": 3, "unreadable": 2, "awaiting_screening": 1}


def test_the_seed_excludes_nothing():
    """What was entered at set-up is a suggestion, at either stage."""
    lines = [line("a", "seed", "exclude", stage) for stage in PROTOCOL["stages"]]
    assert numbers(one_source("a", lines=lines)) == {"identified": 1, "awaiting_screening": 1}


def test_nobody_has_screened_what_one_of_two_people_or_two_that_differ_have():
    """Half a decision and a conflict wait."""
    lines = [
        line("a", "ann", "exclude", "title_abstract"),
        line("b", "ann", "exclude", "title_abstract"),
        line("b", "bob", "include", "title_abstract"),
    ]
    assert numbers(one_source("ab", lines=lines)) == {"identified": 2, "awaiting_screening": 2}


def test_a_decision_that_was_taken_back_counts_no_more():
    """Only lines that stand are read."""
    first = screened("a", "exclude")
    again = [
        {**line("a", one["screener"], "include", "title_abstract"), "supersedes": one["id"]}
        for one in first
    ]
    assert numbers(one_source("a", lines=[*first, *again])) == {
        "identified": 1,
        "screened": 1,
        "sought": 1,
        "awaiting_full_text": 1,
    }


def test_a_decision_about_any_record_of_a_work_is_about_the_work():
    """One person judged the first record, the other one its duplicate."""
    lines = [
        line("a", "ann", "exclude", "title_abstract"),
        line("b", "bob", "exclude", "title_abstract"),
    ]
    flow = counted([("a", "s", "a"), ("b", "s", "a")], [source("s", "MEDLINE", 2)], lines)
    assert numbers(flow) == {"identified": 2, "duplicates": 1, "screened": 1, "excluded": 1}


def test_reasons_stand_in_the_order_of_the_protocol():
    """A work that two people excluded for two reasons counts under the first in the hierarchy."""
    lines = [
        *judged("a", "exclude", "no_ablation"),
        *judged("b", "exclude", "not_kidney"),
        line("c", "ann", "exclude", "full_text", "no_ablation"),
        line("c", "bob", "exclude", "full_text", "not_kidney"),
    ]
    flow = one_source("abc", lines=lines)
    assert [(one["words"], one["works"]) for one in flow["reasons"]["databases"]] == [
        (REASONS["not_kidney"], ["b", "c"]),
        (REASONS["no_ablation"], ["a"]),
    ]
    assert numbers(flow)["ineligible"] == 3


def test_a_report_that_nobody_could_get_was_not_assessed():
    """It is sought, and stands among no reasons."""
    flow = one_source("a", lines=judged("a", "exclude", "not_retrieved"))
    assert numbers(flow) == {"identified": 1, "screened": 1, "sought": 1, "not_retrieved": 1}
    assert flow["reasons"]["databases"] == []


def test_an_included_report_that_no_study_names_awaits_extraction():
    """It is assessed, and no study is included by it."""
    flow = one_source("a", lines=judged("a", "include"))
    assert numbers(flow)["awaiting_extraction"] == 1
    assert flow["total"]["studies"] == [29, 29]


def test_extraction_alone_includes_nothing():
    """A study known from its abstract, without a decision on a full text, is not in the flow."""
    flow = one_source("a", studies={"s1": "no"}, reports=[("s1", "a")])
    assert numbers(flow) == {"identified": 1, "awaiting_screening": 1}
    assert flow["total"]["studies"] == [29, 29]


def test_two_reports_of_a_study_are_one_study():
    """Reports and studies are counted apart."""
    lines = [*judged("a", "include"), *judged("b", "include")]
    flow = one_source("ab", lines=lines, studies={"s1": "no"}, reports=[("s1", "a"), ("s1", "b")])
    assert (flow["included"]["new"]["n"], flow["included"]["new"]["studies"]) == (2, ["s1"])


def test_a_report_on_a_new_and_a_known_study_is_one_report():
    """It counts with the new one; both studies count."""
    flow = one_source(
        "a",
        lines=judged("a", "include"),
        studies={"s1": "yes", "s2": "no"},
        reports=[("s1", "a"), ("s2", "a")],
    )
    assert {group: (of["n"], of["studies"]) for group, of in flow["included"].items()} == {
        "new": (1, ["s2"]),
        "unknown": (0, []),
        "again": (0, ["s1"]),
        "out": (0, []),
    }


def with_out(membership, out=("s1",), **kwargs):
    """Two included studies of a report each, s1 of that membership, s2 a new one."""
    return one_source(
        "ab",
        lines=[*judged("a", "include"), *judged("b", "include")],
        studies={"s1": membership, "s2": "no"},
        reports=[("s1", "a"), ("s2", "b")],
        out=out,
        **kwargs,
    )


@pytest.mark.parametrize(
    ("membership", "before", "after"),
    [
        ("no", [31, 31], [30, 30]),
        ("unknown", [30, 31], [29, 30]),
        ("yes", [30, 30], [29, 29]),
    ],
)
def test_a_study_that_is_out_has_a_line_and_is_in_no_total(membership, before, after):
    """A new one leaves the new ones, a known one the previous ones; else it is not known which."""
    assert with_out(membership, out=())["total"]["studies"] == before
    flow = with_out(membership)
    assert flow["total"]["studies"] == after
    assert {
        group: (of["n"], of["studies"]) for group, of in flow["included"].items() if of["n"]
    } == {
        "new": (1, ["s2"]),
        "out": (1, ["s1"]),
    }
    assert numbers(flow)["included"] == 2


def test_reports_of_what_is_out_leave_the_total_only_if_they_are_known():
    """How many reports the previous version had of a study of its own is not stated."""
    previous = {"studies": 3, "reports": 5}
    assert with_out("no", previous=previous)["total"]["reports"] == [6, 6]
    assert with_out("yes", previous=previous)["total"]["reports"] is None


def test_without_a_previous_version_what_is_out_leaves_the_review():
    """Two studies were included, one is left."""
    flow = with_out("no", previous=None)
    assert flow["total"] == {"studies": [1, 1], "reports": [1, 1]}
    assert flow["out"] == {"new": ["s1"], "unknown": [], "again": []}


def test_a_report_on_a_study_that_is_out_and_one_that_is_not_stays():
    """The study has a line, and no report of its own."""
    flow = one_source(
        "a",
        lines=judged("a", "include"),
        studies={"s1": "no", "s2": "no"},
        reports=[("s1", "a"), ("s2", "a")],
        out=["s1"],
    )
    assert (flow["included"]["new"]["n"], flow["included"]["out"]["n"]) == (1, 0)
    assert flow["included"]["out"]["studies"] == ["s1"]


def test_what_nobody_included_is_not_taken_out():
    """A retracted study that is known from its abstract alone is not in the flow."""
    flow = one_source("a", studies={"s1": "no"}, reports=[("s1", "a")], out=["s1"])
    assert flow["included"]["out"]["studies"] == []


def test_included_studies_without_a_record_are_named():
    """A decision on a record that no source brought can't be drawn, and isn't hidden."""
    flow = one_source(
        "a", lines=judged("z", "include"), studies={"s1": "no"}, reports=[("s1", "z")]
    )
    assert flow["outside"] == ["s1"]


def test_a_review_of_full_texts_alone_has_screened_every_record():
    """With one stage nothing waits for screening by title and abstract."""
    protocol = {**PROTOCOL, "stages": ["full_text"]}
    flow = one_source("ab", lines=judged("a", "exclude", "not_kidney"), protocol=protocol)
    assert numbers(flow) == {
        "identified": 2,
        "screened": 2,
        "sought": 2,
        "awaiting_full_text": 1,
        "assessed": 1,
        "ineligible": 1,
    }


def test_everything_at_once():
    """One review with something in every box, counted by hand."""
    flow = everything()
    assert numbers(flow) == {
        "identified": 13,
        "duplicates": 1,
        "unreadable": 1,
        "awaiting_screening": 2,
        "screened": 9,
        "excluded": 1,
        "sought": 8,
        "not_retrieved": 1,
        "awaiting_full_text": 1,
        "assessed": 6,
        "ineligible": 2,
        "awaiting_extraction": 1,
        "included": 3,
    }
    assert numbers(flow, "other") == {
        "identified": 13,
        "duplicates": 1,
        "unreadable": 2,
        "awaiting_screening": 2,
        "screened": 8,
        "excluded": 1,
        "sought": 7,
        "not_retrieved": 1,
        "awaiting_full_text": 1,
        "assessed": 5,
        "ineligible": 2,
        "awaiting_extraction": 1,
        "included": 2,
    }
    assert {group: (of["n"], of["studies"]) for group, of in flow["included"].items()} == {
        "new": (3, ["new", "other"]),
        "unknown": (1, ["unknown"]),
        "again": (1, ["again"]),
        "out": (0, []),
    }
    assert flow["total"] == {"studies": [31, 32], "reports": None}


def test_every_method_of_the_manifest_has_a_box():
    """What the manifest allows is what the figure counts."""
    assert tuple(methods.WORDS) == sources.METHODS
