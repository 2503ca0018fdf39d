"""The ranking finds relevant works early, learns from people first, and decides nothing."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screening_cases import PROTOCOL, labelled, library, line
from typer.testing import CliRunner

from living_review import cli, screening, tables
from living_review.errors import EstimationError, ReviewError
from living_review.screening import labels, queue, rank_file, ranking, words


def read_in_order(texts, truth, start):
    """Indices in the order in which somebody who follows the ranking reads them, ten at a time."""
    read = list(start)
    while len(read) < len(texts):
        known = [truth[place] if place in read else None for place in range(len(texts))]
        scores = screening.rank(texts, known)
        left = [place for place in np.argsort(-scores, kind="stable") if place not in read]
        read += left[:10]
    return read


def test_reading_by_rank_finds_relevant_works_before_reading_at_random():
    """From one relevant and one irrelevant work on, all others are found within half the list."""
    texts, truth = labelled()
    start = [truth.index(1), truth.index(0)]
    order = read_in_order(texts, truth, start)[2:]
    found_at = [place for place, work in enumerate(order, 1) if truth[work]]
    n, relevant = len(order), len(found_at)
    # A random order takes (n + 1) / 2 on average, with this standard deviation of the mean.
    spread = np.sqrt((n + 1) * (n - relevant) / (12 * relevant))
    assert np.mean(found_at) < (n + 1) / 2 - 6 * spread
    assert found_at[-1] < n / 2


def test_scores_that_nobody_asks_for_change_no_other():
    """Whose score is asked for has the one it would have had among all; the others have none."""
    texts, truth = labelled()
    known = [label if place % 3 else None for place, label in enumerate(truth)]
    wanted = np.arange(len(texts)) % 7 == 0
    some = screening.rank(texts, known, wanted=list(wanted))
    assert list(some[wanted]) == list(screening.rank(texts, known)[wanted])
    assert np.isnan(some[~wanted]).all()


def test_the_same_decisions_give_the_same_scores():
    """Also in another process, and whatever the order in which records came."""
    texts, truth = labelled()
    known = [label if place % 3 else None for place, label in enumerate(truth)]
    code = (
        "from screening_cases import labelled; from living_review.screening import rank\n"
        "texts, truth = labelled()\n"
        "print(*rank(texts, [one if n % 3 else None for n, one in enumerate(truth)]))"
    )
    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="tests/unit", check=True
    )
    scores = screening.rank(texts, known)
    assert list(map(float, there.stdout.split())) == list(scores)
    works, records = library(texts)
    lines = [
        line("ann", "include" if label else "exclude", f"pmid:{place + 1}")
        for place, label in enumerate(known)
        if label is not None
    ]
    one, _ = queue.ranked(works, records, lines, PROTOCOL)
    back, _ = queue.ranked(works[::-1], records, lines[::-1], PROTOCOL)
    assert {row["record_id"]: row["score"] for row in one} == {
        row["record_id"]: row["score"] for row in back
    }


@pytest.mark.parametrize("place", [0, 5, 17, 239])
def test_a_vote_does_not_move_the_work_that_it_is_about(place):
    """A second reader's list does not tell what the first said about the same work."""
    texts, truth = labelled()
    other = [not label if n == place else label for n, label in enumerate(truth)]
    one, two = screening.rank(texts, truth), screening.rank(texts, other)
    assert one[place] == two[place]
    assert (one != two).any()


def test_what_everybody_knows_is_no_secret():
    """A suggestion that the page shows puts its work up; a person's vote doesn't."""
    texts, truth = labelled()
    works, records = library(texts)
    place = truth.index(0)
    others = [
        line("seed", "include" if label else "exclude", f"pmid:{n + 1}")
        for n, label in enumerate(truth)
        if n != place
    ]

    def score(*lines):
        rows, _ = queue.ranked(works, records, [*others, *lines], PROTOCOL)
        return next(float(row["score"]) for row in rows if row["record_id"] == f"pmid:{place + 1}")

    about = f"pmid:{place + 1}"
    assert score(line("seed", "include", about)) > score(line("seed", "exclude", about))
    assert score(line("ann", "include", about)) == score(line("ann", "exclude", about))


@pytest.mark.parametrize("known", [[], [1, 1, 1], [0, 0, 0]])
def test_nothing_is_ranked_until_both_kinds_are_known(known):
    """The message says what is missing; in the queue works stand as they came."""
    texts = ["one title", "another title", "a third title", "a fourth title"]
    given = [*known, *[None] * (4 - len(known))]
    with pytest.raises(EstimationError, match="at least one relevant and one irrelevant"):
        screening.rank(texts, given)
    works, records = library(texts)
    lines = [
        line("ann", "include" if label else "exclude", f"pmid:{n}")
        for n, label in enumerate(known, 1)
    ]
    rows, about = queue.ranked(works, records, lines, PROTOCOL)
    assert [row["record_id"] for row in rows] == ["pmid:1", "pmid:2", "pmid:3", "pmid:4"]
    assert {row["score"] for row in rows} == {""}
    assert "at least one relevant" in about["no_scores"]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from([True, False, None])), max_size=12))
