"""A rating of certainty changes the page alone, and holds for the result that it is about."""

import csv
import json

import pytest
from checkout import FIGURES, PAGE, reseen
from invented import add_outcome, blank, included_study

from living_review import ledgers

pytestmark = pytest.mark.slow

RATED = "decisions/grade/ann.csv"
ANALYSIS = "recurrence_after_re_ablation"
DOWN = {"imprecision": "very_serious", "risk_of_bias": "serious"}


def studied(review):
    """One included study with 3 recurrences in 11 patients; the results of that."""
    included_study(review)
    add_outcome(review, "doe_2026", "recurrence", 3)
    review.run()
    return review.results()


def template(review):
    """The lines that a person is given to fill in."""
    printed = review.command("certainty", "--template", "ann", code=0)
    return list(csv.DictReader(printed.splitlines()))


def rate(review, overall="very_low", **cells):
    """Fill in the template as a person would; domains not in DOWN give no concern."""
    rows = template(review)
    for row in rows:
        row["judgement"] = DOWN.get(row["domain"], "not_serious")
        if row["domain"] == "upgrading":
            row["judgement"] = "none"
        elif row["domain"] == "overall":
            row["judgement"] = overall
        row["reason"] = "invented for a test <script>" if row["domain"] in DOWN else ""
        row |= cells
    review.write_table(RATED, rows)


def certainty(review):
    page = json.loads((review.folder / "results/report/results.json").read_text())
    (found,) = (entry["certainty"] for entry in page["analyses"] if entry["id"] == ANALYSIS)
    return found


def add_another_arm(review):
    """A further group of the same study, with its outcome."""
    for table, cells in (
        ("extraction/arms.csv", {"arm_id": "second", "label": "Second group"}),
        ("extraction/outcomes.csv", {"arm_id": "second", "events": "1"}),
    ):
        rows = review.table(table)
        review.write_table(table, [*rows, blank(review, table) | rows[-1] | cells])


def test_rating_a_result_writes_the_page_alone(review):
    """Nothing is pooled or drawn again; the page says level, reasons and who."""
    before = studied(review)
    assert "certainties to rate: 1" in review.run()
    assert certainty(review)["rating"]["state"] == "unrated"
    rate(review)
    assert reseen(review, before) == {"check": 1, **PAGE}
    assert "certainties to rate" not in review.run()
    page = " ".join(review.page().split())
    assert "Certainty: very low." in page
    assert "It is very uncertain how many patients had another recurrence" in page
    assert "Imprecision, very serious: invented for a test &lt;script&gt;" in page
    assert certainty(review)["rating"]["by_domains"] == "very_low"


def test_a_result_that_moves_waits_for_another_rating(review):
    """It is shown as of an earlier result; put back, the rating and the page hold again."""
    studied(review)
    rate(review)
    review.run()
    rated, page = review.results(), review.page()
    tables = ("extraction/arms.csv", "extraction/outcomes.csv")
    put_back = {name: (review.folder / "resources" / name).read_bytes() for name in tables}

    add_another_arm(review)
    written = reseen(review, rated)
    assert (written["syntheses"], written["figures"]) == (1, FIGURES)
    assert "Certainty: very low, rated on an earlier result." in " ".join(review.page().split())
    assert certainty(review)["rating"]["state"] == "earlier"
    assert len(template(review)) == 7  # the whole rating is asked for again

    moved = review.results()
    for name, content in put_back.items():
        (review.folder / "resources" / name).write_bytes(content)
    assert reseen(review, moved) == {"report": 1}  # the earlier page is shown again
    assert review.page() == page
    assert template(review) == []


def test_words_and_order_leave_a_rating_standing(working):
    """Another label, another quote, other titles: the page changes, the rating holds."""
    studied(working)
    rate(working)
    working.run()
    before = certainty(working)
    for name, column in (("studies", "label"), ("outcomes", "quote"), ("arms", "label")):
        rows = working.table(f"extraction/{name}.csv")
        rows[-1][column] = "other words"
        working.write_table(f"extraction/{name}.csv", rows[::-1])
    working.edit("config/config.yaml", "title: Recurrence after", "title: Another recurrence after")
    working.run()
    after = certainty(working)
    assert (after["rating"]["state"], after["code"]) == ("rated", before["code"])


def test_a_threshold_of_the_protocol_asks_for_another_rating(working):
    """What a decision hangs on is part of what was judged; no number is computed again."""
    studied(working)
    rate(working)
    working.run()
    rated = working.results()
    says = "says: had another recurrence\n"
    working.edit("config/config.yaml", says, f"{says}    thresholds: [0.1, 0.3]\n")
    assert {"syntheses", "figures"}.isdisjoint(reseen(working, rated))
    assert certainty(working)["rating"]["state"] == "earlier"
    assert template(working)[0]["thresholds"] == "0.1 0.3"
    assert "The interval runs over 10 in 100 and 30 in 100." in " ".join(working.page().split())


def test_a_level_that_the_domains_deny_stops_the_run(working):
    """Row and level are named, and the page stays as it was."""
    studied(working)
    page = working.page()
    rate(working, overall="high")
    printed = working.run(code=1)
    assert "resources/decisions/grade/ann.csv row 8: judgement is 'high'" in printed
    assert "very_low, which is high with risk_of_bias serious, imprecision very_serious" in printed
    assert working.page() == page


def test_two_people_who_differ_are_listed(working):
    """Neither is taken; both stand on the page."""
    studied(working)
    rate(working)
    rows = [row | {"screener": "bob"} for row in working.table(RATED)]
    rows[0] |= {"judgement": "very_serious"}
    working.write_table("decisions/grade/bob.csv", rows)
    assert "conflicts about certainty: 1" in working.run()
    assert certainty(working)["rating"]["differ"] == ["risk_of_bias"]


def test_the_codes_are_those_of_the_page(working):
    """Tables that were edited since have to be made into a page first."""
    studied(working)
    assert certainty(working)["code"] in working.command("certainty", code=0)
    add_another_arm(working)
    assert "Run `make review` first" in working.command("certainty", code=1)
    assert list(ledgers.COLUMNS["grade"]) == template_header(working)


def template_header(working):
    working.run()
    return working.command("certainty", "--template", "bob").splitlines()[0].split(",")
