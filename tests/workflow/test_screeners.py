"""Two screeners agree, disagree, and a third decides; the ranking never touches the page."""

import csv
import json

import pytest

from living_review import ledgers

pytestmark = pytest.mark.slow

SCREENING = "decisions/screening"


def decide(review, person, decisions, stage="title_abstract", hour=9):
    """Lines of a person, beside those that there are already."""
    name = f"{SCREENING}/{person}.csv"
    path = review.folder / "resources" / name
    before = review.table(name) if path.exists() else []
    lines = [
        dict.fromkeys(ledgers.COLUMNS["screening"], "")
        | {
            "id": f"{person}-{len(before) + number}",
            "record_id": record_id,
            "screener": person,
            "stage": stage,
            "decision": decision,
            "reason": reason,
            "time": f"2026-12-01T{hour:02}:{number:02}:00Z",
            "protocol_version": "2026.11",
        }
        for number, (record_id, decision, reason) in enumerate(decisions, 1)
    ]
    review.write_table(name, [*before, *lines])


def titles(review, n):
    """Ids of the first works, of which the seed says nothing that counts."""
    return [row["record_id"] for row in review.table(f"{SCREENING}/seed.csv")[2 : 2 + n]]


def page(review):
    return json.loads((review.folder / "results/report/results.json").read_text())


def listed(review, name):
    return {work["record_id"] for work in page(review)["waiting"]["lists"][name]}


def ranking(review):
    """The table of the current ranking, and what it rests on."""
    folder = review.folder / "results/ranking"
    table = max(folder.glob("*.csv"), key=lambda path: path.stat().st_mtime_ns)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    return rows, json.loads(table.with_suffix(".json").read_text())


def test_two_agree_or_a_third_decides(working):
    """From the queue to the full text, out of the review, or to a conflict that a third ends."""
    both_in, both_out, apart, one_only = titles(working, 4)
    yes, no = ("include", ""), ("exclude", "")
    decide(working, "ann", [(both_in, *yes), (both_out, *no), (apart, *yes), (one_only, *yes)])
    decide(working, "bob", [(both_in, *yes), (both_out, *no), (apart, *no)], hour=10)
    assert "works to screen: 120, full texts to judge: 1, conflicts: 1" in working.run()
    assert listed(working, "full_text") == {both_in}
    assert listed(working, "conflicts") == {apart}
    assert one_only in listed(working, "screen")
    waits = set.union(*(listed(working, name) for name in ("screen", "full_text", "conflicts")))
    assert both_out not in waits
    (pair,) = page(working)["agreement"]
    assert (pair["first"], pair["second"], pair["works"], pair["agreed"]) == ("ann", "bob", 3, 2)
    assert "fewer than 8 works were judged by both" in working.page()
    assert "agreed on 2 of 3 works" in working.command("agreement")
    # A third decides, and that is no judgement which tells of agreement.
    decide(working, "cat", [(apart, *yes)], hour=11)
    assert "full texts to judge: 2, conflicts: 0" in working.run()
    assert page(working)["agreement"] == [pair]
    # At full text one waits for an answer, the other is out for the first reason of the protocol.
    decide(
        working,
        "ann",
        [(both_in, "awaiting", "ongoing_study"), (apart, "exclude", "other_question")],
        "full_text",
        12,
    )
    decide(working, "bob", [(apart, "exclude", "other_organ")], "full_text", 13)
    assert "full texts to judge: 0" in working.run()
    assert listed(working, "awaiting") == {both_in}
    assert "1 ongoing study whose results are awaited" in working.page()
    assert "Not about the kidney" in working.page()


def test_a_reason_is_one_of_the_list(working):
    """Full texts are excluded, and decisions put off, for a reason that the protocol or we know."""
    first, second, third = titles(working, 3)
    decide(
        working,
        "ann",
        [
            (first, "exclude", ""),
            (second, "awaiting", "not_retrieved"),
            (third, "exclude", "ongoing_study"),
        ],
        "full_text",
    )
    said = working.command("check", code=1)
    assert "ann.csv row 2: reason is empty; allowed: other_organ, " in said
    assert "ann.csv row 3: reason is 'not_retrieved'; allowed: awaiting_classification, " in said
    assert "ann.csv row 4: reason is 'ongoing_study'; allowed: other_organ, " in said