def test_any_texts_can_be_ranked(works):
    """Empty titles, signs and single words too; every score lies between 0 and 1."""
    texts = [*(text for text, _ in works), "", "the"]
    known = [*(label for _, label in works), True, False]
    scores = screening.rank(texts, known)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_people_come_before_the_seed():
    """The seed's suggestion is learnt from only where nobody decided."""
    stages = PROTOCOL["stages"]
    lines = [line("seed", "include"), line("ann", "exclude")]
    assert labels.relevant(lines, stages) is False
    assert labels.suggested(lines) is True
    assert labels.relevant(lines[:1], stages) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("include", "title_abstract"), ("exclude", "full_text")], True),
        ([("exclude", "full_text")], False),
        ([("include", "title_abstract"), ("exclude", "title_abstract")], None),
        ([("unsure", "title_abstract"), ("include", "title_abstract")], True),
        ([("unsure", "title_abstract")], None),
    ],
)
def test_titles_are_judged_by_what_was_said_of_titles(said, expected):
    """A work that was sent on and fell at full text had a relevant title."""
    lines = [line(f"p{n}", decision, stage=stage) for n, (decision, stage) in enumerate(said)]
    assert labels.relevant(lines, PROTOCOL["stages"]) is expected


def test_the_queue_holds_what_waits_and_says_what_was_read():
    """Decided works are not in it; an abstract of any record of a work is read."""
    texts, truth = labelled(6, 20)
    works, records = library(texts)
    works = works.assign(work_id=works["work_id"].replace("pmid:2", "pmid:1"))
    records.loc[1, "abstract"] = "An abstract that only the second record has."
    lines = [
        line(who, "include" if truth[n] else "exclude", f"pmid:{n + 1}")
        for n in range(2, 14)
        for who in ("ann", "bob")
    ]
    rows, about = queue.ranked(works, records, lines, PROTOCOL)
    read = {row["record_id"]: row["read"] for row in rows}
    assert "pmid:2" not in read
    assert read["pmid:1"] == "title and abstract"
    assert about["titles_only"] == len(rows) - 1
    excluded = {f"pmid:{n + 1}" for n in range(2, 14) if not truth[n]}
    assert excluded.isdisjoint(read)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert about["learnt_from"]["relevant"] + about["learnt_from"]["irrelevant"] == 12


def test_of_very_many_irrelevant_works_some_are_enough(monkeypatch):
    """All that wait have a score, also those with one vote; what was left out is counted."""
    monkeypatch.setattr(queue, "ENOUGH", 30)
    texts, truth = labelled(6, 120)
    works, records = library(texts)
    lines = [
        line(who, "include" if truth[n] else "exclude", f"pmid:{n + 1}")
        for n in range(100)
        for who in (("ann", "bob") if n % 10 else ("ann",))
    ]
    rows, about = queue.ranked(works, records, lines, PROTOCOL)
    assert {f"pmid:{n + 1}" for n in range(0, 126, 10)} <= {row["record_id"] for row in rows}
    assert "" not in {row["score"] for row in rows}
    irrelevant, relevant = truth[:100].count(0), truth[:100].count(1)
    assert about["learnt_from"]["relevant"] == relevant
    assert about["learnt_from"]["irrelevant"] + about["learnt_from"]["left_out"] == irrelevant
    assert 30 <= about["learnt_from"]["irrelevant"] < 30 + 10  # those that wait count in
    [left_out] = [part for part in words.ground(about).split(".") if "left out" in part]
    assert f"{about['learnt_from']['left_out']:,} further irrelevant works" in left_out


def test_names_are_made_without_scikit_learn():
    """The plan is read quickly, and the ranking and its library are not in the page's key."""
    code = (
        "import sys; from living_review import names, plan, screening\n"
        "assert not {'sklearn', 'pandas'} & set(sys.modules)\n"
        "page = names.code(names.script('render_page'))\n"
        "assert 'living_review.screening.verdicts' in page, sorted(page)\n"
        "assert not {'sklearn', 'living_review.screening.ranking'} & set(page)\n"
        "assert 'sklearn' in names.code(names.script('rank_works'))\n"
        "screening.rank; assert 'sklearn' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_any_table_can_be_ranked(tmp_path, monkeypatch):
    """In any folder: the undecided by rank, then the decided, every row and column kept."""
    monkeypatch.chdir(tmp_path)
    texts, truth = labelled()
    given = [
        {"Article Title": text, "Keywords": f"=k{n}", "included": label if n % 2 else ""}
        for n, (text, label) in enumerate(zip(texts, truth, strict=True))
    ]
    tables.write("titles.csv", list(given[0]), given)
    said = CliRunner().invoke(cli.app, ["rank", "titles.csv", "-o", "ranked.csv"])
    assert said.output == "ranked.csv: 120 undecided by rank, then 120 decided\n"
    rows = tables.read("ranked.csv").cells
    assert [row["rank"] for row in rows] == [*map(str, range(1, 121)), *[""] * 120]
    assert sorted(row["Keywords"] for row in rows) == sorted(f"'=k{n}" for n in range(240))
    of_text = dict(zip(texts, truth, strict=True))
    first = [of_text[row["Article Title"]] for row in rows[:12]]
    assert sum(first) >= 9


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"title": "a", "label": "yes"}], "row 2: label is 'yes'; allowed: 1, 0 or empty"),
        ([{"title": "a", "mark": "1"}], "has no column asreview_label or included or"),
        ([{"name of it": "a", "label": "1"}], "has no column of titles"),
    ],
)
def test_a_table_that_can_not_be_ranked_is_refused(tmp_path, rows, message):
    """By row and column."""
    tables.write(tmp_path / "a.csv", list(rows[0]), rows)
    with pytest.raises(ReviewError, match=message):
        rank_file.rank_file(tmp_path / "a.csv")


def test_what_stands_together_counts_beside_the_words():
    """A text with the same words in another order is less like the relevant one."""
    said = ["local recurrence", "recurrence local", "local recurrence", "recurrence local"]
    scores = ranking.rank([f"A title\n{words}" for words in said], [1, 0, None, None])
    assert scores[2] > scores[3]


def test_a_pair_of_one_text_alone_tells_nothing():
    """It would only make the words of that text count for less."""
    features = ranking.features_of(["renal mass", "renal cyst"])
    assert features.shape[1] == 3