def test_the_ranking_learns_and_the_page_stays(working):
    """It is made anew by a decision; taken away or made anew it changes no page and no queue."""
    rows, about = ranking(working)
    assert about["learnt_from"]["of_them_suggested"] == 123
    ids = titles(working, 30)
    choices = [("include" if place % 3 else "exclude", "") for place in range(30)]
    for person in ("ann", "bob"):
        decide(working, person, [(one, *said) for one, said in zip(ids, choices, strict=True)])
    before = working.results()
    working.run()
    made = [path for path in working.results() if path not in before]
    assert sum(path.startswith("ranking/") for path in made) == 2
    rows, about = ranking(working)
    assert len(rows) == about["waiting"] == 113  # 20 go on to the full text, 10 are out
    assert about["learnt_from"]["of_them_suggested"] == 93
    assert [row["last"] for row in about["stopping"]] == [30]
    assert {row["record_id"] for row in rows} == listed(working, "screen") | listed(
        working, "full_text"
    )
    said = working.command("rank")
    assert "113 works wait; 113 of them have no abstract here" in said
    assert "Of the last 30 decided 20 were relevant" in said
    # The page is there already, under the same name.
    pages = {path: state for path, state in working.results().items() if "report/" in path}
    for path in (working.folder / "results/ranking").iterdir():
        path.unlink()
    old = working.digests()
    working.run()
    assert {path: state for path, state in working.results().items() if "report/" in path} == pages
    assert {path for path in working.digests() if path not in old} == {
        f"ranking/{path.name}" for path in (working.folder / "results/ranking").iterdir()
    }
    # Code of the ranking is no code of the page.
    working.edit("src/living_review/screening/ranking.py", "FOLDS = 5", "FOLDS = 4")
    working.run()
    assert {path: state for path, state in working.results().items() if "report/" in path} == pages
    assert len(list((working.folder / "results/ranking").iterdir())) == 4


def test_there_and_back_through_another_program(working):
    """The queue goes out, decisions come back as a person's lines; once more they add nothing."""
    working.command("queue", "-o", "queue.csv", "--stage", "title_abstract")
    queue = list(csv.DictReader((working.folder / "queue.csv").read_text().splitlines()))
    assert len(queue) == 123
    rows, _ = ranking(working)
    assert [row["living_review_id"] for row in queue] == [row["record_id"] for row in rows]
    for number, row in enumerate(queue):
        row["asreview_label"] = ["1", "0", ""][number % 3]
    with (working.folder / "back.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(queue[0]))
        writer.writeheader()
        writer.writerows(queue)
    take = ("decisions", "back.csv", "--as", "ann", "--stage", "title_abstract")
    said = working.command(*take)
    assert "ASReview: 123 rows, 41 undecided; 82 decisions added, 0 known already" in said
    ledger = working.folder / "resources/decisions/screening/ann.csv"
    written = ledger.read_bytes()
    assert "0 decisions added, 82 known already" in working.command(*take)
    assert ledger.read_bytes() == written
    assert "No mistakes" in working.command("check")
    # What she changed her mind about is not written over.
    text = (working.folder / "back.csv").read_text()
    (working.folder / "back.csv").write_text(
        text.replace(",1\n", ",0\n").replace(",1\r\n", ",0\r\n")
    )
    said = working.command(*take)
    assert "41 contradictions" in said
    assert ledger.read_bytes() == written
    assert "41 decisions added" in working.command(*take, "--supersede")
    assert ledger.read_bytes().startswith(written)
    assert "No mistakes" in working.command("check")
    # The queue is of the last run; after a change it is refused until there is one.
    works = working.command("queue", "-o", "again.csv", "--for", "ann", code=1)
    assert "out of date" in works
    working.run()
    assert "again.csv: 41 works" in working.command("queue", "-o", "again.csv", "--for", "ann")


def test_queue_formats_and_orders(working):
    """Random order is the same each time and not that of the ranking; nbib names what it lacks."""
    for name in ("one.ris", "two.ris"):
        working.command("queue", "-o", name, "--format", "ris", "--order", "random")
    one, two = ((working.folder / name).read_text() for name in ("one.ris", "two.ris"))
    assert one == two
    assert one.count("TY  - JOUR") == 123
    working.command("queue", "-o", "ranked.ris", "--format", "ris")
    ranked = (working.folder / "ranked.ris").read_text()
    assert sorted(ranked.split("\n\n")) == sorted(one.split("\n\n"))
    assert ranked != one
    said = working.command("queue", "-o", "q.nbib", "--format", "nbib")
    assert "q.nbib: 26 works" in said
    assert "97 have no PMID" in said
    for wrong, message in (
        (("--order", "best"), "order is 'best'; allowed: ranked, arrival, random"),
        (("--stage", "titles"), "stage is 'titles'; allowed: title_abstract, full_text"),
        (("--format", "xls"), "format is 'xls'; allowed: csv, ris, nbib"),
    ):
        assert message in working.command("queue", "-o", "no.csv", *wrong, code=1)
    assert not (working.folder / "no.csv").exists()


def test_an_abstract_that_comes_later_is_read(working):
    """A record of a search without abstract has the one that an export brings under its id."""
    waits = page(working)["waiting"]["lists"]["screen"]
    work = next(one for one in waits if one["pmid"])
    record_id = work["record_id"]
    (working.folder / "later.nbib").write_text(
        f"PMID- {work['pmid']}\nTI  - {work['title']}\nDP  - {work['year']}\n"
        "AB  - An abstract that was not there.\n"
    )
    searched = ("--source=none", "--platform=none", "--strategy=none", "--searched-on=2026-11-30")
    working.command("register", "later.nbib", *searched)
    working.run()
    rows, about = ranking(working)
    assert (about["waiting"], about["titles_only"]) == (123, 122)
    (read,) = (row["read"] for row in rows if row["record_id"] == record_id)
    assert read == "title and abstract"
    working.command("queue", "-o", "queue.csv")
    queue = csv.DictReader((working.folder / "queue.csv").read_text().splitlines())
    said = {row["living_review_id"]: row["abstract"] for row in queue}
    assert said[record_id] == "An abstract that was not there."
